/* Makes the accesses of a list, one after another, then exits. An access that the design does
 * not grant ends it with a fault. */
    .option norelax             /* the code keeps its length */
    .section .text.start, "ax"
    .global _start
_start:
    la      s0, list
next:
    ld      s1, 0(s0)           /* which access */
    ld      s2, 8(s0)           /* of which address */
    addi    s0, s0, 16
    slli    s1, s1, 3
    la      t0, accesses
    add     t0, t0, s1
    jalr    t0
    j       next

    .option norvc
    .balign 8
accesses:
    lb      s3, 0(s2)           /* 0 to 3: load 1, 2, 4, 8 bytes */
    jr      ra
    lh      s3, 0(s2)
    jr      ra
    lw      s3, 0(s2)
    jr      ra
    ld      s3, 0(s2)
    jr      ra
    sb      zero, 0(s2)         /* 4 to 7: store */
    jr      ra
    sh      zero, 0(s2)
    jr      ra
    sw      zero, 0(s2)
    jr      ra
    sd      zero, 0(s2)
    jr      ra
    jr      s2                  /* 8: fetch an instruction */
    nop
    li      a7, 9               /* 9: SEPTUM_EXIT */
    ecall

/* The last two bytes of the code begin an instruction of four. */
    .balign 4096
    .zero   4094
    .2byte  0x0013

    .section .rodata, "a"
    .balign 8
    .global list
list:                           /* written by whoever builds the system */
    .rept   240
    .ascii  "THE LIST"
    .endr

    .data
    .8byte  1

    .bss
    .zero   4096

/* A queuing port: "in", to the partition, up to 64 bytes. */
    .section .septum.ports, "a"
    .balign 8
    .asciz  "in"
    .zero   29
    .byte   1, 1
    .2byte  2
    .4byte  64
    .4byte  -1
    .4byte  0
    .8byte  0
