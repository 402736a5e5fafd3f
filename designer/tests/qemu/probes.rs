//! Accesses on purpose: a program that makes those of a list, and what becomes of it.

use septum_abi::state::{Activity, FaultRecord};
use septum_core::plan::Plan;

use crate::c::{link, source};
use crate::memory::Memory;

/// What a probe does with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Load,
    Store,
    Fetch,
}

/// One access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Probe {
    pub(crate) access: Access,
    pub(crate) width: u64,
    pub(crate) address: u64,
}

/// What became of a list of probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All of them were granted.
    Granted,
    /// One of them was not: `mcause` and `mtval`.
    Fault { cause: u64, value: u64 },
}

impl Probe {
    /// The entry of the list in `programs/probe.S`.
    fn entry(self) -> [u64; 2] {
        let width = u64::from(self.width.trailing_zeros());
        let number = match self.access {
            Access::Load => width,
            Access::Store => 4 + width,
            Access::Fetch => 8,
        };
        [number, self.address]
    }
}

/// The program, whose list is not yet written.
pub(crate) fn prober() -> Vec<u8> {
    link(&[&source("probe.S")])
}

/// Entries of the program's list, the last one that ends it included.
pub(crate) const LIST: usize = 120;

/// How the list looks in the file before it is written.
const UNWRITTEN: &[u8] = b"THE LIST";

/// The program with a list.
pub(crate) fn with_list(elf: &[u8], probes: &[Probe]) -> Vec<u8> {
    assert!(probes.len() < LIST);
    let mut places = elf.windows(UNWRITTEN.len());
    let begin = places
        .position(|place| place == UNWRITTEN)
        .expect("the list");
    let exit = [9, 0];
    let entries = probes.iter().map(|probe| probe.entry()).chain([exit]);
    let bytes: Vec<u8> = entries.flatten().flat_map(u64::to_le_bytes).collect();
    let mut elf = elf.to_vec();
    elf[begin..begin + bytes.len()].copy_from_slice(&bytes);
    elf
}

/// What a machine says about somebody's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) verdict: Verdict,
    /// The instruction that was not granted.
    pub(crate) pc: Option<u64>,
    /// What the last load of a list that was granted gave.
    pub(crate) loaded: Option<u64>,
}

/// Position of `s3`, to which the program loads, among [`PartitionState::registers`].
///
/// [`PartitionState::registers`]: septum_abi::state::PartitionState::registers
const LOADED: usize = 19 - 1;

/// What a machine says about everybody's list, from the partition with this index on.
pub(crate) fn found(machine: &mut impl Memory, plan: &Plan, first: usize) -> Vec<Found> {
    let halts = machine.halts(plan).into_iter().enumerate();
    let found = halts.skip(first).map(|(index, halt)| match halt {
        Some(FaultRecord {
            cause, value, pc, ..
        }) => Found {
            verdict: Verdict::Fault { cause, value },
            pc: Some(pc),
            loaded: None,
        },
        None => {
            let state = machine.partition(plan, index);
            assert_eq!(state.activity, Activity::Exited.number(), "all of the list");
            Found {
                verdict: Verdict::Granted,
                pc: None,
                loaded: Some(state.registers[LOADED]),
            }
        }
    });
    found.collect()
}
