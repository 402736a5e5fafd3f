//! The RISC-V programs are compiled for another target than the linter runs for. What it holds
//! elsewhere is held here: every use of `unsafe` is argued, and no function is long.

use std::fs;
use std::path::{Path, PathBuf};

use septum_kernel_builder::root;

/// Folders with sources that are compiled for RISC-V alone.
const FOLDERS: [&str; 4] = [
    "kernel/src",
    "kernel/user/src",
    "kernel/model/src",
    "kernel/programs",
];

/// Lines of a function at most, as in clippy.toml.
const MOST_LINES: usize = 60;

fn sources() -> Vec<(PathBuf, String)> {
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| root().join(folder)).collect();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                sources.push((path, text));
            }
        }
    }
    sources
}

/// Whether the statement that a line belongs to has its argument right above it, attributes in
/// between.
fn is_argued(lines: &[&str], line: usize) -> bool {
    let above = lines[..line].iter().rev().map(|line| line.trim());
    let mut above = above.take_while(|line| !line.ends_with([';', '{', '}']));
    above.any(|line| line.starts_with("// SAFETY: "))
}

#[test]
fn every_unsafe_block_has_its_argument() {
    let mut blocks = 0;
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            if line.contains("unsafe {") {
                blocks += 1;
                let place = place(&path, number);
                assert!(
                    is_argued(&lines, number),
                    "{place}: no SAFETY comment above"
                );
            }
        }
    }
    assert!(blocks > 20, "{blocks} blocks: is the test blind?");
}

#[test]
fn no_function_is_long() {
    let mut functions = 0;
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            if !line.contains("fn ") || !line.ends_with('{') || line.trim_start().starts_with("//")
            {
                continue;
            }
            functions += 1;
            let end = format!("{}}}", " ".repeat(indent));
            let length = lines[number..]
                .iter()
                .take_while(|line| !line.starts_with(&end))
                .count();
            assert!(
                length <= MOST_LINES,
                "{}: {length} lines",
                place(&path, number)
            );
        }
    }
    assert!(functions > 50, "{functions} functions: is the test blind?");
}

fn place(path: &Path, line: usize) -> String {
    format!("{}:{}", path.display(), line + 1)
}
