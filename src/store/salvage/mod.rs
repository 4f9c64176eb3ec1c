//! What is done with files that are not as this desk left them: damaged,
//! truncated, gone, or not its own.
//!
//! Nothing is ever deleted here: what cannot be used is moved aside under a
//! dated name. The outbox comes first, because it holds the only copy of what
//! officers did: what can be read of it is carried into a fresh one, row by
//! row, and what could not be read is counted. The copy of the service's
//! records is fetched anew. Every find is written down in `files.json` until
//! an officer has seen it.
//!
//! A file of a newer program is not damaged: it stays where it is, and the
//! older program does not open it.
//!
//! Start at `super::open`, which looks at the files; `outbox` carries rows over,
//! `check` says whether a file is sound, `notes` keeps the findings.

pub(super) mod aside;
pub(super) mod behind;
pub(super) mod check;
mod finding;
pub(super) mod first;
pub(super) mod notes;
pub(super) mod outbox;
mod rows;

pub use self::check::QUICK_CHECK_MS_MAX;
pub use self::finding::{Fault, Finding, Lost, Numbering, Saved, Teller, What};
