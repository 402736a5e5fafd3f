//! Events in words: for the event list and for `septum run`.

use septum_abi::health::{Cause, HealthAction, PANIC};
use septum_core::programs::SourceLine;
use septum_simulator::event::EventKind;
use septum_simulator::name::Name;
use septum_simulator::system_call::SystemCall;

use super::source;

/// What an event carries, in one line; of a fault with the line that it came from, where there
/// is one.
#[must_use]
pub fn detail(event: &EventKind, line: Option<SourceLine<'_>>) -> String {
    match event {
        EventKind::Window {
            schedule,
            index,
            frame,
        } => window(*schedule, *index, *frame),
        EventKind::ScheduleChange { schedule } => schedule_name(*schedule).to_owned(),
        EventKind::Dispatch | EventKind::Preempt | EventKind::RestartEnd | EventKind::Exit => {
            String::new()
        }
        EventKind::Block { ports, deadline_ns } => block(ports, *deadline_ns),
        EventKind::Wake { timeout } => wake(*timeout).to_owned(),
        EventKind::Send {
            channel,
            port,
            bytes,
            status,
            ..
        }
        | EventKind::Receive {
            channel,
            port,
            bytes,
            status,
            ..
        }
        | EventKind::SampleWrite {
            channel,
            port,
            bytes,
            status,
            ..
        } => message(channel, port, bytes, status),
        EventKind::SampleRead { .. } => value(event).unwrap_or_default(),
        EventKind::Signal {
            channel,
            port,
            status,
        } => format!("{channel} (port {port}){}", unless_ok(status)),
        EventKind::InterruptRaised { device, source } => format!("{device}, source {source}"),
        EventKind::InterruptDelivered { port, source }
        | EventKind::InterruptAcknowledged { port, source } => {
            format!("port {port}, source {source}")
        }
        EventKind::Log { bytes, status } => format!("{}{}", quoted(bytes), unless_ok(status)),
        EventKind::DeniedCall { number } => format!("call {number}"),
        EventKind::Fault { pc, .. } => {
            let what = fault(event).unwrap_or_default();
            let line = line.map_or(String::new(), |line| format!(" ({})", source::words(line)));
            let done = reaction(event).unwrap_or_default();
            format!("{what}, pc {pc:#x}{line}: {done}")
        }
        EventKind::RestartBegin { by, backoff_ns } => restart(by, *backoff_ns),
        EventKind::Halt { by } | EventKind::SafeMode { by } => format!("by {by}"),
        EventKind::Violation { .. } => violation(event).unwrap_or_default(),
        EventKind::Stop { code, reason } => format!("exit code {code}: {reason}"),
    }
}

/// What the separation monitor saw, in words.
fn violation(event: &EventKind) -> Option<String> {
    let EventKind::Violation {
        by,
        access,
        address,
        region,
        pc,
    } = event
    else {
        return None;
    };
    let region = if region.is_empty() { "nothing" } else { region };
    Some(format!(
        "{by}: {access} at {address:#x} ({region}), pc {pc:#x}"
    ))
}

/// A system call in words: its name, its number, and what it came to at once.
#[must_use]
pub fn call(call: &SystemCall) -> String {
    let name = call.name().unwrap_or("no such call");
    let number = call.number();
    let came_to = match (call.status_name(), call.status) {
        (Some(name), _) => format!(": {name}"),
        (None, Some(status)) => format!(": status {status}"),
        (None, None) => String::new(),
    };
    format!("{name} (call {number}){came_to}")
}

/// What was read of a sampling channel; `None` for other events.
fn value(event: &EventKind) -> Option<String> {
    let EventKind::SampleRead {
        channel,
        port,
        bytes,
        status,
        age_ns,
        ..
    } = event
    else {
        return None;
    };
    Some(match age_ns {
        Some(age_ns) => {
            let value = message(channel, port, bytes, "ok");
            format!("{value}{}, {} old", unless_ok(status), duration(*age_ns))
        }
        None => message(channel, port, bytes, status),
    })
}

/// The cause of a fault with what it carries; `None` for other events.
#[must_use]
pub fn fault(event: &EventKind) -> Option<String> {
    let EventKind::Fault {
        cause, code, value, ..
    } = event
    else {
        return None;
    };
    if let Some(line) = panic_line(event) {
        return Some(format!("panic in line {line}"));
    }
    Some(match (code, cause.as_str()) {
        (Some(_), "denied call") => format!("{cause} {value}"),
        (Some(_), "illegal instruction") => format!("{cause} {value:#x}"),
        (Some(_), "breakpoint") | (None, "deadline missed") => cause.to_string(),
        (Some(_), _) => format!("{cause} at {value:#x}"),
        (None, _) => format!("{cause} {value:#x}"),
    })
}

/// The line of source that a panic in Rust names, where the event is one.
#[must_use]
pub fn panic_line(event: &EventKind) -> Option<u32> {
    match event {
        EventKind::Fault { health, value, .. }
            if health == Cause::ApplicationError.name() && value & PANIC != 0 =>
        {
            u32::try_from(value & !PANIC).ok()
        }
        _ => None,
    }
}

/// What the health monitor took a fault for, unless that is clear, and what it did; `None` for
/// other events. An access that is not granted is clearly a memory violation.
#[must_use]
pub fn reaction(event: &EventKind) -> Option<String> {
    let EventKind::Fault {
        cause,
        health,
        action,
        restarts_used_up,
        ..
    } = event
    else {
        return None;
    };
    let is_raised = spaced(health) == **cause && panic_line(event).is_none();
    let health = match is_raised || health == Cause::MemoryViolation.name() {
        true => String::new(),
        false => format!("{}, ", spaced(health)),
    };
    let done = match HealthAction::ALL.iter().find(|it| it.name() == action) {
        Some(HealthAction::Halt) => "halted",
        Some(HealthAction::Ignore) => "ignored",
        Some(HealthAction::Restart) => "restarted",
        Some(HealthAction::SafeMode) => "halted, safe mode asked for",
        Some(HealthAction::PowerOff) => "powered off",
        None => action,
    };
    Some(match restarts_used_up {
        Some(1) => format!("{health}{done}, its 1 restart is used up"),
        Some(limit) => format!("{health}{done}, its {limit} restarts are used up"),
        None => format!("{health}{done}"),
    })
}

/// A name of the ABI as words: `power_off` is `power off`.
#[must_use]
pub fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// Which schedule, by its position.
#[must_use]
pub fn schedule_name(schedule: usize) -> &'static str {
    match schedule {
        0 => "the first schedule",
        _ => "the safe schedule",
    }
}

fn window(schedule: usize, index: usize, frame: u64) -> String {
    let of = match schedule {
        0 => String::new(),
        _ => format!(", {}", schedule_name(schedule)),
    };
    format!("{index} of frame {frame}{of}")
}

fn restart(by: &str, backoff_ns: u64) -> String {
    match backoff_ns {
        0 => format!("by {by}"),
        _ => format!("by {by}, after {}", duration(backoff_ns)),
    }
}

fn block(ports: &[Name], deadline_ns: Option<u64>) -> String {
    let until = deadline_ns.map(|ns| format!("until {}", milliseconds(ns)));
    let on = (!ports.is_empty()).then(|| format!("on {}", ports.join(", ")));
    match (on, until) {
        (Some(on), Some(until)) => format!("{on}, {until}"),
        (None, None) => "for ever".to_owned(),
        (on, until) => on.or(until).unwrap_or_default(),
    }
}

fn wake(timeout: bool) -> &'static str {
    if timeout {
        "deadline passed"
    } else {
        "something arrived"
    }
}

fn message(channel: &str, port: &str, bytes: &[u8], status: &str) -> String {
    if status == "ok" {
        format!(
            "{channel} {} (port {port}, {})",
            quoted(bytes),
            count_bytes(bytes.len())
        )
    } else {
        format!("{channel} (port {port}){}", unless_ok(status))
    }
}

/// So many bytes: `1 byte`, `2 bytes`.
#[must_use]
pub fn count_bytes(count: usize) -> String {
    match count {
        1 => "1 byte".to_owned(),
        _ => format!("{count} bytes"),
    }
}

fn unless_ok(status: &str) -> String {
    if status == "ok" {
        String::new()
    } else {
        format!(" {status}")
    }
}

/// The bytes as text in quotes, with everything that is not printable ASCII escaped.
#[must_use]
pub fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

/// Text that is waited for on the UART, between backticks.
#[must_use]
pub fn output(text: &str) -> String {
    format!("`{}`", text.escape_debug())
}

/// A time in milliseconds, to the nanosecond: `1.234567 ms`.
#[must_use]
pub fn milliseconds(ns: u64) -> String {
    format!("{} ms", bare_milliseconds(ns))
}

/// A time in milliseconds, to the nanosecond, without the unit.
#[must_use]
pub fn bare_milliseconds(ns: u64) -> String {
    format!("{}.{:06}", ns / 1_000_000, ns % 1_000_000)
}

/// A length of time in the unit that suits it, to a thousandth of it: `250 ns`, `12.5 us`,
/// `1 ms`.
#[must_use]
pub fn duration(ns: u64) -> String {
    in_unit(ns, 3)
}

/// A length of time in the unit that suits it, to the nanosecond: `3.0912 s`.
#[must_use]
pub fn exact_duration(ns: u64) -> String {
    in_unit(ns, 9)
}

/// A length of time in the unit that suits it, to at most so many decimals.
fn in_unit(ns: u64, decimals: usize) -> String {
    let (number, unit) = septum_core::duration::in_unit(ns, decimals);
    format!("{number} {unit}")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// One event of each kind, in the order of the table of kinds.
    pub(crate) fn one_of_each() -> Vec<EventKind> {
        [of_the_schedule(), of_channels(), of_the_rest()].concat()
    }

    fn of_the_schedule() -> Vec<EventKind> {
        let text = ToOwned::to_owned;
        vec![
            EventKind::Window {
                schedule: 0,
                index: 1,
                frame: 2,
            },
            EventKind::ScheduleChange { schedule: 1 },
            EventKind::Dispatch,
            EventKind::Preempt,
            EventKind::Block {
                ports: vec![text("in").into()],
                deadline_ns: Some(1_500_000),
            },
            EventKind::Wake { timeout: true },
        ]
    }

    fn of_channels() -> Vec<EventKind> {
        let text = ToOwned::to_owned;
        vec![
            EventKind::Send {
                channel: text("request").into(),
                port: text("out").into(),
                length: 3,
                bytes: (&b"hi\n"[..]).into(),
                status: text("ok").into(),
            },
            EventKind::Receive {
                channel: text("request").into(),
                port: text("in").into(),
                length: 0,
                bytes: [].into(),
                status: text("empty").into(),
            },
            EventKind::SampleWrite {
                channel: text("speed").into(),
                port: text("out").into(),
                length: 1,
                bytes: (&b"7"[..]).into(),
                status: text("ok").into(),
            },
            EventKind::SampleRead {
                channel: text("speed").into(),
                port: text("in").into(),
                length: 1,
                bytes: (&b"7"[..]).into(),
                status: text("stale").into(),
                age_ns: Some(1_500),
            },
            EventKind::Signal {
                channel: text("go").into(),
                port: text("out").into(),
                status: text("ok").into(),
            },
        ]
    }

    fn of_the_rest() -> Vec<EventKind> {
        let text = ToOwned::to_owned;
        vec![
            EventKind::InterruptRaised {
                device: text("uart").into(),
                source: 10,
            },
            EventKind::InterruptDelivered {
                port: text("rx").into(),
                source: 10,
            },
            EventKind::InterruptAcknowledged {
                port: text("rx").into(),
                source: 10,
            },
            EventKind::Log {
                bytes: (&b"hello"[..]).into(),
                status: text("full").into(),
            },
            EventKind::DeniedCall { number: 12 },
            EventKind::Fault {
                cause: text("store page fault").into(),
                code: Some(15),
                pc: 0x1000,
                value: 0x8000_0000,
                health: text("memory_violation").into(),
                action: text("halt").into(),
                restarts_used_up: None,
            },
            EventKind::RestartBegin {
                by: text("health monitor").into(),
                backoff_ns: 20_000,
            },
            EventKind::RestartEnd,
            EventKind::Halt {
                by: text("monitor").into(),
            },
            EventKind::SafeMode {
                by: text("monitor").into(),
            },
            EventKind::Exit,
            EventKind::Violation {
                by: text("partition").into(),
                access: text("store").into(),
                address: 0x8000_0000,
                region: text("kernel.state").into(),
                pc: 0x1000,
            },
            EventKind::Stop {
                code: 3,
                reason: text("kernel exception").into(),
            },
        ]
    }

    #[test]
    fn every_kind_says_what_it_carries() {
        let events = one_of_each();
        let lines: Vec<String> = events.iter().map(|it| detail(it, None)).collect();
        let expected = [
            "1 of frame 2",
            "the safe schedule",
            "",
            "",
            "on in, until 1.500000 ms",
            "deadline passed",
            r#"request "hi\n" (port out, 3 bytes)"#,
            "request (port in) empty",
            r#"speed "7" (port out, 1 byte)"#,
            r#"speed "7" (port in, 1 byte) stale, 1.5 us old"#,
            "go (port out)",
            "uart, source 10",
            "port rx, source 10",
            "port rx, source 10",
            r#""hello" full"#,
            "call 12",
            "store page fault at 0x80000000, pc 0x1000: halted",
            "by health monitor, after 20 us",
            "",
            "by monitor",
            "by monitor",
            "",
            "partition: store at 0x80000000 (kernel.state), pc 0x1000",
            "exit code 3: kernel exception",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_fault_says_what_it_carries() {
        let says = |cause: &str, code, value| {
            fault(&EventKind::Fault {
                cause: cause.into(),
                code,
                pc: 0,
                value,
                health: String::new().into(),
                action: String::new().into(),
                restarts_used_up: None,
            })
        };
        let cases = [
            ("load page fault", Some(13), "load page fault at 0x10"),
            ("illegal instruction", Some(2), "illegal instruction 0x10"),
            ("breakpoint", Some(3), "breakpoint"),
            ("denied call", Some(8), "denied call 16"),
            ("application error", None, "application error 0x10"),
            ("deadline missed", None, "deadline missed"),
        ];
        for (cause, code, expected) in cases {
            assert_eq!(says(cause, code, 16).as_deref(), Some(expected));
        }
        assert_eq!(fault(&EventKind::Exit), None);
        assert_eq!(window(1, 0, 3), "0 of frame 3, the safe schedule");
        assert_eq!(restart("m", 0), "by m");
        let empty = EventKind::SampleRead {
            channel: "speed".into(),
            port: "in".into(),
            length: 0,
            bytes: [].into(),
            status: "empty".into(),
            age_ns: None,
        };
        assert_eq!(detail(&empty, None), "speed (port in) empty");
    }

    /// An application error, and what was done about it.
    fn raised(value: u64, action: &str, restarts_used_up: Option<u64>) -> EventKind {
        EventKind::Fault {
            cause: "application error".into(),
            code: None,
            pc: 0,
            value,
            health: "application_error".into(),
            action: action.into(),
            restarts_used_up,
        }
    }

    #[test]
    fn a_panic_says_its_line() {
        let panic = raised(PANIC | 12, "halt", None);
        assert_eq!(fault(&panic).as_deref(), Some("panic in line 12"));
        let told = reaction(&panic);
        assert_eq!(told.as_deref(), Some("application error, halted"));
        let code = fault(&raised(u64::MAX, "halt", None));
        assert_eq!(
            code.as_deref(),
            Some("application error 0xffffffffffffffff")
        );
    }

    #[test]
    fn a_fault_says_what_it_was_taken_for() {
        let mut overflow = raised(0x1000, "halt", None);
        if let EventKind::Fault { cause, health, .. } = &mut overflow {
            *cause = "store page fault".into();
            *health = "stack_overflow".into();
        }
        assert_eq!(
            reaction(&overflow).as_deref(),
            Some("stack overflow, halted")
        );
    }

    #[test]
    fn a_limit_of_restarts_that_is_reached_is_told() {
        let told = |limit| reaction(&raised(1, "halt", Some(limit)));
        assert_eq!(told(1).as_deref(), Some("halted, its 1 restart is used up"));
        assert_eq!(
            told(2).as_deref(),
            Some("halted, its 2 restarts are used up")
        );
        let goes_on = reaction(&raised(1, "restart", None));
        assert_eq!(goes_on.as_deref(), Some("restarted"));
    }

    #[test]
    fn a_fault_says_the_line_that_it_came_from() {
        let line = SourceLine {
            file: "src/main.rs",
            line: 12,
        };
        let faults = one_of_each().into_iter();
        let mut faults = faults.filter(|it| matches!(it, EventKind::Fault { .. }));
        let fault = detail(&faults.next().unwrap(), Some(line));
        let expected = "store page fault at 0x80000000, pc 0x1000 (src/main.rs:12): halted";
        assert_eq!(fault, expected);
    }

    #[test]
    fn calls_say_which_and_what_came_of_it() {
        let mut it = crate::trace::sample::call(10, "ping", 6);
        assert_eq!(call(&it), "now (call 6): ok");
        it.status = Some(99);
        assert_eq!(call(&it), "now (call 6): status 99");
        it.status = None;
        it.registers.x[17] = 77;
        assert_eq!(call(&it), "no such call (call 77)");
    }

    #[test]
    fn durations_take_the_unit_that_suits_them() {
        let cases = [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1 us"),
            (12_500, "12.5 us"),
        ];
        for (ns, text) in cases {
            assert_eq!(duration(ns), text);
        }
        assert_eq!(duration(1_001_000), "1.001 ms");
        assert_eq!(duration(2_000_000_000), "2 s");
        assert_eq!(duration(3_091_234_567), "3.091 s");
        assert_eq!(exact_duration(3_091_200_000), "3.0912 s");
        assert_eq!(exact_duration(1_000_007), "1.000007 ms");
    }
}
