//! Some events, one after another, and what they carry.

use super::row::{ROW_BYTES, Row};

/// Rows of the same length, and what they carry, packed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) rows: Vec<u8>,
    pub(super) arena: Vec<u8>,
}

impl Chunk {
    /// Takes in the next event, with what writes down what it carries.
    pub(super) fn push(&mut self, row: &Row, carry: impl FnOnce(&mut Vec<u8>)) {
        row.write(&mut self.rows);
        carry(&mut self.arena);
    }

    /// How many events it has.
    pub(super) fn len(&self) -> usize {
        self.rows.len() / ROW_BYTES
    }

    /// Its bytes, in memory and on disk.
    pub(super) fn bytes(&self) -> usize {
        self.rows.len() + self.arena.len()
    }

    /// Bytes of what its events carry.
    pub(super) fn arena_bytes(&self) -> u32 {
        u32::try_from(self.arena.len()).unwrap_or(u32::MAX)
    }

    /// The row with this number.
    pub(super) fn row(&self, number: usize) -> Option<Row> {
        let start = number.checked_mul(ROW_BYTES)?;
        Row::read(self.rows.get(start..start.checked_add(ROW_BYTES)?)?)
    }

    /// What begins with what an event carries.
    pub(super) fn carried(&self, row: &Row) -> Option<&[u8]> {
        self.arena.get(usize::try_from(row.carried).ok()?..)
    }

    /// Number of the first event at or after this time.
    pub(super) fn first_at(&self, time_ns: u64) -> usize {
        let (rows, _) = self.rows.as_chunks::<ROW_BYTES>();
        rows.partition_point(|row| Row::read(row).is_some_and(|row| row.time_ns < time_ns))
    }
}
