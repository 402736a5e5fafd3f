//! The machine: ranges that do not overlap, clocks and isolation that can be.

use super::findings::Findings;
use crate::codes::{S0130, S0131, S0132, S0133, S0134};
use crate::diagnostic::SpecPath;
use crate::spec::RawSystem;

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
        findings.report(
            &S0134,
            machine.field("ram"),
            message,
            "give it at least one range",
        );
    }
    overlaps(&ranges(raw, &machine, findings), findings);
    clocks(raw, &machine, findings);
    isolation(raw, &machine.field("isolation"), findings);
}

/// The usable ranges; reports the others.
fn ranges(raw: &RawSystem, machine: &SpecPath, findings: &mut Findings) -> Vec<Range> {
    let ram = raw.machine.ram.iter().enumerate().map(|(i, ram)| {
        let path = machine.field("ram").index(i);
        (format!("RAM range {i}"), ram.base, ram.size_bytes, path)
    });
    let devices = raw.machine.devices.iter().enumerate().map(|(i, device)| {
        let path = machine.field("devices").index(i);
        (
            format!("device `{}`", device.name),
            device.base,
            device.size_bytes,
            path,
        )
    });
    let mut usable = Vec::new();
    for (name, base, size, path) in ram.chain(devices) {
        match base.checked_add(size).filter(|_| size > 0) {
            Some(end) => usable.push(Range {
                name,
                base,
                end,
                path,
            }),
            None => {
                let message = format!("{name} has {size} bytes from {base:#x}");
                let help = "a range has at least one byte and ends before 2^64";
                findings.report(&S0131, path.field("size_bytes"), message, help);
            }
        }
    }
    usable
}

fn overlaps(ranges: &[Range], findings: &mut Findings) {
    let mut sorted: Vec<&Range> = ranges.iter().collect();
    sorted.sort_by_key(|range| (range.base, range.end));
    for pair in sorted.windows(2) {
        if let [low, high] = pair
            && high.base < low.end
        {
            let message = format!(
                "{} from {:#x} overlaps {}, which ends at {:#x}",
                high.name, high.base, low.name, low.end
            );
            let paths = vec![high.path.field("base"), low.path.field("base")];
            findings.report_all(
                &S0130,
                paths,
                message,
                "move one of them, or make the lower one smaller",
            );
        }
    }
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
        let message = format!("an instruction takes {ns} ns");
        findings.report(
            &S0132,
            machine.field("ns_per_instruction"),
            message,
            "use 1 to 1000000; QEMU with -icount shift=0 has 1",
        );
    }
    if raw.machine.harts == 0 {
        let message = "the machine has no hart".to_owned();
        findings.report(&S0133, machine.field("harts"), message, "use 1");
    }
}

fn isolation(raw: &RawSystem, path: &SpecPath, findings: &mut Findings) {
    let isolation = raw.machine.isolation;
    let problems = [
        (
            "asid_bits",
            isolation.asid_bits,
            isolation.asid_bits <= 16,
            "use 0 to 16",
        ),
        (
            "pmp_entries",
            isolation.pmp_entries,
            isolation.pmp_entries <= 64,
            "use 0 to 64",
        ),
        (
            "pmp_grain_bytes",
            isolation.pmp_grain_bytes,
            isolation.pmp_grain_bytes >= 4 && isolation.pmp_grain_bytes.is_power_of_two(),
            "use a power of two, at least 4",
        ),
    ];
    for (field, value, good, help) in problems {
        if !good {
            findings.report(
                &S0133,
                path.field(field),
                format!("{field} is {value}"),
                help,
            );
        }
    }
}
