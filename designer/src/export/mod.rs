//! Pictures and tables of a design and of its runs, for other programs.
//!
//! Each is a function from a design, a plan or a run to a text: the same input gives the same
//! bytes, and nothing here touches the world.

mod colour;
pub mod csv;
mod diagram;
pub mod dot;
pub mod flowchart;
pub mod graph;
mod mermaid;
pub mod perfetto;
mod relation;
pub mod run;
#[cfg(test)]
pub(crate) mod sample;
pub mod schedule;
pub mod sequence;
pub mod svg;
#[cfg(test)]
mod tests;
pub mod vcd;
