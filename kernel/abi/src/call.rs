//! System calls: `ecall` with the number in `a7` and arguments from `a0`; on return the
//! status is in `a0` and the value in `a1`.
//!
//! All other caller-saved registers (`ra`, `t0`..`t6`, `a2`..`a7`) are zero on return.
//! Times are absolute ticks of `mtime`.

macro_rules! numbered {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal $text:literal,)* }
    ) => {
        $(#[$doc])*
        #[repr(u64)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant = $number,)* }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The number in the register.
            #[must_use]
            pub const fn number(self) -> u64 {
                match self { $(Self::$variant => $number,)* }
            }

            /// The one with this number. Compared at full width.
            #[must_use]
            pub const fn from_number(number: u64) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }

            /// The name in the documentation and in traces.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}
pub(crate) use numbered;

numbered! {
    /// The system calls.
    pub enum Call {
        /// `wait(mask, deadline)`: the pending ports of `mask`, as soon as there is one.
        Wait = 0 "wait",
        /// `send(port, length)`: the port buffer's first bytes into the queue; never waits.
        Send = 1 "send",
        /// `receive(port, deadline)`: a message into the port buffer; the value is its length.
        Receive = 2 "receive",
        /// `exchange(out, length, in, deadline)`. Not built: a denied call.
        Exchange = 3 "exchange",
        /// `signal(port)`: sets the receiver's bit.
        Signal = 4 "signal",
        /// `acknowledge(port)`: the interrupt may come again.
        Acknowledge = 5 "acknowledge",
        /// `now()`: the value is `mtime`.
        Now = 6 "now",
        /// `log(length)`: the log buffer's first bytes into the partition's log ring.
        Log = 7 "log",
        /// `raise(code)`. Not built: a denied call.
        Raise = 8 "raise",
        /// `exit()`: never returns.
        Exit = 9 "exit",
        /// `restart(partition)`. Not built: a denied call.
        Restart = 10 "restart",
        /// `stop(partition)`. Not built: a denied call.
        Stop = 11 "stop",
        /// `safe_mode()`. Not built: a denied call.
        SafeMode = 12 "safe_mode",
    }
}

impl Call {
    /// The call's bit in [`crate::tables::PartitionTable::calls`].
    #[must_use]
    pub const fn bit(self) -> u64 {
        1 << self.number()
    }
}

/// The calls that this version's kernel carries out. Any other is denied whatever the
/// partition's table says.
pub const BUILT: u64 = Call::Wait.bit()
    | Call::Send.bit()
    | Call::Receive.bit()
    | Call::Signal.bit()
    | Call::Acknowledge.bit()
    | Call::Now.bit()
    | Call::Log.bit()
    | Call::Exit.bit();

numbered! {
    /// What a system call came to, in `a0`.
    pub enum Status {
        /// Done.
        Ok = 0 "ok",
        /// The queue or the log ring has no room; nothing was written.
        Full = 1 "full",
        /// Nothing came until the deadline.
        Empty = 2 "empty",
        /// No such port, or not one for this call; for `wait`: a bit of no incoming port.
        BadPort = 3 "bad_port",
        /// Longer than the channel's messages, or than a log text.
        BadLength = 4 "bad_length",
        /// The design does not give the partition the clock.
        Denied = 5 "denied",
        /// There is no interrupt to acknowledge.
        NotPending = 6 "not_pending",
    }
}

/// Deadline: wait forever.
pub const NEVER: u64 = u64::MAX;

/// Deadline: do not wait. Any deadline that has passed means the same, but this one needs no
/// right to the clock.
pub const POLL: u64 = 0;
