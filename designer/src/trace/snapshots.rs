//! The registers at every event, without keeping all of them every time.
//!
//! From one event of a partition to its next, most registers stay as they are: a snapshot
//! holds those that changed, and where the one before is. Every so often a snapshot is whole,
//! so that looking one up takes a bounded number of steps.

use septum_simulator::cpu::{Privilege, Registers};

/// After so many snapshots of changes comes a whole one.
const LONGEST_CHAIN: u8 = 32;

#[derive(Debug, Clone, Copy)]
struct Snapshot {
    pc: u64,
    privilege: Privilege,
    partition: Option<u16>,
    /// The registers that it holds: bit n for `x[n]`.
    held: u32,
    /// Where their values begin.
    values: usize,
    /// The snapshot that has the others.
    before: Option<usize>,
    /// How many snapshots are before this one in its chain.
    depth: u8,
}

/// The registers at every event.
#[derive(Debug, Clone, Default)]
pub struct Snapshots {
    all: Vec<Snapshot>,
    values: Vec<u64>,
    /// The last snapshot of each partition, and before them that of no partition.
    last: Vec<Option<(usize, [u64; 32])>>,
}

impl Snapshots {
    /// Takes in the registers at the next event.
    pub fn push(&mut self, registers: &Registers) {
        let partition = registers
            .partition
            .and_then(|index| u16::try_from(index).ok());
        let chain = partition.map_or(0, |index| usize::from(index) + 1);
        if self.last.len() <= chain {
            self.last.resize(chain + 1, None);
        }
        let before = self.last[chain].filter(|(last, _)| self.all[*last].depth < LONGEST_CHAIN);
        let mut snapshot = Snapshot {
            pc: registers.pc,
            privilege: registers.privilege,
            partition,
            held: 0,
            values: self.values.len(),
            before: before.map(|(last, _)| last),
            depth: before.map_or(0, |(last, _)| self.all[last].depth + 1),
        };
        for (number, value) in registers.x.into_iter().enumerate() {
            if before.is_none_or(|(_, known)| known[number] != value) {
                snapshot.held |= 1 << number;
                self.values.push(value);
            }
        }
        self.last[chain] = Some((self.all.len(), registers.x));
        self.all.push(snapshot);
    }

    /// The program counter at an event.
    #[must_use]
    pub fn pc(&self, event: usize) -> Option<u64> {
        self.all.get(event).map(|snapshot| snapshot.pc)
    }

    /// The registers at an event.
    #[must_use]
    pub fn get(&self, event: usize) -> Option<Registers> {
        let newest = self.all.get(event)?;
        let mut x = [0; 32];
        let mut missing = u32::MAX;
        let mut next = Some(newest);
        while let Some(snapshot) = next {
            self.fill(&mut x, missing, snapshot);
            missing &= !snapshot.held;
            next = snapshot.before.and_then(|before| self.all.get(before));
        }
        Some(Registers {
            pc: newest.pc,
            x,
            privilege: newest.privilege,
            partition: newest.partition.map(usize::from),
        })
    }

    /// Puts the missing registers that a snapshot holds into place.
    fn fill(&self, x: &mut [u64; 32], missing: u32, snapshot: &Snapshot) {
        let held = (0..32).filter(|number| snapshot.held >> number & 1 == 1);
        for (number, value) in held.zip(&self.values[snapshot.values..]) {
            if missing >> number & 1 == 1 {
                x[number] = *value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn registers() -> impl Strategy<Value = Registers> {
        let partition = proptest::option::of(0..4_usize);
        let x = proptest::array::uniform32(0..3_u64);
        (any::<u64>(), x, partition).prop_map(|(pc, x, partition)| Registers {
            pc,
            x,
            privilege: Privilege::User,
            partition,
        })
    }

    proptest! {
        #[test]
        fn what_was_put_in_comes_out(all in proptest::collection::vec(registers(), 0..200)) {
            let mut snapshots = Snapshots::default();
            all.iter().for_each(|registers| snapshots.push(registers));
            for (event, registers) in all.iter().enumerate() {
                prop_assert_eq!(snapshots.get(event), Some(*registers));
            }
            prop_assert_eq!(snapshots.get(all.len()), None);
        }
    }

    #[test]
    fn what_did_not_change_is_not_kept_twice() {
        let mut snapshots = Snapshots::default();
        let mut registers = Registers {
            pc: 0,
            x: [7; 32],
            privilege: Privilege::User,
            partition: Some(1),
        };
        for number in 0..33 {
            registers.x[5] = number;
            snapshots.push(&registers);
        }
        assert_eq!(snapshots.values.len(), 32 + 32);
        snapshots.push(&registers);
        assert_eq!(snapshots.values.len(), 32 + 32 + 32);
    }
}
