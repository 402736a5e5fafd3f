//! What must hold of every trace of every design: a model of the kernel's promises, which
//! knows the design and the events and nothing else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use septum_core::plan::Plan;
use septum_core::spec::{RawChannelKind, RawSystem};
use septum_simulator::event::{Event, EventKind, HEALTH_MONITOR};
use septum_simulator::name::Name;

/// What a partition is doing, as far as the trace says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Doing {
    /// It would run; since when.
    Ready(u64),
    Running,
    Waiting {
        ports: Vec<Name>,
        deadline_ns: Option<u64>,
    },
    Ended,
    /// Not before this time it is as at its first start.
    Restarting(u64),
}

/// A window that has begun.
struct Window {
    schedule: usize,
    index: usize,
    frame: u64,
    begin_ns: u64,
    end_ns: u64,
    /// Most important first.
    members: Vec<String>,
    /// Those of the window before.
    members_before: Vec<String>,
}

/// The state of a design as its events tell it.
pub(crate) struct Story<'a> {
    raw: &'a RawSystem,
    start_ns: u64,
    pad_ns: u64,
    tick_ns: u64,
    now_ns: u64,
    /// The schedule of the next frame, where it is known.
    next_schedule: usize,
    window: Option<Window>,
    doing: BTreeMap<String, Doing>,
    instructions: BTreeMap<String, (u64, u64)>,
    queues: BTreeMap<String, VecDeque<Vec<u8>>>,
    /// Channels whose oldest message may be in the receiver's buffer already: it was waiting for
    /// nothing else. Then the queue has room for one more.
    handed: BTreeSet<String>,
    /// Who waited for this port alone and has not run since its deadline.
    late: BTreeSet<(String, String)>,
    /// Ports that were signalled or interrupted and may not have been looked at since.
    bits: BTreeSet<(String, String)>,
    raised: usize,
    /// The last value of each sampling channel, and when it was written.
    values: BTreeMap<String, (u64, Vec<u8>)>,
}

/// Tells the story; panics at the first event that contradicts it.
pub(crate) fn check(raw: &RawSystem, plan: &Plan, events: &[Event]) {
    let tick_ns = 1_000_000_000 / raw.machine.timebase_hz;
    let mut story = Story {
        raw,
        start_ns: plan.start_ticks() * tick_ns,
        pad_ns: plan.pad_ticks() * tick_ns,
        tick_ns,
        now_ns: 0,
        next_schedule: 0,
        window: None,
        doing: BTreeMap::new(),
        instructions: BTreeMap::new(),
        queues: BTreeMap::new(),
        handed: BTreeSet::new(),
        late: BTreeSet::new(),
        bits: BTreeSet::new(),
        raised: 0,
        values: BTreeMap::new(),
    };
    for partition in &raw.partitions {
        story.doing.insert(partition.name.clone(), Doing::Ready(0));
        story.instructions.insert(partition.name.clone(), (0, 0));
    }
    for event in events {
        story.tell(event);
    }
}

impl Story<'_> {
    fn tell(&mut self, event: &Event) {
        assert!(self.now_ns <= event.time_ns, "back in time: {event:?}");
        assert_eq!(event.hart, 0);
        self.now_ns = event.time_ns;
        let Some(name) = &event.partition else {
            return self.tell_of_hart(event);
        };
        self.count(name, event);
        match &event.kind {
            EventKind::Dispatch => self.dispatch(name),
            EventKind::Wake { timeout } => self.wake(name, *timeout),
            EventKind::InterruptDelivered { port, .. } => {
                assert!(self.raised > 0, "delivered but not raised: {event:?}");
                assert!(self.may_claim(name), "in a window of others: {event:?}");
                self.bits.insert((name.to_string(), port.to_string()));
            }
            EventKind::RestartBegin { by, backoff_ns } => {
                self.assert_done_by(name, by);
                let begin = Doing::Restarting(self.now_ns + backoff_ns);
                self.doing.insert(name.to_string(), begin);
            }
            EventKind::RestartEnd => self.end_restart(name),
            EventKind::Halt { by } => {
                self.assert_done_by(name, by);
                self.doing.insert(name.to_string(), Doing::Ended);
            }
            EventKind::SafeMode { by } => {
                self.assert_done_by(name, by);
                self.next_schedule = 1;
            }
            EventKind::Fault { cause, action, .. } => self.fault(name, cause, action),
            kind => {
                assert_eq!(self.doing[name.as_str()], Doing::Running, "{event:?}");
                self.act(name, kind);
            }
        }
    }

    /// Only who runs can ask for something, and the health monitor only after a fault.
    fn assert_done_by(&self, name: &str, by: &str) {
        if HEALTH_MONITOR == by {
            assert_eq!(self.doing[name], Doing::Ended, "{name} has faulted");
        } else {
            assert_eq!(self.doing[by], Doing::Running, "{by} asks");
        }
    }

    /// A deadline can also be missed by somebody who does not run; whatever is done about it but
    /// nothing ends the run.
    fn fault(&mut self, name: &str, cause: &str, action: &str) {
        let may_be_late = matches!(self.doing[name], Doing::Ready(_)) && cause == "deadline missed";
        assert!(self.doing[name] == Doing::Running || may_be_late, "{name}");
        if action != "ignore" {
            self.doing.insert(name.to_owned(), Doing::Ended);
        }
    }

    /// In its own window; what was on its way to it is lost, what it sent is not.
    fn end_restart(&mut self, name: &str) {
        let Doing::Restarting(from_ns) = self.doing[name] else {
            panic!("{name}: {:?}", self.doing[name]);
        };
        assert!(from_ns <= self.now_ns, "{name} begins before {from_ns}");
        let window = self.window.as_ref().expect("a window has begun");
        assert!(window.members.iter().any(|member| member == name), "{name}");
        for channel in &self.raw.channels {
            if channel.to.partition == name {
                self.queues.remove(&channel.name);
                self.handed.remove(&channel.name);
            }
        }
        self.bits.retain(|(owner, _)| owner != name);
        let ready = Doing::Ready(self.now_ns);
        self.doing.insert(name.to_owned(), ready);
    }

    fn tell_of_hart(&mut self, event: &Event) {
        assert_eq!(event.instructions, 0);
        match event.kind {
            EventKind::Window {
                schedule,
                index,
                frame,
            } => self.begin_window(schedule, index, frame),
            EventKind::ScheduleChange { schedule } => {
                let before = self.window.as_ref().map(|window| window.schedule);
                assert_eq!((before, schedule), (Some(0), self.next_schedule));
            }
            EventKind::InterruptRaised { .. } => self.raised += 1,
            EventKind::Violation { .. } => panic!("the monitor saw {event:?}"),
            EventKind::Stop { .. } => {}
            _ => panic!("an event of nobody: {event:?}"),
        }
    }

    /// Windows begin one after another at the times that the design adds up to; the schedule
    /// changes between frames only, and at once when it was asked for.
    fn begin_window(&mut self, schedule: usize, index: usize, frame: u64) {
        let windows = |schedule: usize| &self.raw.schedules[schedule].windows;
        let before = self.window.as_ref();
        let (expected, begin_ns) = match before {
            None => ((0, 0, 0), self.start_ns),
            Some(it) if it.index + 1 < windows(it.schedule).len() => {
                ((it.schedule, it.index + 1, it.frame), it.end_ns)
            }
            Some(it) => ((self.next_schedule, 0, it.frame + 1), it.end_ns),
        };
        assert_eq!((schedule, index, frame), expected);
        assert_eq!(self.now_ns, begin_ns, "window {index} of frame {frame}");
        assert_eq!(self.runs(), None, "across the end of a window");
        let window = &windows(schedule)[index];
        self.window = Some(Window {
            schedule,
            index,
            frame,
            begin_ns,
            end_ns: begin_ns + window.duration_ns,
            members: window.partitions.clone(),
            members_before: before.map_or(Vec::new(), |window| window.members.clone()),
        });
    }

    /// Who runs.
    fn runs(&self) -> Option<String> {
        let mut all = self.doing.iter();
        all.find(|(_, doing)| **doing == Doing::Running)
            .map(|(name, _)| name.clone())
    }

    /// In the partition's own window; the kernel may just have looked at the clock when that
    /// ends.
    fn may_claim(&self, name: &str) -> bool {
        let Some(window) = &self.window else {
            return false;
        };
        let has = |members: &[String]| members.iter().any(|member| member == name);
        let just_begun = self.now_ns < window.begin_ns + self.pad_ns;
        has(&window.members) || (just_begun && has(&window.members_before))
    }

    /// Instructions are executed by who runs, at most one in a nanosecond.
    fn count(&mut self, name: &str, event: &Event) {
        let (before_ns, before) = self.instructions[name];
        let executed = event
            .instructions
            .checked_sub(before)
            .expect("they only grow");
        let passed_ns = event.time_ns - before_ns;
        assert!(
            executed * self.raw.machine.ns_per_instruction <= passed_ns,
            "{event:?}"
        );
        if self.doing[name] != Doing::Running {
            assert_eq!(executed, 0, "of somebody who does not run: {event:?}");
        }
        let now = (event.time_ns, event.instructions);
        self.instructions.insert(name.to_owned(), now);
    }

    /// Only in its own window, after the pad, when nobody runs and nobody more important has
    /// been ready for longer than the kernel takes.
    fn dispatch(&mut self, name: &str) {
        let window = self.window.as_ref().expect("a window has begun");
        let at = window.members.iter().position(|member| member == name);
        let more_important = &window.members[..at.expect("in a window of others")];
        assert!(
            window.begin_ns + self.pad_ns < self.now_ns
                && self.now_ns <= window.end_ns + self.pad_ns
        );
        assert!(
            matches!(self.doing[name], Doing::Ready(_)),
            "{name}: {:?}",
            self.doing[name]
        );
        for other in more_important {
            if let Doing::Ready(since_ns) = self.doing[other] {
                assert!(
                    since_ns + self.pad_ns > self.now_ns,
                    "{other} is more important"
                );
            }
        }
        assert_eq!(self.runs(), None);
        self.bits.retain(|(owner, _)| owner != name);
        self.late.retain(|(owner, _)| owner != name);
        self.doing.insert(name.to_owned(), Doing::Running);
    }

    fn wake(&mut self, name: &str, timeout: bool) {
        let Doing::Waiting { ports, deadline_ns } = &self.doing[name] else {
            panic!("{name} wakes without waiting");
        };
        if timeout {
            assert_eq!(
                Some(self.now_ns),
                *deadline_ns,
                "{name} wakes at its deadline"
            );
            if let [port] = &ports[..] {
                self.late.insert((name.to_owned(), port.to_string()));
            }
        } else {
            assert!(deadline_ns.is_none_or(|deadline_ns| self.now_ns <= deadline_ns));
            let found = ports.iter().any(|port| self.has_something(name, port));
            assert!(found, "{name} wakes for nothing");
        }
        self.doing
            .insert(name.to_owned(), Doing::Ready(self.now_ns));
    }

    fn has_something(&self, name: &str, port: &str) -> bool {
        self.bits.contains(&(name.to_owned(), port.to_owned()))
            || self
                .queue_into(name, port)
                .is_some_and(|queue| !queue.is_empty())
    }

    /// The messages on their way to a port.
    fn queue_into(&self, name: &str, port: &str) -> Option<&VecDeque<Vec<u8>>> {
        let mut channels = self.raw.channels.iter();
        let channel =
            channels.find(|channel| channel.to.partition == name && channel.to.port == port);
        self.queues.get(&channel?.name)
    }

    /// What somebody does who runs.
    fn act(&mut self, name: &str, kind: &EventKind) {
        match kind {
            EventKind::Send {
                channel,
                bytes,
                status,
                length,
                ..
            } => {
                self.send(channel, bytes, *length, status);
            }
            EventKind::Receive {
                channel,
                bytes,
                status,
                length,
                ..
            } => {
                self.receive(channel, bytes, *length, status);
            }
            EventKind::Signal {
                channel, status, ..
            } if status == "ok" => {
                let channel = self
                    .raw
                    .channels
                    .iter()
                    .find(|known| known.name == *channel);
                let to = channel.expect("it exists").to.clone();
                self.bits.insert((to.partition, to.port));
            }
            EventKind::Block { ports, deadline_ns } => self.block(name, ports, *deadline_ns),
            EventKind::Preempt => {
                self.doing
                    .insert(name.to_owned(), Doing::Ready(self.now_ns));
            }
            EventKind::SampleWrite {
                channel,
                bytes,
                status,
                ..
            } if status == "ok" => {
                let value = (self.now_ns, bytes.to_vec());
                self.values.insert(channel.to_string(), value);
            }
            EventKind::SampleRead {
                channel,
                bytes,
                status,
                age_ns,
                ..
            } => self.read(channel, bytes, status, *age_ns),
            EventKind::Exit => {
                self.doing.insert(name.to_owned(), Doing::Ended);
            }
            _ => {}
        }
    }

    fn block(&mut self, name: &str, ports: &[Name], deadline_ns: Option<u64>) {
        for port in ports {
            let queue = self.queue_into(name, port);
            assert!(
                queue.is_none_or(VecDeque::is_empty),
                "{name} waits for what is there"
            );
        }
        let ports = ports.to_vec();
        self.doing
            .insert(name.to_owned(), Doing::Waiting { ports, deadline_ns });
    }

    /// Whether the receiver waits for this channel alone, in the window of now, or has not run
    /// since its deadline.
    fn is_awaited(&self, channel: &str) -> bool {
        let known = self.raw.channels.iter().find(|known| known.name == channel);
        let to = &known.expect("it exists").to;
        let window = self.window.as_ref().expect("a window has begun");
        let waits = match &self.doing[&to.partition] {
            Doing::Waiting { ports, .. } => ports[..] == [to.port.clone()],
            Doing::Ready(_) => self.late.contains(&(to.partition.clone(), to.port.clone())),
            _ => false,
        };
        waits && window.members.contains(&to.partition)
    }

    fn depth(&self, channel: &str) -> usize {
        let known = self.raw.channels.iter().find(|known| known.name == channel);
        match known.expect("it exists").kind {
            RawChannelKind::Queuing { depth, .. } => usize::try_from(depth).expect("a count"),
            _ => panic!("no queue: {channel}"),
        }
    }

    fn send(&mut self, channel: &str, bytes: &[u8], length: u64, status: &str) {
        if !matches!(status, "ok" | "full") {
            return;
        }
        let depth = self.depth(channel);
        let is_awaited = self.is_awaited(channel);
        let queue = self.queues.entry(channel.to_owned()).or_default();
        assert_eq!(wide(bytes.len()), length);
        let is_full = match queue.len().checked_sub(depth) {
            None => false,
            // The answer tells whether the oldest message is in the queue.
            Some(0) if self.handed.contains(channel) => status == "full",
            Some(0) => true,
            Some(more) => more == 1 && self.handed.contains(channel),
        };
        assert_eq!(status == "full", is_full, "{channel}: {}", queue.len());
        if is_full && queue.len() == depth {
            self.handed.remove(channel);
        }
        if is_awaited && queue.is_empty() {
            self.handed.insert(channel.to_owned());
        }
        if status == "ok" {
            queue.push_back(bytes.to_vec());
        }
    }

    /// The last value, with an age that agrees with what is said of it. The kernel takes the time
    /// of a value a little after the call, in whole ticks.
    fn read(&self, channel: &str, bytes: &[u8], status: &str, age_ns: Option<u64>) {
        if !matches!(status, "ok" | "stale" | "empty") {
            return;
        }
        let Some((written_ns, value)) = self.values.get(channel) else {
            assert_eq!(
                (status, age_ns, bytes),
                ("empty", None, &[][..]),
                "{channel}"
            );
            return;
        };
        assert_eq!(value, bytes, "{channel}");
        let age_ns = age_ns.expect("there is a value");
        assert!(
            age_ns <= self.now_ns - written_ns + self.tick_ns,
            "{channel}"
        );
        let known = self.raw.channels.iter().find(|known| known.name == channel);
        let RawChannelKind::Sampling { validity_ns, .. } = known.expect("it exists").kind else {
            panic!("no sampling channel: {channel}");
        };
        match status {
            "ok" => assert!(age_ns <= validity_ns + self.tick_ns, "{channel}: {age_ns}"),
            _ => assert!(
                age_ns + self.pad_ns > validity_ns,
                "{channel}: {age_ns} is stale"
            ),
        }
    }

    fn receive(&mut self, channel: &str, bytes: &[u8], length: u64, status: &str) {
        if !matches!(status, "ok" | "empty") {
            return;
        }
        let queue = self.queues.entry(channel.to_owned()).or_default();
        let sent = queue.pop_front();
        self.handed.remove(channel);
        assert_eq!(
            status == "ok",
            sent.is_some(),
            "{channel} at {}",
            self.now_ns
        );
        assert_eq!(sent.unwrap_or_default(), bytes, "{channel}");
        assert_eq!(wide(bytes.len()), length);
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).expect("64 bits")
}
