//! Why the hart left U-mode, as the trap found it.

use septum_abi::call::{Call, NEVER, POLL, Status};
use septum_abi::tables::kind;

use super::names::{Names, Port};
use super::state;
use crate::cpu::{Exception, Registers};
use crate::machine::Machine;
use crate::name::Bytes;

/// A trap from U-mode that the kernel has not finished with.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Virtual time in nanoseconds after the instruction.
    pub(super) time_ns: u64,
    /// The partition.
    pub(super) partition: usize,
    /// The registers; `pc` is that of the instruction that trapped or was interrupted.
    pub(super) registers: Registers,
    /// Why.
    pub(super) reason: Reason,
    /// The kernel returned to it at once, but its window was over.
    pub(super) answered: bool,
}

/// Why the hart left U-mode.
#[derive(Debug, Clone)]
pub(super) enum Reason {
    /// A system call.
    Call(Request),
    /// Any other exception.
    Fault(Exception),
    /// An interrupt.
    Interrupt,
}

/// A system call with what it carries.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// `a7`.
    pub(super) number: u64,
    /// `a0` to `a3`.
    pub(super) arguments: [u64; 4],
    /// What a `send`, an `exchange` or a `log` takes from its buffer.
    pub(super) bytes: Bytes,
    /// What it waits for, if it is a call that can wait and was not answered at once.
    pub(super) wait: Option<Wish>,
}

/// What somebody waits for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// The ports, one bit each.
    pub(super) mask: u64,
    /// Until when, in ticks.
    pub(super) deadline: u64,
}

impl Request {
    /// Reads a call from the registers and the buffers of the partition that makes it.
    pub(super) fn read(machine: &Machine, names: &Names, partition: usize, x: &[u64; 32]) -> Self {
        let arguments = [x[10], x[11], x[12], x[13]];
        let call = Call::from_number(x[17]);
        let bytes = match call {
            Some(Call::Send | Call::Exchange) => message(machine, names, partition, arguments),
            Some(Call::Log) => text(machine, names, partition, arguments[0]),
            _ => Bytes::default(),
        };
        Self {
            number: x[17],
            arguments,
            bytes,
            wait: call.and_then(|call| wish(machine, names, partition, call, arguments)),
        }
    }

    /// Which call.
    pub(super) fn call(&self) -> Option<Call> {
        Call::from_number(self.number)
    }

    /// The port that it receives from, if it is a call that does.
    pub(super) fn receives_from(&self) -> Option<u64> {
        let [first, _, third, _] = self.arguments;
        match self.call()? {
            Call::Receive => Some(first),
            Call::Exchange => Some(third),
            _ => None,
        }
    }

    /// What the sending part of an `exchange` came to. `answer`: what the whole of it came to,
    /// if it is over; the receiving part is refused before anything is sent, or not at all.
    pub(super) fn sent(answer: Option<u64>) -> Status {
        let refused = |status: &Status| {
            use Status::{BadLength, BadPort, Denied, Full};
            matches!(status, Full | BadPort | BadLength | Denied)
        };
        let answer = answer.and_then(Status::from_number);
        answer.filter(refused).unwrap_or(Status::Ok)
    }
}

/// What a call waits for.
fn wish(
    machine: &Machine,
    names: &Names,
    partition: usize,
    call: Call,
    [first, second, third, fourth]: [u64; 4],
) -> Option<Wish> {
    let (mask, deadline) = match call {
        Call::Wait => (first, second),
        Call::Receive => (one_bit(first), second),
        // It may be answered at once and still not go on, for somebody more important.
        Call::Exchange if is_empty(machine, names.port(partition, third)?) => {
            (one_bit(third), fourth)
        }
        _ => return None,
    };
    let allowed = names.partitions[partition].clock || matches!(deadline, NEVER | POLL);
    allowed.then_some(Wish { mask, deadline })
}

/// Whether it is the receiving end of a queue with nothing in it.
fn is_empty(machine: &Machine, port: &Port) -> bool {
    let queue = state::queue(machine, port.state);
    port.kind == kind::QUEUING_IN && queue.is_some_and(|queue| queue.write == queue.read)
}

fn one_bit(port: u64) -> u64 {
    if port < 64 { 1 << port } else { 0 }
}

fn message(
    machine: &Machine,
    names: &Names,
    partition: usize,
    [port, length, ..]: [u64; 4],
) -> Bytes {
    match names.port(partition, port) {
        Some(port) if port.sends() && length <= port.message_bytes => {
            state::bytes(machine, port.buffer, length)
        }
        _ => Bytes::default(),
    }
}

fn text(machine: &Machine, names: &Names, partition: usize, length: u64) -> Bytes {
    let longest = u64::try_from(septum_abi::limits::LOG_MESSAGE_BYTES).unwrap_or(0);
    match names.partitions.get(partition) {
        Some(partition) if length <= longest => state::bytes(machine, partition.log_buffer, length),
        _ => Bytes::default(),
    }
}
