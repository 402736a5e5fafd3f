//! What scopes and variables are called: in declarations, and where they change.

use std::collections::BTreeSet;

/// The code of a variable: printable characters, as few as possible.
pub(super) fn code(mut number: usize) -> String {
    const FIRST: u8 = b'!';
    const COUNT: usize = 94;
    let mut code = String::new();
    loop {
        let digit = u8::try_from(number % COUNT).unwrap_or(0);
        code.push(char::from(FIRST + digit));
        match (number / COUNT).checked_sub(1) {
            Some(rest) => number = rest,
            None => return code,
        }
    }
}

/// The names of a scope.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// A name as the standard has them (letters, digits, `_`), which nothing else in the scope
    /// has.
    pub(super) fn identifier(&mut self, name: &str) -> String {
        let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
        let mut identifier: String = name.chars().map(plain).collect();
        if !identifier.starts_with(|it: char| it.is_ascii_alphabetic()) {
            identifier.insert(0, '_');
        }
        while !self.0.insert(identifier.clone()) {
            identifier.push('_');
        }
        identifier
    }
}
