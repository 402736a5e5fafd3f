//! The graph of a design: where boxes stand, how wires run, what they say. All of it pure.

pub mod arrange;
pub mod geometry;
pub mod label;
pub mod link;
pub mod node;
pub mod placement;
pub mod route;
pub mod scene;
pub mod settle;
pub mod side;
