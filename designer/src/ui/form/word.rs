//! Words of a line: plain, or in quotes with escapes.

/// A word of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word without quotes.
    pub text: String,
    /// It stood in quotes.
    pub quoted: bool,
    /// A comma follows.
    pub comma: bool,
}

/// A text in quotes, so that [`split`] gives it back.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if character.is_control() => quoted.extend(character.escape_unicode()),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// The text itself where it is a plain word, else in quotes.
#[must_use]
pub fn quoted_where_needed(text: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "_-./:".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// The words of a line, separated by blanks or commas.
///
/// # Errors
/// When a quote is not closed or an escape is unknown.
pub fn split(line: &str) -> Result<Vec<Word>, String> {
    let mut words: Vec<Word> = Vec::new();
    let mut rest = line.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            ',' => {
                if let Some(last) = words.last_mut() {
                    last.comma = true;
                }
            }
            '"' => words.push(Word {
                text: unquoted(&mut rest)?,
                quoted: true,
                comma: false,
            }),
            _ if character.is_whitespace() => {}
            _ => {
                let mut text = String::from(character);
                while let Some(next) = rest.next_if(|next| !next.is_whitespace() && *next != ',') {
                    text.push(next);
                }
                words.push(Word {
                    text,
                    quoted: false,
                    comma: false,
                });
            }
        }
    }
    Ok(words)
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn unquoted(rest: &mut Characters<'_>) -> Result<String, String> {
    let mut text = String::new();
    while let Some(character) = rest.next() {
        match character {
            '"' => return Ok(text),
            '\\' => text.push(escape(rest)?),
            _ => text.push(character),
        }
    }
    Err("the closing \" is missing".to_owned())
}

fn escape(rest: &mut Characters<'_>) -> Result<char, String> {
    match rest.next() {
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some(character @ ('"' | '\\')) => Ok(character),
        Some('u') => unicode(rest).ok_or_else(|| "write \\u{1f} with the number".to_owned()),
        _ => Err("after \\ comes one of \" \\ n t u".to_owned()),
    }
}

fn unicode(rest: &mut Characters<'_>) -> Option<char> {
    rest.next_if_eq(&'{')?;
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(char::is_ascii_hexdigit) {
        digits.push(digit);
    }
    rest.next_if_eq(&'}')?;
    u32::from_str_radix(&digits, 16)
        .ok()
        .and_then(char::from_u32)
}
