//! The assembly in `entry.S` with the numbers that it needs.
#![allow(unsafe_code, reason = "the way into the kernel is not a function call")]

use core::arch::global_asm;
use core::mem::offset_of;

use septum_abi::state::{PartitionState, SAVED_ALL, SAVED_CALL};
use septum_abi::tables::Header;

use crate::csr;

global_asm!(
    include_str!("entry.S"),
    STACK_TOP = const offset_of!(Header, stack_top),
    HART = const offset_of!(Header, hart),
    STATES = const offset_of!(Header, partition_states),
    MTIMECMP = const offset_of!(Header, mtimecmp),
    PC = const offset_of!(PartitionState, pc),
    SAVED = const offset_of!(PartitionState, saved),
    SAVED_CALL = const SAVED_CALL,
    TIMER = const csr::MIP_TIMER,
    EXTERNAL = const csr::MIP_EXTERNAL,
    NOT_USER = const csr::MSTATUS_MPP | csr::MSTATUS_FS | csr::MSTATUS_VS,
);

const _: () = {
    // `sc.d` writes the pc to where it is, at offset 0.
    assert!(offset_of!(PartitionState, pc) == 0);
    // Register n at 8 n.
    assert!(offset_of!(PartitionState, registers) == 8);
    // `sd zero` says it.
    assert!(SAVED_ALL == 0);
    assert!(offset_of!(Header, partition_states) < 2048);
};
