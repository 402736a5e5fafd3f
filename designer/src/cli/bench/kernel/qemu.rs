//! The same visits on QEMU, which says each instruction that it executes.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use septum_core::image::contents;
use septum_core::plan::{Plan, RegionKind};
use septum_core::qemu::{CPU_BARE, CPU_SV39, PROGRAM};
use septum_core::spec::RawMmu;
use septum_guest::asm::WFI;
use septum_simulator::visit::{Entry, Visit};

use super::draft::Built;

/// Whether there is one to ask.
pub(in crate::cli::bench) fn is_installed() -> bool {
    let mut version = Command::new(PROGRAM);
    version.arg("--version").stdin(Stdio::null());
    version.stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// The first visits to the kernel; fewer when the machine stops before.
pub(super) fn visits(built: &Built, count: usize) -> anyhow::Result<Vec<Visit>> {
    let folder = tempfile::tempdir()?;
    let image = folder.path().join("image");
    std::fs::write(&image, &built.image.elf)?;
    let cpu = match built.plan.system.machine.isolation.mmu {
        RawMmu::Sv39 => CPU_SV39,
        RawMmu::Bare => CPU_BARE,
    };
    let mut command = Command::new(PROGRAM);
    command
        .args(["-M", "virt", "-bios", "none", "-display", "none"])
        .args(["-serial", "null", "-monitor", "none"])
        .args(["-icount", "shift=0,sleep=off", "-rtc", "clock=vm"])
        .args(["-singlestep", "-d", "exec,int,nochain"])
        .args(["-cpu", cpu])
        .arg("-kernel")
        .arg(&image);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let child = command.stderr(Stdio::piped()).spawn().context(PROGRAM)?;
    let mut running = Running(child);
    let log = running.0.stderr.take().context(PROGRAM)?;
    Ok(Reader::new(&built.plan).read(BufReader::new(log), count)?)
}

/// It ends when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Finds visits in a log.
struct Reader {
    /// The kernel's code.
    kernel: std::ops::Range<u64>,
    /// Where its `wfi`s are.
    waits: BTreeSet<u64>,
    /// The visit that is not over.
    begun: Option<Visit>,
}

impl Reader {
    fn new(plan: &Plan) -> Self {
        let mut regions = plan.regions.iter();
        let code = regions.find(|region| region.kind == RegionKind::KernelCode);
        let kernel = code.map_or(0..0, |region| region.range.base..region.range.end());
        let bytes = code
            .map(|region| contents(plan, region))
            .unwrap_or_default();
        let is_wait = |offset: &usize| bytes[*offset..].starts_with(&WFI.to_le_bytes());
        let offsets = (0..bytes.len()).step_by(2).filter(is_wait);
        let waits = offsets.filter_map(|offset| Some(kernel.start + u64::try_from(offset).ok()?));
        Self {
            waits: waits.collect(),
            kernel,
            begun: Some(Visit {
                entry: Entry::Reset,
                from: 0,
                to: 0,
                instructions: 0,
                waits: 0,
            }),
        }
    }

    fn read(&mut self, mut log: impl BufRead, count: usize) -> io::Result<Vec<Visit>> {
        let (mut visits, mut line) = (Vec::new(), Vec::new());
        while visits.len() < count {
            line.clear();
            if log.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            visits.extend(self.take(&String::from_utf8_lossy(&line)));
        }
        Ok(visits)
    }

    /// The visit that is over with this line.
    fn take(&mut self, line: &str) -> Option<Visit> {
        if let Some(rest) = line.strip_prefix("Trace ") {
            return self.execute(number(rest.split('/').nth(1)?)?);
        }
        if let Some(pc) = put_off(line) {
            self.count(number(pc)?, u64::wrapping_sub);
        } else if line.starts_with("riscv_cpu_do_interrupt") {
            self.begin(line);
        }
        None
    }

    fn begin(&mut self, line: &str) {
        let field = |name: &str| number(line.split_once(name)?.1.split(',').next()?);
        let (Some(is_async), Some(cause), Some(from)) =
            (field("async:"), field("cause:"), field("epc:"))
        else {
            return;
        };
        let entry = match is_async {
            0 => Entry::Exception(cause),
            _ => Entry::Interrupt(cause),
        };
        // A trap in a visit is the kernel's own.
        self.begun.get_or_insert(Visit {
            entry,
            from,
            to: 0,
            instructions: u64::from(entry == Entry::CALL),
            waits: 0,
        });
    }

    fn execute(&mut self, pc: u64) -> Option<Visit> {
        self.count(pc, u64::wrapping_add);
        let begun = self.begun.as_ref()?;
        // Before its first instruction there is the code in ROM that leads to it.
        if self.kernel.contains(&pc) || begun.instructions == 0 {
            return None;
        }
        self.begun.take().map(|visit| Visit { to: pc, ..visit })
    }

    fn count(&mut self, pc: u64, change: fn(u64, u64) -> u64) {
        if let Some(begun) = &mut self.begun
            && self.kernel.contains(&pc)
        {
            begun.instructions = change(begun.instructions, 1);
            begun.waits = change(begun.waits, u64::from(self.waits.contains(&pc)));
        }
    }
}

/// The instruction of the line before, if this line says that it was not executed and comes
/// again.
fn put_off(line: &str) -> Option<&str> {
    let stopped = line.strip_prefix("Stopped execution of TB chain before ");
    let rewound = line.strip_prefix("cpu_io_recompile: rewound execution of TB to ");
    match stopped {
        Some(rest) => rest.split_once('[')?.1.split(']').next(),
        None => rewound,
    }
}

fn number(text: &str) -> Option<u64> {
    let digits = text.trim().trim_start_matches("0x");
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as QEMU 7.2 writes them.
    const LOG: &str = "\
Trace 0: 0x7f4f90000100 [0000000000000000/0000000000001000/00201003/ff020201] 
Trace 0: 0x7f4f90000240 [0000000000000000/0000000080000000/00201003/ff020201] _start
Trace 0: 0x7f4f90000240 [0000000000000000/0000000080000004/00201003/ff020201] 
Stopped execution of TB chain before 0x7f4f90000240 [0000000080000004] 
Trace 0: 0x7f4f90000240 [0000000000000000/0000000080000004/00201003/ff020201] 
cpu_io_recompile: rewound execution of TB to 0000000080000004
Trace 0: 0x7f4f90000240 [0000000000000000/0000000080000004/00201003/ff020201] 
Trace 0: 0x7f4f90000240 [0000000000000000/0000001000000000/00201003/ff020201] 
riscv_cpu_do_interrupt: hart:0, async:0, cause:0000000000000008, epc:0x0000001000000000, tval:0x0000000000000000, desc=user_ecall
Trace 0: 0x7f4f90000240 [0000000000000000/0000000080000008/00201003/ff020201] 
Trace 0: 0x7f4f90000240 [0000000000000000/0000001000000004/00201003/ff020201] 
riscv_cpu_do_interrupt: hart:0, async:1, cause:0000000000000007, epc:0x0000001000000004, tval:0x0000000000000000, desc=m_timer
Trace 0: 0x7f4f90000240 [0000000000000000/0000000080000004/00201003/ff020201] 
Trace 0: 0x7f4f90000240 [0000000000000000/0000001000000004/00201003/ff020201] 
";

    #[test]
    fn visits_are_found_in_the_log() {
        let mut reader = Reader {
            kernel: 0x8000_0000..0x8000_1000,
            waits: BTreeSet::from([0x8000_0004]),
            begun: Some(Visit {
                entry: Entry::Reset,
                from: 0,
                to: 0,
                instructions: 0,
                waits: 0,
            }),
        };
        let visits = reader.read(LOG.as_bytes(), 9).unwrap();
        let user = 0x10_0000_0000;
        let found: Vec<_> = visits
            .iter()
            .map(|it| (it.entry, it.from, it.to, it.instructions, it.waits))
            .collect();
        assert_eq!(
            found,
            [
                (Entry::Reset, 0, user, 2, 1),
                (Entry::CALL, user, user + 4, 2, 0),
                (Entry::TIMER, user + 4, user + 4, 1, 1),
            ]
        );
    }
}
