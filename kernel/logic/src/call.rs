//! System calls: what they come to, and the simplest of them.

use septum_abi::call::{NEVER, Status};
use septum_abi::state::Activity;

use crate::fault::handle;
use crate::tables::{Partition, PartitionTable};
use crate::wait::give_up;
use crate::{Hardware, fault};

/// What a call comes to: `a0` and `a1`; or [`SWITCH`].
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Answer {
    /// Number of a [`Status`]; negative as a signed number for [`SWITCH`].
    pub status: u64,
    /// The value.
    pub value: u64,
}

/// The partition does not go on at once: what it gets is in its state or comes there later,
/// and [`crate::resume`] chooses who is next.
pub const SWITCH: Answer = Answer {
    status: u64::MAX,
    value: 0,
};

impl Answer {
    /// A status and a value for the partition, which goes on at once.
    #[inline(always)]
    pub const fn new(status: Status, value: u64) -> Self {
        Self {
            status: status.number(),
            value,
        }
    }

    /// Puts it where the partition finds it when it goes on later.
    #[inline(always)]
    pub(crate) fn keep(self, state: &Partition) {
        // x10 and x11, at positions 9 and 10 because x0 has none.
        state.registers[9].set(self.status);
        state.registers[10].set(self.value);
    }
}

/// A status without a value, by a way of its own, for which the usual one prepares nothing.
#[cold]
#[inline(never)]
pub(crate) fn refused(status: Status) -> Answer {
    Answer::new(status, 0)
}

/// A call that does not exist or that the partition may not make.
pub fn denied<H: Hardware>(machine: &H, state: &'static Partition, number: u64) -> Answer {
    handle(machine, state, fault::CALL, machine.trap_pc(), number)
}

/// `now()`.
#[inline(always)]
pub fn now<H: Hardware>(machine: &H, table: &PartitionTable) -> Answer {
    Answer::new(Status::Ok, machine.now(table.hart))
}

/// `now()` where the design gives no clock.
#[inline(always)]
pub fn now_without_clock() -> Answer {
    Answer::new(Status::Denied, 0)
}

/// `exit()`.
#[inline(always)]
pub fn exit(state: &Partition) -> Answer {
    end(state, Activity::Exited);
    SWITCH
}

/// The partition runs no more.
#[inline(never)]
pub(crate) fn end(state: &Partition, activity: Activity) {
    give_up(state);
    state.activity.set(activity.number());
    state.ready_at.set(NEVER);
}
