//! The other end of the UART: types what the scenario says.

use std::collections::VecDeque;

use septum_core::scenario::{Exchange, Scenario};

/// A scenario on its way.
#[derive(Debug, Clone, Default)]
pub struct Script {
    exchanges: VecDeque<Exchange>,
    /// What the guest has printed since the last exchange was sent.
    heard: Vec<u8>,
    /// How many exchanges were sent.
    sent: usize,
}

/// How far a scenario has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptProgress {
    /// How many exchanges were sent.
    pub sent: usize,
    /// How many there are.
    pub total: usize,
    /// The output after which the next one is sent; `None` when all were.
    pub waits_for: Option<String>,
}

impl Script {
    /// Nothing was heard, nothing sent.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            exchanges: scenario.uart.iter().cloned().collect(),
            heard: Vec::new(),
            sent: 0,
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> ScriptProgress {
        ScriptProgress {
            sent: self.sent,
            total: self.sent + self.exchanges.len(),
            waits_for: self.exchanges.front().map(|next| next.after.clone()),
        }
    }

    /// Hears a byte from the guest.
    pub fn hear(&mut self, byte: u8) {
        if !self.exchanges.is_empty() {
            self.heard.push(byte);
        }
    }

    /// What to send now, if it is time.
    pub fn next_input(&mut self) -> Option<Vec<u8>> {
        let exchange = self.exchanges.front()?;
        let due = contains(&self.heard, exchange.after.as_bytes());
        if !due {
            return None;
        }
        self.heard.clear();
        self.sent += 1;
        self.exchanges
            .pop_front()
            .map(|exchange| exchange.send.into_bytes())
    }
}

/// Whether `text` has just been completed. Asked after each byte, so the end is enough.
fn contains(heard: &[u8], text: &[u8]) -> bool {
    heard.ends_with(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(exchanges: &[(&str, &str)]) -> Script {
        let exchange = |(after, send): &(&str, &str)| Exchange {
            after: (*after).into(),
            send: (*send).into(),
        };
        Script::new(&Scenario {
            uart: exchanges.iter().map(exchange).collect(),
            ..Scenario::default()
        })
    }

    #[test]
    fn each_piece_waits_for_its_reply() {
        let mut script = script(&[("", "a"), ("got a", "b"), ("got", "c")]);
        assert_eq!(script.next_input(), Some(b"a".to_vec()));
        assert_eq!(script.next_input(), None);
        let mut sent = Vec::new();
        for byte in b"got a\ngot b\n" {
            script.hear(*byte);
            sent.extend(script.next_input().map(|input| (*byte, input)));
        }
        assert_eq!(sent, [(b'a', b"b".to_vec()), (b't', b"c".to_vec())]);
    }

    #[test]
    fn a_script_says_how_far_it_has_come_and_what_it_waits_for() {
        let mut script = script(&[("", "a"), ("got a", "b")]);
        assert_eq!(script.next_input(), Some(b"a".to_vec()));
        let progress = |sent, waits_for: Option<&str>| ScriptProgress {
            sent,
            total: 2,
            waits_for: waits_for.map(str::to_owned),
        };
        assert_eq!(script.progress(), progress(1, Some("got a")));
        b"got a".iter().for_each(|byte| script.hear(*byte));
        assert_eq!(script.next_input(), Some(b"b".to_vec()));
        assert_eq!(script.progress(), progress(2, None));
    }

    #[test]
    fn pieces_without_a_condition_go_at_once() {
        let mut script = script(&[("", "a"), ("", "b")]);
        assert_eq!(script.next_input(), Some(b"a".to_vec()));
        assert_eq!(script.next_input(), Some(b"b".to_vec()));
        assert_eq!(script.next_input(), None);
    }
}
