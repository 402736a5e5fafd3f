//! Calls by right only: of other partitions, and of the schedule.

use septum_abi::call::Status;
use septum_abi::state::Activity;

use crate::call::end;
use crate::fault::enter_safe_mode;
use crate::tables::{Partition, PartitionTable};
use crate::{Answer, Hardware, SWITCH, restart};

/// The partition of this number, compared at full width.
fn target(table: &PartitionTable, number: u64) -> Option<&'static PartitionTable> {
    let partitions = &table.hart.partitions;
    *partitions.get(usize::try_from(number).ok()?)?
}

/// Does something to a partition, then whoever can runs.
#[inline(always)]
fn manage(
    state: &Partition,
    table: &PartitionTable,
    number: u64,
    act: impl FnOnce(&'static PartitionTable),
) -> Answer {
    let Some(target) = target(table, number) else {
        return Answer::new(Status::BadPartition, 0);
    };
    Answer::new(Status::Ok, 0).keep(state);
    act(target);
    SWITCH
}

/// `restart(partition)`.
#[inline(always)]
pub fn restart<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    table: &'static PartitionTable,
    number: u64,
) -> Answer {
    manage(state, table, number, |target| {
        restart::begin(target.state, machine.now(table.hart));
    })
}

/// `stop(partition)`.
#[inline(always)]
pub fn stop(state: &'static Partition, table: &'static PartitionTable, number: u64) -> Answer {
    manage(state, table, number, |target| {
        end(target.state, Activity::Halted);
    })
}

/// `safe_mode()`.
#[inline(always)]
pub fn safe_mode(table: &PartitionTable) -> Answer {
    enter_safe_mode(table);
    Answer::new(Status::Ok, 0)
}
