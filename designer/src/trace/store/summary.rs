//! What is known of a chunk without reading it.

use crate::trace::kind::KindSet;

use super::bits::Bits;
use super::filter::Numbers;
use super::row::Row;

/// Which events a chunk may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Summary {
    first: usize,
    last_ns: u64,
    kinds: KindSet,
    partitions: Bits,
    channels: Bits,
}

impl Summary {
    /// No event yet; the first one will have this position.
    pub(super) fn beginning_at(first: usize) -> Self {
        Self {
            first,
            last_ns: 0,
            kinds: KindSet::NONE,
            partitions: Bits::default(),
            channels: Bits::default(),
        }
    }

    /// Takes in the next event.
    pub(super) fn add(&mut self, row: &Row) {
        self.last_ns = row.time_ns;
        self.kinds = self.kinds.with(KindSet::NONE.toggled(row.kind));
        self.partitions.add(row.partition);
        self.channels.add(row.channel);
    }

    /// Position of the first event.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// When the last event happened, in nanoseconds.
    pub(super) fn last_ns(&self) -> u64 {
        self.last_ns
    }

    /// Whether there may be such an event.
    pub(super) fn may_have(&self, wanted: &Numbers) -> bool {
        let has = |bits: Bits, number: Option<u32>| number.is_none_or(|it| bits.may_have(it));
        self.kinds.and(wanted.kinds) != KindSet::NONE
            && has(self.partitions, wanted.partition)
            && has(self.channels, wanted.channel)
    }
}
