//! What the plan knows about the numbers that the kernel handles.

use std::collections::BTreeMap;
use std::sync::Arc;

use septum_abi::call::NEVER;
use septum_core::plan::{Plan, PortPlan};
use septum_core::system::ChannelKind;

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
        let channel = port
            .channel
            .map(|index| plan.system.channels[index.get()].kind);
        Self {
            name: port.name.clone(),
            subject: port.subject.clone(),
            source: port.source.unwrap_or(0),
            buffer: port.buffer.map_or(0, |buffer| buffer.physical.base),
            message_bytes: match channel {
                Some(
                    ChannelKind::Queuing { message_bytes, .. }
                    | ChannelKind::Sampling { message_bytes, .. },
                ) => u64::from(message_bytes),
                Some(ChannelKind::Signal) | None => 0,
            },
        }
    }
}

/// A partition.
#[derive(Debug, Clone)]
pub(super) struct Partition {
    pub(super) name: String,
    /// Physical address of its state.
    pub(super) state: u64,
    /// Physical address of its log buffer.
    pub(super) log_buffer: u64,
    pub(super) ports: Vec<Port>,
}

/// A window of the frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// Address of its table.
    table: u64,
    pub(super) duration_ticks: u64,
}

/// The windows, as the kernel names them.
fn windows(plan: &Plan) -> Vec<Window> {
    let tables = plan.window_tables();
    tables
        .map(|(table, window)| Window {
            table,
            duration_ticks: window.duration_ticks,
        })
        .collect()
}

/// Partition and port that each PLIC source leads to.
fn sources(plan: &Plan) -> BTreeMap<usize, (usize, usize)> {
    let partitions = plan.partitions.iter().enumerate();
    let ports = partitions.flat_map(|(partition, plan)| {
        let ports = plan.ports.iter().enumerate();
        ports.map(move |(number, port)| (port.source, (partition, number)))
    });
    ports
        .filter_map(|(source, port)| Some((usize::try_from(source?).ok()?, port)))
        .collect()
}

/// The numbers and names of a plan.
#[derive(Debug, Clone)]
pub(super) struct Names {
    pub(super) partitions: Vec<Partition>,
    pub(super) devices: Vec<String>,
    /// Partition and port that each PLIC source leads to.
    sources: BTreeMap<usize, (usize, usize)>,
    pub(super) windows: Vec<Window>,
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
            sources: sources(plan),
            windows: windows(plan),
            hart_state: tables.header.state,
            ns_per_tick: plan.system.machine.ns_per_tick(),
        })
    }

    /// The partition with this state.
    pub(super) fn by_state(&self, state: u64) -> Option<usize> {
        self.partitions
            .iter()
            .position(|partition| partition.state == state)
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
        let (partition, port) = *self.sources.get(&source)?;
        Some((partition, self.partitions.get(partition)?.ports.get(port)?))
    }

    /// Position of the window with this table.
    pub(super) fn window(&self, table: u64) -> Option<usize> {
        self.windows.iter().position(|window| window.table == table)
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
