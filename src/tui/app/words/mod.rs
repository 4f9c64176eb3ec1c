//! What the screen says: domain values put into the officer's language.
//!
//! Everything here looks words up in the text resources; nothing knows a
//! screen.

pub mod alike;
pub mod event;
pub mod found;
pub mod handover;
pub mod log;
pub mod names;
pub mod network;
pub mod refusal;
pub mod roster;
pub mod time;
pub mod warning;
