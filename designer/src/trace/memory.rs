//! What lies where, so that an address says more than a number.

use septum_core::plan::{Plan, Range};
use septum_simulator::cpu::Cause;
use septum_simulator::event::EventKind;

use super::describe;

/// A named range of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    name: String,
    range: Range,
    /// Physical address of its first byte.
    physical: u64,
}

/// What lies where: for each partition by its virtual addresses, and in the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    partitions: Vec<Vec<Place>>,
    machine: Vec<Place>,
}

impl Memory {
    /// What a plan puts where.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mapped = plan.partitions.iter().map(|partition| {
            let mappings = partition.mappings.iter();
            let place = mappings.map(|it| Place {
                physical: it.physical.base,
                ..place(&it.name, it.virtual_range())
            });
            place.collect()
        });
        let regions = plan.regions.iter().map(|it| place(&it.name, it.range));
        let devices = plan.system.machine.devices.iter().map(|device| {
            let range = Range {
                base: device.base,
                size_bytes: device.size_bytes,
            };
            place(&device.name, range)
        });
        Self {
            partitions: mapped.collect(),
            machine: regions.chain(devices).collect(),
        }
    }

    /// What lies at an address that a partition uses: what is mapped there, or else what has
    /// that address in the machine.
    #[must_use]
    pub fn name(&self, partition: Option<usize>, address: u64) -> Option<&str> {
        let own = partition.and_then(|partition| self.partitions.get(partition));
        let mut places = own.into_iter().flatten().chain(&self.machine);
        let found = places.find(|place| place.range.contains(address))?;
        Some(&found.name)
    }

    /// The physical address behind one that a partition uses; the same where nothing is mapped.
    #[must_use]
    pub fn physical(&self, partition: Option<usize>, address: u64) -> u64 {
        let own = partition.and_then(|partition| self.partitions.get(partition));
        let mut places = own.into_iter().flatten();
        let found = places.find(|place| place.range.contains(address));
        found.map_or(address, |place| {
            place.physical + (address - place.range.base)
        })
    }

    /// The physical range of what has this name in the machine.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Range> {
        let found = self.machine.iter().find(|place| place.name == name);
        found.map(|place| place.range)
    }

    /// The names of what is in the machine.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.machine.iter().map(|place| place.name.as_str())
    }

    /// The cause of a fault with its address and what lies there; `None` for other events.
    #[must_use]
    pub fn fault(&self, partition: Option<usize>, event: &EventKind) -> Option<String> {
        let EventKind::Fault { code, value, .. } = event else {
            return None;
        };
        let name = self.name(partition, *value).filter(|_| is_access(*code));
        let there = name.map_or(String::new(), |name| format!(" ({name})"));
        Some(format!("{}{there}", describe::fault(event)?))
    }
}

/// A place in the machine.
fn place(name: &str, range: Range) -> Place {
    Place {
        name: name.to_owned(),
        range,
        physical: range.base,
    }
}

/// Whether the value of a fault with this cause is the address that was to be accessed.
fn is_access(code: Option<u64>) -> bool {
    [
        Cause::InstructionAccess,
        Cause::LoadMisaligned,
        Cause::LoadAccess,
        Cause::StoreMisaligned,
        Cause::StoreAccess,
        Cause::InstructionPage,
        Cause::LoadPage,
        Cause::StorePage,
    ]
    .iter()
    .any(|cause| Some(cause.code()) == code)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// `kernel.code` in the machine, and `ping.code` at the same address for the first
    /// partition.
    pub(crate) fn sample() -> Memory {
        let range = Range {
            base: 0x8000_0000,
            size_bytes: 0x1000,
        };
        Memory {
            partitions: vec![
                vec![Place {
                    physical: 0x8100_0000,
                    ..place("ping.code", range)
                }],
                Vec::new(),
            ],
            machine: vec![place("kernel.code", range)],
        }
    }

    fn fault(code: u64, value: u64) -> EventKind {
        EventKind::Fault {
            cause: "it".into(),
            code: Some(code),
            pc: 0,
            value,
            health: "memory_violation".into(),
            action: "halt".into(),
            restarts_used_up: None,
        }
    }

    #[test]
    fn what_is_mapped_comes_before_what_the_machine_has() {
        let memory = sample();
        assert_eq!(memory.name(Some(0), 0x8000_0fff), Some("ping.code"));
        assert_eq!(memory.name(Some(1), 0x8000_0fff), Some("kernel.code"));
        assert_eq!(memory.name(None, 0x8000_0000), Some("kernel.code"));
        assert_eq!(memory.name(Some(0), 0x8000_1000), None);
    }

    #[test]
    fn only_addresses_have_names() {
        let says = |code, value| sample().fault(Some(1), &fault(code, value)).unwrap();
        assert_eq!(says(15, 0x8000_0008), "it at 0x80000008 (kernel.code)");
        assert_eq!(says(15, 8), "it at 0x8");
        assert_eq!(says(2, 0x8000_0008), "it at 0x80000008", "an instruction");
        assert_eq!(sample().fault(None, &EventKind::Exit), None);
    }
}
