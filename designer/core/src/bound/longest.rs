//! The longest paths from one node of a graph to all others, loops included.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::{Loops, Unbounded};

/// Instructions of a function by their addresses, and what it costs to execute each.
pub(super) struct Graph {
    pub(super) edges: DiGraphMap<u64, ()>,
    pub(super) costs: BTreeMap<u64, u64>,
    pub(super) loops: Loops,
}

/// The most that it costs to come to a node, its own cost included.
pub(super) type Distances = BTreeMap<u64, u64>;

impl Graph {
    /// From a node, which has been come to at this cost, to all that can be reached from it.
    pub(super) fn distances(&self, from: u64, cost: u64) -> Result<Distances, Unbounded> {
        let mut found = Distances::new();
        if !self.edges.contains_node(from) {
            return Ok(found);
        }
        self.walk(&self.edges, BTreeMap::from([(from, cost)]), &mut found)?;
        Ok(found)
    }

    /// Goes through a graph from some of its nodes, which have been come to at some cost.
    fn walk(
        &self,
        edges: &DiGraphMap<u64, ()>,
        mut arrivals: BTreeMap<u64, u64>,
        found: &mut Distances,
    ) -> Result<(), Unbounded> {
        // In the order of the edges.
        for component in tarjan_scc(edges).into_iter().rev() {
            let members: BTreeSet<u64> = component.into_iter().collect();
            let heads = arrivals.iter().filter(|(node, _)| members.contains(node));
            let heads: BTreeMap<u64, u64> = heads.map(|(node, cost)| (*node, *cost)).collect();
            if heads.is_empty() {
                continue;
            }
            let distances = self.through(edges, &members, &heads)?;
            for (node, distance) in distances {
                found.insert(node, distance);
                for next in edges.neighbors(node).filter(|next| !members.contains(next)) {
                    let arrival = arrivals.entry(next).or_insert(distance);
                    *arrival = distance.max(*arrival);
                }
            }
        }
        Ok(())
    }

    /// Through a single node, or through a loop that is come to at these nodes.
    fn through(
        &self,
        edges: &DiGraphMap<u64, ()>,
        members: &BTreeSet<u64>,
        heads: &BTreeMap<u64, u64>,
    ) -> Result<Distances, Unbounded> {
        let is_loop = |node: u64| members.len() > 1 || edges.contains_edge(node, node);
        let (&first, &arrival) = heads.iter().next().expect("it was come to");
        if !is_loop(first) {
            return Ok(Distances::from([(first, arrival + self.costs[&first])]));
        }
        let mut known = heads.keys().chain(members).copied();
        let head = known.find(|node| self.loops.contains_key(node));
        let head = head.ok_or(Unbounded::Loop(first))?;
        let rounds = &self.loops[&head];
        let back = |distances: &Distances| {
            let before = edges.neighbors_directed(head, petgraph::Incoming);
            before
                .filter_map(|node| distances.get(&node).copied())
                .max()
        };
        let inner = without_edges_to(edges, members, head);
        // Whoever comes to the loop elsewhere is in it, at first, without its head.
        let mut distances = Distances::new();
        let aside = heads.iter().filter(|(node, _)| **node != head);
        let aside = aside.map(|(node, cost)| (*node, *cost));
        self.walk(&inner, aside.collect(), &mut distances)?;
        if rounds.times == 0 {
            return Ok(distances);
        }
        let arrival = heads.get(&head).copied().max(back(&distances));
        let Some(arrival) = arrival else {
            return Ok(distances);
        };
        let from_head = |edges: &DiGraphMap<u64, ()>| {
            let mut round = Distances::new();
            self.walk(edges, BTreeMap::from([(head, 0)]), &mut round)?;
            Ok(round)
        };
        let any = from_head(&inner)?;
        let usual = from_head(&without(&inner, &rounds.rare))?;
        let (most, least) = (back(&any).unwrap_or(0), back(&usual));
        // More rounds than the rare ones, and no way for them to be usual.
        if least.is_none() && rounds.times > rounds.rare_times + 1 {
            return Err(Unbounded::Loop(head));
        }
        let least = least.unwrap_or(0);
        let before = |rare: u64| {
            let all = rounds.times - 1;
            let rare = rare.min(all);
            arrival + rare * most + (all - rare) * least
        };
        // The last round is a usual one, or one of the rare ones.
        let rare = rounds.rare_times;
        let last = usual
            .into_iter()
            .map(|(node, cost)| (node, before(rare) + cost));
        let rare_last = any.into_iter().filter(|_| rare > 0);
        let rare_last = rare_last.map(|(node, cost)| (node, before(rare.max(1) - 1) + cost));
        for (node, distance) in last.chain(rare_last) {
            let known = distances.entry(node).or_insert(0);
            *known = distance.max(*known);
        }
        Ok(distances)
    }
}

/// The edges among some nodes but for those to one of them.
fn without_edges_to(
    edges: &DiGraphMap<u64, ()>,
    members: &BTreeSet<u64>,
    head: u64,
) -> DiGraphMap<u64, ()> {
    let mut inner = DiGraphMap::new();
    for node in members {
        inner.add_node(*node);
        for next in edges.neighbors(*node) {
            if members.contains(&next) && next != head {
                inner.add_edge(*node, next, ());
            }
        }
    }
    inner
}

/// The graph without some nodes.
fn without(edges: &DiGraphMap<u64, ()>, nodes: &BTreeSet<u64>) -> DiGraphMap<u64, ()> {
    let mut left = edges.clone();
    for node in nodes {
        left.remove_node(*node);
    }
    left
}
