//! Text that has to fit.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::glyph;

/// The text, or as much of it as fits with a sign that something is missing. Control
/// characters are shown as spaces.
#[must_use]
pub fn fit(text: &str, columns: usize, unicode: bool) -> String {
    let clean: String = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    if clean.width() <= columns {
        return clean;
    }
    let mut fitted = String::new();
    let mut used = 0;
    for character in clean.chars() {
        let width = character.width().unwrap_or(0);
        if used + width + 1 > columns {
            break;
        }
        used += width;
        fitted.push(character);
    }
    if columns > 0 {
        fitted.push_str(glyph::ellipsis(unicode));
    }
    fitted
}

/// The text, filled with spaces up to a width.
#[must_use]
pub fn pad(text: &str, columns: usize, unicode: bool) -> String {
    let mut fitted = fit(text, columns, unicode);
    let missing = columns.saturating_sub(fitted.width());
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// The text in lines of at most so many columns, broken between words.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let used = lines.last().map_or(0, |line| line.width());
        let space = usize::from(used > 0);
        match lines.last_mut() {
            Some(line) if used + space + word.width() <= columns || used == 0 => {
                if space > 0 {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A line of spans, each a text with its style.
#[must_use]
pub fn line(parts: Vec<(String, Style)>) -> Line<'static> {
    Line::from(
        parts
            .into_iter()
            .map(|(text, style)| Span::styled(text, style))
            .collect::<Vec<_>>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_with_a_sign() {
        assert_eq!(fit("readings", 8, true), "readings");
        assert_eq!(fit("readings", 5, true), "read…");
        assert_eq!(fit("readings", 5, false), "read~");
        assert_eq!(fit("日本語", 4, true), "日…");
        assert_eq!(fit("x", 0, true), "");
        assert_eq!(pad("a\nb", 5, true), "a b  ");
    }

    #[test]
    fn text_breaks_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable x", 4), ["unbreakable", "x"]);
    }
}
