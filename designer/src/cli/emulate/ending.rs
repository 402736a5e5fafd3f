//! How the run of a bare-metal program ended, for people and for programs.

use std::io::{self, Write};
use std::time::Duration;

use septum_simulator::bare::{BareRun, End, Through, Trap};
use septum_simulator::cpu::cause_name;
use serde::Serialize;

use crate::trace::describe::milliseconds;

use super::CUT_SHORT;

/// The end of a run.
pub(super) struct Ending {
    /// `None` where instructions ran out.
    end: Option<End>,
    instructions: u64,
    time_ns: u64,
    host: Duration,
}

/// The end as programs read it.
#[derive(Serialize)]
struct Object<'a> {
    /// What kind of end: a word.
    end: &'static str,
    /// The same in a sentence.
    sentence: String,
    /// The program's own code.
    code: Option<u64>,
    /// The code of the process.
    exit_code: u8,
    instructions: u64,
    time_ns: u64,
    host_seconds: f64,
    instructions_per_second: u64,
    /// What is not UTF-8 is replaced.
    console: &'a str,
}

impl Ending {
    /// The end of a run that took so long.
    pub(super) fn new(run: &BareRun, end: Option<End>, host: Duration) -> Self {
        Self {
            end,
            instructions: run.instructions(),
            time_ns: run.time_ns(),
            host,
        }
    }

    /// The exit code of the process.
    pub(super) fn exit_code(&self) -> u8 {
        self.code()
            .map_or(CUT_SHORT, |code| u8::try_from(code).unwrap_or(u8::MAX))
    }

    /// Prints the summary.
    pub(super) fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let time = milliseconds(self.time_ns);
        writeln!(out, "\nended at {time}: {}", self.sentence())?;
        writeln!(
            out,
            "{} instructions in {:.3} s of the host, {} million a second",
            self.instructions,
            self.host.as_secs_f64(),
            self.speed() / 1_000_000
        )
    }

    /// Prints everything as an object.
    pub(super) fn json(&self, console: &[u8], out: &mut impl Write) -> io::Result<()> {
        let object = Object {
            end: self.word(),
            sentence: self.sentence(),
            code: self.code(),
            exit_code: self.exit_code(),
            instructions: self.instructions,
            time_ns: self.time_ns,
            host_seconds: self.host.as_secs_f64(),
            instructions_per_second: self.speed(),
            console: &String::from_utf8_lossy(console),
        };
        writeln!(out, "{}", serde_json::to_string(&object)?)
    }

    /// Instructions in a second of the host.
    fn speed(&self) -> u64 {
        let billion = u128::from(self.instructions) * 1_000_000_000;
        let speed = billion / self.host.as_nanos().max(1);
        u64::try_from(speed).unwrap_or(u64::MAX)
    }

    fn code(&self) -> Option<u64> {
        match self.end {
            Some(End::Exit { code, .. }) => Some(code),
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self.end {
            None => "limit",
            Some(End::Exit { .. }) => "exit",
            Some(End::Reset) => "reset",
            Some(End::Asleep) => "asleep",
            Some(End::Lost { .. }) => "lost",
            Some(End::Unknown(_)) => "unknown_request",
        }
    }

    fn sentence(&self) -> String {
        match self.end {
            None => "instructions ran out; --max-instructions allows more".to_owned(),
            Some(End::Exit { code: 0, through }) => {
                format!("the program ended through {}: passed", thing(through))
            }
            Some(End::Exit { code, through }) => format!(
                "the program ended through {} with exit code {code}, which is a failure",
                thing(through)
            ),
            Some(End::Reset) => "the program asked for a reset, which is not emulated".to_owned(),
            Some(End::Asleep) => "the program waits for an interrupt that never comes".to_owned(),
            Some(End::Lost { handler, first }) => lost(handler, first),
            Some(End::Unknown(word)) => format!(
                "the program asks the host for something that is not emulated: {word:#x} in `tohost`"
            ),
        }
    }
}

fn lost(handler: u64, Trap { exception, pc, .. }: Trap) -> String {
    let cause = cause_name(exception.cause.code());
    let value = exception.value;
    format!(
        "{cause} (mtval {value:#x}) at pc {pc:#x}, and nothing to execute at the trap handler, \
         {handler:#x}; set mtvec"
    )
}

fn thing(through: Through) -> &'static str {
    match through {
        Through::ToHost => "`tohost`",
        Through::Finisher => "the test finisher",
    }
}
