//! The steps of a model as lines of text: `send out "hello"`, `receive in timeout 5ms`.

use septum_core::spec::{RawPayload, RawStep, RawTouch};

use super::word::{self, Word, quoted_where_needed};
use crate::ui::unit::{self, Unit};

/// The kinds of step: the first word, how to go on, what it does.
pub const KINDS: &[(&str, &str, &str)] = &[
    ("compute", "compute 50us", "keeps the hart busy"),
    ("send", "send PORT \"text\"", "sends a message"),
    (
        "receive",
        "receive PORT [timeout 5ms]",
        "waits for a message",
    ),
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
        "log",
        "log \"text\"",
        "logs; also: log numbered \"text\", log received",
    ),
    (
        "touch",
        "touch 0x8000_0000 write",
        "reads, writes or executes an address",
    ),
    (
        "loop",
        "loop [3]",
        "repeats up to `end`, for ever without a number",
    ),
    ("end", "end", "ends the innermost block"),
    ("exit", "exit", "ends the program"),
];

/// Writes a step as a line that [`read`] reads back.
#[must_use]
pub fn write(step: &RawStep) -> String {
    match step {
        RawStep::Compute { ns } => format!("compute {}", unit::time(*ns)),
        RawStep::Send { port, message } => format!("send {} {}", name(port), payload(message)),
        RawStep::Receive { port, timeout_ns } => {
            format!("receive {}{}", name(port), timeout(*timeout_ns))
        }
        RawStep::Signal { port } => format!("signal {}", name(port)),
        RawStep::Wait { ports, timeout_ns } => {
            let ports: Vec<String> = ports.iter().map(|port| name(port)).collect();
            format!("wait {}{}", ports.join(","), timeout(*timeout_ns))
        }
        RawStep::Acknowledge { port } => format!("acknowledge {}", name(port)),
        RawStep::Sleep { ns } => format!("sleep {}", unit::time(*ns)),
        RawStep::Log { message } => format!("log {}", payload(message)),
        RawStep::Touch { address, access } => {
            format!("touch {} {}", unit::address(*address), access_word(*access))
        }
        RawStep::Loop { times: Some(times) } => format!("loop {times}"),
        RawStep::Loop { times: None } => "loop".to_owned(),
        RawStep::End => "end".to_owned(),
        RawStep::Exit => "exit".to_owned(),
    }
}

fn name(port: &str) -> String {
    quoted_where_needed(port)
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
        rest: word::split(line)?.into_iter(),
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
        "compute" => RawStep::Compute { ns: words.time()? },
        "send" => RawStep::Send {
            port: words.port()?,
            message: words.payload()?,
        },
        "receive" => RawStep::Receive {
            port: words.port()?,
            timeout_ns: words.timeout()?,
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
        "sleep" => RawStep::Sleep { ns: words.time()? },
        "log" => RawStep::Log {
            message: words.payload()?,
        },
        "touch" => RawStep::Touch {
            address: words.address()?,
            access: words.access()?,
        },
        "loop" => RawStep::Loop {
            times: words.times()?,
        },
        "end" => RawStep::End,
        _ => RawStep::Exit,
    })
}

struct Words {
    rest: std::vec::IntoIter<Word>,
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

    fn ports(&mut self) -> Result<Vec<String>, String> {
        let mut ports = Vec::new();
        for word in self.rest.by_ref() {
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
        match self.plain() {
            None => Ok(None),
            Some(word) if word == "timeout" => self.time().map(Some),
            Some(word) => Err(format!("`{word}` is not `timeout`")),
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
        assert!(read("").is_err());
    }

    fn steps() -> impl Strategy<Value = RawStep> {
        let port = || ".{1,8}";
        let message = || {
            prop_oneof![
                ".{0,8}".prop_map(RawPayload::Text),
                ".{0,8}".prop_map(RawPayload::Numbered),
                Just(RawPayload::Received),
            ]
        };
        prop_oneof![
            any::<u64>().prop_map(|ns| RawStep::Compute { ns }),
            (port(), message()).prop_map(|(port, message)| RawStep::Send { port, message }),
            (port(), any::<Option<u64>>())
                .prop_map(|(port, timeout_ns)| RawStep::Receive { port, timeout_ns }),
            (
                proptest::collection::vec(port(), 1..4),
                any::<Option<u64>>()
            )
                .prop_map(|(ports, timeout_ns)| RawStep::Wait { ports, timeout_ns }),
            message().prop_map(|message| RawStep::Log { message }),
            any::<u64>().prop_map(|address| RawStep::Touch {
                address,
                access: RawTouch::Execute
            }),
            any::<Option<u64>>().prop_map(|times| RawStep::Loop { times }),
            Just(RawStep::End),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(step in steps()) {
            prop_assert_eq!(read(&write(&step)), Ok(step));
        }

        #[test]
        fn reading_never_panics(line in ".{0,30}") {
            let _ = read(&line);
        }
    }
}
