//! From the start of a process to the first message of a starter system on its console.

use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use septum_core::check::check_machine;
use septum_core::places::Places;
use septum_core::qemu;

use super::super::table::Row;
use super::qemu::is_installed;
use super::{at_least, fastest};

const STARTER: &str = "sensor-pipeline";
/// What its logger says first.
const FIRST: &[u8] = b"2|ready\n";
/// How long `septum run` goes on: until that message has left the UART, and a little longer.
const DURATION: &str = "2ms";
/// More console than any of them has before that.
const CONSOLE_BYTES: usize = 1 << 16;

/// It ends when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) fn rows() -> anyhow::Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let septum = || -> anyhow::Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.current_dir(folder.path());
        Ok(command)
    };
    finished(septum()?.args(["new", "a", "--template", STARTER]))?;
    finished(septum()?.args(["build", "a/system.dhall", "-o", "image"]))?;
    let mut here = || seconds(septum()?.args(["emulate", "image"]));
    let run = ["run", "a/system.dhall", "--for", DURATION];
    let mut whole = || seconds(septum()?.args(run));
    let mut there = || seconds(&mut on_qemu(folder.path())?);
    let mut ways: Vec<&mut dyn FnMut() -> anyhow::Result<f64>> = vec![&mut here, &mut whole];
    if is_installed() {
        ways.push(&mut there);
    }
    let seconds = fastest(&mut ways)?;
    let other = seconds.get(2).copied();
    let milliseconds = |seconds: f64| format!("{:.1} ms", 1e3 * seconds);
    let design = format!("{} from the design", milliseconds(seconds[1]));
    let own = milliseconds(seconds[0]);
    let against = match other {
        Some(other) => format!("QEMU: {}, here {own}, {design}", milliseconds(other)),
        None => format!("QEMU not installed; here {own}, {design}"),
    };
    let ratio = other.map(|other| other / seconds[0]);
    Ok(vec![at_least("boot_first_message", ratio, 1.0, against)])
}

fn on_qemu(folder: &Path) -> anyhow::Result<Command> {
    let raw = qemu::machine("qemu-virt").context("no such machine")?;
    let checked = check_machine(&raw, &Places::default());
    let machine = checked.machine.context("no such machine")?;
    let mut command = Command::new(qemu::PROGRAM);
    command
        .args(qemu::Qemu::of(&machine)?.arguments("image"))
        .current_dir(folder);
    Ok(command)
}

/// Runs to the end.
fn finished(command: &mut Command) -> anyhow::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{complaint}");
    Ok(())
}

/// Seconds until the message is on the standard output.
fn seconds(command: &mut Command) -> anyhow::Result<f64> {
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let mut running = Running(command.stdout(Stdio::piped()).spawn()?);
    let mut console = running.0.stdout.take().context("a pipe")?;
    until_said(&mut console)?;
    Ok(start.elapsed().as_secs_f64())
}

fn until_said(console: &mut ChildStdout) -> anyhow::Result<()> {
    let mut said = Vec::new();
    let mut bytes = [0; 4096];
    while said.len() < CONSOLE_BYTES {
        let count = console.read(&mut bytes)?;
        said.extend_from_slice(&bytes[..count]);
        if is_said(&said) {
            return Ok(());
        }
        if count == 0 {
            break;
        }
    }
    bail!("{STARTER} does not say that it is ready")
}

/// Whether the message is there, as the UART has it or as `septum run` prints it.
fn is_said(text: &[u8]) -> bool {
    let printed = b"console of logger:\n  ready\n";
    [FIRST, printed.as_slice()]
        .into_iter()
        .any(|line| text.windows(line.len()).any(|window| window == line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_message_is_heard_in_both_forms() {
        assert!(is_said(b"2|ready\n"));
        assert!(is_said(b"x\n\nconsole of logger:\n  ready\n\nended"));
        assert!(!is_said(b"2|ready") && !is_said(b""));
    }
}
