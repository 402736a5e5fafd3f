//! Tests of the plan against what the design grants, through independent readers of page
//! tables, PMP words and tables.

mod arbitrary;
mod expected;
mod fixture;
mod memory;
mod models;
mod physical;
mod pmp;
mod problems;
mod regions;
mod symbols;
mod walk;
