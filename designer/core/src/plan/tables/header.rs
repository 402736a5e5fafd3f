//! The head of the tables.

use septum_abi::ABI_VERSION;
use septum_abi::health::Cause;
use septum_abi::limits::{PARTITIONS, PLIC_WORDS, PMP_ENTRIES};
use septum_abi::machine::{clint, misa, plic};
use septum_abi::tables::{
    FEATURE_MENVCFG, FEATURE_SUPERVISOR, Header, MAGIC, NONE, PmpTable, SourceTable,
};

use super::partition::asid_mask;
use super::{Inputs, interrupts};
use crate::plan::pmp::{PartitionPmp, PmpEntry};
use crate::plan::ports::wide;
use crate::plan::{devices, schedule};
use crate::spec::{RawDeviceKind, RawMmu};
use crate::system::System;

/// What every machine must have: RV64IMAC and U-mode, and for Sv39 S-mode. A machine without an
/// MMU must have none: the kernel would leave its registers alone.
const MISA: u64 = misa::MXL_64
    | misa::extension(b'I')
    | misa::extension(b'M')
    | misa::extension(b'A')
    | misa::extension(b'C')
    | misa::extension(b'S')
    | misa::extension(b'U');

/// Sources that the table has room for.
const SOURCES: usize = 32 * PLIC_WORDS;

/// What an exception means, by `mcause` (privileged specification, "Machine Cause Register").
/// Behind page tables an access fault is an error of the memory, not of the partition; without
/// them it is how PMP refuses.
const CAUSES: [(usize, Cause); 12] = [
    (0, Cause::IllegalRequest),
    (1, Cause::HardwareFault),
    (2, Cause::IllegalRequest),
    (3, Cause::IllegalRequest),
    (4, Cause::IllegalRequest),
    (5, Cause::HardwareFault),
    (6, Cause::IllegalRequest),
    (7, Cause::HardwareFault),
    (8, Cause::IllegalRequest),
    (12, Cause::MemoryViolation),
    (13, Cause::MemoryViolation),
    (15, Cause::MemoryViolation),
];

/// The head.
pub(super) fn header(inputs: &Inputs<'_>) -> Header {
    let (system, state) = (inputs.system, inputs.state);
    let base = |kind| devices::first(system, kind).map(|(_, device)| device.base);
    let register = |kind, offset: u64| base(kind).map_or(NONE, |base| base + offset);
    let plic = RawDeviceKind::Plic;
    let sources = source_count(system);
    Header {
        magic: MAGIC,
        abi_version: u64::from(ABI_VERSION),
        hart: 0,
        boot_stack: state.partition(0),
        state: state.hart,
        mtime: register(RawDeviceKind::Clint, clint::MTIME),
        mtimecmp: register(RawDeviceKind::Clint, clint::MTIMECMP),
        finisher: register(RawDeviceKind::TestFinisher, 0),
        uart: inputs.log.kernel_uart.unwrap_or(NONE),
        plic_priorities: register(plic, plic::PRIORITY),
        plic_enables: register(plic, plic::ENABLE),
        plic_threshold: register(plic, plic::THRESHOLD),
        plic_claim: register(plic, plic::CLAIM),
        plic_words: wide(sources.div_ceil(32).min(PLIC_WORDS)),
        asid_mask: asid_mask(system),
        // Sv39 with static A and D bits is from before menvcfg; every supported machine has it.
        features: match system.machine.isolation.mmu {
            RawMmu::Sv39 => FEATURE_MENVCFG | FEATURE_SUPERVISOR,
            RawMmu::Bare => FEATURE_MENVCFG,
        },
        start_ticks: schedule::start_ticks(system),
        safe: safe(inputs),
        reserved: [0; 2],
        faults: inputs.faults.base,
        source_count: wide(sources),
        misa_mask: MISA,
        misa_value: match system.machine.isolation.mmu {
            RawMmu::Sv39 => MISA,
            RawMmu::Bare => MISA & !misa::extension(b'S'),
        },
        causes: causes(system.machine.isolation.mmu),
        design: inputs.design,
        pmp_entries: wide(pmp_written(inputs)),
        pmp: pmp(inputs.pmp),
        partitions: partitions(inputs),
        sources: source_tables(inputs),
    }
}

/// The first window of the second schedule; 0 without one.
fn safe(inputs: &Inputs<'_>) -> u64 {
    match inputs.system.safe_schedule() {
        Some(_) => inputs.places.window(inputs.system.windows().len()),
        None => 0,
    }
}

fn causes(mmu: RawMmu) -> [u8; 16] {
    let number = |cause: Cause| u8::try_from(cause.number()).unwrap_or(u8::MAX);
    let mut causes = [number(Cause::HardwareFault); 16];
    for (mcause, cause) in CAUSES {
        causes[mcause] = number(match (mmu, cause) {
            (RawMmu::Bare, Cause::HardwareFault) => Cause::MemoryViolation,
            _ => cause,
        });
    }
    causes
}

fn partitions(inputs: &Inputs<'_>) -> [u64; PARTITIONS] {
    let count = inputs.system.partitions.len();
    std::array::from_fn(|index| match index < count {
        true => inputs.places.partition(index),
        false => 0,
    })
}

/// One more than the highest interrupt source in use; 0 without any.
fn source_count(system: &System) -> usize {
    let sources = interrupts(system).filter_map(|(_, _, source)| usize::try_from(source).ok());
    sources.max().map_or(0, |highest| highest + 1)
}

fn source_tables(inputs: &Inputs<'_>) -> [SourceTable; SOURCES] {
    let nobody = SourceTable {
        receiver: 0,
        port: 0,
    };
    let mut sources = [nobody; SOURCES];
    for (partition, port, source) in interrupts(inputs.system) {
        let row = usize::try_from(source).ok();
        if let Some(row) = row.and_then(|n| sources.get_mut(n)) {
            *row = SourceTable {
                receiver: inputs.state.partition(partition),
                port: 1 << port,
            };
        }
    }
    sources
}

/// PMP entries that the kernel writes: those of both configuration registers, or of the first.
fn pmp_written(inputs: &Inputs<'_>) -> usize {
    let of_partitions = || inputs.registers.iter().map(|it| it.config[1]);
    let has_high = inputs.pmp.len() > 8 || of_partitions().any(|high| high != 0);
    let written = if has_high { PMP_ENTRIES } else { 8 };
    written.min(pmp_limit(inputs.system))
}

/// PMP entries that the kernel may use on this machine.
pub(in crate::plan) fn pmp_limit(system: &System) -> usize {
    let implemented = system.machine.isolation.pmp_entries;
    usize::try_from(implemented)
        .unwrap_or(usize::MAX)
        .min(PMP_ENTRIES)
}

/// The registers while a partition runs.
pub(super) fn pmp_of(registers: &PartitionPmp) -> PmpTable {
    let [config, config_high] = registers.config;
    PmpTable {
        config,
        config_high,
        address: registers.addresses,
        reserved: 0,
    }
}

fn pmp(entries: &[PmpEntry]) -> PmpTable {
    let mut address = [0; PMP_ENTRIES];
    let mut config = [0; 2];
    for (number, entry) in entries.iter().enumerate().take(PMP_ENTRIES) {
        address[number] = entry.address;
        config[number / 8] |= u64::from(entry.config) << (number % 8 * 8);
    }
    let [config, config_high] = config;
    PmpTable {
        config,
        config_high,
        address,
        reserved: 0,
    }
}
