//! Which line of which file an address was compiled from.

use septum_core::plan::Plan;
use septum_core::programs::{Lines, SourceLine};
use septum_core::system::Program;
use septum_simulator::event::EventKind;

use super::describe;

/// The lines of all programs of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    partitions: Vec<Code>,
}

/// What runs in a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Code {
    Model,
    Program {
        lines: Lines,
        /// From the address that the program was linked for to the one that it runs at.
        bias: u64,
    },
}

/// Why an address has no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoLine {
    /// It is the kernel's.
    #[error("the kernel")]
    Kernel,
    /// It is the model player's.
    #[error("a model")]
    Model,
    /// A panic says its line in its code; the address is that of the handler.
    #[error("a panic")]
    Panic,
    /// Nobody wrote them into the program.
    #[error("no debug lines")]
    NoDebugInformation,
    /// The compiler gave the address none, or it is outside of the program.
    #[error("no line")]
    Unknown,
}

impl Sources {
    /// Reads the debug information of a plan's programs.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let rows = plan.system.partitions.iter().zip(&plan.partitions);
        let partitions = rows.map(|(partition, planned)| match &partition.program {
            Program::Model(_) => Code::Model,
            Program::Elf { bytes, .. } => {
                let lines = Lines::read(bytes);
                let bias = planned.entry.wrapping_sub(lines.entry());
                Code::Program { lines, bias }
            }
        });
        Self {
            partitions: partitions.collect(),
        }
    }

    /// The line of the partition's code that a fault came from; `None` for other events.
    #[must_use]
    pub fn of_fault(
        &self,
        partition: Option<usize>,
        event: &EventKind,
    ) -> Option<Result<SourceLine<'_>, NoLine>> {
        let EventKind::Fault { pc, .. } = event else {
            return None;
        };
        Some(match describe::panic_line(event) {
            Some(_) => Err(NoLine::Panic),
            None => self.find(partition, *pc),
        })
    }

    /// The line of an address in a partition; without one, in the kernel.
    ///
    /// # Errors
    /// Why there is none.
    pub fn find(&self, partition: Option<usize>, pc: u64) -> Result<SourceLine<'_>, NoLine> {
        let code = partition.and_then(|partition| self.partitions.get(partition));
        match code.ok_or(NoLine::Kernel)? {
            Code::Model => Err(NoLine::Model),
            Code::Program { lines, .. } if lines.is_empty() => Err(NoLine::NoDebugInformation),
            Code::Program { lines, bias } => {
                let linked = pc.wrapping_sub(*bias);
                lines.find(linked).ok_or(NoLine::Unknown)
            }
        }
    }
}

/// A line as compilers write it: `src/main.rs:12`.
#[must_use]
pub fn words(line: SourceLine<'_>) -> String {
    format!("{}:{}", line.file.escape_debug(), line.line)
}
