//! The health monitor: what is recorded, and what is done.

use std::panic::{AssertUnwindSafe, catch_unwind};

use septum_abi::call::Call;
use septum_abi::health::{Cause, HealthAction, SOFTWARE};
use septum_abi::state::Activity;

use crate::world::{Design, GUARD, GUARD_BYTES, Member, PowerOff, World, cause_of, entry};

/// Two partitions, of which the first has an action for a cause.
fn world(cause: Cause, action: HealthAction) -> World {
    let member = Member {
        restart_limit: Some(2),
        backoff: 7,
        deadline: Some(10),
        ..Member::default()
    };
    World::new(&Design {
        partitions: vec![member.on(cause, action), Member::default()],
        windows: vec![(100, vec![0, 1])],
        safe: vec![(30, vec![1])],
        pad: 1,
        ..Design::default()
    })
}

/// Lets the first partition cause something: `cause` and `value` of the record.
fn provoke(world: &mut World, cause: Cause) -> (u64, u64) {
    let software = SOFTWARE | cause.number();
    match cause {
        Cause::MemoryViolation => exception(world, 15, GUARD - 1),
        Cause::IllegalRequest => exception(world, 2, 0x1234),
        Cause::HardwareFault => exception(world, 5, 0x5678),
        Cause::StackOverflow => exception(world, 15, GUARD),
        Cause::ApplicationError => {
            world.call(Call::Raise, &[99]);
            (software, 99)
        }
        Cause::DeadlineMissed => {
            // It is released when its wait ends, and then computes.
            world.call(Call::Wait, &[0, 5]);
            world.run_until(15);
            (software, 15)
        }
    }
}

fn exception(world: &mut World, cause: u64, value: u64) -> (u64, u64) {
    world.fault(cause, value);
    (cause, value)
}

#[test]
fn each_cause_is_recorded_and_leads_to_its_action() {
    use HealthAction::{Halt, Ignore, Restart, SafeMode};
    for &cause in Cause::ALL {
        for action in [Halt, Ignore, Restart, SafeMode] {
            let can_go_on = [Cause::DeadlineMissed, Cause::ApplicationError].contains(&cause);
            if action == Ignore && !can_go_on {
                continue;
            }
            let mut world = world(cause, action);
            let (number, value) = provoke(&mut world, cause);
            let record = &world.header.faults.records[0];
            let fields = [
                &record.partition,
                &record.cause,
                &record.pc,
                &record.value,
                &record.health,
                &record.action,
            ];
            let waited = u64::from(cause == Cause::DeadlineMissed);
            let pc = entry(0) + 4 * waited;
            let expected = [0, number, pc, value, cause.number(), action.number()];
            assert_eq!(fields.map(std::cell::Cell::get), expected, "{cause:?}");
            assert_eq!(record.time.get(), if waited == 1 { 15 } else { 1 });
            assert_eq!(world.header.faults.written.get(), 1);
            assert_eq!(world.state(0).faults.get(), 1);
            done(&world, cause, action);
        }
    }
}

/// What an action leaves.
fn done(world: &World, cause: Cause, action: HealthAction) {
    let state = world.state(0);
    let found = (world.running(), state.activity.get(), state.ready_at.get());
    let back = world.time() + 7;
    let expected = match action {
        // Its deadline goes on, but for the one that it has missed.
        HealthAction::Ignore if cause == Cause::DeadlineMissed => (0, Activity::Ready.number(), 0),
        HealthAction::Ignore => (0, Activity::Due.number(), 0),
        HealthAction::Restart => (1, Activity::Restarting.number(), back),
        _ => (1, Activity::Halted.number(), u64::MAX),
    };
    assert_eq!(found, expected, "{action:?}");
    let safe = world.header.safe.expect("a second schedule");
    let is_safe = std::ptr::eq(world.header.state.frame_begin.get(), safe);
    assert_eq!(is_safe, action == HealthAction::SafeMode);
    assert_eq!(
        state.restarts.get(),
        u64::from(action == HealthAction::Restart)
    );
}

#[test]
fn each_cause_can_switch_the_machine_off() {
    for &cause in Cause::ALL {
        let mut world = world(cause, HealthAction::PowerOff);
        let result = catch_unwind(AssertUnwindSafe(|| provoke(&mut world, cause)));
        assert!(
            result.is_err_and(|payload| payload.is::<PowerOff>()),
            "{cause:?}"
        );
        let record = &world.header.faults.records[0];
        assert_eq!(record.health.get(), cause.number());
        assert_eq!(record.action.get(), HealthAction::PowerOff.number());
    }
}

#[test]
fn an_exception_is_what_the_table_says_and_below_the_stack_an_overflow() {
    let mut world = world(Cause::ApplicationError, HealthAction::Halt);
    let before = world.save();
    let values = [
        0,
        GUARD - 1,
        GUARD,
        GUARD + GUARD_BYTES - 1,
        GUARD + GUARD_BYTES,
        u64::MAX,
    ];
    for mcause in (0..16).filter(|&mcause| mcause != 8) {
        for value in values {
            world.fault(mcause, value);
            let stores = matches!(mcause, 7 | 15);
            let below = stores && (GUARD..GUARD + GUARD_BYTES).contains(&value);
            let expected = match cause_of(mcause) {
                Cause::MemoryViolation if below => Cause::StackOverflow,
                cause => cause,
            };
            let health = world.header.faults.records[0].health.get();
            assert_eq!(health, expected.number(), "{mcause} at {value:x}");
            world.restore(&before);
        }
    }
}

#[test]
fn a_partition_that_has_used_up_its_restarts_is_halted() {
    let cause = Cause::IllegalRequest;
    let mut world = world(cause, HealthAction::Restart);
    for (restarts, action) in [(1, HealthAction::Restart), (2, HealthAction::Restart)] {
        let time = world.time();
        provoke(&mut world, cause);
        assert_eq!(world.state(0).restarts.get(), restarts);
        let record = &world.header.faults.records[crate::world::narrow(restarts - 1)];
        assert_eq!(record.action.get(), action.number());
        world.run_until(time + 6);
        assert_eq!(world.running(), 1, "too early");
        world.run_until(time + 7);
        assert_eq!(world.running(), 0);
    }
    provoke(&mut world, cause);
    assert_eq!(
        world.header.faults.records[2].action.get(),
        HealthAction::Halt.number()
    );
    assert_eq!(world.state(0).activity.get(), Activity::Halted.number());
    assert_eq!(world.state(0).restarts.get(), 2);
}

#[test]
fn the_last_64_faults_are_kept() {
    let mut world = world(Cause::ApplicationError, HealthAction::Ignore);
    for code in 0..150 {
        assert_eq!(world.call(Call::Raise, &[code]), Some((0, 0)));
    }
    let ring = world.header.faults;
    assert_eq!(ring.written.get(), 150);
    for code in 86..150 {
        let record = &ring.records[crate::world::narrow(code % 64)];
        assert_eq!(record.value.get(), code);
    }
}
