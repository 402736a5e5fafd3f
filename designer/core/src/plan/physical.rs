//! The partitions' memory on a machine without an MMU: every address is physical, and the PMP
//! entries of the running partition alone isolate.

use septum_abi::limits::LOG_MESSAGE_BYTES;
use septum_abi::places::Places;
use septum_abi::state::{FaultRing, LogReaders, LogWriters};

use super::assets::Assets;
use super::layout::{Layout, Request};
use super::log::{self, Log};
use super::mapping::{Mapping, Rights};
use super::pmp::{self, Access, Arrangement, Demand, Grant, Part, PartitionPmp, Run};
use super::ports::{self, PortBuffer, PortPlan, wide};
use super::problem::Problem;
use super::region::{Contents, PAGE_BYTES, Range, RegionKind};
use super::space::{self, Loaded, Space};
use super::{devices, memory, tables, unplaced};
use crate::system::{Partition, PartitionIndex, PortIndex, System};

/// The partitions' memory.
pub(super) struct Physical {
    pub(super) spaces: Vec<Space>,
    /// For each partition its PMP registers.
    pub(super) pmp: Vec<PartitionPmp>,
    /// The log, where a partition drains it.
    pub(super) log: Option<Log>,
    /// The records of faults, where a partition reads them.
    pub(super) faults: Option<Range>,
    /// The shared memories, in the order of the design.
    pub(super) memories: Vec<Range>,
}

/// Something that a partition has beside its stack and its program.
#[derive(Debug)]
struct Piece {
    name: String,
    size_bytes: u64,
    kind: RegionKind,
    owner: Option<PartitionIndex>,
    contents: Contents,
}

/// A partition before it has a place.
struct Unplaced<'a> {
    index: PartitionIndex,
    partition: &'a Partition,
    loaded: Loaded<'a>,
    writable: Vec<Piece>,
    readable: Vec<Piece>,
}

/// Places all partitions behind what the layout has.
///
/// # Errors
/// What is wrong with their programs, and with what they want of PMP.
pub(super) fn place(
    system: &System,
    assets: &Assets,
    layout: &mut Layout,
) -> Result<Physical, Vec<Problem>> {
    let unplaced = read(system, assets)?;
    let demands: Vec<Demand> = unplaced.iter().map(Unplaced::demand).collect();
    let devices = unplaced.iter().map(|it| devices::of(system, it.partition));
    let devices: Vec<Vec<Grant>> = devices.collect();
    let memories = memory::demands(system);
    let input = pmp::Input {
        ram: layout.rest(),
        grain_bytes: system.machine.isolation.pmp_grain_bytes,
        entries: tables::pmp_limit(system),
        demands: &demands,
        devices: &devices,
        shared: &memories,
    };
    let solution = pmp::solve(&input)
        .map_err(|reason| unplaced::problems(system, &reason, &names(&unplaced), input.ram))?;
    let mut spaces = Vec::new();
    let mut runs = Vec::new();
    let (mut log, mut faults) = (None, None);
    memory::put(system, layout, &solution.shared);
    layout.skip(solution.end);
    for (unplaced, (base, order)) in unplaced.into_iter().zip(&solution.partitions) {
        let windows = &devices[unplaced.index.get()];
        let memories = memory::granted(system, &solution.shared, unplaced.index);
        let placed = unplaced.place(system, layout, *base, order, &memories);
        runs.push(placed.runs(*base, order, windows, &memories));
        log = log.or(placed.log.map(|ranges| Log::at(system, ranges)));
        faults = faults.or(placed.faults);
        spaces.push(placed.space);
    }
    layout.regions.sort_by_key(|region| region.range);
    Ok(Physical {
        spaces,
        pmp: pmp::partitions(runs, input.entries),
        log,
        faults,
        memories: solution.shared,
    })
}

/// Reads all programs.
fn read<'a>(system: &'a System, assets: &'a Assets) -> Result<Vec<Unplaced<'a>>, Vec<Problem>> {
    let mut all = Vec::new();
    let mut problems = Vec::new();
    for (number, partition) in system.partitions.iter().enumerate() {
        let index = PartitionIndex::new(number);
        match space::load(system, assets, index) {
            Ok(loaded) => {
                problems.extend(unplaced::homeless(partition, index, &loaded.program));
                all.push(Unplaced::new(system, index, partition, loaded));
            }
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() {
        Ok(all)
    } else {
        Err(problems)
    }
}

/// What each partition's memory consists of, in a few words.
fn names(unplaced: &[Unplaced<'_>]) -> Vec<Vec<String>> {
    let own = |it: &Unplaced<'_>| {
        let segments = it.loaded.program.file.segments.iter().enumerate();
        let segments = segments.map(|(number, segment)| space::part(number, segment).0);
        let kinds = [(&it.writable, "buffers"), (&it.readable, "constants")];
        let pieces = kinds.into_iter().filter(|(pieces, _)| !pieces.is_empty());
        std::iter::once("stack".to_owned())
            .chain(segments)
            .chain(pieces.map(|(_, name)| name.to_owned()))
            .collect()
    };
    unplaced.iter().map(own).collect()
}

impl<'a> Unplaced<'a> {
    fn new(
        system: &System,
        index: PartitionIndex,
        partition: &'a Partition,
        loaded: Loaded<'a>,
    ) -> Self {
        let name = &partition.name;
        let own = |part: &str, size_bytes, kind| Piece {
            name: format!("{name}/{part}"),
            size_bytes,
            kind,
            owner: Some(index),
            contents: Contents::Zero,
        };
        let mut writable = buffers(system, partition, &loaded, own);
        if partition.permissions.log {
            writable.push(own(
                "log-buffer",
                wide(LOG_MESSAGE_BYTES),
                RegionKind::LogBuffer,
            ));
        }
        let mut readable = Vec::new();
        if let Some(model) = &loaded.model {
            readable.push(own("model", wide(model.size_bytes()), RegionKind::Model));
        }
        if log::drainer(system) == Some(index) {
            let (readers, others) = log_pieces(system);
            writable.push(readers);
            readable.extend(others);
        }
        if system.monitor() == Some(index) {
            readable.push(Piece {
                name: "health.faults".to_owned(),
                size_bytes: wide(FaultRing::SIZE_BYTES),
                kind: RegionKind::Faults,
                owner: None,
                contents: Contents::Zero,
            });
        }
        Self {
            index,
            partition,
            loaded,
            writable,
            readable,
        }
    }

    /// What it needs, for the solver.
    fn demand(&self) -> Demand {
        let file = &self.loaded.program.file;
        let (first_page, _) = file.span();
        let image = file.segments.iter().enumerate().map(|(number, segment)| {
            let base = segment.address - segment.address % PAGE_BYTES;
            Part {
                offset_bytes: base - first_page,
                size_bytes: segment.end() - base,
                access: space::part(number, segment).1.into(),
            }
        });
        let sizes = |pieces: &[Piece]| pieces.iter().map(|it| it.size_bytes).collect();
        Demand {
            stack_bytes: self.partition.stack_bytes.next_multiple_of(PAGE_BYTES),
            image: image.collect(),
            fixed: (!file.movable).then_some(first_page),
            writable: sizes(&self.writable),
            readable: sizes(&self.readable),
        }
    }

    /// Gives everything its place from `base` on, in this order.
    fn place(
        self,
        system: &System,
        layout: &mut Layout,
        base: u64,
        order: &Arrangement,
        memories: &[Grant],
    ) -> Placed {
        let mut placed = Placed::new(self.partition);
        placed.add_memories(memories);
        let stack = Piece {
            name: format!("{}/stack", self.partition.name),
            size_bytes: self.partition.stack_bytes.next_multiple_of(PAGE_BYTES),
            kind: RegionKind::Stack,
            owner: Some(self.index),
            contents: Contents::Zero,
        };
        placed.space.stack_top = placed.map(layout, base, stack, Rights::ReadWrite).end();
        for (piece, offset) in self.writable.into_iter().zip(&order.writable) {
            placed.map(layout, base + offset, piece, Rights::ReadWrite);
        }
        let ports = self.partition.ports.iter().enumerate();
        placed.space.ports = ports
            .map(|(number, port)| ports::plan(system, port, placed.buffers[number]))
            .collect();
        let mut model = self
            .loaded
            .model
            .map(|model| model.bytes(&placed.space.ports));
        for (mut piece, offset) in self.readable.into_iter().zip(&order.readable) {
            if let Some(bytes) = model.take_if(|_| piece.kind == RegionKind::Model) {
                piece.contents = Contents::Bytes(bytes);
            }
            placed.map(layout, base + offset, piece, Rights::Read);
        }
        let linked = self.loaded.program.file.entry;
        let program = self.loaded.program.moved(base + order.image);
        placed.space.moved_bytes = program.file.entry.wrapping_sub(linked);
        placed.program(system, layout, &program, self.index);
        let mappings = &mut placed.space.mappings;
        mappings.extend(devices::mappings(system, &self.partition.devices));
        mappings.sort_by_key(|mapping| mapping.virtual_base);
        placed
    }
}

/// The buffers of a partition's ports, as long as the longest message that the channel carries
/// or the program may look at.
fn buffers(
    system: &System,
    partition: &Partition,
    loaded: &Loaded<'_>,
    own: impl Fn(&str, u64, RegionKind) -> Piece,
) -> Vec<Piece> {
    let ports = partition.ports.iter().enumerate();
    let buffers = ports.filter_map(|(number, port)| {
        let channel_bytes = ports::message_bytes(system, port)?;
        let pins = loaded.program.pins.iter();
        let pin = pins
            .filter(|pin| pin.name == port.name)
            .map(|pin| pin.message_bytes);
        let size_bytes = channel_bytes.max(pin.max().unwrap_or(0));
        let kind = RegionKind::PortBuffer(PortIndex::new(number));
        let part = format!("port/{}", port.name);
        Some(own(&part, u64::from(size_bytes).next_multiple_of(8), kind))
    });
    buffers.collect()
}

/// What the drainer of the logs may write, and what it may read.
fn log_pieces(system: &System) -> (Piece, [Piece; 2]) {
    let piece = |name: &str, size_bytes, kind| Piece {
        name: name.to_owned(),
        size_bytes,
        kind,
        owner: None,
        contents: Contents::Zero,
    };
    let readers = wide(LogReaders::SIZE_BYTES);
    let writers = wide(LogWriters::SIZE_BYTES);
    let rings = log::rings_bytes(system).max(8);
    (
        piece("log.readers", readers, RegionKind::LogReaders),
        [
            piece("log.writers", writers, RegionKind::LogWriters),
            piece("log.rings", rings, RegionKind::LogRings),
        ],
    )
}

/// A partition whose memory has its place.
struct Placed {
    space: Space,
    /// By port number.
    buffers: Vec<Option<PortBuffer>>,
    places: Places,
    /// Writing sides, reading sides and rings, if it drains them.
    log: Option<[Range; 3]>,
    /// The records of faults, if it reads them.
    faults: Option<Range>,
}

impl Placed {
    fn new(partition: &Partition) -> Self {
        Self {
            space: Space {
                entry: 0,
                moved_bytes: 0,
                stack_top: 0,
                ports: Vec::<PortPlan>::new(),
                log_buffer: None,
                mappings: Vec::new(),
            },
            buffers: vec![None; partition.ports.len()],
            places: Places::UNBOUND,
            log: None,
            faults: None,
        }
    }

    /// Puts something where it belongs, and remembers what others want to know of it.
    fn map(&mut self, layout: &mut Layout, base: u64, piece: Piece, rights: Rights) -> Range {
        let range = Range {
            base,
            size_bytes: piece.size_bytes,
        };
        self.remember(piece.kind, range);
        self.space.mappings.push(Mapping {
            name: piece.name.clone(),
            virtual_base: base,
            physical: range,
            rights,
        });
        let request = Request {
            name: piece.name,
            size_bytes: piece.size_bytes,
            kind: piece.kind,
            owner: piece.owner,
            contents: piece.contents,
        };
        layout.put(range, request);
        range
    }

    fn remember(&mut self, kind: RegionKind, range: Range) {
        let mut log = |part: usize, place: &mut u64| {
            *place = range.base;
            self.log.get_or_insert([range; 3])[part] = range;
        };
        match kind {
            RegionKind::LogWriters => log(0, &mut self.places.log_writers),
            RegionKind::LogReaders => log(1, &mut self.places.log_readers),
            RegionKind::LogRings => log(2, &mut self.places.log_rings),
            RegionKind::Model => self.places.model = range.base,
            RegionKind::Faults => {
                self.faults = Some(range);
                self.places.faults = range.base;
            }
            RegionKind::LogBuffer => {
                self.places.log_buffer = range.base;
                self.space.log_buffer = Some(range);
            }
            RegionKind::PortBuffer(port) => {
                self.buffers[port.get()] = Some(PortBuffer {
                    virtual_address: range.base,
                    physical: range,
                });
            }
            _ => {}
        }
    }

    /// Places the program's segments, filled in.
    fn program(
        &mut self,
        system: &System,
        layout: &mut Layout,
        program: &crate::programs::Placed<'_>,
        index: PartitionIndex,
    ) {
        let partition = &system.partitions[index.get()];
        let space = &mut self.space;
        space.entry = program.file.entry;
        let bytes = program.bytes(
            |pin| ports::binding(system, &space.ports, &space.mappings, pin),
            &self.places,
        );
        let segments = program.file.segments.iter().zip(bytes);
        for (number, (segment, bytes)) in segments.enumerate() {
            let (part, rights) = space::part(number, segment);
            let piece = Piece {
                name: format!("{}/{part}", partition.name),
                size_bytes: segment.size_bytes,
                kind: RegionKind::Segment {
                    writable: segment.writable,
                    executable: segment.executable,
                },
                owner: Some(index),
                contents: Contents::Bytes(bytes),
            };
            self.map(layout, segment.address, piece, rights);
        }
    }

    /// The shared memories that it is granted.
    fn add_memories(&mut self, memories: &[Grant]) {
        let mappings = memories.iter().map(|grant| Mapping {
            name: grant.name.clone(),
            virtual_base: grant.range.base,
            physical: grant.range,
            rights: match grant.access {
                Access::Read => Rights::Read,
                _ => Rights::ReadWrite,
            },
        });
        self.space.mappings.extend(mappings);
    }

    /// What it may touch, with what is in it.
    fn runs(
        &self,
        base: u64,
        order: &Arrangement,
        devices: &[Grant],
        memories: &[Grant],
    ) -> Vec<Run> {
        let memory = order.runs.iter().map(|(range, access)| {
            let base = base + range.base;
            (Range { base, ..*range }, *access)
        });
        let devices = devices.iter().chain(memories);
        let devices = devices.map(|grant| (grant.range, grant.access));
        let mut granted: Vec<_> = memory.chain(devices).collect();
        granted.sort_unstable();
        let parts = self.space.mappings.iter();
        let parts: Vec<(Range, &str)> = parts.map(|it| (it.physical, it.name.as_str())).collect();
        let runs = granted.into_iter();
        runs.map(|(range, access)| Run::new(range, access, &parts))
            .collect()
    }
}
