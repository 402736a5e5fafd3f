//! The health monitor: faults are recorded, and what the design says is done (ARINC 653 part
//! 1, "Health Monitor").

use septum_abi::call::{NEVER, Status};
use septum_abi::health::{Cause, HealthAction, SOFTWARE};
use septum_abi::limits::FAULT_RECORDS;
use septum_abi::state::Activity;

use crate::call::end;
use crate::tables::{Partition, PartitionTable};
use crate::{Answer, Hardware, SWITCH, restart};

/// `mcause` of `ecall` from U-mode.
pub(crate) const CALL: u64 = 8;

/// `mcause` of stores that are not granted: an access fault, a page fault.
const STORES: [u64; 2] = [7, 15];

const IGNORE: u64 = HealthAction::Ignore.number();
const HALT: u64 = HealthAction::Halt.number();
const RESTART: u64 = HealthAction::Restart.number();
const SAFE_MODE: u64 = HealthAction::SafeMode.number();

/// Position in the ring of a count of records; the ring's length is a power of two.
const FAULT_MASK: u64 = 63;
const _: () = assert!(FAULT_RECORDS == 64);

/// The running partition has caused an exception at its saved `pc`.
pub fn on_fault<H: Hardware>(machine: &H, state: &'static Partition, cause: u64, value: u64) {
    let _ = handle(machine, state, cause, state.pc.get(), value);
}

/// `raise(code)`: comes back only where the design ignores it.
#[inline(always)]
pub fn raise<H: Hardware>(machine: &H, state: &'static Partition, code: u64) -> Answer {
    let cause = SOFTWARE | Cause::ApplicationError.number();
    handle(machine, state, cause, machine.trap_pc(), code)
}

/// A partition is to run that perhaps should have waited again before.
#[inline(never)]
pub(crate) fn miss_deadline<H: Hardware>(machine: &H, state: &'static Partition, now: u64) {
    if state.due.get() > now {
        return;
    }
    let cause = SOFTWARE | Cause::DeadlineMissed.number();
    let due = state.due.replace(NEVER);
    state.activity.set(Activity::Ready.number());
    let _ = handle(machine, state, cause, state.pc.get(), due);
}

/// Records a fault and does what the design says. The partition goes on where that is nothing.
#[inline(never)]
pub(crate) fn handle<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    cause: u64,
    pc: u64,
    value: u64,
) -> Answer {
    let table = state.table;
    let health = classify(table, cause, value);
    let action = action(state, table, health);
    state.faults.set(state.faults.get().wrapping_add(1));
    let ring = table.hart.faults;
    let written = ring.written.get();
    let place = usize::try_from(written & FAULT_MASK).ok();
    if let Some(place) = place.and_then(|place| ring.records.get(place)) {
        place.partition.set(table.index);
        place.cause.set(cause);
        place.pc.set(pc);
        place.value.set(value);
        place.time.set(machine.now(table.hart));
        place.health.set(health);
        place.action.set(action);
    }
    ring.written.set(written.wrapping_add(1));
    match action {
        IGNORE => return Answer::new(Status::Ok, 0),
        HALT => end(state, Activity::Halted),
        _ => react(machine, state, action),
    }
    SWITCH
}

/// What goes beyond the partition, or begins it anew.
#[inline(never)]
fn react<H: Hardware>(machine: &H, state: &'static Partition, action: u64) {
    let table = state.table;
    match action {
        RESTART => {
            state.restarts.set(state.restarts.get().wrapping_add(1));
            let at = machine.now(table.hart).saturating_add(table.backoff_ticks);
            restart::begin(state, at);
        }
        SAFE_MODE => {
            end(state, Activity::Halted);
            enter_safe_mode(table);
        }
        _ => machine.power_off(table.hart),
    }
}

/// The next frame is one of the second schedule.
#[inline(always)]
pub(crate) fn enter_safe_mode(table: &PartitionTable) {
    if let Some(safe) = table.hart.safe {
        table.hart.state.frame_begin.set(safe);
    }
}

/// Number of the [`Cause`].
fn classify(table: &PartitionTable, cause: u64, value: u64) -> u64 {
    if cause & SOFTWARE != 0 {
        return cause & !SOFTWARE;
    }
    let known = usize::try_from(cause).ok();
    let known = known.and_then(|n| table.hart.causes.get(n));
    let health = known.map_or(Cause::HardwareFault.number(), |cause| u64::from(*cause));
    let below_stack = value.wrapping_sub(table.guard) < table.guard_bytes;
    if health == Cause::MemoryViolation.number() && STORES.contains(&cause) && below_stack {
        return Cause::StackOverflow.number();
    }
    health
}

/// What the design says; a partition that has used up its restarts is halted.
fn action(state: &Partition, table: &PartitionTable, health: u64) -> u64 {
    let action = usize::try_from(health & 7).ok();
    let action = action.and_then(|n| table.actions.get(n));
    match action.copied().map_or(HALT, u64::from) {
        RESTART if state.restarts.get() >= table.restart_limit => HALT,
        action => action,
    }
}
