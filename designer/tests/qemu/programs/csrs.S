/* One read of each CSR number, then one write of each: eight bytes an access. */
    .option arch, +zicsr
    .option norvc
    .text
    .balign 8
    .global csr_accesses
csr_accesses:
    .set    number, 0
    .rept   4096
    csrr    t0, number
    ret
    .set    number, number + 1
    .endr
    .set    number, 0
    .rept   4096
    csrw    number, t0
    ret
    .set    number, number + 1
    .endr
