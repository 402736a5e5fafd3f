//! Sessions with a machine that does what the test says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use septum_core::check::check;
use septum_core::dhall::load_text;
use septum_core::programs::Programs;
use septum_core::templates;
use septum_simulator::console::ConsoleByte;
use septum_simulator::cpu::{Privilege, Registers};
use septum_simulator::event::{Event, EventKind};
use septum_simulator::recorder::Trace;
use septum_simulator::script::ScriptProgress;
use septum_simulator::system_call::SystemCall;
use septum_simulator::travel::Place;
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;

use super::command::{Command, Goal, When};
use super::machine::{Boot, Machine};
use super::report::{Ending, Pace, Progress, Report};
use super::simulated::{Design, Outside};
use super::*;
use crate::trace::kind::{Kind, KindSet};
use crate::trace::layout::Layout;
use crate::trace::query::Names;
use crate::trace::recording::Recording;
use crate::trace::store::Budget;
use crate::trace::wanted::Wanted;
use crate::ui::trace::{Phase, Trace as View};

/// Ten nanoseconds an instruction; every hundredth dispatches, every 1,050th is a system
/// call, every thousandth logs, exits and prints.
struct Clockwork {
    steps: u64,
    text_bytes: usize,
    ends_at: u64,
    panics_at: u64,
    events: usize,
    trace: Trace,
    printed: Vec<ConsoleByte>,
    alive: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Maker {
    text_bytes: usize,
    ends_at: u64,
    panics_at: u64,
    refuses: bool,
    alive: Arc<AtomicUsize>,
}

fn maker() -> Maker {
    Maker {
        text_bytes: 0,
        ends_at: u64::MAX,
        panics_at: u64::MAX,
        refuses: false,
        alive: Arc::default(),
    }
}

fn layout() -> Layout {
    Layout {
        partitions: vec!["a".to_owned()],
        ..Layout::default()
    }
}

impl Boot for Maker {
    type Machine = Clockwork;

    fn boot(self) -> Result<(Layout, Clockwork), String> {
        if self.refuses {
            return Err("no such machine".to_owned());
        }
        self.alive.fetch_add(1, Ordering::SeqCst);
        let machine = Clockwork {
            steps: 0,
            text_bytes: self.text_bytes,
            ends_at: self.ends_at,
            panics_at: self.panics_at,
            events: 0,
            trace: Trace::default(),
            printed: Vec::new(),
            alive: self.alive,
        };
        Ok((layout(), machine))
    }
}

impl Drop for Clockwork {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Clockwork {
    fn happens(&mut self, kind: EventKind) {
        let event = Event {
            time_ns: self.time_ns(),
            instructions: self.steps,
            hart: 0,
            partition: Some("a".into()),
            kind,
        };
        self.events += 1;
        self.trace.events.push(event);
        self.trace.registers.push(Machine::registers(self));
    }
}

impl Machine for Clockwork {
    fn step(&mut self) -> Option<Ending> {
        if self.steps >= self.ends_at {
            return Some(Ending::Idle);
        }
        self.steps += 1;
        assert!(self.steps < self.panics_at, "injected");
        if self.steps.is_multiple_of(1_050) {
            self.trace.calls.push(SystemCall {
                time_ns: self.time_ns(),
                registers: Machine::registers(self),
                status: Some(0),
            });
        }
        if self.steps.is_multiple_of(100) {
            self.happens(EventKind::Dispatch);
        }
        if self.steps.is_multiple_of(1_000) {
            if self.text_bytes > 0 {
                self.happens(EventKind::Log {
                    bytes: vec![b'.'; self.text_bytes].into(),
                    status: "ok".into(),
                });
            }
            self.happens(EventKind::Exit);
            let time_ns = self.time_ns();
            self.printed.push(ConsoleByte {
                time_ns,
                partition: Some(0),
                byte: b'.',
            });
        }
        None
    }

    fn run(&mut self, events: usize, until_ns: u64) -> Option<Ending> {
        while self.trace.events.len() < events && self.time_ns() < until_ns {
            if let Some(ending) = self.step() {
                return Some(ending);
            }
        }
        None
    }

    fn run_call(&mut self, until_ns: u64) -> Option<Ending> {
        while self.trace.calls.is_empty() && self.time_ns() < until_ns {
            if let Some(ending) = self.step() {
                return Some(ending);
            }
        }
        None
    }

    fn go_to(&mut self, time_ns: u64) -> Option<Ending> {
        if time_ns < self.time_ns() {
            (self.steps, self.events) = (0, 0);
            self.trace = Trace::default();
            self.printed.clear();
        }
        self.run(usize::MAX, time_ns)
    }

    fn go_to_count(&mut self, instructions: u64) -> Option<Ending> {
        self.go_to(10 * instructions)
    }

    fn instructions(&self) -> u64 {
        self.steps
    }

    fn step_back(&mut self) -> Option<Ending> {
        self.go_to(self.time_ns().saturating_sub(10))
    }

    fn go_back_to_write(&mut self, place: &Place) -> Result<bool, Ending> {
        match place {
            Place::Register { number: 1, .. } => Err(Ending::Broken("injected".to_owned())),
            Place::Register { .. } => Ok(false),
            Place::Memory(bytes) => {
                self.go_to(bytes.start);
                Ok(true)
            }
        }
    }

    fn events(&self) -> usize {
        self.events
    }

    fn take_trace(&mut self) -> Trace {
        std::mem::take(&mut self.trace)
    }

    fn printed(&self) -> &[ConsoleByte] {
        &self.printed
    }

    fn script(&self) -> ScriptProgress {
        ScriptProgress::default()
    }

    fn time_ns(&self) -> u64 {
        self.steps * 10
    }

    fn registers(&self) -> Registers {
        Registers {
            pc: self.steps,
            x: [0; 32],
            privilege: Privilege::User,
            partition: Some(0),
        }
    }
}

fn start(maker: &Maker) -> (Session, Receiver<Report>) {
    let (session, mut reports) = Session::start(maker.clone()).unwrap();
    assert!(matches!(reports.blocking_recv(), Some(Report::Booted(_))));
    (session, reports)
}

/// All progress up to the next time the run stands.
fn until_it_stands(reports: &mut Receiver<Report>) -> Progress {
    let mut sum = Progress::default();
    loop {
        let Some(Report::Progress(progress)) = reports.blocking_recv() else {
            continue;
        };
        sum.trace.events.extend(progress.trace.events);
        sum.trace.registers.extend(progress.trace.registers);
        sum.trace.calls.extend(progress.trace.calls);
        sum.printed.extend(progress.printed);
        if progress.pace != Pace::Running {
            return Progress {
                trace: sum.trace,
                printed: sum.printed,
                ..*progress
            };
        }
    }
}

fn event(kind: Kind) -> Goal {
    Goal::Event {
        wanted: KindSet::NONE.toggled(kind).into(),
        until_ns: None,
    }
}

fn run(session: &Session, reports: &mut Receiver<Report>, goal: Goal) -> Progress {
    session.send(Command::Run(goal));
    until_it_stands(reports)
}

fn wait_until_dead(alive: &AtomicUsize) {
    let begin = Instant::now();
    while alive.load(Ordering::SeqCst) > 0 {
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "the thread lives on"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn goals_stop_where_they_say() {
    let (session, mut reports) = start(&maker());
    let one = run(&session, &mut reports, Goal::Instruction);
    assert_eq!(
        (one.time_ns, one.trace.events.len(), one.pace),
        (10, 0, Pace::Paused)
    );
    let any = Goal::Event {
        wanted: KindSet::ALL.into(),
        until_ns: None,
    };
    let first = run(&session, &mut reports, any);
    assert_eq!((first.time_ns, first.trace.events.len()), (1_000, 1));
    let exit = run(&session, &mut reports, event(Kind::Exit));
    assert_eq!(
        (exit.time_ns, exit.trace.events.len(), exit.printed.len()),
        (10_000, 10, 1)
    );
    assert_eq!(exit.registers.unwrap().pc, 1_000);
    assert_eq!(exit.trace.registers[0].pc, 200);
    let call = run(&session, &mut reports, Goal::Call);
    assert_eq!((call.time_ns, call.trace.calls.len()), (10_500, 1));
    let time = run(&session, &mut reports, Goal::Time(123_456));
    assert_eq!(time.time_ns, 123_460);
    let late = Wanted::read("exit && time >= 130us && pc > 0", &Names::default()).unwrap();
    let late = Goal::Event {
        wanted: late,
        until_ns: None,
    };
    let late = run(&session, &mut reports, late);
    let found = late.trace.events.last().unwrap();
    assert_eq!((late.time_ns, Kind::of(&found.kind)), (130_000, Kind::Exit));
    let never = Goal::Event {
        wanted: KindSet::NONE.toggled(Kind::Fault).into(),
        until_ns: Some(200_000),
    };
    assert_eq!(run(&session, &mut reports, never).time_ns, 200_000);
}

fn look(session: &Session, reports: &mut Receiver<Report>, when: When) -> (u64, u64) {
    session.send(Command::Look(when));
    match reports.blocking_recv() {
        Some(Report::Looked(looked)) => (looked.time_ns, looked.registers.pc),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_is_looked_at_and_nothing_is_lost_or_told_twice() {
    let (session, mut reports) = start(&maker());
    let first = run(&session, &mut reports, Goal::Time(20_000));
    assert_eq!(first.trace.events.len(), 22);
    for (when, expected) in [
        (When::At(5_000), (5_000, 500)),
        (When::Before(5_000), (4_990, 499)),
        (When::After(5_000), (5_010, 501)),
        (When::At(1_000_000), (20_000, 2_000)),
        (When::After(20_000), (20_000, 2_000)),
        (When::Before(0), (0, 0)),
        (When::At(7_000), (7_000, 700)),
    ] {
        assert_eq!(look(&session, &mut reports, when), expected, "{when:?}");
    }
    session.send(Command::Pause);
    let paused = until_it_stands(&mut reports);
    assert_eq!((paused.time_ns, paused.trace.events.len()), (20_000, 0));
    assert!(paused.printed.is_empty());
    look(&session, &mut reports, When::At(3_000));
    let second = run(&session, &mut reports, Goal::Time(40_000));
    assert_eq!((second.time_ns, second.trace.events.len()), (40_000, 22));
    assert_eq!((second.trace.calls.len(), second.printed.len()), (2, 2));
    assert_eq!(second.trace.events[0].time_ns, 21_000);
}

#[test]
fn a_count_of_instructions_is_looked_at_or_run_to() {
    let (session, mut reports) = start(&maker());
    let stood = run(&session, &mut reports, Goal::Time(20_000));
    assert_eq!(stood.time_ns, 20_000);
    let mut go_to = |count| {
        let stood = run(&session, &mut reports, Goal::Count(count));
        let Some(Report::Looked(looked)) = reports.blocking_recv() else {
            panic!("it is not looked at");
        };
        (stood.pace, stood.time_ns, looked.time_ns)
    };
    // What was recorded is gone to; to more the run goes on, by a piece.
    assert_eq!(go_to(700), (Pace::Paused, 20_000, 7_000));
    assert_eq!(go_to(2_000), (Pace::Paused, 20_000, 20_000));
    let (pace, time_ns, looked_ns) = go_to(5_000);
    assert_eq!((pace, looked_ns), (Pace::Paused, 50_000));
    assert!(time_ns >= 50_000);
    assert_eq!(go_to(0), (Pace::Paused, time_ns, 0));
}

#[test]
fn a_run_that_has_ended_is_gone_back_to_by_count_and_goes_no_further() {
    let (session, mut reports) = start(&Maker {
        ends_at: 3_000,
        ..maker()
    });
    let stood = run(&session, &mut reports, Goal::Count(5_000));
    assert_eq!(
        (stood.pace, stood.time_ns),
        (Pace::Ended(Ending::Idle), 30_000)
    );
    let stood = run(&session, &mut reports, Goal::Count(10));
    assert_eq!(
        (stood.pace, stood.time_ns),
        (Pace::Ended(Ending::Idle), 30_000)
    );
    let looked = reports.blocking_recv();
    assert!(matches!(looked, Some(Report::Looked(it)) if it.time_ns == 100));
}

#[test]
fn who_wrote_something_is_looked_at_or_there_is_nobody() {
    let (session, mut reports) = start(&maker());
    run(&session, &mut reports, Goal::Time(20_000));
    let mut find = |place| {
        let before_ns = 9_000;
        session.send(Command::FindWrite { before_ns, place });
        reports.blocking_recv().unwrap()
    };
    let register = |number| Place::Register {
        partition: 0,
        number,
    };
    let found = find(Place::Memory(5_000..5_008));
    assert!(matches!(found, Report::Looked(it) if it.time_ns == 5_000));
    assert!(matches!(find(register(2)), Report::Unwritten));
    let Report::Progress(last) = find(register(1)) else {
        panic!("the failure was not told");
    };
    assert_eq!(
        last.pace,
        Pace::Ended(Ending::Broken("injected".to_owned()))
    );
}

#[test]
fn a_run_of_a_design_goes_on_as_if_nobody_had_looked_back() {
    let template = templates::find("ping-pong").unwrap();
    let loaded = load_text(std::str::from_utf8(template.files[0].bytes).unwrap());
    let plan = check(&loaded.raw.unwrap(), &Programs::new(), &loaded.places).plan;
    let plan = Arc::new(plan.unwrap());
    let design = || Design {
        plan: Arc::clone(&plan),
        outside: Outside::Starter("ping-pong".to_owned()),
    };
    let goals = || {
        let time = |ns| Goal::Time(ns);
        [
            event(Kind::Receive),
            Goal::Call,
            time(1_500_000),
            Goal::Instruction,
            time(3_000_000),
        ]
    };
    let story = |looks: &[u64]| {
        let (session, mut reports) = Session::start(design()).unwrap();
        assert!(matches!(reports.blocking_recv(), Some(Report::Booted(_))));
        let mut told = Trace::default();
        for goal in goals() {
            let new = run(&session, &mut reports, goal);
            told.events.extend(new.trace.events);
            told.calls.extend(new.trace.calls);
            for before_ns in looks {
                look(
                    &session,
                    &mut reports,
                    When::Before(new.time_ns.saturating_sub(*before_ns)),
                );
            }
        }
        (told.events, told.calls.len())
    };
    assert!(story(&[]).0.len() > 20);
    assert_eq!(story(&[0, 1, 400_000, 50]), story(&[]));
}

#[test]
fn no_event_and_no_byte_is_lost_in_a_long_run() {
    let (session, mut reports) = start(&maker());
    let all = run(&session, &mut reports, Goal::Time(100_000_000));
    assert_eq!(
        (all.trace.events.len(), all.printed.len()),
        (110_000, 10_000)
    );
    assert!(
        all.trace
            .events
            .windows(2)
            .all(|pair| pair[0].time_ns <= pair[1].time_ns)
    );
}

#[test]
fn a_run_that_nobody_follows_waits_and_goes_on() {
    let (session, mut reports) = start(&maker());
    session.send(Command::Run(Goal::Time(500_000_000)));
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(until_it_stands(&mut reports).trace.events.len(), 550_000);
}

#[test]
fn pause_stops_a_run_for_ever() {
    let (session, mut reports) = start(&maker());
    session.send(Command::Run(Goal::Forever));
    while !matches!(reports.blocking_recv(), Some(Report::Progress(_))) {}
    session.send(Command::Pause);
    let paused = until_it_stands(&mut reports);
    assert_eq!(paused.pace, Pace::Paused);
    assert_eq!(reports.try_recv().unwrap_err(), TryRecvError::Empty);
}

#[test]
fn the_end_is_said_every_time_it_is_asked_for() {
    let (session, mut reports) = start(&Maker {
        ends_at: 150,
        ..maker()
    });
    for _ in 0..2 {
        let end = run(&session, &mut reports, Goal::Forever);
        assert_eq!((end.pace, end.time_ns), (Pace::Ended(Ending::Idle), 1_500));
    }
}

/// Lets a run go on and a trace with this room follow it until the trace pauses the run, or has
/// so many events.
fn follow(maker: &Maker, budget: Budget, events: usize) -> View {
    let (session, mut reports) = start(maker);
    let mut trace = View {
        recording: Recording::with_budget(layout(), budget),
        ..View::default()
    };
    session.send(trace.run(Goal::Forever));
    while trace.phase == Phase::Running {
        let report = reports.blocking_recv().unwrap();
        let is_enough = trace.recording.len() >= events;
        let pause = trace.take(report).or(is_enough.then_some(Command::Pause));
        pause.into_iter().for_each(|pause| session.send(pause));
    }
    trace
}

/// Takes in what comes of a command until the run stands or the past was looked at.
fn obey(session: &Session, reports: &mut Receiver<Report>, trace: &mut View, command: Command) {
    session.send(command);
    loop {
        let report = reports.blocking_recv().unwrap();
        let is_over = match &report {
            Report::Progress(progress) => progress.pace != Pace::Running,
            _ => true,
        };
        assert_eq!(trace.take(report), None);
        if is_over {
            return;
        }
    }
}

/// A trace without a byte of room in memory, and the session that it follows.
fn followed() -> (View, Session, Receiver<Report>) {
    let (session, reports) = start(&maker());
    let budget = Budget {
        memory_bytes: 0,
        ..Budget::default()
    };
    let trace = View {
        recording: Recording::with_budget(layout(), budget),
        ..View::default()
    };
    (trace, session, reports)
}

/// All events and calls of a recording, and what was printed.
fn story(recording: &Recording) -> (Vec<(Event, Registers)>, Vec<SystemCall>, usize) {
    let event = |at| Some((recording.event(at)?, recording.registers(at)?));
    let events = (0..recording.len()).map(|at| event(at).unwrap()).collect();
    let calls = std::iter::successors(recording.call_after(0), |call| {
        recording.call_after(call.time_ns)
    });
    (
        events,
        calls.collect(),
        recording.consoles()[0].bytes().len(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn however_often_a_run_goes_back_its_trace_is_that_of_a_straight_one(
        ways in proptest::collection::vec((0..4_u8, 0..2_000_000_u64), 1..8),
    ) {
        let (mut trace, session, mut reports) = followed();
        for (way, ns) in ways {
            let command = match way {
                0 => Command::Look(When::At(ns)),
                1 => Command::Look(When::After(ns)),
                2 => trace.run(event(Kind::Exit)),
                _ => trace.run(Goal::Time(trace.recording.time_ns() + ns)),
            };
            obey(&session, &mut reports, &mut trace, command);
        }
        let (mut straight, session, mut reports) = followed();
        let command = straight.run(Goal::Time(trace.recording.time_ns()));
        obey(&session, &mut reports, &mut straight, command);
        prop_assert_eq!(story(&trace.recording), story(&straight.recording));
    }
}

#[test]
fn a_trace_has_more_than_a_million_events() {
    let budget = Budget {
        memory_bytes: 1 << 20,
        ..Budget::default()
    };
    let trace = follow(&maker(), budget, 1_100_000);
    let recording = &trace.recording;
    assert!(recording.len() >= 1_100_000, "{}", recording.len());
    assert_eq!(recording.lack_of_room(), None);
    for event in [0, 123_456, 1_099_999] {
        let time_ns = recording.index().time_ns(event);
        let read = recording.event(event).map(|it| it.time_ns);
        assert!(time_ns.is_some() && read == time_ns, "{event}");
    }
}

#[test]
fn a_full_disk_pauses_the_run_and_nothing_is_lost() {
    let budget = Budget {
        memory_bytes: 1 << 20,
        disk_bytes: 2 << 20,
    };
    let trace = follow(&maker(), budget, usize::MAX);
    assert_eq!(trace.phase, Phase::Paused);
    let why = trace.recording.lack_of_room().unwrap();
    assert_eq!(why, "the recording cannot grow: its file has 1 MiB already");
    let last = trace.recording.len() - 1;
    for event in [0, last / 2, last] {
        assert!(trace.recording.event(event).is_some(), "{event}");
    }
    assert_eq!(trace.recording.loss(), None);
}

#[test]
fn what_cannot_boot_says_why_and_is_gone() {
    let (session, mut reports) = Session::start(Maker {
        refuses: true,
        ..maker()
    })
    .unwrap();
    match reports.blocking_recv() {
        Some(Report::Refused(reason)) => assert_eq!(reason, "no such machine"),
        other => panic!("{other:?}"),
    }
    assert!(reports.blocking_recv().is_none());
    session.send(Command::Pause);
}

#[test]
fn a_defect_of_the_simulator_is_an_ending() {
    let (session, mut reports) = start(&Maker {
        panics_at: 50,
        ..maker()
    });
    let end = run(&session, &mut reports, Goal::Forever);
    assert!(matches!(end.pace, Pace::Ended(Ending::Broken(_))));
}

#[test]
fn dropping_the_session_ends_the_thread() {
    let maker = maker();
    let (session, reports) = start(&maker);
    session.send(Command::Run(Goal::Forever));
    drop((session, reports));
    wait_until_dead(&maker.alive);
    let (session, _reports) = start(&maker);
    drop(session);
    wait_until_dead(&maker.alive);
}
