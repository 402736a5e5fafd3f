//! kernel/logic
