//! Texts in diagrams of Mermaid, which has no quotes that hold everything.

/// What may stand in a text as it is, beside letters and digits of ASCII.
const PLAIN: &[char] = &[' ', '_', '-', '.', ',', '/', '+', '!', '?', '='];

/// A word that Mermaid takes for the end of a block, wherever it stands.
const END: &str = "end";

/// A text that Mermaid shows as it is: everything that could mean something to it is an entity,
/// such as `#59;` for a semicolon. What no picture can show is U+FFFD.
pub(super) fn escaped(text: &str) -> String {
    let words = text.split_inclusive(' ').map(|word| match word.trim_end() {
        bare if bare.eq_ignore_ascii_case(END) => entity(word),
        _ => word.chars().map(character).collect(),
    });
    words.collect()
}

/// A word of which the first letter is an entity.
fn entity(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(number);
    first.into_iter().chain(letters.map(character)).collect()
}

fn character(it: char) -> String {
    match it {
        it if it.is_ascii_alphanumeric() || PLAIN.contains(&it) => it.to_string(),
        it if it.is_control() => number(char::REPLACEMENT_CHARACTER),
        it => number(it),
    }
}

/// A character by its number.
fn number(it: char) -> String {
    format!("#{};", u32::from(it))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_harmless(text: &str) -> bool {
        let plain = |it: char| it.is_ascii_alphanumeric() || " _-.,/+!?=".contains(it);
        text.chars().all(plain)
    }

    /// What Mermaid shows of a text, in which it takes nothing but entities for more than letters
    /// behind the first of them.
    pub(crate) fn shown(text: &str) -> String {
        let mut parts = text.split('#');
        let mut shown = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_once(';').expect("the end of an entity");
            shown.push(char::from_u32(number.parse().unwrap()).unwrap());
            assert!(is_harmless(rest), "{text}");
            shown.push_str(rest);
        }
        shown
    }

    proptest! {
        #[test]
        fn every_text_is_shown_as_it_is(text in "(\\PC|end|END|[;:#%<>&\"{}() ]){0,12}") {
            let escaped = escaped(&text);
            prop_assert_eq!(shown(&escaped), text);
            prop_assert!(escaped.split('#').next().is_some_and(is_harmless));
            prop_assert!(!escaped.to_lowercase().split(' ').any(|word| word == END));
        }
    }
}
