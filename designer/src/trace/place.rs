//! Registers and memory as people name them: `a0`, `x10`, `0x8000_1000`, `0x8000_1000+64`,
//! `ping/stack`.

use septum_isa::REGISTERS;
use septum_simulator::travel::Place;

use super::layout::Layout;

/// Bytes at an address without a length.
const USUAL_BYTES: u64 = 8;

/// A text that names no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// The register that is always zero.
    #[error("`{0}` is always zero, nothing writes it")]
    Zero(String),
    /// A register, where no partition runs.
    #[error("`{0}` is a register: go to an instant at which its partition runs")]
    Nobody(String),
    /// Bytes that wrap around, or none.
    #[error("`{0}` is no range of addresses: write an address and a length, such as 0x80001000+8")]
    Range(String),
    /// Nothing has this name.
    #[error("`{0}` is no register, address or region: such as a0, 0x80001000+8 or ping/stack")]
    Unknown(String),
}

/// The place that a text names, for the partition that runs.
///
/// # Errors
/// When there is none, in a sentence.
pub fn read(text: &str, layout: &Layout, partition: Option<usize>) -> Result<Place, NoPlace> {
    let text = text.trim();
    if let Some(number) = register(text) {
        return match (number, partition) {
            (0, _) => Err(NoPlace::Zero(text.to_owned())),
            (_, None) => Err(NoPlace::Nobody(text.to_owned())),
            (number, Some(partition)) => Ok(Place::Register { partition, number }),
        };
    }
    if let Some(range) = layout.memory.find(text) {
        let end = range.base.saturating_add(range.size_bytes);
        return Ok(Place::Memory(range.base..end));
    }
    let (address, length) = text.split_once('+').unwrap_or((text, ""));
    let Some(address) = number(address) else {
        return Err(NoPlace::Unknown(text.to_owned()));
    };
    let length = match length {
        "" => Some(USUAL_BYTES),
        length => number(length),
    };
    let physical = layout.memory.physical(partition, address);
    let end = length.filter(|length| *length > 0);
    let end = end.and_then(|length| physical.checked_add(length));
    let end = end.ok_or_else(|| NoPlace::Range(text.to_owned()))?;
    Ok(Place::Memory(physical..end))
}

/// The number of the register with this name.
fn register(name: &str) -> Option<u8> {
    let numbered = |number: &str| {
        let number: u8 = number.parse().ok()?;
        (number < 32).then_some(number)
    };
    let known = match name {
        "fp" => Some(8),
        name => REGISTERS.iter().position(|it| *it == name),
    };
    let known = known.and_then(|number| u8::try_from(number).ok());
    known.or_else(|| numbered(name.strip_prefix('x')?))
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim().replace('_', "");
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::memory::tests::sample;

    fn place(text: &str, partition: Option<usize>) -> Result<Place, String> {
        let layout = Layout {
            memory: sample(),
            ..Layout::default()
        };
        read(text, &layout, partition).map_err(|error| error.to_string())
    }

    #[test]
    fn registers_are_those_of_who_runs() {
        let register = |number| Place::Register {
            partition: 1,
            number,
        };
        for (text, number) in [("a0", 10), (" x31 ", 31), ("fp", 8), ("s11", 27)] {
            assert_eq!(place(text, Some(1)), Ok(register(number)), "{text}");
        }
        assert!(place("a0", None).unwrap_err().contains("is a register"));
        assert!(place("zero", Some(1)).unwrap_err().contains("always zero"));
        assert!(
            place("x32", Some(1))
                .unwrap_err()
                .contains("is no register")
        );
    }

    #[test]
    fn addresses_are_those_that_the_partition_uses() {
        let memory = |range| Ok(Place::Memory(range));
        assert_eq!(place("0x8000_0000", None), memory(0x8000_0000..0x8000_0008));
        assert_eq!(
            place("0x80000010 + 0x10", Some(0)),
            memory(0x8100_0010..0x8100_0020)
        );
        assert_eq!(place("kernel.code", None), memory(0x8000_0000..0x8000_1000));
        for wrong in ["8+0", "0xffffffffffffffff", "1+1+1"] {
            assert!(
                place(wrong, None).unwrap_err().contains("is no range"),
                "{wrong}"
            );
        }
        assert!(place("", None).unwrap_err().contains("such as a0"));
    }
}
