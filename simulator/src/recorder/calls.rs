//! What became of a trap: of a call, and of who made it.

use std::sync::Arc;

use septum_abi::call::{Call, Status};
use septum_abi::health::HealthAction;
use septum_abi::state::{Activity, FaultRecord};
use septum_abi::tables::kind;

use super::entry::{Entry, Reason, Request};
use super::lane::{Receiving, Wait};
use super::names::Port;
use super::words::{send, signal, status_name};
use super::{Moment, Recorder, state};
use crate::event::EventKind;
use crate::machine::Machine;
use crate::name::Name;
use crate::system_call::SystemCall;

impl Recorder {
    /// What became of a trap. `fault`: what the kernel recorded of it.
    pub(super) fn resolve(
        &mut self,
        machine: &Machine,
        entry: &Entry,
        state: &state::Partition,
        fault: Option<FaultRecord>,
    ) {
        if let (Reason::Call(request), None) = (&entry.reason, &fault) {
            self.resolve_call(machine, entry, request, state);
        }
        if let Some(record) = &fault {
            self.tell_own_fault(entry, record);
        }
        if matches!(entry.reason, Reason::Call(_)) {
            let ignored = HealthAction::Ignore.number();
            let goes_on = fault.is_none_or(|record| record.action == ignored)
                && state.is_ready()
                && !self.lanes[entry.partition].restarting;
            self.stage.add_call(SystemCall {
                time_ns: entry.time_ns,
                registers: entry.registers,
                status: goes_on.then(|| state.status()),
            });
        }
    }

    fn resolve_call(
        &mut self,
        machine: &Machine,
        entry: &Entry,
        request: &Request,
        state: &state::Partition,
    ) {
        let names = Arc::clone(&self.names);
        let (moment, partition) = (Moment::of(entry), entry.partition);
        let number = request.arguments[0];
        let port = names.port(partition, number);
        let answer = (!state.is_waiting()).then(|| state.status());
        let status = || status_name(state.status());
        let mut tell = |kind: EventKind| self.add(moment, Some(partition), kind);
        match request.call() {
            Some(Call::Exit) => tell(EventKind::Exit),
            Some(Call::Send) => tell(send(request, port, status())),
            Some(Call::Signal) => tell(signal(request, port, status())),
            Some(Call::Log) => tell(EventKind::Log {
                bytes: request.bytes.clone(),
                status: status(),
            }),
            Some(Call::Acknowledge) if answer == Some(Status::Ok.number()) => {
                port.map(acknowledged).into_iter().for_each(tell);
            }
            Some(Call::Receive) => self.expect(machine, entry, request, state),
            Some(Call::Exchange) => {
                let sent = Request::sent(answer);
                tell(send(request, port, Name::fixed(sent.name())));
                if sent == Status::Ok {
                    self.expect(machine, entry, request, state);
                }
            }
            Some(call @ (Call::Restart | Call::Stop)) => {
                if let Some(target) = names.partition(number) {
                    self.manage(
                        moment,
                        call,
                        target,
                        names.partitions[partition].name.clone(),
                    );
                }
            }
            Some(Call::SafeMode) => {
                let by = names.partitions[partition].name.clone();
                tell(EventKind::SafeMode { by });
            }
            Some(Call::Wait | Call::Acknowledge | Call::Now | Call::Raise) | None => {}
        }
    }

    /// Something will be in its port buffer when it runs again, or is there already.
    fn expect(
        &mut self,
        machine: &Machine,
        entry: &Entry,
        request: &Request,
        state: &state::Partition,
    ) {
        let Some(number) = request.receives_from() else {
            return;
        };
        let port = self.names.port(entry.partition, number);
        let sampled = port.filter(|port| port.kind == kind::SAMPLING_IN);
        let value = sampled.and_then(|port| state::sample(machine, port.state));
        let since = |time| entry.time_ns.saturating_sub(self.names.nanoseconds(time));
        let receiving = Receiving {
            port: number,
            age_ns: value.map(|value| since(value.time)),
        };
        if entry.answered {
            let moment = Moment::of(entry);
            self.receive(machine, moment, entry.partition, receiving, state);
        } else {
            self.lanes[entry.partition].receiving = Some(receiving);
        }
    }

    fn manage(&mut self, moment: Moment, call: Call, target: usize, by: Name) {
        match call {
            Call::Restart => self.begin_restart(moment, target, by, 0),
            _ => {
                self.lanes[target].forget();
                self.add(moment, Some(target), EventKind::Halt { by });
            }
        }
    }

    /// Whoever trapped may not be who goes on.
    pub(super) fn leave(&mut self, entry: &Entry, state: &state::Partition, stays: bool) {
        let restarts = self.lanes[entry.partition].restarting;
        if stays && !restarts {
            return;
        }
        self.dispatched = None;
        match (&entry.reason, state.activity()) {
            _ if restarts => {}
            (_, Some(Activity::Exited | Activity::Halted)) => {}
            (Reason::Call(request), _) if !entry.answered => self.pause(entry, request),
            _ => self.add(Moment::of(entry), Some(entry.partition), EventKind::Preempt),
        }
    }

    /// It waits, if that is what it has asked for, or else could go on.
    fn pause(&mut self, entry: &Entry, request: &Request) {
        let (moment, partition) = (Moment::of(entry), entry.partition);
        let wish = request.wait.map(|wish| Wait {
            mask: wish.mask,
            deadline_ns: self.names.deadline_ns(wish.deadline),
        });
        let passed = |wait: &Wait| wait.deadline_ns.is_some_and(|ns| ns <= entry.time_ns);
        let kind = match wish.filter(|wait| !passed(wait)) {
            Some(wait) => {
                self.lanes[partition].wait = Some(wait);
                EventKind::Block {
                    ports: self.names.port_names(partition, wait.mask),
                    deadline_ns: wait.deadline_ns,
                }
            }
            None => EventKind::Preempt,
        };
        self.add(moment, Some(partition), kind);
    }
}

fn acknowledged(port: &Port) -> EventKind {
    let (port, source) = (port.name.clone(), port.source);
    EventKind::InterruptAcknowledged { port, source }
}
