//! Laying out expressions as `dhall format` does: on one line where they fit into 80
//! columns, else one part below the other. Notes where each part of the spec comes to stand.

use std::collections::BTreeMap;

use crate::diagnostic::{Position, SpecPath};
use crate::places::FilePosition;

/// Columns of a line.
const WIDTH: usize = 80;

/// An expression to be written, and the part of the spec that it is.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    path: Option<SpecPath>,
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    /// Written as it is.
    Atom(String),
    /// A function and its arguments.
    Call(&'static str, Vec<Tree>),
    /// `{ a = 1 }`, or `Schema::{ a = 1 }`, or `value // { a = 1 }`.
    Record(&'static str, Vec<(&'static str, Tree)>),
    /// `[ a, b ]`, never empty.
    List(Vec<Tree>),
}

impl Tree {
    /// Something that is written as it is.
    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self::of(Form::Atom(text.into()))
    }

    /// A function with its arguments.
    pub(super) fn call(function: &'static str, arguments: Vec<Self>) -> Self {
        Self::of(Form::Call(function, arguments))
    }

    /// A record after a head that ends where its brace begins, such as `Schema::`; the head
    /// may be empty.
    pub(super) fn record(head: &'static str, fields: Vec<(&'static str, Self)>) -> Self {
        if fields.is_empty() {
            return Self::atom(format!("{head}{{=}}"));
        }
        Self::of(Form::Record(head, fields))
    }

    /// A list; an empty one needs the type of its elements.
    pub(super) fn list(items: Vec<Self>, element: &str) -> Self {
        if items.is_empty() {
            return Self::atom(format!("[] : List {element}"));
        }
        Self::of(Form::List(items))
    }

    /// The same expression, being this part of the spec.
    pub(super) fn at(mut self, path: SpecPath) -> Self {
        self.path = Some(path);
        self
    }

    fn of(form: Form) -> Self {
        Self { path: None, form }
    }

    /// Whether it needs parentheses as an argument.
    fn is_compound(&self) -> bool {
        match &self.form {
            Form::Atom(text) => !text.starts_with('"') && text.contains(' '),
            Form::Call(..) => true,
            Form::Record(head, _) => head.contains(' '),
            Form::List(_) => false,
        }
    }

    /// Columns that it takes on one line.
    fn width(&self) -> usize {
        match &self.form {
            Form::Atom(text) => text.chars().count(),
            Form::Call(function, arguments) => {
                let widths = arguments.iter().map(Self::argument_width);
                function.len() + widths.map(|width| width + 1).sum::<usize>()
            }
            Form::Record(head, fields) => {
                let widths = fields
                    .iter()
                    .map(|(name, value)| name.len() + 5 + value.width());
                head.len() + 2 + widths.sum::<usize>()
            }
            Form::List(items) => 2 + items.iter().map(|item| item.width() + 2).sum::<usize>(),
        }
    }

    fn argument_width(&self) -> usize {
        self.width() + if self.is_compound() { 2 } else { 0 }
    }
}

/// A text that grows.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    line: usize,
    column: usize,
    positions: BTreeMap<SpecPath, FilePosition>,
}

impl Page {
    /// Writes a text as it is.
    pub(super) fn push(&mut self, text: &str) {
        for character in text.chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 0;
            } else {
                self.column += 1;
            }
        }
        self.text.push_str(text);
    }

    /// The text and where its parts stand.
    pub(super) fn finish(self) -> (String, BTreeMap<SpecPath, FilePosition>) {
        (self.text, self.positions)
    }

    /// Writes an expression from here; lines below begin at this column.
    pub(super) fn tree(&mut self, tree: &Tree) {
        if self.column + tree.width() <= WIDTH {
            return self.flat(tree);
        }
        self.note(tree);
        let indent = self.column;
        match &tree.form {
            Form::Atom(text) => self.push(text),
            Form::Call(function, arguments) => {
                self.push(function);
                for argument in arguments {
                    self.new_line(indent + 2);
                    self.argument(argument);
                }
            }
            Form::Record("", fields) => self.rows("{ ", "}", fields, Self::field),
            Form::Record(head, fields) => {
                self.push(head);
                self.push("{");
                self.new_line(indent);
                self.rows(", ", "}", fields, Self::field);
            }
            Form::List(items) => self.rows("[ ", "]", items, Self::tree),
        }
    }

    /// Rows that begin with commas, the first with an opening instead.
    fn rows<T>(&mut self, open: &str, close: &str, rows: &[T], write: impl Fn(&mut Self, &T)) {
        let indent = self.column;
        for (number, row) in rows.iter().enumerate() {
            self.push(if number == 0 { open } else { ", " });
            write(self, row);
            self.new_line(indent);
        }
        self.push(close);
    }

    fn field(&mut self, (name, value): &(&'static str, Tree)) {
        let indent = self.column;
        self.push(name);
        self.push(" =");
        if self.column + 1 + value.width() <= WIDTH {
            self.push(" ");
            return self.flat(value);
        }
        let further = match value.form {
            Form::List(_) | Form::Record("", _) => 0,
            _ => 2,
        };
        self.new_line(indent + further);
        self.tree(value);
    }

    fn argument(&mut self, tree: &Tree) {
        if tree.is_compound() {
            self.push("(");
            self.tree(tree);
            self.push(")");
        } else {
            self.tree(tree);
        }
    }

    fn flat(&mut self, tree: &Tree) {
        self.note(tree);
        match &tree.form {
            Form::Atom(text) => self.push(text),
            Form::Call(function, arguments) => {
                self.push(function);
                for argument in arguments {
                    self.push(" ");
                    self.argument(argument);
                }
            }
            Form::Record(head, fields) => {
                self.push(head);
                self.push("{ ");
                for (number, (name, value)) in fields.iter().enumerate() {
                    self.push(if number == 0 { "" } else { ", " });
                    self.push(name);
                    self.push(" = ");
                    self.flat(value);
                }
                self.push(" }");
            }
            Form::List(items) => {
                self.push("[ ");
                for (number, item) in items.iter().enumerate() {
                    self.push(if number == 0 { "" } else { ", " });
                    self.flat(item);
                }
                self.push(" ]");
            }
        }
    }

    fn note(&mut self, tree: &Tree) {
        if let Some(path) = &tree.path {
            let position = Position {
                line: self.line + 1,
                column: self.column + 1,
            };
            let at = FilePosition { file: 0, position };
            self.positions.insert(path.clone(), at);
        }
    }

    fn new_line(&mut self, indent: usize) {
        self.push("\n");
        self.push(&" ".repeat(indent));
    }
}
