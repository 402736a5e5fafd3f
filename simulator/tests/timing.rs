//! Time is counted: the timer fires at the exact instruction, sleep jumps to it.

use crate::common::asm::{NOP, WFI, addi, csrrs, csrrw, j, store};
use crate::common::systems::{MS, boot, ping_pong};
use crate::common::{CLINT, RAM, UART, load, machine, steps, x};
use septum_simulator::bus::BusEventKind;
use septum_simulator::cpu::{Cpu, Exception, Privilege};
use septum_simulator::device::PowerOff;
use septum_simulator::machine::{Boundary, Machine};
use septum_simulator::simulation::{Outcome, Simulation};

const HANDLER: u64 = RAM + 0x1000;
const MSTATUS: u16 = 0x300;
const MIE: u16 = 0x304;
const MTVEC: u16 = 0x305;
const MEPC: u16 = 0x341;
const MCAUSE: u16 = 0x342;
const MTIE: u64 = 1 << 7;

/// Interrupts on, the timer armed for a tick, 100 ns each.
fn with_timer(program: &[u32], ticks: u64) -> Machine {
    let mut machine = machine(program);
    load(&mut machine, HANDLER, &[NOP; 64]);
    let cpu = machine.cpu_mut();
    cpu.set_csr(MTVEC, HANDLER);
    cpu.set_csr(MIE, MTIE);
    cpu.set_csr(MSTATUS, 8);
    machine
        .with_bus_mut(|bus| bus.write(CLINT + 0x4000, ticks, 8))
        .expect("mtimecmp");
    machine
}

#[test]
fn the_timer_fires_at_the_exact_instruction() {
    for ticks in 1..20 {
        let mut machine = with_timer(&[NOP; 4096], ticks);
        let boundary = machine.run(u64::MAX).unwrap();
        assert_eq!(boundary, Boundary::Interrupted(7));
        assert_eq!(machine.now_ns(), 100 * ticks);
        assert_eq!(machine.csr(MEPC), Some(RAM + 4 * 100 * ticks));
        assert_eq!(machine.csr(MCAUSE), Some(1 << 63 | 7));
        assert_eq!(machine.cpu().pc(), HANDLER);
    }
}

#[test]
fn the_comparator_may_be_rewritten_at_the_last_instant() {
    // sd x1, 0(x2) moves the comparator from tick 1 to tick 2 as the instruction before tick 1.
    let mut program = vec![NOP; 4096];
    program[99] = store(3, 1, 2, 0);
    let mut machine = with_timer(&program, 1);
    machine.cpu_mut().set_register(1, 2);
    machine.cpu_mut().set_register(2, CLINT + 0x4000);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(7));
    assert_eq!(machine.now_ns(), 200);
    assert_eq!(machine.csr(MEPC), Some(RAM + 800));
}

#[test]
fn a_comparator_set_to_the_past_fires_after_the_store() {
    let mut program = vec![NOP; 4096];
    program[150] = store(3, 1, 2, 0);
    let mut machine = with_timer(&program, 1000);
    machine.cpu_mut().set_register(1, 1);
    machine.cpu_mut().set_register(2, CLINT + 0x4000);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(7));
    assert_eq!(machine.now_ns(), 151);
    assert_eq!(machine.csr(MEPC), Some(RAM + 4 * 151));
}

#[test]
fn masked_interrupts_wait_for_the_enable() {
    let mut program = vec![NOP; 4096];
    program[130] = csrrs(0, 0x300, 1);
    let mut machine = with_timer(&program, 1);
    machine.cpu_mut().set_csr(MSTATUS, 0);
    machine.cpu_mut().set_register(1, 8);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(7));
    assert_eq!(machine.now_ns(), 131);
}

#[test]
fn a_trapping_instruction_costs_the_same() {
    let mut program = vec![NOP; 4096];
    program[10] = 0xffff_ffff;
    let mut machine = with_timer(&program, 1);
    machine.cpu_mut().set_csr(MSTATUS, 0);
    let trapped = machine.run(u64::MAX).unwrap();
    assert!(matches!(
        trapped,
        Boundary::Trapped(Exception {
            value: 0xffff_ffff,
            ..
        })
    ));
    assert_eq!(machine.now_ns(), 11);
}

#[test]
fn waiting_jumps_to_the_timer_even_with_interrupts_masked() {
    let program = [WFI, addi(5, 5, 1), j(0)];
    let mut machine = with_timer(&program, 50);
    machine.cpu_mut().set_csr(MSTATUS, 0);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Waiting);
    assert!(machine.is_asleep());
    assert_eq!(machine.run(5001).unwrap(), Boundary::Limit);
    assert!(!machine.is_asleep());
    assert_eq!((machine.now_ns(), x(&machine, 5)), (5001, 1));
}

#[test]
fn a_limit_in_the_middle_of_a_sleep_is_kept() {
    let mut machine = with_timer(&[WFI, NOP], 50);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Waiting);
    assert_eq!(machine.run(1234).unwrap(), Boundary::Limit);
    assert_eq!(machine.now_ns(), 1234);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(7));
    assert_eq!(machine.now_ns(), 5000);
    assert_eq!(machine.csr(MEPC), Some(RAM + 4));
}

#[test]
fn time_never_goes_backwards_when_a_wait_begins_after_its_timer() {
    let mut program = vec![NOP; 4096];
    program[99] = WFI;
    let mut machine = with_timer(&program, 1);
    machine.cpu_mut().set_csr(MSTATUS, 0);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Waiting);
    assert_eq!(machine.now_ns(), 100);
    assert_eq!(machine.run(101).unwrap(), Boundary::Limit);
    assert_eq!(machine.now_ns(), 101);
}

#[test]
fn a_sleep_without_any_timer_is_idle() {
    let mut machine = machine(&[WFI, NOP]);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Waiting);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Idle);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Idle);
    assert_eq!(machine.now_ns(), 1);
}

#[test]
fn the_clock_is_read_at_the_begin_of_the_instruction() {
    let mut program = vec![NOP; 4096];
    program[299] = crate::common::asm::load(3, 5, 2, 0);
    program[300] = crate::common::asm::load(3, 6, 2, 0);
    let mut machine = machine(&program);
    machine.cpu_mut().set_register(2, CLINT + 0xbff8);
    assert!(steps(&mut machine, 301).is_empty());
    assert_eq!((x(&machine, 5), x(&machine, 6)), (2, 3));
}

#[test]
fn the_finisher_stops_before_the_next_instruction() {
    let program = [store(2, 1, 2, 0), addi(5, 5, 1)];
    let mut machine = machine(&program);
    machine.cpu_mut().set_register(1, 0x7_3333);
    machine.cpu_mut().set_register(2, crate::common::FINISHER);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Devices);
    let off = Boundary::Off(PowerOff::Exit(7));
    assert_eq!(machine.run(u64::MAX).unwrap(), off);
    assert_eq!(machine.run(u64::MAX).unwrap(), off);
    assert_eq!((x(&machine, 5), machine.now_ns()), (0, 1));
}

#[test]
fn uart_bytes_carry_the_time_of_their_store() {
    let program = [NOP, store(0, 1, 2, 0), store(0, 1, 2, 0), j(0)];
    let mut machine = machine(&program);
    machine.cpu_mut().set_register(1, 65);
    machine.cpu_mut().set_register(2, UART);
    steps(&mut machine, 10);
    let events = machine.drain_events();
    let bytes: Vec<_> = events
        .iter()
        .map(|event| match &event.kind {
            BusEventKind::Transmitted { byte, .. } => (event.time_ns, *byte),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(bytes, [(1, 65), (2, 65)]);
}

#[test]
fn an_external_interrupt_arrives_at_the_next_instruction() {
    let mut machine = with_timer(&[NOP; 64], u64::MAX);
    machine.cpu_mut().set_csr(MIE, 1 << 11);
    machine.with_bus_mut(|bus| {
        for (address, value) in [
            (crate::common::PLIC + 40, 1),
            (crate::common::PLIC + 0x2000, 1 << 10),
        ] {
            bus.write(address, value, 4).unwrap();
        }
        bus.write(UART + 1, 1, 1).unwrap();
    });
    assert!(steps(&mut machine, 5).is_empty());
    machine.with_bus_mut(|bus| assert!(bus.send_to_uart(b"x")));
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Devices);
    let events = machine.drain_events();
    assert!(
        events
            .iter()
            .any(|e| matches!(e.kind, BusEventKind::Raised { source: 10, .. }))
    );
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(11));
    assert_eq!((machine.now_ns(), machine.csr(MEPC)), (5, Some(RAM + 20)));
}

#[test]
fn two_runs_are_the_same_run() {
    let run = || {
        let mut program = vec![NOP; 4096];
        program[7] = csrrw(3, 0xb00, 0);
        let mut machine = with_timer(&program, 3);
        let boundaries = steps(&mut machine, 1000);
        (
            boundaries,
            machine.cpu().registers(),
            machine.cpu().pc(),
            machine.now_ns(),
        )
    };
    assert_eq!(run(), run());
}

#[test]
fn interrupts_are_taken_from_user_mode_whatever_mie_says() {
    let mut machine = with_timer(&[NOP; 4096], 1);
    crate::common::open_pmp(&mut machine);
    machine.cpu_mut().set_csr(MSTATUS, 0);
    machine.cpu_mut().set_privilege(Privilege::User);
    assert_eq!(machine.run(u64::MAX).unwrap(), Boundary::Interrupted(7));
    assert_eq!(machine.now_ns(), 100);
    assert_eq!(machine.cpu().privilege(), Privilege::Machine);
}

#[test]
fn a_step_is_an_instruction_or_a_sleep() {
    let mut simulation = boot(&ping_pong());
    let mut sleeps = 0;
    while simulation.time_ns() < MS {
        let (before_ns, pc) = (simulation.time_ns(), simulation.registers().pc);
        let was_asleep = simulation.machine().is_asleep();
        assert_eq!(simulation.step().unwrap(), Outcome::Reached);
        let after_ns = simulation.time_ns();
        if was_asleep && after_ns > before_ns + 1 {
            assert_eq!(simulation.registers().pc, pc, "at {after_ns} ns");
            assert_eq!(after_ns % 100, 0, "the timer's tick");
            sleeps += 1;
        } else {
            assert_eq!(after_ns, before_ns + 1);
        }
    }
    assert!(sleeps > 2);
}

/// Instructions of the kernel up to its next return, counted one by one.
fn stepped_visit(simulation: &mut Simulation) -> u64 {
    let mut count = 0;
    loop {
        let before = simulation.registers().privilege;
        let (was_asleep, before_ns) = (simulation.machine().is_asleep(), simulation.time_ns());
        assert_eq!(
            simulation.step().expect("the engine holds"),
            Outcome::Reached
        );
        let slept = was_asleep && simulation.time_ns() > before_ns + 1;
        match (before, simulation.registers().privilege) {
            (Privilege::Machine, Privilege::User) => return count + 1,
            (Privilege::User, Privilege::User) => {}
            // An `ecall`, or the first instruction of the vector.
            _ if !slept => count += 1,
            _ => {}
        }
    }
}

#[test]
fn a_visit_to_the_kernel_has_as_many_instructions_as_steps() {
    let (mut visited, mut stepped) = (boot(&ping_pong()), boot(&ping_pong()));
    let mut waits = 0;
    for _ in 0..100 {
        let visit = visited.run_visit(100 * MS).unwrap().expect("it goes on");
        assert_eq!(visit.instructions, stepped_visit(&mut stepped), "{visit:?}");
        assert_eq!(visit.to, stepped.registers().pc);
        waits += visit.waits;
    }
    assert!(waits > 20);
}
