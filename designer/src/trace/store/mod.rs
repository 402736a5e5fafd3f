//! A trace of any length: chunks of events with an index each, on disk beyond a budget.
//!
//! An event is a row of [`row::ROW_BYTES`] bytes; what it carries lies packed in its chunk.
//! Names are kept once. What is known of a chunk without reading it says where a search need
//! not look. Chunks beyond the budget go to a file without a name, the oldest first; it is gone
//! with the store, whatever happens to the process.

mod bits;
mod chunk;
mod filter;
mod pack;
mod row;
mod spill;
mod summary;
mod symbols;
#[cfg(test)]
mod tests;
mod unpack;

use std::io;
use std::ops::Range;
use std::sync::Arc;

use septum_simulator::event::Event;

use super::kind::Kind;
use super::query::field::channel;
use super::query::{Query, Seen};

pub use filter::{Filter, Lane};
pub use row::ROW_BYTES;

use chunk::Chunk;
use filter::Numbers;
use pack::Packer;
use row::Row;
use spill::{Place, Spill};
use summary::Summary;
use symbols::Symbols;
use unpack::Unpacker;

/// Events of a chunk; the last one may have fewer.
const CHUNK_EVENTS: usize = 4096;

/// An event that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The event.
    pub event: Event,
    /// The program counter when it happened.
    pub pc: u64,
}

/// Which way to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the beginning of a range to its end.
    Forwards,
    /// From the end of a range to its beginning.
    Backwards,
}

/// A chunk, wherever it is.
#[derive(Debug)]
struct Slot {
    summary: Summary,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Resident(Arc<Chunk>),
    Spilled(Place),
}

/// Events by position, in the order in which they happened. All errors are the file's.
#[derive(Debug)]
pub struct Store {
    slots: Vec<Slot>,
    symbols: Symbols,
    spill: Spill,
    /// How many of the first chunks are on disk.
    spilled: usize,
    length: usize,
    /// Bytes of the chunks in memory.
    resident_bytes: usize,
    budget_bytes: usize,
    chunk_events: usize,
}

impl Store {
    /// Nothing happened yet. Chunks take about so many bytes of memory, and one more.
    #[must_use]
    pub fn new(budget_bytes: usize) -> Self {
        Self::with_chunks(budget_bytes, CHUNK_EVENTS)
    }

    /// The same with so many events in a chunk.
    fn with_chunks(budget_bytes: usize, chunk_events: usize) -> Self {
        Self {
            slots: Vec::new(),
            symbols: Symbols::default(),
            spill: Spill::default(),
            spilled: 0,
            length: 0,
            resident_bytes: 0,
            budget_bytes,
            chunk_events,
        }
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no event.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Bytes of events in memory.
    #[must_use]
    pub fn resident_bytes(&self) -> usize {
        self.resident_bytes
    }

    /// Bytes of events on disk.
    #[must_use]
    pub fn spilled_bytes(&self) -> u64 {
        self.spill.bytes()
    }

    /// Takes in what happened next, not earlier than the event before.
    ///
    /// # Errors
    /// When there is no room on the disk; the event was taken in all the same.
    pub fn push(&mut self, event: &Event, pc: u64) -> io::Result<()> {
        if self.length.is_multiple_of(self.chunk_events) {
            self.slots.push(Slot::default());
        }
        if let Some(Slot {
            summary,
            body: Body::Resident(chunk),
        }) = self.slots.last_mut()
        {
            let chunk = Arc::make_mut(chunk);
            let before = chunk.bytes();
            let row = self.symbols.row(event, pc, chunk.arena_bytes());
            chunk.push(&row, |arena| {
                Packer::new(arena, &mut self.symbols).kind(&event.kind);
            });
            summary.add(&row);
            self.resident_bytes += chunk.bytes() - before;
            self.length += 1;
        }
        self.keep_to_budget()
    }

    /// Sends the oldest chunks to the disk.
    fn keep_to_budget(&mut self) -> io::Result<()> {
        while self.resident_bytes > self.budget_bytes && self.spilled + 1 < self.slots.len() {
            let slot = &mut self.slots[self.spilled];
            if let Body::Resident(chunk) = &slot.body {
                let (bytes, place) = (chunk.bytes(), self.spill.write(chunk)?);
                slot.body = Body::Spilled(place);
                self.resident_bytes -= bytes;
            }
            self.spilled += 1;
        }
        Ok(())
    }

    /// An event; `None` behind the last one.
    ///
    /// # Errors
    /// When it cannot be read from the disk.
    pub fn get(&self, position: usize) -> io::Result<Option<Kept>> {
        if position >= self.length {
            return Ok(None);
        }
        let chunk = self.chunk(position / self.chunk_events)?;
        let kept = self.unpacked(&chunk, position % self.chunk_events);
        kept.map(Some).ok_or_else(damaged)
    }

    /// Position of the first event at or after this time.
    ///
    /// # Errors
    /// When a chunk cannot be read from the disk.
    pub fn first_at(&self, time_ns: u64) -> io::Result<usize> {
        let index = self
            .slots
            .partition_point(|slot| slot.summary.last_ns() < time_ns);
        if index == self.slots.len() {
            return Ok(self.length);
        }
        let chunk = self.chunk(index)?;
        Ok(index * self.chunk_events + chunk.first_at(time_ns))
    }

    /// Positions of the events of a span of time.
    ///
    /// # Errors
    /// When a chunk cannot be read from the disk.
    pub fn within(&self, span_ns: Range<u64>) -> io::Result<Range<usize>> {
        let first = self.first_at(span_ns.start)?;
        Ok(first..self.first_at(span_ns.end)?.max(first))
    }

    /// The first event of a range that the filter lets through, or the last one.
    ///
    /// # Errors
    /// When a chunk cannot be read from the disk.
    pub fn find(
        &self,
        filter: &Filter,
        range: Range<usize>,
        way: Way,
    ) -> io::Result<Option<usize>> {
        self.search(filter, range, way, |_, _| Ok(true))
    }

    /// The first event of a range that the expression means, or the last one.
    ///
    /// # Errors
    /// When a chunk cannot be read from the disk.
    pub fn find_match(
        &self,
        query: &Query,
        range: Range<usize>,
        way: Way,
    ) -> io::Result<Option<usize>> {
        let filter = Filter::of(query.expression());
        self.search(&filter, range, way, |chunk, number| {
            let Kept { event, pc } = self.unpacked(chunk, number).ok_or_else(damaged)?;
            Ok(query.matches(Seen { event: &event, pc }))
        })
    }

    /// The first or last event of a range that filter and condition let through; the condition
    /// is asked only for what the filter lets through.
    fn search(
        &self,
        filter: &Filter,
        range: Range<usize>,
        way: Way,
        condition: impl Fn(&Chunk, usize) -> io::Result<bool>,
    ) -> io::Result<Option<usize>> {
        let Some(numbers) = filter.numbers(&self.symbols) else {
            return Ok(None);
        };
        let span = self.within(filter.span_ns.clone())?;
        let range = range.start.max(span.start)..range.end.min(span.end);
        let chunks = range.start / self.chunk_events..range.end.div_ceil(self.chunk_events);
        for index in directed(chunks, way) {
            if !self.slots[index].summary.may_have(&numbers) {
                continue;
            }
            let found = self.search_chunk(index, &numbers, &range, way, &condition)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn search_chunk(
        &self,
        index: usize,
        wanted: &Numbers,
        range: &Range<usize>,
        way: Way,
        condition: impl Fn(&Chunk, usize) -> io::Result<bool>,
    ) -> io::Result<Option<usize>> {
        let chunk = self.chunk(index)?;
        let first = index * self.chunk_events;
        let start = range.start.saturating_sub(first);
        let end = (range.end - first).min(chunk.len());
        for number in directed(start..end, way) {
            let row = chunk.row(number).ok_or_else(damaged)?;
            if wanted.has(&row) && condition(&chunk, number)? {
                return Ok(Some(first + number));
            }
        }
        Ok(None)
    }

    fn chunk(&self, index: usize) -> io::Result<Arc<Chunk>> {
        match &self.slots[index].body {
            Body::Resident(chunk) => Ok(Arc::clone(chunk)),
            Body::Spilled(place) => self.spill.read(index, place),
        }
    }

    /// The event at a place of a chunk.
    fn unpacked(&self, chunk: &Chunk, number: usize) -> Option<Kept> {
        let row = chunk.row(number)?;
        let mut unpacker = Unpacker::new(chunk.carried(&row)?, &self.symbols);
        let event = Event {
            time_ns: row.time_ns,
            instructions: row.instructions,
            hart: row.hart,
            partition: self.symbols.name(row.partition),
            kind: unpacker.kind(&row)?,
        };
        Some(Kept { event, pc: row.pc })
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self {
            summary: Summary::default(),
            body: Body::Resident(Arc::default()),
        }
    }
}

impl Symbols {
    /// The row of an event whose chunk carries so many bytes already.
    fn row(&mut self, event: &Event, pc: u64, carried: u32) -> Row {
        Row {
            time_ns: event.time_ns,
            instructions: event.instructions,
            pc,
            hart: event.hart,
            partition: self.number(event.partition.as_deref()),
            channel: self.number(channel(&event.kind)),
            carried,
            kind: Kind::of(&event.kind),
        }
    }
}

/// A range from its beginning or from its end.
fn directed(range: Range<usize>, way: Way) -> impl Iterator<Item = usize> {
    let Range { start, end } = range;
    (start..end).map(move |at| match way {
        Way::Forwards => at,
        Way::Backwards => end - 1 - (at - start),
    })
}

/// What was read is not what was written.
fn damaged() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "the file of the trace was changed",
    )
}
