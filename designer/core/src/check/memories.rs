//! Shared memories: sizes that can be mapped, and rights that make them shared.

use std::collections::{BTreeMap, BTreeSet};

use septum_abi::limits::PAGE_BYTES;

use super::findings::Findings;
use super::ports::Ports;
use crate::codes::{S0116, S0136, S0137, S0138, S0139};
use crate::diagnostic::{SpecPath, counted};
use crate::spec::{RawMemory, RawSystem};

/// Largest shared memory: 1 GiB, what one entry of a root page table of Sv39 spans.
const MEMORY_BYTES_MAX: u64 = 1 << 30;

pub(super) fn check(raw: &RawSystem, ports: &Ports<'_>, findings: &mut Findings) {
    let list = SpecPath::default().field("memories");
    for (i, memory) in raw.memories.iter().enumerate() {
        let path = list.index(i);
        size(memory, path.field("size_bytes"), findings);
        once(memory, &path.field("grants"), findings);
        shared(memory, path.field("grants"), findings);
        no_port(raw, ports, memory, &path, findings);
    }
}

fn size(memory: &RawMemory, path: SpecPath, findings: &mut Findings) {
    let page = u64::try_from(PAGE_BYTES).unwrap_or(u64::MAX);
    let bytes = memory.size_bytes;
    let is_whole = bytes.is_multiple_of(page);
    let help = match bytes {
        1..=MEMORY_BYTES_MAX if is_whole => return,
        1..=MEMORY_BYTES_MAX if bytes > page => {
            format!(
                "use {} or {}",
                bytes - bytes % page,
                bytes.next_multiple_of(page)
            )
        }
        1..=MEMORY_BYTES_MAX => format!("use {page}"),
        _ => format!("use a multiple of {page} from {page} to {MEMORY_BYTES_MAX}"),
    };
    let message = format!(
        "the shared memory `{}` is {} long",
        memory.name,
        counted(bytes, "byte")
    );
    findings.report(&S0136, path, message, &help);
}

/// One right for each partition.
fn once(memory: &RawMemory, path: &SpecPath, findings: &mut Findings) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, grant) in memory.grants.iter().enumerate() {
        let name = grant.partition.as_str();
        if let Some(&first) = seen.get(name) {
            let place = |i: usize| path.index(i).field("partition");
            findings.report_all(
                &S0137,
                vec![place(i), place(first)],
                format!("`{name}` is granted `{}` twice", memory.name),
                "keep one of them; the right to write includes the right to read",
            );
        } else {
            seen.insert(name, i);
        }
    }
}

/// A memory that somebody fills, and that somebody else sees.
fn shared(memory: &RawMemory, path: SpecPath, findings: &mut Findings) {
    let name = &memory.name;
    let partitions: BTreeSet<&str> = memory.grants.iter().map(|it| &*it.partition).collect();
    let mut partitions = partitions.into_iter();
    let message = match (partitions.next(), partitions.next()) {
        (None, _) => format!("nobody is granted the shared memory `{name}`"),
        (Some(alone), None) => {
            format!("nobody but `{alone}` is granted the shared memory `{name}`")
        }
        _ => {
            if memory.grants.iter().all(|grant| !grant.write) {
                let message = format!("nobody may write the shared memory `{name}`");
                let help =
                    "let one of its partitions write, or remove it: it stays filled with zeros";
                findings.report(&S0138, path, message, help);
            }
            return;
        }
    };
    let help = "grant it to the partitions that share it, or remove it";
    findings.report(&S0139, path, message, help);
}

/// Programs find their ports and their memories by name.
fn no_port(
    raw: &RawSystem,
    ports: &Ports<'_>,
    memory: &RawMemory,
    path: &SpecPath,
    findings: &mut Findings,
) {
    for grant in &memory.grants {
        let mut partitions = raw.partitions.iter();
        let partition = partitions.position(|it| it.name == grant.partition);
        let ports = partition.and_then(|it| ports.of(it)).unwrap_or_default();
        if let Some(port) = ports.iter().find(|port| port.name == memory.name) {
            findings.report_all(
                &S0116,
                vec![path.field("name"), port.path()],
                format!(
                    "`{}` has a port and a memory `{}`",
                    grant.partition, memory.name
                ),
                "give one of them another name: programs find both by their names",
            );
        }
    }
}
