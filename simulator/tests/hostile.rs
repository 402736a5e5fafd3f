//! What a guest must not be able to do to the host, one test for each way that was found.
//!
//! Each of these panics or hangs `rv64emu` on its own.

use crate::common::asm::{
    EBREAK, ECALL, MRET, NOP, SFENCE, SRET, WFI, amoadd, csrrs, csrrw, j, jalr, load, lr, sc, store,
};
use crate::common::{CLINT, PLIC, RAM, RAM_BYTES, UART, machine, open_pmp, steps, x};
use septum_simulator::cpu::{Cause, Cpu, Exception, Privilege};
use septum_simulator::machine::{Boundary, Machine};

const MSTATUS: u16 = 0x300;
const MTVEC: u16 = 0x305;
const MEPC: u16 = 0x341;
const MCAUSE: u16 = 0x342;
const MTVAL: u16 = 0x343;
const SATP: u16 = 0x180;
const HANDLER: u64 = RAM + 0x8000;
const TABLES: u64 = RAM + 0x1_0000;

/// The exception that the next instruction raises; checks that nothing else has changed.
fn raises(machine: &mut Machine) -> Exception {
    machine.cpu_mut().set_csr(MTVEC, HANDLER);
    let (pc, registers) = (machine.cpu().pc(), machine.cpu().registers());
    let Boundary::Trapped(exception) = machine.run(machine.now_ns() + 1).expect("the engine holds")
    else {
        panic!("no exception at {pc:#x}");
    };
    assert_eq!(
        machine.cpu().registers(),
        registers,
        "registers are unchanged"
    );
    assert_eq!(machine.cpu().pc(), HANDLER);
    assert_eq!(machine.csr(MEPC), Some(pc));
    assert_eq!(machine.csr(MCAUSE), Some(exception.cause.code()));
    assert_eq!(machine.csr(MTVAL), Some(exception.value));
    exception
}

/// The cause that one instruction raises with this in `x1`, in M-mode.
fn cause(word: u32, x1: u64) -> Cause {
    let mut machine = machine(&[word]);
    machine.cpu_mut().set_register(1, x1);
    machine.cpu_mut().set_register(5, 0x55);
    let exception = raises(&mut machine);
    if exception.cause != Cause::IllegalInstruction {
        assert_eq!(exception.value, x1, "mtval is the address");
    }
    exception.cause
}

/// One instruction completes with this in `x1`; the value of `x5` after it.
fn completes(word: u32, x1: u64) -> u64 {
    let mut machine = machine(&[word, j(0)]);
    machine.cpu_mut().set_register(1, x1);
    machine.cpu_mut().set_register(5, 0x55);
    steps(&mut machine, 1);
    assert_eq!(machine.cpu().pc(), RAM + 4);
    x(&machine, 5)
}

const LB: u32 = 0;
const LW: u32 = 2;
const LD: u32 = 3;
const SB: u32 = 0;
const SW: u32 = 2;
const SD: u32 = 3;

#[test]
fn software_interrupt_of_another_hart() {
    completes(store(SW, 5, 1, 0), CLINT + 4);
    assert_eq!(completes(load(LW, 5, 1, 0), CLINT + 4), 0);
}

#[test]
fn byte_load_from_the_clint() {
    assert_eq!(cause(load(LB, 5, 1, 0), CLINT), Cause::LoadAccess);
    assert_eq!(cause(store(SB, 5, 1, 0), CLINT), Cause::StoreAccess);
    assert_eq!(cause(load(LD, 5, 1, 0), CLINT), Cause::LoadAccess);
}

#[test]
fn every_gap_in_the_clint() {
    for address in [
        CLINT + 0x1000,
        CLINT + 0x4008,
        CLINT + 0xbff0,
        CLINT + 0xc000,
        CLINT + 0xfffc,
    ] {
        assert_eq!(completes(load(LW, 5, 1, 0), address), 0);
        completes(store(SW, 5, 1, 0), address);
    }
}

#[test]
fn contexts_of_the_plic_that_do_not_exist() {
    let context = PLIC + 0x20_0000;
    for address in [
        context + 8,
        context + 0x9000,
        context + 0x9004,
        PLIC + 0x5f_fffc,
    ] {
        completes(store(SW, 5, 1, 0), address);
        assert_eq!(completes(load(LW, 5, 1, 0), address), 0);
    }
    assert_eq!(
        cause(load(LW, 5, 1, 0), PLIC + 0x60_0000),
        Cause::LoadAccess
    );
}

#[test]
fn reserved_mode_of_the_trap_vector() {
    for mode in [2, 3] {
        let mut machine = machine(&[csrrw(0, 0x305, 1), ECALL]);
        machine.cpu_mut().set_register(1, HANDLER | mode);
        let boundaries = steps(&mut machine, 2);
        assert!(matches!(boundaries[..], [Boundary::Trapped(_)]));
        assert_eq!(machine.cpu().pc(), HANDLER);
    }
}

#[test]
fn return_to_a_privilege_that_does_not_exist() {
    let mut machine = machine(&[csrrw(0, 0x300, 1), MRET]);
    machine.cpu_mut().set_csr(MSTATUS, 1 << 11);
    machine.cpu_mut().set_csr(MEPC, RAM + 64);
    machine.cpu_mut().set_register(1, 2 << 11);
    let boundaries = steps(&mut machine, 2);
    assert_eq!(
        boundaries,
        [Boundary::Returned(Privilege::Supervisor)],
        "MPP kept its value"
    );
}

/// In U-mode under a root table at [`TABLES`], with `entries` in it from index 0.
fn translated(entries: &[u64], pc: u64) -> Machine {
    let mut machine = machine(&[]);
    open_pmp(&mut machine);
    machine.with_bus_mut(|bus| {
        for (address, entry) in (TABLES..).step_by(8).zip(entries) {
            bus.ram_mut()
                .fill(address, &entry.to_le_bytes())
                .expect("it is in RAM");
        }
    });
    let cpu = machine.cpu_mut();
    cpu.set_csr(SATP, 8 << 60 | TABLES >> 12);
    cpu.set_pc(pc);
    cpu.set_privilege(Privilege::User);
    machine
}

#[test]
fn page_tables_that_are_not_in_ram() {
    let pointers = [
        1,
        (u64::MAX >> 12 << 10) & ((1 << 54) - 1) | 1,
        CLINT >> 12 << 10 | 1,
    ];
    for pointer in pointers {
        let mut machine = translated(&[pointer], 0x1000);
        let exception = raises(&mut machine);
        assert_eq!(
            exception,
            Exception {
                cause: Cause::InstructionAccess,
                value: 0x1000
            }
        );
    }
    let mut machine = translated(&[], 0x1000);
    machine.cpu_mut().set_csr(SATP, (8 << 60) | ((1 << 44) - 1));
    assert_eq!(raises(&mut machine).cause, Cause::InstructionAccess);
}

#[test]
fn page_tables_that_point_to_themselves() {
    let mut machine = translated(&[TABLES >> 12 << 10 | 1], 0);
    assert_eq!(raises(&mut machine).cause, Cause::InstructionPage);
}

#[test]
fn user_mode_does_not_reach_supervisor_pages() {
    let gigapage = RAM >> 12 << 10;
    let everything_but_u = gigapage | 0xcf;
    let mut machine = translated(&[everything_but_u], 0);
    assert_eq!(raises(&mut machine).cause, Cause::InstructionPage);
    let mut machine = translated(&[gigapage | 0xdf], 0);
    crate::common::load(&mut machine, RAM, &[NOP]);
    assert!(steps(&mut machine, 1).is_empty());
}

#[test]
fn permissions_of_leaves() {
    let gigapage = RAM >> 12 << 10;
    let (v, r, w, x, u, a, d) = (1, 2, 4, 8, 16, 64, 128);
    for (flags, word, expected) in [
        (v | x | u | a | d, load(LW, 5, 0, 16), Some(Cause::LoadPage)),
        (
            v | r | x | u | a | d,
            store(SW, 5, 0, 16),
            Some(Cause::StorePage),
        ),
        (v | r | u | a | d, NOP, Some(Cause::InstructionPage)),
        (v | r | w | x | u | d, NOP, Some(Cause::InstructionPage)),
        (
            v | r | w | x | u | a,
            store(SW, 5, 0, 16),
            Some(Cause::StorePage),
        ),
        (v | w | x | u | a | d, NOP, Some(Cause::InstructionPage)),
        (r | w | x | u | a | d, NOP, Some(Cause::InstructionPage)),
        (
            v | r | w | x | u | a | d | 1 << 60,
            NOP,
            Some(Cause::InstructionPage),
        ),
        (
            v | r | w | x | u | a | d | 1 << 10,
            NOP,
            Some(Cause::InstructionPage),
        ),
        (v | r | w | x | u | a | d, store(SW, 5, 0, 16), None),
    ] {
        let mut machine = translated(&[gigapage | flags], 0);
        crate::common::load(&mut machine, RAM, &[word]);
        let boundaries = steps(&mut machine, 1);
        let trapped = boundaries.first().map(|boundary| match boundary {
            Boundary::Trapped(exception) => exception.cause,
            other => panic!("{other:?}"),
        });
        assert_eq!(trapped, expected, "{flags:#x}");
    }
}

#[test]
fn addresses_that_are_not_canonical() {
    let gigapage = RAM >> 12 << 10 | 0xdf;
    let mut machine = translated(&[gigapage], 1 << 39);
    assert_eq!(raises(&mut machine).cause, Cause::InstructionPage);
}

#[test]
fn protection_comes_after_translation() {
    let mut machine = translated(&[RAM >> 12 << 10 | 0xdf], 0);
    machine.cpu_mut().set_csr(0x3a0, 0);
    let exception = raises(&mut machine);
    assert_eq!(
        exception.cause,
        Cause::InstructionAccess,
        "the walker itself is stopped"
    );
    let mut machine = machine_in_user_mode(&[NOP]);
    machine.cpu_mut().set_csr(0x3a0, 0);
    assert_eq!(raises(&mut machine).cause, Cause::InstructionAccess);
}

#[test]
fn a_region_inside_a_doubleword_binds_machine_mode_however_often_it_was_there() {
    let place = RAM + 0x8000;
    let mut machine = machine(&[load(3, 5, 1, 0), load(3, 6, 1, 0), load(3, 7, 1, 0)]);
    machine.cpu_mut().set_register(1, place);
    assert_eq!(steps(&mut machine, 1), []);
    // Entry 0 matches four of the eight bytes (3.7.1: then the access fails in every mode).
    machine.cpu_mut().set_csr(0x3b0, place >> 2);
    machine.cpu_mut().set_csr(0x3a0, 0x17);
    let Boundary::Trapped(exception) = steps(&mut machine, 1)[0] else {
        panic!("no fault");
    };
    assert_eq!(
        (exception.cause, exception.value),
        (Cause::LoadAccess, place)
    );
    // Without it the whole page can be had again.
    machine.cpu_mut().set_csr(0x3a0, 0);
    machine.cpu_mut().set_pc(RAM + 8);
    assert_eq!(steps(&mut machine, 1), []);
}

#[test]
fn misaligned_accesses() {
    for offset in 1..8 {
        let address = RAM + 0x100 + offset;
        if offset % 2 != 0 {
            assert_eq!(cause(load(1, 5, 1, 0), address), Cause::LoadMisaligned);
            assert_eq!(cause(store(1, 5, 1, 0), address), Cause::StoreMisaligned);
        }
        if offset % 4 != 0 {
            assert_eq!(cause(lr(4, 5, 1), address), Cause::LoadMisaligned);
            assert_eq!(cause(sc(4, 5, 1, 2), address), Cause::StoreMisaligned);
        }
        assert_eq!(cause(load(LD, 5, 1, 0), address), Cause::LoadMisaligned);
        assert_eq!(cause(amoadd(8, 5, 1, 2), address), Cause::StoreMisaligned);
    }
}

#[test]
fn accesses_around_the_ends_of_ram() {
    let end = RAM + RAM_BYTES;
    assert_eq!(cause(load(LD, 5, 1, 0), end), Cause::LoadAccess);
    assert_eq!(cause(store(SD, 5, 1, 0), RAM - 8), Cause::StoreAccess);
    assert_eq!(completes(load(LD, 5, 1, 0), end - 8), 0);
    assert_eq!(cause(load(LB, 5, 1, 0), u64::MAX), Cause::LoadAccess);
    assert_eq!(cause(store(SD, 5, 1, 0), u64::MAX - 7), Cause::StoreAccess);
    assert_eq!(cause(load(LD, 5, 1, 0), 0), Cause::LoadAccess);
}

#[test]
fn devices_know_no_atomics_and_no_code() {
    for device in [CLINT, PLIC, UART] {
        assert_eq!(cause(amoadd(4, 5, 1, 2), device), Cause::StoreAccess);
        assert_eq!(cause(lr(4, 5, 1), device), Cause::LoadAccess);
        assert_eq!(cause(sc(4, 5, 1, 2), device), Cause::StoreAccess);
        let mut machine = machine(&[jalr(0, 1, 0)]);
        machine.cpu_mut().set_register(1, device);
        steps(&mut machine, 1);
        assert_eq!(
            raises(&mut machine),
            Exception {
                cause: Cause::InstructionAccess,
                value: device
            }
        );
    }
}

#[test]
fn code_outside_ram_and_past_its_end() {
    for pc in [0, RAM - 2, RAM + RAM_BYTES, u64::MAX - 1] {
        let mut machine = machine(&[]);
        machine.cpu_mut().set_pc(pc);
        assert_eq!(
            raises(&mut machine),
            Exception {
                cause: Cause::InstructionAccess,
                value: pc
            }
        );
    }
    // The first half of a 32-bit instruction is the last halfword of RAM.
    let last = RAM + RAM_BYTES - 2;
    let mut machine = machine(&[]);
    machine
        .with_bus_mut(|bus| bus.ram_mut().fill(last, &[0x13, 0]))
        .unwrap();
    machine.cpu_mut().set_pc(last);
    let exception = raises(&mut machine);
    assert_eq!(
        exception,
        Exception {
            cause: Cause::InstructionAccess,
            value: last + 2
        }
    );
}

#[test]
fn a_short_instruction_before_a_guard_page_is_executed() {
    // A megapage is mapped, then nothing: c.nop at its end.
    let mut machine = translated(&[], 0x1f_fffe);
    let (second, leaf) = (TABLES + 0x1000, RAM >> 12 << 10 | 0xdf);
    machine.with_bus_mut(|bus| {
        let ram = bus.ram_mut();
        ram.fill(TABLES, &(second >> 12 << 10 | 1).to_le_bytes())
            .unwrap();
        ram.fill(second, &((TABLES + 0x2000) >> 12 << 10 | 1).to_le_bytes())
            .unwrap();
        ram.fill(TABLES + 0x2000, &leaf.to_le_bytes()).unwrap();
        ram.fill(RAM + 0xffe, &[0x01, 0x00]).unwrap();
    });
    machine.cpu_mut().set_pc(0xffe);
    assert!(steps(&mut machine, 1).is_empty());
    assert_eq!(machine.cpu().pc(), 0x1000);
    let exception = raises(&mut machine);
    assert_eq!(
        exception,
        Exception {
            cause: Cause::InstructionPage,
            value: 0x1000
        }
    );
}

#[test]
fn a_long_instruction_across_a_guard_page_faults_there() {
    let mut machine = translated(&[], 0xffe);
    let leaf = RAM >> 12 << 10 | 0xdf;
    machine.with_bus_mut(|bus| {
        let ram = bus.ram_mut();
        ram.fill(TABLES, &((TABLES + 0x1000) >> 12 << 10 | 1).to_le_bytes())
            .unwrap();
        ram.fill(
            TABLES + 0x1000,
            &((TABLES + 0x2000) >> 12 << 10 | 1).to_le_bytes(),
        )
        .unwrap();
        ram.fill(TABLES + 0x2000, &leaf.to_le_bytes()).unwrap();
        ram.fill(RAM + 0xffe, &[0x13, 0x00]).unwrap();
    });
    let exception = raises(&mut machine);
    assert_eq!(
        exception,
        Exception {
            cause: Cause::InstructionPage,
            value: 0x1000
        }
    );
}

fn machine_in_user_mode(program: &[u32]) -> Machine {
    let mut machine = machine(program);
    open_pmp(&mut machine);
    machine.cpu_mut().set_privilege(Privilege::User);
    machine
}

#[test]
fn privileged_instructions_in_user_mode() {
    for word in [
        MRET,
        SRET,
        WFI,
        SFENCE,
        csrrs(5, 0x300, 0),
        csrrw(0, 0x180, 1),
        csrrs(5, 0xc00, 0),
    ] {
        let mut machine = machine_in_user_mode(&[word]);
        let exception = raises(&mut machine);
        let expected = Exception {
            cause: Cause::IllegalInstruction,
            value: u64::from(word),
        };
        assert_eq!(exception, expected, "{word:#x}");
    }
    let mut machine = machine_in_user_mode(&[ECALL]);
    assert_eq!(raises(&mut machine).cause, Cause::CallFromUser);
    let mut machine = machine_in_user_mode(&[EBREAK]);
    assert_eq!(raises(&mut machine).cause, Cause::Breakpoint);
}

#[test]
fn privileged_instructions_in_supervisor_mode() {
    let (tvm, tw, tsr) = (1 << 20, 1 << 21, 1 << 22);
    for (word, trapped_by) in [
        (SFENCE, tvm),
        (csrrs(5, 0x180, 0), tvm),
        (WFI, tw),
        (SRET, tsr),
    ] {
        for status in [0, trapped_by] {
            let mut machine = machine(&[word]);
            open_pmp(&mut machine);
            machine.cpu_mut().set_csr(MTVEC, HANDLER);
            machine.cpu_mut().set_csr(MSTATUS, status);
            machine.cpu_mut().set_privilege(Privilege::Supervisor);
            let boundaries = steps(&mut machine, 1);
            let trapped = matches!(boundaries[..], [Boundary::Trapped(_)]);
            assert_eq!(trapped, status != 0, "{word:#x}");
        }
    }
    let mut machine = machine(&[MRET]);
    open_pmp(&mut machine);
    machine.cpu_mut().set_privilege(Privilege::Supervisor);
    assert_eq!(raises(&mut machine).cause, Cause::IllegalInstruction);
}

#[test]
fn counters_are_hidden_until_they_are_enabled() {
    let mut machine = machine_in_user_mode(&[csrrs(5, 0xc01, 0), csrrs(5, 0xc02, 0)]);
    machine.cpu_mut().set_csr(0x306, 2);
    machine.cpu_mut().set_csr(0x106, 2);
    assert!(steps(&mut machine, 1).is_empty());
    assert_eq!(raises(&mut machine).cause, Cause::IllegalInstruction);
}

#[test]
fn every_csr_number_in_every_mode_with_every_operation() {
    let values = [0, u64::MAX, 0x5555_5555_5555_5555, 2 << 11, 2 << 60, 3];
    for number in 0..4096_u32 {
        for privilege in [Privilege::Machine, Privilege::Supervisor, Privilege::User] {
            for (operation, value) in (1..8).zip(values.iter().cycle()).filter(|(o, _)| *o != 4) {
                let word = number << 20 | 1 << 15 | operation << 12 | 5 << 7 | 0x73;
                let mut program = one_instruction(word);
                program.cpu_mut().set_register(1, *value);
                program.cpu_mut().set_privilege(privilege);
                program.run(1).unwrap();
                program.run(20).unwrap();
            }
        }
    }
}

fn one_instruction(word: u32) -> Machine {
    let mut machine = Machine::new(&small(), RAM).expect("the description is fine");
    crate::common::load(&mut machine, RAM, &[word, ECALL, ECALL]);
    open_pmp(&mut machine);
    machine
}

/// Four kibibytes of RAM, for tests that make many machines.
fn small() -> septum_core::system::Machine {
    let mut description = crate::common::virt();
    description.ram[0].size_bytes = 4096;
    description
}

#[test]
fn a_store_to_a_read_only_csr_is_illegal_even_of_the_same_value() {
    assert_eq!(cause(csrrw(5, 0xf14, 0), 0), Cause::IllegalInstruction);
    assert_eq!(completes(csrrs(5, 0xf14, 0), 0), 0);
    assert_eq!(cause(csrrs(5, 0xf14, 1), 0), Cause::IllegalInstruction);
}

#[test]
fn without_supervisor_mode_there_is_none() {
    let mut description = crate::common::virt();
    description.isolation.mmu = septum_core::spec::RawMmu::Bare;
    let mut machine = Machine::new(&description, RAM).unwrap();
    crate::common::load(&mut machine, RAM, &[SRET]);
    assert_eq!(raises(&mut machine).cause, Cause::IllegalInstruction);
    assert!(!machine.cpu_mut().set_csr(SATP, 8 << 60));
    assert_eq!(machine.csr(0x301).unwrap() >> 18 & 1, 0);
    machine.cpu_mut().set_csr(MSTATUS, 1 << 11);
    assert_eq!(
        machine.csr(MSTATUS).unwrap() >> 11 & 3,
        3,
        "MPP keeps M after the trap"
    );
}

#[test]
fn pmp_registers_read_back() {
    let mut machine = machine(&[]);
    for entry in 0..16 {
        let cpu = machine.cpu_mut();
        cpu.set_csr(0x3b0 + entry, 0x2000_0000 + u64::from(entry));
    }
    let cpu = machine.cpu_mut();
    cpu.set_csr(0x3a0, 0x1f1b_0f0d_0918_0b00);
    cpu.set_csr(0x3a2, 0x0000_0000_0000_001f);
    for entry in 0..16 {
        assert_eq!(
            machine.csr(0x3b0 + entry),
            Some(0x2000_0000 + u64::from(entry))
        );
    }
    assert_eq!(machine.csr(0x3a0), Some(0x1f1b_0f0d_0918_0b00));
    assert_eq!(machine.csr(0x3a2), Some(0x1f));
    assert_eq!((machine.csr(0x3a1), machine.csr(0x3a4)), (None, Some(0)));
}

#[test]
fn satp_keeps_the_asid_bits_that_exist() {
    for bits in [0, 1, 9, 16] {
        let mut description = crate::common::virt();
        description.isolation.asid_bits = bits;
        let mut machine = Machine::new(&description, RAM).unwrap();
        machine.cpu_mut().set_csr(SATP, 8 << 60 | 0xffff << 44 | 5);
        let expected = 8 << 60 | ((1 << bits) - 1) << 44 | 5;
        assert_eq!(machine.csr(SATP), Some(expected));
        machine.cpu_mut().set_csr(SATP, 9 << 60);
        assert_eq!(
            machine.csr(SATP),
            Some(expected),
            "a reserved mode changes nothing"
        );
    }
}

#[test]
fn a_reservation_is_lost_to_any_store_conditional() {
    let program = [
        lr(4, 5, 1),
        sc(4, 6, 2, 0),
        sc(4, 7, 1, 0),
        lr(4, 5, 1),
        sc(4, 8, 1, 0),
    ];
    let mut machine = machine(&program);
    machine.cpu_mut().set_register(1, RAM + 0x100);
    machine.cpu_mut().set_register(2, RAM + 0x200);
    assert!(steps(&mut machine, 5).is_empty());
    assert_eq!((x(&machine, 6), x(&machine, 7), x(&machine, 8)), (1, 1, 0));
}
