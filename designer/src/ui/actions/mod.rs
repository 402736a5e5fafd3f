//! The rows of the table of actions, by where they work, each with what it does.

pub mod confirm;
pub mod dhall;
pub mod edit;
pub mod file;
pub mod form;
pub mod graph;
pub mod help;
pub mod problems;
pub mod schedule;
pub mod text;
pub mod views;
