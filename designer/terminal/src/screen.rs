//! The screen: what the program wrote, as a terminal understands it.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Left, Size};

/// The private mode of a synchronized update.
const UPDATE: &[u16] = &[2026];

/// Whether the program is in the middle of a frame.
#[derive(Default)]
struct Frame {
    open: bool,
}

impl vt100::Callbacks for Frame {
    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        first: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        end: char,
    ) {
        if first == Some(b'?') && parameters.contains(&UPDATE) {
            self.open = end == 'h';
        }
    }
}

struct State {
    parser: vt100::Parser<Frame>,
    written_bytes: u64,
    ended: bool,
}

/// The rows of a screen, without the blanks at their ends, which some rows have and some not.
fn text(screen: &vt100::Screen) -> String {
    let rows = screen.contents();
    let rows: Vec<&str> = rows.lines().map(str::trim_end).collect();
    rows.join("\n").trim_end().to_owned()
}

/// A screen that a thread keeps up to date.
#[derive(Clone)]
pub(super) struct Shared(Arc<(Mutex<State>, Condvar)>);

impl Shared {
    /// Starts the thread, which ends with the program.
    pub(super) fn follow(mut reader: Box<dyn Read + Send>, size: Size) -> Self {
        let frame = Frame::default();
        let parser = vt100::Parser::new_with_callbacks(size.rows, size.columns, 0, frame);
        let state = State {
            parser,
            written_bytes: 0,
            ended: false,
        };
        let shared = Self(Arc::new((Mutex::new(state), Condvar::new())));
        let screen = shared.clone();
        thread::spawn(move || {
            let mut bytes = [0; 16_384];
            // At the end of the program, the read fails or gives nothing.
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                screen.take(&bytes[..count]);
            }
            screen.lock().ended = true;
            screen.0.1.notify_all();
        });
        shared
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, bytes: &[u8]) {
        let mut state = self.lock();
        state.parser.process(bytes);
        state.written_bytes += u64::try_from(bytes.len()).unwrap_or(0);
        self.0.1.notify_all();
    }

    /// When the screen became as wanted, or the screen at the end of the time.
    pub(super) fn wait_for(
        &self,
        limit: Duration,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Instant, String> {
        let begin = Instant::now();
        let mut state = self.lock();
        loop {
            let contents = text(state.parser.screen());
            let now = Instant::now();
            if !state.parser.callbacks().open && wanted(&contents) {
                return Ok(now);
            }
            let left = limit.saturating_sub(now - begin);
            if left.is_zero() || state.ended {
                return Err(contents);
            }
            let woken = self.0.1.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn wait_for_end(&self, limit: Duration) {
        let state = self.lock();
        // Who has the terminal open besides the program may keep it open.
        drop(
            self.0
                .1
                .wait_timeout_while(state, limit, |state| !state.ended),
        );
    }

    pub(super) fn contents(&self) -> String {
        text(self.lock().parser.screen())
    }

    pub(super) fn cells(&self) -> vt100::Screen {
        let open = |state: &mut State| state.parser.callbacks().open && !state.ended;
        let state = self.0.1.wait_while(self.lock(), open);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        state.parser.screen().clone()
    }

    pub(super) fn written_bytes(&self) -> u64 {
        self.lock().written_bytes
    }

    pub(super) fn resize(&self, size: Size) {
        self.lock()
            .parser
            .screen_mut()
            .set_size(size.rows, size.columns);
    }

    /// The modes of the screen; what the line settings say is not known here.
    pub(super) fn modes(&self) -> Left {
        let state = self.lock();
        let screen = state.parser.screen();
        Left {
            alternate_screen: screen.alternate_screen(),
            hidden_cursor: screen.hide_cursor(),
            bracketed_paste: screen.bracketed_paste(),
            mouse: screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None,
            raw: false,
        }
    }
}
