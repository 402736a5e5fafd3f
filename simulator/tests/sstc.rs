//! S-mode's own timer (extension Sstc, version 1.0.0): who may touch `stimecmp`, and when it fires.

use crate::common::asm::{NOP, WFI, addi, csrrs, csrrw, j};
use crate::common::{RAM, load, open_pmp, steps, virt, x};
use septum_simulator::cpu::{Cause, Cpu, Privilege};
use septum_simulator::machine::{Boundary, Machine};

const HANDLER: u64 = RAM + 0x4000;
const STIMECMP: u32 = 0x14d;
const MIDELEG: u16 = 0x303;
const MIE: u16 = 0x304;
const MTVEC: u16 = 0x305;
const STVEC: u16 = 0x105;
const MCOUNTEREN: u16 = 0x306;
const MENVCFG: u16 = 0x30a;
const MSTATUS: u16 = 0x300;
const MIP: u16 = 0x344;
const STCE: u64 = 1 << 63;
const STIP: u64 = 1 << 5;
const TM: u64 = 2;

/// A machine with this program and these CSRs.
fn machine(has_timer: bool, program: &[u32], csrs: &[(u16, u64)]) -> Machine {
    let mut description = virt();
    description.sstc = has_timer;
    let mut machine = Machine::new(&description, RAM).expect("the description is fine");
    load(&mut machine, RAM, program);
    load(&mut machine, HANDLER, &[NOP; 64]);
    open_pmp(&mut machine);
    let cpu = machine.cpu_mut();
    for (csr, value) in csrs {
        assert!(cpu.set_csr(*csr, *value), "{csr:#x}");
    }
    machine
}

/// `stimecmp` is set to `x1` by the first of many instructions.
fn armed(csrs: &[(u16, u64)], ticks: u64) -> Machine {
    let mut program = vec![NOP; 3000];
    program[0] = csrrw(0, STIMECMP, 1);
    let mut machine = machine(true, &program, csrs);
    // After reset it holds 0, which is over at once.
    machine.cpu_mut().set_csr(0x14d, u64::MAX);
    machine.cpu_mut().set_register(1, ticks);
    machine
}

#[test]
fn it_fires_at_the_exact_instruction() {
    let csrs = [(MENVCFG, STCE), (MIE, STIP), (MTVEC, HANDLER), (MSTATUS, 8)];
    for ticks in 1..20 {
        let mut machine = armed(&csrs, ticks);
        assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(5));
        assert_eq!(machine.now_ns(), 100 * ticks);
        assert_eq!(machine.csr(0x341), Some(RAM + 4 * 100 * ticks));
        assert_eq!(machine.cpu().pc(), HANDLER);
    }
}

#[test]
fn it_fires_in_supervisor_mode_where_it_is_delegated() {
    let csrs = [
        (MENVCFG, STCE),
        (MIDELEG, STIP),
        (MIE, STIP),
        (MCOUNTEREN, TM),
        (STVEC, HANDLER),
        (MSTATUS, 2),
    ];
    let mut machine = armed(&csrs, 7);
    machine.cpu_mut().set_privilege(Privilege::Supervisor);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(5));
    assert_eq!(machine.now_ns(), 700);
    assert_eq!(machine.cpu().privilege(), Privilege::Supervisor);
    assert_eq!(machine.csr(0x142), Some(1 << 63 | 5));
    assert_eq!(machine.csr(0x141), Some(RAM + 2800));
}

#[test]
fn a_time_that_is_over_fires_after_the_store() {
    let csrs = [(MENVCFG, STCE), (MIE, STIP), (MTVEC, HANDLER), (MSTATUS, 8)];
    let mut machine = armed(&csrs, 0);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(5));
    assert_eq!(machine.now_ns(), 1);
}

#[test]
fn it_fires_never_without_the_bit_in_menvcfg() {
    let mut machine = armed(&[(MIE, STIP), (MSTATUS, 8)], 0);
    assert_eq!(machine.run(2000).unwrap(), Boundary::Limit);
    assert_eq!(machine.csr(MIP), Some(0));
    assert_eq!(machine.csr(0x14d), Some(0));
}

#[test]
fn it_ends_a_wait() {
    let program = [csrrw(0, STIMECMP, 1), WFI, addi(5, 5, 1), j(0)];
    let mut machine = machine(true, &program, &[(MENVCFG, STCE), (MIE, STIP)]);
    machine.cpu_mut().set_register(1, 50);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Waiting);
    assert_eq!(machine.run(5001).unwrap(), Boundary::Limit);
    assert_eq!((machine.now_ns(), x(&machine, 5)), (5001, 1));
}

#[test]
fn the_pending_bit_follows_the_clock_and_nothing_else() {
    // Past, cleared by software, in the future, set by software.
    let program = [
        csrrw(0, STIMECMP, 0),
        csrrs(10, 0x344, 0),
        csrrw(0, 0x344, 0),
        csrrs(11, 0x344, 0),
        csrrw(0, STIMECMP, 1),
        csrrs(12, 0x344, 0),
        csrrw(0, 0x344, 2),
        csrrs(13, 0x344, 0),
    ];
    let of = |csrs: &[(u16, u64)]| {
        let mut machine = machine(true, &program, csrs);
        machine.cpu_mut().set_register(1, u64::MAX);
        machine.cpu_mut().set_register(2, STIP);
        steps(&mut machine, 8);
        [10, 11, 12, 13].map(|register| x(&machine, register))
    };
    assert_eq!(of(&[(MENVCFG, STCE)]), [STIP, STIP, 0, 0]);
    assert_eq!(of(&[]), [0, 0, 0, STIP]);
}

#[test]
fn who_may_touch_it() {
    use Privilege::{Machine as M, Supervisor as S, User as U};
    let word = csrrs(5, STIMECMP, 0);
    let cases: [(bool, Privilege, u64, u64, bool); 8] = [
        (false, M, 0, 0, false),
        (true, M, 0, 0, true),
        (true, S, 0, TM, false),
        (true, S, STCE, 0, false),
        (true, S, STCE, TM, true),
        (true, S, STCE, !TM, false),
        (true, U, STCE, u64::MAX, false),
        (false, S, STCE, TM, false),
    ];
    for (has_timer, mode, environment, shown, may) in cases {
        let csrs = [(MENVCFG, environment), (MCOUNTEREN, shown)];
        let mut machine = machine(has_timer, &[word, j(0)], &csrs);
        machine.cpu_mut().set_privilege(mode);
        let refused = match machine.run(1).unwrap() {
            Boundary::Trapped(exception) => {
                assert_eq!(exception.cause, Cause::IllegalInstruction);
                true
            }
            _ => false,
        };
        assert_eq!(
            refused, !may,
            "{has_timer} {mode:?} {environment:#x} {shown:#x}"
        );
    }
}

#[test]
fn the_bit_in_menvcfg_is_there_only_with_the_timer() {
    for (has_timer, left) in [(false, 1), (true, STCE | 1)] {
        let machine = machine(has_timer, &[NOP], &[(MENVCFG, u64::MAX)]);
        assert_eq!(machine.csr(MENVCFG), Some(left));
        assert_eq!(machine.csr(0x14d).is_some(), has_timer);
    }
}
