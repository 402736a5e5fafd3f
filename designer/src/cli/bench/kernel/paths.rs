//! What is measured on the way through the kernel, and what was promised of it.

use std::collections::BTreeMap;

use septum_simulator::visit::{Entry, Visit};

use super::designs;
use super::draft::{Draft, program_at};

/// One number, found in the visits of a design.
pub(super) struct Path {
    pub(super) name: &'static str,
    /// The most that it may be.
    pub(super) bar: u64,
    /// What others take.
    pub(super) peers: &'static str,
    /// One number for each of these; the largest counts.
    pub(super) designs: &'static [fn() -> Draft],
    /// Visits to the kernel that are looked at.
    pub(super) visits: usize,
    /// The number; `None` when the visits do not show what is measured.
    pub(super) value: fn(&[Visit]) -> Option<u64>,
}

/// Visits that show what they show again and again.
pub(super) const FEW: usize = 200;
/// Visits with 10,000 switches among them.
const MANY: usize = 16_000;

/// All of them, in the order in which they are printed.
pub(super) const PATHS: [Path; 9] = [
    Path {
        name: "call_nothing",
        bar: 45,
        peers: "seL4 397, L4Re 115 cycles",
        designs: &[designs::reads_the_clock],
        visits: FEW,
        value: |visits| longest(visits, |it| own_call(it)),
    },
    Path {
        name: "signal",
        bar: 60,
        peers: "seL4 426",
        designs: &[designs::signals_elsewhere],
        visits: FEW,
        value: |visits| longest(visits, |it| own_call(it)),
    },
    Path {
        name: "send_64",
        bar: 110,
        peers: "none published",
        designs: &[designs::sends_elsewhere],
        visits: FEW,
        value: |visits| longest(visits, |it| own_call(it) && program_at(it.from) == Some(0)),
    },
    Path {
        name: "exchange_round_trip",
        bar: 400,
        peers: "seL4 531 without a message, S3K 547, Microkit 882",
        designs: &[designs::exchanges],
        visits: FEW,
        value: round_trip,
    },
    Path {
        name: "timer_switch_sv39",
        bar: 130,
        peers: "Microkit 956, FreeRTOS without protection 129",
        designs: &[designs::switches],
        visits: FEW,
        value: |visits| longest(visits, |it| it.entry == Entry::TIMER),
    },
    Path {
        name: "timer_switch_pmp_8",
        bar: 150,
        peers: "S3K 279 for a leg of its calls",
        designs: &[designs::switches_without_mmu],
        visits: FEW,
        value: |visits| longest(visits, |it| it.entry == Entry::TIMER),
    },
    Path {
        name: "switch_spread",
        bar: 0,
        peers: "none published",
        designs: &[
            || designs::crowd(1),
            || designs::crowd(8),
            || designs::crowd(32),
        ],
        visits: MANY,
        value: spread,
    },
    Path {
        name: "interrupt_to_driver",
        bar: 170,
        peers: "Microkit 906",
        designs: &[designs::interrupts],
        visits: FEW,
        value: |visits| longest(visits, |it| it.entry == Entry::DEVICE && leads(it, 1, 0)),
    },
    Path {
        name: "reset_to_user",
        bar: 1000,
        peers: "S3K 10146, seL4 150838, Microkit 2622296",
        designs: &[designs::five],
        visits: 1,
        value: |visits| longest(visits, |it| it.entry == Entry::Reset),
    },
];

/// The longest of the visits that are meant.
fn longest(visits: &[Visit], is_meant: impl Fn(&&Visit) -> bool) -> Option<u64> {
    let meant = visits.iter().filter(is_meant);
    meant.map(|visit| visit.instructions).max()
}

/// A call after which the caller goes on at once, and not in a later window.
fn own_call(visit: &Visit) -> bool {
    visit.entry == Entry::CALL && visit.from + 4 == visit.to && visit.waits == 0
}

/// From one program to another.
fn leads(visit: &Visit, from: u64, to: u64) -> bool {
    program_at(visit.from) == Some(from) && program_at(visit.to) == Some(to)
}

/// A call of program 0 that leads to program 1, then a call that leads back.
fn round_trip(visits: &[Visit]) -> Option<u64> {
    let legs = visits.windows(2).filter(|legs| {
        let calls = legs.iter().all(|leg| leg.entry == Entry::CALL);
        calls && leads(&legs[0], 0, 1) && leads(&legs[1], 1, 0)
    });
    legs.map(|legs| legs[0].instructions + legs[1].instructions)
        .max()
}

/// What may matter to the length of a switch. Everything else must not: where an interrupt comes,
/// for how long others wait, what is in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    /// How it begins, and whom it takes the hart from.
    cause: Stop,
    /// To whom it leads.
    to: Option<u64>,
    /// How the one that it leads to had stopped: what is to be done for it depends on whether
    /// it was interrupted or its call ends. `None` where it begins.
    stopped: Option<Stop>,
    /// The window, of two that take turns: it says whom the kernel looks at first.
    window: u64,
    /// How often the hart waits on the way.
    waits: u64,
}

/// What stops a partition: the partition and, for a call, the very call.
type Stop = (Entry, Option<u64>);

fn stop(visit: &Visit) -> Stop {
    let is_call = matches!(visit.entry, Entry::Exception(_));
    let from = if is_call {
        Some(visit.from)
    } else {
        program_at(visit.from)
    };
    (visit.entry, from)
}

/// Whether somebody else, or another window, comes next.
pub(super) fn is_switch(visit: &Visit) -> bool {
    visit.entry != Entry::Reset
        && (program_at(visit.from) != program_at(visit.to) || visit.waits > 0)
}

/// The switches in the order of time, each with its class.
fn switches(visits: &[Visit]) -> impl Iterator<Item = (Class, &Visit)> {
    let (mut window, mut stopped) = (0, BTreeMap::new());
    let switches = visits.iter().filter(|visit| is_switch(visit));
    switches.map(move |visit| {
        window = (window + visit.waits.min(1)) % 2;
        let cause = stop(visit);
        stopped.insert(program_at(visit.from), cause);
        let to = program_at(visit.to);
        let class = Class {
            cause,
            to,
            stopped: stopped.get(&to).copied(),
            window,
            waits: visit.waits,
        };
        (class, visit)
    })
}

/// The largest difference between two switches of the same class.
fn spread(visits: &[Visit]) -> Option<u64> {
    let mut classes: BTreeMap<Class, (u64, u64)> = BTreeMap::new();
    for (class, visit) in switches(visits) {
        let length = visit.instructions;
        let (least, most) = classes.entry(class).or_insert((length, length));
        (*least, *most) = (length.min(*least), length.max(*most));
    }
    classes.values().map(|(least, most)| most - least).max()
}

#[cfg(test)]
mod tests {
    use septum_abi::address::PROGRAM_BASE;

    use super::*;

    fn visit(entry: Entry, from: u64, to: u64, instructions: u64) -> Visit {
        Visit {
            entry,
            from: PROGRAM_BASE + from,
            to: PROGRAM_BASE + to,
            instructions,
            waits: 0,
        }
    }

    #[test]
    fn a_spread_is_within_a_class() {
        let back = |instructions| visit(Entry::TIMER, 0x1_0000, 0, instructions);
        let mut visits = vec![
            visit(Entry::TIMER, 0, 0x1_0000, 90),
            back(50),
            // It had been interrupted, and not begun.
            visit(Entry::TIMER, 0, 0x1_0000, 95),
            back(50),
            visit(Entry::CALL, 0, 0x1_0000, 70),
            // Its call ends.
            back(60),
            visit(Entry::CALL, 4, 0x1_0000, 72),
            back(61),
            // No switch.
            visit(Entry::CALL, 0, 4, 20),
        ];
        assert_eq!(spread(&visits), Some(0));
        // Wherever an interrupt comes, it is the same class.
        visits.extend([visit(Entry::TIMER, 8, 0x1_0004, 98), back(50)]);
        assert_eq!(spread(&visits), Some(3));
        visits.push(visit(Entry::CALL, 4, 0x1_0000, 65));
        assert_eq!(spread(&visits), Some(7));
        assert_eq!(spread(&visits[8..9]), None);
    }

    #[test]
    fn each_window_has_classes_of_its_own() {
        let window = |instructions| Visit {
            waits: 1,
            ..visit(Entry::TIMER, 0, 0, instructions)
        };
        // Nobody has stopped before the first.
        let mut visits = vec![window(130), window(140), window(130), window(140)];
        assert_eq!(spread(&visits), Some(0));
        visits.push(window(140));
        assert_eq!(spread(&visits), Some(10));
    }

    #[test]
    fn a_round_trip_is_there_and_back() {
        let ask = visit(Entry::CALL, 0, 0x1_0000, 100);
        let answer = visit(Entry::CALL, 0x1_0000, 4, 150);
        let late = visit(Entry::TIMER, 0x1_0000, 4, 150);
        assert_eq!(round_trip(&[answer, ask, answer]), Some(250));
        assert_eq!(round_trip(&[answer, ask, late]), None);
        assert_eq!(round_trip(&[ask, ask]), None);
    }
}
