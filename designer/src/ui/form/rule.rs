//! The properties of a rule.

use septum_core::spec::{RawRule, RawSystem};

use super::field::{Field, Target, one_of};
use crate::ui::create::partition_names;
use crate::ui::object::Object;
use crate::ui::place;
use crate::ui::unit::{self, Unit};

const KINDS: [&str; 3] = ["no flow", "all flow through", "max latency"];

fn get(system: &mut RawSystem, target: Target) -> Result<&mut RawRule, String> {
    let Object::Rule(index) = target.object else {
        return Err("this is no rule".to_owned());
    };
    system
        .rules
        .get_mut(index)
        .ok_or_else(|| "the rule is gone".to_owned())
}

/// A rule as a sentence.
#[must_use]
pub fn words(rule: &RawRule) -> String {
    match rule {
        RawRule::NoFlow { from, to } => format!("nothing flows from {from} to {to}"),
        RawRule::AllFlowThrough { from, to, via } => {
            format!("all that flows from {from} to {to} passes {via}")
        }
        RawRule::MaxLatency { channel, ns } => {
            format!("a message on {channel} takes at most {}", unit::time(*ns))
        }
    }
}

/// The properties of a rule.
#[must_use]
pub fn fields(system: &RawSystem, index: usize) -> Vec<Field> {
    let Some(it) = system.rules.get(index) else {
        return Vec::new();
    };
    let path = place::path(Object::Rule(index));
    let head = |word: &str| {
        Field::choice(path.clone(), "kind", word, &KINDS, set_kind).help("What must hold.")
    };
    let partition = |name: &str, value: &str, set| {
        Field::text(path.field(name), name, value, set)
            .completing(&partition_names(system))
            .help("A partition.")
    };
    match it {
        RawRule::NoFlow { from, to } => vec![
            head(KINDS[0]),
            partition("from", from, set_from),
            partition("to", to, set_to),
        ],
        RawRule::AllFlowThrough { from, to, via } => vec![
            head(KINDS[1]),
            partition("from", from, set_from),
            partition("to", to, set_to),
            partition("via", via, set_via),
        ],
        RawRule::MaxLatency { channel, ns } => {
            let channels: Vec<&str> = system.channels.iter().map(|it| it.name.as_str()).collect();
            vec![
                head(KINDS[2]),
                Field::text(path.field("channel"), "channel", channel, set_channel)
                    .completing(&channels)
                    .help("A channel."),
                Field::number(
                    path.field("ns"),
                    "at most",
                    Unit::Nanoseconds,
                    *ns,
                    set_bound,
                )
                .help("The longest time that a message may take."),
            ]
        }
    }
}

fn set_kind(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let kind = one_of(text, &[(KINDS[0], 0), (KINDS[1], 1), (KINDS[2], 2)])?;
    let channel = system
        .channels
        .first()
        .map_or_else(String::new, |it| it.name.clone());
    let rule = get(system, target)?;
    let (from, to) = match rule {
        RawRule::NoFlow { from, to } | RawRule::AllFlowThrough { from, to, .. } => {
            (from.clone(), to.clone())
        }
        RawRule::MaxLatency { .. } => (String::new(), String::new()),
    };
    let new = match kind {
        0 => RawRule::NoFlow { from, to },
        1 => RawRule::AllFlowThrough {
            from,
            to,
            via: String::new(),
        },
        _ => RawRule::MaxLatency {
            channel,
            ns: 1_000_000,
        },
    };
    if std::mem::discriminant(rule) != std::mem::discriminant(&new) {
        *rule = new;
    }
    Ok(())
}

fn set_from(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    if let RawRule::NoFlow { from, .. } | RawRule::AllFlowThrough { from, .. } =
        get(system, target)?
    {
        text.trim().clone_into(from);
    }
    Ok(())
}

fn set_to(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    if let RawRule::NoFlow { to, .. } | RawRule::AllFlowThrough { to, .. } = get(system, target)? {
        text.trim().clone_into(to);
    }
    Ok(())
}

fn set_via(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    if let RawRule::AllFlowThrough { via, .. } = get(system, target)? {
        text.trim().clone_into(via);
    }
    Ok(())
}

fn set_channel(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    if let RawRule::MaxLatency { channel, .. } = get(system, target)? {
        text.trim().clone_into(channel);
    }
    Ok(())
}

fn set_bound(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let bound = Unit::Nanoseconds.read(text)?;
    if let RawRule::MaxLatency { ns, .. } = get(system, target)? {
        *ns = bound;
    }
    Ok(())
}
