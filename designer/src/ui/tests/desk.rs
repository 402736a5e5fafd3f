//! A designer without a terminal: keys are typed, effects are done at once, the screen is read.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use septum_core::dhall::Evaluator;
use septum_core::plan::Plan;
use septum_core::spec::{RawPartition, RawStep, RawSystem};
use tokio::sync::mpsc::Receiver;

use crate::session::Session;
use crate::session::command::{Command, Goal};
use crate::session::report::Report;
use crate::session::simulated::{Design, Outside};
use crate::ui::canvas;
use crate::ui::effect::{Effect, perform};
use crate::ui::file_work::{self, Opened};
use crate::ui::follow;
use crate::ui::input::Input;
use crate::ui::key::Key;
use crate::ui::look::Look;
use crate::ui::overlay::Overlay;
use crate::ui::shelf::Shelf;
use crate::ui::state::{Size, State};
use crate::ui::trace::Phase;
use crate::ui::update::{begin, update};
use crate::ui::view::screen;
use crate::ui::world::World;

/// A designer without a terminal.
pub(super) struct Desk {
    pub(super) state: State,
    /// What was asked for that only the event loop can do.
    pub(super) asked: Vec<Effect>,
    /// The simulated run, on its own thread.
    run: Option<(Session, Receiver<Report>)>,
    pub(super) folder: tempfile::TempDir,
    pub(super) world: World,
}

pub(super) const SMALL: Size = Size {
    width: 80,
    height: 24,
};
pub(super) const MIDDLE: Size = Size {
    width: 120,
    height: 40,
};
pub(super) const LARGE: Size = Size {
    width: 200,
    height: 60,
};

/// The name of a run of the program: each desk is one.
fn run() -> String {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    format!("test-{}", RUNS.fetch_add(1, Ordering::Relaxed))
}

/// How long a run is watched that may never stand by itself, in virtual nanoseconds.
const PATIENCE_NS: u64 = 20_000_000;

impl Desk {
    /// A starter system that was never saved.
    pub(super) fn new(template: &str) -> Self {
        Self::sized(template, SMALL)
    }

    pub(super) fn sized(template: &str, size: Size) -> Self {
        let opened = file_work::open_template(template, canvas::graph_width(size)).unwrap();
        Self::with(opened, size, tempfile::tempdir().unwrap())
    }

    /// A starter system that is saved, in `NAME/system.dhall` of the desk's folder.
    pub(super) fn saved(template: &str) -> Self {
        let mut desk = Self::new(template);
        let place = desk.path(template);
        desk.keys(&format!("F2 ctrl-u \"{}\" enter", place.display()));
        assert!(!desk.state.is_modified(), "{:?}", desk.state.notice);
        desk
    }

    fn with(opened: Opened, size: Size, folder: tempfile::TempDir) -> Self {
        let look = Look {
            unicode: true,
            colour: true,
        };
        let design = (*opened.design).clone();
        let state = State::new(design, opened.document.clone(), size, look);
        let world = World {
            evaluator: Evaluator::InProcess,
            journals: Some(folder.path().join("journals")),
            run: run(),
            shelf: Shelf::default(),
        };
        let mut desk = Self {
            state,
            asked: Vec::new(),
            run: None,
            folder,
            world,
        };
        follow::take_over(&mut desk.state, opened);
        let effects = begin(&desk.state);
        desk.perform(effects);
        desk
    }

    /// Another designer on the same disk that opens a file, as after a crash of this one.
    pub(super) fn reopen(self, path: &Path) -> Self {
        let world = self.another_run();
        let opened = file_work::open(path, &world, canvas::graph_width(SMALL)).unwrap();
        Self::with(opened, SMALL, self.folder)
    }

    /// Another designer on the same disk, with a starter system.
    pub(super) fn beside(self, template: &str) -> Self {
        let opened = file_work::open_template(template, canvas::graph_width(SMALL)).unwrap();
        Self::with(opened, SMALL, self.folder)
    }

    /// The world of a later run of the program.
    pub(super) fn another_run(&self) -> World {
        World {
            run: run(),
            shelf: Shelf::default(),
            ..self.world.clone()
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn system(&self) -> &RawSystem {
        &self.state.design.system
    }

    pub(super) fn partition(&self, name: &str) -> &RawPartition {
        self.system()
            .partitions
            .iter()
            .find(|it| it.name == name)
            .unwrap()
    }

    pub(super) fn steps(&self, name: &str) -> &[RawStep] {
        match &self.partition(name).program {
            septum_core::spec::RawProgram::Model(steps) => steps,
            septum_core::spec::RawProgram::Elf(path) => panic!("{name} is {path}"),
        }
    }

    /// Types keys by their names; what stands in quotes is typed letter by letter.
    pub(super) fn keys(&mut self, keys: &str) -> &mut Self {
        for (index, part) in keys.split('"').enumerate() {
            if index % 2 == 1 {
                part.chars().for_each(|letter| self.letter(letter));
            } else {
                part.split_whitespace()
                    .for_each(|name| self.press(name.parse().unwrap()));
            }
        }
        self
    }

    /// What the list of the open question offers, the best first.
    pub(super) fn offered(&self) -> Vec<&str> {
        let Some(Overlay::Ask(ask)) = self.state.overlays.last() else {
            panic!("{}", self.screen());
        };
        let values = ask.matches().into_iter();
        values.map(|it| ask.candidates[it].value.as_str()).collect()
    }

    fn letter(&mut self, letter: char) {
        self.press(Key::plain(crossterm::event::KeyCode::Char(letter)));
    }

    pub(super) fn press(&mut self, key: Key) {
        self.input(Input::Key(key));
    }

    pub(super) fn input(&mut self, input: Input) {
        let effects = update(&mut self.state, input);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Boot {
                    plan,
                    folder,
                    template,
                } => self.boot(plan, &folder, template),
                Effect::Trace(command) => self.command(command),
                Effect::Suspend | Effect::Redraw => self.asked.push(effect),
                other if !self.is_own(&other) => {}
                other => {
                    if let Some(outcome) = perform(other, &self.world) {
                        self.input(Input::Outcome(outcome));
                    }
                }
            }
        }
    }

    /// Boots a plan as the event loop does.
    fn boot(&mut self, plan: Arc<Plan>, folder: &Path, template: Option<String>) {
        let outside = Outside::of(folder, template, &self.world.evaluator);
        self.run = Some(Session::start(Design { plan, outside }).unwrap());
        self.watch(PATIENCE_NS);
    }

    fn command(&mut self, command: Command) {
        let Some((session, _)) = &self.run else {
            return;
        };
        session.send(command.clone());
        match command {
            Command::Pause | Command::Run(Goal::Time(_) | Goal::Instruction) => {
                self.watch(u64::MAX);
            }
            Command::Run(Goal::Count(_)) => {
                self.watch(u64::MAX);
                self.hear();
            }
            Command::Look(_) | Command::FindWrite { .. } => self.hear(),
            Command::Run(_) => self.watch(self.state.trace.recording.time_ns() + PATIENCE_NS),
        }
    }

    /// Takes what the run reports until it stands, or has gone on for longer than anybody
    /// watches.
    fn watch(&mut self, until_ns: u64) {
        while matches!(self.state.trace.phase, Phase::Booting | Phase::Running)
            && self.state.trace.recording.time_ns() <= until_ns
        {
            self.hear();
        }
    }

    /// Takes the next report.
    fn hear(&mut self) {
        let (_, reports) = self.run.as_mut().unwrap();
        let report = reports.blocking_recv().unwrap();
        self.input(Input::Trace(report));
    }

    /// Whether an effect stays in the desk's folder: typed paths may lead anywhere.
    fn is_own(&self, effect: &Effect) -> bool {
        let path = match effect {
            Effect::Save(order) => &order.path,
            Effect::Open { path, .. } | Effect::Load { path, .. } => path,
            _ => return true,
        };
        let climbs = path.components().any(|part| part == Component::ParentDir);
        path.starts_with(self.folder.path()) && !climbs
    }

    pub(super) fn buffer(&self) -> Buffer {
        let size = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
        terminal
            .draw(|frame| screen::draw(frame, &self.state))
            .unwrap();
        terminal.backend().buffer().clone()
    }

    /// The letters of the screen, without blanks at the ends of its rows.
    pub(super) fn screen(&self) -> String {
        let buffer = self.buffer();
        let row = |y| {
            let row: String = (0..buffer.area.width)
                .map(|x| buffer[(x, y)].symbol())
                .collect();
            row.trim_end().to_owned()
        };
        (0..buffer.area.height)
            .map(row)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The screen, and below it a letter for the style of each cell: `r` reversed, `b` bold,
    /// `d` dim, else the first letter of the colour.
    pub(super) fn styled(&self) -> String {
        let buffer = self.buffer();
        let row = |y| {
            let row: String = (0..buffer.area.width)
                .map(|x| letter(&buffer, x, y))
                .collect();
            row.trim_end().to_owned()
        };
        let styles = (0..buffer.area.height)
            .map(row)
            .collect::<Vec<_>>()
            .join("\n");
        format!("{}\n{}\n{styles}", self.screen(), "=".repeat(20))
    }
}

fn letter(buffer: &Buffer, x: u16, y: u16) -> char {
    let style = buffer[(x, y)].style();
    let has = |modifier| style.add_modifier.contains(modifier);
    let colour = match style.fg {
        Some(Color::Red) => 'R',
        Some(Color::Green) => 'G',
        Some(Color::Yellow) => 'Y',
        Some(Color::Cyan) => 'C',
        Some(Color::Magenta) => 'M',
        _ => ' ',
    };
    match () {
        () if has(Modifier::REVERSED) => 'r',
        () if colour != ' ' => colour,
        () if has(Modifier::BOLD) => 'b',
        () if has(Modifier::DIM) => 'd',
        () => ' ',
    }
}
