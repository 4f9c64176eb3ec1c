//! The code tables of GB/T 31000-2015 (社会治安综合治理基础数据规范) that this
//! program speaks, with their direction made explicit.
//!
//! Each table is a closed type: its value in JSON is the standard's own code
//! string, and a code that the table does not have is an error, not a guess.
//! Names come in the standard's Chinese and in plain English, because a table
//! row is one thing and should be read in one place.
//!
//! Codes are labels, never magnitudes: the standard counts event grades *down*
//! (01 is worst) and event scales *up* (03 is worst). So no table here is
//! ordered, except [`Category`] for listing; whoever needs "how bad" asks for
//! [`Severity`].
//!
//! | module | table | what |
//! |---|---|---|
//! | [`category`] | 5.56 | what a dispute is about |
//! | [`scale`] | 5.55 | how many people an event moves |
//! | [`method`] | 5.58 | how a dispute is resolved |
//! | [`tier`] | 5.2 | how high in the country something stands |
//! | [`org`] | 5.1, 5.6 | kinds of governance bodies and of citizen teams |
//! | [`event_grade`] | 5.8 | grade of a grave case or event |
//! | [`party`] | 5.57, group 01 | occupation of a party, nothing more |

pub mod category;
pub mod event_grade;
pub mod method;
pub mod org;
pub mod party;
pub mod scale;
mod table;
pub mod tier;

pub use category::Category;
pub use event_grade::EventGrade;
pub use method::Method;
pub use org::{OrgKind, TeamKind};
pub use party::PartyClass;
pub use scale::Scale;
pub use tier::Tier;

/// Characters of a foreign code that an error quotes.
const QUOTED_CHARS_MAX: usize = 12;

/// A code that the table does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("GB/T 31000 table {table} has no code {code:?}")]
pub struct UnknownCode {
    /// Number of the table in the standard.
    pub table: &'static str,
    /// What was given, cut to a dozen characters.
    pub code: String,
}

impl UnknownCode {
    fn new(table: &'static str, code: &str) -> Self {
        Self {
            table,
            code: code.chars().take(QUOTED_CHARS_MAX).collect(),
        }
    }
}

/// How bad something is within one table: 1 is the mildest, more is worse.
///
/// Comparable only between values of the same table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Severity(pub u8);

#[cfg(test)]
mod tests;
