//! Frames around what is drawn over a view, and rules between the parts of the screen.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

use super::glyph;
use super::text::fit;
use super::theme;
use crate::ui::look::Look;

/// Clears an area and draws a heavy border around it; gives what is inside.
pub fn window(frame: &mut Frame<'_>, area: Rect, title: &str, look: Look) -> Rect {
    frame.render_widget(Clear, area);
    border(
        frame.buffer_mut(),
        area,
        glyph::Frame::Heavy,
        look.unicode,
        theme::accent(look),
    );
    let room = usize::from(area.width.saturating_sub(4));
    let title = format!(" {} ", fit(title, room.saturating_sub(2), look.unicode));
    if !title.trim().is_empty() && area.width > 6 && area.height > 0 {
        frame
            .buffer_mut()
            .set_string(area.x + 2, area.y, title, theme::strong());
    }
    inside(area)
}

fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(2),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

/// Draws a border just inside an area.
pub fn border(buffer: &mut Buffer, area: Rect, kind: glyph::Frame, unicode: bool, style: Style) {
    if area.width < 2 || area.height < 2 {
        return;
    }
    let (horizontal, vertical, corners) = glyph::frame(kind, unicode);
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.x..=right {
        for y in [area.y, bottom] {
            buffer[(x, y)].set_symbol(horizontal).set_style(style);
        }
    }
    for y in area.y..=bottom {
        for x in [area.x, right] {
            buffer[(x, y)].set_symbol(vertical).set_style(style);
        }
    }
    let places = [
        (area.x, area.y),
        (right, area.y),
        (right, bottom),
        (area.x, bottom),
    ];
    for (place, corner) in places.into_iter().zip(corners) {
        buffer[place].set_symbol(corner);
    }
}

/// Draws a rule with a title; heavy where the part below it has the keys.
pub fn rule(buffer: &mut Buffer, area: Rect, title: &[(String, Style)], focused: bool, look: Look) {
    let kind = if focused {
        glyph::Frame::Heavy
    } else {
        glyph::Frame::Plain
    };
    let (horizontal, ..) = glyph::frame(kind, look.unicode);
    let style = if focused {
        theme::accent(look)
    } else {
        theme::dim()
    };
    for x in area.x..area.right() {
        buffer[(x, area.y)].set_symbol(horizontal).set_style(style);
    }
    let mut x = area.x.saturating_add(1);
    for (text, style) in title {
        let room = usize::from(area.right().saturating_sub(x));
        let text = fit(text, room, look.unicode);
        buffer.set_string(x, area.y, &text, Style::reset().patch(*style));
        x = x.saturating_add(u16::try_from(text.width()).unwrap_or(u16::MAX));
    }
}

/// A rectangle of this size in the middle of an area, no larger than the area.
#[must_use]
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 3,
        width,
        height,
    }
}
