//! Registers of the machine that the kernel drives. Offsets are in bytes.

/// CLINT (SiFive Core-Local Interruptor).
pub mod clint {
    /// Machine software interrupt of hart 0; 4 bytes each.
    pub const MSIP: u64 = 0x0;
    /// Timer comparator of hart 0; 8 bytes each.
    pub const MTIMECMP: u64 = 0x4000;
    /// The clock, 8 bytes.
    pub const MTIME: u64 = 0xbff8;
}

/// PLIC (RISC-V Platform-Level Interrupt Controller specification 1.0.0).
pub mod plic {
    /// Priority of source 0; 4 bytes each.
    pub const PRIORITY: u64 = 0x0;
    /// Pending bits, 32 sources a word.
    pub const PENDING: u64 = 0x1000;
    /// Enable bits of context 0.
    pub const ENABLE: u64 = 0x2000;
    /// From one context's enable bits to the next.
    pub const ENABLE_STRIDE: u64 = 0x80;
    /// Priority threshold of context 0.
    pub const THRESHOLD: u64 = 0x20_0000;
    /// Claim and complete of context 0.
    pub const CLAIM: u64 = 0x20_0004;
    /// From one context's threshold to the next.
    pub const CONTEXT_STRIDE: u64 = 0x1000;
}

/// SiFive test finisher.
pub mod finisher {
    /// Writing this powers the machine off with success.
    pub const PASS: u32 = 0x5555;
    /// Writing this, with an exit code in the upper half, powers the machine off.
    pub const FAIL: u32 = 0x3333;

    /// The word that ends the machine with `code`, of which 0 is success.
    #[must_use]
    pub const fn word(code: u16) -> u32 {
        // Widening only; `u32::from` is not usable in a constant function.
        let [low, high] = code.to_le_bytes();
        match code {
            0 => PASS,
            _ => FAIL | u32::from_le_bytes([0, 0, low, high]),
        }
    }
}

/// 16550 UART with byte-wide registers.
pub mod uart {
    /// Receive buffer (read), transmit holding (write).
    pub const DATA: u64 = 0;
    /// Interrupt enable.
    pub const INTERRUPT_ENABLE: u64 = 1;
    /// FIFO control (write), interrupt identification (read).
    pub const FIFO_CONTROL: u64 = 2;
    /// Line control.
    pub const LINE_CONTROL: u64 = 3;
    /// Line status.
    pub const LINE_STATUS: u64 = 5;
    /// Line status: a byte can be read.
    pub const DATA_READY: u8 = 0x01;
    /// Line status: the transmitter takes a whole FIFO load.
    pub const TRANSMIT_EMPTY: u8 = 0x20;
    /// Interrupt enable: a byte was received.
    pub const INTERRUPT_RECEIVED: u8 = 0x01;
    /// Interrupt enable: the transmitter became empty.
    pub const INTERRUPT_TRANSMIT: u8 = 0x02;
    /// FIFO control: on, both cleared.
    pub const FIFO_ON: u8 = 0x07;
    /// Line control: 8 bits, no parity, one stop bit.
    pub const EIGHT_BITS: u8 = 0x03;
    /// Bytes that the transmitter takes at once when it is empty.
    pub const FIFO_BYTES: usize = 16;
}

/// PMP configuration bytes (privileged specification, "Physical Memory Protection").
pub mod pmp {
    /// Read.
    pub const READ: u8 = 1;
    /// Write. Never without [`READ`].
    pub const WRITE: u8 = 2;
    /// Execute.
    pub const EXECUTE: u8 = 4;
    /// No match.
    pub const OFF: u8 = 0;
    /// Top of range; the bottom is the entry before.
    pub const TOR: u8 = 1 << 3;
    /// Four bytes.
    pub const NA4: u8 = 2 << 3;
    /// Naturally aligned power of two.
    pub const NAPOT: u8 = 3 << 3;
    /// Holds for M-mode too and until reset. Never used.
    pub const LOCK: u8 = 1 << 7;
}

/// `mstatus` (privileged specification, "Machine Status Registers").
pub mod mstatus {
    /// `MPP`: the mode that `mret` returns to; 0 is U.
    pub const MPP: u64 = 3 << 11;
    /// `FS`: 0 makes every use of the floating-point unit a fault.
    pub const FS: u64 = 3 << 13;
    /// `VS`: the same for vectors.
    pub const VS: u64 = 3 << 9;
    /// `MPRV`: loads and stores of M-mode translated; never.
    pub const MPRV: u64 = 1 << 17;
    /// `TW`: `wfi` below M-mode is illegal.
    pub const TW: u64 = 1 << 21;
    /// `MIE`: interrupts in M-mode; never.
    pub const MIE: u64 = 1 << 3;
    /// `MPIE`: what `mret` makes of `MIE`.
    pub const MPIE: u64 = 1 << 7;
}

/// `mip` and `mie` (privileged specification, "Machine Interrupt Registers").
pub mod mip {
    /// The timer's bit.
    pub const TIMER: u64 = 1 << 7;
    /// The bit of the PLIC's interrupts.
    pub const EXTERNAL: u64 = 1 << 11;
}

/// Sv39 (privileged specification, "Page-Based 39-bit Virtual-Memory System").
pub mod sv39 {
    /// `satp.MODE`.
    pub const MODE: u64 = 8 << 60;
    /// Position of `satp.ASID`.
    pub const ASID_SHIFT: u32 = 44;
    /// Widest `satp.ASID`.
    pub const ASID_MAX: u64 = 0xffff;
}

/// `misa` (privileged specification, "Machine ISA Register").
pub mod misa {
    /// MXL = 2: XLEN is 64.
    pub const MXL_64: u64 = 2 << 62;
    /// The field of MXL.
    pub const MXL_MASK: u64 = 3 << 62;

    /// The bit of an extension's letter, `'A'..='Z'`.
    #[must_use]
    pub const fn extension(letter: u8) -> u64 {
        1 << (letter - b'A')
    }
}
