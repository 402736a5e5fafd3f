//! The separation monitor: each access against what the *design* grants to whoever makes it.
//!
//! It reads neither page tables nor PMP registers nor anything that was made from them, only
//! who owns which region, which device and which shared memory. It is asked where the hart is
//! about to learn that accesses are possible, so an access about which it has been asked costs
//! nothing more.

use std::collections::BTreeSet;
use std::mem::offset_of;

use septum_abi::state::{Activity, PartitionState};
use septum_core::plan::{Plan, Region, RegionKind};
use septum_core::spec::{RawDeviceKind, RawMmu};
use septum_core::system::{HealthAction, PartitionIndex};
use thiserror::Error;

use crate::bits::to_u64;
use crate::mmu::Access;
use crate::pmp::Extent;
use crate::ram::{PAGE_BYTES, Ram};

/// Two things that the plan has put at the same place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{first} and {second} overlap at {address:#x}")]
pub struct Overlap {
    /// Name of the one.
    pub first: String,
    /// Name of the other.
    pub second: String,
    /// The first address that both have.
    pub address: u64,
}

/// Who makes an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Nobody is watched.
    Anybody,
    /// M-mode.
    Kernel,
    /// U-mode, in this partition.
    Partition(usize),
    /// U-mode, in no partition that there is.
    Nobody,
}

/// Where a message is while the kernel passes it on: in one visit it writes to one slot of a
/// channel, and to one buffer of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A slot of a queue, or the value of a sampling channel.
    Slot { row: usize, slot: u64 },
    /// The buffer of a port.
    Buffer { partition: usize, port: usize },
}

impl Place {
    /// Whether only one of the two may be written to in a visit.
    fn excludes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Slot { row, slot }, Self::Slot { row: r, slot: s }) => row == r && slot != s,
            (
                Self::Buffer { partition, port },
                Self::Buffer {
                    partition: p,
                    port: q,
                },
            ) => partition == p && port != q,
            _ => false,
        }
    }
}

/// What a subject may do with a range of physical addresses.
#[derive(Debug, Clone, Copy)]
struct Grant {
    first: u64,
    last: u64,
    read: bool,
    write: bool,
    execute: bool,
    place: Option<Place>,
}

impl Grant {
    const fn allows(&self, access: Access) -> bool {
        match access {
            Access::Fetch => self.execute,
            Access::Load | Access::LoadReserved => self.read,
            Access::Store => self.write,
            Access::Modify => self.read && self.write,
        }
    }
}

/// An access that the design does not grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Who made it.
    pub subject: Subject,
    /// How.
    pub access: Access,
    /// The physical address.
    pub address: u64,
    /// Name of the region or device there; empty where there is none.
    pub region: String,
    /// Address of the instruction.
    pub pc: u64,
}

/// What there is to say of an access beyond that it may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remark {
    /// The design does not grant it.
    Denied { address: u64, access: Access },
    /// It writes a message.
    Writes(Place, u64),
}

/// The grants of a design, and what was seen.
#[derive(Debug, Clone)]
pub struct Monitor {
    /// Everything with a name, by address.
    named: Vec<(u64, u64, String)>,
    kernel: Vec<Grant>,
    partitions: Vec<Vec<Grant>>,
    /// Where the kernel keeps what each partition is doing.
    activities: Vec<u64>,
    /// Where messages were written in the present visit to the kernel.
    visit: Vec<Place>,
    /// Subject, page and access of what was told.
    told: BTreeSet<(Subject, u64, u8)>,
}

impl Monitor {
    /// The grants of a plan's design.
    ///
    /// # Errors
    /// Where distinct regions or devices are at the same place.
    pub fn new(plan: &Plan) -> Result<Self, Overlap> {
        let named = named(plan)?;
        let partitions = (0..plan.partitions.len()).map(|index| sorted(partition(plan, index)));
        let activity = to_u64(offset_of!(PartitionState, activity));
        Ok(Self {
            named,
            kernel: sorted(kernel(plan)),
            partitions: partitions.collect(),
            activities: plan
                .partitions
                .iter()
                .map(|it| it.state + activity)
                .collect(),
            visit: Vec::new(),
            told: BTreeSet::new(),
        })
    }

    /// The bytes around a physical address about which the design says the same to a subject,
    /// and the place of a message where they are one.
    pub(crate) fn extent(
        &self,
        subject: Subject,
        address: u64,
        access: Access,
    ) -> (Extent, Option<Place>) {
        let everything = Extent {
            first: 0,
            last: u64::MAX,
            allowed: true,
        };
        let grants = match subject {
            Subject::Anybody => return (everything, None),
            // The kernel may look at everything.
            Subject::Kernel if matches!(access, Access::Load | Access::LoadReserved) => {
                return (everything, None);
            }
            Subject::Kernel => &self.kernel,
            Subject::Partition(index) => &self.partitions[index],
            Subject::Nobody => &Vec::new(),
        };
        let position = grants.partition_point(|grant| grant.last < address);
        let at = grants.get(position).filter(|grant| grant.first <= address);
        if let Some(grant) = at {
            let extent = Extent {
                first: grant.first,
                last: grant.last,
                allowed: grant.allows(access),
            };
            return (extent, grant.place);
        }
        let before = position.checked_sub(1).and_then(|it| grants.get(it));
        let gap = Extent {
            first: before.map_or(0, |grant| grant.last + 1),
            last: grants
                .get(position)
                .map_or(u64::MAX, |grant| grant.first - 1),
            allowed: false,
        };
        (gap, None)
    }

    /// Takes in a remark; what is wrong with it, the first time on a page.
    pub(crate) fn take(
        &mut self,
        ram: &Ram,
        subject: Subject,
        remark: Remark,
        pc: u64,
    ) -> Option<Violation> {
        let (address, access) = match remark {
            Remark::Denied { address, access } => (address, access),
            Remark::Writes(place, address) => {
                let excluded = self.visit.iter().any(|other| place.excludes(*other));
                self.visit.push(place);
                if !excluded || self.is_restarting(ram, place) {
                    return None;
                }
                (address, Access::Store)
            }
        };
        let page = address / to_u64(PAGE_BYTES);
        let is_new = self.told.insert((subject, page, access.number()));
        is_new.then(|| Violation {
            subject,
            access,
            address,
            region: self.name(address).to_owned(),
            pc,
        })
    }

    /// The kernel has returned or waits.
    pub(crate) fn end_visit(&mut self) {
        self.visit.clear();
    }

    /// Whether the kernel restores all memory of the partition that a buffer belongs to.
    fn is_restarting(&self, ram: &Ram, place: Place) -> bool {
        let Place::Buffer { partition, .. } = place else {
            return false;
        };
        let offset = ram.offset(self.activities[partition], 8);
        offset.is_some_and(|offset| ram.doubleword(offset) == Activity::Restarting.number())
    }

    fn name(&self, address: u64) -> &str {
        let position = self.named.partition_point(|(_, last, _)| *last < address);
        let at = self.named.get(position);
        at.filter(|(first, ..)| *first <= address)
            .map_or("", |(.., name)| name)
    }
}

/// Everything that has a place, by address.
fn named(plan: &Plan) -> Result<Vec<(u64, u64, String)>, Overlap> {
    let regions = plan.regions.iter().map(|region| {
        let range = region.range;
        (range.base, range.size_bytes, region.name.clone())
    });
    let devices = plan.system.machine.devices.iter();
    let devices = devices.map(|device| (device.base, device.size_bytes, device.name.clone()));
    let sized = regions
        .chain(devices)
        .filter(|(_, size_bytes, _)| *size_bytes > 0);
    let mut named: Vec<_> = sized
        .map(|(base, size_bytes, name)| (base, base.saturating_add(size_bytes - 1), name))
        .collect();
    named.sort();
    for pair in named.windows(2) {
        let ((_, last, first_name), (second, _, second_name)) = (&pair[0], &pair[1]);
        if second <= last {
            return Err(Overlap {
                first: first_name.clone(),
                second: second_name.clone(),
                address: *second,
            });
        }
    }
    Ok(named)
}

fn sorted(mut grants: Vec<Grant>) -> Vec<Grant> {
    grants.retain(|grant| grant.first <= grant.last);
    grants.sort_by_key(|grant| grant.first);
    grants
}

/// All of a range, with the rights to read, write and execute.
fn grant(base: u64, size_bytes: u64, [read, write, execute]: [bool; 3]) -> Grant {
    Grant {
        first: base,
        // An empty one ends before it begins and is dropped.
        last: base.saturating_add(size_bytes).saturating_sub(1),
        read,
        write,
        execute,
        place: None,
    }
}

/// What a partition may touch: what it owns, what is shared with it, and its devices.
fn partition(plan: &Plan, index: usize) -> Vec<Grant> {
    let of_region = |region: &Region| {
        let rights = rights(plan, index, region)?;
        Some(grant(region.range.base, region.range.size_bytes, rights))
    };
    let regions = plan.regions.iter().filter_map(of_region);
    let unit = match plan.system.machine.isolation.mmu {
        RawMmu::Sv39 => to_u64(PAGE_BYTES),
        RawMmu::Bare => 1,
    };
    let devices = plan.system.partitions[index].devices.iter();
    let devices = devices.map(|device| &plan.system.machine.devices[device.get()]);
    let mut windows: Vec<_> = devices
        .map(|device| (device.base, device.base + device.size_bytes))
        .map(|(base, end)| (base / unit * unit, end.next_multiple_of(unit)))
        .collect();
    windows.sort_unstable();
    // Small devices may share a page.
    let mut end_before = 0;
    let mut all: Vec<Grant> = regions.collect();
    for (base, end) in windows {
        let base = base.max(end_before);
        all.push(grant(base, end.saturating_sub(base), [true, true, false]));
        end_before = end;
    }
    all
}

/// What a partition may do with a region, if anything.
fn rights(plan: &Plan, index: usize, region: &Region) -> Option<[bool; 3]> {
    const READ: [bool; 3] = [true, false, false];
    const WRITE: [bool; 3] = [true, true, false];
    let is_it = |other: Option<PartitionIndex>| other.is_some_and(|other| other.get() == index);
    let own = is_it(region.owner);
    let drains = is_it(plan.log_drainer);
    let monitors = is_it(plan.system.monitor());
    match region.kind {
        RegionKind::Segment {
            writable,
            executable,
        } => own.then_some([true, writable, executable]),
        RegionKind::Model => own.then_some(READ),
        RegionKind::LogBuffer | RegionKind::PortBuffer(_) | RegionKind::Stack => {
            own.then_some(WRITE)
        }
        RegionKind::LogReaders => drains.then_some(WRITE),
        RegionKind::LogWriters | RegionKind::LogRings => drains.then_some(READ),
        RegionKind::Faults => monitors.then_some(READ),
        RegionKind::Memory => {
            let mut memories = plan.system.memories.iter();
            let memory = memories.find(|it| region.name == format!("memory.{}", it.name))?;
            let mut grants = memory.grants.iter();
            let granted = grants.find(|grant| grant.partition.get() == index)?;
            Some(if granted.write { WRITE } else { READ })
        }
        RegionKind::KernelCode
        | RegionKind::KernelTables
        | RegionKind::KernelState
        | RegionKind::Queues
        | RegionKind::Pristine
        | RegionKind::PageTables => None,
    }
}

/// What the kernel may execute and write. It may read everything.
fn kernel(plan: &Plan) -> Vec<Grant> {
    const CODE: [bool; 3] = [true, false, true];
    const DATA: [bool; 3] = [true, true, false];
    let mut all = messages(plan);
    for region in &plan.regions {
        let rights = match region.kind {
            RegionKind::KernelCode => CODE,
            RegionKind::KernelState
            | RegionKind::Faults
            | RegionKind::LogWriters
            | RegionKind::LogReaders
            | RegionKind::LogRings => DATA,
            RegionKind::Segment { writable: true, .. }
            | RegionKind::LogBuffer
            | RegionKind::Stack
                if is_restored(plan, region) =>
            {
                DATA
            }
            _ => continue,
        };
        all.push(grant(region.range.base, region.range.size_bytes, rights));
    }
    let devices = plan.system.machine.devices.iter();
    let own = devices.filter(|device| match device.kind {
        RawDeviceKind::Clint | RawDeviceKind::Plic | RawDeviceKind::TestFinisher => true,
        RawDeviceKind::Uart16550 => plan.log_drainer.is_none(),
        RawDeviceKind::Rtc | RawDeviceKind::VirtioMmio => false,
    });
    all.extend(own.map(|device| grant(device.base, device.size_bytes, DATA)));
    all
}

/// Whether a restart writes what belongs to the owner of a region.
fn is_restored(plan: &Plan, region: &Region) -> bool {
    let health = |owner: PartitionIndex| &plan.system.partitions[owner.get()].health;
    plan.system.monitor().is_some()
        || region.owner.is_some_and(|owner| {
            let mut actions = health(owner).actions();
            actions.any(|(_, action)| action == HealthAction::Restart)
        })
}

/// Where the kernel writes messages: slots, values and port buffers, each only as long as a
/// message.
fn messages(plan: &Plan) -> Vec<Grant> {
    let at = |base, size_bytes, place| Grant {
        place: Some(place),
        ..grant(base, size_bytes, [true, true, false])
    };
    let mut all = Vec::new();
    for (row, queue) in plan.tables.queues.iter().enumerate() {
        let size_bytes = 8 + queue.message_bytes.next_multiple_of(8);
        for slot in 0..=queue.slot_mask {
            let base = queue.slots + slot * queue.slot_bytes;
            all.push(at(base, size_bytes, Place::Slot { row, slot }));
        }
    }
    for (row, sample) in (plan.tables.queues.len()..).zip(&plan.tables.samples) {
        let size_bytes = sample.message_bytes.next_multiple_of(8);
        all.push(at(sample.value, size_bytes, Place::Slot { row, slot: 0 }));
    }
    for region in &plan.regions {
        let (RegionKind::PortBuffer(port), Some(owner)) = (region.kind, region.owner) else {
            continue;
        };
        let (partition, port) = (owner.get(), port.get());
        let size_bytes = match is_restored(plan, region) {
            true => region.range.size_bytes,
            false => longest(plan, partition, port),
        };
        let place = Place::Buffer { partition, port };
        all.push(at(region.range.base, size_bytes, place));
    }
    all
}

/// Bytes of the longest message that comes in through a port; 0 where none does.
fn longest(plan: &Plan, partition: usize, port: usize) -> u64 {
    use septum_core::system::{ChannelKind, PortKind};
    let system = &plan.system;
    let PortKind::In(channel) = system.partitions[partition].ports[port].kind else {
        return 0;
    };
    match system.channels[channel.get()].kind {
        ChannelKind::Queuing { message_bytes, .. }
        | ChannelKind::Sampling { message_bytes, .. } => {
            u64::from(message_bytes).next_multiple_of(8)
        }
        ChannelKind::Signal => 0,
    }
}
