//! What a call of a function costs at most.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graphmap::DiGraphMap;

use super::flow::{Code, Flow};
use super::longest::Graph;
use super::{Loops, Unbounded};

/// The longest paths of a function: none of a kind that it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Summary {
    /// From its begin to its return.
    returns: Option<u64>,
    /// From behind a `wfi` in it to its return.
    resumes: Option<u64>,
    /// From its begin, or from behind a `wfi` in it, to an `mret` or a `wfi`.
    ends: Option<u64>,
}

impl Summary {
    pub(super) fn ends(&self) -> Option<u64> {
        self.ends
    }

    /// Takes the paths from one place into account.
    fn add(&mut self, paths: Paths, begins: bool) {
        self.ends = self.ends.max(paths.ends);
        let slot = if begins {
            &mut self.returns
        } else {
            &mut self.resumes
        };
        *slot = (*slot).max(paths.returns);
    }
}

/// The longest paths from one place.
struct Paths {
    returns: Option<u64>,
    ends: Option<u64>,
}

/// Functions by their addresses.
pub(super) struct Functions<'a> {
    code: Code<'a>,
    loops: &'a Loops,
    known: BTreeMap<u64, Summary>,
    /// Those that are being looked at.
    open: BTreeSet<u64>,
}

/// A function's instructions.
struct Body<'a> {
    graph: Graph<'a>,
    returns: BTreeSet<u64>,
    /// Each `mret`.
    leaves: BTreeSet<u64>,
    /// Each `wfi`, with what comes behind it.
    waits: BTreeMap<u64, u64>,
    /// What comes behind a call in which there is a `wfi`, with what the way from there costs.
    resumptions: Vec<(u64, u64)>,
    /// The calls, with those of their paths that end in the callee.
    ending: BTreeMap<u64, u64>,
}

impl<'a> Functions<'a> {
    pub(super) fn new(code: Code<'a>, loops: &'a Loops) -> Self {
        Self {
            code,
            loops,
            known: BTreeMap::new(),
            open: BTreeSet::new(),
        }
    }

    /// The longest paths of the function at an address.
    pub(super) fn summary(&mut self, entry: u64) -> Result<Summary, Unbounded> {
        if let Some(known) = self.known.get(&entry) {
            return Ok(*known);
        }
        if !self.open.insert(entry) {
            return Err(Unbounded::Recursion(entry));
        }
        let mut body = self.body(entry)?;
        body.prune();
        let mut summary = Summary::default();
        summary.add(body.paths(entry, 0)?, true);
        for (from, cost) in body.begins() {
            summary.add(body.paths(from, cost)?, false);
        }
        self.open.remove(&entry);
        self.known.insert(entry, summary);
        Ok(summary)
    }

    /// Reads a function, and those that it calls.
    fn body(&mut self, entry: u64) -> Result<Body<'a>, Unbounded> {
        let mut body = Body {
            graph: Graph {
                edges: DiGraphMap::new(),
                costs: BTreeMap::new(),
                loops: self.loops,
            },
            returns: BTreeSet::new(),
            leaves: BTreeSet::new(),
            waits: BTreeMap::new(),
            resumptions: Vec::new(),
            ending: BTreeMap::new(),
        };
        let mut ahead = vec![entry];
        while let Some(pc) = ahead.pop() {
            if body.graph.costs.contains_key(&pc) {
                continue;
            }
            body.graph.edges.add_node(pc);
            body.graph.costs.insert(pc, 1);
            let next = self.read(pc, &mut body)?;
            ahead.extend(&next);
            ahead.extend(body.begins().map(|(behind, _)| behind));
            for next in next {
                body.graph.edges.add_edge(pc, next, ());
            }
        }
        Ok(body)
    }

    /// Reads an instruction; where it goes on in the function.
    fn read(&mut self, pc: u64, body: &mut Body<'_>) -> Result<Vec<u64>, Unbounded> {
        let instruction = self.code.instruction(pc).ok_or(Unbounded::Outside(pc))?;
        let behind = pc + instruction.length;
        Ok(match instruction.flow {
            Flow::Next => vec![behind],
            Flow::Branch(target) => vec![behind, target],
            Flow::Jump(target) => vec![target],
            Flow::Call(target) => self.call(pc, behind, target, body)?,
            Flow::Return => {
                body.returns.insert(pc);
                Vec::new()
            }
            Flow::Leave => {
                body.leaves.insert(pc);
                Vec::new()
            }
            Flow::Wait => {
                body.waits.insert(pc, behind);
                Vec::new()
            }
            Flow::Stop => Vec::new(),
            Flow::Register => return Err(Unbounded::Register(pc)),
        })
    }

    fn call(
        &mut self,
        pc: u64,
        behind: u64,
        target: u64,
        body: &mut Body<'_>,
    ) -> Result<Vec<u64>, Unbounded> {
        let callee = self.summary(target)?;
        if let Some(cost) = callee.ends {
            body.ending.insert(pc, cost);
        }
        if let Some(cost) = callee.resumes {
            body.resumptions.push((behind, cost));
        }
        // A function that never returns is followed by nothing.
        let Some(cost) = callee.returns else {
            return Ok(Vec::new());
        };
        body.graph.costs.insert(pc, 1 + cost);
        Ok(vec![behind])
    }
}

impl Body<'_> {
    /// Where paths begin that do not begin with the function, with what comes before.
    fn begins(&self) -> impl Iterator<Item = (u64, u64)> {
        let behind_waits = self.waits.values().map(|behind| (*behind, 0));
        behind_waits.chain(self.resumptions.iter().copied())
    }

    /// Leaves out whatever never comes to an end that counts: a return, an `mret`, a `wfi`
    /// that leads to one of them.
    fn prune(&mut self) {
        let mut goes_on = self.graph.edges.clone();
        for (wait, behind) in &self.waits {
            goes_on.add_edge(*wait, *behind, ());
        }
        let ends = self.returns.iter().chain(&self.leaves);
        let mut ahead: Vec<u64> = ends.chain(self.ending.keys()).copied().collect();
        let mut live = BTreeSet::new();
        while let Some(pc) = ahead.pop() {
            if live.insert(pc) {
                ahead.extend(goes_on.neighbors_directed(pc, petgraph::Incoming));
            }
        }
        let all: Vec<u64> = self.graph.edges.nodes().collect();
        for pc in all.into_iter().filter(|pc| !live.contains(pc)) {
            self.graph.edges.remove_node(pc);
        }
        self.waits.retain(|wait, _| live.contains(wait));
        self.resumptions.retain(|(behind, _)| live.contains(behind));
    }

    fn paths(&self, from: u64, cost: u64) -> Result<Paths, Unbounded> {
        let distances = self.graph.distances(from, cost)?;
        let at = |pc: &u64| distances.get(pc).copied();
        let in_calls = self.ending.iter().filter_map(|(pc, ending)| {
            // What comes before the call, the call itself, and the way to the end in there.
            let distance = distances.get(pc)?;
            Some(distance - self.graph.costs[pc] + 1 + ending)
        });
        let ends = self.leaves.iter().chain(self.waits.keys());
        Ok(Paths {
            returns: self.returns.iter().filter_map(at).max(),
            ends: ends.filter_map(at).chain(in_calls).max(),
        })
    }
}
