//! Arguments at every edge: nothing but an error status comes of them, at full width.
#![allow(clippy::as_conversions, reason = "tests count in usize and u64")]

mod world;

use proptest::prelude::*;
use septum_abi::call::{Call, NEVER, POLL, Status};
use septum_abi::state::Activity;
use world::{Behind, Design, World, invariant};

const LENGTH: u64 = 24;

/// A partition with a port of every kind, its peer, and a window for both.
fn world() -> World {
    let mut world = World::new(&Design {
        ports: vec![
            vec![
                Behind::Out(0),
                Behind::In(1),
                Behind::SignalOut(2),
                Behind::SignalIn(3),
                Behind::Interrupt(10),
            ],
            vec![
                Behind::In(0),
                Behind::Out(1),
                Behind::SignalIn(2),
                Behind::SignalOut(3),
            ],
        ],
        channels: vec![(LENGTH, 3), (LENGTH, 1), (0, 0), (0, 0)],
        windows: vec![(1000, vec![0, 1])],
        log_bytes: 512,
        kernel_uart: true,
        start: 100,
        pad: 10,
    });
    assert_eq!(world.boot(), 0);
    world
}

/// Values at and around what a call takes, and those whose low bits look harmless.
fn edges() -> impl Strategy<Value = u64> {
    let near = prop::sample::select(vec![
        0,
        1,
        2,
        3,
        4,
        5,
        LENGTH - 1,
        LENGTH,
        LENGTH + 1,
        63,
        64,
        255,
        256,
        257,
    ]);
    let far = prop::sample::select(vec![
        0,
        1 << 32,
        1 << 63,
        u64::MAX,
        u64::MAX - 1,
        (1 << 32) - 1,
    ]);
    prop_oneof![(near, far).prop_map(|(near, far)| near ^ far), any::<u64>()]
}

#[test]
fn a_port_is_compared_at_full_width() {
    for port in [5, 63, 64, 1 << 32, (1 << 32) + 1, 1 << 63, u64::MAX] {
        for call in [Call::Send, Call::Receive, Call::Signal, Call::Acknowledge] {
            let mut world = world();
            assert_eq!(world.call(call, port, 0), 0);
            assert_eq!(
                world.answer(0),
                (Status::BadPort.number(), 0),
                "{call:?} {port:x}"
            );
        }
    }
}

#[test]
fn a_port_of_another_kind_is_no_port() {
    for (call, right) in [
        (Call::Send, 0),
        (Call::Receive, 1),
        (Call::Signal, 2),
        (Call::Acknowledge, 4),
    ] {
        for port in (0..5).filter(|port| *port != right) {
            let mut world = world();
            world.call(call, port, POLL);
            assert_eq!(
                world.answer(0).0,
                Status::BadPort.number(),
                "{call:?} {port}"
            );
        }
    }
}

#[test]
fn a_length_is_compared_at_full_width() {
    for length in [LENGTH + 1, 4097, 1 << 32, (1 << 32) + 1, 1 << 63, u64::MAX] {
        let mut world = world();
        world.call(Call::Send, 0, length);
        assert_eq!(world.answer(0), (Status::BadLength.number(), 0));
        world.call(Call::Log, length.wrapping_add(256 - LENGTH).max(257), 0);
        assert_eq!(world.answer(0), (Status::BadLength.number(), 0));
        assert_eq!(world.queues[0].write, 0);
    }
    for length in [0, 1, LENGTH - 1, LENGTH] {
        let mut world = world();
        world.call(Call::Send, 0, length);
        assert_eq!(world.answer(0), (Status::Ok.number(), 0));
    }
}

#[test]
fn a_message_is_its_length_and_nothing_beyond() {
    let mut world = world();
    let from = world.buffer(0, 0);
    world.machine.write(from, b"twelve bytes and secrets");
    world.call(Call::Send, 0, 12);
    assert_eq!(world.call(Call::Wait, 0, NEVER), 1);
    let to = world.buffer(1, 0);
    world.machine.write(to, &[0xff; 24]);
    world.call(Call::Receive, 0, POLL);
    assert_eq!(world.answer(1), (Status::Ok.number(), 12));
    assert_eq!(
        world.machine.read(to, 24),
        b"twelve bytes\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"
    );
}

#[test]
fn a_mask_has_only_incoming_ports() {
    for mask in [1, 0b100, 1 << 5, 1 << 63, u64::MAX] {
        let mut world = world();
        world.call(Call::Wait, mask, POLL);
        assert_eq!(world.answer(0), (Status::BadPort.number(), 0));
    }
}

#[test]
fn without_the_clock_nothing_tells_the_time() {
    for deadline in [1, 100, 1000, 1 << 32, NEVER - 1] {
        let mut world = world();
        world.partitions[0].clock = 0;
        world.call(Call::Wait, 0, deadline);
        assert_eq!(world.answer(0), (Status::Denied.number(), 0));
        world.call(Call::Receive, 1, deadline);
        assert_eq!(world.answer(0), (Status::Denied.number(), 0));
        world.call(Call::Now, 0, 0);
        assert_eq!(world.answer(0), (Status::Denied.number(), 0));
    }
}

#[test]
fn an_unknown_or_denied_call_is_a_fault() {
    let not_built = [3, 8, 10, 11, 12];
    for number in [13, 64, 1 << 32, (1 << 32) + 1, 1 << 63, u64::MAX]
        .into_iter()
        .chain(not_built)
    {
        let mut world = world();
        world.partitions[0].calls = u64::MAX;
        let pc = world.states[0].pc;
        assert_eq!(world.raw_call(number, 0, 0), 1);
        let record = world.faults.records[0];
        assert_eq!(
            (record.partition, record.cause, record.value),
            (0, 8, number)
        );
        assert_eq!(record.pc, pc);
        assert_eq!(world.states[0].activity, Activity::Halted.number());
    }
    for call in Call::ALL {
        let mut world = world();
        world.partitions[0].calls &= !call.bit();
        assert_eq!(world.call(*call, 0, 0), 1, "{call:?} is denied");
    }
}

proptest! {
    /// Two partitions that call anything with anything: the invariants hold after each call.
    #[test]
    fn no_sequence_of_calls_breaks_an_invariant(
        calls in prop::collection::vec((0u64..8, edges(), edges(), any::<bool>()), 1..60)
    ) {
        let mut world = world();
        for (number, first, second, raise) in calls {
            let forever = second == NEVER || number == 0 && second > 1 << 60;
            // 3 is not built, and who is halted does not come back.
            let number = if forever || number == 3 { 6 } else { number };
            if raise {
                world.machine.raised ^= 1 << 10;
            }
            let second = if number == 0 || number == 2 { second % 5_000 } else { second };
            world.raw_call(number, first, second);
            invariant::check(&world);
        }
    }
}
