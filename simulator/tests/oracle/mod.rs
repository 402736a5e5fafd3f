//! The official model of RISC-V (Sail, translated to Rust in the crate `softcore-rv64`) as an
//! oracle: PMP, what CSRs hold after stores, who may access them, traps, interrupts and returns.
//!
//! `SEPTUM_FUZZ` says how many times as many random steps are taken as in a usual run.

mod pmp;
mod system;

use septum_simulator::cpu::Privilege;
use softcore_rv64::prelude::BitVector;
use softcore_rv64::{Core, config, new_core, raw};

const PRIVILEGES: [Privilege; 3] = [Privilege::User, Privilege::Supervisor, Privilege::Machine];

/// RV64IMAC with S and U, Sv39, counters and these PMP entries, as our machine has it.
fn core(entries: u64, grain_bytes: u64) -> Core {
    let mut config = config::MINIMAL;
    let extensions = &mut config.extensions;
    extensions.M.supported = true;
    extensions.A.supported = true;
    extensions.Zca.supported = true;
    extensions.S.supported = true;
    extensions.U.supported = true;
    extensions.Svbare.supported = true;
    extensions.Sv39.supported = true;
    extensions.Zicntr.supported = true;
    extensions.Zihpm.supported = true;
    extensions.Zifencei.supported = true;
    config.base.mtval_has_illegal_instruction_bits = true;
    config.base.writable_fiom = true;
    config.base.writable_hpm_counters = BitVector::new(0xffff_fff8);
    config.memory.pmp.count = entries.into();
    config.memory.pmp.grain = (grain_bytes.ilog2() - 2).into();
    let mut core = new_core(config);
    core.reset();
    core
}

fn theirs(privilege: Privilege) -> raw::Privilege {
    match privilege {
        Privilege::User => raw::Privilege::User,
        Privilege::Supervisor => raw::Privilege::Supervisor,
        Privilege::Machine => raw::Privilege::Machine,
    }
}
