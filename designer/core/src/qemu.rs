//! The machine of QEMU that boots the same image, where there is one.

use thiserror::Error;

use crate::spec::{RawDevice, RawDeviceKind, RawIsolation, RawMachine, RawMmu, RawRange};
use crate::system::Machine;

/// The program.
pub const PROGRAM: &str = "qemu-system-riscv64";

/// The hart that we build for: RV64IMAC with S-mode and Sv39.
pub const CPU_SV39: &str = "rv64,h=off,f=off,d=off,v=off";
/// The same with M-mode and U-mode only.
pub const CPU_BARE: &str = "rv64,s=off,h=off,f=off,d=off,v=off";

/// Where the RAM of `virt` begins.
const RAM_BASE: u64 = 0x8000_0000;
/// What `-m` counts in.
const MIB: u64 = 1 << 20;
/// Frequency of `mtime` on `virt`.
const TIMEBASE_HZ: u64 = 10_000_000;
/// The largest shift of `-icount`: an instruction takes so many times 2 nanoseconds at most.
const SHIFT_MAX: u32 = 10;
const PMP_ENTRIES: u64 = 16;
const PMP_GRAIN_BYTES: u64 = 4;
const ASID_BITS: u64 = 16;

/// A device of `virt`.
struct Device {
    name: &'static str,
    kind: RawDeviceKind,
    base: u64,
    size_bytes: u64,
    source: Option<u64>,
}

impl Device {
    const fn new(
        name: &'static str,
        kind: RawDeviceKind,
        base: u64,
        size_bytes: u64,
        source: Option<u64>,
    ) -> Self {
        Self {
            name,
            kind,
            base,
            size_bytes,
            source,
        }
    }

    const fn transport(name: &'static str, number: u64) -> Self {
        let base = 0x1000_0000 + 0x1000 * number;
        Self::new(name, RawDeviceKind::VirtioMmio, base, 0x1000, Some(number))
    }

    /// Whether this is the device of a machine, whatever its name.
    fn is(&self, device: &RawDevice) -> bool {
        (self.kind, self.base, self.size_bytes) == (device.kind, device.base, device.size_bytes)
            && self.source.as_slice() == device.interrupts
    }

    /// As a description has it.
    fn raw(&self) -> RawDevice {
        RawDevice {
            name: self.name.to_owned(),
            kind: self.kind,
            base: self.base,
            size_bytes: self.size_bytes,
            interrupts: self.source.as_slice().to_vec(),
            dma: self.kind == RawDeviceKind::VirtioMmio,
        }
    }
}

/// The devices of `virt` that we know.
#[rustfmt::skip]
const DEVICES: [Device; 13] = [
    Device::new("finisher", RawDeviceKind::TestFinisher, 0x10_0000, 0x1000, None),
    Device::new("rtc", RawDeviceKind::Rtc, 0x10_1000, 0x1000, Some(11)),
    Device::new("clint", RawDeviceKind::Clint, 0x200_0000, 0x1_0000, None),
    Device::new("plic", RawDeviceKind::Plic, 0xc00_0000, 0x60_0000, None),
    Device::new("uart", RawDeviceKind::Uart16550, 0x1000_0000, 0x100, Some(10)),
    Device::transport("virtio0", 1),
    Device::transport("virtio1", 2),
    Device::transport("virtio2", 3),
    Device::transport("virtio3", 4),
    Device::transport("virtio4", 5),
    Device::transport("virtio5", 6),
    Device::transport("virtio6", 7),
    Device::transport("virtio7", 8),
];

/// The machine of the package with this name, without evaluating any Dhall, which takes longer
/// than a boot.
#[must_use]
pub fn machine(name: &str) -> Option<RawMachine> {
    let (mmu, asid_bits) = match name {
        "qemu-virt" => (RawMmu::Sv39, ASID_BITS),
        "qemu-virt-pmp" => (RawMmu::Bare, 0),
        _ => return None,
    };
    Some(RawMachine {
        name: name.to_owned(),
        harts: 1,
        timebase_hz: TIMEBASE_HZ,
        ns_per_instruction: 1,
        ram: vec![RawRange {
            base: RAM_BASE,
            size_bytes: 128 * MIB,
        }],
        devices: DEVICES.iter().map(Device::raw).collect(),
        isolation: RawIsolation {
            mmu,
            asid_bits,
            pmp_entries: PMP_ENTRIES,
            pmp_grain_bytes: PMP_GRAIN_BYTES,
        },
        sstc: false,
    })
}

/// Why QEMU has no such machine. A sentence about the machine, without its name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoQemu {
    /// RAM elsewhere, in pieces, or not in whole mebibytes.
    #[error("its RAM is not one range of whole mebibytes from {RAM_BASE:#x}")]
    Ram,
    /// A device that `virt` does not have, or not there.
    #[error("`{0}` is no device of `virt`, or lies or interrupts elsewhere")]
    Device(String),
    /// Another frequency of `mtime`.
    #[error("its timer does not run at {TIMEBASE_HZ} Hz")]
    Timebase,
    /// No power of two.
    #[error("an instruction does not take 1, 2, 4 and so on up to 1024 nanoseconds")]
    Instruction,
    /// Another number or granularity of PMP entries.
    #[error("it does not have {PMP_ENTRIES} PMP entries with a grain of {PMP_GRAIN_BYTES} bytes")]
    Pmp,
    /// Another width of address space identifiers.
    #[error("its address space identifiers do not have {ASID_BITS} bits")]
    Asid,
}

/// The machine of QEMU that is the same as one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qemu {
    memory_mib: u64,
    harts: usize,
    cpu: String,
    shift: u32,
}

impl Qemu {
    /// The machine of QEMU that is this one. Devices that it does not have may be there all the
    /// same: no image for it knows of them.
    ///
    /// # Errors
    /// What QEMU has in another way.
    pub fn of(machine: &Machine) -> Result<Self, NoQemu> {
        let memory_mib = memory_mib(&machine.ram).ok_or(NoQemu::Ram)?;
        let is_known = |device: &RawDevice| DEVICES.iter().any(|known| known.is(device));
        if let Some(other) = machine.devices.iter().find(|device| !is_known(device)) {
            return Err(NoQemu::Device(other.name.clone()));
        }
        if machine.timebase_hz != TIMEBASE_HZ {
            return Err(NoQemu::Timebase);
        }
        let sstc = if machine.sstc { ",sstc=on" } else { "" };
        Ok(Self {
            memory_mib,
            harts: machine.harts,
            cpu: format!("{}{sstc}", cpu(&machine.isolation)?),
            shift: shift(machine.ns_per_instruction).ok_or(NoQemu::Instruction)?,
        })
    }

    /// What QEMU is started with for an image.
    #[must_use]
    pub fn arguments(&self, image: &str) -> Vec<String> {
        let memory = format!("{}M", self.memory_mib);
        let harts = self.harts.to_string();
        let several = ["-smp", &harts];
        let icount = format!("shift={},sleep=off", self.shift);
        [
            ["-M", "virt"].as_slice(),
            &["-m", &memory],
            if self.harts > 1 { &several } else { &[] },
            &["-cpu", &self.cpu],
            &["-icount", &icount],
            &["-bios", "none", "-nographic"],
            &["-kernel", image],
        ]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect()
    }

    /// The line for a shell that boots an image.
    #[must_use]
    pub fn command(&self, image: &str) -> String {
        let arguments = self.arguments(image);
        let words = arguments.iter().map(|argument| quoted(argument));
        std::iter::once(PROGRAM.to_owned())
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn memory_mib(ram: &[RawRange]) -> Option<u64> {
    let [range] = ram else {
        return None;
    };
    let is_whole = range.size_bytes >= MIB && range.size_bytes.is_multiple_of(MIB);
    (range.base == RAM_BASE && is_whole).then_some(range.size_bytes / MIB)
}

fn cpu(isolation: &RawIsolation) -> Result<&'static str, NoQemu> {
    let pmp = (isolation.pmp_entries, isolation.pmp_grain_bytes);
    if pmp != (PMP_ENTRIES, PMP_GRAIN_BYTES) {
        return Err(NoQemu::Pmp);
    }
    match isolation.mmu {
        RawMmu::Bare => Ok(CPU_BARE),
        RawMmu::Sv39 if isolation.asid_bits == ASID_BITS => Ok(CPU_SV39),
        RawMmu::Sv39 => Err(NoQemu::Asid),
    }
}

fn shift(ns_per_instruction: u64) -> Option<u32> {
    let shift = ns_per_instruction.checked_ilog2()?;
    (ns_per_instruction.is_power_of_two() && shift <= SHIFT_MAX).then_some(shift)
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_=,./+:@%".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check_machine;
    use crate::dhall::built_in_machine;
    use crate::places::Places;
    use crate::templates;

    fn checked(name: &str) -> Machine {
        let raw = built_in_machine(name).unwrap();
        check_machine(&raw, &Places::default()).machine.unwrap()
    }

    /// What there is for a machine that is another one than `qemu-virt` in one thing.
    fn changed(change: impl FnOnce(&mut Machine)) -> Result<Qemu, NoQemu> {
        let mut machine = checked("qemu-virt");
        change(&mut machine);
        Qemu::of(&machine)
    }

    #[test]
    fn the_machines_of_the_package_are_virt() {
        let command = |name: &str| Qemu::of(&checked(name)).unwrap().command("IMAGE");
        assert_eq!(
            command("qemu-virt"),
            "qemu-system-riscv64 -M virt -m 128M -cpu rv64,h=off,f=off,d=off,v=off \
             -icount shift=0,sleep=off -bios none -nographic -kernel IMAGE"
        );
        assert_eq!(
            command("qemu-virt-pmp"),
            "qemu-system-riscv64 -M virt -m 128M -cpu rv64,s=off,h=off,f=off,d=off,v=off \
             -icount shift=0,sleep=off -bios none -nographic -kernel IMAGE"
        );
    }

    #[test]
    fn the_machines_of_the_package_are_those_of_its_dhall() {
        for (name, _) in templates::machines() {
            assert_eq!(machine(name), built_in_machine(name), "{name}");
        }
        assert_eq!(machine("virt"), None);
    }

    #[test]
    fn memory_and_speed_are_told() {
        let qemu = changed(|machine| {
            machine.ram[0].size_bytes = 2 * MIB;
            machine.harts = 4;
            machine.ns_per_instruction = 8;
            machine.sstc = true;
        });
        let command = qemu.unwrap().command("IMAGE");
        assert!(command.contains(" -m 2M -smp 4 "), "{command}");
        assert!(command.contains(" shift=3,sleep=off "), "{command}");
        assert!(command.contains(",v=off,sstc=on "), "{command}");
    }

    #[test]
    fn fewer_devices_and_other_names_are_as_good() {
        let few = changed(|machine| {
            machine.devices.truncate(5);
            machine.devices[4].name = "line".to_owned();
        });
        assert_eq!(few, changed(|_| {}));
    }

    #[test]
    fn memory_that_virt_does_not_have() {
        let bad: [fn(&mut Machine); 5] = [
            |machine| machine.ram[0].base += MIB,
            |machine| machine.ram[0].size_bytes += 4096,
            |machine| machine.ram[0].size_bytes = 4096,
            |machine| machine.ram.push(machine.ram[0]),
            |machine| machine.ram.clear(),
        ];
        for change in bad {
            assert_eq!(changed(change), Err(NoQemu::Ram));
        }
    }

    #[test]
    fn devices_that_virt_does_not_have() {
        let bad: [fn(&mut RawDevice); 4] = [
            |device| device.base += 0x1_0000,
            |device| device.size_bytes += 0x100,
            |device| device.kind = RawDeviceKind::Rtc,
            |device| device.interrupts = vec![12],
        ];
        for change in bad {
            let found = changed(|machine| change(&mut machine.devices[4]));
            assert_eq!(found, Err(NoQemu::Device("uart".to_owned())));
        }
    }

    #[test]
    fn clocks_and_walls_that_virt_does_not_have() {
        type Bad = (fn(&mut Machine), NoQemu);
        let bad: [Bad; 7] = [
            (|it| it.timebase_hz = 1_000_000, NoQemu::Timebase),
            (|it| it.ns_per_instruction = 3, NoQemu::Instruction),
            (|it| it.ns_per_instruction = 2048, NoQemu::Instruction),
            (|it| it.isolation.pmp_entries = 8, NoQemu::Pmp),
            (|it| it.isolation.pmp_entries = 64, NoQemu::Pmp),
            (|it| it.isolation.pmp_grain_bytes = 4096, NoQemu::Pmp),
            (|it| it.isolation.asid_bits = 0, NoQemu::Asid),
        ];
        for (change, expected) in bad {
            assert_eq!(changed(change), Err(expected));
        }
    }

    #[test]
    fn a_name_with_spaces_is_one_word() {
        let command = changed(|_| {}).unwrap().command("it's an image");
        assert!(
            command.ends_with(" -kernel 'it'\\''s an image'"),
            "{command}"
        );
    }
}
