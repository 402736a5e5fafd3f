//! Program files: there, for this machine, and of one mind with the design about the ports.

use std::collections::BTreeMap;

use super::findings::Findings;
use super::ports::{Behind, Port, Ports};
use crate::codes::{S0170, S0171, S0172};
use crate::diagnostic::SpecPath;
use crate::programs::{DesignPort, PinDirection, PinKind, Programs, compare, parse, pins};
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
            Some(Ok(bytes)) => program(raw, ports.of(i), file, bytes, &path, findings),
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

fn program(
    raw: &RawSystem,
    ports: Option<&[Port<'_>]>,
    file: &str,
    bytes: &[u8],
    path: &SpecPath,
    findings: &mut Findings,
) {
    let declared = match parse(bytes).and_then(|_| pins(bytes)) {
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
    let Some(ports) = ports else {
        return;
    };
    let design: Vec<DesignPort> = ports
        .iter()
        .filter_map(|port| design_port(raw, port))
        .collect();
    let by_name: BTreeMap<&str, &Port<'_>> =
        ports.iter().rev().map(|port| (port.name, port)).collect();
    for problem in compare(&declared, &design) {
        let related = by_name.get(problem.port()).map(|port| port.path());
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
