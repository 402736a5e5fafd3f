//! `septum build`: from a design to a bootable image, no compiler involved.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Serialize;

use septum_core::bound::{longest_path_of, opening_path_of};
use septum_core::dhall::Evaluator;
use septum_core::image::{self, Image};
use septum_core::plan::{KernelFunction, Plan, Region, RegionKind};
use septum_core::qemu::Qemu;

use crate::atomic;
use crate::trace::describe::duration;

use super::isolation::Isolation;
use super::output::Output;
use super::{Format, GOOD, design, report};

/// The bytes of an ELF file that say that it is one, and those with its first instruction: programs
/// begin elsewhere than images do (System V ABI, ELF header).
const ELF_MAGIC: Range<usize> = 0..4;
const ELF_ENTRY: Range<usize> = 24..32;
/// The first bytes of the file, in which both lie.
const ELF_HEAD_BYTES: u64 = 32;

/// What to build.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Design to build.
    #[arg(value_name = "FILE")]
    system: PathBuf,
    /// Where to write the image: a bootable ELF file.
    #[arg(short, long, value_name = "IMAGE")]
    output: PathBuf,
    /// How to print what is in the image: a table, or one object.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What is in an image.
#[derive(Debug, Serialize)]
struct Report {
    /// Length of the file in bytes.
    elf_bytes: usize,
    /// Its SHA-256.
    sha256: String,
    /// Code and constants of the kernel in bytes.
    kernel_bytes: u64,
    /// The kernel's functions that only some designs need and this one does.
    kernel_functions: Vec<String>,
    /// Those that this one does not need: illegal instructions stand there.
    left_out_functions: Vec<String>,
    /// Length of those in bytes.
    left_out_bytes: u64,
    /// RAM in use in bytes.
    ram_bytes: u64,
    /// PMP entries in use whoever runs.
    pmp_entries: usize,
    /// From the begin of a window to its first user instruction, in ticks of `mtime`.
    pad_ticks: u64,
    /// The same in nanoseconds.
    pad_ns: u64,
    /// Instructions that the kernel executes at most until it looks at what is due or returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    longest_path: Option<u64>,
    /// The same from there, where a window begins, to the wait for the end of its pad. Both
    /// together are shorter than the pad.
    #[serde(skip_serializing_if = "Option::is_none")]
    opening_path: Option<u64>,
    /// Why they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    unbounded: Option<String>,
    /// What lies where.
    regions: Vec<RegionReport>,
    /// The line for a shell that boots the image on QEMU, where that has such a machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    qemu: Option<String>,
    /// How PMP alone isolates, on a machine without an MMU.
    #[serde(skip_serializing_if = "Option::is_none")]
    isolation: Option<Isolation>,
}

/// A region of RAM.
#[derive(Debug, Serialize)]
struct RegionReport {
    /// First physical address.
    base: u64,
    /// Length in bytes.
    size_bytes: u64,
    /// Whose it is and what it is for, such as `ping.stack`.
    name: String,
}

impl From<&Region> for RegionReport {
    fn from(region: &Region) -> Self {
        Self {
            base: region.range.base,
            size_bytes: region.range.size_bytes,
            name: region.name.clone(),
        }
    }
}

/// Builds the image and prints what is in it. The file is complete, or it is not there.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let evaluator = Evaluator::Process(std::env::current_exe()?);
    let design = design::read(&arguments.system, &evaluator);
    report::print_aside(&arguments.system, &design.diagnostics, arguments.format)?;
    let Some(plan) = design.plan else {
        return Ok(design.code);
    };
    refuse_to_overwrite(&arguments.system, &arguments.output)?;
    let image = image::build(&plan);
    refuse_to_lose(&arguments.output, &image)?;
    atomic::write(&arguments.output, &image.elf)
        .with_context(|| format!("cannot write {}", arguments.output.display()))?;
    let report = report(&plan, &image, &arguments.output);
    match arguments.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(&report)?)?,
        Format::Text => text(&report, &arguments.output, out)?,
    }
    Ok(GOOD)
}

fn refuse_to_overwrite(system: &Path, output: &Path) -> anyhow::Result<()> {
    match (fs::canonicalize(system), fs::canonicalize(output)) {
        (Ok(system), Ok(output)) if system == output => {
            bail!("the image would overwrite the design, {}", system.display())
        }
        _ => Ok(()),
    }
}

/// What is there may be a program or a file that the design imports; only an image is replaced.
fn refuse_to_lose(output: &Path, image: &Image) -> anyhow::Result<()> {
    let is_file = fs::metadata(output).is_ok_and(|it| it.is_file() && it.len() > 0);
    if !is_file {
        return Ok(());
    }
    let mut found = Vec::new();
    File::open(output)
        .and_then(|file| file.take(ELF_HEAD_BYTES).read_to_end(&mut found))
        .with_context(|| format!("cannot read {}", output.display()))?;
    let is_image = [ELF_MAGIC, ELF_ENTRY]
        .into_iter()
        .all(|bytes| found.get(bytes.clone()) == image.elf.get(bytes));
    if !is_image {
        bail!(
            "the image would overwrite {}, which is no image for this machine: \
             delete it first, or write to another file",
            output.display()
        );
    }
    Ok(())
}

fn report(plan: &Plan, image: &Image, file: &Path) -> Report {
    let qemu = Qemu::of(&plan.system.machine).ok();
    let bytes = |region: &Region| region.range.size_bytes;
    let regions = || plan.regions.iter();
    let kernel = regions().filter(|region| region.kind == RegionKind::KernelCode);
    let kernel_functions = plan.kernel_functions();
    let functions = || kernel_functions.iter();
    Report {
        kernel_functions: functions().filter(|it| it.included).map(name).collect(),
        left_out_functions: functions().filter(|it| !it.included).map(name).collect(),
        left_out_bytes: functions()
            .filter(|it| !it.included)
            .map(|it| it.size_bytes)
            .sum(),
        elf_bytes: image.elf.len(),
        sha256: image.sha256_hex(),
        kernel_bytes: kernel.map(bytes).sum(),
        ram_bytes: regions().map(bytes).sum(),
        pmp_entries: plan.pmp.len(),
        pad_ticks: plan.pad_ticks(),
        pad_ns: plan.pad_ticks() * plan.system.machine.ns_per_tick(),
        longest_path: longest_path_of(plan).ok(),
        opening_path: opening_path_of(plan).ok(),
        unbounded: longest_path_of(plan).err().map(|why| why.to_string()),
        regions: regions().map(RegionReport::from).collect(),
        qemu: file.to_str().and_then(|file| Some(qemu?.command(file))),
        isolation: Isolation::of(plan),
    }
}

fn name(function: &KernelFunction) -> String {
    function.name.clone()
}

fn text(report: &Report, path: &Path, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}: {} bytes", path.display(), report.elf_bytes)?;
    writeln!(out, "SHA-256      {}", report.sha256)?;
    writeln!(out, "kernel       {} bytes", report.kernel_bytes)?;
    writeln!(
        out,
        "left out     {} bytes of it: {}",
        report.left_out_bytes,
        report.left_out_functions.join(", ")
    )?;
    writeln!(out, "RAM in use   {} bytes", report.ram_bytes)?;
    if report.isolation.is_none() {
        writeln!(out, "PMP entries  {}", report.pmp_entries)?;
    }
    writeln!(
        out,
        "window pad   {} ({} ticks) before the first user instruction",
        duration(report.pad_ns),
        report.pad_ticks
    )?;
    if let (Some(longest), Some(opening)) = (report.longest_path, report.opening_path) {
        writeln!(
            out,
            "longest path {longest} instructions of the kernel until it looks at what is due, \
             {opening} from there to the wait in a pad"
        )?;
    }
    if let Some(why) = &report.unbounded {
        writeln!(out, "longest path unknown: {why}")?;
    }
    writeln!(out, "\n{:>12} {:>9}  region", "address", "bytes")?;
    for region in &report.regions {
        let (base, bytes) = (region.base, region.size_bytes);
        writeln!(out, "{base:#12x} {bytes:9}  {}", region.name)?;
    }
    match &report.isolation {
        Some(isolation) => isolation.text(out),
        None => Ok(()),
    }
}
