//! Narrowing of register values, where the ISA says "the low bits".

/// Bits 31..0.
#[must_use]
pub(crate) const fn low_u32(value: u64) -> u32 {
    let bytes = value.to_le_bytes();
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// Bits 15..0.
#[must_use]
pub(crate) const fn low_u16(value: u32) -> u16 {
    let bytes = value.to_le_bytes();
    u16::from_le_bytes([bytes[0], bytes[1]])
}

/// Bits 7..0.
#[must_use]
pub(crate) const fn low_u8(value: u64) -> u8 {
    value.to_le_bytes()[0]
}

/// `count` bits of `value` from bit `first` up.
#[must_use]
pub(crate) const fn field(value: u64, first: u32, count: u32) -> u64 {
    (value >> first) & ((1 << count) - 1)
}

/// `old` with the bits of `mask` taken from `new`.
#[must_use]
pub(crate) const fn merge(old: u64, new: u64, mask: u64) -> u64 {
    (old & !mask) | (new & mask)
}

/// A length or position in host memory; the largest number where it does not fit.
#[must_use]
#[inline]
pub(crate) fn to_usize(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// A length or position in host memory as a guest's number.
#[must_use]
#[inline]
pub(crate) fn to_u64(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_bits_are_kept_and_the_rest_dropped() {
        assert_eq!(low_u32(0x1_2345_6789), 0x2345_6789);
        assert_eq!(low_u16(0x1_2345), 0x2345);
        assert_eq!(low_u8(0x1ff), 0xff);
        assert_eq!(field(0xabcd, 4, 8), 0xbc);
        assert_eq!(merge(0xf0f0, 0x0f0f, 0x00ff), 0xf00f);
    }
}
