//! The kinds of event: one table for names, glyphs, filters and the legend.

use septum_simulator::event::EventKind;

/// What kind of thing happened; an [`EventKind`] without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A window began.
    Window,
    /// Another schedule began.
    ScheduleChange,
    /// A partition began to run.
    Dispatch,
    /// A partition was displaced.
    Preempt,
    /// A partition waits.
    Block,
    /// A partition became ready.
    Wake,
    /// A message went into a channel.
    Send,
    /// A message came out of a channel.
    Receive,
    /// A sampling channel got a value.
    SampleWrite,
    /// The value of a sampling channel was looked at.
    SampleRead,
    /// A signal was set.
    Signal,
    /// A device raised its line.
    InterruptRaised,
    /// An interrupt became pending at its port.
    InterruptDelivered,
    /// A partition acknowledged an interrupt.
    InterruptAcknowledged,
    /// A log record.
    Log,
    /// A call that is not allowed.
    DeniedCall,
    /// A fault.
    Fault,
    /// A partition is to begin anew.
    RestartBegin,
    /// A partition is as at its first start.
    RestartEnd,
    /// A partition was stopped by another one.
    Halt,
    /// The second schedule was asked for.
    SafeMode,
    /// A partition ended itself.
    Exit,
    /// An access that the design does not grant.
    Violation,
    /// The machine stopped.
    Stop,
}

/// One row of the table of kinds.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The kind.
    pub kind: Kind,
    /// Its name, as in `septum run --format json`.
    pub name: &'static str,
    /// Its name where there is little room: at most 8 characters.
    pub label: &'static str,
    /// Its mark on a lane; `None` where the lane's bar itself shows it.
    pub mark: Option<Mark>,
    /// Whether a system call of the partition makes it.
    pub call: bool,
    /// What it means, for the legend.
    pub meaning: &'static str,
}

/// A mark on a lane, in both glyph sets.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// For terminals with Unicode.
    pub unicode: char,
    /// For all others.
    pub ascii: char,
    /// The more important one is drawn where two share a cell; 0 is the least.
    pub weight: u8,
}

/// Marks of at least this weight are drawn however many events there are.
const ALARM: u8 = 7;

const fn mark(unicode: char, ascii: char, weight: u8) -> Option<Mark> {
    Some(Mark {
        unicode,
        ascii,
        weight,
    })
}

const fn row(
    kind: Kind,
    [name, label]: [&'static str; 2],
    mark: Option<Mark>,
    call: bool,
    meaning: &'static str,
) -> Row {
    Row {
        kind,
        name,
        label,
        mark,
        call,
        meaning,
    }
}

/// Every kind, in the order of the enum.
pub const KINDS: [Row; 24] = [
    row(
        Kind::Window,
        ["window", "window"],
        None,
        false,
        "a window of the schedule began",
    ),
    row(
        Kind::ScheduleChange,
        ["schedule_change", "schedule"],
        mark('⇄', '%', 8),
        false,
        "another schedule began",
    ),
    row(
        Kind::Dispatch,
        ["dispatch", "dispatch"],
        None,
        false,
        "the partition runs",
    ),
    row(
        Kind::Preempt,
        ["preempt", "preempt"],
        None,
        false,
        "the partition could go on but does not run",
    ),
    row(
        Kind::Block,
        ["block", "block"],
        None,
        true,
        "the partition waits",
    ),
    row(
        Kind::Wake,
        ["wake", "wake"],
        None,
        false,
        "the partition became ready",
    ),
    row(
        Kind::Send,
        ["send", "send"],
        mark('►', '>', 6),
        true,
        "a message into a channel",
    ),
    row(
        Kind::Receive,
        ["receive", "receive"],
        mark('◄', '<', 5),
        true,
        "a message out of a channel",
    ),
    row(
        Kind::SampleWrite,
        ["sample_write", "sample w"],
        mark('▸', ')', 6),
        true,
        "a new value of a sampling channel",
    ),
    row(
        Kind::SampleRead,
        ["sample_read", "sample r"],
        mark('◂', '(', 5),
        true,
        "the value of a sampling channel was read",
    ),
    row(
        Kind::Signal,
        ["signal", "signal"],
        mark('∿', '~', 3),
        true,
        "a signal was set",
    ),
    row(
        Kind::InterruptRaised,
        ["interrupt_raised", "irq"],
        mark('↯', '!', 4),
        false,
        "a device raised its line",
    ),
    row(
        Kind::InterruptDelivered,
        ["interrupt_delivered", "irq pend"],
        mark('↧', 'v', 4),
        false,
        "an interrupt is pending at its port",
    ),
    row(
        Kind::InterruptAcknowledged,
        ["interrupt_acknowledged", "irq ack"],
        mark('✓', 'a', 1),
        true,
        "an interrupt was acknowledged",
    ),
    row(
        Kind::Log,
        ["log", "log"],
        mark('≡', 'l', 2),
        true,
        "a log record",
    ),
    row(
        Kind::DeniedCall,
        ["denied_call", "denied"],
        mark('⊘', '0', 8),
        true,
        "a call that is not allowed",
    ),
    row(
        Kind::Fault,
        ["fault", "fault"],
        mark('✗', 'X', 9),
        false,
        "a fault: the health monitor acts",
    ),
    row(
        Kind::RestartBegin,
        ["restart_begin", "restart"],
        mark('↺', 'r', 7),
        false,
        "the partition is to begin anew",
    ),
    row(
        Kind::RestartEnd,
        ["restart_end", "as new"],
        mark('↻', 'R', 7),
        false,
        "the partition is as at its first start",
    ),
    row(
        Kind::Halt,
        ["halt", "halt"],
        mark('⊠', 'H', 8),
        false,
        "a partition stopped it",
    ),
    row(
        Kind::SafeMode,
        ["safe_mode", "safe"],
        mark('⚑', 'S', 8),
        true,
        "the second schedule is to begin",
    ),
    row(
        Kind::Exit,
        ["exit", "exit"],
        mark('□', 'q', 7),
        true,
        "the partition ended itself",
    ),
    row(
        Kind::Violation,
        ["violation", "breach"],
        mark('⊗', 'V', 9),
        false,
        "an access that the design does not grant: hardware or kernel let it through",
    ),
    row(
        Kind::Stop,
        ["stop", "stop"],
        mark('■', 'Q', 9),
        false,
        "the kernel stopped the machine",
    ),
];

impl Kind {
    /// The kind of an event.
    #[must_use]
    pub const fn of(event: &EventKind) -> Self {
        match event {
            EventKind::Window { .. } => Self::Window,
            EventKind::ScheduleChange { .. } => Self::ScheduleChange,
            EventKind::Dispatch => Self::Dispatch,
            EventKind::Preempt => Self::Preempt,
            EventKind::Block { .. } => Self::Block,
            EventKind::Wake { .. } => Self::Wake,
            EventKind::Send { .. } => Self::Send,
            EventKind::Receive { .. } => Self::Receive,
            EventKind::SampleWrite { .. } => Self::SampleWrite,
            EventKind::SampleRead { .. } => Self::SampleRead,
            EventKind::Signal { .. } => Self::Signal,
            EventKind::InterruptRaised { .. } => Self::InterruptRaised,
            EventKind::InterruptDelivered { .. } => Self::InterruptDelivered,
            EventKind::InterruptAcknowledged { .. } => Self::InterruptAcknowledged,
            EventKind::Log { .. } => Self::Log,
            EventKind::DeniedCall { .. } => Self::DeniedCall,
            EventKind::Fault { .. } => Self::Fault,
            EventKind::RestartBegin { .. } => Self::RestartBegin,
            EventKind::RestartEnd => Self::RestartEnd,
            EventKind::Halt { .. } => Self::Halt,
            EventKind::SafeMode { .. } => Self::SafeMode,
            EventKind::Exit => Self::Exit,
            EventKind::Violation { .. } => Self::Violation,
            EventKind::Stop { .. } => Self::Stop,
        }
    }

    /// Its row in [`KINDS`].
    #[must_use]
    pub fn row(self) -> &'static Row {
        &KINDS[self.position()]
    }

    /// Its position in [`KINDS`].
    #[must_use]
    pub fn position(self) -> usize {
        KINDS
            .iter()
            .position(|row| row.kind == self)
            .unwrap_or_default()
    }
}

impl Row {
    /// How important its mark is; 0 where it has none.
    #[must_use]
    pub fn weight(&self) -> u8 {
        self.mark.map_or(0, |mark| mark.weight)
    }

    /// Whether it is marked however many events there are.
    #[must_use]
    pub fn is_alarm(&self) -> bool {
        self.weight() >= ALARM
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindSet(u32);

impl KindSet {
    /// Every kind.
    pub const ALL: Self = Self((1 << KINDS.len()) - 1);
    /// No kind.
    pub const NONE: Self = Self(0);

    /// Whether the kind is in the set.
    #[must_use]
    pub fn contains(self, kind: Kind) -> bool {
        self.0 >> kind.position() & 1 == 1
    }

    /// The set with the kind added or, if it was there, taken out.
    #[must_use]
    pub fn toggled(self, kind: Kind) -> Self {
        Self(self.0 ^ 1 << kind.position())
    }

    /// The set with all of another one added.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set with all of another one taken out.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What is in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The kinds in it, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        let kinds = KINDS.iter().map(|row| row.kind);
        kinds.filter(move |kind| self.contains(*kind))
    }

    /// The kinds of the table that satisfy the condition.
    pub fn select(condition: impl Fn(&Row) -> bool) -> Self {
        let wanted = KINDS.iter().filter(|row| condition(row));
        wanted.fold(Self::NONE, |set, row| set.toggled(row.kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_json_and_rows_stand_in_order() {
        let samples = crate::trace::describe::tests::one_of_each();
        assert_eq!(samples.len(), KINDS.len());
        for (position, event) in samples.iter().enumerate() {
            let json = serde_json::to_value(event).unwrap();
            let row = Kind::of(event).row();
            assert_eq!(json["event"], row.name);
            assert!(row.label.len() <= 8);
            assert_eq!(row.kind.position(), position);
        }
    }

    #[test]
    fn ascii_marks_are_ascii_and_one_cell_wide() {
        use unicode_width::UnicodeWidthChar;
        for mark in KINDS.iter().filter_map(|row| row.mark) {
            assert!(mark.ascii.is_ascii_graphic());
            assert_eq!(mark.unicode.width(), Some(1));
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let calls = KindSet::select(|row| row.call);
        assert!(calls.contains(Kind::Send) && !calls.contains(Kind::Window));
        assert!(!KindSet::ALL.toggled(Kind::Log).contains(Kind::Log));
        assert!(KINDS.iter().all(|row| KindSet::ALL.contains(row.kind)));
    }
}
