//! What QEMU's timer does to its clock, as far as it is not what the simulator's does.
//!
//! Both count a nanosecond an instruction and let a sleeping hart jump to the next interrupt.
//! But QEMU 7.2 arms the timer for a whole number of ticks from the *nanosecond* of the store
//! to `mtimecmp` (`riscv_aclint_mtimer_write_timecmp`), where the simulator fires at the begin
//! of the tick. So whatever follows an interrupt of the timer is late by the store's place in
//! its tick, less than one tick; and this does not add up, because the next interrupt is late
//! by its own store's place.

/// Nanoseconds in a tick of `mtime`.
pub(crate) const TICK_NS: u64 = 100;

/// Instructions in QEMU's ROM before the first one of the image.
const RESET_VECTOR: u64 = 6;

/// QEMU counts an instruction before it makes its access, the simulator after it.
const ITSELF: u64 = 1;

/// How late QEMU is, and will be.
#[derive(Debug)]
pub(crate) struct Timer {
    late_ns: u64,
    armed: Option<Armed>,
}

/// From when on QEMU is how late.
#[derive(Debug, Clone, Copy)]
struct Armed {
    at_ns: u64,
    late_ns: u64,
}

impl Timer {
    /// At reset.
    pub(crate) fn new() -> Self {
        Self {
            late_ns: RESET_VECTOR + ITSELF,
            armed: None,
        }
    }

    /// QEMU's clock in nanoseconds, when an instruction makes an access that the simulator
    /// begins at this time.
    fn now_ns(&mut self, simulated_ns: u64) -> u64 {
        if let Some(armed) = self.armed.take_if(|armed| armed.at_ns <= simulated_ns) {
            self.late_ns = armed.late_ns;
        }
        simulated_ns + self.late_ns
    }

    /// QEMU's `mtime` for an instruction that the simulator begins at this time.
    pub(crate) fn ticks(&mut self, simulated_ns: u64) -> u64 {
        self.now_ns(simulated_ns) / TICK_NS
    }

    /// A store to `mtimecmp` by an instruction that the simulator begins at this time.
    pub(crate) fn arm(&mut self, simulated_ns: u64, compare: u64) {
        let now_ns = self.now_ns(simulated_ns);
        self.armed = (compare > now_ns / TICK_NS).then_some(Armed {
            at_ns: compare.saturating_mul(TICK_NS),
            late_ns: now_ns % TICK_NS + ITSELF,
        });
    }
}

/// How many ticks later QEMU's clock was read than the simulator's.
pub(crate) fn ticks_late(simulated: u64, on_qemu: u64) -> u64 {
    let late = on_qemu.checked_sub(simulated);
    late.unwrap_or_else(|| panic!("QEMU at {on_qemu}, the simulator at {simulated}"))
}
