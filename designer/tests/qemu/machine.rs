//! A running QEMU: its console, its input, its memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use septum_core::console::Transcript;
use septum_core::image::build;
use septum_core::plan::Plan;
use septum_core::qemu;
use septum_core::scenario::Scenario;
use septum_core::spec::RawMmu;
use septum_simulator::script::Script;

use crate::memory::Memory;

/// How often a test looks for what it waits for, and how long between two looks. Counted in
/// looks and not by the clock, so that a suspended test does not fail when it goes on.
const LOOKS: u32 = 600;
const PAUSE: Duration = Duration::from_millis(100);

/// No test waits for more console than this.
const CONSOLE_BYTES: usize = 1 << 20;

/// One machine at a time: each takes a whole processor.
static TURN: Mutex<()> = Mutex::new(());

/// The harts that we build for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cpu {
    /// RV64IMAC with S-mode and Sv39.
    Supervisor,
    /// RV64IMAC with M-mode and U-mode only.
    Bare,
}

impl Cpu {
    /// What the machine of a plan has.
    pub(crate) const fn of(plan: &Plan) -> Self {
        match plan.system.machine.isolation.mmu {
            RawMmu::Sv39 => Self::Supervisor,
            RawMmu::Bare => Self::Bare,
        }
    }

    const fn model(self) -> &'static str {
        match self {
            Self::Supervisor => qemu::CPU_SV39,
            Self::Bare => qemu::CPU_BARE,
        }
    }
}

/// A machine that runs an image. It ends when this is dropped.
pub(crate) struct Qemu {
    process: Child,
    input: ChildStdin,
    output: Receiver<Vec<u8>>,
    console: Vec<u8>,
    /// Connected when it is first needed: the machine may be off by then.
    monitor: Option<BufReader<UnixStream>>,
    socket: PathBuf,
    _folder: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Qemu {
    /// Boots the image of a plan.
    pub(crate) fn boot(plan: &Plan) -> Self {
        Self::boot_image_on(&build(plan).elf, Cpu::of(plan))
    }

    /// Boots an image.
    pub(crate) fn boot_image(image: &[u8]) -> Self {
        Self::boot_image_on(image, Cpu::Supervisor)
    }

    /// Boots an image on a hart of this kind.
    pub(crate) fn boot_image_on(image: &[u8], cpu: Cpu) -> Self {
        Self::boot_image_with(image, cpu, &[])
    }

    /// Boots an image on a machine with more than ours has unasked.
    pub(crate) fn boot_image_with(image: &[u8], cpu: Cpu, more: &[&str]) -> Self {
        let turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let folder = tempfile::tempdir().expect("QEMU answers");
        let (file, socket) = (folder.path().join("image"), folder.path().join("qmp"));
        std::fs::write(&file, image).expect("QEMU answers");
        let mut process = Command::new(qemu::PROGRAM)
            .args(["-M", "virt", "-cpu", cpu.model()])
            .args([
                "-icount",
                "shift=0,sleep=off",
                "-bios",
                "none",
                "-nographic",
            ])
            .args(more)
            .arg("-kernel")
            .arg(&file)
            .arg("-qmp")
            .arg(format!("unix:{},server=on,wait=off", socket.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("qemu-system-riscv64 is installed");
        let input = process.stdin.take().expect("QEMU answers");
        let output = collect(process.stdout.take().expect("QEMU answers"));
        let console = Vec::new();
        Self {
            process,
            input,
            output,
            console,
            monitor: None,
            socket,
            _folder: folder,
            _turn: turn,
        }
    }

    /// What the console said so far, as soon as it satisfies the condition.
    pub(crate) fn until(&mut self, condition: impl Fn(&Transcript) -> bool) -> Transcript {
        self.play(&Scenario::default(), condition)
    }

    /// Plays a scenario on the UART, as the simulator does; what the console said so far, as
    /// soon as it satisfies the condition.
    pub(crate) fn play(
        &mut self,
        scenario: &Scenario,
        condition: impl Fn(&Transcript) -> bool,
    ) -> Transcript {
        let mut script = Script::new(scenario);
        let mut heard = self.console.len();
        self.type_due(&mut script);
        self.watch(|qemu| {
            for position in heard..qemu.console.len() {
                script.hear(qemu.console[position]);
                qemu.type_due(&mut script);
            }
            heard = qemu.console.len();
            let transcript = Transcript::read(&qemu.console);
            condition(&transcript).then_some(transcript)
        })
    }

    /// The first bytes on the UART.
    pub(crate) fn console(&mut self, length: usize) -> Vec<u8> {
        self.watch(|qemu| qemu.console.get(..length).map(<[u8]>::to_vec))
    }

    /// Types what is due.
    fn type_due(&mut self, script: &mut Script) {
        while let Some(input) = script.next_input() {
            self.type_bytes(&input);
        }
    }

    /// Looks at the console whenever it may have grown, until the look finds something.
    fn watch<T>(&mut self, mut look: impl FnMut(&mut Self) -> Option<T>) -> T {
        let mut looks = 0;
        while looks < LOOKS && self.console.len() < CONSOLE_BYTES {
            if let Some(found) = look(self) {
                return found;
            }
            match self.output.recv_timeout(PAUSE) {
                Ok(bytes) => self.console.extend(bytes),
                Err(RecvTimeoutError::Timeout) => looks += 1,
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.console.extend(self.output.try_iter().flatten());
        }
        panic!("the console only said: {}", self.console_text());
    }

    /// The raw console.
    pub(crate) fn console_text(&self) -> String {
        String::from_utf8_lossy(&self.console).into_owned()
    }

    /// Types on the UART.
    pub(crate) fn type_bytes(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).expect("QEMU answers");
        self.input.flush().expect("QEMU answers");
    }

    /// The exit code, when the machine powers itself off.
    pub(crate) fn exit_code(mut self) -> (i32, Transcript) {
        for _ in 0..LOOKS {
            if let Some(status) = self.process.try_wait().expect("a child") {
                self.console.extend(self.output.iter().flatten());
                let code = status.code().expect("ended by itself");
                return (code, Transcript::read(&self.console));
            }
            thread::sleep(PAUSE);
        }
        panic!("still runs: {}", self.console_text());
    }

    /// Halts the machine between two instructions, for a consistent view of its memory.
    pub(crate) fn freeze(&mut self) {
        self.command("{\"execute\":\"stop\"}");
    }

    /// What the monitor answers to a line.
    fn monitor(&mut self, line: &str) -> String {
        let call = serde_json::json!({
            "execute": "human-monitor-command",
            "arguments": { "command-line": line },
        });
        let answer = self.command(&call.to_string());
        answer["return"].as_str().expect("text").to_owned()
    }

    /// Waits until the hart is somewhere in this range.
    pub(crate) fn until_pc(&mut self, range: std::ops::Range<u64>) {
        for _ in 0..LOOKS {
            if range.contains(&self.pc()) {
                return;
            }
            thread::sleep(PAUSE);
        }
        panic!("at {:#x}, not in {range:x?}", self.pc());
    }

    /// The program counter.
    fn pc(&mut self) -> u64 {
        let registers = self.monitor("info registers");
        let mut words = registers
            .split_whitespace()
            .skip_while(|word| *word != "pc")
            .skip(1);
        u64::from_str_radix(words.next().expect("a value"), 16).expect("hexadecimal")
    }

    /// A QMP command's answer; events in between are skipped.
    fn command(&mut self, command: &str) -> serde_json::Value {
        let monitor = self.monitor.get_or_insert_with(|| connect(&self.socket));
        writeln!(monitor.get_mut(), "{command}").expect("QEMU answers");
        loop {
            let mut line = String::new();
            monitor.read_line(&mut line).expect("QEMU answers");
            let answer: serde_json::Value = serde_json::from_str(&line).expect("QEMU answers");
            if answer.get("event").is_none() {
                assert!(answer.get("return").is_some(), "{command}: {answer}");
                return answer;
            }
        }
    }
}

impl Memory for Qemu {
    fn memory(&mut self, address: u64, length: usize) -> Vec<u8> {
        let text = self.monitor(&format!("xp /{length}xb {address:#x}"));
        let bytes = text
            .lines()
            .filter_map(|line| line.split_once(": "))
            .flat_map(|(_, row)| {
                row.split_whitespace().map(|byte| {
                    u8::from_str_radix(byte.trim_start_matches("0x"), 16).expect("a byte")
                })
            });
        bytes.collect()
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads QEMU's output on a thread until its end.
fn collect(mut from: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Connects to the monitor, which QEMU opens before it runs the machine.
fn connect(socket: &std::path::Path) -> BufReader<UnixStream> {
    let mut looks = 0..LOOKS;
    let stream = loop {
        match UnixStream::connect(socket) {
            Ok(stream) => break stream,
            Err(error) => {
                looks
                    .next()
                    .unwrap_or_else(|| panic!("no monitor: {error}"));
                thread::sleep(PAUSE);
            }
        }
    };
    let mut monitor = BufReader::new(stream);
    let mut greeting = String::new();
    monitor.read_line(&mut greeting).expect("QEMU answers");
    writeln!(monitor.get_mut(), "{{\"execute\":\"qmp_capabilities\"}}").expect("QEMU answers");
    let mut answer = String::new();
    monitor.read_line(&mut answer).expect("QEMU answers");
    assert!(answer.contains("return"), "{answer}");
    monitor
}
