//! The event loop: waits for input, updates the state, draws a frame when something came in.

use std::io::IsTerminal;
use std::path::Path;

use anyhow::Context as _;
use crossterm::event::{Event, KeyEventKind};
use septum_core::dhall::Evaluator;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{Receiver, UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::session::Session;
use crate::session::report::Report;
use crate::session::simulated::{Design, Outside};

use super::effect::{Effect, Outcome};
use super::file_work::{self, Opened};
use super::input::Input;
use super::key::Key;
use super::look::Look;
use super::state::{Size, State};
use super::terminal::{self, Terminal};
use super::update::{begin, update};
use super::worker::Workers;
use super::world::World;
use super::{canvas, follow, journal};

/// Exit code after a signal: 128 and its number.
const SIGNALLED: u8 = 128;

/// Opens a design, or a starter system, in the designer.
///
/// # Errors
/// When there is no terminal or the file holds no design.
pub fn run(file: Option<&Path>) -> anyhow::Result<u8> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        anyhow::bail!(
            "the designer needs a terminal; without one, use a subcommand: `septum new`, \
             `septum check`, `septum build`, `septum run`; `septum --help` lists all of them"
        );
    }
    let world = World::of_program()?;
    let (width, height) = crossterm::terminal::size()?;
    let size = Size { width, height };
    let opened = open(file, &world, canvas::graph_width(size))?;
    terminal::install_panic_hook();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(design(opened, world, size))
}

fn open(file: Option<&Path>, world: &World, width: i32) -> anyhow::Result<Opened> {
    let Some(file) = file else {
        let mut opened = file_work::open_template(file_work::FIRST_STARTER, width)?;
        opened.recovery = journal::find(world, None);
        return Ok(opened);
    };
    file_work::open(file, world, width).with_context(|| file.display().to_string())
}

/// After so many reports of a run comes a frame, however many wait: each takes milliseconds.
const REPORTS_A_FRAME: usize = 4;

/// What comes in from outside, each from its own source.
struct Sources {
    keys: UnboundedReceiver<Input>,
    outcomes: UnboundedReceiver<Outcome>,
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    stop: Signal,
    resume: Signal,
}

/// One thing that woke the loop.
enum Wake {
    Input(Input),
    Signalled(SignalKind),
    Stop,
    Resume,
}

impl Sources {
    fn new(outcomes: UnboundedReceiver<Outcome>) -> std::io::Result<Self> {
        /// `SIGTSTP` and `SIGCONT`, which tokio has no names for.
        const STOP: i32 = rustix::process::Signal::TSTP.as_raw();
        const CONTINUE: i32 = rustix::process::Signal::CONT.as_raw();
        let (to, keys) = unbounded_channel();
        std::thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || read_keys(&to))?;
        Ok(Self {
            keys,
            outcomes,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            stop: signal(SignalKind::from_raw(STOP))?,
            resume: signal(SignalKind::from_raw(CONTINUE))?,
        })
    }

    async fn next(&mut self, run: &mut Option<Run>) -> Wake {
        tokio::select! {
            Some(input) = self.keys.recv() => Wake::Input(input),
            Some(outcome) = self.outcomes.recv() => Wake::Input(Input::Outcome(outcome)),
            report = Run::next(run) => Wake::Input(Input::Trace(report)),
            _ = self.terminate.recv() => Wake::Signalled(SignalKind::terminate()),
            _ = self.hang_up.recv() => Wake::Signalled(SignalKind::hangup()),
            _ = self.interrupt.recv() => Wake::Signalled(SignalKind::interrupt()),
            _ = self.stop.recv() => Wake::Stop,
            _ = self.resume.recv() => Wake::Resume,
        }
    }

    /// What is there already, so that many events make one frame.
    fn ready(&mut self, run: &mut Option<Run>) -> Option<Input> {
        let key = self.keys.try_recv().ok();
        let report = || run.as_mut()?.reports.try_recv().ok().map(Input::Trace);
        key.or_else(|| self.outcomes.try_recv().ok().map(Input::Outcome))
            .or_else(report)
    }
}

/// Reads the terminal's events for ever. Ends the program's input when the terminal is gone.
fn read_keys(to: &UnboundedSender<Input>) {
    loop {
        let input = match crossterm::event::read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => Input::Key(Key::from(key)),
            Ok(Event::Paste(text)) => Input::Paste(text),
            Ok(Event::Resize(width, height)) => Input::Resize(Size { width, height }),
            Ok(_) => continue,
            Err(_) => Input::Terminate,
        };
        let ends = matches!(input, Input::Terminate);
        if to.send(input).is_err() || ends {
            return;
        }
    }
}

/// A simulated run. Dropping it ends its thread.
struct Run {
    session: Session,
    reports: Receiver<Report>,
}

impl Run {
    /// What the run has to say next. Waits for ever where there is none, or where it has ended.
    async fn next(run: &mut Option<Self>) -> Report {
        if let Some(run) = run
            && let Some(report) = run.reports.recv().await
        {
            return report;
        }
        std::future::pending().await
    }
}

/// The designer: the state, and everything that it needs from the world.
struct Designer {
    state: State,
    terminal: Terminal,
    workers: Workers,
    evaluator: Evaluator,
    run: Option<Run>,
}

async fn design(opened: Opened, world: World, size: Size) -> anyhow::Result<u8> {
    let (to, outcomes) = unbounded_channel();
    let evaluator = world.evaluator.clone();
    let workers = Workers::start(world, to)?;
    let mut sources = Sources::new(outcomes).context("signals cannot be watched")?;
    let state = first_state(opened, size);
    let mut designer = Designer {
        state,
        terminal: Terminal::take()?,
        workers,
        evaluator,
        run: None,
    };
    for effect in begin(&designer.state) {
        designer.give(effect)?;
    }
    let code = designer.run(&mut sources).await;
    drop(designer.terminal);
    designer.workers.finish();
    code
}

fn first_state(opened: Opened, size: Size) -> State {
    let design = (*opened.design).clone();
    let mut state = State::new(
        design,
        opened.document.clone(),
        size,
        Look::from_environment(),
    );
    follow::take_over(&mut state, opened);
    state
}

impl Designer {
    async fn run(&mut self, sources: &mut Sources) -> anyhow::Result<u8> {
        let mut code = 0;
        while !self.state.quitting {
            self.terminal.draw(&self.state)?;
            match sources.next(&mut self.run).await {
                Wake::Input(input) => self.update(input)?,
                Wake::Signalled(signal) => {
                    let number = u8::try_from(signal.as_raw_value()).unwrap_or(0);
                    code = SIGNALLED.saturating_add(number);
                    self.update(Input::Terminate)?;
                }
                Wake::Stop => self.terminal.suspend()?,
                Wake::Resume => self.terminal.resume()?,
            }
            let mut reports = 0;
            while !self.state.quitting
                && reports < REPORTS_A_FRAME
                && let Some(input) = sources.ready(&mut self.run)
            {
                reports += usize::from(matches!(input, Input::Trace(_)));
                self.update(input)?;
            }
        }
        Ok(code)
    }

    fn update(&mut self, input: Input) -> anyhow::Result<()> {
        for effect in update(&mut self.state, input) {
            self.give(effect)?;
        }
        Ok(())
    }

    fn give(&mut self, effect: Effect) -> anyhow::Result<()> {
        match effect {
            Effect::Suspend => self.terminal.suspend()?,
            Effect::Redraw => self.terminal.forget(),
            Effect::Boot {
                plan,
                folder,
                template,
            } => {
                let outside = Outside::of(&folder, template, &self.evaluator);
                let (session, reports) = Session::start(Design { plan, outside })?;
                self.run = Some(Run { session, reports });
            }
            Effect::Trace(command) => {
                if let Some(run) = &self.run {
                    run.session.send(command);
                }
            }
            other => self.workers.give(other),
        }
        Ok(())
    }
}
