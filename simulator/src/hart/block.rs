//! Decoded code: runs of instructions that follow each other in RAM.

use std::collections::HashMap;
use std::ops::Range;

use septum_isa::{Operation, decode, is_compressed};

use super::journal::Journal;
use crate::ram::Ram;

/// Instructions of a block at most.
const LONGEST: usize = 64;
/// Decoded instructions that are kept before all are forgotten.
const KEPT: usize = 1 << 20;

/// Where results to `x0` go.
pub(super) const NOWHERE: u8 = 32;

/// An instruction of a block, ready to execute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) operation: Operation,
    /// `x0` is [`NOWHERE`].
    pub(super) rd: u8,
    pub(super) rs1: u8,
    pub(super) rs2: u8,
    /// Where it is, in bytes from the begin of the block.
    pub(super) at: u16,
    /// Where the next one is.
    pub(super) next: u16,
    /// Where `pc` counts (branches, `jal`, `auipc`), it counts from the begin of the block.
    pub(super) immediate: u64,
}

/// Where the steps of a block are.
#[derive(Debug, Clone, Copy)]
struct Block {
    first: usize,
    end: usize,
    /// Length of its code in bytes.
    bytes: usize,
    /// Where the journal has its words, if there is one.
    words: u32,
}

/// All decoded code of a machine.
#[derive(Debug, Clone, Default)]
pub(super) struct Blocks {
    steps: Vec<Step>,
    blocks: Vec<Block>,
    /// The block that begins at an offset of RAM.
    at: HashMap<usize, u32>,
}

impl Blocks {
    /// The steps of a block.
    #[inline]
    pub(super) fn steps(&self, block: u32) -> &[Step] {
        let block = self.blocks[usize::try_from(block).unwrap_or(usize::MAX)];
        &self.steps[block.first..block.end]
    }

    /// Where the journal has the words of a block.
    #[inline]
    pub(super) fn words(&self, block: u32) -> u32 {
        self.blocks[usize::try_from(block).unwrap_or(usize::MAX)].words
    }

    /// Forgets all code.
    pub(super) fn clear(&mut self) {
        self.steps.clear();
        self.blocks.clear();
        self.at.clear();
    }

    /// Whether there is no room for more.
    pub(super) fn is_full(&self) -> bool {
        self.steps.len() + LONGEST > KEPT
    }

    /// The block at the begin of these bytes of RAM and wholly in them, if it is known.
    pub(super) fn find(&self, code: &Range<usize>) -> Option<u32> {
        let number = *self.at.get(&code.start)?;
        let block = self.blocks[usize::try_from(number).unwrap_or(usize::MAX)];
        (block.bytes <= code.len()).then_some(number)
    }

    /// Decodes the block at the begin of these bytes of RAM; `None` where they do not hold a
    /// whole instruction there, or none that there is. The journal keeps its words.
    pub(super) fn decode(
        &mut self,
        ram: &mut Ram,
        code: &Range<usize>,
        mut journal: Option<&mut Journal>,
    ) -> Option<u32> {
        let first = self.steps.len();
        let words = journal.as_deref().map_or(0, Journal::end);
        let mut at = 0;
        while self.steps.len() < first + LONGEST {
            let found = word(ram, code.start + at..code.end);
            let Some((step, word)) = found.and_then(|word| Some((Step::new(word, at)?, word)))
            else {
                break;
            };
            if let Some(journal) = &mut journal {
                journal.keep(word);
            }
            self.steps.push(step);
            at = usize::from(step.next);
            if is_last(step.operation) {
                break;
            }
        }
        if at == 0 {
            return None;
        }
        ram.mark_code(&(code.start..code.start + at));
        let number = u32::try_from(self.blocks.len()).ok()?;
        self.blocks.push(Block {
            first,
            end: self.steps.len(),
            bytes: at,
            words,
        });
        self.at.insert(code.start, number);
        Some(number)
    }
}

/// The word at the begin of some bytes, if it is whole.
fn word(ram: &Ram, bytes: Range<usize>) -> Option<u32> {
    let half = (bytes.len() >= 2).then(|| u32::from(ram.halfword(bytes.start)))?;
    if is_compressed(half) {
        return Some(half);
    }
    (bytes.len() >= 4).then(|| ram.word(bytes.start))
}

impl Step {
    /// An instruction at a distance from the begin of its block; `None` where there is no such
    /// instruction.
    pub(super) fn new(word: u32, at: usize) -> Option<Self> {
        let instruction = decode(word)?;
        let at = u16::try_from(at).ok()?;
        let from = if counts_from_pc(instruction.operation) {
            i64::from(at)
        } else {
            0
        };
        Some(Self {
            operation: instruction.operation,
            rd: match instruction.rd {
                0 => NOWHERE,
                rd => rd,
            },
            rs1: instruction.rs1,
            rs2: instruction.rs2,
            at,
            next: at + u16::from(instruction.length),
            immediate: (i64::from(instruction.immediate) + from).cast_unsigned(),
        })
    }
}

fn counts_from_pc(operation: Operation) -> bool {
    use Operation::{Auipc, Beq, Bge, Bgeu, Blt, Bltu, Bne, Jal};
    matches!(operation, Auipc | Jal | Beq | Bne | Blt | Bge | Bltu | Bgeu)
}

/// Whether nothing behind it belongs to its block.
fn is_last(operation: Operation) -> bool {
    use Operation::{Ebreak, Ecall, FenceI, Jal, Jalr, Mret, SfenceVma, Sret, Wfi};
    matches!(
        operation,
        Jal | Jalr | Ecall | Ebreak | Mret | Sret | Wfi | SfenceVma | FenceI
    )
}
