//! Specialisation: what of the kernel's code an image leaves out.
//!
//! The kernel is linked once. An image has what its tables name and what that leads to, except
//! for functions that only some designs come to ([`CONDITIONS`]). The others are filled with
//! zeros, which are illegal instructions ("the all-0s 16-bit instruction is guaranteed to be
//! illegal"; unprivileged specification, "Expanded Instruction-Length Encoding"): whoever came
//! to one after all would stop the machine in order.

use septum_abi::health::HealthAction;
use septum_abi::tables::{NONE, PartitionTable};

use super::assets::Kernel;
use super::tables::Tables;
use crate::code::{Code, Flow};

/// A function of the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelFunction {
    /// Its name.
    pub name: String,
    /// Offset from the kernel's begin.
    pub offset: u64,
    /// Length in bytes.
    pub size_bytes: u64,
    /// Whether it is in the image.
    pub included: bool,
}

impl KernelFunction {
    fn range(&self) -> std::ops::Range<u64> {
        self.offset..self.offset + self.size_bytes
    }
}

/// Whether what the tables say can come to a function that the code refers to.
type Condition = fn(&Tables) -> bool;

/// Functions that only some designs come to.
const CONDITIONS: [(&str, Condition); 11] = [
    ("part_send_otherwise", |tables| {
        let together = tables.queues.iter().any(|it| it.receiver_bit != 0);
        together || has_samples(tables)
    }),
    ("part_receive_otherwise", has_samples),
    ("channel::take", |tables| !tables.queues.is_empty()),
    ("log::drain", |tables| tables.header.uart != NONE),
    ("restart::restore", has_restarts),
    ("fault::react", |tables| {
        let goes_on = [HealthAction::Ignore, HealthAction::Halt].map(HealthAction::number);
        actions(tables).any(|action| !goes_on.contains(&action))
    }),
    ("fault::miss_deadline", has_deadlines),
    ("schedule::limit", has_deadlines),
    ("boot::set_up_sources", |tables| {
        tables.header.plic_words != 0
    }),
    ("boot::write_high", has_high_pmp),
    ("boot::compare_high", has_high_pmp),
];

fn has_samples(tables: &Tables) -> bool {
    !tables.samples.is_empty()
}

fn has_deadlines(tables: &Tables) -> bool {
    tables.partitions.iter().any(|it| it.deadline_ticks != NONE)
}

fn has_high_pmp(tables: &Tables) -> bool {
    tables.header.pmp_entries > 8
}

/// The health monitor or another partition may restart somebody: there is something to restore.
fn has_restarts(tables: &Tables) -> bool {
    tables.partitions.iter().any(|it| it.restore != 0)
}

/// The numbers of all actions of the health monitor.
fn actions(tables: &Tables) -> impl Iterator<Item = u64> {
    let partitions = tables.partitions.iter();
    partitions.flat_map(|it| it.actions.map(u64::from))
}

/// The functions of the kernel, by address. It lies at `base`.
pub(super) fn functions(kernel: &Kernel, base: u64, tables: &Tables) -> Vec<KernelFunction> {
    let symbols = kernel.symbols.iter();
    let symbols = symbols.filter(|symbol| symbol.function && symbol.size_bytes > 0);
    let functions = symbols.map(|symbol| KernelFunction {
        name: symbol.name.clone(),
        offset: symbol.offset,
        size_bytes: symbol.size_bytes,
        included: false,
    });
    let mut functions: Vec<_> = functions.collect();
    let assembly = 0..functions.first().map_or(0, |first| first.offset);
    let named = tables.partitions.iter().flat_map(named);
    let mut ahead: Vec<u64> = named.filter_map(|at| at.checked_sub(base)).collect();
    ahead.extend(targets(kernel, assembly));
    while let Some(target) = ahead.pop() {
        let found = functions.iter_mut().find(|it| it.range().contains(&target));
        if let Some(function) = found
            && !function.included
            && may_come_to(&function.name, tables)
        {
            function.included = true;
            ahead.extend(targets(kernel, function.range()));
        }
    }
    functions
}

fn may_come_to(function: &str, tables: &Tables) -> bool {
    let condition = CONDITIONS.iter().find(|(name, _)| *name == function);
    condition.is_none_or(|(_, condition)| condition(tables))
}

/// The addresses of functions in a partition's table.
fn named(table: &PartitionTable) -> impl Iterator<Item = u64> {
    table.handlers.into_iter().chain([table.space])
}

/// Where the code in a range goes.
fn targets(kernel: &Kernel, range: std::ops::Range<u64>) -> Vec<u64> {
    let code = Code {
        base: 0,
        bytes: &kernel.code,
    };
    let flows = code
        .instructions(range)
        .filter_map(|pc| code.instruction(pc));
    let targets = flows.filter_map(|instruction| match instruction.flow {
        Flow::Branch(target) | Flow::Jump(target) | Flow::Call(target) => Some(target),
        _ => None,
    });
    targets.collect()
}

/// The kernel's code without the functions that are not included.
pub(super) fn code(kernel: &Kernel, functions: &[KernelFunction]) -> Vec<u8> {
    let mut code = kernel.code.clone();
    for function in functions.iter().filter(|function| !function.included) {
        let begin = usize::try_from(function.offset).ok();
        let length = usize::try_from(function.size_bytes).ok();
        let place = begin.zip(length);
        if let Some(place) = place.and_then(|(at, length)| code.get_mut(at..at + length)) {
            place.fill(0);
        }
    }
    code
}
