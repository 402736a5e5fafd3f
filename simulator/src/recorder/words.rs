//! Names and events that say in words what is a number in a register.

use septum_abi::call::Status;
use septum_abi::health::{Cause as Health, HealthAction, SOFTWARE};
use septum_abi::state::{EXIT_HEALTH, FaultRecord, HartState, refusal};

use super::entry::{Reason, Request};
use super::names::Port;
use crate::cpu::{Cause, cause_name};
use crate::device::PowerOff;
use crate::event::EventKind;
use crate::name::{Bytes, Name};

/// The name of a status.
pub(super) fn status_name(status: u64) -> Name {
    match Status::from_number(status) {
        Some(status) => Name::fixed(status.name()),
        None => format!("status {status}").into(),
    }
}

/// Its name; the number that was given where there is no such port.
fn port_name(port: Option<&Port>, number: u64) -> Name {
    port.map_or_else(|| number.to_string().into(), |port| port.name.clone())
}

fn channel_name(port: Option<&Port>) -> Name {
    port.map_or_else(Name::default, |port| port.subject.clone())
}

/// The sending of what a request carries.
pub(super) fn send(request: &Request, port: Option<&Port>, status: Name) -> EventKind {
    let [number, length, ..] = request.arguments;
    let (channel, bytes) = (channel_name(port), request.bytes.clone());
    let (name, is_sampling) = (port_name(port, number), port.is_some_and(Port::is_sampling));
    match is_sampling {
        true => EventKind::SampleWrite {
            channel,
            port: name,
            length,
            bytes,
            status,
        },
        false => EventKind::Send {
            channel,
            port: name,
            length,
            bytes,
            status,
        },
    }
}

/// What has arrived at a port: the bytes and how old they are, or nothing.
pub(super) fn receive(
    (port, number): (Option<&Port>, u64),
    bytes: Bytes,
    age_ns: Option<u64>,
    status: Name,
) -> EventKind {
    let (channel, name) = (channel_name(port), port_name(port, number));
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    match port.is_some_and(Port::is_sampling) {
        true => EventKind::SampleRead {
            channel,
            port: name,
            length,
            bytes,
            status,
            age_ns,
        },
        false => EventKind::Receive {
            channel,
            port: name,
            length,
            bytes,
            status,
        },
    }
}

/// A `signal`.
pub(super) fn signal(request: &Request, port: Option<&Port>, status: Name) -> EventKind {
    EventKind::Signal {
        channel: channel_name(port),
        port: port_name(port, request.arguments[0]),
        status,
    }
}

/// A fault as the kernel has recorded it; the limit of restarts, where it was reached.
pub(super) fn fault(record: &FaultRecord, restarts_used_up: Option<u64>) -> EventKind {
    let software = is_software(record);
    let cause = match software {
        true => match Health::from_number(record.cause & !SOFTWARE) {
            Some(Health::ApplicationError) => "application error",
            Some(Health::DeadlineMissed) => "deadline missed",
            _ => "unknown",
        },
        false if record.cause == Cause::CallFromUser.code() => "denied call",
        false => cause_name(record.cause),
    };
    EventKind::Fault {
        cause: Name::fixed(cause),
        code: (!software).then_some(record.cause),
        pc: record.pc,
        value: record.value,
        health: Name::fixed(Health::from_number(record.health).map_or("unknown", Health::name)),
        action: Name::fixed(
            HealthAction::from_number(record.action).map_or("unknown", HealthAction::name),
        ),
        restarts_used_up,
    }
}

/// Whether a recorded fault is no exception.
pub(super) fn is_software(record: &FaultRecord) -> bool {
    record.cause & SOFTWARE != 0
}

/// Whether a recorded fault is what this trap leads to at once.
pub(super) fn is_of(record: &FaultRecord, reason: &Reason) -> bool {
    let software = |health: Health| record.cause == SOFTWARE | health.number();
    match reason {
        Reason::Call(_) => {
            record.cause == Cause::CallFromUser.code() || software(Health::ApplicationError)
        }
        Reason::Fault(exception) => record.cause == exception.cause.code(),
        Reason::Interrupt => software(Health::DeadlineMissed),
    }
}

/// Why the machine is switched off.
pub(super) fn power_off(power_off: PowerOff, failure: Option<&HartState>) -> Name {
    match (power_off, failure) {
        (_, Some(hart)) => failure_in_words(hart).into(),
        (PowerOff::Reset, None) => Name::fixed("reset by the kernel"),
        (PowerOff::Exit(code), None) if code == u32::from(EXIT_HEALTH) => {
            Name::fixed("powered off by the health monitor")
        }
        (PowerOff::Exit(_), None) => Name::fixed("powered off by the kernel"),
    }
}

/// Why the kernel stopped the machine.
fn failure_in_words(hart: &HartState) -> String {
    let (cause, pc, value) = (hart.failure_cause, hart.failure_pc, hart.failure_value);
    if cause & refusal::FLAG != 0 && cause >> 63 == 0 {
        let what = match cause & !refusal::FLAG {
            refusal::TABLES => "the tables",
            refusal::MISA => "the instruction set",
            refusal::PMP => "a PMP register",
            refusal::ASID => "the mask of the ASID",
            refusal::REGISTER => "a control register",
            _ => "something unknown",
        };
        format!("the kernel refused to start: {what} is {pc:#x}, expected {value:#x}")
    } else {
        let name = cause_name(cause);
        format!("the kernel failed: {name} (mcause {cause:#x}) at pc {pc:#x}, mtval {value:#x}")
    }
}
