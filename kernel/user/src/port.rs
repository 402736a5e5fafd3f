//! Ports, bound by name: [`queuing_in!`](crate::queuing_in) and its siblings declare a port in
//! the section `.septum.ports`; the designer fills in number and buffer.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

use septum_abi::{call::Status, pin::Pin};

/// Whether a declared port has its handle already. For the macros.
#[derive(Debug)]
pub struct Taken(AtomicBool);

impl Taken {
    /// Not yet.
    #[must_use]
    pub const fn not_yet() -> Self {
        Self(AtomicBool::new(false))
    }
}

/// The one handle of a declared port. Who has it, has the port's buffer.
#[derive(Debug)]
pub(crate) struct Handle(&'static Pin);

impl Handle {
    /// The handle, the first time.
    ///
    /// # Panics
    /// The second time: a message that is lent out would be overwritten.
    pub(crate) fn take(pin: &'static Pin, taken: &Taken) -> Self {
        assert!(!taken.0.swap(true, Relaxed), "a port is taken once");
        Self(pin)
    }

    /// The number, as the designer filled it in after compilation.
    pub(crate) fn number(&self) -> u64 {
        // SAFETY: a valid reference; volatile, because the compiler knows only the value from
        // before the designer's.
        #[allow(unsafe_code, reason = "a constant that is patched after compilation")]
        let index = unsafe { (&raw const self.0.index).read_volatile() };
        u64::from(index)
    }

    /// The number's bit in a mask of ports.
    pub(crate) fn bit(&self) -> u64 {
        1 << (self.number() & 63)
    }

    /// The buffer, as the designer filled it in after compilation: its address, never null, and
    /// the bytes that the program declared for a message. Without a buffer there are none. For a
    /// memory it is the memory.
    pub(crate) fn place(&self) -> (usize, usize) {
        // SAFETY: as for `number`.
        #[allow(unsafe_code, reason = "a constant that is patched after compilation")]
        let address = unsafe { (&raw const self.0.buffer).read_volatile() };
        match address {
            0 => (1, 0),
            _ => (address as usize, self.0.message_bytes as usize),
        }
    }

    /// What a call on the port left in its buffer.
    pub(crate) fn message(&self, length: u64) -> &[u8] {
        let (address, room) = self.place();
        let start = core::ptr::with_exposed_provenance(address);
        // SAFETY: the buffer is one page at an address that the design gave this port alone, no
        // Rust object lies there, and no message is longer (the checker compared the declared
        // size). It is written by calls on this port only, and those take the one handle by
        // `&mut`, so not while this is borrowed. Where there is no buffer, nothing is read.
        #[allow(unsafe_code, reason = "the design gives the buffer its address")]
        unsafe {
            core::slice::from_raw_parts(start, room.min(length as usize))
        }
    }

    /// The buffer, to be filled with the next message.
    pub(crate) fn buffer(&mut self) -> &mut [u8] {
        let (address, room) = self.place();
        let start = core::ptr::with_exposed_provenance_mut(address);
        // SAFETY: as for `message`; the one handle is borrowed by `&mut`.
        #[allow(unsafe_code, reason = "the design gives the buffer its address")]
        unsafe {
            core::slice::from_raw_parts_mut(start, room)
        }
    }

    /// Copies a message into the buffer: its length.
    pub(crate) fn fill(&mut self, message: &[u8]) -> Result<usize, Status> {
        let buffer = self.buffer().get_mut(..message.len());
        buffer.ok_or(Status::BadLength)?.copy_from_slice(message);
        Ok(message.len())
    }
}

macro_rules! port_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name($crate::port::Handle);

        impl $name {
            /// For the macro that declares the pin.
            ///
            /// # Panics
            /// When it is taken twice.
            #[must_use]
            pub fn take(pin: &'static septum_abi::pin::Pin, taken: &$crate::Taken) -> Self {
                Self($crate::port::Handle::take(pin, taken))
            }

            /// The port's number.
            #[must_use]
            pub fn number(&self) -> u64 {
                self.0.number()
            }

            /// The port's bit in the mask of [`crate::wait`].
            #[must_use]
            pub fn bit(&self) -> u64 {
                self.0.bit()
            }
        }
    };
}
pub(crate) use port_type;

/// A port of some type; for the macros below.
#[doc(hidden)]
#[macro_export]
macro_rules! port {
    ($type:ident, $name:literal, $kind:ident, $direction:ident, $bytes:expr) => {{
        #[used]
        #[allow(unsafe_code, reason = "the section that the designer reads")]
        #[unsafe(link_section = ".septum.ports")]
        static PIN: $crate::abi::pin::Pin = $crate::abi::pin::Pin::declare(
            $name,
            $crate::abi::pin::$kind,
            $crate::abi::pin::$direction,
            $bytes,
        );
        static TAKEN: $crate::Taken = $crate::Taken::not_yet();
        $crate::$type::take(&PIN, &TAKEN)
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

/// Declares the writing end of a sampling channel: name, largest value in bytes.
#[macro_export]
macro_rules! sampling_out {
    ($name:literal, $bytes:expr) => {
        $crate::port!(SamplingOut, $name, KIND_SAMPLING, DIRECTION_OUT, $bytes)
    };
}

/// Declares the reading end of a sampling channel: name, largest value in bytes.
#[macro_export]
macro_rules! sampling_in {
    ($name:literal, $bytes:expr) => {
        $crate::port!(SamplingIn, $name, KIND_SAMPLING, DIRECTION_IN, $bytes)
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

/// Declares a shared memory that the program reads: name, bytes of it that it needs.
#[macro_export]
macro_rules! memory_in {
    ($name:literal, $bytes:expr) => {
        $crate::port!(MemoryIn, $name, KIND_MEMORY, DIRECTION_IN, $bytes)
    };
}

/// Declares a shared memory that the program reads and writes: name, bytes of it that it needs.
#[macro_export]
macro_rules! memory_out {
    ($name:literal, $bytes:expr) => {
        $crate::port!(MemoryOut, $name, KIND_MEMORY, DIRECTION_OUT, $bytes)
    };
}
