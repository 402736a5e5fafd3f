//! The designs that are measured. Each does one thing again and again.

use septum_abi::address::LOG_BUFFER;
use septum_abi::call::{Call, NEVER, POLL};
use septum_core::health::RawHealthAction;
use septum_core::spec::{RawChannelKind, RawInterrupt, RawMmu, RawStep};
use septum_guest::asm::{EBREAK, ECALL, add, addi, andi, bne, li, load, slli, srli, store};
use septum_guest::program::{
    A0, A1, A7, S0, S1, T0, T1, call, exchange, forever, is_interrupted, is_signalled, receives,
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

/// A client asks and a server of the same window answers, each with one call. Ports are
/// numbered in the order of the channels.
pub(super) fn exchanges() -> Draft {
    let mut draft = Draft::new();
    let (ask, answer) = (0, 1);
    let client = repeated(exchange([ask, MESSAGE], [answer, NEVER]));
    let pins = |out, into| [sends(out, 64), receives(into, 64)];
    draft.program("client", &client, &pins("ask", "answer"));
    let mut server = call(Call::Receive.number(), [ask, NEVER]);
    server.extend(repeated(exchange([answer, MESSAGE], [ask, NEVER])));
    draft.program("server", &server, &pins("answer", "ask"));
    draft.channel("ask", QUEUE, "client", "server");
    draft.channel("answer", QUEUE, "server", "client");
    draft.window(25 * WINDOW_NS, &["client", "server"]);
    draft
}

/// The same, until the client has had so many answers; then the machine is switched off.
pub(in crate::cli::bench) fn ping_pong(times: u64) -> Draft {
    let mut draft = exchanges();
    let mut code = li(S0, times);
    let body = exchange([0, MESSAGE], [1, NEVER]);
    let back = i32::try_from(4 * (body.len() + 1)).unwrap_or(i32::MAX);
    code.extend(body);
    code.extend([addi(S0, S0, -1), bne(S0, 0, -back), EBREAK]);
    draft.replace(0, &code, &[sends("ask", 64), receives("answer", 64)]);
    draft.raw.partitions[0].health.hardware_fault = RawHealthAction::PowerOff;
    draft.raw.partitions[0].health.illegal_request = RawHealthAction::PowerOff;
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
/// first one also for the second one's signal. The last one computes. A window with all of
/// them, and one with the last one, in turn.
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
    draft
}

/// Waits for these ports, at most for a time that depends on the number and a little on the
/// moment, signals, and computes a little.
fn sleeper(ports: u64, number: u64, bell: Option<u64>) -> Vec<u32> {
    let mut code = call(Call::Now.number(), [0, 0]);
    code.push(andi(T1, A1, 31));
    code.extend(li(T0, 150 + 37 * number));
    code.extend([add(A1, A1, T0), add(A1, A1, T1)]);
    code.extend(li(A0, ports));
    code.extend([addi(A7, 0, 0), ECALL]);
    if let Some(port) = bell {
        code.extend(call(Call::Signal.number(), [port, 0]));
    }
    code.extend(spin(10 + 7 * number));
    repeated(code)
}

/// Sleeps until so many ticks after the next multiple of 1024.
fn sleeps(ticks: i32) -> Vec<u32> {
    let mut code = call(Call::Now.number(), [0, 0]);
    code.extend([srli(A1, A1, 10), addi(A1, A1, 1), slli(A1, A1, 10)]);
    code.extend([addi(A1, A1, ticks), addi(A0, 0, 0), addi(A7, 0, 0), ECALL]);
    code
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

/// Windows in which the longest message is nothing.
const LONG_NS: u64 = 4 * WINDOW_NS;

/// Somebody sends and receives messages of this length at ever other moments of its window,
/// with somebody more important in the same window and somebody in the next one who take what
/// it sends.
pub(super) fn talks(size: u32) -> Draft {
    let mut draft = Draft::new();
    let length = u64::from(size);
    let taker = |gift| repeated(taken(gift, length));
    draft.program("peer", &taker(None), &[receives("wake", size)]);
    let pins = [
        sends("wake", size),
        sends("late", size),
        receives("gift", size),
        signals("bell"),
    ];
    draft.program("worker", &talker(length), &pins);
    let pins = [
        receives("late", size),
        sends("gift", size),
        is_signalled("bell"),
    ];
    draft.program("heir", &taker(Some(1)), &pins);
    draft
        .program("rest", &forever(), &[])
        .devices
        .push("uart".to_owned());
    let kind = RawChannelKind::Queuing {
        message_bytes: length,
        depth: 4,
    };
    draft.channel("wake", kind, "worker", "peer");
    draft.channel("late", kind, "worker", "heir");
    draft.channel("gift", kind, "heir", "worker");
    draft.channel("bell", RawChannelKind::Signal, "worker", "heir");
    draft.window(LONG_NS, &["peer", "worker", "heir", "rest"]);
    draft.window(LONG_NS, &["peer", "heir", "rest"]);
    draft
}

/// Takes a message of port 0, and sends one on another port.
fn taken(gift: Option<u64>, length: u64) -> Vec<u32> {
    let mut code = call(Call::Receive.number(), [0, NEVER]);
    if let Some(port) = gift {
        code.extend(call(Call::Send.number(), [port, length]));
    }
    code
}

/// Every call that comes back, one after another, then a pause that is longer each time.
fn talker(length: u64) -> Vec<u32> {
    let mut code = Vec::new();
    code.extend(call(Call::Send.number(), [0, length]));
    for deadline in [POLL, NEVER] {
        code.extend(exchange([1, length], [2, deadline]));
    }
    code.extend(call(Call::Signal.number(), [3, 0]));
    code.extend(longer_each_time());
    repeated(code)
}

/// A pause that is longer each time, up to some.
fn longer_each_time() -> Vec<u32> {
    let mut code = vec![addi(S0, S0, 1), andi(S0, S0, 255), addi(T0, S0, 1)];
    code.extend([addi(T0, T0, -1), bne(T0, 0, -4)]);
    code
}

/// Somebody logs the longest text again and again, and somebody of another window faults and
/// is restarted.
pub(super) fn logs() -> Draft {
    let mut draft = Draft::new();
    let mut code = li(S1, LOG_BUFFER);
    code.extend(li(S0, u64::from_le_bytes(*b"a text. ")));
    for word in 0..32 {
        code.push(store(3, S0, S1, 8 * word));
    }
    let mut log = call(Call::Log.number(), [256, 0]);
    log.extend(spin(2_000));
    log.extend(longer_each_time());
    code.extend(repeated(log));
    draft.program("logger", &code, &[]).permissions.log = true;
    let mut code = spin(200);
    code.push(EBREAK);
    let health = &mut draft.program("faulter", &code, &[]).health;
    health.hardware_fault = RawHealthAction::Restart;
    health.illegal_request = RawHealthAction::Restart;
    draft.window(LONG_NS, &["logger"]);
    draft.window(LONG_NS, &["faulter"]);
    draft
}

/// A deadline that is always kept.
const RARELY_NS: u64 = 1_000_000_000;

/// In a window of many, all but the last two wait for ever. Of those the first one may run just
/// after it was decided that the last one does, which has a deadline that it keeps.
pub(super) fn waits_in_a_crowd() -> Draft {
    let mut draft = Draft::new();
    let names: Vec<String> = (0..32).map(|number| format!("p{number}")).collect();
    let last = names.len() - 1;
    for name in &names[..last - 1] {
        draft.program(name, &wait_forever(), &[]);
    }
    draft.raw.partitions[0].devices.push("uart".to_owned());
    draft.program(&names[last - 1], &repeated(sleeps(2)), &[]);
    let sleeping = draft.program(&names[last], &repeated(sleeps(0)), &[]);
    sleeping.deadline_ns = Some(RARELY_NS);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    draft.window(25 * WINDOW_NS, &names);
    draft
}

/// In a window of many, all but the last two wait for ever. The last one, which has a deadline,
/// takes a message that somebody of another window has sent, just when the one before it may
/// run again.
pub(super) fn receives_in_a_crowd() -> Draft {
    let mut draft = Draft::new();
    let names: Vec<String> = (0..32).map(|number| format!("p{number}")).collect();
    let last = names.len() - 1;
    for name in &names[..last - 1] {
        draft.program(name, &wait_forever(), &[]);
    }
    draft.raw.partitions[0].devices.push("uart".to_owned());
    draft.program(&names[last - 1], &restless(), &[]);
    let code = repeated(call(Call::Receive.number(), [0, NEVER]));
    let receiving = draft.program(&names[last], &code, &[receives("mail", 64)]);
    receiving.deadline_ns = Some(RARELY_NS);
    let mut code = call(Call::Send.number(), [0, 63]);
    code.extend(sleeps(0));
    draft.program("sender", &repeated(code), &[sends("mail", 64)]);
    draft.channel("mail", QUEUE, "sender", &names[last]);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    // So that each frame begins at another time than the one before, for the one who looks at
    // the lowest bits of it.
    draft.window(WINDOW_NS + 100, &["sender"]);
    draft.window(WINDOW_NS, &names);
    draft
}

/// Sleeps for up to 31 ticks, for ever.
fn restless() -> Vec<u32> {
    let mut code = call(Call::Now.number(), [0, 0]);
    code.extend([andi(T0, A1, 31), add(A1, A1, T0)]);
    code.extend([addi(A0, 0, 0), addi(A7, 0, 0), ECALL]);
    repeated(code)
}

/// A window of a driver, of somebody who faults and is restarted at ever other moments, of some
/// who wait for ever, and of somebody who waits for ever other times with a deadline.
pub(super) fn faults() -> Draft {
    let mut draft = interrupts();
    draft.raw.schedules[0].windows.clear();
    draft.raw.schedules[0].major_frame_ns = 0;
    draft.raw.partitions[1].devices.push("uart".to_owned());
    let names = [
        "driver", "w0", "w1", "w2", "w3", "faulter", "sleeper", "other",
    ];
    for name in &names[1..5] {
        draft.program(name, &wait_forever(), &[]);
    }
    let mut code = call(Call::Now.number(), [0, 0]);
    code.extend([andi(T0, A1, 31), addi(T0, T0, 1)]);
    code.extend([addi(T0, T0, -1), bne(T0, 0, -4), EBREAK]);
    let health = &mut draft.program("faulter", &code, &[]).health;
    health.hardware_fault = RawHealthAction::Restart;
    health.illegal_request = RawHealthAction::Restart;
    health.restart.backoff_ns = 7_000;
    let sleeping = draft.program("sleeper", &sleeper(0, 11, None), &[]);
    sleeping.deadline_ns = Some(RARELY_NS);
    draft.window(25 * WINDOW_NS, &names);
    draft
}
