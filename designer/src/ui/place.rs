//! From a path in the spec to the object that it is about.

use septum_core::diagnostic::SpecPath;
use septum_core::spec::RawSystem;

use super::object::Object;

/// One step of a path: `channels[2].to` has the steps `channels`, `2`, `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

fn steps(path: &SpecPath) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.0.split(['.', '[']).filter(|part| !part.is_empty()) {
        match part.strip_suffix(']').map(str::parse) {
            Some(Ok(index)) => steps.push(Step::Index(index)),
            _ => steps.push(Step::Field(part)),
        }
    }
    steps
}

/// The object that a path is about: the innermost one that has a form of its own.
#[must_use]
pub fn object(system: &RawSystem, path: &SpecPath) -> Object {
    let object = match steps(path).as_slice() {
        [Step::Field("partitions"), Step::Index(partition), rest @ ..] => match rest {
            [Step::Field("interrupts"), Step::Index(index), ..] => Object::Interrupt {
                partition: *partition,
                index: *index,
            },
            _ => Object::Partition(*partition),
        },
        [Step::Field("channels"), Step::Index(index), ..] => Object::Channel(*index),
        [Step::Field("memories"), Step::Index(index), ..] => Object::Memory(*index),
        [
            Step::Field("machine"),
            Step::Field("devices"),
            Step::Index(index),
            ..,
        ] => Object::Device(*index),
        [Step::Field("machine"), ..] => Object::Machine,
        [Step::Field("schedules"), Step::Index(schedule), rest @ ..] => match rest {
            [Step::Field("windows"), Step::Index(index), ..] => Object::Window {
                schedule: *schedule,
                index: *index,
            },
            _ => Object::Schedule(*schedule),
        },
        [Step::Field("rules"), Step::Index(index), ..] => Object::Rule(*index),
        _ => Object::System,
    };
    if object.exists(system) {
        object
    } else {
        Object::System
    }
}

/// The path of an object.
#[must_use]
pub fn path(object: Object) -> SpecPath {
    let root = SpecPath::default();
    match object {
        Object::System => root,
        Object::Machine => root.field("machine"),
        Object::Device(index) => root.field("machine").field("devices").index(index),
        Object::Partition(index) => root.field("partitions").index(index),
        Object::Grant { partition, index } => path(Object::Partition(partition))
            .field("devices")
            .index(index),
        Object::Interrupt { partition, index } => path(Object::Partition(partition))
            .field("interrupts")
            .index(index),
        Object::Channel(index) => root.field("channels").index(index),
        Object::Memory(index) => root.field("memories").index(index),
        Object::MemoryGrant { memory, index } => {
            path(Object::Memory(memory)).field("grants").index(index)
        }
        Object::Schedule(index) => root.field("schedules").index(index),
        Object::Window { schedule, index } => path(Object::Schedule(schedule))
            .field("windows")
            .index(index),
        Object::Rule(index) => root.field("rules").index(index),
    }
}

/// Whether a path lies at or inside another one.
#[must_use]
pub fn is_inside(inner: &SpecPath, outer: &SpecPath) -> bool {
    inner
        .0
        .strip_prefix(&outer.0)
        .is_some_and(|rest| outer.0.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lie_inside_at_whole_steps_only() {
        let path = |text: &str| SpecPath(text.to_owned());
        assert!(is_inside(&path("channels[1].to"), &path("channels[1]")));
        assert!(!is_inside(&path("channels[11].to"), &path("channels[1")));
        assert!(!is_inside(
            &path("channels[1].tower"),
            &path("channels[1].to")
        ));
    }
}
