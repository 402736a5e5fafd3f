//! A partition's memory and address space.

use septum_abi::address;
use septum_abi::limits;
use septum_abi::places::Places;

use super::Shared;
use super::assets::Assets;
use super::devices;
use super::layout::{Layout, Request};
use super::mapping::{Mapping, Rights, reserved};
use super::model::{self, Baked};
use super::ports::{self, PortBuffer, PortPlan, wide};
use super::problem::Problem;
use super::region::{Contents, PAGE_BYTES, Range, RegionKind};
use crate::programs::{self, Placed, ProgramFile};
use crate::system::{Partition, PartitionIndex, PortIndex, Program, System};

/// A partition's address space before it has page tables.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) entry: u64,
    /// How far the program was moved, wrapping.
    pub(super) moved_bytes: u64,
    pub(super) stack_top: u64,
    pub(super) ports: Vec<PortPlan>,
    pub(super) log_buffer: Option<Range>,
    /// By ascending virtual address.
    pub(super) mappings: Vec<Mapping>,
}

/// Places everything of a partition.
///
/// # Errors
/// What is wrong with its program.
pub(super) fn place(
    system: &System,
    assets: &Assets,
    layout: &mut Layout,
    shared: &Shared,
    index: PartitionIndex,
) -> Result<Space, Vec<Problem>> {
    let partition = &system.partitions[index.get()];
    let loaded = load(system, assets, index)?;
    let linked = loaded.program.file.entry;
    let program = at_home(loaded.program);
    let mut builder = Builder {
        layout,
        index,
        name: &partition.name,
        mappings: Vec::new(),
    };
    builder.mappings = devices::mappings(system, &partition.devices);
    builder.mappings.extend(shared.mappings(system, index));
    overlaps(partition, index, &program.file, &builder.mappings)?;

    let log_buffer = partition.permissions.log.then(|| builder.log_buffer());
    let ports = builder.ports(system, partition);
    let places = places(
        partition,
        loaded.model.is_some(),
        shared.log.drainer == Some(index),
        system.monitor() == Some(index),
    );
    let segments = program.bytes(
        |pin| ports::binding(system, &ports, &builder.mappings, pin),
        &places,
    );
    for (number, (segment, bytes)) in program.file.segments.iter().zip(segments).enumerate() {
        builder.segment(number, segment, bytes);
    }
    if let Some(model) = loaded.model {
        builder.model(model.bytes(&ports));
    }
    builder.stack(partition.stack_bytes);
    builder.mappings.sort_by_key(|mapping| mapping.virtual_base);
    Ok(Space {
        entry: program.file.entry,
        moved_bytes: program.file.entry.wrapping_sub(linked),
        stack_top: address::STACK_TOP,
        ports,
        log_buffer,
        mappings: builder.mappings,
    })
}

/// A system's programs are files that the checker has read.
const CHECKED: &str = "the checker makes no system of a program that cannot be placed";

/// A program that may be moved lies where the linker scripts place one.
fn at_home(program: Placed<'_>) -> Placed<'_> {
    if program.file.movable {
        program.moved(address::PROGRAM_BASE)
    } else {
        program
    }
}

/// Where a partition finds what is not in its program.
fn places(partition: &Partition, plays: bool, drains: bool, monitors: bool) -> Places {
    let when = |condition: bool, place: u64| if condition { place } else { 0 };
    Places {
        log_buffer: when(partition.permissions.log, address::LOG_BUFFER),
        model: when(plays, address::MODEL_BASE),
        log_writers: when(drains, address::LOG_WRITERS),
        log_readers: when(drains, address::LOG_READERS),
        log_rings: when(drains, address::LOG_RINGS),
        faults: when(monitors, address::FAULT_RING),
        ..Places::UNBOUND
    }
}

/// What a partition runs.
pub(super) struct Loaded<'a> {
    pub(super) program: Placed<'a>,
    /// The steps for the player.
    pub(super) model: Option<Baked>,
}

/// Reads the program of a partition.
///
/// # Errors
/// For a model that is too large.
pub(super) fn load<'a>(
    system: &'a System,
    assets: &'a Assets,
    index: PartitionIndex,
) -> Result<Loaded<'a>, Vec<Problem>> {
    let partition = &system.partitions[index.get()];
    match &partition.program {
        Program::Elf { bytes, .. } => Ok(Loaded {
            program: Placed::read(bytes).expect(CHECKED),
            model: None,
        }),
        Program::Model(steps) => {
            let baked = model::bake(system, index, steps).map_err(|large| {
                vec![Problem::Model {
                    partition: partition.name.clone(),
                    index: index.get(),
                    needed: large.needed,
                    what: large.what,
                    limit: large.limit,
                }]
            })?;
            Ok(Loaded {
                program: Placed::read(assets.player).expect(CHECKED),
                model: Some(baked),
            })
        }
    }
}

/// The program's segments overlap neither the reserved ranges nor what is already mapped.
fn overlaps(
    partition: &Partition,
    index: PartitionIndex,
    program: &ProgramFile<'_>,
    mappings: &[Mapping],
) -> Result<(), Vec<Problem>> {
    let mapped = mappings
        .iter()
        .map(|m| (m.virtual_range(), format!("`{}`", m.name)));
    let taken: Vec<_> = reserved()
        .map(|range| {
            (
                range,
                "addresses that are reserved for buffers and stack".to_owned(),
            )
        })
        .chain(mapped)
        .collect();
    let mut problems = Vec::new();
    for segment in &program.segments {
        let pages = Range {
            base: segment.address,
            size_bytes: segment.size_bytes,
        };
        let pages = pages.widened(PAGE_BYTES);
        for (_, other) in taken.iter().filter(|(range, _)| range.overlaps(&pages)) {
            problems.push(Problem::Overlap {
                partition: partition.name.clone(),
                index: index.get(),
                address: segment.address,
                other: other.clone(),
            });
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// What a segment is called, and what it allows.
pub(super) fn part(number: usize, segment: &programs::Segment<'_>) -> (String, Rights) {
    let (part, rights) = match (segment.writable, segment.executable) {
        (true, _) => ("data", Rights::ReadWrite),
        (false, true) => ("text", Rights::ReadExecute),
        (false, false) => ("rodata", Rights::Read),
    };
    (format!("{part}.{number}"), rights)
}

struct Builder<'a> {
    layout: &'a mut Layout,
    index: PartitionIndex,
    name: &'a str,
    mappings: Vec<Mapping>,
}

impl Builder<'_> {
    /// Places a region of the partition and maps it.
    fn map(
        &mut self,
        part: &str,
        virtual_base: u64,
        size_bytes: u64,
        rights: Rights,
        kind: RegionKind,
        contents: Contents,
    ) -> Range {
        let name = format!("{}/{part}", self.name);
        let owner = Some(self.index);
        let request = Request {
            name: name.clone(),
            size_bytes,
            kind,
            owner,
            contents,
        };
        let physical = self.layout.place(request);
        self.mappings.push(Mapping {
            name,
            virtual_base,
            physical,
            rights,
        });
        physical
    }

    /// A segment, from the begin of its first page. Its name has its number, because several
    /// may have the same rights.
    fn segment(&mut self, number: usize, segment: &programs::Segment<'_>, bytes: Vec<u8>) {
        let lead = segment.address % PAGE_BYTES;
        let mut contents = vec![0; usize::try_from(lead).expect("less than a page")];
        contents.extend(bytes);
        let (part, rights) = part(number, segment);
        let kind = RegionKind::Segment {
            writable: segment.writable,
            executable: segment.executable,
        };
        let base = segment.address - lead;
        let size_bytes = segment.size_bytes + lead;
        self.map(
            &part,
            base,
            size_bytes,
            rights,
            kind,
            Contents::Bytes(contents),
        );
    }

    fn log_buffer(&mut self) -> Range {
        let (base, kind) = (address::LOG_BUFFER, RegionKind::LogBuffer);
        self.map(
            "log-buffer",
            base,
            PAGE_BYTES,
            Rights::ReadWrite,
            kind,
            Contents::Zero,
        )
    }

    fn model(&mut self, baked: Vec<u8>) {
        let (base, size_bytes) = (address::MODEL_BASE, wide(baked.len()));
        let contents = Contents::Bytes(baked);
        self.map(
            "model",
            base,
            size_bytes,
            Rights::Read,
            RegionKind::Model,
            contents,
        );
    }

    fn stack(&mut self, size_bytes: u64) {
        let size_bytes = size_bytes.next_multiple_of(PAGE_BYTES);
        let (base, kind) = (address::STACK_TOP - size_bytes, RegionKind::Stack);
        self.map(
            "stack",
            base,
            size_bytes,
            Rights::ReadWrite,
            kind,
            Contents::Zero,
        );
    }

    fn ports(&mut self, system: &System, partition: &Partition) -> Vec<PortPlan> {
        let numbered = partition.ports.iter().enumerate();
        numbered
            .map(|(number, port)| {
                let messages = ports::message_bytes(system, port);
                let buffer = messages.map(|_| self.port_buffer(number, &port.name));
                ports::plan(system, port, buffer)
            })
            .collect()
    }

    fn port_buffer(&mut self, number: usize, port: &str) -> PortBuffer {
        let virtual_address = ports::buffer_address(number);
        let part = format!("port/{port}");
        let kind = RegionKind::PortBuffer(PortIndex::new(number));
        let rights = Rights::ReadWrite;
        let physical = self.map(
            &part,
            virtual_address,
            PAGE_BYTES,
            rights,
            kind,
            Contents::Zero,
        );
        PortBuffer {
            virtual_address,
            physical,
        }
    }
}

const _: () = assert!(limits::MESSAGE_BYTES <= limits::PAGE_BYTES);
