//! What `kernel/README.md` says of the sources is so.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use septum_kernel_builder::root;

/// The whole kernel, assembly included, fits into an evening: lines that are neither empty nor
/// a comment, and all lines.
const MOST_CODE_LINES: usize = 2_000;
const MOST_LINES: usize = 2_300;

/// The rows of the table under a heading, each with its cells.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("kernel/README.md")).expect("a README");
    let section = text
        .lines()
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("## "));
    let rows = section.filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    })
    .collect()
}

fn unquoted(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let wanted = |path: &PathBuf| {
        endings
            .iter()
            .any(|it| path.to_string_lossy().ends_with(it))
    };
    paths.filter(wanted).collect()
}

#[test]
fn the_reading_order_has_every_file_with_its_lines() {
    let listed: BTreeMap<String, usize> = table("## Reading order")
        .iter()
        .map(|row| (unquoted(&row[0]), row[1].parse().unwrap()))
        .collect();
    let mut found = BTreeMap::new();
    let mut code = 0;
    for folder in ["kernel/src", "kernel/logic/src"] {
        for path in files(folder, &[".rs", ".S"]) {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy();
            let text = fs::read_to_string(&path).unwrap();
            code += text.lines().filter(|line| is_code(line)).count();
            found.insert(name.into_owned(), text.lines().count());
        }
    }
    assert_eq!(listed, found, "kernel/README.md against the sources");
    assert!(code <= MOST_CODE_LINES, "{code} lines of code");
    assert!(found.values().sum::<usize>() <= MOST_LINES);
}

/// Neither empty nor a comment, of Rust or of the assembler.
fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    let attribute = line.starts_with("#[") || line.starts_with("#!");
    !line.is_empty() && !line.starts_with("//") && (attribute || !line.starts_with('#'))
}

#[test]
fn every_invariant_names_what_holds_it() {
    let tests = all_tests();
    let rows = table("## Invariants");
    assert!(!rows.is_empty());
    for row in rows {
        for holder in row[1].split(", ").map(unquoted) {
            let known = tests.contains(&format!("fn {holder}("));
            assert!(
                known || root().join(&holder).is_file(),
                "no {holder}: {}",
                row[0]
            );
        }
    }
}

/// The text of all test files of the kernel, of what is counted of it, and of QEMU.
fn all_tests() -> String {
    let folders = [
        "designer/src/cli/bench/kernel",
        "kernel/logic/tests",
        "designer/tests/qemu",
        "simulator/tests",
        "designer/core/src/plan/tests",
    ];
    let paths = folders.iter().flat_map(|folder| files(folder, &[".rs"]));
    paths
        .map(|path| fs::read_to_string(path).expect("a text"))
        .collect()
}
