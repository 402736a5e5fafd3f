//! The built binary in a real pseudo-terminal: what a person types, and what is then there.
//!
//! Nothing here depends on how fast the machine is: a test waits for what it wants to see.

mod bench;
mod designer;
mod files;
mod home;
mod leaving;
mod picture;
mod programs;
mod sizes;
mod story;
mod trust;
