//! The partition `{{name}}`: whatever arrives goes back, and into the log.
#![no_std]
#![no_main]

use septum_user::{Deadline, log, queuing_in, queuing_out};

/// Largest message in bytes: the channel to `in` may have smaller ones, that from `out` larger.
const MESSAGE_BYTES: u32 = 64;

#[unsafe(no_mangle)]
extern "C" fn main() {
    let mut input = queuing_in!("in", MESSAGE_BYTES);
    let mut output = queuing_out!("out", MESSAGE_BYTES);
    loop {
        let Ok(message) = input.receive(Deadline::Never) else {
            continue;
        };
        // A text for a full log, or an answer for a full queue, is lost.
        let _ = log(message);
        let _ = output.send(message);
    }
}
