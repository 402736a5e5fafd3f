//! What a session needs of a machine.

use septum_simulator::event::Event;

use crate::trace::layout::Layout;

use super::report::{Ending, Printed, Registers};

/// How to make a machine. Sent to the session's thread, where the machine then stays.
pub trait Boot: Send + 'static {
    /// What it makes.
    type Machine: Machine;

    /// What is known before the run.
    fn layout(&self) -> Layout;

    /// Makes the machine as it is at reset. Every time the same.
    ///
    /// # Errors
    /// Why it cannot be made, in a sentence.
    fn boot(&mut self) -> Result<Self::Machine, String>;
}

/// A machine that executes one instruction at a time.
pub trait Machine {
    /// Executes one instruction, or waits for the next thing to happen. Says when the run has
    /// come to its end; from then on nothing changes any more.
    fn step(&mut self) -> Option<Ending>;

    /// Takes the events since the last time.
    fn take_events(&mut self) -> Vec<Event>;

    /// Everything that was printed so far.
    fn printed(&self, from: usize) -> Vec<Printed>;

    /// Virtual time in nanoseconds.
    fn time_ns(&self) -> u64;

    /// The registers.
    fn registers(&self) -> Registers;
}
