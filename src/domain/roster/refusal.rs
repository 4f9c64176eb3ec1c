//! Why a roster's act is not done.

use serde::{Deserialize, Serialize};

use super::ShiftKey;
use super::code::Cell;

/// A rule of the roster that stands against an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// The post is not known, or not this one.
    #[error("no such post")]
    NoPost,
    /// The person is not known.
    #[error("no such person")]
    NoPerson,
    /// The line's identity does not belong to post, person and month.
    #[error("the line belongs to another post, person or month")]
    OtherLine,
    /// There is no such shift, or it was taken off.
    #[error("no such shift")]
    NoShift,
    /// The person is on this post then already.
    #[error("the person has that time on this post already")]
    Overlap {
        /// By which shift.
        with: ShiftKey,
    },
    /// The hours are none, too long, or of another day.
    #[error("these hours do not fit the day")]
    Hours,
    /// Somebody has set this day meanwhile.
    #[error("day {day} says `{now}` now, not `{seen}`")]
    DayChanged {
        /// Which day of the month.
        day: u8,
        /// What the officer saw.
        seen: Cell,
        /// What it says now.
        now: Cell,
    },
    /// The month has no such day, or one twice.
    #[error("no such day: {day}")]
    NoDay {
        /// Which.
        day: u8,
    },
    /// The line keeps no more shifts.
    #[error("the line is full")]
    Full,
    /// Nothing of this import can be undone any more.
    #[error("the import cannot be undone any more")]
    NotUndoable,
}
