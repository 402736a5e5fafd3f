//! What can be selected in a design.

use septum_core::spec::RawSystem;

/// One thing in the design, by its position in the spec's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// The system itself.
    System,
    /// The hardware.
    Machine,
    /// A device of the machine.
    Device(usize),
    /// A partition.
    Partition(usize),
    /// A device that a partition may touch.
    Grant {
        /// The partition.
        partition: usize,
        /// Position in its list of devices.
        index: usize,
    },
    /// An interrupt that arrives at a partition.
    Interrupt {
        /// The partition.
        partition: usize,
        /// Position in its list of interrupts.
        index: usize,
    },
    /// A channel.
    Channel(usize),
    /// A shared memory.
    Memory(usize),
    /// A partition's right to a shared memory.
    MemoryGrant {
        /// The memory.
        memory: usize,
        /// Position in its list of grants.
        index: usize,
    },
    /// A schedule.
    Schedule(usize),
    /// A window of a schedule.
    Window {
        /// The schedule.
        schedule: usize,
        /// Position in its list of windows.
        index: usize,
    },
    /// A rule.
    Rule(usize),
}

impl Object {
    /// Whether the system has such an object.
    #[must_use]
    pub fn exists(self, system: &RawSystem) -> bool {
        match self {
            Self::System | Self::Machine => true,
            Self::Device(device) => device < system.machine.devices.len(),
            Self::Partition(partition) => partition < system.partitions.len(),
            Self::Grant { partition, index } => system
                .partitions
                .get(partition)
                .is_some_and(|it| index < it.devices.len()),
            Self::Interrupt { partition, index } => system
                .partitions
                .get(partition)
                .is_some_and(|it| index < it.interrupts.len()),
            Self::Channel(channel) => channel < system.channels.len(),
            Self::Memory(memory) => memory < system.memories.len(),
            Self::MemoryGrant { memory, index } => system
                .memories
                .get(memory)
                .is_some_and(|it| index < it.grants.len()),
            Self::Schedule(schedule) => schedule < system.schedules.len(),
            Self::Window { schedule, index } => system
                .schedules
                .get(schedule)
                .is_some_and(|it| index < it.windows.len()),
            Self::Rule(rule) => rule < system.rules.len(),
        }
    }

    /// What the user calls this kind of thing.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Machine => "machine",
            Self::Device(_) => "device",
            Self::Partition(_) => "partition",
            Self::Grant { .. } => "device grant",
            Self::Interrupt { .. } => "interrupt",
            Self::Channel(_) => "channel",
            Self::Memory(_) => "memory",
            Self::MemoryGrant { .. } => "memory grant",
            Self::Schedule(_) => "schedule",
            Self::Window { .. } => "window",
            Self::Rule(_) => "rule",
        }
    }

    /// Its name in the system, or what stands for one.
    #[must_use]
    pub fn name(self, system: &RawSystem) -> String {
        self.name_or_none(system).unwrap_or_else(|| "?".to_owned())
    }

    fn name_or_none(self, system: &RawSystem) -> Option<String> {
        Some(match self {
            Self::System => system.name.clone(),
            Self::Machine => system.machine.name.clone(),
            Self::Device(device) => system.machine.devices.get(device)?.name.clone(),
            Self::Partition(partition) => system.partitions.get(partition)?.name.clone(),
            Self::Grant { partition, index } => {
                let partition = system.partitions.get(partition)?;
                format!("{} to {}", partition.devices.get(index)?, partition.name)
            }
            Self::Interrupt { partition, index } => {
                let partition = system.partitions.get(partition)?;
                format!(
                    "{}.{}",
                    partition.name,
                    partition.interrupts.get(index)?.port
                )
            }
            Self::Channel(channel) => system.channels.get(channel)?.name.clone(),
            Self::Memory(memory) => system.memories.get(memory)?.name.clone(),
            Self::MemoryGrant { memory, index } => {
                let memory = system.memories.get(memory)?;
                format!("{} to {}", memory.name, memory.grants.get(index)?.partition)
            }
            Self::Schedule(schedule) => system.schedules.get(schedule)?.name.clone(),
            Self::Window { schedule, index } => {
                let several = system.schedules.len() > 1;
                let name = &system.schedules.get(schedule)?.name;
                if several {
                    format!("{index} of {name}")
                } else {
                    index.to_string()
                }
            }
            Self::Rule(rule) => rule.to_string(),
        })
    }

    /// Every object of the system, in the order in which lists show them.
    #[must_use]
    pub fn all(system: &RawSystem) -> Vec<Self> {
        let mut all = Self::on_graph(system);
        for (schedule, it) in system.schedules.iter().enumerate() {
            all.push(Self::Schedule(schedule));
            all.extend((0..it.windows.len()).map(|index| Self::Window { schedule, index }));
        }
        all.extend((0..system.rules.len()).map(Self::Rule));
        all.extend([Self::System, Self::Machine]);
        all
    }

    /// The objects that have a box or a wire of their own on the graph.
    #[must_use]
    pub fn on_graph(system: &RawSystem) -> Vec<Self> {
        let mut all: Vec<Self> = (0..system.partitions.len()).map(Self::Partition).collect();
        all.extend((0..system.machine.devices.len()).map(Self::Device));
        all.extend((0..system.memories.len()).map(Self::Memory));
        all.extend((0..system.channels.len()).map(Self::Channel));
        for (partition, it) in system.partitions.iter().enumerate() {
            all.extend((0..it.interrupts.len()).map(|index| Self::Interrupt { partition, index }));
            all.extend((0..it.devices.len()).map(|index| Self::Grant { partition, index }));
        }
        for (memory, it) in system.memories.iter().enumerate() {
            all.extend((0..it.grants.len()).map(|index| Self::MemoryGrant { memory, index }));
        }
        all
    }
}
