//! Numbers: `Natural`, `Integer` and `Double` literals.

use dhall::syntax::{ExprKind, NaiveDouble, NumKind};

use super::cursor::{Cursor, SyntaxError};
use super::tree::Node;

impl Cursor<'_> {
    /// Reads a number of any kind.
    pub(super) fn number(&mut self) -> Result<Node, SyntaxError> {
        let start = self.at();
        let kind = self.number_kind()?;
        if self
            .peek()
            .is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            self.back_to(start);
            return self.refuse("this number is malformed");
        }
        Ok(Node::new(ExprKind::Num(kind), self.span_from(start)))
    }

    /// Reads the number after `@`.
    pub(super) fn index(&mut self) -> Result<usize, SyntaxError> {
        let digits = self.take_while(|c| c.is_ascii_digit());
        digits
            .parse()
            .or_else(|_| self.expected("the index of a variable"))
    }

    fn number_kind(&mut self) -> Result<NumKind, SyntaxError> {
        let start = self.at();
        let signed = matches!(self.peek(), Some('+' | '-'));
        if signed {
            self.take();
        }
        if self.eat_word("NaN") {
            return Ok(double(f64::NAN));
        }
        if self.eat_word("Infinity") {
            let negative = self.text_from(start).starts_with('-');
            let value = if negative {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            };
            return Ok(double(value));
        }
        if self.eat("0x") {
            self.take_while(|c| c.is_ascii_hexdigit());
        } else {
            self.decimal(start)?;
        }
        let text = self.text_from(start);
        let result = if text.contains(['.', 'e', 'E']) && !text.contains("0x") {
            text.parse()
                .ok()
                .filter(|x: &f64| x.is_finite())
                .map(double)
        } else if signed {
            integer(text).map(NumKind::Integer)
        } else {
            natural(text).map(NumKind::Natural)
        };
        result.map_or_else(|| self.bad_number(start), Ok)
    }

    /// Digits, perhaps with a fraction and an exponent.
    fn decimal(&mut self, start: usize) -> Result<(), SyntaxError> {
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            self.back_to(start);
            return self.expected("a number");
        }
        if self.peek() == Some('.') && self.peek_second().is_some_and(|c| c.is_ascii_digit()) {
            self.take();
            self.take_while(|c| c.is_ascii_digit());
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.take();
            if matches!(self.peek(), Some('+' | '-')) {
                self.take();
            }
            self.take_while(|c| c.is_ascii_digit());
        }
        Ok(())
    }

    fn bad_number<T>(&mut self, start: usize) -> Result<T, SyntaxError> {
        self.back_to(start);
        self.refuse("this number is malformed or does not fit into 64 bits")
    }
}

fn double(value: f64) -> NumKind {
    NumKind::Double(NaiveDouble::from(value))
}

fn natural(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None if text.len() > 1 && text.starts_with('0') => None,
        None => text.parse().ok(),
    }
}

fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = text.split_at(1);
    let magnitude = i128::from(natural(digits)?);
    let value = if sign == "-" { -magnitude } else { magnitude };
    i64::try_from(value).ok()
}
