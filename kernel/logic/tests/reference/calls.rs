//! What each call comes to.

use septum_abi::call::{Call, NEVER, POLL, Status};
use septum_abi::health::{Cause, HealthAction};

use super::{Doing, Reference};
use crate::world::{Channel, End, narrow, wide};

/// The answer; `None` while the partition waits, or does not go on at all.
type Answer = Option<(Status, u64)>;

impl Reference {
    /// A call of the running partition. False: nobody would run any more.
    pub(super) fn call(&mut self, number: u64, arguments: [u64; 4], message: &[u8]) -> bool {
        let denied = &self.design.partitions[self.running].denied;
        let call = Call::from_number(number).filter(|call| !denied.contains(call));
        let answer = match call {
            Some(call) => self.carry_out(call, arguments, message),
            None => {
                self.fault(self.running, Cause::IllegalRequest, number);
                None
            }
        };
        if let Some((status, value)) = answer {
            self.parts[self.running].answer = (status.number(), value);
        }
        let goes_on = self.parts[self.running].doing == Doing::Ready;
        let preempted = self.ahead().any(|index| self.can_run(index));
        let managed = matches!(call, Some(Call::Restart | Call::Stop))
            && self.parts[self.running].answer.0 == Status::Ok.number();
        // A wait that was over at once is a new release, with a deadline of its own.
        let released = self.parts[self.running].released;
        self.at_once = goes_on && !preempted && !managed && !released;
        match goes_on && !preempted && !released {
            true => self.interrupt(),
            false => self.off || self.schedule(),
        }
    }

    fn carry_out(&mut self, call: Call, [a0, a1, a2, a3]: [u64; 4], message: &[u8]) -> Answer {
        let clock = self.design.partitions[self.running].clock;
        let done = |status| Some((status, 0));
        match call {
            Call::Wait => self.wait(a0, a1),
            Call::Send => done(self.send(a0, a1, message)),
            Call::Receive => self.receive(a0, a1),
            Call::Exchange => self.exchange([a0, a1], [a2, a3], message),
            Call::Signal => done(self.signal(a0)),
            Call::Acknowledge => done(self.acknowledge(a0)),
            Call::Now if clock => Some((Status::Ok, self.time)),
            Call::Now => done(Status::Denied),
            Call::Raise => self.raise(a0),
            Call::Exit => {
                self.parts[self.running].doing = Doing::Exited;
                None
            }
            Call::Restart => self.manage(a0, |it, target| it.restart(target, it.time)),
            Call::Stop => self.manage(a0, |_, _| Doing::Halted),
            Call::SafeMode => {
                if !self.design.safe.is_empty() {
                    self.next_frame = self.design.windows.len();
                }
                done(Status::Ok)
            }
            Call::Log => unreachable!("logs are tested by themselves"),
        }
    }

    fn wait(&mut self, mask: u64, until: u64) -> Answer {
        if mask & !self.incoming(self.running) != 0 {
            return Some((Status::BadPort, 0));
        }
        let found = self.pending(self.running) & mask;
        if found != 0 {
            self.parts[self.running].bits &= !found;
            self.release(self.running);
            return Some((Status::Ok, found));
        }
        self.block(Doing::Waiting { mask, until })
    }

    fn block(&mut self, doing: Doing) -> Answer {
        let until = doing.time();
        if !self.may_name(until) {
            return Some((Status::Denied, 0));
        }
        if until <= self.time {
            return Some((Status::Empty, 0));
        }
        let part = &mut self.parts[self.running];
        part.doing = doing;
        part.due = None;
        None
    }

    /// Only with the clock a deadline may tell the time.
    fn may_name(&self, until: u64) -> bool {
        let clock = self.design.partitions[self.running].clock;
        until == POLL || until == NEVER || clock
    }

    /// What would be refused whatever is queued is refused before anything is sent.
    fn exchange(&mut self, out: [u64; 2], [port, until]: [u64; 2], message: &[u8]) -> Answer {
        let queuing = match self.design.end(self.running, port) {
            Some(End::In(channel)) => {
                matches!(self.design.channels[channel], Channel::Queuing { .. })
            }
            _ => false,
        };
        if !queuing {
            return Some((Status::BadPort, 0));
        }
        if !self.may_name(until) {
            return Some((Status::Denied, 0));
        }
        match self.send(out[0], out[1], message) {
            Status::Ok => self.receive(port, until),
            status => Some((status, 0)),
        }
    }

    fn send(&mut self, port: u64, length: u64, message: &[u8]) -> Status {
        let Some(End::Out(channel)) = self.design.end(self.running, port) else {
            return Status::BadPort;
        };
        let kind = self.design.channels[channel];
        if kind == Channel::Signal {
            return Status::BadPort;
        }
        if length > kind.bytes() {
            return Status::BadLength;
        }
        let message = &message[..narrow(length)];
        match kind {
            Channel::Queuing { depth, .. } => self.queue(channel, depth, message),
            _ => {
                self.sent[channel] += 1;
                self.samples[channel] = Some((message.to_vec(), self.time));
                Status::Ok
            }
        }
    }

    /// To the receiver that is just waiting for it in this window, else into the list.
    fn queue(&mut self, channel: usize, depth: u64, message: &[u8]) -> Status {
        let (receiver, port) = self.receiver(channel);
        let doing = self.parts[receiver].doing;
        let awaited = matches!(doing, Doing::Receiving { port: its, .. } if its == port);
        let queue = &mut self.queues[channel];
        if wide(queue.len()) >= depth {
            return Status::Full;
        }
        queue.push_back(message.to_vec());
        self.sent[channel] += 1;
        if awaited && self.queues[channel].len() == 1 && self.order().contains(&receiver) {
            self.end_wait(receiver);
        }
        Status::Ok
    }

    fn receive(&mut self, port: u64, until: u64) -> Answer {
        let Some(End::In(channel)) = self.design.end(self.running, port) else {
            return Some((Status::BadPort, 0));
        };
        match self.design.channels[channel] {
            Channel::Signal => Some((Status::BadPort, 0)),
            Channel::Queuing { .. } => match self.queues[channel].pop_front() {
                Some(message) => {
                    self.deliver(self.running, port, &message);
                    self.release(self.running);
                    Some((Status::Ok, wide(message.len())))
                }
                None => self.block(Doing::Receiving { port, until }),
            },
            Channel::Sampling { validity, .. } => {
                let Some((value, time)) = self.samples[channel].clone() else {
                    return Some((Status::Empty, 0));
                };
                self.deliver(self.running, port, &value);
                let fresh = self.time - time <= validity;
                let status = if fresh { Status::Ok } else { Status::Stale };
                Some((status, wide(value.len())))
            }
        }
    }

    fn signal(&mut self, port: u64) -> Status {
        match self.design.end(self.running, port) {
            Some(End::Out(channel)) if self.design.channels[channel] == Channel::Signal => {
                let (receiver, port) = self.receiver(channel);
                self.parts[receiver].bits |= 1 << port;
                Status::Ok
            }
            _ => Status::BadPort,
        }
    }

    fn acknowledge(&mut self, port: u64) -> Status {
        let Some(End::Interrupt(_)) = self.design.end(self.running, port) else {
            return Status::BadPort;
        };
        let part = &mut self.parts[self.running];
        if part.claimed >> port & 1 == 0 {
            return Status::NotPending;
        }
        part.claimed &= !(1 << port);
        Status::Ok
    }

    fn raise(&mut self, code: u64) -> Answer {
        let cause = Cause::ApplicationError;
        self.fault(self.running, cause, code);
        let ignored = self.design.partitions[self.running].action(cause) == HealthAction::Ignore;
        ignored.then_some((Status::Ok, 0))
    }

    fn manage(&mut self, number: u64, doing: fn(&Self, usize) -> Doing) -> Answer {
        let found = (0..self.parts.len()).find(|&index| wide(index) == number);
        let Some(target) = found else {
            return Some((Status::BadPartition, 0));
        };
        self.parts[target].doing = doing(self, target);
        Some((Status::Ok, 0))
    }
}
