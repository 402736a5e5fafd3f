//! `septum run --gdb` with GDB itself.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::septum::Desk;

/// What GDB prints for these commands on ping-pong.
fn gdb(commands: &[&str]) -> String {
    let desk = Desk::with("ping-pong", "p");
    let mut septum = Command::new(env!("CARGO_BIN_EXE_septum"));
    septum
        .arg("run")
        .arg(desk.path("p/system.dhall"))
        .args(["--gdb", "0"]);
    let mut septum = septum.stdout(Stdio::piped()).spawn().expect("septum");
    let mut said = BufReader::new(septum.stdout.take().expect("it is piped"));
    let mut line = String::new();
    said.read_line(&mut line).expect("it says where it waits");
    let remote = line
        .trim()
        .strip_prefix("waiting for GDB: ")
        .expect("an address");
    let mut gdb = Command::new("gdb-multiarch");
    gdb.args(["-nx", "-batch", "-ex", "set architecture riscv:rv64"]);
    gdb.args(["-ex", remote]);
    for command in commands {
        gdb.args(["-ex", command]);
    }
    let output = gdb.output().expect("gdb-multiarch is installed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let status = septum.wait().expect("it ends when GDB goes away");
    assert!(status.success(), "{text}{errors}");
    text + &errors
}

/// The values that `print $pc` has printed.
fn values(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| line.starts_with('$'));
    lines.filter_map(|line| line.split(" = ").nth(1)).collect()
}

#[test]
#[ignore = "needs gdb-multiarch"]
fn it_steps_in_both_directions() {
    let print = "print/x (long)$pc";
    let text = gdb(&[
        print,
        "stepi 100",
        print,
        "stepi",
        print,
        "reverse-stepi",
        print,
        "reverse-stepi 100",
        print,
        "x/2i $pc",
    ]);
    let pcs = values(&text);
    assert_eq!(pcs.len(), 5, "{text}");
    assert_eq!((pcs[0], pcs[1]), (pcs[4], pcs[3]), "{text}");
    assert_ne!(pcs[1], pcs[2], "{text}");
    assert!(text.contains("=> 0x80000000"), "{text}");
}

#[test]
#[ignore = "needs gdb-multiarch"]
fn it_continues_in_both_directions_and_knows_the_begin() {
    let print = "print/x (long)$pc";
    let text = gdb(&[
        "stepi 40",
        print,
        "break *$pc",
        "reverse-stepi 20",
        "continue",
        print,
        "delete",
        "reverse-continue",
        print,
    ]);
    assert!(text.contains("Breakpoint 1, 0x"), "{text}");
    assert!(
        text.contains("No more reverse-execution history."),
        "{text}"
    );
    let pcs = values(&text);
    assert_eq!(pcs.len(), 3, "{text}");
    assert_eq!((pcs[0], pcs[2]), (pcs[1], "0x80000000"), "{text}");
}

#[test]
#[ignore = "needs gdb-multiarch"]
fn it_goes_on_from_a_breakpoint() {
    let print = "print/x (long)$pc";
    let text = gdb(&[
        // A bare-metal GDB steps over a breakpoint with one instruction of one thread.
        "set osabi none",
        "stepi 40",
        "set $first = $pc",
        print,
        "stepi 5",
        "set $second = $pc",
        print,
        "reverse-stepi 30",
        "break *$first",
        "break *$second",
        "continue",
        print,
        "continue",
        print,
        "reverse-continue",
        print,
    ]);
    let pcs = values(&text);
    assert_eq!(pcs.len(), 5, "{text}");
    assert_ne!(pcs[0], pcs[1], "{text}");
    assert_eq!(pcs[2..], [pcs[0], pcs[1], pcs[0]], "{text}");
}

#[test]
fn a_port_that_somebody_else_has_is_a_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("it has one").port().to_string();
    let desk = Desk::with("ping-pong", "p");
    let said = desk
        .run(["run", "p/system.dhall", "--gdb", &port])
        .impossible();
    let expected = format!("septum: port {port} cannot be listened on");
    assert!(said.starts_with(&expected), "{said}");
}
