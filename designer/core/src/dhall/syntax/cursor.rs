//! Reading a text from front to back: characters, white space, words, labels.

use dhall::builtins::Builtin;
use dhall::syntax::Label;

use super::tree::Span;

/// Deepest nesting of brackets `( [ { <` that is read. Reference implementations take a
/// time that is exponential in it.
pub(crate) const MAX_BRACKETS: usize = 16;

/// Deepest nesting of expressions of all kinds that is read, `if` and `let` included.
const MAX_NESTING: usize = 256;

const KEYWORDS: [&str; 16] = [
    "if", "then", "else", "let", "in", "using", "missing", "assert", "as", "Infinity", "NaN",
    "merge", "Some", "toMap", "forall", "with",
];

/// Why a text is not Dhall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// Byte offset of the first thing that does not fit.
    pub(crate) at: usize,
    /// Half a sentence: what was expected and what stands there.
    pub(crate) message: String,
    /// Whether the text is nested too deeply, rather than wrong.
    pub(crate) too_deep: bool,
}

/// A position in a text.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    brackets: usize,
    max_brackets: usize,
    nesting: usize,
}

impl<'t> Cursor<'t> {
    /// At the beginning of a text.
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            brackets: 0,
            max_brackets: MAX_BRACKETS,
            nesting: 0,
        }
    }

    /// At the beginning of a text whose nesting is limited by [`MAX_NESTING`] alone.
    pub(crate) fn without_limit(text: &'t str) -> Self {
        Self {
            max_brackets: MAX_NESTING,
            ..Self::new(text)
        }
    }

    /// Byte offset.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes back to an offset that [`Self::at`] gave.
    pub(super) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The text from an offset to here.
    pub(super) fn text_from(&self, start: usize) -> &'t str {
        &self.text[start..self.at]
    }

    /// The place from an offset to here.
    pub(super) fn span_from(&self, start: usize) -> Span {
        Span {
            start,
            end: self.at,
        }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the next.
    pub(super) fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    /// Takes the next character.
    pub(super) fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes characters for as long as they fit; their text.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Takes a token if it is next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Takes one of two spellings if it is next.
    pub(super) fn eat_either(&mut self, ascii: &str, unicode: &str) -> bool {
        self.eat(ascii) || self.eat(unicode)
    }

    /// Takes a token; an error if it is not next.
    pub(super) fn need(&mut self, token: &str) -> Result<(), SyntaxError> {
        if self.eat(token) {
            Ok(())
        } else {
            self.expected(&format!("`{token}`"))
        }
    }

    /// Takes white space and comments; whether there were any.
    pub(crate) fn space(&mut self) -> Result<bool, SyntaxError> {
        let start = self.at;
        loop {
            self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
            if self.eat("--") {
                self.take_while(|c| c != '\n');
            } else if self.rest().starts_with("{-") {
                self.block_comment()?;
            } else {
                return Ok(self.at > start);
            }
        }
    }

    /// Takes white space; an error if there is none.
    pub(super) fn need_space(&mut self) -> Result<(), SyntaxError> {
        if self.space()? {
            Ok(())
        } else {
            self.expected("a space")
        }
    }

    /// Takes white space, a token, and white space.
    pub(super) fn need_between(&mut self, token: &str) -> Result<(), SyntaxError> {
        self.space()?;
        self.need(token)?;
        self.space()?;
        Ok(())
    }

    fn block_comment(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            if self.eat("{-") {
                depth += 1;
            } else if self.eat("-}") {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            } else if self.take().is_none() {
                self.at = start;
                return self.refuse("this comment has no end");
            }
        }
    }

    /// Skips the lines `#!...` that a script may begin with.
    pub(crate) fn skip_shebang(&mut self) {
        while self.rest().starts_with("#!") {
            self.take_while(|c| c != '\n');
            self.eat("\n");
        }
    }

    /// The word that is next: the longest simple label, keyword or not; may be empty.
    pub(super) fn word(&self) -> &'t str {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return "";
        }
        let end = rest.find(|c| !is_label_character(c));
        &rest[..end.unwrap_or(rest.len())]
    }

    /// Takes a word if it is next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.word() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    /// Takes a word and the white space after it; an error if either is not next.
    pub(super) fn need_word(&mut self, word: &str) -> Result<(), SyntaxError> {
        if !self.eat_word(word) {
            return self.expected(&format!("`{word}`"));
        }
        self.need_space()
    }

    /// Whether a label is next.
    pub(super) fn is_at_label(&self) -> bool {
        self.peek() == Some('`') || !(self.word().is_empty() || is_keyword(self.word()))
    }

    /// Takes a label, quoted or not.
    pub(super) fn label(&mut self) -> Result<Label, SyntaxError> {
        if self.eat("`") {
            return self.quoted_label();
        }
        let word = self.word();
        if word.is_empty() || is_keyword(word) {
            return self.expected("a name");
        }
        self.at += word.len();
        Ok(Label::from(word))
    }

    /// Takes the label of a variable that is bound here: not the name of a builtin.
    pub(super) fn bound_label(&mut self) -> Result<Label, SyntaxError> {
        let word = self.word();
        let is_builtin = matches!(word, "True" | "False" | "Type" | "Kind" | "Sort");
        if is_builtin || Builtin::parse(word).is_some() {
            return self.refuse(&format!("`{word}` is a name of the language itself"));
        }
        self.label()
    }

    /// Takes a label of a record or union, where `Some` is allowed.
    pub(super) fn field_label(&mut self) -> Result<Label, SyntaxError> {
        if self.eat_word("Some") {
            return Ok(Label::from("Some"));
        }
        self.label()
    }

    fn quoted_label(&mut self) -> Result<Label, SyntaxError> {
        let name = self.take_while(|c| matches!(c, ' '..='_' | 'a'..='~'));
        self.need("`")?;
        Ok(Label::from(name))
    }

    /// Reads what stands in a bracket.
    pub(super) fn in_bracket<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.brackets == self.max_brackets {
            return self.too_deep(&format!(
                "more than {} brackets in each other",
                self.max_brackets
            ));
        }
        self.brackets += 1;
        let result = read(self);
        self.brackets -= 1;
        result
    }

    /// Reads an expression in another.
    pub(super) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.nesting == MAX_NESTING {
            return self.too_deep(&format!(
                "more than {MAX_NESTING} expressions in each other"
            ));
        }
        self.nesting += 1;
        let result = read(self);
        self.nesting -= 1;
        result
    }

    fn too_deep<T>(&self, message: &str) -> Result<T, SyntaxError> {
        Err(SyntaxError {
            at: self.at,
            message: message.to_owned(),
            too_deep: true,
        })
    }

    /// An error at this place.
    pub(super) fn refuse<T>(&self, message: &str) -> Result<T, SyntaxError> {
        Err(SyntaxError {
            at: self.at,
            message: message.to_owned(),
            too_deep: false,
        })
    }

    /// An error at this place: something else was expected.
    pub(super) fn expected<T>(&self, what: &str) -> Result<T, SyntaxError> {
        let found = match (self.word(), self.peek()) {
            (_, None) => "the end of the file".to_owned(),
            ("", Some(quote @ ('"' | '\''))) => format!("`{quote}`"),
            ("", Some(character)) => format!("`{}`", character.escape_debug()),
            (word, _) => format!("`{word}`"),
        };
        self.refuse(&format!("{what} is expected here, not {found}"))
    }
}

/// Whether a word is reserved.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

fn is_label_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '/' | '_')
}
