//! `--instructions FILE`: every executed instruction, a line each.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use septum_core::plan::Plan;
use septum_core::spec::RawMmu;
use septum_core::system::Program;
use septum_isa::{disassemble, is_compressed};
use septum_simulator::cpu::Privilege;
use septum_simulator::executable::Executable;
use septum_simulator::hart::{ExecutedStretch, Instruction, Stretch};
use septum_simulator::machine::Machine;
use septum_simulator::symbols::SymbolTable;

/// What a run may take before what it executed is written down, in virtual nanoseconds: so much
/// memory is enough.
pub(super) const PIECE_NS: u64 = 100_000;

/// Who executes, and what the places in its program are called.
#[derive(Debug, Default)]
struct Executor {
    name: String,
    symbols: SymbolTable,
}

/// A file that takes every executed instruction.
pub(super) struct Instructions {
    path: PathBuf,
    file: BufWriter<File>,
    /// Who M-mode is, then each partition.
    machine: Executor,
    partitions: Vec<Executor>,
    /// Width of the column of names, in characters.
    width: usize,
}

impl Instructions {
    /// For a bare-metal program, which the file must not take the place of.
    pub(super) fn of_program(path: &Path, program: &Path, elf: &[u8]) -> anyhow::Result<Self> {
        let symbols = Executable::read(elf).map(|it| it.symbols());
        let machine = Executor {
            name: "M".to_owned(),
            symbols: symbols.unwrap_or_default(),
        };
        Self::new(path, program, machine, Vec::new())
    }

    /// For the image of a design, which the file must not take the place of.
    pub(super) fn of_design(
        path: &Path,
        design: &Path,
        plan: &Plan,
        elf: &[u8],
    ) -> anyhow::Result<Self> {
        let symbols = Executable::read(elf).map(|it| it.symbols());
        let symbols = symbols.unwrap_or_default();
        let partitions = plan.system.partitions.iter().map(|partition| Executor {
            name: partition.name.clone(),
            symbols: match (plan.system.machine.isolation.mmu, &partition.program) {
                // Everybody has the addresses of the image.
                (RawMmu::Bare, _) => symbols.clone(),
                (RawMmu::Sv39, Program::Elf { bytes, .. }) => Executable::read(bytes)
                    .map(|it| it.symbols())
                    .unwrap_or_default(),
                (RawMmu::Sv39, Program::Model(_)) => SymbolTable::default(),
            },
        });
        let partitions = partitions.collect();
        let machine = Executor {
            name: "kernel".to_owned(),
            symbols,
        };
        Self::new(path, design, machine, partitions)
    }

    fn new(
        path: &Path,
        source: &Path,
        machine: Executor,
        partitions: Vec<Executor>,
    ) -> anyhow::Result<Self> {
        if let (Ok(file), Ok(source)) = (fs::canonicalize(path), fs::canonicalize(source))
            && file == source
        {
            bail!("the instructions would overwrite {}", source.display());
        }
        let file = File::create(path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        let names = partitions.iter().chain([&machine]);
        let width = names.map(|it| it.name.chars().count()).max();
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            machine,
            partitions,
            width: width.unwrap_or(0),
        })
    }

    /// Writes what a machine has executed since the last time.
    pub(super) fn take(&mut self, machine: &mut Machine) -> anyhow::Result<()> {
        let mut written = Ok(());
        machine.drain_instructions(|executed| {
            if written.is_ok() {
                written = self.stretch(&executed);
            }
        });
        written.map_err(|error| self.failed(&error))
    }

    /// Everything is in the file.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        let flushed = self.file.flush();
        flushed.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> anyhow::Error {
        anyhow!("cannot write {}: {error}", self.path.display())
    }

    fn stretch(&mut self, executed: &ExecutedStretch<'_>) -> io::Result<()> {
        let (name, symbols) = self.executor(executed.stretch);
        let who = format!("{name:<width$}", width = self.width);
        let lines = executed
            .instructions()
            .map(|instruction| line(&instruction, executed.hart, &who, symbols));
        let text: String = lines.collect();
        self.file.write_all(text.as_bytes())
    }

    /// Who executed a stretch.
    fn executor(&self, stretch: &Stretch) -> (&str, Option<&SymbolTable>) {
        let partition = stretch
            .partition()
            .and_then(|index| self.partitions.get(index));
        match (stretch.privilege, partition) {
            (Privilege::User, Some(partition)) => (&partition.name, Some(&partition.symbols)),
            (Privilege::Machine, _) => (&self.machine.name, Some(&self.machine.symbols)),
            (privilege, _) => {
                let bare = self.partitions.is_empty();
                let symbols = bare.then_some(&self.machine.symbols);
                let name = if privilege == Privilege::User {
                    "U"
                } else {
                    "S"
                };
                (name, symbols)
            }
        }
    }
}

/// A line: time, hart, who, address, word, text, place.
fn line(
    instruction: &Instruction,
    hart: usize,
    who: &str,
    symbols: Option<&SymbolTable>,
) -> String {
    let Instruction { time_ns, pc, word } = *instruction;
    let digits = match word {
        None => "-".to_owned(),
        Some(word) if is_compressed(word) => format!("{word:04x}"),
        Some(word) => format!("{word:08x}"),
    };
    let text = match word {
        None => "(not fetched)".to_owned(),
        Some(word) => disassemble(pc, word).unwrap_or_else(|| "(no instruction)".to_owned()),
    };
    let place = match symbols.and_then(|symbols| symbols.find(pc)) {
        None => String::new(),
        Some((name, 0)) => format!("<{name}>"),
        Some((name, offset)) => format!("<{name}+{offset:#x}>"),
    };
    let line = format!("{time_ns:>12} {hart} {who} {pc:016x} {digits:<8} {text:<32} {place}");
    format!("{}\n", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_columns_where_they_are_known() {
        let symbols = SymbolTable::new(vec![(0x8000_0000..0x8000_0100, "main".to_owned())]);
        let of = |pc, word| {
            let instruction = Instruction {
                time_ns: 5,
                pc,
                word,
            };
            line(&instruction, 0, "M", Some(&symbols))
        };
        assert_eq!(
            of(0x8000_0004, Some(0x0000_0093)),
            "           5 0 M 0000000080000004 00000093 addi ra,zero,0                   <main+0x4>\n"
        );
        assert_eq!(
            of(0x8000_0000, Some(0x0001)),
            "           5 0 M 0000000080000000 0001     c.addi zero,0                    <main>\n"
        );
        assert_eq!(
            of(0, Some(0xffff_ffff)),
            "           5 0 M 0000000000000000 ffffffff (no instruction)\n"
        );
        assert_eq!(
            of(2, None),
            "           5 0 M 0000000000000002 -        (not fetched)\n"
        );
    }
}
