//! A panic gives the terminal back and says what happened. The program under test is this one:
//! it takes the terminal as the designer does, and panics.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use septum::ui::terminal;
use septum_terminal::{Left, Program, Size, Terminal};

const LIMIT: Duration = Duration::from_secs(60);
/// The name that this program is given to be the one under test.
const ARGUMENT: &str = "panic-on";

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != ARGUMENT);
    match arguments.nth(1).as_deref() {
        Some(thread) => take_the_terminal_and_panic(thread),
        None => ["main", "other"]
            .into_iter()
            .for_each(the_terminal_is_given_back),
    }
}

fn take_the_terminal_and_panic(thread: &str) {
    terminal::install_panic_hook();
    let _terminal = terminal::Terminal::take().expect("a terminal");
    wait_for_a_key();
    if thread == "main" {
        panic!("on purpose");
    }
    let other = std::thread::spawn(|| panic!("on purpose"));
    drop(other.join());
    unreachable!("a panic of any thread ends the program");
}

/// Until then, the other side looks at the terminal.
fn wait_for_a_key() {
    crossterm::event::read().expect("a key");
}

fn the_terminal_is_given_back(thread: &str) {
    let program = Program {
        path: std::env::current_exe().expect("this program"),
        arguments: vec![ARGUMENT.into(), thread.into()],
        folder: PathBuf::from("/"),
        environment: BTreeMap::from([("TERM".into(), "xterm-256color".into())]),
    };
    let size = Size {
        columns: 80,
        rows: 24,
    };
    let mut terminal = Terminal::start(&program, size).expect("a pseudo-terminal");
    let taken = Left {
        alternate_screen: true,
        hidden_cursor: true,
        bracketed_paste: true,
        mouse: false,
        raw: true,
    };
    let begin = std::time::Instant::now();
    while terminal.left() != taken {
        assert!(
            begin.elapsed() < LIMIT,
            "it is not taken: {:?}",
            terminal.left()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    terminal.press("x").expect("a key");
    let status = terminal.wait_for_end(LIMIT).expect("an end");
    let screen = terminal.screen();
    assert_eq!(
        (status.exit_code(), terminal.left()),
        (101, Left::RESTORED),
        "{screen}"
    );
    // What it said last may come after its end.
    for part in ["panicked at", "on purpose", "recovery journal"] {
        while !terminal.screen().contains(part) {
            assert!(begin.elapsed() < LIMIT, "{}", terminal.screen());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    println!("a panic of the {thread} thread gives the terminal back: good");
}
