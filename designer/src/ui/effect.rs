//! What `update` asks the outside world to do, and what comes of it.

use std::path::PathBuf;
use std::sync::Arc;

use septum_core::plan::Plan;

use super::check_work;
use super::design::Design;
use super::document::Document;
use super::file_work::{self, OpenError, Opened, SaveError, SaveOrder, Saved};
use super::graph::scene::Scene;
use super::journal::{self, JournalOrder};
use super::review::Review;
use super::route_work::{self, Routed};
use super::trace;
use super::world::World;

/// Something for the outside world to do. None of it happens on the UI's thread.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Check the design and write its preview.
    Check {
        /// The generation of the design.
        generation: u64,
        /// The design.
        design: Arc<Design>,
        /// The file behind it: where its programs are.
        document: Document,
        /// The programs must be those that are on the disk now, as soon as nobody is writing
        /// them.
        settles: bool,
    },
    /// Finish a drawing that is not finished.
    Route {
        /// The design.
        design: Arc<Design>,
        /// Its drawing.
        scene: Arc<Scene>,
    },
    /// Save the design.
    Save(Box<SaveOrder>),
    /// Open a file.
    Open {
        /// The file or folder.
        path: PathBuf,
        /// Columns for which boxes without places are placed.
        width: i32,
        /// The number that the opened design gets.
        serial: u64,
    },
    /// Read a file again, as a step of the design that is open.
    Load {
        /// The file.
        path: PathBuf,
        /// Columns for which boxes without places are placed.
        width: i32,
        /// The number of the design that is open.
        serial: u64,
    },
    /// Open a starter system.
    OpenTemplate {
        /// Its name.
        name: String,
        /// Columns for which boxes are placed.
        width: i32,
        /// The number that the opened design gets.
        serial: u64,
    },
    /// Write the recovery journal.
    Journal(Box<JournalOrder>),
    /// Remove this run's recovery journal of the design with this number.
    ForgetJournal(u64),
    /// Remove a journal that somebody left behind.
    RemoveJournal(PathBuf),
    /// Build and boot the checked system.
    Boot {
        /// Its plan.
        plan: Arc<Plan>,
        /// The folder of its file, where its scenario is.
        folder: PathBuf,
        /// The starter system whose scenario is used, for a design that has no file yet.
        template: Option<String>,
    },
    /// Something for the session that simulates.
    Trace(trace::Command),
    /// Give the terminal back to the shell until it brings the program to the foreground.
    Suspend,
    /// Draw everything anew.
    Redraw,
}

/// What came of an effect.
#[derive(Debug)]
pub enum Outcome {
    /// A check is done.
    Checked(Review),
    /// A drawing is finished.
    Routed(Routed),
    /// A save is done, or not.
    Saved(Result<Saved, SaveError>),
    /// A file was opened, or not.
    Opened {
        /// The number that the opened design gets.
        serial: u64,
        /// The design.
        result: Box<Result<Opened, OpenError>>,
    },
    /// A file was read again, or not.
    Loaded {
        /// The number of the design that asked for it.
        serial: u64,
        /// The design.
        result: Box<Result<Opened, OpenError>>,
    },
    /// These program files of the open design are others now.
    ProgramsChanged(Vec<String>),
    /// The recovery journal could not be written.
    JournalFailed(String),
}

/// Does what can be done on any thread, in full, and says what came of it.
#[must_use]
pub fn perform(effect: Effect, world: &World) -> Option<Outcome> {
    match effect {
        Effect::Check {
            generation,
            design,
            document,
            settles,
        } => {
            let shelf = &world.shelf;
            if settles {
                shelf.settle();
            }
            let review = check_work::review(generation, &design, &document, shelf);
            Some(Outcome::Checked(review))
        }
        Effect::Route { design, scene } => {
            Some(Outcome::Routed(route_work::finish(&design, scene)))
        }
        Effect::Save(order) => Some(Outcome::Saved(file_work::save(&order))),
        Effect::Open {
            path,
            width,
            serial,
        } => Some(Outcome::Opened {
            serial,
            result: Box::new(file_work::open(&path, world, width)),
        }),
        Effect::Load {
            path,
            width,
            serial,
        } => Some(Outcome::Loaded {
            serial,
            result: Box::new(file_work::open(&path, world, width)),
        }),
        Effect::OpenTemplate {
            name,
            width,
            serial,
        } => Some(Outcome::Opened {
            serial,
            result: Box::new(file_work::open_template(&name, width)),
        }),
        Effect::Journal(order) => journal::write(world, &order)
            .err()
            .map(|error| Outcome::JournalFailed(error.to_string())),
        Effect::ForgetJournal(serial) => {
            journal::forget(world, serial);
            None
        }
        Effect::RemoveJournal(journal) => {
            journal::remove(&journal);
            None
        }
        Effect::Boot { .. } | Effect::Trace(_) | Effect::Suspend | Effect::Redraw => None,
    }
}
