//! `septum emulate`: runs any bare-metal program for RV64 on a machine.

mod ending;
mod machine;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, anyhow};
use clap::ValueEnum;

use septum_core::programs;
use septum_core::system::Machine;
use septum_simulator::bare::{BareError, BareRun, End};
use septum_simulator::run::Run;

use crate::atomic;

use super::Format;
use super::instructions::Instructions;
use super::output::Output;
use ending::Ending;

/// The emulator of its own accord ended the run.
const CUT_SHORT: u8 = 124;
/// What was asked for could not be done.
pub const FAILED: u8 = 125;

/// Instructions between two looks at what the program has printed.
const BATCH: u64 = 100_000;

/// What the help ends with.
const AFTER_HELP: &str = "\
The program is a static executable for RV64 at fixed addresses. It begins at its entry in M-mode
with the number of the hart, 0, in a0. It ends by a store to its symbol `tohost`, as in RISC-V's
test suites (1 is a pass, 2 * CODE + 1 is a failure), or through the machine's test finisher.
Through `tohost` it may print, too (device 1, command 1). What it stores there is noticed within
1000 instructions, and two runs of the same program are the same. What it prints goes to the
standard output, the summary to the standard error.

Exit codes:
  0        the program passed
  1 - 255  its own code; a greater one is 255, and the summary has it all
  124      the program did not end: instructions ran out, or it can never go on
  125      septum failed: a file cannot be read, written or run
A program may have the codes 124 and 125, too. Then the summary says `the program ended`, and in
JSON `end` is `exit`.";

/// What to run.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Arguments {
    /// Program to run, an ELF file.
    #[arg(value_name = "ELF")]
    program: PathBuf,
    /// A machine of the package, such as `qemu-virt-pmp`, or a file with one or with a design.
    #[arg(long, value_name = "FILE|NAME", default_value = machine::DEFAULT)]
    machine: PathBuf,
    /// Most instructions to execute.
    #[arg(long, value_name = "N", default_value_t = 1_000_000_000)]
    max_instructions: u64,
    /// Where to write the memory from `begin_signature` to `end_signature` when the run is over.
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// Where to write every instruction: time in ns, hart, mode, pc, word, text, symbol.
    #[arg(long, value_name = "FILE")]
    instructions: Option<PathBuf>,
    /// Bytes on a line of the signature.
    #[arg(long, value_name = "BYTES", value_enum, default_value_t = Granularity::Word)]
    #[arg(requires = "signature")]
    signature_granularity: Granularity,
    /// How to print: what the program prints, or one object that has it as `console`.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Bytes on a line of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Granularity {
    #[value(name = "4")]
    Word,
    #[value(name = "8")]
    Doubleword,
    #[value(name = "16")]
    Quadword,
}

impl Granularity {
    const fn bytes(self) -> usize {
        match self {
            Self::Word => 4,
            Self::Doubleword => 8,
            Self::Quadword => 16,
        }
    }
}

/// Runs the program and prints how it ended.
pub fn run(arguments: &Arguments, out: &mut Output<impl Write>) -> anyhow::Result<u8> {
    let Some(machine) = machine::read(&arguments.machine, arguments.format)? else {
        return Ok(FAILED);
    };
    let (mut run, mut instructions) = prepare(arguments, &machine)?;
    let most = arguments.max_instructions;
    let begin = Instant::now();
    let mut console = Vec::new();
    let end = match arguments.format {
        Format::Text => follow(&mut run, most, instructions.as_mut(), out)?,
        Format::Json => follow(&mut run, most, instructions.as_mut(), &mut console)?,
    };
    instructions.map_or(Ok(()), Instructions::finish)?;
    let ending = Ending::new(&run, end, begin.elapsed());
    if let Some(path) = &arguments.signature {
        write_signature(path, &run.signature()?, arguments.signature_granularity)?;
    }
    match arguments.format {
        Format::Text => ending.text(&mut Output::new(io::stderr()))?,
        Format::Json => ending.json(&console, out)?,
    }
    Ok(ending.exit_code())
}

/// The program in the machine, with a signature where one is asked for, and where its
/// instructions go.
fn prepare(
    arguments: &Arguments,
    machine: &Machine,
) -> anyhow::Result<(BareRun, Option<Instructions>)> {
    let name = arguments.program.display();
    let file = programs::read_anywhere(&arguments.program);
    let file = file.map_err(|why| anyhow!("{name} {why}"))?;
    let unfit = |why: BareError| anyhow!("{name} {why}");
    let mut run = BareRun::new(machine, &file).map_err(unfit)?;
    if arguments.signature.is_some() {
        run.signature().map_err(unfit)?;
    }
    let Some(path) = &arguments.instructions else {
        return Ok((run, None));
    };
    run.machine_mut().keep_instructions();
    let instructions = Instructions::of_program(path, &arguments.program, &file)?;
    Ok((run, Some(instructions)))
}

/// Runs to the end and prints what the program prints, as it comes. `None` where instructions
/// run out.
fn follow(
    run: &mut BareRun,
    most: u64,
    mut instructions: Option<&mut Instructions>,
    out: &mut impl Write,
) -> anyhow::Result<Option<End>> {
    loop {
        let left = most.saturating_sub(run.instructions());
        let end = run.run(left.min(BATCH));
        if let Some(file) = &mut instructions {
            file.take(run.machine_mut())?;
        }
        out.write_all(&run.drain_output())?;
        out.flush()?;
        let end = end.map_err(|error| anyhow!("the emulator failed: {error}"))?;
        if end.is_some() || left == 0 {
            return Ok(end);
        }
    }
}

fn write_signature(path: &Path, bytes: &[u8], granularity: Granularity) -> anyhow::Result<()> {
    let text = signature(bytes, granularity.bytes());
    let result = atomic::write(path, text.as_bytes());
    result.with_context(|| format!("cannot write {}", path.display()))
}

/// A number in each line, of so many bytes, the first byte the least significant. The last line
/// is filled up with zeroes.
fn signature(bytes: &[u8], line_bytes: usize) -> String {
    let mut text = String::new();
    for line in bytes.chunks(line_bytes) {
        let missing = std::iter::repeat_n(&0, line_bytes - line.len());
        let digits = missing.chain(line.iter().rev());
        text.extend(digits.map(|byte| format!("{byte:02x}")));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_numbers_of_whole_lines() {
        let bytes: Vec<u8> = (1..=9).collect();
        assert_eq!(signature(&bytes[..8], 4), "04030201\n08070605\n");
        assert_eq!(signature(&bytes, 4), "04030201\n08070605\n00000009\n");
        assert_eq!(signature(&bytes, 8), "0807060504030201\n0000000000000009\n");
        assert_eq!(signature(&bytes, 16), "00000000000000090807060504030201\n");
        assert_eq!(signature(&[], 4), "");
    }
}
