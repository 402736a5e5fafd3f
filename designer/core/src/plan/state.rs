//! The kernel's own memory: its stack, its state, and the slots of the queues.

use septum_abi::limits::KERNEL_STACK_BYTES;
use septum_abi::state::{FaultRing, HartState, PartitionState, QueueState};
use septum_abi::tables::slot_bytes;

use super::layout::{Layout, Request};
use super::ports::wide;
use super::region::{Contents, Range, RegionKind};
use crate::system::{Channel, ChannelKind, System};

/// Where the kernel's state lies.
#[derive(Debug)]
pub(super) struct State {
    pub(super) stack_top: u64,
    pub(super) hart: u64,
    pub(super) partitions: u64,
    pub(super) queues: u64,
    pub(super) faults: u64,
    /// For each channel: its first slot; 0 for signals.
    pub(super) slots: Vec<u64>,
}

impl State {
    /// Places the kernel's memory.
    pub(super) fn place(system: &System, layout: &mut Layout) -> Self {
        let mut place = |name: &str, size_bytes, kind| {
            let (name, contents) = (name.to_owned(), Contents::Zero);
            layout.place(Request {
                name,
                size_bytes,
                kind,
                owner: None,
                contents,
            })
        };
        let stack = place(
            "kernel.stack",
            wide(KERNEL_STACK_BYTES),
            RegionKind::KernelStack,
        );
        let (hart, partitions, queues, faults, end) = offsets(system);
        let Range { base, .. } = place("kernel.state", end, RegionKind::KernelState);
        let (total, slots) = slots(system);
        let queue_slots = place("kernel.queues", total, RegionKind::Queues);
        Self {
            stack_top: stack.end(),
            hart: base + hart,
            partitions: base + partitions,
            queues: base + queues,
            faults: base + faults,
            slots: slots
                .into_iter()
                .map(|slot| slot.map_or(0, |at| queue_slots.base + at))
                .collect(),
        }
    }
}

/// Offsets of hart, partitions, queues and faults in the state, and its length.
fn offsets(system: &System) -> (u64, u64, u64, u64, u64) {
    let hart = 0;
    let partitions = hart + wide(HartState::SIZE_BYTES);
    let queues = partitions + wide(PartitionState::SIZE_BYTES * system.partitions.len());
    let faults = queues + wide(QueueState::SIZE_BYTES * system.channels.len());
    (
        hart,
        partitions,
        queues,
        faults,
        faults + wide(FaultRing::SIZE_BYTES),
    )
}

/// Length of all slots, and the offset of each channel's first one.
fn slots(system: &System) -> (u64, Vec<Option<u64>>) {
    let mut next = 0;
    let slots = system
        .channels
        .iter()
        .map(|channel| {
            let at = next;
            let size = queue_bytes(channel);
            next += size;
            (size > 0).then_some(at)
        })
        .collect();
    (next, slots)
}

/// Length of a channel's slots.
fn queue_bytes(channel: &Channel) -> u64 {
    match channel.kind {
        ChannelKind::Queuing {
            message_bytes,
            depth,
        } => slot_bytes(u64::from(message_bytes)) * u64::from(depth),
        ChannelKind::Sampling { .. } => unreachable!("refused with S0190"),
        ChannelKind::Signal => 0,
    }
}

const _: () = {
    assert!(
        HartState::SIZE_BYTES.is_multiple_of(8) && PartitionState::SIZE_BYTES.is_multiple_of(8)
    );
    assert!(QueueState::SIZE_BYTES.is_multiple_of(8) && FaultRing::SIZE_BYTES.is_multiple_of(8));
};
