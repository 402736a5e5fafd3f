//! Connecting ports.

use septum_core::programs::{Pin, PinDirection, PinKind};
use septum_core::spec::{
    PortRole, RawChannelKind, RawEnd, RawPartition, RawProgram, RawStep, RawSystem,
};

use super::ask::{Answered, Ask, Candidate, Completion, Purpose};
use super::canvas;
use super::defaults;
use super::effect::Effect;
use super::graph::settle;
use super::object::Object;
use super::overlay::Overlay;
use super::state::State;

/// Which end of a channel a port is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The sending end.
    Out,
    /// The receiving end.
    In,
}

/// The names of all ports of a partition: ends of channels, interrupts.
#[must_use]
pub fn port_names(system: &RawSystem, partition: &str) -> Vec<String> {
    let ends = system.channels.iter().flat_map(|it| [&it.from, &it.to]);
    let mut names: Vec<String> = ends
        .filter(|end| end.partition == partition)
        .map(|end| end.port.clone())
        .collect();
    let partitions = system.partitions.iter().filter(|it| it.name == partition);
    names.extend(partitions.flat_map(|it| it.interrupts.iter().map(|own| own.port.clone())));
    names
}

/// The ports of this way that a partition's model uses and nothing is connected to.
#[must_use]
pub fn unconnected(system: &RawSystem, partition: &RawPartition, way: Way) -> Vec<String> {
    let RawProgram::Model(steps) = &partition.program else {
        return Vec::new();
    };
    let taken = port_names(system, &partition.name);
    let mut ports: Vec<String> = Vec::new();
    for used in steps.iter().flat_map(RawStep::ports) {
        let port = used.name.to_owned();
        if way_of(used.role) == Some(way) && !taken.contains(&port) && !ports.contains(&port) {
            ports.push(port);
        }
    }
    ports
}

/// Which end of a channel a step wants; `None` for an interrupt.
fn way_of(role: PortRole) -> Option<Way> {
    match role {
        PortRole::QueuingOut | PortRole::SamplingOut | PortRole::SignalOut => Some(Way::Out),
        PortRole::QueuingIn | PortRole::SamplingIn | PortRole::Incoming => Some(Way::In),
        PortRole::Interrupt => None,
    }
}

/// The port of this name that the program of a partition declares.
fn pin<'a>(state: &'a State, end: &RawEnd) -> Option<&'a Pin> {
    let mut partitions = state.design.system.partitions.iter();
    let partition = partitions.find(|it| it.name == end.partition)?;
    let mut pins = pins(state, partition)?.iter();
    pins.find(|pin| pin.name == end.port)
}

/// The ports that the program of a partition declares; `None` for a model, which declares none,
/// and for a program that cannot be read.
fn pins<'a>(state: &'a State, partition: &RawPartition) -> Option<&'a [Pin]> {
    match &partition.program {
        RawProgram::Elf(path) => state.review.pins.get(path).map(Vec::as_slice),
        RawProgram::Model(_) => None,
    }
}

/// What is sent or expected at an end, as far as its program says.
fn carried(state: &State, end: &RawEnd) -> Option<PinKind> {
    if let Some(pin) = pin(state, end) {
        return Some(pin.kind);
    }
    let mut partitions = state.design.system.partitions.iter();
    let partition = partitions.find(|it| it.name == end.partition)?;
    let RawProgram::Model(steps) = &partition.program else {
        return None;
    };
    let used = steps.iter().flat_map(RawStep::ports);
    let mut used = used.filter(|used| used.name == end.port);
    used.find_map(|used| match used.role {
        PortRole::SignalOut => Some(PinKind::Signal),
        PortRole::QueuingOut | PortRole::QueuingIn => Some(PinKind::Queuing),
        _ => None,
    })
}

/// What an end that is offered must be like.
struct Wanted<'a> {
    way: Way,
    /// The end that it is connected with, where that is known already.
    other: Option<&'a RawEnd>,
    /// The partition that comes first.
    preferred: Option<&'a str>,
}

/// A partition's port that nothing is connected to.
struct Free {
    port: String,
    /// Nobody uses it yet.
    is_new: bool,
}

/// The ports that a channel could have at a partition: those that its program declares, else
/// those that its model uses and a new one.
fn free(state: &State, partition: &RawPartition, wanted: &Wanted<'_>) -> Vec<Free> {
    let taken = port_names(&state.design.system, &partition.name);
    let used = |port: String| Free {
        port,
        is_new: false,
    };
    if let Some(pins) = pins(state, partition) {
        let direction = match wanted.way {
            Way::Out => PinDirection::Out,
            Way::In => PinDirection::In,
        };
        let fits = |pin: &&Pin| {
            let is_channel = !matches!(pin.kind, PinKind::Interrupt | PinKind::Memory);
            is_channel && pin.direction == direction
        };
        let names = pins.iter().filter(fits).map(|pin| pin.name.clone());
        return names.filter(|it| !taken.contains(it)).map(used).collect();
    }
    let word = match wanted.way {
        Way::Out => "out",
        Way::In => "in",
    };
    let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
    let new = Free {
        port: defaults::free_name(word, &taken),
        is_new: true,
    };
    let models = unconnected(&state.design.system, partition, wanted.way);
    models.into_iter().map(used).chain([new]).collect()
}

/// The ends that a channel could have, the most fitting first: of the preferred partition, in
/// use already, called as the other end.
fn candidates(state: &State, wanted: &Wanted<'_>) -> Vec<Candidate> {
    let carried_there = wanted.other.and_then(|other| carried(state, other));
    let own = wanted.other.map(|other| other.partition.as_str());
    let mut all = Vec::new();
    for partition in &state.design.system.partitions {
        let name = partition.name.as_str();
        if Some(name) == own {
            continue;
        }
        for Free { port, is_new } in free(state, partition, wanted) {
            let end = RawEnd {
                partition: name.to_owned(),
                port,
            };
            let here = carried(state, &end);
            if here.is_some() && carried_there.is_some() && here != carried_there {
                continue;
            }
            let is_namesake = wanted.other.is_some_and(|other| other.port == end.port);
            let rank = (Some(name) != wanted.preferred, is_new, !is_namesake);
            let detail = detail(partition, wanted.way, is_new);
            let text = format!("{name}.{}", end.port);
            all.push((rank, Candidate::new(text, detail)));
        }
    }
    all.sort_by_key(|(rank, _)| *rank);
    all.into_iter().map(|(_, candidate)| candidate).collect()
}

fn detail(partition: &RawPartition, way: Way, is_new: bool) -> &'static str {
    let is_elf = matches!(partition.program, RawProgram::Elf(_));
    match way {
        _ if is_new => "a new port",
        Way::Out if is_elf => "its program sends there; not connected",
        Way::In if is_elf => "its program takes from there; not connected",
        Way::Out => "its model sends there; not connected",
        Way::In => "its model waits there; not connected",
    }
}

/// The selected partition.
fn selected(state: &State) -> Option<&RawPartition> {
    match state.selection {
        Some(Object::Partition(index)) => state.design.system.partitions.get(index),
        _ => None,
    }
}

/// Asks for the sending end.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let own = selected(state);
    let wanted = Wanted {
        way: Way::Out,
        other: None,
        preferred: own.map(|it| it.name.as_str()),
    };
    let mut candidates = candidates(state, &wanted);
    if let Some(own) = own.filter(|own| free(state, own, &wanted).is_empty()) {
        let reason = "its program declares no other port to send from".to_owned();
        let none = Candidate {
            disabled: Some(reason),
            ..Candidate::new(own.name.as_str(), "")
        };
        candidates.insert(0, none);
    }
    let ask = end_ask("Connect from which port", candidates, Purpose::ConnectFrom);
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

fn end_ask(title: impl Into<String>, candidates: Vec<Candidate>, purpose: Purpose) -> Ask {
    let ask = Ask::text(title, "", purpose).completing(Completion::Whole, candidates);
    Ask {
        cursor: Some(0),
        ..ask
    }
}

/// Asks for the receiving end.
pub fn from_answered(state: &mut State, answered: &Answered) -> Vec<Effect> {
    let from = answered.text.trim().to_owned();
    let other = end(&from).ok();
    let own = other.as_ref().map(|it| it.partition.as_str());
    let preferred = selected(state).map(|it| it.name.as_str());
    let wanted = Wanted {
        way: Way::In,
        other: other.as_ref(),
        preferred: preferred.filter(|it| Some(*it) != own),
    };
    let candidates = candidates(state, &wanted);
    let ask = end_ask(
        format!("Connect {from} to which port"),
        candidates,
        Purpose::ConnectTo { from },
    );
    state.overlays.push(Overlay::Ask(ask));
    Vec::new()
}

/// Reads an end: `partition.port`.
///
/// # Errors
/// A sentence that says what is expected.
pub fn end(text: &str) -> Result<RawEnd, String> {
    match text.trim().split_once('.') {
        Some((partition, port)) if !partition.is_empty() && !port.is_empty() => Ok(RawEnd {
            partition: partition.to_owned(),
            port: port.to_owned(),
        }),
        _ => Err(format!(
            "`{}` is not of the form partition.port",
            text.trim()
        )),
    }
}

/// Connects the two ports.
pub fn to_answered(state: &mut State, from: &str, answered: &Answered) -> Vec<Effect> {
    let (Ok(from), Ok(to)) = (end(from), end(&answered.text)) else {
        return Vec::new();
    };
    let system = &state.design.system;
    let taken: Vec<&str> = system.channels.iter().map(|it| it.name.as_str()).collect();
    let name = defaults::free_name(&wanted_name(&from, &to), &taken);
    let kind = kind(state, &from, &to);
    let index = system.channels.len();
    let sentence = format!(
        "Connected {}.{} to {}.{} as {name}; e edits it",
        from.partition, from.port, to.partition, to.port
    );
    state.edit(
        format!("connect {} to {}", from.partition, to.partition),
        |design| {
            design
                .system
                .channels
                .push(defaults::channel(name, kind, from, to));
            settle::settle(design);
        },
    );
    state.selection = Some(Object::Channel(index));
    canvas::show_selection(state);
    state.say(sentence);
    Vec::new()
}

/// The channel is called as its sending port, unless that says nothing.
fn wanted_name(from: &RawEnd, to: &RawEnd) -> String {
    if from.port.starts_with("out") {
        format!("{}_{}", from.partition, to.partition)
    } else {
        from.port.clone()
    }
}

/// A signal where the program at either end signals or waits for one, a sampling channel where
/// it declares one, else a queue; messages are as large as a program declares them.
fn kind(state: &State, from: &RawEnd, to: &RawEnd) -> RawChannelKind {
    let carried = carried(state, from).or_else(|| carried(state, to));
    if carried == Some(PinKind::Signal) {
        return RawChannelKind::Signal;
    }
    let pin = pin(state, from).or_else(|| pin(state, to));
    match pin.map(|pin| (pin.kind, pin.message_bytes)) {
        None | Some((_, 0)) => defaults::queuing(),
        Some((PinKind::Sampling, bytes)) => defaults::sampling_of(bytes.into()),
        Some((_, bytes)) => defaults::queuing_of(bytes.into()),
    }
}
