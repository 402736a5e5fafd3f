//! What effects need from the world besides their orders.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use etcetera::BaseStrategy;
use septum_core::dhall::Evaluator;

use super::shelf::Shelf;

/// What effects need from the world; tests have one of their own.
#[derive(Debug, Clone)]
pub struct World {
    /// Who evaluates Dhall text.
    pub evaluator: Evaluator,
    /// The folder of the recovery journals; `None` where the user has none.
    pub journals: Option<PathBuf>,
    /// Names this run of the program, as no other is named: what its journals begin with.
    pub run: String,
    /// The program files of the open design.
    pub shelf: Shelf,
}

impl World {
    /// The world of the running program: texts are evaluated in child processes of its own
    /// executable, journals are in `septum` in the user's state folder.
    ///
    /// # Errors
    /// When the executable cannot be found.
    pub fn of_program() -> std::io::Result<Self> {
        let strategy = etcetera::base_strategy::Xdg::new().ok();
        let folder = strategy.and_then(|strategy| strategy.state_dir());
        Ok(Self {
            evaluator: Evaluator::Process(std::env::current_exe()?),
            journals: folder.map(|folder| folder.join("septum")),
            run: run(),
            shelf: Shelf::default(),
        })
    }
}

/// The process and when it began: the numbers of processes come again.
fn run() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let began_ns = now.unwrap_or_default().as_nanos();
    format!("{}-{began_ns}", std::process::id())
}
