//! A virtio-mmio transport with nothing behind it (virtio 1.1, 4.2.2; legacy version as in QEMU).

use super::Device;

const MAGIC: u64 = 0x7472_6976;
const VERSION: u64 = 1;
const NO_DEVICE: u64 = 0;
const VENDOR: u64 = 0x554d_4551;

/// Bytes that the registers take; QEMU answers nowhere else in the page.
const REGISTERS_BYTES: u64 = 0x200;

/// An empty transport: a driver reads device id 0 and goes away. Like QEMU's, it answers
/// accesses of any width, though the specification has only those of 4 bytes (4.2.2.2).
#[derive(Debug, Clone, Default)]
pub struct VirtioMmio;

fn register(offset: u64) -> u64 {
    match offset {
        0x0 => MAGIC,
        0x4 => VERSION,
        0x8 => NO_DEVICE,
        0xc => VENDOR,
        _ => 0,
    }
}

impl Device for VirtioMmio {
    fn accepts(&self, offset: u64, _width: usize) -> bool {
        offset < REGISTERS_BYTES
    }

    fn read(&mut self, offset: u64, width: usize, _now_ns: u64) -> u64 {
        match width {
            8 => register(offset) | register(offset + 4) << 32,
            _ => register(offset),
        }
    }

    fn write(&mut self, _offset: u64, _value: u64, _width: usize, _now_ns: u64) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_present_and_empty() {
        let mut transport = VirtioMmio;
        let words: Vec<u64> = (0..4).map(|i| transport.read(4 * i, 4, 0)).collect();
        assert_eq!(words, [0x7472_6976, 1, 0, 0x554d_4551]);
        transport.write(0x70, 1, 4, 0);
        assert_eq!(transport.read(0x70, 4, 0), 0);
        assert_eq!(transport.read(0x8, 8, 0), 0x554d_4551 << 32);
    }

    #[test]
    fn it_ends_with_its_registers() {
        let transport = VirtioMmio;
        assert!(transport.accepts(0x1ff, 1) && transport.accepts(0x1f8, 8));
        assert!(!transport.accepts(0x200, 1));
    }
}
