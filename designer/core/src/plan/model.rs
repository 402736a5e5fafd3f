//! Baking a model: its steps as the bytes that the prebuilt player reads.

use septum_abi::model::{
    COMPUTE_INSTRUCTIONS_PER_ITERATION, FOREVER, MAGIC, ModelHeader, ModelStep, NO_TIMEOUT,
    Operation, Payload as AbiPayload, Touch,
};
use septum_abi::{ABI_VERSION, limits};

use super::ports::{PortPlan, wide};
use crate::system::{
    ChannelKind, Partition, PartitionIndex, Payload, PortIndex, PortKind, Step, System, TouchAccess,
};

/// A model that is too large: how much it needs, of what, and how much it may.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge {
    pub(super) needed: usize,
    pub(super) what: &'static str,
    pub(super) limit: usize,
}

/// A baked model before its port buffers have their places.
#[derive(Debug)]
pub(super) struct Baked {
    header: ModelHeader,
    /// Steps and texts.
    rest: Vec<u8>,
}

impl Baked {
    /// Length in bytes.
    pub(super) const fn size_bytes(&self) -> usize {
        ModelHeader::SIZE_BYTES + self.rest.len()
    }

    /// The bytes for the player of a partition with these ports.
    pub(super) fn bytes(mut self, ports: &[PortPlan]) -> Vec<u8> {
        for (place, port) in self.header.port_buffers.iter_mut().zip(ports) {
            *place = port.buffer.map_or(0, |buffer| buffer.virtual_address);
        }
        let mut out = self.header.to_bytes().to_vec();
        out.append(&mut self.rest);
        out
    }
}

/// The steps for the player.
pub(super) fn bake(
    system: &System,
    index: PartitionIndex,
    steps: &[Step],
) -> Result<Baked, TooLarge> {
    limit(steps.len(), "steps", limits::MODEL_STEPS)?;
    let mut bakery = Bakery::new(system, steps);
    let baked: Vec<ModelStep> = steps
        .iter()
        .enumerate()
        .map(|(number, step)| bakery.step(number, step))
        .collect();
    let bytes = bakery.texts_at + bakery.texts.len();
    limit(bytes, "bytes", limits::MODEL_BYTES)?;
    let header = ModelHeader {
        magic: MAGIC,
        abi_version: u32::from(ABI_VERSION),
        step_count: narrow(steps.len()),
        bytes: narrow(bytes),
        message_bytes: message_bytes(system, &system.partitions[index.get()]),
        port_buffers: [0; limits::PORTS],
        seed: system.seed,
        partition: wide(index.get()),
    };
    let mut rest: Vec<u8> = baked.iter().flat_map(ModelStep::to_bytes).collect();
    rest.append(&mut bakery.texts);
    Ok(Baked { header, rest })
}

fn limit(needed: usize, what: &'static str, limit: usize) -> Result<(), TooLarge> {
    if needed > limit {
        return Err(TooLarge {
            needed,
            what,
            limit,
        });
    }
    Ok(())
}

/// A number that a limit of the ABI keeps small.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("bounded by MODEL_BYTES")
}

/// For each port the largest message that may be sent on it.
fn message_bytes(system: &System, partition: &Partition) -> [u32; limits::PORTS] {
    let mut sizes = [0; limits::PORTS];
    for (size, port) in sizes.iter_mut().zip(&partition.ports) {
        if let PortKind::Out(channel) = port.kind {
            *size = match system.channels[channel.get()].kind {
                ChannelKind::Queuing { message_bytes, .. }
                | ChannelKind::Sampling { message_bytes, .. } => message_bytes,
                ChannelKind::Signal => 0,
            };
        }
    }
    sizes
}

struct Bakery {
    /// For each step the one to go on with, where that is not the next one.
    jumps: Vec<u64>,
    ns_per_instruction: u64,
    texts_at: usize,
    texts: Vec<u8>,
}

/// A number of one of the ABI's lists.
fn small(number: u64) -> u32 {
    u32::try_from(number).expect("the ABI counts its variants from 0")
}

/// A step of an operation with these values.
fn with(operation: Operation, value: u64, other: u64) -> ModelStep {
    ModelStep {
        operation: small(operation.number()),
        port: 0,
        second_port: 0,
        payload: 0,
        text_bytes: 0,
        text_offset: 0,
        value,
        other,
    }
}

impl Bakery {
    fn new(system: &System, steps: &[Step]) -> Self {
        Self {
            jumps: jumps(steps),
            ns_per_instruction: system.machine.ns_per_instruction,
            texts_at: ModelHeader::SIZE_BYTES + steps.len() * ModelStep::SIZE_BYTES,
            texts: Vec::new(),
        }
    }

    fn step(&mut self, number: usize, step: &Step) -> ModelStep {
        let jump = self.jumps[number];
        match step {
            Step::Compute { ns } => with(Operation::Compute, self.iterations(*ns), 0),
            Step::ComputeBetween { least_ns, most_ns } => {
                let [least, most] = [*least_ns, *most_ns].map(|ns| self.iterations(ns));
                with(Operation::ComputeBetween, least, most)
            }
            Step::Send { port, message } => self.saying(message, at(Operation::Send, *port)),
            Step::Receive {
                port,
                timeout_ticks,
            } => ModelStep {
                value: timeout(*timeout_ticks),
                ..at(Operation::Receive, *port)
            },
            Step::Exchange {
                send,
                message,
                receive,
                timeout_ticks,
            } => {
                let exchange = ModelStep {
                    second_port: narrow(receive.get()),
                    value: timeout(*timeout_ticks),
                    ..at(Operation::Exchange, *send)
                };
                self.saying(message, exchange)
            }
            Step::Write { port, message } => self.saying(message, at(Operation::Write, *port)),
            Step::Read { port } => at(Operation::Read, *port),
            Step::Signal { port } => at(Operation::Signal, *port),
            Step::Wait {
                mask,
                timeout_ticks,
            } => with(Operation::Wait, *mask, timeout(*timeout_ticks)),
            Step::Acknowledge { port } => at(Operation::Acknowledge, *port),
            Step::Sleep { ticks } => with(Operation::Sleep, *ticks, 0),
            Step::SleepUntil {
                period_ticks,
                offset_ticks,
            } => with(Operation::SleepUntil, *period_ticks, *offset_ticks),
            Step::Log { message } => self.saying(message, with(Operation::Log, 0, 0)),
            Step::Touch { address, access } => touch(*address, *access),
            Step::Illegal => with(Operation::Illegal, 0, 0),
            Step::Raise { code } => with(Operation::Raise, *code, 0),
            Step::Restart { partition } => of(Operation::Restart, *partition),
            Step::Stop { partition } => of(Operation::Stop, *partition),
            Step::SafeMode => with(Operation::SafeMode, 0, 0),
            Step::Loop { times } => with(Operation::Loop, times.unwrap_or(FOREVER), jump),
            Step::IfByte { offset, equals } => if_byte(*offset, *equals, jump),
            Step::Else => with(Operation::Else, 0, jump),
            Step::End => with(Operation::End, 0, jump),
            Step::Exit => with(Operation::Exit, 0, 0),
        }
    }

    /// Iterations of the player's loop that take so many nanoseconds.
    const fn iterations(&self, ns: u64) -> u64 {
        ns / self.ns_per_instruction / COMPUTE_INSTRUCTIONS_PER_ITERATION
    }

    /// The step with a payload.
    fn saying(&mut self, payload: &Payload, step: ModelStep) -> ModelStep {
        let (kind, text): (_, &[u8]) = match payload {
            Payload::Text(text) => (AbiPayload::Text, text),
            Payload::Numbered(text) => (AbiPayload::Numbered, text),
            Payload::Received => (AbiPayload::Received, &[]),
        };
        let offset = self.texts_at + self.texts.len();
        self.texts.extend_from_slice(text);
        // A text that is too long makes the whole model too long, which `bake` refuses.
        let bounded = |number| u32::try_from(number).unwrap_or(u32::MAX);
        ModelStep {
            payload: small(kind.number()),
            text_bytes: bounded(text.len()),
            text_offset: bounded(offset),
            ..step
        }
    }
}

/// For each step that begins or ends a block the step to go on with: behind the end of a loop
/// that is over, at the begin of one that is not, at the other side of a condition. The next
/// one for all others, and behind the last one for a block that is open.
fn jumps(steps: &[Step]) -> Vec<u64> {
    let mut jumps: Vec<u64> = (1..=wide(steps.len())).collect();
    let behind = wide(steps.len());
    let mut open: Vec<usize> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        if let Step::Else | Step::End = step
            && let Some(begun) = open.pop()
        {
            jumps[begun] = wide(number + 1);
            if let Step::Loop { .. } = steps[begun] {
                jumps[number] = wide(begun);
            }
        }
        if let Step::Loop { .. } | Step::IfByte { .. } | Step::Else = step {
            jumps[number] = behind;
            open.push(number);
        }
    }
    jumps
}

fn at(operation: Operation, port: PortIndex) -> ModelStep {
    ModelStep {
        port: narrow(port.get()),
        ..with(operation, 0, 0)
    }
}

fn of(operation: Operation, partition: PartitionIndex) -> ModelStep {
    with(operation, wide(partition.get()), 0)
}

fn if_byte(offset: u64, equals: u8, otherwise: u64) -> ModelStep {
    ModelStep {
        payload: u32::from(equals),
        ..with(Operation::IfByte, offset, otherwise)
    }
}

fn touch(address: u64, access: TouchAccess) -> ModelStep {
    let touch = match access {
        TouchAccess::Read => Touch::Read,
        TouchAccess::Write => Touch::Write,
        TouchAccess::Execute => Touch::Execute,
    };
    ModelStep {
        payload: small(touch.number()),
        ..with(Operation::Touch, address, 0)
    }
}

fn timeout(ticks: Option<u64>) -> u64 {
    ticks.unwrap_or(NO_TIMEOUT)
}
