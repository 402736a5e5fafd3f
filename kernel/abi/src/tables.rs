//! The kernel's configuration: constant tables that the designer places in the image.
//!
//! A [`Header`] lies at the kernel's symbol `__tables`, directly behind its code, 4 KiB
//! aligned. Tables and state ([`crate::state`]) refer to each other by physical address, as
//! the designer linked them: the kernel follows references and computes no address. A field
//! that says "address of a T" holds one of a T that is 8-byte aligned and in the image; 0
//! refers to nothing where the field says so. The kernel never writes a table.

use crate::health::CAUSES;
use crate::record::record;

/// First word of the tables: `SEPTUM`, then two zero bytes.
pub const MAGIC: u64 = u64::from_le_bytes(*b"SEPTUM\0\0");

/// An address of a device that is not the kernel's.
pub const NONE: u64 = u64::MAX;

/// [`Header::features`]: the machine has `menvcfg` (privileged specification 1.12); the
/// kernel clears it.
pub const FEATURE_MENVCFG: u64 = 1;

/// [`Header::features`]: the machine has S-mode, so `satp`, `scounteren` and `sfence.vma`.
pub const FEATURE_SUPERVISOR: u64 = 2;

record! {
    /// The head of the tables, for one hart.
    pub struct Header [2960] {
        /// [`MAGIC`].
        pub magic: u64 = 0,
        /// [`crate::ABI_VERSION`].
        pub abi_version: u64 = 8,
        /// `mhartid` that the kernel accepts. Any other hart stops in `wfi` for ever.
        pub hart: u64 = 16,
        /// First address above the stack for the boot, 16-byte aligned.
        pub boot_stack: u64 = 24,
        /// Address of the [`crate::state::HartState`].
        pub state: u64 = 32,
        /// Address of `mtime`.
        pub mtime: u64 = 40,
        /// Address of the hart's `mtimecmp`.
        pub mtimecmp: u64 = 48,
        /// Address of the test finisher; [`NONE`] without one.
        pub finisher: u64 = 56,
        /// Address of the UART that the kernel drains the log rings to; [`NONE`] when a
        /// partition owns it or there is none.
        pub uart: u64 = 64,
        /// Address of the PLIC's priority of source 0.
        pub plic_priorities: u64 = 72,
        /// Address of the PLIC's first enable word of the hart's M-mode context.
        pub plic_enables: u64 = 80,
        /// Address of the PLIC's threshold of that context.
        pub plic_threshold: u64 = 88,
        /// Address of the PLIC's claim and complete register of that context.
        pub plic_claim: u64 = 96,
        /// Enable words of the PLIC that are switched with the window, at most
        /// [`crate::limits::PLIC_WORDS`].
        pub plic_words: u64 = 104,
        /// The bits of `satp.ASID` that the machine must implement. Without any the kernel
        /// fences at each switch.
        pub asid_mask: u64 = 112,
        /// Registers that the machine has beyond the least: `FEATURE_*`.
        pub features: u64 = 120,
        /// `mtime` at which the first window begins, counted from reset. If the clock is
        /// already past it, the first window begins so many ticks after boot.
        pub start_ticks: u64 = 128,
        /// Address of the first [`WindowTable`] of the second schedule; 0 without one.
        pub safe: u64 = 136,
        /// 0.
        pub reserved: [u64; 2] = 144,
        /// Address of the [`crate::state::FaultRing`], page-aligned.
        pub faults: u64 = 160,
        /// One more than the highest interrupt source in use; 0 without any.
        pub source_count: u64 = 168,
        /// Bits of `misa` that are compared at boot.
        pub misa_mask: u64 = 176,
        /// What they must be.
        pub misa_value: u64 = 184,
        /// Number of the [`crate::health::Cause`] of each exception, by `mcause`.
        pub causes: [u8; 16] = 192,
        /// SHA-256 of the design that the tables were made from; not read by the kernel.
        pub design: [u8; 32] = 208,
        /// PMP entries that the kernel writes: 8 or 16. Behind them none is on.
        pub pmp_entries: u64 = 240,
        /// What they are at boot.
        pub pmp: PmpTable = 248,
        /// Addresses of the [`PartitionTable`]s in the order of the design; 0 behind the last.
        pub partitions: [u64; 64] = 400,
        /// For each interrupt source its [`SourceTable`].
        pub sources: [SourceTable; 128] = 912,
    }
}

record! {
    /// PMP entries as they are written.
    pub struct PmpTable [152] {
        /// `pmpcfg0`: entries 0 to 7.
        pub config: u64 = 0,
        /// `pmpcfg2`: entries 8 to 15.
        pub config_high: u64 = 8,
        /// `pmpaddr0` to `pmpaddr15`.
        pub address: [u64; 16] = 16,
        /// 0.
        pub reserved: u64 = 144,
    }
}

record! {
    /// What the kernel knows about a partition.
    pub struct PartitionTable [2448] {
        /// For each call number the address of the kernel's function that carries it out for
        /// this partition: where the partition may not make the call, of the one that denies.
        pub handlers: [u64; 16] = 0,
        /// Address of the [`crate::state::PartitionState`].
        pub state: u64 = 128,
        /// Address of the [`Header`] of its hart.
        pub hart: u64 = 136,
        /// `satp`: Sv39, the partition's own ASID, the root of its page tables; 0 without.
        pub satp: u64 = 144,
        /// Address of the kernel's function that switches to this partition where setting
        /// `satp` is not enough or there is none; 0 where it is.
        pub space: u64 = 152,
        /// Virtual address of the first instruction.
        pub entry: u64 = 160,
        /// Initial stack pointer, 16-byte aligned.
        pub stack_top: u64 = 168,
        /// Position in the order of the design.
        pub index: u64 = 176,
        /// 1: it may use finite deadlines. 0: they are [`crate::call::Status::Denied`].
        pub clock: u64 = 184,
        /// The bits of its incoming ports: channel ends and interrupts.
        pub incoming: u64 = 192,
        /// Those of `incoming` that are queuing channels: their bit stays until the queue is
        /// empty, it is not cleared by `wait`.
        pub queues: u64 = 200,
        /// Physical address of its log buffer (one page); not read when `log_bytes` is 0.
        pub log_buffer: u64 = 208,
        /// Physical address of its log ring.
        pub log_ring: u64 = 216,
        /// Length of its log ring in bytes: 0, or a power of two between
        /// [`crate::limits::LOG_RING_BYTES_MIN`] and `..._MAX`.
        pub log_bytes: u64 = 224,
        /// Number of the [`crate::health::HealthAction`] for each [`crate::health::Cause`],
        /// then zeros.
        pub actions: [u8; 8] = 232,
        /// First address of the range below the stack that only an overflow touches.
        pub guard: u64 = 240,
        /// Length of that range in bytes.
        pub guard_bytes: u64 = 248,
        /// Restarts by the health monitor before it halts instead; [`NONE`]: no limit.
        pub restart_limit: u64 = 256,
        /// Ticks between the fault and the begin of the restart.
        pub backoff_ticks: u64 = 264,
        /// Ticks from a release to the wait that must come before; [`NONE`]: no deadline.
        pub deadline_ticks: u64 = 272,
        /// Address of the first [`RestoreTable`]; 0 where nothing restarts it.
        pub restore: u64 = 280,
        /// Address of the [`PmpTable`] to switch to; of the header's where page tables separate.
        pub pmp: u64 = 288,
        /// Address of the [`crate::state::HartState`] of its hart.
        pub hart_state: u64 = 296,
        /// Bits of `mstatus` that are cleared before the return to it, so that it returns to
        /// U-mode, without floating point and vectors.
        pub status_off: u64 = 304,
        /// Address of its [`crate::state::LogWriter`].
        pub log_writer: u64 = 312,
        /// Address of its word of [`crate::state::LogReaders::read`].
        pub log_read: u64 = 320,
        /// Address of its word of [`crate::state::LogReaders::progress`].
        pub log_progress: u64 = 328,
        /// 0.
        pub reserved: [u64; 8] = 336,
        /// Its ports by number; [`PortTable`]s of kind 0 behind the last.
        pub ports: [PortTable; 64] = 400,
    }
}
const _: () = assert!(CAUSES <= 8);

record! {
    /// A part of a partition's memory that a restart restores.
    pub struct RestoreTable [32] {
        /// Physical address, a multiple of 8.
        pub to: u64 = 0,
        /// Physical address of what was there at first; 0: zeros.
        pub from: u64 = 8,
        /// Length, a multiple of 8.
        pub bytes: u64 = 16,
        /// Address of the next one; 0 behind the last.
        pub next: u64 = 24,
    }
}

/// [`PortTable::kind`].
pub mod kind {
    /// No port.
    pub const ABSENT: u64 = 0;
    /// Sending end of a queuing channel: address of the [`super::QueueTable`], physical address
    /// of the port buffer, 0.
    pub const QUEUING_OUT: u64 = 1;
    /// Receiving end of a queuing channel: the same.
    pub const QUEUING_IN: u64 = 2;
    /// Sending end of a signal channel: address of the receiver's
    /// [`crate::state::PartitionState`], the bit of its port, the bit of the receiver among the
    /// partitions or 0 if no window has both.
    pub const SIGNAL_OUT: u64 = 3;
    /// Receiving end of a signal channel: 0, 0, 0.
    pub const SIGNAL_IN: u64 = 4;
    /// A device interrupt: its source, 0, 0.
    pub const INTERRUPT: u64 = 5;
    /// Sending end of a sampling channel: address of the [`super::SampleTable`], physical
    /// address of the port buffer, 0.
    pub const SAMPLING_OUT: u64 = 6;
    /// Receiving end of a sampling channel: the same.
    pub const SAMPLING_IN: u64 = 7;
}

record! {
    /// A partition's end of a channel or of an interrupt.
    pub struct PortTable [32] {
        /// One of [`kind`].
        pub kind: u64 = 0,
        /// What the kind says.
        pub parts: [u64; 3] = 8,
    }
}

record! {
    /// A queuing channel.
    pub struct QueueTable [80] {
        /// Address of the [`crate::state::QueueState`].
        pub state: u64 = 0,
        /// Largest message in bytes.
        pub message_bytes: u64 = 8,
        /// Messages that it holds, at most [`crate::limits::QUEUE_DEPTH`].
        pub depth: u64 = 16,
        /// Number of slots less one: the slots are the next power of two from `depth`.
        pub slot_mask: u64 = 24,
        /// From one slot to the next: [`slot_bytes`].
        pub slot_bytes: u64 = 32,
        /// Physical address of slot 0: the message's length (8 bytes), then the message,
        /// filled up with zeros to a multiple of 8.
        pub slots: u64 = 40,
        /// Address of the receiver's [`crate::state::PartitionState`].
        pub receiver: u64 = 48,
        /// The bit of the receiver's port.
        pub receiver_port: u64 = 56,
        /// The bit of the receiver among the partitions; 0 if no window has sender and receiver.
        pub receiver_bit: u64 = 64,
        /// Physical address of the receiver's port buffer.
        pub receiver_buffer: u64 = 72,
    }
}

record! {
    /// A sampling channel.
    pub struct SampleTable [32] {
        /// Address of the [`crate::state::SampleState`].
        pub state: u64 = 0,
        /// Largest message in bytes.
        pub message_bytes: u64 = 8,
        /// Ticks for which a value is valid.
        pub validity_ticks: u64 = 16,
        /// Physical address of the value, filled up with zeros to a multiple of 8.
        pub value: u64 = 24,
    }
}

/// Length of a queue's slot for messages of up to `message_bytes`.
#[must_use]
pub const fn slot_bytes(message_bytes: u64) -> u64 {
    8 + message_bytes.next_multiple_of(8)
}

record! {
    /// A window of the major frame.
    pub struct WindowTable [64] {
        /// Address of a word with the address of the window that follows: of `following`, or
        /// for the last window of a frame of [`crate::state::HartState::frame_begin`].
        pub next: u64 = 0,
        /// Length in ticks, longer than the pad.
        pub duration_ticks: u64 = 8,
        /// Ticks from the begin to the first user instruction.
        pub pad_ticks: u64 = 16,
        /// Address of the [`OrderTable`] of its most important partition.
        pub order: u64 = 24,
        /// PLIC sources that are enabled in it: bit n of word m is source 32 m + n.
        pub enables: [u32; 4] = 32,
        /// Address of the window that follows in the frame; its own for the last one.
        pub following: u64 = 48,
        /// 0.
        pub reserved: u64 = 56,
    }
}

record! {
    /// A partition's place in the order of a window.
    pub struct OrderTable [32] {
        /// Address of its [`crate::state::PartitionState`]; behind the last partition of a
        /// window of one that can always run and never does: the idle hart.
        pub state: u64 = 0,
        /// The partitions before it, all of them more important, as a set.
        pub before: u64 = 8,
        /// Address of the next less important one; for the idle hart its own.
        pub next: u64 = 16,
        /// All partitions of the window, as a set.
        pub members: u64 = 24,
    }
}

record! {
    /// Where an interrupt source leads.
    pub struct SourceTable [16] {
        /// Address of the owner's [`crate::state::PartitionState`]; 0 for a source that nobody
        /// owns.
        pub receiver: u64 = 0,
        /// The bit of its port.
        pub port: u64 = 8,
    }
}
