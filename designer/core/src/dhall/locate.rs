//! Where each part of a value stands in the text that it was evaluated from.
//!
//! The syntax trees are followed lazily, through variables, imports, completions, merges
//! and function calls, to the expression that a part of the value comes from. Its place is
//! the innermost one in a file that is not part of the package.

use std::collections::BTreeMap;
use std::rc::Rc;

use dhall::operations::{BinOp, OpKind};
use dhall::syntax::{ExprKind, Label, NumKind, V};
use serde_dhall::SimpleValue;

use super::project::{Source, Target};
use super::syntax::Node;
use crate::diagnostic::SpecPath;

/// Most steps that following takes, so that it ends for every text.
const MAX_STEPS: usize = 2_000_000;

/// A source and a byte offset in it.
pub(crate) type Spot = (usize, usize);

/// The places of the parts of a value, the value of the last source. A part that is not
/// listed stands where the part around it stands.
pub(crate) fn locate(sources: &[Source], value: &SimpleValue) -> BTreeMap<SpecPath, Spot> {
    let mut locator = Locator {
        sources,
        steps: 0,
        spots: BTreeMap::new(),
    };
    if let Some(last) = sources.len().checked_sub(1) {
        let thunk = locator.root(last);
        locator.part(&SpecPath::default(), value, thunk, None);
    }
    locator.spots
}

/// The place of a part of the last source's value: the innermost one on the way to it. Of the
/// elements of a list the first that has the part.
pub(crate) fn spot_of(sources: &[Source], path: &[String]) -> Option<Spot> {
    let mut locator = Locator {
        sources,
        steps: 0,
        spots: BTreeMap::new(),
    };
    let root = locator.root(sources.len().checked_sub(1)?);
    locator.spot_inside(root, path, None)
}

/// An expression, not yet followed, with the variables that it sees.
#[derive(Clone)]
struct Thunk<'s> {
    source: usize,
    node: &'s Node,
    scope: Scope<'s>,
    /// What `with` has replaced inside of it.
    updates: Updates<'s>,
}

/// Fields that were replaced deep inside a record, the last one first.
type Updates<'s> = Option<Rc<Update<'s>>>;

struct Update<'s> {
    labels: &'s [Label],
    value: Thunk<'s>,
    earlier: Updates<'s>,
}

/// The variables that an expression sees, the innermost first.
type Scope<'s> = Option<Rc<Binding<'s>>>;

struct Binding<'s> {
    label: &'s Label,
    value: Thunk<'s>,
    outer: Scope<'s>,
}

/// What an expression turns out to be.
#[derive(Clone)]
enum Shape<'s> {
    Record(BTreeMap<&'s Label, Thunk<'s>>),
    /// A record with fields replaced by those of another.
    Merged(Thunk<'s>, Thunk<'s>),
    /// A record with one field, perhaps deep inside, replaced.
    Updated(Thunk<'s>, &'s [Label], Thunk<'s>),
    List(Vec<Thunk<'s>>),
    Appended(Thunk<'s>, Thunk<'s>),
    Some(Thunk<'s>),
    /// A function of one variable and its body.
    Function(&'s Label, Thunk<'s>),
    UnionType,
    /// An alternative of a union, waiting for its payload.
    Constructor,
    /// An alternative with its payload.
    Alternative(Thunk<'s>),
    Bool(bool),
    Opaque,
}

struct Locator<'s> {
    sources: &'s [Source],
    steps: usize,
    spots: BTreeMap<SpecPath, Spot>,
}

impl<'s> Locator<'s> {
    fn root(&self, source: usize) -> Thunk<'s> {
        Thunk {
            source,
            node: &self.sources[source].root,
            scope: None,
            updates: None,
        }
    }

    fn spot_inside(
        &mut self,
        thunk: Thunk<'s>,
        path: &[String],
        around: Option<Spot>,
    ) -> Option<Spot> {
        let (shape, spot) = self.follow(&thunk, around);
        let Some((name, rest)) = path.split_first() else {
            return spot;
        };
        if let Some(field) = self.field(&shape, name) {
            return self.spot_inside(field, rest, spot);
        }
        let items = self.items(&shape).unwrap_or_default().into_iter();
        let mut inside = items.filter_map(|item| self.spot_inside(item, path, spot));
        inside.find(|found| Some(*found) != spot).or(spot)
    }

    /// Notes the place of a part of the value and of everything in it.
    fn part(
        &mut self,
        path: &SpecPath,
        value: &SimpleValue,
        thunk: Thunk<'s>,
        around: Option<Spot>,
    ) {
        let (shape, spot) = self.follow(&thunk, around);
        if let Some(spot) = spot.filter(|spot| Some(*spot) != around) {
            self.spots.insert(path.clone(), spot);
        }
        match value {
            SimpleValue::Record(fields) => {
                for (name, field) in fields {
                    if let Some(thunk) = self.field(&shape, name) {
                        self.part(&path.field(name), field, thunk, spot);
                    }
                }
            }
            SimpleValue::List(items) => {
                let thunks = self.items(&shape).unwrap_or_default();
                for (index, (item, thunk)) in items.iter().zip(thunks).enumerate() {
                    self.part(&path.index(index), item, thunk, spot);
                }
            }
            SimpleValue::Optional(Some(inner)) => {
                if let Shape::Some(thunk) = shape {
                    self.payload(path, inner, thunk, spot);
                }
            }
            SimpleValue::Union(_, Some(payload)) => {
                if let Shape::Alternative(thunk) = shape {
                    self.payload(path, payload, thunk, spot);
                }
            }
            _ => {}
        }
    }

    /// The payload of an alternative stands at the path of the alternative; so does its
    /// place, which remains the one of the whole alternative.
    fn payload(
        &mut self,
        path: &SpecPath,
        value: &SimpleValue,
        thunk: Thunk<'s>,
        spot: Option<Spot>,
    ) {
        let before = self.spots.get(path).copied();
        self.part(path, value, thunk, spot);
        match before {
            Some(before) => self.spots.insert(path.clone(), before),
            None => self.spots.remove(path),
        };
    }

    /// Follows an expression to its shape; the innermost place on the way.
    fn follow(&mut self, thunk: &Thunk<'s>, spot: Option<Spot>) -> (Shape<'s>, Option<Spot>) {
        self.steps += 1;
        let spot = if self.sources[thunk.source].is_package {
            spot
        } else {
            Some((thunk.source, thunk.node.span().start))
        };
        if self.steps > MAX_STEPS {
            return (Shape::Opaque, spot);
        }
        if let Some(update) = &thunk.updates {
            let record = Thunk {
                updates: update.earlier.clone(),
                ..thunk.clone()
            };
            let shape = Shape::Updated(record, update.labels, update.value.clone());
            return (shape, spot);
        }
        let at = |node: &'s Node| Thunk {
            node,
            ..thunk.clone()
        };
        match thunk.node.kind() {
            ExprKind::Var(variable) => match lookup(&thunk.scope, variable) {
                Some(value) => self.follow(&value, spot),
                None => (Shape::Opaque, spot),
            },
            ExprKind::Let(label, _, value, body) => {
                let inner = bind(label, at(value), at(body));
                self.follow(&inner, spot)
            }
            ExprKind::Annot(inner, _) => self.follow(&at(inner), spot),
            ExprKind::Import(_) => match self.sources[thunk.source].target(thunk.node) {
                Some(Target::Code(index, _)) => {
                    let root = self.root(*index);
                    self.follow(&root, spot)
                }
                _ => (Shape::Opaque, spot),
            },
            ExprKind::Op(operation) => self.operation(thunk, operation, spot),
            other => (literal(other, &at), spot),
        }
    }

    fn operation(
        &mut self,
        thunk: &Thunk<'s>,
        operation: &'s OpKind<Node>,
        spot: Option<Spot>,
    ) -> (Shape<'s>, Option<Spot>) {
        let at = |node: &'s Node| Thunk {
            node,
            ..thunk.clone()
        };
        match operation {
            OpKind::App(function, argument) => {
                let shape = self.follow(&at(function), None).0;
                (self.apply(shape, at(argument)), spot)
            }
            OpKind::Field(record, label) => {
                let record = self.follow(&at(record), None).0;
                match record {
                    Shape::UnionType => (Shape::Constructor, spot),
                    record => match self.field(&record, label.as_ref()) {
                        Some(field) => self.follow(&field, spot),
                        None => (Shape::Opaque, spot),
                    },
                }
            }
            OpKind::BinOp(BinOp::RightBiasedRecordMerge, left, right) => {
                (Shape::Merged(at(left), at(right)), spot)
            }
            OpKind::BinOp(BinOp::ListAppend, left, right) => {
                (Shape::Appended(at(left), at(right)), spot)
            }
            OpKind::BinOp(BinOp::ImportAlt, ..) => {
                let choice = self.sources[thunk.source].choice(thunk.node);
                match choice {
                    Some(choice) => self.follow(&at(choice), spot),
                    None => (Shape::Opaque, spot),
                }
            }
            OpKind::Completion(schema, record) => {
                let schema = self.follow(&at(schema), None).0;
                let shape = match self.field(&schema, "default") {
                    Some(default) => Shape::Merged(default, at(record)),
                    None => Shape::Opaque,
                };
                (shape, spot)
            }
            OpKind::With(record, labels, value) => {
                (Shape::Updated(at(record), labels, at(value)), spot)
            }
            OpKind::Projection(record, _) | OpKind::ProjectionByExpr(record, _) => {
                (self.follow(&at(record), None).0, spot)
            }
            OpKind::BoolIf(condition, then, otherwise) => {
                match self.follow(&at(condition), None).0 {
                    Shape::Bool(true) => self.follow(&at(then), spot),
                    Shape::Bool(false) => self.follow(&at(otherwise), spot),
                    _ => (Shape::Opaque, spot),
                }
            }
            _ => (Shape::Opaque, spot),
        }
    }

    /// What a function makes of an argument. The place of the result is the call's.
    fn apply(&mut self, function: Shape<'s>, argument: Thunk<'s>) -> Shape<'s> {
        match function {
            Shape::Function(label, body) => {
                let body = bind(label, argument, body);
                self.follow(&body, None).0
            }
            Shape::Constructor => Shape::Alternative(argument),
            _ => Shape::Opaque,
        }
    }

    /// A field of a record.
    fn field(&mut self, record: &Shape<'s>, name: &str) -> Option<Thunk<'s>> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return None;
        }
        match record {
            Shape::Record(fields) => fields
                .iter()
                .find(|(label, _)| label.as_ref() == name)
                .map(|(_, thunk)| thunk.clone()),
            Shape::Merged(left, right) => {
                let right = self.follow(right, None).0;
                if let Some(field) = self.field(&right, name) {
                    return Some(field);
                }
                let left = self.follow(left, None).0;
                self.field(&left, name)
            }
            Shape::Updated(record, labels, value) => match *labels {
                [label] if label.as_ref() == name => Some(value.clone()),
                [label, inside @ ..] => {
                    let record = self.follow(record, None).0;
                    let mut field = self.field(&record, name)?;
                    if label.as_ref() == name {
                        field.updates = Some(Rc::new(Update {
                            labels: inside,
                            value: value.clone(),
                            earlier: field.updates,
                        }));
                    }
                    Some(field)
                }
                [] => None,
            },
            _ => None,
        }
    }

    /// The elements of a list; `None` where they cannot be told apart.
    fn items(&mut self, list: &Shape<'s>) -> Option<Vec<Thunk<'s>>> {
        match list {
            Shape::List(items) => Some(items.clone()),
            Shape::Appended(left, right) => {
                let left = self.follow(left, None).0;
                let mut items = self.items(&left)?;
                let right = self.follow(right, None).0;
                // Elements before one that cannot be followed still have their places.
                items.extend(self.items(&right).unwrap_or_default());
                Some(items)
            }
            _ => None,
        }
    }
}

/// The shape of an expression that is what it says.
fn literal<'s>(kind: &'s ExprKind<Node>, at: &dyn Fn(&'s Node) -> Thunk<'s>) -> Shape<'s> {
    match kind {
        ExprKind::RecordLit(fields) => {
            let fields = fields.iter().map(|(label, node)| (label, at(node)));
            Shape::Record(fields.collect())
        }
        ExprKind::NEListLit(items) => Shape::List(items.iter().map(at).collect()),
        ExprKind::EmptyListLit(_) => Shape::List(Vec::new()),
        ExprKind::SomeLit(inner) => Shape::Some(at(inner)),
        ExprKind::Lam(label, _, body) => Shape::Function(label, at(body)),
        ExprKind::UnionType(_) => Shape::UnionType,
        ExprKind::Num(NumKind::Bool(value)) => Shape::Bool(*value),
        _ => Shape::Opaque,
    }
}

fn bind<'s>(label: &'s Label, value: Thunk<'s>, body: Thunk<'s>) -> Thunk<'s> {
    let binding = Binding {
        label,
        value,
        outer: body.scope,
    };
    Thunk {
        scope: Some(Rc::new(binding)),
        ..body
    }
}

fn lookup<'s>(scope: &Scope<'s>, V(label, index): &V) -> Option<Thunk<'s>> {
    let mut left = *index;
    let mut scope = scope;
    while let Some(binding) = scope {
        if binding.label == label {
            if left == 0 {
                return Some(binding.value.clone());
            }
            left -= 1;
        }
        scope = &binding.outer;
    }
    None
}
