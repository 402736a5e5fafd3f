//! Lists in sentences.

/// Longer lists are cut: nobody reads them.
const SHOWN: usize = 8;

/// The first of these items, and how many more there are.
pub(super) fn listing(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(SHOWN);
    let shown: Vec<String> = items.take(SHOWN).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
