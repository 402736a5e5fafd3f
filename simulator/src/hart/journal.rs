//! What a hart has executed, as stretches of instructions that follow each other.

use std::ops::Range;

use septum_isa::is_compressed;

use crate::bits::to_usize;
use crate::cpu::Privilege;

/// Words that are kept after a drain; with more, all code is decoded again, so that they need
/// not be.
const KEPT: usize = 1 << 20;

/// Instructions that follow each other, in one mode. The last one may have trapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Virtual nanoseconds before the first of them.
    pub time_ns: u64,
    /// Address of the first.
    pub pc: u64,
    /// Where their words begin.
    words: u32,
    /// Who executed them, if that is a partition that is known.
    partition: u16,
    /// How many; 0 for one that could not be fetched.
    count: u8,
    /// The mode that they were executed in.
    pub privilege: Privilege,
}

/// No partition that is known.
const NOBODY: u16 = u16::MAX;

impl Stretch {
    /// The partition that executed them, by its position in the plan.
    #[must_use]
    pub fn partition(&self) -> Option<usize> {
        (self.partition != NOBODY).then_some(usize::from(self.partition))
    }

    /// How many instructions they are.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::from(self.count.max(1))
    }
}

/// One executed instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instruction {
    /// Virtual nanoseconds before it.
    pub time_ns: u64,
    /// Its address.
    pub pc: u64,
    /// Its word, of 32 bits, or of 16 with zeroes above; `None` where it could not be fetched.
    pub word: Option<u32>,
}

/// A stretch with its words, to look at.
#[derive(Debug, Clone, Copy)]
pub struct ExecutedStretch<'a> {
    /// Which hart has executed it.
    pub hart: usize,
    /// The stretch.
    pub stretch: &'a Stretch,
    words: &'a [u32],
    ns_per_instruction: u64,
}

impl ExecutedStretch<'_> {
    /// Every instruction, in order.
    pub fn instructions(&self) -> impl Iterator<Item = Instruction> {
        let Stretch { time_ns, pc, .. } = *self.stretch;
        let unfetched = self.words.is_empty().then_some(None);
        let words = self.words.iter().copied().map(Some);
        let mut next = (time_ns, pc);
        words.chain(unfetched).map(move |word| {
            let (time_ns, pc) = next;
            let bytes = if word.is_some_and(is_compressed) {
                2
            } else {
                4
            };
            let later_ns = time_ns.saturating_add(self.ns_per_instruction);
            next = (later_ns, pc.wrapping_add(bytes));
            Instruction { time_ns, pc, word }
        })
    }
}

/// What a hart has executed since somebody last looked.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal {
    stretches: Vec<Stretch>,
    /// Words of decoded blocks, and of what was executed without a block.
    words: Vec<u32>,
}

impl Journal {
    /// Where the words begin that are kept next.
    pub(super) fn end(&self) -> u32 {
        u32::try_from(self.words.len()).unwrap_or(u32::MAX)
    }

    /// Keeps a word.
    pub(super) fn keep(&mut self, word: u32) {
        self.words.push(word);
    }

    /// So many instructions were executed, whose words begin there.
    #[inline]
    pub(super) fn push(&mut self, begin: &Begin, words: u32, executed: u64) {
        if let Ok(count) = u8::try_from(executed)
            && count > 0
        {
            self.stretches.push(begin.stretch(words, count));
        }
    }

    /// An instruction was executed without a block: its word, if it could be fetched.
    pub(super) fn push_single(&mut self, begin: &Begin, word: Option<u32>) {
        let at = self.end();
        self.words.extend(word);
        let count = u8::from(word.is_some());
        self.stretches.push(begin.stretch(at, count));
    }

    /// How many stretches there are.
    pub(super) fn count(&self) -> usize {
        self.stretches.len()
    }

    /// Shows some stretches of the hart of this number, in order.
    pub(super) fn show(
        &self,
        which: Range<usize>,
        hart: usize,
        ns_per_instruction: u64,
        take: &mut impl FnMut(ExecutedStretch<'_>),
    ) {
        for stretch in self.stretches.get(which).unwrap_or_default() {
            let begin = to_usize(u64::from(stretch.words));
            let words = self.words.get(begin..begin + usize::from(stretch.count));
            take(ExecutedStretch {
                hart,
                stretch,
                words: words.unwrap_or_default(),
                ns_per_instruction,
            });
        }
    }

    /// Forgets all stretches, but not their words.
    pub(super) fn forget(&mut self) {
        self.stretches.clear();
    }

    /// Whether there are too many words.
    pub(super) fn is_full(&self) -> bool {
        self.words.len() > KEPT
    }

    /// Forgets all words; no block may remember where they were.
    pub(super) fn forget_words(&mut self) {
        self.words.clear();
    }
}

/// The state at the begin of a stretch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begin {
    pub(super) time_ns: u64,
    pub(super) pc: u64,
    pub(super) privilege: Privilege,
    pub(super) partition: Option<usize>,
}

impl Begin {
    #[inline]
    fn stretch(&self, words: u32, count: u8) -> Stretch {
        let partition = self.partition.and_then(|it| u16::try_from(it).ok());
        Stretch {
            time_ns: self.time_ns,
            pc: self.pc,
            words,
            partition: partition.unwrap_or(NOBODY),
            count,
            privilege: self.privilege,
        }
    }
}

const _: () = assert!(size_of::<Stretch>() == 24);
