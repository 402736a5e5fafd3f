//! The tables that configure the kernel, as records of the ABI that refer to each other by
//! address.

mod header;
mod order;
mod partition;
mod places;

use septum_abi::record::Field;
use septum_abi::tables::{
    Header, OrderTable, PartitionTable, PmpTable, QueueTable, SampleTable, WindowTable,
};

use super::layout::{Layout, Request};
use super::log::Log;
use super::pmp::{PartitionPmp, PmpEntry};
use super::region::{Contents, Range, RegionKind};
use super::space::Space;
use super::state::State;
use super::{assets::Assets, channel};
use crate::system::{Partition, PortKind, System};
pub(super) use header::pmp_limit;
pub(super) use partition::{asid, receiver_bit};
pub(super) use places::Places;

/// All tables. Each list lies behind the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// The head, with the addresses of everything.
    pub header: Header,
    /// One for each partition.
    pub partitions: Vec<PartitionTable>,
    /// One for each queuing channel, in the order of the design.
    pub queues: Vec<QueueTable>,
    /// One for each sampling channel, in the order of the design.
    pub samples: Vec<SampleTable>,
    /// One for each window.
    pub windows: Vec<WindowTable>,
    /// For each window one for each of its partitions and one for the idle hart.
    pub orders: Vec<OrderTable>,
    /// One for each partition on a machine without an MMU.
    pub pmp: Vec<PmpTable>,
}

/// Places the tables.
pub(super) fn place(system: &System, layout: &mut Layout) -> Range {
    layout.place(Request {
        name: "kernel.tables".to_owned(),
        size_bytes: Places::new(system, 0).end,
        kind: RegionKind::KernelTables,
        owner: None,
        contents: Contents::Tables,
    })
}

/// Partition, port and source of every interrupt.
pub(super) fn interrupts(system: &System) -> impl Iterator<Item = (usize, usize, u32)> {
    system
        .partitions
        .iter()
        .enumerate()
        .flat_map(|(partition, Partition { ports, .. })| {
            ports
                .iter()
                .enumerate()
                .filter_map(move |(number, port)| match port.kind {
                    PortKind::Interrupt { source, .. } => Some((partition, number, source)),
                    PortKind::In(_) | PortKind::Out(_) => None,
                })
        })
}

/// What the tables are made from.
pub(super) struct Inputs<'a> {
    pub(super) system: &'a System,
    pub(super) assets: &'a Assets,
    /// Where the kernel lies.
    pub(super) kernel: u64,
    pub(super) places: &'a Places,
    pub(super) state: &'a State,
    pub(super) log: &'a Log,
    /// Where the records of faults lie.
    pub(super) faults: Range,
    /// For each partition its first restore table; 0 where nothing restarts it.
    pub(super) restores: &'a [u64],
    pub(super) spaces: &'a [Space],
    /// For each partition: the physical address of its root page table.
    pub(super) roots: &'a [u64],
    pub(super) pmp: &'a [PmpEntry],
    /// For each partition its PMP registers; none where page tables isolate.
    pub(super) registers: &'a [PartitionPmp],
    /// SHA-256 of the design.
    pub(super) design: [u8; 32],
}

/// All tables.
pub(super) fn build(inputs: &Inputs<'_>) -> Tables {
    let (windows, orders) = order::tables(inputs);
    Tables {
        header: header::header(inputs),
        partitions: partition::tables(inputs),
        queues: channel::queues(inputs),
        samples: channel::samples(inputs),
        windows,
        orders,
        pmp: inputs.registers.iter().map(header::pmp_of).collect(),
    }
}

impl Tables {
    /// The tables as they lie in memory, from the begin of their region.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.header.to_bytes().to_vec();
        append(&mut out, &self.partitions);
        append(&mut out, &self.queues);
        append(&mut out, &self.samples);
        append(&mut out, &self.windows);
        append(&mut out, &self.orders);
        append(&mut out, &self.pmp);
        out
    }
}

fn append<T: Field>(out: &mut Vec<u8>, list: &[T]) {
    for record in list {
        let begin = out.len();
        out.resize(begin + T::SIZE_BYTES, 0);
        record.write(&mut out[begin..]);
    }
}
