//! Limits that the checker enforces and the kernel relies on.

/// Partitions in a system. Also the number of characters that name one on the console.
pub const PARTITIONS: usize = 64;

/// Ports of a partition: one bit each in its pending word.
pub const PORTS: usize = 64;

/// Largest message of a channel in bytes. The smallest is 1.
pub const MESSAGE_BYTES: usize = 4096;

/// Most messages that a queue holds. The fewest is 1.
pub const QUEUE_DEPTH: usize = 256;

/// PMP entries that the kernel programs.
pub const PMP_ENTRIES: usize = 16;

/// Words of 32 PLIC sources each that the kernel switches with the window.
pub const PLIC_WORDS: usize = 4;

/// Windows in a major frame.
pub const WINDOWS: usize = 256;

/// Longest text of one `log` call in bytes.
pub const LOG_MESSAGE_BYTES: usize = 256;

/// Smallest log ring in bytes. A ring is 0 bytes long or a power of two between the limits.
pub const LOG_RING_BYTES_MIN: usize = 512;

/// Largest log ring in bytes.
pub const LOG_RING_BYTES_MAX: usize = 65_536;

/// Records that the fault ring keeps.
pub const FAULT_RECORDS: usize = 64;

/// Steps of a model.
pub const MODEL_STEPS: usize = 1024;

/// Bytes of a baked model: header, steps, and texts.
pub const MODEL_BYTES: usize = 65_536;

/// The kernel's stack in bytes: one below each partition's state.
pub const KERNEL_STACK_BYTES: usize = 1024;

/// Most bytes that a restart copies or clears at a time, before the kernel looks again who is
/// to run.
pub const RESTORE_CHUNK_BYTES: u64 = 512;

/// A page in bytes.
pub const PAGE_BYTES: usize = 4096;
