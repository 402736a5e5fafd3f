//! `exchange` and sampling channels in the trace.

use crate::common::asm::{li, store};
use crate::common::program::{
    A0, CALL, EXCHANGE, T0, call, exactly, exchange, reads, receives, repeated, run, sends, spin,
    wait_forever, writes,
};
use crate::common::story;
use crate::common::systems::{MS, build, channel, is_of, model, queuing, system};
use septum_abi::address::port_buffer;
use septum_abi::call::{Call, NEVER, POLL};
use septum_abi::pin::Pin;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawChannel, RawChannelKind};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::Simulation;

/// How long a value is valid.
const VALIDITY_NS: u64 = 50_000;

/// Partitions with their programs and ports.
type Guests<'a> = &'a [(&'a str, Vec<u32>, Vec<Pin>)];

/// A run of partitions in one window, the most important first.
fn ran(guests: Guests<'_>, channels: Vec<RawChannel>, until_ns: u64) -> Vec<Event> {
    let mut programs = Programs::new();
    let mut partitions = Vec::new();
    for (name, code, pins) in guests {
        let mut partition = model(name, Vec::new());
        run(&mut partition, &mut programs, code, pins);
        partitions.push(partition);
    }
    let names: Vec<&str> = guests.iter().map(|(name, ..)| *name).collect();
    let raw = system(partitions, channels, &[(MS, &names)]);
    let (plan, image) = build(&raw, &programs);
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
    simulation.run_until(until_ns).expect("the engine holds");
    let events = simulation.drain_events();
    story::check(&raw, &plan, &events);
    events
}

const fn sampled() -> RawChannelKind {
    RawChannelKind::Sampling {
        message_bytes: 8,
        validity_ns: VALIDITY_NS,
    }
}

/// In [`FILL`] instructions, 8 bytes in the buffer of a port.
fn fill(port: u64, bytes: [u8; 8]) -> Vec<u32> {
    let mut words = li(T0, port_buffer(port));
    words.extend(li(A0, u64::from_le_bytes(bytes)));
    words.push(store(3, A0, T0, 0));
    words
}

const FILL: u64 = 23;

/// What a partition did, in words: name, instructions and what.
fn told(events: &[Event], names: &[&str]) -> Vec<String> {
    let named = events
        .iter()
        .filter(|event| names.iter().any(|name| is_of(event, name)));
    named
        .map(|event| {
            let who = event.partition.as_deref().expect("a partition");
            format!("{who} {} {}", event.instructions, in_words(&event.kind))
        })
        .collect()
}

fn in_words(kind: &EventKind) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match kind {
        EventKind::Dispatch => "runs".to_owned(),
        EventKind::Preempt => "gives way".to_owned(),
        EventKind::Block { ports, .. } => format!("waits for {}", ports.join(" ")),
        EventKind::Wake { timeout } => format!("wakes, timeout {timeout}"),
        EventKind::Send {
            channel,
            port,
            bytes,
            status,
            length,
        } => format!("send {channel}.{port} {length} {:?} {status}", text(bytes)),
        EventKind::Receive {
            channel,
            port,
            bytes,
            status,
            length,
        } => format!(
            "receive {channel}.{port} {length} {:?} {status}",
            text(bytes)
        ),
        EventKind::SampleWrite {
            channel,
            port,
            bytes,
            status,
            length,
        } => format!("write {channel}.{port} {length} {:?} {status}", text(bytes)),
        EventKind::SampleRead {
            channel,
            port,
            bytes,
            status,
            length,
            ..
        } => format!("read {channel}.{port} {length} {:?} {status}", text(bytes)),
        other => format!("{other:?}"),
    }
}

/// `there` from client to server, `back` the other way; ports 0 and 1 of both.
fn there_and_back(depth: u64) -> Vec<RawChannel> {
    vec![
        channel("there", queuing(8, depth), "client.out", "server.in"),
        channel("back", queuing(8, depth), "server.out", "client.in"),
    ]
}

fn client_pins() -> Vec<Pin> {
    vec![sends("out", 8), receives("in", 8)]
}

fn server_pins() -> Vec<Pin> {
    vec![receives("in", 8), sends("out", 8)]
}

#[test]
fn an_exchange_is_a_send_then_a_wait_then_a_receive() {
    let mut client = fill(0, *b"question");
    client.extend(exchange([0, 8], [1, NEVER]));
    client.extend(wait_forever());
    let mut server = call(Call::Receive.number(), [0, NEVER]);
    server.extend(fill(1, *b"answer  "));
    server.extend(exchange([1, 6], [0, NEVER]));
    let guests = [
        ("server", server, server_pins()),
        ("client", client, client_pins()),
    ];
    let events = ran(&guests, there_and_back(2), MS);
    let (asked, answered) = (FILL + EXCHANGE, CALL + FILL + EXCHANGE);
    let expected = [
        "server 0 runs".to_owned(),
        format!("server {CALL} waits for in"),
        "client 0 runs".to_owned(),
        format!("client {asked} send there.out 8 \"question\" ok"),
        format!("client {asked} waits for in"),
        format!("server {CALL} wakes, timeout false"),
        format!("server {CALL} runs"),
        format!("server {CALL} receive there.in 8 \"question\" ok"),
        format!("server {answered} send back.out 6 \"answer\" ok"),
        format!("server {answered} waits for in"),
        format!("client {asked} wakes, timeout false"),
        format!("client {asked} runs"),
        format!("client {asked} receive back.in 6 \"answer\" ok"),
        format!("client {} waits for ", asked + CALL),
    ];
    assert_eq!(told(&events, &["client", "server"]), expected);
    let at = |position: usize| {
        let own = events.iter().filter(|event| event.partition.is_some());
        own.map(|event| event.time_ns)
            .nth(position)
            .expect("it is told")
    };
    // Sent, waiting and the other one awake at one instant: after the instruction.
    assert_eq!((at(3), at(4), at(5)), (at(2) + asked, at(3), at(3)));
    assert_eq!((at(6), at(8)), (at(7), at(6) + FILL + EXCHANGE));
    assert_eq!((at(9), at(10), at(11)), (at(8), at(8), at(12)));
}

/// What a client alone is told after these calls, without its dispatch and its last wait.
fn alone(code: &[Vec<u32>], depth: u64) -> Vec<String> {
    let mut client = code.concat();
    client.extend(wait_forever());
    let guests = [
        ("client", client, client_pins()),
        ("server", wait_forever(), server_pins()),
    ];
    let events = ran(&guests, there_and_back(depth), MS);
    let words = told(&events, &["client"]);
    words[1..words.len() - 1].to_vec()
}

#[test]
fn an_exchange_that_sends_nothing_receives_nothing() {
    let code = [
        exchange([0, 9], [1, NEVER]),
        exchange([1, 8], [1, NEVER]),
        exchange([1 << 32, 8], [1, NEVER]),
        call(Call::Send.number(), [0, 0]),
        exchange([0, 0], [1, NEVER]),
    ];
    let last = 4 * EXCHANGE + CALL;
    let expected = [
        format!("client {EXCHANGE} send there.out 9 \"\" bad_length"),
        format!("client {} send back.in 8 \"\" bad_port", 2 * EXCHANGE),
        format!("client {} send .4294967296 8 \"\" bad_port", 3 * EXCHANGE),
        format!("client {} send there.out 0 \"\" ok", 3 * EXCHANGE + CALL),
        format!("client {last} send there.out 0 \"\" full"),
    ];
    assert_eq!(alone(&code, 1), expected);
}

#[test]
fn an_exchange_tells_why_nothing_came() {
    let code = [
        exchange([0, 0], [1, POLL]),
        exchange([0, 0], [0, NEVER]),
        exchange([0, 0], [77, NEVER]),
        // Long ago.
        exchange([0, 0], [1, 1]),
    ];
    let words = alone(&code, 4);
    let came: Vec<&str> = words
        .iter()
        .map(|line| line.split_once(' ').unwrap().1)
        .collect();
    // What cannot receive does not send either.
    let expected: Vec<String> = [
        (1, "send there.out 0 \"\" ok"),
        (1, "receive back.in 0 \"\" empty"),
        (2, "send there.out 0 \"\" bad_port"),
        (3, "send there.out 0 \"\" bad_port"),
        (4, "send there.out 0 \"\" ok"),
        (4, "receive back.in 0 \"\" empty"),
    ]
    .iter()
    .map(|(count, came)| format!("{} {came}", count * EXCHANGE))
    .collect();
    assert_eq!(came, expected);
}

#[test]
fn an_exchange_that_wakes_somebody_more_important_gives_way_with_its_answer() {
    // The server answers before it is asked.
    let mut server = call(Call::Send.number(), [1, 3]);
    server.extend(call(Call::Receive.number(), [0, NEVER]));
    server.extend(exactly(500));
    server.extend(wait_forever());
    let mut client = exchange([0, 1], [1, NEVER]);
    client.extend(wait_forever());
    let guests = [
        ("server", server, server_pins()),
        ("client", client, client_pins()),
    ];
    let events = ran(&guests, there_and_back(2), MS);
    let expected = [
        "client 0 runs".to_owned(),
        format!("client {EXCHANGE} send there.out 1 \"\\0\" ok"),
        format!("client {EXCHANGE} gives way"),
        format!("client {EXCHANGE} runs"),
        format!("client {EXCHANGE} receive back.in 3 \"\\0\\0\\0\" ok"),
        format!("client {} waits for ", EXCHANGE + CALL),
    ];
    assert_eq!(told(&events, &["client"]), expected);
}

/// Somebody who reads a value before it is there, when it is new and when it is old, and
/// somebody less important who writes it.
fn sampling() -> Vec<Event> {
    let read = || call(Call::Receive.number(), [0, NEVER]);
    let bell = || call(Call::Wait.number(), [0b10, NEVER]);
    let reader = [read(), bell(), read(), spin(25_000), read(), wait_forever()].concat();
    let mut writer = fill(0, *b"21.5 deg");
    writer.extend(call(Call::Send.number(), [0, 9]));
    writer.extend(call(Call::Send.number(), [0, 4]));
    writer.extend(exactly(1_000));
    writer.extend(call(Call::Send.number(), [1, 0]));
    writer.extend(wait_forever());
    let guests = [
        (
            "reader",
            reader,
            vec![reads("value", 8), receives("bell", 8)],
        ),
        ("writer", writer, vec![writes("value", 8), sends("bell", 8)]),
    ];
    let channels = vec![
        channel("value", sampled(), "writer.value", "reader.value"),
        channel("bell", queuing(8, 1), "writer.bell", "reader.bell"),
    ];
    ran(&guests, channels, MS)
}

#[test]
fn a_sampling_channel_keeps_its_last_value() {
    let events = sampling();
    let values: Vec<String> = told(&events, &["reader", "writer"])
        .into_iter()
        .filter(|line| line.contains("value"))
        .collect();
    let written = FILL + CALL;
    let read = 3 * CALL;
    let expected = [
        format!("reader {CALL} read value.value 0 \"\" empty"),
        format!("writer {written} write value.value 9 \"\" bad_length"),
        format!("writer {} write value.value 4 \"21.5\" ok", written + CALL),
        format!("reader {read} read value.value 4 \"21.5\" ok"),
        format!(
            "reader {} read value.value 4 \"21.5\" stale",
            read + 11 + 50_000 + CALL
        ),
    ];
    assert_eq!(values, expected);
}

#[test]
fn a_value_has_its_age() {
    let events = sampling();
    let mut written_ns = 0;
    let mut ages = Vec::new();
    for event in &events {
        match &event.kind {
            EventKind::SampleWrite { status, .. } if status == "ok" => written_ns = event.time_ns,
            EventKind::SampleRead { age_ns, .. } => ages.push((event.time_ns, *age_ns)),
            _ => {}
        }
    }
    let [(_, None), (fresh_ns, Some(fresh)), (stale_ns, Some(stale))] = ages[..] else {
        panic!("{ages:?}");
    };
    // The kernel took the value less than two ticks after the call, and answers a read in less
    // than three.
    for (told_ns, age_ns) in [(fresh_ns, fresh), (stale_ns, stale)] {
        let since = told_ns - written_ns;
        assert!(
            age_ns <= since + 100 && since < age_ns + 500,
            "{since} {age_ns}"
        );
    }
    assert!((1_000..VALIDITY_NS).contains(&fresh), "{fresh}");
    assert!(stale > VALIDITY_NS, "{stale}");
}

#[test]
fn a_sample_may_be_the_first_half_of_an_exchange_and_not_the_second() {
    let first = exchange([0, 8], [2, POLL]);
    let second = exchange([0, 8], [3, POLL]);
    let client = repeated([fill(0, *b"position"), first, second].concat());
    let client_pins = vec![
        writes("out", 8),
        sends("ask", 8),
        receives("back", 8),
        reads("news", 8),
    ];
    let server_pins = vec![
        reads("out", 8),
        receives("ask", 8),
        sends("back", 8),
        writes("news", 8),
    ];
    let guests = [
        ("client", client, client_pins),
        ("server", wait_forever(), server_pins),
    ];
    let channels = vec![
        channel("there", sampled(), "client.out", "server.out"),
        channel("ask", queuing(8, 1), "client.ask", "server.ask"),
        channel("back", queuing(8, 1), "server.back", "client.back"),
        channel("news", sampled(), "server.news", "client.news"),
    ];
    let events = ran(&guests, channels, MS / 2);
    let words = told(&events, &["client"]);
    let executed = FILL + EXCHANGE;
    let expected = [
        "client 0 runs".to_owned(),
        format!("client {executed} write there.out 8 \"position\" ok"),
        format!("client {executed} receive back.back 0 \"\" empty"),
        format!(
            "client {} write there.out 8 \"position\" bad_port",
            executed + EXCHANGE
        ),
    ];
    assert_eq!(words[..4], expected);
}
