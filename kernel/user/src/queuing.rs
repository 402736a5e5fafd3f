//! Ends of queuing channels: messages, first in, first out.

use septum_abi::call::{Call, Status};

use crate::call::{self, Deadline, raw_call, value_of};
use crate::port::port_type;

port_type!(
    /// Sending end of a queuing channel.
    QueuingOut
);
port_type!(
    /// Receiving end of a queuing channel.
    QueuingIn
);

impl QueuingOut {
    /// The place of the next message, of the declared size. What was sent last may still lie
    /// there.
    #[must_use]
    pub fn buffer(&mut self) -> &mut [u8] {
        self.0.buffer()
    }

    /// Sends the first `length` bytes of [`QueuingOut::buffer`]. Never waits.
    ///
    /// # Errors
    /// [`Status::Full`] when the queue has no room, [`Status::BadLength`] when the message is
    /// longer than the channel's.
    pub fn send_buffer(&mut self, length: usize) -> Result<(), Status> {
        value_of(raw_call(Call::Send, self.number(), length as u64)).map(|_| ())
    }

    /// Copies a message to the buffer and sends it. Never waits.
    ///
    /// # Errors
    /// As [`QueuingOut::send_buffer`]; [`Status::BadLength`] too when the message is longer
    /// than the port was declared for.
    pub fn send(&mut self, message: &[u8]) -> Result<(), Status> {
        let length = self.0.fill(message)?;
        self.send_buffer(length)
    }

    /// Sends the first `length` bytes of [`QueuingOut::buffer`] and waits for the answer on
    /// another port, in one call.
    ///
    /// # Errors
    /// Those of [`QueuingOut::send_buffer`], when nothing was sent and nothing is waited for;
    /// else those of [`QueuingIn::receive`].
    pub fn exchange_buffer<'a>(
        &mut self,
        length: usize,
        answer: &'a mut QueuingIn,
        deadline: Deadline,
    ) -> Result<&'a [u8], Status> {
        let came = call::exchange(self.number(), length as u64, answer.number(), deadline)?;
        Ok(answer.0.message(came))
    }

    /// Copies a message to the buffer, sends it and waits for the answer on another port, in
    /// one call.
    ///
    /// # Errors
    /// As [`QueuingOut::exchange_buffer`]; [`Status::BadLength`] too when the message is longer
    /// than the port was declared for.
    pub fn exchange<'a>(
        &mut self,
        message: &[u8],
        answer: &'a mut QueuingIn,
        deadline: Deadline,
    ) -> Result<&'a [u8], Status> {
        let length = self.0.fill(message)?;
        self.exchange_buffer(length, answer, deadline)
    }
}

impl QueuingIn {
    /// Receives a message: the bytes where they lie in the port's buffer, until the next call
    /// on this port.
    ///
    /// # Errors
    /// [`Status::Empty`] at the deadline.
    pub fn receive(&mut self, deadline: Deadline) -> Result<&[u8], Status> {
        let length = call::receive(self.number(), deadline)?;
        Ok(self.0.message(length))
    }
}
