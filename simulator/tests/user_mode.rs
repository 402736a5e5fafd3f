//! What U-mode can do under the kernel, instruction by instruction, byte by byte.

use crate::common::asm::{MRET, SFENCE, SRET, WFI, j, load, lr, sc, store};
use crate::common::program::{forever, run};
use crate::common::random::Random;
use crate::common::starters;
use crate::common::subject::Subject;
use crate::common::systems::{model, system};
use septum_abi::address::{PROGRAM_BASE, STACK_TOP};
use septum_abi::call::Call;
use septum_core::plan::{Mapping, PartitionPlan};
use septum_core::programs::Programs;
use septum_simulator::cpu::{Cause, Cpu, Exception, Privilege};

/// A partition that computes, and one of another window that does.
fn computing() -> Subject {
    let mut programs = Programs::new();
    let partitions = ["one", "other"].map(|name| {
        let mut partition = model(name, Vec::new());
        run(&mut partition, &mut programs, &forever(), &[]);
        partition
    });
    let windows: &[(u64, &[&str])] = &[(20_000, &["one"]), (20_000, &["other"])];
    let raw = system(partitions.to_vec(), Vec::new(), windows);
    Subject::boot(&raw, &programs, 0)
}

/// What the instruction raises as the partition's next one.
fn executes(subject: &mut Subject, word: u32) -> Option<Exception> {
    subject.put(PROGRAM_BASE, &[word]);
    let mut registers = [0; 32];
    registers[1] = u64::MAX;
    subject.raises(&registers, PROGRAM_BASE)
}

fn illegal(word: u32) -> Option<Exception> {
    Some(Exception {
        cause: Cause::IllegalInstruction,
        value: u64::from(word),
    })
}

#[test]
fn no_csr_is_within_reach() {
    let mut subject = computing();
    for number in 0..4096 {
        for operation in [1, 2, 3, 5, 6, 7] {
            for source in [0, 1] {
                let word = number << 20 | source << 15 | operation << 12 | 5 << 7 | 0x73;
                assert_eq!(executes(&mut subject, word), illegal(word), "{word:#x}");
            }
        }
    }
    assert_eq!(
        subject.simulation.machine().cpu().privilege(),
        Privilege::User
    );
}

#[test]
fn no_system_instruction_completes() {
    let mut subject = computing();
    let every_fence = (0..1024).map(|operands| SFENCE | operands << 15);
    let (hypervisor_fence, debug_return) = (0x2200_0073, 0x7b20_0073);
    let privileged = [MRET, SRET, WFI, hypervisor_fence, debug_return];
    for word in privileged.into_iter().chain(every_fence) {
        assert_eq!(executes(&mut subject, word), illegal(word), "{word:#x}");
    }
    let mut random = Random::new(1);
    for _ in 0..20_000 {
        let word = random.word() & !0x7f | 0x73;
        let raised = executes(&mut subject, word).map(|exception| exception.cause);
        let expected = match word {
            crate::common::asm::ECALL => Cause::CallFromUser,
            crate::common::asm::EBREAK => Cause::Breakpoint,
            _ => Cause::IllegalInstruction,
        };
        assert_eq!(raised, Some(expected), "{word:#x}");
    }
}

#[test]
fn fences_of_ones_own_are_nobodys_business() {
    let mut subject = computing();
    let (fence, fence_of_instructions) = (0x0ff0_000f, 0x0000_100f);
    for word in [fence, fence_of_instructions] {
        assert_eq!(executes(&mut subject, word), None);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Load,
    Store,
    Fetch,
}

/// What the plan says of an aligned access to memory; `None` where a device is.
fn is_granted(
    partition: &PartitionPlan,
    memory: &[Mapping],
    at: u64,
    touch: Touch,
) -> Option<bool> {
    let Some(mapping) = partition.mapping(at) else {
        return Some(false);
    };
    memory.contains(mapping).then_some(match touch {
        Touch::Load => true,
        Touch::Store => mapping.rights.writable(),
        Touch::Fetch => mapping.rights.executable(),
    })
}

/// Makes an access of so many bytes as a power of two; memory is as before.
fn touch(subject: &mut Subject, code: u64, at: u64, width: u32, touch: Touch) -> Option<Cause> {
    let mut registers = [0; 32];
    registers[1] = at;
    let physical = subject.physical(at);
    let here = physical.and_then(|from| subject.simulation.read_memory(from, 8));
    // The same as is there already.
    registers[2] = here.map_or(0, |bytes| {
        u64::from_le_bytes(bytes.try_into().expect("eight bytes"))
    });
    let (word, pc) = match touch {
        Touch::Load => (load(width, 5, 1, 0), code),
        Touch::Store => (store(width, 2, 1, 0), code),
        Touch::Fetch => (0, at),
    };
    let put_at = physical.filter(|_| touch == Touch::Fetch);
    let put_at = put_at
        .or_else(|| subject.physical(code))
        .expect("its own code");
    let before = subject.simulation.read_memory(put_at, 4).expect("in RAM");
    match touch {
        // `c.nop`
        Touch::Fetch => subject.fill(put_at, &[1, 0]),
        _ => subject.fill(put_at, &word.to_le_bytes()),
    }
    let raised = subject.raises(&registers, pc);
    subject.fill(put_at, &before);
    raised.map(|exception| exception.cause)
}

/// How an access is refused, with and without translation.
fn refusals(touch: Touch) -> [Cause; 2] {
    match touch {
        Touch::Load => [Cause::LoadPage, Cause::LoadAccess],
        Touch::Store => [Cause::StorePage, Cause::StoreAccess],
        Touch::Fetch => [Cause::InstructionPage, Cause::InstructionAccess],
    }
}

/// All accesses within 8 bytes of an address; how many were granted and refused.
fn around(subject: &mut Subject, edge: u64) -> (u32, u32) {
    let partition = subject.plan.partitions[subject.partition].clone();
    let memory = subject.memory(subject.partition);
    let code = memory.iter().find(|mapping| mapping.rights.executable());
    // Not at an edge itself.
    let code = code.expect("it has a program").virtual_base + 64;
    let (mut granted, mut refused) = (0, 0);
    let addresses = (0..17).map(|offset| edge.wrapping_add(offset).wrapping_sub(8));
    for (at, width) in addresses.flat_map(|at| (0..4).map(move |width| (at, width))) {
        for how in [Touch::Load, Touch::Store, Touch::Fetch] {
            let is_fetch = how == Touch::Fetch;
            if is_fetch && (width != 1 || at % 2 != 0) {
                continue;
            }
            let Some(expected) = is_granted(&partition, &memory, at, how) else {
                continue;
            };
            let raised = touch(subject, code, at, width, how);
            let what = format!("{} {how:?} {at:#x} {width}: {raised:?}", partition.name);
            if !is_fetch && !at.is_multiple_of(1 << width) {
                let misaligned = [Cause::LoadMisaligned, Cause::StoreMisaligned];
                assert!(
                    raised.is_some_and(|cause| misaligned.contains(&cause)),
                    "{what}"
                );
            } else if expected {
                assert_eq!(raised, None, "{what}");
                granted += 1;
            } else {
                assert!(
                    raised.is_some_and(|cause| refusals(how).contains(&cause)),
                    "{what}"
                );
                refused += 1;
            }
        }
    }
    (granted, refused)
}

/// Stacks end at guard pages, and nobody writes to code, its own included.
#[test]
fn memory_of_every_starter_system_ends_at_the_byte_that_its_plan_says() {
    for starter in starters::all() {
        for partition in 0..starter.raw.partitions.len() {
            let mut subject = Subject::boot(&starter.raw, &starter.programs, partition);
            let (mut granted, mut refused) = (0, 0);
            // Everybody's, as seen by this partition.
            let everybody = 0..subject.plan.partitions.len();
            let mappings: Vec<Mapping> = everybody.flat_map(|of| subject.memory(of)).collect();
            let regions = subject.plan.regions.iter().map(|region| region.range);
            let virtual_ranges = mappings.iter().map(Mapping::virtual_range);
            let ranges: Vec<_> = virtual_ranges.chain(regions).collect();
            for range in ranges {
                for edge in [range.base, range.end()] {
                    let (more_granted, more_refused) = around(&mut subject, edge);
                    granted += more_granted;
                    refused += more_refused;
                }
            }
            assert!(granted > 100 && refused > 100, "{granted} {refused}");
        }
    }
}

#[test]
fn nothing_is_fetched_from_where_no_code_is() {
    let mut subject = computing();
    for pc in [
        0,
        2,
        STACK_TOP - 64,
        0x8000_0000,
        1 << 38,
        1 << 39,
        u64::MAX - 1,
    ] {
        let raised = subject.raises(&[0; 32], pc).expect("no code");
        assert!(refusals(Touch::Fetch).contains(&raised.cause), "{pc:#x}");
        assert_eq!(raised.value, pc);
    }
}

/// Where a reservation is made, in the partition's own memory.
const PLACE: u64 = STACK_TOP - 64;
const RESERVE: u64 = PROGRAM_BASE;
const STORE: u64 = PROGRAM_BASE + 4;
const STAY: u64 = PROGRAM_BASE + 8;
const CALL: u64 = PROGRAM_BASE + 12;

/// Makes a reservation, lets something happen, and says whether a conditional store is done.
fn stores_after(happens: impl FnOnce(&mut Subject)) -> bool {
    let mut subject = computing();
    let code = [
        lr(8, 5, 1),
        sc(8, 6, 1, 2),
        j(0),
        crate::common::asm::ECALL,
        j(-8),
    ];
    subject.put(PROGRAM_BASE, &code);
    let mut registers = [0; 32];
    (registers[1], registers[2]) = (PLACE, 0x1234);
    assert_eq!(subject.raises(&registers, RESERVE), None);
    happens(&mut subject);
    assert_eq!(subject.raises(&registers, STORE), None);
    let place = subject.physical(PLACE).expect("its stack");
    let bytes = subject.simulation.read_memory(place, 8).expect("in RAM");
    bytes == 0x1234_u64.to_le_bytes()
}

/// Goes on from an instruction until somebody else has run and the partition does again.
fn switch_and_back(subject: &mut Subject, pc: u64, registers: [u64; 32]) {
    subject.set_registers(&registers, pc);
    for somebody in [1, 0] {
        loop {
            let limit_ns = subject.simulation.time_ns() + 1_000_000;
            subject.visit(limit_ns).expect("windows go on");
            if subject.simulation.registers().partition == Some(somebody) {
                break;
            }
        }
    }
}

#[test]
fn a_reservation_does_not_outlive_a_switch() {
    assert!(stores_after(|_| {}), "without a switch it does");
    assert!(!stores_after(|subject| switch_and_back(
        subject, STAY, [0; 32]
    )));
    assert!(!stores_after(|subject| {
        let mut registers = [0; 32];
        // Until 300 us after reset.
        (registers[11], registers[17]) = (3_000, Call::Wait.number());
        switch_and_back(subject, CALL, registers);
    }));
}
