//! `septum bench kernel` counts the same instructions in the simulator and on QEMU.

use std::process::Command;

use serde_json::Value;

/// Rows of so many visits that QEMU is asked for the first of them.
const LONG: &[&str] = &["switch_spread"];

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
        let number = row["value"].to_string();
        let agrees = said.strip_prefix(&format!("QEMU {}", number.trim_end_matches(".0")));
        let in_part = agrees.is_some_and(|it| it.starts_with(" in the first 64 visits, as here;"));
        assert_eq!(in_part, LONG.contains(&name), "{row}");
        assert!(
            in_part || agrees.is_some_and(|it| it.starts_with(';')),
            "{row}"
        );
        compared += 1;
    }
    assert_eq!(compared, 9);
}
