//! Who is connected with whom: questions about the graph.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::Dfs;

use super::findings::Findings;
use super::ports::Ports;
use crate::codes::{S0180, S0181};
use crate::diagnostic::SpecPath;
use crate::listing::listing;
use crate::spec::{RawPartition, RawSystem};

pub(super) fn check(raw: &RawSystem, ports: &Ports<'_>, findings: &mut Findings) {
    let granted: BTreeSet<&str> = raw
        .memories
        .iter()
        .flat_map(|memory| memory.grants.iter().map(|grant| grant.partition.as_str()))
        .collect();
    for (i, partition) in raw.partitions.iter().enumerate() {
        let name = &partition.name;
        // `None`: what a second partition of the same name is connected with, nobody can say.
        let alone = ports.of(i).is_some_and(<[_]>::is_empty) && !granted.contains(name.as_str());
        if alone && raw.partitions.len() > 1 && !has_outside(partition) {
            let message =
                format!("`{name}` is unreachable: it has no channel, interrupt, device or memory");
            findings.report(&S0180, path(i), message, "connect it, or remove it");
        }
    }
    let graph = graph(raw);
    for members in components(&graph) {
        let partitions: Vec<&RawPartition> = members
            .iter()
            .filter_map(|&i| raw.partitions.get(i))
            .collect();
        let observable = partitions
            .iter()
            .any(|p| has_outside(p) || p.permissions.log);
        if let (false, Some(&first)) = (observable, members.first()) {
            unobservable(&partitions, path(first), findings);
        }
    }
}

fn path(partition: usize) -> SpecPath {
    let list = SpecPath::default().field("partitions");
    list.index(partition).field("name")
}

fn unobservable(partitions: &[&RawPartition], path: SpecPath, findings: &mut Findings) {
    let names = listing(partitions.iter().map(|p| format!("`{}`", p.name)));
    let (verb, help) = match partitions {
        [_] => ("does", "grant it a device or the right to log"),
        _ => ("do", "grant one of them a device or the right to log"),
    };
    let message =
        format!("nothing that {names} {verb} can be observed: no device, no interrupt, no log");
    findings.report(&S0181, path, message, help);
}

fn has_outside(partition: &RawPartition) -> bool {
    !partition.devices.is_empty() || !partition.interrupts.is_empty()
}

/// Partitions as nodes, channels and shared memories as edges.
fn graph(raw: &RawSystem) -> UnGraph<(), ()> {
    let mut graph = UnGraph::new_undirected();
    let nodes: Vec<NodeIndex> = raw.partitions.iter().map(|_| graph.add_node(())).collect();
    let by_name: BTreeMap<&str, NodeIndex> = raw
        .partitions
        .iter()
        .map(|p| p.name.as_str())
        .zip(nodes)
        .rev()
        .collect();
    let mut connect = |a: &str, b: &str| {
        if let (Some(&a), Some(&b)) = (by_name.get(a), by_name.get(b))
            && a != b
        {
            graph.add_edge(a, b, ());
        }
    };
    for channel in &raw.channels {
        connect(&channel.from.partition, &channel.to.partition);
    }
    for memory in &raw.memories {
        for pair in memory.grants.windows(2) {
            if let [a, b] = pair {
                connect(&a.partition, &b.partition);
            }
        }
    }
    graph
}

/// The connected components: positions of partitions, each sorted.
fn components(graph: &UnGraph<(), ()>) -> Vec<Vec<usize>> {
    let mut seen = vec![false; graph.node_count()];
    let mut all = Vec::new();
    for start in graph.node_indices() {
        if seen.get(start.index()).copied().unwrap_or(true) {
            continue;
        }
        let mut members = Vec::new();
        let mut walk = Dfs::new(graph, start);
        while let Some(node) = walk.next(graph) {
            if let Some(place) = seen.get_mut(node.index()) {
                *place = true;
            }
            members.push(node.index());
        }
        members.sort_unstable();
        all.push(members);
    }
    all
}
