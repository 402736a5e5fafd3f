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

    /* struct septum_places: the version, then what the designer fills in. */
    .section .septum.places, "a"
    .balign 8
    .global septum_places
septum_places:
    .quad   2           /* SEPTUM_ABI_VERSION */
    .quad   0, 0, 0, 0, 0, 0
