//! What the hart and the bus share beside memory: the time, and "something changed".

use std::cell::Cell;
use std::rc::Rc;

/// Virtual time, and two flags that say that interrupts must be looked at again.
///
/// The flags exist for speed: nothing but a device access, a timer, a trap, a return or a
/// system instruction can change which interrupt is due, so nothing else looks.
#[derive(Debug, Default)]
pub struct Wires {
    now_ns: Cell<u64>,
    attention: Cell<Attention>,
}

/// Who has changed since the machine last looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Attention {
    /// Interrupt lines, timers, or what a device has to say.
    pub(crate) devices: bool,
    /// Privilege or CSRs of the hart.
    pub(crate) hart: bool,
}

impl Wires {
    /// Time zero, everything to be looked at.
    #[must_use]
    pub fn new() -> Rc<Self> {
        let wires = Self::default();
        wires.devices_changed();
        Rc::new(wires)
    }

    /// Virtual nanoseconds since reset.
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        self.now_ns.get()
    }

    /// Moves time. Only the machine does.
    pub(crate) fn set_now_ns(&self, now_ns: u64) {
        self.now_ns.set(now_ns);
    }

    /// Interrupt lines or timers may have changed, and with them what is due.
    pub(crate) fn devices_changed(&self) {
        self.attention.set(Attention {
            devices: true,
            hart: true,
        });
    }

    /// Privilege or CSRs may have changed, and with them what is due.
    pub(crate) fn hart_changed(&self) {
        self.attention.set(Attention {
            hart: true,
            ..self.attention.get()
        });
    }

    /// Whether somebody has changed.
    #[inline]
    pub(crate) fn needs_attention(&self) -> bool {
        self.attention.get().hart
    }

    /// Who has changed; the answer is given once.
    pub(crate) fn take_attention(&self) -> Attention {
        self.attention.take()
    }
}
