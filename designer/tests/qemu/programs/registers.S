/* Reads every control and status register in M-mode: at 0x80100000 a byte for each number, 1
 * where the register exists, 0 where reading it traps, and behind them a byte that is 1 when
 * all are done. */
    .text
    .globl _start
_start:
    la      t0, trap
    csrw    mtvec, t0
    li      a0, 0x80100000

    .set    number, 0
    .rept   4096
    li      a1, 1
    csrr    a2, number
    sb      a1, 0(a0)
    addi    a0, a0, 1
    .set    number, number + 1
    .endr

    li      a1, 1
    sb      a1, 0(a0)
1:  j       1b

    .balign 4
trap:
    li      a1, 0
    csrr    t0, mepc
    addi    t0, t0, 4
    csrw    mepc, t0
    mret
