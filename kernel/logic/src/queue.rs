//! Queue positions: one writer for each, so that sender and receiver never share one.
//!
//! Positions run in `0..2 * depth`, which tells a full queue from an empty one without
//! wasting a slot and without division.

use septum_abi::state::QueueState;

/// The slot that the next message goes to, and the writer's next position. `None`: full.
///
/// What the reader has done decides nothing but that.
#[must_use]
pub const fn push(queue: &QueueState, depth: u64) -> Option<(u64, u64)> {
    if lap_ahead(queue.write, depth) == queue.read {
        return None;
    }
    Some((slot(queue.write, depth), next(queue.write, depth)))
}

/// The slot of the oldest message, and the reader's next position. `None`: empty.
#[must_use]
pub const fn pop(queue: &QueueState, depth: u64) -> Option<(u64, u64)> {
    if queue.write == queue.read {
        return None;
    }
    Some((slot(queue.read, depth), next(queue.read, depth)))
}

/// The position that is `depth` away, in either direction.
const fn lap_ahead(position: u64, depth: u64) -> u64 {
    if position >= depth {
        position - depth
    } else {
        position + depth
    }
}

const fn slot(position: u64, depth: u64) -> u64 {
    if position >= depth {
        position - depth
    } else {
        position
    }
}

const fn next(position: u64, depth: u64) -> u64 {
    if position + 1 >= 2 * depth {
        0
    } else {
        position + 1
    }
}
