//! The problems below the view.

use super::desk::{Desk, MIDDLE};

#[test]
fn the_panel_of_problems_takes_only_the_room_that_it_needs() {
    let mut desk = Desk::sized("sensor-pipeline", MIDDLE);
    let panel = |desk: &Desk| {
        let screen = desk.screen();
        let head = screen.lines().position(|it| it.contains("─ Problems: "));
        usize::from(desk.state.size.height) - head.unwrap()
    };
    assert_eq!(panel(&desk), 3, "its head, the status and the hints");
    desk.keys("/ \"driver\" enter d / \"logger\" enter r ctrl-u \"9\" enter");
    assert_eq!(panel(&desk), 9, "{}", desk.screen());
}

#[test]
fn the_selected_problem_is_told_to_its_end() {
    let mut desk = Desk::new("sensor-pipeline");
    desk.keys("/ \"driver.irq\" enter r ctrl-u \"line\" enter");
    let shown = |desk: &Desk, problem: usize| {
        let message = &desk.state.diagnostics()[problem].message;
        let words: Vec<String> = desk
            .screen()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        words.join(" ").contains(message.as_str())
    };
    assert!(shown(&desk, 0), "{}", desk.screen());
    assert!(!shown(&desk, 1), "{}", desk.screen());
    desk.keys("tab j");
    assert!(shown(&desk, 1), "{}", desk.screen());
    assert!(!shown(&desk, 0), "{}", desk.screen());
}
