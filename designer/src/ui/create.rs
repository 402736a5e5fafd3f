//! Adding objects.

use septum_core::spec::{RawDeviceKind, RawInterrupt, RawRule, RawSchedule, RawSystem};

use super::action::Reason;
use super::ask::{Answered, Ask, Candidate, ForPartition, Purpose};
use super::defaults;
use super::effect::Effect;
use super::form;
use super::graph::node;
use super::graph::settle;
use super::object::Object;
use super::overlay::Overlay;
use super::rename;
use super::share;
use super::state::State;
use super::unit;
use super::{canvas, design::Design};

/// Kinds of device that can be added, in the order in which they are offered.
pub const DEVICE_KINDS: [RawDeviceKind; 6] = [
    RawDeviceKind::Uart16550,
    RawDeviceKind::VirtioMmio,
    RawDeviceKind::Rtc,
    RawDeviceKind::Clint,
    RawDeviceKind::Plic,
    RawDeviceKind::TestFinisher,
];

/// The names of all partitions.
#[must_use]
pub fn partition_names(system: &RawSystem) -> Vec<&str> {
    system
        .partitions
        .iter()
        .map(|it| it.name.as_str())
        .collect()
}

/// The names of all devices.
#[must_use]
pub fn device_names(system: &RawSystem) -> Vec<&str> {
    system
        .machine
        .devices
        .iter()
        .map(|it| it.name.as_str())
        .collect()
}

pub(super) fn select(state: &mut State, object: Object) {
    state.selection = Some(object);
    canvas::show_selection(state);
}

/// Asks for the name of a new partition.
pub fn ask_partition(state: &mut State) -> Vec<Effect> {
    let name = defaults::free_name("partition", &partition_names(&state.design.system));
    let ask = Ask::text("Name of the new partition", name, Purpose::AddPartition).proposing();
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Why there cannot be a new partition of a name.
///
/// # Errors
/// Says what is wrong.
pub fn check_partition(system: &RawSystem, name: &str) -> Result<(), String> {
    rename::check(system, Object::Partition(system.partitions.len()), name)
}

/// Adds a partition, last in line in the first window, so that it runs when nobody else does.
pub fn partition_answered(state: &mut State, answered: &Answered) -> Vec<Effect> {
    let name = answered.text.trim().to_owned();
    let index = state.design.system.partitions.len();
    let mut window = None;
    state.edit(format!("add partition {name}"), |design| {
        design
            .system
            .partitions
            .push(defaults::partition(name.clone()));
        design.placement.partitions.push(None);
        window = join_window(design, &name);
        settle::settle(design);
    });
    select(state, Object::Partition(index));
    state.say(match window {
        Some(window) => format!("Added {name}, last in window {window}; e edits it"),
        None => format!("Added {name}; it is in no window yet"),
    });
    Vec::new()
}

/// Puts a partition behind the others in the longest window of the first schedule.
fn join_window(design: &mut Design, name: &str) -> Option<usize> {
    let windows = &mut design.system.schedules.first_mut()?.windows;
    let longest = windows
        .iter()
        .enumerate()
        .max_by_key(|(index, it)| (it.duration_ns, usize::MAX - index));
    let index = longest.map(|(index, _)| index)?;
    windows[index].partitions.push(name.to_owned());
    Some(index)
}

/// Asks for the kind of a new device.
pub fn ask_device(state: &mut State) -> Vec<Effect> {
    let candidates = DEVICE_KINDS
        .map(|kind| Candidate::new(node::kind(kind), ""))
        .to_vec();
    let ask = Ask::choice("Which kind of device", candidates, Purpose::AddDevice);
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Adds a device behind all others.
pub fn device_answered(state: &mut State, answered: &Answered) -> Vec<Effect> {
    let kind = answered
        .index
        .and_then(|index| DEVICE_KINDS.get(index))
        .copied();
    let Some(kind) = kind else { return Vec::new() };
    let system = &state.design.system;
    let name = defaults::free_name(device_name(kind), &device_names(system));
    let device = defaults::device(system, kind, name.clone());
    let object = Object::Device(system.machine.devices.len());
    let place = settle::place_for(
        &state.design,
        object,
        &device_words(&name, kind, device.base),
    );
    state.edit(format!("add device {name}"), |design| {
        design.system.machine.devices.push(device);
        design.placement.devices.push(Some(place));
    });
    select(state, object);
    state.say(format!("Added {name}; a g grants it to a partition"));
    Vec::new()
}

fn device_words(name: &str, kind: RawDeviceKind, base: u64) -> (String, Vec<String>) {
    (
        name.to_owned(),
        vec![node::kind(kind).to_owned(), unit::address(base)],
    )
}

fn device_name(kind: RawDeviceKind) -> &'static str {
    match kind {
        RawDeviceKind::Clint => "clint",
        RawDeviceKind::Plic => "plic",
        RawDeviceKind::Uart16550 => "uart",
        RawDeviceKind::TestFinisher => "finisher",
        RawDeviceKind::Rtc => "rtc",
        RawDeviceKind::VirtioMmio => "virtio",
    }
}

/// Asks which device the selected partition is granted.
pub fn ask_grant(state: &mut State) -> Vec<Effect> {
    for_partition(state, ForPartition::Grant)
}

/// Asks whose interrupt the selected partition gets.
pub fn ask_interrupt(state: &mut State) -> Vec<Effect> {
    for_partition(state, ForPartition::Interrupt)
}

/// Asks what the selected partition may do with a shared memory.
pub fn ask_share(state: &mut State) -> Vec<Effect> {
    for_partition(state, ForPartition::Share)
}

fn for_partition(state: &mut State, what: ForPartition) -> Vec<Effect> {
    if let Some(Object::Partition(partition)) = state.selection {
        return ask_for(state, what, partition);
    }
    let system = &state.design.system;
    let candidates = system
        .partitions
        .iter()
        .map(|it| Candidate::new(&it.name, "partition"))
        .collect();
    let ask = Ask::choice(
        "For which partition",
        candidates,
        Purpose::PickPartition(what),
    );
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Goes on with the partition that was picked.
pub fn partition_picked(state: &mut State, what: ForPartition, answered: &Answered) -> Vec<Effect> {
    match answered.index {
        Some(partition) => ask_for(state, what, partition),
        None => Vec::new(),
    }
}

fn ask_for(state: &mut State, what: ForPartition, partition: usize) -> Vec<Effect> {
    let system = &state.design.system;
    let name = Object::Partition(partition).name(system);
    let (candidates, title, purpose, nothing) = match what {
        ForPartition::Grant => (
            device_candidates(system),
            format!("Which device may {name} touch"),
            Purpose::GrantDevice { partition },
            "The machine has no device for that; a d adds one",
        ),
        ForPartition::Interrupt => (
            source_candidates(system),
            format!("Which interrupt goes to {name}"),
            Purpose::AddInterrupt { partition },
            "The machine has no device for that; a d adds one",
        ),
        ForPartition::Share => (
            share::candidates(state),
            format!("What may {name} do with which memory"),
            Purpose::ShareMemory { partition },
            "There is no shared memory; a m adds one",
        ),
    };
    if candidates.is_empty() {
        state.complain(nothing);
        return Vec::new();
    }
    let ask = Ask::choice(title, candidates, purpose);
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

fn device_candidates(system: &RawSystem) -> Vec<Candidate> {
    let words = |it: &septum_core::spec::RawDevice| {
        format!("{} at {}", node::kind(it.kind), unit::address(it.base))
    };
    system
        .machine
        .devices
        .iter()
        .map(|it| Candidate::new(&it.name, words(it)))
        .collect()
}

/// Every interrupt source of every device.
fn sources(system: &RawSystem) -> Vec<(String, u64)> {
    let of = |it: &septum_core::spec::RawDevice| {
        it.interrupts
            .iter()
            .map(|source| (it.name.clone(), *source))
            .collect::<Vec<_>>()
    };
    system.machine.devices.iter().flat_map(of).collect()
}

fn source_candidates(system: &RawSystem) -> Vec<Candidate> {
    let candidate = |(device, source): (String, u64)| {
        Candidate::new(
            format!("{device} irq {source}"),
            owner(system, &device, source),
        )
    };
    sources(system).into_iter().map(candidate).collect()
}

fn owner(system: &RawSystem, device: &str, source: u64) -> String {
    let has = |it: &&septum_core::spec::RawPartition| {
        it.interrupts
            .iter()
            .any(|own| own.device == device && own.source == source)
    };
    let owner = system.partitions.iter().find(has);
    owner.map_or_else(
        || "free".to_owned(),
        |it| format!("goes to {} already", it.name),
    )
}

/// Grants the device that was chosen.
pub fn grant_answered(state: &mut State, partition: usize, answered: &Answered) -> Vec<Effect> {
    let name = Object::Partition(partition).name(&state.design.system);
    let device = answered.text.clone();
    let mut index = 0;
    state.edit(format!("grant {device} to {name}"), |design| {
        if let Some(it) = design.system.partitions.get_mut(partition) {
            index = it.devices.len();
            it.devices.push(device.clone());
        }
        settle::settle(design);
    });
    select(state, Object::Grant { partition, index });
    Vec::new()
}

/// Delivers the interrupt that was chosen, at a port named after the device.
pub fn interrupt_answered(state: &mut State, partition: usize, answered: &Answered) -> Vec<Effect> {
    let chosen = answered
        .index
        .and_then(|index| sources(&state.design.system).into_iter().nth(index));
    let Some((device, source)) = chosen else {
        return Vec::new();
    };
    let name = Object::Partition(partition).name(&state.design.system);
    let taken = super::connect::port_names(&state.design.system, &name);
    let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
    let port = defaults::free_name(&format!("{device}_irq"), &taken);
    let mut index = 0;
    state.edit(format!("add interrupt {device} to {name}"), |design| {
        if let Some(it) = design.system.partitions.get_mut(partition) {
            index = it.interrupts.len();
            it.interrupts.push(RawInterrupt {
                port,
                device,
                source,
            });
        }
        settle::settle(design);
    });
    select(state, Object::Interrupt { partition, index });
    Vec::new()
}

/// Adds a window behind the selected one, with the selected partition if one is selected.
pub fn add_window(state: &mut State) -> Vec<Effect> {
    let system = &state.design.system;
    let partitions = match state.selection {
        Some(Object::Partition(index)) => vec![Object::Partition(index).name(system)],
        _ => Vec::new(),
    };
    let (schedule, index) = match state.selection {
        Some(Object::Window { schedule, index }) => (schedule, index + 1),
        Some(Object::Schedule(schedule)) => (schedule, 0),
        _ => (0, system.schedules.first().map_or(0, |it| it.windows.len())),
    };
    state.edit("add window", |design| {
        if design.system.schedules.is_empty() {
            design
                .system
                .schedules
                .push(defaults::schedule("main".to_owned()));
        }
        if let Some(it) = design.system.schedules.get_mut(schedule) {
            it.windows
                .insert(index.min(it.windows.len()), defaults::window(partitions));
        }
    });
    form::open(state, Object::Window { schedule, index })
}

/// Whether there can be another schedule.
///
/// # Errors
/// Both are there.
pub fn can_add_schedule(state: &State) -> Result<(), Reason> {
    match state.design.system.schedules.len() {
        0 | 1 => Ok(()),
        _ => Err("there is one for the boot and one for the safe mode already".into()),
    }
}

/// Adds the schedule of the safe mode, a copy of the one that runs at boot; without one, one
/// without windows.
pub fn add_schedule(state: &mut State) -> Vec<Effect> {
    let schedules = &state.design.system.schedules;
    let names: Vec<&str> = schedules.iter().map(|it| it.name.as_str()).collect();
    let schedule = match schedules.first() {
        Some(first) => RawSchedule {
            name: defaults::free_name("safe", &names),
            ..first.clone()
        },
        None => defaults::schedule("main".to_owned()),
    };
    let index = names.len();
    state.edit(format!("add schedule {}", schedule.name), |design| {
        design.system.schedules.push(schedule);
    });
    form::open(state, Object::Schedule(index))
}

/// Adds a rule between the first and the last partition, to be edited.
pub fn add_rule(state: &mut State) -> Vec<Effect> {
    let names = partition_names(&state.design.system);
    let name = |name: Option<&&str>| name.map_or_else(String::new, |name| (*name).to_owned());
    let rule = RawRule::NoFlow {
        from: name(names.first()),
        to: name(names.last()),
    };
    let index = state.design.system.rules.len();
    state.edit("add rule", |design| design.system.rules.push(rule));
    form::open(state, Object::Rule(index))
}
