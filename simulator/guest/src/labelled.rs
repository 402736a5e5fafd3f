//! Code with labels, so that branches need no counting.

use std::collections::BTreeMap;

use crate::asm::{branch, j};

/// Code in the making.
#[derive(Debug, Clone, Default)]
pub struct Labelled {
    words: Vec<u32>,
    labels: BTreeMap<&'static str, usize>,
    /// Positions of branches that are not known yet, each with how to make it.
    open: Vec<(usize, &'static str, Jump)>,
}

/// A jump to a label.
#[derive(Debug, Clone, Copy)]
enum Jump {
    Always,
    /// `funct3`, `rs1`, `rs2`.
    If(u32, u32, u32),
}

impl Labelled {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Instructions that need no label.
    pub fn code(&mut self, words: impl IntoIterator<Item = u32>) -> &mut Self {
        self.words.extend(words);
        self
    }

    /// A name for what follows.
    pub fn label(&mut self, name: &'static str) -> &mut Self {
        self.labels.insert(name, self.words.len());
        self
    }

    /// A branch to a label: `funct3` as in the encoding (`beq` 0, `bne` 1, `blt` 4, `bge` 5,
    /// `bltu` 6, `bgeu` 7).
    pub fn branch(&mut self, funct3: u32, rs1: u32, rs2: u32, to: &'static str) -> &mut Self {
        self.jump(to, Jump::If(funct3, rs1, rs2))
    }

    /// A jump to a label.
    pub fn go(&mut self, to: &'static str) -> &mut Self {
        self.jump(to, Jump::Always)
    }

    fn jump(&mut self, to: &'static str, jump: Jump) -> &mut Self {
        self.open.push((self.words.len(), to, jump));
        self.words.push(0);
        self
    }

    /// Distance in bytes from the first instruction to a label.
    ///
    /// # Panics
    /// When there is no such label.
    #[must_use]
    pub fn offset(&self, name: &'static str) -> u64 {
        u64::try_from(4 * self.labels[name]).expect("a short program")
    }

    /// The instructions.
    ///
    /// # Panics
    /// When a label is missing, or too far away.
    #[must_use]
    pub fn words(&self) -> Vec<u32> {
        let mut words = self.words.clone();
        let place = |position: usize| i32::try_from(4 * position).expect("a short program");
        for (position, to, jump) in &self.open {
            let offset = place(self.labels[to]) - place(*position);
            words[*position] = match jump {
                Jump::Always => j(offset),
                Jump::If(funct3, rs1, rs2) => branch(*funct3, *rs1, *rs2, offset),
            };
        }
        words
    }
}
