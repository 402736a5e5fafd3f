//! What things look like: 16 colours on the terminal's own ground, none of them alone in
//! saying anything.

use ratatui::style::{Color, Modifier, Style};

use crate::ui::look::Look;

fn coloured(look: Look, colour: Color) -> Style {
    if look.colour {
        Style::new().fg(colour)
    } else {
        Style::new()
    }
}

/// Less important than its surroundings.
#[must_use]
pub fn dim() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// More important than its surroundings.
#[must_use]
pub fn strong() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// Selected.
#[must_use]
pub fn selected() -> Style {
    Style::new().add_modifier(Modifier::REVERSED)
}

/// Text that is being typed.
#[must_use]
pub fn typed() -> Style {
    Style::new().add_modifier(Modifier::UNDERLINED)
}

/// An error; always with a sign or a word beside it.
#[must_use]
pub fn error(look: Look) -> Style {
    coloured(look, Color::Red).add_modifier(Modifier::BOLD)
}

/// A warning; always with a sign or a word beside it.
#[must_use]
pub fn warning(look: Look) -> Style {
    coloured(look, Color::Yellow)
}

/// Something that worked.
#[must_use]
pub fn good(look: Look) -> Style {
    coloured(look, Color::Green)
}

/// Keys, links, what is in focus.
#[must_use]
pub fn accent(look: Look) -> Style {
    coloured(look, Color::Cyan)
}

/// Interrupts and devices.
#[must_use]
pub fn device(look: Look) -> Style {
    coloured(look, Color::Magenta)
}

/// Text in quotes.
#[must_use]
pub fn quoted(look: Look) -> Style {
    coloured(look, Color::Green)
}

/// Numbers.
#[must_use]
pub fn number(look: Look) -> Style {
    coloured(look, Color::Yellow)
}

/// What the trace is about now.
#[must_use]
pub fn traced(look: Look) -> Style {
    coloured(look, Color::Yellow).add_modifier(Modifier::BOLD)
}
