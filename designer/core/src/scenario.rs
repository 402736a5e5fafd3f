//! What the outside world does to a running system: scripted input.

use serde::{Deserialize, Serialize};

/// A scripted environment; `scenario.dhall` beside the system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// What is typed on the UART, one exchange after another.
    pub uart: Vec<Exchange>,
}

impl Scenario {
    /// Name of its file, in the folder of the system.
    pub const FILE: &str = "scenario.dhall";
}

/// One piece of UART input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Send once this text has appeared on the UART since the previous exchange was sent;
    /// the empty text sends at once.
    pub after: String,
    /// What to send, as UTF-8.
    pub send: String,
}
