//! Several harts: they share memory and devices, each has its own time, and a run is one run.

use crate::common::asm::{
    FENCE, FENCE_I, NOP, WFI, addi, amoadd, bne, csrrs, j, jalr, li, load as ld, lr, sc, store,
};
use crate::common::random::Random;
use crate::common::{CLINT, RAM, load, virt};
use septum_core::system;
use septum_guest::bare::BareProgram;
use septum_guest::harts::{DATA, counting};
use septum_guest::labelled::Labelled;
use septum_simulator::bare::{BareRun, End, Through};
use septum_simulator::cpu::Cpu;
use septum_simulator::debug::{Debugger, Stop};
use septum_simulator::machine::{Boundary, Instant, Machine};
use septum_simulator::run::Run;
use septum_simulator::travel::Travel;

const MSTATUS: u16 = 0x300;
const MIE: u16 = 0x304;
const MTVEC: u16 = 0x305;
const MEPC: u16 = 0x341;
const HART_ID: u32 = 0xf14;
const HANDLER: u64 = RAM + 0x8000;
const BEQ: u32 = 0;
const BNE: u32 = 1;
const ENOUGH: u64 = 10_000_000;

const T0: u32 = 5;
const T1: u32 = 6;
const T2: u32 = 7;
const ID: u32 = 8;
const BASE: u32 = 9;
const COUNT: u32 = 18;
const S3: u32 = 19;

fn description(harts: usize) -> system::Machine {
    system::Machine { harts, ..virt() }
}

fn machine(harts: usize, program: &[u32]) -> Machine {
    let mut machine = Machine::new(&description(harts), RAM).expect("the description is fine");
    load(&mut machine, RAM, program);
    machine
}

fn bare(description: &system::Machine, program: &[u32]) -> BareRun {
    BareRun::new(description, &BareProgram::new(program).file()).expect("a program")
}

/// Different code for each of two harts, behind common code.
fn two(common: &[u32], first: &[u32], second: &[u32]) -> Vec<u32> {
    let mut code = Labelled::new();
    code.code([csrrs(ID, HART_ID, 0)]).code(li(BASE, DATA));
    code.code(common.iter().copied());
    code.branch(BNE, ID, 0, "second");
    code.code(first.iter().copied());
    code.label("second").code(second.iter().copied());
    code.words()
}

/// A word of memory.
fn word(machine: &Machine, address: u64) -> u64 {
    machine.with_bus(|bus| {
        let offset = bus.ram().offset(address, 8).expect("it is in RAM");
        bus.ram().doubleword(offset)
    })
}

fn x(machine: &Machine, hart: usize, number: usize) -> u64 {
    machine.hart(hart).expect("a hart").registers()[number]
}

/// Runs on, whatever happens.
fn run(machine: &mut Machine, time_ns: u64) {
    while machine.run(time_ns).expect("the core holds") != Boundary::Limit {
        machine.drain_events();
    }
}

#[test]
fn each_hart_begins_at_the_entry_with_its_number() {
    let program = [csrrs(5, HART_ID, 0), WFI];
    let mut run = bare(&description(4), &program);
    assert_eq!(run.run(ENOUGH).expect("it runs"), Some(End::Asleep));
    for hart in 0..4 {
        let registers = run.registers_of(hart).expect("a hart").x;
        let number = u64::try_from(hart).expect("few");
        assert_eq!((registers[5], registers[10]), (number, number));
    }
    assert_eq!((run.instructions(), run.registers_of(4)), (8, None));
}

#[test]
fn they_count_together_whatever_an_instruction_costs() {
    for harts in [1, 2, 3, 4, 8] {
        for ns_per_instruction in [1, 3, 64, 100, 130, 1000] {
            let description = system::Machine {
                ns_per_instruction,
                ..description(harts)
            };
            let count = u64::try_from(harts).expect("few");
            let mut run = bare(&description, &counting(count, 50));
            let end = run.run(ENOUGH).expect("it runs");
            let passed = End::Exit {
                code: 0,
                through: Through::Finisher,
            };
            assert_eq!(end, Some(passed), "{harts} {ns_per_instruction}");
            let expected = format!("yyy{}\n", &"01234567"[..harts]);
            let printed = String::from_utf8(run.drain_output()).expect("text");
            assert_eq!(printed, expected, "{ns_per_instruction}");
            assert!(run.instructions() > 800 * count);
        }
    }
}

#[test]
fn the_timer_of_each_hart_fires_at_its_exact_instruction() {
    for [first, second] in [[3, 5], [5, 3], [4, 4], [1, 20], [20, 1]] {
        let mut machine = machine(2, &[NOP; 4096]);
        load(&mut machine, HANDLER, &[WFI, j(-4)]);
        for (hart, ticks) in [(0, first), (1, second)] {
            let cpu = machine.hart_mut(hart).expect("a hart");
            cpu.set_csr(MTVEC, HANDLER);
            cpu.set_csr(MIE, 1 << 7);
            cpu.set_csr(MSTATUS, 8);
            let place = CLINT + 0x4000 + 8 * u64::try_from(hart).expect("few");
            machine
                .with_bus_mut(|bus| bus.write(place, ticks, 8))
                .expect("mtimecmp");
        }
        let mut taken = [0; 2];
        while taken.contains(&0) {
            match machine.run(10_000).expect("the core holds") {
                Boundary::Interrupted(7) => {
                    let hart = machine.current();
                    taken[hart] = machine.csr(MEPC).expect("mepc");
                    machine.cpu_mut().set_csr(MIE, 0);
                }
                Boundary::Limit => panic!("no interrupt"),
                _ => {}
            }
        }
        let at = |ticks: u64| RAM + 4 * 100 * ticks;
        assert_eq!(taken, [at(first), at(second)]);
    }
}

#[test]
fn an_interrupt_wakes_the_other_hart_when_it_is_sent() {
    // The first hart waits 250 instructions and then sends; the second sleeps until then.
    let mut first = vec![NOP; 250];
    first.extend(li(T0, CLINT + 4));
    first.extend([addi(T1, 0, 1), store(2, T1, T0, 0), j(0)]);
    let second = [
        li(T0, CLINT + 0xbff8),
        vec![
            addi(T1, 0, 8),
            csrrs(0, 0x304, T1),
            WFI,
            ld(3, S3, T0, 0),
            j(0),
        ],
    ]
    .concat();
    let mut machine = machine(2, &two(&[], &first, &second));
    run(&mut machine, 2000);
    // The store is the instruction before this time.
    let sent_ns = 13 + 250 + 11 + 2;
    assert_eq!(x(&machine, 1, 19), sent_ns / 100);
    // After it, the second hart has executed all the time.
    let (first, second) = (machine.instructions_of(0), machine.instructions_of(1));
    assert_eq!((first, second), (2000, 13 + 11 + 3 + 2000 - sent_ns));
}

/// The first hart reserves a word, tells the second one, and stores when it has been told, too.
/// What its `sc` says, and the word.
fn reserved(offset: i32, is_warm: bool) -> (u64, u64) {
    let first = [
        lr(8, T0, BASE),
        addi(T1, 0, 1),
        store(3, T1, BASE, 0x400),
        ld(3, T2, BASE, 0x440),
        crate::common::asm::beq(T2, 0, -4),
        addi(T1, 0, 7),
        sc(8, S3, BASE, T1),
        j(0),
    ];
    let mut second = Vec::new();
    if is_warm {
        // Stores all around, so that nobody is told of more of them.
        for place in [0, 8, 64, 0x400, 0x440] {
            second.push(store(3, 0, BASE, place));
        }
        second.extend([NOP; 150]);
    }
    second.extend([
        ld(3, T2, BASE, 0x400),
        crate::common::asm::beq(T2, 0, -4),
        store(3, 0, BASE, offset),
        store(3, T2, BASE, 0x440),
        j(0),
    ]);
    let common = if is_warm { 120 } else { 0 };
    // The first hart begins later, so that the second one is warm.
    let mut begin = vec![NOP; common];
    begin.extend(first);
    let mut machine = machine(2, &two(&[], &begin, &second));
    run(&mut machine, 5000);
    (x(&machine, 0, 19), word(&machine, DATA))
}

#[test]
fn a_store_of_another_hart_breaks_a_reservation_even_of_the_same_value() {
    for is_warm in [false, true] {
        // In the same line, and in the next one.
        assert_eq!(reserved(0, is_warm), (1, 0), "{is_warm}");
        assert_eq!(reserved(8, is_warm), (1, 0), "{is_warm}");
        assert_eq!(reserved(64, is_warm), (0, 7), "{is_warm}");
        assert_eq!(reserved(0x480, is_warm), (0, 7), "{is_warm}");
    }
}

#[test]
fn code_that_another_hart_overwrites_is_executed_after_a_fence() {
    const ROUNDS: u64 = 40;
    let function = RAM + 0x4000;
    // The first hart writes `addi a1, a1, n` for n from 1 on, and tells; the second calls it.
    let mut first = Labelled::new();
    first.code(li(COUNT, ROUNDS)).code(li(T2, function));
    first.code(li(T0, u64::from(addi(11, 11, 1))));
    first.label("write").code([store(2, T0, T2, 0)]);
    first.code([FENCE, addi(S3, S3, 1), store(3, S3, BASE, 0)]);
    first.label("wait").code([ld(3, T1, BASE, 64)]);
    first.branch(BNE, T1, S3, "wait");
    first.code(li(T1, 1 << 20));
    first.code([crate::common::asm::add(T0, T0, T1), addi(COUNT, COUNT, -1)]);
    first.branch(BNE, COUNT, 0, "write").label("end");
    first.go("end");
    let mut second = Labelled::new();
    second.code(li(T2, function)).label("wait");
    second.code([ld(3, T0, BASE, 0)]);
    second.branch(BEQ, T0, S3, "wait");
    second.code([FENCE_I, jalr(1, T2, 0), jalr(1, T2, 0)]);
    second.code([addi(S3, T0, 0), store(3, S3, BASE, 64)]);
    second.go("wait");
    let mut machine = machine(2, &two(&[], &first.words(), &second.words()));
    load(&mut machine, function, &[NOP, jalr(0, 1, 0)]);
    run(&mut machine, 100_000);
    assert_eq!(word(&machine, DATA + 64), ROUNDS);
    assert_eq!(x(&machine, 1, 11), ROUNDS * (ROUNDS + 1));
}

/// Harts that never agree: each adds, swaps and stores in the same two lines, by its own rhythm,
/// and sleeps now and then.
fn quarrel() -> Vec<u32> {
    let mut code = Labelled::new();
    code.code([csrrs(ID, HART_ID, 0)]).code(li(BASE, DATA));
    code.code([addi(T2, 0, 1), addi(COUNT, ID, 3)])
        .label("again");
    code.code([lr(8, T0, BASE), crate::common::asm::add(T0, T0, COUNT)]);
    code.code([sc(8, T1, BASE, T0), ld(3, S3, BASE, 8)]);
    code.code([crate::common::asm::add(S3, S3, T1), store(3, S3, BASE, 8)]);
    code.code([
        addi(COUNT, COUNT, 7),
        crate::common::asm::andi(T1, COUNT, 63),
    ]);
    code.branch(BNE, T1, ID, "again");
    // A tick or two of sleep.
    code.code([addi(T1, 0, 0x80), csrrs(0, 0x304, T1)]);
    code.code(li(T0, CLINT + 0xbff8)).code([ld(3, T1, T0, 0)]);
    code.code([addi(T1, T1, 2), crate::common::asm::slli(S3, ID, 3)]);
    code.code(li(T0, CLINT + 0x4000));
    code.code([
        crate::common::asm::add(T0, T0, S3),
        store(3, T1, T0, 0),
        WFI,
    ]);
    code.code([addi(T1, BASE, 64), amoadd(8, 0, T1, T2)]);
    code.go("again");
    code.words()
}

/// Everything that can be seen of a machine.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    instant: Instant,
    registers: Vec<[u64; 32]>,
    pcs: Vec<u64>,
    csrs: Vec<Option<u64>>,
    ram: Vec<u8>,
}

fn seen(machine: &Machine) -> Seen {
    let harts = || (0..machine.harts()).map(|number| machine.hart(number).expect("a hart"));
    let csrs = (0..machine.harts())
        .flat_map(|hart| (0..4096).map(move |number| machine.csr_of(hart, number)));
    Seen {
        instant: machine.instant(),
        registers: harts().map(Cpu::registers).collect(),
        pcs: harts().map(Cpu::pc).collect(),
        csrs: csrs.collect(),
        ram: machine.with_bus(|bus| bus.ram().slice(RAM, 0x2_0000).expect("RAM").to_vec()),
    }
}

#[test]
fn a_run_is_one_run_however_it_is_cut() {
    for ns_per_instruction in [1, 7, 250] {
        let description = system::Machine {
            ns_per_instruction,
            ..description(4)
        };
        let whole = |time_ns: u64| {
            let mut machine = Machine::new(&description, RAM).expect("the description is fine");
            load(&mut machine, RAM, &quarrel());
            run(&mut machine, time_ns);
            machine
        };
        let end_ns = 30_000 * ns_per_instruction;
        let expected = seen(&whole(end_ns));
        assert!(expected == seen(&whole(end_ns)));
        for seed in 0..8 {
            let mut random = Random::new(seed);
            let longest = random.pick(&[3, 50, 1000]);
            let mut machine = whole(0);
            while machine.now_ns() < end_ns {
                let limit_ns = machine.now_ns() + 1 + random.below(longest * ns_per_instruction);
                let most = 1 + random.below(longest);
                let boundary = machine.run_at_most(limit_ns.min(end_ns), most);
                boundary.expect("the core holds");
            }
            run(&mut machine, end_ns);
            assert!(expected == seen(&machine), "{ns_per_instruction} {seed}");
        }
    }
}

#[test]
fn wherever_a_run_was_before_it_is_as_if_it_had_run_straight_on() {
    let begin = || bare(&description(4), &quarrel());
    let straight = |time_ns: u64| {
        let mut run = begin();
        run.run_while(time_ns, |_| true).expect("it runs");
        seen(run.machine())
    };
    let mut travel = Travel::new(begin());
    let mut random = Random::new(3);
    for _ in 0..12 {
        let time_ns = random.below(2_000_000);
        travel.go_to(time_ns).expect("it runs");
        assert!(
            seen(travel.get().machine()) == straight(time_ns),
            "{time_ns}"
        );
        // A few steps from there, and back by as many.
        let mut path = Vec::new();
        for _ in 0..150 {
            travel.settle().expect("it runs");
            path.push((travel.instant(), seen(travel.get().machine())));
            travel.step().expect("it runs");
        }
        let (instant, state) = path[random.pick(&[0, 75, 140])].clone();
        travel.go_to_instant(instant).expect("it runs");
        assert!(seen(travel.get().machine()) == state, "{instant:?}");
        let before = path.iter().rev().skip_while(|(it, _)| *it >= instant);
        for (instant, state) in before.take(20) {
            travel.step_back().expect("it runs");
            assert!(seen(travel.get().machine()) == *state, "{instant:?}");
        }
    }
}

#[test]
fn a_debugger_stops_whichever_hart_comes_by() {
    let mut debugger = Debugger::new(Travel::new(bare(&description(4), &counting(4, 20))));
    assert_eq!(debugger.harts(), 4);
    let go_on = |debugger: &mut Debugger<BareRun>| {
        let found = (0..100).find_map(|_| debugger.run(20_000).expect("it runs"));
        found.expect("it stops")
    };
    // The first instruction behind the constants.
    let place = RAM + 4 * 57;
    debugger.add_breakpoint(place);
    let mut stops = Vec::new();
    for _ in 0..40 {
        assert_eq!(go_on(&mut debugger), Stop::Breakpoint);
        let hart = debugger.hart();
        assert_eq!(debugger.registers(hart).expect("a hart").pc, place);
        stops.push((debugger.travel().instant(), hart));
    }
    let harts = |hart: usize| stops.iter().filter(|(_, it)| *it == hart).count();
    assert!((0..4).all(|hart| harts(hart) > 1), "{stops:?}");
    for stop in stops.iter().rev().skip(1) {
        assert_eq!(debugger.run_back().expect("it runs"), Stop::Breakpoint);
        assert_eq!((debugger.travel().instant(), debugger.hart()), *stop);
    }
    assert!(debugger.remove_breakpoint(place));
    // One hart by one instruction, and back.
    for hart in [3, 0, 2] {
        let before = debugger.registers(hart).expect("a hart");
        assert_eq!(debugger.step(hart).expect("it runs"), None);
        let after = debugger.registers(hart).expect("a hart");
        assert_ne!(before.pc, after.pc);
        assert_eq!(debugger.step_back(hart).expect("it runs"), None);
        assert_eq!(debugger.registers(hart).expect("a hart"), before);
    }
    // Who has stored last.
    assert!(debugger.add_watchpoint(DATA, 8));
    assert_eq!(go_on(&mut debugger), Stop::Watchpoint(DATA));
    let (instant, hart) = (debugger.travel().instant(), debugger.hart());
    assert_eq!(go_on(&mut debugger), Stop::Watchpoint(DATA));
    assert_eq!(
        debugger.run_back().expect("it runs"),
        Stop::Watchpoint(DATA)
    );
    assert_eq!(
        (debugger.travel().instant(), debugger.hart()),
        (instant, hart)
    );
    let mut count = [0; 8];
    assert_eq!(debugger.read(hart, DATA, &mut count), 8);
    for _ in 1..u64::from_le_bytes(count) {
        assert_eq!(
            debugger.run_back().expect("it runs"),
            Stop::Watchpoint(DATA)
        );
    }
    assert_eq!(debugger.run_back().expect("it runs"), Stop::Begin);
}

#[test]
fn a_hart_that_is_lost_does_not_end_the_run_of_the_others() {
    // The second hart traps for ever; the first one ends through the finisher.
    let mut first = vec![NOP; 500];
    first.extend(li(T0, crate::common::FINISHER));
    first.extend(li(T1, 0x5555));
    first.extend([store(2, T1, T0, 0), bne(0, 0, 0)]);
    let mut run = bare(&description(2), &two(&[], &first, &[0]));
    let passed = End::Exit {
        code: 0,
        through: Through::Finisher,
    };
    assert_eq!(run.run(ENOUGH).expect("it runs"), Some(passed));
    let mut run = bare(&description(2), &[0]);
    let end = run.run(ENOUGH).expect("it runs");
    assert!(matches!(end, Some(End::Lost { handler: 0, .. })), "{end:?}");
}

#[test]
fn a_step_ends_where_all_harts_sleep_until_a_timer() {
    // The first hart sleeps for good; then the second one sets its timer, and sleeps.
    let first = [WFI, j(-4)];
    let second = [
        li(T0, CLINT + 0x4008),
        vec![addi(T1, 0, 50), store(3, T1, T0, 0)],
        vec![addi(T1, 0, 0x80), csrrs(0, 0x304, T1), WFI, j(0)],
    ]
    .concat();
    let mut run = bare(&description(2), &two(&[], &first, &second));
    while !run.machine().is_asleep() {
        run.step().expect("it runs");
    }
    run.step().expect("it runs");
    assert_eq!(
        (run.machine().now_ns(), run.machine().is_asleep()),
        (5000, false)
    );
}

#[test]
fn to_go_to_the_present_time_is_to_go_to_its_first_instant() {
    let mut travel = Travel::new(bare(&description(4), &quarrel()));
    travel.go_to(5000).expect("it runs");
    let first = travel.instant();
    for _ in 0..150 {
        travel.step().expect("it runs");
    }
    assert_eq!(travel.time_ns(), first.time_ns);
    travel.go_to(first.time_ns).expect("it runs");
    assert_eq!(travel.instant(), first);
}
