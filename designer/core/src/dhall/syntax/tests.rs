//! This parser against the one of the `dhall` crate, and its own refusals.

use super::cursor::MAX_BRACKETS;
use super::{Node, parse};

fn to_expr(node: &Node) -> dhall::syntax::Expr {
    let kind = node.kind().map_ref(to_expr);
    dhall::syntax::Expr::new(kind, dhall::syntax::Span::Artificial)
}

/// Texts that both parsers must read alike.
const SAME: &[&str] = &[
    "1",
    " 0x1F ",
    "+3",
    "-0x10",
    "-3",
    "1.5",
    "-2.5e-3",
    "1e3",
    "Infinity",
    "-Infinity",
    "True && False || True",
    "1 + 2 * 3 + 4",
    "1 * 2 + 3 == 4",
    "a != b == c",
    "f x y + g z",
    "f +2",
    "x + 2",
    "f -2",
    "[1, 2, 3]",
    "[, 1, 2,]",
    "[] : List Natural",
    "[ ] : List (List Text)",
    "([] : List Text) # [ \"a\" ]",
    "{=}",
    "{}",
    "{ , }",
    "{ a = 1, b = \"x\" }",
    "{, a = 1, b = 2, }",
    "{ a, b }",
    "{ a, b = 2 }",
    "{ a.b.c = 1 }",
    "{ a.b = 1, a.c = 2 }",
    "{ a = 1, a = 2 }",
    "{ a : Natural, b : List Text }",
    "{ Some : Natural }",
    "{ Some = 1 }",
    "{ `let` = 1, `a b` = 2 }",
    "< A | B : Natural | C : { x : Text } >",
    "<>",
    "< | A >",
    "< A | >",
    "Some 1",
    "Some [ 1 ] # x",
    "None Natural",
    "\\(x : Natural) -> x + 1",
    "λ(x : Natural) → x@0 + x@1",
    "forall (a : Type) -> a -> a",
    "∀(a : Type) → a → a",
    "List Natural -> Text",
    "let x = 1 in x",
    "let x : Natural = 1 let y = x in y",
    "let x = 1 in let y = 2 in x + y",
    "if True then 1 else 2 + 3",
    "merge { A = 1 } x",
    "merge { A = 1 } x : Natural",
    "merge { A = 1 } x + 2",
    "toMap { a = 1 }",
    "toMap {=} : List { mapKey : Text, mapValue : Natural }",
    "assert : 1 === 1",
    "assert : 1 ≡ 1",
    "x : Natural",
    "x : Natural -> Natural",
    "a // b // c",
    "a ⫽ b ∧ c",
    "a /\\ b //\\\\ c ⩓ d",
    "a with b = 1",
    "a with b.c = 1 with d = 2 + 3",
    "a.b with c = { d = 1 }",
    "(f x) with a = 1",
    "a.b.c",
    "a.{ b, c }",
    "a.{}",
    "a.({ b : Text })",
    "a . b",
    "a::{ b = 1 }",
    "a.b::{=}",
    "a.b :: { c = 1 }.d",
    "f a::{ b = 1 } c.d",
    "./a.dhall",
    "../a/b.dhall",
    "~/a.dhall",
    "/etc/a.dhall",
    "./\"a\"/b",
    "f ./a.dhall x",
    "./a.dhall as Text",
    "./a.dhall as Location",
    "./a.dhall sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "./a.dhall ? ./b.dhall",
    "env:HOME",
    "env:HOME as Text",
    "missing",
    "letter",
    "let Kinds = 1 in 2",
    "let `List` = 1 in `List`",
    "in-1",
    "if/then",
    "`x`",
    "`Natural`",
    "Natural/fold",
    "x@1",
    "x @ 1",
    "\"a\\n\\t\\\"\\\\\\$\\u00e9\\u{1F600}\"",
    "\"a${x}b${\"c${y}\"}d\"",
    "\"$a $\"",
    "''\nabc\n''",
    "''\n  abc\n    def\n\n  ''",
    "''\n  a${x}b\n  '''\n  ''${y}\n ''",
    "''\n\ta\n\tb''",
    "-- comment\n1 -- more\n",
    "{- a {- b -} c -} 1",
    "1 {- x -} + {- y -} 2",
    "#!/usr/bin/env dhall\n1",
    "( 1 )",
    "(\\(x : Natural) -> x) 1",
    "Type",
    "a -> b -> c",
    "f (x : T)",
    "{ a = \\(x : Natural) -> x, b = if c then d else e }",
    "[ let x = 1 in x, 2 ]",
    "List/map a b (\\(x : a) -> x) xs",
];

/// Texts that both parsers must refuse.
const WRONG: &[&str] = &[
    "",
    "   ",
    "(",
    "(1",
    "1)",
    "[1",
    "[1 2",
    "[]",
    "[] # [1]",
    "{ a = }",
    "{ a = 1",
    "{ a : Natural, a : Text }",
    "{ a = 1, b : Natural }",
    "{ a : Natural, b = 1 }",
    "< A | A >",
    "< A",
    "let x = 1",
    "let = 1 in 2",
    "let Kind = 1 in 2",
    "let None = 1 in 2",
    "\\(List : Type) -> 1",
    "let x 1 in 2",
    "if True then 1",
    "\"abc",
    "\"a\nb\"",
    "\"\\q\"",
    "\"\\uD800\"",
    "''abc''",
    "''\nabc",
    "1 +",
    "1 2a",
    "007",
    "a with b",
    "f x with a = 1",
    "a // b with c = 1",
    "x :T",
    "let",
    "then",
    "{- a",
    "a.{ b, b }",
    "\\x -> x",
    "\\(x) -> x",
    "0x",
    "18446744073709551616",
    "merge",
    "Some",
    "f then",
    "a ? ",
    "@",
    "a b %",
];

#[test]
fn reads_what_the_dhall_crate_reads() {
    for text in SAME {
        let theirs = dhall::syntax::parse_expr(text);
        let theirs = theirs.unwrap_or_else(|error| panic!("{text:?} is not Dhall: {error}"));
        let ours = parse(text).unwrap_or_else(|error| panic!("{text:?} is refused: {error:?}"));
        assert_eq!(to_expr(&ours), theirs, "{text:?}");
    }
}

#[test]
fn refuses_what_the_dhall_crate_refuses() {
    for text in WRONG {
        assert!(
            dhall::syntax::parse_expr(text).is_err(),
            "{text:?} is Dhall"
        );
        assert!(parse(text).is_err(), "{text:?} is read");
    }
}

#[test]
fn reads_brackets_up_to_the_limit_and_no_further() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(MAX_BRACKETS)).is_ok());
    let error = parse(&nested(MAX_BRACKETS + 1)).unwrap_err();
    assert!(error.too_deep);
    assert_eq!(error.at, MAX_BRACKETS);
}

#[test]
fn says_what_is_expected_and_where() {
    let cases = [
        (
            "{ a = 1; }",
            7,
            "`,`, `}` or an operator is expected here, not `;`",
        ),
        ("let x = 1\n;", 10, "`in` is expected here, not `;`"),
        (
            "[ 1, 2",
            6,
            "`,`, `]` or an operator is expected here, not the end of the file",
        ),
        ("let x \"y\"", 6, "`=` is expected here, not `\"`"),
        (
            "f )",
            2,
            "the end of the file or an operator is expected here, not `)`",
        ),
    ];
    for (text, at, message) in cases {
        let error = parse(text).unwrap_err();
        assert_eq!(
            (error.at, error.message.as_str()),
            (at, message),
            "{text:?}"
        );
    }
}

#[test]
fn spans_cover_the_text_of_an_expression() {
    let text = "let x = [ 1, 22 ] in x";
    let root = parse(text).unwrap();
    let list = root.children()[0].clone();
    let second = list.children()[1].span();
    assert_eq!(&text[second.start..second.end], "22");
}
