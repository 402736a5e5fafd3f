//! Hostile calls, whatever the number and the arguments: an error or a fault, never anything
//! else, and nothing changes that is not the caller's.

use crate::common::asm::{ECALL, j};
use crate::common::program::{
    is_interrupted, is_signalled, receives, run, sends, signals, wait_forever,
};
use crate::common::random::Random;
use crate::common::subject::{Fate, Subject};
use crate::common::systems::{build, channel, model, queuing, system, uart_interrupt};
use septum_abi::address::{LOG_BUFFER, PROGRAM_BASE, STACK_TOP, port_buffer};
use septum_abi::call::{Call, NEVER, POLL, Status};
use septum_abi::limits::LOG_MESSAGE_BYTES;
use septum_core::image::Image;
use septum_core::plan::Plan;
use septum_core::programs::Programs;
use septum_core::spec::RawChannelKind;

/// The caller's ports: one of each kind.
const OUT: u64 = 0;
const IN: u64 = 1;
const BELL: u64 = 2;
const NEWS: u64 = 3;
const INTERRUPT: u64 = 4;
const MESSAGE: u64 = 64;
const WINDOW_NS: u64 = 20_000;
/// Within this a call comes back, or never does.
const WITHIN_NS: u64 = 6 * WINDOW_NS;

/// A caller that has one port of each kind, and a peer at the other ends, which takes nothing.
fn design() -> Design {
    let mut programs = Programs::new();
    let mut caller = model("caller", Vec::new());
    caller.devices.push("uart".to_owned());
    caller.interrupts.push(uart_interrupt("irq"));
    let pins = [
        sends("out", 64),
        receives("in", 64),
        signals("bell"),
        is_signalled("news"),
        is_interrupted("irq"),
    ];
    run(&mut caller, &mut programs, &[ECALL, j(0)], &pins);
    let mut peer = model("peer", Vec::new());
    let pins = [
        receives("out", 64),
        sends("in", 64),
        is_signalled("bell"),
        signals("news"),
    ];
    run(&mut peer, &mut programs, &wait_forever(), &pins);
    let signal = RawChannelKind::Signal;
    let channels = vec![
        channel("out", queuing(MESSAGE, 200), "caller.out", "peer.out"),
        channel("in", queuing(MESSAGE, 2), "peer.in", "caller.in"),
        channel("bell", signal, "caller.bell", "peer.bell"),
        channel("news", signal, "peer.news", "caller.news"),
    ];
    let windows: &[(u64, &[&str])] = &[(WINDOW_NS, &["caller"]), (WINDOW_NS, &["peer"])];
    let mut raw = system(vec![caller, peer], channels, windows);
    // Nobody drains the logs: a line of the kernel is another matter.
    raw.partitions[1].log_bytes = 0;
    raw.partitions[1].permissions.log = false;
    let (plan, image) = build(&raw, &programs);
    Design { plan, image }
}

/// What boots again and again.
struct Design {
    plan: Plan,
    image: Image,
}

/// A caller, and what its calls must not change.
struct Caller {
    subject: Subject,
    expected: Vec<Vec<u8>>,
}

impl Caller {
    fn new(design: &Design) -> Self {
        let subject = Subject::boot_image(design.plan.clone(), &design.image, 0);
        Self {
            expected: subject.out_of_reach(),
            subject,
        }
    }

    fn call(&mut self, registers: &[u64; 32]) -> Fate {
        self.subject.call(registers, PROGRAM_BASE, WITHIN_NS)
    }

    fn assert_nothing_else_has_changed(&self, what: &[u64; 32]) {
        assert!(self.subject.out_of_reach() == self.expected, "{what:x?}");
    }
}

/// The registers of a call.
fn request(number: u64, arguments: [u64; 6]) -> [u64; 32] {
    let mut registers = [0; 32];
    registers[2] = STACK_TOP - 16;
    registers[10..16].copy_from_slice(&arguments);
    registers[17] = number;
    registers
}

/// Arguments with which a call is good, and how many of them it takes.
fn good(call: Call) -> ([u64; 6], usize) {
    let (arguments, count): (&[u64], usize) = match call {
        Call::Wait => (&[1 << NEWS, POLL], 2),
        Call::Send => (&[OUT, MESSAGE], 2),
        Call::Receive => (&[IN, POLL], 2),
        Call::Exchange => (&[OUT, MESSAGE, IN, POLL], 4),
        Call::Signal => (&[BELL], 1),
        Call::Acknowledge => (&[INTERRUPT], 1),
        Call::Log => (&[8], 1),
        Call::Raise | Call::Restart | Call::Stop => (&[0], 1),
        _ => (&[], 0),
    };
    let mut padded = [0; 6];
    padded[..arguments.len()].copy_from_slice(arguments);
    (padded, count)
}

/// Whether a call must refuse this value of an argument.
fn is_bad(call: Call, argument: usize, value: u64) -> bool {
    let incoming = 1 << IN | 1 << NEWS | 1 << INTERRUPT;
    match (call, argument) {
        (Call::Send | Call::Exchange, 0) => value != OUT,
        (Call::Receive, 0) | (Call::Exchange, 2) => value != IN,
        (Call::Send | Call::Exchange, 1) => value > MESSAGE,
        (Call::Signal, 0) => value != BELL,
        (Call::Acknowledge, 0) => value != INTERRUPT,
        (Call::Log, 0) => value > u64::try_from(LOG_MESSAGE_BYTES).expect("small"),
        (Call::Wait, 0) => value & !incoming != 0,
        _ => false,
    }
}

/// What nobody should pass: around lengths and ports, above every width, addresses.
const HOSTILE: [u64; 22] = [
    0,
    1,
    4,
    5,
    63,
    64,
    65,
    255,
    256,
    257,
    4095,
    4096,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    (1 << 32) | 4,
    1 << 63,
    (1 << 63) | 1,
    u64::MAX - 1,
    u64::MAX,
    0x8000_0000,
];

/// A call may wait only where it is meant to, and end only when asked to.
fn may(call: Option<Call>, fate: Fate) -> bool {
    match fate {
        Fate::Returned(_) | Fate::Fault => true,
        Fate::Blocked => matches!(call, Some(Call::Wait | Call::Receive | Call::Exchange)),
        Fate::Exited => call == Some(Call::Exit),
    }
}

/// A call with a hostile value in some of its registers.
struct Trial {
    number: u64,
    registers: std::ops::Range<usize>,
    value: u64,
}

/// Every value in every register: one after another for calls that exist, and in all of them
/// at once for those that do not.
fn trials() -> Vec<Trial> {
    let of = |number: u64| -> Vec<std::ops::Range<usize>> {
        match Call::from_number(number) {
            Some(_) => (0..6).map(|register| register..register + 1).collect(),
            None => std::iter::once(0..6).collect(),
        }
    };
    let places = (0..64).flat_map(|number| of(number).into_iter().map(move |it| (number, it)));
    let trials = places.flat_map(|(number, registers)| {
        HOSTILE.map(|value| Trial {
            number,
            registers: registers.clone(),
            value,
        })
    });
    trials.collect()
}

/// What becomes of each call with good arguments.
fn usual_fates(design: &Design) -> Vec<Fate> {
    let fate = |number: u64| {
        let arguments = Call::from_number(number).map_or([0; 6], |call| good(call).0);
        Caller::new(design).call(&request(number, arguments))
    };
    (0..64).map(fate).collect()
}

#[test]
fn every_number_with_every_hostile_value_in_every_register_is_an_error_or_a_fault() {
    let design = design();
    let usual = usual_fates(&design);
    let (mut errors, mut faults) = (0, 0);
    for trial in trials() {
        let call = Call::from_number(trial.number);
        let (mut arguments, count) = call.map_or(([0; 6], 0), good);
        arguments[trial.registers.clone()].fill(trial.value);
        let registers = request(trial.number, arguments);
        // Every call finds the system as it was: no queue fills up, no halt lasts.
        let mut caller = Caller::new(&design);
        let fate = caller.call(&registers);
        let register = trial.registers.start;
        let what = format!(
            "{} {:#x} in a{register}: {fate:?}",
            trial.number, trial.value
        );
        assert!(may(call, fate), "{what}");
        if call.is_some_and(|call| is_bad(call, register, trial.value)) {
            let refused = [Fate::Returned(Status::Ok), Fate::Blocked, Fate::Exited];
            assert!(!refused.contains(&fate), "{what}");
            errors += u32::from(fate != Fate::Fault);
        } else if call.is_none() || register >= count {
            let number = usize::try_from(trial.number).expect("small");
            assert_eq!(fate, usual[number], "{what}");
        }
        assert!(call.is_some() || fate == Fate::Fault, "{what}");
        faults += u32::from(fate == Fate::Fault);
        caller.assert_nothing_else_has_changed(&registers);
    }
    assert!(errors > 100 && faults > 1000, "{errors} {faults}");
}

/// Registers as a fuzzer likes them.
fn random_registers(random: &mut Random, call: Call) -> [u64; 32] {
    let mut registers = [0; 32];
    for register in &mut registers {
        let bits = random.bits();
        let hostile = random.pick(&HOSTILE);
        let place = random.pick(&[LOG_BUFFER, STACK_TOP, PROGRAM_BASE, port_buffer(0)]);
        *register = random.pick(&[bits, bits, hostile, hostile, place, random_small(bits)]);
    }
    registers[0] = 0;
    registers[17] = call.number();
    // Some of them well-formed, so that calls get beyond their checks.
    let (arguments, count) = good(call);
    for (register, value) in registers[10..].iter_mut().zip(arguments).take(count) {
        if random.below(3) != 0 {
            *register = value;
        }
    }
    registers
}

fn random_small(bits: u64) -> u64 {
    bits % 70
}

/// Registers that a call leaves alone, by the calling convention: `sp`, `gp`, `tp`, `s0` to
/// `s11`.
const KEPT: [usize; 15] = [2, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];

/// After a return: what must be kept is, and the rest is the caller's own or nothing.
fn assert_registers(before: &[u64; 32], after: &[u64; 32]) {
    for number in 1..32 {
        let (old, new) = (before[number], after[number]);
        match number {
            10 | 11 => {}
            _ if KEPT.contains(&number) => assert_eq!(new, old, "x{number}"),
            _ => assert!(new == 0 || new == old, "x{number}: {new:#x}"),
        }
    }
}

/// So many random register states for each call, with a look at memory after so many of
/// them. A call that nobody comes back from needs a new machine each time: of those a
/// twentieth.
fn fuzz(states: u64, look: u64) {
    let design = design();
    let usual = usual_fates(&design);
    for (call, usual) in Call::ALL.iter().copied().zip(usual) {
        let mut random = Random::new(call.number());
        let mut caller = Caller::new(&design);
        let comes_back = matches!(usual, Fate::Returned(_));
        for state in 0..if comes_back { states } else { states / 20 } {
            let registers = random_registers(&mut random, call);
            let fate = caller.call(&registers);
            assert!(may(Some(call), fate), "{fate:?} of {registers:x?}");
            let returned = matches!(fate, Fate::Returned(_));
            if returned {
                assert_registers(&registers, &caller.subject.registers());
            }
            if !returned || state % look == 0 {
                caller.assert_nothing_else_has_changed(&registers);
            }
            if !returned {
                caller = Caller::new(&design);
            }
        }
        caller.assert_nothing_else_has_changed(&[0; 32]);
    }
}

#[test]
fn random_registers_change_nothing_that_is_not_the_callers() {
    fuzz(2_000, 10);
}

#[test]
#[ignore = "takes a long time: a million states for each call"]
fn a_million_random_registers_change_nothing_that_is_not_the_callers() {
    fuzz(1_000_000, 1_000);
}

#[test]
fn deadlines_that_nobody_means_wait_or_come_back() {
    let design = design();
    for deadline in HOSTILE.into_iter().chain([NEVER, NEVER - 1]) {
        let mut caller = Caller::new(&design);
        let fate = caller.call(&request(
            Call::Wait.number(),
            [1 << IN, deadline, 0, 0, 0, 0],
        ));
        // `mtime` is far below 2^31 ticks, and beyond the first few thousand of them.
        let expected = match deadline {
            0..=64 => Fate::Returned(Status::Empty),
            4097.. => Fate::Blocked,
            _ => continue,
        };
        assert_eq!(fate, expected, "{deadline:#x}");
    }
}
