//! What reaches the designer from outside.

use super::effect::Outcome;
use super::key::Key;
use super::state::Size;
use super::trace;

/// One thing that reaches the designer.
#[derive(Debug)]
pub enum Input {
    /// A key press.
    Key(Key),
    /// Pasted text.
    Paste(String),
    /// The terminal has another size.
    Resize(Size),
    /// What an effect gave.
    Outcome(Outcome),
    /// Something from the session that simulates.
    Trace(trace::Report),
    /// The terminal or the system asks the program to end, now.
    Terminate,
}
