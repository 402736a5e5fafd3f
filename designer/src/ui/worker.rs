//! The threads that do what `update` asks for: one for the disk, in order; one for checks
//! and one for drawings, only the newest. And one that looks after the programs of the design.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};

use tokio::sync::mpsc::UnboundedSender;

use super::effect::{Effect, Outcome, perform};
use super::shelf::{INTERVAL, Shelf};
use super::world::World;

/// The threads.
#[derive(Debug)]
pub struct Workers {
    checks: Sender<Effect>,
    drawings: Sender<Effect>,
    disk: Sender<Effect>,
    /// Gone when this is: then nobody looks any more.
    _open: Sender<()>,
    disk_thread: JoinHandle<()>,
}

impl Workers {
    /// Starts the threads; what comes of their work goes to `outcomes`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(world: World, outcomes: UnboundedSender<Outcome>) -> std::io::Result<Self> {
        let (checks, check_orders) = channel();
        let (drawings, drawing_orders) = channel();
        let (disk, disk_orders) = channel();
        let (open, closed) = channel();
        let (shelf, to) = (world.shelf.clone(), outcomes.clone());
        Builder::new()
            .name("programs".to_owned())
            .spawn(move || watch(&shelf, &closed, &to))?;
        for (name, orders) in [("checker", check_orders), ("router", drawing_orders)] {
            let (own, to) = (world.clone(), outcomes.clone());
            Builder::new()
                .name(name.to_owned())
                .spawn(move || work(&orders, &own, &to))?;
        }
        let disk_thread = Builder::new()
            .name("disk".to_owned())
            .spawn(move || work(&disk_orders, &world, &outcomes))?;
        Ok(Self {
            checks,
            drawings,
            disk,
            _open: open,
            disk_thread,
        })
    }

    /// Gives an order to the thread that it belongs to.
    pub fn give(&self, effect: Effect) {
        let to = match effect {
            Effect::Check { .. } => &self.checks,
            Effect::Route { .. } => &self.drawings,
            _ => &self.disk,
        };
        // A thread that has ended took the whole program with it (the panic hook).
        drop(to.send(effect));
    }

    /// Waits until everything that was ordered from the disk is done.
    pub fn finish(self) {
        drop(self.disk);
        drop(self.disk_thread.join());
    }
}

/// Looks at the programs again and again until the program ends.
fn watch(shelf: &Shelf, closed: &Receiver<()>, outcomes: &UnboundedSender<Outcome>) {
    while closed.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
        let changed = shelf.look();
        if !changed.is_empty() {
            // Nobody listens any more when the program ends.
            drop(outcomes.send(Outcome::ProgramsChanged(changed)));
        }
    }
}

fn work(orders: &Receiver<Effect>, world: &World, outcomes: &UnboundedSender<Outcome>) {
    while let Ok(first) = orders.recv() {
        let mut waiting: VecDeque<Effect> =
            std::iter::once(first).chain(orders.try_iter()).collect();
        while let Some(order) = waiting.pop_front() {
            waiting.extend(orders.try_iter());
            if waiting.iter().any(|later| replaces(later, &order)) {
                continue;
            }
            if let Some(outcome) = perform(order, world) {
                // Nobody listens any more when the program ends.
                drop(outcomes.send(outcome));
            }
        }
    }
}

/// Whether a later order makes an earlier one needless.
fn replaces(later: &Effect, earlier: &Effect) -> bool {
    match (earlier, later) {
        (Effect::Check { .. }, Effect::Check { .. })
        | (Effect::Route { .. }, Effect::Route { .. }) => true,
        (Effect::Journal(old), Effect::Journal(new)) => old.serial == new.serial,
        (Effect::Journal(old), Effect::ForgetJournal(serial)) => old.serial == *serial,
        _ => false,
    }
}
