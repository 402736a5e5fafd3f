//! The machine behind the kernel's decisions.

use septum_abi::machine::{mip, uart};
use septum_abi::state::EXIT_HEALTH;
use septum_kernel_logic::tables::Header;
use septum_kernel_logic::{Hardware, Physical};

use crate::memory::{clear, copy, load, store};
use crate::{csr, failure};

/// The hart with its CLINT, PLIC and UART.
#[derive(Debug)]
pub(crate) struct Machine;

impl Hardware for Machine {
    #[inline(always)]
    fn now(&self, tables: &Header) -> u64 {
        load(tables.mtime)
    }

    #[inline(always)]
    fn earlier(&self, a: u64, b: u64) -> u64 {
        csr::smaller(a, b)
    }

    #[inline(always)]
    fn ones_if_none(&self, bits: u64) -> u64 {
        csr::ones_if_none(bits)
    }

    #[inline(always)]
    fn set_timer(&self, tables: &Header, at: u64) {
        store(tables.mtimecmp, at);
    }

    #[inline(always)]
    fn mask_external(&self) {
        csr::write_mie(mip::TIMER);
    }

    fn finish_pad(&self) {
        if csr::read_mie() & mip::EXTERNAL != 0 {
            return;
        }
        while csr::read_mip() & mip::TIMER == 0 {
            csr::wait_for_interrupt();
        }
        csr::write_mie(mip::TIMER | mip::EXTERNAL);
    }

    #[inline(always)]
    fn external_is_due(&self) -> bool {
        csr::read_mip() & mip::EXTERNAL != 0
    }

    #[inline(always)]
    fn is_due(&self) -> bool {
        csr::read_mip() & csr::read_mie() != 0
    }

    #[inline(always)]
    fn wait(&self) {
        csr::wait_for_interrupt();
    }

    #[inline(always)]
    fn enable_sources(&self, tables: &Header, bits: &[u32; 4]) {
        let words = usize::try_from(tables.plic_words).unwrap_or(0);
        let places = (tables.plic_enables..).step_by(4);
        for (bits, place) in bits.iter().take(words).zip(places) {
            store(place, *bits);
        }
    }

    #[inline(always)]
    fn claim(&self, tables: &Header) -> u64 {
        u64::from(load::<u32>(tables.plic_claim))
    }

    #[inline(always)]
    #[allow(clippy::as_conversions, reason = "a source number has 10 bits")]
    fn complete(&self, tables: &Header, source: u64) {
        store(tables.plic_claim, source as u32);
    }

    #[inline(always)]
    fn trap_pc(&self) -> u64 {
        csr::read_mepc()
    }

    #[inline(always)]
    fn load(&self, from: Physical) -> u64 {
        load(from.get())
    }

    #[inline(always)]
    fn load_byte(&self, from: Physical) -> u8 {
        load(from.get())
    }

    #[inline(always)]
    fn store(&self, to: Physical, value: u64) {
        store(to.get(), value);
    }

    #[inline(never)]
    fn copy(&self, from: Physical, to: Physical, bytes: u64) {
        copy(from.get(), to.get(), bytes);
    }

    #[inline(always)]
    fn copy_inline(&self, from: Physical, to: Physical, bytes: u64) {
        copy(from.get(), to.get(), bytes);
    }

    fn clear(&self, to: Physical, bytes: u64) {
        clear(to.get(), bytes);
    }

    fn fence_instructions(&self) {
        csr::fence_instructions();
    }

    fn console(&self, tables: &Header) -> (u64, Physical) {
        let status: u8 = load(tables.uart + uart::LINE_STATUS);
        let taken = u64::from(status & uart::TRANSMIT_EMPTY != 0).wrapping_neg();
        let device = tables.uart + uart::DATA;
        let dump = tables.state.dump.as_ptr().addr() as u64;
        let to = dump ^ ((device ^ dump) & taken);
        (taken, Physical::from_table(to))
    }

    #[inline(always)]
    fn put(&self, to: Physical, byte: u8) {
        store(to.get(), byte);
    }

    fn power_off(&self, _: &Header) -> ! {
        failure::power_off(EXIT_HEALTH)
    }
}
