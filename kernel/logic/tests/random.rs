//! Long runs of small systems that nobody thought of: the kernel is compared with the reference
//! after each step.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use septum_abi::call::{Call, NEVER, POLL};
use septum_abi::health::{CAUSES, Cause, HealthAction};
use septum_abi::state::Activity;

use crate::reference::{Action, Reference};
use crate::twin::{Twin, happen};
use crate::world::{Channel, Design, End, GUARD, GUARD_BYTES, Member, World, narrow, wide};

/// Numbers whose low bits look harmless, and the largest.
const FAR: [u64; 6] = [1 << 32, (1 << 32) + 1, 1 << 63, u64::MAX - 1, u64::MAX, 64];

/// Different messages: a byte's worth.
const MESSAGES: u64 = 256;

fn channel() -> impl Strategy<Value = Channel> {
    prop_oneof![
        3 => (1u64..20, 1u64..6).prop_map(|(bytes, depth)| Channel::Queuing { bytes, depth }),
        1 => (1u64..20, 0u64..9).prop_map(|(bytes, validity)| Channel::Sampling { bytes, validity }),
        1 => Just(Channel::Signal),
    ]
}

/// Only causes after which it can go on may be ignored, as the checker has it.
fn health_action(cause: Cause) -> impl Strategy<Value = HealthAction> {
    use HealthAction::{Halt, Ignore, PowerOff, Restart, SafeMode};
    let mut actions = vec![Restart, Restart, Restart, Halt, SafeMode, PowerOff];
    if matches!(cause, Cause::DeadlineMissed | Cause::ApplicationError) {
        actions.extend([Ignore; 4]);
    }
    select(actions)
}

fn member() -> impl Strategy<Value = Member> {
    let actions: [_; CAUSES] = std::array::from_fn(|cause| health_action(Cause::ALL[cause]));
    let denied = prop::collection::vec(select(Call::ALL.to_vec()), 0..3);
    let memory = prop::collection::vec((1u64..200, any::<bool>()), 0..3);
    (
        prop::bool::weighted(0.8),
        denied,
        actions,
        prop::option::of(0u64..3),
        0u64..15,
        prop::option::of(1u64..12),
        memory,
    )
        .prop_map(
            |(clock, denied, actions, restart_limit, backoff, deadline, memory)| Member {
                clock,
                denied,
                actions,
                restart_limit,
                backoff,
                deadline,
                memory: memory
                    .into_iter()
                    .map(|(words, copied)| (8 * words, copied))
                    .collect(),
                ..Member::default()
            },
        )
}

/// Windows with some of the partitions in some order each.
fn windows(
    partitions: usize,
    count: std::ops::Range<usize>,
) -> impl Strategy<Value = Vec<(u64, Vec<usize>)>> {
    let all: Vec<usize> = (0..partitions).collect();
    let order = prop::sample::subsequence(all, 1..=partitions).prop_shuffle();
    prop::collection::vec((4u64..15, order), count)
}

/// Who sends and who receives, and the owner of each interrupt source.
type Wires = (Vec<(Channel, Index, Index)>, Vec<Index>);

fn design() -> impl Strategy<Value = Design> {
    (2usize..5).prop_flat_map(|count| {
        let members = prop::collection::vec(member(), count);
        let channels = prop::collection::vec((channel(), any::<Index>(), any::<Index>()), 1..5);
        let sources = prop::collection::vec(any::<Index>(), 0..4);
        let schedules = (windows(count, 1..4), windows(count, 0..3));
        (members, (channels, sources), schedules, 0u64..20, 1u64..4).prop_map(
            |(partitions, wires, (windows, safe), start, pad)| {
                let channels = wires.0.iter().map(|it| it.0).collect();
                let design = Design {
                    partitions,
                    channels,
                    windows,
                    safe,
                    start,
                    pad,
                    ..Design::default()
                };
                wire(design, &wires)
            },
        )
    })
}

fn wire(mut design: Design, (channels, sources): &Wires) -> Design {
    let count = design.partitions.len();
    for (number, (_, from, step)) in channels.iter().enumerate() {
        let from = from.index(count);
        let to = (from + 1 + step.index(count - 1)) % count;
        design.partitions[from].ports.push(End::Out(number));
        design.partitions[to].ports.push(End::In(number));
    }
    for (source, owner) in (3..).step_by(17).zip(sources) {
        design.partitions[owner.index(count)]
            .ports
            .push(End::Interrupt(source));
    }
    design
}

/// A moment of a system.
struct Now<'a> {
    design: &'a Design,
    running: usize,
    time: u64,
}

/// What decides about an action: its kind, and a number for each argument.
type Choice = (u8, u8, [u16; 4]);

/// One of a list.
fn pick<T: Copy>(list: &[T], number: u64) -> T {
    list[narrow(number) % list.len()]
}

/// One of the lines of the interrupt sources; none if there are none.
fn line(design: &Design, number: u64) -> u64 {
    let ports = design.partitions.iter().flat_map(|member| &member.ports);
    let lines = ports.filter_map(|end| match end {
        End::Interrupt(source) => Some(1 << source),
        End::In(_) | End::Out(_) => None,
    });
    let lines: Vec<u64> = lines.chain([0]).collect();
    pick(&lines, number)
}

/// Something that the running partition or the machine may do now.
fn action(now: &Now<'_>, (kind, call, numbers): Choice) -> Action {
    let numbers = numbers.map(u64::from);
    let [first, second, ..] = numbers;
    let end = GUARD + GUARD_BYTES;
    match kind % 20 {
        0..3 => Action::Compute(first % 8),
        3 => Action::Raise(line(now.design, first)),
        4 => Action::RaiseIn(1 + second % 9, line(now.design, first)),
        5 => {
            let place = pick(&[0, GUARD - 1, GUARD, end - 1, end], second);
            Action::Fault(pick(&[2, 5, 13, 15], first), place)
        }
        6 => Action::Call(pick(&[13, 15, 16, 1 << 32, NEVER], first), [0; 4]),
        _ => {
            let calls = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 9, 10, 11, 12];
            let number = pick(&calls, call.into());
            Action::Call(number, arguments(now, number, numbers))
        }
    }
}

/// Arguments that mean something, but for a few.
fn arguments(now: &Now<'_>, call: u64, [first, second, third, fourth]: [u64; 4]) -> [u64; 4] {
    let far = |number: u64, near: u64| match number % 97 {
        0 => pick(&FAR, number),
        _ => near,
    };
    let ports = wide(now.design.partitions[now.running].ports.len());
    let port = |number: u64| far(number, number % (ports + 1));
    let until = |number: u64| {
        let soon = now.time + number % 13;
        let near = [POLL, NEVER, NEVER, soon, soon + number % 40];
        far(number, pick(&near, number))
    };
    match Call::from_number(call) {
        Some(Call::Wait) => [far(first, first % (1 << ports)), until(second), 0, 0],
        Some(Call::Receive) => [port(first), until(second), 0, 0],
        Some(Call::Restart | Call::Stop) => [far(first, first % 5), 0, 0, 0],
        _ => [
            port(first),
            far(second, second % 22),
            port(third),
            until(fourth),
        ],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_small_system_does_what_the_reference_says(
        design in design(),
        choices in prop::collection::vec(any::<Choice>(), 1..150),
    ) {
        let mut twin = Twin::new(&design, MESSAGES);
        for choice in choices {
            let Reference { design, running, time, .. } = &twin.model;
            let (running, time) = (*running, *time);
            let action = action(&Now { design, running, time }, choice);
            twin.act(&action);
            if twin.model.off {
                break;
            }
        }
    }

    #[test]
    fn whatever_time_the_kernel_takes_nobody_is_forgotten(
        design in design().prop_map(slow),
        choices in prop::collection::vec(any::<Choice>(), 1..150),
        reading in 1u64..3,
        copy in 0u64..5,
    ) {
        let mut world = World::new(&design);
        world.machine.change().ticks_per_reading = reading;
        world.machine.change().ticks_per_copy = copy;
        for choice in choices {
            let (running, time) = (world.running(), world.time());
            let last = design.partitions.len() - 1;
            let action = match running == last {
                true => Action::Compute(u64::from(choice.2[0] % 40)),
                false => action(&Now { design: &design, running, time }, choice),
            };
            if action == Action::Call(Call::Stop.number(), [wide(last), 0, 0, 0]) {
                continue;
            }
            happen(&mut world, &action);
            look_after_everybody(&world);
        }
    }
}

/// The same with time for the kernel, and with one more that only computes, so that somebody
/// always can run.
fn slow(mut design: Design) -> Design {
    for member in &mut design.partitions {
        for action in &mut member.actions {
            if *action == HealthAction::PowerOff {
                *action = HealthAction::Halt;
            }
        }
        member.deadline = member.deadline.map(|ticks| 8 * ticks);
        // One that is restarted again and again may take all time.
        member.restart_limit.get_or_insert(3);
        member.denied.push(Call::Log);
    }
    let last = design.partitions.len();
    design.partitions.push(Member::default());
    for (ticks, order) in design.windows.iter_mut().chain(&mut design.safe) {
        *ticks *= 10;
        order.push(last);
    }
    design.pad *= 10;
    design
}

/// Of those before the running one nobody can run, and the timer is due when one may, at the
/// window's end at the latest, or when the running one must have waited again.
fn look_after_everybody(world: &World) {
    let hart = world.header.state;
    let (timer, running) = (world.machine.get().timer, hart.order.get());
    assert!(world.time() < timer && timer <= hart.window_end.get());
    let mut order = hart.window.get().order;
    while !std::ptr::eq(order, running) {
        assert_eq!(order.state.pending.get() & order.state.mask.get(), 0);
        assert!(timer <= order.state.ready_at.get(), "{timer}");
        order = order.next;
    }
    if running.state.activity.get() == Activity::Due.number() {
        assert!(timer <= running.state.due.get());
    }
}
