//! The console device (virtio 1.1, 5.3) with its first port alone.

use std::collections::VecDeque;

use super::Backend;

/// What the other end sent comes through this queue (5.3.2), what the driver says through the
/// other one.
const RECEIVE: usize = 0;
const TRANSMIT: usize = 1;

/// A serial line without size, further ports or emergency writes.
#[derive(Debug, Clone, Default)]
pub struct Console {
    line: VecDeque<u8>,
    output: Vec<u8>,
}

impl Console {
    /// The other end sends these bytes; they wait until the driver has buffers for them.
    pub(super) fn send_to_guest(&mut self, bytes: &[u8]) {
        self.line.extend(bytes);
    }

    /// What the guest has transmitted since the last call.
    pub(super) fn drain_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }
}

impl Backend for Console {
    fn id(&self) -> u32 {
        3
    }

    fn queues(&self) -> usize {
        2
    }

    fn takes(&self, queue: usize) -> bool {
        queue == TRANSMIT || !self.line.is_empty()
    }

    fn answer(&mut self, queue: usize, request: &[u8], room: usize) -> Option<Vec<u8>> {
        if queue == RECEIVE {
            let length = room.min(self.line.len());
            return Some(self.line.drain(..length).collect());
        }
        self.output.extend(request);
        Some(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transmitted_comes_out_in_order() {
        let mut console = Console::default();
        assert!(console.takes(TRANSMIT));
        assert_eq!(console.answer(TRANSMIT, b"sep", 0), Some(Vec::new()));
        assert_eq!(console.answer(TRANSMIT, b"tum", 0), Some(Vec::new()));
        assert_eq!(console.drain_output(), b"septum");
        assert!(console.drain_output().is_empty());
    }

    #[test]
    fn a_buffer_waits_for_input_and_takes_what_fits() {
        let mut console = Console::default();
        assert!(!console.takes(RECEIVE));
        console.send_to_guest(b"abc");
        assert!(console.takes(RECEIVE));
        assert_eq!(console.answer(RECEIVE, &[], 2), Some(b"ab".to_vec()));
        assert_eq!(console.answer(RECEIVE, &[], 9), Some(b"c".to_vec()));
        assert!(!console.takes(RECEIVE));
    }
}
