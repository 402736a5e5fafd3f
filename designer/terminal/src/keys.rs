//! Keys by their names, and the bytes that a terminal sends for them.

use super::TerminalError;

const NAMED: &[(&str, &str)] = &[
    ("enter", "\r"),
    ("esc", "\x1b"),
    ("tab", "\t"),
    ("shift-tab", "\x1b[Z"),
    ("space", " "),
    ("backspace", "\x7f"),
    ("up", "\x1b[A"),
    ("down", "\x1b[B"),
    ("right", "\x1b[C"),
    ("left", "\x1b[D"),
    ("end", "\x1b[F"),
    ("home", "\x1b[H"),
    ("delete", "\x1b[3~"),
    ("pageup", "\x1b[5~"),
    ("pagedown", "\x1b[6~"),
    ("F1", "\x1bOP"),
    ("F2", "\x1bOQ"),
    ("F3", "\x1bOR"),
    ("F4", "\x1bOS"),
    ("F5", "\x1b[15~"),
];

/// The bytes of keys by their names, with blanks between them; what stands in quotes is typed
/// letter by letter. An escape key must be the last: with another key behind it, it is an alt.
///
/// # Errors
/// When a name is none, or something follows `esc`.
pub(super) fn bytes(keys: &str) -> Result<String, TerminalError> {
    let mut bytes = String::new();
    for (index, part) in keys.split('"').enumerate() {
        if index % 2 == 1 {
            push(&mut bytes, part)?;
            continue;
        }
        for name in part.split_whitespace() {
            let key = key(name).ok_or_else(|| TerminalError::Key(name.to_owned()))?;
            push(&mut bytes, &key)?;
        }
    }
    Ok(bytes)
}

fn push(bytes: &mut String, more: &str) -> Result<(), TerminalError> {
    if bytes.ends_with('\x1b') {
        return Err(TerminalError::Key("esc".to_owned()));
    }
    bytes.push_str(more);
    Ok(())
}

fn key(name: &str) -> Option<String> {
    if let Some((_, bytes)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some((*bytes).to_owned());
    }
    let (held, letter) = match name.strip_prefix("ctrl-") {
        Some(letter) => (true, letter),
        None => (false, name),
    };
    let mut letters = letter.chars();
    let (letter, None) = (letters.next()?, letters.next()) else {
        return None;
    };
    match held {
        false => Some(letter.to_string()),
        true if letter.is_ascii_lowercase() => {
            let control = u8::try_from(letter).ok()? - b'a' + 1;
            Some(char::from(control).to_string())
        }
        true => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_what_a_terminal_sends() {
        let sent = "a\x15radio and \r\x1bOQ\x1b[15~\x1b";
        assert_eq!(
            bytes("a ctrl-u \"radio and \" enter F2 F5 esc").unwrap(),
            sent
        );
        assert_eq!(bytes("! ? : /").unwrap(), "!?:/");
    }

    #[test]
    fn what_would_be_another_key_is_refused() {
        for keys in ["hyper-x", "ctrl-1", "F99", "esc 1", "esc F2", "esc \"[\" x"] {
            let refused = matches!(bytes(keys), Err(TerminalError::Key(_)));
            assert!(refused, "{keys}");
        }
    }
}
