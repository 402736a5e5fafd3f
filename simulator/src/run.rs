//! A run of whatever is in a machine, as time travel and a debugger see it.

use crate::cpu::{Cpu, MachineError, Registers};
use crate::machine::Machine;
use crate::recorder::{Trace, Waiting};
use crate::simulation::Outcome;

/// A deterministic run that can go on from any instant at which it stood still.
pub trait Run {
    /// Everything but RAM and what was printed, at one instant.
    type Mark;
    /// What was printed up to the latest instant that the run has come to.
    type Printed: Default;

    /// The machine, to look at.
    fn machine(&self) -> &Machine;

    /// The machine, to change it.
    fn machine_mut(&mut self) -> &mut Machine;

    /// The state now.
    fn mark(&self) -> Self::Mark;

    /// Goes to another instant of the same run; RAM is not touched. What is printed up to there and
    /// not here yet is taken from what was kept.
    fn restore(&mut self, mark: &Self::Mark, printed: &Self::Printed);

    /// Keeps what was printed, where it is longer than what is kept.
    fn keep_printed(&self, printed: &mut Self::Printed);

    /// Executes one instruction, of the hart whose turn it is, or sleeps until the next thing
    /// happens.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    fn step(&mut self) -> Result<Outcome, MachineError>;

    /// Executes so many instructions, of all harts together.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    fn run_instructions(&mut self, count: u64) -> Result<Outcome, MachineError>;

    /// Lets happen what costs no time before the next instruction: devices and interrupts.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    fn settle(&mut self) -> Result<Outcome, MachineError>;

    /// Runs as long as what waits to be drained says so, at most up to a virtual time.
    ///
    /// # Errors
    /// When the emulator failed; from then on it always does.
    fn run_while(
        &mut self,
        time_ns: u64,
        goes_on: impl Fn(Waiting) -> bool,
    ) -> Result<Outcome, MachineError>;

    /// What was recorded since the last call.
    fn drain_trace(&mut self) -> Trace;

    /// The registers of a hart now; `None` where there is no such hart.
    fn registers_of(&self, hart: usize) -> Option<Registers> {
        let cpu = self.machine().hart(hart)?;
        Some(Registers {
            pc: cpu.pc(),
            x: cpu.registers(),
            privilege: cpu.privilege(),
            partition: None,
        })
    }
}
