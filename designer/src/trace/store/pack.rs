//! What an event carries, as few bytes: numbers of 7 bits a byte, names by number.

use septum_simulator::event::EventKind;
use septum_simulator::name::Name;

use super::symbols::Symbols;
use super::varint;

/// Writes behind what was written.
pub(super) struct Packer<'a> {
    into: &'a mut Vec<u8>,
    symbols: &'a mut Symbols,
}

impl<'a> Packer<'a> {
    pub(super) fn new(into: &'a mut Vec<u8>, symbols: &'a mut Symbols) -> Self {
        Self { into, symbols }
    }

    /// What an event carries, but its channel; [`super::unpack`] reads it in the same order.
    pub(super) fn kind(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Window {
                schedule,
                index,
                frame,
            } => {
                self.size(*schedule);
                self.size(*index);
                self.number(*frame);
            }
            EventKind::ScheduleChange { schedule } => self.size(*schedule),
            EventKind::Block { ports, deadline_ns } => {
                self.size(ports.len());
                ports.iter().for_each(|port| self.name(port));
                self.option(*deadline_ns);
            }
            EventKind::Wake { timeout } => self.number((*timeout).into()),
            EventKind::InterruptRaised {
                device: name,
                source,
            }
            | EventKind::InterruptDelivered { port: name, source }
            | EventKind::InterruptAcknowledged { port: name, source } => {
                self.name(name);
                self.number((*source).into());
            }
            EventKind::Log { bytes, status } => {
                self.name(status);
                self.bytes(bytes);
            }
            EventKind::DeniedCall { number } => self.number(*number),
            EventKind::RestartBegin { by, backoff_ns } => {
                self.name(by);
                self.number(*backoff_ns);
            }
            EventKind::Halt { by } | EventKind::SafeMode { by } => self.name(by),
            EventKind::Stop { code, reason } => {
                self.number((*code).into());
                self.name(reason);
            }
            EventKind::Dispatch | EventKind::Preempt | EventKind::RestartEnd | EventKind::Exit => {}
            _ => self.of_channel(kind),
        }
    }

    fn of_channel(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Send {
                port,
                length,
                bytes,
                status,
                ..
            }
            | EventKind::Receive {
                port,
                length,
                bytes,
                status,
                ..
            }
            | EventKind::SampleWrite {
                port,
                length,
                bytes,
                status,
                ..
            } => self.message([port, status], *length, bytes),
            EventKind::SampleRead {
                port,
                length,
                bytes,
                status,
                age_ns,
                ..
            } => {
                self.message([port, status], *length, bytes);
                self.option(*age_ns);
            }
            EventKind::Signal { port, status, .. } => {
                self.name(port);
                self.name(status);
            }
            _ => self.of_wrong(kind),
        }
    }

    fn of_wrong(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Fault {
                cause,
                code,
                pc,
                value,
                health,
                action,
                restarts_used_up,
            } => {
                self.names([cause, health, action]);
                self.number(*pc);
                self.number(*value);
                self.option(*code);
                self.option(*restarts_used_up);
            }
            EventKind::Violation {
                by,
                access,
                address,
                region,
                pc,
            } => {
                self.names([by, access, region]);
                self.number(*address);
                self.number(*pc);
            }
            _ => {}
        }
    }

    fn message(&mut self, names: [&Name; 2], length: u64, bytes: &[u8]) {
        self.names(names);
        self.number(length);
        self.bytes(bytes);
    }

    fn number(&mut self, number: u64) {
        varint::write(self.into, number);
    }

    fn size(&mut self, size: usize) {
        self.number(u64::try_from(size).unwrap_or(u64::MAX));
    }

    fn option(&mut self, number: Option<u64>) {
        self.number(number.is_some().into());
        if let Some(number) = number {
            self.number(number);
        }
    }

    fn name(&mut self, name: &str) {
        let number = self.symbols.number(Some(name));
        self.number(number.into());
    }

    fn names<const N: usize>(&mut self, names: [&Name; N]) {
        names.iter().for_each(|name| self.name(name));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.size(bytes.len());
        self.into.extend_from_slice(bytes);
    }
}
