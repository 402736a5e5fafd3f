//! `septum bench kernel` counts the same instructions in the simulator and on QEMU.

use std::process::Command;

use serde_json::Value;

/// Rows in which the two say different numbers: where a spread is not 0, the few switches that
/// QEMU is asked for do not show all of it, and the two are compared for those.
const DIFFERENT: &[&str] = &["switch_spread"];

#[test]
#[ignore = "needs qemu-system-riscv64"]
fn every_path_is_as_long_on_qemu() {
    let mut septum = Command::new(env!("CARGO_BIN_EXE_septum"));
    septum.args(["bench", "kernel", "--format", "json"]);
    let output = septum.output().expect("it runs");
    let table: Value = serde_json::from_slice(&output.stdout).expect("one object");
    let rows = table["rows"].as_array().expect("rows");
    let met = rows.iter().all(|row| row["met"] == true);
    assert_eq!(output.status.code(), Some(i32::from(!met)));
    let mut compared = 0;
    let paths = rows.iter().filter(|row| row["unit"] == "instructions");
    for row in paths.filter(|row| !row["value"].is_null()) {
        let name = row["name"].as_str().expect("a name");
        let said = row["against"].as_str().expect("text");
        let agrees = said.starts_with(&format!("QEMU {};", row["value"]).replace(".0;", ";"));
        let in_part = said.contains(", as here, in the first ");
        assert_eq!(in_part, DIFFERENT.contains(&name), "{row}");
        assert!(agrees != in_part, "{row}");
        compared += 1;
    }
    assert_eq!(compared, 9);
}
