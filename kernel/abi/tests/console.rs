//! Console lines: what is written is what is read.

use proptest::prelude::*;
use septum_abi::console::{LINE_BYTES, Line, Parsed, partition, speaker};

/// Writes a text as lines and reads it back.
fn through_the_console(index: usize, text: &[u8]) -> Vec<u8> {
    let mut read = Vec::new();
    let mut sent = 0;
    while sent < text.len() || sent == 0 {
        let line = Line::next(index, sent == 0, text[sent..].iter().copied());
        let (newline, body) = line.bytes().split_last().expect("a line has a newline");
        assert_eq!(*newline, b'\n');
        assert!(line.bytes().len() <= LINE_BYTES);
        assert!(body.iter().all(|byte| matches!(byte, 0x20..=0x7e)));
        let parsed = Parsed::from_line(body).expect("a line");
        assert_eq!((parsed.partition, parsed.begin), (index, sent == 0));
        read.extend(parsed.bytes());
        sent += line.consumed();
        if text.is_empty() {
            break;
        }
        assert!(line.consumed() > 0);
    }
    read
}

proptest! {
    #[test]
    fn every_text_comes_back(index in 0usize..64, text in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(through_the_console(index, &text), text);
    }

    #[test]
    fn any_line_is_read_without_panic(line in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Some(parsed) = Parsed::from_line(&line) {
            prop_assert!(parsed.bytes().count() <= line.len());
        }
    }
}

#[test]
fn each_partition_has_its_own_character() {
    for index in 0..64 {
        assert_eq!(partition(speaker(index)), Some(index));
    }
    assert_eq!(partition(b'!'), None);
    assert_eq!(speaker(64), b'!');
}

#[test]
fn an_escape_is_not_divided() {
    let line = Line::next(0, true, b"twelve chars\n".iter().copied());
    assert_eq!(line.bytes(), b"0|twelve chars\n");
    assert_eq!(line.consumed(), 12);
    let line = Line::next(10, false, b"a\\\xff\n".iter().copied());
    assert_eq!(line.bytes(), b"a+a\\5c\\ff\\0a\n");
}
