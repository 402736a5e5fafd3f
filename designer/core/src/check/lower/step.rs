//! Steps of a model: ports become numbers, partitions indices, times ticks.

use super::{RawPort, partition_index};
use crate::spec::{RawPayload, RawStep, RawSystem};
use crate::system::{Payload, PortIndex, Step};

/// What a partition's steps may name.
pub(super) struct Known<'a> {
    pub(super) raw: &'a RawSystem,
    pub(super) ports: &'a [RawPort<'a>],
    /// Nanoseconds in a tick.
    pub(super) tick: u64,
}

impl Known<'_> {
    fn port(&self, name: &str) -> Option<PortIndex> {
        let position = self.ports.iter().position(|known| known.name == name);
        position.map(PortIndex::new)
    }

    fn mask(&self, names: &[String]) -> Option<u64> {
        let bit = |name| 1_u64.checked_shl(u32::try_from(self.port(name)?.get()).ok()?);
        let bits = names.iter().map(|name| bit(name));
        let bits: Vec<u64> = bits.collect::<Option<_>>()?;
        Some(bits.into_iter().fold(0, |mask, bit| mask | bit))
    }

    fn ticks(&self, ns: Option<u64>) -> Option<u64> {
        ns.map(|ns| ns / self.tick)
    }

    /// The step; `None` where something is not known.
    pub(super) fn step(&self, raw: &RawStep) -> Option<Step> {
        Some(match raw {
            RawStep::Compute { ns } => Step::Compute { ns: *ns },
            RawStep::ComputeBetween { least_ns, most_ns } => Step::ComputeBetween {
                least_ns: *least_ns,
                most_ns: *most_ns,
            },
            RawStep::Sleep { ns } => Step::Sleep {
                ticks: ns / self.tick,
            },
            RawStep::SleepUntil {
                period_ns,
                offset_ns,
            } => Step::SleepUntil {
                period_ticks: period_ns / self.tick,
                offset_ticks: offset_ns / self.tick,
            },
            RawStep::Log { message } => Step::Log {
                message: payload(message),
            },
            RawStep::Touch { address, access } => Step::Touch {
                address: *address,
                access: *access,
            },
            RawStep::Illegal => Step::Illegal,
            RawStep::Raise { code } => Step::Raise { code: *code },
            RawStep::Restart { partition } => Step::Restart {
                partition: partition_index(self.raw, partition)?,
            },
            RawStep::Stop { partition } => Step::Stop {
                partition: partition_index(self.raw, partition)?,
            },
            RawStep::SafeMode => Step::SafeMode,
            RawStep::Loop { times } => Step::Loop { times: *times },
            RawStep::IfByte { offset, equals } => Step::IfByte {
                offset: *offset,
                equals: u8::try_from(*equals).ok()?,
            },
            RawStep::Else => Step::Else,
            RawStep::End => Step::End,
            RawStep::Exit => Step::Exit,
            at_ports => return self.step_at_ports(at_ports),
        })
    }

    fn step_at_ports(&self, raw: &RawStep) -> Option<Step> {
        let port = |name: &String| self.port(name);
        Some(match raw {
            RawStep::Send {
                port: name,
                message,
            } => Step::Send {
                port: port(name)?,
                message: payload(message),
            },
            RawStep::Receive {
                port: name,
                timeout_ns,
            } => Step::Receive {
                port: port(name)?,
                timeout_ticks: self.ticks(*timeout_ns),
            },
            RawStep::Exchange {
                send,
                message,
                receive,
                timeout_ns,
            } => Step::Exchange {
                send: port(send)?,
                message: payload(message),
                receive: port(receive)?,
                timeout_ticks: self.ticks(*timeout_ns),
            },
            RawStep::Write {
                port: name,
                message,
            } => Step::Write {
                port: port(name)?,
                message: payload(message),
            },
            RawStep::Read { port: name } => Step::Read { port: port(name)? },
            RawStep::Signal { port: name } => Step::Signal { port: port(name)? },
            RawStep::Acknowledge { port: name } => Step::Acknowledge { port: port(name)? },
            RawStep::Wait { ports, timeout_ns } => Step::Wait {
                mask: self.mask(ports)?,
                timeout_ticks: self.ticks(*timeout_ns),
            },
            _ => return None,
        })
    }
}

fn payload(raw: &RawPayload) -> Payload {
    match raw {
        RawPayload::Text(text) => Payload::Text(text.clone().into_bytes()),
        RawPayload::Numbered(text) => Payload::Numbered(text.clone().into_bytes()),
        RawPayload::Received => Payload::Received,
    }
}
