//! From a text to a tree, by recursive descent: `||`, `&&`, `!`, then what stands by itself.

use std::ops::Range;

use crate::trace::words;

use super::error::Mistake;
use super::expression::Expression;
use super::field::{FIELDS, Field, Type};
use super::literal::Literal;
use super::names::Names;
use super::operator::{OPERATORS, Operator};
use super::token::{Placed, Token, tokens};

/// Parentheses and `!` within each other at most, so that no text can exhaust the stack.
const DEPTH: usize = 100;
/// How alike a name must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.75;

/// Reads a whole text.
pub(super) fn parse(text: &str, names: &Names) -> Result<Expression, Mistake> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        names,
        depth: 0,
    };
    let expression = parser.any()?;
    match parser.peek() {
        Token::End => Ok(expression),
        _ => Err(parser.unexpected("`&&`, `||` or the end")),
    }
}

struct Parser<'text> {
    /// What was not read yet; its last is the end.
    tokens: &'text [Placed<'text>],
    names: &'text Names,
    depth: usize,
}

type Parsed = Result<Expression, Mistake>;

impl<'text> Parser<'text> {
    fn peek(&self) -> &'text Token<'text> {
        self.tokens.first().map_or(&Token::End, |it| &it.token)
    }

    fn place(&self) -> Range<usize> {
        self.tokens.first().map_or(0..0, |it| it.place.clone())
    }

    /// Goes past the next piece; the end stays.
    fn skip(&mut self) {
        if self.tokens.len() > 1 {
            self.tokens = &self.tokens[1..];
        }
    }

    /// Goes past a symbol, if it is next.
    fn takes(&mut self, symbol: &'static str) -> bool {
        let is_next = *self.peek() == Token::Symbol(symbol);
        if is_next {
            self.skip();
        }
        is_next
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), Mistake> {
        match self.takes(symbol) {
            true => Ok(()),
            false => Err(self.unexpected(&format!("`{symbol}`"))),
        }
    }

    /// A mistake at the next piece.
    fn mistake(&self, message: impl Into<String>, help: impl Into<String>) -> Mistake {
        Mistake::new(self.place(), message, help)
    }

    /// Something else is possible here.
    fn unexpected(&self, possible: &str) -> Mistake {
        let message = match self.peek() {
            Token::End => "the expression ends too early",
            _ => "this cannot stand here",
        };
        self.mistake(message, format!("possible here: {possible}"))
    }

    fn any(&mut self) -> Parsed {
        self.joined("||", Self::all, Expression::Any)
    }

    fn all(&mut self) -> Parsed {
        self.joined("&&", Self::not, Expression::All)
    }

    /// Parts with a symbol between them; a single one is itself.
    fn joined(
        &mut self,
        symbol: &'static str,
        part: fn(&mut Self) -> Parsed,
        whole: fn(Vec<Expression>) -> Expression,
    ) -> Parsed {
        let first = part(self)?;
        if *self.peek() != Token::Symbol(symbol) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.takes(symbol) {
            parts.push(part(self)?);
        }
        Ok(whole(parts))
    }

    fn not(&mut self) -> Parsed {
        if self.takes("!") {
            let inner = self.deeper(Self::not)?;
            return Ok(Expression::Not(Box::new(inner)));
        }
        if self.takes("(") {
            let inner = self.deeper(Self::any)?;
            self.expect(")")?;
            return Ok(inner);
        }
        self.word()
    }

    fn deeper(&mut self, inner: fn(&mut Self) -> Parsed) -> Parsed {
        if self.depth == DEPTH {
            let help = format!("at most {DEPTH} parentheses and `!` stand within each other");
            return Err(self.mistake("this lies too deep", help));
        }
        self.depth += 1;
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }

    /// A kind of event, or a comparison.
    fn word(&mut self) -> Parsed {
        let Token::Word(word) = *self.peek() else {
            return Err(self.unexpected("a kind of event, a field, `!` or `(`"));
        };
        if let Some((word, kinds)) = words::find(word) {
            self.skip();
            return Ok(Expression::Kinds { word, kinds });
        }
        let field = Field::named(word).ok_or_else(|| self.unknown_word(word))?;
        self.skip();
        let field = match field {
            Field::Byte(_) => self.byte()?,
            other => other,
        };
        let operator = self.operator(field)?;
        let literal = self.literal(field, operator)?;
        Ok(Expression::Compare {
            field,
            operator,
            literal,
        })
    }

    fn unknown_word(&self, word: &str) -> Mistake {
        let fields = FIELDS.iter().flat_map(|row| row.names).copied();
        let all: Vec<&str> = words::all().map(|(word, _)| word).chain(fields).collect();
        self.mistake(
            format!("`{word}` is no kind of event and no field"),
            suggestion(word, &all),
        )
    }

    /// Which byte: `[0]`.
    fn byte(&mut self) -> Result<Field, Mistake> {
        self.expect("[")?;
        let Token::Literal(Literal::Number(number)) = *self.peek() else {
            return Err(self.unexpected("the number of a byte, from 0"));
        };
        self.skip();
        self.expect("]")?;
        // No message is that long.
        Ok(Field::Byte(usize::try_from(number).unwrap_or(usize::MAX)))
    }

    fn operator(&mut self, field: Field) -> Result<Operator, Mistake> {
        let written = match *self.peek() {
            Token::Symbol(symbol) => symbol,
            Token::Word(word) => word,
            _ => "",
        };
        let fits = |operator: Operator| match field.row().compared_with {
            Type::Text => operator.is_for_texts(),
            Type::Time | Type::Number => operator.is_for_numbers(),
        };
        let mut possible = OPERATORS.iter().filter(|(operator, _)| fits(*operator));
        let found = possible.clone().find(|(_, symbol)| *symbol == written);
        let Some((operator, _)) = found else {
            let first = possible.next().map_or("", |(_, symbol)| symbol);
            let list = possible.fold(format!("`{first}`"), |list, (_, symbol)| {
                format!("{list}, `{symbol}`")
            });
            return Err(self.unexpected(&list));
        };
        self.skip();
        Ok(*operator)
    }

    fn literal(&mut self, field: Field, operator: Operator) -> Result<Literal, Mistake> {
        let literal = match self.peek() {
            Token::Literal(literal) => Some(literal),
            _ => None,
        };
        let possible = match (field.row().compared_with, literal) {
            (Type::Time, Some(literal @ Literal::Time(_)))
            | (Type::Number, Some(literal @ Literal::Number(_))) => {
                self.skip();
                return Ok(literal.clone());
            }
            (Type::Text, Some(literal @ Literal::Text(name))) => {
                if operator != Operator::Contains {
                    self.known(field, name)?;
                }
                self.skip();
                return Ok(literal.clone());
            }
            (Type::Time, _) => "a time with its unit, such as 5ms or 200us",
            (Type::Number, _) => "a number, such as 3 or 0x8000_0000",
            (Type::Text, _) => "a text in quotes, such as \"text\"",
        };
        Err(self.unexpected(possible))
    }

    /// Whether the design has such a name for the field.
    fn known(&self, field: Field, name: &[u8]) -> Result<(), Mistake> {
        let Some(known) = self.names.known(field) else {
            return Ok(());
        };
        if known.iter().any(|it| it.as_bytes() == name) {
            return Ok(());
        }
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let name = String::from_utf8_lossy(name);
        let message = format!("there is no {field} `{}`", name.escape_debug());
        Err(self.mistake(message, suggestion(&name, &known)))
    }
}

/// The name that was probably meant, or else all that there are.
fn suggestion(name: &str, all: &[&str]) -> String {
    let scored = all.iter().map(|it| (strsim::jaro_winkler(name, it), it));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    match best {
        Some((score, best)) if score >= ALIKE => format!("did you mean `{best}`?"),
        Some(_) => format!("possible here: {}", all.join(", ")),
        None => "there is none at all".to_owned(),
    }
}
