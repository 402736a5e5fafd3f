//! The machine behind the kernel's decisions.

use septum_abi::machine::uart;
use septum_abi::state::HartState;
use septum_abi::tables::NONE;
use septum_kernel_logic::{Hardware, Physical};

use crate::memory::{header, load, store};
use crate::{csr, failure};

/// The one hart with its CLINT, PLIC and UART.
#[derive(Debug)]
pub(crate) struct Machine;

impl Hardware for Machine {
    fn now(&self) -> u64 {
        load(header().mtime)
    }

    fn set_timer(&mut self, at: u64) {
        store(header().mtimecmp, at);
    }

    fn mask_external(&mut self) {
        csr::write_mie(csr::MIP_TIMER);
    }

    fn finish_pad(&mut self) {
        while csr::read_mip() & csr::MIP_TIMER == 0 {
            csr::wait_for_interrupt();
        }
        csr::write_mie(csr::MIP_TIMER | csr::MIP_EXTERNAL);
    }

    fn external_is_due(&self) -> bool {
        csr::read_mip() & csr::MIP_EXTERNAL != 0
    }

    fn is_due(&self) -> bool {
        csr::read_mip() & csr::read_mie() != 0
    }

    fn wait(&mut self) {
        csr::wait_for_interrupt();
    }

    fn enable_sources(&mut self, word: usize, bits: u32) {
        let offset = u64::try_from(word).unwrap_or(0) * 4;
        store(header().plic_enables + offset, bits);
    }

    fn claim(&mut self) -> u64 {
        u64::from(load::<u32>(header().plic_claim))
    }

    fn complete(&mut self, source: u64) {
        store(header().plic_claim, u32::try_from(source).unwrap_or(0));
    }

    fn use_space(&mut self, satp: u64) {
        csr::write_satp(satp);
        if header().asid_bits == 0 {
            csr::fence_translations();
        }
    }

    fn load(&self, from: Physical) -> u64 {
        load(from.get())
    }

    fn store(&mut self, to: Physical, value: u64) {
        store(to.get(), value);
    }

    fn copy(&mut self, from: Physical, to: Physical, bytes: u64) {
        let whole = bytes & !7;
        for offset in (0..whole).step_by(8) {
            store::<u64>(to.get() + offset, load(from.get() + offset));
        }
        let rest = bytes & 7;
        if rest != 0 {
            let kept = !(u64::MAX << (8 * rest));
            store(to.get() + whole, load::<u64>(from.get() + whole) & kept);
        }
    }

    fn print(&mut self, line: &[u8]) -> u64 {
        let status: u8 = load(header().uart + uart::LINE_STATUS);
        let ready = u64::from(status & uart::TRANSMIT_EMPTY != 0);
        let device = header().uart + uart::DATA;
        // The offset is asserted to be the record's by `septum-abi`.
        let dump = header().hart_state + DUMP;
        let to = dump ^ ((device ^ dump) & ready.wrapping_neg());
        for byte in line {
            store(to, *byte);
        }
        ready
    }

    fn broken() -> ! {
        failure::refuse(septum_abi::state::refusal::TABLES, 0, NONE)
    }
}

#[allow(clippy::as_conversions, reason = "a constant offset")]
const DUMP: u64 = core::mem::offset_of!(HartState, dump) as u64;
