//! A file and everything that it imports, parsed: nothing is evaluated here.
//!
//! Imports are walked before anything else: only relative paths inside the project folder
//! are followed, everything else is a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use dhall::operations::{BinOp, OpKind};
use dhall::syntax::{ExprKind, FilePrefix, Hash, Import, ImportMode, ImportTarget};

use super::files::{Contents, Embedded, Files, package_text};
use super::syntax::{Node, Span, SyntaxError, parse};
use crate::codes::{Code, S0005, S0006, S0007, S0008, S0009, S0010};
use crate::templates::PACKAGE_FOLDER;

/// Most files that a project may have.
const MAX_FILES: usize = 256;

/// Most problems of one file that are told.
const MAX_PROBLEMS: usize = 20;

/// Where an import stands in its file: first and last byte.
type Spot = (usize, usize);

/// One parsed file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path relative to the project folder.
    pub(crate) path: PathBuf,
    /// The text.
    pub(crate) text: Arc<str>,
    /// The expression.
    pub(crate) root: Node,
    /// Whether the file is an unchanged one of the package.
    pub(crate) is_package: bool,
    imports: BTreeMap<Spot, Target>,
    first_choices: BTreeMap<Spot, bool>,
}

/// What an import stands for.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// The expression of another source, and the hash that it must have.
    Code(usize, Option<Box<[u8]>>),
    /// The text of a file.
    Text(String),
}

impl Source {
    /// What the import at this node stands for.
    pub(crate) fn target(&self, node: &Node) -> Option<&Target> {
        self.imports.get(&spot(node.span()))
    }

    /// The alternative of `a ? b` that was chosen.
    pub(crate) fn choice<'n>(&self, node: &'n Node) -> Option<&'n Node> {
        match node.kind() {
            ExprKind::Op(OpKind::BinOp(BinOp::ImportAlt, first, second)) => {
                let is_first = self.first_choices.get(&spot(node.span()));
                Some(if *is_first.unwrap_or(&true) {
                    first
                } else {
                    second
                })
            }
            _ => None,
        }
    }

    /// Everything that this file imports.
    pub(crate) fn targets(&self) -> impl Iterator<Item = (Spot, &Target)> {
        self.imports.iter().map(|(spot, target)| (*spot, target))
    }
}

/// The package among these sources, if they import it and have not changed it.
pub(crate) fn package(sources: &[Source]) -> Option<usize> {
    let path = Path::new(PACKAGE_FOLDER).join("package.dhall");
    let index = sources.iter().position(|source| source.path == path)?;
    is_package(sources, index).then_some(index)
}

fn is_package(sources: &[Source], index: usize) -> bool {
    let source = &sources[index];
    source.is_package
        && source.imports.values().all(|target| match target {
            Target::Code(imported, _) => is_package(sources, *imported),
            Target::Text(_) => false,
        })
}

/// The package that is part of the program.
pub(crate) fn embedded_package() -> Vec<Source> {
    let path = Path::new(PACKAGE_FOLDER).join("package.dhall");
    read(&Embedded { texts: &[] }, &path).unwrap_or_default()
}

/// A problem in a file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What kind of problem.
    pub(crate) code: Code,
    /// The file, relative to the project folder.
    pub(crate) path: PathBuf,
    /// Byte offset of the place in the file, and the file's text; `None` for all of it.
    pub(crate) at: Option<(usize, Arc<str>)>,
    /// A sentence.
    pub(crate) message: String,
}

/// Parses a file and everything that it imports. Each source comes after those that it
/// imports; the file itself is the last.
pub(crate) fn read(files: &dyn Files, path: &Path) -> Result<Vec<Source>, Vec<Problem>> {
    let mut reader = Reader {
        files,
        sources: Vec::new(),
        known: BTreeMap::new(),
        failed: BTreeMap::new(),
        open: Vec::new(),
        problems: Vec::new(),
    };
    match files.read(path) {
        Ok(contents) => {
            reader.source(path, contents);
        }
        Err(error) => reader.problems.push(Problem {
            code: error.code,
            path: path.to_owned(),
            at: None,
            message: format!("the file {}", error.reason),
        }),
    }
    if reader.problems.is_empty() {
        Ok(reader.sources)
    } else {
        Err(readable(distinct(reader.problems)))
    }
}

/// Each problem once, however often its file is imported.
fn distinct(mut problems: Vec<Problem>) -> Vec<Problem> {
    let mut told = BTreeSet::new();
    problems.retain(|problem| {
        let offset = problem.at.as_ref().map(|(offset, _)| *offset);
        told.insert((problem.path.clone(), offset, problem.message.clone()))
    });
    problems
}

/// Of each file as many problems as somebody reads; the last says how many more there are.
fn readable(problems: Vec<Problem>) -> Vec<Problem> {
    let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for problem in &problems {
        *counts.entry(problem.path.clone()).or_default() += 1;
    }
    let mut told: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let mut readable = Vec::new();
    for mut problem in problems {
        let number = told.entry(problem.path.clone()).or_default();
        *number += 1;
        let more = counts[&problem.path].saturating_sub(MAX_PROBLEMS);
        if *number == MAX_PROBLEMS && more > 0 {
            problem.message = format!("{}; and {more} more in this file", problem.message);
        }
        if *number <= MAX_PROBLEMS {
            readable.push(problem);
        }
    }
    readable
}

/// What is told of a file that is imported again: a few of its problems, those first because
/// of which no alternative is taken.
fn again(problems: &[Problem]) -> Vec<Problem> {
    let (absent, others): (Vec<_>, Vec<_>) = problems.iter().partition(|p| is_absent(p));
    let all = others.into_iter().chain(absent);
    all.take(MAX_PROBLEMS).cloned().collect()
}

/// Whether an alternative may be taken instead.
fn is_absent(problem: &Problem) -> bool {
    problem.code == S0009
}

struct Reader<'f> {
    files: &'f dyn Files,
    sources: Vec<Source>,
    /// Finished sources by the identity of their file.
    known: BTreeMap<PathBuf, usize>,
    /// What is wrong with the sources that could not be read, by the identity of their file.
    failed: BTreeMap<PathBuf, Vec<Problem>>,
    /// Identities of the files that are being read, the outermost first.
    open: Vec<PathBuf>,
    problems: Vec<Problem>,
}

/// A file while its imports are being read.
struct Open {
    path: PathBuf,
    text: Arc<str>,
    imports: BTreeMap<Spot, Target>,
    first_choices: BTreeMap<Spot, bool>,
}

impl Reader<'_> {
    /// Reads one file and what it imports; its index among the sources.
    fn source(&mut self, path: &Path, contents: Contents) -> Option<usize> {
        let Contents { identity, text } = contents;
        let text: Arc<str> = text.into();
        let root = match parse(&text) {
            Ok(root) => root,
            Err(error) => {
                self.problems.push(syntax_problem(path, text, error));
                return None;
            }
        };
        let mut open = Open {
            path: path.to_owned(),
            text,
            imports: BTreeMap::new(),
            first_choices: BTreeMap::new(),
        };
        self.open.push(identity.clone());
        let is_good = self.walk(&root, &mut open);
        self.open.pop();
        if !is_good {
            return None;
        }
        let index = self.sources.len();
        self.sources.push(Source {
            is_package: package_text(path) == Some(&*open.text),
            path: open.path,
            text: open.text,
            root,
            imports: open.imports,
            first_choices: open.first_choices,
        });
        self.known.insert(identity, index);
        Some(index)
    }

    /// Follows the imports in an expression; whether all of them could be read.
    fn walk(&mut self, node: &Node, open: &mut Open) -> bool {
        match node.kind() {
            ExprKind::Import(import) => match self.target(import, node.span(), open) {
                Some(target) => {
                    open.imports.insert(spot(node.span()), target);
                    true
                }
                None => false,
            },
            ExprKind::Op(OpKind::BinOp(BinOp::ImportAlt, first, second)) => {
                self.alternatives(node, first, second, open)
            }
            _ => {
                let mut is_good = true;
                for child in node.children() {
                    is_good &= self.walk(child, open);
                }
                is_good
            }
        }
    }

    /// `first ? second`: the second where a file of the first does not exist.
    fn alternatives(&mut self, node: &Node, first: &Node, second: &Node, open: &mut Open) -> bool {
        let before = self.problems.len();
        let mut is_good = self.walk(first, open);
        let falls_through = !is_good && self.problems[before..].iter().all(is_absent);
        if falls_through {
            self.problems.truncate(before);
            is_good = self.walk(second, open);
        }
        open.first_choices.insert(spot(node.span()), !falls_through);
        is_good
    }

    fn target(&mut self, import: &Import<Node>, span: Span, open: &Open) -> Option<Target> {
        let path = match local_path(import, &open.path) {
            Ok(path) => path,
            Err((code, message)) => return self.problem(code, message, span, open),
        };
        let contents = match self.files.read(&path) {
            Ok(contents) => contents,
            Err(error) => {
                let code = if error.code == S0008 { S0008 } else { S0009 };
                let message = format!("the imported file {} {}", path.display(), error.reason);
                return self.problem(code, message, span, open);
            }
        };
        if import.mode == ImportMode::RawText {
            return Some(Target::Text(contents.text));
        }
        let hash = import.hash.clone().map(|Hash::SHA256(hash)| hash);
        if let Some(index) = self.known.get(&contents.identity) {
            return Some(Target::Code(*index, hash));
        }
        if self.open.contains(&contents.identity) {
            let message = format!("importing {} here closes a circle", path.display());
            return self.problem(S0010, message, span, open);
        }
        if self.sources.len() + self.open.len() >= MAX_FILES {
            let message = format!("there are more than {MAX_FILES} imported files");
            return self.problem(S0009, message, span, open);
        }
        let index = self.source_once(&path, contents)?;
        Some(Target::Code(index, hash))
    }

    /// Reads a file that is not known, unless that has failed before.
    fn source_once(&mut self, path: &Path, contents: Contents) -> Option<usize> {
        let identity = contents.identity.clone();
        if let Some(problems) = self.failed.get(&identity) {
            self.problems.extend(problems.iter().cloned());
            return None;
        }
        let before = self.problems.len();
        let index = self.source(path, contents);
        if index.is_none() {
            let problems = distinct(self.problems.split_off(before));
            self.failed.insert(identity, again(&problems));
            self.problems.extend(problems);
        }
        index
    }

    fn problem(&mut self, code: Code, message: String, span: Span, open: &Open) -> Option<Target> {
        self.problems.push(Problem {
            code,
            path: open.path.clone(),
            at: Some((span.start, open.text.clone())),
            message,
        });
        None
    }
}

fn syntax_problem(path: &Path, text: Arc<str>, error: SyntaxError) -> Problem {
    let (code, message) = if error.too_deep {
        let message = format!("the text is nested too deeply: {}", error.message);
        (S0006, message)
    } else {
        (S0005, format!("this is not Dhall: {}", error.message))
    };
    Problem {
        code,
        path: path.to_owned(),
        at: Some((error.at, text)),
        message,
    }
}

/// The path of an import relative to the project folder, without `..`.
fn local_path(import: &Import<Node>, from: &Path) -> Result<PathBuf, (Code, String)> {
    if import.mode == ImportMode::Location {
        let message = "an import `as Location` is not allowed here";
        return Err((S0007, message.to_owned()));
    }
    let (prefix, path) = match &import.location {
        ImportTarget::Local(prefix, path) => (*prefix, path),
        other => return Err((S0007, forbidden(other))),
    };
    let mut result = from.parent().map(Path::to_owned).unwrap_or_default();
    match prefix {
        FilePrefix::Here => {}
        FilePrefix::Parent => step(&mut result, "..")?,
        FilePrefix::Absolute | FilePrefix::Home => {
            return Err((S0007, forbidden(&import.location)));
        }
    }
    for component in &path.file_path {
        step(&mut result, component)?;
    }
    Ok(result)
}

/// Goes one component of a path further.
fn step(path: &mut PathBuf, component: &str) -> Result<(), (Code, String)> {
    match component {
        "." => Ok(()),
        ".." if path.pop() => Ok(()),
        ".." => Err((S0008, "this import leaves the project folder".to_owned())),
        name if is_plain(name) => {
            path.push(name);
            Ok(())
        }
        _ => Err((S0007, format!("{component:?} is not a file's name"))),
    }
}

fn is_plain(name: &str) -> bool {
    let mut components = Path::new(name).components();
    let first = components.next();
    matches!(first, Some(Component::Normal(_))) && components.next().is_none()
}

fn forbidden(target: &ImportTarget<Node>) -> String {
    let what = match target {
        ImportTarget::Local(FilePrefix::Home, _) => "from the home folder".to_owned(),
        ImportTarget::Local(..) => "by an absolute path".to_owned(),
        ImportTarget::Remote(url) => format!("from the network ({})", url.authority),
        ImportTarget::Env(name) => format!("of the environment variable {name}"),
        ImportTarget::Missing => "that is `missing`".to_owned(),
    };
    format!("an import {what} is not allowed")
}

fn spot(span: Span) -> Spot {
    (span.start, span.end)
}
