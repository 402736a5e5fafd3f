//! The system calls of a run, with the registers that each was made with.

use std::io;

use septum_simulator::system_call::SystemCall;

use super::budget::Budget;
use super::chunk::Chunk;
use super::chunks::Chunks;
use super::snapshots::{self, Snapshots};
use super::{CHUNK_EVENTS, damaged, varint};

/// Bytes of the row of a call: where what it carries begins in its chunk.
const ROW_BYTES: usize = 4;

/// The system calls of a run, in order; also those that made no event. All errors are the file's.
#[derive(Debug)]
pub struct Calls {
    /// When each was made, in nanoseconds.
    times_ns: Vec<u64>,
    chunks: Chunks,
    snapshots: Snapshots,
}

impl Calls {
    /// No call was made yet.
    #[must_use]
    pub fn new(budget: Budget) -> Self {
        Self {
            times_ns: Vec::new(),
            chunks: Chunks::new(budget),
            snapshots: Snapshots::default(),
        }
    }

    /// Takes in the next call.
    pub fn push(&mut self, call: &SystemCall) {
        if self.times_ns.len().is_multiple_of(CHUNK_EVENTS) {
            self.chunks.begin();
            self.snapshots.begin();
        }
        self.times_ns.push(call.time_ns);
        self.chunks.write(|chunk| {
            let row = chunk.arena_bytes().to_le_bytes();
            chunk.rows.extend_from_slice(&row);
            carry(call, &mut self.snapshots, &mut chunk.arena);
        });
    }

    /// Tries once more to send to the disk what is beyond the budget.
    pub fn make_room(&mut self) {
        self.chunks.make_room();
    }

    /// Why what is beyond the budget is in memory, if it is.
    #[must_use]
    pub fn lack_of_room(&self) -> Option<&io::Error> {
        self.chunks.lack()
    }

    /// The last call so far.
    ///
    /// # Errors
    /// When it cannot be read from the disk, here and below.
    pub fn last(&self) -> io::Result<Option<SystemCall>> {
        self.get(self.times_ns.len().checked_sub(1))
    }

    /// The call that was made at this time: a hart makes one at a time.
    ///
    /// # Errors
    /// See [`Calls::last`].
    pub fn at(&self, time_ns: u64) -> io::Result<Option<SystemCall>> {
        self.get(self.times_ns.binary_search(&time_ns).ok())
    }

    /// The first call after this time.
    ///
    /// # Errors
    /// See [`Calls::last`].
    pub fn after(&self, time_ns: u64) -> io::Result<Option<SystemCall>> {
        self.get(Some(
            self.times_ns.partition_point(|at_ns| *at_ns <= time_ns),
        ))
    }

    fn get(&self, number: Option<usize>) -> io::Result<Option<SystemCall>> {
        let timed = number.and_then(|number| Some((number, *self.times_ns.get(number)?)));
        let Some((number, time_ns)) = timed else {
            return Ok(None);
        };
        let chunk = self.chunks.get(number / CHUNK_EVENTS)?;
        let call = read(&chunk, number % CHUNK_EVENTS, time_ns);
        call.map(Some).ok_or_else(damaged)
    }
}

/// Writes what a call carries.
fn carry(call: &SystemCall, snapshots: &mut Snapshots, arena: &mut Vec<u8>) {
    varint::write(arena, call.status.is_some().into());
    varint::write(arena, call.status.unwrap_or_default());
    varint::write(arena, call.registers.pc);
    snapshots.write(&call.registers, arena);
}

/// The call at a place of a chunk; `None` where that is not what was written.
fn read(chunk: &Chunk, number: usize, time_ns: u64) -> Option<SystemCall> {
    let (rows, _) = chunk.rows.as_chunks::<ROW_BYTES>();
    let start = usize::try_from(u32::from_le_bytes(*rows.get(number)?)).ok()?;
    let mut carried = chunk.arena.get(start..)?;
    let has_status = varint::read(&mut carried)? == 1;
    let status = varint::read(&mut carried)?;
    let pc = varint::read(&mut carried)?;
    let offset = chunk.arena.len() - carried.len();
    Some(SystemCall {
        time_ns,
        registers: snapshots::read(&chunk.arena, offset, pc)?,
        status: has_status.then_some(status),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::call;

    #[test]
    fn calls_are_found_by_time() {
        let mut calls = Calls::new(Budget::default());
        assert_eq!(calls.last().unwrap(), None);
        let all = [call(10, "ping", 6), call(20, "pong", 0)];
        all.iter().for_each(|call| calls.push(call));
        assert_eq!(calls.at(10).unwrap(), Some(all[0]));
        assert_eq!(calls.at(11).unwrap(), None);
        assert_eq!(calls.after(0).unwrap(), Some(all[0]));
        assert_eq!(calls.after(10).unwrap(), Some(all[1]));
        assert_eq!(calls.after(20).unwrap(), None);
        assert_eq!(calls.last().unwrap(), Some(all[1]));
    }

    #[test]
    fn calls_beyond_the_budget_are_read_again() {
        let mut calls = Calls::new(Budget {
            memory_bytes: 0,
            ..Budget::default()
        });
        let all: Vec<SystemCall> = (0..3 * 4096).map(|ns| call(ns, "pong", ns % 9)).collect();
        all.iter().for_each(|call| calls.push(call));
        assert!(calls.chunks.spilled_bytes() > 0);
        for ns in [0_usize, 4_095, 4_096, 12_000] {
            let time_ns = u64::try_from(ns).unwrap();
            assert_eq!(calls.at(time_ns).unwrap(), Some(all[ns]));
        }
    }
}
