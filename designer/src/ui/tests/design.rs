//! Systems that tests begin with.

use proptest::prelude::*;
use septum_core::spec::{RawEnd, RawSystem};

use crate::ui::defaults;
use crate::ui::design::Design;
use crate::ui::file_work;
use crate::ui::graph::arrange::arrange;
use crate::ui::graph::placement::Placement;

/// The machine of a starter system, with nothing on it.
pub(super) fn bare() -> RawSystem {
    let opened = file_work::open_template("ping-pong", 80).unwrap();
    let mut system = opened.design.system.clone();
    system.partitions.clear();
    system.channels.clear();
    system.schedules.clear();
    system
}

/// A system of so many partitions, with channels between these pairs.
pub(super) fn connected(partitions: usize, pairs: &[(usize, usize)]) -> RawSystem {
    let mut system = bare();
    let name = |index: usize| format!("p{index}");
    system.partitions = (0..partitions)
        .map(|index| defaults::partition(name(index)))
        .collect();
    for (index, (from, to)) in pairs.iter().enumerate() {
        let end = |partition: usize, port: &str| RawEnd {
            partition: name(partition % partitions),
            port: format!("{port}{index}"),
        };
        let (from, to) = (end(*from, "out"), end(*to, "in"));
        let channel = defaults::channel(format!("c{index}"), defaults::queuing(), from, to);
        system.channels.push(channel);
    }
    system
}

/// A design without any place yet.
pub(super) fn unplaced(system: RawSystem) -> Design {
    Design {
        placement: Placement::empty(&system),
        system,
    }
}

/// A system with all boxes placed automatically.
pub(super) fn arranged(system: RawSystem, width: i32) -> Design {
    let mut design = unplaced(system);
    design.placement = arrange(&design, width);
    design
}

/// Systems of all sizes, with loops, double channels and channels from a box to itself.
pub(super) fn systems() -> impl Strategy<Value = RawSystem> {
    let pairs = proptest::collection::vec((0..12usize, 0..12usize), 0..24);
    (1..12usize, pairs).prop_map(|(partitions, pairs)| connected(partitions, &pairs))
}
