//! Program files: there, for this machine, and of one mind with the design about the ports.

use super::findings::Findings;
use super::ports::{Behind, of_partition};
use crate::codes::{S0170, S0171, S0172};
use crate::diagnostic::SpecPath;
use crate::programs::{DesignPort, PinDirection, PinKind, Programs, compare, parse, pins};
use crate::spec::{RawChannelKind, RawProgram, RawSystem};

pub(super) fn check(raw: &RawSystem, programs: &Programs, findings: &mut Findings) {
    for (i, partition) in raw.partitions.iter().enumerate() {
        let RawProgram::Elf(file) = &partition.program else {
            continue;
        };
        let path = SpecPath::default()
            .field("partitions")
            .index(i)
            .field("program");
        match programs.get(file) {
            Some(Ok(bytes)) => program(raw, i, file, bytes, &path, findings),
            Some(Err(reason)) => missing(file, reason, path, findings),
            None => missing(file, "it was not loaded", path, findings),
        }
    }
}

fn missing(file: &str, reason: &str, path: SpecPath, findings: &mut Findings) {
    let message = format!("the program `{file}` cannot be read: {reason}");
    findings.report(
        &S0170,
        path,
        message,
        "the path is relative to the design's file; build the program first",
    );
}

fn program(
    raw: &RawSystem,
    partition: usize,
    file: &str,
    bytes: &[u8],
    path: &SpecPath,
    findings: &mut Findings,
) {
    let declared = match parse(bytes).and_then(|_| pins(bytes)) {
        Ok(declared) => declared,
        Err(error) => {
            let message = format!("the program `{file}` {error}");
            findings.report(
                &S0171,
                path.clone(),
                message,
                "build a static executable for rv64imac with septum-user or septum.h",
            );
            return;
        }
    };
    let ports = of_partition(raw, partition);
    let design: Vec<DesignPort> = ports
        .iter()
        .filter_map(|(name, behind, _)| design_port(raw, name, *behind))
        .collect();
    for problem in compare(&declared, &design) {
        let related = ports
            .iter()
            .find(|(name, ..)| *name == problem.port())
            .map(|(.., path)| path.clone());
        let paths = std::iter::once(path.clone()).chain(related).collect();
        let message = format!("the program `{file}` {problem}");
        findings.report_all(
            &S0172,
            paths,
            message,
            "change the design or the program so that both say the same",
        );
    }
}

fn design_port(raw: &RawSystem, name: &str, behind: Behind) -> Option<DesignPort> {
    let (channel, direction) = match behind {
        Behind::Out(channel) => (raw.channels.get(channel), PinDirection::Out),
        Behind::In(channel) => (raw.channels.get(channel), PinDirection::In),
        Behind::Interrupt(_) => (None, PinDirection::In),
    };
    let (kind, message_bytes) = match channel.map(|channel| channel.kind) {
        Some(RawChannelKind::Queuing { message_bytes, .. }) => (PinKind::Queuing, message_bytes),
        Some(RawChannelKind::Signal) => (PinKind::Signal, 0),
        // Refused elsewhere; there is nothing to compare with.
        Some(RawChannelKind::Sampling { .. }) => return None,
        None => (PinKind::Interrupt, 0),
    };
    Some(DesignPort {
        name: name.to_owned(),
        kind,
        direction,
        message_bytes: u32::try_from(message_bytes).ok()?,
    })
}
