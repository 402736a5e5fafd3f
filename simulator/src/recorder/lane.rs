//! What the recorder remembers of a partition.

/// What the recorder remembers of a partition.
#[derive(Debug, Clone, Default)]
pub(super) struct Lane {
    /// Instructions in U-mode, up to the last trap.
    pub(super) instructions: u64,
    /// It waits, as far as the trace says.
    pub(super) wait: Option<Wait>,
    /// It has called `receive` or `exchange` and does not know the outcome.
    pub(super) receiving: Option<Receiving>,
    /// When its interrupt was claimed, in this visit to the kernel.
    pub(super) delivered_ns: Option<u64>,
    /// It is being restarted, as far as the trace says.
    pub(super) restarting: bool,
}

impl Lane {
    /// What it was waiting for is nothing to it any more.
    pub(super) fn forget(&mut self) {
        self.wait = None;
        self.receiving = None;
        self.restarting = false;
    }
}

/// A wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    /// The ports, one bit each.
    pub(super) mask: u64,
    /// When it gives up.
    pub(super) deadline_ns: Option<u64>,
}

/// Something that will be in a port buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Receiving {
    /// Number of the port, as it was given.
    pub(super) port: u64,
    /// Of a sampling channel: how old its value was at the call.
    pub(super) age_ns: Option<u64>,
}
