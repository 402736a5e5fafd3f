//! The same programs in the crate `rv64emu`, as fast as it can.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::ensure;
use rv64emu::config::Config;
use rv64emu::device::device_memory::DeviceMemory;
use rv64emu::device::device_trait::DeviceBase;
use rv64emu::rv64core::bus::{Bus, DeviceType};
use rv64emu::rv64core::cpu_core::{CpuCoreBuild, CpuState};
use septum_guest::bare::RAM;

/// Executes so many instructions of a program.
///
/// # Errors
/// When it does not begin with the program.
pub(super) fn run(words: &[u32], instructions: u64) -> anyhow::Result<()> {
    let mut memory = DeviceMemory::new(usize::try_from(super::RAM_BYTES)?);
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    memory.copy_from_slice(0, &bytes);
    ensure!(memory.do_read(0, 4) == u64::from(words[0]), "no program");
    let mut config = Config::new();
    config.set_isa("rv64imac");
    config.set_decode_cache_size(4096);
    config.set_tlb_size(256);
    config.set_mmu_type("sv39");
    let mut bus = Bus::new();
    bus.add_device(DeviceType {
        start: RAM,
        len: super::RAM_BYTES,
        instance: Box::new(memory),
        name: "RAM",
    });
    let bus = Rc::new(RefCell::new(bus));
    let mut core = CpuCoreBuild::new(bus, Rc::new(config))
        .with_boot_pc(RAM)
        .build();
    core.cpu_state = CpuState::Running;
    core.execute(usize::try_from(instructions)?);
    Ok(())
}
