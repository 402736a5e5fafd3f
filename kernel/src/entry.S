# The ways into the kernel and the one way out of it.
#
# In U-mode mscratch holds the address of the running partition's PartitionState (privileged
# specification, "Machine Scratch Register"); inside the kernel too, from the sixth
# instruction on. All offsets are asserted in entry.rs.

# Applies an instruction to the registers that a call saves, and to those that it does not.
.macro for_call_saved instruction
.irp n, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    \instruction x\n, 8 * \n (sp)
.endr
.endm

.macro for_call_zeroed instruction
.irp n, 1, 6, 7, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31
    \instruction x\n, 8 * \n (sp)
.endr
.endm

.macro zero register, place:vararg
    li \register, 0
.endm

.macro from_kernel_stack
    la t0, __tables
    ld sp, {STACK_TOP}(t0)
.endm

.section .text.start, "ax"
.globl _start
_start:
    csrr t0, mhartid
    la t1, __tables
    ld t2, {HART}(t1)
    bne t0, t2, park
    la t0, vectors
    ori t0, t0, 1               # MODE = vectored
    csrw mtvec, t0
    ld t0, {STATES}(t1)
    csrw mscratch, t0
    from_kernel_stack
    call boot
    j resume

.globl park
park:
    wfi
    j park

# Vectored: an interrupt with cause n enters at 4 n, any exception at 0.
.balign 256
.option push
.option norvc
.option norelax
vectors:
    j exception
    j unexpected
    j unexpected
    j unexpected                # machine software interrupt: never enabled
    j unexpected
    j unexpected
    j unexpected
    j interrupt                 # machine timer interrupt
    j unexpected
    j unexpected
    j unexpected
    j interrupt                 # machine external interrupt
.option pop

exception:
    csrrw sp, mscratch, sp
    sd t0, 8 * 5 (sp)
    csrr t0, mcause
    addi t0, t0, -8             # 8: ecall from U-mode, and only from there
    bnez t0, fault
    for_call_saved sd
    csrrw t0, mscratch, sp
    sd t0, 8 * 2 (sp)
    csrr t0, mepc
    addi t0, t0, 4
    sd t0, {PC}(sp)
    li t0, {SAVED_CALL}
    sd t0, {SAVED}(sp)
    from_kernel_stack
    call on_call                # a0, a1 and a7 as the partition left them
    beqz a0, resume
    li a1, 0
    j leave

fault:
    csrr t0, mstatus
    srli t0, t0, 11
    andi t0, t0, 3              # MPP: where the exception came from
    beqz t0, save_all
unexpected:                     # from the kernel itself, or nothing that can be
    from_kernel_stack
    j on_failure

interrupt:                      # only from U-mode: the kernel runs with MIE = 0
    csrrw sp, mscratch, sp
    sd t0, 8 * 5 (sp)
save_all:
    for_call_saved sd
    for_call_zeroed sd
    sd a0, 8 * 10 (sp)
    sd a1, 8 * 11 (sp)
    csrrw t0, mscratch, sp
    sd t0, 8 * 2 (sp)
    csrr t0, mepc
    sd t0, {PC}(sp)
    sd zero, {SAVED}(sp)        # SAVED_ALL
    from_kernel_stack
    csrr a0, mcause
    csrr a1, mtval
    call on_event

# The hart may wait in here, across windows. From one place for all that was done before, so
# that the way on from there is always equally long.
resume:
    call schedule

# a0: the PartitionState to load. a1: 0, or the timer's value for after the pad.
leave:
    mv sp, a0
    beqz a1, 2f
1:  wfi                         # only the timer is enabled: it is due at the end of the pad
    csrr t0, mip
    andi t0, t0, {TIMER}
    beqz t0, 1b
    # From here to the partition's first instruction the path is always equally long.
    la t0, __tables
    ld t0, {MTIMECMP}(t0)
    sd a1, 0(t0)
    li t0, {EXTERNAL}
    csrs mie, t0
2:  csrw mscratch, sp
    ld t0, {PC}(sp)
    csrw mepc, t0
    # "SC ... whether successful or not, invalidates any reservation": with the value that is there.
    sc.d zero, t0, (sp)
    li t0, {NOT_USER}           # MPP = U, FS = VS = Off
    csrc mstatus, t0
    ld t0, {SAVED}(sp)
    bnez t0, 3f
    for_call_zeroed ld
    ld x5, 8 * 5 (sp)
    j 4f
3:  for_call_zeroed zero
    li x5, 0
    nop                         # as long as the other way
4:  for_call_saved ld
    ld a0, 8 * 10 (sp)
    ld a1, 8 * 11 (sp)
    ld sp, 8 * 2 (sp)
    mret
