//! Where the memory of a partition ends, to the byte: every kind of touch of every width
//! around both ends of everything that a partition can address, in the simulator and on QEMU.

use septum_core::plan::{Mapping, PartitionPlan, Plan};
use septum_core::spec::RawTouch;

use crate::isolation::{TOUCHES, cause};
use crate::probes::{CROWD, LIST, Probe, Verdict, crowd, on_both, programs};
use crate::systems::planned_with;

/// Whether a mapping grants this kind of touch.
fn is_granted_by(touch: RawTouch, mapping: Option<&Mapping>) -> bool {
    mapping.is_some_and(|mapping| match touch {
        RawTouch::Read => true,
        RawTouch::Write => mapping.rights.writable(),
        RawTouch::Execute => mapping.rights.executable(),
    })
}

fn is_aligned(probe: Probe) -> bool {
    probe.touch == RawTouch::Execute || probe.address.is_multiple_of(probe.width)
}

/// What the plan says: the first byte that is not granted makes a page fault. None of the
/// probes that are not aligned lies within one page, so their other part begins at a page.
fn verdict(probe: Probe, partition: &PartitionPlan) -> Verdict {
    let last = probe.address.wrapping_add(probe.width - 1);
    let parts = [probe.address, last & !(probe.width - 1)];
    let bad = parts
        .into_iter()
        .find(|part| !is_granted_by(probe.touch, partition.mapping(*part)));
    match bad {
        Some(value) => Verdict::Fault {
            cause: cause(probe.touch, true),
            value,
        },
        None => Verdict::Granted,
    }
}

/// What the simulator says: its harts make no access that is not aligned, whatever is
/// there (unprivileged specification, 2.6: an address misaligned exception is allowed).
fn simulated_verdict(probe: Probe, partition: &PartitionPlan) -> Verdict {
    let cause = if probe.touch == RawTouch::Read { 4 } else { 6 };
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
/// edge cuts in two. An instruction may begin at every second byte.
fn around(edge: u64) -> Vec<Probe> {
    let mut probes = Vec::new();
    for (touch, width) in TOUCHES
        .into_iter()
        .flat_map(|touch| [1, 2, 4, 8].map(|w| (touch, w)))
    {
        let is_probe = |address: u64| match touch {
            RawTouch::Execute => width == 4 && address.is_multiple_of(2),
            _ => address.is_multiple_of(width) || (address < edge && edge < address + width),
        };
        let addresses = (edge - 8..edge + 8).filter(|address| is_probe(*address));
        probes.extend(addresses.map(|address| Probe {
            touch,
            width,
            address,
        }));
    }
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
        probe.touch != RawTouch::Execute || verdict(*probe, partition) != Verdict::Granted
    });
    probes
}

/// The plan in which each of the crowd has one of the lists.
fn planned(lists: &[Vec<Probe>]) -> Plan {
    let programs = programs(lists);
    let programs = programs.iter();
    let programs: Vec<(&str, &[u8])> = programs
        .map(|(name, elf)| (name.as_str(), elf.as_slice()))
        .collect();
    planned_with(&crowd(Vec::new()), &programs)
}

/// Runs a crowd's lists on both machines and compares with the plan.
fn run(lists: &[Vec<Probe>]) {
    let plan = planned(lists);
    let [simulated, on_qemu] = on_both(&plan);
    for (index, list) in lists.iter().enumerate() {
        let partition = &plan.partitions[index + 1];
        let of_list = |verdict: fn(Probe, &PartitionPlan) -> Verdict| match list[..] {
            [probe] => verdict(probe, partition),
            _ => Verdict::Granted,
        };
        let (simulated, on_qemu) = (simulated[index], on_qemu[index]);
        assert_eq!(on_qemu.verdict, of_list(verdict), "{list:x?}");
        assert_eq!(simulated.verdict, of_list(simulated_verdict), "{list:x?}");
        if on_qemu.verdict == simulated.verdict {
            assert_eq!(on_qemu.pc, simulated.pc, "the instruction of {list:x?}");
        }
    }
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn memory_ends_at_the_byte_that_the_plan_says() {
    // Lists do not change where anything lies.
    let partition = &planned(&[]).partitions[1];
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
        run(lists);
    }
}
