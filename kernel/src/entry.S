# The way into the kernel and the one way out of it.
#
# mscratch always holds the address of the PartitionState of the partition that runs or ran last
# (privileged specification, "Machine Scratch Register"), except for the few instructions at the
# beginning of a trap in which it holds the partition's sp. The kernel's stack lies below that
# state, so that sp is both. All offsets are asserted in entry.rs.

# Applies an instruction to the registers that a call keeps, and to those that it does not.
.macro for_call_saved instruction
.irp n, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    \instruction x\n, 8 * \n (sp)
.endr
.endm

.macro for_call_zeroed instruction
.irp n, 1, 5, 6, 7, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31
    \instruction x\n, 8 * \n (sp)
.endr
.endm

.macro zero register, place:vararg
    li \register, 0
.endm

.section .text.start, "ax"
.globl _start
_start:
    csrr t0, mhartid
    la t1, __tables
    ld t2, {HART}(t1)
    bne t0, t2, park
    la t0, trap
    csrw mtvec, t0              # MODE = direct
    ld sp, {BOOT_STACK}(t1)
    csrw mscratch, sp           # the first partition's state
    call boot
    csrr sp, mscratch
    j unsettled

.globl park
park:
    wfi
    j park

.balign 4
trap:
    csrrw sp, mscratch, sp
    sd x5, 8 * 5 (sp)
    csrr t0, mcause
    xori t0, t0, 8              # 8: ecall from U-mode, and only from there
    bnez t0, event
    csrrw t0, mscratch, sp
    sd t0, 8 * 2 (sp)
    ld a5, {TABLE}(sp)
    mv a4, sp
    sltiu t0, a7, {CALLS}
    beqz t0, unknown
    slli t0, a7, 3
    add t0, t0, a5
    ld t0, {HANDLERS}(t0)
    jalr t0                     # a0 to a3, a6 and a7 as the partition left them
answered:
    bltz a0, switch             # SWITCH
    csrr t0, mepc
    addi t0, t0, 4
    csrw mepc, t0
    for_call_zeroed zero
    ld sp, 8 * 2 (sp)
    mret                        # the trap has left MPP = U

unknown:
    call call_denied
    j answered

switch:                         # the rest is not the partition's any more
    for_call_saved sd
    csrr t0, mepc
    addi t0, t0, 4
    sd t0, {PC}(sp)
    li t0, {SAVED_CALL}
    sd t0, {SAVED}(sp)
    j resume

event:
    bltz t0, interrupt
    csrr t0, mstatus
    srli t0, t0, 11
    andi t0, t0, 3              # MPP: where the exception came from
    bnez t0, failure
    csrw mscratch, sp           # its registers are lost: no action lets it go on from here
    csrr t0, mepc
    sd t0, {PC}(sp)
    mv a0, sp
    csrr a1, mcause
    csrr a2, mtval
    call on_fault
    j resume

failure:                        # from the kernel itself
    la t0, __tables
    ld sp, {BOOT_STACK}(t0)
    j on_failure

interrupt:                      # only from U-mode: the kernel runs with MIE = 0
    for_call_saved sd
.irp n, 1, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31
    sd x\n, 8 * \n (sp)
.endr
    csrrw t0, mscratch, sp
    sd t0, 8 * 2 (sp)
    csrr t0, mepc
    sd t0, {PC}(sp)
    sd zero, {SAVED}(sp)        # SAVED_ALL

# The hart may wait in here, across windows. From one place for all that was done before, so
# that the way on from there is always equally long.
resume:
    ld a0, {TABLE}(sp)
    jal schedule                # a0: the next state, a1: 0 or the timer's value for after the pad
    ld t0, {ACTIVITY}(a0)
    bnez t0, unready
leave:
    mv sp, a0
    ld a0, {TABLE}(sp)
    ld t0, {SPACE}(a0)
    bnez t0, other_space
    ld t0, {SATP}(a0)
    csrw satp, t0
entered:
    beqz a1, 2f
1:  wfi                         # only the timer is enabled: it is due at the end of the pad
    csrr t0, mip
    andi t0, t0, {TIMER}
    beqz t0, 1b
    # From here to the partition's first instruction the path is always equally long.
    ld t0, {TABLE_HART}(a0)
    ld t0, {MTIMECMP}(t0)
    sd a1, 0(t0)
    li t0, {EXTERNAL}
    csrs mie, t0
2:  csrw mscratch, sp
    ld t0, {PC}(sp)
    csrw mepc, t0
    # "SC ... whether successful or not, invalidates any reservation": with the value that is there.
    sc.d zero, t0, (sp)
    ld t0, {STATUS_OFF}(a0)     # MPP = U, FS = VS = Off
    csrc mstatus, t0
    ld t0, {SAVED}(sp)
    for_call_saved ld
    ld a0, 8 * 10 (sp)
    ld a1, 8 * 11 (sp)
    bnez t0, 3f
    for_call_zeroed ld
    ld sp, 8 * 2 (sp)
    mret
3:  for_call_zeroed zero
    ld sp, 8 * 2 (sp)
    mret

unready:
    jal prepare
    bnez a0, leave
unsettled:
    ld a0, {TABLE}(sp)
    jal settle
    j resume

other_space:
    jalr t0                     # gives back a0 and a1 as it gets them
    j entered
