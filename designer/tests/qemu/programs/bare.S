# Numbered tests in M-mode, as in RISC-V's test suites: the number of the test that failed is in
# gp, and the exit code is that number. `FAILS` is the test that shall fail, 0 for none. The end
# is a store to `tohost`, or to the test finisher where `FINISHER` is defined.

#define UART 0x10000000
#define FINISHER_BASE 0x100000

    .macro test number, register, expected
    li gp, \number
    li t6, \expected
    .if \number == FAILS
    addi t6, t6, 1
    .endif
    bne \register, t6, fail
    .endm

    .text
    .global _start
_start:
    csrr t0, mhartid
    test 2, t0, 0
    test 3, a0, 0
    la t0, trapped
    csrw mtvec, t0
    la sp, values

    li t0, -7
    li t1, 2
    div t2, t0, t1
    test 4, t2, -3
    rem t2, t0, t1
    test 5, t2, -1
    divu t2, t0, zero
    test 6, t2, -1
    mulhu t2, t0, t0
    test 7, t2, -14
    sraw t2, t0, t1
    test 8, t2, -2

    lr.d t2, (sp)
    addi t2, t2, 1
    sc.d t3, t2, (sp)
    test 9, t3, 0
    ld t2, 0(sp)
    test 10, t2, 0x1235
    li t1, 5
    amomaxu.w t2, t1, (sp)
    test 11, t2, 0x1235
    c.ldsp t2, 8(sp)
    test 12, t2, 0x55

    ecall
    test 13, s0, 11
    .word 0
    test 14, s0, 2
    li t0, 0x80
    csrw mie, t0
    li t0, 0x0200bff8
    ld t1, 0(t0)
    addi t1, t1, 20
    li t0, 0x02004000
    sd t1, 0(t0)
1:  wfi
    csrr t1, mip
    andi t1, t1, 0x80
    beqz t1, 1b
    test 15, t1, 0x80

    la a1, passed
    li gp, 0
    j print
fail:
    la a1, failed
print:
    li t0, UART
1:  lbu t1, 0(a1)
    beqz t1, end
    sb t1, 0(t0)
    addi a1, a1, 1
    j 1b

end:
#ifdef FINISHER
    li t0, FINISHER_BASE
    slli t1, gp, 16
    li t2, 0x3333
    bnez gp, 1f
    li t2, 0x5555
1:  or t1, t1, t2
    sw t1, 0(t0)
#else
    slli t1, gp, 1
    ori t1, t1, 1
    la t0, tohost
    sw t1, 0(t0)
    sw zero, 4(t0)
#endif
1:  j 1b

    .balign 4
trapped:
    csrr s0, mcause
    csrr s1, mepc
    addi s1, s1, 4
    csrw mepc, s1
    mret

passed:
    .asciz "all tests passed\n"
failed:
    .asciz "a test failed\n"

    .data
    .balign 16
    .global begin_signature
begin_signature:
values:
    .dword 0x1234
    .dword 0x55
    .global end_signature
end_signature:

    .section .tohost, "aw", @progbits
    .balign 64
    .global tohost
tohost:
    .dword 0
    .balign 64
    .global fromhost
fromhost:
    .dword 0
