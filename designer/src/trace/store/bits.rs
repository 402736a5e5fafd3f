//! Small sets that may say yes too often.

/// A set of numbers, of which it knows only the rest after a division by 64.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bits(u64);

impl Bits {
    /// Adds a number.
    pub(super) fn add(&mut self, number: u32) {
        self.0 |= 1 << (number % 64);
    }

    /// Whether the number may be in the set; if not, it certainly is not.
    pub(super) fn may_have(self, number: u32) -> bool {
        self.0 >> (number % 64) & 1 == 1
    }
}
