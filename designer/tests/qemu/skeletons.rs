//! What `septum new-partition` writes: built by the one command that it names, in a design of its
//! own, on both machines; and a fault in it has its line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use septum::cli::design;
use septum_abi::call::{Call, NEVER};
use septum_core::console::Transcript;
use septum_core::dhall::Evaluator;
use septum_core::image::build;
use septum_core::plan::Plan;
use septum_core::scenario::Scenario;
use septum_core::spec::RawMmu;
use serde_json::Value;

use crate::agreement::{MS, same_console, simulated};
use crate::memory::Memory;

const SEPTUM: &str = env!("CARGO_BIN_EXE_septum");

/// A design in which the program is called with numbered messages.
const DESIGN: &str = r#"let Septum = ./septum/package.dhall

let caller =
      Septum.Partition::{
      , name = "caller"
      , program =
          Septum.Program.Model
            [ Septum.Step.Loop { times = None Natural }
            , Septum.Step.Send
                { port = "out", message = Septum.Payload.Numbered "hello " }
            , Septum.Step.Receive { port = "in", timeout_ns = None Natural }
            , Septum.Step.Log { message = Septum.Payload.Received }
            , Septum.Step.End
            ]
      }

let echo =
      Septum.Partition::{
      , name = "echo"
      , program = Septum.Program.Elf "programs/echo/echo.elf"
      }

in  Septum.System::{
    , name = "skeleton"
    , partitions = [ caller, echo ]
    , channels =
      [ Septum.Channel::{
        , name = "there"
        , kind = Septum.queuing 4 64
        , from = Septum.end "caller" "out"
        , to = Septum.end "echo" "in"
        }
      , Septum.Channel::{
        , name = "back"
        , kind = Septum.queuing 4 64
        , from = Septum.end "echo" "out"
        , to = Septum.end "caller" "in"
        }
      ]
    , schedules =
      [ Septum.Schedule::{
        , major_frame_ns = Septum.us 400
        , windows =
          [ Septum.Window::{
            , duration_ns = Septum.us 200
            , partitions = [ "caller" ]
            }
          , Septum.Window::{
            , duration_ns = Septum.us 200
            , partitions = [ "echo" ]
            }
          ]
        }
      ]
    }
"#;

/// A design with a program that was just begun.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new(language: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let project = Self { folder };
        project.septum(&["new", "."]);
        fs::write(project.path("system.dhall"), DESIGN).expect("a file");
        let words = [
            "new-partition",
            "--lang",
            language,
            "echo",
            "--folder",
            "programs",
        ];
        project.septum(&words);
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The standard output of the binary, which must be content.
    fn septum(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(SEPTUM);
        command.args(arguments).current_dir(self.folder.path());
        let output = command.output().expect("it runs");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        String::from_utf8(output.stdout).expect("a text")
    }

    /// Runs the command that the program's README gives.
    fn build(&self) {
        let folder = self.path("programs/echo");
        let readme = fs::read_to_string(folder.join("README.md")).expect("a text");
        let mut lines = readme.lines().filter_map(|line| line.strip_prefix("    "));
        let command = lines.next().expect("a command");
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(&folder);
        let output = shell.output().expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {said}");
    }

    /// Puts a text in the place of another one in a file of the program; the line it is in.
    fn edit(&self, file: &str, old: &str, new: &str) -> usize {
        let path = self.path("programs/echo").join(file);
        let text = fs::read_to_string(&path).expect("a text");
        let before = text.split(old).next().expect("the old text");
        assert_ne!(before, text, "{file}: no {old}");
        fs::write(&path, text.replacen(old, new, 1)).expect("a file");
        before.matches('\n').count() + 1
    }
}

impl Project {
    fn plan(&self) -> Plan {
        let evaluator = Evaluator::Process(SEPTUM.into());
        let design = design::read(&self.path("system.dhall"), &evaluator);
        design.plan.expect("no problems")
    }

    /// What both machines have it say is what the caller sent.
    fn agrees(&self) {
        let checked = self.septum(&["check", "system.dhall"]);
        assert!(
            checked.starts_with("system.dhall: no problems\n"),
            "{checked}"
        );
        let plan = self.plan();
        let (_, mut qemu) = same_console(&plan, &build(&plan), 20 * MS);
        let said = qemu.until(|said: &Transcript| said.texts(1).len() > 20);
        for partition in [0, 1] {
            for (number, text) in said.texts(partition).iter().enumerate() {
                assert_eq!(*text, format!("hello {}", number + 1).into_bytes());
            }
        }
        qemu.freeze();
        assert!(qemu.faults(&plan).is_empty());
    }
}

/// The skeleton says the same in both machines, with an MMU and without.
fn says_the_same(language: &str) {
    let project = Project::new(language);
    project.build();
    project.agrees();
    let design = fs::read_to_string(project.path("system.dhall")).expect("a text");
    let machine = ", name = \"skeleton\"\n    , machine = Septum.qemu-virt-pmp";
    let other = design.replacen(", name = \"skeleton\"", machine, 1);
    fs::write(project.path("system.dhall"), other).expect("a file");
    assert_eq!(project.plan().system.machine.isolation.mmu, RawMmu::Bare);
    project.agrees();
}

/// A fault in the skeleton is told with its line: `new` is the text that faults, in the place of
/// `old`.
fn faults_at_its_line(language: &str, file: &str, old: &str, new: &str) {
    let project = Project::new(language);
    let line = project.edit(file, old, new);
    project.build();
    let place = format!("{file}:{line}");
    let text = project.septum(&["run", "system.dhall"]);
    let fault = text.lines().find(|line| line.contains("  fault  "));
    let fault = fault.expect("a fault");
    assert!(fault.contains(&format!(" ({place}): ")), "{fault}");
    let last = text.lines().last().expect("a summary");
    assert!(last.contains(&format!(", at {place}: halted")), "{last}");
    let json = project.septum(&["run", "system.dhall", "--format", "json"]);
    let events = json
        .lines()
        .map(|it| serde_json::from_str(it).expect("an object"));
    let mut faults = events.filter(|it: &Value| it["event"] == "fault");
    let source = &faults.next().expect("a fault")["source"];
    assert_eq!(source["file"], file);
    assert_eq!(source["line"], line);
}

/// The arguments of the program's first call with this number.
fn first_call(plan: &Plan, call: Call) -> [u64; 4] {
    let scenario = Scenario::default();
    let mut simulation = simulated(plan, &build(plan), &scenario, MS);
    let calls = simulation.drain_trace().calls.into_iter();
    let mut calls = calls.filter(|it| it.registers.partition == Some(1));
    let found = calls.find(|it| it.number() == call.number());
    let x = found.expect("it is made").registers.x;
    [x[10], x[11], x[12], x[13]]
}

/// With `new` in the place of `old` the program exchanges 4 bytes.
fn exchanges(language: &str, file: &str, old: &str, new: &str) {
    let project = Project::new(language);
    project.edit(file, old, new);
    project.build();
    let plan = project.plan();
    let number = |name: &str| {
        let mut ports = plan.partitions[1].ports.iter();
        let port = ports.position(|it| it.name == name).expect("a port");
        u64::try_from(port).expect("a number")
    };
    let found = first_call(&plan, Call::Exchange);
    assert_eq!(found, [number("out"), 4, number("in"), NEVER]);
}

#[test]
#[ignore = "needs a Rust compiler for RISC-V"]
fn exchange_in_rust_has_its_arguments_where_the_kernel_looks() {
    let new = "output.exchange(b\"four\", &mut input, Deadline::Never)";
    exchanges("rust", "src/main.rs", "input.receive(Deadline::Never)", new);
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc"]
fn exchange_in_c_has_its_arguments_where_the_kernel_looks() {
    let old = "septum_receive_buffer(&input, SEPTUM_NEVER, &length)";
    let new = "septum_exchange_buffer(&output, 4, &input, SEPTUM_NEVER, &length)";
    exchanges("c", "main.c", old, new);
}

#[test]
#[ignore = "needs a Rust compiler for RISC-V"]
fn a_panic_raises_an_application_error_with_its_line() {
    let project = Project::new("rust");
    let line = project.edit("src/main.rs", "let _ = log(message);", "panic!();");
    project.build();
    let code = first_call(&project.plan(), Call::Raise)[0];
    assert_eq!(code >> 63, 1, "{code:#x}");
    assert_eq!(usize::try_from(code << 1 >> 1), Ok(line));
    let text = project.septum(&["run", "system.dhall"]);
    let said = format!("echo, panic in line {line}: application error, halted");
    assert!(text.trim_end().ends_with(&said), "{text}");
    let json = project.septum(&["run", "system.dhall", "--format", "json"]);
    assert!(json.contains(&format!("\"panic_line\":{line}")), "{json}");
}

#[test]
#[ignore = "needs a Rust compiler for RISC-V and qemu-system-riscv64"]
fn the_skeleton_in_rust_says_the_same_in_both_machines() {
    says_the_same("rust");
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc and qemu-system-riscv64"]
fn the_skeleton_in_c_says_the_same_in_both_machines() {
    says_the_same("c");
}

#[test]
#[ignore = "needs a Rust compiler for RISC-V"]
fn a_fault_in_rust_has_its_line() {
    let new = "unsafe { core::ptr::without_provenance_mut::<u8>(8).write_volatile(1) };";
    faults_at_its_line("rust", "src/main.rs", "let _ = log(message);", new);
}

#[test]
#[ignore = "needs riscv64-unknown-elf-gcc"]
fn a_fault_in_c_has_its_line() {
    let new = "*(volatile int *)8 = 1;";
    faults_at_its_line(
        "c",
        "main.c",
        "septum_log(septum_buffer(&input), length);",
        new,
    );
}

#[test]
fn a_skeleton_never_overwrites_anything() {
    let project = Project::new("c");
    let path = project.path("programs/echo/main.c");
    fs::write(&path, "mine").expect("a file");
    let refused = |name: &str| {
        let mut command = Command::new(SEPTUM);
        command.args([
            "new-partition",
            "--lang",
            "rust",
            "--folder",
            "programs",
            name,
        ]);
        let output = command
            .current_dir(project.folder.path())
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{name}");
        String::from_utf8(output.stderr).expect("a text")
    };
    let said = refused("echo");
    let there = Path::new("programs/echo/README.md").display();
    assert_eq!(
        said,
        format!("septum: {there} is already there; nothing was written\n")
    );
    assert!(!project.path("programs/echo/Cargo.toml").exists());
    assert_eq!(fs::read_to_string(path).expect("a file"), "mine");
    let said = refused("../echo");
    assert!(
        said.starts_with("septum: `../echo` is not a name for a program: "),
        "{said}"
    );
}
