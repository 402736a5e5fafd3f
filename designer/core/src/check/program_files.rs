//! Program files: there, for this machine, and of one mind with the design about the ports.

use super::findings::Findings;
use super::ports::{Behind, Port, Ports};
use crate::codes::{S0170, S0171, S0172};
use crate::diagnostic::SpecPath;
use crate::programs::{DesignPort, PinDirection, PinKind, Programs, compare, pins, places};
use crate::spec::{RawChannelKind, RawProgram, RawSystem};

pub(super) fn check(
    raw: &RawSystem,
    ports: &Ports<'_>,
    programs: &Programs,
    findings: &mut Findings,
) {
    for (i, partition) in raw.partitions.iter().enumerate() {
        let RawProgram::Elf(file) = &partition.program else {
            continue;
        };
        let list = SpecPath::default().field("partitions");
        let path = list.index(i).field("program");
        match programs.get(file) {
            Some(Ok(bytes)) => program(&connected(raw, ports, i), file, bytes, &path, findings),
            Some(Err(reason)) => missing(file, reason, path, findings),
            None => missing(file, "was not looked for", path, findings),
        }
    }
}

fn missing(file: &str, reason: &str, path: SpecPath, findings: &mut Findings) {
    findings.report(
        &S0170,
        path,
        format!("the program `{file}` {reason}"),
        "name a file in the design's folder by its path from there, and build it first",
    );
}

/// What the design gives a partition, and where; `None` where nobody can say.
type Connected = Option<Vec<(DesignPort, SpecPath)>>;

fn connected(raw: &RawSystem, ports: &Ports<'_>, partition: usize) -> Connected {
    let ports = ports.of(partition)?.iter();
    let ports = ports.filter_map(|port| Some((design_port(raw, port)?, port.path())));
    let name = &raw.partitions.get(partition)?.name;
    Some(ports.chain(memories(raw, name)).collect())
}

/// The shared memories that a partition of this name is granted.
fn memories<'a>(
    raw: &'a RawSystem,
    partition: &'a str,
) -> impl Iterator<Item = (DesignPort, SpecPath)> + 'a {
    let list = SpecPath::default().field("memories");
    let memories = raw.memories.iter().enumerate();
    memories.filter_map(move |(i, memory)| {
        let grants = &memory.grants;
        let index = grants.iter().position(|it| it.partition == partition)?;
        let port = DesignPort {
            name: memory.name.clone(),
            kind: PinKind::Memory,
            direction: match grants.get(index)?.write {
                false => PinDirection::In,
                true => PinDirection::Out,
            },
            message_bytes: u32::try_from(memory.size_bytes).ok()?,
        };
        let path = list.index(i).field("grants").index(index);
        Some((port, path.field("partition")))
    })
}

fn program(
    connected: &Connected,
    file: &str,
    bytes: &[u8],
    path: &SpecPath,
    findings: &mut Findings,
) {
    let declared = match places(bytes).and_then(|_| pins(bytes)) {
        Ok(declared) => declared,
        Err(error) => {
            findings.report(
                &S0171,
                path.clone(),
                format!("the program `{file}` {error}"),
                "build a static executable for rv64imac with septum-user or septum.h",
            );
            return;
        }
    };
    let Some(connected) = connected else {
        return;
    };
    let design: Vec<DesignPort> = connected.iter().map(|(port, _)| port.clone()).collect();
    for problem in compare(&declared, &design) {
        let mut related = connected.iter().filter(|(it, _)| it.name == problem.port());
        let related = related.next().map(|(_, path)| path.clone());
        findings.report_all(
            &S0172,
            std::iter::once(path.clone()).chain(related).collect(),
            format!("the program `{file}` {problem}"),
            "change the design or the program so that both say the same",
        );
    }
}

fn design_port(raw: &RawSystem, port: &Port<'_>) -> Option<DesignPort> {
    let (channel, direction) = match port.behind {
        Behind::Out(channel) => (raw.channels.get(channel), PinDirection::Out),
        Behind::In(channel) => (raw.channels.get(channel), PinDirection::In),
        Behind::Interrupt(_) => (None, PinDirection::In),
    };
    let (kind, message_bytes) = match channel.map(|channel| channel.kind) {
        Some(RawChannelKind::Queuing { message_bytes, .. }) => (PinKind::Queuing, message_bytes),
        Some(RawChannelKind::Sampling { message_bytes, .. }) => (PinKind::Sampling, message_bytes),
        Some(RawChannelKind::Signal) => (PinKind::Signal, 0),
        None => (PinKind::Interrupt, 0),
    };
    Some(DesignPort {
        name: port.name.to_owned(),
        kind,
        direction,
        message_bytes: u32::try_from(message_bytes).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use septum_abi::pin::{self, DIRECTION_IN, DIRECTION_OUT, KIND_MEMORY};

    use crate::check::check;
    use crate::dhall::load_text;
    use crate::spec::{RawGrant, RawMemory};
    use crate::templates;

    const FILE: &str = "programs/uart-driver.elf";

    /// The driver, with its port `bytes` declared as a memory.
    fn driver(direction: u8, size_bytes: u32) -> Vec<u8> {
        let starter = templates::find("sensor-pipeline").unwrap();
        let driver = starter.files.iter().find(|file| file.path == FILE);
        let mut driver = driver.unwrap().bytes.to_vec();
        let mut name = [0; pin::NAME_BYTES];
        name[..5].copy_from_slice(b"bytes");
        let at = driver.windows(name.len()).position(|it| *it == name);
        let place = &mut driver[at.unwrap()..][..pin::Pin::SIZE_BYTES];
        let declared = pin::Pin {
            kind: KIND_MEMORY,
            direction,
            message_bytes: size_bytes,
            ..pin::Pin::from_bytes(place).unwrap()
        };
        place.copy_from_slice(&declared.to_bytes());
        driver
    }

    /// What is said about a driver with a memory that needs two pages, where the design grants
    /// such memories.
    fn said(direction: u8, granted: &[(&str, u64, bool)]) -> Vec<String> {
        let starter = templates::find("sensor-pipeline").unwrap();
        let loaded = load_text(std::str::from_utf8(starter.files[0].bytes).unwrap());
        let mut raw = loaded.raw.unwrap();
        raw.channels.remove(0);
        let grant = |partition: &str, write| RawGrant {
            partition: partition.to_owned(),
            write,
        };
        let memory = |&(name, size_bytes, write): &(&str, u64, bool)| RawMemory {
            name: name.to_owned(),
            size_bytes,
            grants: vec![grant("filter", true), grant("driver", write)],
        };
        raw.memories = granted.iter().map(memory).collect();
        let programs = [(FILE.to_owned(), Ok(driver(direction, 8192)))];
        let checked = check(&raw, &programs.into(), &loaded.places);
        let own = checked.diagnostics.iter().filter(|it| it.code == "S0172");
        let place = |index: usize, it: &crate::diagnostic::Diagnostic| {
            it.places.get(index).map_or("", |it| &it.path.0).to_owned()
        };
        own.map(|it| {
            let message = it.message.replace(&format!("the program `{FILE}` "), "");
            format!("{message} {}", place(1, it))
        })
        .collect()
    }

    #[test]
    fn a_memory_is_bound_by_its_name() {
        assert_eq!(said(DIRECTION_OUT, &[("bytes", 8192, true)]), [""; 0]);
        assert_eq!(said(DIRECTION_IN, &[("bytes", 12_288, false)]), [""; 0]);
    }

    #[test]
    fn a_memory_that_is_too_small_or_has_another_right_is_a_finding() {
        let place = "memories[0].grants[1].partition";
        let small = format!("needs 8192 bytes of the memory `bytes`, which has 4096 bytes {place}");
        assert_eq!(said(DIRECTION_IN, &[("bytes", 4096, false)]), [small]);
        let right = format!(
            "declares `bytes` as memory to write, the design grants it as memory to read {place}"
        );
        assert_eq!(said(DIRECTION_OUT, &[("bytes", 8192, false)]), [right]);
    }

    #[test]
    fn a_memory_that_only_one_side_knows_is_a_finding() {
        let found = said(DIRECTION_OUT, &[("frames", 8192, true)]);
        let expected = [
            "declares the memory to write `bytes`, which the design does not grant ",
            "does not declare the memory to write `frames`, which the design grants \
             memories[0].grants[1].partition",
        ];
        assert_eq!(found, expected);
    }
}
