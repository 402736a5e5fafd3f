//! The recorder against the kernel that ships: what the trace says is what happened.

mod common;

use common::systems::{MS, boot, ping_pong};
use septum_simulator::console::ConsoleByte;

#[test]
fn the_console_is_attributed() {
    let mut simulation = boot(&ping_pong());
    simulation.run_until(MS).unwrap();
    let printed = simulation.console();
    assert!(
        printed
            .iter()
            .all(|byte: &ConsoleByte| byte.partition == Some(0))
    );
    let text: Vec<u8> = printed.iter().map(|byte| byte.byte).collect();
    assert_eq!(text, b"pong 1\npong 2\npong 3");
    assert_eq!(simulation.uart_output(), b"0|pong 1\n0|pong 2\n0|pong 3\n");
}
