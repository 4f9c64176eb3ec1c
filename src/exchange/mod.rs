//! Files in and out: lists as spreadsheets and as text with commas.
//!
//! It owns what a file looks like, and that nobody ever finds half of one. It
//! must not know where rows come from; whoever calls has masked what is to be
//! masked. Start at [`sheet`].

pub mod formula;
pub mod sheet;
