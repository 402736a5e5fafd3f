//! The health monitor in the trace: faults with what is done about them, restarts, the safe
//! mode, and the end.

use crate::common::asm::EBREAK;
use crate::common::program::{
    CALL, call, exactly, forever, receives, run, sends, spin, wait_forever,
};
use crate::common::story;
use crate::common::systems::{MS, build, channel, is_of, model, queuing, system};
use septum_abi::address::PROGRAM_BASE;
use septum_abi::call::{Call, NEVER, POLL};
use septum_abi::pin::Pin;
use septum_core::plan::Plan;
use septum_core::programs::Programs;
use septum_core::scenario::Scenario;
use septum_core::spec::{
    FaultCause, RawChannel, RawHealthAction, RawRestart, RawSchedule, RawSystem,
};
use septum_simulator::event::{Event, EventKind, HEALTH_MONITOR};
use septum_simulator::simulation::{Outcome, Simulation};
use septum_simulator::system_call::SystemCall;

/// A design of programs.
struct Design {
    raw: RawSystem,
    programs: Programs,
}

/// A run: what was told, and how it ended.
struct Run {
    plan: Plan,
    events: Vec<Event>,
    calls: Vec<SystemCall>,
    outcome: Outcome,
}

impl Design {
    fn new(guests: &[(&str, Vec<u32>, Vec<Pin>)], windows: &[(u64, &[&str])]) -> Self {
        Self::with(guests, Vec::new(), windows)
    }

    fn with(
        guests: &[(&str, Vec<u32>, Vec<Pin>)],
        channels: Vec<RawChannel>,
        windows: &[(u64, &[&str])],
    ) -> Self {
        let mut programs = Programs::new();
        let partitions = guests.iter().map(|(name, code, pins)| {
            let mut partition = model(name, Vec::new());
            run(&mut partition, &mut programs, code, pins);
            partition
        });
        let mut raw = system(partitions.collect(), channels, windows);
        raw.partitions[0].permissions.manage = true;
        Self { raw, programs }
    }

    /// With two windows: the second is the safe schedule.
    fn safe(mut self) -> Self {
        self.raw.partitions[0].permissions.safe_mode = true;
        let windows = std::mem::take(&mut self.raw.schedules[0].windows);
        let names = ["main", "safe"].into_iter();
        let schedules = names.zip(windows).map(|(name, window)| RawSchedule {
            name: name.to_owned(),
            major_frame_ns: window.duration_ns,
            windows: vec![window],
        });
        self.raw.schedules = schedules.collect();
        self
    }

    /// What is done about a cause of the first partition.
    fn on(mut self, cause: FaultCause, action: RawHealthAction) -> Self {
        *self.raw.partitions[0].health.action_mut(cause) = action;
        self
    }

    /// How the first partition is restarted.
    fn restart(mut self, limit: Option<u64>, backoff_ns: u64) -> Self {
        self.raw.partitions[0].health.restart = RawRestart { limit, backoff_ns };
        self
    }

    /// The first partition must wait again within so many ticks.
    fn due_within(mut self, ticks: u64) -> Self {
        self.raw.partitions[0].deadline_ns = Some(100 * ticks);
        self
    }

    fn run(&self, until_ns: u64) -> Run {
        let (plan, image) = build(&self.raw, &self.programs);
        let mut simulation =
            Simulation::boot(&plan, &image, &Scenario::default()).expect("it boots");
        let outcome = simulation.run_until(until_ns).expect("the engine holds");
        let trace = simulation.drain_trace();
        story::check(&self.raw, &plan, &trace.events);
        Run {
            plan,
            events: trace.events,
            calls: trace.calls,
            outcome,
        }
    }
}

impl Run {
    /// What a partition was told, with times and instructions.
    fn of(&self, name: &str) -> Vec<&Event> {
        let events = self.events.iter();
        events.filter(|event| is_of(event, name)).collect()
    }

    fn words(&self, name: &str) -> Vec<String> {
        self.of(name).iter().map(|event| in_words(event)).collect()
    }

    fn start_ns(&self) -> u64 {
        self.plan.start_ticks() * 100
    }
}

/// Instructions and what happened.
fn in_words(event: &Event) -> String {
    let what = match &event.kind {
        EventKind::Dispatch => "runs".to_owned(),
        EventKind::Preempt => "gives way".to_owned(),
        EventKind::Block { .. } => "waits".to_owned(),
        EventKind::Wake { .. } => "wakes".to_owned(),
        EventKind::Fault {
            cause,
            health,
            action,
            value,
            ..
        } => format!("{cause} {value:#x}, {health}: {action}"),
        EventKind::RestartBegin { by, backoff_ns } => format!("restart by {by} in {backoff_ns}"),
        EventKind::RestartEnd => "as new".to_owned(),
        EventKind::Halt { by } => format!("stopped by {by}"),
        EventKind::SafeMode { by } => format!("safe mode by {by}"),
        EventKind::Receive { status, .. } => format!("receive {status}"),
        other => format!("{other:?}"),
    };
    format!("{} {what}", event.instructions)
}

fn raise(code: u64) -> Vec<u32> {
    call(Call::Raise.number(), [code, 0])
}

/// The instructions of somebody who waits until a time.
fn sleep_until(ns: u64) -> Vec<u32> {
    call(Call::Wait.number(), [0, ns / 100])
}

const TOGETHER: &[(u64, &[&str])] = &[(MS, &["a", "b"])];
const APART: &[(u64, &[&str])] = &[(MS / 2, &["a"]), (MS / 2, &["b"])];

/// `a` with this code, and `b` that never waits.
fn beside_busy(code: Vec<u32>, windows: &[(u64, &[&str])]) -> Design {
    Design::new(&[("a", code, vec![]), ("b", forever(), vec![])], windows)
}

#[test]
fn an_error_that_is_ignored_is_told_and_the_partition_goes_on() {
    let code = [raise(7), raise(u64::MAX), wait_forever()].concat();
    let ran = beside_busy(code, TOGETHER)
        .on(FaultCause::ApplicationError, RawHealthAction::Ignore)
        .run(MS);
    let expected = [
        "0 runs",
        "34 application error 0x7, application_error: ignore",
        "68 application error 0xffffffffffffffff, application_error: ignore",
        "102 waits",
    ];
    assert_eq!(ran.words("a"), expected);
    let EventKind::Fault { code, pc, .. } = ran.of("a")[1].kind else {
        panic!("a fault");
    };
    assert_eq!((code, pc), (None, PROGRAM_BASE + 4 * 33));
    let statuses: Vec<_> = ran.calls[..2].iter().map(SystemCall::status_name).collect();
    assert_eq!(statuses, [Some("ok"), Some("ok")]);
}

#[test]
fn an_error_halts_where_nothing_else_is_said() {
    let code = [raise(7), wait_forever()].concat();
    let ran = beside_busy(code, TOGETHER).run(MS);
    let expected = [
        "0 runs",
        "34 application error 0x7, application_error: halt",
    ];
    assert_eq!(ran.words("a"), expected);
    assert_eq!((ran.calls.len(), ran.calls[0].status), (1, None));
}

#[test]
fn who_is_restarted_runs_again_until_the_limit_is_reached() {
    let mut code = exactly(100);
    let pc = PROGRAM_BASE + 4 * u64::try_from(code.len()).expect("64 bits");
    code.push(EBREAK);
    let ran = beside_busy(code, TOGETHER)
        .on(FaultCause::IllegalRequest, RawHealthAction::Restart)
        .restart(Some(2), 0)
        .run(MS);
    let fault = |count: u64, action: &str| {
        format!(
            "{} breakpoint {pc:#x}, illegal_request: {action}",
            101 * count
        )
    };
    let again = |count: u64| {
        let executed = 101 * count;
        [
            fault(count, "restart"),
            format!("{executed} restart by {HEALTH_MONITOR} in 0"),
            format!("{executed} as new"),
            format!("{executed} runs"),
        ]
    };
    let mut expected = vec!["0 runs".to_owned()];
    expected.extend(again(1));
    expected.extend(again(2));
    expected.push(fault(3, "halt"));
    assert_eq!(ran.words("a"), expected);
    let limits = ran
        .of("a")
        .into_iter()
        .filter_map(|event| match event.kind {
            EventKind::Fault {
                restarts_used_up, ..
            } => Some(restarts_used_up),
            _ => None,
        });
    assert_eq!(limits.collect::<Vec<_>>(), [None, None, Some(2)]);
    let ns: Vec<u64> = ran.of("a").iter().map(|event| event.time_ns).collect();
    for (dispatch, fault) in [(0, 1), (4, 5), (8, 9)] {
        assert_eq!(ns[fault], ns[dispatch] + 101);
    }
    // Nobody runs while its registers are cleared, and then it runs at once.
    assert_eq!((ns[2], ns[3], ns[6], ns[7]), (ns[1], ns[4], ns[5], ns[8]));
}

#[test]
fn a_restart_begins_after_its_pause() {
    let mut code = exactly(100);
    code.push(EBREAK);
    let ran = beside_busy(code, TOGETHER)
        .on(FaultCause::IllegalRequest, RawHealthAction::Restart)
        .restart(None, 300_000)
        .run(MS);
    let own = ran.of("a");
    let pad_ns = ran.plan.pad_ticks() * 100;
    let begun = EventKind::RestartBegin {
        by: HEALTH_MONITOR.to_owned(),
        backoff_ns: 300_000,
    };
    assert_eq!((&own[2].kind, own[2].time_ns), (&begun, own[1].time_ns));
    let pause_ns = own[3].time_ns - own[2].time_ns;
    assert_eq!(
        (&own[3].kind, &own[4].kind),
        (&EventKind::RestartEnd, &EventKind::Dispatch)
    );
    assert!(
        (300_000..300_000 + pad_ns + RESTORE_NS).contains(&pause_ns),
        "{pause_ns}"
    );
    // Meanwhile the other one runs, and is displaced as soon as the pause is over.
    let displaced = ran
        .of("b")
        .into_iter()
        .find(|it| it.kind == EventKind::Preempt);
    let displaced_ns = displaced.expect("b is displaced").time_ns;
    let after_ns = displaced_ns - own[2].time_ns;
    assert!(
        (300_000..300_000 + pad_ns).contains(&after_ns),
        "{after_ns}"
    );
    assert!(own[3].time_ns - displaced_ns < RESTORE_NS);
}

/// Within this a memory of three pages is restored.
const RESTORE_NS: u64 = 10_000;

#[test]
fn nobody_notices_the_restarts_of_another_window() {
    let mut code = spin(20_000);
    code.push(EBREAK);
    let restarting = beside_busy(code, APART)
        .on(FaultCause::IllegalRequest, RawHealthAction::Restart)
        .restart(None, 0)
        .run(10 * MS);
    let idle = beside_busy(wait_forever(), APART).run(10 * MS);
    let others = |run: &Run| -> Vec<Event> {
        let events = run.events.iter().filter(|event| !is_of(event, "a"));
        events.cloned().collect()
    };
    let ends = restarting.of("a").into_iter();
    assert!(ends.filter(|it| it.kind == EventKind::RestartEnd).count() > 50);
    assert_eq!(others(&restarting), others(&idle));
    assert!(others(&idle).len() > 30);
}

#[test]
fn a_restart_that_ends_with_its_window_is_told_in_it() {
    let ran = |before_end_ns: u64, dispatched_ns: u64| {
        let end_ns = 500_000;
        let mut code = exactly(end_ns - before_end_ns - dispatched_ns - 1);
        code.push(EBREAK);
        beside_busy(code, APART)
            .on(FaultCause::IllegalRequest, RawHealthAction::Restart)
            .run(MS)
    };
    let first = ran(0, 100_000);
    let own = first.of("a");
    let dispatched_ns = own[0].time_ns - first.start_ns();
    assert_eq!(own[3].kind, EventKind::RestartEnd);
    let restore_ns = own[3].time_ns - own[2].time_ns;
    let mut at_the_end = 0;
    for before_end_ns in (restore_ns - 1_000..restore_ns + 1_000).step_by(13) {
        let ran = ran(before_end_ns, dispatched_ns);
        let end_ns = ran.start_ns() + 500_000;
        let own = ran.of("a");
        assert_eq!(own[1].time_ns, end_ns - before_end_ns);
        let over = own.iter().find(|it| it.kind == EventKind::RestartEnd);
        at_the_end += u32::from(over.is_some_and(|it| it.time_ns == end_ns));
        assert!(over.is_none_or(|it| it.time_ns <= end_ns), "{over:?}");
    }
    assert!(at_the_end > 5, "{at_the_end}");
}

#[test]
fn a_restart_empties_what_the_partition_consumes() {
    let a = [call(Call::Receive.number(), [0, POLL]), raise(1)].concat();
    let send = || call(Call::Send.number(), [0, 1]);
    let b = [send(), send(), wait_forever()].concat();
    let guests = [
        ("a", a, vec![receives("in", 8)]),
        ("b", b, vec![sends("out", 8)]),
    ];
    let link = vec![channel("link", queuing(8, 4), "b.out", "a.in")];
    let ran = Design::with(&guests, link, &[(MS, &["b", "a"])])
        .on(FaultCause::ApplicationError, RawHealthAction::Restart)
        .restart(Some(1), 0)
        .run(MS);
    let expected = [
        "0 runs".to_owned(),
        "34 receive ok".to_owned(),
        "68 application error 0x1, application_error: restart".to_owned(),
        format!("68 restart by {HEALTH_MONITOR} in 0"),
        "68 as new".to_owned(),
        "68 runs".to_owned(),
        "102 receive empty".to_owned(),
        "136 application error 0x1, application_error: halt".to_owned(),
    ];
    assert_eq!(ran.words("a"), expected);
}

#[test]
fn a_partition_with_the_right_stops_and_restarts_another_one() {
    let number = |call: Call| call.number();
    let a = [
        sleep_until(300_000),
        call(number(Call::Stop), [1, 0]),
        call(number(Call::Restart), [2, 0]),
        call(number(Call::Stop), [u64::MAX, 0]),
        sleep_until(600_000),
        call(number(Call::Restart), [1, 0]),
        wait_forever(),
    ];
    let ran = beside_busy(a.concat(), TOGETHER).run(MS);
    let monitor = ran.of("a");
    let [dispatched_ns, again_ns] = [3, 6].map(|position| {
        assert_eq!(monitor[position].kind, EventKind::Dispatch);
        monitor[position].time_ns
    });
    let b = ran.of("b");
    let what: Vec<String> = b.iter().map(|it| in_words(it)).collect();
    let what: Vec<&str> = what
        .iter()
        .map(|it| it.split_once(' ').expect("a number").1)
        .collect();
    let expected = [
        "runs",
        "gives way",
        "stopped by a",
        "restart by a in 0",
        "as new",
        "runs",
    ];
    assert_eq!(what[..6], expected);
    assert_eq!(b[1].time_ns, 300_000);
    assert_eq!(b[2].time_ns, dispatched_ns + CALL);
    assert_eq!(b[3].time_ns, again_ns + CALL);
    let statuses: Vec<_> = ran
        .calls
        .iter()
        .map(|it| (it.name(), it.status_name()))
        .collect();
    let expected = [
        (Some("wait"), None),
        (Some("stop"), Some("ok")),
        (Some("restart"), Some("bad_partition")),
        (Some("stop"), Some("bad_partition")),
        (Some("wait"), None),
        (Some("restart"), Some("ok")),
        (Some("wait"), None),
    ];
    assert_eq!(statuses, expected);
}

#[test]
fn who_restarts_itself_begins_anew() {
    let a = [exactly(50), call(Call::Restart.number(), [0, 0])].concat();
    let ran = beside_busy(a, TOGETHER).run(MS / 4);
    let cycle = |count: u64| {
        let executed = count * (50 + CALL);
        [
            format!("{executed} runs"),
            format!("{} restart by a in 0", executed + 50 + CALL),
            format!("{} as new", executed + 50 + CALL),
        ]
    };
    let words = ran.words("a");
    let expected: Vec<String> = (0..10).flat_map(cycle).collect();
    assert_eq!(words[..30], expected);
    assert!(ran.calls.iter().all(|call| call.status.is_none()));
}

#[test]
fn who_stops_itself_runs_no_more() {
    let a = call(Call::Stop.number(), [0, 0]);
    let ran = beside_busy(a, TOGETHER).run(MS);
    assert_eq!(ran.words("a"), ["0 runs", "34 stopped by a"]);
    assert_eq!(ran.calls[0].status, None);
}

/// The windows of a run: schedule, number, frame, and when, from the first one.
fn windows(ran: &Run) -> Vec<(usize, usize, u64, u64)> {
    let events = ran.events.iter();
    events
        .filter_map(|event| match event.kind {
            EventKind::Window {
                schedule,
                index,
                frame,
            } => Some((schedule, index, frame, event.time_ns - ran.start_ns())),
            _ => None,
        })
        .collect()
}

const SAFE: &[(u64, &[&str])] = &[(400_000, &["a", "b"]), (700_000, &["b"])];

#[test]
fn the_safe_mode_begins_with_the_frame_after_the_call() {
    let a = [
        sleep_until(1_000_000),
        call(Call::SafeMode.number(), [0, 0]),
        exactly(1_000),
        wait_forever(),
    ];
    let ran = beside_busy(a.concat(), SAFE).safe().run(3 * MS);
    let words = ran.words("a");
    let expected = [
        "0 runs",
        "34 waits",
        "34 wakes",
        "34 runs",
        "68 safe mode by a",
        "1102 waits",
    ];
    assert_eq!(words, expected);
    let own = ran.of("a");
    assert_eq!(own[4].time_ns, own[3].time_ns + CALL);
    let changes: Vec<&Event> = ran
        .events
        .iter()
        .filter(|it| matches!(it.kind, EventKind::ScheduleChange { .. }))
        .collect();
    let [change] = changes[..] else {
        panic!("{changes:?}");
    };
    assert_eq!(change.kind, EventKind::ScheduleChange { schedule: 1 });
    let expected = [
        (0, 0, 0, 0),
        (0, 0, 1, 400_000),
        (0, 0, 2, 800_000),
        (1, 0, 3, 1_200_000),
        (1, 0, 4, 1_900_000),
        (1, 0, 5, 2_600_000),
    ];
    assert_eq!(windows(&ran), expected);
    assert_eq!(change.time_ns, ran.start_ns() + 1_200_000);
}

#[test]
fn the_health_monitor_begins_the_safe_mode() {
    let a = [sleep_until(1_000_000), vec![EBREAK]].concat();
    let ran = beside_busy(a, SAFE)
        .safe()
        .on(FaultCause::IllegalRequest, RawHealthAction::SafeMode)
        .run(2 * MS);
    let words = ran.words("a");
    let expected = [
        format!(
            "35 breakpoint {:#x}, illegal_request: safe_mode",
            PROGRAM_BASE + 4 * 34
        ),
        format!("35 safe mode by {HEALTH_MONITOR}"),
    ];
    assert_eq!(words[4..], expected);
    assert_eq!(windows(&ran)[3], (1, 0, 3, 1_200_000));
}

/// The last two or three events of a run that the health monitor ends.
fn ended(code: Vec<u32>, cause: FaultCause, deadline_ticks: Option<u64>) -> Vec<EventKind> {
    let mut design = beside_busy(code, APART);
    if let Some(ticks) = deadline_ticks {
        design = design.due_within(ticks);
    }
    let ran = design.on(cause, RawHealthAction::PowerOff).run(10 * MS);
    assert_eq!(ran.outcome, Outcome::Stopped { code: 72 });
    let mut kinds: Vec<EventKind> = ran.events.iter().map(|it| it.kind.clone()).collect();
    let stop = EventKind::Stop {
        code: 72,
        reason: "powered off by the health monitor".into(),
    };
    assert_eq!(kinds.pop(), Some(stop));
    let own = ran
        .of("a")
        .into_iter()
        .filter(|it| !matches!(it.kind, EventKind::Preempt));
    own.map(|it| it.kind.clone()).collect()
}

#[test]
fn the_health_monitor_switches_the_machine_off_and_says_why() {
    let told = ended(vec![EBREAK], FaultCause::IllegalRequest, None);
    assert!(
        matches!(&told[..], [EventKind::Dispatch, EventKind::Fault { action, code: Some(3), .. }]
        if action == "power_off"),
        "{told:?}"
    );
    let told = ended(call(99, [0, 0]), FaultCause::IllegalRequest, None);
    assert!(
        matches!(&told[..], [EventKind::Dispatch, EventKind::DeniedCall { number: 99 }, EventKind::Fault { action, .. }]
        if action == "power_off"),
        "{told:?}"
    );
    let told = ended(raise(4), FaultCause::ApplicationError, None);
    assert!(
        matches!(&told[..], [EventKind::Dispatch, EventKind::Fault { action, value: 4, .. }]
        if action == "power_off"),
        "{told:?}"
    );
    let code = [sleep_until(1_200_000), forever()].concat();
    let told = ended(code, FaultCause::DeadlineMissed, Some(5_000));
    assert!(
        matches!(told.last(), Some(EventKind::Fault { action, cause, .. })
        if action == "power_off" && cause == "deadline missed"),
        "{told:?}"
    );
}

/// `a` wakes in its second window, has so long until it must wait again, and does not.
fn late(deadline_ticks: u64, action: RawHealthAction) -> Run {
    let code = [sleep_until(1_200_000), forever()].concat();
    let design = beside_busy(code, APART).due_within(deadline_ticks);
    design.on(FaultCause::DeadlineMissed, action).run(4 * MS)
}

#[test]
fn a_deadline_that_passes_in_another_window_is_missed_when_it_would_run() {
    for action in [RawHealthAction::Ignore, RawHealthAction::Halt] {
        let ran = late(5_000, action);
        let own = ran.of("a");
        let (woken, fault) = (own[2], own[5]);
        assert_eq!(
            (&woken.kind, woken.time_ns),
            (&EventKind::Wake { timeout: true }, 1_200_000)
        );
        let EventKind::Fault {
            cause,
            value,
            code: None,
            health,
            ..
        } = &fault.kind
        else {
            panic!("{fault:?}");
        };
        assert_eq!(
            (cause.as_str(), health.as_str()),
            ("deadline missed", "deadline_missed")
        );
        // Half a millisecond from when it woke, give or take what the kernel takes.
        let pad_ns = ran.plan.pad_ticks() * 100;
        assert!(
            (1_700_000..1_700_000 + pad_ns).contains(&(value * 100)),
            "{value}"
        );
        // In its next window, as soon as the pad is over.
        let begin_ns = ran.start_ns() + 2 * MS + pad_ns;
        assert!(
            (begin_ns..begin_ns + 1_000).contains(&fault.time_ns),
            "{}",
            fault.time_ns
        );
        match action {
            RawHealthAction::Ignore => assert_eq!(own[6].kind, EventKind::Dispatch),
            _ => assert_eq!(own.len(), 6),
        }
    }
}

#[test]
fn a_deadline_that_passes_while_the_partition_runs_is_missed_at_that_instant() {
    let ran = late(1_000, RawHealthAction::Ignore);
    let own = ran.of("a");
    let EventKind::Fault { value, .. } = own[4].kind else {
        panic!("{:?}", own[4]);
    };
    assert_eq!(own[4].time_ns, value * 100);
    assert_eq!(
        own[4].instructions,
        own[3].instructions + own[4].time_ns - own[3].time_ns
    );
    // It goes on where it was.
    assert_eq!(own[5].kind, EventKind::Preempt, "at the end of its window");
    let ran = late(1_000, RawHealthAction::Restart);
    let kinds: Vec<&EventKind> = ran.of("a").iter().map(|it| &it.kind).collect();
    assert!(matches!(
        kinds[4..8],
        [
            EventKind::Fault { .. },
            EventKind::RestartBegin { .. },
            EventKind::RestartEnd,
            EventKind::Dispatch
        ]
    ));
}

#[test]
fn whoever_waits_in_time_misses_nothing() {
    let code = [
        sleep_until(1_200_000),
        exactly(5_000),
        call(Call::Wait.number(), [0, NEVER]),
    ];
    let design = beside_busy(code.concat(), APART).due_within(1_000);
    let ran = design
        .on(FaultCause::DeadlineMissed, RawHealthAction::Halt)
        .run(4 * MS);
    let expected = ["0 runs", "34 waits", "34 wakes", "34 runs", "5068 waits"];
    assert_eq!(ran.words("a"), expected);
}
