//! The health monitor: faults, restarts, and the second schedule.

use septum_abi::health::HealthAction;
use septum_abi::state::{Activity, FaultRecord};

use super::entry::{Entry, Reason};
use super::{Moment, Recorder, state, words};
use crate::event::{EventKind, HEALTH_MONITOR};
use crate::machine::Machine;
use crate::name::Name;

/// Takes out of the new faults what this trap led to at once. What is found in another window
/// is none of it.
pub(super) fn take_own(
    faults: &mut Vec<FaultRecord>,
    entry: &Entry,
    new_window: bool,
) -> Option<FaultRecord> {
    let is_late = new_window && matches!(entry.reason, Reason::Interrupt);
    let index = u64::try_from(entry.partition).ok();
    let is_own = |record: &FaultRecord| {
        Some(record.partition) == index && words::is_of(record, &entry.reason)
    };
    let at = faults.iter().position(is_own).filter(|_| !is_late)?;
    Some(faults.remove(at))
}

impl Recorder {
    /// The faults that the kernel has recorded since the last time.
    pub(super) fn new_faults(&mut self, machine: &Machine) -> Vec<FaultRecord> {
        let (faults, count) = state::faults(machine, &self.names, self.faults);
        self.faults = count;
        faults
    }

    /// A fault of who trapped.
    pub(super) fn tell_own_fault(&mut self, entry: &Entry, record: &FaultRecord) {
        let mut moment = Moment::of(entry);
        if matches!(entry.reason, Reason::Interrupt) {
            // Another interrupt may have come just before the deadline.
            moment.time_ns = moment.time_ns.max(self.names.nanoseconds(record.value));
        }
        if let Reason::Call(request) = &entry.reason
            && !words::is_software(record)
        {
            let number = request.number;
            let kind = EventKind::DeniedCall { number };
            self.add(moment, Some(entry.partition), kind);
        }
        self.tell_fault(moment, record);
    }

    /// A fault, and what follows from it.
    pub(super) fn tell_fault(&mut self, moment: Moment, record: &FaultRecord) {
        let Some(partition) = self.names.partition(record.partition) else {
            return;
        };
        let limit = self.names.partitions[partition].restarts_used_up(record);
        self.add(moment, Some(partition), words::fault(record, limit));
        let action = HealthAction::from_number(record.action);
        if action == Some(HealthAction::Ignore) {
            return;
        }
        self.lanes[partition].forget();
        if self.dispatched == Some(partition) {
            self.dispatched = None;
        }
        match action {
            Some(HealthAction::Restart) => {
                let backoff_ns = self.names.partitions[partition].backoff_ns;
                self.begin_restart(moment, partition, HEALTH_MONITOR, backoff_ns);
            }
            Some(HealthAction::SafeMode) => {
                let by = HEALTH_MONITOR;
                self.add(moment, Some(partition), EventKind::SafeMode { by });
            }
            _ => {}
        }
    }

    /// What the kernel recorded before it switched the machine off.
    pub(super) fn tell_last_faults(&mut self, machine: &Machine, now: Moment) {
        let mut faults = self.new_faults(machine);
        let entry = self.entry.take();
        if let Some(entry) = &entry
            && let Some(state) = state::partition(machine, &self.names, entry.partition)
            && let Some(fault) = take_own(&mut faults, entry, false)
        {
            self.resolve(machine, entry, &state, Some(fault));
        }
        for fault in faults {
            self.tell_fault(now, &fault);
        }
    }

    /// A partition is restarted, whatever it was doing.
    pub(super) fn begin_restart(
        &mut self,
        moment: Moment,
        partition: usize,
        by: Name,
        backoff_ns: u64,
    ) {
        self.lanes[partition].forget();
        self.lanes[partition].restarting = true;
        let kind = EventKind::RestartBegin { by, backoff_ns };
        self.add(moment, Some(partition), kind);
    }

    /// Who is as at the first start.
    pub(super) fn end_restarts(&mut self, machine: &Machine, done_ns: u64) {
        for partition in 0..self.lanes.len() {
            let is_over = |state: state::Partition| state.activity() != Some(Activity::Restarting);
            if self.lanes[partition].restarting
                && state::partition(machine, &self.names, partition).is_some_and(is_over)
            {
                self.lanes[partition].restarting = false;
                self.add_at(machine, done_ns, Some(partition), EventKind::RestartEnd);
            }
        }
    }
}
