//! Places through everything that a text may do.

use crate::dhall::load_text;
use crate::diagnostic::SpecPath;

/// What stands at the place of a part of the system, up to the end of the line.
fn text_at(text: &str, path: &str) -> String {
    let loaded = load_text(text);
    assert_eq!(loaded.diagnostics, []);
    let place = loaded.places.place(&SpecPath(path.to_owned()));
    assert_eq!(place.file.as_deref(), Some("system.dhall"));
    let position = place.position.unwrap();
    let line = text.lines().nth(position.line - 1).unwrap();
    line.chars().skip(position.column - 1).collect()
}

/// A system around a list of partitions, after some `let`s.
fn system(lets: &str, partitions: &str) -> String {
    format!(
        "let Septum = ./septum/package.dhall\n{lets}\nin  Septum.System::{{\n    \
         , name = \"x\"\n    , partitions =\n        {partitions}\n    \
         , schedules = [] : List Septum.Schedule.Type\n    }}\n"
    )
}

const NODE: &str = r#"let node = \(name : Text) -> Septum.Partition::{
      , name
      , stack_bytes = 3
      , program = Septum.Program.Elf "x"
      }"#;

#[test]
fn a_variable_stands_where_its_value_is_written() {
    let lets = "let size = 17\nlet a = Septum.Partition::{ name = \"a\", stack_bytes = size, program = Septum.Program.Elf \"x\" }";
    let text = system(lets, "[ a ]");
    assert_eq!(text_at(&text, "partitions[0].stack_bytes"), "17");
    assert!(text_at(&text, "partitions[0].name").starts_with("\"a\""));
}

#[test]
fn a_call_stands_where_it_is_called_and_its_parts_where_they_are_written() {
    let text = system(NODE, "[ node \"a\", node \"b\" ]");
    assert_eq!(text_at(&text, "partitions[1]"), "node \"b\" ]");
    assert_eq!(text_at(&text, "partitions[1].name"), "\"b\" ]");
    assert_eq!(text_at(&text, "partitions[1].stack_bytes"), "3");
}

#[test]
fn what_is_not_said_stands_where_the_record_stands() {
    let text = system(NODE, "[ node \"a\" ]");
    assert_eq!(text_at(&text, "partitions[0].log_bytes"), "node \"a\" ]");
    assert!(text_at(&text, "machine.harts").starts_with("Septum.System::"));
}

#[test]
fn replaced_fields_stand_where_they_are_replaced() {
    let text = system(NODE, "[ node \"a\" // { stack_bytes = 5 } ]");
    assert_eq!(text_at(&text, "partitions[0].stack_bytes"), "5 } ]");
    assert_eq!(
        text_at(&text, "partitions[0].name"),
        "\"a\" // { stack_bytes = 5 } ]"
    );
    let text = system(NODE, "[ (node \"a\") with stack_bytes = 6 ]");
    assert_eq!(text_at(&text, "partitions[0].stack_bytes"), "6 ]");
}

#[test]
fn elements_of_joined_lists_are_told_apart() {
    let text = system(NODE, "[ node \"a\", node \"b\" ] # [ node \"c\" ]");
    assert_eq!(text_at(&text, "partitions[2].name"), "\"c\" ]");
    assert!(text_at(&text, "partitions[1].name").starts_with("\"b\""));
}

#[test]
fn steps_are_found_through_functions_of_the_package() {
    let model = r#"[ Septum.Partition::{
          , name = "a"
          , program =
              Septum.Program.Model
                ( [ Septum.Step.Exit ]
                # Septum.forever
                    [ Septum.Step.Sleep { ns = Septum.us 5 }
                    , Septum.Step.Signal { port = "p" }
                    ]
                )
          }
        ]"#;
    let text = system("", model);
    assert_eq!(text_at(&text, "partitions[0].program[3].port"), "\"p\" }");
    assert_eq!(
        text_at(&text, "partitions[0].program[2].ns"),
        "Septum.us 5 }"
    );
    assert_eq!(
        text_at(&text, "partitions[0].program[0]"),
        "Septum.Step.Exit ]"
    );
    // The loop itself comes out of the package: it stands where the program stands.
    assert_eq!(
        text_at(&text, "partitions[0].program[1]"),
        "Septum.Program.Model"
    );
}

#[test]
fn conditions_are_followed() {
    let text = system(NODE, "if True then [ node \"a\" ] else [ node \"b\" ]");
    assert_eq!(
        text_at(&text, "partitions[0].name"),
        "\"a\" ] else [ node \"b\" ]"
    );
}

#[test]
fn imported_files_are_named() {
    let folder = super::project("./parts/real.dhall // { name = \"y\" }\n");
    let parts = folder.path().join("parts");
    std::fs::create_dir(&parts).unwrap();
    let text = system(NODE, "[ node \"a\" ]").replace("./septum", "../septum");
    std::fs::write(parts.join("real.dhall"), &text).unwrap();
    let path = folder.path().join("system.dhall");
    let loaded = crate::dhall::load(&path, &crate::dhall::Evaluator::InProcess);
    assert_eq!(loaded.diagnostics, []);
    let name = loaded.places.place(&SpecPath("name".into()));
    assert_eq!(name.file.as_deref(), path.to_str());
    let stack = loaded
        .places
        .place(&SpecPath("partitions[0].stack_bytes".into()));
    assert_eq!(stack.file.as_deref(), parts.join("real.dhall").to_str());
    assert_eq!(stack.position.unwrap().line, 4);
}
