//! The command line, through the built binary.

mod broken;
mod build;
mod emulate;
mod export;
mod gdb;
mod help;
mod hostile;
mod new;
mod readme;
mod run;
mod septum;
mod streams;
