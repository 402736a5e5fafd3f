//! The properties of a partition that the health monitor goes by.

use septum_core::dhall::defaults;
use septum_core::diagnostic::SpecPath;
use septum_core::spec::{FaultCause, RawHealthAction, RawPartition, RawSystem};

use super::field::{Field, Target, one_of};
use super::partition::get;
use crate::ui::unit::Unit;

/// The word for each action.
const ACTIONS: [(&str, RawHealthAction); 5] = [
    ("ignore", RawHealthAction::Ignore),
    ("halt", RawHealthAction::Halt),
    ("restart", RawHealthAction::Restart),
    ("safe mode", RawHealthAction::SafeMode),
    ("power off", RawHealthAction::PowerOff),
];

/// The word for no bound.
const NONE: &str = "none";

/// The deadline, an action for each cause, and how a restart is done where there is one.
pub(super) fn fields(it: &RawPartition, path: &SpecPath) -> Vec<Field> {
    let mut fields = vec![
        Field::text(
            path.field("deadline_ns"),
            "deadline",
            written(Unit::Nanoseconds, it.deadline_ns),
            |system, target, text| {
                get(system, target)?.deadline_ns = read(Unit::Nanoseconds, text)?;
                Ok(())
            },
        )
        .completing(&[NONE])
        .help("Longest time from becoming ready until it waits again, or none."),
    ];
    let path = path.field("health");
    fields.extend((0..).zip(FaultCause::ALL).map(|(index, cause)| Field {
        index,
        ..action(it, cause, &path)
    }));
    let standard = defaults().partition.health.restart;
    if it.health.takes(RawHealthAction::Restart) || it.health.restart != standard {
        fields.extend(restart(it, &path.field("restart")));
    }
    fields
}

fn action(it: &RawPartition, cause: FaultCause, path: &SpecPath) -> Field {
    let own = it.health.action(cause);
    let words: Vec<&str> = ACTIONS
        .iter()
        .filter(|(_, action)| *action != RawHealthAction::Ignore || cause.can_be_ignored())
        .map(|(word, _)| *word)
        .collect();
    let label = cause.field().replace('_', " ");
    let path = path.field(cause.field());
    Field::choice(path, &label, word(own), &words, set_action).help(help(cause))
}

/// The word for an action.
fn word(action: RawHealthAction) -> &'static str {
    let mut rows = ACTIONS.iter();
    rows.find(|(_, it)| *it == action)
        .map_or("", |(word, _)| word)
}

const fn help(cause: FaultCause) -> &'static str {
    match cause {
        FaultCause::MemoryViolation => "It touched memory that it is not granted.",
        FaultCause::IllegalRequest => "An instruction or a system call that it may not use.",
        FaultCause::HardwareFault => "The hardware failed inside a granted range.",
        FaultCause::StackOverflow => "It touched the guard page of its stack.",
        FaultCause::DeadlineMissed => "It did not wait again within its deadline.",
        FaultCause::ApplicationError => "It raised an error itself, or panicked.",
    }
}

fn set_action(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let new = one_of(text, &ACTIONS)?;
    if let Some(cause) = FaultCause::ALL.get(target.index) {
        *get(system, target)?.health.action_mut(*cause) = new;
    }
    Ok(())
}

fn restart(it: &RawPartition, path: &SpecPath) -> [Field; 2] {
    let restart = it.health.restart;
    let limit = Field::text(
        path.field("limit"),
        "restarts",
        written(Unit::Count, restart.limit),
        |system, target, text| {
            get(system, target)?.health.restart.limit = read(Unit::Count, text)?;
            Ok(())
        },
    );
    let pause = Field::number(
        path.field("backoff_ns"),
        "pause before",
        Unit::Nanoseconds,
        restart.backoff_ns,
        |system, target, text| {
            get(system, target)?.health.restart.backoff_ns = Unit::Nanoseconds.read(text)?;
            Ok(())
        },
    );
    [
        limit
            .completing(&[NONE])
            .help("How often at most, then it is halted; none for no limit."),
        pause.help("Pause before each restart."),
    ]
}

/// A number that may be absent, as it is typed.
fn written(unit: Unit, value: Option<u64>) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| unit.write(value))
}

/// Reads a number that may be absent.
fn read(unit: Unit, text: &str) -> Result<Option<u64>, String> {
    match text.trim() {
        NONE => Ok(None),
        number => unit.read(number).map(Some),
    }
}
