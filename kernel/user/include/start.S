/* The first instructions of a program in C; the kernel has set sp, .bss is zero. */
    .section .text.start, "ax"
    .global _start
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    call    main
    li      a7, 9       /* SEPTUM_EXIT */
    ecall
    unimp
