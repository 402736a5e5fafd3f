//! Every promise is kept.

use super::*;

/// The names that programs rely on.
const NAMES: [&str; 12] = [
    "call_nothing",
    "signal",
    "send_64",
    "exchange_round_trip",
    "timer_switch_sv39",
    "timer_switch_pmp_8",
    "switch_spread",
    "interrupt_to_driver",
    "reset_to_user",
    "text_all",
    "text_ping_pong",
    "longest_path",
];

#[test]
fn every_bar_is_kept() {
    let table = measure_with(false).expect("the engine holds");
    let names: Vec<&str> = table.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, NAMES);
    for row in &table.rows {
        assert_eq!(row.met, Some(true), "{row:?}");
    }
    let bound = table.rows.last().and_then(|row| row.value);
    assert!(
        bound.is_none_or(|ratio| ratio >= 1.0),
        "longer than it can be"
    );
    // Counted, not measured.
    for (path, row) in PATHS.iter().zip(&table.rows).take(3) {
        assert_eq!(*row, measured(path, false).expect("the engine holds"));
    }
}
