//! From parsed files to a value: type checking and evaluation by the `dhall` crate.

use std::cell::RefCell;
use std::rc::Rc;

use dhall::operations::OpKind;
use dhall::syntax::{Expr, ExprKind, InterpolatedText, Label, V};
use dhall::{Ctxt, Parsed};
use serde_dhall::SimpleValue;

use super::project::{Source, Target, embedded_package, package};
use super::syntax::{Node, Span};
use crate::codes::{Code, S0011, S0012, S0015};

/// The expression that says what a value must be: a field of the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// `Septum.System.Type`
    System,
    /// `Septum.Scenario.Type`
    Scenario,
    /// `Septum.Machine.Type`; or `Septum.System.Type`, of which the machine is meant
    Machine,
}

impl Expected {
    /// The record of the package whose `Type` is meant.
    pub(crate) fn schema(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Scenario => "Scenario",
            Self::Machine => "Machine",
        }
    }

    /// What exactly these sources must be: a machine that is part of something is part of a
    /// system.
    fn exactly(self, sources: &[Source]) -> Self {
        match self {
            Self::Machine if evaluate_closed(sources).is_some_and(|it| has_machine(&it)) => {
                Self::System
            }
            expected => expected,
        }
    }
}

/// Whether a value has a machine as a part.
pub(crate) fn has_machine(value: &SimpleValue) -> bool {
    matches!(value, SimpleValue::Record(fields) if fields.contains_key("machine"))
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What kind of problem.
    pub(crate) code: Code,
    /// What the `dhall` crate says, with the names of places made by [`Places`].
    pub(crate) message: String,
    /// The places that the message may name.
    pub(crate) places: Vec<(usize, Span)>,
}

/// Evaluates the last source to a value of the expected type.
pub(crate) fn evaluate(sources: &[Source], expected: Expected) -> Result<SimpleValue, Failure> {
    check_hashes(sources)?;
    let expected = expected.exactly(sources);
    let expression = Assembly::new(sources, None).annotated(expected);
    value_of(&expression).ok_or_else(|| explain(sources, expected))
}

/// Evaluates the last source to a value of whatever type.
pub(crate) fn evaluate_closed(sources: &[Source]) -> Option<SimpleValue> {
    value_of(&Assembly::new(sources, None).alone())
}

/// The value of an expression; `None` for whatever reason.
fn value_of(expression: &Expr) -> Option<SimpleValue> {
    let binary = dhall::syntax::binary::encode(expression).ok()?;
    let deserializer = serde_dhall::from_binary(&binary);
    deserializer.imports(false).parse::<SimpleValue>().ok()
}

/// Evaluates once more, with places, to learn why there is no value.
fn explain(sources: &[Source], expected: Expected) -> Failure {
    let table = RefCell::default();
    let assembly = Assembly::new(sources, Some(&table));
    let failure = |code, message| Failure {
        code,
        message,
        places: table.borrow().clone(),
    };
    if let Some(message) = type_error(assembly.alone()) {
        return failure(S0011, message);
    }
    match type_error(assembly.annotated(expected)) {
        Some(message) => failure(S0012, message),
        None => failure(S0012, "the value cannot be read".to_owned()),
    }
}

fn type_error(expression: Expr) -> Option<String> {
    Ctxt::with_new(|cx| {
        let resolved = Parsed::from_expr_without_imports(expression).skip_resolve(cx);
        match resolved {
            Ok(resolved) => resolved.typecheck(cx).err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        }
    })
}

/// Compares the hashes that imports ask for with those of what they import.
fn check_hashes(sources: &[Source]) -> Result<(), Failure> {
    for (index, source) in sources.iter().enumerate() {
        for ((start, end), target) in source.targets() {
            let Target::Code(imported, Some(wanted)) = target else {
                continue;
            };
            let assembly = Assembly::new(&sources[..=*imported], None);
            let found = hash_of(assembly.alone());
            if found.as_deref() != Some(wanted) {
                return Err(Failure {
                    code: S0015,
                    message: hash_message(&sources[*imported], found.as_deref()),
                    places: vec![(index, Span { start, end })],
                });
            }
        }
    }
    Ok(())
}

fn hash_of(expression: Expr) -> Option<Box<[u8]>> {
    Ctxt::with_new(|cx| {
        let resolved = Parsed::from_expr_without_imports(expression).skip_resolve(cx);
        let typed = resolved.ok()?.typecheck(cx).ok()?;
        typed.normalize(cx).to_expr_alpha(cx).sha256_hash().ok()
    })
}

fn hash_message(source: &Source, found: Option<&[u8]>) -> String {
    let hex: String = found
        .unwrap_or_default()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let file = source.path.display();
    format!("{file} has the hash sha256:{hex}, which is not the one that is asked for")
}

/// The name of a place in the `dhall` crate's messages: a text that it quotes as the source.
pub(crate) fn place_name(index: usize) -> String {
    format!("@{index:07}@")
}

/// One closed expression out of several files: each file is a `let`, each import a variable.
struct Assembly<'s> {
    /// Whose `package.dhall` says what is expected: that of the sources, or the program's.
    package: Result<usize, Vec<Expr>>,
    sources: Vec<Expr>,
    /// The span of the last source.
    whole: dhall::syntax::Span,
    table: Option<&'s RefCell<Vec<(usize, Span)>>>,
}

impl<'s> Assembly<'s> {
    fn new(sources: &[Source], table: Option<&'s RefCell<Vec<(usize, Span)>>>) -> Self {
        let mut assembly = Self {
            package: package(sources).ok_or_else(|| translate_package(&embedded_package())),
            sources: Vec::new(),
            whole: artificial(),
            table,
        };
        for (index, source) in sources.iter().enumerate() {
            let expr = translate(source, "source", &|span| assembly.span(index, span));
            assembly.whole = expr.span();
            assembly.sources.push(expr);
        }
        assembly
    }

    /// The last source by itself.
    fn alone(&self) -> Expr {
        let last = self.sources.len().saturating_sub(1);
        bind(&self.sources, "source", import("source", last))
    }

    /// The last source with the type that it must have.
    fn annotated(&self, expected: Expected) -> Expr {
        let package = match &self.package {
            Ok(index) => import("source", *index),
            Err(package) => import("package", package.len().saturating_sub(1)),
        };
        let annotation = field(field(package, expected.schema()), "Type");
        let last = self.sources.len().saturating_sub(1);
        let value = V(label("source", last), 0);
        let value = Expr::new(ExprKind::Var(value), self.whole.clone());
        let annotated = Expr::new(ExprKind::Annot(value, annotation), self.whole.clone());
        let inner = bind(&self.sources, "source", annotated);
        match &self.package {
            Ok(_) => inner,
            Err(package) => bind(package, "package", inner),
        }
    }

    /// A span that makes the `dhall` crate quote the number of a place.
    fn span(&self, source: usize, span: Span) -> dhall::syntax::Span {
        let Some(table) = self.table else {
            return artificial();
        };
        let mut table = table.borrow_mut();
        let name = place_name(table.len());
        table.push((source, span));
        match pest::Span::new(&name, 0, name.len()) {
            Some(whole) => dhall::syntax::Span::make(Rc::from(name.as_str()), whole),
            None => artificial(),
        }
    }
}

fn artificial() -> dhall::syntax::Span {
    dhall::syntax::Span::Artificial
}

/// One file's expression, in which each import is a variable.
struct Translation<'t> {
    source: &'t Source,
    family: &'t str,
    span: &'t dyn Fn(Span) -> dhall::syntax::Span,
}

impl Translation<'_> {
    fn expr(&self, node: &Node) -> Expr {
        if let Some(choice) = self.source.choice(node) {
            return self.expr(choice);
        }
        let kind = match self.source.target(node) {
            Some(Target::Code(index, _)) => return import(self.family, *index),
            Some(Target::Text(text)) => ExprKind::TextLit(InterpolatedText::from(text.clone())),
            None => node.kind().map_ref(|child| self.expr(child)),
        };
        Expr::new(kind, (self.span)(node.span()))
    }
}

fn translate(source: &Source, family: &str, span: &dyn Fn(Span) -> dhall::syntax::Span) -> Expr {
    let translation = Translation {
        source,
        family,
        span,
    };
    translation.expr(&source.root)
}

fn translate_package(sources: &[Source]) -> Vec<Expr> {
    let translated = sources
        .iter()
        .map(|source| translate(source, "package", &|_| artificial()));
    translated.collect()
}

/// The variable that stands for a file. No text can spell it.
fn import(family: &str, index: usize) -> Expr {
    let variable = V(label(family, index), 0);
    Expr::new(ExprKind::Var(variable), artificial())
}

fn label(family: &str, index: usize) -> Label {
    Label::from(format!("\n{family} {index}"))
}

fn field(record: Expr, name: &str) -> Expr {
    let field = OpKind::Field(record, Label::from(name));
    Expr::new(ExprKind::Op(field), artificial())
}

fn bind(values: &[Expr], family: &str, body: Expr) -> Expr {
    let numbered = values.iter().enumerate().rev();
    numbered.fold(body, |body, (index, value)| {
        let binding = ExprKind::Let(label(family, index), None, value.clone(), body);
        Expr::new(binding, artificial())
    })
}
