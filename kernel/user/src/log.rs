//! The log: text for the console.

use septum_abi::{
    call::{Call, Status},
    limits::LOG_MESSAGE_BYTES,
};

use crate::{call, memory, places};

/// Writes one text to the partition's log ring. Never waits.
///
/// # Errors
/// [`Status::Full`] when the ring has no room for all of it (nothing is written),
/// [`Status::BadLength`] when it is longer than 256 bytes. Without the right to log the call
/// is a fault.
pub fn log(text: &[u8]) -> Result<(), Status> {
    if text.len() > LOG_MESSAGE_BYTES {
        return Err(Status::BadLength);
    }
    memory::copy_out(places::log_buffer(), text);
    call::value_of(call::raw_call(Call::Log, text.len() as u64, 0)).map(|_| ())
}
