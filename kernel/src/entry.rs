//! The assembly in `entry.S` with the numbers that it needs.
#![allow(unsafe_code, reason = "the way into the kernel is not a function call")]

use core::arch::global_asm;
use core::mem::offset_of;

use septum_abi::call::CALLS;
use septum_abi::limits::KERNEL_STACK_BYTES;
use septum_abi::machine::mip;
use septum_abi::state::{Activity, PartitionState, SAVED_ALL, SAVED_CALL};
use septum_abi::tables::{Header, PartitionTable};
use septum_kernel_logic::SWITCH;

global_asm!(
    include_str!("entry.S"),
    HART = const offset_of!(Header, hart),
    BOOT_STACK = const offset_of!(Header, boot_stack),
    MTIMECMP = const offset_of!(Header, mtimecmp),
    HANDLERS = const offset_of!(PartitionTable, handlers),
    PC = const offset_of!(PartitionState, pc),
    SAVED = const offset_of!(PartitionState, saved),
    TABLE = const offset_of!(PartitionState, table),
    CALLS = const CALLS,
    ACTIVITY = const offset_of!(PartitionState, activity),
    SPACE = const offset_of!(PartitionTable, space),
    SATP = const offset_of!(PartitionTable, satp),
    TABLE_HART = const offset_of!(PartitionTable, hart),
    SAVED_CALL = const SAVED_CALL,
    TIMER = const mip::TIMER,
    EXTERNAL = const mip::EXTERNAL,
    STATUS_OFF = const offset_of!(PartitionTable, status_off),
);

const _: () = {
    // `sc.d` writes the pc to where it is, at offset 0.
    assert!(offset_of!(PartitionState, pc) == 0);
    // Register n at 8 n.
    assert!(offset_of!(PartitionState, registers) == 8);
    // The stack ends where the state begins, and is aligned as the calling convention wants.
    assert!(PartitionState::SIZE_BYTES.is_multiple_of(16) && KERNEL_STACK_BYTES.is_multiple_of(16));
    // `sd zero` says it; and `bnez` tells who is ready.
    assert!(SAVED_ALL == 0 && Activity::Ready.number() == 0);
    // As many as there are handlers.
    assert!(offset_of!(PartitionTable, state) - offset_of!(PartitionTable, handlers) == 8 * 16);
    assert!(CALLS == 16);
    // `bltz` tells it from every status.
    assert!(SWITCH.status >> 63 == 1);
};
