//! Interrupts: of the timer, and of devices as bits of a port.

use septum_abi::tables::NONE;

use crate::kernel::{at, bit};
use crate::{Hardware, Kernel};

impl<H: Hardware> Kernel<'_, H> {
    /// An interrupt is due. Claims it if it is a device's, unless the window is over: then it
    /// belongs to a window in which its source is enabled.
    pub fn on_interrupt(&mut self) {
        if self.hardware.now() >= self.hart.window_end || !self.hardware.external_is_due() {
            return;
        }
        let claimed = self.hardware.claim();
        if claimed == 0 {
            return;
        }
        let source = at::<H, _>(self.sources, claimed);
        if source.partition == NONE {
            return;
        }
        let state = self.state(source.partition);
        state.pending |= bit(source.port);
        state.claimed |= bit(source.port);
    }
}
