//! Glyphs and colours: what the terminal and its user can see.

use std::env;

/// The glyphs and whether there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Box-drawing characters and arrows; otherwise ASCII of the same widths.
    pub unicode: bool,
    /// 16 ANSI colours beside reverse, bold and dim.
    pub colour: bool,
}

impl Look {
    /// What the environment asks for: UTF-8 locales get Unicode, `NO_COLOR` takes colour.
    #[must_use]
    pub fn from_environment() -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
        Self {
            unicode: is_utf8(locale.as_deref()),
            colour: env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}

fn is_utf8(locale: Option<&str>) -> bool {
    locale.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("utf-8") || name.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_utf8_locales_get_unicode() {
        assert!(is_utf8(Some("en_US.UTF-8")));
        assert!(is_utf8(Some("C.utf8")));
        assert!(!is_utf8(Some("C")));
        assert!(!is_utf8(None));
    }
}
