//! What must hold whenever a partition runs.

use septum_abi::state::{Activity, PartitionState};
use septum_abi::tables::kind;

use super::World;

/// Checks everything that can be checked without knowing what happened before.
pub(crate) fn check(world: &World) {
    running_is_the_first_ready(world);
    timer_is_the_next_change(world);
    bits_tell_the_queues(world);
    claims_are_the_machines(world);
    let spent = world.time() - world.hart.window_start;
    assert!(
        spent >= world.header.pad_ticks,
        "runs before the pad is over"
    );
    assert_eq!(world.hart.overruns, 0);
}

fn is(state: &PartitionState, activity: Activity) -> bool {
    state.activity == activity.number()
}

/// Waits, and nothing that it waits for is there.
fn blocked(state: &PartitionState) -> bool {
    let waits = is(state, Activity::Waiting) || is(state, Activity::Receiving);
    waits && state.pending & state.mask == 0
}

/// The running partition's list of those that are more important.
fn ahead(world: &World) -> Vec<u64> {
    let window = world.windows[world.hart.window as usize];
    let order = &world.order[window.order_first as usize..][..window.order_count as usize];
    let position = order.iter().position(|&index| index == world.hart.current);
    order[..position.expect("runs outside its window")].to_vec()
}

fn running_is_the_first_ready(world: &World) {
    let current = world.hart.current as usize;
    assert!(is(&world.states[current], Activity::Ready));
    assert_eq!(world.machine.satp, world.partitions[current].satp);
    for index in ahead(world) {
        let state = &world.states[index as usize];
        let ended = is(state, Activity::Exited) || is(state, Activity::Halted);
        assert!(
            ended || blocked(state),
            "{index} is ready and more important"
        );
    }
}

fn timer_is_the_next_change(world: &World) {
    let deadlines = ahead(world)
        .into_iter()
        .map(|index| &world.states[index as usize]);
    let earliest = deadlines
        .filter(|state| blocked(state))
        .map(|state| state.deadline)
        .min();
    let expected = earliest.unwrap_or(u64::MAX).min(world.hart.window_end);
    assert_eq!(world.machine.timer, expected);
}

fn bits_tell_the_queues(world: &World) {
    for (channel, queue) in world.channels.iter().zip(&world.queues) {
        if channel.kind == kind::QUEUING {
            let pending = world.states[channel.receiver as usize].pending;
            let bit = pending >> channel.receiver_port & 1;
            assert_eq!(bit != 0, queue.write != queue.read);
            assert!(queue.write < 2 * channel.depth && queue.read < 2 * channel.depth);
        }
    }
}

fn claims_are_the_machines(world: &World) {
    for (number, source) in world.sources.iter().enumerate() {
        if let Some(state) = world.states.get(source.partition as usize) {
            let known = state.claimed >> source.port & 1;
            assert_eq!(known, world.machine.claimed >> number & 1);
        }
    }
}
