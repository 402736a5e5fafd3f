//! Reservations of `lr` (unprivileged ISA 8.2), of all harts.
//!
//! A hart's own stores leave its reservation alone; those of others, and of devices, break it
//! where they touch its line. Stores that RAM is not told of are no matter: a hart executes alone
//! until the machine goes over to another one, and only then does a reservation that it holds
//! have to be noticed. From then on its line is *guarded*: it is not quiet, and the machine makes
//! the other harts forget what they know of it. A machine with one hart never guards a line, and a
//! loop of `lr` and `sc` that is not interrupted costs nothing.

use std::ops::Range;

use super::{LINE_BYTES, LINES, Ram};

/// What the harts have reserved.
#[derive(Debug, Clone, Default)]
pub(super) struct Reservations {
    /// By hart: where in RAM.
    held: Vec<Option<usize>>,
    /// By hart: the line that is guarded for it.
    guarded: Vec<Option<usize>>,
    /// Who stores: a hart, or, where there is none, a device.
    author: Option<usize>,
}

impl Reservations {
    /// Whether stores to a line have to be told.
    pub(super) fn guards(&self, line: usize) -> bool {
        self.guarded.contains(&Some(line))
    }

    /// The lines of a page that are guarded, a bit each.
    pub(super) fn in_page(&self, page: usize) -> u64 {
        let lines = self.guarded.iter().flatten();
        let lines = lines.filter(|line| **line / LINES == page);
        lines.fold(0, |bits, line| bits | 1 << (line % LINES))
    }

    pub(super) fn has_several_harts(&self) -> bool {
        self.held.len() > 1
    }

    /// Breaks those that others than the author hold on a line.
    pub(super) fn break_line(&mut self, line: usize) {
        for (hart, held) in self.held.iter_mut().enumerate() {
            if self.author != Some(hart) && held.is_some_and(|it| it / LINE_BYTES == line) {
                *held = None;
            }
        }
    }
}

impl Ram {
    /// Of so many harts, none of which has reserved anything.
    pub(crate) fn set_harts(&mut self, harts: usize) {
        self.reservations = Reservations {
            held: vec![None; harts],
            guarded: vec![None; harts],
            author: Some(0),
        };
    }

    /// A hart reserves a place, instead of the one that it had.
    pub(crate) fn reserve(&mut self, hart: usize, offset: usize) {
        if let Some(held) = self.reservations.held.get_mut(hart) {
            *held = Some(offset);
        }
    }

    /// Gives a hart's reservation up; says where it was, if it still held.
    pub(crate) fn take_reservation(&mut self, hart: usize) -> Option<usize> {
        self.reservations.held.get_mut(hart)?.take()
    }

    /// From now on a hart stores; `None` for a device. Says who did before.
    pub(crate) fn set_author(&mut self, author: Option<usize>) -> Option<usize> {
        std::mem::replace(&mut self.reservations.author, author)
    }

    /// Others are about to store: guards what a hart has reserved. Says which bytes they have to
    /// tell of from now on, if there are new ones.
    pub(crate) fn guard(&mut self, hart: usize) -> Option<Range<usize>> {
        let held = self.reservations.held.get(hart).copied().flatten();
        let line = held.map(|offset| offset / LINE_BYTES);
        let guarded = self.reservations.guarded.get_mut(hart)?;
        let before = std::mem::replace(guarded, line);
        let line = line.filter(|_| before != line)?;
        Some(line * LINE_BYTES..(line + 1) * LINE_BYTES)
    }

    /// What the harts have reserved.
    pub(crate) fn reservations(&self) -> &[Option<usize>] {
        &self.reservations.held
    }

    /// Makes that what it was, when no hart knows of quiet places.
    pub(crate) fn restore_reservations(&mut self, held: &[Option<usize>]) {
        self.set_harts(held.len());
        self.reservations.held.copy_from_slice(held);
        for hart in 0..held.len() {
            self.guard(hart);
        }
    }
}
