//! What can be drawn over a view. Each closes with Esc, one at a time.

use super::ask::Ask;
use super::confirm::Confirm;
use super::form::Form;

/// One thing over the view.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// All commands with their keys.
    Help {
        /// The first line in sight.
        top: usize,
    },
    /// A line of text, with or without a list to choose from.
    Ask(Ask),
    /// The properties of an object.
    Form(Form),
    /// A question with a few answers.
    Confirm(Confirm),
}
