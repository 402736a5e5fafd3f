//! What every event has, at a fixed place in its chunk.

use crate::trace::kind::{KINDS, Kind};

/// An event without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) time_ns: u64,
    pub(super) instructions: u64,
    pub(super) pc: u64,
    pub(super) hart: u32,
    /// Number of the partition's name.
    pub(super) partition: u32,
    /// Number of the channel's name.
    pub(super) channel: u32,
    /// Where in the chunk begins what it carries.
    pub(super) carried: u32,
    pub(super) kind: Kind,
}

/// Bytes of a row.
pub const ROW_BYTES: usize = 3 * 8 + 4 * 4 + 1;
const _: () = assert!(ROW_BYTES <= 64);

impl Row {
    /// The row as bytes.
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        for word in [self.time_ns, self.instructions, self.pc] {
            into.extend_from_slice(&word.to_le_bytes());
        }
        for word in [self.hart, self.partition, self.channel, self.carried] {
            into.extend_from_slice(&word.to_le_bytes());
        }
        into.push(u8::try_from(self.kind.position()).unwrap_or(u8::MAX));
    }

    /// The row that such bytes are; `None` if they are none.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.split_at_checked(3 * 8)?;
        let (words, _) = words.as_chunks();
        let (halves, kind) = rest.split_at_checked(4 * 4)?;
        let (halves, _) = halves.as_chunks();
        let word = |index: usize| u64::from_le_bytes(words[index]);
        let half = |index: usize| u32::from_le_bytes(halves[index]);
        Some(Self {
            time_ns: word(0),
            instructions: word(1),
            pc: word(2),
            hart: half(0),
            partition: half(1),
            channel: half(2),
            carried: half(3),
            kind: KINDS.get(usize::from(*kind.first()?))?.kind,
        })
    }
}
