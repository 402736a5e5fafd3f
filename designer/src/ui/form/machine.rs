//! The properties of the system as a whole, of the machine and of its devices.

use septum_core::spec::{RawDevice, RawDeviceKind, RawMmu, RawRange, RawSystem};

use super::field::{Field, List, Target, names, one_of, yes};
use super::set_name;
use crate::ui::graph::node;
use crate::ui::object::Object;
use crate::ui::place;
use crate::ui::unit::{self, Unit};

/// The properties of the system, with links to what has no place on the graph.
#[must_use]
pub fn system(system: &RawSystem) -> Vec<Field> {
    let root = place::path(Object::System);
    let mut fields = vec![
        Field::text(root.field("name"), "name", &system.name, set_name)
            .help("For titles and reports."),
        Field::number(
            root.field("format"),
            "format",
            Unit::Count,
            system.format,
            |system, _, text| {
                system.format = Unit::Count.read(text)?;
                Ok(())
            },
        )
        .help("Version of the spec's format."),
        Field::number(
            root.field("seed"),
            "seed",
            Unit::Count,
            system.seed,
            |system, _, text| {
                system.seed = Unit::Count.read(text)?;
                Ok(())
            },
        )
        .help("What draws of models begin with (compute 40us to 60us)."),
    ];
    let links = [Object::Machine].into_iter();
    let links = links
        .chain((0..system.schedules.len()).map(Object::Schedule))
        .chain((0..system.memories.len()).map(Object::Memory))
        .chain((0..system.rules.len()).map(Object::Rule));
    fields.extend(links.map(|object| link(system, object)));
    fields
}

fn link(system: &RawSystem, object: Object) -> Field {
    let value = match object {
        Object::Rule(index) => system
            .rules
            .get(index)
            .map_or_else(String::new, super::rule::words),
        _ => object.name(system),
    };
    Field::link(place::path(object), object.noun(), value, object).help("Enter opens it.")
}

/// The properties of the machine.
#[must_use]
pub fn machine(system: &RawSystem) -> Vec<Field> {
    let it = &system.machine;
    let path = place::path(Object::Machine);
    let mut fields = vec![
        Field::text(path.field("name"), "name", &it.name, set_name).help("Such as qemu-virt."),
        Field::number(
            path.field("harts"),
            "harts",
            Unit::Count,
            it.harts,
            |system, _, text| {
                system.machine.harts = Unit::Count.read(text)?;
                Ok(())
            },
        )
        .help("Number of harts."),
        Field::number(
            path.field("timebase_hz"),
            "timebase",
            Unit::Hertz,
            it.timebase_hz,
            |system, _, text| {
                system.machine.timebase_hz = Unit::Hertz.read(text)?;
                Ok(())
            },
        )
        .help("Frequency of mtime."),
        Field::number(
            path.field("ns_per_instruction"),
            "per instruction",
            Unit::Nanoseconds,
            it.ns_per_instruction,
            |system, _, text| {
                system.machine.ns_per_instruction = Unit::Nanoseconds.read(text)?;
                Ok(())
            },
        )
        .help("Virtual time that the simulator charges for an instruction."),
    ];
    fields.extend(isolation(system));
    fields.push(supervisor_timer(system));
    fields.extend(ram(system));
    let devices = (0..it.devices.len()).map(Object::Device);
    fields.extend(devices.map(|object| link(system, object)));
    fields
}

fn isolation(system: &RawSystem) -> Vec<Field> {
    let it = system.machine.isolation;
    let path = place::path(Object::Machine).field("isolation");
    let mmu = if it.mmu == RawMmu::Sv39 {
        "Sv39"
    } else {
        "none"
    };
    vec![
        Field::choice(
            path.field("mmu"),
            "page tables",
            mmu,
            &["Sv39", "none"],
            |system, _, text| {
                let words = [("Sv39", RawMmu::Sv39), ("none", RawMmu::Bare)];
                system.machine.isolation.mmu = one_of(text, &words)?;
                Ok(())
            },
        )
        .help("Address translation for U-mode; without it, PMP alone isolates."),
        Field::number(
            path.field("asid_bits"),
            "ASID bits",
            Unit::Count,
            it.asid_bits,
            |system, _, text| {
                system.machine.isolation.asid_bits = Unit::Count.read(text)?;
                Ok(())
            },
        )
        .help("Width of the ASID field that the machine implements."),
        Field::number(
            path.field("pmp_entries"),
            "PMP entries",
            Unit::Count,
            it.pmp_entries,
            |system, _, text| {
                system.machine.isolation.pmp_entries = Unit::Count.read(text)?;
                Ok(())
            },
        )
        .help("0, 16 or 64 are implemented."),
        Field::number(
            path.field("pmp_grain_bytes"),
            "PMP grain",
            Unit::Bytes,
            it.pmp_grain_bytes,
            |system, _, text| {
                system.machine.isolation.pmp_grain_bytes = Unit::Bytes.read(text)?;
                Ok(())
            },
        )
        .help("Granularity of PMP ranges, a power of two."),
    ]
}

fn supervisor_timer(system: &RawSystem) -> Field {
    Field::switch(
        place::path(Object::Machine).field("sstc"),
        "S-mode timer",
        system.machine.sstc,
        |system, _, text| {
            system.machine.sstc = text == "yes";
            Ok(())
        },
    )
    .help("Whether S-mode has stimecmp (Sstc).")
}

fn ram(system: &RawSystem) -> Vec<Field> {
    let path = place::path(Object::Machine).field("ram");
    let ranges = &system.machine.ram;
    let mut fields = vec![
        Field::head(path.clone(), "RAM", ranges.len(), List::Ram)
            .help("RAM ranges; the kernel and everything else is placed in the first one."),
    ];
    for (index, range) in ranges.iter().enumerate() {
        let field = Field::text(
            path.index(index),
            "",
            write_range(*range),
            |system, target, text| {
                let range = read_range(text)?;
                if let Some(own) = system.machine.ram.get_mut(target.index) {
                    *own = range;
                }
                Ok(())
            },
        );
        fields.push(
            field
                .help("First address and size.")
                .element(List::Ram, index),
        );
    }
    fields
}

/// A range as address and size.
#[must_use]
pub fn write_range(range: RawRange) -> String {
    format!(
        "{} {}",
        unit::address(range.base),
        unit::bytes(range.size_bytes)
    )
}

/// Reads an address and a size.
///
/// # Errors
/// A sentence that says what is expected.
pub fn read_range(text: &str) -> Result<RawRange, String> {
    let (base, size) = text
        .trim()
        .split_once(char::is_whitespace)
        .ok_or("write an address and a size, such as 0x8000_0000 128MiB")?;
    Ok(RawRange {
        base: Unit::Address.read(base)?,
        size_bytes: Unit::Bytes.read(size)?,
    })
}

fn device_mut(system: &mut RawSystem, target: Target) -> Result<&mut RawDevice, String> {
    let Object::Device(index) = target.object else {
        return Err("this is no device".to_owned());
    };
    system
        .machine
        .devices
        .get_mut(index)
        .ok_or_else(|| "the device is gone".to_owned())
}

fn kinds() -> Vec<(&'static str, RawDeviceKind)> {
    crate::ui::create::DEVICE_KINDS
        .iter()
        .map(|kind| (node::kind(*kind), *kind))
        .collect()
}

/// The properties of a device.
#[must_use]
pub fn device(system: &RawSystem, index: usize) -> Vec<Field> {
    let Some(it) = system.machine.devices.get(index) else {
        return Vec::new();
    };
    let path = place::path(Object::Device(index));
    let words: Vec<&str> = kinds().into_iter().map(|(word, _)| word).collect();
    let sources: Vec<String> = it.interrupts.iter().map(u64::to_string).collect();
    let mut fields = vec![
        Field::text(path.field("name"), "name", &it.name, set_name)
            .help("Unique in the machine; a change is followed everywhere."),
        Field::choice(
            path.field("kind"),
            "kind",
            node::kind(it.kind),
            &words,
            |system, target, text| {
                device_mut(system, target)?.kind = one_of(text, &kinds())?;
                Ok(())
            },
        )
        .help("What it is."),
        Field::number(
            path.field("base"),
            "base",
            Unit::Address,
            it.base,
            |system, target, text| {
                device_mut(system, target)?.base = Unit::Address.read(text)?;
                Ok(())
            },
        )
        .help("First address."),
        Field::number(
            path.field("size_bytes"),
            "size",
            Unit::Bytes,
            it.size_bytes,
            |system, target, text| {
                device_mut(system, target)?.size_bytes = Unit::Bytes.read(text)?;
                Ok(())
            },
        )
        .help("Length of its registers."),
        Field::text(
            path.field("interrupts"),
            "interrupts",
            sources.join(", "),
            set_sources,
        )
        .help("PLIC sources that it raises, separated by commas."),
        Field::switch(path.field("dma"), "DMA", it.dma, |system, target, text| {
            device_mut(system, target)?.dma = yes(text)?;
            Ok(())
        })
        .help("Whether it can write memory by itself."),
    ];
    fields.extend(users(system, &it.name));
    fields
}

fn set_sources(system: &mut RawSystem, target: Target, text: &str) -> Result<(), String> {
    let sources: Result<Vec<u64>, String> = names(text)
        .iter()
        .map(|number| Unit::Count.read(number))
        .collect();
    device_mut(system, target)?.interrupts = sources?;
    Ok(())
}

/// Links to the partitions that may touch a device.
fn users(system: &RawSystem, device: &str) -> Vec<Field> {
    let uses = |(_, it): &(usize, &septum_core::spec::RawPartition)| {
        it.devices.iter().any(|own| own == device)
            || it.interrupts.iter().any(|own| own.device == device)
    };
    let users = system.partitions.iter().enumerate().filter(uses);
    users
        .map(|(index, _)| link(system, Object::Partition(index)))
        .collect()
}
