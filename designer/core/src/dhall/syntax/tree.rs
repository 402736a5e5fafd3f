//! The syntax tree: the `dhall` crate's expressions with places of our own.

use dhall::syntax::ExprKind;

/// Where an expression stands: byte offsets into its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    kind: Box<ExprKind<Node>>,
    span: Span,
}

impl Node {
    /// An expression at a place.
    pub(crate) fn new(kind: ExprKind<Node>, span: Span) -> Self {
        Self {
            kind: Box::new(kind),
            span,
        }
    }

    /// What it is.
    pub(crate) fn kind(&self) -> &ExprKind<Node> {
        &self.kind
    }

    /// What it is, for good.
    pub(super) fn into_kind(self) -> ExprKind<Node> {
        *self.kind
    }

    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The expressions directly below.
    pub(crate) fn children(&self) -> Vec<&Node> {
        let mut children = Vec::new();
        self.kind.map_ref(|node| children.push(node));
        children
    }
}

/// Two trees are equal when they say the same, wherever they stand.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Node {}
