//! Messages through channels: which send led to which receive.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use septum_simulator::event::{Event, EventKind};
use septum_simulator::name::Name;

use super::layout::Layout;

/// A message or a signal on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Position of the send or signal in the recording.
    pub sent: usize,
    /// When it was sent.
    pub sent_ns: u64,
    /// Position of the receive, once there is one.
    pub received: Option<usize>,
    /// When it was received, or when it arrived if nothing receives it (a signal).
    pub received_ns: Option<u64>,
    /// Lane of the sender.
    pub from: usize,
    /// Lane of the receiver.
    pub to: usize,
}

/// All messages, in the order of their sends.
#[derive(Debug, Clone, Default)]
pub struct Messages {
    all: Vec<Message>,
    /// Positions in `all`, in the order of their receives.
    received: Vec<usize>,
    /// What is in the queue of each channel: positions in `all`.
    queued: BTreeMap<Name, VecDeque<usize>>,
    /// The value of each sampling channel that nobody has read: positions in `all`.
    unread: BTreeMap<Name, usize>,
}

impl Messages {
    /// Takes in the next event of the recording.
    pub(super) fn push(&mut self, position: usize, event: &Event, layout: &Layout) {
        match &event.kind {
            EventKind::Send {
                channel, status, ..
            } if status == "ok" => {
                if let Some(number) = self.begin(position, event.time_ns, channel, layout) {
                    self.queued
                        .entry(channel.clone())
                        .or_default()
                        .push_back(number);
                }
            }
            EventKind::SampleWrite {
                channel, status, ..
            } if status == "ok" => {
                if let Some(number) = self.begin(position, event.time_ns, channel, layout) {
                    self.unread.insert(channel.clone(), number);
                }
            }
            EventKind::Receive {
                channel, status, ..
            } if status == "ok" => {
                let queue = self.queued.get_mut(channel);
                let first = queue.and_then(VecDeque::pop_front);
                self.end(position, event.time_ns, first);
            }
            // Only the first who reads a value takes it from its writer.
            EventKind::SampleRead {
                channel,
                age_ns: Some(_),
                ..
            } => {
                let value = self.unread.remove(channel);
                self.end(position, event.time_ns, value);
            }
            EventKind::RestartEnd => self.drain(event.partition.as_deref(), layout),
            EventKind::Signal {
                channel, status, ..
            } if status == "ok" => {
                if let Some(number) = self.begin(position, event.time_ns, channel, layout) {
                    self.all[number].received_ns = Some(event.time_ns);
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, sent: usize, ns: u64, channel: &str, layout: &Layout) -> Option<usize> {
        let connection = layout.connection(channel)?;
        self.all.push(Message {
            sent,
            sent_ns: ns,
            received: None,
            received_ns: None,
            from: connection.from,
            to: connection.to,
        });
        Some(self.all.len() - 1)
    }

    fn end(&mut self, position: usize, time_ns: u64, number: Option<usize>) {
        let Some(number) = number else {
            return;
        };
        let message = &mut self.all[number];
        message.received = Some(position);
        message.received_ns = Some(time_ns);
        self.received.push(number);
    }

    /// A partition that was restarted finds its queues empty: what was in them reaches nobody.
    fn drain(&mut self, partition: Option<&str>, layout: &Layout) {
        let lane = partition.and_then(|name| layout.lane(name));
        let to = |channel: &str| layout.connection(channel).map(|it| it.to);
        self.queued
            .retain(|channel, _| lane.is_none() || to(channel) != lane);
    }

    /// Bytes in memory, but for what is queued.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.all.as_slice()) + size_of_val(self.received.as_slice())
    }

    /// The message that this event sent or received.
    #[must_use]
    pub fn of(&self, event: usize) -> Option<&Message> {
        let by_send = self
            .all
            .binary_search_by_key(&event, |message| message.sent);
        let by_receive = || {
            let key = |number: &usize| self.all[*number].received.unwrap_or_default();
            self.received
                .binary_search_by_key(&event, key)
                .ok()
                .map(|found| self.received[found])
        };
        by_send
            .ok()
            .or_else(by_receive)
            .map(|number| &self.all[number])
    }

    /// How many messages were sent within the span.
    #[must_use]
    pub fn sent_within(&self, span_ns: &Range<u64>) -> usize {
        self.sent_range(span_ns).len()
    }

    /// The messages that were sent or received within the span, each once.
    pub fn touching(&self, span_ns: &Range<u64>) -> impl Iterator<Item = &Message> {
        let sent = self.sent_range(span_ns);
        let first_sent = sent.start;
        let ns = |number: &usize| self.all[*number].received_ns.unwrap_or_default();
        let start = self
            .received
            .partition_point(|number| ns(number) < span_ns.start);
        let end = self
            .received
            .partition_point(|number| ns(number) < span_ns.end);
        let earlier = self.received[start..end]
            .iter()
            .filter(move |number| **number < first_sent);
        earlier.copied().chain(sent).map(|number| &self.all[number])
    }

    fn sent_range(&self, span_ns: &Range<u64>) -> Range<usize> {
        let start = self
            .all
            .partition_point(|message| message.sent_ns < span_ns.start);
        let end = self
            .all
            .partition_point(|message| message.sent_ns < span_ns.end);
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::sample::{event, receive, recording, send};

    #[test]
    fn a_send_leads_to_its_receive_and_back() {
        let recording = recording(3);
        let messages = recording.messages();
        let sends: Vec<&Message> = messages.touching(&(0..u64::MAX)).collect();
        assert_eq!(sends.len(), 6);
        let request = messages.of(2).unwrap();
        assert_eq!((request.sent, request.received), (2, Some(8)));
        assert_eq!((request.from, request.to), (0, 2));
        assert_eq!(messages.of(8), Some(request));
        assert_eq!(messages.of(1), None);
        assert_eq!(messages.of(9).unwrap().received, None);
    }

    #[test]
    fn queues_are_first_in_first_out_and_refused_sends_are_no_messages() {
        let layout = crate::trace::layout::tests::sample();
        let mut messages = Messages::default();
        let mut refused = send("request", "c");
        if let EventKind::Send { status, .. } = &mut refused {
            *status = "full".into();
        }
        let events = [
            event(1, "ping", send("request", "a")),
            event(2, "ping", send("request", "b")),
            event(3, "ping", refused),
            event(4, "pong", receive("request", "a")),
            event(5, "pong", receive("request", "b")),
            event(6, "pong", receive("request", "never sent")),
        ];
        for (position, event) in events.iter().enumerate() {
            messages.push(position, event, &layout);
        }
        assert_eq!(messages.of(3).unwrap().sent, 0);
        assert_eq!(messages.of(4).unwrap().sent, 1);
        assert_eq!((messages.of(2), messages.of(5)), (None, None));
    }

    #[test]
    fn what_a_restart_drains_reaches_nobody() {
        let layout = crate::trace::layout::tests::sample();
        let mut messages = Messages::default();
        let events = [
            event(1, "ping", send("request", "a")),
            event(2, "ping", EventKind::RestartEnd),
            event(3, "ping", send("request", "b")),
            event(4, "pong", EventKind::RestartEnd),
            event(5, "ping", send("request", "c")),
            event(6, "pong", receive("request", "c")),
        ];
        for (position, event) in events.iter().enumerate() {
            messages.push(position, event, &layout);
        }
        assert_eq!(messages.of(0).unwrap().received, None);
        assert_eq!(messages.of(2).unwrap().received, None);
        assert_eq!(messages.of(5).unwrap().sent, 4);
    }

    #[test]
    fn a_value_goes_to_its_first_reader_and_a_newer_one_takes_its_place() {
        let layout = crate::trace::layout::tests::sample();
        let write = |text| match send("request", text) {
            EventKind::Send {
                channel,
                port,
                length,
                bytes,
                status,
            } => EventKind::SampleWrite {
                channel,
                port,
                length,
                bytes,
                status,
            },
            other => other,
        };
        let read = |age_ns| EventKind::SampleRead {
            channel: "request".into(),
            port: "in".into(),
            length: 0,
            bytes: [].into(),
            status: "stale".into(),
            age_ns,
        };
        let mut messages = Messages::default();
        let events = [
            event(1, "pong", read(None)),
            event(2, "ping", write("a")),
            event(3, "ping", write("b")),
            event(4, "pong", read(Some(1))),
            event(5, "pong", read(Some(2))),
        ];
        for (position, event) in events.iter().enumerate() {
            messages.push(position, event, &layout);
        }
        assert_eq!(messages.of(0), None);
        assert_eq!(messages.of(1).unwrap().received, None);
        assert_eq!(messages.of(3).unwrap().sent, 2);
        assert_eq!(messages.of(4), None);
    }

    #[test]
    fn a_span_touches_what_begins_or_ends_in_it() {
        let recording = recording(2);
        let messages = recording.messages();
        let touching = |span_ns| {
            messages
                .touching(&span_ns)
                .map(|it| it.sent)
                .collect::<Vec<_>>()
        };
        assert_eq!(touching(0..60_000), [2]);
        assert_eq!(touching(605_000..620_000), [2]);
        assert_eq!(touching(0..700_000), [2]);
        assert_eq!(touching(605_000..701_000), [2, 9]);
        assert!(touching(100_000..600_000).is_empty());
        assert_eq!(messages.sent_within(&(0..1_000_000)), 2);
    }
}
