//! Small systems, and every state that they can get into: from each state everything is tried
//! that the running partition and the machine can do, and the kernel is compared with the
//! reference after each step.

use std::collections::{HashSet, VecDeque};

use septum_abi::call::{Call, NEVER, POLL};
use septum_abi::health::{Cause, HealthAction};

use crate::reference::Action;
use crate::twin::Twin;
use crate::world::{Channel, Design, End, Member};

/// What can happen while a partition runs.
type Actions = fn(partition: usize, now: u64) -> Vec<Action>;

fn call(call: Call, arguments: &[u64]) -> Action {
    let mut all = [0; 4];
    all[..arguments.len()].copy_from_slice(arguments);
    Action::Call(call.number(), all)
}

/// Tries everything from every state, with so many different messages. Panics at the first
/// difference; else states and steps.
fn explore(design: &Design, actions: Actions, messages: u64) -> (usize, usize) {
    let mut twin = Twin::new(design, messages);
    let mut seen = HashSet::from([twin.key()]);
    let mut open = VecDeque::from([twin.save()]);
    let mut steps = 0;
    while let Some(moment) = open.pop_front() {
        for action in actions(moment.model.running, moment.model.time) {
            twin.restore(&moment);
            steps += 1;
            if twin.act(&action) && seen.insert(twin.key()) {
                open.push_back(twin.save());
            }
        }
    }
    (seen.len(), steps)
}

const QUEUE: Channel = Channel::Queuing { bytes: 1, depth: 2 };

/// Three partitions in a row, two queues of two slots each between them.
fn chain(windows: Vec<(u64, Vec<usize>)>) -> Design {
    Design {
        partitions: vec![
            Member::with(&[End::Out(0)]),
            Member::with(&[End::In(0), End::Out(1)]),
            Member::with(&[End::In(1)]),
        ],
        channels: vec![QUEUE, QUEUE],
        windows,
        start: 5,
        pad: 1,
        ..Design::default()
    }
}

fn chain_actions(partition: usize, now: u64) -> Vec<Action> {
    let mut actions = vec![Action::Compute(1), call(Call::Wait, &[0, now + 2])];
    if partition != 2 {
        let out = u64::try_from(partition).unwrap_or(0);
        actions.push(call(Call::Send, &[out, 1]));
    }
    if partition != 0 {
        for deadline in [POLL, now + 1, NEVER] {
            actions.push(call(Call::Receive, &[0, deadline]));
        }
        actions.push(call(Call::Wait, &[1, NEVER]));
    }
    if partition == 1 {
        actions.extend([now + 1, NEVER].map(|until| call(Call::Exchange, &[1, 1, 0, until])));
    }
    actions
}

/// One message more is told apart than a queue and its receiver's buffer hold.
fn explore_chain(windows: Vec<(u64, Vec<usize>)>) {
    let (states, steps) = explore(&chain(windows), chain_actions, 4);
    println!("{states} states, {steps} steps");
    assert!(states > 8_000, "{states} states: the search has shrunk");
}

#[test]
fn every_interleaving_in_one_window() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        explore_chain(vec![(3, order.to_vec())]);
    }
}

#[test]
fn every_interleaving_in_two_windows() {
    for (first, second) in [
        (vec![0, 1], vec![2]),
        (vec![2, 0], vec![1, 0]),
        (vec![1], vec![2, 0]),
    ] {
        explore_chain(vec![(3, first), (3, second)]);
    }
}

#[test]
fn every_interleaving_in_a_window_each() {
    explore_chain(vec![(3, vec![0]), (3, vec![1]), (3, vec![2])]);
}

/// A driver with an interrupt and a signal to a worker that has a deadline and is restarted
/// when it fails, whose own errors lead to the second schedule, and a third that manages both.
fn monitored(windows: Vec<(u64, Vec<usize>)>, depth: u64) -> Design {
    let worker = Member {
        restart_limit: Some(1),
        backoff: 2,
        deadline: Some(2),
        ..Member::with(&[End::In(0), End::In(1)])
    };
    let worker = worker
        .on(Cause::DeadlineMissed, HealthAction::Ignore)
        .on(Cause::ApplicationError, HealthAction::SafeMode)
        .on(Cause::IllegalRequest, HealthAction::Restart);
    Design {
        partitions: vec![
            Member::with(&[End::Interrupt(7), End::Out(0)])
                .on(Cause::HardwareFault, HealthAction::Restart)
                .on(Cause::ApplicationError, HealthAction::Ignore),
            worker,
            Member::with(&[End::Out(1)]),
        ],
        channels: vec![Channel::Signal, Channel::Queuing { bytes: 1, depth }],
        windows,
        safe: vec![(3, vec![0]), (3, vec![1, 2])],
        start: 5,
        pad: 1,
        ..Design::default()
    }
}

fn monitored_actions(partition: usize, now: u64) -> Vec<Action> {
    let mut actions = vec![Action::Compute(1), call(Call::Wait, &[0, now + 2])];
    match partition {
        0 => actions.extend([
            Action::Raise(1 << 7),
            Action::RaiseIn(1, 1 << 7),
            call(Call::Wait, &[1, NEVER]),
            call(Call::Acknowledge, &[0]),
            call(Call::Signal, &[1]),
            Action::Fault(5, 0),
        ]),
        1 => actions.extend([
            call(Call::Wait, &[0b01, NEVER]),
            call(Call::Wait, &[0b11, now + 1]),
            call(Call::Receive, &[1, NEVER]),
            Action::Fault(2, 0),
            call(Call::Raise, &[3]),
        ]),
        _ => actions.extend([
            call(Call::Send, &[0, 1]),
            call(Call::Restart, &[0]),
            call(Call::Restart, &[1]),
            call(Call::Stop, &[1]),
        ]),
    }
    actions
}

/// Both ways to share the time, with a queue of this depth and so many different messages.
fn explore_monitored(depth: u64, messages: u64, least: usize) {
    let one = vec![(4, vec![0, 1, 2])];
    let two = vec![(4, vec![2, 1]), (3, vec![0, 2])];
    for windows in [one, two] {
        let design = monitored(windows, depth);
        let (states, steps) = explore(&design, monitored_actions, messages);
        println!("{states} states, {steps} steps");
        assert!(states > least, "{states} states: the search has shrunk");
    }
}

#[test]
fn every_state_of_a_system_with_interrupts_deadlines_and_restarts() {
    explore_monitored(1, 1, 30_000);
}

#[test]
#[ignore = "takes a minute in the dev profile"]
fn every_state_of_a_larger_system_with_interrupts_deadlines_and_restarts() {
    explore_monitored(2, 4, 300_000);
}
