//! Channels, each promise by itself; what they do together is in `exhaustive` and `random`.

use septum_abi::call::{Call, NEVER, POLL, Status};
use septum_abi::state::Activity;
use septum_kernel_logic::tables::Port;

use crate::world::{Channel, Design, End, Member, World};

const QUEUE: Channel = Channel::Queuing { bytes: 8, depth: 3 };

/// A sender and a receiver with one channel.
fn pair(channel: Channel, windows: Vec<(u64, Vec<usize>)>) -> World {
    World::new(&Design {
        partitions: vec![Member::with(&[End::Out(0)]), Member::with(&[End::In(0)])],
        channels: vec![channel],
        windows,
        pad: 1,
        ..Design::default()
    })
}

fn send(world: &mut World, text: &[u8; 8]) -> Option<(u64, u64)> {
    let buffer = world.buffer(0, 0);
    world.machine.write(buffer, text);
    world.call(Call::Send, &[0, 8])
}

fn received(world: &World) -> Vec<u8> {
    world.machine.read(world.buffer(1, 0), 8)
}

#[test]
fn a_message_goes_straight_to_the_receiver_that_waits_for_it_in_this_window() {
    // More important: it runs at once. Less important: later. Either way one copy.
    for (order, runs) in [(vec![1, 0], 1), (vec![0, 1], 0)] {
        let mut world = pair(QUEUE, vec![(1000, order)]);
        if runs == 0 {
            world.call(Call::Wait, &[0, 5]);
        }
        world.call(Call::Receive, &[0, NEVER]);
        world.run_until(5);
        assert_eq!(world.running(), 0);
        let before = world.machine.get().accesses;
        send(&mut world, b"directly");
        assert_eq!(world.machine.get().accesses, before + 1);
        assert_eq!(world.running(), runs);
        assert_eq!(world.answer(1), (Status::Ok.number(), 8));
        assert_eq!(received(&world), b"directly");
        assert_eq!(world.state(1).pending.get(), 0);
    }
}

#[test]
fn a_message_for_another_window_goes_the_same_way_whatever_its_receiver_does() {
    let apart = vec![(10, vec![1]), (10, vec![0])];
    let also_together = [&apart[..], &[(10, vec![1, 0])]].concat();
    for windows in [apart, also_together] {
        message_for_another_window(&windows);
    }
}

fn message_for_another_window(windows: &[(u64, Vec<usize>)]) {
    let mut paths = Vec::new();
    for doing in [Call::Receive, Call::Wait, Call::Exit, Call::Now] {
        let mut world = pair(QUEUE, windows.to_vec());
        let arguments = if doing == Call::Wait {
            [1, NEVER]
        } else {
            [0, NEVER]
        };
        world.call(doing, &arguments);
        world.run_until(11);
        assert_eq!(world.running(), 0);
        world.machine.change().accesses = 0;
        let answer = send(&mut world, b"a letter");
        let accesses = world.machine.get().accesses;
        paths.push((answer, accesses, world.time(), world.running()));
        assert_eq!(world.state(1).pending.get(), 1);
    }
    assert_eq!(paths, [(Some((0, 0)), 2, 11, 0); 4]);
}

/// A client and a server, who is more important; the client can also receive a value.
fn client_and_server(clock: bool) -> World {
    let client = Member {
        clock,
        ..Member::with(&[End::Out(0), End::In(1), End::In(2), End::In(3)])
    };
    let sample = Channel::Sampling {
        bytes: 8,
        validity: 5,
    };
    let server = [End::In(0), End::Out(1), End::Out(2), End::Out(3)];
    World::new(&Design {
        partitions: vec![client, Member::with(&server)],
        channels: vec![QUEUE, QUEUE, sample, Channel::Signal],
        windows: vec![(1000, vec![1, 0])],
        pad: 1,
        ..Design::default()
    })
}

#[test]
fn an_exchange_goes_from_buffer_to_buffer_and_back() {
    for until in [NEVER, 500] {
        let mut world = client_and_server(true);
        world.call(Call::Receive, &[0, NEVER]);
        assert_eq!(world.running(), 0);
        for (text, reply) in [(b"request1", b"answer 1"), (b"request2", b"answer 2")] {
            let [from, back] = [world.buffer(0, 0), world.buffer(1, 1)];
            world.machine.write(from, text);
            world.machine.write(back, reply);
            let before = world.machine.get().accesses;
            assert_eq!(world.call(Call::Exchange, &[0, 8, 1, until]), None);
            assert_eq!(world.machine.get().accesses, before + 1);
            assert_eq!((world.running(), world.answer(1)), (1, (0, 8)));
            assert_eq!(received(&world), text);
            assert_eq!(world.state(0).ready_at.get(), until);
            assert_eq!(world.call(Call::Exchange, &[1, 8, 0, NEVER]), None);
            assert_eq!(world.machine.get().accesses, before + 2);
            assert_eq!((world.running(), world.answer(0)), (0, (0, 8)));
            assert_eq!(world.machine.read(world.buffer(0, 1), 8), reply);
            assert_eq!(world.state(1).ready_at.get(), NEVER);
        }
    }
}

#[test]
fn an_exchange_that_cannot_receive_does_not_send() {
    // The server waits for the message, or does not.
    for call in [Call::Receive, Call::Wait] {
        for clock in [true, false] {
            let mut world = client_and_server(clock);
            world.call(call, &[0, NEVER]);
            assert_eq!(world.running(), 0);
            let mut wrong: Vec<_> = [0, 2, 3, 4, 64, 1 << 32 | 1, u64::MAX]
                .map(|port| ([port, NEVER], Status::BadPort))
                .into();
            if !clock {
                wrong.extend([1, 500, NEVER - 1].map(|until| ([1, until], Status::Denied)));
            }
            for ([port, until], status) in wrong {
                let (before, accesses) = (queue(&world), world.machine.get().accesses);
                let answer = world.call(Call::Exchange, &[0, 8, port, until]);
                assert_eq!(answer, Some((status.number(), 0)), "{port:x} {until:x}");
                assert_eq!(queue(&world), before);
                assert_eq!(world.machine.get().accesses, accesses);
                assert_ne!(world.state(1).activity.get(), Activity::Ready.number());
            }
            // What is refused otherwise is not sent either, and what is right is.
            let answer = world.call(Call::Exchange, &[0, 9, 1, POLL]);
            assert_eq!(answer, Some((Status::BadLength.number(), 0)));
            world.call(Call::Exchange, &[0, 8, 1, POLL]);
            assert_eq!(world.answer(0), (Status::Empty.number(), 0));
            let running = usize::from(call == Call::Receive);
            assert_eq!((world.running(), queue(&world)[2]), (running, 0));
        }
    }
}

/// Sent and received messages of the first channel, and whether it is awaited.
fn queue(world: &World) -> [u64; 3] {
    let Some(Port::QueuingIn(queue, _)) = world.table(1).port(0) else {
        panic!("a queue");
    };
    let cells = queue.state;
    [&cells.write, &cells.read, &cells.awaited].map(std::cell::Cell::get)
}

#[test]
fn a_queue_is_awaited_while_it_is_empty_and_its_receiver_receives() {
    // By a message, by the deadline, by others, and by a message from another window.
    for end in [Call::Send, Call::Wait, Call::Stop, Call::Restart] {
        for windows in [
            vec![(100, vec![1, 0])],
            vec![(50, vec![1, 0]), (50, vec![0])],
        ] {
            let mut world = pair(QUEUE, windows);
            let other_window = world.header.state.window_end.get() == 50;
            assert_eq!(queue(&world), [0, 0, 0]);
            world.call(Call::Receive, &[0, 70]);
            assert_eq!(queue(&world), [0, 0, 1]);
            world.run_until(60);
            match end {
                Call::Wait => world.run_until(70),
                Call::Send => drop(send(&mut world, b"a letter")),
                call => drop(world.call(call, &[1])),
            }
            let receives = world.state(1).activity.get() == Activity::Receiving.number();
            assert_eq!(
                receives,
                other_window && matches!(end, Call::Send | Call::Wait)
            );
            let sent = u64::from(end == Call::Send && other_window);
            let awaited = u64::from(end == Call::Wait && other_window);
            assert_eq!(queue(&world), [sent, 0, awaited], "{end:?} {other_window}");
            // At the begin of the next window it gets what there is.
            world.run_until(101);
            assert_eq!(queue(&world), [sent, sent, 0]);
        }
    }
}

#[test]
fn a_wake_up_switches_to_the_more_important_of_the_window_only() {
    for channel in [Channel::Signal, QUEUE] {
        let call = if channel == QUEUE {
            Call::Send
        } else {
            Call::Signal
        };
        for (windows, runs) in [
            (vec![(1000, vec![1, 0])], 1),
            (vec![(1000, vec![0, 1])], 0),
            (vec![(10, vec![1]), (10, vec![0])], 0),
        ] {
            let mut world = pair(channel, windows);
            if world.running() == 0 {
                world.call(Call::Wait, &[0, 5]);
            }
            world.call(Call::Wait, &[1, NEVER]);
            world.run_until(11);
            assert_eq!(world.running(), 0);
            let at_once = world.call(call, &[0, 8]).is_some();
            assert_eq!((at_once, world.running()), (runs == 0, runs));
            if runs == 1 {
                assert_eq!(world.answer(1), (Status::Ok.number(), 1));
                assert_eq!(world.answer(0), (Status::Ok.number(), 0));
            }
        }
    }
}

#[test]
fn signals_coalesce_and_one_wait_takes_them() {
    let mut world = pair(Channel::Signal, vec![(1000, vec![0, 1])]);
    for _ in 0..3 {
        assert_eq!(world.call(Call::Signal, &[0]), Some((0, 0)));
    }
    world.call(Call::Wait, &[0, NEVER]);
    assert_eq!(world.call(Call::Wait, &[1, POLL]), Some((0, 1)));
    let empty = Some((Status::Empty.number(), 0));
    assert_eq!(world.call(Call::Wait, &[1, POLL]), empty);
}

#[test]
fn a_wait_leaves_the_bit_of_a_queue_until_it_is_empty() {
    let mut world = pair(QUEUE, vec![(1000, vec![0, 1])]);
    for text in [b"message1", b"message2"] {
        assert_eq!(send(&mut world, text), Some((0, 0)));
    }
    world.call(Call::Wait, &[0, NEVER]);
    for text in [b"message1", b"message2"] {
        assert_eq!(world.call(Call::Wait, &[1, POLL]), Some((0, 1)));
        assert_eq!(world.call(Call::Receive, &[0, POLL]), Some((0, 8)));
        assert_eq!(received(&world), text);
    }
    let empty = Some((Status::Empty.number(), 0));
    assert_eq!(world.call(Call::Wait, &[1, POLL]), empty);
    assert_eq!(world.call(Call::Receive, &[0, POLL]), empty);
}

#[test]
fn a_full_queue_is_said_and_nothing_is_overwritten() {
    let mut world = pair(QUEUE, vec![(1000, vec![0, 1])]);
    let texts = [b"message1", b"message2", b"message3"];
    for text in texts {
        assert_eq!(send(&mut world, text), Some((0, 0)));
    }
    let full = Some((Status::Full.number(), 0));
    assert_eq!(send(&mut world, b"message4"), full);
    world.call(Call::Wait, &[0, NEVER]);
    for text in texts {
        assert_eq!(world.call(Call::Receive, &[0, POLL]), Some((0, 8)));
        assert_eq!(received(&world), text);
    }
}

#[test]
fn a_queue_goes_on_beyond_the_largest_count() {
    let mut world = pair(QUEUE, vec![(1000, vec![1, 0])]);
    let Some(Port::QueuingIn(queue, _)) = world.table(1).port(0) else {
        panic!("a queue");
    };
    for count in [&queue.state.write, &queue.state.read] {
        count.set(u64::MAX - 1);
    }
    world.call(Call::Wait, &[0, 100]);
    let texts = [b"message1", b"message2", b"message3"];
    for text in texts {
        assert_eq!(send(&mut world, text), Some((0, 0)));
    }
    assert_eq!(
        send(&mut world, b"message4"),
        Some((Status::Full.number(), 0))
    );
    world.run_until(100);
    for text in texts {
        assert_eq!(world.call(Call::Receive, &[0, POLL]), Some((0, 8)));
        assert_eq!(received(&world), text);
    }
    assert_eq!(world.state(1).pending.get(), 0);
}

#[test]
fn a_value_is_there_until_the_next_and_stale_after_its_validity() {
    let channel = Channel::Sampling {
        bytes: 8,
        validity: 5,
    };
    let mut world = pair(channel, vec![(1000, vec![1, 0])]);
    let empty = Some((Status::Empty.number(), 0));
    assert_eq!(world.call(Call::Receive, &[0, NEVER]), empty);
    for (text, written) in [(b"1st text", 100), (b"2nd text", 200)] {
        world.call(Call::Wait, &[0, written + 4]);
        world.run_until(written);
        assert_eq!(send(&mut world, text), Some((0, 0)));
        for (age, status) in [
            (4, Status::Ok),
            (5, Status::Ok),
            (6, Status::Stale),
            (50, Status::Stale),
        ] {
            world.run_until(written + age);
            let buffer = world.buffer(1, 0);
            world.machine.write(buffer, &[0xff; 8]);
            let answer = world.call(Call::Receive, &[0, NEVER]);
            assert_eq!(answer, Some((status.number(), 8)), "after {age}");
            assert_eq!(received(&world), text);
        }
    }
}
