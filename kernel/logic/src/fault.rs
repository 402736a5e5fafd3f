//! The health monitor: faults are recorded, and what the design says is done (ARINC 653 part
//! 1, "Health Monitor").

use septum_abi::call::{NEVER, Status};
use septum_abi::health::{Cause, HealthAction, SOFTWARE};
use septum_abi::limits::FAULT_RECORDS;
use septum_abi::state::Activity;
use septum_abi::tables::NONE;

use crate::call::end;
use crate::tables::{Partition, PartitionTable};
use crate::{Answer, Hardware, SWITCH, restart};

/// `mcause` of `ecall` from U-mode.
pub(crate) const CALL: u64 = 8;

/// `mcause` of stores that are not granted: an access fault, a page fault.
const STORES: [u64; 2] = [7, 15];

/// Position in the ring of a count of records; the ring's length is a power of two.
const FAULT_MASK: u64 = 63;
const _: () = assert!(FAULT_RECORDS == 64);

/// What has happened, as a record says it.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) cause: u64,
    pub(crate) pc: u64,
    pub(crate) value: u64,
}

/// The running partition has caused an exception at its saved `pc`.
pub fn on_fault<H: Hardware>(machine: &H, state: &'static Partition, cause: u64, value: u64) {
    let pc = state.pc.get();
    handle(machine, state, Fault { cause, pc, value });
}

/// `raise(code)`: comes back only where the design ignores it.
#[inline(always)]
pub fn raise<H: Hardware>(machine: &H, state: &'static Partition, code: u64) -> Answer {
    let fault = Fault {
        cause: SOFTWARE | Cause::ApplicationError.number(),
        pc: machine.trap_pc(),
        value: code,
    };
    match handle(machine, state, fault) {
        HealthAction::Ignore => Answer::new(Status::Ok, 0),
        _ => SWITCH,
    }
}

/// A partition was to run that should have waited again before.
pub(crate) fn miss_deadline<H: Hardware>(machine: &H, state: &'static Partition) {
    let fault = Fault {
        cause: SOFTWARE | Cause::DeadlineMissed.number(),
        pc: state.pc.get(),
        value: state.due.get(),
    };
    state.due.set(NEVER);
    state.activity.set(Activity::Ready.number());
    handle(machine, state, fault);
}

/// Records a fault and does what the design says.
pub(crate) fn handle<H: Hardware>(
    machine: &H,
    state: &'static Partition,
    fault: Fault,
) -> HealthAction {
    let table = state.table;
    let cause = classify(table, fault);
    let action = action(state, table, cause);
    state.faults.set(state.faults.get().wrapping_add(1));
    record(machine, table, fault, cause, action);
    match action {
        HealthAction::Ignore => {}
        HealthAction::Halt => end(state, Activity::Halted),
        HealthAction::Restart => {
            state.restarts.set(state.restarts.get().wrapping_add(1));
            let at = machine.now(table.hart).saturating_add(table.backoff_ticks);
            restart::begin(state, at);
        }
        HealthAction::SafeMode => {
            end(state, Activity::Halted);
            enter_safe_mode(table);
        }
        HealthAction::PowerOff => machine.power_off(table.hart),
    }
    action
}

/// The next frame is one of the second schedule.
#[inline(always)]
pub(crate) fn enter_safe_mode(table: &PartitionTable) {
    if let Some(safe) = table.hart.safe {
        table.hart.state.frame_begin.set(safe);
    }
}

/// Number of the [`Cause`].
fn classify(table: &PartitionTable, fault: Fault) -> u64 {
    if fault.cause & SOFTWARE != 0 {
        return fault.cause & !SOFTWARE;
    }
    let known = usize::try_from(fault.cause).ok();
    let known = known.and_then(|n| table.hart.causes.get(n));
    let cause = known.map_or(Cause::HardwareFault.number(), |cause| u64::from(*cause));
    let stores = STORES.contains(&fault.cause);
    let below_stack = stores && fault.value.wrapping_sub(table.guard) < table.guard_bytes;
    if cause == Cause::MemoryViolation.number() && below_stack {
        return Cause::StackOverflow.number();
    }
    cause
}

/// What the design says; a partition that has used up its restarts is halted.
fn action(state: &Partition, table: &PartitionTable, cause: u64) -> HealthAction {
    let number = usize::try_from(cause & 7)
        .ok()
        .and_then(|n| table.actions.get(n));
    let action = number.copied().map_or(0, u64::from);
    let spent = table.restart_limit != NONE && state.restarts.get() >= table.restart_limit;
    match HealthAction::from_number(action) {
        Some(HealthAction::Restart) if spent => HealthAction::Halt,
        Some(action) => action,
        None => HealthAction::Halt,
    }
}

fn record<H: Hardware>(
    machine: &H,
    table: &PartitionTable,
    fault: Fault,
    cause: u64,
    action: HealthAction,
) {
    let ring = table.hart.faults;
    let written = ring.written.get();
    let place = usize::try_from(written & FAULT_MASK).ok();
    if let Some(place) = place.and_then(|place| ring.records.get(place)) {
        place.partition.set(table.index);
        place.cause.set(fault.cause);
        place.pc.set(fault.pc);
        place.value.set(fault.value);
        place.time.set(machine.now(table.hart));
        place.health.set(cause);
        place.action.set(action.number());
    }
    ring.written.set(written.wrapping_add(1));
}
