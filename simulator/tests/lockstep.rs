//! Every starter system with a second opinion on each instruction.

use crate::common::starters;
use crate::common::systems::{MS, build, pmp_alone};
use septum_simulator::cpu::Cpu;
use septum_simulator::lockstep::Lockstep;
use septum_simulator::simulation::Simulation;

#[test]
fn rv64emu_agrees_on_every_starter_system() {
    let mut all_interrupts = 0;
    for starter in starters::all() {
        for isolation in [starter.raw.machine.isolation, pmp_alone(16, 4)] {
            let mut raw = starter.raw.clone();
            raw.machine.isolation = isolation;
            let (plan, image) = build(&raw, &starter.programs);
            let booted = Simulation::boot(&plan, &image, &starter.scenario);
            let mut lockstep = Lockstep::new(&plan, booted.expect("it boots"));
            let ran = lockstep.run_until(3 * MS).expect("the core holds");
            if let Err(difference) = ran {
                panic!("{}: {difference:#?}", raw.name);
            }
            let (instructions, interrupts) = lockstep.compared();
            assert!(instructions > 100_000, "{}: {instructions}", raw.name);
            all_interrupts += interrupts;
            let told: u64 = lockstep.told().values().sum();
            assert!(
                told * 20 < instructions,
                "{}: {:?}",
                raw.name,
                lockstep.told()
            );
        }
    }
    assert!(all_interrupts > 2, "{all_interrupts}");
}

/// A core whose result is wrong in one bit is caught at the next instruction.
#[test]
fn the_first_difference_is_shown_with_both_states() {
    let starter = starters::find("ping-pong");
    let (plan, image) = build(&starter.raw, &starter.programs);
    let booted = Simulation::boot(&plan, &image, &starter.scenario);
    let mut lockstep = Lockstep::new(&plan, booted.expect("it boots"));
    let ran = lockstep.run_until(MS).expect("the core holds");
    assert!(ran.is_ok());
    let machine = lockstep.simulation_mut().machine_mut();
    let pc = machine.cpu().pc();
    let before = machine.cpu().registers()[9];
    machine.cpu_mut().set_register(9, before ^ 4);
    let ran = lockstep.run_until(20 * MS).expect("the core holds");
    let difference = ran.expect_err("they differ");
    assert!(difference.time_ns >= MS, "{difference:#?}");
    let said = format!("x9: ours {:#x}, witness {before:#x}", before ^ 4);
    assert!(
        difference.differences.contains(&said),
        "{pc:#x}: {difference:#?}"
    );
    assert!(!difference.instruction.is_empty());
    assert_eq!(difference.registers.lines().count(), 32);
}
