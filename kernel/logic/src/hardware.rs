//! What the kernel's decisions need of the machine.

/// A physical address, from a table. No partition can make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Physical(u64);

impl Physical {
    /// An address that stands in a table.
    #[must_use]
    pub const fn from_table(address: u64) -> Self {
        Self(address)
    }

    /// The address so many bytes on, inside the same region.
    #[must_use]
    pub const fn offset(self, bytes: u64) -> Self {
        Self(self.0.wrapping_add(bytes))
    }

    /// The number, for the one who touches memory.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// The machine as the kernel uses it.
pub trait Hardware {
    /// `mtime`.
    fn now(&self) -> u64;

    /// Sets `mtimecmp`.
    fn set_timer(&mut self, at: u64);

    /// Lets only the timer wake the hart. The end of the pad undoes it.
    fn mask_external(&mut self);

    /// Waits until the timer is due, then lets external interrupts wake the hart again.
    fn finish_pad(&mut self);

    /// Whether an external interrupt is pending (`mip.MEIP`).
    fn external_is_due(&self) -> bool;

    /// Whether anything that may wake the hart is pending.
    fn is_due(&self) -> bool;

    /// Waits for that (`wfi`); may return early.
    fn wait(&mut self);

    /// Sets a word of the PLIC's enable bits: sources `32 * word` and up.
    fn enable_sources(&mut self, word: usize, bits: u32);

    /// Claims the most urgent pending source; 0 if there is none.
    fn claim(&mut self) -> u64;

    /// Completes a claimed source.
    fn complete(&mut self, source: u64);

    /// Sets `satp` for the next return to U-mode.
    fn use_space(&mut self, satp: u64);

    /// Reads 8 bytes of a slot or ring.
    fn load(&self, from: Physical) -> u64;

    /// Writes 8 bytes of a slot or ring.
    fn store(&mut self, to: Physical, value: u64);

    /// Copies `bytes` and fills up with zeros to a multiple of 8.
    fn copy(&mut self, from: Physical, to: Physical, bytes: u64);

    /// Offers a line to the UART: 1 if it took it, 0 if not. Takes the same number of
    /// instructions either way, because the UART's state depends on other partitions.
    fn print(&mut self, line: &[u8]) -> u64;

    /// The tables contradict themselves: stops the machine in order.
    fn broken() -> !;
}
