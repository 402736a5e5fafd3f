//! Where the memory of a partition ends, to the byte: every kind of access of every width
//! around both ends of everything that a partition can address, in the simulator and on QEMU.

use septum_core::image::build;
use septum_core::plan::{Mapping, PartitionPlan, Plan};
use septum_core::scenario::Scenario;
use septum_core::spec::RawSystem;

use crate::agreement::{MS, simulated};
use crate::c::program;
use crate::isolation::with_witness;
use crate::machine::Qemu;
use crate::probes::{Access, LIST, Probe, Verdict, found, prober, with_list};
use crate::systems::{channel, planned_with};

/// Whether a mapping grants this kind of access.
fn is_granted_by(access: Access, mapping: Option<&Mapping>) -> bool {
    mapping.is_some_and(|mapping| match access {
        Access::Load => true,
        Access::Store => mapping.rights.writable(),
        Access::Fetch => mapping.rights.executable(),
    })
}

fn is_aligned(probe: Probe) -> bool {
    probe.access == Access::Fetch || probe.address.is_multiple_of(probe.width)
}

/// What the plan says: the first byte that is not granted makes a page fault. None of the
/// probes that are not aligned lies within one page, so their other part begins at a page.
fn verdict(probe: Probe, partition: &PartitionPlan) -> Verdict {
    let last = probe.address.wrapping_add(probe.width - 1);
    let parts = [probe.address, last & !(probe.width - 1)];
    let bad = parts
        .into_iter()
        .find(|part| !is_granted_by(probe.access, partition.mapping(*part)));
    let cause = match probe.access {
        Access::Fetch => 12,
        Access::Load => 13,
        Access::Store => 15,
    };
    match bad {
        Some(value) => Verdict::Fault { cause, value },
        None => Verdict::Granted,
    }
}

/// What the simulator says: its harts make no access that is not aligned, whatever is
/// there (unprivileged specification, 2.6: an address misaligned exception is allowed).
fn simulated_verdict(probe: Probe, partition: &PartitionPlan) -> Verdict {
    let cause = if probe.access == Access::Load { 4 } else { 6 };
    if is_aligned(probe) {
        verdict(probe, partition)
    } else {
        Verdict::Fault {
            cause,
            value: probe.address,
        }
    }
}

/// The probes around an edge, at most 8 bytes to each side: aligned ones, and those that the
/// edge cuts in two.
fn around(edge: u64) -> Vec<Probe> {
    let mut probes = Vec::new();
    for width in [1, 2, 4, 8] {
        for address in edge - 8..edge + 8 {
            let is_cut = address < edge && edge < address + width;
            if address.is_multiple_of(width) || is_cut {
                let probe = |access| Probe {
                    access,
                    width,
                    address,
                };
                probes.extend([Access::Load, Access::Store].map(probe));
            }
        }
    }
    probes.extend((edge - 8..edge + 8).step_by(2).map(|address| Probe {
        access: Access::Fetch,
        width: 4,
        address,
    }));
    probes
}

/// The probes around all edges of a partition's memory.
fn probes(partition: &PartitionPlan) -> Vec<Probe> {
    let mappings = partition.mappings.iter();
    let mut edges: Vec<u64> = mappings
        .flat_map(|mapping| [mapping.virtual_range().base, mapping.virtual_range().end()])
        .collect();
    edges.dedup();
    let mut probes: Vec<Probe> = edges.into_iter().flat_map(around).collect();
    // What is granted would be executed: the begin of the program, or zeros.
    probes.retain(|probe| {
        probe.access != Access::Fetch || verdict(*probe, partition) != Verdict::Granted
    });
    probes
}

/// Partitions with a list of probes each, beside the witness.
const CROWD: usize = 62;

/// The witness and a crowd, each of which has a port to be sent something at.
fn crowd() -> RawSystem {
    let names: Vec<String> = (1..=CROWD).map(|number| format!("p{number}")).collect();
    let crowd = names.iter().map(|name| program(name, name)).collect();
    let mut raw = with_witness(crowd);
    let channels = names
        .iter()
        .map(|name| channel(name, ("witness", name), (name, "in")));
    raw.channels = channels.collect();
    raw
}

/// The plan in which each of the crowd has one of the lists.
fn planned(elf: &[u8], lists: &[Vec<Probe>]) -> Plan {
    let programs: Vec<(String, Vec<u8>)> = (0..CROWD)
        .map(|index| {
            let list = lists.get(index).map_or(&[][..], Vec::as_slice);
            (format!("p{}", index + 1), with_list(elf, list))
        })
        .collect();
    let programs: Vec<(&str, &[u8])> = programs
        .iter()
        .map(|(name, elf)| (name.as_str(), elf.as_slice()))
        .collect();
    planned_with(&crowd(), &programs)
}

/// What became of a list on both machines.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    on_qemu: Verdict,
    simulated: Verdict,
}

/// Runs a crowd's lists on both machines and compares with the plan.
fn run(elf: &[u8], lists: &[Vec<Probe>]) {
    let plan = planned(elf, lists);
    let mut simulation = simulated(&plan, &build(&plan), &Scenario::default(), 10 * MS);
    let mut qemu = Qemu::boot(&plan);
    qemu.until(|said| said.texts(0).len() > 30);
    qemu.freeze();
    let on_qemu = found(&mut qemu, &plan, 1);
    let simulated = found(&mut simulation, &plan, 1);
    for (index, list) in lists.iter().enumerate() {
        let partition = &plan.partitions[index + 1];
        let of_list = |verdict: fn(Probe, &PartitionPlan) -> Verdict| match list[..] {
            [probe] => verdict(probe, partition),
            _ => Verdict::Granted,
        };
        let expected = Outcome {
            on_qemu: of_list(verdict),
            simulated: of_list(simulated_verdict),
        };
        let (on_qemu, simulated) = (on_qemu[index], simulated[index]);
        let outcome = Outcome {
            on_qemu: on_qemu.verdict,
            simulated: simulated.verdict,
        };
        assert_eq!(outcome, expected, "{list:x?}");
        if on_qemu.verdict == simulated.verdict {
            assert_eq!(on_qemu.pc, simulated.pc, "the instruction of {list:x?}");
        }
    }
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn memory_ends_at_the_byte_that_the_plan_says() {
    let elf = prober();
    // Lists do not change where anything lies.
    let partition = &planned(&elf, &[]).partitions[1];
    assert_eq!(partition.mappings.len(), 6);
    let is_granted = |probe: &Probe| {
        verdict(*probe, partition) == Verdict::Granted
            && simulated_verdict(*probe, partition) == Verdict::Granted
    };
    let (granted, denied): (Vec<Probe>, Vec<Probe>) =
        probes(partition).into_iter().partition(is_granted);
    assert!(granted.len() > 250 && denied.len() > 500);
    let granted = granted.chunks(LIST - 1).map(<[Probe]>::to_vec);
    let denied = denied.into_iter().map(|probe| vec![probe]);
    let lists: Vec<Vec<Probe>> = granted.chain(denied).collect();
    for lists in lists.chunks(CROWD) {
        run(&elf, lists);
    }
}
