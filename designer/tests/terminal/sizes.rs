//! The corner of the window is dragged while the designer runs.

use crate::home::{Home, SMALL};

#[test]
fn the_screen_follows_the_size_of_its_terminal() {
    let home = Home::new();
    let mut designer = home.designer(&[], SMALL);
    designer
        .see(&["no problems"])
        .see_none(&["system sensor-pipeline"]);
    designer
        .resize(120, 40)
        .see(&["system sensor-pipeline", "no problems"]);
    designer.resize(60, 16).see(&["Graph", "no problems"]);
    for (columns, rows) in [(59, 16), (60, 15), (20, 5)] {
        designer.resize(columns, rows).see_none(&["Graph"]);
        let (columns, rows) = (columns.to_string(), rows.to_string());
        designer.wait("a sentence", |screen| {
            let words: Vec<&str> = screen.split_whitespace().collect();
            words
                .join(" ")
                .contains(&format!("this terminal has {columns} x {rows}."))
        });
    }
    designer.resize(1, 1).see_none(&["terminal"]);
    designer
        .resize(200, 60)
        .see(&["system sensor-pipeline", "no problems"]);
    designer
        .keys("F5")
        .see(&["driver: send"])
        .resize(80, 24)
        .see(&["driver: send", "paused"]);
    designer.keys("q").end_well();
}
