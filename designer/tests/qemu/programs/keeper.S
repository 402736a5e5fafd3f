/* Fills every register with secrets for a while; comes back as if nothing had been. */
    .text
    .global keep_secrets
keep_secrets:
    la      t0, kept
    .irp    n, 1, 2, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    sd      x\n, 8 * \n (t0)
    .endr
    li      x31, 0xa5a5a5a5a5a5a5a5
    .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23
    mv      x\n, x31
    .endr
    .irp    n, 24, 25, 26, 27, 28, 29
    mv      x\n, x31
    .endr
    li      x30, 0xa5a5a5a500001000
1:  addi    x30, x30, -1
    slli    x29, x30, 32
    bnez    x29, 1b
    la      t0, kept
    .irp    n, 1, 2, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    ld      x\n, 8 * \n (t0)
    .endr
    ret

    .bss
    .balign 8
kept:
    .zero   8 * 32
