//! The workstation's encrypted copy: confirmed records, the overlay of what is
//! not answered yet, the outbox, drafts.
//!
//! Start at [`view`] for what a reader gets, at `handle` for the calls.

pub mod view;
