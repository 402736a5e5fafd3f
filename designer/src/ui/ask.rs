//! A line of text to type, with or without a list to choose from.

use tui_input::InputRequest;

use super::object::Object;

/// What the answer is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A command of the palette.
    Command,
    /// An object to go to.
    Jump,
    /// The new name of an object.
    Rename(Object),
    /// The name of a new partition.
    AddPartition,
    /// The kind of a new device.
    AddDevice,
    /// The device that a partition is granted.
    GrantDevice {
        /// The partition.
        partition: usize,
    },
    /// The device whose interrupt a partition gets.
    AddInterrupt {
        /// The partition.
        partition: usize,
    },
    /// What a partition may do with which shared memory.
    ShareMemory {
        /// The partition.
        partition: usize,
    },
    /// The partition that something new is for; the purpose after it is known by name.
    PickPartition(ForPartition),
    /// The sending end of a new channel.
    ConnectFrom,
    /// The receiving end of a new channel.
    ConnectTo {
        /// The sending end, as it was typed.
        from: String,
    },
    /// The value of a field of the form below.
    Field,
    /// The file to open.
    OpenFile,
    /// The folder or the file of a first save or of a save elsewhere.
    SaveAs {
        /// The program ends after the save.
        quits: bool,
    },
    /// The starter system to begin with.
    Template,
    /// Something of the trace side, known by its own word.
    Trace(&'static str),
}

/// What a partition is picked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForPartition {
    /// To grant it a device.
    Grant,
    /// To give it an interrupt.
    Interrupt,
    /// To share a memory with it.
    Share,
}

/// At which word of a line an entry is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// At every word.
    Anywhere,
    /// At the first word.
    First,
    /// At the second word, and at those of the same list, where the first is one of these.
    After(&'static [&'static str]),
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is chosen.
    pub value: String,
    /// What it is, in a few words.
    pub detail: String,
    /// Why it cannot be chosen now, if so.
    pub disabled: Option<String>,
    /// At which word of the line it is offered.
    pub offered: Offered,
}

impl Candidate {
    /// An entry that can be chosen.
    #[must_use]
    pub fn new(value: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            detail: detail.into(),
            disabled: None,
            offered: Offered::Anywhere,
        }
    }
}

impl Offered {
    /// Whether the entry is offered at the word that follows this text.
    fn at_word_after(self, before: &str) -> bool {
        let mut words = before.split_whitespace();
        let first = words.next();
        match self {
            Self::Anywhere => true,
            Self::First => first.is_none(),
            Self::After(kinds) => {
                let is_second = words.next().is_none() || before.trim_end().ends_with(',');
                is_second && first.is_some_and(|first| kinds.contains(&first))
            }
        }
    }
}

/// How the text narrows the list and what completion replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// The whole text.
    Whole,
    /// The word before the cursor: lists of names, steps of a model.
    Word,
}

/// A line of text to type, with or without a list to choose from.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What is asked for.
    pub title: String,
    /// What was typed.
    pub line: tui_input::Input,
    /// The text is a proposal, selected as a whole: typing replaces it, other keys edit it.
    pub proposed: bool,
    /// What can be chosen.
    pub candidates: Vec<Candidate>,
    /// Whether the text may be something that is not in the list.
    pub free: bool,
    /// How the text narrows the list.
    pub completion: Completion,
    /// The highlighted entry, counted among those that match.
    pub cursor: Option<usize>,
    /// What the answer is for.
    pub purpose: Purpose,
    /// What is wrong with the text.
    pub error: Option<String>,
}

/// What the user answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The text, or the value of the chosen entry.
    pub text: String,
    /// The chosen entry's position among all candidates.
    pub index: Option<usize>,
}

impl Ask {
    /// Asks for text that may be anything.
    #[must_use]
    pub fn text(title: impl Into<String>, start: impl Into<String>, purpose: Purpose) -> Self {
        Self {
            title: title.into(),
            line: tui_input::Input::new(start.into()),
            proposed: false,
            candidates: Vec::new(),
            free: true,
            completion: Completion::Whole,
            cursor: None,
            purpose,
            error: None,
        }
    }

    /// Asks for one entry of a list.
    #[must_use]
    pub fn choice(title: impl Into<String>, candidates: Vec<Candidate>, purpose: Purpose) -> Self {
        Self {
            candidates,
            free: false,
            cursor: Some(0),
            ..Self::text(title, "", purpose)
        }
    }

    /// The same question with its text as a proposal that typing replaces.
    #[must_use]
    pub fn proposing(self) -> Self {
        Self {
            proposed: !self.line.value().is_empty(),
            ..self
        }
    }

    /// The same question with a list that the text may complete from.
    #[must_use]
    pub fn completing(mut self, completion: Completion, candidates: Vec<Candidate>) -> Self {
        self.completion = completion;
        self.candidates = candidates;
        self
    }

    /// The part of the text that narrows the list.
    #[must_use]
    pub fn needle(&self) -> &str {
        let text = self.line.value();
        match self.completion {
            Completion::Whole => text,
            Completion::Word => &text[self.word_start()..self.cursor_byte()],
        }
    }

    fn cursor_byte(&self) -> usize {
        let text = self.line.value();
        text.char_indices()
            .nth(self.line.cursor())
            .map_or(text.len(), |(byte, _)| byte)
    }

    fn word_start(&self) -> usize {
        let before = &self.line.value()[..self.cursor_byte()];
        before.rfind([' ', ',']).map_or(0, |byte| byte + 1)
    }

    /// The entries that match the text, by their positions, the best first.
    #[must_use]
    pub fn matches(&self) -> Vec<usize> {
        let needle = self.needle().to_lowercase();
        let whole = self.completion == Completion::Whole && self.free;
        let unchanged = whole
            && self
                .candidates
                .iter()
                .any(|it| it.value == self.line.value());
        let before = &self.line.value()[..self.word_start()];
        let mut ranked: Vec<(usize, usize)> = self
            .candidates
            .iter()
            .enumerate()
            .filter(|(_, it)| it.offered.at_word_after(before))
            .filter_map(|(index, it)| {
                let rank = if unchanged {
                    Some(0)
                } else {
                    rank(&needle, it)
                };
                rank.map(|rank| (rank, index))
            })
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, index)| index).collect()
    }

    /// The highlighted entry's position among all candidates.
    #[must_use]
    pub fn highlighted(&self) -> Option<usize> {
        self.matches().get(self.cursor?).copied()
    }

    /// Moves the highlight by so many entries; for free text, before the first is none.
    pub fn move_highlight(&mut self, by: isize) {
        let count = self.matches().len();
        if count == 0 {
            self.cursor = None;
            return;
        }
        let position = self
            .cursor
            .map_or(-1, |at| isize::try_from(at).unwrap_or(isize::MAX));
        let lowest = if self.free { -1 } else { 0 };
        let highest = isize::try_from(count).unwrap_or(isize::MAX) - 1;
        self.cursor = usize::try_from((position + by).clamp(lowest, highest)).ok();
    }

    /// Puts the highlighted entry, or the first one, into the text.
    pub fn complete(&mut self) {
        let matches = self.matches();
        let Some(index) = matches.get(self.cursor.unwrap_or(0)) else {
            return;
        };
        let value = self.candidates[*index].value.clone();
        let (start, end) = match self.completion {
            Completion::Whole => (0, self.line.value().len()),
            Completion::Word => (self.word_start(), self.cursor_byte()),
        };
        let mut text = self.line.value().to_owned();
        text.replace_range(start..end, &value);
        let cursor = text[..start + value.len()].chars().count();
        self.line = tui_input::Input::new(text).with_cursor(cursor);
        self.proposed = false;
        self.narrowed();
    }

    /// Changes the text or moves in it.
    pub fn handle(&mut self, request: InputRequest) {
        self.proposed = false;
        if self.line.handle(request).is_some_and(|change| change.value) {
            self.narrowed();
        }
    }

    /// Types text as if each character had been pressed; control characters are dropped. A
    /// proposal makes room.
    pub fn insert(&mut self, text: &str) {
        if std::mem::take(&mut self.proposed) {
            self.line.reset();
        }
        for character in text.chars().filter(|character| !character.is_control()) {
            self.line.handle(InputRequest::InsertChar(character));
        }
        self.narrowed();
    }

    fn narrowed(&mut self) {
        self.error = None;
        self.cursor = if self.free { None } else { Some(0) };
    }

    /// What the user answers by pressing Enter now; `None` where the list has no such entry.
    #[must_use]
    pub fn answer(&self) -> Option<Answered> {
        match self.highlighted() {
            Some(index) if self.completion == Completion::Whole => Some(Answered {
                text: self.candidates[index].value.clone(),
                index: Some(index),
            }),
            _ if self.free => Some(Answered {
                text: self.line.value().to_owned(),
                index: None,
            }),
            _ => None,
        }
    }
}

/// How well an entry matches: 0 begins with the text, 1 contains it, 2 has its letters in
/// order, 3 mentions it in the detail.
fn rank(needle: &str, candidate: &Candidate) -> Option<usize> {
    let value = candidate.value.to_lowercase();
    if value.starts_with(needle) {
        Some(0)
    } else if value.contains(needle) {
        Some(1)
    } else if has_letters_in_order(&value, needle) {
        Some(2)
    } else if candidate.detail.to_lowercase().contains(needle) {
        Some(3)
    } else {
        None
    }
}

fn has_letters_in_order(value: &str, needle: &str) -> bool {
    let mut letters = value.chars();
    needle
        .chars()
        .all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(free: bool, completion: Completion) -> Ask {
        let candidates = ["red", "green", "dark red"].map(|name| Candidate::new(name, ""));
        Ask {
            free,
            ..Ask::choice("", candidates.to_vec(), Purpose::Jump)
        }
        .completing(completion, candidates.to_vec())
    }

    #[test]
    fn a_choice_takes_the_best_match() {
        let mut ask = colours(false, Completion::Whole);
        ask.insert("rd");
        assert_eq!(ask.matches(), [0, 2]);
        assert_eq!(ask.answer().unwrap().text, "red");
        ask.move_highlight(1);
        assert_eq!(ask.answer().unwrap().text, "dark red");
        ask.insert("x");
        assert_eq!(ask.answer(), None);
    }

    #[test]
    fn typing_replaces_a_proposal_and_other_keys_edit_it() {
        let ask = Ask::text("", "partition", Purpose::AddPartition).proposing();
        let after = |change: fn(&mut Ask)| {
            let mut ask = ask.clone();
            change(&mut ask);
            ask.insert("x");
            ask.answer().unwrap().text
        };
        assert_eq!(after(|_| ()), "x");
        assert_eq!(after(|ask| ask.insert("a")), "ax");
        assert_eq!(
            after(|ask| ask.handle(InputRequest::DeletePrevChar)),
            "partitiox"
        );
        assert_eq!(
            after(|ask| ask.handle(InputRequest::GoToStart)),
            "xpartition"
        );
        assert_eq!(after(|ask| ask.handle(InputRequest::DeleteFromStart)), "x");
        assert_eq!(ask.answer().unwrap().text, "partition");
    }

    #[test]
    fn words_are_completed_one_at_a_time() {
        let mut ask = colours(true, Completion::Word);
        ask.insert("red,gr");
        ask.complete();
        assert_eq!(ask.line.value(), "red,green");
        assert_eq!(ask.answer().unwrap().text, "red,green");
    }

    #[test]
    fn free_text_is_what_was_typed_unless_an_entry_is_highlighted() {
        let mut ask = colours(true, Completion::Whole);
        ask.cursor = None;
        ask.insert("re");
        assert_eq!(ask.answer().unwrap().text, "re");
        ask.move_highlight(1);
        assert_eq!(ask.answer().unwrap().text, "red");
        ask.move_highlight(-1);
        assert_eq!(ask.answer().unwrap().text, "re");
    }
}
