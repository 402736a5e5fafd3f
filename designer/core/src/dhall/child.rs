//! Reading a file in a child process, because its text may be hostile: evaluating Dhall can
//! take time and memory that are exponential in its length.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rlimit::Resource;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Kind;
use super::answer::{Answer, MachineFile, answer, finding};
use super::evaluate::Expected;
use super::files::Disk;
use crate::codes::{S0001, S0013, S0014, S0016};
use crate::diagnostic::Diagnostic;
use crate::scenario::Scenario;
use crate::spec::RawSystem;

/// The name of the subcommand that [`serve`] is behind.
pub const SUBCOMMAND: &str = "evaluate-dhall";

/// Evaluating takes no longer than this.
const TIME_LIMIT: Duration = Duration::from_secs(4);

/// Evaluating takes no more than this many seconds of the processor, should nobody be there
/// to stop it.
const PROCESSOR_SECONDS: u64 = 5;

/// Evaluating takes no more memory than this, its stack included.
const MEMORY_BYTES: u64 = 1 << 30;

/// The stack for evaluating.
const STACK_BYTES: usize = 1 << 28;

/// The child answers with no more than this.
const ANSWER_BYTES: u64 = 1 << 25;

/// The child's side: limits itself, reads a file, and gives the answer that [`ask`] takes.
#[must_use]
pub fn serve(kind: Kind, path: &Path) -> String {
    limit();
    let path = path.to_owned();
    let worker = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || match kind {
            Kind::System => encode(&local::<RawSystem>(&path, Expected::System)),
            Kind::Scenario => encode(&local::<Scenario>(&path, Expected::Scenario)),
            Kind::Machine => encode(&local::<MachineFile>(&path, Expected::Machine)),
        });
    let joined = worker.map(std::thread::JoinHandle::join);
    joined.ok().and_then(Result::ok).unwrap_or_default()
}

/// Reads a file in this process.
pub(crate) fn local<T: DeserializeOwned>(path: &Path, expected: Expected) -> Answer<T> {
    match Disk::around(path) {
        Ok((disk, name)) => answer(&disk, &name, path, expected),
        Err(error) => {
            let message = format!("the file {}", error.reason);
            Answer::failed(finding(path, error.code, message))
        }
    }
}

fn encode<T: Serialize>(answer: &Answer<T>) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

/// Limits this process. A limit that cannot be set leaves the parent's time limit.
fn limit() {
    let limits = [
        (Resource::AS, MEMORY_BYTES),
        (Resource::CPU, PROCESSOR_SECONDS),
        (Resource::CORE, 0),
    ];
    for (resource, limit) in limits {
        let _ = resource.set(limit, limit);
    }
}

/// The parent's side: has a child read a file.
pub(crate) fn ask<T: DeserializeOwned>(executable: &Path, kind: Kind, path: &Path) -> Answer<T> {
    let child = Command::new(executable)
        .arg(SUBCOMMAND)
        .arg(kind.name())
        // The name of a file may begin like an option.
        .arg("--")
        .arg(path)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let result = match child {
        Ok(child) => result(child, path),
        Err(error) => {
            let message = format!("the evaluator cannot be started: {error}");
            Err(finding(path, S0001, message))
        }
    };
    result.unwrap_or_else(Answer::failed)
}

fn result<T: DeserializeOwned>(mut child: Child, path: &Path) -> Result<Answer<T>, Diagnostic> {
    let output = output(&mut child);
    let status = stop(&mut child);
    let too_long = || {
        let limit = TIME_LIMIT.as_secs();
        let message = format!("evaluating this takes longer than {limit} seconds");
        finding(path, S0013, message)
    };
    let Some(output) = output else {
        return Err(too_long());
    };
    match (serde_json::from_slice(&output), status) {
        (Ok(answer), _) => Ok(answer),
        (Err(_), Some(status)) if status.code().is_some() => {
            let message =
                "the evaluator cannot handle this text; perhaps a number outgrows 64 bits";
            Err(finding(path, S0016, message))
        }
        // Killed by a signal: memory or stack are exhausted.
        _ => {
            let message =
                "evaluating this takes too much memory: it is nested too deeply or grows too large";
            Err(finding(path, S0014, message))
        }
    }
}

/// All that the child writes; `None` where it does not end in time.
fn output(child: &mut Child) -> Option<Vec<u8>> {
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stdout.take(ANSWER_BYTES).read_to_end(&mut bytes);
        // The receiver is gone where the time is over.
        let _ = sender.send(bytes);
    });
    receiver.recv_timeout(TIME_LIMIT).ok()
}

/// Waits a moment for a child that has closed its output, then ends it; its status.
fn stop(child: &mut Child) -> Option<ExitStatus> {
    let deadline = Instant::now() + Duration::from_millis(100);
    while Instant::now() < deadline {
        match child.try_wait() {
            Ok(None) => std::thread::sleep(Duration::from_millis(1)),
            Ok(status) => return status,
            Err(_) => break,
        }
    }
    let _ = child.kill();
    child.wait().ok()
}
