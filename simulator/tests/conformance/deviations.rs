//! Where other machines do something else than the specification says, or something else than
//! ours where it leaves a choice.

use super::case::Case;

/// A known difference of a machine.
#[derive(Debug)]
pub(crate) struct Deviation {
    /// Subjects of the cases in which it shows.
    subjects: &'static [&'static str],
    /// What the details of these cases contain.
    details: &'static str,
    /// Whether it would stop the program, so that these cases are left out.
    pub(crate) stops: bool,
    /// Sections of the specification, unprivileged or privileged, and why.
    #[expect(dead_code, reason = "for who reads it")]
    reason: &'static str,
}

impl Deviation {
    /// In cases of which all can be asked.
    const fn new(
        subjects: &'static [&'static str],
        details: &'static str,
        reason: &'static str,
    ) -> Self {
        Self {
            subjects,
            details,
            stops: false,
            reason,
        }
    }

    /// In cases that have to be left out.
    const fn stopping(
        subjects: &'static [&'static str],
        details: &'static str,
        reason: &'static str,
    ) -> Self {
        Self {
            stops: true,
            ..Self::new(subjects, details, reason)
        }
    }

    /// Whether it may show in a case.
    pub(crate) fn covers(&self, case: &Case) -> bool {
        self.subjects.contains(&case.subject) && case.detail.contains(self.details)
    }
}

/// Loads and stores that can be misaligned.
const WIDE: &[&str] = &["lh", "lw", "ld", "lhu", "lwu", "sh", "sw", "sd"];

#[rustfmt::skip]
const ATOMICS: &[&str] = &[
    "amoswap.w", "amoadd.w", "amoxor.w", "amoand.w", "amoor.w", "amomin.w", "amomax.w", "amominu.w", "amomaxu.w",
    "amoswap.d", "amoadd.d", "amoxor.d", "amoand.d", "amoor.d", "amomin.d", "amomax.d", "amominu.d", "amomaxu.d",
];

/// Registers that nobody can write.
const CONSTANTS: &[&str] = &[
    "cycle",
    "time",
    "instret",
    "hpmcounter",
    "mvendorid",
    "marchid",
    "mimpid",
    "mhartid",
    "mconfigptr",
];

/// Registers that `rv64emu` does not have.
const FOREIGN: &[&str] = &[
    "senvcfg",
    "menvcfg",
    "mcountinhibit",
    "mhpmevent",
    "pmpcfg",
    "pmpaddr",
    "mhpmcounter",
    "hpmcounter",
    "mconfigptr",
    "pmpcfg without entries",
    "pmpaddr without entry",
];

/// Of `rv64emu` 0.1.1.
pub(crate) const OF_RV64EMU: &[Deviation] = &[
    Deviation::new(
        &["Sv39"],
        "of the address",
        "privileged 4.4.1: bits 63 to 39 of an address are not compared",
    ),
    Deviation::new(
        &["Sv39"],
        "without bit 38",
        "privileged 4.4.1: bits 63 to 39 of an address are not compared",
    ),
    Deviation::new(
        &["Sv39"],
        "reserved bit",
        "privileged 4.3.2, step 3: what is reserved in an entry is not looked at",
    ),
    Deviation::new(
        &["Sv39"],
        "PBMT",
        "privileged 4.3.2, step 3: what is reserved in an entry is not looked at",
    ),
    Deviation::new(
        &["Sv39"],
        "N",
        "privileged 4.3.2, step 3: what is reserved in an entry is not looked at",
    ),
    Deviation::new(
        &["Sv39"],
        "a pointer with",
        "privileged 4.3.2, step 3: what is reserved in an entry is not looked at",
    ),
    Deviation::new(
        &["Sv39"],
        "table nowhere",
        "privileged 3.5: something is at every address, and it reads as 0",
    ),
    Deviation::new(
        &["Sv39"],
        "a page nowhere",
        "privileged 3.5: something is at every address",
    ),
    Deviation::new(
        &["Sv39 rights"],
        "0xcf with",
        "privileged 4.3.2, step 6: U-mode reaches pages without U",
    ),
    Deviation::new(
        &["Sv39 rights"],
        "0xdf with",
        "privileged 4.3.1: a fetch of S-mode does not look at U",
    ),
    Deviation::stopping(
        &["Sv39"],
        "a pointer at the last level",
        "privileged 4.3.2, step 4: it panics",
    ),
    Deviation::stopping(
        &["Sv39"],
        "W without R:",
        "privileged 4.3.2, step 3: it takes it for a pointer, and panics",
    ),
    Deviation::stopping(
        &["Sv39 rights"],
        "0xc1 with",
        "privileged 4.3.2, step 4: it panics",
    ),
    Deviation::stopping(
        &["Sv39 under MPRV"],
        "",
        "privileged 3.1.6.3: fetches obey MPRV, too",
    ),
    Deviation::stopping(&["Sv39 under PMP"], "", "privileged 3.7: it has no PMP"),
    Deviation::stopping(
        &["mret", "sret"],
        "forbidden",
        "privileged 3.3.2: every mode may return, and comes back to the same instruction",
    ),
    Deviation::stopping(
        &["satp"],
        "no such mode",
        "privileged 4.1.11: it panics instead of ignoring it",
    ),
    Deviation::new(
        &["sc.w", "sc.d"],
        "misaligned",
        "8.2: it fails before it looks at the address",
    ),
    Deviation::new(
        &["c.jr", "c.jalr"],
        "x",
        "16.4: bit 0 of the target is kept",
    ),
    Deviation::new(
        &["reserved halfword"],
        "",
        "privileged 3.1.16: mtval has the halfword behind the instruction, too",
    ),
    Deviation::new(
        &["wfi"],
        "forbidden",
        "privileged 3.3.3: every mode may wait",
    ),
    Deviation::new(
        &["sret"],
        "with 0x420100",
        "privileged 3.1.6.5: TSR traps in M-mode, too",
    ),
    Deviation::new(
        &["sstatus"],
        "",
        "privileged 4.1.1: it shows all of mstatus, and stores more of it",
    ),
    Deviation::new(
        &["medeleg"],
        "",
        "privileged 4.1.1: sstatus shows all of mstatus",
    ),
    Deviation::new(&["mstatus"], "", "privileged 3.1.6: every bit is stored"),
    Deviation::new(&["misa"], "stored", "privileged 3.1.1: U is missing"),
    Deviation::new(
        &["mideleg", "mie", "mip"],
        "0xffffffffffffffff",
        "privileged 3.1.8, 3.1.9: every bit is stored",
    ),
    Deviation::new(&["mip"], "0xa88", "privileged 3.1.9: every bit is stored"),
    Deviation::new(
        &["sie", "sip"],
        "",
        "privileged 4.1.3: what is not delegated is shown and stored",
    ),
    Deviation::new(
        &["sepc", "mepc"],
        "0xffffffffffffffff",
        "privileged 3.1.14, 4.1.7: bit 0 is stored",
    ),
    Deviation::new(
        &["senvcfg"],
        "mode 1",
        "privileged 2.2: it does not have it",
    ),
    Deviation::new(
        &["no register"],
        "0x7a0",
        "privileged 2.2: it has a trigger that cannot be set",
    ),
    Deviation::new(FOREIGN, "mode 3", "privileged 2.2: it does not have them"),
    Deviation::new(FOREIGN, "stored", "privileged 2.2: it does not have them"),
    Deviation::new(
        CONSTANTS,
        "written in mode 3",
        "privileged 2.1: they can be written",
    ),
    Deviation::new(
        &["csrrw", "csrrs", "csrrc", "csrrwi", "csrrci"],
        "a constant",
        "privileged 2.1: they can be written",
    ),
    Deviation::new(
        &["minstret"],
        "stored",
        "privileged 3.1.10: a store changes nothing",
    ),
    Deviation::new(
        &["cycle", "time", "instret"],
        "mode",
        "privileged 3.1.11: every mode may read them",
    ),
    Deviation::new(
        &["mcounteren", "scounteren"],
        "after",
        "privileged 3.1.11: every mode may read counters",
    ),
];

/// Of QEMU 7.2 with Sstc.
pub(crate) const OF_QEMU_WITH_SSTC: &[Deviation] = &[Deviation::new(
    &["stimecmp"],
    "pending with 0x0",
    "Sstc 2.3: the timer fires though it is off",
)];

/// Of QEMU 7.2.
pub(crate) const OF_QEMU: &[Deviation] = &[
    Deviation::new(
        &["Sv39"],
        "A clear",
        "privileged 4.3.1: it sets A itself, as it may",
    ),
    Deviation::new(
        &["Sv39"],
        "D clear",
        "privileged 4.3.1: it sets D itself, as it may",
    ),
    Deviation::new(
        &["Sv39"],
        "table nowhere",
        "privileged 4.3.2, step 2: an entry that is not there reads as 0, which is no page",
    ),
    Deviation::new(WIDE, "misaligned", "2.6: misaligned accesses may work"),
    Deviation::new(
        ATOMICS,
        "misaligned",
        "privileged 3.1.15: it is told as a load",
    ),
    Deviation::new(
        &["sc.w", "sc.d"],
        "misaligned",
        "8.2: it fails before it looks at the address",
    ),
    Deviation::new(&["mret"], "0x20080", "privileged 3.1.6.3: MPRV is kept"),
    Deviation::new(&["sret"], "0x420100", "privileged 3.1.6.3: MPRV is kept"),
    Deviation::new(
        &["csrrs", "csrrc"],
        "a constant, operand not x0",
        "9.1: a register that holds 0 does not count as a store",
    ),
    Deviation::new(
        CONSTANTS,
        "written in mode 3",
        "9.1: a register that holds 0 does not count as a store",
    ),
    Deviation::new(
        &["sstatus", "mstatus"],
        "0xffffffffffffffff",
        "privileged 3.1.6: FS and VS without F and V, SXL and UXL can be stored",
    ),
    Deviation::new(
        &["sepc", "mepc"],
        "0xffffffffffffffff",
        "privileged 3.1.14, 4.1.7: bit 0 is stored",
    ),
    Deviation::new(
        &["medeleg"],
        "0x800",
        "privileged 3.1.8: a call from M-mode can be delegated",
    ),
    Deviation::new(
        &["mideleg", "mie", "mip"],
        "0xffffffffffffffff",
        "privileged 3.1.8, 3.1.9: the hypervisor's bits are there without H",
    ),
    Deviation::new(
        &["mcountinhibit"],
        "0x2",
        "privileged 3.1.12: bit 1 is stored",
    ),
    Deviation::new(
        &["pmpcfg"],
        "0x7f7d79600f0d0b08",
        "privileged 3.7.1: bits 5 and 6 are stored",
    ),
    Deviation::new(
        &["pmpcfg without entries", "pmpaddr without entry"],
        "0x3",
        "privileged 3.7.1: only the registers of 16 entries are there",
    ),
    Deviation::new(
        &["pmpaddr"],
        "0xffffffffffffffff",
        "privileged 3.7.1: bits 63 to 54 are stored",
    ),
    Deviation::new(
        &["minstret"],
        "stored",
        "privileged 3.1.10: without -icount it does not count instructions",
    ),
    Deviation::new(
        &["mhpmcounter", "hpmcounter"],
        "read in mode 3",
        "privileged 3.1.10: only 16 of them are there",
    ),
    Deviation::new(
        &["mhpmcounter"],
        "stored",
        "privileged 3.1.10: only 16 of them are there",
    ),
    Deviation::new(
        &["no register"],
        "0x7a0",
        "privileged 2.2: it has a trigger",
    ),
];
