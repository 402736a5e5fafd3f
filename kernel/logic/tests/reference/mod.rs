//! What the kernel should do, said a second time and otherwise: queues are lists, states are
//! sums, nothing is precomputed, and the kernel takes no time.

mod calls;
mod schedule;

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use septum_abi::call::{NEVER, Status};
use septum_abi::health::{Cause, HealthAction};
use septum_abi::limits::RESTORE_CHUNK_BYTES;

use crate::world::{Channel, Design, End, GUARD, GUARD_BYTES, cause_of, narrow, wide};

/// What a partition is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    Ready,
    Waiting { mask: u64, until: u64 },
    Receiving { port: u64, until: u64 },
    Exited,
    Halted,
    Restarting { from: u64, chunks: u64 },
}

impl Doing {
    /// When it can run by itself; `NEVER` if only something else can change that.
    pub(crate) fn time(self) -> u64 {
        match self {
            Self::Ready => 0,
            Self::Waiting { until, .. } | Self::Receiving { until, .. } => until,
            Self::Restarting { from, .. } => from,
            Self::Exited | Self::Halted => NEVER,
        }
    }
}

/// A partition.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) doing: Doing,
    /// Signals and interrupts that are pending.
    pub(crate) bits: u64,
    /// Interrupt ports that are claimed.
    pub(crate) claimed: u64,
    /// It has a deadline, and has not run since it was last released.
    pub(crate) released: bool,
    /// By when it must have waited again, counted from when it first ran.
    pub(crate) due: Option<u64>,
    pub(crate) restarts: u64,
    pub(crate) faults: u64,
    /// What it was answered last.
    pub(crate) answer: (u64, u64),
    /// What its port buffers for messages hold.
    pub(crate) buffers: BTreeMap<u64, Vec<u8>>,
}

/// A fault as it should be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) partition: usize,
    pub(crate) cause: Cause,
    pub(crate) value: u64,
    pub(crate) time: u64,
    pub(crate) action: HealthAction,
}

/// Something that happens to a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// The running partition makes a call: `a7`, and `a0` to `a3`.
    Call(u64, [u64; 4]),
    /// The running partition causes an exception: `mcause`, `mtval`.
    Fault(u64, u64),
    /// Whoever runs computes for so many ticks.
    Compute(u64),
    /// Interrupt lines change.
    Raise(u64),
    /// Interrupt lines change after so many ticks.
    RaiseIn(u64, u64),
}

/// A whole system.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) design: Rc<Design>,
    pub(crate) time: u64,
    /// Position in all windows of both schedules.
    pub(crate) window: usize,
    pub(crate) begin: u64,
    pub(crate) end: u64,
    /// The first window of the next frame.
    pub(crate) next_frame: usize,
    pub(crate) running: usize,
    pub(crate) parts: Vec<Part>,
    /// For each channel what is queued.
    pub(crate) queues: Vec<VecDeque<Vec<u8>>>,
    /// For each channel how many messages were sent.
    pub(crate) sent: Vec<u64>,
    /// For each channel the last value and when it was written.
    pub(crate) samples: Vec<Option<(Vec<u8>, u64)>>,
    pub(crate) raised: u64,
    pub(crate) script: BTreeMap<u64, u64>,
    pub(crate) faults: Vec<Record>,
    /// The last action was a call after which its caller goes on without a switch.
    pub(crate) at_once: bool,
    /// The machine has been switched off.
    pub(crate) off: bool,
}

impl Reference {
    /// A system whose first window has just begun.
    pub(crate) fn new(design: &Design) -> Self {
        let channels = design.channels.len();
        let mut system = Self {
            design: Rc::new(design.clone()),
            time: design.start,
            window: design.windows.len() - 1,
            begin: 0,
            end: design.start,
            next_frame: 0,
            running: 0,
            parts: (0..design.partitions.len())
                .map(|it| part(design, it))
                .collect(),
            queues: vec![VecDeque::new(); channels],
            sent: vec![0; channels],
            samples: vec![None; channels],
            raised: 0,
            script: BTreeMap::new(),
            faults: Vec::new(),
            at_once: false,
            off: false,
        };
        assert!(system.schedule(), "nobody can run");
        system
    }

    /// Does it. False: nobody would run any more for a long time.
    pub(crate) fn act(&mut self, action: &Action, message: &[u8]) -> bool {
        self.at_once = false;
        match *action {
            Action::Call(number, arguments) => self.call(number, arguments, message),
            Action::Fault(mcause, value) => {
                let mut cause = cause_of(mcause);
                let below = (GUARD..GUARD + GUARD_BYTES).contains(&value);
                if cause == Cause::MemoryViolation && below && matches!(mcause, 7 | 15) {
                    cause = Cause::StackOverflow;
                }
                self.fault(self.running, cause, value);
                self.off || self.schedule()
            }
            Action::Compute(ticks) => self.run_until(self.time + ticks),
            Action::Raise(lines) => {
                self.raised ^= lines;
                self.interrupt()
            }
            Action::RaiseIn(ticks, lines) => {
                *self.script.entry(self.time + ticks).or_default() ^= lines;
                true
            }
        }
    }

    /// The channel's receiver and its port.
    pub(crate) fn receiver(&self, channel: usize) -> (usize, u64) {
        self.design.place(End::In(channel)).expect("a receiver")
    }

    /// The bits of a partition's ports that have something.
    pub(crate) fn pending(&self, partition: usize) -> u64 {
        let ports = self.design.partitions[partition].ports.iter();
        let full = (0u64..).zip(ports).filter(|(_, end)| match end {
            End::In(channel) => !self.queues[*channel].is_empty(),
            End::Out(_) | End::Interrupt(_) => false,
        });
        full.fold(self.parts[partition].bits, |bits, (port, _)| {
            bits | 1 << port
        })
    }

    /// The bits of a partition's incoming ports.
    fn incoming(&self, partition: usize) -> u64 {
        let ports = (0u64..).zip(&self.design.partitions[partition].ports);
        ports
            .filter(|(_, end)| !matches!(end, End::Out(_)))
            .fold(0, |bits, (port, _)| bits | 1 << port)
    }

    /// The partitions of the window, most important first.
    pub(crate) fn order(&self) -> &[usize] {
        &self
            .design
            .all_windows()
            .nth(self.window)
            .expect("a window")
            .1
    }

    /// Those of the window that are more important than the running one.
    pub(crate) fn ahead(&self) -> impl Iterator<Item = usize> {
        let order = self.order().iter().copied();
        order.take_while(|&index| index != self.running)
    }

    /// Interrupt sources that are claimed.
    pub(crate) fn claimed(&self) -> u64 {
        self.sources(|part, port| self.parts[part].claimed >> port & 1 != 0)
    }

    /// Sources of the partitions of the window.
    pub(crate) fn enabled(&self) -> u64 {
        self.sources(|part, _| self.order().contains(&part))
    }

    fn sources(&self, wanted: impl Fn(usize, u64) -> bool) -> u64 {
        let members = self.design.partitions.iter().enumerate();
        let ends = members.flat_map(|(part, it)| (0u64..).zip(&it.ports).map(move |it| (part, it)));
        ends.fold(0, |bits, (part, (port, end))| match end {
            End::Interrupt(source) if wanted(part, port) => bits | 1 << source,
            _ => bits,
        })
    }

    /// A message into a partition's port buffer: it, filled up to whole words.
    fn deliver(&mut self, partition: usize, port: u64, message: &[u8]) {
        let part = &mut self.parts[partition];
        let buffer = part.buffers.get_mut(&port).expect("a buffer");
        buffer[..message.len().next_multiple_of(8)].fill(0);
        buffer[..message.len()].copy_from_slice(message);
        part.answer = (Status::Ok.number(), wide(message.len()));
    }

    /// From then on all of its memory is to be restored.
    fn restart(&self, partition: usize, from: u64) -> Doing {
        let parts = self.design.partitions[partition].memory.iter();
        let chunks = parts.map(|(bytes, _)| bytes.div_ceil(RESTORE_CHUNK_BYTES));
        Doing::Restarting {
            from,
            chunks: chunks.sum(),
        }
    }

    /// The health monitor.
    pub(crate) fn fault(&mut self, partition: usize, cause: Cause, value: u64) {
        let member = &self.design.partitions[partition];
        let spent = member
            .restart_limit
            .is_some_and(|it| self.parts[partition].restarts >= it);
        let action = match member.action(cause) {
            HealthAction::Restart if spent => HealthAction::Halt,
            action => action,
        };
        let time = self.time;
        let again = self.restart(partition, time.saturating_add(member.backoff));
        let has_safe = !self.design.safe.is_empty();
        let part = &mut self.parts[partition];
        part.faults += 1;
        match action {
            HealthAction::Ignore => {}
            HealthAction::Halt | HealthAction::SafeMode => part.doing = Doing::Halted,
            HealthAction::Restart => {
                part.restarts += 1;
                part.doing = again;
            }
            HealthAction::PowerOff => self.off = true,
        }
        if action == HealthAction::SafeMode && has_safe {
            self.next_frame = self.design.windows.len();
        }
        self.faults.push(Record {
            partition,
            cause,
            value,
            time,
            action,
        });
    }
}

fn part(design: &Design, index: usize) -> Part {
    let ports = (0..).zip(&design.partitions[index].ports);
    let longest = design.channels.iter().map(|channel| channel.bytes()).max();
    let bytes = narrow(longest.unwrap_or(0).next_multiple_of(16));
    let buffers = ports.filter(|(_, end)| match end {
        End::In(channel) => design.channels[*channel] != Channel::Signal,
        End::Out(_) | End::Interrupt(_) => false,
    });
    Part {
        doing: Doing::Ready,
        bits: 0,
        claimed: 0,
        released: design.partitions[index].deadline.is_some(),
        due: None,
        restarts: 0,
        faults: 0,
        answer: (0, 0),
        buffers: buffers.map(|(port, _)| (port, vec![0; bytes])).collect(),
    }
}
