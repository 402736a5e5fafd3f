//! Models play the same on QEMU: what is drawn, what is slept until, and what is branched on.

use septum_core::image;
use septum_core::spec::RawStep;

use crate::agreement::{MS, same_console};
use crate::systems::{channel, forever, log, numbered, partition, planned, receive, send, system};

/// Draws decide how many lines a partition writes in each of its windows, and another one marks
/// the windows: the order of the lines tells what was drawn.
#[test]
#[ignore = "needs qemu-system-riscv64"]
fn draws_are_the_same() {
    let between = RawStep::ComputeBetween {
        least_ns: 1_000,
        most_ns: 150_000,
    };
    let until = RawStep::SleepUntil {
        period_ns: 400_000,
        offset_ns: 0,
    };
    let drawing = forever(vec![between, numbered("drawn ")]);
    let marking = forever(vec![until, numbered("window ")]);
    let partitions = vec![partition("drawing", drawing), partition("marking", marking)];
    let mut raw = system(partitions, vec![], &[&["drawing"], &["marking"]]);
    let orders = [1, 2].map(|seed| {
        raw.seed = seed;
        let plan = planned(&raw);
        let image = image::build(&plan);
        let (simulation, _) = same_console(&plan, &image, 20 * MS);
        simulation.uart_output().to_vec()
    });
    assert!(orders[0].len() > 500);
    assert_ne!(orders[0], orders[1], "the seed decides");
}

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn conditions_take_the_same_side() {
    let ends_with_seven = RawStep::IfByte {
        offset: 1,
        equals: u64::from(b'7'),
    };
    let sending = forever(vec![send("out", "")]);
    let telling = forever(vec![
        receive("in"),
        ends_with_seven,
        log("a seven"),
        RawStep::Else,
        log("another"),
        RawStep::End,
    ]);
    let partitions = vec![partition("sending", sending), partition("telling", telling)];
    let channels = vec![channel("c", ("sending", "out"), ("telling", "in"))];
    let plan = planned(&system(partitions, channels, &[&["sending"], &["telling"]]));
    let image = image::build(&plan);
    let (simulation, _) = same_console(&plan, &image, 30 * MS);
    let said = String::from_utf8_lossy(simulation.uart_output()).into_owned();
    assert!(
        said.contains("a seven") && said.contains("another"),
        "{said}"
    );
}
