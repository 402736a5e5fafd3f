//! Why the hart left U-mode, as the trap found it.

use septum_abi::call::Call;

use super::names::Names;
use super::state;
use crate::cpu::{Exception, Registers};
use crate::machine::Machine;

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
    /// `a0` and `a1`.
    pub(super) arguments: [u64; 2],
    /// What a `send` or a `log` takes from its buffer.
    pub(super) bytes: Vec<u8>,
    /// For `wait` and `receive`: the ports that it is for.
    pub(super) mask: u64,
}

impl Request {
    /// Reads a call from the registers and the buffers of the partition that makes it.
    pub(super) fn read(machine: &Machine, names: &Names, partition: usize, x: &[u64; 32]) -> Self {
        let arguments = [x[10], x[11]];
        let call = Call::from_number(x[17]);
        let (bytes, mask) = match call {
            Some(Call::Send) => (message(machine, names, partition, arguments), 0),
            Some(Call::Log) => (text(machine, names, partition, arguments[0]), 0),
            Some(Call::Wait) => (Vec::new(), arguments[0]),
            Some(Call::Receive) => (Vec::new(), one_bit(arguments[0])),
            _ => (Vec::new(), 0),
        };
        Self {
            number: x[17],
            arguments,
            bytes,
            mask,
        }
    }

    /// Which call.
    pub(super) fn call(&self) -> Option<Call> {
        Call::from_number(self.number)
    }

    /// Whether it is one that can wait.
    pub(super) fn can_wait(&self) -> bool {
        matches!(self.call(), Some(Call::Wait | Call::Receive))
    }
}

fn one_bit(port: u64) -> u64 {
    if port < 64 { 1 << port } else { 0 }
}

fn message(
    machine: &Machine,
    names: &Names,
    partition: usize,
    [port, length]: [u64; 2],
) -> Vec<u8> {
    match names.port(partition, port) {
        Some(port) if length <= port.message_bytes => state::bytes(machine, port.buffer, length),
        _ => Vec::new(),
    }
}

fn text(machine: &Machine, names: &Names, partition: usize, length: u64) -> Vec<u8> {
    let longest = u64::try_from(septum_abi::limits::LOG_MESSAGE_BYTES).unwrap_or(0);
    match names.partitions.get(partition) {
        Some(partition) if length <= longest => state::bytes(machine, partition.log_buffer, length),
        _ => Vec::new(),
    }
}
