use proptest::prelude::*;

use crate::trace::sample::{event, recording, send};
use crate::trace::words;

use super::expression::Expression;
use super::field::{FIELDS, Field, Type};
use super::literal::Literal;
use super::operator::{OPERATORS, Operator};
use super::*;

use septum_simulator::event::{Event, EventKind};

/// Those of the layout that tests use.
pub(crate) fn names() -> Names {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Names {
        partitions: owned(&["ping", "idle", "pong"]),
        channels: owned(&["request", "reply"]),
        ports: owned(&["in", "out"]),
        devices: owned(&["uart"]),
    }
}

fn query(text: &str) -> Query {
    Query::parse(text, &names()).unwrap_or_else(|error| panic!("{error}"))
}

fn matches(text: &str, event: &Event) -> bool {
    query(text).matches(Seen { event, pc: 0x1000 })
}

/// Positions of the events of two frames that an expression means.
fn found(text: &str) -> Vec<usize> {
    let recording = recording(2);
    let is_meant = |position: &usize| matches(text, &recording.event(*position).unwrap());
    (0..recording.len()).filter(is_meant).collect()
}

#[test]
fn words_fields_and_what_joins_them_choose_events() {
    assert_eq!(found("send"), [2, 9, 14, 21]);
    assert_eq!(found("messages && channel == \"request\""), [2, 8, 14, 20]);
    assert_eq!(found("send && time >= 1ms"), [14, 21]);
    assert_eq!(found("send && bytes[6] == 0x31"), [14, 21]);
    assert_eq!(found("text contains \"o 1\" && !receive"), [14, 21]);
    assert_eq!(found("len != 7 || count > 170_000 && wake"), [22]);
    assert_eq!(found("(len != 7 || count > 170_000) && wake"), [22]);
    assert_eq!(found("window && hart == 0"), [0, 6, 12, 18]);
    assert_eq!(found("partition == \"pong\" && block"), [11, 23]);
    assert_eq!(found("block && port == \"in\" && time < 61us"), [3]);
    assert_eq!(found("pc == 0x1000").len(), 24);
}

#[test]
fn what_an_event_does_not_have_compares_with_nothing() {
    let exit = event(5, "ping", EventKind::Exit);
    for text in [
        "bytes[0] == 0",
        "bytes[0] != 0",
        "channel != \"reply\"",
        "text contains \"\"",
    ] {
        assert!(!matches(text, &exit), "{text}");
        assert!(matches(&format!("!({text})"), &exit), "{text}");
    }
    let short = event(5, "ping", send("reply", "a"));
    assert!(matches("bytes[0] == 97 && !(bytes[1] >= 0)", &short));
    assert!(matches(
        "text == \"\\x61\" && length == 1 && status == \"ok\"",
        &short
    ));
}

#[test]
fn every_field_is_read_where_it_is() {
    let cases = [
        ("source == 10 && device == \"uart\"", 1),
        ("source == 10 && port contains \"rx\"", 2),
        ("cause == \"store page fault\"", 1),
        ("address == 0x8000_0000 && pc == 0x1000", 1),
        ("status contains \"ok\"", 3),
        ("port == \"in\"", 3),
        ("len <= 3", 4),
    ];
    let events = crate::trace::describe::tests::one_of_each();
    let events: Vec<Event> = events
        .into_iter()
        .map(|kind| event(1, "ping", kind))
        .collect();
    for (text, count) in cases {
        let query = query(text);
        let hits = events
            .iter()
            .filter(|event| query.matches(Seen { event, pc: 7 }));
        assert_eq!(hits.count(), count, "{text}");
    }
}

#[test]
fn no_word_is_both_a_kind_and_a_field() {
    let fields = FIELDS.iter().flat_map(|row| row.names);
    for name in fields {
        assert_eq!(words::find(name), None, "{name}");
        let first = Field::named(name).unwrap().to_string();
        assert!(
            first.starts_with(
                FIELDS
                    .iter()
                    .find(|row| row.names.contains(name))
                    .unwrap()
                    .names[0]
            )
        );
    }
}

#[test]
fn a_mistake_is_underlined_with_what_is_possible() {
    let texts = [
        "",
        "sent",
        "xyz",
        "send &&",
        "send & log",
        "send log",
        "(send",
        "chanel == \"reply\"",
        "channel == \"repli\"",
        "port == \"q\"",
        "channel < \"reply\"",
        "channel = \"reply\"",
        "time > 5",
        "len > 5ms",
        "len contains 5",
        "text contains 5",
        "bytes == 3",
        "bytes[x] == 3",
        "text == \"ä",
        "text == \"\\q\"",
        "len == 0x1_0000_0000_0000_0000",
    ];
    let error = |text: &&str| Query::parse(text, &names()).unwrap_err().to_string();
    let errors: Vec<String> = texts.iter().map(error).collect();
    insta::assert_snapshot!("mistakes", errors.join("\n\n"));
}

#[test]
fn a_mistake_cannot_steer_the_terminal() {
    let error = Query::parse("send\n\x1b[2J", &names()).unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.chars().all(|it| it == '\n' || !it.is_control()),
        "{shown:?}"
    );
    assert_eq!(shown.lines().count(), 3);
    assert_eq!(error.place(), 5..6);
    let error = Query::parse("channel == \"\\x1b\"", &names()).unwrap_err();
    assert_eq!(error.message(), "there is no channel `\\u{1b}`");
}

#[test]
fn no_depth_exhausts_the_stack() {
    for (open, close) in [("(", ")"), ("!", "")] {
        let nested = |depth| format!("{}send{}", open.repeat(depth), close.repeat(depth));
        assert!(Query::parse(&nested(100), &names()).is_ok());
        for depth in [101, 100_000] {
            let error = Query::parse(&nested(depth), &names()).unwrap_err();
            assert_eq!(error.message(), "this lies too deep");
        }
    }
    let long = vec!["send"; 100_000].join(" && ");
    assert_eq!(query(&long).to_string(), long);
}

fn literal(field: Field, operator: Operator) -> BoxedStrategy<Literal> {
    let known = names().known(field).map(<[String]>::to_vec);
    match (field.row().compared_with, known) {
        (Type::Time, _) => prop_oneof![0..100_u64, any::<u64>()]
            .prop_map(Literal::Time)
            .boxed(),
        (Type::Number, _) => any::<u64>().prop_map(Literal::Number).boxed(),
        (Type::Text, Some(known)) if operator != Operator::Contains => {
            let name = proptest::sample::select(known);
            name.prop_map(|name| Literal::Text(name.into_bytes()))
                .boxed()
        }
        (Type::Text, _) => proptest::collection::vec(any::<u8>(), 0..9)
            .prop_map(Literal::Text)
            .boxed(),
    }
}

fn comparison() -> impl Strategy<Value = Expression> {
    let field = proptest::sample::select(FIELDS.to_vec());
    let operator = proptest::sample::select(OPERATORS.to_vec());
    let chosen = (field, operator, any::<u16>());
    let chosen = chosen.prop_filter_map("they fit together", |(row, (operator, _), index)| {
        let field = match row.field {
            Field::Byte(_) => Field::Byte(index.into()),
            other => other,
        };
        let fits = match row.compared_with {
            Type::Text => operator.is_for_texts(),
            _ => operator.is_for_numbers(),
        };
        fits.then_some((field, operator))
    });
    chosen.prop_flat_map(|(field, operator)| {
        literal(field, operator).prop_map(move |literal| Expression::Compare {
            field,
            operator,
            literal,
        })
    })
}

/// Any expression with these names.
pub(crate) fn expression() -> impl Strategy<Value = Expression> {
    let all: Vec<&str> = words::all().map(|(word, _)| word).collect();
    let word = proptest::sample::select(all);
    let word = word.prop_map(|word| Expression::Kinds {
        word,
        kinds: words::kinds_of(word).unwrap(),
    });
    prop_oneof![word, comparison()].prop_recursive(4, 24, 4, |inner| {
        let parts = || proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner
                .clone()
                .prop_map(|inner| Expression::Not(Box::new(inner))),
            parts().prop_map(Expression::All),
            parts().prop_map(Expression::Any),
        ]
    })
}

/// Texts of pieces that belong to the language, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "send",
        "messages",
        "channel",
        "bytes",
        "[",
        "]",
        "0",
        "(",
        ")",
        "!",
        "&&",
        "||",
        "==",
        "<",
        "contains",
        "\"reply\"",
        "5ms",
        "time",
        " ",
        "\"",
        "\\",
        "=",
        "ä",
    ]);
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(expression in expression()) {
        let text = expression.to_string();
        let read = Query::parse(&text, &names());
        prop_assert_eq!(read.map(|query| query.0), Ok(expression), "{}", text);
    }

    #[test]
    fn no_text_is_too_strange(text in prop_oneof![any::<String>(), pieces()]) {
        match Query::parse(&text, &names()) {
            Ok(query) => prop_assert_eq!(Query::parse(&query.to_string(), &names()), Ok(query)),
            Err(error) => {
                let place = error.place();
                prop_assert!(text.get(place).is_some());
                prop_assert_eq!(error.to_string().lines().count(), 3);
            }
        }
    }
}
