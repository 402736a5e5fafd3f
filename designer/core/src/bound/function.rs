//! What a call of a function costs at most.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graphmap::DiGraphMap;

use super::longest::Graph;
use super::{Facts, Loops, Unbounded};
use crate::code::{Code, Flow};

/// The longest paths of a function: none of a kind that it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Summary {
    /// From its begin to its return.
    returns: Option<u64>,
    /// From behind a `wfi` in it to its return.
    resumes: Option<u64>,
    /// From its begin to an `mret` or a `wfi`.
    ends: Option<u64>,
    /// From behind a `wfi` in it to an `mret` or a `wfi`.
    within: Option<u64>,
}

impl Summary {
    pub(super) fn longest(&self) -> Option<u64> {
        self.ends.max(self.within)
    }

    /// Takes the paths from one place into account.
    fn add(&mut self, paths: Paths, begins: bool) {
        let (returns, ends) = if begins {
            (&mut self.returns, &mut self.ends)
        } else {
            (&mut self.resumes, &mut self.within)
        };
        *returns = (*returns).max(paths.returns);
        *ends = (*ends).max(paths.ends);
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
    facts: &'a Facts,
    /// By address, and by the call whose loops are its own.
    known: BTreeMap<(u64, Option<u64>), Summary>,
    /// Those that are being looked at.
    open: BTreeSet<u64>,
}

/// A function's instructions.
struct Body {
    graph: Graph,
    returns: BTreeSet<u64>,
    /// Each `mret`.
    leaves: BTreeSet<u64>,
    /// Each `wfi`, and each way to where the code looks at what is due, with what comes behind.
    waits: BTreeSet<(u64, u64)>,
    /// What comes behind a call in which there is a `wfi`, with what the way from there costs.
    resumptions: Vec<(u64, u64)>,
    /// The calls, with those of their paths that end in the callee.
    ending: BTreeMap<u64, u64>,
    /// The longest path that a callee has within itself.
    within: Option<u64>,
    /// Calls of functions that have no bound, which matters only on a path.
    unbounded: BTreeMap<u64, Unbounded>,
}

impl<'a> Functions<'a> {
    pub(super) fn new(code: Code<'a>, facts: &'a Facts) -> Self {
        Self {
            code,
            facts,
            known: BTreeMap::new(),
            open: BTreeSet::new(),
        }
    }

    /// The longest paths of the function at an address, with these loops in it.
    pub(super) fn summary(&mut self, entry: u64, loops: &Loops) -> Result<Summary, Unbounded> {
        if !self.open.insert(entry) {
            return Err(Unbounded::Recursion(entry));
        }
        let body = self.body(entry, loops);
        self.open.remove(&entry);
        let mut body = body?;
        body.prune();
        if let Some((_, why)) = body.unbounded.pop_first() {
            return Err(why);
        }
        let mut summary = Summary {
            within: body.within,
            ..Summary::default()
        };
        summary.add(body.paths(entry, 0)?, true);
        for (from, cost) in body.begins() {
            summary.add(body.paths(from, cost)?, false);
        }
        Ok(summary)
    }

    /// The same of what a call leads to.
    fn callee(&mut self, call: u64, entry: u64) -> Result<Summary, Unbounded> {
        let facts = self.facts;
        let own = facts.loops_of_calls.get(&call);
        let key = (entry, own.map(|_| call));
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let summary = self.summary(entry, own.unwrap_or(&facts.loops))?;
        self.known.insert(key, summary);
        Ok(summary)
    }

    /// Reads a function, and those that it calls.
    fn body(&mut self, entry: u64, loops: &Loops) -> Result<Body, Unbounded> {
        let mut body = Body {
            graph: Graph {
                edges: DiGraphMap::new(),
                costs: BTreeMap::new(),
                loops: loops.clone(),
            },
            returns: BTreeSet::new(),
            leaves: BTreeSet::new(),
            waits: BTreeSet::new(),
            resumptions: Vec::new(),
            ending: BTreeMap::new(),
            within: None,
            unbounded: BTreeMap::new(),
        };
        let mut ahead = vec![entry];
        while let Some(pc) = ahead.pop() {
            if body.graph.costs.contains_key(&pc) {
                continue;
            }
            body.graph.edges.add_node(pc);
            body.graph.costs.insert(pc, 1);
            let next = self.read(pc, &mut body)?;
            let (looks, next) = next
                .into_iter()
                .partition::<Vec<u64>, _>(|next| self.facts.looks.contains(next));
            body.waits.extend(looks.into_iter().map(|look| (pc, look)));
            ahead.extend(&next);
            ahead.extend(body.begins().map(|(behind, _)| behind));
            for next in next {
                body.graph.edges.add_edge(pc, next, ());
            }
        }
        Ok(body)
    }

    /// Reads an instruction; where it goes on in the function.
    fn read(&mut self, pc: u64, body: &mut Body) -> Result<Vec<u64>, Unbounded> {
        if self.facts.never.contains(&pc) {
            return Ok(Vec::new());
        }
        let instruction = self.code.instruction(pc).ok_or(Unbounded::Outside(pc))?;
        let behind = pc + instruction.length;
        Ok(match instruction.flow {
            Flow::Next => vec![behind],
            Flow::Branch(target) => vec![behind, target],
            Flow::Jump(target) => vec![target],
            Flow::Call(target) => self.call(pc, behind, &BTreeSet::from([target]), body)?,
            Flow::CallRegister => {
                let targets = self.facts.targets.get(&pc);
                let targets = targets.ok_or(Unbounded::Register(pc))?;
                self.call(pc, behind, targets, body)?
            }
            Flow::Return => {
                body.returns.insert(pc);
                Vec::new()
            }
            Flow::Leave => {
                body.leaves.insert(pc);
                Vec::new()
            }
            Flow::Wait => {
                body.waits.insert((pc, behind));
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
        targets: &BTreeSet<u64>,
        body: &mut Body,
    ) -> Result<Vec<u64>, Unbounded> {
        let mut returns = None;
        for target in targets {
            let callee = match self.callee(pc, *target) {
                Err(why @ Unbounded::Loop(_)) => {
                    body.unbounded.insert(pc, why);
                    returns = returns.max(Some(0));
                    continue;
                }
                callee => callee?,
            };
            if let Some(cost) = callee.ends {
                let known = body.ending.entry(pc).or_insert(cost);
                *known = cost.max(*known);
            }
            body.within = body.within.max(callee.within);
            if let Some(cost) = callee.resumes {
                body.resumptions.push((behind, cost));
            }
            returns = returns.max(callee.returns);
        }
        // A function that never returns is followed by nothing.
        let Some(cost) = returns else {
            return Ok(Vec::new());
        };
        body.graph.costs.insert(pc, 1 + cost);
        Ok(vec![behind])
    }
}

impl Body {
    /// Where paths begin that do not begin with the function, with what comes before.
    fn begins(&self) -> impl Iterator<Item = (u64, u64)> {
        let behind_waits = self.waits.iter().map(|(_, behind)| (*behind, 0));
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
        self.waits.retain(|(wait, _)| live.contains(wait));
        self.resumptions.retain(|(behind, _)| live.contains(behind));
        self.unbounded.retain(|call, _| live.contains(call));
    }

    fn paths(&self, from: u64, cost: u64) -> Result<Paths, Unbounded> {
        let distances = self.graph.distances(from, cost)?;
        let at = |pc: &u64| distances.get(pc).copied();
        let in_calls = self.ending.iter().filter_map(|(pc, ending)| {
            // What comes before the call, the call itself, and the way to the end in there.
            let distance = distances.get(pc)?;
            Some(distance - self.graph.costs[pc] + 1 + ending)
        });
        let waits = self.waits.iter().map(|(wait, _)| wait);
        let ends = self.leaves.iter().chain(waits);
        Ok(Paths {
            returns: self.returns.iter().filter_map(at).max(),
            ends: ends.filter_map(at).chain(in_calls).max(),
        })
    }
}
