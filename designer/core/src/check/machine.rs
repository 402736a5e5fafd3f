//! The machine: ranges that do not overlap, clocks and isolation that can be.

use super::findings::Findings;
use crate::codes::{S0130, S0131, S0132, S0133, S0134};
use crate::diagnostic::{SpecPath, counted};
use crate::duration::exact;
use crate::spec::{RawMmu, RawSystem};
use crate::system::MAX_HARTS;

/// First address above physical memory (privileged specification, Sv39: 56 bits).
const PHYSICAL_END: u64 = 1 << 56;

/// A range of physical addresses with its name and place.
struct Range {
    name: String,
    base: u64,
    end: u64,
    path: SpecPath,
}

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let machine = SpecPath::default().field("machine");
    if raw.machine.ram.is_empty() {
        let message = format!("the machine `{}` has no RAM", raw.machine.name);
        let path = machine.field("ram");
        findings.report(&S0134, path, message, "give it at least one range");
    }
    harts(raw, &machine.field("harts"), findings);
    overlaps(&ranges(raw, &machine, findings), findings);
    clocks(raw, &machine, findings);
    isolation(raw, &machine.field("isolation"), findings);
    if raw.machine.sstc && raw.machine.isolation.mmu == RawMmu::Bare {
        let message = format!(
            "the machine `{}` has a timer for S-mode, and no S-mode",
            raw.machine.name
        );
        findings.report(&S0133, machine.field("sstc"), message, "leave `sstc` out");
    }
}

fn harts(raw: &RawSystem, path: &SpecPath, findings: &mut Findings) {
    let (name, harts) = (&raw.machine.name, raw.machine.harts);
    if harts == 0 {
        let message = format!("the machine `{name}` has no hart");
        findings.report(&S0134, path.clone(), message, "use 1");
    } else if usize::try_from(harts).map_or(true, |harts| harts > MAX_HARTS) {
        let message = format!("the machine `{name}` has {harts} harts");
        let help = format!("use 1 to {MAX_HARTS}");
        findings.report(&S0134, path.clone(), message, &help);
    }
}

/// The usable ranges; reports the others.
fn ranges(raw: &RawSystem, machine: &SpecPath, findings: &mut Findings) -> Vec<Range> {
    let ram = raw.machine.ram.iter().enumerate().map(|(i, ram)| {
        let path = machine.field("ram").index(i);
        (format!("RAM range {i}"), ram.base, ram.size_bytes, path)
    });
    let devices = raw.machine.devices.iter().enumerate().map(|(i, device)| {
        let path = machine.field("devices").index(i);
        let name = format!("device `{}`", device.name);
        (name, device.base, device.size_bytes, path)
    });
    let mut usable = Vec::new();
    for (name, base, size, path) in ram.chain(devices) {
        let end = base.checked_add(size).filter(|&end| end <= PHYSICAL_END);
        let message = match end {
            Some(_) if size == 0 => format!("{name} is 0 bytes long"),
            Some(end) => {
                usable.push(Range {
                    name,
                    base,
                    end,
                    path,
                });
                continue;
            }
            None => format!(
                "{name} has {} from {base:#x}, which is more than there are addresses",
                counted(size, "byte")
            ),
        };
        let help = format!("a range has at least one byte and ends at {PHYSICAL_END:#x} or before");
        findings.report(&S0131, path.field("size_bytes"), message, &help);
    }
    usable
}

fn overlaps(ranges: &[Range], findings: &mut Findings) {
    let mut sorted: Vec<&Range> = ranges.iter().collect();
    sorted.sort_by_key(|range| (range.base, range.end));
    // Of those so far, the one that reaches highest.
    let mut low: Option<&Range> = None;
    for high in sorted {
        match low {
            Some(low) if high.base < low.end => overlap(low, high, findings),
            _ => {}
        }
        if low.is_none_or(|low| low.end < high.end) {
            low = Some(high);
        }
    }
}

fn overlap(low: &Range, high: &Range, findings: &mut Findings) {
    let message = format!(
        "{} from {:#x} overlaps {}, which ends at {:#x}",
        high.name, high.base, low.name, low.end
    );
    let paths = vec![high.path.field("base"), low.path.field("base")];
    let help = "move one of them, or make the lower one smaller";
    findings.report_all(&S0130, paths, message, help);
}

fn clocks(raw: &RawSystem, machine: &SpecPath, findings: &mut Findings) {
    let hz = raw.machine.timebase_hz;
    if hz == 0 || 1_000_000_000 % hz != 0 {
        let message = format!("a tick of {hz} Hz is not a whole number of nanoseconds");
        findings.report(
            &S0132,
            machine.field("timebase_hz"),
            message,
            "use a divisor of 1 GHz, such as 10000000",
        );
    }
    let ns = raw.machine.ns_per_instruction;
    if ns == 0 || ns > 1_000_000 {
        let message = format!("an instruction takes {}", exact(ns));
        findings.report(
            &S0132,
            machine.field("ns_per_instruction"),
            message,
            "use 1 to 1000000; QEMU with -icount shift=0 has 1",
        );
    }
}

fn isolation(raw: &RawSystem, path: &SpecPath, findings: &mut Findings) {
    let isolation = raw.machine.isolation;
    let (asid, pmp) = (isolation.asid_bits, isolation.pmp_entries);
    let grain = isolation.pmp_grain_bytes;
    let problems = [
        (
            asid > 16,
            "asid_bits",
            format!("address space identifiers have {asid} bits"),
            "use 0 to 16",
        ),
        (
            pmp > 64,
            "pmp_entries",
            format!("the machine has {pmp} PMP entries"),
            "use 0 to 64",
        ),
        (
            grain < 4 || !grain.is_power_of_two(),
            "pmp_grain_bytes",
            format!("PMP ranges have a granularity of {grain} bytes"),
            "use a power of two, at least 4",
        ),
    ];
    for (is_bad, field, message, help) in problems {
        if is_bad {
            findings.report(&S0133, path.field(field), message, help);
        }
    }
}
