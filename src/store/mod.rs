//! The workstation's encrypted copy: confirmed records, the overlay of what is
//! not answered yet, the outbox, drafts.
//!
//! It owns the files in the desk's folder and must not know the network or the
//! screen. Start at [`desk`] for how an officer's password opens the folder, at [`view`] for what a reader gets, at [`handle`] for the
//! calls, at `overlay` for how waiting acts lie on confirmed records, and at
//! `submit` and `changes` for the two ways in.

mod again;
mod alarms;
pub mod alike;
mod cases;
mod changes;
mod cursor;
mod db;
pub mod desk;
mod drafts;
pub mod duty;
pub mod error;
mod exec;
mod find;
mod folder;
mod found;
mod fresh;
pub mod handle;
mod life;
mod met;
mod named;
pub mod network;
mod open;
mod outbox;
mod overlay;
pub mod page;
mod picks;
mod project;
mod reader;
mod renumber;
mod results;
mod retain;
pub mod roster;
mod rows;
pub mod salvage;
pub mod secret;
pub mod seek;
mod shared;
mod snapshot;
mod submit;
mod swap;
mod ticket;
mod timeline;
pub mod view;
pub mod warnings;
mod writer;

pub use db::warm_up;
pub use handle::Store;

#[cfg(test)]
mod tests;
