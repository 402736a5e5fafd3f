//! The changes of a dump, in the order of time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::scope::{Codes, Subject, Type};

/// A dump that is being written.
pub(super) struct Dump {
    text: String,
    codes: Codes,
    /// What the wires are at.
    values: BTreeMap<Subject, u64>,
    /// The time that was written last.
    written_ns: Option<u64>,
}

impl Dump {
    /// A dump with these declarations.
    pub(super) fn new(declarations: String, codes: Codes) -> Self {
        let mut dump = Self {
            text: declarations,
            codes,
            values: BTreeMap::new(),
            written_ns: None,
        };
        dump.initial();
        dump
    }

    /// The text of a run that came so far.
    pub(super) fn finish(mut self, end_ns: u64) -> String {
        self.at(end_ns);
        self.text
    }

    /// What the variables are about.
    pub(super) fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.codes.keys()
    }

    /// Everything is 0 at reset.
    fn initial(&mut self) {
        self.at(0);
        self.text.push_str("$dumpvars\n");
        let wires = self.codes.values().filter_map(|(code, kind)| match kind {
            Type::Wire(1) => Some(format!("0{code}\n")),
            Type::Wire(_) => Some(format!("b0 {code}\n")),
            Type::Event => None,
        });
        let wires: Vec<String> = wires.collect();
        self.text.push_str(&wires.concat());
        self.text.push_str("$end\n");
    }

    /// What follows is of this time.
    fn at(&mut self, ns: u64) {
        if self.written_ns.is_none_or(|written| written < ns) {
            let _ = writeln!(self.text, "#{ns}");
            self.written_ns = Some(ns);
        }
    }

    /// A variable has a value from this time on; an event takes place.
    pub(super) fn set(&mut self, ns: u64, subject: &Subject, value: u64) {
        let Some((code, kind)) = self.codes.get(subject).cloned() else {
            return;
        };
        let before = self.values.insert(subject.clone(), value).unwrap_or(0);
        if kind != Type::Event && before == value {
            return;
        }
        self.at(ns);
        let _ = match kind {
            Type::Wire(1) | Type::Event => writeln!(self.text, "{value:b}{code}"),
            Type::Wire(_) => writeln!(self.text, "b{value:b} {code}"),
        };
    }
}
