//! Boot: the machine is compared with the tables and set up, then the first window begins.
#![allow(
    unsafe_code,
    reason = "a symbol for the assembly, one kernel for the boot"
)]

use septum_abi::ABI_VERSION;
use septum_abi::machine::{sv39, uart};
use septum_abi::state::refusal;
use septum_abi::tables::{FEATURE_MENVCFG, Header, MAGIC, NONE, PartitionTable};
use septum_kernel_logic::Kernel;

use crate::csr;
use crate::failure::refuse;
use crate::hardware::Machine;
use crate::memory::{header, kernel, store};

unsafe extern "C" {
    fn park() -> !;
}

/// From the assembly, with a stack and the trap vector.
#[unsafe(no_mangle)]
extern "C" fn boot() {
    let header = header();
    if header.magic != MAGIC || header.abi_version != u64::from(ABI_VERSION) {
        // Not tables of ours: there is no UART that could be trusted either.
        // SAFETY: waits for ever.
        unsafe { park() }
    }
    // SAFETY: the only one of the boot.
    let mut kernel = unsafe { kernel() };
    // Memory may hold anything, and a failure or a refusal counts from here.
    kernel.hart.failed = 0;
    expect(
        refusal::MISA,
        csr::read_misa() & header.misa_mask,
        header.misa_value,
    );
    set_up_console(header);
    set_up_traps(header);
    set_up_protection(header);
    set_up_spaces(header, kernel.partitions);
    set_up_sources(&kernel);
    csr::fence_instructions();
    kernel.boot();
}

/// Refuses to start unless the machine says what the tables say.
fn expect(reason: u64, found: u64, expected: u64) {
    if found != expected {
        refuse(reason, found, expected);
    }
}

/// Where the kernel owns the UART: a 16550 begins without its FIFOs, and a line needs one.
fn set_up_console(header: &Header) {
    if header.uart != NONE {
        store(header.uart + uart::LINE_CONTROL, uart::EIGHT_BITS);
        store(header.uart + uart::FIFO_CONTROL, uart::FIFO_ON);
    }
}

/// All traps come here, U-mode reads no counter, has no floating point and does not wait.
fn set_up_traps(header: &Header) {
    csr::write_mie(0);
    csr::write_medeleg(0);
    csr::write_mideleg(0);
    csr::write_mcounteren(0);
    csr::write_scounteren(0);
    let mut left = csr::read_medeleg() | csr::read_mideleg();
    left |= csr::read_mcounteren() | csr::read_scounteren();
    if header.features & FEATURE_MENVCFG != 0 {
        csr::write_menvcfg(0);
        left |= csr::read_menvcfg();
    }
    expect(refusal::REGISTER, left, 0);
    // MTVEC.MODE is WARL.
    expect(refusal::REGISTER, csr::read_mtvec() & 3, 1);
    let off = csr::MSTATUS_MIE | csr::MSTATUS_MPRV | csr::MSTATUS_FS | csr::MSTATUS_VS;
    let on = csr::MSTATUS_TW | csr::MSTATUS_MPIE;
    csr::write_mstatus(csr::read_mstatus() & !off | on);
    expect(refusal::REGISTER, csr::read_mstatus() & (off | on), on);
}

/// Addresses first, configuration last, then the fence: QEMU 7.2 keeps stale permissions
/// otherwise, and the specification wants the fence.
fn set_up_protection(header: &Header) {
    if header.pmp_entries == 0 {
        return;
    }
    csr::write_pmp_addresses(header.pmp_address);
    csr::write_pmpcfg0(header.pmp_config[0]);
    csr::write_pmpcfg2(header.pmp_config[1]);
    csr::fence_translations();
    let kept = csr::read_pmp_addresses();
    for (found, expected) in kept.into_iter().zip(header.pmp_address) {
        expect(refusal::PMP, found, expected);
    }
    expect(refusal::PMP, csr::read_pmpcfg0(), header.pmp_config[0]);
    expect(refusal::PMP, csr::read_pmpcfg2(), header.pmp_config[1]);
}

/// The ASID field is as wide as the tables say, and each partition's `satp` is kept.
fn set_up_spaces(header: &Header, partitions: &[PartitionTable]) {
    for partition in partitions {
        csr::write_satp(partition.satp);
        expect(refusal::ASID, csr::read_satp(), partition.satp);
        csr::write_satp(partition.satp | (sv39::ASID_MAX << sv39::ASID_SHIFT));
        let asid = csr::read_satp() >> sv39::ASID_SHIFT & sv39::ASID_MAX;
        expect(
            refusal::ASID,
            u64::from(asid.count_ones()),
            header.asid_bits,
        );
    }
    csr::fence_translations();
}

/// Sources that lead somewhere get a priority; which are enabled is the window's.
fn set_up_sources(kernel: &Kernel<'_, Machine>) {
    let header = kernel.header;
    if header.plic_words == 0 {
        return;
    }
    for word in 0..header.plic_words {
        store(header.plic_enables + 4 * word, 0u32);
    }
    for (number, source) in (0u64..).zip(kernel.sources) {
        let priority = u32::from(source.partition != NONE);
        store(header.plic_priorities + 4 * number, priority);
    }
    store(header.plic_threshold, 0u32);
}
