//! The kernel's decisions, on the host: compared with a reference in every state of small
//! systems and in long runs of others, and each promise of the documentation by itself.

mod channels;
mod exhaustive;
mod health;
mod hostile;
mod log;
mod random;
mod reference;
mod restart;
mod schedule;
mod twin;
mod world;
