//! The system calls of a run, with the registers that each was made with.

use septum_simulator::system_call::SystemCall;

use super::snapshots::Snapshots;

/// The system calls of a run, in order; also those that made no event.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    times_ns: Vec<u64>,
    statuses: Vec<Option<u64>>,
    registers: Snapshots,
}

impl Calls {
    /// Takes in the next call.
    pub fn push(&mut self, call: &SystemCall) {
        self.times_ns.push(call.time_ns);
        self.statuses.push(call.status);
        self.registers.push(&call.registers);
    }

    /// The last call so far.
    #[must_use]
    pub fn last(&self) -> Option<SystemCall> {
        self.get(self.times_ns.len().checked_sub(1)?)
    }

    /// The call that was made at this time: a hart makes one at a time.
    #[must_use]
    pub fn at(&self, time_ns: u64) -> Option<SystemCall> {
        self.get(self.times_ns.binary_search(&time_ns).ok()?)
    }

    /// The first call after this time.
    #[must_use]
    pub fn after(&self, time_ns: u64) -> Option<SystemCall> {
        self.get(self.times_ns.partition_point(|at_ns| *at_ns <= time_ns))
    }

    fn get(&self, number: usize) -> Option<SystemCall> {
        Some(SystemCall {
            time_ns: *self.times_ns.get(number)?,
            registers: self.registers.get(number)?,
            status: *self.statuses.get(number)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::call;

    #[test]
    fn calls_are_found_by_time() {
        let mut calls = Calls::default();
        assert_eq!(calls.last(), None);
        let all = [call(10, "ping", 6), call(20, "pong", 0)];
        all.iter().for_each(|call| calls.push(call));
        assert_eq!(calls.at(10), Some(all[0]));
        assert_eq!(calls.at(11), None);
        assert_eq!(calls.after(0), Some(all[0]));
        assert_eq!(calls.after(10), Some(all[1]));
        assert_eq!(calls.after(20), None);
        assert_eq!(calls.last(), Some(all[1]));
    }
}
