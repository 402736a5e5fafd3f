//! The designs that are measured. Each does one thing again and again.

use septum_abi::call::{Call, NEVER, POLL};
use septum_core::spec::{RawChannelKind, RawInterrupt, RawMmu, RawStep};
use septum_guest::asm::{ECALL, add, addi, andi, bne, li, load, slli, srli, store};
use septum_guest::program::{
    A0, A1, A7, S0, S1, T0, call, call_with, forever, is_interrupted, is_signalled, receives,
    repeated, sends, signals, spin, wait_forever,
};

use super::draft::Draft;

/// Length of windows in which nothing is urgent.
const WINDOW_NS: u64 = 40_000;
/// Length of windows of which there must be many.
const SHORT_NS: u64 = 5_000;
const MESSAGE: u64 = 64;
const QUEUE: RawChannelKind = RawChannelKind::Queuing {
    message_bytes: MESSAGE,
    depth: 64,
};

/// A partition reads the clock.
pub(super) fn reads_the_clock() -> Draft {
    let mut draft = Draft::new();
    draft.program("caller", &repeated(call(Call::Now.number(), [0, 0])), &[]);
    draft.window(WINDOW_NS, &["caller"]);
    draft
}

/// A partition signals to one of another window.
pub(super) fn signals_elsewhere() -> Draft {
    let mut draft = Draft::new();
    let code = repeated(call(Call::Signal.number(), [0, 0]));
    draft.program("sender", &code, &[signals("bell")]);
    draft.program("receiver", &wait_forever(), &[is_signalled("bell")]);
    draft.channel("bell", RawChannelKind::Signal, "sender", "receiver");
    draft.window(WINDOW_NS, &["sender"]);
    draft.window(WINDOW_NS, &["receiver"]);
    draft
}

/// A partition sends to one of another window, which takes everything there.
pub(super) fn sends_elsewhere() -> Draft {
    let mut draft = Draft::new();
    let mut code = call(Call::Send.number(), [0, MESSAGE]);
    code.extend(spin(WINDOW_NS / 32));
    draft.program("sender", &repeated(code), &[sends("data", 64)]);
    let code = repeated(call(Call::Receive.number(), [0, POLL]));
    draft.program("receiver", &code, &[receives("data", 64)]);
    draft.channel("data", QUEUE, "sender", "receiver");
    draft.window(WINDOW_NS, &["sender"]);
    draft.window(WINDOW_NS, &["receiver"]);
    draft
}

/// A client asks and a server of the same window answers, each with one call.
pub(super) fn exchanges() -> Draft {
    let mut draft = Draft::new();
    let exchange = repeated(call_with(Call::Exchange.number(), &[0, MESSAGE, 1, NEVER]));
    let pins = |out, into| [sends(out, 64), receives(into, 64)];
    draft.program("client", &exchange, &pins("ask", "answer"));
    let mut server = call(Call::Receive.number(), [1, NEVER]);
    server.extend(exchange);
    draft.program("server", &server, &pins("answer", "ask"));
    draft.channel("ask", QUEUE, "client", "server");
    draft.channel("answer", QUEUE, "server", "client");
    draft.window(25 * WINDOW_NS, &["client", "server"]);
    draft
}

/// Two partitions compute, each in its own window.
pub(super) fn switches() -> Draft {
    let mut draft = Draft::new();
    for name in ["left", "right"] {
        let compute = RawStep::Compute { ns: 1_000_000 };
        draft.model(
            name,
            vec![RawStep::Loop { times: None }, compute, RawStep::End],
        );
        draft.window(2 * SHORT_NS, &[name]);
    }
    draft
}

/// The same on a machine without an MMU that has eight PMP entries.
pub(super) fn switches_without_mmu() -> Draft {
    let mut draft = switches();
    let isolation = &mut draft.raw.machine.isolation;
    (isolation.mmu, isolation.asid_bits, isolation.pmp_entries) = (RawMmu::Bare, 0, 8);
    draft
}

/// A crowd of which everybody but the last waits most of the time, each for another time; the
/// first one also for the second one's signal. The last one computes. Windows with all of
/// them, with the last one, and with the first and the last one.
pub(super) fn crowd(partitions: u64) -> Draft {
    let mut draft = Draft::new();
    let names: Vec<String> = (0..partitions).map(|number| format!("p{number}")).collect();
    let last = names.len() - 1;
    for (name, number) in names[..last].iter().zip(0..) {
        let (code, pin) = match number {
            0 => (sleeper(1, 0, None), is_signalled("bell")),
            1 => (sleeper(0, number, Some(0)), signals("bell")),
            _ => (sleeper(0, number, None), is_signalled("none")),
        };
        let pins = if number < 2 { &[pin][..] } else { &[] };
        draft.program(name, &code, pins);
    }
    draft.program(&names[last], &forever(), &[]);
    if last > 1 {
        draft.channel("bell", RawChannelKind::Signal, "p1", "p0");
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let long = if last == 0 { SHORT_NS } else { 5 * WINDOW_NS };
    draft.window(long, &names);
    draft.window(SHORT_NS, &names[last..]);
    if last > 0 {
        draft.window(WINDOW_NS, &[names[0], names[last]]);
    }
    draft
}

/// Waits for these ports, at most for a time that depends on the number, signals, and
/// computes a little.
fn sleeper(ports: u64, number: u64, bell: Option<u64>) -> Vec<u32> {
    let mut code = call(Call::Now.number(), [0, 0]);
    code.extend(li(T0, 150 + 37 * number));
    code.push(add(A1, A1, T0));
    code.extend(li(A0, ports));
    code.extend([addi(A7, 0, 0), ECALL]);
    if let Some(port) = bell {
        code.extend(call(Call::Signal.number(), [port, 0]));
    }
    code.extend(spin(10 + 7 * number));
    repeated(code)
}

/// Registers of the clock whose alarm interrupts.
const ALARM_LOW: i32 = 0x08;
const ALARM_HIGH: i32 = 0x0c;
const ENABLE: i32 = 0x10;
const CLEAR: i32 = 0x1c;
/// From one alarm to the next.
const ALARM_NS: u64 = 10_000;

/// A driver waits for an alarm; somebody less important of the same window computes.
pub(super) fn interrupts() -> Draft {
    let mut draft = Draft::new();
    let clock = draft.raw.machine.devices.iter();
    let clock = clock.clone().find(|device| device.name == "rtc");
    let (base, source) = clock.map_or((0, 0), |device| (device.base, device.interrupts[0]));
    let driver = draft.program("driver", &alarm_driver(base), &[is_interrupted("alarm")]);
    driver.devices.push("rtc".to_owned());
    driver.interrupts.push(RawInterrupt {
        port: "alarm".to_owned(),
        device: "rtc".to_owned(),
        source,
    });
    draft.program("other", &forever(), &[]);
    draft.window(25 * WINDOW_NS, &["driver", "other"]);
    draft
}

/// Sets an alarm and waits for it, for ever.
fn alarm_driver(base: u64) -> Vec<u32> {
    let (word_load, word_store) = (6, 2);
    let mut code = li(S0, base);
    code.extend([addi(A0, 0, 1), store(word_store, A0, S0, ENABLE)]);
    let mut again = vec![load(word_load, S1, S0, 0), load(word_load, A0, S0, 4)];
    again.extend([slli(A0, A0, 32), add(S1, S1, A0)]);
    again.extend(li(T0, ALARM_NS));
    again.extend([add(S1, S1, T0), srli(A0, S1, 32)]);
    again.extend([
        store(word_store, A0, S0, ALARM_HIGH),
        store(word_store, S1, S0, ALARM_LOW),
    ]);
    again.extend(call(Call::Wait.number(), [1, NEVER]));
    again.push(store(word_store, A0, S0, CLEAR));
    again.extend(call(Call::Acknowledge.number(), [0, 0]));
    code.extend(repeated(again));
    code
}

/// Five partitions with a channel from each to the next.
pub(super) fn five() -> Draft {
    let mut draft = Draft::new();
    let names = ["p0", "p1", "p2", "p3", "p4"];
    for (number, name) in names.iter().enumerate() {
        let next = (number + 1) % names.len();
        let pins = [sends(name, 64), receives(names[(number + 4) % 5], 64)];
        draft.program(name, &forever(), &pins);
        draft.channel(name, QUEUE, name, names[next]);
        draft.window(WINDOW_NS, &[name]);
    }
    draft
}

/// Somebody calls everything at ever other moments of its window, with somebody more important
/// in the same window and somebody in the next one who take what it sends. Nobody is ever
/// without somebody less important who computes.
pub(super) fn everything() -> Draft {
    let mut draft = Draft::new();
    draft.program("peer", &taker(None), &[receives("wake", 64)]);
    let pins = [
        sends("wake", 64),
        sends("late", 64),
        receives("gift", 64),
        signals("bell"),
    ];
    draft.program("worker", &worker(), &pins);
    let pins = [
        receives("late", 64),
        sends("gift", 64),
        is_signalled("bell"),
    ];
    draft.program("heir", &taker(Some(1)), &pins);
    draft.program("rest", &forever(), &[]);
    draft.channel("wake", QUEUE, "worker", "peer");
    draft.channel("late", QUEUE, "worker", "heir");
    draft.channel("gift", QUEUE, "heir", "worker");
    draft.channel("bell", RawChannelKind::Signal, "worker", "heir");
    draft.window(2 * SHORT_NS, &["peer", "worker", "rest"]);
    draft.window(2 * SHORT_NS, &["peer", "heir", "rest"]);
    draft
}

/// Takes every message of port 0, and sends one on another port after each.
fn taker(gift: Option<u64>) -> Vec<u32> {
    let mut code = call(Call::Receive.number(), [0, NEVER]);
    if let Some(port) = gift {
        code.extend(call(Call::Send.number(), [port, MESSAGE]));
    }
    repeated(code)
}

/// Every call that comes back, one after another, then a pause that is longer each time.
fn worker() -> Vec<u32> {
    let mut code = Vec::new();
    for (number, arguments) in [
        (Call::Send, [0, MESSAGE]),
        (Call::Send, [1, MESSAGE]),
        (Call::Receive, [2, POLL]),
        (Call::Signal, [3, 0]),
        (Call::Now, [0, 0]),
        (Call::Wait, [0, POLL]),
    ] {
        code.extend(call(number.number(), arguments));
    }
    code.extend([addi(S0, S0, 1), andi(S0, S0, 255), addi(T0, S0, 1)]);
    code.extend([addi(T0, T0, -1), bne(T0, 0, -4)]);
    repeated(code)
}
