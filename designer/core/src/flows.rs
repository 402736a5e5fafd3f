//! Who can influence whom: each way by which what one partition does can change what another one
//! sees, and the influence that follows from all of them together.

use std::collections::BTreeSet;

use crate::spec::RawDeviceKind;
use crate::system::{ChannelKind, HealthAction, PartitionIndex, System};

/// One way from a partition to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    /// Whose doing changes something.
    pub from: PartitionIndex,
    /// Who sees it.
    pub to: PartitionIndex,
    /// By what.
    pub means: Means,
}

/// By what a partition influences another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// Messages, values or signals of this channel.
    Channel(String),
    /// Whether the receiver has taken messages: the sender is told that this queue is full.
    FullQueue(String),
    /// This shared memory.
    Memory(String),
    /// This device, which both may touch.
    Device(String),
    /// A window in which both run.
    Window,
    /// This device, which one of them drives, reads and writes memory by itself.
    Dma(String),
    /// Restarting and stopping others.
    Manage,
    /// The records of faults, which the managing partition reads.
    Records,
    /// The schedule of the safe mode, or the end of the system.
    System,
    /// The console, which takes the logs of all one after another.
    Log,
}

/// All ways from a partition to another, sorted.
#[must_use]
pub fn flows(system: &System) -> Vec<Flow> {
    let mut all = BTreeSet::new();
    let ways: [fn(&System, Add<'_>); 6] = [channels, memories, devices, windows, rights, logs];
    for way in ways {
        way(system, &mut |from, to, means| {
            if from != to {
                all.insert(Flow { from, to, means });
            }
        });
    }
    all.into_iter().collect()
}

/// Who can influence a partition, directly or through others; it itself is not among them.
#[must_use]
pub fn influences(system: &System, partition: PartitionIndex) -> BTreeSet<PartitionIndex> {
    let flows = flows(system);
    let mut reached = BTreeSet::from([partition]);
    loop {
        let into = flows.iter().filter(|flow| reached.contains(&flow.to));
        let more: Vec<_> = into.map(|flow| flow.from).collect();
        let before = reached.len();
        reached.extend(more);
        if reached.len() == before {
            reached.remove(&partition);
            return reached;
        }
    }
}

type Add<'a> = &'a mut dyn FnMut(PartitionIndex, PartitionIndex, Means);

fn partitions(system: &System) -> impl Iterator<Item = PartitionIndex> + Clone + use<> {
    (0..system.partitions.len()).map(PartitionIndex::new)
}

fn channels(system: &System, add: Add<'_>) {
    for channel in &system.channels {
        let (from, to) = (channel.from.partition, channel.to.partition);
        add(from, to, Means::Channel(channel.name.clone()));
        if matches!(channel.kind, ChannelKind::Queuing { .. }) {
            add(to, from, Means::FullQueue(channel.name.clone()));
        }
    }
}

fn memories(system: &System, add: Add<'_>) {
    for memory in &system.memories {
        for writer in memory.grants.iter().filter(|grant| grant.write) {
            for reader in &memory.grants {
                let means = Means::Memory(memory.name.clone());
                add(writer.partition, reader.partition, means);
            }
        }
    }
}

fn devices(system: &System, add: Add<'_>) {
    let owners = |device: usize| {
        let owns = move |index: &PartitionIndex| {
            let own = &system.partitions[index.get()].devices;
            own.iter().any(|it| it.get() == device)
        };
        partitions(system).filter(owns)
    };
    for (number, device) in system.machine.devices.iter().enumerate() {
        for from in owners(number) {
            for to in owners(number) {
                add(from, to, Means::Device(device.name.clone()));
            }
            for other in partitions(system).filter(|_| device.reaches_memory()) {
                add(from, other, Means::Dma(device.name.clone()));
                add(other, from, Means::Dma(device.name.clone()));
            }
        }
    }
}

fn windows(system: &System, add: Add<'_>) {
    for window in system.all_windows() {
        for from in &window.partitions {
            for to in &window.partitions {
                add(*from, *to, Means::Window);
            }
        }
    }
}

fn rights(system: &System, add: Add<'_>) {
    for from in partitions(system) {
        let partition = &system.partitions[from.get()];
        let acts = |action: HealthAction| partition.health.actions().any(|(_, it)| it == action);
        let ends = acts(HealthAction::SafeMode) || acts(HealthAction::PowerOff);
        for to in partitions(system) {
            if partition.permissions.manage {
                add(from, to, Means::Manage);
                add(to, from, Means::Records);
            }
            if ends || partition.permissions.safe_mode {
                add(from, to, Means::System);
            }
        }
    }
}

/// The kernel writes all logs to one UART, or a partition drains them: how much one logs decides
/// when the log of another one is full.
fn logs(system: &System, add: Add<'_>) {
    let uart = system.machine.devices.iter();
    let uart = uart
        .enumerate()
        .find(|(_, it)| it.kind == RawDeviceKind::Uart16550);
    let drains = |index: &PartitionIndex| {
        let own = &system.partitions[index.get()].devices;
        uart.is_some_and(|(number, _)| own.iter().any(|it| it.get() == number))
    };
    let concerned = partitions(system)
        .filter(|index| system.partitions[index.get()].permissions.log || drains(index));
    for from in concerned.clone() {
        for to in concerned.clone() {
            add(from, to, Means::Log);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::dhall::load_text;
    use crate::places::Places;
    use crate::programs::Programs;
    use crate::spec::{RawGrant, RawMemory, RawSystem};
    use crate::templates;

    fn starter(name: &str) -> RawSystem {
        let template = templates::find(name).unwrap();
        let text = std::str::from_utf8(template.files[0].bytes).unwrap();
        load_text(text).raw.unwrap()
    }

    fn checked(raw: &RawSystem) -> System {
        check(raw, &Programs::new(), &Places::default())
            .system
            .unwrap()
    }

    /// Two partitions in windows of their own that do not log, with nothing in common.
    fn strangers() -> RawSystem {
        let mut raw = starter("ping-pong");
        raw.channels.clear();
        for partition in &mut raw.partitions {
            partition.permissions.log = false;
            partition.log_bytes = 0;
            partition.program = crate::spec::RawProgram::Model(Vec::new());
        }
        let names: Vec<_> = raw.partitions.iter().map(|it| it.name.clone()).collect();
        let mut window = raw.schedules[0].windows[0].clone();
        window.duration_ns = 1_000_000;
        raw.schedules[0].windows = names
            .iter()
            .map(|name| {
                window.partitions = vec![name.clone()];
                window.clone()
            })
            .collect();
        raw.schedules[0].major_frame_ns = 1_000_000 * u64::try_from(names.len()).unwrap();
        raw
    }

    fn means(raw: &RawSystem) -> Vec<(usize, usize, Means)> {
        let all = flows(&checked(raw)).into_iter();
        all.map(|it| (it.from.get(), it.to.get(), it.means))
            .collect()
    }

    #[test]
    fn strangers_have_no_flow() {
        assert_eq!(means(&strangers()), []);
    }

    #[test]
    fn each_means_makes_its_flow_and_no_other() {
        let mut shares = strangers();
        let grant = |position: usize, write| RawGrant {
            partition: shares.partitions[position].name.clone(),
            write,
        };
        let grants = vec![grant(0, true), grant(1, false)];
        shares.memories = vec![RawMemory {
            name: "board".to_owned(),
            size_bytes: 4096,
            grants,
        }];
        assert_eq!(means(&shares), [(0, 1, Means::Memory("board".to_owned()))]);
        let mut meet = strangers();
        let other = meet.partitions[1].name.clone();
        meet.schedules[0].windows[0].partitions.push(other);
        assert_eq!(means(&meet), [(0, 1, Means::Window), (1, 0, Means::Window)]);
        let mut manages = strangers();
        manages.partitions[0].permissions.manage = true;
        assert_eq!(
            means(&manages),
            [(0, 1, Means::Manage), (1, 0, Means::Records)]
        );
        let mut ends = strangers();
        ends.partitions[1].health.application_error = crate::health::RawHealthAction::PowerOff;
        assert_eq!(means(&ends), [(1, 0, Means::System)]);
    }

    #[test]
    fn influence_goes_through_others() {
        let system = checked(&starter("crash-course"));
        for index in partitions(&system) {
            let direct = flows(&system).into_iter().filter(|flow| flow.to == index);
            let direct: BTreeSet<_> = direct.map(|flow| flow.from).collect();
            let all = influences(&system, index);
            assert!(direct.is_subset(&all));
            for other in &all {
                assert!(
                    influences(&system, *other)
                        .iter()
                        .all(|it| all.contains(it) || *it == index)
                );
            }
        }
    }
}
