//! Glyphs and styles of the trace views, in both glyph sets and with or without colour.

use ratatui::style::{Color, Modifier, Style};

use crate::trace::kind::{Kind, Mark};
use crate::ui::look::Look;

/// The glyphs of bars and wires.
#[derive(Debug, Clone, Copy)]
pub struct Glyphs {
    /// A partition runs, from a little of the column to all of it.
    pub running: [char; 8],
    /// It may run here by plan, but does not want to.
    pub planned: char,
    /// It wants to run, but by plan it may not.
    pub ready: char,
    /// It wants to run and by plan it may, but a more important one does.
    pub waiting: char,
    /// It has ended or was halted.
    pub halted: char,
    /// It is being restored to its first state.
    pub restarting: char,
    /// The end of the recording.
    pub end: char,
    /// The edge of a window.
    pub edge: char,
    /// A rule between two panels.
    pub rule: char,
    /// The rule of the panel that scrolls.
    pub heavy_rule: char,
    /// The pieces of wires by what they join: up 1, down 2, left 4, right 8.
    pub wires: [char; 16],
    /// The head of an arrow that goes down.
    pub head_down: char,
    /// The head of an arrow that goes up.
    pub head_up: char,
    /// A message that nobody has received yet.
    pub in_flight: char,
    /// Something was cut off.
    pub cut: char,
}

const UNICODE: Glyphs = Glyphs {
    running: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
    planned: '░',
    ready: '╌',
    waiting: '▒',
    halted: '┄',
    restarting: '◌',
    end: '┊',
    edge: '│',
    rule: '─',
    heavy_rule: '━',
    wires: [
        ' ', '╵', '╷', '│', '╴', '╯', '╮', '┤', '╶', '╰', '╭', '├', '─', '┴', '┬', '┼',
    ],
    head_down: '▼',
    head_up: '▲',
    in_flight: '○',
    cut: '…',
};

const ASCII: Glyphs = Glyphs {
    running: ['_', '_', '_', '=', '=', '=', '=', '#'],
    planned: '.',
    ready: '-',
    waiting: ':',
    halted: 'x',
    restarting: '/',
    end: ']',
    edge: '|',
    rule: '-',
    heavy_rule: '=',
    wires: [
        ' ', '|', '|', '|', '-', '+', '+', '+', '-', '+', '+', '+', '-', '+', '+', '+',
    ],
    head_down: 'v',
    head_up: '^',
    in_flight: 'o',
    cut: '~',
};

/// The glyphs that the terminal can show.
#[must_use]
pub fn glyphs(look: Look) -> &'static Glyphs {
    if look.unicode { &UNICODE } else { &ASCII }
}

/// The glyph of a mark that the terminal can show.
#[must_use]
pub fn mark(mark: Mark, look: Look) -> char {
    if look.unicode {
        mark.unicode
    } else {
        mark.ascii
    }
}

/// What something on the screen is; decides its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Text that stands back.
    Faint,
    /// The bar of a partition that runs.
    Lane(usize),
    /// A wire.
    Wire,
    /// The wire of the selected event.
    SelectedWire,
    /// The mark of an event.
    Event(Kind),
    /// A heading.
    Heading,
    /// Something that was selected.
    Selected,
    /// Something that went wrong.
    Bad,
}

const LANES: [Color; 4] = [Color::Cyan, Color::Green, Color::Blue, Color::Magenta];

/// The style of a role. Without colour, bold, dim and reverse remain.
#[must_use]
pub fn style(role: Role, look: Look) -> Style {
    let (color, modifier) = match role {
        Role::Text | Role::Wire => (None, Modifier::empty()),
        Role::Faint => (Some(Color::DarkGray), Modifier::empty()),
        Role::Lane(lane) => (Some(LANES[lane % LANES.len()]), Modifier::empty()),
        Role::SelectedWire => (Some(Color::Yellow), Modifier::BOLD),
        Role::Event(kind) => (event_color(kind), Modifier::BOLD),
        Role::Heading => (None, Modifier::BOLD),
        Role::Selected => (None, Modifier::REVERSED),
        Role::Bad => (Some(Color::Red), Modifier::BOLD),
    };
    let base = Style::new().add_modifier(modifier);
    match color {
        Some(color) if look.colour => base.fg(color),
        None | Some(_) if role == Role::Faint => base.add_modifier(Modifier::DIM),
        _ => base,
    }
}

fn event_color(kind: Kind) -> Option<Color> {
    match kind {
        Kind::Fault | Kind::DeniedCall | Kind::Violation | Kind::Stop => Some(Color::Red),
        Kind::InterruptRaised | Kind::InterruptDelivered | Kind::InterruptAcknowledged => {
            Some(Color::Yellow)
        }
        Kind::Send | Kind::Receive | Kind::Signal => None,
        Kind::Exit => Some(Color::Magenta),
        _ => Some(Color::DarkGray),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthChar;

    fn all(glyphs: &Glyphs) -> Vec<char> {
        let mut all = vec![
            glyphs.planned,
            glyphs.ready,
            glyphs.waiting,
            glyphs.halted,
            glyphs.end,
            glyphs.edge,
            glyphs.rule,
            glyphs.heavy_rule,
            glyphs.head_down,
            glyphs.head_up,
            glyphs.in_flight,
            glyphs.cut,
        ];
        all.extend(glyphs.running);
        all.extend(glyphs.wires);
        all
    }

    #[test]
    fn both_sets_are_one_cell_wide() {
        assert!(all(&UNICODE).iter().all(|glyph| glyph.width() == Some(1)));
        assert!(
            all(&ASCII)
                .iter()
                .all(|glyph| *glyph == ' ' || glyph.is_ascii_graphic())
        );
    }

    #[test]
    fn without_colour_no_style_has_one() {
        let look = Look {
            unicode: true,
            colour: false,
        };
        for role in [Role::Faint, Role::Lane(1), Role::SelectedWire, Role::Bad] {
            assert_eq!(style(role, look).fg, None);
        }
        assert!(
            style(Role::Faint, look)
                .add_modifier
                .contains(Modifier::DIM)
        );
    }
}
