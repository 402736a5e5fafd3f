//! The terminal designer.
//!
//! The state is plain data ([`state::State`]); [`update::update`] changes it and says what the
//! outside world should do; the views draw it. Only [`event_loop`], [`terminal`] and
//! [`effect::perform`] touch the world.

pub mod action;
pub mod actions;
pub mod answer;
pub mod ask;
pub mod boot;
pub mod camera;
pub mod canvas;
pub mod check_work;
pub mod confirm;
pub mod connect;
pub mod create;
pub mod defaults;
pub mod design;
pub mod document;
pub mod effect;
pub mod event_loop;
pub mod file_work;
pub mod follow;
pub mod form;
pub mod goto;
pub mod graph;
pub mod history;
pub mod input;
pub mod journal;
pub mod key;
pub mod look;
pub mod object;
pub mod open;
pub mod overlay;
pub mod palette;
pub mod place;
pub mod quit;
pub mod remove;
pub mod rename;
pub mod review;
pub mod route_work;
pub mod save;
pub mod share;
pub mod shelf;
pub mod sidecar;
pub mod stamp;
pub mod state;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod trace;
pub mod typed_path;
pub mod unit;
pub mod update;
pub mod view;
pub mod windows;
pub mod worker;
pub mod world;
