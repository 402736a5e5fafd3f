//! Integer arithmetic where the host's differs or the ISA has words in doublewords.

use crate::bits::low_u32;

/// The low 32 bits, sign-extended.
#[inline]
pub(super) const fn word(value: u64) -> u64 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    let word = i32::from_le_bytes([a, b, c, d]);
    sign_extended(word)
}

#[inline]
#[expect(clippy::as_conversions, reason = "i64::from is not const")]
const fn sign_extended(word: i32) -> u64 {
    (word as i64).cast_unsigned()
}

#[inline]
fn signed_word(value: u64) -> i32 {
    low_u32(value).cast_signed()
}

/// `mulh` (unprivileged ISA 7.1).
#[inline]
pub(super) fn mulh(a: u64, b: u64) -> u64 {
    let product = i128::from(a.cast_signed()) * i128::from(b.cast_signed());
    high(product.cast_unsigned())
}

/// `mulhsu`: the first is signed.
#[inline]
pub(super) fn mulhsu(a: u64, b: u64) -> u64 {
    let product = i128::from(a.cast_signed()).wrapping_mul(i128::from(b));
    high(product.cast_unsigned())
}

/// `mulhu`.
#[inline]
pub(super) fn mulhu(a: u64, b: u64) -> u64 {
    high(u128::from(a) * u128::from(b))
}

#[inline]
fn high(product: u128) -> u64 {
    u64::try_from(product >> 64).unwrap_or(u64::MAX)
}

/// `div`: by zero is -1, the overflow is the dividend (7.2).
#[inline]
pub(super) fn div(a: u64, b: u64) -> u64 {
    match b {
        0 => u64::MAX,
        _ => a
            .cast_signed()
            .wrapping_div(b.cast_signed())
            .cast_unsigned(),
    }
}

/// `divu`: by zero is all ones.
#[inline]
pub(super) fn divu(a: u64, b: u64) -> u64 {
    a.checked_div(b).unwrap_or(u64::MAX)
}

/// `rem`: by zero is the dividend, of the overflow 0.
#[inline]
pub(super) fn rem(a: u64, b: u64) -> u64 {
    match b {
        0 => a,
        _ => a
            .cast_signed()
            .wrapping_rem(b.cast_signed())
            .cast_unsigned(),
    }
}

/// `remu`: by zero is the dividend.
#[inline]
pub(super) fn remu(a: u64, b: u64) -> u64 {
    a.checked_rem(b).unwrap_or(a)
}

/// `divw`.
#[inline]
pub(super) fn divw(a: u64, b: u64) -> u64 {
    match signed_word(b) {
        0 => u64::MAX,
        b => sign_extended(signed_word(a).wrapping_div(b)),
    }
}

/// `divuw`.
#[inline]
pub(super) fn divuw(a: u64, b: u64) -> u64 {
    let quotient = low_u32(a).checked_div(low_u32(b));
    quotient.map_or(u64::MAX, |quotient| word(u64::from(quotient)))
}

/// `remw`.
#[inline]
pub(super) fn remw(a: u64, b: u64) -> u64 {
    match signed_word(b) {
        0 => word(a),
        b => sign_extended(signed_word(a).wrapping_rem(b)),
    }
}

/// `remuw`.
#[inline]
pub(super) fn remuw(a: u64, b: u64) -> u64 {
    let rest = low_u32(a).checked_rem(low_u32(b));
    rest.map_or(word(a), |rest| word(u64::from(rest)))
}

/// A shift of a doubleword takes six bits of the amount (5.2).
#[inline]
pub(super) fn amount(value: u64) -> u32 {
    low_u32(value) & 63
}

/// A shift of a word takes five.
#[inline]
pub(super) fn amount_word(value: u64) -> u32 {
    low_u32(value) & 31
}

/// `srlw`.
#[inline]
pub(super) fn srlw(a: u64, by: u32) -> u64 {
    word(u64::from(low_u32(a) >> by))
}

/// `sraw`.
#[inline]
pub(super) fn sraw(a: u64, by: u32) -> u64 {
    sign_extended(signed_word(a) >> by)
}

/// `sra`.
#[inline]
pub(super) fn sra(a: u64, by: u32) -> u64 {
    (a.cast_signed() >> by).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: u64 = 1 << 63;
    const MIN_WORD: u64 = 0xffff_ffff_8000_0000;

    #[test]
    fn divisions_by_zero_and_overflows() {
        assert_eq!(
            [div(7, 0), divu(7, 0), rem(7, 0), remu(7, 0)],
            [u64::MAX, u64::MAX, 7, 7]
        );
        assert_eq!([div(MIN, u64::MAX), rem(MIN, u64::MAX)], [MIN, 0]);
        assert_eq!([divw(7, 1 << 32), divuw(7, 1 << 32)], [u64::MAX; 2]);
        assert_eq!([remw(MIN_WORD, 0), remuw(0x8000_0000, 0)], [MIN_WORD; 2]);
        assert_eq!(
            [divw(MIN_WORD, u64::MAX), remw(MIN_WORD, u64::MAX)],
            [MIN_WORD, 0]
        );
    }

    #[test]
    fn high_halves_of_products() {
        let minus_one = u64::MAX;
        assert_eq!(mulh(minus_one, minus_one), 0);
        assert_eq!(mulhsu(minus_one, minus_one), minus_one);
        assert_eq!(mulhu(minus_one, minus_one), minus_one - 1);
        assert_eq!(mulh(MIN, MIN), 1 << 62);
    }

    #[test]
    fn words_are_sign_extended() {
        assert_eq!(word(0x1_8000_0000), MIN_WORD);
        assert_eq!(srlw(MIN_WORD, 31), 1);
        assert_eq!(sraw(0x8000_0000, 31), u64::MAX);
        assert_eq!(srlw(0x8000_0000, 0), MIN_WORD);
        assert_eq!(sra(MIN, 63), u64::MAX);
    }
}
