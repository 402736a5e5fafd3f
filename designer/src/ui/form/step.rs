//! The steps of a model as lines of text: `send out "hello"`, `receive in timeout 5ms`.

use septum_core::spec::{RawPayload, RawStep, RawTouch};

use super::word::{self, Word};
use crate::ui::unit::{self, Unit};

/// The word before a timeout.
const TIMEOUT: &str = "timeout";

/// The kinds of step: the first word, how to go on, what it does.
pub const KINDS: &[(&str, &str, &str)] = &[
    (
        "compute",
        "compute 50us [to 60us]",
        "keeps the hart busy, or draws how long",
    ),
    ("send", "send PORT \"text\"", "sends a message"),
    (
        "receive",
        "receive PORT [timeout 5ms]",
        "waits for a message",
    ),
    (
        "exchange",
        "exchange PORT \"text\" PORT [timeout 5ms]",
        "sends, then receives",
    ),
    ("write", "write PORT \"text\"", "writes a sampling port"),
    ("read", "read PORT", "reads a sampling port"),
    ("signal", "signal PORT", "signals"),
    (
        "wait",
        "wait PORT,PORT [timeout 5ms]",
        "until a port has something",
    ),
    (
        "acknowledge",
        "acknowledge PORT",
        "acknowledges an interrupt",
    ),
    ("sleep", "sleep 1ms", "sleeps"),
    (
        "sleep-until",
        "sleep-until 10ms [offset 2ms]",
        "until the next multiple",
    ),
    (
        "log",
        "log \"text\"",
        "logs; also: log numbered \"text\", log received",
    ),
    (
        "touch",
        "touch 0x8000_0000 write",
        "reads, writes or executes an address",
    ),
    ("raise", "raise 1", "reports an application error"),
    ("restart", "restart PARTITION", "restarts another partition"),
    ("stop", "stop PARTITION", "stops another partition"),
    ("safe-mode", "safe-mode", "asks for the safe mode"),
    (
        "loop",
        "loop [3]",
        "repeats up to `end`, for ever without a number",
    ),
    (
        "if",
        "if 0 is \"p\"",
        "if byte 0 received is p, or a number",
    ),
    ("illegal", "illegal", "executes what is no instruction"),
    ("else", "else", "otherwise, up to `end`"),
    ("end", "end", "ends the innermost block"),
    ("exit", "exit", "ends the program"),
];

/// Writes a step as a line that [`read`] reads back.
#[must_use]
pub fn write(step: &RawStep) -> String {
    match step {
        RawStep::Compute { ns } => format!("compute {}", unit::time(*ns)),
        RawStep::ComputeBetween { least_ns, most_ns } => {
            format!(
                "compute {} to {}",
                unit::time(*least_ns),
                unit::time(*most_ns)
            )
        }
        RawStep::Send { port, message } => format!("send {} {}", name(port), payload(message)),
        RawStep::Receive { port, timeout_ns } => {
            format!("receive {}{}", name(port), timeout(*timeout_ns))
        }
        RawStep::Exchange {
            send,
            message,
            receive,
            timeout_ns,
        } => {
            let [send, receive] = [name(send), name(receive)];
            let (message, timeout) = (payload(message), timeout(*timeout_ns));
            format!("exchange {send} {message} {receive}{timeout}")
        }
        RawStep::Write { port, message } => format!("write {} {}", name(port), payload(message)),
        RawStep::Read { port } => format!("read {}", name(port)),
        RawStep::Signal { port } => format!("signal {}", name(port)),
        RawStep::Wait { ports, timeout_ns } => {
            let ports: Vec<String> = ports.iter().map(|port| name(port)).collect();
            let list = ports.join(",");
            format!("wait {list}{}", timeout(*timeout_ns))
                .trim_end()
                .to_owned()
        }
        RawStep::Acknowledge { port } => format!("acknowledge {}", name(port)),
        RawStep::Sleep { ns } => format!("sleep {}", unit::time(*ns)),
        RawStep::SleepUntil {
            period_ns,
            offset_ns,
        } => format!(
            "sleep-until {}{}",
            unit::time(*period_ns),
            offset(*offset_ns)
        ),
        RawStep::Log { message } => format!("log {}", payload(message)),
        RawStep::Touch { address, access } => {
            format!("touch {} {}", unit::address(*address), access_word(*access))
        }
        RawStep::Illegal => "illegal".to_owned(),
        RawStep::Raise { code } => format!("raise {code}"),
        RawStep::Restart { partition } => format!("restart {}", name(partition)),
        RawStep::Stop { partition } => format!("stop {}", name(partition)),
        RawStep::SafeMode => "safe-mode".to_owned(),
        RawStep::Loop { times: Some(times) } => format!("loop {times}"),
        RawStep::Loop { times: None } => "loop".to_owned(),
        RawStep::IfByte { offset, equals } => format!("if {offset} is {}", byte(*equals)),
        RawStep::Else => "else".to_owned(),
        RawStep::End => "end".to_owned(),
        RawStep::Exit => "exit".to_owned(),
    }
}

/// A name; in quotes where it would be taken for the word that may stand in its place.
fn name(name: &str) -> String {
    if name == TIMEOUT {
        return word::quoted(name);
    }
    word::quoted_where_needed(name)
}

/// A byte as its character in quotes where that can be seen, else as a number.
fn byte(value: u64) -> String {
    match u8::try_from(value) {
        Ok(byte) if byte == b' ' || byte.is_ascii_graphic() => {
            word::quoted(&char::from(byte).to_string())
        }
        _ => value.to_string(),
    }
}

fn offset(ns: u64) -> String {
    if ns == 0 {
        return String::new();
    }
    format!(" offset {}", unit::time(ns))
}

fn timeout(ns: Option<u64>) -> String {
    ns.map_or_else(String::new, |ns| format!(" timeout {}", unit::time(ns)))
}

fn payload(payload: &RawPayload) -> String {
    match payload {
        RawPayload::Text(text) => word::quoted(text),
        RawPayload::Numbered(text) => format!("numbered {}", word::quoted(text)),
        RawPayload::Received => "received".to_owned(),
    }
}

fn access_word(access: RawTouch) -> &'static str {
    match access {
        RawTouch::Read => "read",
        RawTouch::Write => "write",
        RawTouch::Execute => "execute",
    }
}

/// Reads a step from its line.
///
/// # Errors
/// A sentence that says what is expected.
pub fn read(line: &str) -> Result<RawStep, String> {
    let mut words = Words {
        rest: word::split(line)?.into_iter().peekable(),
    };
    let kind = words
        .plain()
        .ok_or("a step begins with a word such as send, receive, sleep")?;
    let usage = KINDS
        .iter()
        .find(|(name, ..)| *name == kind)
        .map(|(_, usage, _)| *usage);
    let usage = usage.ok_or_else(|| format!("`{kind}` is no step; one begins with {}", kinds()))?;
    let step = step(&kind, &mut words).map_err(|why| format!("{why}; write {usage}"))?;
    match words.rest.next() {
        None => Ok(step),
        Some(word) => Err(format!("`{}` is too much; write {usage}", word.text)),
    }
}

fn kinds() -> String {
    KINDS
        .iter()
        .map(|(name, ..)| *name)
        .collect::<Vec<_>>()
        .join(", ")
}

fn step(kind: &str, words: &mut Words) -> Result<RawStep, String> {
    Ok(match kind {
        "compute" => words.compute()?,
        "send" => RawStep::Send {
            port: words.port()?,
            message: words.payload()?,
        },
        "receive" => RawStep::Receive {
            port: words.port()?,
            timeout_ns: words.timeout()?,
        },
        "exchange" => RawStep::Exchange {
            send: words.port()?,
            message: words.payload()?,
            receive: words.port()?,
            timeout_ns: words.timeout()?,
        },
        "write" => RawStep::Write {
            port: words.port()?,
            message: words.payload()?,
        },
        "read" => RawStep::Read {
            port: words.port()?,
        },
        "signal" => RawStep::Signal {
            port: words.port()?,
        },
        "wait" => RawStep::Wait {
            ports: words.ports()?,
            timeout_ns: words.timeout()?,
        },
        "acknowledge" => RawStep::Acknowledge {
            port: words.port()?,
        },
        "log" => RawStep::Log {
            message: words.payload()?,
        },
        _ => return step_without_ports(kind, words),
    })
}

fn step_without_ports(kind: &str, words: &mut Words) -> Result<RawStep, String> {
    Ok(match kind {
        "sleep" => RawStep::Sleep { ns: words.time()? },
        "sleep-until" => RawStep::SleepUntil {
            period_ns: words.time()?,
            offset_ns: words.time_behind("offset")?.unwrap_or(0),
        },
        "touch" => RawStep::Touch {
            address: words.address()?,
            access: words.access()?,
        },
        "illegal" => RawStep::Illegal,
        "raise" => RawStep::Raise {
            code: words.count()?,
        },
        "restart" => RawStep::Restart {
            partition: words.partition()?,
        },
        "stop" => RawStep::Stop {
            partition: words.partition()?,
        },
        "safe-mode" => RawStep::SafeMode,
        "loop" => RawStep::Loop {
            times: words.times()?,
        },
        "if" => RawStep::IfByte {
            offset: words.count()?,
            equals: words.byte()?,
        },
        "else" => RawStep::Else,
        "end" => RawStep::End,
        _ => RawStep::Exit,
    })
}

struct Words {
    rest: std::iter::Peekable<std::vec::IntoIter<Word>>,
}

impl Words {
    fn plain(&mut self) -> Option<String> {
        self.rest.next().map(|word| word.text)
    }

    fn time(&mut self) -> Result<u64, String> {
        Unit::Nanoseconds.read(&self.plain().ok_or("a time is missing")?)
    }

    fn port(&mut self) -> Result<String, String> {
        self.plain().ok_or_else(|| "a port is missing".to_owned())
    }

    fn partition(&mut self) -> Result<String, String> {
        self.plain()
            .ok_or_else(|| "a partition is missing".to_owned())
    }

    fn count(&mut self) -> Result<u64, String> {
        Unit::Count.read(&self.plain().ok_or("a number is missing")?)
    }

    /// A time, or the two between which one is drawn.
    fn compute(&mut self) -> Result<RawStep, String> {
        let ns = self.time()?;
        Ok(match self.time_behind("to")? {
            None => RawStep::Compute { ns },
            Some(most_ns) => RawStep::ComputeBetween {
                least_ns: ns,
                most_ns,
            },
        })
    }

    /// What a byte is compared with: a character in quotes, or a number.
    fn byte(&mut self) -> Result<u64, String> {
        match self.rest.next() {
            Some(word) if word.text == "is" && !word.quoted => {}
            _ => return Err("`is` is missing".to_owned()),
        }
        let word = self.rest.next().ok_or("a byte is missing")?;
        match (word.quoted, word.text.as_bytes()) {
            (true, &[byte]) => Ok(u64::from(byte)),
            (true, _) => Err(format!("\"{}\" is not one byte", word.text)),
            (false, _) => Unit::Count.read(&word.text),
        }
    }

    /// Names with commas between them; none where there is only a timeout.
    fn ports(&mut self) -> Result<Vec<String>, String> {
        let is_name = |word: &Word| word.quoted || word.text != TIMEOUT;
        let mut ports = Vec::new();
        while let Some(word) = self.rest.next_if(is_name) {
            let more = word.comma;
            ports.push(word.text);
            if !more {
                return Ok(ports);
            }
        }
        if ports.is_empty() {
            Ok(ports)
        } else {
            Err("a port is missing".to_owned())
        }
    }

    fn timeout(&mut self) -> Result<Option<u64>, String> {
        self.time_behind(TIMEOUT)
    }

    /// The time behind a word that may be missing.
    fn time_behind(&mut self, wanted: &str) -> Result<Option<u64>, String> {
        match self.plain() {
            None => Ok(None),
            Some(word) if word == wanted => self.time().map(Some),
            Some(word) => Err(format!("`{word}` is not `{wanted}`")),
        }
    }

    fn payload(&mut self) -> Result<RawPayload, String> {
        let word = self.rest.next().ok_or("a message is missing")?;
        match word.text.as_str() {
            _ if word.quoted => Ok(RawPayload::Text(word.text)),
            "received" => Ok(RawPayload::Received),
            "numbered" => Ok(RawPayload::Numbered(
                self.plain().ok_or("a text is missing")?,
            )),
            _ => Ok(RawPayload::Text(word.text)),
        }
    }

    fn address(&mut self) -> Result<u64, String> {
        Unit::Address.read(&self.plain().ok_or("an address is missing")?)
    }

    fn access(&mut self) -> Result<RawTouch, String> {
        match self.plain().as_deref() {
            Some("read") => Ok(RawTouch::Read),
            Some("write") => Ok(RawTouch::Write),
            Some("execute") => Ok(RawTouch::Execute),
            _ => Err("`read`, `write` or `execute` is missing".to_owned()),
        }
    }

    fn times(&mut self) -> Result<Option<u64>, String> {
        match self.plain() {
            None => Ok(None),
            Some(word) if word == "forever" => Ok(None),
            Some(word) => Unit::Count.read(&word).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use septum_core::arbitrary;

    use super::*;

    #[test]
    fn lines_are_read_as_people_write_them() {
        let send = RawStep::Send {
            port: "out".into(),
            message: RawPayload::Text("hello".into()),
        };
        assert_eq!(read("send out hello"), Ok(send.clone()));
        assert_eq!(read(" send  out \"hello\" "), Ok(send));
        assert_eq!(read("loop forever"), Ok(RawStep::Loop { times: None }));
        for line in ["if 2 is \"A\"", "if 2 is 65", "if 2 is 0x41"] {
            let condition = RawStep::IfByte {
                offset: 2,
                equals: 65,
            };
            assert_eq!(read(line), Ok(condition));
        }
        let between = RawStep::ComputeBetween {
            least_ns: 40_000,
            most_ns: 60_000,
        };
        assert_eq!(read("compute 40us to 60us"), Ok(between));
        let ports = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(
            read("wait a, b"),
            Ok(RawStep::Wait {
                ports,
                timeout_ns: None
            })
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_how_it_is_written() {
        assert!(read("jump").unwrap_err().contains("no step"));
        assert!(read("sleep").unwrap_err().contains("write sleep 1ms"));
        assert!(read("sleep 1ms 2ms").unwrap_err().contains("too much"));
        assert!(read("log \"open").unwrap_err().contains("closing"));
        assert!(read("if 0 is \"ab\"").unwrap_err().contains("one byte"));
        assert!(read("if 0 7").unwrap_err().contains("`is` is missing"));
        assert!(
            read("compute 1us for 2us")
                .unwrap_err()
                .contains("not `to`")
        );
        assert!(
            read("exchange a \"b\"")
                .unwrap_err()
                .contains("a port is missing")
        );
        assert!(read("").is_err());
    }

    #[test]
    fn the_readme_tells_every_kind_of_step() {
        let readme = include_str!("../../../../README.md");
        let rows: Vec<&str> = readme.lines().filter(|it| it.starts_with("| `")).collect();
        for (name, usage, _) in KINDS {
            let told = format!("`{usage}`");
            assert!(
                rows.iter().any(|row| row.contains(&told)),
                "{name}: {usage}"
            );
        }
    }

    #[test]
    fn a_port_that_is_called_like_a_word_of_the_line_stays_a_port() {
        for port in ["timeout", "is", "to", "received"] {
            let ports = vec![port.to_owned(), "timeout".to_owned()];
            for ports in [Vec::new(), ports] {
                let wait = RawStep::Wait {
                    ports,
                    timeout_ns: Some(1),
                };
                assert_eq!(read(&write(&wait)), Ok(wait));
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(step in arbitrary::step()) {
            prop_assert_eq!(read(&write(&step)), Ok(step));
        }

        #[test]
        fn reading_never_panics(line in ".{0,30}") {
            let _ = read(&line);
        }
    }
}
