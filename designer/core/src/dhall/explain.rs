//! What the type checker says, as a sentence and a place.

use dhall::builtins::Builtin;
use dhall::operations::OpKind;
use dhall::syntax::{ExprKind, Label};

use super::evaluate::{Failure, place_name};
use super::locate::spot_of;
use super::project::Source;
use super::syntax::{Node, Span, parse_message};
use crate::codes::{S0012, S0015};

/// A sentence about a failed evaluation and the place that it is about.
pub(crate) struct Explanation {
    /// The sentence, without a full stop.
    pub(crate) message: String,
    /// Source and byte offset.
    pub(crate) spot: Option<(usize, usize)>,
}

/// The most differences of two types that are told.
const MAX_DIFFERENCES: usize = 3;

/// Explains a failed evaluation of these sources.
pub(crate) fn explain(failure: &Failure, sources: &[Source]) -> Explanation {
    let place = failure
        .places
        .iter()
        .enumerate()
        .find(|(index, _)| failure.message.contains(&place_name(*index)))
        .or_else(|| {
            failure
                .places
                .iter()
                .enumerate()
                .next()
                .filter(|_| failure.places.len() == 1)
        })
        .map(|(_, place)| *place);
    let node = place.and_then(|(source, span)| find(&sources[source].root, span));
    let spot = place.map(|(source, place)| (source, place.start));
    if failure.code == S0015 {
        let message = failure.message.clone();
        return Explanation { message, spot };
    }
    let Sentence {
        message,
        span,
        path,
    } = sentence(&failure.message, node);
    // A value of the wrong type may stand anywhere behind the expression of the whole file.
    let inside = path.filter(|_| failure.code == S0012);
    let inside = inside.and_then(|path| spot_of(sources, &path));
    let better = place
        .zip(span)
        .map(|((source, _), span)| (source, span.start));
    let spot = inside.or(better).or(spot);
    Explanation { message, spot }
}

/// The innermost expression with a span.
fn find(node: &Node, span: Span) -> Option<&Node> {
    let inner = node
        .children()
        .into_iter()
        .find_map(|child| find(child, span));
    inner.or_else(|| (node.span() == span).then_some(node))
}

/// What the message says.
struct Sentence {
    message: String,
    /// A better place than the message names, where there is one.
    span: Option<Span>,
    /// The part of the value that is wrong, as names of fields.
    path: Option<Vec<String>>,
}

impl Sentence {
    fn plain(message: String) -> Self {
        Self {
            message,
            span: None,
            path: None,
        }
    }
}

fn sentence(message: &str, node: Option<&Node>) -> Sentence {
    let title = title(message);
    if let Some((found, wanted)) = types(message) {
        return mismatch(&found, &wanted, node);
    }
    if let Some(name) = title.strip_prefix("unbound variable ") {
        return Sentence::plain(format!("{name} is not defined here"));
    }
    let label = node.map(Node::kind).and_then(|kind| match kind {
        ExprKind::Op(OpKind::Field(_, label)) => Some(label.as_ref()),
        _ => None,
    });
    let sentence = match (title, label) {
        ("MissingRecordField", Some(label)) => format!("there is no field `{label}` here"),
        ("MissingUnionField", Some(label)) => format!("there is no alternative `{label}` here"),
        ("NotARecord", Some(label)) => format!("this has no fields, so it has no `{label}`"),
        (title, _) => known(title),
    };
    Sentence::plain(sentence)
}

/// The first line of a message, without the prefixes.
fn title(message: &str) -> &str {
    let first = message.lines().next().unwrap_or_default();
    first.rsplit("error: ").next().unwrap_or(first).trim()
}

/// Sentences for the type checker's own names of errors.
fn known(title: &str) -> String {
    let sentence = match title {
        "InvalidListElement" => "the elements of this list do not all have the same type",
        "InvalidListType" => "this is not the type of a list",
        "InvalidTextInterpolation" => "only a Text can stand in a Text",
        "BinOpTypeMismatch" => "this operator does not fit the types of its two sides",
        "MustCombineRecord" => "only records can be combined with `//`",
        "RecordTypeMergeRequiresRecordType" => {
            "a field is given twice here, or something else than records is merged"
        }
        "WithMustBeRecord" => "only a field of a record can be replaced with `with`",
        "InvalidPredicate" => "the condition of an `if` must be a Bool",
        "IfBranchMismatch" => "the two branches of this `if` have different types",
        "AssertMismatch" => "this assertion does not hold",
        "MergeVariantMissingHandler" => "this `merge` does not handle every alternative",
        "MergeHandlerMissingVariant" => "this `merge` handles an alternative that does not exist",
        "ProjectionMissingEntry" => "a field that is selected here does not exist",
        _ if title.starts_with("expected function") => "this is not a function",
        _ => return format!("the types do not fit ({title})"),
    };
    sentence.to_owned()
}

/// The found and the wanted type of a message that tells of two types.
fn types(message: &str) -> Option<(Node, Node)> {
    let title = title(message);
    let (found, wanted) = match title.strip_prefix("annot mismatch: ") {
        Some(types) => types.split_once(" != ")?,
        None => {
            let (_, rest) = message.split_once("expected type `")?;
            let (wanted, rest) = rest.split_once("`\n")?;
            let (_, rest) = rest.split_once("found type `")?;
            (rest.split_once('`')?.0, wanted)
        }
    };
    Some((parse_message(found).ok()?, parse_message(wanted).ok()?))
}

fn mismatch(found: &Node, wanted: &Node, node: Option<&Node>) -> Sentence {
    let mut differences = Vec::new();
    compare(found, wanted, &mut Vec::new(), &mut differences);
    let best = node.and_then(|node| {
        let mut paths = differences.iter().map(Difference::place);
        paths.find_map(|path| descend(node, &path))
    });
    let path = differences.first().map(Difference::place);
    let rest = differences.len().saturating_sub(MAX_DIFFERENCES);
    let told = differences.iter().take(MAX_DIFFERENCES);
    let mut parts: Vec<String> = told.map(Difference::sentence).collect();
    if rest > 0 {
        parts.push(format!("and {rest} more"));
    }
    let message = if parts.is_empty() {
        format!("this is {}, but must be {}", name(found), name(wanted))
    } else {
        parts.join("; ")
    };
    let span = best.map(Node::span);
    Sentence {
        message,
        span,
        path,
    }
}

/// One place at which two types differ.
struct Difference {
    path: Vec<String>,
    what: What,
}

enum What {
    Missing(String),
    Unknown(String),
    Type { found: String, wanted: String },
    Alternatives,
}

impl Difference {
    /// The fields that lead to what is wrong.
    fn place(&self) -> Vec<String> {
        let unknown = match &self.what {
            What::Unknown(field) => Some(field.clone()),
            _ => None,
        };
        self.path.iter().cloned().chain(unknown).collect()
    }

    fn sentence(&self) -> String {
        let path = self.path.join(".");
        let of = |path: &str| match path {
            "" => String::new(),
            path => format!(" of `{path}`"),
        };
        match &self.what {
            What::Missing(field) => format!("the field `{field}`{} is missing", of(&path)),
            What::Unknown(field) => format!("the field `{field}`{} is not known", of(&path)),
            What::Type { found, wanted } if path.is_empty() => {
                format!("this is {found}, but must be {wanted}")
            }
            What::Type { found, wanted } => format!("`{path}` is {found}, but must be {wanted}"),
            What::Alternatives => format!(
                "the alternatives{} are those of another version of the package",
                of(&path)
            ),
        }
    }
}

fn compare(found: &Node, wanted: &Node, path: &mut Vec<String>, out: &mut Vec<Difference>) {
    if found == wanted {
        return;
    }
    match (found.kind(), wanted.kind()) {
        (ExprKind::RecordType(has), ExprKind::RecordType(needs)) => {
            for (label, needed) in needs {
                match has.get(label) {
                    Some(field) => {
                        path.push(label.as_ref().to_owned());
                        compare(field, needed, path, out);
                        path.pop();
                    }
                    None => push(path, What::Missing(label.as_ref().to_owned()), out),
                }
            }
            for label in has.keys().filter(|label| !needs.contains_key(*label)) {
                push(path, What::Unknown(label.as_ref().to_owned()), out);
            }
        }
        (ExprKind::UnionType(_), ExprKind::UnionType(_)) => push(path, What::Alternatives, out),
        (ExprKind::Op(OpKind::App(f, x)), ExprKind::Op(OpKind::App(g, y))) if f == g => {
            compare(x, y, path, out);
        }
        _ => {
            let found = name(found);
            let wanted = name(wanted);
            push(path, What::Type { found, wanted }, out);
        }
    }
}

fn push(path: &[String], what: What, out: &mut Vec<Difference>) {
    out.push(Difference {
        path: path.to_owned(),
        what,
    });
}

/// The expression of a field, as far as records and lists are written out.
fn descend<'n>(node: &'n Node, path: &[String]) -> Option<&'n Node> {
    let (first, rest) = path.split_first()?;
    match node.kind() {
        ExprKind::RecordLit(fields) => {
            let field = fields.get(first.as_str())?;
            Some(descend(field, rest).unwrap_or(field))
        }
        ExprKind::Op(OpKind::Completion(_, record)) => descend(record, path),
        ExprKind::Let(_, _, _, body) => descend(body, path),
        ExprKind::Annot(inner, _) => descend(inner, path),
        ExprKind::NEListLit(items) => items.iter().find_map(|item| descend(item, path)),
        _ => None,
    }
}

/// A type in a word or two.
fn name(node: &Node) -> String {
    match node.kind() {
        ExprKind::Builtin(Builtin::Integer) => "an Integer".to_owned(),
        ExprKind::Builtin(builtin) => format!("a {builtin}"),
        ExprKind::RecordType(_) => "a record".to_owned(),
        ExprKind::UnionType(alternatives) => {
            let names: Vec<&str> = alternatives.keys().map(Label::as_ref).collect();
            format!("one of {}", names.join(", "))
        }
        ExprKind::Op(OpKind::App(function, argument)) => {
            let argument = name(argument);
            match function.kind() {
                ExprKind::Builtin(Builtin::Optional) => format!("an Optional of {argument}"),
                ExprKind::Builtin(builtin) => format!("a {builtin} of {argument}"),
                _ => "something else".to_owned(),
            }
        }
        ExprKind::Pi(..) => "a function".to_owned(),
        ExprKind::Const(_) => "a type".to_owned(),
        _ => "something else".to_owned(),
    }
}
