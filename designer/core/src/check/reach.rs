//! Who is connected with whom: questions about the graph.

use std::collections::BTreeMap;

use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::Dfs;

use super::findings::Findings;
use crate::codes::{S0180, S0181};
use crate::diagnostic::SpecPath;
use crate::spec::{RawPartition, RawSystem};

pub(super) fn check(raw: &RawSystem, findings: &mut Findings) {
    let (graph, nodes) = graph(raw);
    let path = |i: usize| {
        SpecPath::default()
            .field("partitions")
            .index(i)
            .field("name")
    };
    for (i, partition) in raw.partitions.iter().enumerate() {
        let Some(&node) = nodes.get(i) else {
            continue;
        };
        let alone = graph.neighbors(node).next().is_none();
        if alone && raw.partitions.len() > 1 && !has_outside(partition) {
            let message = format!(
                "`{}` is unreachable: it has no channel, interrupt, device or memory",
                partition.name
            );
            findings.report(&S0180, path(i), message, "connect it, or remove it");
        }
    }
    for members in components(&graph, raw.partitions.len()) {
        let mut partitions = members.iter().filter_map(|&i| raw.partitions.get(i));
        let observable = partitions.any(|p| has_outside(p) || p.permissions.log);
        if let (false, Some(&first)) = (observable, members.first()) {
            let names: Vec<String> = members
                .iter()
                .filter_map(|&i| raw.partitions.get(i).map(|p| format!("`{}`", p.name)))
                .collect();
            let message = format!(
                "nothing that {} do can be observed: no device, no interrupt, no log",
                names.join(", ")
            );
            findings.report(
                &S0181,
                path(first),
                message,
                "grant one of them a device or the right to log",
            );
        }
    }
}

fn has_outside(partition: &RawPartition) -> bool {
    !partition.devices.is_empty() || !partition.interrupts.is_empty()
}

/// Partitions as nodes, channels and shared memories as edges.
fn graph(raw: &RawSystem) -> (UnGraph<(), ()>, Vec<NodeIndex>) {
    let mut graph = UnGraph::new_undirected();
    let nodes: Vec<NodeIndex> = raw.partitions.iter().map(|_| graph.add_node(())).collect();
    let by_name: BTreeMap<&str, NodeIndex> = raw
        .partitions
        .iter()
        .map(|p| p.name.as_str())
        .zip(nodes.iter().copied())
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
    (graph, nodes)
}

/// The connected components: positions of partitions, each sorted.
fn components(graph: &UnGraph<(), ()>, count: usize) -> Vec<Vec<usize>> {
    let mut seen = vec![false; count];
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
