//! Names by number, each kept once.

use std::collections::BTreeMap;

use septum_simulator::name::Name;

/// All names of a trace.
#[derive(Debug, Clone, Default)]
pub(super) struct Symbols {
    names: Vec<Name>,
    numbers: BTreeMap<Name, u32>,
}

/// The number of no name.
pub(super) const NOBODY: u32 = 0;

impl Symbols {
    /// The number of a name, which is new perhaps; [`NOBODY`] for none.
    pub(super) fn number(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return NOBODY };
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let name = Name::from(name);
        self.names.push(name.clone());
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name, number);
        number
    }

    /// The number of a name that there is.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The name with this number.
    pub(super) fn name(&self, number: u32) -> Option<Name> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.names.get(index).cloned()
    }
}
