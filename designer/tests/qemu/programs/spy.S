/* wait(0, a0): everything that a call may leave in registers, all in one. */
    .text
    .global sleep_and_look
sleep_and_look:
    addi    sp, sp, -16
    sd      ra, 0(sp)
    mv      a1, a0
    li      a0, 0
    li      a7, 0               /* SEPTUM_WAIT */
    ecall
    mv      a0, ra
    .irp    register, t0, t1, t2, t3, t4, t5, t6, a2, a3, a4, a5, a6, a7
    or      a0, a0, \register
    .endr
    ld      ra, 0(sp)
    addi    sp, sp, 16
    ret
