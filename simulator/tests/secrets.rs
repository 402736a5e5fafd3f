//! What one partition has in registers, buffers and slots is nowhere where another one can
//! look, however the hart goes from one to the other.

use crate::common::asm::{EBREAK, ECALL, add, addi, j, li};
use crate::common::program::{
    A0, A1, A7, T0, call, is_signalled, receives, repeated, run, sends, signals, spin, wait_forever,
};
use crate::common::subject::Subject;
use crate::common::systems::{channel, model, queuing, system};
use septum_abi::address::{PROGRAM_BASE, STACK_TOP, port_buffer};
use septum_abi::call::{Call, NEVER, POLL};
use septum_core::plan::Mapping;
use septum_core::programs::Programs;
use septum_core::spec::{RawChannelKind, RawSystem};

/// Every secret in a register begins with this; a secret in memory is nothing else.
const SECRET: [u8; 4] = [0xa5; 4];
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
    let mut partition = |name: &str, code: &[u32], pins: &[_]| {
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
    let keeper = partition("keeper", &[ECALL, j(0), EBREAK], &pins);
    let pins = [receives("tell", 64), sends("ask", 64), is_signalled("bell")];
    let mut looks = call(Call::Receive.number(), [0, POLL]);
    looks.extend(call(Call::Log.number(), [8, 0]));
    looks.extend(spin(300));
    // While it waits, somebody else runs.
    looks.extend(call(Call::Now.number(), [0, 0]));
    looks.extend(li(T0, 30));
    looks.push(add(A1, A1, T0));
    looks.extend([addi(A0, 0, 0b101), addi(A7, 0, 0), ECALL]);
    let spy = partition("spy", &repeated(looks), &pins);
    let vault = partition("vault", &wait_forever(), &[receives("hide", 64)]);
    let channels = vec![
        channel("tell", queuing(64, 4), "keeper.tell", "spy.tell"),
        channel("hide", queuing(64, 4), "keeper.hide", "vault.hide"),
        channel("bell", RawChannelKind::Signal, "keeper.bell", "spy.bell"),
        channel("ask", queuing(64, 4), "spy.ask", "keeper.ask"),
    ];
    let windows: &[(u64, &[&str])] = &[
        (20_000, &["keeper"]),
        (20_000, &["spy"]),
        (20_000, &["spy", "keeper"]),
        (20_000, &["vault"]),
    ];
    (
        system(vec![keeper, spy, vault], channels, windows),
        programs,
    )
}

/// A secret that says which register it is from.
fn secret(number: u8) -> [u8; 8] {
    let mut bytes = [number; 8];
    bytes[..4].copy_from_slice(&SECRET);
    bytes
}

fn tells(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

/// Everything that the keeper can write is full of secrets, but for what it tells: these bytes.
fn fill(subject: &mut Subject, public: &[u8]) {
    for mapping in subject.memory(KEEPER) {
        if mapping.rights.writable() {
            let length = usize::try_from(mapping.physical.size_bytes).expect("in RAM");
            subject.fill(mapping.physical.base, &vec![SECRET[0]; length]);
        }
    }
    let told = subject.physical(port_buffer(TELL)).expect("it is mapped");
    subject.fill(told, public);
}

/// No secret, not even one byte of it where messages arrive.
fn assert_harmless(mapping: &Mapping, bytes: &[u8], request: Option<(Call, [u64; 4])>) {
    let is_buffer = mapping.virtual_base == port_buffer(TELL);
    let tells = tells(bytes) || is_buffer && bytes.contains(&SECRET[0]);
    assert!(!tells, "{} after {request:?}", mapping.name);
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

/// Registers that the spy's program or a call's answer puts something in: `sp`, `t0`, `a0`,
/// `a1`, `a7`. In all others there is never anything.
const OWN: [usize; 5] = [2, 5, 10, 11, 17];

/// Does the keeper's deed, then looks at everything that the spy finds whenever it goes on,
/// for some frames. Whether it has heard what is public.
fn looked_at(at: u64, request: Option<(Call, [u64; 4])>) -> bool {
    let (raw, programs) = design();
    let mut subject = Subject::boot(&raw, &programs, KEEPER);
    let length = request.map_or(0, |(_, arguments)| arguments[1].min(8));
    fill(
        &mut subject,
        &PUBLIC[..usize::try_from(length).expect("small")],
    );
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
            let is_its_own = OWN.contains(&number);
            assert!(is_its_own || *value == 0, "x{number} after {request:?}");
            assert!(!tells(&value.to_le_bytes()), "x{number} after {request:?}");
        }
        for mapping in subject.memory(SPY) {
            let length = usize::try_from(mapping.physical.size_bytes).expect("in RAM");
            let bytes = subject
                .simulation
                .read_memory(mapping.physical.base, length);
            let bytes = bytes.expect("in RAM");
            assert_harmless(&mapping, &bytes, request);
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
