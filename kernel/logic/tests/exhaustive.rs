//! A small system, and every state that it can get into.
//!
//! Two windows; a sender and a receiver with a queue between them, a signal back, an
//! interrupt, and waits with and without deadline. From each state every action is tried;
//! the queue's content is compared with a list, everything else with the invariants.
#![allow(clippy::as_conversions, reason = "tests count in usize and u64")]

mod world;

use std::collections::{BTreeSet, VecDeque};

use septum_abi::call::{Call, NEVER, POLL, Status};
use septum_abi::state::{Activity, PartitionState};
use world::{Behind, Design, World, invariant};

const SENDER: usize = 0;
const RECEIVER: usize = 1;
const SOURCE: u64 = 10;

/// What a running partition or the machine can do.
#[derive(Debug, Clone, Copy)]
enum Action {
    Call(Call, u64, u64),
    /// Send this byte.
    Send(u8),
    /// Wait or receive until so many ticks from now.
    Until(Call, u64, u64),
    Compute,
    Raise,
    Fault,
}

/// A system and what should be in its queue.
#[derive(Clone)]
struct Node {
    world: World,
    expected: VecDeque<u8>,
}

fn start() -> Node {
    let mut world = World::new(&Design {
        ports: vec![
            vec![Behind::Out(0), Behind::SignalIn(1)],
            vec![
                Behind::SignalOut(1),
                Behind::In(0),
                Behind::Interrupt(SOURCE),
            ],
        ],
        channels: vec![(1, 2), (0, 0)],
        windows: vec![(4, vec![1, 0]), (3, vec![0])],
        start: 5,
        pad: 1,
        ..Design::default()
    });
    world.boot();
    Node {
        world,
        expected: VecDeque::new(),
    }
}

fn actions(running: usize) -> Vec<Action> {
    let mut actions = vec![Action::Compute, Action::Raise, Action::Fault];
    actions.push(Action::Call(Call::Exit, 0, 0));
    actions.push(Action::Until(Call::Wait, 0, 2));
    if running == SENDER {
        actions.extend([Action::Send(1), Action::Send(2)]);
        actions.extend([POLL, NEVER].map(|deadline| Action::Call(Call::Wait, 0b10, deadline)));
    } else {
        actions.extend([POLL, NEVER].map(|deadline| Action::Call(Call::Receive, 1, deadline)));
        actions.extend([POLL, NEVER].map(|deadline| Action::Call(Call::Wait, 0b110, deadline)));
        actions.push(Action::Until(Call::Receive, 1, 1));
        actions.push(Action::Call(Call::Signal, 0, 0));
        actions.push(Action::Call(Call::Acknowledge, 2, 0));
    }
    actions
}

impl Node {
    fn act(&mut self, action: Action) {
        let running = self.world.hart.current as usize;
        match action {
            Action::Call(call, first, second) => drop(self.world.call(call, first, second)),
            Action::Send(byte) => self.send(byte),
            Action::Until(call, first, ticks) => {
                let deadline = self.world.time() + ticks;
                self.world.call(call, first, deadline);
            }
            Action::Compute => drop(self.world.interrupt()),
            Action::Raise => self.world.machine.raised ^= 1 << SOURCE,
            Action::Fault => drop(self.world.fault(5, 0x1234)),
        }
        self.compare(running);
    }

    fn send(&mut self, byte: u8) {
        let buffer = self.world.buffer(SENDER, 0);
        self.world.machine.write(buffer, &[byte]);
        let room = self.expected.len() < 2;
        self.world.call(Call::Send, 0, 1);
        let status = if room { Status::Ok } else { Status::Full };
        assert_eq!(self.world.answer(SENDER), (status.number(), 0));
        if room {
            self.expected.push_back(byte);
        }
    }

    /// The queue holds what was sent, in that order; who got a message got the oldest.
    fn compare(&mut self, _ran: usize) {
        let queue = self.world.queues[0];
        let held = ((queue.write + 4 - queue.read) % 4) as usize;
        while self.expected.len() > held {
            let oldest = self.expected.pop_front().expect("longer than what is held");
            let buffer = self.world.buffer(RECEIVER, 1);
            assert_eq!(
                self.world.machine.read(buffer, 8),
                [oldest, 0, 0, 0, 0, 0, 0, 0]
            );
            assert_eq!(self.world.answer(RECEIVER), (Status::Ok.number(), 1));
        }
        assert_eq!(self.expected.len(), held);
        invariant::check(&self.world);
    }

    /// Everything that decides about the future, times relative to the window's begin.
    fn key(&self) -> Vec<u64> {
        let world = &self.world;
        let begin = world.hart.window_start;
        let mut key = vec![world.hart.current, world.hart.window, world.time() - begin];
        for state in &world.states {
            key.extend([state.activity, state.pending, state.claimed]);
            key.extend(waiting(state, begin));
        }
        key.extend([
            world.queues[0].write,
            world.queues[0].read,
            world.machine.raised,
        ]);
        key.extend(self.expected.iter().map(|&byte| u64::from(byte)));
        key
    }
}

/// What a waiting partition waits for; old values of others decide nothing.
fn waiting(state: &PartitionState, begin: u64) -> [u64; 2] {
    match Activity::from_number(state.activity) {
        Some(Activity::Waiting | Activity::Receiving) => {
            let deadline = state.deadline;
            // Any time that has passed is like any other.
            let relative = if deadline == NEVER {
                NEVER
            } else {
                (deadline + 1).saturating_sub(begin)
            };
            [state.mask, relative]
        }
        _ => [0, 0],
    }
}

/// Whether anybody can ever run again. If not, the kernel waits for ever, and so would the test.
fn can_go_on(node: &Node) -> bool {
    node.world.states.iter().any(|state| {
        let waits = [Activity::Waiting, Activity::Receiving].map(Activity::number);
        let ready = state.activity == Activity::Ready.number();
        let timed = waits.contains(&state.activity) && state.deadline != NEVER;
        ready || timed || (waits.contains(&state.activity) && state.pending & state.mask != 0)
    })
}

/// Whether somebody is left to run after the action: the others' part of [`can_go_on`].
fn leaves_somebody(node: &Node, action: Action) -> bool {
    let ends = matches!(
        action,
        Action::Fault
            | Action::Call(Call::Exit, ..)
            | Action::Call(Call::Wait | Call::Receive, _, NEVER)
    );
    let mut others = node.clone();
    let running = others.world.hart.current as usize;
    others.world.states[running].activity = Activity::Exited.number();
    !ends || can_go_on(&others)
}

#[test]
fn every_reachable_state_keeps_the_invariants() {
    let first = start();
    let mut seen = BTreeSet::from([first.key()]);
    let mut open = VecDeque::from([first]);
    let mut tried = 0u32;
    while let Some(node) = open.pop_front() {
        for action in actions(node.world.hart.current as usize) {
            if !leaves_somebody(&node, action) {
                continue;
            }
            let mut next = node.clone();
            next.act(action);
            tried += 1;
            if seen.insert(next.key()) {
                open.push_back(next);
            }
        }
    }
    println!("{} states, {tried} steps", seen.len());
    assert!(
        seen.len() > 1_000,
        "{} states: the search has become too small",
        seen.len()
    );
}
