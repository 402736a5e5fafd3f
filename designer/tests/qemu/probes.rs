//! Accesses on purpose: a program that makes those of a list, and what becomes of it.

use septum_abi::state::{Activity, FaultRecord};
use septum_core::image::build;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_core::spec::{RawPartition, RawSystem, RawTouch};

use crate::agreement::{MS, simulated};
use crate::c::{link, program, source};
use crate::isolation::with_witness;
use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::channel;

/// One access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Probe {
    pub(crate) touch: RawTouch,
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
        let number = match self.touch {
            RawTouch::Read => width,
            RawTouch::Write => 4 + width,
            RawTouch::Execute => 8,
        };
        [number, self.address]
    }
}

/// Entries of the program's list, the last one that ends it included.
pub(crate) const LIST: usize = 120;

/// How the list looks in the file before it is written.
const UNWRITTEN: &[u8] = b"THE LIST";

/// The program with a list.
fn with_list(elf: &[u8], probes: &[Probe]) -> Vec<u8> {
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

/// Partitions with a list each.
pub(crate) const CROWD: usize = 60;

/// The witness, others, and the crowd, each of which has a port to be sent something at.
pub(crate) fn crowd(others: Vec<RawPartition>) -> RawSystem {
    let names: Vec<String> = (0..CROWD).map(name).collect();
    let crowd = names.iter().map(|name| program(name, name));
    let mut raw = with_witness(others.into_iter().chain(crowd).collect());
    let ports = names.iter();
    let ports = ports.map(|name| channel(name, ("witness", name), (name, "in")));
    raw.channels = ports.collect();
    raw
}

fn name(index: usize) -> String {
    format!("p{index}")
}

/// The crowd's programs, each with one of the lists, the last ones with empty lists.
pub(crate) fn programs(lists: &[Vec<Probe>]) -> Vec<(String, Vec<u8>)> {
    assert!(lists.len() <= CROWD);
    let elf = link(&[&source("probe.S")]);
    let program = |index: usize| {
        let list = lists.get(index).map_or(&[][..], Vec::as_slice);
        (name(index), with_list(&elf, list))
    };
    (0..CROWD).map(program).collect()
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

/// What the simulator and QEMU say about the crowd's lists.
pub(crate) fn on_both(plan: &Plan) -> [Vec<Found>; 2] {
    let mut simulation = simulated(plan, &build(plan), &Scenario::default(), 30 * MS);
    let mut qemu = Qemu::boot(plan);
    qemu.until(|said| said.texts(0).len() > 30);
    qemu.freeze();
    [found(&mut simulation, plan), found(&mut qemu, plan)]
}

/// What a machine says about the crowd's lists.
fn found(machine: &mut impl Memory, plan: &Plan) -> Vec<Found> {
    let first = plan.partitions.len() - CROWD;
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
