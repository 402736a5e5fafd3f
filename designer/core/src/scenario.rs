//! What the outside world does to a running system, and what is expected of it.

use serde::{Deserialize, Serialize};

/// A scripted environment; `scenario.dhall` beside the system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// What is typed on the UART, one exchange after another.
    pub uart: Vec<Exchange>,
    /// Faults and input that come at a time or at an event.
    pub injections: Vec<Injection>,
    /// What must be true of the run.
    pub expectations: Vec<Expectation>,
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

/// Something that is done to the machine from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Injection {
    /// When.
    pub at: Occasion,
    /// What.
    pub fault: Fault,
}

/// When something is injected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Occasion {
    /// At a virtual time.
    Time {
        /// Nanoseconds since reset.
        ns: u64,
    },
    /// At an event.
    Event {
        /// Which events are meant.
        expression: String,
        /// The how-manieth of them, from 1.
        occurrence: u64,
    },
}

/// What is injected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// A bit of memory is turned over.
    FlipBit {
        /// In whose addresses; physical ones for `None`.
        partition: Option<String>,
        /// Of the byte.
        address: u64,
        /// 0 to 7.
        bit: u64,
    },
    /// Eight bytes of memory are overwritten.
    WriteWord {
        /// In whose addresses; physical ones for `None`.
        partition: Option<String>,
        /// Of the first byte.
        address: u64,
        /// What is there from then on, the lowest byte first.
        value: u64,
    },
    /// The device's present or next request for an interrupt is lost, until its line falls.
    LoseInterrupt {
        /// Name of the device.
        device: String,
    },
    /// The device's interrupt is requested once more.
    RepeatInterrupt {
        /// Name of the device.
        device: String,
    },
    /// All code of the partition becomes illegal instructions.
    StopPartition {
        /// Name of the partition.
        partition: String,
    },
    /// A text comes in on a UART or a virtio console.
    Input {
        /// Name of the device.
        device: String,
        /// What, as UTF-8.
        text: String,
    },
}

/// What must be true of a run; events are meant by expressions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expectation {
    /// There is such an event.
    Must {
        /// Which events are meant.
        event: String,
    },
    /// There is none.
    MustNot {
        /// Which events are meant.
        event: String,
    },
    /// The first one comes before a time.
    Before {
        /// Which events are meant.
        event: String,
        /// Nanoseconds since reset.
        ns: u64,
    },
    /// After each event of one kind there is one of another kind, soon.
    Within {
        /// What has to come.
        event: String,
        /// After what.
        after: String,
        /// So many nanoseconds later at most.
        ns: u64,
    },
    /// There are so many at most.
    AtMost {
        /// Which events are meant.
        event: String,
        /// How many.
        times: u64,
    },
    /// A partition's console has this text somewhere.
    Console {
        /// Name of the partition.
        partition: String,
        /// The text.
        contains: String,
    },
}
