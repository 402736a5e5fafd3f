//! A trace of any length: chunks of events with an index each, on disk beyond a budget.
//!
//! An event is a row of [`row::ROW_BYTES`] bytes; what it carries, and the registers as they
//! were, lie packed in its chunk.
//! Names are kept once. What is known of a chunk without reading it says where a search need
//! not look. Chunks beyond the budget go to a file without a name, the oldest first; it is gone
//! with the store, whatever happens to the process.

mod bits;
mod budget;
pub mod calls;
mod chunk;
mod chunks;
mod filter;
mod pack;
mod row;
mod snapshots;
mod spill;
mod summary;
mod symbols;
#[cfg(test)]
pub(in crate::trace) mod tests;
mod unpack;
mod varint;

use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use septum_simulator::cpu::Registers;
use septum_simulator::event::Event;

use super::kind::Kind;
use super::query::field::channel;
use super::query::{Query, Seen};

pub use budget::Budget;
pub use filter::{Filter, Lane};
pub use row::ROW_BYTES;

use chunk::Chunk;
use chunks::Chunks;
use filter::Numbers;
use pack::Packer;
use row::Row;
use snapshots::Snapshots;
use summary::Summary;
use symbols::Symbols;
use unpack::Unpacker;

/// A chunk has so many events, or fewer that carry much.
const CHUNK_EVENTS: usize = 4096;
/// Bytes with which a chunk is full, however few events it has.
const CHUNK_BYTES: usize = 1 << 20;

/// An event that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The event.
    pub event: Event,
    /// The program counter when it happened.
    pub pc: u64,
}

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards the end.
    Forwards,
    /// Towards the beginning.
    Backwards,
}

/// Events by position, in the order in which they happened. All errors are the file's.
#[derive(Debug)]
pub struct Store {
    chunks: Chunks,
    /// What is known of each chunk.
    summaries: Vec<Summary>,
    symbols: Symbols,
    snapshots: Snapshots,
    length: usize,
    chunk_events: usize,
}

impl Store {
    /// Nothing happened yet.
    #[must_use]
    pub fn new(budget: Budget) -> Self {
        Self::with_chunks(budget, CHUNK_EVENTS)
    }

    /// The same with so many events in a chunk.
    fn with_chunks(budget: Budget, chunk_events: usize) -> Self {
        Self {
            chunks: Chunks::new(budget),
            summaries: Vec::new(),
            symbols: Symbols::default(),
            snapshots: Snapshots::default(),
            length: 0,
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
        self.chunks.resident_bytes()
    }

    /// Bytes of events on disk.
    #[must_use]
    pub fn spilled_bytes(&self) -> u64 {
        self.chunks.spilled_bytes()
    }

    /// Takes in what happened next, not earlier than the event before, with the registers as they
    /// were.
    pub fn push(&mut self, event: &Event, registers: &Registers) {
        if self.is_due() {
            self.chunks.begin();
            self.summaries.push(Summary::beginning_at(self.length));
            self.snapshots.begin();
        }
        self.length += 1;
        self.chunks.write(|chunk| {
            let row = self.symbols.row(event, registers.pc, chunk.arena_bytes());
            chunk.push(&row, |arena| {
                Packer::new(arena, &mut self.symbols).kind(&event.kind);
                self.snapshots.write(registers, arena);
            });
            if let Some(summary) = self.summaries.last_mut() {
                summary.add(&row);
            }
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

    /// Whether the next event begins a chunk.
    fn is_due(&self) -> bool {
        self.summaries.last().is_none_or(|last| {
            self.length - last.first() >= self.chunk_events
                || self.chunks.last_bytes() >= CHUNK_BYTES
        })
    }

    /// The chunk of an event and its number there; `None` behind the last one.
    fn place(&self, position: usize) -> io::Result<Option<(Arc<Chunk>, usize)>> {
        if position >= self.length {
            return Ok(None);
        }
        let index = self.chunk_of(position);
        let number = position - self.summaries[index].first();
        Ok(Some((self.chunks.get(index)?, number)))
    }

    /// The number of the chunk with this event; of the last one for those behind it.
    fn chunk_of(&self, position: usize) -> usize {
        let begun = |summary: &Summary| summary.first() <= position;
        self.summaries.partition_point(begun).saturating_sub(1)
    }

    /// An event; `None` behind the last one.
    ///
    /// # Errors
    /// When it cannot be read from the disk.
    pub fn get(&self, position: usize) -> io::Result<Option<Kept>> {
        let Some((chunk, number)) = self.place(position)? else {
            return Ok(None);
        };
        let kept = self.unpacked(&chunk, number);
        kept.map(Some).ok_or_else(damaged)
    }

    /// The registers at an event; `None` behind the last one.
    ///
    /// # Errors
    /// When they cannot be read from the disk.
    pub fn registers(&self, position: usize) -> io::Result<Option<Registers>> {
        let Some((chunk, number)) = self.place(position)? else {
            return Ok(None);
        };
        let registers = self.registers_in(&chunk, number);
        registers.map(Some).ok_or_else(damaged)
    }

    /// Position of the first event at or after this time.
    ///
    /// # Errors
    /// When a chunk cannot be read from the disk.
    pub fn first_at(&self, time_ns: u64) -> io::Result<usize> {
        let index = self
            .summaries
            .partition_point(|summary| summary.last_ns() < time_ns);
        if index == self.summaries.len() {
            return Ok(self.length);
        }
        let chunk = self.chunks.get(index)?;
        Ok(self.summaries[index].first() + chunk.first_at(time_ns))
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
        self.first(filter, range, way, |_, _| Ok(true))
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
        self.first(&filter, range, way, |chunk, number| {
            self.matches(query, chunk, number)
        })
    }

    /// All events of a range that the expression means, in order.
    ///
    /// # Errors
    /// When a chunk cannot be read from the disk.
    pub fn find_all(&self, query: &Query, range: Range<usize>) -> io::Result<Vec<usize>> {
        let mut found = Vec::new();
        let filter = Filter::of(query.expression());
        self.search(&filter, range, Way::Forwards, |position, chunk, number| {
            if self.matches(query, chunk, number)? {
                found.push(position);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    fn matches(&self, query: &Query, chunk: &Chunk, number: usize) -> io::Result<bool> {
        let Kept { event, pc } = self.unpacked(chunk, number).ok_or_else(damaged)?;
        Ok(query.matches(Seen { event: &event, pc }))
    }

    /// The first or last event of a range that filter and condition let through.
    fn first(
        &self,
        filter: &Filter,
        range: Range<usize>,
        way: Way,
        condition: impl Fn(&Chunk, usize) -> io::Result<bool>,
    ) -> io::Result<Option<usize>> {
        let mut found = None;
        self.search(filter, range, way, |position, chunk, number| {
            if !condition(chunk, number)? {
                return Ok(ControlFlow::Continue(()));
            }
            found = Some(position);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// Visits the events of a range that the filter lets through, until a visit is the last one.
    fn search(
        &self,
        filter: &Filter,
        range: Range<usize>,
        way: Way,
        mut visit: impl FnMut(usize, &Chunk, usize) -> io::Result<ControlFlow<()>>,
    ) -> io::Result<()> {
        let Some(numbers) = filter.numbers(&self.symbols) else {
            return Ok(());
        };
        let span = self.within(filter.span_ns.clone())?;
        let range = range.start.max(span.start)..range.end.min(span.end);
        let Some(last) = range.end.checked_sub(1).filter(|last| range.contains(last)) else {
            return Ok(());
        };
        let chunks = self.chunk_of(range.start)..self.chunk_of(last) + 1;
        for index in directed(chunks, way) {
            if self.summaries[index].may_have(&numbers)
                && self
                    .search_chunk(index, &numbers, &range, way, &mut visit)?
                    .is_break()
            {
                break;
            }
        }
        Ok(())
    }

    fn search_chunk(
        &self,
        index: usize,
        wanted: &Numbers,
        range: &Range<usize>,
        way: Way,
        mut visit: impl FnMut(usize, &Chunk, usize) -> io::Result<ControlFlow<()>>,
    ) -> io::Result<ControlFlow<()>> {
        let chunk = self.chunks.get(index)?;
        let first = self.summaries[index].first();
        let start = range.start.saturating_sub(first);
        let end = (range.end - first).min(chunk.len());
        for number in directed(start..end, way) {
            let row = chunk.row(number).ok_or_else(damaged)?;
            if wanted.has(&row) && visit(first + number, &chunk, number)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
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

    /// The registers at a place of a chunk; they lie behind what the event carries.
    fn registers_in(&self, chunk: &Chunk, number: usize) -> Option<Registers> {
        let row = chunk.row(number)?;
        let mut unpacker = Unpacker::new(chunk.carried(&row)?, &self.symbols);
        unpacker.kind(&row)?;
        let offset = chunk.arena.len() - unpacker.rest().len();
        snapshots::read(&chunk.arena, offset, row.pc)
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
