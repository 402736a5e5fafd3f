//! Physical memory: devices, queues, buffers and the tables. The only place that makes a
//! pointer from a number, and every number comes from a table.
#![allow(
    unsafe_code,
    reason = "addresses come from the design, not from the language"
)]
#![allow(
    clippy::as_conversions,
    reason = "an address is a usize on RV64; nothing is cut off"
)]

use core::ptr::{with_exposed_provenance, with_exposed_provenance_mut};

use septum_abi::tables::Header;
use septum_kernel_logic::Kernel;

use crate::hardware::Machine;

unsafe extern "C" {
    /// Where the designer placed the tables; from the linker script.
    static __tables: Header;
}

/// A value that a single load or store moves.
pub(crate) trait Word: Copy {}
impl Word for u8 {}
impl Word for u32 {}
impl Word for u64 {}

/// Loads from a device register or a buffer.
pub(crate) fn load<T: Word>(address: u64) -> T {
    // SAFETY: the address comes from a table, which the designer made: a device of the kernel
    // or memory of a queue, ring or buffer, aligned, and no Rust object. Volatile, because
    // devices and partitions change it.
    unsafe { with_exposed_provenance::<T>(address as usize).read_volatile() }
}

/// Stores to a device register or a buffer.
pub(crate) fn store<T: Word>(address: u64, value: T) {
    // SAFETY: as for `load`.
    unsafe { with_exposed_provenance_mut::<T>(address as usize).write_volatile(value) }
}

/// The head of the tables.
pub(crate) fn header() -> &'static Header {
    // SAFETY: the image has a `Header` there, which nobody writes: the magic and the version
    // are compared at boot before anything else of it is used.
    unsafe { &*(&raw const __tables) }
}

/// The tables and the state for one trap.
///
/// # Safety
/// At most one of them at a time: the kernel's entries make one each and do not nest.
pub(crate) unsafe fn kernel() -> Kernel<'static, Machine> {
    let header = header();
    // SAFETY: for all of these: the designer placed records of this type, so many, aligned,
    // disjoint and in RAM that no PTE maps writable, except `LogReaders`; and every bit
    // pattern is a value. State is reached through these references only, from one hart, and
    // the caller says that there are no others.
    unsafe {
        Kernel {
            header,
            partitions: list(header.partitions, header.partition_count),
            ports: list(header.ports, header.port_count),
            channels: list(header.channels, header.channel_count),
            windows: list(header.windows, header.window_count),
            order: list(header.order, header.order_count),
            sources: list(header.sources, header.source_count),
            hart: one(header.hart_state),
            states: state_list(header.partition_states, header.partition_count),
            queues: state_list(header.queue_states, header.channel_count),
            writers: one(header.log_writers),
            readers: one(header.log_readers),
            faults: one(header.faults),
            hardware: Machine,
        }
    }
}

unsafe fn list<T>(address: u64, count: u64) -> &'static [T] {
    // SAFETY: the caller's.
    unsafe {
        core::slice::from_raw_parts(with_exposed_provenance(address as usize), count as usize)
    }
}

unsafe fn state_list<T>(address: u64, count: u64) -> &'static mut [T] {
    let first = with_exposed_provenance_mut(address as usize);
    // SAFETY: the caller's.
    unsafe { core::slice::from_raw_parts_mut(first, count as usize) }
}

unsafe fn one<T>(address: u64) -> &'static mut T {
    // SAFETY: the caller's.
    unsafe { &mut *with_exposed_provenance_mut(address as usize) }
}
