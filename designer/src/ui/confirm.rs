//! A question with a few answers, each on a letter.

use super::effect::Effect;
use super::state::State;

/// One answer.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// The letter that gives it.
    pub letter: char,
    /// What it does, in words.
    pub label: &'static str,
    /// What it does.
    pub run: fn(&mut State) -> Vec<Effect>,
}

/// A question. Esc takes none of the answers.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// What happened, in one or a few sentences.
    pub question: String,
    /// The answers; the first is the one that loses nothing.
    pub answers: Vec<Answer>,
    /// The highlighted answer.
    pub cursor: usize,
}

impl Confirm {
    /// A question with its first answer highlighted.
    #[must_use]
    pub fn new(question: impl Into<String>, answers: Vec<Answer>) -> Self {
        Self {
            question: question.into(),
            answers,
            cursor: 0,
        }
    }

    /// The answer on a letter.
    #[must_use]
    pub fn answer(&self, letter: char) -> Option<Answer> {
        self.answers
            .iter()
            .copied()
            .find(|answer| answer.letter == letter)
    }
}
