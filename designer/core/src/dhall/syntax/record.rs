//! Records, record types and union types.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use dhall::operations::{BinOp, OpKind};
use dhall::syntax::{ExprKind, Label, V};

use super::cursor::{Cursor, SyntaxError};
use super::tree::{Node, Span};

type Parse = Result<Node, SyntaxError>;
type Fields = BTreeMap<Label, Node>;

impl Cursor<'_> {
    /// `{ a = 1, b }`, `{ a : Natural }`, `{=}` or `{}`.
    pub(super) fn record(&mut self) -> Parse {
        let start = self.at();
        self.need("{")?;
        self.space()?;
        self.eat(",");
        self.space()?;
        let kind = if self.eat("=") {
            self.space()?;
            self.eat(",");
            self.need_between_end("}")?;
            ExprKind::RecordLit(Fields::new())
        } else if self.eat("}") {
            ExprKind::RecordType(Fields::new())
        } else if self.is_record_type()? {
            ExprKind::RecordType(self.type_fields()?)
        } else {
            ExprKind::RecordLit(self.fields()?)
        };
        Ok(Node::new(kind, self.span_from(start)))
    }

    fn need_between_end(&mut self, token: &str) -> Result<(), SyntaxError> {
        self.space()?;
        self.need(token)
    }

    fn is_record_type(&self) -> Result<bool, SyntaxError> {
        let mut ahead = self.clone();
        ahead.field_label()?;
        ahead.space()?;
        Ok(ahead.peek() == Some(':'))
    }

    fn type_fields(&mut self) -> Result<Fields, SyntaxError> {
        let mut fields = Fields::new();
        while !self.eat("}") {
            let start = self.at();
            let label = self.field_label()?;
            self.space()?;
            self.need(":")?;
            self.need_space()?;
            let field = self.expression()?;
            if fields.insert(label, field).is_some() {
                self.back_to(start);
                return self.refuse("this field is declared twice");
            }
            self.separator(",", "}")?;
        }
        Ok(fields)
    }

    fn fields(&mut self) -> Result<Fields, SyntaxError> {
        let mut fields = Fields::new();
        while !self.eat("}") {
            let (label, value) = self.field()?;
            insert(&mut fields, label, value);
            self.separator(",", "}")?;
        }
        Ok(fields)
    }

    /// A separator, or the closing bracket in sight.
    fn separator(&mut self, separator: &str, end: &str) -> Result<(), SyntaxError> {
        self.space()?;
        if !self.eat(separator) && !self.rest().starts_with(end) {
            return self.expected(&format!("`{separator}`, `{end}` or an operator"));
        }
        self.space()?;
        Ok(())
    }

    /// `a = 1`, `a.b = 1` or `a`.
    fn field(&mut self) -> Result<(Label, Node), SyntaxError> {
        let start = self.at();
        let mut labels = vec![(start, self.field_label()?)];
        let pun = self.span_from(start);
        self.space()?;
        while self.eat(".") {
            self.space()?;
            labels.push((self.at(), self.field_label()?));
            self.space()?;
        }
        if labels.len() == 1 && matches!(self.peek(), Some(',' | '}')) {
            let (_, label) = labels.remove(0);
            let variable = ExprKind::Var(V(label.clone(), 0));
            return Ok((label, Node::new(variable, pun)));
        }
        if !self.eat("=") {
            return self.expected("`=`");
        }
        self.space()?;
        let value = self.expression()?;
        let (_, first) = labels.remove(0);
        Ok((first, self.nest(labels, value)))
    }

    fn nest(&self, labels: Vec<(usize, Label)>, value: Node) -> Node {
        labels.into_iter().rev().fold(value, |value, (at, label)| {
            let fields = Fields::from([(label, value)]);
            Node::new(ExprKind::RecordLit(fields), self.span_from(at))
        })
    }

    /// `< A | B : Natural >`
    pub(super) fn union_type(&mut self) -> Parse {
        let start = self.at();
        self.need("<")?;
        self.space()?;
        self.eat("|");
        self.space()?;
        let mut alternatives = BTreeMap::new();
        while !self.eat(">") {
            let at = self.at();
            let (label, payload) = self.alternative()?;
            if alternatives.insert(label, payload).is_some() {
                self.back_to(at);
                return self.refuse("this alternative is declared twice");
            }
            self.separator("|", ">")?;
        }
        let kind = ExprKind::UnionType(alternatives);
        Ok(Node::new(kind, self.span_from(start)))
    }

    fn alternative(&mut self) -> Result<(Label, Option<Node>), SyntaxError> {
        let label = self.field_label()?;
        let end = self.at();
        self.space()?;
        if !self.eat(":") {
            self.back_to(end);
            return Ok((label, None));
        }
        self.need_space()?;
        Ok((label, Some(self.expression()?)))
    }
}

/// Adds a field; one that is there already is merged with it, as the standard says.
fn insert(fields: &mut Fields, label: Label, value: Node) {
    match fields.entry(label) {
        Entry::Vacant(entry) => {
            entry.insert(value);
        }
        Entry::Occupied(mut entry) => {
            let span = value.span();
            let placeholder = Node::new(ExprKind::RecordLit(Fields::new()), Span { ..span });
            let first = entry.insert(placeholder);
            let merge = OpKind::BinOp(BinOp::RecursiveRecordMerge, first, value);
            entry.insert(Node::new(ExprKind::Op(merge), span));
        }
    }
}
