//! `septum new`.

use std::process::Command;

use septum_core::templates::TEMPLATES;

use crate::septum::Desk;

#[test]
fn every_starter_system_is_checked_built_and_run_without_complaint() {
    for template in TEMPLATES {
        let name = template.name;
        let desk = Desk::new();
        let said = desk.run(["new", name, "--template", name]).good();
        assert!(
            said.starts_with(&format!("{name}/system.dhall: ")),
            "{said}"
        );
        let system = format!("{name}/system.dhall");
        let checked = desk.run(["check", &system]).good();
        assert_eq!(checked, format!("{system}: no problems\n"));
        desk.run(["build", &system, "-o", "image"]).good();
        desk.run(["run", &system, "--for", "2ms"]).good();
    }
}

#[test]
fn what_it_advises_can_be_done() {
    let desk = Desk::new();
    let said = desk.run(["new", "my/first"]).good();
    let advice = said
        .lines()
        .filter_map(|line| line.strip_prefix("  septum "));
    let commands: Vec<&str> = advice
        .map(|line| line.split("  ").next().unwrap())
        .collect();
    assert_eq!(
        commands,
        [
            "my/first/system.dhall",
            "check my/first/system.dhall",
            "run my/first/system.dhall --for 10ms",
        ]
    );
    for command in &commands[1..] {
        desk.run(command.split(' ')).good();
    }
}

#[test]
fn its_advice_can_be_pasted_into_a_shell() {
    let said = Desk::new().run(["new", "it's mine"]).good();
    let check = r"  septum check 'it'\''s mine/system.dhall'  ";
    assert!(said.lines().any(|line| line.starts_with(check)), "{said}");
}

#[test]
fn without_a_name_it_writes_the_first_starter_system() {
    let desk = Desk::new();
    desk.run(["new", "a"]).good();
    desk.run(["new", "b", "--template", "ping-pong"]).good();
    assert_eq!(desk.names("a"), desk.names("b"));
    let read = |name: &str| std::fs::read(desk.path(name)).unwrap();
    assert_eq!(read("a/system.dhall"), read("b/system.dhall"));
}

#[test]
fn it_overwrites_nothing() {
    let desk = Desk::with("ping-pong", "mine");
    desk.write("mine/system.dhall", "my work");
    let error = desk.run(["new", "mine"]).impossible();
    assert_eq!(
        error,
        "septum: mine/system.dhall is already there; nothing was written\n"
    );
    assert_eq!(
        std::fs::read(desk.path("mine/system.dhall")).unwrap(),
        b"my work"
    );
}

#[test]
fn one_file_in_the_way_keeps_it_from_writing_any() {
    let desk = Desk::new();
    desk.write("mine/septum/Step.dhall", "my own steps");
    let error = desk.run(["new", "mine"]).impossible();
    assert_eq!(
        error,
        "septum: mine/septum/Step.dhall is already there; nothing was written\n"
    );
    assert_eq!(desk.names("mine"), ["septum"]);
    assert_eq!(desk.names("mine/septum"), ["Step.dhall"]);
}

#[test]
fn it_adds_a_system_to_a_folder_of_other_files() {
    let desk = Desk::new();
    desk.write("mine/notes.txt", "notes");
    desk.run(["new", "mine"]).good();
    assert_eq!(desk.names("mine"), ["notes.txt", "septum", "system.dhall"]);
}

#[test]
fn a_template_that_does_not_exist_is_answered_with_those_that_do() {
    let desk = Desk::new();
    let error = desk
        .run(["new", "mine", "--template", "pingpong"])
        .impossible();
    assert!(error.starts_with("error: invalid value 'pingpong' for '--template <NAME>'\n"));
    for template in TEMPLATES {
        assert!(error.contains(template.name), "{error}");
    }
    assert!(desk.names("").is_empty());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let desk = Desk::new();
    desk.write("file", "");
    let error = desk.run(["new", "file/below"]).impossible();
    assert!(
        error.starts_with("septum: cannot write file/below/"),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn a_file_that_does_not_fit_is_not_begun() {
    let desk = Desk::new();
    let septum = desk.command(["new", "mine"]);
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"trap "" XFSZ; ulimit -f 1; exec "$@""#, "sh"])
        .arg(septum.get_program())
        .args(septum.get_args())
        .current_dir(desk.path(""));
    let output = command.output().expect("a shell");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("cannot write mine/system.dhall"), "{error}");
    assert_eq!(output.status.code(), Some(2));
    assert!(desk.names("mine").is_empty(), "{:?}", desk.names("mine"));
}
