//! Console lines: what is written is what is read.

use proptest::prelude::*;
use septum_abi::console::{LINE_BYTES, Parsed, partition, speaker, write_line};

/// The next line of a text, and how much of it that is.
fn line(index: usize, begin: bool, rest: &[u8]) -> (Vec<u8>, usize) {
    let mut line = Vec::new();
    let index = u64::try_from(index).expect("an index");
    let consumed = write_line(index, begin, rest.iter().copied(), |byte| line.push(byte));
    (line, usize::try_from(consumed).expect("a length"))
}

/// Writes a text as lines and reads it back.
fn through_the_console(index: usize, text: &[u8]) -> Vec<u8> {
    let mut read = Vec::new();
    let mut sent = 0;
    while sent < text.len() || sent == 0 {
        let (line, consumed) = line(index, sent == 0, &text[sent..]);
        let (newline, body) = line.split_last().expect("a line has a newline");
        assert_eq!(*newline, b'\n');
        assert!(line.len() <= LINE_BYTES);
        assert!(body.iter().all(|byte| matches!(byte, 0x20..=0x7e)));
        let parsed = Parsed::from_line(body).expect("a line");
        assert_eq!((parsed.partition, parsed.begin), (index, sent == 0));
        read.extend(parsed.bytes());
        sent += consumed;
        if text.is_empty() {
            break;
        }
        assert!(consumed > 0);
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
    for (index, number) in (0..64).zip(0..) {
        assert_eq!(partition(speaker(number)), Some(index));
    }
    assert_eq!(partition(b'!'), None);
}

#[test]
fn an_escape_is_not_divided() {
    let expected = (b"0|twelve chars\n".to_vec(), 12);
    assert_eq!(line(0, true, b"twelve chars\n"), expected);
    let expected = (b"a+a\\5c\\ff\\0a\n".to_vec(), 4);
    assert_eq!(line(10, false, b"a\\\xff\n"), expected);
}
