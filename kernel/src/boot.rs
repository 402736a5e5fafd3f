//! Boot: the machine is compared with the tables and set up, then the first window begins.
//! The first state is part of the image.
#![allow(unsafe_code, reason = "a symbol for the assembly")]

use septum_abi::ABI_VERSION;
use septum_abi::machine::{mstatus, sv39, uart};
use septum_abi::state::refusal;
use septum_abi::tables::{FEATURE_MENVCFG, FEATURE_SUPERVISOR, MAGIC, NONE};
use septum_kernel_logic::Hardware;
use septum_kernel_logic::tables::{Header, Pmp};

use crate::csr;
use crate::failure::refuse;
use crate::hardware::Machine;
use crate::memory::{header, store};

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
    expect(
        refusal::MISA,
        csr::read_misa() & header.misa_mask,
        header.misa_value,
    );
    set_up_console(header);
    set_up_traps(header);
    set_up_isolation(header);
    if header.plic_words != 0 {
        set_up_sources(header);
    }
    csr::fence_instructions();
    await_start(header);
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
    csr::write_mcounteren(0);
    let mut left = csr::read_mcounteren();
    let mut on = mstatus::MPIE;
    if header.features & FEATURE_SUPERVISOR != 0 {
        csr::write_medeleg(0);
        csr::write_mideleg(0);
        csr::write_scounteren(0);
        left |= csr::read_medeleg() | csr::read_mideleg() | csr::read_scounteren();
        on |= mstatus::TW;
    }
    if header.features & FEATURE_MENVCFG != 0 {
        csr::write_menvcfg(0);
        left |= csr::read_menvcfg();
    }
    expect(refusal::REGISTER, left, 0);
    // MTVEC.MODE is WARL.
    expect(refusal::REGISTER, csr::read_mtvec() & 3, 0);
    let off = mstatus::MIE | mstatus::MPRV | mstatus::FS | mstatus::VS;
    csr::write_mstatus(csr::read_mstatus() & !off | on);
    expect(refusal::REGISTER, csr::read_mstatus() & (off | on), on);
}

/// Each partition's address space is accepted, or its PMP entries where those isolate; at last
/// come the entries that hold always. Addresses first, configuration last, then the fence: QEMU
/// 7.2 keeps stale permissions otherwise, and the specification wants the fence.
fn set_up_isolation(header: &Header) {
    let has_spaces = header.features & FEATURE_SUPERVISOR != 0;
    if has_spaces {
        csr::write_satp(sv39::ASID_MAX << sv39::ASID_SHIFT | sv39::MODE);
        let mask = csr::read_satp() >> sv39::ASID_SHIFT & sv39::ASID_MAX;
        expect(refusal::ASID, mask, header.asid_mask);
    }
    for partition in header.partitions.iter().map_while(|partition| *partition) {
        if !core::ptr::eq(partition.pmp, &raw const header.pmp) {
            protect(header, partition.pmp);
        }
        if has_spaces {
            csr::write_satp(partition.satp);
            expect(refusal::ASID, csr::read_satp(), partition.satp);
        }
    }
    protect(header, &header.pmp);
}

/// Writes PMP entries and reads them back.
fn protect(header: &Header, pmp: &Pmp) {
    let has_high = header.pmp_entries > 8;
    if has_high {
        write_high(pmp);
    }
    csr::write_pmp_low(&pmp.address);
    csr::write_pmpcfg2(pmp.config_high);
    csr::write_pmpcfg0(pmp.config);
    if header.features & FEATURE_SUPERVISOR != 0 {
        csr::fence_translations();
    }
    if has_high {
        compare_high(pmp);
    }
    compare_low(pmp);
}

#[inline(never)]
fn write_high(pmp: &Pmp) {
    csr::write_pmp_high(&pmp.address);
}

#[inline(never)]
fn compare_high(pmp: &Pmp) {
    csr::compare_pmp_high(&pmp.address, expect_pmp);
}

#[inline(never)]
fn compare_low(pmp: &Pmp) {
    csr::compare_pmp_low(&pmp.address, expect_pmp);
    expect_pmp(csr::read_pmpcfg2(), pmp.config_high);
    expect_pmp(csr::read_pmpcfg0(), pmp.config);
}

#[inline(never)]
fn expect_pmp(found: u64, expected: u64) {
    expect(refusal::PMP, found, expected);
}

/// Sources that lead somewhere get a priority; which are enabled is the window's.
#[inline(never)]
fn set_up_sources(header: &Header) {
    let count = usize::try_from(header.source_count).unwrap_or(0);
    let places = (header.plic_priorities..).step_by(4);
    for (source, place) in header.sources.iter().take(count).zip(places) {
        store(place, u32::from(source.receiver.is_some()));
    }
    Machine.enable_sources(header, &[0; 4]);
    store(header.plic_threshold, 0u32);
}

/// As if a frame were just ending at the start time: the first window begins like any other.
fn await_start(header: &Header) {
    let now = Machine.now(header);
    let start = header.start_ticks;
    let begin = if now < start {
        start
    } else {
        now.wrapping_add(start)
    };
    header.state.window_end.set(begin);
    Machine.mask_external();
    Machine.set_timer(header, begin);
}
