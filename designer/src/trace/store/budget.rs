//! How much room a trace may take.

/// Room for the events of a trace; its system calls have as much again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Bytes in memory; one chunk more is there always.
    pub memory_bytes: usize,
    /// Bytes on disk.
    pub disk_bytes: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            disk_bytes: 16 << 30,
        }
    }
}
