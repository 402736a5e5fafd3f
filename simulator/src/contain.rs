//! The last wall: a panic of a hart becomes an error of this simulation, silently.
//!
//! No guest action is known to make our own panic; `rv64emu`, the witness, is known to.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Whether this thread is inside a hart, where a panic is caught and turned into an
/// error. A panic hook that reports or restores anything must ask this first and do nothing.
#[must_use]
pub fn is_contained() -> bool {
    CONTAINED.get()
}

/// Wraps the panic hook once, so that contained panics print nothing.
fn silence() {
    HOOK.call_once(|| {
        let outer = take_hook();
        set_hook(Box::new(move |info| {
            if !is_contained() {
                outer(info);
            }
        }));
    });
}

/// Runs `action`; a panic inside is returned as its message.
///
/// What `action` was changing is left as the panic left it: the caller must not use it again.
pub(crate) fn contained<T>(action: impl FnOnce() -> T) -> Result<T, String> {
    silence();
    let outer = CONTAINED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(action));
    CONTAINED.set(outer);
    result.map_err(|panic| message(panic.as_ref()))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(contained(|| 5), Ok(5));
        assert_eq!(
            contained(|| panic!("plain")),
            Err::<(), _>("plain".to_owned())
        );
        let five = 5;
        assert_eq!(
            contained(|| panic!("with {five}")),
            Err::<(), _>("with 5".to_owned())
        );
        assert!(!is_contained());
    }
}
