//! What an event carries, from what [`super::pack`] wrote.

use septum_simulator::event::EventKind;
use septum_simulator::name::{Bytes, Name};

use crate::trace::kind::Kind;

use super::row::Row;
use super::symbols::Symbols;
use super::varint;

/// Reads from the front of bytes. Every answer is `None` where they are not what was written.
pub(super) struct Unpacker<'a> {
    rest: &'a [u8],
    symbols: &'a Symbols,
}

impl<'a> Unpacker<'a> {
    pub(super) fn new(rest: &'a [u8], symbols: &'a Symbols) -> Self {
        Self { rest, symbols }
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// What the event with this row is.
    pub(super) fn kind(&mut self, row: &Row) -> Option<EventKind> {
        match row.kind {
            Kind::Send | Kind::Receive | Kind::SampleWrite | Kind::SampleRead | Kind::Signal => {
                let channel = self.symbols.name(row.channel)?;
                self.of_channel(row.kind, channel)
            }
            Kind::Fault | Kind::Violation | Kind::DeniedCall | Kind::Stop => {
                self.of_wrong(row.kind)
            }
            Kind::InterruptRaised | Kind::InterruptDelivered | Kind::InterruptAcknowledged => {
                self.of_interrupt(row.kind)
            }
            other => self.of_partition(other),
        }
    }

    fn of_channel(&mut self, kind: Kind, channel: Name) -> Option<EventKind> {
        let (port, status) = (self.name()?, self.name()?);
        if kind == Kind::Signal {
            return Some(EventKind::Signal {
                channel,
                port,
                status,
            });
        }
        let (length, bytes) = (self.number()?, self.bytes()?);
        Some(match kind {
            Kind::Send => EventKind::Send {
                channel,
                port,
                length,
                bytes,
                status,
            },
            Kind::Receive => EventKind::Receive {
                channel,
                port,
                length,
                bytes,
                status,
            },
            Kind::SampleWrite => EventKind::SampleWrite {
                channel,
                port,
                length,
                bytes,
                status,
            },
            _ => EventKind::SampleRead {
                channel,
                port,
                length,
                bytes,
                status,
                age_ns: self.option()?,
            },
        })
    }

    fn of_wrong(&mut self, kind: Kind) -> Option<EventKind> {
        Some(match kind {
            Kind::Fault => EventKind::Fault {
                cause: self.name()?,
                health: self.name()?,
                action: self.name()?,
                pc: self.number()?,
                value: self.number()?,
                code: self.option()?,
                restarts_used_up: self.option()?,
            },
            Kind::Violation => EventKind::Violation {
                by: self.name()?,
                access: self.name()?,
                region: self.name()?,
                address: self.number()?,
                pc: self.number()?,
            },
            Kind::DeniedCall => EventKind::DeniedCall {
                number: self.number()?,
            },
            _ => EventKind::Stop {
                code: self.narrow()?,
                reason: self.name()?,
            },
        })
    }

    fn of_interrupt(&mut self, kind: Kind) -> Option<EventKind> {
        let (name, source) = (self.name()?, self.narrow()?);
        Some(match kind {
            Kind::InterruptRaised => EventKind::InterruptRaised {
                device: name,
                source,
            },
            Kind::InterruptDelivered => EventKind::InterruptDelivered { port: name, source },
            _ => EventKind::InterruptAcknowledged { port: name, source },
        })
    }

    fn of_partition(&mut self, kind: Kind) -> Option<EventKind> {
        Some(match kind {
            Kind::Window => EventKind::Window {
                schedule: self.narrow()?,
                index: self.narrow()?,
                frame: self.number()?,
            },
            Kind::ScheduleChange => EventKind::ScheduleChange {
                schedule: self.narrow()?,
            },
            Kind::Dispatch => EventKind::Dispatch,
            Kind::Preempt => EventKind::Preempt,
            Kind::Block => {
                let count: usize = self.narrow()?;
                EventKind::Block {
                    ports: (0..count).map(|_| self.name()).collect::<Option<_>>()?,
                    deadline_ns: self.option()?,
                }
            }
            Kind::Wake => EventKind::Wake {
                timeout: self.number()? == 1,
            },
            Kind::Log => EventKind::Log {
                status: self.name()?,
                bytes: self.bytes()?,
            },
            Kind::RestartBegin => EventKind::RestartBegin {
                by: self.name()?,
                backoff_ns: self.number()?,
            },
            Kind::RestartEnd => EventKind::RestartEnd,
            Kind::Halt => EventKind::Halt { by: self.name()? },
            Kind::SafeMode => EventKind::SafeMode { by: self.name()? },
            Kind::Exit => EventKind::Exit,
            _ => return None,
        })
    }

    fn number(&mut self) -> Option<u64> {
        varint::read(&mut self.rest)
    }

    fn narrow<T: TryFrom<u64>>(&mut self) -> Option<T> {
        varint::read_as(&mut self.rest)
    }

    fn option(&mut self) -> Option<Option<u64>> {
        match self.number()? {
            0 => Some(None),
            _ => self.number().map(Some),
        }
    }

    fn name(&mut self) -> Option<Name> {
        let number = self.narrow()?;
        self.symbols.name(number)
    }

    fn bytes(&mut self) -> Option<Bytes> {
        let length = self.narrow()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes.into())
    }
}
