//! Numbers of 7 bits a byte, the lowest first; the highest bit says that there are more.

/// Writes a number behind what was written.
pub(super) fn write(into: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            into.push(low);
            return;
        }
        into.push(low | 0x80);
    }
}

/// Reads a number from the front of bytes; `None` where there is none.
pub(super) fn read(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// The same for a number of another type.
pub(super) fn read_as<T: TryFrom<u64>>(from: &mut &[u8]) -> Option<T> {
    T::try_from(read(from)?).ok()
}
