//! What the kernel's decisions need of the machine.

use crate::Physical;
use crate::tables::{Header, Partition, PartitionTable};

/// The machine as the kernel uses it. The tables say where its devices are.
pub trait Hardware {
    /// `mtime`.
    fn now(&self, tables: &Header) -> u64;

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

    /// Writes 8 bytes of a slot or ring.
    fn store(&self, to: Physical, value: u64);

    /// Copies `bytes` and fills up with zeros to a multiple of 8.
    fn copy(&self, from: Physical, to: Physical, bytes: u64);

    /// The same without a call, where every instruction counts.
    fn copy_inline(&self, from: Physical, to: Physical, bytes: u64);

    /// Clears `bytes`, a multiple of 8.
    fn clear(&self, to: Physical, bytes: u64);

    /// [`crate::parts::drain`], which an image leaves out if no UART is the kernel's.
    fn drain(&self, table: &'static PartitionTable) -> bool;

    /// [`crate::parts::restore`], which an image leaves out if nobody is ever restarted.
    fn restore(&self, state: &'static Partition);

    /// Lets the hart fetch instructions that were stored (`fence.i`).
    fn fence_instructions(&self);

    /// Offers a line to the UART: 1 if it took it, 0 if not. Takes the same number of
    /// instructions either way, because the UART's state depends on other partitions.
    fn print(&self, tables: &Header, line: &[u8]) -> u64;

    /// The health monitor stops the machine.
    fn power_off(&self, tables: &Header) -> !;
}
