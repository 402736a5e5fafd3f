//! How long the user waits: from a key on the terminal to the frame that shows what it did.

use std::time::Duration;

use septum_terminal::Size;

use super::designer::Designer;
use super::distribution::Distribution;
use super::table::Table;

/// The starter system that is edited and booted.
const STARTER: &str = "sensor-pipeline";
const SIZE: Size = Size {
    columns: 120,
    rows: 40,
};
/// How often.
const RUNS: usize = 50;
/// Milliseconds from the key that boots to the first message that anyone notices as waiting.
const FIRST_MESSAGE_BAR: f64 = 300.0;

/// Edits and boots again and again. The edit gives the channel of the first message a new name,
/// so that a frame with this name shows the message of the edited design and of no other.
pub(super) fn measure() -> anyhow::Result<Table> {
    let mut designer = Designer::open(STARTER, SIZE)?;
    designer.wait("the first check", |screen| screen.contains("no problems"))?;
    let (mut echo, mut boot) = (Distribution::default(), Distribution::default());
    let mut channel = "bytes".to_owned();
    for number in 1..=RUNS {
        let name = format!("bytes{number}");
        echo.add(rename(&mut designer, &channel, &name)?);
        boot.add(first_message(&mut designer, &name)?);
        designer.keys("1")?;
        channel = name;
    }
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    let against = format!("{STARTER}, {build} build, {RUNS} runs");
    let mut rows = boot
        .rows("key_to_first_message", Some(FIRST_MESSAGE_BAR), &against)
        .to_vec();
    rows.extend(echo.rows("key_to_echo", None, &against));
    Ok(Table { rows })
}

/// From the key that ends the edit to the new name on the wire.
fn rename(designer: &mut Designer, old: &str, new: &str) -> anyhow::Result<Duration> {
    designer.keys(&format!("/ \"{old}\" enter r ctrl-u \"{new}\""))?;
    designer.wait("the new name in the question", |screen| {
        screen.contains(new)
    })?;
    let label = format!("{new} 8x16");
    designer.time("enter", "the new name on the wire", |screen| {
        screen.contains(&label)
    })
}

/// From the key that boots to the frame that shows the first message, byte by byte.
fn first_message(designer: &mut Designer, channel: &str) -> anyhow::Result<Duration> {
    let detail = format!("channel {channel}, port bytes");
    designer.time("F5", "the first message", |screen| {
        ["paused", "driver: send", &detail, "0000 "]
            .iter()
            .all(|part| screen.contains(part))
    })
}
