//! What a governance centre is and does. Pure: no I/O, no clock, no async, no
//! randomness; time is a parameter everywhere.
//!
//! Start at [`record`] for the envelope, [`command`] for what officers say and
//! what follows, and [`incident::table`] for the rules of the work.
//! [`apply`] is the only place where records change.

pub mod act;
pub mod alarm;
pub mod area;
pub mod calendar;
pub mod codes;
pub mod command;
pub mod counter;
pub mod digest;
pub mod duty;
pub mod entry;
pub mod extra;
pub mod ids;
pub mod incident;
pub mod network;
pub mod officer;
pub mod place;
pub mod policy;
pub mod record;
pub mod roster;
pub mod time;
pub mod unit;
pub mod warning;

#[cfg(test)]
pub(crate) mod testing;

pub use act::{apply, file_late};
pub use incident::apply::allowed;
