//! Events in words: for the event list and for `septum run`.

use septum_core::programs::SourceLine;
use septum_simulator::event::EventKind;
use septum_simulator::system_call::SystemCall;

use super::source;

/// What an event carries, in one line; of a fault with the line that it came from, where there
/// is one.
#[must_use]
pub fn detail(event: &EventKind, line: Option<SourceLine<'_>>) -> String {
    match event {
        EventKind::Window { index, frame } => format!("{index} of frame {frame}"),
        EventKind::Dispatch | EventKind::Preempt | EventKind::Exit => String::new(),
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
        } => message(channel, port, bytes, status),
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
        EventKind::Fault {
            cause,
            pc,
            value,
            action,
            ..
        } => {
            let line = line.map_or(String::new(), |line| format!(" ({})", source::words(line)));
            format!("{cause} at {value:#x}, pc {pc:#x}{line}: {action}")
        }
        EventKind::Stop { code, reason } => format!("exit code {code}: {reason}"),
    }
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

fn block(ports: &[String], deadline_ns: Option<u64>) -> String {
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
        let text = ToOwned::to_owned;
        vec![
            EventKind::Window { index: 1, frame: 2 },
            EventKind::Dispatch,
            EventKind::Preempt,
            EventKind::Block {
                ports: vec![text("in")],
                deadline_ns: Some(1_500_000),
            },
            EventKind::Wake { timeout: true },
            EventKind::Send {
                channel: text("request"),
                port: text("out"),
                length: 3,
                bytes: b"hi\n".to_vec(),
                status: text("ok"),
            },
            EventKind::Receive {
                channel: text("request"),
                port: text("in"),
                length: 0,
                bytes: vec![],
                status: text("empty"),
            },
            EventKind::Signal {
                channel: text("go"),
                port: text("out"),
                status: text("ok"),
            },
            EventKind::InterruptRaised {
                device: text("uart"),
                source: 10,
            },
            EventKind::InterruptDelivered {
                port: text("rx"),
                source: 10,
            },
            EventKind::InterruptAcknowledged {
                port: text("rx"),
                source: 10,
            },
            EventKind::Log {
                bytes: b"hello".to_vec(),
                status: text("full"),
            },
            EventKind::DeniedCall { number: 12 },
            EventKind::Fault {
                cause: text("store page fault"),
                code: 15,
                pc: 0x1000,
                value: 0x8000_0000,
                action: text("halt"),
            },
            EventKind::Exit,
            EventKind::Stop {
                code: 3,
                reason: text("kernel exception"),
            },
        ]
    }

    #[test]
    fn every_kind_says_what_it_carries() {
        let events = one_of_each();
        let lines: Vec<String> = events.iter().map(|it| detail(it, None)).collect();
        let expected = [
            "1 of frame 2",
            "",
            "",
            "on in, until 1.500000 ms",
            "deadline passed",
            r#"request "hi\n" (port out, 3 bytes)"#,
            "request (port in) empty",
            "go (port out)",
            "uart, source 10",
            "port rx, source 10",
            "port rx, source 10",
            r#""hello" full"#,
            "call 12",
            "store page fault at 0x80000000, pc 0x1000: halt",
            "",
            "exit code 3: kernel exception",
        ];
        assert_eq!(lines, expected);
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
        let expected = "store page fault at 0x80000000, pc 0x1000 (src/main.rs:12): halt";
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
