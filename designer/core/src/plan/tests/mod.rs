//! Tests of the plan against what the design grants, through independent readers of page
//! tables, PMP words and tables.

mod fixture;
mod regions;
