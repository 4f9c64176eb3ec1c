//! Finding incidents by words: an encrypted file beside the copy that says in
//! which rows to look.
//!
//! The file is disposable. It belongs to one generation of the copy's rows and
//! is made anew when that has passed, when it is damaged, foreign or of another
//! form. It is made after the first paint, in slices, by a thread of its own
//! that only reads the copy; changes come to it through the table
//! `search_dirty`, which the writer fills in the transaction that changes a
//! row. A question takes what is in that table as a candidate too, so that the
//! index may lag and an answer never does.
//!
//! [`sought`] decides what fits; [`grams`] says what must occur in the index
//! where it fits; [`file`] is the file; [`keeper`] makes it and keeps it, from
//! [`source`]; [`hits`] asks it.
//!
//! The same file knows what has a name ([`names`]): people, units, places, and
//! the parties of a case. The one search ([`super::seek`]) asks for those.

pub(super) mod file;
pub(super) mod grams;
pub(super) mod hits;
pub(super) mod keeper;
pub(super) mod names;
pub(super) mod sought;
mod source;
