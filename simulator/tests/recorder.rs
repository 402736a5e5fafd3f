//! The recorder against the kernel that ships: what the trace says is what happened.

use crate::common::asm::{li, store};
use crate::common::program::{A0, T0, call, exactly, run, sends, wait_forever};
use crate::common::random::Random;
use crate::common::starters::{self, Starter};
use crate::common::story;
use crate::common::systems::{
    MS, boot, build, channel, events, find, is_of, line, model, ping_pong, queuing, system,
};
use septum_abi::address::{LOG_BUFFER, port_buffer};
use septum_abi::call::Call;
use septum_abi::state::{Activity, PartitionState, QueueState, log_record_bytes};
use septum_core::plan::Plan;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawChannel, RawChannelKind, RawPayload, RawStep, RawSystem};
use septum_simulator::console::ConsoleByte;
use septum_simulator::event::{Event, EventKind};
use septum_simulator::name::Bytes;
use septum_simulator::simulation::Simulation;

/// A run up to a time: plan, simulation, and events that keep all promises.
fn ran(starter: &Starter, until_ns: u64) -> (Plan, Simulation, Vec<Event>) {
    let (plan, image) = build(&starter.raw, &starter.programs);
    let mut simulation = Simulation::boot(&plan, &image, &starter.scenario).expect("it boots");
    simulation.run_until(until_ns).expect("the engine holds");
    let events = simulation.drain_events();
    story::check(&starter.raw, &plan, &events);
    (plan, simulation, events)
}

/// A system of models alone.
fn models(raw: RawSystem) -> Starter {
    Starter {
        raw,
        programs: Programs::new(),
        scenario: Scenario::default(),
    }
}

/// The messages that a partition has sent to a channel or received from it.
fn messages(events: &[Event], partition: &str, of_channel: &str) -> Vec<Bytes> {
    let own = of(events, partition).into_iter();
    own.filter_map(|event| match &event.kind {
        EventKind::Send {
            channel,
            bytes,
            status,
            ..
        }
        | EventKind::Receive {
            channel,
            bytes,
            status,
            ..
        } if channel == of_channel && status == "ok" => Some(bytes.clone()),
        _ => None,
    })
    .collect()
}

/// When what is wanted happened.
fn times(events: &[Event], wanted: impl Fn(&EventKind) -> bool) -> Vec<u64> {
    let events = events.iter().filter(|event| wanted(&event.kind));
    events.map(|event| event.time_ns).collect()
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
        let (_, _, events) = ran(&starter, 20 * MS);
        assert!(events.len() > 100, "{}: {}", starter.raw.name, events.len());
    }
}

#[test]
fn messages_arrive_as_they_were_sent() {
    let events = events(&ping_pong(), 20 * MS);
    for (name, other, channel) in [("ping", "pong", "there"), ("pong", "ping", "back")] {
        let sent = messages(&events, name, channel);
        assert!(sent.len() > 40, "{}", sent.len());
        let said = (1..).map(|number| format!("{name} {number}").into_bytes());
        assert_eq!(
            sent,
            said.take(sent.len()).map(Bytes::from).collect::<Vec<_>>()
        );
        let heard = messages(&events, other, channel);
        assert_eq!(heard, sent[..heard.len()]);
        assert!(heard.len() + 1 >= sent.len());
    }
}

/// In 36 instructions, 16 bytes at an address.
fn fill(address: u64, bytes: [u8; 8]) -> Vec<u32> {
    let mut words = li(T0, address);
    words.extend(li(A0, u64::from_le_bytes(bytes)));
    words.extend([store(3, A0, T0, 0), store(3, A0, T0, 8)]);
    words.extend(exactly(12));
    words
}

/// Somebody who calls, in 34 instructions each time, and somebody who receives.
fn caller() -> Starter {
    let mut programs = Programs::new();
    let mut a = model("a", Vec::new());
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
    Starter {
        programs,
        ..models(system(vec![a, b], vec![link], &[(MS, &["a", "b"])]))
    }
}

/// A `send` or a `log` in words.
fn in_words(event: &Event) -> String {
    match &event.kind {
        EventKind::Send {
            channel,
            port,
            length,
            bytes,
            status,
        } => {
            let text = String::from_utf8_lossy(bytes);
            format!("{channel}.{port} {length} {text:?} {status}")
        }
        EventKind::Log { bytes, status } => {
            format!("log {:?} {status}", String::from_utf8_lossy(bytes))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_is_told_at_its_instruction_with_the_bytes_of_its_buffer() {
    let (_, _, events) = ran(&caller(), MS);
    let own = of(&events, "a");
    assert_eq!(own[0].kind, EventKind::Dispatch);
    let calls: Vec<String> = own[1..7].iter().map(|event| in_words(event)).collect();
    let expected = [
        r#"link.out 13 "abcdefghabcde" ok"#,
        r#"log "012345670" ok"#,
        r#"link.out 17 "" bad_length"#,
        r#".99 1 "" bad_port"#,
        r#".4294967296 1 "" bad_port"#,
        r#"log "" bad_length"#,
    ];
    assert_eq!(calls, expected);
    assert!(matches!(own[7].kind, EventKind::Block { .. }));

    let instructions: Vec<u64> = own[..8].iter().map(|event| event.instructions).collect();
    let first = 36 + 34;
    let second = first + 36 + 1000 + 34;
    let then = [34, 68, 102, 136, 170].map(|more| second + more);
    assert_eq!(instructions, [&[0, first, second], &then[..]].concat());
    assert_eq!(own[1].time_ns, own[0].time_ns + first);
    // What lies between two calls beside instructions is what the kernel took for the first.
    let kernel_ns = own[2].time_ns - own[1].time_ns - (second - first);
    assert!((1..1000).contains(&kernel_ns));
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
    let (plan, simulation, events) = ran(&models(raw), 2 * MS);
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
    let at = plan.tables.queues[0].state;
    let queue = simulation.read_memory(at, QueueState::SIZE_BYTES).unwrap();
    let queue = QueueState::from_bytes(&queue).unwrap();
    assert_eq!((queue.write, queue.read), (2, 2));
    let slot = simulation
        .read_memory(plan.tables.queues[0].slots, 16)
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
    let (plan, _, events) = ran(&models(raw), 5 * MS);
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
    let (_, simulation, events) = ran(&starters::find("sensor-pipeline"), 20 * MS);
    let raised = times(
        &events,
        |kind| matches!(kind, EventKind::InterruptRaised { device, source: 10 } if device == "uart"),
    );
    let delivered = times(
        &events,
        |kind| matches!(kind, EventKind::InterruptDelivered { port, source: 10 } if port == "irq"),
    );
    let acknowledged = times(
        &events,
        |kind| matches!(kind, EventKind::InterruptAcknowledged { port, source: 10 } if port == "irq"),
    );
    // A byte is typed after the reply to the one before, so each is its own interrupt.
    let counts = [raised.len(), delivered.len(), acknowledged.len()];
    assert_eq!(counts, [4, 4, 4]);
    for ((raised, delivered), acknowledged) in raised.iter().zip(&delivered).zip(&acknowledged) {
        assert!(raised <= delivered && delivered < acknowledged);
    }
    // It is typed with the last byte of that reply, whose line ends just after.
    let logged = simulation.console().iter();
    let mut replied: Vec<u64> = logged
        .filter(|byte| byte.partition == Some(2) && byte.byte != b'\n')
        .map(|byte| byte.time_ns)
        .collect();
    replied.dedup();
    for (raised, replied) in raised.iter().zip(&replied) {
        assert!(
            (1..1000).contains(&(replied - raised)),
            "{raised} {replied}"
        );
    }
}

#[test]
fn typed_bytes_go_from_hand_to_hand() {
    let starter = starters::find("sensor-pipeline");
    let typed = starter
        .scenario
        .uart
        .iter()
        .flat_map(|line| line.send.bytes());
    let typed: Vec<u8> = typed.collect();
    assert_eq!(typed, b"21.5");
    let (_, simulation, events) = ran(&starter, 20 * MS);
    for (name, channel) in [
        ("driver", "bytes"),
        ("filter", "bytes"),
        ("filter", "clean"),
        ("logger", "clean"),
    ] {
        assert_eq!(
            messages(&events, name, channel).concat(),
            typed,
            "{name} {channel}"
        );
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
    let (plan, simulation, events) = ran(&models(raw), 3 * MS);
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
        members.rotate_left(usize::try_from(random.below(count)).expect("a position"));
        members.truncate(usize::try_from(1 + random.below(count)).expect("a count"));
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
    let count = u64::try_from(names.len()).expect("a count");
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
        let (_, _, events) = ran(&models(raw), 4 * MS);
        total += events.len();
    }
    assert!(total > 10_000, "{total}");
}
