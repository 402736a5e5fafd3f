//! Why a checked design still cannot be built: it does not fit the machine.

use crate::codes::{
    Code, S0201, S0202, S0203, S0204, S0205, S0206, S0208, S0209, S0210, S0211, S0212, S0213,
};
use crate::diagnostic::{Diagnostic, Place, SpecPath};
use crate::duration::exact;
use crate::plan::region::Range;

/// One reason why a design cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("the system needs {needed} bytes of RAM, the first RAM range has {available}")]
    Memory { needed: u64, available: u64 },
    #[error("isolation needs {needed} PMP entries, {available} can be used")]
    PmpEntries { needed: usize, available: usize },
    #[error(
        "window {window} is {} long, but the first {} of a window are its pad",
        exact(*.duration_ns),
        exact(*.pad_ns)
    )]
    Window {
        schedule: usize,
        window: usize,
        duration_ns: u64,
        pad_ns: u64,
    },
    #[error("the program of `{partition}` has a segment at {address:#x} that overlaps {other}")]
    Overlap {
        partition: String,
        index: usize,
        address: u64,
        other: String,
    },
    #[error(
        "with asid_bits = {bits} there are address space identifiers for {limit} of the {partitions} partitions"
    )]
    Asids {
        partitions: usize,
        limit: usize,
        bits: u64,
    },
    #[error(
        "`{partition}` takes interrupt source {number}, the kernel handles sources up to {limit}"
    )]
    Source {
        partition: String,
        index: usize,
        interrupt: usize,
        number: u32,
        limit: usize,
    },
    #[error(
        "the isolation hardware cannot tell `{first}` from {second}: both are in one unit of {unit} bytes"
    )]
    Devices {
        first: String,
        second: String,
        index: usize,
        unit: u64,
    },
    #[error("the model of `{partition}` needs {needed} {what}, the limit is {limit}")]
    Model {
        partition: String,
        index: usize,
        needed: usize,
        what: &'static str,
        limit: usize,
    },
    #[error("`{partition}` needs {needed} PMP entries, {available} can be used: {competing}")]
    Entries {
        partition: String,
        index: usize,
        needed: usize,
        available: usize,
        competing: String,
    },
    #[error(
        "the program of `{partition}` is linked for fixed addresses and needs {:#x} to {:#x} with its stack and buffers, but {taken}",
        range.base,
        range.end()
    )]
    Fixed {
        partition: String,
        index: usize,
        range: Range,
        taken: String,
    },
    #[error(
        "`{partition}` may log, but its program has no section .septum.places to learn where its log buffer is"
    )]
    Homeless { partition: String, index: usize },
    #[error("the machine `{machine}` {lack}")]
    Machine {
        machine: String,
        lack: String,
        field: String,
    },
}

impl Problem {
    const fn code(&self) -> &'static Code {
        match self {
            Self::Memory { .. } => &S0201,
            Self::PmpEntries { .. } => &S0202,
            Self::Window { .. } => &S0203,
            Self::Overlap { .. } => &S0204,
            Self::Asids { .. } => &S0205,
            Self::Source { .. } => &S0206,
            Self::Devices { .. } => &S0208,
            Self::Model { .. } => &S0209,
            Self::Machine { .. } => &S0210,
            Self::Entries { .. } => &S0211,
            Self::Fixed { .. } => &S0212,
            Self::Homeless { .. } => &S0213,
        }
    }

    fn place(&self) -> SpecPath {
        let root = SpecPath::default();
        let machine = root.field("machine");
        let partition = |index: usize| root.field("partitions").index(index);
        match self {
            Self::Memory { .. } => machine.field("ram").index(0).field("size_bytes"),
            Self::PmpEntries { .. } => machine.field("isolation").field("pmp_entries"),
            Self::Window {
                schedule, window, ..
            } => {
                let schedule = root.field("schedules").index(*schedule);
                schedule
                    .field("windows")
                    .index(*window)
                    .field("duration_ns")
            }
            Self::Overlap { index, .. }
            | Self::Model { index, .. }
            | Self::Fixed { index, .. }
            | Self::Homeless { index, .. } => partition(*index).field("program"),
            Self::Entries { index, .. } => partition(*index).field("name"),
            Self::Asids { .. } => machine.field("isolation").field("asid_bits"),
            Self::Source {
                index, interrupt, ..
            } => partition(*index)
                .field("interrupts")
                .index(*interrupt)
                .field("source"),
            Self::Devices { index, .. } => machine.field("devices").index(*index).field("base"),
            Self::Machine { field, .. } => machine.field(field),
        }
    }

    const fn help(&self) -> &'static str {
        match self {
            Self::Memory { .. } => {
                "give the machine more RAM, or make stacks, queues, logs or programs smaller"
            }
            Self::PmpEntries { .. } => "grant fewer devices, or devices that lie side by side",
            Self::Window { .. } => {
                "make the window longer, or make messages smaller so that the pad is shorter"
            }
            Self::Overlap { .. } => {
                "link the program elsewhere; the linker script of septum-user has a good place"
            }
            Self::Asids { .. } => {
                "use fewer partitions, or set asid_bits to 0: then translations are flushed at each switch"
            }
            Self::Source { .. } => "use a source with a smaller number",
            Self::Devices { .. } => {
                "grant both to the same partition or neither, or move one of them"
            }
            Self::Model { .. } => "divide the model, or repeat with loops instead of copies",
            Self::Entries { .. } => {
                "grant it fewer devices or shared memories, devices that lie side by side, or one memory in the place of several that the same partitions share; where it has none, use a machine with more entries"
            }
            Self::Fixed { .. } => {
                "link it with --emit-relocs (-Clink-arg=--emit-relocs for Rust, -Wl,--emit-relocs for gcc) or as static-pie, so that the designer places it; or for other addresses (--defsym=__base=ADDRESS before -T)"
            }
            Self::Homeless { .. } => {
                "build it with septum-user or septum.h of this version, or take the right to log away"
            }
            Self::Machine { .. } => {
                "change the machine, or use one that is right, such as qemu-virt"
            }
        }
    }
}

impl From<Problem> for Diagnostic {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code().name.to_owned(),
            severity: problem.code().severity,
            message: problem.to_string(),
            places: vec![Place {
                path: problem.place(),
                file: None,
                position: None,
            }],
            help: problem.help().to_owned(),
        }
    }
}
