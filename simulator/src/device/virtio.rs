//! A virtio-mmio transport with nothing behind it (virtio 1.1, 4.2.2; legacy version as in QEMU).

use super::Device;

const MAGIC: u64 = 0x7472_6976;
const VERSION: u64 = 1;
const NO_DEVICE: u64 = 0;
const VENDOR: u64 = 0x554d_4551;

/// An empty transport: a driver reads device id 0 and goes away.
#[derive(Debug, Clone, Default)]
pub struct VirtioMmio;

impl Device for VirtioMmio {
    fn accepts(&self, offset: u64, width: usize) -> bool {
        width == 4 || (width < 4 && offset >= 0x100)
    }

    fn read(&mut self, offset: u64, _width: usize, _now_ns: u64) -> u64 {
        match offset {
            0x0 => MAGIC,
            0x4 => VERSION,
            0x8 => NO_DEVICE,
            0xc => VENDOR,
            _ => 0,
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
    }
}
