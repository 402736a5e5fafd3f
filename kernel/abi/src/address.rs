//! Where things lie in a partition's virtual address space.
//!
//! All of it is in one gibibyte far above the devices of any supported machine, which are
//! mapped at their physical addresses. What is not listed is not mapped; between two ranges
//! there is always at least one page that is not mapped.
//!
//! None of it holds on a machine without an MMU. Programs take the addresses from
//! [`crate::places`] and [`crate::pin`], which say on every machine where things lie.

/// Start of the gibibyte that all fixed ranges lie in.
pub const SPACE_BASE: u64 = 0x10_0000_0000;

/// Length of that gibibyte.
pub const SPACE_BYTES: u64 = 0x4000_0000;

/// Where the linker scripts place a program. A program ELF may lie elsewhere, as long as it
/// overlaps nothing below and no device of its partition.
pub const PROGRAM_BASE: u64 = SPACE_BASE;

/// Room for the program from [`PROGRAM_BASE`].
pub const PROGRAM_BYTES: u64 = 0x1fff_0000;

/// The baked steps of a model ([`crate::model`]), read-only; at most
/// [`crate::limits::MODEL_BYTES`].
pub const MODEL_BASE: u64 = SPACE_BASE + 0x2000_0000;

/// The text of the next `log` call: one page, of which the first
/// [`crate::limits::LOG_MESSAGE_BYTES`] bytes are used.
pub const LOG_BUFFER: u64 = SPACE_BASE + 0x2010_0000;

/// Port buffer of port 0. Each buffer is one page, whatever the size of its messages.
pub const PORT_BUFFERS: u64 = SPACE_BASE + 0x2018_0000;

/// From one port buffer to the next: the buffer's page and one that is not mapped.
pub const PORT_BUFFER_STRIDE: u64 = 0x2000;

/// First address above the stack. The stack grows down; the page below it is not mapped.
pub const STACK_TOP: u64 = SPACE_BASE + 0x3000_0000;

/// Most bytes that a stack may have.
pub const STACK_BYTES_MAX: u64 = 0x0400_0000;

/// For the partition that drains the log rings: [`crate::state::LogWriters`], read-only.
pub const LOG_WRITERS: u64 = SPACE_BASE + 0x3800_0000;

/// For the partition that drains the log rings: [`crate::state::LogReaders`], writable.
pub const LOG_READERS: u64 = SPACE_BASE + 0x3801_0000;

/// For the partition that drains the log rings: all rings one after another, read-only.
pub const LOG_RINGS: u64 = SPACE_BASE + 0x3802_0000;

/// For the monitor partition: [`crate::state::FaultRing`], read-only.
pub const FAULT_RING: u64 = SPACE_BASE + 0x3e00_0000;

/// The first shared memory, read-only or writable; the others follow in the order of the
/// design, each at the same address in all partitions, with a page that is not mapped between.
pub const MEMORIES: u64 = SPACE_BASE + SPACE_BYTES;

/// The port buffer of a port.
///
/// `port` must be below [`crate::limits::PORTS`].
#[must_use]
pub const fn port_buffer(port: u64) -> u64 {
    PORT_BUFFERS + port * PORT_BUFFER_STRIDE
}

/// The ranges (base, bytes) that no program segment may overlap.
pub const RESERVED: [(u64, u64); 1] = [(SPACE_BASE + PROGRAM_BYTES, SPACE_BYTES - PROGRAM_BYTES)];

const _: () = {
    assert!(PROGRAM_BASE + PROGRAM_BYTES < MODEL_BASE);
    assert!(MODEL_BASE + 0x1_0000 < LOG_BUFFER);
    assert!(LOG_BUFFER + 0x1000 < PORT_BUFFERS);
    assert!(port_buffer(64) <= STACK_TOP - STACK_BYTES_MAX - 0x1000);
    // Model, log buffer and port buffers share one last-level page table.
    assert!(MODEL_BASE >> 21 == (port_buffer(64) - 1) >> 21);
    assert!(STACK_TOP < LOG_WRITERS);
    assert!(LOG_RINGS + 64 * 65_536 < FAULT_RING);
    // The lower half of Sv39.
    assert!(SPACE_BASE + SPACE_BYTES <= 1 << 38);
};
