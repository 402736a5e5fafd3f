//! All that the designer knows, as plain data.

use std::path::PathBuf;
use std::sync::Arc;

use septum_core::diagnostic::{Diagnostic, Severity};

use super::camera::Camera;
use super::design::Design;
use super::document::Document;
use super::file_work::SaveOrder;
use super::graph::scene::Scene;
use super::history::{History, Moment};
use super::journal::Recovery;
use super::key::Key;
use super::look::Look;
use super::object::Object;
use super::open::Opening;
use super::overlay::Overlay;
use super::review::Review;
use super::trace::Trace;

/// The views that fill the middle of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// Boxes and wires.
    Graph,
    /// The windows of every schedule.
    Schedule,
    /// What a save would write.
    Dhall,
    /// Every finding, with its help.
    Problems,
    /// A simulated run.
    Trace,
}

impl View {
    /// All views, in the order of their number keys.
    pub const ALL: [Self; 5] = [
        Self::Graph,
        Self::Schedule,
        Self::Dhall,
        Self::Problems,
        Self::Trace,
    ];

    /// What the tab says.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Graph => "Graph",
            Self::Schedule => "Schedule",
            Self::Dhall => "Dhall",
            Self::Problems => "Problems",
            Self::Trace => "Trace",
        }
    }
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It worked.
    Good,
    /// It did not work.
    Bad,
}

/// One sentence about what just happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// The sentence.
    pub text: String,
}

/// Columns and rows of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// All that the designer knows.
#[derive(Debug)]
pub struct State {
    /// The design under edit.
    pub design: Arc<Design>,
    /// Counts the changes of the design; checks of older ones are dropped.
    pub generation: u64,
    /// The steps that can be undone and redone.
    pub history: History,
    /// The file behind the design.
    pub document: Document,
    /// The number of the design among those that were opened. What comes of an order about
    /// another one is reported, and changes nothing.
    pub serial: u64,
    /// The last number that was given to a design.
    pub last_serial: u64,
    /// What the checker and the writer last said.
    pub review: Review,
    /// The view in the middle of the screen.
    pub view: View,
    /// Whether the keys go to the list of problems below the view.
    pub problems_focused: bool,
    /// What is selected.
    pub selection: Option<Object>,
    /// The box whose wires are gone through, while one of them is selected.
    pub wires_of: Option<Object>,
    /// Which part of the canvas is in sight.
    pub camera: Camera,
    /// The boxes and wires of the design, ready to draw. Where it is not finished, it has
    /// been ordered.
    pub scene: Arc<Scene>,
    /// The position in the list of problems.
    pub problem: usize,
    /// The first line in sight of the Dhall view.
    pub dhall_top: usize,
    /// What is drawn over the view, the topmost last. Esc closes the topmost.
    pub overlays: Vec<Overlay>,
    /// The keys of a sequence that is not complete yet.
    pub pending: Vec<Key>,
    /// What just happened.
    pub notice: Option<Notice>,
    /// The terminal's size.
    pub size: Size,
    /// Glyphs and colours.
    pub look: Look,
    /// The trace side.
    pub trace: Trace,
    /// A save that was refused because the file is not as expected.
    pub refused_save: Option<SaveOrder>,
    /// How many saves were ordered of which nobody has said what came of them.
    pub saves_under_way: usize,
    /// Work that somebody left behind, while the user is asked about it.
    pub recovery: Option<Recovery>,
    /// The journal of the work that was recovered.
    pub recovered: Option<PathBuf>,
    /// The design that is being opened; of several, the one that was asked for last.
    pub opening: Option<Opening>,
    /// The design boots as soon as the check that was asked for is done.
    pub boots_when_checked: bool,
    /// The event loop ends after this update.
    pub quitting: bool,
}

impl State {
    /// The designer at its start, with nothing checked yet.
    #[must_use]
    pub fn new(design: Design, document: Document, size: Size, look: Look) -> Self {
        let scene = Arc::new(Scene::at_once(&design, None));
        Self {
            design: Arc::new(design),
            generation: 1,
            history: History::default(),
            document,
            serial: 0,
            last_serial: 0,
            review: Review::default(),
            view: View::Graph,
            problems_focused: false,
            selection: None,
            wires_of: None,
            camera: Camera::default(),
            scene,
            problem: 0,
            dhall_top: 0,
            overlays: Vec::new(),
            pending: Vec::new(),
            notice: None,
            size,
            look,
            trace: Trace::default(),
            refused_save: None,
            saves_under_way: 0,
            recovery: None,
            recovered: None,
            opening: None,
            boots_when_checked: false,
            quitting: false,
        }
    }

    /// Changes the design as one step that undo takes back.
    pub fn edit(&mut self, name: impl Into<String>, change: impl FnOnce(&mut Design)) {
        self.edit_merging(name, None, change);
    }

    /// Like [`Self::edit`]; steps in a row with the same key count as one.
    pub fn edit_merging(
        &mut self,
        name: impl Into<String>,
        merge: Option<String>,
        change: impl FnOnce(&mut Design),
    ) {
        let before = self.moment();
        change(Arc::make_mut(&mut self.design));
        if self.design != before.design {
            self.history.record(name.into(), merge, before);
            self.changed();
        }
    }

    /// Where the user is now, for undo.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            design: Arc::clone(&self.design),
            scene: Arc::clone(&self.scene),
            selection: self.selection,
            camera: self.camera,
        }
    }

    /// Puts a moment of the history back.
    pub fn restore(&mut self, moment: Moment) {
        self.design = moment.design;
        self.scene = moment.scene;
        self.selection = moment.selection;
        self.camera = moment.camera;
        self.generation += 1;
    }

    /// Follows a change of the design: free places for new boxes, wires drawn anew, the
    /// selection only on what exists.
    pub fn changed(&mut self) {
        self.generation += 1;
        if self.design.has_homeless_boxes() {
            Arc::make_mut(&mut self.design).settle();
        }
        self.scene = Arc::new(Scene::at_once(&self.design, Some(&self.scene)));
        self.selection = self
            .selection
            .filter(|object| object.exists(&self.design.system));
    }

    /// Whether the design differs from the file.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.document.saved.as_deref() != Some(&*self.design)
    }

    /// Whether what the checker said is about an earlier design than this one.
    #[must_use]
    pub fn is_being_checked(&self) -> bool {
        self.review.generation < self.generation
    }

    /// Says what just happened.
    pub fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            level: Level::Good,
            text: text.into(),
        });
    }

    /// Says what did not work.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            level: Level::Bad,
            text: text.into(),
        });
    }

    /// The findings about the design, as of the last check.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.review.diagnostics
    }

    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics()
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// The first finding that keeps the design from being built.
    #[must_use]
    pub fn first_error(&self) -> Option<&Diagnostic> {
        self.diagnostics()
            .iter()
            .find(|finding| finding.severity == Severity::Error)
    }

    /// Whether something over the view takes keys: a text, a form or a question. A question
    /// that comes by itself waits then, so that no letter that was meant for something else
    /// answers it.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        let asks = |overlay: &Overlay| !matches!(overlay, Overlay::Help { .. });
        self.overlays.iter().any(asks)
    }

    /// Whether there is work that the file does not hold. What was never saved is work as soon
    /// as something was done to it; what differs from its file is, also after undo.
    #[must_use]
    pub fn has_work(&self) -> bool {
        let has_file = self.document.saved.is_some();
        self.is_modified() && (has_file || self.history.next_undo().is_some())
    }
}
