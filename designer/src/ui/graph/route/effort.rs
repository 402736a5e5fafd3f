//! How much work searches may be: counted in cells, never by the clock, so that the same
//! design gives the same drawing on any machine.

/// The effort is used up, and the search is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted;

/// Cells that searches may leave.
#[derive(Debug, Clone)]
pub struct Effort {
    limit: u64,
    spent: u64,
}

impl Effort {
    /// As much as it takes.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::of(u64::MAX)
    }

    /// So many cells.
    #[must_use]
    pub fn of(limit: u64) -> Self {
        Self { limit, spent: 0 }
    }

    /// Cells that were left.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Leaves one more cell.
    ///
    /// # Errors
    /// When the effort is used up.
    pub(super) fn spend(&mut self) -> Result<(), Exhausted> {
        if self.spent >= self.limit {
            return Err(Exhausted);
        }
        self.spent += 1;
        Ok(())
    }
}
