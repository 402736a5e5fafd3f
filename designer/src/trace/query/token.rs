//! An expression in pieces.

use std::ops::Range;

use crate::trace::duration::VirtualTime;

use super::error::Mistake;
use super::literal::Literal;

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'text> {
    /// A kind of event, a field or `contains`.
    Word(&'text str),
    /// A number, a time or a text.
    Literal(Literal),
    /// One of [`SYMBOLS`].
    Symbol(&'static str),
    /// Nothing comes any more.
    End,
}

/// A piece and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed<'text> {
    pub(super) token: Token<'text>,
    pub(super) place: Range<usize>,
}

/// Every symbol; one that begins like another stands before it.
const SYMBOLS: [&str; 13] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]",
];

/// What other languages write, and how it is written here.
const OTHERS: [(char, &str); 4] = [
    ('=', "write `==`"),
    ('&', "write `&&`"),
    ('|', "write `||`"),
    ('\'', "texts and names stand in double quotes: \"text\""),
];

/// All pieces; the last one is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed<'_>>, Mistake> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = text[at..].trim_start();
        at = text.len() - rest.len();
        let (token, length) = first(rest).map_err(|mistake| mistake.behind(at))?;
        let is_end = token == Token::End;
        let place = at..at + length;
        found.push(Placed { token, place });
        if is_end {
            return Ok(found);
        }
        at += length;
    }
}

/// The piece that a text begins with, and its length in bytes.
fn first(rest: &str) -> Result<(Token<'_>, usize), Mistake> {
    let Some(character) = rest.chars().next() else {
        return Ok((Token::End, 0));
    };
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        return Ok((Token::Symbol(symbol), symbol.len()));
    }
    let within = |it: char| it.is_alphanumeric() || it == '_';
    match character {
        '"' => text(rest),
        '0'..='9' => number(prefix(rest, |it| within(it) || it == '.')),
        _ if within(character) => {
            let word = prefix(rest, within);
            Ok((Token::Word(word), word.len()))
        }
        _ => Err(no_piece(character)),
    }
}

fn no_piece(character: char) -> Mistake {
    let other = OTHERS.iter().find(|(other, _)| *other == character);
    let help = other.map_or("no piece of an expression begins like this", |(_, help)| {
        help
    });
    let shown = character.escape_debug();
    Mistake::new(
        0..character.len_utf8(),
        format!("`{shown}` means nothing here"),
        help,
    )
}

/// The beginning of a text whose characters satisfy a condition.
fn prefix(text: &str, condition: impl Fn(char) -> bool) -> &str {
    let end = text.find(|it| !condition(it)).unwrap_or(text.len());
    &text[..end]
}

fn number(text: &str) -> Result<(Token<'_>, usize), Mistake> {
    let plain = text.replace('_', "");
    let whole = match plain.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => plain.parse().ok(),
    };
    let time = || {
        text.parse()
            .ok()
            .map(|VirtualTime { ns }| Literal::Time(ns))
    };
    let literal = whole.map(Literal::Number).or_else(time).ok_or_else(|| {
        let message = format!("`{text}` is no number of 64 bits and no time");
        let help = "write a number such as 3 or 0x8000_0000, or a time such as 5ms or 200us";
        Mistake::new(0..text.len(), message, help)
    })?;
    Ok((Token::Literal(literal), text.len()))
}

fn text(rest: &str) -> Result<(Token<'_>, usize), Mistake> {
    let mut bytes = Vec::new();
    let mut at = 1;
    loop {
        match rest[at..].chars().next() {
            None => {
                let message = "this text has no end";
                return Err(Mistake::new(0..rest.len(), message, "end it with a \""));
            }
            Some('"') => return Ok((Token::Literal(Literal::Text(bytes)), at + 1)),
            Some('\\') => {
                let (byte, length) = escape(&rest.as_bytes()[at + 1..]).ok_or_else(|| {
                    let help = "write \\n, \\r, \\t, \\\", \\\\ or two hexadecimal digits: \\x7f";
                    Mistake::new(at..at + 1, "nothing is written like this", help)
                })?;
                bytes.push(byte);
                at += 1 + length;
            }
            Some(character) => {
                let next = at + character.len_utf8();
                bytes.extend_from_slice(&rest.as_bytes()[at..next]);
                at = next;
            }
        }
    }
}

/// The byte that stands behind a backslash, and in how many characters of ASCII.
fn escape(rest: &[u8]) -> Option<(u8, usize)> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some(match rest {
        [b'n', ..] => (b'\n', 1),
        [b'r', ..] => (b'\r', 1),
        [b't', ..] => (b'\t', 1),
        [byte @ (b'"' | b'\'' | b'\\'), ..] => (*byte, 1),
        [b'x', high, low, ..] => {
            let value = digit(*high)? * 16 + digit(*low)?;
            (u8::try_from(value).ok()?, 3)
        }
        _ => return None,
    })
}
