//! `septum bench ui` measures, and its exit code says whether every bar is kept.

use serde_json::Value;

use crate::home::Home;

#[test]
fn every_number_has_its_columns_and_the_exit_code_says_whether_the_bars_are_kept() {
    let (code, printed) = Home::new().septum(&["bench", "ui", "--format", "json"]);
    let table: Value = serde_json::from_str(&printed).expect(&printed);
    let rows = table["rows"].as_array().expect(&printed);
    let names: Vec<&str> = rows.iter().filter_map(|it| it["name"].as_str()).collect();
    let expected = ["key_to_first_message", "key_to_echo"];
    let expected = expected.map(|name| ["p50", "p95", "max"].map(|it| format!("{name}_{it}")));
    assert_eq!(names, expected.concat());
    for row in rows {
        let value = row["value"].as_f64().expect(&printed);
        assert!(value > 0.0 && row["unit"] == "ms", "{row}");
        let met = row["bar"].as_f64().map(|bar| value < bar);
        assert_eq!(row["met"], Value::from(met), "{row}");
    }
    let missed = rows.iter().any(|row| row["met"] == false);
    assert_eq!(code, Some(i32::from(missed)), "{printed}");
}
