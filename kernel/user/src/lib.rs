//! kernel/user
