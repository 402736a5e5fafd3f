//! Connecting ports.

use septum_core::spec::{RawChannelKind, RawEnd, RawPartition, RawProgram, RawStep, RawSystem};

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
    for port in steps.iter().flat_map(|step| ports_of(step, way)) {
        if !taken.contains(port) && !ports.contains(port) {
            ports.push(port.clone());
        }
    }
    ports
}

fn ports_of(step: &RawStep, way: Way) -> Vec<&String> {
    match (step, way) {
        (RawStep::Send { port, .. } | RawStep::Signal { port }, Way::Out) => vec![port],
        (RawStep::Receive { port, .. }, Way::In) => vec![port],
        (RawStep::Wait { ports, .. }, Way::In) => ports.iter().collect(),
        _ => Vec::new(),
    }
}

/// The ends that a channel could have: ports that models wait for, then new ones; those of
/// the preferred partition first.
fn candidates(
    system: &RawSystem,
    way: Way,
    preferred: Option<&str>,
    not: Option<&str>,
) -> Vec<Candidate> {
    let mut partitions: Vec<&RawPartition> = system
        .partitions
        .iter()
        .filter(|it| Some(it.name.as_str()) != not)
        .collect();
    partitions.sort_by_key(|it| Some(it.name.as_str()) != preferred);
    let (word, wanted) = match way {
        Way::Out => ("out", "its model sends there; not connected"),
        Way::In => ("in", "its model waits there; not connected"),
    };
    let mut all = Vec::new();
    for partition in partitions {
        for port in unconnected(system, partition, way) {
            all.push(Candidate::new(format!("{}.{port}", partition.name), wanted));
        }
        let taken = port_names(system, &partition.name);
        let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
        let port = defaults::free_name(word, &taken);
        all.push(Candidate::new(
            format!("{}.{port}", partition.name),
            "a new port",
        ));
    }
    all.sort_by_key(|it| it.detail == "a new port" && preferred.is_none());
    all
}

/// Asks for the sending end.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let system = &state.design.system;
    let selected = match state.selection {
        Some(Object::Partition(index)) => system.partitions.get(index),
        _ => None,
    };
    let candidates = candidates(system, Way::Out, selected.map(|it| it.name.as_str()), None);
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
    let own = from.split_once('.').map(|(partition, _)| partition);
    let candidates = candidates(&state.design.system, Way::In, None, own);
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
    let kind = kind(system, &from);
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

/// A signal where the sender's model signals, else a queue.
fn kind(system: &RawSystem, from: &RawEnd) -> RawChannelKind {
    let partition = system
        .partitions
        .iter()
        .find(|it| it.name == from.partition);
    let signals = |step: &RawStep| matches!(step, RawStep::Signal { port } if *port == from.port);
    match partition.map(|it| &it.program) {
        Some(RawProgram::Model(steps)) if steps.iter().any(signals) => RawChannelKind::Signal,
        _ => defaults::queuing(),
    }
}
