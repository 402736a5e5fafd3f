//! The kernel's configuration: constant tables that the designer places in the image.
//!
//! A [`Header`] lies at the kernel's symbol `__tables`, directly behind its code, 4 KiB
//! aligned. It gives the physical addresses of all other tables and of the kernel's state
//! ([`crate::state`]), all 8-byte aligned. Lists are arrays of one record type. The kernel
//! never writes a table. Indices (`*_first`, `channel`, `partition`) count records from 0.

use crate::record::record;

/// First word of the tables: `SEPTUM`, then two zero bytes.
pub const MAGIC: u64 = u64::from_le_bytes(*b"SEPTUM\0\0");

/// An index that refers to nothing, an address of a device that is not the kernel's.
pub const NONE: u64 = u64::MAX;

/// [`Header::features`]: the machine has `menvcfg` (privileged specification 1.12); the
/// kernel clears it.
pub const FEATURE_MENVCFG: u64 = 1;

record! {
    /// The head of the tables, for one hart.
    pub struct Header [496] {
        /// [`MAGIC`].
        pub magic: u64 = 0,
        /// [`crate::ABI_VERSION`].
        pub abi_version: u64 = 8,
        /// `mhartid` that the kernel accepts. Any other hart stops in `wfi` for ever.
        pub hart: u64 = 16,
        /// Bits of `misa` that are compared at boot.
        pub misa_mask: u64 = 24,
        /// What they must be.
        pub misa_value: u64 = 32,
        /// Width of `satp.ASID` that the machine must implement. With 0 the kernel fences
        /// at each switch.
        pub asid_bits: u64 = 40,
        /// First address above the kernel's stack of [`crate::limits::KERNEL_STACK_BYTES`],
        /// 16-byte aligned.
        pub stack_top: u64 = 48,

        /// Address of `mtime`.
        pub mtime: u64 = 56,
        /// Address of the hart's `mtimecmp`.
        pub mtimecmp: u64 = 64,
        /// Address of the test finisher; [`NONE`] without one.
        pub finisher: u64 = 72,
        /// Address of the UART that the kernel drains the log rings to; [`NONE`] when a
        /// partition owns it or there is none.
        pub uart: u64 = 80,
        /// Address of the PLIC's priority of source 0.
        pub plic_priorities: u64 = 88,
        /// Address of the PLIC's first enable word of the hart's M-mode context.
        pub plic_enables: u64 = 96,
        /// Address of the PLIC's threshold of that context.
        pub plic_threshold: u64 = 104,
        /// Address of the PLIC's claim and complete register of that context.
        pub plic_claim: u64 = 112,
        /// Enable words of the PLIC, at most [`crate::limits::PLIC_WORDS`].
        pub plic_words: u64 = 120,

        /// `mtime` at which the first window begins, counted from reset. If the clock is
        /// already past it, the first window begins so many ticks after boot.
        pub start_ticks: u64 = 128,
        /// Ticks from the begin of a window to its first user instruction.
        pub pad_ticks: u64 = 136,

        /// Address of the [`PartitionTable`]s, in the order of the design.
        pub partitions: u64 = 144,
        /// Number of partitions, 1..=[`crate::limits::PARTITIONS`].
        pub partition_count: u64 = 152,
        /// Address of the [`PortTable`]s, a partition's ports one after another.
        pub ports: u64 = 160,
        /// Number of ports of all partitions.
        pub port_count: u64 = 168,
        /// Address of the [`ChannelTable`]s, in the order of the design.
        pub channels: u64 = 176,
        /// Number of channels.
        pub channel_count: u64 = 184,
        /// Address of the [`WindowTable`]s, in the order of the frame.
        pub windows: u64 = 192,
        /// Number of windows, at least 1.
        pub window_count: u64 = 200,
        /// Address of the order: partition indices, 8 bytes each, that windows refer to.
        pub order: u64 = 208,
        /// Number of entries of the order.
        pub order_count: u64 = 216,
        /// Address of the [`SourceTable`]s, one for each PLIC source from 0.
        pub sources: u64 = 224,
        /// Number of sources, at most 32 times `plic_words`; may be 0.
        pub source_count: u64 = 232,

        /// Address of the [`crate::state::HartState`].
        pub hart_state: u64 = 240,
        /// Address of the [`crate::state::PartitionState`]s, one for each partition.
        pub partition_states: u64 = 248,
        /// Address of the [`crate::state::QueueState`]s, one for each channel.
        pub queue_states: u64 = 256,
        /// Address of the [`crate::state::LogWriters`], page-aligned.
        pub log_writers: u64 = 264,
        /// Address of the [`crate::state::LogReaders`], page-aligned.
        pub log_readers: u64 = 272,
        /// Address of the first log ring, page-aligned.
        pub log_rings: u64 = 280,
        /// Address of the [`crate::state::FaultRing`].
        pub faults: u64 = 288,

        /// PMP entries in use; the others up to [`crate::limits::PMP_ENTRIES`] are written OFF
        /// where the machine has them.
        pub pmp_count: u64 = 296,
        /// PMP entries that the machine implements and the kernel writes: 16.
        pub pmp_entries: u64 = 304,
        /// `pmpcfg0` and `pmpcfg2`.
        pub pmp_config: [u64; 2] = 312,
        /// `pmpaddr0` to `pmpaddr15`.
        pub pmp_address: [u64; 16] = 328,

        /// SHA-256 of the design that the tables were made from; not read by the kernel.
        pub design: [u8; 32] = 456,
        /// Registers that the machine has beyond the least: [`FEATURE_MENVCFG`].
        pub features: u64 = 488,
    }
}

record! {
    /// What the kernel knows about a partition.
    pub struct PartitionTable [96] {
        /// Virtual address of the first instruction.
        pub entry: u64 = 0,
        /// Initial stack pointer, 16-byte aligned.
        pub stack_top: u64 = 8,
        /// `satp`: Sv39, the partition's own ASID, the root of its page tables.
        pub satp: u64 = 16,
        /// The calls that it may make: [`crate::call::Call::bit`]. Any other is a fault.
        pub calls: u64 = 24,
        /// 1: it may read the clock and use finite deadlines. 0: both are
        /// [`crate::call::Status::Denied`].
        pub clock: u64 = 32,
        /// Index of its first port in the [`PortTable`]s.
        pub ports_first: u64 = 40,
        /// Number of its ports, at most [`crate::limits::PORTS`].
        pub ports_count: u64 = 48,
        /// The bits of its incoming ports: channel ends and interrupts.
        pub incoming: u64 = 56,
        /// Those of `incoming` that are queuing channels: their bit stays until the queue is
        /// empty, it is not cleared by `wait`.
        pub queues: u64 = 64,
        /// Physical address of its log buffer (one page); not read when `log_bytes` is 0.
        pub log_buffer: u64 = 72,
        /// Offset of its log ring from [`Header::log_rings`], a multiple of 8.
        pub log_offset: u64 = 80,
        /// Length of its log ring in bytes: 0, or a power of two between
        /// [`crate::limits::LOG_RING_BYTES_MIN`] and `..._MAX`.
        pub log_bytes: u64 = 88,
    }
}

/// [`PortTable::kind`] and [`ChannelTable::kind`].
pub mod kind {
    /// Sending end of a queuing channel.
    pub const QUEUING_OUT: u64 = 1;
    /// Receiving end of a queuing channel.
    pub const QUEUING_IN: u64 = 2;
    /// Sending end of a signal channel.
    pub const SIGNAL_OUT: u64 = 3;
    /// Receiving end of a signal channel.
    pub const SIGNAL_IN: u64 = 4;
    /// A device interrupt.
    pub const INTERRUPT: u64 = 5;
    /// A channel: queuing.
    pub const QUEUING: u64 = 1;
    /// A channel: signal.
    pub const SIGNAL: u64 = 3;
}

record! {
    /// A partition's end of a channel or of an interrupt.
    pub struct PortTable [24] {
        /// One of [`kind`]'s first five.
        pub kind: u64 = 0,
        /// Index of the channel; for an interrupt the PLIC source.
        pub subject: u64 = 8,
        /// Physical address of the port buffer (one page); 0 for signals and interrupts.
        pub buffer: u64 = 16,
    }
}

record! {
    /// A channel.
    pub struct ChannelTable [72] {
        /// [`kind::QUEUING`] or [`kind::SIGNAL`].
        pub kind: u64 = 0,
        /// Index of the sending partition.
        pub sender: u64 = 8,
        /// The sender's port number.
        pub sender_port: u64 = 16,
        /// Index of the receiving partition.
        pub receiver: u64 = 24,
        /// The receiver's port number.
        pub receiver_port: u64 = 32,
        /// Largest message in bytes; 0 for signals.
        pub message_bytes: u64 = 40,
        /// Slots of the queue, at most [`crate::limits::QUEUE_DEPTH`]; 0 for signals.
        pub depth: u64 = 48,
        /// From one slot to the next: [`slot_bytes`].
        pub slot_bytes: u64 = 56,
        /// Physical address of slot 0: the message's length (8 bytes), then the message,
        /// filled up with zeros to a multiple of 8.
        pub slots: u64 = 64,
    }
}

/// Length of a queue's slot for messages of up to `message_bytes`.
#[must_use]
pub const fn slot_bytes(message_bytes: u64) -> u64 {
    8 + message_bytes.next_multiple_of(8)
}

record! {
    /// A window of the major frame.
    pub struct WindowTable [56] {
        /// Begin in ticks from the begin of the frame.
        pub start_ticks: u64 = 0,
        /// Length in ticks, longer than the pad.
        pub duration_ticks: u64 = 8,
        /// Index of its first entry in the order; most important partition first.
        pub order_first: u64 = 16,
        /// Number of its partitions, at least 1.
        pub order_count: u64 = 24,
        /// PLIC sources that are enabled in it: bit n of word m is source 32 m + n.
        pub enables: [u32; 4] = 32,
        /// The same partitions as a set: bit n is the partition with index n.
        pub members: u64 = 48,
    }
}

record! {
    /// Where an interrupt source leads.
    pub struct SourceTable [16] {
        /// Index of the partition; [`NONE`] for a source that nobody owns.
        pub partition: u64 = 0,
        /// Its port number.
        pub port: u64 = 8,
    }
}
