//! Specialisation: what of the kernel's code an image leaves out.
//!
//! The kernel is linked once, and each function that only some designs need stands by itself.
//! Those that this design does not need are filled with zeros, which are illegal instructions
//! ("the all-0s 16-bit instruction is guaranteed to be illegal"; unprivileged specification,
//! "Expanded Instruction-Length Encoding"). Nothing refers to them: the tables name only the
//! functions that somebody may use.

use std::collections::BTreeSet;

use septum_abi::health::HealthAction;
use septum_abi::tables::PartitionTable;

use super::assets::{Kernel, KernelSymbol};
use super::tables::Tables;

/// A function that only some designs need.
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

/// Prefixes of the functions that tables refer to, and of their parts.
const NAMED: [&str; 3] = ["call_", "space_", "part_"];

/// Whether a design needs a function.
type IsNeeded = fn(&Needs<'_>) -> bool;

/// Functions that others call.
const PARTS: [(&str, IsNeeded); 4] = [
    ("part_send_otherwise", |needs| needs.names("call_send")),
    ("part_exchange", |needs| needs.names("call_exchange")),
    ("part_drain", |needs| {
        needs.tables.header.uart != septum_abi::tables::NONE
    }),
    ("part_restore", |needs| needs.restarts()),
];

struct Needs<'a> {
    tables: &'a Tables,
    /// Addresses that the tables name.
    named: BTreeSet<u64>,
    kernel: &'a Kernel,
    base: u64,
}

impl Needs<'_> {
    /// Whether a table names the function.
    fn names(&self, function: &str) -> bool {
        self.named
            .contains(&(self.base + self.kernel.offset(function)))
    }

    /// Whether the health monitor or another partition may restart somebody.
    fn restarts(&self) -> bool {
        let restart = u8::try_from(HealthAction::Restart.number()).ok();
        let actions = self.tables.partitions.iter().flat_map(|it| it.actions);
        self.names("call_restart") || actions.map(Some).any(|action| action == restart)
    }

    fn includes(&self, symbol: &KernelSymbol) -> bool {
        let part = PARTS.iter().find(|(name, _)| *name == symbol.name);
        match part {
            Some((_, needs)) => needs(self),
            None => self.named.contains(&(self.base + symbol.offset)),
        }
    }
}

/// The functions that only some designs need, by address. The kernel lies at `base`.
pub(super) fn functions(kernel: &Kernel, base: u64, tables: &Tables) -> Vec<KernelFunction> {
    let needs = Needs {
        tables,
        named: tables.partitions.iter().flat_map(named).collect(),
        kernel,
        base,
    };
    let symbols = kernel.symbols.iter().filter(|symbol| {
        symbol.function && NAMED.iter().any(|prefix| symbol.name.starts_with(prefix))
    });
    symbols
        .map(|symbol| KernelFunction {
            name: symbol.name.clone(),
            offset: symbol.offset,
            size_bytes: symbol.size_bytes,
            included: needs.includes(symbol),
        })
        .collect()
}

/// The addresses of functions in a partition's table.
fn named(table: &PartitionTable) -> impl Iterator<Item = u64> {
    table.handlers.into_iter().chain([table.space])
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
