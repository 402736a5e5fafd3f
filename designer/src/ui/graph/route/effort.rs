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

    /// Does something with no more than a part of the effort; `None` when the part was too
    /// small.
    ///
    /// # Errors
    /// When the effort is used up.
    pub(super) fn part<T>(
        &mut self,
        limit: u64,
        work: impl FnOnce(&mut Self) -> Result<T, Exhausted>,
    ) -> Result<Option<T>, Exhausted> {
        let mut part = Self::of(limit.min(self.limit - self.spent));
        let done = work(&mut part);
        self.spent += part.spent;
        match done {
            Ok(done) => Ok(Some(done)),
            Err(Exhausted) if self.spent < self.limit => Ok(None),
            Err(exhausted) => Err(exhausted),
        }
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
