//! The accesses of 8 bytes that the kernel's instructions make.

/// An access to memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Load { address: u64 },
    Store { address: u64, value: u64 },
}

impl Access {
    /// The access of `ld`, `sd`, `c.ld` or `c.sd` with these registers; none for another
    /// instruction (unprivileged specification, 2.6 and 16.3).
    pub(crate) fn of(word: u32, x: &[u64; 32]) -> Option<Self> {
        let register = |number: u32| x[usize::try_from(number).expect("5 bits")];
        let (first, second) = (register(bits(word, 15, 5)), register(bits(word, 20, 5)));
        let short_first = register(8 + bits(word, 7, 3));
        let short = u64::from(bits(word, 10, 3) << 3 | bits(word, 5, 2) << 6);
        match (bits(word, 0, 2), bits(word, 13, 3), word & 0x707f) {
            (0, 3, _) => Some(Self::Load {
                address: short_first + short,
            }),
            (0, 7, _) => Some(Self::Store {
                address: short_first + short,
                value: register(8 + bits(word, 2, 3)),
            }),
            (_, _, 0x3003) => Some(Self::Load {
                address: offset(first, bits(word, 20, 12)),
            }),
            (_, _, 0x3023) => Some(Self::Store {
                address: offset(first, bits(word, 25, 7) << 5 | bits(word, 7, 5)),
                value: second,
            }),
            _ => None,
        }
    }
}

fn bits(word: u32, first: u32, count: u32) -> u32 {
    word >> first & ((1 << count) - 1)
}

/// An address plus 12 bits with a sign.
fn offset(base: u64, bits: u32) -> u64 {
    base.wrapping_add_signed(i64::from(bits.cast_signed() << 20 >> 20))
}
