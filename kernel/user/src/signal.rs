//! Ends of signal channels, and device interrupts: one bit each.

use septum_abi::call::{Call, Status};

use crate::call::{Deadline, raw_call, value_of, wait};
use crate::port::port_type;

port_type!(
    /// Sending end of a signal channel.
    SignalOut
);
port_type!(
    /// Receiving end of a signal channel.
    SignalIn
);
port_type!(
    /// A device interrupt.
    Interrupt
);

impl SignalOut {
    /// Sets the receiver's bit; setting it twice is setting it once.
    ///
    /// # Errors
    /// [`Status::BadPort`] when the design's port is not this one's kind.
    pub fn signal(&self) -> Result<(), Status> {
        value_of(raw_call(Call::Signal, self.number(), 0)).map(|_| ())
    }
}

impl SignalIn {
    /// Waits for the signal.
    ///
    /// # Errors
    /// [`Status::Empty`] at the deadline.
    pub fn wait(&self, deadline: Deadline) -> Result<(), Status> {
        wait(self.bit(), deadline).map(|_| ())
    }
}

impl Interrupt {
    /// Waits for the interrupt.
    ///
    /// # Errors
    /// [`Status::Empty`] at the deadline.
    pub fn wait(&self, deadline: Deadline) -> Result<(), Status> {
        wait(self.bit(), deadline).map(|_| ())
    }

    /// The device has been served; the interrupt may come again.
    ///
    /// # Errors
    /// [`Status::NotPending`] when none was delivered.
    pub fn acknowledge(&self) -> Result<(), Status> {
        value_of(raw_call(Call::Acknowledge, self.number(), 0)).map(|_| ())
    }
}
