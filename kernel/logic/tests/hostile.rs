//! Arguments at every edge: nothing but an error status comes of them, at full width.

use septum_abi::call::{CALLS, Call, NEVER, POLL, Status};
use septum_abi::health::Cause;
use septum_abi::state::Activity;

use crate::world::{Channel, Design, End, Member, World};

const LENGTH: u64 = 24;

/// Where a comparison of a narrowed number would go wrong.
fn beyond(limit: u64) -> [u64; 10] {
    [
        limit,
        limit + 1,
        (1 << 32) - 1,
        1 << 32,
        (1 << 32) + 1,
        (1 << 63) - 1,
        1 << 63,
        (1 << 63) + 1,
        u64::MAX - 1,
        u64::MAX,
    ]
}

/// A partition with a port of every kind, and its peer.
fn design() -> Design {
    let queue = Channel::Queuing {
        bytes: LENGTH,
        depth: 3,
    };
    let sample = Channel::Sampling {
        bytes: LENGTH,
        validity: 5,
    };
    let [mine, its] = [End::Out, End::In].map(|end| [0, 1, 2].map(end));
    let [back, forth] = [End::In, End::Out].map(|end| [3, 4, 5].map(end));
    let interrupt = [End::Interrupt(10)];
    Design {
        partitions: vec![
            Member {
                log_bytes: 512,
                ..Member::with(&[&mine[..], &back, &interrupt].concat())
            },
            Member::with(&[its, forth].concat()),
        ],
        channels: [queue, sample, Channel::Signal].repeat(2),
        windows: vec![(1000, vec![0, 1])],
        start: 100,
        pad: 10,
        ..Design::default()
    }
}

/// Number of ports of the first partition.
const PORTS: u64 = 7;

/// Calls that take a port, and the ports of the first partition that are right for them.
const TAKES_PORT: [(Call, &[u64]); 4] = [
    (Call::Send, &[0, 1]),
    (Call::Receive, &[3, 4]),
    (Call::Signal, &[2]),
    (Call::Acknowledge, &[6]),
];

fn status(world: &mut World, call: Call, arguments: &[u64]) -> u64 {
    let before = world.save();
    let (status, _) = world.call(call, arguments).expect("it goes on");
    world.restore(&before);
    status
}

#[test]
fn a_port_is_compared_at_full_width() {
    let mut world = World::new(&design());
    for port in beyond(PORTS).into_iter().chain([63, 64, 65, (1 << 32) + 3]) {
        for (call, _) in TAKES_PORT {
            let found = status(&mut world, call, &[port, POLL]);
            assert_eq!(found, Status::BadPort.number(), "{call:?} {port:x}");
        }
        let out = status(&mut world, Call::Exchange, &[port, 0, 3, POLL]);
        let into = status(&mut world, Call::Exchange, &[0, 0, port, POLL]);
        assert_eq!(
            [out, into],
            [Status::BadPort.number(); 2],
            "exchange {port:x}"
        );
    }
}

#[test]
fn a_port_of_another_kind_is_no_port() {
    let mut world = World::new(&design());
    for (call, right) in TAKES_PORT {
        for port in 0..PORTS {
            let is_bad = status(&mut world, call, &[port, POLL]) == Status::BadPort.number();
            assert_eq!(is_bad, !right.contains(&port), "{call:?} {port}");
        }
    }
}

#[test]
fn a_length_is_compared_at_full_width() {
    let mut world = World::new(&design());
    for length in beyond(LENGTH + 1).into_iter().chain([1 << 32 | LENGTH]) {
        for port in [0, 1] {
            let send = status(&mut world, Call::Send, &[port, length]);
            let exchange = status(&mut world, Call::Exchange, &[port, length, 3, POLL]);
            assert_eq!(
                [send, exchange],
                [Status::BadLength.number(); 2],
                "{length:x}"
            );
        }
    }
    // The same if the receiver just waits for it.
    world.call(Call::Wait, &[0, 120]);
    world.call(Call::Receive, &[0, NEVER]);
    assert_eq!((world.time(), world.running()), (120, 0));
    for length in beyond(LENGTH + 1) {
        for until in [POLL, NEVER] {
            let send = status(&mut world, Call::Send, &[0, length]);
            let exchange = status(&mut world, Call::Exchange, &[0, length, 3, until]);
            assert_eq!(
                [send, exchange],
                [Status::BadLength.number(); 2],
                "{length:x}"
            );
        }
    }
    for length in beyond(257) {
        let found = status(&mut world, Call::Log, &[length]);
        assert_eq!(found, Status::BadLength.number(), "{length:x}");
    }
    for length in [0, 1, LENGTH - 1, LENGTH] {
        for port in [0, 1] {
            assert_eq!(
                status(&mut world, Call::Send, &[port, length]),
                Status::Ok.number()
            );
        }
    }
    assert_eq!(status(&mut world, Call::Log, &[256]), Status::Ok.number());
}

#[test]
fn a_message_is_its_length_and_nothing_beyond() {
    for length in 0..=LENGTH {
        let mut world = World::new(&design());
        let (from, to) = (world.buffer(0, 0), world.buffer(1, 0));
        world.machine.write(from, b"a message with a secret.");
        world.machine.write(to, &[0xff; 24]);
        world.call(Call::Send, &[0, length]);
        world.call(Call::Wait, &[0, NEVER]);
        assert_eq!(world.call(Call::Receive, &[0, POLL]), Some((0, length)));
        let [whole, sent] = [length.next_multiple_of(8), length].map(crate::world::narrow);
        let mut expected = [0xff; 24];
        expected[..whole].fill(0);
        expected[..sent].copy_from_slice(&b"a message with a secret."[..sent]);
        assert_eq!(world.machine.read(to, LENGTH), expected);
    }
}

#[test]
fn a_mask_has_only_incoming_ports() {
    let mut world = World::new(&design());
    // Ports 3 to 6 are incoming.
    for bit in 0..64 {
        let right = (3..7).contains(&bit);
        let found = status(&mut world, Call::Wait, &[1 << bit, POLL]);
        let expected = if right {
            Status::Empty
        } else {
            Status::BadPort
        };
        assert_eq!(found, expected.number(), "bit {bit}");
    }
    for mask in [u64::MAX, 0b111_1000 | 1 << 63, 0b111_1000 | 1] {
        assert_eq!(
            status(&mut world, Call::Wait, &[mask, NEVER]),
            Status::BadPort.number()
        );
    }
}

#[test]
fn a_partition_is_compared_at_full_width() {
    let mut world = World::new(&design());
    for number in beyond(2).into_iter().chain([63, 64]) {
        for call in [Call::Restart, Call::Stop] {
            let found = status(&mut world, call, &[number]);
            assert_eq!(found, Status::BadPartition.number(), "{call:?} {number:x}");
        }
    }
}

#[test]
fn a_deadline_is_compared_at_full_width() {
    let mut world = World::new(&design());
    let now = world.time();
    for past in [POLL, 1, now - 1, now] {
        let wait = status(&mut world, Call::Wait, &[0b1000, past]);
        let receive = status(&mut world, Call::Receive, &[3, past]);
        assert_eq!([wait, receive], [Status::Empty.number(); 2], "{past:x}");
    }
    for future in [now + 1, (1 << 32) - 1, 1 << 32, 1 << 63, NEVER - 1, NEVER] {
        for (call, arguments) in [(Call::Wait, [0b1000, future]), (Call::Receive, [3, future])] {
            let before = world.save();
            assert_eq!(world.call(call, &arguments), None, "{call:?} {future:x}");
            assert_eq!(world.running(), 1);
            assert_eq!(world.state(0).ready_at.get(), future);
            world.restore(&before);
        }
    }
}

#[test]
fn without_the_clock_nothing_tells_the_time() {
    let mut design = design();
    design.partitions[0].clock = false;
    let mut world = World::new(&design);
    let now = world.time();
    for deadline in [1, now - 1, now, now + 1, 1 << 32, 1 << 63, NEVER - 1] {
        let wait = status(&mut world, Call::Wait, &[0, deadline]);
        let receive = status(&mut world, Call::Receive, &[3, deadline]);
        let exchange = status(&mut world, Call::Exchange, &[0, 0, 3, deadline]);
        assert_eq!(
            [wait, receive, exchange],
            [Status::Denied.number(); 3],
            "{deadline:x}"
        );
    }
    assert_eq!(
        world.call(Call::Now, &[]),
        Some((Status::Denied.number(), 0))
    );
    assert_eq!(
        status(&mut world, Call::Receive, &[3, POLL]),
        Status::Empty.number()
    );
    assert_eq!(world.call(Call::Receive, &[3, NEVER]), None);
}

#[test]
fn an_unknown_or_denied_call_is_a_fault() {
    let mut design = design();
    design.partitions[0].denied = Call::ALL.to_vec();
    let mut world = World::new(&design);
    for number in (0..64).chain(beyond(CALLS)) {
        let before = world.save();
        let pc = world.machine.get().pc;
        assert_eq!(world.raw_call(number, &[0; 4]), None, "{number:x}");
        assert_eq!(world.running(), 1);
        let ring = world.header.faults;
        let record = &ring.records[0];
        let found = [&record.partition, &record.cause, &record.value, &record.pc];
        assert_eq!(found.map(std::cell::Cell::get), [0, 8, number, pc]);
        assert_eq!(record.health.get(), Cause::IllegalRequest.number());
        assert_eq!(world.state(0).activity.get(), Activity::Halted.number());
        world.restore(&before);
    }
}
