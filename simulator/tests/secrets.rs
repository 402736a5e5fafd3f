//! What one partition has in registers, buffers and slots is nowhere where another one can
//! look, however the hart goes from one to the other.

mod common;

use common::asm::{EBREAK, ECALL, j};
use common::program::{
    call, is_signalled, receives, repeated, run, sends, signals, spin, wait_forever,
};
use common::subject::Subject;
use common::systems::{channel, model, queuing, system};
use septum_abi::address::{PROGRAM_BASE, STACK_TOP, port_buffer};
use septum_abi::call::{Call, NEVER, POLL};
use septum_core::programs::Programs;
use septum_core::spec::{RawChannelKind, RawSystem};

/// Every secret begins with this.
const SECRET: [u8; 4] = *b"\xa5SEC";
/// What the keeper tells.
const PUBLIC: [u8; 8] = *b"public!!";

const KEEPER: usize = 0;
const SPY: usize = 1;

/// The keeper's ports.
const TELL: u64 = 0;
const HIDE: u64 = 1;
const BELL: u64 = 2;
const ASK: u64 = 3;

/// The keeper tells the spy something and hides something else with the vault. Keeper and spy
/// have windows of their own, and one that they share.
fn design() -> (RawSystem, Programs) {
    let mut programs = Programs::new();
    let mut add = |name: &str, code: &[u32], pins: &[_]| {
        let mut partition = model(name, Vec::new());
        run(&mut partition, &mut programs, code, pins);
        partition
    };
    let pins = [
        sends("tell", 64),
        sends("hide", 64),
        signals("bell"),
        receives("ask", 64),
    ];
    let keeper = add("keeper", &[ECALL, j(0), EBREAK], &pins);
    let pins = [receives("tell", 64), sends("ask", 64), is_signalled("bell")];
    let mut looks = call(Call::Receive.number(), [0, POLL]);
    looks.extend(call(Call::Wait.number(), [0b101, POLL]));
    looks.extend(call(Call::Now.number(), [0, 0]));
    looks.extend(call(Call::Log.number(), [8, 0]));
    looks.extend(spin(300));
    let spy = add("spy", &repeated(looks), &pins);
    let vault = add("vault", &wait_forever(), &[receives("hide", 64)]);
    let channels = vec![
        channel("tell", queuing(64, 4), "keeper.tell", "spy.tell"),
        channel("hide", queuing(64, 4), "keeper.hide", "vault.hide"),
        channel("bell", RawChannelKind::Signal, "keeper.bell", "spy.bell"),
        channel("ask", queuing(64, 4), "spy.ask", "keeper.ask"),
    ];
    let windows: &[(u64, &[&str])] = &[
        (20_000, &["keeper"]),
        (20_000, &["spy"]),
        (20_000, &["keeper", "spy"]),
        (20_000, &["vault"]),
    ];
    (
        system(vec![keeper, spy, vault], channels, windows),
        programs,
    )
}

/// A secret that says where it is from.
fn secret(number: u8) -> [u8; 8] {
    let mut bytes = [number; 8];
    bytes[..4].copy_from_slice(&SECRET);
    bytes
}

fn tells(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

/// Everything that the keeper can write is full of secrets, but for what it tells.
fn fill(subject: &mut Subject) {
    for (number, mapping) in (64..).zip(subject.memory(KEEPER)) {
        if mapping.rights.writable() {
            let length = usize::try_from(mapping.physical.size_bytes).expect("in RAM");
            subject.fill(mapping.physical.base, &secret(number).repeat(length / 8));
        }
    }
    let told = subject.physical(port_buffer(TELL)).expect("it is mapped");
    subject.fill(told, &PUBLIC);
}

/// Secrets in all registers but those of a call, if it is one.
fn registers(request: Option<(Call, [u64; 4])>) -> [u64; 32] {
    let mut registers = [0; 32];
    for (register, number) in registers.iter_mut().zip(0..).skip(1) {
        *register = u64::from_le_bytes(secret(number));
    }
    if let Some((call, arguments)) = request {
        registers[10..14].copy_from_slice(&arguments);
        registers[17] = call.number();
    }
    registers
}

/// Does the keeper's deed, then looks at everything that the spy finds whenever it goes on,
/// for some frames. Whether it has heard what is public.
fn looked_at(at: u64, request: Option<(Call, [u64; 4])>) -> bool {
    let (raw, programs) = design();
    let mut subject = Subject::boot(&raw, &programs, KEEPER);
    fill(&mut subject);
    subject.set_registers(&registers(request), at);
    let limit_ns = subject.simulation.time_ns() + 400_000;
    let (mut looks, mut has_heard) = (0, false);
    while subject.visit(limit_ns).is_some() {
        let registers = subject.simulation.registers();
        if registers.partition != Some(SPY) {
            continue;
        }
        looks += 1;
        for (number, value) in registers.x.iter().enumerate() {
            assert!(!tells(&value.to_le_bytes()), "x{number} after {request:?}");
        }
        for mapping in subject.memory(SPY) {
            let length = usize::try_from(mapping.physical.size_bytes).expect("in RAM");
            let bytes = subject
                .simulation
                .read_memory(mapping.physical.base, length);
            let bytes = bytes.expect("in RAM");
            assert!(!tells(&bytes), "{} after {request:?}", mapping.name);
            has_heard |= bytes.windows(PUBLIC.len()).any(|window| window == PUBLIC);
        }
    }
    assert!(looks > 100, "{looks}");
    has_heard
}

const CALLS: u64 = PROGRAM_BASE;
const STAYS: u64 = PROGRAM_BASE + 4;
const FAULTS: u64 = PROGRAM_BASE + 8;

#[test]
fn preemption_tells_nothing() {
    assert!(!looked_at(STAYS, None));
}

#[test]
fn a_fault_tells_nothing() {
    assert!(!looked_at(FAULTS, None));
    assert!(!looked_at(STACK_TOP, None), "a jump to nowhere");
}

#[test]
fn a_message_tells_what_it_is_and_nothing_beyond() {
    for length in [0, 1, 7, 8] {
        let heard = looked_at(CALLS, Some((Call::Send, [TELL, length, 0, 0])));
        assert_eq!(heard, length == 8);
    }
    assert!(!looked_at(CALLS, Some((Call::Send, [HIDE, 64, 0, 0]))));
}

#[test]
fn no_call_tells_anything() {
    for call in Call::ALL.iter().copied() {
        let arguments = match call {
            Call::Send | Call::Exchange => [TELL, 8, ASK, NEVER],
            Call::Receive => [ASK, NEVER, 0, 0],
            Call::Signal => [BELL, 0, 0, 0],
            Call::Wait => [1 << ASK, NEVER, 0, 0],
            Call::Log => [256, 0, 0, 0],
            _ => [0; 4],
        };
        looked_at(CALLS, Some((call, arguments)));
    }
}
