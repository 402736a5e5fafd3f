//! SVG documents: elements that cannot be left open, texts that cannot become markup.

use std::fmt::{Display, Write as _};

use unicode_width::UnicodeWidthStr;

use super::colour;

/// Width of a letter and of a column of the canvas, in pixels.
pub const COLUMN: i32 = 8;
/// Height of a row of the canvas, in pixels.
pub const ROW: i32 = 18;
/// From the middle of a row down to the line that letters stand on, in pixels.
const BASELINE: i32 = 4;

/// The attributes of an element: names and values.
pub type Attributes<'a> = &'a [(&'a str, &'a dyn Display)];

/// A document that is being written.
#[derive(Debug)]
pub struct Svg {
    text: String,
}

impl Svg {
    /// A document of so many pixels with a ground of its own; what it shows, in words.
    #[must_use]
    pub fn document(
        width: i32,
        height: i32,
        title: &str,
        content: impl FnOnce(&mut Self),
    ) -> String {
        let mut svg = Self {
            text: String::new(),
        };
        let view = format!("0 0 {width} {height}");
        let root: Attributes<'_> = &[
            ("xmlns", &"http://www.w3.org/2000/svg"),
            ("width", &width),
            ("height", &height),
            ("viewBox", &view),
            ("role", &"img"),
        ];
        svg.element("svg", root, |svg| {
            svg.words("title", &[], title);
            svg.words("style", &[], &colour::style_sheet());
            let ground: Attributes<'_> = &[
                ("class", &"ground"),
                ("width", &"100%"),
                ("height", &"100%"),
            ];
            svg.empty("rect", ground);
            content(svg);
        });
        svg.text
    }

    /// An element with what is in it.
    pub fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        content: impl FnOnce(&mut Self),
    ) {
        self.begin(name, attributes);
        self.text.push_str(">\n");
        content(self);
        let _ = writeln!(self.text, "</{name}>");
    }

    /// An element with nothing in it.
    pub fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.begin(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element with a text in it.
    pub fn words(&mut self, name: &str, attributes: Attributes<'_>, words: &str) {
        self.begin(name, attributes);
        let _ = writeln!(self.text, ">{}</{name}>", escaped(words));
    }

    /// A text on the picture, as wide as its letters are on a terminal: where it begins, and the
    /// middle of its row.
    pub fn label(&mut self, class: &str, (x, y): (i32, i32), text: &str) {
        let (length, baseline) = (width(text), y + BASELINE);
        if length == 0 {
            return;
        }
        let attributes: Attributes<'_> = &[
            ("class", &class),
            ("x", &x),
            ("y", &baseline),
            ("textLength", &length),
            ("lengthAdjust", &"spacingAndGlyphs"),
            ("xml:space", &"preserve"),
        ];
        self.words("text", attributes, text);
    }

    fn begin(&mut self, name: &str, attributes: Attributes<'_>) {
        let _ = write!(self.text, "<{name}");
        for (name, value) in attributes {
            // A reader takes a bare end of line for a blank there.
            let value = escaped(&value.to_string()).replace('\n', "&#10;");
            let _ = write!(self.text, " {name}=\"{value}\"");
        }
    }
}

/// Pixels that a text takes.
#[must_use]
pub fn width(text: &str) -> i32 {
    i32::try_from(text.width()).map_or(i32::MAX, |columns| columns.saturating_mul(COLUMN))
}

/// The text as it stands in an element or in an attribute. What XML 1.0 has no way to write is
/// replaced by U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push('\n'),
            '\t' | '\r' => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roxmltree::Document;

    use super::*;

    proptest! {
        #[test]
        fn every_text_is_read_back(words in "\\PC*", value in "(\\PC|\n)*") {
            let svg = Svg::document(10, 10, &words, |svg| {
                svg.empty("g", &[("data-value", &value)]);
                svg.label("ink", (0, 0), &value);
            });
            let document = Document::parse(&svg).unwrap();
            let title = document.descendants().find(|it| it.has_tag_name("title")).unwrap();
            let empty = words.is_empty().then_some("");
            prop_assert_eq!(title.text().or(empty), Some(&*words));
            let mut values = document.descendants().filter_map(|it| it.attribute("data-value"));
            prop_assert_eq!(values.next(), Some(&*value));
        }

        #[test]
        fn what_xml_cannot_write_is_replaced(text in any::<String>()) {
            let written = format!("<a>{}</a>", escaped(&text));
            let document = Document::parse(&written).unwrap();
            let expected: String = text
                .chars()
                .map(|it| match it {
                    '\n' | '\t' | '\r' => it,
                    '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
                    it => it,
                })
                .collect();
            prop_assert_eq!(document.root_element().text().unwrap_or(""), expected);
        }
    }
}
