//! The host-target interface (HTIF): what a test program says by a store to its word `tohost`.

/// Most significant byte of a command: the device.
const DEVICE_SHIFT: u32 = 56;
/// The byte below: what the device is to do.
const COMMAND_SHIFT: u32 = 48;
/// Device and command of a byte that is to be printed.
const WRITE: (u64, u64) = (1, 1);
/// Device and command of a byte that is to be read.
const READ: (u64, u64) = (1, 0);

/// What a word other than 0 asks the host for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    /// To end with this exit code; 0 is a pass.
    Exit(u64),
    /// To print a byte.
    Print(u8),
    /// To read a byte. Nobody types, so it never comes.
    Read,
    /// Something else, such as a system call of the host.
    Other,
}

impl Request {
    pub(crate) fn of(word: u64) -> Self {
        match (word >> DEVICE_SHIFT, word >> COMMAND_SHIFT & 0xff) {
            WRITE => Self::Print(word.to_le_bytes()[0]),
            READ => Self::Read,
            _ if word & 1 == 1 => Self::Exit(word >> 1),
            _ => Self::Other,
        }
    }

    /// The word in `fromhost` that says that it is done, if any does.
    pub(crate) fn answer(self) -> Option<u64> {
        let (device, command) = WRITE;
        let done = device << DEVICE_SHIFT | command << COMMAND_SHIFT;
        match self {
            Self::Print(byte) => Some(done | u64::from(byte)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_what_they_ask_for() {
        for (word, request) in [
            (1, Request::Exit(0)),
            (3, Request::Exit(1)),
            (u64::MAX, Request::Exit(u64::MAX >> 1)),
            (0x0101_0000_0000_0041, Request::Print(b'A')),
            (0x0101_0000_0000_1242, Request::Print(b'B')),
            (0x0100_0000_0000_0000, Request::Read),
            (0x8000_1000, Request::Other),
            (0x0200_0000_0000_0000, Request::Other),
        ] {
            assert_eq!(Request::of(word), request, "{word:#x}");
        }
    }

    #[test]
    fn a_byte_that_was_printed_is_answered_with_itself() {
        let word = 0x0101_0000_0000_0041;
        assert_eq!(Request::of(word).answer(), Some(word));
        assert_eq!(Request::of(1).answer(), None);
    }
}
