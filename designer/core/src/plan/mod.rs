//! The plan: where everything lies, what everybody may touch, and when everybody runs.
//!
//! A [`Plan`] is computed from a checked [`System`] and the prebuilt kernel without looking
//! at anything else, and says all that the image writer, the simulator's recorder and the
//! designer's memory views need. RAM is laid out as
//!
//! ```text
//! kernel | tables | stack, state, queues, log  | partitions, one after another | page tables
//!        no PMP entry: M-mode only             | PMP: all, separated by Sv39   | PMP: read
//! ```
//!
//! Where a partition drains the log, the log's pages are the first of the partitions' memory.
//! On a machine without an MMU there are no page tables, and each partition's memory is in the
//! order that its own PMP entries hold best ([`PartitionPmp`]).

pub(crate) mod assets;
mod channel;
mod design;
mod devices;
mod faults;
mod layout;
mod log;
mod machine;
mod mapping;
mod memory;
mod model;
mod page_table;
mod physical;
mod pmp;
mod ports;
mod problem;
mod region;
mod registers;
mod restore;
mod schedule;
mod space;
mod specialise;
mod state;
mod tables;
mod unplaced;

pub use mapping::{Mapping, Rights};
pub use page_table::{ENTRIES, PageTable};
pub use pmp::{Access, Grant, PartitionPmp, PmpEntry, Run};
pub(crate) use ports::wide;
pub use ports::{PortBuffer, PortPlan};
pub use region::{Contents, PAGE_BYTES, Range, Region, RegionKind};
pub use specialise::KernelFunction;
pub use tables::Tables;

use septum_abi::tables::WindowTable;

use crate::diagnostic::Diagnostic;
use crate::spec::RawMmu;
use crate::system::{PartitionIndex, System};
use assets::Assets;
use layout::{Layout, Request};
use log::Log;
use problem::Problem;
use space::Space;
use state::State;
use tables::Places;

/// Where everything lies, what everybody may touch, and when everybody runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The design that this is the plan of; positions in its lists are indices here too.
    pub system: System,
    /// What lies where in RAM, by ascending address, disjoint.
    pub regions: Vec<Region>,
    /// The partitions, in the order of the design.
    pub partitions: Vec<PartitionPlan>,
    /// All page tables, by ascending address.
    pub page_tables: Vec<PageTable>,
    /// What PMP grants to whoever runs, by ascending address; everything else is denied to
    /// U-mode. Empty on a machine without an MMU.
    pub grants: Vec<Grant>,
    /// The PMP entries that say so. On a machine without an MMU: the entries that all
    /// partitions have in common, which are never rewritten.
    pub pmp: Vec<PmpEntry>,
    /// The kernel's tables. The head has the addresses of the kernel's state and the pad.
    pub tables: Tables,
    /// The partition that drains the log rings; `None`: the kernel does.
    pub log_drainer: Option<PartitionIndex>,
}

/// A partition in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionPlan {
    /// Its name.
    pub name: String,
    /// Address space identifier; unique, or 0 where the machine has none.
    pub asid: u64,
    /// Physical address of its root page table; 0 on a machine without an MMU.
    pub root: u64,
    /// Its PMP registers, on a machine without an MMU.
    pub pmp: Option<PartitionPmp>,
    /// Virtual address of its first instruction: the initial `pc`.
    pub entry: u64,
    /// How far the program was moved from the addresses in its file, wrapping.
    pub moved_bytes: u64,
    /// The initial `sp`; all other registers begin as 0.
    pub stack_top: u64,
    /// Physical address of its [`septum_abi::state::PartitionState`].
    pub state: u64,
    /// Its ports by number.
    pub ports: Vec<PortPlan>,
    /// Physical range of its log buffer, if it may log.
    pub log_buffer: Option<Range>,
    /// Everything that it can address, by ascending virtual address, disjoint.
    pub mappings: Vec<Mapping>,
}

impl PartitionPlan {
    /// The mapping that a virtual address is in.
    #[must_use]
    pub fn mapping(&self, virtual_address: u64) -> Option<&Mapping> {
        self.mappings
            .iter()
            .find(|mapping| mapping.virtual_range().contains(virtual_address))
    }
}

impl Plan {
    /// Ticks from the begin of a window to its first user instruction.
    #[must_use]
    pub fn pad_ticks(&self) -> u64 {
        schedule::pad_ticks(&self.system)
    }

    /// `mtime` at which the first window begins.
    #[must_use]
    pub const fn start_ticks(&self) -> u64 {
        self.tables.header.start_ticks
    }

    /// Where the tables lie.
    fn tables_base(&self) -> u64 {
        self.tables.partitions.first().map_or(0, |table| table.hart)
    }

    /// The kernel's code and constants as they are in the image.
    #[must_use]
    pub fn kernel_code(&self) -> Vec<u8> {
        specialise::code(&assets::embedded().kernel, &self.kernel_functions())
    }

    /// The kernel's functions that only some designs need, and which of them are in the image.
    #[must_use]
    pub fn kernel_functions(&self) -> Vec<KernelFunction> {
        specialise::functions(&assets::embedded().kernel, self.entry(), &self.tables)
    }

    /// The windows of all schedules, each with the address of its table.
    pub fn window_tables(&self) -> impl Iterator<Item = (u64, &WindowTable)> {
        let places = Places::new(&self.system, self.tables_base());
        let windows = self.tables.windows.iter().enumerate();
        windows.map(move |(number, window)| (places.window(number), window))
    }

    /// The first address of RAM: where the machine begins to execute.
    #[must_use]
    pub fn entry(&self) -> u64 {
        self.regions.first().map_or(0, |region| region.range.base)
    }

    /// The region that a physical address is in.
    #[must_use]
    pub fn region(&self, physical_address: u64) -> Option<&Region> {
        self.regions
            .iter()
            .find(|region| region.range.contains(physical_address))
    }
}

/// Plans a design.
///
/// # Errors
/// All reasons why the design does not fit the machine, with codes from `S0201`.
pub fn plan(system: &System) -> Result<Plan, Vec<Diagnostic>> {
    plan_with(system, assets::embedded())
        .map_err(|problems| problems.into_iter().map(Diagnostic::from).collect())
}

/// Plans a design for a kernel and a player.
fn plan_with(system: &System, assets: &Assets) -> Result<Plan, Vec<Problem>> {
    let mut problems = machine::problems(system);
    problems.extend(devices::problems(system));
    problems.extend(schedule::problems(system));
    let unplaceable = machine::unplaceable(system);
    if !unplaceable.is_empty() {
        problems.extend(unplaceable);
        return Err(problems);
    }
    let placed = match system.machine.isolation.mmu {
        RawMmu::Sv39 => translated(system, assets),
        RawMmu::Bare => untranslated(system, assets),
    };
    match placed {
        Ok(placed) if problems.is_empty() => Ok(placed.into_plan(system, assets)),
        Ok(_) => Err(problems),
        Err(more) => {
            problems.extend(more);
            Err(problems)
        }
    }
}

/// A design whose memory has its place.
struct Placed {
    layout: Layout,
    kernel: Kernel,
    shared: Shared,
    spaces: Vec<Space>,
    /// For each partition: the physical address of its root page table.
    roots: Vec<u64>,
    page_tables: Vec<PageTable>,
    /// For each partition: its first restore table, or 0.
    restores: Vec<u64>,
    grants: Vec<Grant>,
    pmp: Vec<PmpEntry>,
    /// For each partition its PMP registers; none where page tables isolate.
    registers: Vec<PartitionPmp>,
}

/// Places everything on a machine with an MMU.
fn translated(system: &System, assets: &Assets) -> Result<Placed, Vec<Problem>> {
    let (mut memory, spaces, mut problems) = Memory::place(system, assets);
    if !problems.is_empty() || memory.lack().is_some() {
        problems.extend(memory.lack());
        return Err(problems);
    }
    let (roots, page_tables) = memory.page_tables(system, &spaces);
    let grants = memory.grants(system);
    let pmp = pmp::entries(&grants);
    let restores = restore::place(system, &mut memory.layout);
    problems.extend(memory.lack());
    problems.extend(pmp_lack(system, pmp.len()));
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Placed {
        layout: memory.layout,
        kernel: memory.kernel,
        shared: memory.shared,
        spaces,
        roots,
        page_tables,
        restores,
        grants,
        pmp,
        registers: Vec::new(),
    })
}

/// What nobody but the kernel reaches: first in RAM.
struct Own {
    layout: Layout,
    kernel: Kernel,
    /// The log rings, where no partition drains them.
    log: Option<Log>,
    /// The records of faults, where no partition reads them.
    faults: Option<Range>,
}

impl Own {
    fn place(system: &System, assets: &Assets) -> Self {
        let mut layout = Layout::of(system);
        let kernel = Kernel::place(system, assets, &mut layout);
        let drained = log::drainer(system).is_some();
        let log = (!drained).then(|| Log::place(system, &mut layout));
        let read = system.monitor().is_some();
        let faults = (!read).then(|| faults::place(&mut layout));
        Self {
            layout,
            kernel,
            log,
            faults,
        }
    }
}

/// Places everything on a machine without an MMU.
fn untranslated(system: &System, assets: &Assets) -> Result<Placed, Vec<Problem>> {
    let Own {
        mut layout,
        kernel,
        log,
        faults,
    } = Own::place(system, assets);
    layout.align(protection_unit(system));
    if tables::pmp_limit(system) == 0 {
        // A finding of its own.
        return Err(Vec::new());
    }
    let physical = physical::place(system, assets, &mut layout)?;
    let restores = restore::place(system, &mut layout);
    if let Some(lack) = lack(&layout) {
        return Err(vec![lack]);
    }
    let shared = Shared {
        log: log
            .or(physical.log)
            .expect("the partition that drains the log has its rings"),
        faults: faults
            .or(physical.faults)
            .expect("the monitor has the records"),
        memories: physical.memories,
    };
    let resident = physical.pmp.first();
    let resident = resident.map(|pmp| pmp.entries.iter().take(pmp.first_rewritten).cloned());
    Ok(Placed {
        layout,
        kernel,
        shared,
        roots: vec![0; physical.spaces.len()],
        spaces: physical.spaces,
        page_tables: Vec::new(),
        restores,
        grants: Vec::new(),
        pmp: resident.into_iter().flatten().collect(),
        registers: physical.pmp,
    })
}

impl Placed {
    fn into_plan(mut self, system: &System, assets: &Assets) -> Plan {
        let places = Places::new(system, self.kernel.tables.base);
        let tables = tables::build(&tables::Inputs {
            system,
            assets,
            kernel: self.layout.begin(),
            places: &places,
            state: &self.kernel.state,
            log: &self.shared.log,
            faults: self.shared.faults,
            restores: &self.restores,
            spaces: &self.spaces,
            roots: &self.roots,
            pmp: &self.pmp,
            registers: &self.registers,
            design: design::hash(system),
        });
        self.kernel.state.fill(&mut self.layout, &places, &tables);
        self.shared.log.fill(system, &mut self.layout);
        Plan {
            partitions: partitions(system, self.spaces, self.registers, &tables),
            system: system.clone(),
            log_drainer: self.shared.log.drainer,
            regions: self.layout.regions,
            page_tables: self.page_tables,
            grants: self.grants,
            pmp: self.pmp,
            tables,
        }
    }
}

/// That there are too few entries. That there are none is a finding of its own.
fn pmp_lack(system: &System, needed: usize) -> Option<Problem> {
    let available = tables::pmp_limit(system);
    (available > 0 && needed > available).then_some(Problem::PmpEntries { needed, available })
}

fn partitions(
    system: &System,
    spaces: Vec<Space>,
    registers: Vec<PartitionPmp>,
    tables: &Tables,
) -> Vec<PartitionPlan> {
    let mut registers = registers.into_iter();
    let rows = spaces
        .into_iter()
        .zip(&system.partitions)
        .zip(&tables.partitions);
    rows.enumerate()
        .map(|(index, ((space, partition), table))| PartitionPlan {
            name: partition.name.clone(),
            asid: tables::asid(system, index),
            pmp: registers.next(),
            root: (table.satp << 20 >> 20) * PAGE_BYTES,
            entry: table.entry,
            moved_bytes: space.moved_bytes,
            stack_top: table.stack_top,
            state: table.state,
            ports: space.ports,
            log_buffer: space.log_buffer,
            mappings: space.mappings,
        })
        .collect()
}

/// What partitions share with the kernel and with each other.
#[derive(Debug)]
struct Shared {
    log: Log,
    /// The records of faults.
    faults: Range,
    memories: Vec<Range>,
}

impl Shared {
    /// What of it is in a partition's address space.
    fn mappings(&self, system: &System, partition: PartitionIndex) -> Vec<Mapping> {
        let mut mappings = self.log.mappings(partition);
        mappings.extend(faults::mapping(system, self.faults, partition));
        mappings.extend(memory::mappings(system, &self.memories, partition));
        mappings
    }
}

/// What is the kernel's.
struct Kernel {
    tables: Range,
    state: State,
}

impl Kernel {
    /// Places the kernel, directly behind it the tables, then its state.
    fn place(system: &System, assets: &Assets, layout: &mut Layout) -> Self {
        layout.place(Request {
            name: "kernel.code".to_owned(),
            size_bytes: ports::wide(assets.kernel.code.len()),
            kind: RegionKind::KernelCode,
            owner: None,
            contents: Contents::Kernel,
        });
        Self {
            tables: tables::place(system, layout),
            state: State::place(system, layout),
        }
    }
}

/// That RAM is too small.
fn lack(layout: &Layout) -> Option<Problem> {
    let (needed, available) = layout.demand();
    (!layout.fits()).then_some(Problem::Memory { needed, available })
}

/// RAM while it is being laid out for page tables.
struct Memory {
    layout: Layout,
    kernel: Kernel,
    shared: Shared,
    /// The partitions' memory.
    arena: Range,
    /// All page tables.
    walker: Range,
}

impl Memory {
    /// Places everything but the page tables. The problems are those of the programs.
    fn place(system: &System, assets: &Assets) -> (Self, Vec<Space>, Vec<Problem>) {
        let Own {
            mut layout,
            kernel,
            log,
            faults,
        } = Own::place(system, assets);
        let unit = protection_unit(system);
        let begin = layout.align(unit);
        let shared = Shared {
            log: log.unwrap_or_else(|| Log::place(system, &mut layout)),
            faults: faults.unwrap_or_else(|| faults::place(&mut layout)),
            memories: memory::place(system, &mut layout),
        };
        let (spaces, problems) = place_partitions(system, assets, &mut layout, &shared);
        let end = layout.align(unit);
        let arena = Range {
            base: begin,
            size_bytes: end - begin,
        };
        let walker = Range {
            base: end,
            size_bytes: 0,
        };
        let memory = Self {
            layout,
            kernel,
            shared,
            arena,
            walker,
        };
        (memory, spaces, problems)
    }

    fn lack(&self) -> Option<Problem> {
        lack(&self.layout)
    }

    /// Builds and places the page tables of all partitions; their roots.
    fn page_tables(&mut self, system: &System, spaces: &[Space]) -> (Vec<u64>, Vec<PageTable>) {
        let begin = self.walker.base;
        let mut roots = Vec::new();
        let mut all = Vec::new();
        for (index, (space, partition)) in spaces.iter().zip(&system.partitions).enumerate() {
            let base = self.layout.align(PAGE_BYTES);
            let tables = page_table::build(&space.mappings, base);
            self.layout.place(Request {
                name: format!("{}/page-tables", partition.name),
                size_bytes: ports::wide(tables.len()) * PAGE_BYTES,
                kind: RegionKind::PageTables,
                owner: Some(PartitionIndex::new(index)),
                contents: Contents::PageTables,
            });
            roots.push(base);
            all.extend(tables);
        }
        let end = self.layout.align(protection_unit(system));
        self.walker = Range {
            base: begin,
            size_bytes: end - begin,
        };
        (roots, all)
    }

    /// What PMP has to let through.
    fn grants(&self, system: &System) -> Vec<Grant> {
        let mut grants = devices::grants(system);
        grants.push(Grant {
            name: "partitions".to_owned(),
            range: self.arena,
            access: Access::All,
        });
        grants.push(Grant {
            name: "page tables".to_owned(),
            range: self.walker,
            access: Access::Read,
        });
        grants.sort_by_key(|grant| grant.range);
        grants
    }
}

/// What begin and end of a protected range of RAM are multiples of.
fn protection_unit(system: &System) -> u64 {
    system.machine.isolation.pmp_grain_bytes.max(PAGE_BYTES)
}

/// Places all partitions, and collects what is wrong with their programs.
fn place_partitions(
    system: &System,
    assets: &Assets,
    layout: &mut Layout,
    shared: &Shared,
) -> (Vec<Space>, Vec<Problem>) {
    let mut spaces = Vec::new();
    let mut problems = Vec::new();
    for index in (0..system.partitions.len()).map(PartitionIndex::new) {
        match space::place(system, assets, layout, shared, index) {
            Ok(space) => spaces.push(space),
            Err(more) => problems.extend(more),
        }
    }
    (spaces, problems)
}

#[cfg(test)]
mod tests;
