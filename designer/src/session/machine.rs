//! What a session needs of a machine.

use septum_simulator::console::ConsoleByte;
use septum_simulator::cpu::Registers;
use septum_simulator::recorder::Trace;
use septum_simulator::script::ScriptProgress;

use septum_simulator::travel::Place;

use crate::trace::layout::Layout;

use super::report::Ending;

/// How to make a machine. Sent to the session's thread, where the machine then stays.
pub trait Boot: Send + 'static {
    /// What it makes.
    type Machine: Machine;

    /// Makes the machine as it is at reset, and says what is known before the run.
    ///
    /// # Errors
    /// Why it cannot be made, in a sentence.
    fn boot(self) -> Result<(Layout, Self::Machine), String>;
}

/// A machine that can be run in pieces. Once it has said that its run has come to an end,
/// nothing changes any more.
pub trait Machine {
    /// Executes one instruction, or waits for the next thing to happen.
    fn step(&mut self) -> Option<Ending>;

    /// Runs until so many events wait to be taken, at most up to a time in nanoseconds.
    fn run(&mut self, events: usize, until_ns: u64) -> Option<Ending>;

    /// Runs until a system call waits to be taken, at most up to a time in nanoseconds.
    fn run_call(&mut self, until_ns: u64) -> Option<Ending>;

    /// Goes to the first instant behind so many instructions, to which the run has come. What waits
    /// to be taken is as behind [`Machine::go_to`].
    fn go_to_count(&mut self, instructions: u64) -> Option<Ending>;

    /// Goes to a time in nanoseconds that the run has come to. What happened up to there waits to
    /// be taken once more, or a part of it.
    fn go_to(&mut self, time_ns: u64) -> Option<Ending>;

    /// Goes back by one instruction, or to the begin of the last sleep.
    fn step_back(&mut self) -> Option<Ending>;

    /// Goes back to the last instruction before now that wrote something, if there was one; says
    /// whether.
    fn go_back_to_write(&mut self, place: &Place) -> Result<bool, Ending>;

    /// How many events there were up to now.
    fn events(&self) -> usize;

    /// Takes the events since the last time, each with its registers, and the system calls.
    fn take_trace(&mut self) -> Trace;

    /// Everything that was printed so far.
    fn printed(&self) -> &[ConsoleByte];

    /// How far the scenario has come.
    fn script(&self) -> ScriptProgress;

    /// Virtual time in nanoseconds.
    fn time_ns(&self) -> u64;

    /// Executed instructions.
    fn instructions(&self) -> u64;

    /// The registers now.
    fn registers(&self) -> Registers;
}
