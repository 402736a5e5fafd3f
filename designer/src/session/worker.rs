//! The thread of a session: serves commands, runs the machine in between.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;

use super::command::{Command, Goal};
use super::machine::Boot;
use super::player::Player;
use super::report::{Ending, Pace, Progress, Reading, Report};

/// Steps between two looks at the inbox: well under a millisecond.
const CHUNK: usize = 4_096;
/// A run reports at least so often, and at most so many events at once.
const REPORT_EVERY: Duration = Duration::from_millis(15);
const REPORT_EVENTS: usize = 4_096;
/// A recording has at most so many events.
const MOST_EVENTS: usize = 1_000_000;

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
        let _ = outbox.blocking_send(Report::Progress(Progress {
            pace,
            ..Progress::default()
        }));
    }
}

fn live<B: Boot>(
    mut boot: B,
    inbox: &Receiver<Command>,
    outbox: &Sender<Report>,
    cancelled: &AtomicBool,
) {
    let (report, live) = match boot.boot() {
        Ok(machine) => (Report::Booted(boot.layout()), Some(Player::new(machine))),
        Err(reason) => (Report::Refused(reason), None),
    };
    if outbox.blocking_send(report).is_err() {
        return;
    }
    let Some(live) = live else { return };
    let worker = Worker {
        boot,
        live,
        replay: None,
        inbox,
        outbox,
        cancelled,
        goal: None,
        ending: None,
        inspected: None,
        progress: Progress::default(),
        reported: Instant::now(),
    };
    // The only way out is that nobody listens any more.
    let Gone = worker.serve();
}

struct Worker<'thread, B: Boot> {
    boot: B,
    live: Player<B::Machine>,
    /// A second machine that runs up to events of the past.
    replay: Option<Player<B::Machine>>,
    inbox: &'thread Receiver<Command>,
    outbox: &'thread Sender<Report>,
    cancelled: &'thread AtomicBool,
    goal: Option<Goal>,
    ending: Option<Ending>,
    /// The event after which the registers are wanted.
    inspected: Option<usize>,
    progress: Progress,
    reported: Instant,
}

impl<B: Boot> Worker<'_, B> {
    fn serve(mut self) -> Gone {
        loop {
            match self.turn() {
                Ok(()) => {}
                Err(gone) => return gone,
            }
        }
    }

    /// One command, or one piece of work when there is none.
    fn turn(&mut self) -> Result<(), Gone> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Gone);
        }
        let busy = self.goal.is_some() || self.inspected.is_some();
        let command = if busy {
            self.inbox.try_recv()
        } else {
            self.inbox.recv().map_err(|_| TryRecvError::Disconnected)
        };
        match command {
            Ok(command) => self.obey(command),
            Err(TryRecvError::Disconnected) => Err(Gone),
            Err(TryRecvError::Empty) => match (self.goal, self.inspected) {
                (Some(goal), _) => self.run(goal),
                (None, Some(event)) => self.inspect(event),
                (None, None) => Ok(()),
            },
        }
    }

    fn obey(&mut self, command: Command) -> Result<(), Gone> {
        match command {
            Command::Run(goal) if self.ending.is_none() => self.goal = Some(goal),
            Command::Run(_) => return self.pause(),
            Command::Pause => return self.pause(),
            Command::Inspect(event) => self.inspected = Some(event),
        }
        Ok(())
    }

    /// Runs a little way towards the goal.
    fn run(&mut self, goal: Goal) -> Result<(), Gone> {
        for _ in 0..CHUNK {
            let stepped = self.live.step();
            let reached = goal.is_reached(&stepped.events, self.live.time_ns());
            self.progress.events.extend(stepped.events);
            self.ending = stepped.ending;
            if self.live.events() >= MOST_EVENTS {
                self.ending = self.ending.take().or(Some(Ending::Full));
            }
            if reached || self.ending.is_some() {
                return self.pause();
            }
        }
        let much = self.progress.events.len() >= REPORT_EVENTS;
        if much || self.reported.elapsed() >= REPORT_EVERY {
            return self.report(Pace::Running);
        }
        Ok(())
    }

    /// Stands still and says so.
    fn pause(&mut self) -> Result<(), Gone> {
        self.goal = None;
        self.progress.reading = Some(self.live.reading());
        self.report(self.ending.clone().map_or(Pace::Paused, Pace::Ended))
    }

    fn report(&mut self, pace: Pace) -> Result<(), Gone> {
        let mut progress = std::mem::take(&mut self.progress);
        progress.pace = pace;
        progress.time_ns = self.live.time_ns();
        progress.printed = self.live.take_printed();
        self.reported = Instant::now();
        self.say(Report::Progress(progress))
    }

    fn say(&self, report: Report) -> Result<(), Gone> {
        self.outbox.blocking_send(report).map_err(|_| Gone)
    }

    /// Brings the second machine a little nearer to the event, or reads its registers there.
    fn inspect(&mut self, event: usize) -> Result<(), Gone> {
        if event >= self.live.events() {
            self.inspected = None;
            return Ok(());
        }
        if self.live.is_right_after(event) {
            self.inspected = None;
            return self.say(Report::Inspected(self.live.reading()));
        }
        let Some(mut replay) = self.replay_before(event) else {
            self.inspected = None;
            return Ok(());
        };
        for _ in 0..CHUNK {
            if replay.events() > event {
                let reading = Reading {
                    event: Some(event),
                    ..replay.reading()
                };
                self.replay = Some(replay);
                self.inspected = None;
                return self.say(Report::Inspected(reading));
            }
            replay.step();
        }
        self.replay = Some(replay);
        Ok(())
    }

    /// The second machine, at the event or before it.
    fn replay_before(&mut self, event: usize) -> Option<Player<B::Machine>> {
        let usable = |it: &Player<B::Machine>| it.events() <= event || it.is_right_after(event);
        if let Some(replay) = self.replay.take().filter(usable) {
            return Some(replay);
        }
        // It booted once with the same input, so it boots again.
        self.boot.boot().ok().map(Player::new)
    }
}
