//! The baked model, and touching addresses on purpose.

use septum_abi::model::{ModelHeader, ModelStep, Touch};
use septum_user::{places, read_byte, write_byte};

/// A byte of the model.
pub(crate) fn byte(offset: u64) -> u8 {
    read_byte(places::model() + offset)
}

/// The word of 4 bytes at this offset of the model.
pub(crate) fn word(offset: u64) -> u32 {
    u32::from_le_bytes([0, 1, 2, 3].map(|i| byte(offset + i)))
}

fn double_word(offset: u64) -> u64 {
    u64::from(word(offset)) | u64::from(word(offset + 4)) << 32
}

/// Number of steps.
pub(crate) fn step_count() -> usize {
    word(8) as usize
}

/// Largest message of an outgoing queuing port.
pub(crate) fn message_bytes(port: u32) -> usize {
    word(16 + 4 * u64::from(port & 63)) as usize
}

/// Address of a port's buffer.
pub(crate) fn port_buffer(port: u32) -> u64 {
    double_word(272 + 8 * u64::from(port & 63))
}

/// A step.
pub(crate) fn step(number: usize) -> ModelStep {
    let at = (ModelHeader::SIZE_BYTES + number * ModelStep::SIZE_BYTES) as u64;
    ModelStep {
        operation: word(at),
        port: word(at + 4),
        payload: word(at + 8),
        text_bytes: word(at + 12),
        value: double_word(at + 16),
        other: double_word(at + 24),
    }
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
