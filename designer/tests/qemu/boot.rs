//! Whole systems run.

use crate::machine::Qemu;
use crate::memory::Memory;
use crate::systems::{ping_pong, planned};

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn ping_pong_exchanges_numbered_messages() {
    let plan = planned(&ping_pong());
    let mut qemu = Qemu::boot(&plan);
    let said = qemu.until(|said| said.texts(0).len() > 50 && said.texts(1).len() > 50);
    for number in 1..=50usize {
        assert_eq!(
            said.texts(0)[number - 1],
            format!("pong {number}").as_bytes()
        );
        assert_eq!(
            said.texts(1)[number - 1],
            format!("ping {number}").as_bytes()
        );
    }
    assert!(said.kernel.is_empty() && said.other.is_empty());
    qemu.freeze();
    let hart = qemu.hart(&plan);
    assert_eq!(hart.failed, 0);
    let frame = plan.system.major_frame_ticks();
    assert!(
        hart.window_end > 50 * frame,
        "more than 50 frames have begun"
    );
    assert!(qemu.faults(&plan).is_empty());
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn two_runs_say_the_same() {
    let plan = planned(&ping_pong());
    let run = || {
        let mut qemu = Qemu::boot(&plan);
        qemu.until(|said| said.texts(1).len() > 100);
        qemu.console_text()
            .lines()
            .take(150)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}
