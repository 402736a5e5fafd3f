//! The kernel's state: where it lies is the designer's decision ([`crate::tables::Header`]),
//! what is in it the kernel's. Its first content is part of the image, so that nothing has to
//! be written at boot. U-mode reaches none of it, except that the partition which drains the
//! log rings reads [`LogWriters`] and writes [`LogReaders`], and the monitor reads
//! [`FaultRing`].

use crate::call::{NEVER, numbered};
use crate::record::record;

record! {
    /// What a hart is doing.
    pub struct HartState [80] {
        /// Address of the [`crate::tables::WindowTable`] of the window.
        pub window: u64 = 0,
        /// `mtime` at which the window ends; 0 before the first one.
        pub window_end: u64 = 8,
        /// Address of the [`crate::tables::OrderTable`] of the partition that runs or will run
        /// next, or of the idle hart.
        pub order: u64 = 16,
        /// Address of the [`crate::tables::WindowTable`] that the next frame begins with.
        pub frame_begin: u64 = 24,
        /// 1 after the kernel has failed: the next three are valid.
        pub failed: u64 = 32,
        /// `mcause` of the kernel's own exception, or [`refusal`]'s number with bit 62 set.
        pub failure_cause: u64 = 40,
        /// `mepc` of the kernel's own exception; for a refusal, what was found.
        pub failure_pc: u64 = 48,
        /// `mtval` of the kernel's own exception; for a refusal, what was expected.
        pub failure_value: u64 = 56,
        /// Where the kernel's console bytes go while the UART takes none. Never read.
        pub dump: u64 = 64,
        /// 0.
        pub reserved: u64 = 72,
    }
}

/// Exit code on the test finisher after an exception in the kernel.
pub const EXIT_FAILED: u16 = 70;

/// Exit code on the test finisher when the kernel refused to start ([`refusal`]).
pub const EXIT_REFUSED: u16 = 71;

/// Exit code on the test finisher when the health monitor stopped the machine
/// ([`crate::health::HealthAction::PowerOff`]).
pub const EXIT_HEALTH: u16 = 72;

/// Why the kernel refused to start: the machine is not the one of the tables.
/// Bit 62 of [`HartState::failure_cause`] is set beside the number.
pub mod refusal {
    /// Marks a refusal among causes.
    pub const FLAG: u64 = 1 << 62;
    /// The tables have another magic or ABI version.
    pub const TABLES: u64 = 1;
    /// `misa`.
    pub const MISA: u64 = 2;
    /// A PMP address or configuration reads back otherwise.
    pub const PMP: u64 = 3;
    /// The ASID field's width.
    pub const ASID: u64 = 4;
    /// A register that must be writable or zero reads back otherwise.
    pub const REGISTER: u64 = 5;
}

numbered! {
    /// What a partition is doing ([`PartitionState::activity`]).
    pub enum Activity {
        /// It runs or would run if it were its turn.
        Ready = 0 "ready",
        /// In `wait`, until a port of the mask is pending or the deadline has passed.
        Waiting = 1 "waiting",
        /// In `receive`, until the port of the mask is pending or the deadline has passed.
        Receiving = 2 "receiving",
        /// It has called `exit`.
        Exited = 3 "exited",
        /// It was halted by the health monitor or stopped by another partition.
        Halted = 4 "halted",
        /// Its memory is being restored, or will be.
        Restarting = 5 "restarting",
        /// It can run, and has a deadline that has not been set yet.
        Released = 6 "released",
        /// It runs or would run, and must wait again before its deadline.
        Due = 7 "due",
        /// It is the hart that has nothing to do.
        Idle = 8 "idle",
    }
}

/// [`PartitionState::saved`]: all registers, by an interrupt or a fault, or at boot.
pub const SAVED_ALL: u64 = 0;
/// [`PartitionState::saved`]: only `sp`, `gp`, `tp`, `s0`..`s11`, `a0`, `a1`, by a system call.
pub const SAVED_CALL: u64 = 1;

record! {
    /// A partition's registers and what it is doing. `mscratch` holds the address of the
    /// running partition's. The kernel's stack for its traps lies below it.
    ///
    /// It can run once `ready_at` has come.
    pub struct PartitionState [384] {
        /// Where it goes on.
        pub pc: u64 = 0,
        /// `x1` to `x31`: register n at offset 8 n.
        pub registers: [u64; 31] = 8,
        /// [`SAVED_ALL`] or [`SAVED_CALL`].
        pub saved: u64 = 256,
        /// Address of the [`crate::tables::PartitionTable`]; of any for the idle hart.
        pub table: u64 = 264,
        /// One bit for each incoming port that has something.
        pub pending: u64 = 272,
        /// While waiting or receiving: the ports that it waits for. Otherwise 0.
        pub mask: u64 = 280,
        /// `mtime` from which it can run: 0 when it is ready or a port of `mask` is pending, its
        /// deadline while it waits, [`crate::call::NEVER`] when only a port or nothing can
        /// change that.
        pub ready_at: u64 = 288,
        /// Number of an [`Activity`].
        pub activity: u64 = 296,
        /// While receiving: address of the [`crate::tables::QueueTable`]. Otherwise anything.
        pub queue: u64 = 304,
        /// One bit for each interrupt port that is claimed and not yet acknowledged.
        pub claimed: u64 = 312,
        /// `mtime` by which it must have waited again; [`crate::call::NEVER`]: none.
        pub due: u64 = 320,
        /// Restarts by the health monitor so far.
        pub restarts: u64 = 328,
        /// While restarting: address of the [`crate::tables::RestoreTable`] at which it goes
        /// on; 0 when all is restored.
        pub restore: u64 = 336,
        /// While restarting: bytes of it that are done.
        pub restored: u64 = 344,
        /// Faults so far.
        pub faults: u64 = 352,
        /// Number of the [`Activity`] that it has when a wait is over: ready, or released where it
        /// has a deadline. Never written.
        pub released: u64 = 360,
        /// 0.
        pub reserved: [u64; 2] = 368,
    }
}
const _: () = assert!(PartitionState::SIZE_BYTES.is_multiple_of(16));

impl PartitionState {
    /// Ready, with nothing in its registers but the stack pointer, and without a deadline.
    ///
    /// `table` is the address of its [`crate::tables::PartitionTable`], `pc` that of its first
    /// instruction.
    #[must_use]
    pub const fn ready(table: u64, pc: u64, stack_top: u64) -> Self {
        let mut registers = [0; 31];
        // x2, at position 1 because x0 has none.
        registers[1] = stack_top;
        Self {
            pc,
            registers,
            saved: SAVED_ALL,
            table,
            pending: 0,
            mask: 0,
            ready_at: 0,
            activity: Activity::Ready.number(),
            queue: 0,
            claimed: 0,
            due: NEVER,
            restarts: 0,
            restore: 0,
            restored: 0,
            faults: 0,
            released: Activity::Ready.number(),
            reserved: [0; 2],
        }
    }
}

record! {
    /// Messages ever sent to and received from a queue, wrapping. Equal: empty. `depth` apart:
    /// full. The slot of a message is its number modulo the number of slots.
    pub struct QueueState [24] {
        /// Sent: written by the sender's side only.
        pub write: u64 = 0,
        /// Received: written by the receiver's side only.
        pub read: u64 = 8,
        /// 1 while it is empty and its receiver is in `receive` for it.
        pub awaited: u64 = 16,
    }
}

record! {
    /// The value of a sampling channel.
    pub struct SampleState [24] {
        /// 1 once it was written.
        pub written: u64 = 0,
        /// Its length in bytes.
        pub length: u64 = 8,
        /// `mtime` at which it was written.
        pub time: u64 = 16,
    }
}

record! {
    /// A log ring's writing side.
    pub struct LogWriter [24] {
        /// Bytes ever written, wrapping; the ring's offset is this modulo `bytes`.
        pub written: u64 = 0,
        /// Length of the ring: 0 or a power of two.
        pub bytes: u64 = 8,
        /// Offset of the ring from the first ring.
        pub offset: u64 = 16,
    }
}

record! {
    /// The writing sides of all log rings, in one page; written by the kernel only.
    ///
    /// A ring holds records: the text's length (8 bytes), then the text, filled up with zeros
    /// to a multiple of 8. A record may wrap around the ring's end at any multiple of 8.
    pub struct LogWriters [1544] {
        /// Number of partitions.
        pub count: u64 = 0,
        /// One for each partition.
        pub rows: [LogWriter; 64] = 8,
    }
}

record! {
    /// The reading sides of all log rings, in one page; written by whoever drains them.
    pub struct LogReaders [1024] {
        /// For each partition: bytes ever read, wrapping. The kernel takes a value that is
        /// ahead of the writer or more than a ring behind as a full ring.
        pub read: [u64; 64] = 0,
        /// For each partition: bytes of the text at `read` that are already on the console.
        pub progress: [u64; 64] = 512,
    }
}

record! {
    /// A fault.
    pub struct FaultRecord [56] {
        /// Index of the partition.
        pub partition: u64 = 0,
        /// `mcause`, 8 (`ecall` from U-mode) for a denied call; or [`crate::health::SOFTWARE`].
        pub cause: u64 = 8,
        /// Address of the instruction.
        pub pc: u64 = 16,
        /// `mtval`; for a denied call its number; for an application error its code; for a
        /// missed deadline the deadline.
        pub value: u64 = 24,
        /// `mtime`.
        pub time: u64 = 32,
        /// Number of the [`crate::health::Cause`].
        pub health: u64 = 40,
        /// Number of the [`crate::health::HealthAction`] that was taken.
        pub action: u64 = 48,
    }
}

record! {
    /// The faults of all partitions, the oldest overwritten first; in one page, which the
    /// monitor partition reads.
    pub struct FaultRing [3592] {
        /// Faults ever recorded; the next one goes to this modulo
        /// [`crate::limits::FAULT_RECORDS`].
        pub written: u64 = 0,
        /// The records.
        pub records: [FaultRecord; 64] = 8,
    }
}

const _: () = {
    assert!(crate::limits::PARTITIONS == 64 && crate::limits::FAULT_RECORDS == 64);
    assert!(LogWriters::SIZE_BYTES <= crate::limits::PAGE_BYTES);
    assert!(LogReaders::SIZE_BYTES <= crate::limits::PAGE_BYTES);
    assert!(FaultRing::SIZE_BYTES <= crate::limits::PAGE_BYTES);
};

/// Bytes that a log record of `text_bytes` takes in a ring.
#[must_use]
pub const fn log_record_bytes(text_bytes: u64) -> u64 {
    8 + text_bytes.next_multiple_of(8)
}
