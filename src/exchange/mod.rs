//! Files in and out: lists as spreadsheets and as text with commas, and monthly
//! rosters from either.
//!
//! It owns what a file looks like, and that nobody ever finds half of one. It
//! must not know where rows come from; whoever calls has masked what is to be
//! masked. Start at [`sheet`] for what goes
//! out, at [`roster`] for what comes in.

pub mod formula;
pub mod grid;
pub mod roster;
pub mod sheet;
