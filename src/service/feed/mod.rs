//! Feeds: what is written gets its number here, and who reads gets what the
//! reader may see.
//!
//! [`sequencer`] is the only writer; [`audience`] decides for every reader;
//! [`page`], [`snapshot`] and [`bus`] are the three ways out.

pub mod audience;
mod board;
pub mod bus;
pub mod kinship;
pub mod page;
pub mod sequencer;
pub mod snapshot;
