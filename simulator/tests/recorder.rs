//! The recorder against the kernel that ships: what the trace says is what happened.

mod common;

use common::program::{A0, T0, call, exactly, run, sends, wait_forever};
use common::random::Random;
use common::starters::{self, Starter};
use common::story;
use common::systems::{
    MS, boot, build, channel, events, find, is_of, line, model, ping_pong, queuing, system,
};
use septum_abi::address::{LOG_BUFFER, port_buffer};
use septum_abi::call::Call;
use septum_abi::state::{Activity, PartitionState, QueueState, log_record_bytes};
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawChannel, RawChannelKind, RawPayload, RawStep, RawSystem};
use septum_simulator::console::ConsoleByte;
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::Simulation;

/// The events of a starter system.
fn starter_events(starter: &Starter, until_ns: u64) -> (Simulation, Vec<Event>) {
    let (plan, image) = build(&starter.raw, &starter.programs);
    let mut simulation = Simulation::boot(&plan, &image, &starter.scenario).expect("it boots");
    simulation.run_until(until_ns).expect("the engine holds");
    let events = simulation.drain_events();
    story::check(&starter.raw, &plan, &events);
    (simulation, events)
}

/// The events of a partition.
fn of<'a>(events: &'a [Event], partition: &str) -> Vec<&'a Event> {
    events
        .iter()
        .filter(|event| is_of(event, partition))
        .collect()
}

fn text(text: &str) -> RawPayload {
    RawPayload::Text(text.to_owned())
}

fn numbered(text: &str) -> RawPayload {
    RawPayload::Numbered(text.to_owned())
}

fn send(port: &str, message: RawPayload) -> RawStep {
    RawStep::Send {
        port: port.to_owned(),
        message,
    }
}

fn receive(port: &str, timeout_ns: Option<u64>) -> RawStep {
    RawStep::Receive {
        port: port.to_owned(),
        timeout_ns,
    }
}

fn wait(ports: &[&str], timeout_ns: Option<u64>) -> RawStep {
    RawStep::Wait {
        ports: ports.iter().map(|port| (*port).to_owned()).collect(),
        timeout_ns,
    }
}

/// The steps, so often.
fn repeat(times: Option<u64>, steps: Vec<RawStep>) -> Vec<RawStep> {
    let mut all = vec![RawStep::Loop { times }];
    all.extend(steps);
    all.push(RawStep::End);
    all
}

#[test]
fn the_console_is_attributed() {
    let mut simulation = boot(&ping_pong());
    simulation.run_until(MS).unwrap();
    let printed = simulation.console();
    assert!(
        printed
            .iter()
            .all(|byte: &ConsoleByte| byte.partition == Some(0))
    );
    let text: Vec<u8> = printed.iter().map(|byte| byte.byte).collect();
    assert_eq!(text, b"pong 1\npong 2\npong 3");
    assert_eq!(simulation.uart_output(), b"0|pong 1\n0|pong 2\n0|pong 3\n");
}

#[test]
fn the_traces_of_the_starter_systems_keep_all_promises() {
    for starter in starters::all() {
        let (_, events) = starter_events(&starter, 20 * MS);
        assert!(events.len() > 100, "{}: {}", starter.raw.name, events.len());
    }
}

#[test]
fn messages_arrive_as_they_were_sent() {
    let events = events(&ping_pong(), 20 * MS);
    let sent = |name: &str| -> Vec<Vec<u8>> {
        let own = of(&events, name).into_iter();
        own.filter_map(|event| match &event.kind {
            EventKind::Send {
                bytes,
                length,
                status,
                port,
                ..
            } => {
                assert_eq!((status.as_str(), port.as_str()), ("ok", "out"));
                assert_eq!(u64::try_from(bytes.len()), Ok(*length));
                Some(bytes.clone())
            }
            _ => None,
        })
        .collect()
    };
    let received = |name: &str, from: &str| -> Vec<Vec<u8>> {
        let own = of(&events, name).into_iter();
        own.filter_map(|event| match &event.kind {
            EventKind::Receive {
                bytes,
                channel,
                port,
                status,
                ..
            } => {
                assert_eq!(
                    (channel.as_str(), port.as_str(), status.as_str()),
                    (from, "in", "ok")
                );
                Some(bytes.clone())
            }
            _ => None,
        })
        .collect()
    };
    let count = sent("ping").len();
    assert!(count > 40, "{count}");
    for (name, other, from) in [("ping", "pong", "there"), ("pong", "ping", "back")] {
        let said = (1..).map(|number| format!("{name} {number}").into_bytes());
        assert_eq!(sent(name), said.take(sent(name).len()).collect::<Vec<_>>());
        let heard = received(other, from);
        assert_eq!(heard, sent(name)[..heard.len()]);
        assert!(heard.len() + 1 >= count);
    }
}

#[test]
fn a_call_is_told_at_its_instruction_with_the_bytes_of_its_buffer() {
    let mut programs = Programs::new();
    let mut a = model("a", Vec::new());
    // 36 instructions fill a buffer, 34 make a call.
    let fill = |address: u64, bytes: [u8; 8]| {
        let mut words = common::asm::li(T0, address);
        words.extend(common::asm::li(A0, u64::from_le_bytes(bytes)));
        words.extend([
            common::asm::store(3, A0, T0, 0),
            common::asm::store(3, A0, T0, 8),
        ]);
        words.extend(exactly(12));
        words
    };
    let mut code = fill(port_buffer(0), *b"abcdefgh");
    code.extend(call(Call::Send.number(), [0, 13]));
    code.extend(fill(LOG_BUFFER, *b"01234567"));
    code.extend(exactly(1000));
    code.extend(call(Call::Log.number(), [9, 0]));
    code.extend(call(Call::Send.number(), [0, 17]));
    code.extend(call(Call::Send.number(), [99, 1]));
    code.extend(call(Call::Send.number(), [1 << 32, 1]));
    code.extend(call(Call::Log.number(), [257, 0]));
    code.extend(wait_forever());
    run(&mut a, &mut programs, &code, &[sends("out", 16)]);
    let b = model("b", vec![receive("in", None), wait(&[], None)]);
    let link = channel("link", queuing(16, 4), "a.out", "b.in");
    let raw = system(vec![a, b], vec![link], &[(MS, &["a", "b"])]);
    let (plan, image) = build(&raw, &programs);
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).unwrap();
    simulation.run_until(MS).unwrap();
    let events = simulation.drain_events();
    story::check(&raw, &plan, &events);

    let own = of(&events, "a");
    assert_eq!(
        (&own[0].kind, own[0].instructions),
        (&EventKind::Dispatch, 0)
    );
    let started_ns = own[0].time_ns;
    assert!(
        matches!(&own[1].kind, EventKind::Send { channel, port, length: 13, bytes, status }
        if channel == "link" && port == "out" && bytes == b"abcdefghabcde" && status == "ok")
    );
    assert_eq!(
        (own[1].time_ns, own[1].instructions),
        (started_ns + 36 + 34, 36 + 34)
    );
    assert!(matches!(&own[2].kind, EventKind::Log { bytes, status }
        if bytes == b"012345670" && status == "ok"));
    assert_eq!(own[2].instructions, 70 + 36 + 1000 + 34);
    // Nothing but what the kernel took for the call lies between.
    assert!((1..1000).contains(&(own[2].time_ns - own[1].time_ns - 1070)));
    let refused: Vec<String> = own[3..6]
        .iter()
        .map(|event| match &event.kind {
            EventKind::Send {
                channel,
                port,
                length,
                bytes,
                status,
            } => {
                format!("{channel}.{port} {length} {bytes:?} {status}")
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        refused,
        [
            "link.out 17 [] bad_length",
            ".99 1 [] bad_port",
            ".4294967296 1 [] bad_port",
        ]
    );
    assert_eq!(
        own[6].kind,
        EventKind::Log {
            bytes: Vec::new(),
            status: "bad_length".to_owned()
        }
    );
    let instructions: Vec<u64> = own[2..8].iter().map(|event| event.instructions).collect();
    assert_eq!(instructions, [1140, 1174, 1208, 1242, 1276, 1310]);
    assert!(matches!(own[7].kind, EventKind::Block { .. }));
}

#[test]
fn full_and_empty_queues_are_told() {
    let sender = repeat(Some(5), vec![send("out", numbered("m "))]);
    let takes = repeat(Some(3), vec![receive("in", Some(50_000))]);
    let forever = [wait(&[], None)];
    let raw = system(
        vec![
            model("sender", [&sender[..], &forever].concat()),
            model("taker", [&takes[..], &forever].concat()),
        ],
        vec![channel("c", queuing(16, 2), "sender.out", "taker.in")],
        &[(500_000, &["sender"]), (500_000, &["taker"])],
    );
    let (plan, image) = build(&raw, &Programs::new());
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).unwrap();
    simulation.run_until(2 * MS).unwrap();
    let events = simulation.drain_events();
    story::check(&raw, &plan, &events);
    let told = |name: &str| -> Vec<String> {
        let own = of(&events, name).into_iter();
        own.filter_map(|event| match &event.kind {
            EventKind::Send { bytes, status, .. } | EventKind::Receive { bytes, status, .. } => {
                Some(format!("{} {status}", String::from_utf8_lossy(bytes)))
            }
            _ => None,
        })
        .collect()
    };
    assert_eq!(
        told("sender"),
        ["m 1 ok", "m 2 ok", "m 3 full", "m 4 full", "m 5 full"]
    );
    assert_eq!(told("taker"), ["m 1 ok", "m 2 ok", " empty"]);
    // Two came and two went, of positions 0 to 3.
    let at = plan.tables.header.queue_states;
    let queue = simulation.read_memory(at, QueueState::SIZE_BYTES).unwrap();
    let queue = QueueState::from_bytes(&queue).unwrap();
    assert_eq!((queue.write, queue.read), (2, 2));
    let slot = simulation
        .read_memory(plan.tables.channels[0].slots, 16)
        .unwrap();
    assert_eq!(&slot[..], b"\x03\0\0\0\0\0\0\0m 1\0\0\0\0\0");
}

/// Somebody who waits for a signal at most so long, and somebody less important who signals
/// after a while.
fn signalling(timeout_ns: u64) -> RawSystem {
    let waiter = repeat(None, vec![wait(&["bell"], Some(timeout_ns))]);
    let ringer = vec![
        RawStep::Compute { ns: 70_000 },
        RawStep::Signal {
            port: "bell".to_owned(),
        },
        RawStep::Compute { ns: 30_000 },
        wait(&[], None),
    ];
    system(
        vec![model("waiter", waiter), model("ringer", ringer)],
        vec![channel(
            "bell",
            RawChannelKind::Signal,
            "ringer.bell",
            "waiter.bell",
        )],
        &[(MS, &["waiter", "ringer"])],
    )
}

#[test]
fn a_wait_ends_with_the_signal_or_at_the_deadline() {
    for timeout_ns in [50_000, 200_000] {
        let events = events(&signalling(timeout_ns), MS);
        let rung = find(&events, "ringer", |kind| {
            matches!(kind, EventKind::Signal { .. })
        });
        assert!(
            matches!(&rung.kind, EventKind::Signal { channel, port, status }
            if channel == "bell" && port == "bell" && status == "ok")
        );
        let own = of(&events, "waiter");
        let waits: Vec<_> = own
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Block { ports, deadline_ns } => {
                    assert_eq!(ports, &["bell"]);
                    Some((event.time_ns, deadline_ns.expect("there is one")))
                }
                _ => None,
            })
            .collect();
        let wakes: Vec<_> = own
            .iter()
            .filter_map(|event| match event.kind {
                EventKind::Wake { timeout } => Some((event.time_ns, timeout)),
                _ => None,
            })
            .collect();
        for ((blocked_ns, deadline_ns), (woken_ns, timeout)) in waits.iter().zip(&wakes) {
            // The clock is read some time before the wait, and counts whole ticks.
            let early = blocked_ns + timeout_ns - deadline_ns;
            assert!(early < 5_000, "{early}");
            assert_eq!(deadline_ns % 100, 0);
            assert_eq!(
                *woken_ns,
                if *timeout { *deadline_ns } else { rung.time_ns }
            );
        }
        let by_signal = wakes.iter().filter(|(_, timeout)| !timeout).count();
        assert_eq!(by_signal, 1);
        let first_by_timeout = wakes[0].1;
        assert_eq!(first_by_timeout, timeout_ns < 70_000);
    }
}

#[test]
fn who_is_preempted_is_told_at_the_instant() {
    let important = repeat(None, vec![RawStep::Sleep { ns: 100_000 }]);
    let busy = repeat(None, vec![RawStep::Compute { ns: 1_000_000 }]);
    let raw = system(
        vec![
            model("important", important),
            model("busy", busy),
            model("other", vec![wait(&[], None)]),
        ],
        Vec::new(),
        &[(400_000, &["important", "busy"]), (100_000, &["other"])],
    );
    let (plan, image) = build(&raw, &Programs::new());
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).unwrap();
    simulation.run_until(5 * MS).unwrap();
    let events = simulation.drain_events();
    story::check(&raw, &plan, &events);
    let start_ns = plan.start_ticks() * 100;
    let wakes_ns: Vec<u64> = of(&events, "important")
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Wake { timeout: true }))
        .map(|event| event.time_ns)
        .collect();
    let (mut by_important, mut by_the_end) = (0, 0);
    for event in of(&events, "busy") {
        if event.kind == EventKind::Preempt {
            let in_frame_ns = (event.time_ns - start_ns) % 500_000;
            by_the_end += usize::from(in_frame_ns == 400_000);
            by_important += usize::from(wakes_ns.contains(&event.time_ns));
            assert!(
                in_frame_ns == 400_000 || wakes_ns.contains(&event.time_ns),
                "{}",
                line(event)
            );
        }
    }
    assert!(
        by_the_end >= 9 && by_important >= 20,
        "{by_the_end} {by_important}"
    );
    // Between its dispatch and its end it executes an instruction in each nanosecond.
    for pair in of(&events, "busy").windows(2) {
        if pair[0].kind == EventKind::Dispatch {
            let executed = pair[1].instructions - pair[0].instructions;
            assert_eq!(executed, pair[1].time_ns - pair[0].time_ns);
        }
    }
}

#[test]
fn interrupts_are_raised_delivered_and_acknowledged() {
    let starter = starters::find("sensor-pipeline");
    let (simulation, events) = starter_events(&starter, 20 * MS);
    let typed: Vec<u8> = starter
        .scenario
        .uart
        .iter()
        .flat_map(|line| line.send.bytes())
        .collect();
    assert_eq!(typed, b"21.5");
    let times = |wanted: &dyn Fn(&EventKind) -> bool| -> Vec<u64> {
        events
            .iter()
            .filter(|event| wanted(&event.kind))
            .map(|event| event.time_ns)
            .collect()
    };
    let raised = times(
        &|kind| matches!(kind, EventKind::InterruptRaised { device, source: 10 } if device == "uart"),
    );
    let delivered = times(
        &|kind| matches!(kind, EventKind::InterruptDelivered { port, source: 10 } if port == "irq"),
    );
    let acknowledged = times(
        &|kind| matches!(kind, EventKind::InterruptAcknowledged { port, source: 10 } if port == "irq"),
    );
    // The scenario types a byte after the reply to the one before, so each is its own interrupt.
    assert_eq!(
        (raised.len(), delivered.len(), acknowledged.len()),
        (4, 4, 4)
    );
    for ((raised, delivered), acknowledged) in raised.iter().zip(&delivered).zip(&acknowledged) {
        assert!(raised <= delivered && delivered < acknowledged);
    }
    let messages = |name: &str, channel: &str| -> Vec<u8> {
        of(&events, name)
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Send {
                    channel: of,
                    bytes,
                    status,
                    ..
                }
                | EventKind::Receive {
                    channel: of,
                    bytes,
                    status,
                    ..
                } if of == channel && status == "ok" => Some(bytes.clone()),
                _ => None,
            })
            .flatten()
            .collect()
    };
    for (name, channel) in [
        ("driver", "bytes"),
        ("filter", "bytes"),
        ("filter", "clean"),
        ("logger", "clean"),
    ] {
        assert_eq!(messages(name, channel), typed, "{name} {channel}");
    }
    let output = String::from_utf8_lossy(simulation.uart_output()).into_owned();
    let replies: String = output
        .lines()
        .filter_map(|line| line.strip_prefix("2|"))
        .collect();
    assert_eq!(replies, "ready21.5");
}

/// What the kernel does with a ring of so many bytes: a text fits or not, and with each call
/// a line of at most 13 characters is printed.
struct Ring {
    bytes: u64,
    texts: std::collections::VecDeque<u64>,
    printed: u64,
}

impl Ring {
    fn log(&mut self, length: u64) -> bool {
        let used: u64 = self
            .texts
            .iter()
            .map(|length| log_record_bytes(*length))
            .sum();
        let fits = used + log_record_bytes(length) <= self.bytes;
        if fits {
            self.texts.push_back(length);
        }
        self.printed += 13;
        if self
            .texts
            .front()
            .is_some_and(|length| self.printed >= *length)
        {
            self.texts.pop_front();
            self.printed = 0;
        }
        fits
    }
}

#[test]
fn a_full_log_is_told_and_loses_nothing_else() {
    let mut a = model(
        "a",
        repeat(
            None,
            vec![RawStep::Log {
                message: numbered(&"x".repeat(150)),
            }],
        ),
    );
    a.log_bytes = 512;
    let raw = system(vec![a], Vec::new(), &[(MS, &["a"])]);
    let mut simulation = boot(&raw);
    simulation.run_until(MS).unwrap();
    let events = simulation.drain_events();
    let mut ring = Ring {
        bytes: 512,
        texts: std::collections::VecDeque::new(),
        printed: 0,
    };
    let mut logged = Vec::new();
    let mut full = 0;
    for event in of(&events, "a") {
        let EventKind::Log { bytes, status } = &event.kind else {
            continue;
        };
        let fits = ring.log(u64::try_from(bytes.len()).unwrap());
        assert_eq!(status, if fits { "ok" } else { "full" }, "{}", line(event));
        full += usize::from(!fits);
        if fits {
            logged.push(bytes.clone());
        }
    }
    assert!(full > 20 && logged.len() > 5, "{full} {}", logged.len());
    let printed: Vec<u8> = simulation.console().iter().map(|byte| byte.byte).collect();
    let logged = logged.join(&b'\n');
    assert!(printed.len() > 500 && logged.starts_with(&printed));
}

#[test]
fn who_exits_is_heard_of_no_more() {
    let a = model(
        "a",
        vec![
            RawStep::Log {
                message: text("bye"),
            },
            RawStep::Exit,
        ],
    );
    let b = model("b", repeat(None, vec![RawStep::Compute { ns: 10_000 }]));
    let raw = system(vec![a, b], Vec::new(), &[(MS, &["a", "b"])]);
    let (plan, image) = build(&raw, &Programs::new());
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).unwrap();
    simulation.run_until(3 * MS).unwrap();
    let events = simulation.drain_events();
    story::check(&raw, &plan, &events);
    let own = of(&events, "a");
    assert_eq!(
        own.iter()
            .filter(|event| event.kind == EventKind::Exit)
            .count(),
        1
    );
    let last = own.last().unwrap();
    assert_eq!(last.kind, EventKind::Exit);
    let state = simulation
        .read_memory(plan.partitions[0].state, PartitionState::SIZE_BYTES)
        .unwrap();
    let state = PartitionState::from_bytes(&state).unwrap();
    assert_eq!(state.activity, Activity::Exited.number());
    // `log` and `exit`.
    assert_eq!(state.calls, 2);
}

/// A design of up to five partitions in up to four windows, with random steps.
fn random_design(random: &mut Random) -> RawSystem {
    let count = 2 + random.below(4);
    let names: Vec<String> = (0..count).map(|n| format!("p{n}")).collect();
    let links = 1 + random.below(6);
    let channels: Vec<RawChannel> = (0..links)
        .map(|n| random_channel(random, n, &names))
        .collect();
    let partitions = names
        .iter()
        .map(|name| model(name, random_steps(random, name, &channels)));
    let partitions = partitions.collect();
    let mut windows: Vec<(u64, Vec<&str>)> = Vec::new();
    for _ in 0..1 + random.below(4) {
        let mut members: Vec<&str> = names.iter().map(String::as_str).collect();
        members.rotate_left(usize::try_from(random.below(count)).unwrap());
        members.truncate(usize::try_from(1 + random.below(count)).unwrap());
        windows.push((1000 * (50 + random.below(200)), members));
    }
    // Everybody is in one of them.
    windows.push((150_000, names.iter().map(String::as_str).collect()));
    let windows: Vec<(u64, &[&str])> = windows
        .iter()
        .map(|(ns, members)| (*ns, &members[..]))
        .collect();
    system(partitions, channels, &windows)
}

fn random_channel(random: &mut Random, number: u64, names: &[String]) -> RawChannel {
    let count = u64::try_from(names.len()).unwrap();
    let from = random.below(count);
    let to = (from + 1 + random.below(count - 1)) % count;
    let kind = match random.below(3) {
        0 => RawChannelKind::Signal,
        _ => queuing(8 + random.below(100), 1 + random.below(4)),
    };
    let end = |index: u64| format!("p{index}.c{number}");
    channel(&format!("c{number}"), kind, &end(from), &end(to))
}

fn random_steps(random: &mut Random, name: &str, channels: &[RawChannel]) -> Vec<RawStep> {
    let out: Vec<&RawChannel> = channels
        .iter()
        .filter(|c| c.from.partition == name)
        .collect();
    let into: Vec<&RawChannel> = channels.iter().filter(|c| c.to.partition == name).collect();
    let ports: Vec<&str> = into.iter().map(|c| c.to.port.as_str()).collect();
    let mut steps = vec![RawStep::Compute {
        ns: 1000 * (1 + random.below(40)),
    }];
    for _ in 0..2 + random.below(8) {
        let some_ns = 1000 * (1 + random.below(400));
        let timeout_ns = random.pick(&[None, Some(some_ns)]);
        steps.push(match (random.below(6), out.is_empty(), into.is_empty()) {
            (0 | 1, false, _) => match random.pick(&out) {
                c if c.kind == RawChannelKind::Signal => RawStep::Signal {
                    port: c.from.port.clone(),
                },
                c => send(&c.from.port, numbered("n ")),
            },
            (2 | 3, _, false) => match random.pick(&into) {
                c if c.kind == RawChannelKind::Signal => wait(&[&c.to.port], timeout_ns),
                c => receive(&c.to.port, timeout_ns),
            },
            (4, _, false) => wait(&ports, timeout_ns),
            (5, ..) => RawStep::Sleep {
                ns: 1000 * (1 + random.below(300)),
            },
            _ => RawStep::Log {
                message: numbered("l "),
            },
        });
    }
    repeat(None, steps)
}

#[test]
fn the_traces_of_random_designs_keep_all_promises() {
    let mut total = 0;
    for seed in 0..60 {
        let raw = random_design(&mut Random::new(seed));
        let (plan, image) = build(&raw, &Programs::new());
        let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).unwrap();
        simulation.run_until(4 * MS).unwrap();
        let events = simulation.drain_events();
        total += events.len();
        story::check(&raw, &plan, &events);
    }
    assert!(total > 10_000, "{total}");
}
