//! Text literals, quoted and indented, with interpolation.

use dhall::syntax::{ExprKind, InterpolatedText};

use super::cursor::{Cursor, SyntaxError};
use super::tree::Node;

type Parse = Result<Node, SyntaxError>;

/// A text that grows: characters and interpolated expressions in turn.
#[derive(Default)]
struct Builder {
    head: String,
    tail: Vec<(Node, String)>,
}

impl Builder {
    fn last(&mut self) -> &mut String {
        self.tail
            .last_mut()
            .map_or(&mut self.head, |(_, text)| text)
    }

    fn push(&mut self, character: char) {
        self.last().push(character);
    }

    fn push_str(&mut self, text: &str) {
        self.last().push_str(text);
    }

    fn interpolate(&mut self, node: Node) {
        self.tail.push((node, String::new()));
    }

    fn append(&mut self, other: Self) {
        self.push_str(&other.head);
        self.tail.extend(other.tail);
    }

    fn is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }

    fn finish(self) -> ExprKind<Node> {
        ExprKind::TextLit(InterpolatedText::from((self.head, self.tail)))
    }
}

impl Cursor<'_> {
    /// `"text ${expression}"`
    pub(super) fn quoted_text(&mut self) -> Parse {
        let start = self.at();
        self.need("\"")?;
        let mut text = Builder::default();
        loop {
            if self.eat("${") {
                text.interpolate(self.interpolation()?);
                continue;
            }
            match self.take() {
                Some('"') => break,
                Some('\\') => text.push(self.escape()?),
                Some(c) if c >= ' ' => text.push(c),
                _ => {
                    self.back_to(start);
                    return self.refuse("this text has no end on its line");
                }
            }
        }
        Ok(Node::new(text.finish(), self.span_from(start)))
    }

    fn interpolation(&mut self) -> Parse {
        self.in_bracket(|cursor| {
            cursor.space()?;
            let node = cursor.expression()?;
            cursor.space()?;
            cursor.need("}")?;
            Ok(node)
        })
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let start = self.at();
        let character = match self.take() {
            Some(c @ ('"' | '$' | '\\' | '/')) => Some(c),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => self.code_point(),
            _ => None,
        };
        character.map_or_else(
            || {
                self.back_to(start);
                self.refuse("this escape sequence is not known")
            },
            Ok,
        )
    }

    /// Four hexadecimal digits, or any number of them in braces.
    fn code_point(&mut self) -> Option<char> {
        let digits = if self.eat("{") {
            let digits = self.take_while(|c| c.is_ascii_hexdigit());
            self.eat("}").then_some(digits)?
        } else {
            let digits = self.rest().get(..4)?;
            self.eat(digits);
            digits
        };
        let code = u32::from_str_radix(digits, 16).ok()?;
        let is_character = code & 0xfffe != 0xfffe;
        char::from_u32(code).filter(|_| is_character)
    }

    /// Two quotes, a line break, lines that are indented together, two quotes.
    pub(super) fn indented_text(&mut self) -> Parse {
        let start = self.at();
        self.need("''")?;
        if !(self.eat("\n") || self.eat("\r\n")) {
            return self.expected("a line break after `''`");
        }
        let mut lines = vec![Builder::default()];
        while !self.indented_piece(start, &mut lines)? {}
        trim_indent(&mut lines);
        let mut text = Builder::default();
        for (number, line) in lines.into_iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text.append(line);
        }
        Ok(Node::new(text.finish(), self.span_from(start)))
    }

    /// Takes one piece of an indented text; whether that was its end.
    fn indented_piece(
        &mut self,
        start: usize,
        lines: &mut Vec<Builder>,
    ) -> Result<bool, SyntaxError> {
        if self.eat("\n") || self.eat("\r\n") {
            lines.push(Builder::default());
            return Ok(false);
        }
        let mut line = lines.pop().unwrap_or_default();
        let mut end = false;
        if self.eat("'''") {
            line.push_str("''");
        } else if self.eat("''${") {
            line.push_str("${");
        } else if self.eat("''") {
            end = true;
        } else if self.eat("${") {
            line.interpolate(self.interpolation()?);
        } else if let Some(character) = self.take() {
            line.push(character);
        } else {
            self.back_to(start);
            return self.refuse("this text has no end");
        }
        lines.push(line);
        Ok(end)
    }
}

/// Takes away the indentation that all lines have in common, empty ones apart.
fn trim_indent(lines: &mut [Builder]) {
    let last = lines.len().saturating_sub(1);
    let indents = lines
        .iter()
        .enumerate()
        .filter(|(number, line)| *number == last || !line.is_empty())
        .map(|(_, line)| indent(&line.head));
    let common = indents
        .reduce(|left, right| common_start(left, right))
        .map_or(0, str::len);
    for line in lines {
        if !line.is_empty() {
            line.head.drain(..common);
        }
    }
}

fn indent(line: &str) -> &str {
    let end = line.find(|c| !matches!(c, ' ' | '\t'));
    &line[..end.unwrap_or(line.len())]
}

fn common_start<'t>(left: &'t str, right: &str) -> &'t str {
    let same = left.bytes().zip(right.bytes());
    let end = same.take_while(|(a, b)| a == b).count();
    &left[..end]
}
