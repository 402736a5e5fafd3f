//! Ends of sampling channels: the last value, and whether it is still valid.

use septum_abi::call::{Call, Status};

use crate::call::{Deadline, raw_call, raw_numbers, value_of};
use crate::port::port_type;

port_type!(
    /// Writing end of a sampling channel.
    SamplingOut
);
port_type!(
    /// Reading end of a sampling channel.
    SamplingIn
);

/// A value as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample<'a> {
    /// The value, where it lies in the port's buffer.
    pub bytes: &'a [u8],
    /// Whether it is not older than the channel's validity.
    pub is_valid: bool,
}

impl SamplingOut {
    /// The place of the next value, of the declared size. What was written last may still lie
    /// there.
    #[must_use]
    pub fn buffer(&mut self) -> &mut [u8] {
        self.0.buffer()
    }

    /// Makes the first `length` bytes of [`SamplingOut::buffer`] the channel's value.
    ///
    /// # Errors
    /// [`Status::BadLength`] when it is longer than the channel's.
    pub fn write_buffer(&mut self, length: usize) -> Result<(), Status> {
        value_of(raw_call(Call::Send, self.number(), length as u64)).map(|_| ())
    }

    /// Copies a value to the buffer and makes it the channel's.
    ///
    /// # Errors
    /// [`Status::BadLength`] when it is longer than the channel's, or than the port was
    /// declared for.
    pub fn write(&mut self, value: &[u8]) -> Result<(), Status> {
        let length = self.0.fill(value)?;
        self.write_buffer(length)
    }
}

impl SamplingIn {
    /// The value that was written last. Never waits.
    ///
    /// # Errors
    /// [`Status::Empty`] when none was ever written.
    pub fn read(&mut self) -> Result<Sample<'_>, Status> {
        let (status, length) = raw_numbers(Call::Receive, self.number(), Deadline::Poll.ticks());
        let is_valid = status != Status::Stale.number();
        if is_valid && status != Status::Ok.number() {
            return Err(Status::from_number(status).unwrap_or(Status::Denied));
        }
        let bytes = self.0.message(length);
        Ok(Sample { bytes, is_valid })
    }
}
