//! Where the model and its buffers lie, and touching addresses on purpose.
//!
//! This is the only file that knows addresses.

use septum_abi::model::{ModelHeader, ModelStep, Touch};
use septum_user::{places, read_byte, write_byte};

/// A byte of the model.
fn byte(offset: u64) -> u8 {
    read_byte(places::model() + offset)
}

/// The word of 4 bytes at this offset of the model.
fn word(offset: u64) -> u32 {
    u32::from_le_bytes([0, 1, 2, 3].map(|i| byte(offset + i)))
}

fn double_word(offset: u64) -> u64 {
    u64::from(word(offset)) | u64::from(word(offset + 4)) << 32
}

/// Number of steps.
pub(crate) fn step_count() -> usize {
    word(8) as usize
}

/// Largest message of an outgoing port.
pub(crate) fn message_bytes(port: u32) -> usize {
    word(16 + 4 * u64::from(port & 63)) as usize
}

/// Address of a port's buffer.
pub(crate) fn port_buffer(port: u32) -> u64 {
    double_word(272 + 8 * u64::from(port & 63))
}

/// The seed of the system.
pub(crate) fn seed() -> u64 {
    double_word(784)
}

/// Index of this partition.
pub(crate) fn partition() -> u64 {
    double_word(792)
}

/// A step.
pub(crate) fn step(number: usize) -> ModelStep {
    let at = (ModelHeader::SIZE_BYTES + number * ModelStep::SIZE_BYTES) as u64;
    ModelStep {
        operation: word(at),
        port: word(at + 4),
        second_port: word(at + 8),
        payload: word(at + 12),
        text_bytes: word(at + 16),
        text_offset: word(at + 20),
        value: double_word(at + 24),
        other: double_word(at + 32),
    }
}

/// The text of a step.
pub(crate) fn text(step: &ModelStep) -> impl Iterator<Item = u8> {
    let first = u64::from(step.text_offset);
    (first..first + u64::from(step.text_bytes)).map(byte)
}

/// The buffer of `log`.
pub(crate) fn log_buffer() -> u64 {
    places::log_buffer()
}

/// Touches a virtual address, which is a fault where the design does not grant it.
pub(crate) fn touch(address: u64, touch: Touch) {
    match touch {
        Touch::Read => {
            let _ = read_byte(address);
        }
        Touch::Write => write_byte(address, 0),
        Touch::Execute => jump(address),
    }
}

fn jump(address: u64) {
    // SAFETY: the step exists to provoke a fault; a design that grants the address says what
    // is there, and it is called like a function without arguments.
    #[allow(unsafe_code, reason = "jumping wild is what is asked for")]
    unsafe {
        core::arch::asm!("jalr {0}", in(reg) address, clobber_abi("C"));
    }
}

/// Executes what no RISC-V processor does: a fault.
pub(crate) fn illegal() {
    // SAFETY: the instruction traps and has no other effect; the step exists to provoke it.
    #[allow(unsafe_code, reason = "a fault is what is asked for")]
    unsafe {
        core::arch::asm!("unimp", options(nomem, nostack));
    }
}

/// Loops: `iterations` times two instructions, whatever else is around it.
pub(crate) fn compute(iterations: u64) {
    if iterations == 0 {
        return;
    }
    // SAFETY: touches one register.
    #[allow(
        unsafe_code,
        reason = "the length of a loop must be known to the instruction"
    )]
    unsafe {
        core::arch::asm!(
            "2:",
            "addi {0}, {0}, -1",
            "bnez {0}, 2b",
            inout(reg) iterations => _,
            options(nomem, nostack),
        );
    }
}
