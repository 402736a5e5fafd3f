//! Faults, denied calls, and the end of the machine: who, what and where.

use crate::common::asm::{EBREAK, MRET, SFENCE, WFI, amoadd, csrrs, jalr, li, load, lr, sc, store};
use crate::common::program::{A0, T0, call, exactly, run};
use crate::common::systems::{GARBAGE, MS, build, is_of, model, ping_pong, system};
use septum_abi::address::{LOG_BUFFER, PROGRAM_BASE, STACK_TOP, port_buffer};
use septum_abi::call::Call;
use septum_abi::state::{Activity, FaultRing, HartState, PartitionState};
use septum_core::image;
use septum_core::plan::{Plan, RegionKind};
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawStep, RawSystem};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::simulation::{Outcome, Simulation};

/// What faults: the instruction, with this in `t0`, and what the privileged specification
/// says of it. `pc` and `value` of `None` are the instruction's own address.
struct Case {
    word: u32,
    t0: u64,
    name: &'static str,
    code: u64,
    pc: Option<u64>,
    value: Option<u64>,
}

fn case(word: u32, t0: u64, (name, code): (&'static str, u64)) -> Case {
    Case {
        word,
        t0,
        name,
        code,
        pc: None,
        value: Some(t0),
    }
}

/// A jump to `t0` faults there.
fn jump(t0: u64, cause: (&'static str, u64)) -> Case {
    Case {
        pc: Some(t0 & !1),
        value: Some(t0 & !1),
        ..case(jalr(0, T0, 0), t0, cause)
    }
}

/// An instruction that there is not for U-mode.
fn illegal(word: u32) -> Case {
    Case {
        value: Some(u64::from(word)),
        ..case(word, 0, ("illegal instruction", 2))
    }
}

const LB: u32 = 0;
const LD: u32 = 3;

/// `mcause` and the name of each.
const FETCH_PAGE: (&str, u64) = ("instruction page fault", 12);
const LOAD_PAGE: (&str, u64) = ("load page fault", 13);
const STORE_PAGE: (&str, u64) = ("store page fault", 15);
const LOAD_MISALIGNED: (&str, u64) = ("load address misaligned", 4);
const STORE_MISALIGNED: (&str, u64) = ("store address misaligned", 6);
const LOAD_ACCESS: (&str, u64) = ("load access fault", 5);
const STORE_ACCESS: (&str, u64) = ("store access fault", 7);

/// An instruction cannot be misaligned where there are compressed ones, and an access fault
/// of a fetch needs a page that is executable and not RAM, which no design has.
fn cases() -> Vec<Case> {
    let stack = STACK_TOP - 64;
    let mut cases = vec![
        case(load(LD, A0, T0, 0), 0, LOAD_PAGE),
        case(load(LB, A0, T0, 0), u64::MAX, LOAD_PAGE),
        case(lr(8, A0, T0), STACK_TOP, LOAD_PAGE),
        // The page below the stack, and the one above it.
        case(load(LD, A0, T0, 0), STACK_TOP - 4096 - 8, LOAD_PAGE),
        case(store(3, A0, T0, 0), STACK_TOP, STORE_PAGE),
        case(store(0, A0, T0, 0), 0x8000_0000, STORE_PAGE),
        // Its own code, and its own read-only segment.
        case(store(0, A0, T0, 0), PROGRAM_BASE, STORE_PAGE),
        case(sc(4, A0, T0, A0), PROGRAM_BASE, STORE_PAGE),
        case(amoadd(4, A0, T0, A0), 0x1000, STORE_PAGE),
        jump(0, FETCH_PAGE),
        jump(0x8000_0001, FETCH_PAGE),
        // Its own stack and buffers are no code, the device neither.
        jump(stack, FETCH_PAGE),
        jump(LOG_BUFFER, FETCH_PAGE),
        jump(crate::common::UART, FETCH_PAGE),
        jump(port_buffer(0), FETCH_PAGE),
        case(load(LD, A0, T0, 0), stack + 1, LOAD_MISALIGNED),
        case(store(3, A0, T0, 0), stack + 4, STORE_MISALIGNED),
        case(amoadd(8, A0, T0, A0), stack + 4, STORE_MISALIGNED),
        // The UART has eight registers; a device is no place for atomics.
        case(load(LB, A0, T0, 0), crate::common::UART + 8, LOAD_ACCESS),
        case(lr(4, A0, T0), crate::common::UART, LOAD_ACCESS),
        case(store(0, A0, T0, 0), crate::common::UART + 8, STORE_ACCESS),
        case(amoadd(4, A0, T0, A0), crate::common::UART, STORE_ACCESS),
        Case {
            value: None,
            ..case(EBREAK, 0, ("breakpoint", 3))
        },
    ];
    // Neither privileged instructions nor CSRs, the counters among them.
    let words = [
        0,
        0xffff_ffff,
        MRET,
        WFI,
        SFENCE,
        csrrs(A0, 0x300, 0),
        csrrs(A0, 0xc00, 0),
    ];
    cases.extend(words.map(illegal));
    cases
}

/// What it is to the health monitor.
fn health(case: &Case) -> &'static str {
    let stack = STACK_TOP - 4096;
    match case.code {
        15 if (stack - 4096..stack).contains(&case.t0) => "stack_overflow",
        12 | 13 | 15 => "memory_violation",
        5 | 7 => "hardware_fault",
        _ => "illegal_request",
    }
}

/// A partition with a device that runs these instructions, and one that counts.
fn with_code(code: &[u32]) -> (RawSystem, Programs) {
    let mut programs = Programs::new();
    let mut faulty = model("faulty", Vec::new());
    faulty.devices.push("uart".to_owned());
    run(&mut faulty, &mut programs, code, &[]);
    let busy = vec![
        RawStep::Loop { times: None },
        RawStep::Compute { ns: 10_000 },
        RawStep::End,
    ];
    let raw = system(
        vec![faulty, model("busy", busy)],
        Vec::new(),
        &[(200_000, &["faulty", "busy"])],
    );
    (raw, programs)
}

/// A run of half a millisecond: its plan, itself and its events.
fn ran(raw: &RawSystem, programs: &Programs) -> (Plan, Simulation, Vec<Event>) {
    let (plan, image) = build(raw, programs);
    let mut simulation = Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
    assert_eq!(
        simulation.run_until(MS / 2).expect("the engine holds"),
        Outcome::Reached
    );
    let events = simulation.drain_events();
    crate::common::story::check(raw, &plan, &events);
    (plan, simulation, events)
}

/// The faulty partition's events after its dispatch; nothing comes after them.
fn last_words(events: &[Event]) -> (u64, Vec<&Event>) {
    let own: Vec<&Event> = events
        .iter()
        .filter(|event| is_of(event, "faulty"))
        .collect();
    assert_eq!(own[0].kind, EventKind::Dispatch);
    (own[0].time_ns, own[1..].to_vec())
}

fn record<T>(
    simulation: &Simulation,
    at: u64,
    bytes: usize,
    read: impl Fn(&[u8]) -> Option<T>,
) -> T {
    let bytes = simulation.read_memory(at, bytes).expect("it is in RAM");
    read(&bytes).expect("a record")
}

/// That the kernel says the same: one fault, and the partition is halted.
fn assert_recorded(plan: &Plan, simulation: &Simulation, (code, pc, value): (u64, u64, u64)) {
    let header = &plan.tables.header;
    let ring = record(
        simulation,
        header.faults,
        FaultRing::SIZE_BYTES,
        FaultRing::from_bytes,
    );
    let first = ring.records[0];
    assert_eq!((ring.written, first.partition), (1, 0));
    assert_eq!((first.cause, first.pc, first.value), (code, pc, value));
    let at = plan.partitions[0].state;
    let state = record(
        simulation,
        at,
        PartitionState::SIZE_BYTES,
        PartitionState::from_bytes,
    );
    assert_eq!(
        (state.activity, state.faults),
        (Activity::Halted.number(), 1)
    );
}

#[test]
fn every_fault_names_cause_address_and_instruction() {
    for (number, case) in (0..).zip(cases()) {
        let before = 7 * number;
        let mut code = exactly(before);
        code.extend(li(T0, case.t0));
        let own_pc = PROGRAM_BASE + 4 * u64::try_from(code.len()).unwrap();
        code.push(case.word);
        code.extend(exactly(20));
        let (raw, programs) = with_code(&code);
        let (plan, simulation, events) = ran(&raw, &programs);

        let (dispatched_ns, told) = last_words(&events);
        let [fault] = told[..] else {
            panic!("{told:?}");
        };
        // A jump is executed, then the fetch at its target faults.
        let executed = before + 11 + if case.pc.is_some() { 2 } else { 1 };
        let (pc, value) = (case.pc.unwrap_or(own_pc), case.value.unwrap_or(own_pc));
        let expected = EventKind::Fault {
            cause: case.name.into(),
            code: Some(case.code),
            pc,
            value,
            health: health(&case).into(),
            action: "halt".into(),
            restarts_used_up: None,
        };
        assert_eq!(fault.kind, expected, "{:#x}", case.word);
        assert_eq!(
            (fault.time_ns, fault.instructions),
            (dispatched_ns + executed, executed)
        );
        assert_recorded(&plan, &simulation, (case.code, pc, value));
    }
}

#[test]
fn a_denied_call_is_told_with_its_number_and_is_a_fault() {
    let numbers = [
        Call::Exchange.number(),
        Call::Restart.number(),
        Call::Stop.number(),
        Call::SafeMode.number(),
        // Without ports there is nothing to send, to receive or to acknowledge.
        Call::Send.number(),
        13,
        1 << 32,
        u64::MAX,
    ];
    for number in numbers {
        let code = call(number, [0, 0]);
        let pc = PROGRAM_BASE + 4 * 33;
        let (raw, programs) = with_code(&code);
        let (plan, simulation, events) = ran(&raw, &programs);
        let (dispatched_ns, told) = last_words(&events);
        let kinds: Vec<&EventKind> = told.iter().map(|event| &event.kind).collect();
        let fault = EventKind::Fault {
            cause: "denied call".into(),
            code: Some(8),
            pc,
            value: number,
            health: "illegal_request".into(),
            action: "halt".into(),
            restarts_used_up: None,
        };
        assert_eq!(kinds, [&EventKind::DeniedCall { number }, &fault]);
        for event in told {
            assert_eq!(
                (event.time_ns, event.instructions),
                (dispatched_ns + 34, 34)
            );
        }
        assert_recorded(&plan, &simulation, (8, pc, number));
    }
}

/// Nothing answers here.
const NOWHERE: u64 = 0x20_0000;

/// Boots ping-pong with a change in its tables: its plan and itself at its end, with the
/// exit code and the last event.
fn stopped(change: impl FnOnce(&mut Plan)) -> (Plan, Simulation, u32, Event) {
    let (mut plan, _) = build(&ping_pong(), &Programs::new());
    change(&mut plan);
    let image = image::build(&plan);
    let scenario = Scenario::default();
    let mut simulation =
        Simulation::boot_over(&plan, &image, &scenario, GARBAGE).expect("it boots");
    let Outcome::Stopped { code } = simulation.run_until(MS).expect("the engine holds") else {
        panic!("it goes on");
    };
    let mut events = simulation.drain_events();
    assert_eq!(
        simulation.run_until(2 * MS).expect("the engine holds"),
        Outcome::Stopped { code }
    );
    assert_eq!(simulation.drain_events(), [], "nothing happens any more");
    let last = events.pop().expect("it is told");
    (plan, simulation, code, last)
}

fn hart(plan: &Plan, simulation: &Simulation) -> HartState {
    let at = plan.tables.header.state;
    record(simulation, at, HartState::SIZE_BYTES, HartState::from_bytes)
}

/// Whether the instruction at an address stores: `sd`, `c.sd` or `c.sdsp`.
fn stores(simulation: &Simulation, pc: u64) -> bool {
    let bytes = simulation.read_memory(pc, 2).expect("it is in RAM");
    let half = u16::from_le_bytes([bytes[0], bytes[1]]);
    half & 0x7f == 0x23 || matches!((half & 3, half >> 13), (0 | 2, 7))
}

#[test]
fn a_failure_of_the_kernel_is_told_with_cause_and_pc() {
    // Whether the receiver is waiting for the message or not.
    let (plan, simulation, code, last) = stopped(|plan| {
        plan.tables.queues[0].slots = NOWHERE;
        plan.tables.queues[0].receiver_buffer = NOWHERE;
    });
    let hart = hart(&plan, &simulation);
    assert_eq!((code, hart.failed, hart.failure_cause), (70, 1, 7));
    assert!((NOWHERE..NOWHERE + 0x1000).contains(&hart.failure_value));
    let kernel = &plan.regions[0];
    assert!(kernel.kind == RegionKind::KernelCode && kernel.range.contains(hart.failure_pc));
    assert!(stores(&simulation, hart.failure_pc));
    let reason = format!(
        "the kernel failed: store access fault (mcause 0x7) at pc {:#x}, mtval {:#x}",
        hart.failure_pc, hart.failure_value
    );
    assert_eq!(
        last.kind,
        EventKind::Stop {
            code: 70,
            reason: reason.into()
        }
    );
    assert_eq!((last.partition, last.instructions), (None, 0));
    // The kernel's own last words say the same.
    let said = format!(
        "!|{:016x} {:016x} {:016x} \n",
        hart.failure_cause, hart.failure_pc, hart.failure_value
    );
    assert!(String::from_utf8_lossy(simulation.uart_output()).ends_with(&said));
}

#[test]
fn a_failure_at_boot_is_told() {
    let (plan, simulation, code, last) = stopped(|plan| plan.tables.header.mtime = NOWHERE);
    let hart = hart(&plan, &simulation);
    assert_eq!(
        (code, hart.failure_cause, hart.failure_value),
        (70, 5, NOWHERE)
    );
    let EventKind::Stop { code: 70, reason } = last.kind else {
        panic!("{last:?}");
    };
    assert!(reason.starts_with("the kernel failed: load access fault (mcause 0x5) at pc 0x8000"));
}

/// Why the kernel refused to start, with its exit code.
fn refused(change: impl FnOnce(&mut Plan)) -> String {
    let (_, _, code, last) = stopped(change);
    let EventKind::Stop { code: told, reason } = last.kind else {
        panic!("{last:?}");
    };
    assert_eq!((code, told), (71, 71));
    reason.to_string()
}

#[test]
fn a_machine_that_is_not_that_of_the_tables_is_refused() {
    let vector = 1 << 21;
    let reason = refused(|plan| {
        plan.tables.header.misa_mask |= vector;
        plan.tables.header.misa_value |= vector;
    });
    assert!(
        reason.starts_with("the kernel refused to start: the instruction set is 0x"),
        "{reason}"
    );
    assert_eq!(
        refused(|plan| plan.tables.header.asid_mask = 0x1ff),
        "the kernel refused to start: the mask of the ASID is 0xffff, expected 0x1ff"
    );
    assert_eq!(
        refused(|plan| plan.tables.header.pmp.config = 2),
        "the kernel refused to start: a PMP register is 0x0, expected 0x2"
    );
}

#[test]
fn tables_of_another_version_start_nothing() {
    let (mut plan, _) = build(&ping_pong(), &Programs::new());
    plan.tables.header.abi_version = 99;
    let mut simulation =
        Simulation::boot(&plan, &image::build(&plan), &Scenario::default()).unwrap();
    assert_eq!(simulation.run_until(MS).unwrap(), Outcome::Idle);
    assert_eq!(simulation.drain_events(), []);
    assert_eq!(simulation.uart_output(), b"");
}
