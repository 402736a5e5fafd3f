//! Expressions: binders, operators, application, annotation.

use dhall::operations::{BinOp, OpKind};
use dhall::syntax::{ExprKind, Label};

use super::cursor::{Cursor, SyntaxError, is_keyword};
use super::tree::Node;

type Parse = Result<Node, SyntaxError>;

/// What an operand looked like, for what may follow it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An operand by itself: `with` may follow.
    Bare,
    /// `merge` or `toMap` by itself: an annotation belongs to it.
    Eliminator,
    /// Anything else.
    Other,
}

/// Spellings of the operators; longer ones before their beginnings.
const OPERATORS: [(&str, BinOp); 17] = [
    ("===", BinOp::Equivalence),
    ("≡", BinOp::Equivalence),
    ("==", BinOp::BoolEQ),
    ("!=", BinOp::BoolNE),
    ("//\\\\", BinOp::RecursiveRecordTypeMerge),
    ("⩓", BinOp::RecursiveRecordTypeMerge),
    ("//", BinOp::RightBiasedRecordMerge),
    ("⫽", BinOp::RightBiasedRecordMerge),
    ("/\\", BinOp::RecursiveRecordMerge),
    ("∧", BinOp::RecursiveRecordMerge),
    ("&&", BinOp::BoolAnd),
    ("||", BinOp::BoolOr),
    ("++", BinOp::TextAppend),
    ("+", BinOp::NaturalPlus),
    ("#", BinOp::ListAppend),
    ("*", BinOp::NaturalTimes),
    ("?", BinOp::ImportAlt),
];

impl Cursor<'_> {
    /// Reads an expression.
    pub(crate) fn expression(&mut self) -> Parse {
        self.nested(|cursor| match (cursor.word(), cursor.peek()) {
            ("let", _) => cursor.lets(),
            ("if", _) => cursor.conditional(),
            ("assert", _) => cursor.assertion(),
            ("forall", _) | (_, Some('∀')) => cursor.function_type(),
            (_, Some('\\' | 'λ')) => cursor.function(),
            (_, Some('[')) if cursor.is_at_empty_list() => cursor.empty_list(),
            _ => cursor.annotated(),
        })
    }

    fn lets(&mut self) -> Parse {
        let mut bindings = Vec::new();
        while self.word() == "let" {
            let start = self.at();
            bindings.push((start, self.binding()?));
        }
        self.need_word("in")?;
        let mut body = self.expression()?;
        for (start, (name, annotation, value)) in bindings.into_iter().rev() {
            let kind = ExprKind::Let(name, annotation, value, body);
            body = Node::new(kind, self.span_from(start));
        }
        Ok(body)
    }

    fn binding(&mut self) -> Result<(Label, Option<Node>, Node), SyntaxError> {
        self.need_word("let")?;
        let name = self.bound_label()?;
        self.space()?;
        let annotation = if self.eat(":") {
            self.need_space()?;
            Some(self.expression()?)
        } else {
            None
        };
        self.need_between("=")?;
        let value = self.expression()?;
        self.space()?;
        Ok((name, annotation, value))
    }

    fn conditional(&mut self) -> Parse {
        let start = self.at();
        self.need_word("if")?;
        let condition = self.expression()?;
        self.space()?;
        self.need_word("then")?;
        let then = self.expression()?;
        self.space()?;
        self.need_word("else")?;
        let otherwise = self.expression()?;
        let kind = ExprKind::Op(OpKind::BoolIf(condition, then, otherwise));
        Ok(Node::new(kind, self.span_from(start)))
    }

    fn assertion(&mut self) -> Parse {
        let start = self.at();
        self.eat_word("assert");
        self.space()?;
        self.need(":")?;
        self.need_space()?;
        let statement = self.expression()?;
        Ok(Node::new(
            ExprKind::Assert(statement),
            self.span_from(start),
        ))
    }

    fn function(&mut self) -> Parse {
        let start = self.at();
        self.take();
        let (name, domain, body) = self.binder()?;
        let kind = ExprKind::Lam(name, domain, body);
        Ok(Node::new(kind, self.span_from(start)))
    }

    fn function_type(&mut self) -> Parse {
        let start = self.at();
        if !self.eat_word("forall") {
            self.take();
        }
        let (name, domain, body) = self.binder()?;
        let kind = ExprKind::Pi(name, domain, body);
        Ok(Node::new(kind, self.span_from(start)))
    }

    /// `(name : Type) -> body`
    fn binder(&mut self) -> Result<(Label, Node, Node), SyntaxError> {
        self.need_between("(")?;
        let name = self.bound_label()?;
        self.space()?;
        self.need(":")?;
        self.need_space()?;
        let domain = self.in_bracket(Self::expression)?;
        self.need_between(")")?;
        if !self.eat_either("->", "→") {
            return self.expected("`->`");
        }
        self.space()?;
        Ok((name, domain, self.expression()?))
    }

    fn is_at_empty_list(&self) -> bool {
        let mut ahead = self.clone();
        ahead.eat("[");
        let space = ahead.space().is_ok();
        if ahead.eat(",") && ahead.space().is_err() {
            return false;
        }
        space && ahead.eat("]")
    }

    fn empty_list(&mut self) -> Parse {
        let start = self.at();
        self.need("[")?;
        self.space()?;
        self.eat(",");
        self.need_between("]")?;
        if !self.eat(":") {
            return self.refuse("an empty list needs its type, as in `[] : List Text`");
        }
        self.need_space()?;
        let (list_type, _) = self.application()?;
        Ok(Node::new(
            ExprKind::EmptyListLit(list_type),
            self.span_from(start),
        ))
    }

    /// An operation, perhaps followed by `-> body`, `with ...` or `: Type`.
    fn annotated(&mut self) -> Parse {
        let start = self.at();
        let (head, shape) = self.operation()?;
        let end = self.at();
        self.space()?;
        if self.eat_either("->", "→") {
            self.space()?;
            let body = self.expression()?;
            let kind = ExprKind::Pi(Label::from("_"), head, body);
            return Ok(Node::new(kind, self.span_from(start)));
        }
        if shape == Shape::Bare && self.word() == "with" {
            return self.updates(start, head);
        }
        if self.peek() == Some(':') && self.peek_second() != Some(':') {
            self.take();
            self.need_space()?;
            return self.annotation(start, head, shape);
        }
        self.back_to(end);
        Ok(head)
    }

    fn annotation(&mut self, start: usize, head: Node, shape: Shape) -> Parse {
        let kind = if shape == Shape::Eliminator {
            let (annotation, _) = self.application()?;
            match head.into_kind() {
                ExprKind::Op(OpKind::Merge(handlers, union, _)) => {
                    ExprKind::Op(OpKind::Merge(handlers, union, Some(annotation)))
                }
                ExprKind::Op(OpKind::ToMap(record, _)) => {
                    ExprKind::Op(OpKind::ToMap(record, Some(annotation)))
                }
                other => other,
            }
        } else {
            ExprKind::Annot(head, self.expression()?)
        };
        Ok(Node::new(kind, self.span_from(start)))
    }

    /// `with a.b = c`, once or several times.
    fn updates(&mut self, start: usize, mut record: Node) -> Parse {
        loop {
            self.need_word("with")?;
            let mut labels = vec![self.field_label()?];
            self.space()?;
            while self.eat(".") {
                self.space()?;
                labels.push(self.field_label()?);
                self.space()?;
            }
            self.need("=")?;
            self.space()?;
            let (value, _) = self.operation()?;
            let kind = ExprKind::Op(OpKind::With(record, labels, value));
            record = Node::new(kind, self.span_from(start));
            let end = self.at();
            if !(self.space()? && self.word() == "with") {
                self.back_to(end);
                return Ok(record);
            }
        }
    }

    fn operation(&mut self) -> Result<(Node, Shape), SyntaxError> {
        let start = self.at();
        let (first, shape) = self.application()?;
        let end = self.at();
        let node = self.climb(start, first, None)?;
        let shape = if self.at() == end {
            shape
        } else {
            Shape::Other
        };
        Ok((node, shape))
    }

    /// Takes operators that bind more tightly than `than`, and their right sides.
    fn climb(&mut self, start: usize, mut left: Node, than: Option<BinOp>) -> Parse {
        loop {
            let end = self.at();
            self.space()?;
            let Some(operator) = self.operator().filter(|op| Some(*op) > than) else {
                self.back_to(end);
                return Ok(left);
            };
            self.space()?;
            let right_start = self.at();
            let (right, _) = self.application()?;
            let right = self.nested(|c| c.climb(right_start, right, Some(operator)))?;
            let kind = ExprKind::Op(OpKind::BinOp(operator, left, right));
            left = Node::new(kind, self.span_from(start));
        }
    }

    /// Takes an operator; `None` where there is none. The caller goes back where it does
    /// not want it.
    fn operator(&mut self) -> Option<BinOp> {
        let (spelling, operator) = OPERATORS
            .iter()
            .find(|(spelling, _)| self.rest().starts_with(spelling))?;
        self.eat(spelling);
        let needs_space = matches!(operator, BinOp::NaturalPlus | BinOp::ImportAlt);
        let has_space = self.peek().is_none_or(char::is_whitespace);
        (has_space || !needs_space).then_some(*operator)
    }

    fn application(&mut self) -> Result<(Node, Shape), SyntaxError> {
        let start = self.at();
        let (mut function, mut shape) = self.first_application()?;
        loop {
            let end = self.at();
            if !(self.space()? && self.is_at_operand()) {
                self.back_to(end);
                return Ok((function, shape));
            }
            let argument = self.operand()?;
            let kind = ExprKind::Op(OpKind::App(function, argument));
            function = Node::new(kind, self.span_from(start));
            shape = Shape::Other;
        }
    }

    fn first_application(&mut self) -> Result<(Node, Shape), SyntaxError> {
        let start = self.at();
        let (kind, shape) = match self.word() {
            "merge" => {
                self.need_word("merge")?;
                let handlers = self.operand()?;
                self.need_space()?;
                let merge = OpKind::Merge(handlers, self.operand()?, None);
                (ExprKind::Op(merge), Shape::Eliminator)
            }
            "toMap" => {
                self.need_word("toMap")?;
                let map = OpKind::ToMap(self.operand()?, None);
                (ExprKind::Op(map), Shape::Eliminator)
            }
            "Some" => {
                self.need_word("Some")?;
                (ExprKind::SomeLit(self.operand()?), Shape::Other)
            }
            _ => return Ok((self.operand()?, Shape::Bare)),
        };
        Ok((Node::new(kind, self.span_from(start)), shape))
    }

    /// Whether an argument of a function is next.
    fn is_at_operand(&self) -> bool {
        let word = self.word();
        if !word.is_empty() {
            return !is_keyword(word) || matches!(word, "Infinity" | "NaN" | "missing");
        }
        let second = self.peek_second();
        match self.peek() {
            Some('"' | '`' | '{' | '<' | '[' | '(' | '0'..='9') => true,
            Some('\'') => second == Some('\''),
            Some('+' | '-') => second.is_some_and(|c| c.is_ascii_digit() || c == 'I'),
            Some('.' | '~' | '/') => self.is_at_path(),
            _ => false,
        }
    }
}
