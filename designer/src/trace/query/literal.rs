//! What a field is compared with.

use std::fmt;

use septum_core::duration;

/// A constant of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// `3`, `0x8000_0000`.
    Number(u64),
    /// `5ms`, in nanoseconds.
    Time(u64),
    /// `"text"`, with `\n`, `\t`, `\r`, `\"`, `\\` and `\x7f` for what cannot be typed.
    Text(Vec<u8>),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Time(ns) => f.write_str(&duration::exact(*ns)),
            Self::Text(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
        }
    }
}
