//! Control and status registers. Sections are those of the RISC-V privileged specification.
#![allow(unsafe_code, reason = "a CSR is reached by instructions of its own")]

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

/// Writes or reads `pmpaddr0` to `pmpaddr15` ("Physical Memory Protection CSRs").
macro_rules! pmp_addresses {
    (write $values:ident: $($index:literal)*) => {
        // SAFETY: an entry without the lock bit does not hold for M-mode.
        unsafe {
            $(core::arch::asm!(
                concat!("csrw pmpaddr", $index, ", {}"), in(reg) $values[$index], options(nostack),
            );)*
        }
    };
    (compare $values:ident, $compare:ident: $($index:literal)*) => {$({
        let kept;
        // SAFETY: reading this register changes nothing.
        unsafe {
            core::arch::asm!(concat!("csrr {}, pmpaddr", $index), out(reg) kept, options(nostack));
        }
        $compare(kept, $values[$index]);
    })*};
}

/// Writes `pmpaddr0` to `pmpaddr7`.
#[inline(always)]
pub(crate) fn write_pmp_low(values: &[u64; 16]) {
    pmp_addresses!(write values: 0 1 2 3 4 5 6 7);
}

/// Writes `pmpaddr8` to `pmpaddr15`.
#[inline(always)]
pub(crate) fn write_pmp_high(values: &[u64; 16]) {
    pmp_addresses!(write values: 8 9 10 11 12 13 14 15);
}

/// Hands over what `pmpaddr0` to `pmpaddr7` kept and what was written. With a coarse grain the
/// lowest bits depend on the entry's mode: this is asked after the configuration is written.
#[inline(always)]
pub(crate) fn compare_pmp_low(values: &[u64; 16], compare: impl Fn(u64, u64)) {
    pmp_addresses!(compare values, compare: 0 1 2 3 4 5 6 7);
}

/// The same for `pmpaddr8` to `pmpaddr15`.
#[inline(always)]
pub(crate) fn compare_pmp_high(values: &[u64; 16], compare: impl Fn(u64, u64)) {
    pmp_addresses!(compare values, compare: 8 9 10 11 12 13 14 15);
}

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

/// The smaller of two numbers, by two instructions whichever it is.
#[inline(always)]
pub(crate) fn smaller(a: u64, b: u64) -> u64 {
    let mut smaller = a;
    // SAFETY: registers only.
    unsafe {
        core::arch::asm!(
            "bgeu {a}, {b}, 1f", "j 2f", "1: mv {a}, {b}", "2:",
            a = inout(reg) smaller, b = in(reg) b, options(pure, nomem, nostack),
        );
    }
    smaller
}

/// All ones if no bit is 1, else 0: the compiler does not know it, and makes no branch of it.
#[inline(always)]
pub(crate) fn ones_if_none(bits: u64) -> u64 {
    let mask;
    // SAFETY: registers only.
    unsafe {
        core::arch::asm!(
            "seqz {mask}, {bits}", "neg {mask}, {mask}",
            mask = out(reg) mask, bits = in(reg) bits, options(pure, nomem, nostack),
        );
    }
    mask
}

/// Waits for an interrupt that `mie` enables, whatever `mstatus.MIE` says ("Wait for
/// Interrupt").
pub(crate) fn wait_for_interrupt() {
    // SAFETY: MIE is 0: no interrupt is taken.
    unsafe { core::arch::asm!("wfi", options(nostack)) }
}
