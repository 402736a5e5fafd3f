//! What the kernel's decisions need of the machine.

use crate::Physical;
use crate::tables::Header;

/// The machine as the kernel uses it. The tables say where its devices are.
pub trait Hardware {
    /// `mtime`.
    fn now(&self, tables: &Header) -> u64;

    /// The earlier of two times. Takes the same number of instructions whichever it is, because
    /// of whom a time is depends on other partitions.
    fn earlier(&self, a: u64, b: u64) -> u64;

    /// All ones if no bit is 1, else 0: what comes of it by `&` and `|` takes the same number of
    /// instructions either way.
    fn ones_if_none(&self, bits: u64) -> u64;

    /// Sets `mtimecmp`.
    fn set_timer(&self, tables: &Header, at: u64);

    /// Lets only the timer wake the hart: a pad begins.
    fn mask_external(&self);

    /// Where a pad has begun: waits until the timer is due, then lets external interrupts wake
    /// the hart again.
    fn finish_pad(&self);

    /// Whether an external interrupt is pending (`mip.MEIP`).
    fn external_is_due(&self) -> bool;

    /// Whether anything that may wake the hart is pending.
    fn is_due(&self) -> bool;

    /// Waits for that (`wfi`); may return early.
    fn wait(&self);

    /// Sets the PLIC's enable bits of the first `words` words of 32 sources.
    fn enable_sources(&self, tables: &Header, bits: &[u32; 4]);

    /// Claims the most urgent pending source; 0 if there is none.
    fn claim(&self, tables: &Header) -> u64;

    /// Completes a claimed source.
    fn complete(&self, tables: &Header, source: u64);

    /// Address of the instruction that trapped (`mepc`).
    fn trap_pc(&self) -> u64;

    /// Reads 8 bytes of a slot or ring.
    fn load(&self, from: Physical) -> u64;

    /// Reads a byte of a ring.
    fn load_byte(&self, from: Physical) -> u8;

    /// Writes 8 bytes of a slot or ring.
    fn store(&self, to: Physical, value: u64);

    /// Copies `bytes` and fills up with zeros to a multiple of 8.
    fn copy(&self, from: Physical, to: Physical, bytes: u64);

    /// The same without a call, where every instruction counts.
    fn copy_inline(&self, from: Physical, to: Physical, bytes: u64);

    /// Clears `bytes`, a multiple of 8.
    fn clear(&self, to: Physical, bytes: u64);

    /// Lets the hart fetch instructions that were stored (`fence.i`).
    fn fence_instructions(&self);

    /// Where a line for the console goes: all ones and the UART if it takes one, or 0 and where
    /// bytes are forgotten. Takes the same number of instructions either way, because the
    /// UART's state depends on other partitions.
    fn console(&self, tables: &Header) -> (u64, Physical);

    /// Writes a byte there.
    fn put(&self, to: Physical, byte: u8);

    /// The health monitor stops the machine.
    fn power_off(&self, tables: &Header) -> !;
}
