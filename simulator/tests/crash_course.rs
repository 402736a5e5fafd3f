//! The starter system `crash-course`: whatever the culprit does, the others' events are byte
//! for byte those of a run in which it only sleeps.
//!
//! What is compared is every event that is not the culprit's own: those of the other
//! partitions and those of the hart (`window`). None of them may differ, for there is no flow
//! from the culprit to anybody: it has a window of its own, no outgoing channel and no
//! device. Of the console only the culprit's own bytes may differ, and where between the
//! others' lines they are.

use crate::common::asm::{EBREAK, addi, j, jalr, li, load, store};
use crate::common::program::{
    A0, T0, call, exactly, exit, forever, is_interrupted, is_signalled, repeated, run, sends, spin,
    wait_forever,
};
use crate::common::random::Random;
use crate::common::starters::{self, Starter};
use crate::common::story;
use crate::common::systems::{MS, build, channel, model, queuing};
use septum_abi::address::{LOG_BUFFER, MODEL_BASE, PROGRAM_BASE, STACK_TOP, port_buffer};
use septum_abi::call::{Call, NEVER};
use septum_abi::health::{Cause, SOFTWARE};
use septum_abi::state::{FaultRecord, FaultRing};
use septum_core::plan::{Plan, Rights};
use septum_core::scenario::Scenario;
use septum_core::spec::{RawInterrupt, RawProgram, RawStep};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::{Outcome, Simulation};

const SPAN_NS: u64 = 10 * MS;

/// Begin and end of the culprit's window in the frame, as in the design.
const WINDOW_NS: (u64, u64) = (700_000, 1_000_000);

/// What a run leaves.
struct Witnessed {
    events: Vec<Event>,
    /// Each event that is not the culprit's (or the sink's, where there is one), as JSON.
    others: Vec<String>,
    /// What the others have on the console.
    console: Vec<(Option<usize>, u8)>,
    plan: Plan,
    faults: Vec<FaultRecord>,
}

/// Runs a variant, and checks that its trace keeps all promises.
fn witness(starter: &Starter) -> Witnessed {
    let (plan, image) = build(&starter.raw, &starter.programs);
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
    let outcome = simulation.run_until(SPAN_NS).expect("the engine holds");
    assert_eq!(outcome, Outcome::Reached);
    let events = simulation.drain_events();
    story::check(&starter.raw, &plan, &events);
    let others = events.iter().filter(|event| !is_culprits(event));
    let console = simulation.console().iter();
    let watched = |partition: Option<usize>| partition.is_some_and(|index| index < 2);
    Witnessed {
        others: others
            .map(|event| serde_json::to_string(event).expect("plain data"))
            .collect(),
        console: console
            .map(|byte| (byte.partition, byte.byte))
            .filter(|(partition, _)| watched(*partition))
            .collect(),
        faults: fault_records(&plan, &simulation),
        events,
        plan,
    }
}

fn is_culprits(event: &Event) -> bool {
    matches!(event.partition.as_deref(), Some("culprit" | "sink"))
}

/// The kernel's own list of faults.
fn fault_records(plan: &Plan, simulation: &Simulation) -> Vec<FaultRecord> {
    let bytes = simulation.read_memory(plan.tables.header.faults, FaultRing::SIZE_BYTES);
    let ring = FaultRing::from_bytes(&bytes.expect("it is in RAM")).expect("a record");
    let written = usize::try_from(ring.written).expect("a count");
    ring.records[..written].to_vec()
}

/// The starter system with a culprit that runs these instructions.
fn with_culprit(code: &[u32]) -> Starter {
    let mut starter = starters::find("crash-course");
    let culprit = starter
        .raw
        .partitions
        .last_mut()
        .expect("the culprit is the last");
    assert_eq!(culprit.name, "culprit");
    run(
        culprit,
        &mut starter.programs,
        code,
        &[is_signalled("news")],
    );
    starter
}

/// The run that all are compared with.
fn asleep() -> Witnessed {
    let mut starter = starters::find("crash-course");
    let culprit = starter
        .raw
        .partitions
        .last_mut()
        .expect("the culprit is the last");
    culprit.permissions.clock = true;
    culprit.program = RawProgram::Model(vec![
        RawStep::Loop { times: None },
        RawStep::Sleep { ns: MS },
        RawStep::End,
    ]);
    witness(&starter)
}

fn assert_undisturbed(seen: &Witnessed, expected: &Witnessed, what: &str) {
    let differs = seen
        .others
        .iter()
        .zip(&expected.others)
        .find(|(a, b)| a != b);
    assert_eq!(differs, None, "{what}");
    assert_eq!(seen.others.len(), expected.others.len(), "{what}");
    assert_eq!(seen.console, expected.console, "{what}");
}

/// [`FaultRecord::cause`] of what a partition raises itself.
const APPLICATION_ERROR: u64 = SOFTWARE | Cause::ApplicationError.number();

/// A fault as it must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Expected {
    /// `mcause`; `None` for an application error.
    cause: Option<u64>,
    pc: u64,
    value: u64,
}

/// The trace and the kernel both say who, what and where.
fn assert_fault(seen: &Witnessed, expected: &Expected, what: &str) {
    let faults: Vec<_> = seen.events.iter().filter_map(fault).collect();
    let [(name, time_ns, told)] = &faults[..] else {
        panic!("{what}: {faults:?}");
    };
    assert_eq!((name.as_str(), told), ("culprit", expected), "{what}");
    let [record] = seen.faults[..] else {
        panic!("{what}: {:?}", seen.faults);
    };
    assert_eq!(seen.plan.partitions[2].name, "culprit");
    let recorded = Expected {
        cause: (record.cause != APPLICATION_ERROR).then_some(record.cause),
        pc: record.pc,
        value: record.value,
    };
    assert_eq!((record.partition, &recorded), (2, expected), "{what}");
    // The kernel reads the clock a little later than the instruction.
    assert!(
        (time_ns / 100..=time_ns / 100 + 10).contains(&record.time),
        "{what}"
    );
}

fn fault(event: &Event) -> Option<(String, u64, Expected)> {
    match &event.kind {
        EventKind::Fault {
            code,
            pc,
            value,
            action,
            ..
        } => {
            assert_eq!(action, "halt");
            let expected = Expected {
                cause: *code,
                pc: *pc,
                value: *value,
            };
            Some((
                event.partition.as_ref()?.to_string(),
                event.time_ns,
                expected,
            ))
        }
        _ => None,
    }
}

/// An address that the culprit has no business with.
fn wild_address(plan: &Plan, random: &mut Random) -> u64 {
    let regions = plan.regions.iter();
    let alien = regions.filter(|region| region.owner.is_none_or(|owner| owner.get() != 2));
    let devices = plan.system.machine.devices.iter();
    let page = random.below(1 << 20) << 12;
    let mut ranges: Vec<(u64, u64)> = alien
        .map(|region| (region.range.base, region.range.size_bytes))
        .chain(devices.map(|device| (device.base, device.size_bytes)))
        .collect();
    // Around what it has itself, and where no address of its kind can be.
    ranges.extend([
        (0, 4096),
        (page, 4096),
        (PROGRAM_BASE - 4096, 4096),
        (STACK_TOP, 1 << 20),
        (port_buffer(1), 4096),
        (LOG_BUFFER - 4096, 4096),
        (MODEL_BASE, 4096),
        (1 << 38, 1),
        (1 << 39, 1),
        (1 << 63, 1),
        (u64::MAX - 4095, 4096),
    ]);
    let (base, size_bytes) = random.pick(&ranges);
    base + random.below(size_bytes)
}

/// How an address is touched: width of the access, and what faults.
#[derive(Debug, Clone, Copy)]
enum Touch {
    Load(u32),
    Store(u32),
    Jump,
}

const TOUCHES: [Touch; 9] = [
    Touch::Load(0),
    Touch::Load(1),
    Touch::Load(2),
    Touch::Load(3),
    Touch::Store(0),
    Touch::Store(1),
    Touch::Store(2),
    Touch::Store(3),
    Touch::Jump,
];

impl Touch {
    fn code(self, address: u64) -> Vec<u32> {
        let mut words = li(T0, address);
        words.push(match self {
            Self::Load(width) => load(width, A0, T0, 0),
            Self::Store(width) => store(width, A0, T0, 0),
            Self::Jump => jalr(0, T0, 0),
        });
        words
    }

    /// By the privileged specification, for an address that no page table maps: a misaligned
    /// access is told as one, everything else as a page fault; a jump's lowest bit does not
    /// count, and it is the target that faults.
    fn expected(self, address: u64, pc: u64) -> Expected {
        let misaligned = |width: u32| !address.is_multiple_of(1 << width);
        let cause = match self {
            Self::Load(width) if misaligned(width) => 4,
            Self::Store(width) if misaligned(width) => 6,
            Self::Load(_) => 13,
            Self::Store(_) => 15,
            Self::Jump => 12,
        };
        let cause = Some(cause);
        match self {
            Self::Jump => Expected {
                cause,
                pc: address & !1,
                value: address & !1,
            },
            _ => Expected {
                cause,
                pc,
                value: address,
            },
        }
    }
}

/// Address of the instruction at this position of the program.
fn pc_at(position: usize) -> u64 {
    PROGRAM_BASE + 4 * u64::try_from(position).expect("64 bits")
}

/// Computes for up to two of its windows, then goes wild.
fn wild(random: &mut Random, plan: &Plan) -> (Vec<u32>, Expected) {
    let mut code = spin(random.below(300_000));
    let (touch, address) = (random.pick(&TOUCHES), wild_address(plan, random));
    code.extend(touch.code(address));
    let expected = touch.expected(address, pc_at(code.len() - 1));
    code.extend(forever());
    (code, expected)
}

/// Computes, then executes something that is no instruction, or none of U-mode.
fn illegal(random: &mut Random) -> (Vec<u32>, Expected) {
    let mut code = spin(random.below(300_000));
    let word = random.pick(&[
        0xffff_ffff,
        0,
        crate::common::asm::MRET,
        crate::common::asm::WFI,
        EBREAK,
    ]);
    let pc = pc_at(code.len());
    let (cause, value) = match word {
        EBREAK => (3, pc),
        _ => (2, u64::from(word)),
    };
    code.push(word);
    code.extend(forever());
    let cause = Some(cause);
    (code, Expected { cause, pc, value })
}

/// Calls everything that it may call with arguments that nobody should pass.
fn hostile_calls(random: &mut Random, plan: &Plan) -> Vec<u32> {
    // Numbers of no call lead to the function that denies.
    let handlers = plan.tables.partitions[2].handlers;
    let denies = handlers[15];
    let calls = Call::ALL.iter().zip(handlers);
    let goes_on = |call: Call| !matches!(call, Call::Exit | Call::Raise);
    let calls = calls.filter(|(call, handler)| *handler != denies && goes_on(**call));
    let numbers: Vec<u64> = calls.map(|(call, _)| call.number()).collect();
    assert!(numbers.len() > 1);
    let mut code = Vec::new();
    for _ in 0..40 {
        code.extend(call(
            random.pick(&numbers),
            [hostile(random), hostile(random)],
        ));
    }
    code.extend(spin(random.below(20_000)));
    let back = i32::try_from(4 * code.len()).expect("a short program");
    code.push(j(-back));
    code
}

fn hostile(random: &mut Random) -> u64 {
    let bits = random.bits();
    random.pick(&[
        0,
        1,
        2,
        63,
        64,
        255,
        256,
        257,
        4096,
        1 << 31,
        (1 << 32) | 1,
        1 << 63,
        NEVER - 1,
        NEVER,
        0x8000_0000,
        bits,
    ])
}

/// Calls what does not exist or what it has no right to, or raises an error itself.
fn denied_call(random: &mut Random) -> (Vec<u32>, Expected) {
    let bits = random.bits() | 1 << 40;
    let number = random.pick(&[
        Call::Exchange.number(),
        Call::Raise.number(),
        Call::Restart.number(),
        Call::Stop.number(),
        Call::SafeMode.number(),
        13,
        63,
        64,
        // The low half is a call that it may make.
        1 << 32 | Call::Log.number(),
        u64::MAX,
        bits,
    ]);
    let mut code = spin(random.below(300_000));
    let arguments = [hostile(random), hostile(random)];
    code.extend(call(number, arguments));
    let (cause, value) = match number == Call::Raise.number() {
        true => (None, arguments[0]),
        false => (Some(8), number),
    };
    let expected = Expected {
        cause,
        pc: pc_at(code.len() - 1),
        value,
    };
    (code, expected)
}

/// Logs the longest text again and again.
fn log_flood() -> Vec<u32> {
    let mut code = call(Call::Log.number(), [256, 0]);
    let back = i32::try_from(4 * code.len()).expect("a short program");
    code.push(j(-back));
    code
}

/// Waits for nothing, again and again, and never long.
fn poll_flood() -> Vec<u32> {
    let mut code = call(Call::Wait.number(), [1, 0]);
    let back = i32::try_from(4 * code.len()).expect("a short program");
    code.push(j(-back));
    code
}

const SEEDS: u64 = 100;

#[test]
fn nobody_notices_what_the_culprit_does() {
    let expected = asleep();
    assert!(expected.others.len() > 100 && expected.console.len() > 50);
    let plan = witness(&with_culprit(&forever())).plan;
    for seed in 0..SEEDS {
        let (code, fault) = variant(seed, &plan);
        let what = format!("seed {seed}");
        let seen = witness(&with_culprit(&code));
        assert_undisturbed(&seen, &expected, &what);
        match fault {
            Some(fault) => assert_fault(&seen, &fault, &what),
            None => assert_eq!(seen.faults, [], "{what}"),
        }
    }
}

/// What the culprit does with this seed, and its fault if it does not go on for ever.
fn variant(seed: u64, plan: &Plan) -> (Vec<u32>, Option<Expected>) {
    let mut random = Random::new(seed);
    let fault = match seed % 8 {
        0..=3 => wild(&mut random, plan),
        4 => illegal(&mut random),
        5 => denied_call(&mut random),
        6 => return (hostile_calls(&mut random, plan), None),
        _ => {
            let choices = [forever(), log_flood(), poll_flood(), exit(), wait_forever()];
            return (random.pick(&choices), None);
        }
    };
    (fault.0, Some(fault.1))
}

#[test]
fn the_starter_system_itself_is_a_variant() {
    let expected = asleep();
    let seen = witness(&starters::find("crash-course"));
    assert_undisturbed(&seen, &expected, "as it comes");
    let [(name, _, told)] = &seen.events.iter().filter_map(fault).collect::<Vec<_>>()[..] else {
        panic!("one fault");
    };
    assert_eq!(
        (name.as_str(), told.cause, told.value),
        ("culprit", Some(15), 0x8000_0000)
    );
    let program = seen.plan.partitions[2]
        .mapping(told.pc)
        .expect("its own code");
    assert_eq!(program.rights, Rights::ReadExecute);
}

#[test]
fn without_news_the_culprit_does_nothing() {
    let mut starter = starters::find("crash-course");
    let RawProgram::Model(steps) = &mut starter.raw.partitions[1].program else {
        panic!("the reporter is a model");
    };
    steps.retain(|step| !matches!(step, RawStep::Signal { .. }));
    let seen = witness(&starter);
    let own: Vec<_> = seen.events.iter().filter(|it| is_culprits(it)).collect();
    let [dispatch, block] = own[..] else {
        panic!("{own:?}");
    };
    assert_eq!(dispatch.kind, EventKind::Dispatch);
    let waits = EventKind::Block {
        ports: vec!["news".into()],
        deadline_ns: None,
    };
    assert_eq!(block.kind, waits);
}

#[test]
fn nobody_notices_whether_the_culprit_waits_for_the_news() {
    let mut code = call(Call::Wait.number(), [1, NEVER]);
    let back = i32::try_from(4 * code.len()).expect("a short program");
    code.push(j(-back));
    let seen = witness(&with_culprit(&code));
    assert_undisturbed(&seen, &asleep(), "it waits");
    let woken = EventKind::Wake { timeout: false };
    let woken = seen
        .events
        .iter()
        .filter(|it| is_culprits(it) && it.kind == woken);
    let woken = woken.count();
    assert!(woken > 5, "the signal found it waiting {woken} times");
}

/// When the culprit's first instruction begins, in virtual time.
fn first_instruction_ns(expected: &Witnessed) -> u64 {
    let mut events = expected.events.iter();
    let dispatch = events.find(|event| is_culprits(event) && event.kind == EventKind::Dispatch);
    dispatch.expect("it runs").time_ns
}

#[test]
fn faults_at_the_edge_of_a_window_are_in_order() {
    let expected = asleep();
    let begin_ns = first_instruction_ns(&expected);
    let start_ns = expected.plan.start_ticks() * 100;
    let end_ns = start_ns + WINDOW_NS.1;
    assert!(start_ns + WINDOW_NS.0 < begin_ns && begin_ns < end_ns);
    // So many instructions before the one that faults; it ends a nanosecond after its begin.
    for edge in -12..=12_i64 {
        let time_ns = end_ns.checked_add_signed(edge).expect("positive");
        let mut code = exactly(time_ns - begin_ns - 1);
        let pc = pc_at(code.len());
        code.push(EBREAK);
        let seen = witness(&with_culprit(&code));
        let what = format!("{edge} ns from the end");
        assert_undisturbed(&seen, &expected, &what);
        assert_fault(
            &seen,
            &Expected {
                cause: Some(3),
                pc,
                value: pc,
            },
            &what,
        );
        let told = seen.events.iter().find_map(fault).expect("a fault").1;
        // What does not fit into the window comes as late in the next one as it lacks time.
        let next_ns = begin_ns + MS + u64::try_from(edge).unwrap_or(0);
        assert_eq!(told, if edge <= 0 { time_ns } else { next_ns }, "{what}");
    }
}

/// The starter system with a channel from the culprit to a partition that shares its window.
fn with_sink(code: &[u32]) -> Starter {
    let mut starter = starters::find("crash-course");
    let raw = &mut starter.raw;
    let kind = queuing(64, 4);
    raw.channels
        .push(channel("flood", kind, "culprit.flood", "sink.flood"));
    let take = vec![
        RawStep::Loop { times: None },
        RawStep::Receive {
            port: "flood".to_owned(),
            timeout_ns: None,
        },
        RawStep::End,
    ];
    raw.partitions.push(model("sink", take));
    raw.schedules[0].windows[2]
        .partitions
        .push("sink".to_owned());
    let pins = [is_signalled("news"), sends("flood", 64)];
    run(&mut raw.partitions[2], &mut starter.programs, code, &pins);
    starter
}

#[test]
fn nobody_notices_a_flooded_channel() {
    let expected = witness(&with_sink(&wait_forever()));
    for length in [1, 63, 64, 65, u64::MAX] {
        // Port 0 is the news, 1 the flood; the flood goes on for ever.
        let mut code = call(Call::Send.number(), [1, length]);
        let back = i32::try_from(4 * code.len()).expect("a short program");
        code.push(j(-back));
        let seen = witness(&with_sink(&code));
        assert_undisturbed(&seen, &expected, &format!("{length} bytes"));
        let status = if length <= 64 { "full" } else { "bad_length" };
        let flooded = seen.events.iter().filter(|event| match &event.kind {
            EventKind::Send { status: told, .. } => is_culprits(event) && told == status,
            _ => false,
        });
        assert!(flooded.count() > 100, "it floods");
    }
}

/// Registers of the clock whose alarm interrupts.
const ALARM_LOW: i32 = 0x08;
const ALARM_HIGH: i32 = 0x0c;
const ENABLE: i32 = 0x10;
const CLEAR: i32 = 0x1c;

/// Sets the alarm to a time that has passed, and says so or not when it was interrupted.
fn interrupt_flood(base: u64, acknowledges: bool) -> Vec<u32> {
    let word = 2;
    let mut code = li(T0, base);
    code.extend([addi(A0, 0, 1), store(word, A0, T0, ENABLE)]);
    code.extend([store(word, 0, T0, CLEAR), store(word, 0, T0, ALARM_HIGH)]);
    code.push(store(word, 0, T0, ALARM_LOW));
    if acknowledges {
        code.extend(call(Call::Acknowledge.number(), [1, 0]));
    }
    repeated(code)
}

/// The starter system with a culprit that has a clock which interrupts it.
fn with_alarm(code: impl FnOnce(u64) -> Vec<u32>) -> Starter {
    let mut starter = starters::find("crash-course");
    let mut devices = starter.raw.machine.devices.iter();
    let clock = devices.find(|device| device.name == "rtc");
    let clock = clock.expect("the machine has it").clone();
    let culprit = &mut starter.raw.partitions[2];
    culprit.devices.push(clock.name.clone());
    culprit.interrupts.push(RawInterrupt {
        port: "alarm".to_owned(),
        device: clock.name,
        source: clock.interrupts[0],
    });
    let pins = [is_signalled("news"), is_interrupted("alarm")];
    run(culprit, &mut starter.programs, &code(clock.base), &pins);
    starter
}

/// The others' events; that the culprit's device asks for it is its own matter.
fn without_alarms(mut seen: Witnessed) -> Witnessed {
    let is_alarm = |event: &Event| match &event.kind {
        EventKind::InterruptRaised { device, .. } => device == "rtc",
        _ => false,
    };
    let others = seen
        .events
        .iter()
        .filter(|it| !is_culprits(it) && !is_alarm(it));
    seen.others = others
        .map(|event| serde_json::to_string(event).expect("plain data"))
        .collect();
    seen
}

#[test]
fn nobody_notices_a_flood_of_interrupts() {
    let expected = witness(&with_alarm(|_| wait_forever()));
    for acknowledges in [true, false] {
        let flood = |base| interrupt_flood(base, acknowledges);
        let seen = without_alarms(witness(&with_alarm(flood)));
        assert_undisturbed(&seen, &expected, &format!("acknowledges: {acknowledges}"));
        let delivered = |event: &&Event| matches!(event.kind, EventKind::InterruptDelivered { .. });
        let count = seen.events.iter().filter(delivered).count();
        assert!(
            if acknowledges {
                count > 500
            } else {
                count == 1
            },
            "{count}"
        );
    }
}
