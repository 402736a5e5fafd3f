//! The line that `septum run` prints boots the image that `septum build` writes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The binary.
const SEPTUM: &str = env!("CARGO_BIN_EXE_septum");

/// It ends when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn septum(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(SEPTUM);
    let output = command.args(arguments).current_dir(folder).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// The first line that a command for a shell says.
fn first_line(folder: &Path, command: &str) -> String {
    let mut shell = Command::new("sh");
    // The shell becomes the program, so that there is one process to end.
    shell.arg("-c").arg(format!("exec {command}"));
    shell.current_dir(folder).stdin(Stdio::null());
    let child = shell.stdout(Stdio::piped()).spawn().expect("a shell");
    let mut running = Running(child);
    let mut line = Vec::new();
    let said = running.0.stdout.take().expect("a pipe");
    BufReader::new(said)
        .read_until(b'\n', &mut line)
        .expect("QEMU answers");
    String::from_utf8_lossy(&line).into_owned()
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn the_printed_line_boots_the_image() {
    for machine in ["qemu-virt", "qemu-virt-pmp"] {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        septum(folder, &["new", "a", "--template", "ping-pong"]);
        let system = folder.join("a/system.dhall");
        let text = std::fs::read_to_string(&system).expect("the design");
        let name = ", name = \"ping-pong\"";
        assert!(text.contains(name), "{text}");
        let text = text.replace(name, &format!("{name}, machine = Septum.{machine}"));
        std::fs::write(&system, text).expect("the design");
        septum(folder, &["build", "a/system.dhall", "-o", "IMAGE"]);
        let printed = septum(folder, &["run", "a/system.dhall", "--for", "1ms"]);
        let line = printed.split("-o IMAGE`:\n").nth(1).expect("a line");
        let line = line.split("\n\n").next().expect("its end");
        let said = first_line(folder, line);
        assert!(said.starts_with("1|ping 1"), "{machine}: {said}");
    }
}
