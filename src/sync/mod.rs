//! The workstation's engine: connect, catch up, stream, push, back off.
//!
//! Start at [`status`] for what it tells others.

pub mod status;
