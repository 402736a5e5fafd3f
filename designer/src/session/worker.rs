//! The thread of a session: serves commands, runs the machine in between.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use septum_simulator::recorder::Trace;
use septum_simulator::travel::Place;
use tokio::sync::mpsc::Sender;

use crate::trace::query::Seen;

use super::command::{Command, Goal, When};
use super::machine::{Boot, Machine};
use super::report::{Ending, Looked, Pace, Progress, Report};

/// Virtual time between two looks at the inbox; a few milliseconds of work at most.
const SLICE_NS: u64 = 100_000;
/// A run reports at least so often, and at most about so many events at once.
const REPORT_EVERY: Duration = Duration::from_millis(15);
const REPORT_EVENTS: usize = 4_096;
/// With so many bytes of messages and texts a report has enough.
const REPORT_BYTES: usize = 4 << 20;

/// Nobody listens any more.
struct Gone;

/// The whole life of the thread.
pub(super) fn work<B: Boot>(
    boot: B,
    inbox: &Receiver<Command>,
    outbox: &Sender<Report>,
    cancelled: &AtomicBool,
) {
    let life = AssertUnwindSafe(|| live(boot, inbox, outbox, cancelled));
    if catch_unwind(life).is_err() {
        let reason = "the simulator failed: this is a defect of Septum".to_owned();
        let pace = Pace::Ended(Ending::Broken(reason));
        // Who does not listen any more does not miss it.
        let last = Progress {
            pace,
            ..Progress::default()
        };
        let _ = outbox.blocking_send(Report::Progress(Box::new(last)));
    }
}

fn live<B: Boot>(
    boot: B,
    inbox: &Receiver<Command>,
    outbox: &Sender<Report>,
    cancelled: &AtomicBool,
) {
    let (report, machine) = match boot.boot() {
        Ok((layout, machine)) => (Report::Booted(layout), Some(machine)),
        Err(reason) => (Report::Refused(reason), None),
    };
    if outbox.blocking_send(report).is_err() {
        return;
    }
    let Some(machine) = machine else { return };
    let worker = Worker {
        machine,
        inbox,
        outbox,
        cancelled,
        goal: None,
        ending: None,
        progress: Progress::default(),
        events: 0,
        bytes: 0,
        printed: 0,
        last_call_ns: None,
        front_ns: None,
        reported: Instant::now(),
    };
    // The only way out is that nobody listens any more.
    let Gone = worker.serve();
}

struct Worker<'thread, M> {
    machine: M,
    inbox: &'thread Receiver<Command>,
    outbox: &'thread Sender<Report>,
    cancelled: &'thread AtomicBool,
    goal: Option<Goal>,
    ending: Option<Ending>,
    /// What was not reported yet.
    progress: Progress,
    /// How many events there were.
    events: usize,
    /// Bytes of messages and texts that were not reported yet.
    bytes: usize,
    /// How many printed bytes were reported.
    printed: usize,
    /// When the last system call was.
    last_call_ns: Option<u64>,
    /// How far the run has come, while the machine is somewhere before.
    front_ns: Option<u64>,
    reported: Instant,
}

impl<M: Machine> Worker<'_, M> {
    fn serve(mut self) -> Gone {
        loop {
            if let Err(gone) = self.turn() {
                return gone;
            }
        }
    }

    /// One command, or a piece of the run when there is none.
    fn turn(&mut self) -> Result<(), Gone> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Gone);
        }
        let command = match &self.goal {
            Some(_) => self.inbox.try_recv(),
            None => self.inbox.recv().map_err(|_| TryRecvError::Disconnected),
        };
        match (command, self.goal.clone()) {
            (Ok(command), _) => self.obey(command),
            (Err(TryRecvError::Disconnected), _) => Err(Gone),
            (Err(TryRecvError::Empty), Some(goal)) => self.run(&goal),
            (Err(TryRecvError::Empty), None) => Ok(()),
        }
    }

    fn obey(&mut self, command: Command) -> Result<(), Gone> {
        match command {
            Command::Look(when) => return self.look(when),
            Command::FindWrite { before_ns, place } => return self.find_write(before_ns, &place),
            Command::Run(goal) if self.ending.is_none() => {
                self.come_back();
                self.goal = Some(goal);
            }
            Command::Run(Goal::Count(count)) => {
                self.come_back();
                self.pause()?;
                return self.look_at_count(count);
            }
            Command::Run(_) | Command::Pause => {
                self.come_back();
                return self.pause();
            }
        }
        Ok(())
    }

    /// Says what is behind so many instructions, if the run has come so far. It stands at its end.
    fn look_at_count(&mut self, count: u64) -> Result<(), Gone> {
        if count > self.machine.instructions() {
            return Ok(());
        }
        self.front_ns = Some(self.machine.time_ns());
        let ending = self.machine.go_to_count(count);
        self.notice(ending);
        self.say_what_is_here()
    }

    /// Goes to an instant of the past and says what is there. A run does not go on meanwhile.
    fn look(&mut self, when: When) -> Result<(), Gone> {
        let (When::At(time_ns) | When::Before(time_ns) | When::After(time_ns)) = when;
        let front_ns = self.go_back(time_ns);
        let ending = match when {
            When::At(_) => None,
            When::Before(_) => self.machine.step_back(),
            When::After(_) => self.machine.step(),
        };
        self.notice(ending);
        if self.machine.time_ns() > front_ns {
            let ending = self.machine.go_to(front_ns);
            self.notice(ending);
        }
        self.say_what_is_here()
    }

    /// Goes to the last instruction before a time that wrote something, and says what is there.
    fn find_write(&mut self, before_ns: u64, place: &Place) -> Result<(), Gone> {
        self.go_back(before_ns);
        match self.machine.go_back_to_write(place) {
            Ok(true) => return self.say_what_is_here(),
            Ok(false) => {}
            Err(ending) => self.notice(Some(ending)),
        }
        drop(self.machine.take_trace());
        if let Some(Ending::Broken(_)) = self.ending {
            return self.pause();
        }
        self.outbox
            .blocking_send(Report::Unwritten)
            .map_err(|_| Gone)
    }

    /// Goes to a time that the run has come to; says how far it has.
    fn go_back(&mut self, time_ns: u64) -> u64 {
        self.goal = None;
        let front_ns = *self.front_ns.get_or_insert(self.machine.time_ns());
        let ending = self.machine.go_to(time_ns.min(front_ns));
        self.notice(ending);
        front_ns
    }

    /// While the machine is in the past, the end of the run is ahead and no news, but that the
    /// emulator failed is.
    fn notice(&mut self, ending: Option<Ending>) {
        if let Some(Ending::Broken(_)) = ending {
            self.ending = ending;
        }
    }

    fn say_what_is_here(&mut self) -> Result<(), Gone> {
        drop(self.machine.take_trace());
        if let Some(Ending::Broken(_)) = self.ending {
            return self.pause();
        }
        let looked = Looked {
            time_ns: self.machine.time_ns(),
            registers: self.machine.registers(),
        };
        self.outbox
            .blocking_send(Report::Looked(Box::new(looked)))
            .map_err(|_| Gone)
    }

    /// Goes to where the run has come to, if it is somewhere before.
    fn come_back(&mut self) {
        if let Some(front_ns) = self.front_ns.take() {
            let ending = self.machine.go_to(front_ns);
            self.notice(ending);
            let again = self.machine.take_trace();
            self.keep(again);
        }
    }

    /// Runs a little way towards the goal.
    fn run(&mut self, goal: &Goal) -> Result<(), Gone> {
        let slice_ns = self.machine.time_ns().saturating_add(SLICE_NS);
        let ending = match goal {
            Goal::Instruction => self.machine.step(),
            Goal::Event { until_ns, .. } => self.machine.run(
                1,
                until_ns.map_or(slice_ns, |until_ns| until_ns.min(slice_ns)),
            ),
            Goal::Call => self.machine.run_call(slice_ns),
            Goal::Count(count) if self.machine.instructions() >= *count => None,
            Goal::Time(until_ns) => self.machine.run(REPORT_EVENTS, slice_ns.min(*until_ns)),
            Goal::Count(_) | Goal::Forever => self.machine.run(REPORT_EVENTS, slice_ns),
        };
        let new = self.machine.take_trace();
        let reached = goal.is_reached(&new, &self.machine);
        self.keep(new);
        self.ending = ending;
        if reached || self.ending.is_some() {
            self.pause()?;
            return match *goal {
                Goal::Count(count) => self.look_at_count(count),
                _ => Ok(()),
            };
        }
        let trace = &self.progress.trace;
        let much = trace.events.len().max(trace.calls.len()) >= REPORT_EVENTS
            || self.bytes >= REPORT_BYTES;
        if much || self.reported.elapsed() >= REPORT_EVERY {
            return self.report(Pace::Running);
        }
        Ok(())
    }

    /// Keeps what was recorded for the next report, but what was kept before.
    fn keep(&mut self, mut new: Trace) {
        let fresh = self.machine.events().saturating_sub(self.events);
        let known = new.events.len().saturating_sub(fresh);
        new.events.drain(..known);
        new.registers.drain(..known);
        let last_call_ns = self.last_call_ns;
        new.calls.retain(|call| Some(call.time_ns) > last_call_ns);
        self.last_call_ns = new.calls.last().map(|call| call.time_ns).or(last_call_ns);
        self.events += new.events.len();
        let carried = new.events.iter().map(|event| event.kind.bytes().len());
        self.bytes += carried.sum::<usize>();
        let kept = &mut self.progress.trace;
        kept.events.extend(new.events);
        kept.registers.extend(new.registers);
        kept.calls.extend(new.calls);
    }

    /// Stands still and says so.
    fn pause(&mut self) -> Result<(), Gone> {
        self.goal = None;
        self.progress.registers = Some(self.machine.registers());
        self.report(self.ending.clone().map_or(Pace::Paused, Pace::Ended))
    }

    fn report(&mut self, pace: Pace) -> Result<(), Gone> {
        let mut progress = std::mem::take(&mut self.progress);
        self.bytes = 0;
        progress.pace = pace;
        progress.script = self.machine.script();
        progress.time_ns = self.machine.time_ns();
        // There is less where it broke in the past.
        let printed = self.machine.printed().get(self.printed..);
        progress.printed = printed.unwrap_or_default().to_vec();
        self.printed += progress.printed.len();
        self.reported = Instant::now();
        self.outbox
            .blocking_send(Report::Progress(Box::new(progress)))
            .map_err(|_| Gone)
    }
}

impl Goal {
    /// Whether a piece of the run that recorded this, up to where the machine is, has reached it.
    fn is_reached(&self, new: &Trace, machine: &impl Machine) -> bool {
        let time_ns = machine.time_ns();
        match self {
            Self::Instruction => true,
            Self::Event { wanted, until_ns } => {
                let mut events = new.events.iter().zip(&new.registers);
                events.any(|(event, at)| wanted.matches(Seen { event, pc: at.pc }))
                    || until_ns.is_some_and(|until_ns| time_ns >= until_ns)
            }
            Self::Call => !new.calls.is_empty(),
            Self::Time(until_ns) => time_ns >= *until_ns,
            Self::Count(count) => machine.instructions() >= *count,
            Self::Forever => false,
        }
    }
}
