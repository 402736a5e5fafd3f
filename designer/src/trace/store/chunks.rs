//! Chunks in order, of which the oldest lie on disk.

use std::io;
use std::sync::Arc;

use super::budget::Budget;
use super::chunk::Chunk;
use super::spill::{Place, Spill};

/// A chunk, wherever it is.
#[derive(Debug)]
enum Body {
    Resident(Arc<Chunk>),
    Spilled(Place),
}

/// Chunks by number. All errors are the file's.
#[derive(Debug)]
pub(super) struct Chunks {
    bodies: Vec<Body>,
    spill: Spill,
    /// How many of the first chunks are on disk.
    spilled: usize,
    /// Bytes of the chunks in memory.
    resident_bytes: usize,
    budget: Budget,
    /// Why the oldest chunks could not go to the disk the last time.
    lack: Option<io::Error>,
}

impl Chunks {
    /// No chunk.
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            bodies: Vec::new(),
            spill: Spill::default(),
            spilled: 0,
            resident_bytes: 0,
            budget,
            lack: None,
        }
    }

    /// Bytes in memory.
    pub(super) fn resident_bytes(&self) -> usize {
        self.resident_bytes
    }

    /// Bytes on disk.
    pub(super) fn spilled_bytes(&self) -> u64 {
        self.spill.bytes()
    }

    /// Bytes of the last chunk.
    pub(super) fn last_bytes(&self) -> usize {
        match self.bodies.last() {
            Some(Body::Resident(chunk)) => chunk.bytes(),
            _ => 0,
        }
    }

    /// Begins a chunk, and makes room for it.
    pub(super) fn begin(&mut self) {
        self.bodies.push(Body::Resident(Arc::default()));
        self.make_room();
    }

    /// Sends the oldest chunks to the disk; those for which there is no room stay in memory.
    pub(super) fn make_room(&mut self) {
        self.lack = self.keep_to_budget().err();
    }

    /// Why there is no room, if that is so.
    pub(super) fn lack(&self) -> Option<&io::Error> {
        self.lack.as_ref()
    }

    /// Writes into the last chunk, which is never on disk.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut Chunk)) {
        if let Some(Body::Resident(chunk)) = self.bodies.last_mut() {
            let chunk = Arc::make_mut(chunk);
            let before = chunk.bytes();
            write(chunk);
            self.resident_bytes += chunk.bytes() - before;
        }
    }

    fn keep_to_budget(&mut self) -> io::Result<()> {
        while self.resident_bytes > self.budget.memory_bytes && self.spilled + 1 < self.bodies.len()
        {
            let body = &mut self.bodies[self.spilled];
            if let Body::Resident(chunk) = body {
                let bytes = chunk.bytes();
                *body = Body::Spilled(self.spill.write(chunk, self.budget.disk_bytes)?);
                self.resident_bytes -= bytes;
            }
            self.spilled += 1;
        }
        Ok(())
    }

    /// The chunk with this number.
    pub(super) fn get(&self, number: usize) -> io::Result<Arc<Chunk>> {
        match self.bodies.get(number) {
            Some(Body::Resident(chunk)) => Ok(Arc::clone(chunk)),
            Some(Body::Spilled(place)) => self.spill.read(number, place),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
