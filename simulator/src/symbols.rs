//! Names of places in a program.

use std::ops::Range;

/// Names of places, by address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SymbolTable {
    /// Sorted by their begin; each with the end of its segment.
    places: Vec<(Range<u64>, String)>,
}

impl SymbolTable {
    /// From places that each go on to the next one, at most to the end of their range. What
    /// assemblers name for themselves (`.L`, `$`) is left out.
    #[must_use]
    pub fn new(mut places: Vec<(Range<u64>, String)>) -> Self {
        places.retain(|(_, name)| !name.starts_with(".L") && !name.starts_with('$'));
        places.sort_by(|a, b| (a.0.start, &a.1).cmp(&(b.0.start, &b.1)));
        places.dedup_by_key(|(range, _)| range.start);
        Self { places }
    }

    /// The last name at or before an address, and how many bytes before.
    #[must_use]
    pub fn find(&self, address: u64) -> Option<(&str, u64)> {
        let behind = self
            .places
            .partition_point(|(range, _)| range.start <= address);
        let (range, name) = self.places.get(behind.checked_sub(1)?)?;
        range
            .contains(&address)
            .then(|| (name.as_str(), address - range.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reaches_to_the_next_one_or_to_the_end_of_its_segment() {
        let place = |begin, name: &str| (begin..0x200, name.to_owned());
        let places = ["b", "a", "$x", ".L1"].map(|name| place(0x100, name));
        let mut places = places.to_vec();
        places.push(place(0x110, "c"));
        let table = SymbolTable::new(places);
        assert_eq!(table.find(0xff), None);
        assert_eq!(table.find(0x100), Some(("a", 0)));
        assert_eq!(table.find(0x10e), Some(("a", 0xe)));
        assert_eq!(table.find(0x1ff), Some(("c", 0xef)));
        assert_eq!(table.find(0x200), None);
        assert_eq!(SymbolTable::default().find(0), None);
    }
}
