//! Typed ports, bound by name: [`queuing_in!`](crate::queuing_in) and its siblings declare a
//! port in the section `.septum.ports`; the designer fills in number and buffer.

use septum_abi::{
    ABI_VERSION,
    call::{Call, Status},
    pin::{NAME_BYTES, Pin, UNBOUND},
};

use crate::call::{Deadline, raw_call, receive, value_of, wait};
use crate::memory;

/// The declaration of a port. For the macros.
///
/// # Panics
/// At compile time, when the name has more than 32 bytes.
#[must_use]
pub const fn declare(name: &str, kind: u8, direction: u8, message_bytes: u32) -> Pin {
    assert!(name.len() <= NAME_BYTES);
    let mut bytes = [0; NAME_BYTES];
    let mut i = 0;
    while i < name.len() {
        bytes[i] = name.as_bytes()[i];
        i += 1;
    }
    Pin {
        name: bytes,
        kind,
        direction,
        abi_version: ABI_VERSION,
        message_bytes,
        index: UNBOUND,
        reserved: 0,
        buffer: 0,
    }
}

macro_rules! port_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(&'static Pin);

        impl $name {
            /// For the macro that declares the pin.
            #[must_use]
            pub const fn new(pin: &'static Pin) -> Self {
                Self(pin)
            }

            /// The port's number.
            #[must_use]
            pub fn number(&self) -> u64 {
                number(self.0)
            }

            /// The port's bit in the mask of [`crate::wait`].
            #[must_use]
            pub fn bit(&self) -> u64 {
                1 << (self.number() & 63)
            }
        }
    };
}

port_type!(
    /// Sending end of a queuing channel.
    QueuingOut
);
port_type!(
    /// Receiving end of a queuing channel.
    QueuingIn
);
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

/// The number, as the designer filled it in after compilation.
fn number(pin: &'static Pin) -> u64 {
    // SAFETY: a valid reference; volatile, because the compiler knows only the value from
    // before the designer's.
    #[allow(unsafe_code, reason = "a constant that is patched after compilation")]
    let index = unsafe { (&raw const pin.index).read_volatile() };
    u64::from(index)
}

/// The buffer's address, as the designer filled it in after compilation.
fn buffer(pin: &'static Pin) -> u64 {
    // SAFETY: as for `number`.
    #[allow(unsafe_code, reason = "a constant that is patched after compilation")]
    unsafe {
        (&raw const pin.buffer).read_volatile()
    }
}

impl QueuingOut {
    /// Sends a message. Never waits.
    ///
    /// # Errors
    /// [`Status::Full`] when the queue has no room, [`Status::BadLength`] when the message is
    /// longer than the port was declared for, or than the channel's messages.
    pub fn send(&mut self, message: &[u8]) -> Result<(), Status> {
        let length = message.len() as u64;
        if length > u64::from(self.0.message_bytes) {
            return Err(Status::BadLength);
        }
        memory::copy_out(buffer(self.0), message);
        value_of(raw_call(Call::Send, self.number(), length)).map(|_| ())
    }
}

impl QueuingIn {
    /// Receives a message into `message`: its length.
    ///
    /// # Errors
    /// [`Status::Empty`] at the deadline; [`Status::BadLength`] when `message` is too short
    /// for what came, which is then lost.
    pub fn receive(&mut self, message: &mut [u8], deadline: Deadline) -> Result<usize, Status> {
        let length = receive(self.number(), deadline)? as usize;
        let room = message.get_mut(..length).ok_or(Status::BadLength)?;
        memory::copy_in(buffer(self.0), room);
        Ok(length)
    }
}

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

/// A port of some type; for the macros below.
#[doc(hidden)]
#[macro_export]
macro_rules! port {
    ($type:ident, $name:literal, $kind:ident, $direction:ident, $bytes:expr) => {{
        #[used]
        #[allow(unsafe_code, reason = "the section that the designer reads")]
        #[unsafe(link_section = ".septum.ports")]
        static PIN: $crate::abi::pin::Pin = $crate::declare(
            $name,
            $crate::abi::pin::$kind,
            $crate::abi::pin::$direction,
            $bytes,
        );
        $crate::$type::new(&PIN)
    }};
}

/// Declares the sending end of a queuing channel: name, largest message in bytes.
#[macro_export]
macro_rules! queuing_out {
    ($name:literal, $bytes:expr) => {
        $crate::port!(QueuingOut, $name, KIND_QUEUING, DIRECTION_OUT, $bytes)
    };
}

/// Declares the receiving end of a queuing channel: name, largest message in bytes.
#[macro_export]
macro_rules! queuing_in {
    ($name:literal, $bytes:expr) => {
        $crate::port!(QueuingIn, $name, KIND_QUEUING, DIRECTION_IN, $bytes)
    };
}

/// Declares the sending end of a signal channel.
#[macro_export]
macro_rules! signal_out {
    ($name:literal) => {
        $crate::port!(SignalOut, $name, KIND_SIGNAL, DIRECTION_OUT, 0)
    };
}

/// Declares the receiving end of a signal channel.
#[macro_export]
macro_rules! signal_in {
    ($name:literal) => {
        $crate::port!(SignalIn, $name, KIND_SIGNAL, DIRECTION_IN, 0)
    };
}

/// Declares a device interrupt.
#[macro_export]
macro_rules! interrupt {
    ($name:literal) => {
        $crate::port!(Interrupt, $name, KIND_INTERRUPT, DIRECTION_IN, 0)
    };
}
