//! How many messages are in the queues, as far as events tell.

use std::collections::BTreeMap;

use septum_abi::call::Status;
use septum_core::plan::Plan;
use septum_core::system::Channel;
use septum_simulator::event::{Event, EventKind};

use crate::trace::query::field::{channel, status};

/// Whether a call on a channel did what it was made for.
pub(super) fn passes(event: &EventKind) -> bool {
    status(event).is_some_and(|it| it == Status::Ok.name() || it == Status::Stale.name())
}

/// How many messages are in the queues.
#[derive(Default)]
pub(super) struct Queues(BTreeMap<String, u64>);

impl Queues {
    /// The queues that an event changes, with their new lengths. A partition that was restarted
    /// finds its queues empty.
    pub(super) fn after(
        &mut self,
        plan: &Plan,
        lane: Option<usize>,
        event: &Event,
    ) -> Vec<(String, u64)> {
        let change: fn(u64) -> u64 = match &event.kind {
            EventKind::Send { .. } if passes(&event.kind) => |length| length.saturating_add(1),
            EventKind::Receive { .. } if passes(&event.kind) => |length| length.saturating_sub(1),
            EventKind::RestartEnd => |_| 0,
            _ => return Vec::new(),
        };
        let own = channel(&event.kind);
        let is_meant = |it: &&Channel| match own {
            Some(name) => it.name == name,
            None => Some(it.to.partition.get()) == lane,
        };
        let channels = plan.system.channels.iter().filter(is_meant);
        let changed = channels.map(|it| {
            let length = self.0.entry(it.name.clone()).or_default();
            *length = change(*length);
            (it.name.clone(), *length)
        });
        changed.collect()
    }
}
