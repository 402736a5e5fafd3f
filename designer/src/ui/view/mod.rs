//! The views: what the state looks like. Pure, but for the frame that they draw into.

pub mod ask;
pub mod canvas;
pub mod confirm;
pub mod dhall;
pub mod form;
pub mod glyph;
pub mod help;
pub mod hints;
pub mod legend;
pub mod pane;
pub mod problems;
pub mod schedule;
pub mod screen;
pub mod status;
pub mod tabs;
pub mod text;
pub mod theme;
