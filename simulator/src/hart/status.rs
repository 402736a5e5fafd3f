//! `mstatus`: its fields, and what traps and returns do to it (privileged ISA 3.1.6).

use crate::bits::{field, merge};
use crate::cpu::Privilege;

pub(super) const SIE: u64 = 1 << 1;
pub(super) const MIE: u64 = 1 << 3;
pub(super) const SPIE: u64 = 1 << 5;
pub(super) const MPIE: u64 = 1 << 7;
pub(super) const SPP: u64 = 1 << 8;
pub(super) const MPP: u64 = 3 << 11;
pub(super) const MPRV: u64 = 1 << 17;
pub(super) const SUM: u64 = 1 << 18;
pub(super) const MXR: u64 = 1 << 19;
pub(super) const TVM: u64 = 1 << 20;
pub(super) const TW: u64 = 1 << 21;
pub(super) const TSR: u64 = 1 << 22;
pub(super) const UXL: u64 = 3 << 32;

/// `UXL` and `SXL` are 64 bits (3.1.6.2); everything else is zero.
pub(super) const fn after_reset(supervisor: bool) -> u64 {
    2 << 32 | if supervisor { 2 << 34 } else { 0 }
}

/// The mode in `MPP`.
pub(super) const fn previous_privilege(status: u64) -> Privilege {
    match field(status, 11, 2) {
        0 => Privilege::User,
        1 => Privilege::Supervisor,
        _ => Privilege::Machine,
    }
}

const fn number(privilege: Privilege) -> u64 {
    match privilege {
        Privilege::User => 0,
        Privilege::Supervisor => 1,
        Privilege::Machine => 3,
    }
}

/// Into M-mode, from a privilege (3.1.6.1).
pub(super) const fn entered_machine(status: u64, from: Privilege) -> u64 {
    let enabled = field(status, 3, 1);
    merge(status, enabled << 7 | number(from) << 11, MIE | MPIE | MPP)
}

/// Into S-mode, from a privilege.
pub(super) const fn entered_supervisor(status: u64, from: Privilege) -> u64 {
    let enabled = field(status, 1, 1);
    merge(status, enabled << 5 | number(from) << 8, SIE | SPIE | SPP)
}

/// Out of M-mode by `mret`: the least privileged mode becomes the previous one.
pub(super) const fn left_machine(status: u64) -> u64 {
    let enabled = field(status, 7, 1);
    let kept = match previous_privilege(status) {
        Privilege::Machine => status,
        _ => status & !MPRV,
    };
    merge(kept, enabled << 3 | MPIE, MIE | MPIE | MPP)
}

/// Out of S-mode by `sret`.
pub(super) const fn left_supervisor(status: u64) -> u64 {
    let enabled = field(status, 5, 1);
    merge(status & !MPRV, enabled << 1 | SPIE, SIE | SPIE | SPP)
}
