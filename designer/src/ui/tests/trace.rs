//! What the trace view says about a run, to keys as a user types them.

use std::sync::Arc;

use septum_simulator::cpu::Privilege;

use super::desk::{Desk, MIDDLE};
use crate::ui::state::{Size, View};

fn first_line(desk: &Desk) -> String {
    let screen = desk.screen();
    screen.lines().nth(1).unwrap().to_owned()
}

/// The sensor pipeline, saved with its partitions in another order: the logger's replies, for
/// which the scenario waits, come from partition 3 then.
fn reordered() -> Desk {
    let desk = Desk::saved("sensor-pipeline");
    let path = desk.path("sensor-pipeline/system.dhall");
    let text = std::fs::read_to_string(&path).unwrap();
    let order = "[ driver, filter, logger, background ]";
    assert!(text.contains(order), "{text}");
    let text = text.replace(order, "[ driver, filter, background, logger ]");
    std::fs::write(&path, text).unwrap();
    desk.reopen(&path)
}

#[test]
fn a_run_without_a_message_says_what_the_scenario_waits_for() {
    let mut desk = reordered();
    let screen = desk.keys("F5").screen();
    let notice = " no message within 10 ms; the scenario waits for the output `2|ready`";
    assert!(screen.lines().any(|line| line == notice), "{screen}");
    let mut desk = Desk::new("sensor-pipeline");
    let screen = desk.keys("F5").screen();
    assert!(!screen.contains("no message"), "{screen}");
}

#[test]
fn a_run_to_a_kind_that_never_comes_says_what_it_goes_on_to() {
    let mut desk = Desk::new("ping-pong");
    desk.keys("F5 c \"faults\" enter");
    let line = first_line(&desk);
    assert!(
        line.starts_with("running to the next fault; r pauses"),
        "{line}"
    );
}

#[test]
fn a_search_goes_round_and_says_so() {
    let mut desk = Desk::sized("crash-course", MIDDLE);
    desk.keys("F5 c \"fault\" enter / ctrl-u \"log\" enter");
    assert!(
        desk.screen().contains(" The search went on at the top. "),
        "{}",
        desk.screen()
    );
    let first = desk.state.trace.selected;
    desk.keys("n");
    let second = desk.state.trace.selected;
    assert!(second > first);
    assert!(!desk.screen().contains("went on"), "{}", desk.screen());
    desk.keys("N N");
    assert_eq!(desk.state.trace.selected, second);
    assert!(
        desk.screen()
            .contains(" The search went on at the bottom. "),
        "{}",
        desk.screen()
    );
    desk.keys("/ ctrl-u \"nowhere\" enter");
    assert!(
        desk.screen().contains(" No event has `nowhere`."),
        "{}",
        desk.screen()
    );
}

#[test]
fn a_search_names_the_keys_that_go_on() {
    let mut desk = Desk::sized("crash-course", MIDDLE);
    desk.keys("F5 c \"fault\" enter g g / ctrl-u \"log\" enter");
    let notice = " n goes to the next match, N to the previous one. ";
    assert!(desk.screen().contains(notice), "{}", desk.screen());
}

#[test]
fn instructions_are_stepped_both_ways_in_the_past() {
    let mut desk = Desk::sized("crash-course", MIDDLE);
    desk.keys("F5 c \"receive\" enter g g j j");
    let at = |desk: &Desk| {
        let trace = &desk.state.trace;
        (trace.cursor_ns, trace.registers().map(|it| (it.pc, it.x)))
    };
    let (end_ns, begin) = (desk.state.trace.recording.time_ns(), at(&desk));
    desk.keys("i i i");
    let (there, count) = (at(&desk), desk.state.trace.recording.len());
    assert_eq!(there.0, begin.0 + 3);
    assert_eq!(at(desk.keys("I")).0, begin.0 + 2);
    assert_eq!(at(desk.keys("i")), there);
    // The run goes on where it was.
    desk.keys("G s");
    assert!(desk.state.trace.recording.time_ns() >= end_ns);
    assert!(desk.state.trace.recording.len() > count);
}

#[test]
fn the_cursor_goes_back_to_who_wrote_something() {
    let mut desk = Desk::sized("crash-course", MIDDLE);
    desk.keys("F5 c \"receive\" enter");
    let at_ns = desk.state.trace.cursor_ns;
    // Its `receive` has answered in `a0`.
    desk.keys("x \"a0\" enter");
    let call_ns = desk.state.trace.cursor_ns;
    assert!(call_ns < at_ns, "{call_ns} {at_ns}");
    let registers = desk.state.trace.registers().expect("it was looked at");
    assert_eq!(registers.privilege, Privilege::User);
    desk.keys("x \"s99\" enter");
    let notice = " `s99` is no register, address or region";
    assert!(desk.screen().contains(notice), "{}", desk.screen());
    desk.keys("esc g g x \"0x1000+8\" enter");
    let notice = " Nothing has written that before the cursor. ";
    assert!(desk.screen().contains(notice), "{}", desk.screen());
}

#[test]
fn the_status_is_about_the_event_and_not_about_the_graph() {
    let mut desk = Desk::sized("crash-course", MIDDLE);
    desk.keys("/ \"culprit\" enter");
    assert!(desk.screen().contains("\n partition culprit"));
    let screen = desk.keys("F5").screen();
    assert!(screen.contains("\n channel result"), "{screen}");
    assert!(!screen.contains("\n partition culprit"), "{screen}");
    let screen = desk.keys("1").screen();
    assert!(screen.contains("\n partition culprit"), "{screen}");
}

#[test]
fn an_instruction_marks_the_registers_that_it_changed() {
    let mut desk = Desk::sized("crash-course", MIDDLE);
    desk.state.look.colour = false;
    desk.keys("F5 i i");
    let changed = desk.screen().matches('*').count();
    assert!((1..5).contains(&changed), "{}", desk.screen());
    let pc = desk.screen();
    let pc = pc.lines().find(|line| line.contains("│pc   ")).unwrap();
    assert!(
        pc.split("│pc   ").nth(1).unwrap()[16..].starts_with('*'),
        "{pc}"
    );
}

#[test]
fn a_frame_of_centuries_and_a_screen_of_thousands_of_columns_are_numbers_like_others() {
    let mut desk = Desk::sized(
        "ping-pong",
        Size {
            width: 7_000,
            height: 30,
        },
    );
    let schedule = &mut Arc::make_mut(&mut desk.state.design).system.schedules[0];
    schedule.major_frame_ns = 12_000_000_000_000_000_000;
    schedule.windows[1].duration_ns = schedule.major_frame_ns - schedule.windows[0].duration_ns;
    desk.keys("F5");
    assert_eq!(desk.state.view, View::Trace, "{:?}", desk.state.notice);
    assert!(desk.screen().contains("Events"));
}
