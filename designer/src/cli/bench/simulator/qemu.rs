//! The same programs and images on QEMU.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use septum_core::qemu::{CPU_SV39, PROGRAM};
use septum_guest::bare::BareProgram;

use super::workloads;

pub(super) use super::super::kernel::is_qemu_installed as is_installed;

/// Seconds that a program takes, without those that QEMU takes to begin and to end.
pub(super) fn net_seconds(words: &[u32]) -> anyhow::Result<f64> {
    let nothing = seconds(&BareProgram::new(&workloads::straight(1)).file(), &[])?;
    let all = seconds(&BareProgram::new(words).file(), &[])?;
    Ok((all - nothing).max(1e-3))
}

/// Seconds that an image takes until it switches the machine off.
pub(super) fn seconds(elf: &[u8], more: &[&str]) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let image = folder.path().join("image");
    std::fs::write(&image, elf)?;
    let mut command = Command::new(PROGRAM);
    command
        .args(["-M", "virt", "-bios", "none", "-display", "none"])
        .args(["-serial", "null", "-monitor", "none"])
        .args(["-icount", "shift=0,sleep=off", "-rtc", "clock=vm"])
        .args(["-cpu", CPU_SV39])
        .args(more)
        .arg("-kernel")
        .arg(&image);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().context(PROGRAM)?;
    let seconds = start.elapsed().as_secs_f64();
    ensure!(status.code().is_some(), "QEMU was ended");
    Ok(seconds)
}
