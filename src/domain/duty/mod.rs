//! 值班值守: the duty log, who is on duty, and how a shift is handed over
//! (domain.md §4).
//!
//! Start at [`line`] for the log, [`shift`] for who is on, [`handover`] for what
//! one officer gives the next, [`chain`] for what keeps the log honest. All of it
//! belongs to a centre: the unit that its officers act for.

pub mod act;
pub mod apply;
pub mod chain;
pub mod draft;
pub mod handover;
pub mod line;
pub mod shift;
pub mod verb;

#[cfg(test)]
mod tests;
