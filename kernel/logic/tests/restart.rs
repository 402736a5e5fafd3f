//! Restart and stop: memory in chunks, in the partition's own windows, and nothing left over.

use septum_abi::call::{Call, NEVER, POLL, Status};
use septum_abi::health::{Cause, HealthAction};
use septum_abi::limits::RESTORE_CHUNK_BYTES;
use septum_abi::state::{Activity, SAVED_ALL};

use crate::world::{Channel, Design, End, Member, World, entry, first_word, stack_top, wide};

const QUEUE: Channel = Channel::Queuing { bytes: 8, depth: 4 };
const CAUSE: Cause = Cause::IllegalRequest;
/// Two chunks and a part; less than one; exactly one; nothing.
const MEMORY: [(u64, bool); 4] = [(1200, true), (40, false), (512, true), (0, false)];

/// One that is restarted, with everything that it can have, a peer, and a manager.
fn design() -> Design {
    let member = Member {
        memory: MEMORY.to_vec(),
        ..Member::with(&[
            End::In(0),
            End::Out(1),
            End::In(2),
            End::In(3),
            End::Interrupt(9),
        ])
    };
    let peer = [End::Out(0), End::In(1), End::Out(2), End::Out(3)];
    let sample = Channel::Sampling {
        bytes: 8,
        validity: 1000,
    };
    Design {
        partitions: vec![
            member.on(CAUSE, HealthAction::Restart),
            Member::with(&peer),
            Member::default(),
        ],
        channels: vec![QUEUE, QUEUE, Channel::Signal, sample],
        windows: vec![(40, vec![0]), (60, vec![2, 1])],
        pad: 20,
        ..Design::default()
    }
}

fn scribble(world: &World) {
    for (part, (bytes, _)) in MEMORY.iter().enumerate() {
        let begin = world.places.restored[0][part];
        for offset in (0..*bytes).step_by(8) {
            world.machine.word(begin + offset).set(u64::MAX);
        }
    }
}

fn assert_pristine(world: &World) {
    for (part, &(bytes, copied)) in MEMORY.iter().enumerate() {
        let begin = world.places.restored[0][part];
        for offset in (0..bytes).step_by(8) {
            let first = if copied {
                first_word(0, part, offset)
            } else {
                0
            };
            assert_eq!(
                world.machine.word(begin + offset).get(),
                first,
                "{part} {offset}"
            );
        }
    }
}

#[test]
fn memory_is_restored_in_chunks_and_only_in_its_own_windows() {
    let mut world = World::new(&design());
    scribble(&world);
    world.machine.change().ticks_per_copy = 9;
    world.machine.change().moves = Some(Vec::new());
    world.fault(2, 0);
    // Six chunks of 9 ticks, and 20 ticks in a window: three begin in each of two windows. The
    // third goes on into the pad of the others, which moves nobody.
    let mut first_instructions = Vec::new();
    while world.state(0).activity.get() == Activity::Restarting.number() {
        first_instructions.push((world.time(), world.running()));
        let end = world.header.state.window_end.get();
        world.run_until(end);
    }
    assert_eq!(first_instructions, [(60, 2), (160, 2)]);
    assert_eq!(world.running(), 0);
    assert_pristine(&world);
    let moves = world.machine.change().moves.take().expect("kept");
    let mut expected = Vec::new();
    for (part, (bytes, _)) in MEMORY.iter().enumerate() {
        let begin = world.places.restored[0][part];
        for offset in (0..*bytes).step_by(512).chain((*bytes == 0).then_some(0)) {
            let length = (bytes - offset).min(RESTORE_CHUNK_BYTES);
            expected.push((begin + offset, length));
        }
    }
    let found: Vec<_> = moves.iter().map(|it| (it.to, it.bytes)).collect();
    assert_eq!(found, expected);
    // Windows of 40 and 60 ticks; a chunk begins in the part of the first behind the pad.
    assert!(
        moves.iter().all(|it| (20..40).contains(&(it.time % 100))),
        "{moves:?}"
    );
}

/// Everything of a partition but its history.
fn first_state(world: &World) {
    let state = world.state(0);
    assert_eq!(state.pc.get(), entry(0));
    for (position, register) in state.registers.iter().enumerate() {
        let first = if position == 1 { stack_top(0) } else { 0 };
        assert_eq!(register.get(), first, "x{}", position + 1);
    }
    let fields = [&state.pending, &state.mask, &state.ready_at, &state.claimed];
    assert_eq!(fields.map(std::cell::Cell::get), [0; 4]);
    assert_eq!(state.activity.get(), Activity::Ready.number());
    assert_eq!((state.saved.get(), state.due.get()), (SAVED_ALL, NEVER));
    assert!(state.restore.get().is_none());
    assert_eq!(state.restored.get(), 0);
    assert_pristine(world);
}

#[test]
fn a_restart_leaves_the_first_state() {
    let mut world = World::new(&design());
    first_state(&world);
    for (number, register) in world.state(0).registers.iter().enumerate() {
        register.set(wide(number) + 77);
    }
    scribble(&world);
    world.raise(1 << 9);
    world.call(Call::Wait, &[0b10000, POLL]);
    assert_eq!(world.state(0).claimed.get(), 0b10000);
    world.raise(1 << 9);
    let fences = world.machine.get().fences;
    world.fault(2, 0);
    assert_eq!(world.running(), 0);
    first_state(&world);
    assert_eq!(world.machine.get().claimed, 0);
    assert_eq!(world.machine.get().fences, fences + 1);
}

#[test]
fn what_it_consumes_is_drained_and_what_it_sent_stays() {
    let mut world = World::new(&design());
    for _ in 0..2 {
        assert_eq!(world.call(Call::Send, &[1, 8]), Some((0, 0)));
    }
    world.run_until(60);
    world.call(Call::Wait, &[0, 100]);
    assert_eq!(world.running(), 1);
    for _ in 0..3 {
        assert_eq!(world.call(Call::Send, &[0, 8]), Some((0, 0)));
    }
    assert_eq!(world.call(Call::Signal, &[2]), Some((0, 0)));
    assert_eq!(world.call(Call::Send, &[3, 8]), Some((0, 0)));
    world.run_until(120);
    assert_eq!((world.running(), world.state(0).pending.get()), (0, 0b101));
    world.fault(2, 0);
    assert_eq!((world.running(), world.state(0).pending.get()), (0, 0));
    let empty = Some((Status::Empty.number(), 0));
    assert_eq!(world.call(Call::Receive, &[0, POLL]), empty);
    assert_eq!(
        world.call(Call::Receive, &[3, POLL]),
        Some((0, 8)),
        "the last value stays"
    );
    world.run_until(160);
    world.call(Call::Wait, &[0, NEVER]);
    for _ in 0..2 {
        assert_eq!(world.call(Call::Receive, &[1, POLL]), Some((0, 8)));
    }
    assert_eq!(world.call(Call::Receive, &[1, POLL]), empty);
}

#[test]
fn a_claim_is_completed_before_the_driver_begins_anew() {
    let mut world = World::new(&design());
    world.raise(1 << 9);
    assert_eq!(world.machine.get().claimed, 1 << 9);
    world.raise(1 << 9);
    // From another window, in which the source is not enabled.
    world.run_until(60);
    world.call(Call::Restart, &[0]);
    assert_eq!(world.machine.get().claimed, 1 << 9);
    world.run_until(120);
    assert_eq!((world.running(), world.machine.get().claimed), (0, 0));
    assert_eq!(
        (world.state(0).claimed.get(), world.state(0).pending.get()),
        (0, 0)
    );
    world.raise(1 << 9);
    assert_eq!(world.call(Call::Wait, &[0b10000, POLL]), Some((0, 0b10000)));
}

#[test]
fn ten_thousand_restarts_leave_nothing_behind() {
    let mut world = World::new(&design());
    world.run_until(100);
    for number in 1..=10_000 {
        let begin = 100 * number;
        assert_eq!((world.time(), world.running()), (begin + 20, 0));
        scribble(&world);
        assert!(world.call(Call::Send, &[1, 8]).is_some());
        world.fault(2, 0);
        first_state(&world);
        assert_eq!(world.state(0).restarts.get(), number);
        world.run_until(begin + 60);
        assert_eq!((world.time(), world.running()), (begin + 60, 2));
        world.run_until(begin + 100);
    }
    assert_eq!(world.machine.get().overruns, 0);
}

#[test]
fn others_are_restarted_and_stopped_whatever_they_do() {
    for doing in [Call::Wait, Call::Receive, Call::Exit, Call::Now] {
        for call in [Call::Restart, Call::Stop] {
            let mut world = World::new(&design());
            let arguments = if doing == Call::Wait {
                [1, NEVER]
            } else {
                [0, NEVER]
            };
            world.call(doing, &arguments);
            world.run_until(60);
            world.call(call, &[0]);
            assert_eq!(world.running(), 2);
            assert_eq!(world.answer(2), (Status::Ok.number(), 0));
            assert_eq!(world.state(0).restarts.get(), 0);
            if call == Call::Stop {
                assert_eq!(world.state(0).activity.get(), Activity::Halted.number());
                world.run_until(200);
                world.call(Call::Restart, &[0]);
                world.run_until(260);
            }
            let begin = world.time().next_multiple_of(100);
            world.run_until(begin);
            assert_eq!(
                (world.time(), world.running()),
                (begin + 20, 0),
                "{doing:?}"
            );
            first_state(&world);
        }
    }
}

#[test]
fn a_partition_can_restart_and_stop_itself() {
    let mut world = World::new(&design());
    scribble(&world);
    assert_eq!(world.call(Call::Restart, &[0]), None);
    assert_eq!(world.running(), 0);
    first_state(&world);
    assert_eq!(world.call(Call::Stop, &[0]), None);
    assert_eq!((world.running(), world.time()), (2, 60));
    assert_eq!(world.state(0).activity.get(), Activity::Halted.number());
}
