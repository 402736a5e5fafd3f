//! Virtual time as a program sees it: the same in the simulator and on QEMU, but for the place
//! in a tick at which QEMU's timer fires ([`crate::timer`]).

use septum_abi::call::Call;
use septum_abi::tables::Header;
use septum_core::console::Transcript;
use septum_core::image::build;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_core::spec::RawStep;
use septum_simulator::cpu::Privilege;
use septum_simulator::simulation::{Outcome, Simulation};

use crate::access::Access;
use crate::agreement::{MS, simulated};
use crate::c::{compile, program, source};
use crate::isolation::with_witness;
use crate::machine::Qemu;
use crate::systems::{forever, numbered, partition, planned_with, system};
use crate::timer::{TICK_NS, Timer, ticks_late};

/// The two windows of a frame in ticks of `mtime`.
const FRAME_TICKS: u64 = 4_000;

/// Two hundred frames.
const DURATION_NS: u64 = 80 * MS;

/// Numbers that a partition has logged in hexadecimal.
fn numbers(said: &Transcript, partition: usize) -> Vec<u64> {
    let texts = said.texts(partition).iter();
    let texts = texts.map(|text| String::from_utf8_lossy(text));
    texts
        .map(|text| u64::from_str_radix(&text, 16).expect("hexadecimal"))
        .collect()
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn windows_begin_at_the_same_time() {
    let elf = compile(&source("clock.c"));
    let busy = vec![RawStep::Compute { ns: 30_000 }, numbered("n ")];
    let raw = system(
        vec![
            program("clock", "clock.elf"),
            partition("busy", forever(busy)),
        ],
        Vec::new(),
        &[&["clock"], &["busy"]],
    );
    let plan = planned_with(&raw, &[("clock.elf", &elf)]);
    let simulation = simulated(&plan, &build(&plan), &Scenario::default(), DURATION_NS);
    let expected = numbers(&Transcript::read(simulation.uart_output()), 0);
    assert!(expected.len() > 190);
    for pair in expected.windows(2) {
        assert_eq!(pair[1] - pair[0], FRAME_TICKS, "whatever `busy` did");
    }
    let mut qemu = Qemu::boot(&plan);
    let said = qemu.until(|said| said.texts(0).len() > expected.len());
    for (expected, found) in expected.iter().zip(numbers(&said, 0)) {
        assert!(ticks_late(*expected, found) <= 1, "{expected} {found}");
    }
}

/// A run of the simulator that is followed instruction by instruction, with what QEMU's timer
/// would make of it.
struct Follower {
    simulation: Simulation,
    header: Header,
    timer: Timer,
    /// The partition whose readings of the clock count, and whether it is about to have one.
    partition: usize,
    is_asking: bool,
    simulated: Vec<u64>,
    on_qemu: Vec<u64>,
}

impl Follower {
    fn new(plan: &Plan, partition: usize) -> Self {
        let simulation = Simulation::boot(plan, &build(plan), &Scenario::default());
        Self {
            simulation: simulation.expect("it boots"),
            header: plan.tables.header,
            timer: Timer::new(),
            partition,
            is_asking: false,
            simulated: Vec::new(),
            on_qemu: Vec::new(),
        }
    }

    /// Goes on by an instruction or to the end of a sleep.
    fn step(&mut self) {
        if !self.simulation.machine().is_asleep() {
            self.look(self.simulation.time_ns());
        }
        let outcome = self.simulation.step().expect("the engine holds");
        assert_eq!(outcome, Outcome::Reached);
    }

    /// Looks at the next instruction.
    fn look(&mut self, now_ns: u64) {
        let registers = self.simulation.registers();
        if registers.privilege == Privilege::User {
            let is_own = registers.partition == Some(self.partition);
            self.is_asking = is_own && registers.x[17] == Call::Now.number();
            return;
        }
        let code = self.simulation.read_memory(registers.pc, 4);
        let code = code.expect("the kernel is in RAM");
        let word = u32::from_le_bytes(code.try_into().expect("4 bytes"));
        match Access::of(word, &registers.x) {
            Some(Access::Store { address, value }) if address == self.header.mtimecmp => {
                self.timer.arm(now_ns, value);
            }
            Some(Access::Load { address }) if self.is_asking && address == self.header.mtime => {
                self.is_asking = false;
                self.simulated.push(now_ns / TICK_NS);
                self.on_qemu.push(self.timer.ticks(now_ns));
            }
            _ => {}
        }
    }
}

/// Not a nanosecond is unaccounted for: from the reset on, both machines execute equally many
/// instructions on every path through kernel and programs, sleeps included. One instruction
/// more or less in QEMU's reset vector or anywhere else makes some reading another one.
#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn qemus_timer_explains_every_reading_of_the_clock() {
    let elf = compile(&source("clock.c"));
    // Nobody is interrupted: how far somebody gets before a late timer is another matter.
    let raw = with_witness(vec![program("clock", "clock.elf")]);
    let plan = planned_with(&raw, &[("clock.elf", &elf)]);
    let mut follower = Follower::new(&plan, 1);
    while follower.simulation.time_ns() < DURATION_NS {
        follower.step();
    }
    let console = Transcript::read(follower.simulation.uart_output());
    let logged = numbers(&console, 1);
    assert!(logged.len() > 190);
    assert_eq!(logged, follower.simulated[..logged.len()]);

    // A busy host may keep QEMU from serving a timer when it is due; hardly so in each run.
    let predicted = &follower.on_qemu[..logged.len()];
    let is_explained = (0..3).any(|_| readings(&plan, logged.len()) == predicted);
    assert!(is_explained, "{predicted:?}");
    assert!(
        predicted != logged,
        "the timer of QEMU was late at some time"
    );
}

/// What the first partition reads so often on QEMU.
fn readings(plan: &Plan, count: usize) -> Vec<u64> {
    let said = Qemu::boot(plan).until(|said| said.texts(1).len() > count);
    numbers(&said, 1)[..count].to_vec()
}
