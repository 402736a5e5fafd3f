//! Lists in sentences.

use std::collections::BTreeSet;

/// Longer lists are cut: nobody reads them.
const SHOWN: usize = 8;

/// The first of these items, each once, and how many more there are.
pub(crate) fn listing(items: impl Iterator<Item = String>) -> String {
    let mut told = BTreeSet::new();
    let items: Vec<String> = items.filter(|item| told.insert(item.clone())).collect();
    let shown = items[..items.len().min(SHOWN)].join(", ");
    match items.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
