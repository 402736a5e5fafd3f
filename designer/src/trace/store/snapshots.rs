//! The registers at events, without keeping all of them every time.
//!
//! From one event of a partition to its next, most registers stay as they are: a snapshot
//! holds those that changed, and how far back the one before is, in the same chunk. Every so
//! often a snapshot is whole, so that looking one up takes a bounded number of steps.

use septum_simulator::cpu::{Privilege, Registers};

use super::varint;

/// After so many snapshots of changes comes a whole one.
const LONGEST_CHAIN: u8 = 32;
/// Modes by the number that is written for them.
const PRIVILEGES: [Privilege; 3] = [Privilege::User, Privilege::Supervisor, Privilege::Machine];

/// The last snapshot of a partition.
#[derive(Debug, Clone, Copy)]
struct Last {
    /// Where it begins in its chunk.
    offset: usize,
    /// How many snapshots are before it in its chain.
    depth: u8,
    x: [u64; 32],
}

/// Writes the snapshots of a chunk.
#[derive(Debug, Clone, Default)]
pub(super) struct Snapshots {
    /// The last snapshot of each partition, and before them that of no partition.
    last: Vec<Option<Last>>,
}

impl Snapshots {
    /// Forgets what another chunk has.
    pub(super) fn begin(&mut self) {
        self.last.clear();
    }

    /// Writes all of the registers but the program counter.
    pub(super) fn write(&mut self, registers: &Registers, into: &mut Vec<u8>) {
        let chain = registers.partition.map_or(0, |index| index + 1);
        if self.last.len() <= chain {
            self.last.resize(chain + 1, None);
        }
        let before = self.last[chain].as_ref();
        let before = before.filter(|last| last.depth < LONGEST_CHAIN);
        let offset = into.len();
        let back = before.map_or(0, |last| offset - last.offset);
        let depth = before.map_or(0, |last| last.depth + 1);
        let mode = PRIVILEGES.iter().position(|it| *it == registers.privilege);
        for size in [chain, mode.unwrap_or_default(), back] {
            varint::write(into, u64::try_from(size).unwrap_or(u64::MAX));
        }
        let held = changed(&registers.x, before.map(|last| &last.x));
        varint::write(into, held);
        for (number, value) in registers.x.iter().enumerate() {
            if held >> number & 1 == 1 {
                varint::write(into, *value);
            }
        }
        self.last[chain] = Some(Last {
            offset,
            depth,
            x: registers.x,
        });
    }
}

/// The registers that were not like this before: bit n for `x[n]`.
fn changed(x: &[u64; 32], before: Option<&[u64; 32]>) -> u64 {
    let Some(before) = before else {
        return u32::MAX.into();
    };
    let pairs = x.iter().zip(before).enumerate();
    pairs.fold(0, |bits, (number, (now, before))| {
        bits | u64::from(now != before) << number
    })
}

/// One snapshot as it was written.
struct Snapshot<'a> {
    partition: Option<usize>,
    privilege: Privilege,
    /// How many bytes before this one the snapshot begins that has the others; 0 for none.
    back: usize,
    /// The registers that it holds: bit n for `x[n]`.
    held: u64,
    values: &'a [u8],
}

impl<'a> Snapshot<'a> {
    fn read(mut from: &'a [u8]) -> Option<Self> {
        let partition = varint::read_as::<usize>(&mut from)?.checked_sub(1);
        let mode: usize = varint::read_as(&mut from)?;
        Some(Self {
            partition,
            privilege: *PRIVILEGES.get(mode)?,
            back: varint::read_as(&mut from)?,
            held: varint::read(&mut from)?,
            values: from,
        })
    }

    /// Puts the missing registers that it holds into place.
    fn fill(&self, x: &mut [u64; 32], missing: u64) -> Option<()> {
        let mut values = self.values;
        for number in (0..32).filter(|number| self.held >> number & 1 == 1) {
            let value = varint::read(&mut values)?;
            if missing >> number & 1 == 1 {
                x[number] = value;
            }
        }
        Some(())
    }
}

/// The registers whose snapshot begins at this place of what a chunk carries, but for the program
/// counter; `None` where that is not what was written.
pub(super) fn read(arena: &[u8], offset: usize, pc: u64) -> Option<Registers> {
    let newest = Snapshot::read(arena.get(offset..)?)?;
    let mut registers = Registers {
        pc,
        x: [0; 32],
        privilege: newest.privilege,
        partition: newest.partition,
    };
    let (mut missing, mut offset, mut snapshot) = (u64::MAX, offset, newest);
    loop {
        snapshot.fill(&mut registers.x, missing)?;
        if snapshot.back == 0 {
            return Some(registers);
        }
        missing &= !snapshot.held;
        offset = offset.checked_sub(snapshot.back)?;
        snapshot = Snapshot::read(arena.get(offset..)?)?;
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
            let (mut snapshots, mut arena) = (Snapshots::default(), Vec::new());
            let offsets: Vec<usize> = all
                .iter()
                .map(|registers| {
                    let offset = arena.len();
                    snapshots.write(registers, &mut arena);
                    offset
                })
                .collect();
            for (offset, registers) in offsets.into_iter().zip(&all) {
                prop_assert_eq!(read(&arena, offset, registers.pc), Some(*registers));
            }
            prop_assert_eq!(read(&arena, arena.len(), 0), None);
        }

        #[test]
        fn what_was_not_put_in_is_read_without_a_panic(
            arena in proptest::collection::vec(any::<u8>(), 0..100),
            offset in 0..120_usize,
        ) {
            let _ = read(&arena, offset, 0);
        }
    }

    #[test]
    fn what_did_not_change_is_not_kept_twice() {
        let (mut snapshots, mut arena) = (Snapshots::default(), Vec::new());
        let mut registers = Registers {
            pc: 0,
            x: [7; 32],
            privilege: Privilege::User,
            partition: Some(1),
        };
        let mut sizes = Vec::new();
        for number in 0..34 {
            registers.x[5] = number;
            let before = arena.len();
            snapshots.write(&registers, &mut arena);
            sizes.push(arena.len() - before);
        }
        assert!(sizes[0] >= 32 && sizes[33] >= 32, "{sizes:?}");
        assert!(sizes[1..33].iter().all(|size| *size < 8), "{sizes:?}");
    }
}
