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
        /// `send(port, length)`: the port buffer's first bytes into the queue, or as the new value
        /// of a sampling channel; never waits.
        Send = 1 "send",
        /// `receive(port, deadline)`: a message into the port buffer; the value is its length. Of
        /// a sampling channel the last value, at once.
        Receive = 2 "receive",
        /// `exchange(out, length, in, deadline)`: `send`, then `receive` of a queue. When the first
        /// fails its status comes back and nothing is received; when the second cannot be done,
        /// nothing is sent.
        Exchange = 3 "exchange",
        /// `signal(port)`: sets the receiver's bit.
        Signal = 4 "signal",
        /// `acknowledge(port)`: the interrupt may come again.
        Acknowledge = 5 "acknowledge",
        /// `now()`: the value is `mtime`.
        Now = 6 "now",
        /// `log(length)`: the log buffer's first bytes into the partition's log ring.
        Log = 7 "log",
        /// `raise(code)`: an application error; comes back only where the design ignores it.
        Raise = 8 "raise",
        /// `exit()`: never returns.
        Exit = 9 "exit",
        /// `restart(partition)`: begins anew, whatever it is doing.
        Restart = 10 "restart",
        /// `stop(partition)`: runs no more, until it is restarted.
        Stop = 11 "stop",
        /// `safe_mode()`: the second schedule begins with the next frame.
        SafeMode = 12 "safe_mode",
    }
}

/// Length of [`crate::tables::PartitionTable::handlers`]: numbers from here on are denied.
pub const CALLS: u64 = 16;
const _: () = assert!(Call::ALL.len() <= 16);

numbered! {
    /// What a system call came to, in `a0`.
    pub enum Status {
        /// Done.
        Ok = 0 "ok",
        /// The queue or the log ring has no room; nothing was written.
        Full = 1 "full",
        /// Nothing came until the deadline; nothing was written to the sampling channel yet.
        Empty = 2 "empty",
        /// No such port, or not one for this call; for `wait`: a bit of no incoming port.
        BadPort = 3 "bad_port",
        /// Longer than the channel's messages, or than a log text.
        BadLength = 4 "bad_length",
        /// The design does not give the partition the clock.
        Denied = 5 "denied",
        /// There is no interrupt to acknowledge.
        NotPending = 6 "not_pending",
        /// The value of a sampling channel is older than its validity; it is there all the same.
        Stale = 7 "stale",
        /// No such partition.
        BadPartition = 8 "bad_partition",
    }
}

/// Deadline: wait forever.
pub const NEVER: u64 = u64::MAX;

/// Deadline: do not wait. Any deadline that has passed means the same, but this one needs no
/// right to the clock.
pub const POLL: u64 = 0;
