//! Log rings: what is logged is what the console shows, and nobody's ring is another's.
#![allow(clippy::as_conversions, reason = "tests count in usize and u64")]

mod world;

use proptest::prelude::*;
use septum_abi::call::{Call, Status};
use septum_abi::console::Parsed;
use world::{Behind, Design, LOG_BUFFERS, World};

fn world(log_bytes: u64, kernel_uart: bool) -> World {
    let mut world = World::new(&Design {
        ports: vec![vec![Behind::Interrupt(1)], vec![]],
        windows: vec![(1000, vec![0, 1])],
        log_bytes,
        kernel_uart,
        start: 10,
        pad: 1,
        ..Design::default()
    });
    assert_eq!(world.boot(), 0);
    world
}

fn log(world: &mut World, text: &[u8]) -> u64 {
    let current = world.hart.current;
    world.machine.write(LOG_BUFFERS + 0x1000 * current, text);
    world.call(Call::Log, text.len() as u64, 0);
    world.answer(current as usize).0
}

/// The texts of each partition, as read from the console.
fn texts(console: &[u8]) -> [Vec<Vec<u8>>; 2] {
    let mut texts = [Vec::new(), Vec::new()];
    let lines = console
        .strip_suffix(b"\n")
        .unwrap_or(console)
        .split(|&byte| byte == b'\n');
    for line in lines.filter(|line| !line.is_empty()) {
        let parsed = Parsed::from_line(line).expect("a line of a partition");
        let list = &mut texts[parsed.partition];
        if parsed.begin {
            list.push(Vec::new());
        }
        list.last_mut()
            .expect("begins with a begin")
            .extend(parsed.bytes());
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
    assert_eq!(log(&mut world, b""), Status::Full.number());
    assert_eq!(world.writers.rows[0].written, 512);
    world.readers.read[0] = 64;
    assert_eq!(log(&mut world, &[b'y'; 57]), Status::Full.number());
    assert_eq!(log(&mut world, &[b'y'; 56]), Status::Ok.number());
}

#[test]
fn a_lying_reader_only_fills_the_ring() {
    for read in [1, 513, u64::MAX, 1 << 63] {
        let mut world = world(512, false);
        world.readers.read[0] = read;
        let status = log(&mut world, b"text");
        let ahead = 0u64.wrapping_sub(read) > 512 - 16;
        assert_eq!(status == Status::Full.number(), ahead, "{read:x}");
    }
}

#[test]
fn a_uart_that_takes_nothing_changes_nothing_but_the_console() {
    let mut world = world(512, true);
    world.machine.uart_ready = false;
    assert_eq!(
        log(&mut world, b"a text of more than one line"),
        Status::Ok.number()
    );
    assert_eq!((world.readers.read[0], world.readers.progress[0]), (0, 0));
    world.machine.uart_ready = true;
    world.call(Call::Wait, 0, 500);
    world.call(Call::Wait, 0, 500);
    assert_eq!(
        texts(&world.machine.console)[0],
        [b"a text of more than one line"]
    );
}

proptest! {
    #[test]
    fn the_console_shows_what_was_logged(
        logs in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..257), any::<bool>()), 1..40)
    ) {
        let mut world = world(1024, true);
        let mut expected = [Vec::new(), Vec::new()];
        for (text, other) in logs {
            if log(&mut world, &text) == Status::Ok.number() {
                expected[world.hart.current as usize].push(text);
            }
            if other {
                // The first sleeps, and the other one logs, until the next window.
                let time = world.time();
                world.call(Call::Wait, 0, time + 500);
            }
        }
        for _ in 0..2 {
            // Both sleep: the kernel drains everything.
            world.call(Call::Wait, 0, 10_000);
        }
        prop_assert_eq!(texts(&world.machine.console), expected);
    }
}
