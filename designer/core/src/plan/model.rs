//! Baking a model: its steps as the bytes that the prebuilt player reads.

use septum_abi::model::{
    self, COMPUTE_INSTRUCTIONS_PER_ITERATION, MAGIC, ModelHeader, ModelStep, Operation,
    Payload as AbiPayload, Touch,
};
use septum_abi::{ABI_VERSION, limits};

use super::ports::{PortPlan, wide};
use crate::system::{
    ChannelKind, Partition, Payload, PortIndex, PortKind, Step, System, TouchAccess,
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
    partition: &Partition,
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
        message_bytes: message_bytes(system, partition),
        port_buffers: [0; limits::PORTS],
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
        if let PortKind::Out(channel) = port.kind
            && let ChannelKind::Queuing { message_bytes, .. } = system.channels[channel.get()].kind
        {
            *size = message_bytes;
        }
    }
    sizes
}

struct Bakery<'a> {
    steps: &'a [Step],
    ns_per_instruction: u64,
    texts_at: usize,
    texts: Vec<u8>,
}

/// A number of one of the ABI's lists.
fn small(number: u64) -> u32 {
    u32::try_from(number).expect("the ABI counts its variants from 0")
}

/// A step that does nothing but its operation.
fn bare(operation: Operation) -> ModelStep {
    ModelStep {
        operation: small(operation.number()),
        port: 0,
        payload: 0,
        text_bytes: 0,
        value: 0,
        other: 0,
    }
}

impl<'a> Bakery<'a> {
    fn new(system: &System, steps: &'a [Step]) -> Self {
        Self {
            steps,
            ns_per_instruction: system.machine.ns_per_instruction,
            texts_at: ModelHeader::SIZE_BYTES + steps.len() * ModelStep::SIZE_BYTES,
            texts: Vec::new(),
        }
    }

    fn step(&mut self, number: usize, step: &Step) -> ModelStep {
        match step {
            Step::Compute { ns } => ModelStep {
                value: self.iterations(*ns),
                ..bare(Operation::Compute)
            },
            Step::Send { port, message } => self.with(message, at(Operation::Send, *port)),
            Step::Receive {
                port,
                timeout_ticks,
            } => ModelStep {
                value: timeout(*timeout_ticks),
                ..at(Operation::Receive, *port)
            },
            Step::Signal { port } => at(Operation::Signal, *port),
            Step::Wait {
                mask,
                timeout_ticks,
            } => ModelStep {
                value: *mask,
                other: timeout(*timeout_ticks),
                ..bare(Operation::Wait)
            },
            Step::Acknowledge { port } => at(Operation::Acknowledge, *port),
            Step::Sleep { ticks } => ModelStep {
                value: *ticks,
                ..bare(Operation::Sleep)
            },
            Step::Log { message } => self.with(message, bare(Operation::Log)),
            Step::Touch { address, access } => touch(*address, *access),
            Step::Loop { times } => ModelStep {
                value: times.unwrap_or(model::FOREVER),
                other: wide(self.end_of(number)),
                ..bare(Operation::Loop)
            },
            Step::End => ModelStep {
                other: wide(self.loop_of(number)),
                ..bare(Operation::End)
            },
            Step::Exit => bare(Operation::Exit),
        }
    }

    /// Iterations of the player's loop that take so many nanoseconds.
    const fn iterations(&self, ns: u64) -> u64 {
        ns / self.ns_per_instruction / COMPUTE_INSTRUCTIONS_PER_ITERATION
    }

    /// The step with a payload.
    fn with(&mut self, payload: &Payload, step: ModelStep) -> ModelStep {
        let (kind, text): (_, &[u8]) = match payload {
            Payload::Text(text) => (AbiPayload::Text, text),
            Payload::Numbered(text) => (AbiPayload::Numbered, text),
            Payload::Received => (AbiPayload::Received, &[]),
        };
        let offset = self.texts_at + self.texts.len();
        self.texts.extend_from_slice(text);
        ModelStep {
            payload: small(kind.number()),
            // A text that is too long makes the whole model too long, which `bake` refuses.
            text_bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
            other: wide(offset),
            ..step
        }
    }

    /// The number of the `End` that closes the loop; the last step for one that is open.
    fn end_of(&self, number: usize) -> usize {
        let after = self.steps.iter().enumerate().skip(number);
        closing(
            after,
            |step| matches!(step, Step::Loop { .. }),
            |step| *step == Step::End,
        )
        .unwrap_or(self.steps.len() - 1)
    }

    /// The number of the loop that the `End` closes; the first step for one too many.
    fn loop_of(&self, number: usize) -> usize {
        let before = self.steps.iter().enumerate().take(number + 1).rev();
        closing(
            before,
            |step| *step == Step::End,
            |step| matches!(step, Step::Loop { .. }),
        )
        .unwrap_or(0)
    }
}

/// The number of the step that closes the bracket with which `steps` begins.
fn closing<'a>(
    steps: impl Iterator<Item = (usize, &'a Step)>,
    opens: impl Fn(&Step) -> bool,
    closes: impl Fn(&Step) -> bool,
) -> Option<usize> {
    let mut depth = 0usize;
    for (number, step) in steps {
        if opens(step) {
            depth += 1;
        } else if closes(step) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(number);
            }
        }
    }
    None
}

fn at(operation: Operation, port: PortIndex) -> ModelStep {
    ModelStep {
        port: narrow(port.get()),
        ..bare(operation)
    }
}

fn touch(address: u64, access: TouchAccess) -> ModelStep {
    let touch = match access {
        TouchAccess::Read => Touch::Read,
        TouchAccess::Write => Touch::Write,
        TouchAccess::Execute => Touch::Execute,
    };
    ModelStep {
        value: address,
        payload: small(touch.number()),
        ..bare(Operation::Touch)
    }
}

fn timeout(ticks: Option<u64>) -> u64 {
    ticks.unwrap_or(model::NO_TIMEOUT)
}
