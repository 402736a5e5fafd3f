//! kernel/abi
