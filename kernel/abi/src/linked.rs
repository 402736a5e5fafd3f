//! The tables and the state as the kernel has them before it: the records of [`crate::tables`]
//! and [`crate::state`] with references where those have addresses, and cells where the kernel
//! writes. The designer has linked them; what a field means stands there, that the layouts are
//! the same is asserted here.

use core::cell::Cell;
use core::mem::offset_of;

use crate::{state, tables};

/// A physical address, from a table. No partition can make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Physical(u64);

impl Physical {
    /// An address that stands in a table.
    #[must_use]
    pub const fn from_table(address: u64) -> Self {
        Self(address)
    }

    /// The address so many bytes on, inside the same region.
    #[must_use]
    pub const fn offset(self, bytes: u64) -> Self {
        Self(self.0.wrapping_add(bytes))
    }

    /// The number, for the one who touches memory.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

macro_rules! linked {
    ($($(#[$doc:meta])* $name:ident = $of:ty { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[repr(C)]
        #[derive(Debug)]
        pub struct $name {
            $(#[doc = concat!("See `", stringify!($of), "`.")] pub $field: $type,)*
        }

        const _: () = {
            assert!(size_of::<$name>() == size_of::<$of>());
            $(assert!(offset_of!($name, $field) == offset_of!($of, $field));)*
        };
    )*};
}

linked! {
    /// The head of the tables of one hart.
    Header = tables::Header {
        magic: u64,
        abi_version: u64,
        hart: u64,
        boot_stack: u64,
        state: &'static HartState,
        mtime: u64,
        mtimecmp: u64,
        finisher: u64,
        uart: u64,
        plic_priorities: u64,
        plic_enables: u64,
        plic_threshold: u64,
        plic_claim: u64,
        plic_words: u64,
        asid_mask: u64,
        features: u64,
        start_ticks: u64,
        safe: Option<&'static Window>,
        reserved: [u64; 2],
        faults: &'static FaultRing,
        source_count: u64,
        misa_mask: u64,
        misa_value: u64,
        causes: [u8; 16],
        design: [u8; 32],
        pmp_entries: u64,
        pmp: Pmp,
        partitions: [Option<&'static PartitionTable>; 64],
        sources: [Source; 128],
    }
    /// PMP entries.
    Pmp = tables::PmpTable {
        config: u64,
        config_high: u64,
        address: [u64; 16],
        reserved: u64,
    }
    /// A partition's constants.
    PartitionTable = tables::PartitionTable {
        handlers: [u64; 16],
        state: &'static Partition,
        hart: &'static Header,
        satp: u64,
        space: u64,
        entry: u64,
        stack_top: u64,
        index: u64,
        clock: u64,
        incoming: u64,
        queues: u64,
        log_buffer: Physical,
        log_ring: Physical,
        log_bytes: u64,
        actions: [u8; 8],
        guard: u64,
        guard_bytes: u64,
        restart_limit: u64,
        backoff_ticks: u64,
        deadline_ticks: u64,
        restore: Option<&'static Restore>,
        pmp: &'static Pmp,
        hart_state: &'static HartState,
        status_off: u64,
        log_writer: &'static LogWriter,
        log_read: &'static Cell<u64>,
        log_progress: &'static Cell<u64>,
        reserved: [u64; 8],
        ports: [Port; 64],
    }
    /// A part of a partition's memory that a restart restores.
    Restore = tables::RestoreTable {
        to: Physical,
        from: Option<Source8>,
        bytes: u64,
        next: Option<&'static Restore>,
    }
    /// A queuing channel.
    Queue = tables::QueueTable {
        state: &'static QueueState,
        message_bytes: u64,
        depth: u64,
        slot_mask: u64,
        slot_bytes: u64,
        slots: Physical,
        receiver: &'static Partition,
        receiver_port: u64,
        receiver_bit: u64,
        receiver_buffer: Physical,
    }
    /// A sampling channel.
    Sample = tables::SampleTable {
        state: &'static SampleState,
        message_bytes: u64,
        validity_ticks: u64,
        value: Physical,
    }
    /// A window.
    Window = tables::WindowTable {
        next: &'static Cell<&'static Window>,
        duration_ticks: u64,
        pad_ticks: u64,
        order: &'static Order,
        enables: [u32; 4],
        following: &'static Window,
        reserved: u64,
    }
    /// A partition's place in the order of a window.
    Order = tables::OrderTable {
        state: &'static Partition,
        before: u64,
        next: &'static Order,
        members: u64,
    }
    /// Where an interrupt source leads.
    Source = tables::SourceTable {
        receiver: Option<&'static Partition>,
        port: u64,
    }
    /// What a hart is doing.
    HartState = state::HartState {
        window: Cell<&'static Window>,
        window_end: Cell<u64>,
        order: Cell<&'static Order>,
        frame_begin: Cell<&'static Window>,
        failed: Cell<u64>,
        failure_cause: Cell<u64>,
        failure_pc: Cell<u64>,
        failure_value: Cell<u64>,
        dump: Cell<u64>,
        reserved: u64,
    }
    /// A partition's registers and what it is doing.
    Partition = state::PartitionState {
        pc: Cell<u64>,
        registers: [Cell<u64>; 31],
        saved: Cell<u64>,
        table: &'static PartitionTable,
        pending: Cell<u64>,
        mask: Cell<u64>,
        ready_at: Cell<u64>,
        activity: Cell<u64>,
        queue: Cell<Option<&'static Queue>>,
        claimed: Cell<u64>,
        due: Cell<u64>,
        restarts: Cell<u64>,
        restore: Cell<Option<&'static Restore>>,
        restored: Cell<u64>,
        faults: Cell<u64>,
        released: u64,
        reserved: [u64; 2],
    }
    /// Messages sent to and received from a queue.
    QueueState = state::QueueState {
        write: Cell<u64>,
        read: Cell<u64>,
        awaited: Cell<u64>,
    }
    /// The value of a sampling channel.
    SampleState = state::SampleState {
        written: Cell<u64>,
        length: Cell<u64>,
        time: Cell<u64>,
    }
    /// A log ring's writing side.
    LogWriter = state::LogWriter {
        written: Cell<u64>,
        bytes: u64,
        offset: u64,
    }
    /// A fault.
    FaultRecord = state::FaultRecord {
        partition: Cell<u64>,
        cause: Cell<u64>,
        pc: Cell<u64>,
        value: Cell<u64>,
        time: Cell<u64>,
        health: Cell<u64>,
        action: Cell<u64>,
    }
    /// The faults of all partitions.
    FaultRing = state::FaultRing {
        written: Cell<u64>,
        records: [FaultRecord; 64],
    }
}

/// Where a restart takes a part of memory from; never 0.
pub type Source8 = core::num::NonZero<u64>;

/// A partition's end of a channel or of an interrupt ([`tables::PortTable`]).
#[repr(u64)]
#[derive(Debug)]
pub enum Port {
    /// No port.
    Absent = tables::kind::ABSENT,
    /// Sending end of a queue, with its buffer.
    QueuingOut(&'static Queue, Physical) = tables::kind::QUEUING_OUT,
    /// Receiving end of a queue, with its buffer.
    QueuingIn(&'static Queue, Physical) = tables::kind::QUEUING_IN,
    /// Sending end of a signal: the receiver, the bit of its port, the receiver's bit.
    SignalOut(&'static Partition, u64, u64) = tables::kind::SIGNAL_OUT,
    /// Receiving end of a signal.
    SignalIn = tables::kind::SIGNAL_IN,
    /// A device interrupt: its source.
    Interrupt(u64) = tables::kind::INTERRUPT,
    /// Sending end of a sampling channel, with its buffer.
    SamplingOut(&'static Sample, Physical) = tables::kind::SAMPLING_OUT,
    /// Receiving end of a sampling channel, with its buffer.
    SamplingIn(&'static Sample, Physical) = tables::kind::SAMPLING_IN,
}
const _: () = assert!(size_of::<Port>() == size_of::<tables::PortTable>());

impl PartitionTable {
    /// The port of this number, compared at full width.
    #[inline]
    #[must_use]
    pub fn port(&'static self, number: u64) -> Option<&'static Port> {
        self.ports.get(usize::try_from(number).ok()?)
    }
}
