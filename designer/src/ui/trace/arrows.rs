//! Which messages the timeline draws as arrows.

use crate::trace::messages::Message;

use super::timeline::Timeline;
use super::wires::{Arrow, End, Wires};

impl Timeline<'_> {
    /// The wires of the messages in sight; `None` when they are too many to tell apart, or
    /// when the lanes have no gaps for them.
    pub(super) fn connect(&self) -> Option<Wires> {
        let messages = self.trace.recording.messages();
        let range = self.span.range();
        if self.rows.each < 2 || messages.sent_within(&range) > usize::from(self.columns) / 2 {
            return None;
        }
        let selected = self.trace.selected.and_then(|event| messages.of(event));
        let others = messages
            .touching(&range)
            .filter(|message| Some(*message) != selected);
        let mut wires = Wires::new(self.columns, self.rows.count);
        for message in others.chain(selected) {
            if let Some(arrow) = self.arrow(message) {
                wires.draw(Arrow {
                    selected: Some(message) == selected,
                    ..arrow
                });
            }
        }
        Some(wires)
    }

    fn arrow(&self, message: &Message) -> Option<Arrow> {
        let range = self.span.range();
        if message.sent_ns >= range.end {
            return None;
        }
        let end = match message.received_ns {
            None => End::InFlight,
            Some(time_ns) if time_ns >= range.end => End::Later,
            Some(time_ns) => End::Column(self.span.column_of(time_ns, self.columns)?),
        };
        let start = self.span.column_of(message.sent_ns, self.columns);
        if start.is_none() && end == End::InFlight {
            return None;
        }
        Some(Arrow {
            start,
            end,
            from: message.from,
            to: message.to,
            selected: false,
        })
    }
}
