//! Control and status registers. Sections are those of the RISC-V privileged specification.
#![allow(unsafe_code, reason = "a CSR is reached by instructions of its own")]

/// `mip.MTIP` and `mie.MTIE` ("Machine Interrupt Registers").
pub(crate) const MIP_TIMER: u64 = 1 << 7;
/// `mip.MEIP` and `mie.MEIE`.
pub(crate) const MIP_EXTERNAL: u64 = 1 << 11;
/// `mstatus.MPRV`: loads and stores of M-mode translated; never ("Memory Privilege in mstatus
/// Register").
pub(crate) const MSTATUS_MPRV: u64 = 1 << 17;
/// `mstatus.TW`: `wfi` below M-mode is illegal ("Virtualization Support in mstatus Register").
pub(crate) const MSTATUS_TW: u64 = 1 << 21;
/// `mstatus.MIE` and `MPIE`.
pub(crate) const MSTATUS_MIE: u64 = 1 << 3;
/// See [`MSTATUS_MIE`].
pub(crate) const MSTATUS_MPIE: u64 = 1 << 7;

macro_rules! csrs {
    ($($(#[$doc:meta])* $csr:literal => $($read:ident)? / $($write:ident)?;)*) => {$(
        $(#[$doc])*
        $(#[inline(always)] pub(crate) fn $read() -> u64 {
            let value;
            // SAFETY: reading this register changes nothing.
            unsafe {
                core::arch::asm!(concat!("csrr {}, ", $csr), out(reg) value, options(nostack));
            }
            value
        })?
        $(
            #[doc = concat!("Writes `", $csr, "`.")]
            #[inline(always)]
            pub(crate) fn $write(value: u64) {
            // SAFETY: no memory that Rust knows of is reached through this register: M-mode
            // is not translated, no PMP entry is locked, and the callers' values keep it so.
            unsafe {
                core::arch::asm!(concat!("csrw ", $csr, ", {}"), in(reg) value, options(nostack));
            }
        })?
    )*};
}

csrs! {
    /// "Machine ISA Register".
    "misa" => read_misa / ;
    /// "Machine Cause Register".
    "mcause" => read_mcause / ;
    /// "Machine Exception Program Counter".
    "mepc" => read_mepc / ;
    /// "Machine Trap Value Register".
    "mtval" => read_mtval / ;
    /// "Machine Trap-Vector Base-Address Register".
    "mtvec" => read_mtvec / ;
    /// "Machine Status Registers".
    "mstatus" => read_mstatus / write_mstatus;
    /// "Machine Interrupt Registers".
    "mip" => read_mip / ;
    /// "Machine Interrupt Registers".
    "mie" => read_mie / write_mie;
    /// "Machine Trap Delegation Registers".
    "medeleg" => read_medeleg / write_medeleg;
    /// "Machine Trap Delegation Registers".
    "mideleg" => read_mideleg / write_mideleg;
    /// "Machine Counter-Enable Register": 0, or U-mode reads the clock without being asked.
    "mcounteren" => read_mcounteren / write_mcounteren;
    /// "Counter-Enable Register" of S-mode, the second gate for U-mode.
    "scounteren" => read_scounteren / write_scounteren;
    /// "Machine Environment Configuration Register".
    "menvcfg" => read_menvcfg / write_menvcfg;
    /// "Supervisor Address Translation and Protection Register".
    "satp" => read_satp / write_satp;
    /// "Physical Memory Protection CSRs".
    "pmpcfg0" => read_pmpcfg0 / write_pmpcfg0;
    /// "Physical Memory Protection CSRs".
    "pmpcfg2" => read_pmpcfg2 / write_pmpcfg2;
}

macro_rules! compare_pmp_address {
    ($index:literal, $values:ident, $expect:ident) => {{
        let kept;
        // SAFETY: reading this register changes nothing.
        unsafe {
            core::arch::asm!(
                concat!("csrr {}, pmpaddr", $index), out(reg) kept, options(nostack),
            );
        }
        $expect(kept, $values[$index]);
    }};
}

macro_rules! pmp_addresses {
    ($low:ident: $($index:literal)*; $high:ident: $($high_index:literal)*) => {
        /// Writes `pmpaddr0` to `pmpaddr7` ("Physical Memory Protection CSRs").
        #[inline(always)]
        pub(crate) fn $low(values: &[u64; 16]) {
            // SAFETY: an entry without the lock bit does not hold for M-mode.
            unsafe {
                $(core::arch::asm!(
                    concat!("csrw pmpaddr", $index, ", {}"), in(reg) values[$index],
                    options(nostack),
                );)*
            }
        }

        /// Writes `pmpaddr8` to `pmpaddr15`.
        pub(crate) fn $high(values: &[u64; 16]) {
            // SAFETY: an entry without the lock bit does not hold for M-mode.
            unsafe {
                $(core::arch::asm!(
                    concat!("csrw pmpaddr", $high_index, ", {}"), in(reg) values[$high_index],
                    options(nostack),
                );)*
            }
        }

        /// Hands over what `pmpaddr0` to `pmpaddr15` kept and what was written. With a coarse
        /// grain the lowest bits depend on the entry's mode, so this is asked after the
        /// configuration is written.
        #[inline(always)]
        pub(crate) fn compare_pmp_addresses(values: &[u64; 16], compare: impl Fn(u64, u64)) {
            $(compare_pmp_address!($index, values, compare);)*
            $(compare_pmp_address!($high_index, values, compare);)*
        }
    };
}

pmp_addresses! { write_pmp_low: 0 1 2 3 4 5 6 7; write_pmp_high: 8 9 10 11 12 13 14 15 }

/// Lets the hart forget what it knew of page tables and PMP entries ("Supervisor
/// Memory-Management Fence Instruction"; needed after PMP writes: "Physical Memory Protection
/// and Paging").
pub(crate) fn fence_translations() {
    // SAFETY: affects only U-mode; M-mode is not translated.
    unsafe { core::arch::asm!("sfence.vma", options(nostack)) }
}

/// Lets the hart fetch what was written ("Zifencei").
pub(crate) fn fence_instructions() {
    // SAFETY: the loader's stores become visible, nothing else changes.
    unsafe { core::arch::asm!("fence.i", options(nostack)) }
}

/// Waits for an interrupt that `mie` enables, whatever `mstatus.MIE` says ("Wait for
/// Interrupt").
pub(crate) fn wait_for_interrupt() {
    // SAFETY: MIE is 0: no interrupt is taken.
    unsafe { core::arch::asm!("wfi", options(nostack)) }
}
