//! `septum build`: from a design to a bootable image, no compiler involved.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use septum_core::dhall::Evaluator;
use septum_core::image::{self, Image};
use septum_core::plan::{Plan, RegionKind};

use super::{Format, GOOD, design, report};

/// What to build.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Design to build.
    #[arg(value_name = "SYSTEM")]
    system: PathBuf,
    /// Where to write the image.
    #[arg(short, long, value_name = "IMAGE")]
    output: PathBuf,
    /// How to print the report.
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
    /// RAM in use in bytes.
    ram_bytes: u64,
    /// PMP entries in use.
    pmp_entries: usize,
    /// From the begin of a window to its first user instruction, in ticks of `mtime`.
    pad_ticks: u64,
    /// What lies where.
    regions: Vec<RegionReport>,
}

/// A region of RAM.
#[derive(Debug, Serialize)]
struct RegionReport {
    /// First physical address.
    base: u64,
    /// Length in bytes.
    size_bytes: u64,
    /// What it is for, and whose it is.
    what: String,
}

/// Builds the image and prints what is in it.
pub fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let evaluator = Evaluator::Process(std::env::current_exe()?);
    let design = design::read(&arguments.system, &evaluator);
    let Some(plan) = design.plan else {
        report::print(&arguments.system, &design.diagnostics, arguments.format)?;
        return Ok(design.code);
    };
    let image = image::build(&plan);
    std::fs::write(&arguments.output, &image.elf)
        .with_context(|| arguments.output.display().to_string())?;
    print(&report(&plan, &image), &arguments.output, arguments.format)?;
    Ok(GOOD)
}

fn report(plan: &Plan, image: &Image) -> Report {
    let regions = plan.regions.iter().map(|region| RegionReport {
        base: region.range.base,
        size_bytes: region.range.size_bytes,
        what: format!("{:?}", region.kind),
    });
    let kernel = plan
        .regions
        .iter()
        .filter(|r| r.kind == RegionKind::KernelCode);
    Report {
        elf_bytes: image.elf.len(),
        sha256: image.sha256_hex(),
        kernel_bytes: kernel.map(|region| region.range.size_bytes).sum(),
        ram_bytes: plan
            .regions
            .iter()
            .map(|region| region.range.size_bytes)
            .sum(),
        pmp_entries: plan.pmp.len(),
        pad_ticks: plan.pad_ticks(),
        regions: regions.collect(),
    }
}

fn print(report: &Report, path: &Path, format: Format) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if format == Format::Json {
        return Ok(writeln!(out, "{}", serde_json::to_string(report)?)?);
    }
    writeln!(out, "{}: {} bytes", path.display(), report.elf_bytes)?;
    writeln!(out, "SHA-256      {}", report.sha256)?;
    writeln!(out, "kernel       {} bytes", report.kernel_bytes)?;
    writeln!(out, "RAM in use   {} bytes", report.ram_bytes)?;
    writeln!(out, "PMP entries  {}", report.pmp_entries)?;
    writeln!(out, "window pad   {} ticks", report.pad_ticks)?;
    for region in &report.regions {
        writeln!(
            out,
            "{:#12x} {:8}  {}",
            region.base, region.size_bytes, region.what
        )?;
    }
    Ok(())
}
