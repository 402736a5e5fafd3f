//! An injection with the names of a design.

use septum_core::plan::{Plan, RegionKind};
use septum_core::scenario;
use septum_core::system::PartitionIndex;
use septum_simulator::injection::{Fault, Meant, Occasion};

use super::{find, partition};
use crate::trace::query::{Names, Query, Seen};

/// What is injected, and when.
pub(super) fn resolve(
    injection: &scenario::Injection,
    plan: &Plan,
    names: &Names,
) -> Result<(Occasion, Fault), String> {
    let occasion = occasion(&injection.at, names)?;
    Ok((occasion, fault(&injection.fault, plan)?))
}

fn occasion(at: &scenario::Occasion, names: &Names) -> Result<Occasion, String> {
    match at {
        scenario::Occasion::Time { ns } => Ok(Occasion::Time(*ns)),
        scenario::Occasion::Event { occurrence: 0, .. } => {
            Err("the first occurrence of an event is 1".to_owned())
        }
        scenario::Occasion::Event {
            expression,
            occurrence,
        } => {
            let query = Query::parse(expression, names).map_err(|it| it.in_a_line())?;
            let meant = Meant::new(move |event, pc| query.matches(Seen { event, pc }));
            Ok(Occasion::Event(meant, *occurrence))
        }
    }
}

fn fault(fault: &scenario::Fault, plan: &Plan) -> Result<Fault, String> {
    use scenario::Fault as F;
    Ok(match fault {
        F::FlipBit { bit: 8.., .. } => return Err("the bits of a byte are 0 to 7".to_owned()),
        F::FlipBit {
            partition,
            address,
            bit,
        } => Fault::Flip {
            address: physical(plan, partition.as_deref(), *address, 1)?,
            mask: 1 << bit,
        },
        F::WriteWord {
            partition,
            address,
            value,
        } => {
            let bytes = value.to_le_bytes();
            Fault::Write {
                address: physical(plan, partition.as_deref(), *address, 8)?,
                bytes: bytes.to_vec(),
            }
        }
        F::LoseInterrupt { device } => Fault::LoseInterrupt {
            source: source(plan, device)?,
        },
        F::RepeatInterrupt { device } => Fault::RepeatInterrupt {
            source: source(plan, device)?,
        },
        F::StopPartition { partition } => stop(plan, partition)?,
        F::Input { device: name, text } => Fault::Type {
            device: device(plan, name)?,
            bytes: text.clone().into_bytes(),
        },
    })
}

/// The physical address of so many bytes.
fn physical(plan: &Plan, name: Option<&str>, address: u64, length: u64) -> Result<u64, String> {
    let Some(name) = name else {
        return Ok(address);
    };
    let own = &plan.partitions[partition(plan, name)?];
    let place = |address: u64| own.mapping(address)?.translate(address);
    let last = address.checked_add(length - 1).and_then(place);
    place(address)
        .filter(|first| Some(first + (length - 1)) == last)
        .ok_or_else(|| format!("`{name}` has no memory of {length} bytes at {address:#x}"))
}

/// Makes all code of a partition illegal instructions.
fn stop(plan: &Plan, name: &str) -> Result<Fault, String> {
    let index = partition(plan, name)?;
    let code = plan.regions.iter().find(|region| {
        let is_code = matches!(
            region.kind,
            RegionKind::Segment {
                executable: true,
                ..
            }
        );
        is_code && region.owner.map(PartitionIndex::get) == Some(index)
    });
    let range = code.map(|region| region.range);
    let range = range.ok_or_else(|| format!("`{name}` has no code of its own"))?;
    let length = usize::try_from(range.size_bytes).map_err(|it| it.to_string())?;
    Ok(Fault::Write {
        address: range.base,
        bytes: vec![0; length],
    })
}

fn device(plan: &Plan, name: &str) -> Result<usize, String> {
    let devices = plan.system.machine.devices.iter();
    find("device", name, devices.map(|it| it.name.as_str()))
}

/// The interrupt source of a device.
fn source(plan: &Plan, name: &str) -> Result<usize, String> {
    let device = &plan.system.machine.devices[device(plan, name)?];
    let source = device.interrupts.first();
    let source = source.and_then(|source| usize::try_from(*source).ok());
    source.ok_or_else(|| format!("the device `{name}` has no interrupt"))
}
