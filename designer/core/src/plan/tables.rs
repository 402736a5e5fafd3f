//! The tables that configure the kernel, as records of the ABI.

use septum_abi::ABI_VERSION;
use septum_abi::call::Call;
use septum_abi::limits::PLIC_WORDS;
use septum_abi::machine::{clint, misa, plic, sv39};
use septum_abi::tables::{
    ChannelTable, FEATURE_MENVCFG, Header, MAGIC, NONE, PartitionTable, PortTable, SourceTable,
    WindowTable, kind, slot_bytes,
};

use super::layout::{Layout, Request};
use super::log::{self, Log};
use super::pmp::PmpEntry;
use super::ports::{PortPlan, wide};
use super::region::{Contents, Range, RegionKind};
use super::space::Space;
use super::{devices, schedule, state::State};
use crate::spec::{RawDeviceKind, RawMmu};
use crate::system::{ChannelKind, Partition, PortKind, System};

/// All tables. Each list lies behind the one before, 8-byte aligned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// The head, with the addresses of everything.
    pub header: Header,
    /// One for each partition.
    pub partitions: Vec<PartitionTable>,
    /// The ports of all partitions, one after another.
    pub ports: Vec<PortTable>,
    /// One for each channel.
    pub channels: Vec<ChannelTable>,
    /// One for each window.
    pub windows: Vec<WindowTable>,
    /// Partition indices that the windows refer to.
    pub order: Vec<u64>,
    /// One for each interrupt source from 0.
    pub sources: Vec<SourceTable>,
}

/// Where the lists lie.
#[derive(Debug)]
struct Lists {
    partitions: u64,
    ports: u64,
    channels: u64,
    windows: u64,
    order: u64,
    sources: u64,
    end: u64,
}

impl Lists {
    /// The addresses for tables that begin at `base`.
    fn new(system: &System, base: u64) -> Self {
        let ports: usize = system
            .partitions
            .iter()
            .map(|partition| partition.ports.len())
            .sum();
        let order: usize = system
            .windows
            .iter()
            .map(|window| window.partitions.len())
            .sum();
        let mut next = base + wide(Header::SIZE_BYTES);
        let mut list = |count: usize, record: usize| {
            let at = next;
            next += wide(count * record);
            at
        };
        Self {
            partitions: list(system.partitions.len(), PartitionTable::SIZE_BYTES),
            ports: list(ports, PortTable::SIZE_BYTES),
            channels: list(system.channels.len(), ChannelTable::SIZE_BYTES),
            windows: list(system.windows.len(), WindowTable::SIZE_BYTES),
            order: list(order, size_of::<u64>()),
            sources: list(source_count(system), SourceTable::SIZE_BYTES),
            end: next,
        }
    }
}

/// Places the tables.
pub(super) fn place(system: &System, layout: &mut Layout) -> Range {
    layout.place(Request {
        name: "kernel.tables".to_owned(),
        size_bytes: Lists::new(system, 0).end,
        kind: RegionKind::KernelTables,
        owner: None,
        contents: Contents::Tables,
    })
}

/// One more than the highest interrupt source in use; 0 without any.
fn source_count(system: &System) -> usize {
    let sources = interrupts(system).filter_map(|(_, _, source)| usize::try_from(source).ok());
    sources.max().map_or(0, |highest| highest + 1)
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
    /// Where the tables lie.
    pub(super) range: Range,
    pub(super) state: &'a State,
    pub(super) log: &'a Log,
    pub(super) spaces: &'a [Space],
    /// For each partition: the physical address of its root page table.
    pub(super) roots: &'a [u64],
    pub(super) pmp: &'a [PmpEntry],
    /// SHA-256 of the design.
    pub(super) design: [u8; 32],
}

/// All tables.
pub(super) fn build(inputs: &Inputs<'_>) -> Tables {
    let (windows, order) = schedule::tables(inputs.system);
    let mut tables = Tables {
        header: empty_header(),
        partitions: partitions(inputs),
        ports: inputs
            .spaces
            .iter()
            .flat_map(|space| ports(&space.ports))
            .collect(),
        channels: channels(inputs),
        windows,
        order,
        sources: sources(inputs.system),
    };
    tables.header = header(inputs, &tables);
    tables
}

fn ports(ports: &[PortPlan]) -> impl Iterator<Item = PortTable> {
    ports.iter().map(|port| port.table)
}

fn partitions(inputs: &Inputs<'_>) -> Vec<PartitionTable> {
    let mut ports_first = 0;
    let mut tables = Vec::new();
    for (index, partition) in inputs.system.partitions.iter().enumerate() {
        let space = &inputs.spaces[index];
        tables.push(PartitionTable {
            entry: space.entry,
            stack_top: space.stack_top,
            satp: satp(inputs.system, index, inputs.roots[index]),
            calls: calls(partition, &space.ports),
            clock: u64::from(partition.permissions.clock),
            ports_first,
            ports_count: wide(partition.ports.len()),
            incoming: bits(
                &space.ports,
                &[kind::QUEUING_IN, kind::SIGNAL_IN, kind::INTERRUPT],
            ),
            queues: bits(&space.ports, &[kind::QUEUING_IN]),
            log_buffer: space.log_buffer.map_or(0, |buffer| buffer.base),
            log_offset: inputs.log.offsets[index],
            log_bytes: log::ring_bytes(partition),
        });
        ports_first += wide(partition.ports.len());
    }
    tables
}

/// Width of the address space identifiers; 0 where the machine has none.
fn asid_bits(system: &System) -> u64 {
    match system.machine.isolation.mmu {
        RawMmu::Sv39 => system.machine.isolation.asid_bits,
        RawMmu::Bare => 0,
    }
}

/// The address space identifier of a partition: from 1; 0 where the machine has none.
pub(super) fn asid(system: &System, partition: usize) -> u64 {
    match asid_bits(system) {
        0 => 0,
        _ => wide(partition) + 1,
    }
}

/// `satp` of a partition; 0 where the machine has no such register.
fn satp(system: &System, partition: usize, root: u64) -> u64 {
    match system.machine.isolation.mmu {
        RawMmu::Sv39 => sv39::MODE | asid(system, partition) << sv39::ASID_SHIFT | root >> 12,
        RawMmu::Bare => 0,
    }
}

/// One bit for each port of these kinds.
fn bits(ports: &[PortPlan], kinds: &[u64]) -> u64 {
    let numbered = ports.iter().enumerate();
    numbered
        .filter(|(_, port)| kinds.contains(&port.table.kind))
        .fold(0, |bits, (number, _)| bits | 1 << number)
}

/// The calls that a partition may make: `wait`, `now` (whether it gets an answer is the
/// clock's right) and `exit` always, the others where it has a port or a right for them.
fn calls(partition: &Partition, ports: &[PortPlan]) -> u64 {
    let has = |kind: u64| ports.iter().any(|port| port.table.kind == kind);
    [
        (Call::Wait, true),
        (Call::Send, has(kind::QUEUING_OUT)),
        (Call::Receive, has(kind::QUEUING_IN)),
        (Call::Signal, has(kind::SIGNAL_OUT)),
        (Call::Acknowledge, has(kind::INTERRUPT)),
        (Call::Now, true),
        (Call::Log, partition.permissions.log),
        (Call::Exit, true),
    ]
    .into_iter()
    .filter(|(_, allowed)| *allowed)
    .fold(0, |bits, (call, _)| bits | call.bit())
}

fn channels(inputs: &Inputs<'_>) -> Vec<ChannelTable> {
    let channels = inputs.system.channels.iter().zip(&inputs.state.slots);
    channels
        .map(|(channel, &slots)| {
            let (kind, message_bytes, depth) = match channel.kind {
                ChannelKind::Queuing {
                    message_bytes,
                    depth,
                } => (kind::QUEUING, u64::from(message_bytes), u64::from(depth)),
                ChannelKind::Signal => (kind::SIGNAL, 0, 0),
            };
            ChannelTable {
                kind,
                sender: wide(channel.from.partition.get()),
                sender_port: wide(channel.from.port.get()),
                receiver: wide(channel.to.partition.get()),
                receiver_port: wide(channel.to.port.get()),
                message_bytes,
                depth,
                slot_bytes: if depth == 0 {
                    0
                } else {
                    slot_bytes(message_bytes)
                },
                slots,
            }
        })
        .collect()
}

fn sources(system: &System) -> Vec<SourceTable> {
    let mut sources = vec![
        SourceTable {
            partition: NONE,
            port: 0
        };
        source_count(system)
    ];
    for (partition, port, source) in interrupts(system) {
        if let Some(row) = usize::try_from(source)
            .ok()
            .and_then(|n| sources.get_mut(n))
        {
            *row = SourceTable {
                partition: wide(partition),
                port: wide(port),
            };
        }
    }
    sources
}

/// A head that no kernel accepts.
const fn empty_header() -> Header {
    Header {
        magic: 0,
        abi_version: 0,
        hart: 0,
        misa_mask: 0,
        misa_value: 0,
        asid_bits: 0,
        stack_top: 0,
        mtime: 0,
        mtimecmp: 0,
        finisher: NONE,
        uart: NONE,
        plic_priorities: NONE,
        plic_enables: NONE,
        plic_threshold: NONE,
        plic_claim: NONE,
        plic_words: 0,
        start_ticks: 0,
        pad_ticks: 0,
        partitions: 0,
        partition_count: 0,
        ports: 0,
        port_count: 0,
        channels: 0,
        channel_count: 0,
        windows: 0,
        window_count: 0,
        order: 0,
        order_count: 0,
        sources: 0,
        source_count: 0,
        hart_state: 0,
        partition_states: 0,
        queue_states: 0,
        log_writers: 0,
        log_readers: 0,
        log_rings: 0,
        faults: 0,
        pmp_count: 0,
        pmp_entries: 0,
        pmp_config: [0; 2],
        pmp_address: [0; 16],
        design: [0; 32],
        features: 0,
    }
}

/// The head, from parts that each fill in their own fields.
fn header(inputs: &Inputs<'_>, tables: &Tables) -> Header {
    let header = Header {
        magic: MAGIC,
        abi_version: u64::from(ABI_VERSION),
        hart: 0,
        misa_mask: MISA,
        misa_value: match inputs.system.machine.isolation.mmu {
            RawMmu::Sv39 => MISA,
            RawMmu::Bare => MISA & !misa::extension(b'S'),
        },
        asid_bits: asid_bits(inputs.system),
        start_ticks: schedule::start_ticks(inputs.system),
        pad_ticks: schedule::pad_ticks(inputs.system),
        design: inputs.design,
        // Sv39 with static A and D bits is from before menvcfg; every supported machine has it.
        features: FEATURE_MENVCFG,
        ..empty_header()
    };
    let header = with_devices(header, inputs);
    let header = with_lists(header, inputs, tables);
    let header = with_state(header, inputs);
    with_pmp(header, inputs.pmp, pmp_limit(inputs.system))
}

/// What every machine must have: RV64IMAC and U-mode, and for Sv39 S-mode. A machine without an
/// MMU must have none: the kernel would leave its registers alone.
const MISA: u64 = misa::MXL_64
    | misa::extension(b'I')
    | misa::extension(b'M')
    | misa::extension(b'A')
    | misa::extension(b'C')
    | misa::extension(b'S')
    | misa::extension(b'U');

fn with_devices(header: Header, inputs: &Inputs<'_>) -> Header {
    let base = |kind| devices::first(inputs.system, kind).map(|(_, device)| device.base);
    let register = |kind, offset: u64| base(kind).map_or(NONE, |base| base + offset);
    let plic = RawDeviceKind::Plic;
    let words = source_count(inputs.system).div_ceil(32).min(PLIC_WORDS);
    Header {
        mtime: register(RawDeviceKind::Clint, clint::MTIME),
        mtimecmp: register(RawDeviceKind::Clint, clint::MTIMECMP),
        finisher: register(RawDeviceKind::TestFinisher, 0),
        uart: inputs.log.kernel_uart.unwrap_or(NONE),
        plic_priorities: register(plic, plic::PRIORITY),
        plic_enables: register(plic, plic::ENABLE),
        plic_threshold: register(plic, plic::THRESHOLD),
        plic_claim: register(plic, plic::CLAIM),
        plic_words: wide(words),
        ..header
    }
}

fn with_lists(header: Header, inputs: &Inputs<'_>, tables: &Tables) -> Header {
    let lists = Lists::new(inputs.system, inputs.range.base);
    Header {
        partitions: lists.partitions,
        partition_count: wide(tables.partitions.len()),
        ports: lists.ports,
        port_count: wide(tables.ports.len()),
        channels: lists.channels,
        channel_count: wide(tables.channels.len()),
        windows: lists.windows,
        window_count: wide(tables.windows.len()),
        order: lists.order,
        order_count: wide(tables.order.len()),
        sources: lists.sources,
        source_count: wide(tables.sources.len()),
        ..header
    }
}

fn with_state(header: Header, inputs: &Inputs<'_>) -> Header {
    Header {
        stack_top: inputs.state.stack_top,
        hart_state: inputs.state.hart,
        partition_states: inputs.state.partitions,
        queue_states: inputs.state.queues,
        faults: inputs.state.faults,
        log_writers: inputs.log.writers.base,
        log_readers: inputs.log.readers.base,
        log_rings: inputs.log.rings.base,
        ..header
    }
}

/// PMP entries that the kernel may use on this machine.
pub(super) fn pmp_limit(system: &System) -> usize {
    let implemented = system.machine.isolation.pmp_entries;
    usize::try_from(implemented)
        .unwrap_or(usize::MAX)
        .min(septum_abi::limits::PMP_ENTRIES)
}

fn with_pmp(header: Header, entries: &[PmpEntry], limit: usize) -> Header {
    let mut header = Header {
        pmp_count: wide(entries.len()),
        pmp_entries: wide(limit),
        ..header
    };
    for (number, entry) in entries.iter().enumerate().take(header.pmp_address.len()) {
        header.pmp_address[number] = entry.address;
        header.pmp_config[number / 8] |= u64::from(entry.config) << (number % 8 * 8);
    }
    header
}

impl Tables {
    /// The tables as they lie in memory, from the begin of their region.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.header.to_bytes().to_vec();
        out.extend(self.partitions.iter().flat_map(PartitionTable::to_bytes));
        out.extend(self.ports.iter().flat_map(PortTable::to_bytes));
        out.extend(self.channels.iter().flat_map(ChannelTable::to_bytes));
        out.extend(self.windows.iter().flat_map(WindowTable::to_bytes));
        out.extend(self.order.iter().flat_map(|index| index.to_le_bytes()));
        out.extend(self.sources.iter().flat_map(SourceTable::to_bytes));
        out
    }
}
