//! Operands: literals, names, brackets, selection and completion.

use std::collections::BTreeSet;

use dhall::builtins::Builtin;
use dhall::operations::OpKind;
use dhall::syntax::{Const, ExprKind, Label, NumKind, V};

use super::cursor::{Cursor, SyntaxError, is_keyword};
use super::tree::Node;

type Parse = Result<Node, SyntaxError>;

/// What follows a dot.
enum Selector {
    Field(Label),
    Projection(BTreeSet<Label>),
    Type(Node),
}

impl Cursor<'_> {
    /// An import, or a selection with an optional completion `a::b`.
    pub(super) fn operand(&mut self) -> Parse {
        if self.is_at_import() {
            return self.import();
        }
        let start = self.at();
        let schema = self.selection()?;
        let end = self.at();
        self.space()?;
        if !self.eat("::") {
            self.back_to(end);
            return Ok(schema);
        }
        self.space()?;
        let record = self.selection()?;
        let kind = ExprKind::Op(OpKind::Completion(schema, record));
        Ok(Node::new(kind, self.span_from(start)))
    }

    fn selection(&mut self) -> Parse {
        let start = self.at();
        let mut node = self.primary()?;
        loop {
            let end = self.at();
            self.space()?;
            let Some(selector) = self.selector()? else {
                self.back_to(end);
                return Ok(node);
            };
            let kind = match selector {
                Selector::Field(label) => OpKind::Field(node, label),
                Selector::Projection(labels) => OpKind::Projection(node, labels),
                Selector::Type(selection) => OpKind::ProjectionByExpr(node, selection),
            };
            node = Node::new(ExprKind::Op(kind), self.span_from(start));
        }
    }

    /// `.name`, `.{ a, b }` or `.(Type)`; `None` where the dot begins something else.
    fn selector(&mut self) -> Result<Option<Selector>, SyntaxError> {
        if !self.eat(".") {
            return Ok(None);
        }
        self.space()?;
        Ok(match self.peek() {
            Some('{') => Some(Selector::Projection(self.projection()?)),
            Some('(') => Some(Selector::Type(self.parenthesis()?)),
            _ if self.is_at_label() => Some(Selector::Field(self.label()?)),
            _ => None,
        })
    }

    fn projection(&mut self) -> Result<BTreeSet<Label>, SyntaxError> {
        self.need("{")?;
        self.space()?;
        self.eat(",");
        self.space()?;
        let mut labels = BTreeSet::new();
        while !self.eat("}") {
            let start = self.at();
            let label = self.field_label()?;
            if !labels.insert(label) {
                self.back_to(start);
                return self.refuse("this field is selected twice");
            }
            self.space()?;
            if !self.eat(",") && self.peek() != Some('}') {
                return self.expected("`,` or `}`");
            }
            self.space()?;
        }
        Ok(labels)
    }

    fn parenthesis(&mut self) -> Parse {
        self.in_bracket(|cursor| {
            cursor.need("(")?;
            cursor.space()?;
            let inner = cursor.expression()?;
            cursor.space()?;
            if cursor.eat(")") {
                Ok(inner)
            } else {
                cursor.expected("`)` or an operator")
            }
        })
    }

    fn primary(&mut self) -> Parse {
        match self.peek() {
            Some('(') => self.parenthesis(),
            Some('{') => self.in_bracket(Self::record),
            Some('<') => self.in_bracket(Self::union_type),
            Some('[') => self.in_bracket(Self::list),
            Some('"') => self.quoted_text(),
            Some('\'') if self.peek_second() == Some('\'') => self.indented_text(),
            Some('0'..='9' | '+' | '-') => self.number(),
            Some('`') => self.variable(),
            _ if !self.word().is_empty() => self.name(),
            _ => self.expected("an expression"),
        }
    }

    fn list(&mut self) -> Parse {
        let start = self.at();
        self.need("[")?;
        self.space()?;
        self.eat(",");
        self.space()?;
        if self.peek() == Some(']') {
            self.back_to(start);
            return self
                .refuse("an empty list is written with its type, and in parentheses here: `([] : List Text)`");
        }
        let mut items = Vec::new();
        while !self.eat("]") {
            items.push(self.expression()?);
            self.space()?;
            if !self.eat(",") && self.peek() != Some(']') {
                return self.expected("`,`, `]` or an operator");
            }
            self.space()?;
        }
        Ok(Node::new(ExprKind::NEListLit(items), self.span_from(start)))
    }

    fn name(&mut self) -> Parse {
        let start = self.at();
        let word = self.word();
        if matches!(word, "Infinity" | "NaN") {
            return self.number();
        }
        if is_keyword(word) {
            return self.expected("an expression");
        }
        let kind = match (Builtin::parse(word), word) {
            (Some(builtin), _) => ExprKind::Builtin(builtin),
            (_, "True") => ExprKind::Num(NumKind::Bool(true)),
            (_, "False") => ExprKind::Num(NumKind::Bool(false)),
            (_, "Type") => ExprKind::Const(Const::Type),
            (_, "Kind") => ExprKind::Const(Const::Kind),
            (_, "Sort") => ExprKind::Const(Const::Sort),
            _ => return self.variable(),
        };
        self.eat_word(word);
        Ok(Node::new(kind, self.span_from(start)))
    }

    fn variable(&mut self) -> Parse {
        let start = self.at();
        let label = self.label()?;
        let end = self.at();
        self.space()?;
        let index = if self.eat("@") {
            self.space()?;
            self.index()?
        } else {
            self.back_to(end);
            0
        };
        let kind = ExprKind::Var(V(label, index));
        Ok(Node::new(kind, self.span_from(start)))
    }
}
