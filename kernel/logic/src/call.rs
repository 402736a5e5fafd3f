//! System calls: decoded, checked at full width, carried out.

use septum_abi::call::{self, Call, Status};
use septum_abi::limits::LOG_MESSAGE_BYTES;
use septum_abi::state::Activity;
use septum_abi::tables::{PartitionTable, PortTable, kind};

use crate::kernel::{at, at_mut, bit};
use crate::wait::{Obstacle, answer, obstacle};
use crate::{Hardware, Kernel, Next, Physical, queue};

/// `mcause` of `ecall` from U-mode.
const CAUSE_CALL: u64 = 8;

/// Length of `ecall`, which has no compressed form.
const ECALL_BYTES: u64 = 4;

/// The registers of a call as the partition left them. Nothing in them is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// `a7`.
    pub number: u64,
    /// `a0` and `a1`.
    pub arguments: [u64; 2],
}

/// What a call came to.
enum Outcome {
    /// The partition goes on with this status and value.
    Answer(Status, u64),
    /// It goes on, its answer is in place.
    Answered,
    /// It goes on, unless a partition that it woke is more important.
    Woke(Status),
    /// It cannot go on now.
    Blocked,
    /// It may not call this.
    Denied,
}

/// Longest log text in bytes.
const LOG_TEXT_BYTES: u64 = 256;
const _: () = assert!(LOG_MESSAGE_BYTES == 256);

type Checked<T> = Result<T, Status>;

impl<H: Hardware> Kernel<'_, H> {
    /// The running partition has made a call; its saved `pc` is behind the `ecall`.
    pub fn on_call(&mut self, request: Request) -> Next {
        let index = self.hart.current;
        let state = self.state(index);
        state.calls = state.calls.wrapping_add(1);
        match self.carry_out(index, request) {
            Outcome::Answer(status, value) => answer(self.state(index), status, value),
            Outcome::Answered => {}
            Outcome::Woke(status) => {
                answer(self.state(index), status, 0);
                return Next::Chosen;
            }
            Outcome::Blocked => return Next::Chosen,
            Outcome::Denied => {
                let pc = self.state(index).pc.wrapping_sub(ECALL_BYTES);
                self.halt(CAUSE_CALL, pc, request.number);
                return Next::Chosen;
            }
        }
        Next::Same
    }

    fn carry_out(&mut self, index: u64, request: Request) -> Outcome {
        let allowed = self.partition(index).calls & call::BUILT;
        let [first, second] = request.arguments;
        let done = match Call::from_number(request.number) {
            Some(call) if allowed & call.bit() == 0 => return Outcome::Denied,
            Some(Call::Wait) => self.wait(index, first, second),
            Some(Call::Send) => self.send(index, first, second),
            Some(Call::Receive) => self.receive(index, first, second),
            Some(Call::Signal) => self.signal(index, first),
            Some(Call::Acknowledge) => self.acknowledge(index, first),
            Some(Call::Now) => self.read_clock(index),
            Some(Call::Log) => self.log(index, first),
            Some(Call::Exit) => Ok(self.exit(index)),
            _ => return Outcome::Denied,
        };
        done.unwrap_or_else(|status| Outcome::Answer(status, 0))
    }

    /// The partition's port of this number and kind.
    fn port(&self, index: u64, number: u64, kind: u64) -> Checked<&PortTable> {
        let table = self.partition(index);
        if number >= table.ports_count {
            return Err(Status::BadPort);
        }
        let port = at::<H, _>(self.ports, table.ports_first + number);
        if port.kind == kind {
            Ok(port)
        } else {
            Err(Status::BadPort)
        }
    }

    fn send(&mut self, index: u64, number: u64, length: u64) -> Checked<Outcome> {
        let PortTable {
            subject, buffer, ..
        } = *self.port(index, number, kind::QUEUING_OUT)?;
        let channel = at::<H, _>(self.channels, subject);
        if length > channel.message_bytes {
            return Err(Status::BadLength);
        }
        let queue = at_mut::<H, _>(self.queues, subject);
        let (slot, next) = queue::push(queue, channel.depth).ok_or(Status::Full)?;
        let to = Physical::from_table(channel.slots).offset(slot * channel.slot_bytes);
        self.hardware.store(to, length);
        self.hardware
            .copy(Physical::from_table(buffer), to.offset(8), length);
        queue.write = next;
        Ok(self.notify(channel.receiver, channel.receiver_port))
    }

    fn signal(&mut self, index: u64, number: u64) -> Checked<Outcome> {
        let subject = self.port(index, number, kind::SIGNAL_OUT)?.subject;
        let channel = at::<H, _>(self.channels, subject);
        Ok(self.notify(channel.receiver, channel.receiver_port))
    }

    /// Sets a receiver's bit. Whether it waits matters, and takes time, only if it could run
    /// in this window: in another one it must not change the sender's times.
    fn notify(&mut self, receiver: u64, port: u64) -> Outcome {
        let members = at::<H, _>(self.windows, self.hart.window).members;
        let state = self.state(receiver);
        state.pending |= bit(port);
        if members & bit(receiver) != 0 && obstacle(state, 0) == Obstacle::Over {
            return Outcome::Woke(Status::Ok);
        }
        Outcome::Answer(Status::Ok, 0)
    }

    fn receive(&mut self, index: u64, number: u64, deadline: u64) -> Checked<Outcome> {
        self.port(index, number, kind::QUEUING_IN)?;
        self.await_bits(index, Activity::Receiving, bit(number), deadline)
    }

    fn wait(&mut self, index: u64, mask: u64, deadline: u64) -> Checked<Outcome> {
        if mask & !self.partition(index).incoming != 0 {
            return Err(Status::BadPort);
        }
        self.await_bits(index, Activity::Waiting, mask, deadline)
    }

    /// Waits, or not when it would be over at once.
    fn await_bits(
        &mut self,
        index: u64,
        activity: Activity,
        mask: u64,
        deadline: u64,
    ) -> Checked<Outcome> {
        check_deadline(self.partition(index), deadline)?;
        let now = self.hardware.now();
        let state = self.state(index);
        (state.mask, state.deadline, state.activity) = (mask, deadline, activity.number());
        if obstacle(state, now) != Obstacle::Over {
            return Ok(Outcome::Blocked);
        }
        self.end_wait(index);
        Ok(Outcome::Answered)
    }

    fn acknowledge(&mut self, index: u64, number: u64) -> Checked<Outcome> {
        let source = self.port(index, number, kind::INTERRUPT)?.subject;
        let state = self.state(index);
        if state.claimed & bit(number) == 0 {
            return Err(Status::NotPending);
        }
        state.claimed &= !bit(number);
        // The partition runs, so this window has it, and so its sources are enabled: the PLIC
        // takes the completion.
        self.hardware.complete(source);
        Ok(Outcome::Answer(Status::Ok, 0))
    }

    fn read_clock(&self, index: u64) -> Checked<Outcome> {
        if self.partition(index).clock == 0 {
            return Err(Status::Denied);
        }
        Ok(Outcome::Answer(Status::Ok, self.hardware.now()))
    }

    fn log(&mut self, index: u64, length: u64) -> Checked<Outcome> {
        if length > LOG_TEXT_BYTES {
            return Err(Status::BadLength);
        }
        let status = self.write_log(index, length);
        self.drain(index);
        Ok(Outcome::Answer(status, 0))
    }

    fn exit(&mut self, index: u64) -> Outcome {
        self.state(index).activity = Activity::Exited.number();
        Outcome::Blocked
    }
}

/// Without the clock a deadline must not tell the time: only never and at once.
fn check_deadline(table: &PartitionTable, deadline: u64) -> Checked<()> {
    match deadline {
        call::NEVER | call::POLL => Ok(()),
        _ if table.clock == 0 => Err(Status::Denied),
        _ => Ok(()),
    }
}
