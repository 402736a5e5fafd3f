//! How many instructions a second the simulator executes: `cargo run --release --example speed`.

use std::time::Instant;

use anyhow::Context;
use septum_core::check::check;
use septum_core::places::Places;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawIsolation, RawMmu, RawRange};
use septum_core::{dhall, image, system, templates};
use septum_simulator::cpu::{Cpu, Privilege};
use septum_simulator::machine::Machine;
use septum_simulator::simulation::Simulation;

const RAM: u64 = 0x8000_0000;
const INSTRUCTIONS: u64 = 50_000_000;

/// A loop of a load, a store, arithmetic, a compressed pair and a branch.
const LOOP: [u32; 6] = [
    0x0001_3503, // ld a0, 0(sp)
    0x0015_0513, // addi a0, a0, 1
    0x00a1_3023, // sd a0, 0(sp)
    0x02a5_0533, // mul a0, a0, a0
    0x0505_0505, // c.addi a0, 1 twice
    0xfe00_06e3, // beq x0, x0, -20
];

fn main() -> anyhow::Result<()> {
    for (name, translated) in [("M-mode", false), ("U-mode, Sv39", true)] {
        let mut machine = prepared(translated)?;
        let start = Instant::now();
        machine.run(INSTRUCTIONS)?;
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{name}: {:.1} million instructions a second",
            50.0 / seconds
        );
    }
    for name in ["ping-pong", "crash-course"] {
        let mut simulation = starter(name)?;
        let start = Instant::now();
        simulation.run_until(1_000_000_000)?;
        let seconds = start.elapsed().as_secs_f64();
        let events = simulation.drain_events().len();
        println!("{name}: a virtual second, {events} events, in {seconds:.2} s");
    }
    Ok(())
}

/// A starter system without programs of its own, at reset.
fn starter(name: &str) -> anyhow::Result<Simulation> {
    let template = templates::find(name).context("there is no such starter system")?;
    let text = std::str::from_utf8(template.files[0].bytes)?;
    let raw = dhall::load_text(text).raw.context("it does not evaluate")?;
    let checked = check(&raw, &Programs::new(), &Places::default());
    let plan = checked.plan.context("it cannot be planned")?;
    let image = image::build(&plan);
    Ok(Simulation::boot(&plan, &image, &Scenario::default())?)
}

/// The loop at the begin of RAM; translated by one gigapage that maps RAM to itself.
fn prepared(translated: bool) -> anyhow::Result<Machine> {
    let mut machine = Machine::new(&description(), RAM)?;
    let code: Vec<u8> = LOOP.iter().flat_map(|word| word.to_le_bytes()).collect();
    let entry = (RAM >> 12 << 10) | 0xdf;
    machine.with_bus_mut(|bus| {
        bus.ram_mut().fill(RAM, &code);
        bus.ram_mut().fill(RAM + 0x1010, &u64::to_le_bytes(entry));
    });
    let cpu = machine.cpu_mut();
    cpu.set_register(2, RAM + 0x2000);
    if translated {
        cpu.set_csr(0x3b0, u64::MAX);
        cpu.set_csr(0x3a0, 0x1f);
        cpu.set_csr(0x180, 8 << 60 | (RAM + 0x1000) >> 12);
        cpu.set_privilege(Privilege::User);
    }
    Ok(machine)
}

fn description() -> system::Machine {
    system::Machine {
        name: "bare".to_owned(),
        timebase_hz: 10_000_000,
        ns_per_instruction: 1,
        ram: vec![RawRange {
            base: RAM,
            size_bytes: 1 << 20,
        }],
        devices: Vec::new(),
        isolation: RawIsolation {
            mmu: RawMmu::Sv39,
            asid_bits: 16,
            pmp_entries: 16,
            pmp_grain_bytes: 4,
        },
    }
}
