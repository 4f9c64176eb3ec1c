//! 吹哨报到: a unit that lacks the powers calls those that have them, they
//! report in within a limit, and the caller says how they answered.
//!
//! Whether somebody came late is derived from the record and the present time,
//! never stored.

use serde::{Deserialize, Serialize};

use super::{Incident, Signature};
use crate::domain::ids::{CommandId, UnitId};
use crate::domain::time::Timestamp;
use crate::domain::unit::{Holder, UnitRef};

/// The most units that one whistle calls.
pub const CALLED_MAX: usize = 10;
/// The whistles that stay on the record; one whose units are all rated makes
/// room for a new one.
pub const WHISTLES_KEPT_MAX: usize = 8;

/// One call to report in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whistle {
    /// The command that called.
    pub id: CommandId,
    /// The unit that called.
    pub by: UnitRef,
    /// Who of it, when, and what for.
    pub made: Signature,
    /// Until when they shall be there.
    pub answer_by: Timestamp,
    /// The units called.
    pub called: Vec<Called>,
}

/// A unit that was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Called {
    /// Which.
    pub unit: Holder,
    /// 报到: who said so, when, with what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<Signature>,
    /// 评价.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated: Option<Rated>,
}

/// How the caller found a unit's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rated {
    /// The mark.
    pub mark: Mark,
    /// By whom, when, in which words.
    pub by: Signature,
}

/// 评价: of a unit's answer to one call, never of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// 好.
    Good,
    /// 一般.
    Fair,
    /// 差.
    Poor,
}

/// Every mark, in the order of the form.
pub const MARKS: [Mark; 3] = [Mark::Good, Mark::Fair, Mark::Poor];

impl Mark {
    /// The mark's name on the wire, on the command line and in i18n keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }
}

/// Where a called unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Expected, and in time so far.
    Awaited,
    /// Expected, and the time is over.
    Overdue,
    /// It came in time.
    InTime,
    /// It came, late.
    Late,
}

impl Whistle {
    /// Where a unit that it called stands at `now`.
    #[must_use]
    pub fn presence(&self, called: &Called, now: Timestamp) -> Presence {
        match &called.reported {
            Some(reported) if reported.at <= self.answer_by => Presence::InTime,
            Some(_) => Presence::Late,
            None if now <= self.answer_by => Presence::Awaited,
            None => Presence::Overdue,
        }
    }

    /// Whether nothing is left to be said of it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.called.iter().all(|called| called.rated.is_some())
    }

    /// Whether `called` may be rated at `now`: it came, or had its time.
    #[must_use]
    pub fn is_ratable(&self, called: &Called, now: Timestamp) -> bool {
        called.rated.is_none() && self.presence(called, now) != Presence::Awaited
    }
}

impl Incident {
    /// The earliest call that `unit` has not answered yet.
    #[must_use]
    pub fn call_for(&self, unit: UnitId) -> Option<(&Whistle, &Called)> {
        self.whistles.iter().find_map(|whistle| {
            let open = |called: &&Called| called.unit.unit.id == unit && called.reported.is_none();
            whistle
                .called
                .iter()
                .find(open)
                .map(|called| (whistle, called))
        })
    }

    /// Calls that nobody has answered yet, oldest first.
    pub fn unanswered_calls(&self) -> impl Iterator<Item = (&Whistle, &Called)> {
        self.whistles.iter().flat_map(|whistle| {
            let open = |called: &&Called| called.reported.is_none();
            whistle
                .called
                .iter()
                .filter(open)
                .map(move |it| (whistle, it))
        })
    }
}
