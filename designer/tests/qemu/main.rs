//! QEMU as a witness: the image that the designer builds, on a machine that we did not write.
//!
//! These tests need `qemu-system-riscv64` and are ignored unless asked for.

mod access;
mod agreement;
mod bench;
mod boot;
mod c;
mod clock;
mod command;
mod devices;
mod drivers;
mod edges;
mod emulate;
mod failure;
mod harts;
mod health;
mod instructions;
mod interrupts;
mod isolation;
mod machine;
mod memory;
mod models;
mod probes;
mod registers;
mod skeletons;
mod starters;
mod survival;
mod systems;
mod timer;
mod virtio;
