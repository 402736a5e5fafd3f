//! Septum.
fn main() {}
