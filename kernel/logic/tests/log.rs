//! Log rings: what is logged is what the console shows, and nobody's ring is another's.

use proptest::prelude::*;
use septum_abi::call::{Call, Status};
use septum_abi::console::Parsed;

use crate::world::{Design, End, Member, World, wide};

fn world(log_bytes: u64, kernel_uart: bool) -> World {
    let member = |ports: &[End]| Member {
        log_bytes,
        ..Member::with(ports)
    };
    World::new(&Design {
        partitions: vec![member(&[End::Interrupt(1)]), member(&[])],
        windows: vec![(1000, vec![0, 1])],
        kernel_uart,
        start: 10,
        pad: 1,
        ..Design::default()
    })
}

fn log(world: &mut World, text: &[u8]) -> u64 {
    let buffer = world.places.log_buffers[world.running()];
    world.machine.write(buffer, text);
    let answer = world.call(Call::Log, &[wide(text.len())]);
    answer.expect("log never waits").0
}

/// The texts of each partition, as read from the console.
fn texts(console: &[u8]) -> [Vec<Vec<u8>>; 2] {
    let mut texts = [Vec::new(), Vec::new()];
    let lines = console.split(|&byte| byte == b'\n');
    for line in lines.filter(|line| !line.is_empty()) {
        let parsed = Parsed::from_line(line).expect("a line of a partition");
        let list = &mut texts[parsed.partition];
        if parsed.begin {
            list.push(Vec::new());
        }
        let text = list.last_mut().expect("begins with a begin");
        text.extend(parsed.bytes());
    }
    texts
}

#[test]
fn a_full_ring_is_said_and_nothing_is_lost() {
    let mut world = world(512, false);
    // 8 bytes of length and 56 of text: 8 fit.
    for _ in 0..8 {
        assert_eq!(log(&mut world, &[b'x'; 50]), Status::Ok.number());
    }
    let ring = world.places.log_rings[0];
    let before = world.machine.read(ring, 512);
    assert_eq!(log(&mut world, b""), Status::Full.number());
    assert_eq!(world.table(0).log_writer.written.get(), 512);
    assert_eq!(world.machine.read(ring, 512), before);
    world.table(0).log_read.set(64);
    assert_eq!(log(&mut world, &[b'y'; 57]), Status::Full.number());
    assert_eq!(log(&mut world, &[b'y'; 56]), Status::Ok.number());
    assert!(world.machine.get().console.is_empty());
}

#[test]
fn without_a_ring_every_text_finds_it_full() {
    let mut world = world(0, true);
    for text in [&b""[..], b"text"] {
        assert_eq!(log(&mut world, text), Status::Full.number());
    }
    assert!(world.machine.get().console.is_empty());
}

#[test]
fn a_lying_reader_only_fills_the_ring() {
    for read in [1, 497, 513, u64::MAX, u64::MAX - 496, 1 << 63] {
        let mut world = world(512, false);
        world.table(0).log_read.set(read);
        let status = log(&mut world, b"text");
        let ahead = 0u64.wrapping_sub(read) > 512 - 16;
        assert_eq!(status == Status::Full.number(), ahead, "{read:x}");
        let written = if ahead { 0 } else { 16 };
        assert_eq!(world.table(0).log_writer.written.get(), written);
    }
}

#[test]
fn a_uart_that_takes_nothing_changes_nothing_but_the_console() {
    let text = b"a text of more than one line";
    let mut answers = Vec::new();
    for busy in [false, true] {
        let mut world = world(512, true);
        world.machine.change().uart_busy = busy;
        let status = log(&mut world, text);
        let devices = world.machine.get().clone();
        answers.push((status, devices.accesses, devices.time, devices.timer));
        if busy {
            let table = world.table(0);
            assert_eq!((table.log_read.get(), table.log_progress.get()), (0, 0));
            world.machine.change().uart_busy = false;
            world.call(Call::Wait, &[0, 500]);
            world.call(Call::Wait, &[0, 500]);
            assert_eq!(texts(&world.machine.get().console)[0], [text]);
        }
    }
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn a_call_prints_one_line_of_its_own_partition() {
    let mut world = world(512, true);
    for lines in 1..6 {
        assert_eq!(
            log(&mut world, b"a text of more than one line"),
            Status::Ok.number()
        );
        let console = world.machine.get().console.clone();
        assert_eq!(console.iter().filter(|&&byte| byte == b'\n').count(), lines);
        assert!(texts(&console)[1].is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_console_shows_what_was_logged(
        logs in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..257), any::<bool>()), 1..40)
    ) {
        let mut world = world(1024, true);
        let mut expected = [Vec::new(), Vec::new()];
        for (text, other) in logs {
            let running = world.running();
            if log(&mut world, &text) == Status::Ok.number() {
                expected[running].push(text);
            }
            if other {
                // The first sleeps, and the other one logs, until the next window.
                let time = world.time();
                world.call(Call::Wait, &[0, time + 500]);
            }
        }
        for _ in 0..2 {
            // Both sleep: the kernel drains everything.
            world.call(Call::Wait, &[0, 100_000]);
        }
        prop_assert_eq!(texts(&world.machine.get().console), expected);
    }
}
