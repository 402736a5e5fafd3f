//! The commands that the README gives are run, so that it cannot go stale.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use septum_core::templates::TEMPLATES;

use crate::septum::Desk;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    fs::read_to_string(path).expect("the README")
}

/// Every `septum ...` between backticks, in the order of the text.
fn commands(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|code| code.strip_prefix("septum "))
        .collect()
}

/// A command with its placeholders filled in: once without the parts in brackets, and once
/// with them for each starter system.
fn examples(command: &str) -> Vec<Vec<String>> {
    let whole: String = command.replace(['[', ']'], "");
    let bare: String = command
        .split('[')
        .map(|part| part.split_once(']').map_or(part, |(_, rest)| rest))
        .collect();
    let named = TEMPLATES
        .iter()
        .map(|template| filled_in(&whole, template.name, template.name));
    let first = filled_in(&bare, "first", TEMPLATES[0].name);
    std::iter::once(first).chain(named).collect()
}

fn filled_in(command: &str, folder: &str, template: &str) -> Vec<String> {
    let system = format!("{folder}/system.dhall");
    let words = command.split_whitespace();
    let words = words.map(|word| match word {
        "DIR" => folder,
        "NAME" => template,
        "FILE" | "FILE..." => &system,
        word => word,
    });
    words.map(str::to_owned).collect()
}

/// Runs a command as the README gives it, and as JSON where it reads a design.
fn try_out(desk: &Desk, example: &[String]) {
    let is_made = example[0] == "new" && desk.path(&example[1]).exists();
    if !is_made {
        desk.run(example).good();
    }
    if example[0] != "new" {
        let json = ["--format", "json"].map(str::to_owned);
        desk.run(example.iter().chain(&json)).good();
    }
}

/// The subcommands that the help lists.
fn listed(desk: &Desk) -> BTreeSet<String> {
    let help = desk.run(["--help"]).good();
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .expect("a list of commands");
    let lines = commands.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.split_whitespace().next());
    let names = names.filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

#[test]
fn every_command_of_the_readme_works() {
    let text = readme();
    let desk = Desk::new();
    let mut tried = BTreeSet::new();
    for command in commands(&text) {
        let Some((name, rest)) = command.split_once(' ') else {
            continue;
        };
        if rest.contains("FILE") || rest.contains("DIR") {
            for example in examples(command) {
                try_out(&desk, &example);
            }
        } else {
            // What it does is not the same on every machine.
            desk.run([name, "--help"]).good();
        }
        tried.insert(name.to_owned());
    }
    assert_eq!(tried, listed(&desk), "the README and the help differ");
}

#[test]
fn every_starter_system_is_in_the_readme() {
    let text = readme();
    for template in TEMPLATES {
        assert!(
            text.contains(&format!("`{}`", template.name)),
            "{}",
            template.name
        );
    }
}
