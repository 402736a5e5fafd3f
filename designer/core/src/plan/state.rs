//! The kernel's own memory: its stacks, its state with the first content, and the messages.

use septum_abi::limits::KERNEL_STACK_BYTES;
use septum_abi::state::{Activity, HartState, PartitionState};

use septum_abi::tables::NONE;

use super::channel;
use super::layout::{Layout, Request};
use super::ports::wide;
use super::region::{Contents, Range, RegionKind};
use super::tables::{Places, Tables};
use crate::system::System;

/// A kernel's stack and the state above it.
const STRIDE: u64 = KERNEL_STACK_BYTES_WIDE + PARTITION_BYTES;
const KERNEL_STACK_BYTES_WIDE: u64 = 1024;
const PARTITION_BYTES: u64 = 384;
const _: () = {
    assert!(KERNEL_STACK_BYTES == 1024);
    assert!(PartitionState::SIZE_BYTES == 384);
};

/// Where a channel's state and messages lie; 0 where it has none.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChannelPlace {
    pub(super) state: u64,
    pub(super) slots: u64,
}

/// Where the kernel's state lies.
#[derive(Debug)]
pub(super) struct State {
    /// The region of all but the messages.
    range: Range,
    pub(super) hart: u64,
    /// The state that stands for the idle hart.
    pub(super) idle: u64,
    /// The first partition's stack.
    stacks: u64,
    pub(super) channels: Vec<ChannelPlace>,
}

impl State {
    /// Places the kernel's memory.
    pub(super) fn place(system: &System, layout: &mut Layout) -> Self {
        let mut place = |name: &str, size_bytes, kind| {
            layout.place(Request {
                name: name.to_owned(),
                size_bytes,
                kind,
                owner: None,
                contents: Contents::Zero,
            })
        };
        let idle = wide(HartState::SIZE_BYTES);
        let stacks = (idle + PARTITION_BYTES).next_multiple_of(16);
        let channels = stacks + STRIDE * wide(system.partitions.len());
        let states = offsets(system, channel::state_bytes);
        let slots = offsets(system, channel::slots_bytes);
        let range = place(
            "kernel.state",
            channels + states.end,
            RegionKind::KernelState,
        );
        let queues = place("kernel.queues", slots.end, RegionKind::Queues);
        let places = states.each.into_iter().zip(slots.each);
        Self {
            hart: range.base,
            idle: range.base + idle,
            stacks: range.base + stacks,
            channels: places
                .map(|(state, slots)| ChannelPlace {
                    state: range.base + channels + state,
                    slots: queues.base + slots,
                })
                .collect(),
            range,
        }
    }

    /// The state of a partition.
    pub(super) fn partition(&self, index: usize) -> u64 {
        self.stacks + STRIDE * wide(index) + KERNEL_STACK_BYTES_WIDE
    }

    /// The word with the first window of the next frame.
    pub(super) fn frame_begin(&self) -> u64 {
        self.hart + wide(std::mem::offset_of!(HartState, frame_begin))
    }

    /// Writes the first content.
    pub(super) fn fill(&self, layout: &mut Layout, places: &Places, tables: &Tables) {
        let mut image = Image {
            base: self.range.base,
            bytes: Vec::new(),
        };
        let last = tables.windows.len().saturating_sub(1);
        let hart = hart(places.window(last), places.window(0), places.orders[0]);
        image.put(self.hart, &hart.to_bytes());
        let idle = PartitionState {
            activity: Activity::Idle.number(),
            ..PartitionState::ready(places.partition(0), 0, 0)
        };
        image.put(self.idle, &idle.to_bytes());
        for (index, table) in tables.partitions.iter().enumerate() {
            let own = places.partition(index);
            let mut first = PartitionState::ready(own, table.entry, table.stack_top);
            if table.deadline_ticks != NONE {
                first.released = Activity::Released.number();
                first.activity = first.released;
            }
            image.put(self.partition(index), &first.to_bytes());
        }
        layout.fill(self.range, image.bytes);
    }
}

/// Bytes at addresses.
struct Image {
    base: u64,
    bytes: Vec<u8>,
}

impl Image {
    /// Puts bytes behind all that were put before.
    fn put(&mut self, address: u64, bytes: &[u8]) {
        let offset = usize::try_from(address - self.base).expect("RAM fits in the address space");
        self.bytes.resize(offset, 0);
        self.bytes.extend_from_slice(bytes);
    }
}

/// As if the last window of a frame were about to end.
const fn hart(last: u64, first: u64, first_order: u64) -> HartState {
    HartState {
        window: last,
        window_end: 0,
        order: first_order,
        frame_begin: first,
        failed: 0,
        failure_cause: 0,
        failure_pc: 0,
        failure_value: 0,
        dump: 0,
        reserved: 0,
    }
}

/// Offsets of what each channel needs, one after another, and their sum.
struct Offsets {
    each: Vec<u64>,
    end: u64,
}

fn offsets(system: &System, bytes: impl Fn(&crate::system::Channel) -> u64) -> Offsets {
    let mut end = 0;
    let each = system
        .channels
        .iter()
        .map(|channel| {
            let at = end;
            end += bytes(channel);
            at
        })
        .collect();
    Offsets { each, end }
}
