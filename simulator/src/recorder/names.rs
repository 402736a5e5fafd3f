//! What the plan knows about the numbers that the kernel handles.

use std::sync::Arc;

use septum_abi::call::NEVER;
use septum_abi::tables::{NONE, kind};
use septum_core::plan::{Plan, PortPlan};

/// An event on a port needs these.
#[derive(Debug, Clone)]
pub(super) struct Port {
    /// Its name.
    pub(super) name: String,
    /// Name of the channel or of the device.
    pub(super) subject: String,
    /// For an interrupt the PLIC source.
    pub(super) source: u32,
    /// Physical address of its buffer.
    pub(super) buffer: u64,
    /// Largest message in bytes.
    pub(super) message_bytes: u64,
}

impl Port {
    fn new(plan: &Plan, port: &PortPlan) -> Self {
        let channel = usize::try_from(port.table.subject).ok();
        let channel = channel.and_then(|index| plan.tables.channels.get(index));
        let interrupt = port.table.kind == kind::INTERRUPT;
        Self {
            name: port.name.clone(),
            subject: port.subject.clone(),
            source: u32::try_from(port.table.subject).unwrap_or(0),
            buffer: port.table.buffer,
            message_bytes: channel
                .filter(|_| !interrupt)
                .map_or(0, |c| c.message_bytes),
        }
    }
}

/// A partition.
#[derive(Debug, Clone)]
pub(super) struct Partition {
    pub(super) name: String,
    pub(super) satp: u64,
    /// Physical address of its state.
    pub(super) state: u64,
    /// Physical address of its log buffer.
    pub(super) log_buffer: u64,
    pub(super) ports: Vec<Port>,
}

/// The numbers and names of a plan.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) partitions: Vec<Partition>,
    pub(super) devices: Vec<String>,
    /// Partition and port that each PLIC source leads to.
    sources: Vec<Option<(usize, usize)>>,
    /// Lengths of the windows in ticks.
    pub(super) windows: Vec<u64>,
    /// Physical address of the hart's state.
    pub(super) hart_state: u64,
    ns_per_tick: u64,
}

impl Names {
    /// Takes from the plan what the recorder needs.
    pub(super) fn new(plan: &Plan) -> Arc<Self> {
        let tables = &plan.tables;
        let partitions = plan.partitions.iter().zip(&tables.partitions);
        Arc::new(Self {
            partitions: partitions
                .map(|(partition, table)| Partition {
                    name: partition.name.clone(),
                    satp: table.satp,
                    state: partition.state,
                    log_buffer: table.log_buffer,
                    ports: partition
                        .ports
                        .iter()
                        .map(|port| Port::new(plan, port))
                        .collect(),
                })
                .collect(),
            devices: plan
                .system
                .machine
                .devices
                .iter()
                .map(|d| d.name.clone())
                .collect(),
            sources: tables
                .sources
                .iter()
                .map(|source| {
                    let owner = usize::try_from(source.partition).ok();
                    owner
                        .filter(|_| source.partition != NONE)
                        .zip(usize::try_from(source.port).ok())
                })
                .collect(),
            windows: tables
                .windows
                .iter()
                .map(|window| window.duration_ticks)
                .collect(),
            hart_state: tables.header.hart_state,
            ns_per_tick: plan.system.machine.ns_per_tick(),
        })
    }

    /// The partition with this address space.
    pub(super) fn by_satp(&self, satp: u64) -> Option<usize> {
        self.partitions
            .iter()
            .position(|partition| partition.satp == satp)
    }

    /// The partition's port of this number, compared at full width.
    pub(super) fn port(&self, partition: usize, number: u64) -> Option<&Port> {
        self.partitions
            .get(partition)?
            .ports
            .get(usize::try_from(number).ok()?)
    }

    /// Names of the ports in a mask.
    pub(super) fn port_names(&self, partition: usize, mask: u64) -> Vec<String> {
        let ports = (0..64).filter(|port| mask >> port & 1 == 1);
        ports
            .filter_map(|port| Some(self.port(partition, port)?.name.clone()))
            .collect()
    }

    /// Partition and port that a PLIC source leads to.
    pub(super) fn source(&self, source: usize) -> Option<(usize, &Port)> {
        let (partition, port) = (*self.sources.get(source)?)?;
        Some((partition, self.partitions.get(partition)?.ports.get(port)?))
    }

    /// Virtual time of a tick; the largest number for one that never comes.
    pub(super) fn nanoseconds(&self, ticks: u64) -> u64 {
        ticks.saturating_mul(self.ns_per_tick)
    }

    /// Virtual time of a deadline.
    pub(super) fn deadline_ns(&self, ticks: u64) -> Option<u64> {
        if ticks == NEVER {
            None
        } else {
            ticks.checked_mul(self.ns_per_tick)
        }
    }
}
