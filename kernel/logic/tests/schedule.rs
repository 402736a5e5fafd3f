//! Time: windows at absolute times, deadlines at their tick, and nothing of another window.

use proptest::prelude::*;
use septum_abi::call::{Call, NEVER, POLL, Status};
use septum_abi::health::{Cause, HealthAction};

use crate::world::{Channel, Design, End, Member, World, wide};

/// The first instruction of each window of a run of two partitions with a window each, of
/// whom neither ever waits.
#[test]
fn windows_begin_at_absolute_times_for_ever() {
    let queue = Channel::Queuing { bytes: 8, depth: 2 };
    let (durations, pad, start) = ([70, 50], 20, 9);
    let mut world = World::new(&Design {
        partitions: vec![Member::with(&[End::Out(0)]), Member::with(&[End::In(0)])],
        channels: vec![queue],
        windows: vec![(durations[0], vec![0]), (durations[1], vec![1])],
        start,
        pad,
        ..Design::default()
    });
    world.machine.change().ticks_per_reading = 3;
    world.machine.change().ticks_per_copy = 9;
    let mut begin = start;
    for number in 0..200_000 {
        let index = number % 2;
        assert_eq!((world.time(), world.running()), (begin + pad, index));
        begin += durations[index];
        assert_eq!(world.header.state.window_end.get(), begin);
        // In the last ticks of the window, so that the kernel is late, or not at all.
        let late = wide(number % 5);
        world.run_until(begin - late);
        if late != 0 {
            let call = [Call::Send, Call::Receive][index];
            world.call(call, &[0, POLL]);
            world.run_until(begin);
        }
    }
    assert_eq!(world.machine.get().overruns, 0);
}

#[test]
fn a_pad_that_is_too_short_moves_no_window() {
    let mut world = World::new(&Design {
        partitions: vec![Member::default(), Member::default()],
        windows: vec![(50, vec![0]), (50, vec![1])],
        pad: 5,
        ..Design::default()
    });
    world.machine.change().ticks_per_reading = 4;
    world.run_until(49);
    world.call(Call::Now, &[]);
    assert_eq!(world.machine.get().overruns, 1);
    assert_eq!((world.running(), world.time()), (1, 57));
    assert_eq!(world.header.state.window_end.get(), 100);
    world.run_until(100);
    assert_eq!((world.running(), world.time()), (0, 105));
    assert_eq!(world.machine.get().overruns, 1);
    assert_eq!(world.header.state.window_end.get(), 150);
}

#[test]
fn who_waits_runs_again_at_its_deadline() {
    let mut world = World::new(&Design {
        partitions: vec![Member::default(), Member::default()],
        windows: vec![(100, vec![0, 1])],
        pad: 1,
        ..Design::default()
    });
    // In the middle, at the edges, and in a pad.
    for (until, first) in [
        (7, 7),
        (50, 50),
        (99, 99),
        (100, 101),
        (102, 102),
        (250, 250),
    ] {
        assert_eq!(world.running(), 0);
        world.call(Call::Wait, &[0, until]);
        world.run_until(until - 1);
        assert_eq!((world.time(), world.running()), (until - 1, 1));
        world.run_until(until);
        assert_eq!((world.time(), world.running()), (first, 0));
        assert_eq!(world.answer(0), (Status::Empty.number(), 0));
    }
}

/// One that must wait again within 20 ticks, less important than another one.
fn with_deadline(action: HealthAction) -> World {
    let member = Member {
        deadline: Some(20),
        ..Member::with(&[End::In(0)])
    };
    World::new(&Design {
        partitions: vec![
            member.on(Cause::DeadlineMissed, action),
            Member::with(&[End::Out(0)]),
        ],
        channels: vec![Channel::Queuing { bytes: 8, depth: 4 }],
        windows: vec![(200, vec![1, 0])],
        pad: 5,
        ..Design::default()
    })
}

fn misses(world: &World) -> Vec<(u64, u64)> {
    let ring = world.header.faults;
    let records = ring
        .records
        .iter()
        .take(crate::world::narrow(ring.written.get()));
    records
        .map(|record| {
            assert_eq!(record.health.get(), Cause::DeadlineMissed.number());
            (record.time.get(), record.value.get())
        })
        .collect()
}

#[test]
fn a_deadline_is_missed_at_its_tick_and_only_if_it_has_not_waited() {
    let mut world = with_deadline(HealthAction::Ignore);
    world.call(Call::Wait, &[0, NEVER]);
    // Released at 10 and 40: waits again in time, then not. What does not wait does not count.
    for (release, again) in [(10, 29), (40, 100)] {
        world.call(Call::Wait, &[0, release]);
        world.run_until(release);
        assert_eq!((world.time(), world.running()), (release, 0));
        world.run_until(release + 19);
        for call in [Call::Wait, Call::Receive] {
            let empty = Some((Status::Empty.number(), 0));
            assert_eq!(world.call(call, &[0, POLL]), empty);
        }
        assert!(misses(&world).is_empty());
        world.run_until(again);
    }
    assert_eq!(misses(&world), [(60, 60)]);
    assert_eq!(world.running(), 0);
}

#[test]
fn a_missed_deadline_is_found_when_its_partition_would_run() {
    let mut world = with_deadline(HealthAction::Halt);
    world.call(Call::Wait, &[0, 20]);
    world.call(Call::Wait, &[0, 10]);
    world.run_until(20);
    assert_eq!(world.running(), 1);
    world.run_until(70);
    assert!(misses(&world).is_empty());
    world.call(Call::Wait, &[0, 90]);
    assert_eq!(misses(&world), [(70, 30)]);
    assert_eq!((world.time(), world.running()), (90, 1));
}

#[test]
fn a_message_releases_whom_it_is_handed_to() {
    let mut world = with_deadline(HealthAction::Ignore);
    world.call(Call::Wait, &[0, 30]);
    world.call(Call::Receive, &[0, NEVER]);
    assert_eq!((world.time(), world.running()), (30, 1));
    world.call(Call::Send, &[0, 8]);
    world.run_until(45);
    world.call(Call::Wait, &[0, NEVER]);
    assert_eq!((world.time(), world.running()), (45, 0));
    world.run_until(64);
    assert!(misses(&world).is_empty());
    world.run_until(65);
    assert_eq!(misses(&world), [(65, 65)]);
}

#[test]
fn a_deadline_counts_from_the_first_instruction_whatever_ran_before() {
    let deadline = Member {
        deadline: Some(20),
        ..Member::default()
    };
    for late in 0..4 {
        let mut world = World::new(&Design {
            partitions: vec![
                Member::default(),
                deadline
                    .clone()
                    .on(Cause::DeadlineMissed, HealthAction::Ignore),
            ],
            windows: vec![(50, vec![1]), (50, vec![0])],
            pad: 15,
            ..Design::default()
        });
        world.machine.change().ticks_per_reading = 2;
        world.call(Call::Wait, &[0, 110]);
        world.run_until(100 - late);
        assert_eq!(world.running(), usize::from(late == 0));
        if late != 0 {
            world.call(Call::Now, &[]);
        }
        world.run_until(115);
        assert_eq!((world.time(), world.running()), (115, 1));
        world.run_until(140);
        assert_eq!(world.state(1).faults.get(), 1);
        assert_eq!(
            world.header.faults.records[0].value.get(),
            135,
            "{late} late"
        );
    }
}

#[test]
fn a_deadline_counts_from_the_first_instruction_of_the_first_start_and_of_each_other() {
    let member = Member {
        deadline: Some(20),
        memory: vec![(1024, false)],
        ..Member::default()
    };
    let mut world = World::new(&Design {
        partitions: vec![
            member.on(Cause::DeadlineMissed, HealthAction::Restart),
            Member::default(),
        ],
        windows: vec![(50, vec![0]), (70, vec![1])],
        start: 9,
        pad: 15,
        ..Design::default()
    });
    world.machine.change().ticks_per_copy = 3;
    assert_eq!((world.time(), world.running()), (24, 0));
    world.run_until(43);
    assert!(misses(&world).is_empty());
    // Two chunks of 3 ticks; then 20 ticks do not fit into what is left of the window.
    world.run_until(58);
    assert_eq!(misses(&world), [(44, 44)]);
    assert_eq!((world.state(0).due.get(), world.running()), (70, 0));
    // It goes on where that had passed.
    world.run_until(144);
    assert_eq!(misses(&world), [(44, 44), (144, 70)]);
    assert_eq!(world.state(0).due.get(), 150 + 20);
}

#[test]
fn who_can_run_while_the_deadline_of_another_is_looked_at_runs_at_once() {
    for late in 1..10 {
        let deadline = Member {
            deadline: Some(60),
            ..Member::default()
        };
        let mut world = World::new(&Design {
            partitions: vec![Member::default(), deadline, Member::default()],
            windows: vec![(200, vec![0, 1, 2])],
            pad: 20,
            ..Design::default()
        });
        world.call(Call::Wait, &[0, 100]);
        world.call(Call::Wait, &[0, 100 - late]);
        world.machine.change().ticks_per_reading = 3;
        world.run_until(100 - late);
        world.run_until(100);
        assert_eq!(world.running(), 0, "{late} before");
        // Five readings of the clock.
        assert!(world.time() <= 115, "{late} before: at {}", world.time());
        let end = world.header.state.window_end.get();
        assert_eq!(world.machine.get().timer, end);
    }
}

#[test]
fn safe_mode_begins_with_the_next_frame_and_stays() {
    let mut world = World::new(&Design {
        partitions: vec![Member::default(), Member::default(), Member::default()],
        windows: vec![(10, vec![0]), (10, vec![1])],
        safe: vec![(7, vec![2]), (5, vec![0])],
        pad: 1,
        ..Design::default()
    });
    world.run_until(25);
    assert_eq!(world.call(Call::SafeMode, &[]), Some((0, 0)));
    let mut seen = Vec::new();
    while world.time() < 70 {
        seen.push((world.time(), world.running()));
        let end = world.header.state.window_end.get();
        world.run_until(end);
    }
    let expected = [
        (25, 0),
        (31, 1),
        (41, 2),
        (48, 0),
        (53, 2),
        (60, 0),
        (65, 2),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn without_a_second_schedule_safe_mode_changes_nothing() {
    let mut world = World::new(&Design {
        partitions: vec![Member::default()],
        windows: vec![(10, vec![0])],
        pad: 1,
        ..Design::default()
    });
    assert_eq!(world.call(Call::SafeMode, &[]), Some((0, 0)));
    world.run_until(95);
    assert_eq!(world.header.state.window_end.get(), 100);
}

#[test]
fn an_interrupt_takes_no_time_from_a_window_without_its_owner() {
    let mut world = World::new(&Design {
        partitions: vec![Member::with(&[End::Interrupt(40)]), Member::default()],
        windows: vec![(50, vec![0]), (50, vec![1])],
        pad: 5,
        ..Design::default()
    });
    world.call(Call::Wait, &[1, NEVER]);
    world.run_until(60);
    let before = world.machine.get().clone();
    world.raise(1 << 40);
    world.run_until(99);
    let devices = world.machine.get().clone();
    assert_eq!((devices.claimed, devices.pc), (0, before.pc));
    // Its own window: claimed once, until it is acknowledged.
    world.run_until(110);
    assert_eq!((world.running(), world.answer(0)), (0, (0, 1)));
    assert_eq!(world.machine.get().claimed, 1 << 40);
    assert_eq!(
        world.call(Call::Wait, &[1, POLL]),
        Some((Status::Empty.number(), 0))
    );
    world.raise(1 << 40);
    assert_eq!(world.call(Call::Acknowledge, &[0]), Some((0, 0)));
    let nothing = Some((Status::NotPending.number(), 0));
    assert_eq!(world.call(Call::Acknowledge, &[0]), nothing);
    assert_eq!(world.machine.get().claimed, 0);
}

/// What a partition can tell of the world in a step: the time, the answer, the kernel's accesses
/// to memory, and by when it must wait again.
type Sight = (u64, Option<(u64, u64)>, u64, u64);

/// Two partitions with a window each; what the second one sees of its own steps, while the
/// first one does something else each time it runs.
fn sights(culprit: &[(u64, [u64; 4], u64)]) -> Vec<Sight> {
    let queue = Channel::Queuing {
        bytes: 64,
        depth: 256,
    };
    let mut member = Member {
        memory: vec![(1024, true), (600, false)],
        backoff: 30,
        ..Member::with(&[End::In(0), End::In(1), End::Interrupt(5)])
    };
    member.actions = [HealthAction::Restart; 6];
    let victim = Member {
        deadline: Some(90),
        ..Member::with(&[End::Out(0), End::Out(1)])
    };
    let mut world = World::new(&Design {
        partitions: vec![
            member,
            victim.on(Cause::DeadlineMissed, HealthAction::Ignore),
        ],
        channels: vec![queue, Channel::Signal],
        windows: vec![(300, vec![0]), (400, vec![1])],
        pad: 100,
        ..Design::default()
    });
    world.machine.change().ticks_per_reading = 2;
    world.machine.change().ticks_per_copy = 7;
    let mut steps = culprit.iter().cycle();
    let mut sights = Vec::new();
    while sights.len() < 100 {
        if world.running() == 1 {
            sights.push(look(&mut world, sights.len()));
            continue;
        }
        let &(number, arguments, ticks) = steps.next().expect("some");
        let now = world.time();
        if number == 20 {
            world.fault(2, 0);
        } else if number == 21 {
            world.machine.change().script.insert(now + ticks, 1 << 5);
        } else {
            world.raw_call(number, &arguments);
        }
        if world.running() == 0 {
            world.run_until(now + ticks);
        }
    }
    sights
}

/// A step of the second partition.
fn look(world: &mut World, step: usize) -> Sight {
    let (time, accesses) = (world.time(), world.machine.get().accesses);
    let (call, arguments) = match step % 5 {
        0 => (Call::Send, [0, 64]),
        1 => (Call::Signal, [1, 0]),
        2 => (Call::Now, [0, 0]),
        3 => (Call::Wait, [0, time + 1]),
        _ => {
            world.run_until(time + 110);
            (Call::Wait, [0, time + 111 + 37 * wide(step)])
        }
    };
    let answer = world.call(call, &arguments);
    let accesses = if answer.is_some() {
        world.machine.get().accesses - accesses
    } else {
        0
    };
    (time, answer, accesses, world.state(1).due.get())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn nobody_of_another_window_notices_what_a_partition_does(
        steps in prop::collection::vec(
            (0u64..22, [0u64..4, 0u64..300, 0u64..4, 0u64..300], 1u64..90), 1..30)
    ) {
        // It may not manage others, nor choose the schedule, nor end: that is said elsewhere.
        let mut allowed: Vec<_> = steps.into_iter().filter(|it| !(9..13).contains(&it.0)).collect();
        allowed.push((Call::Now.number(), [0; 4], 50));
        let quiet = [(Call::Now.number(), [0; 4], 50)];
        prop_assert_eq!(sights(&allowed), sights(&quiet));
    }
}
