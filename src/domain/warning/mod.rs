//! Early warnings (预警): that something about a case, a place or a deadline
//! asks for somebody before it is too late. Never about a person.
//!
//! A warning has the same alarm as an incident: a rank, an episode, who answers
//! for it. It is raised by hand or by one of the [`rules`], which are the same
//! pure code at the service and at a workstation without a line. What a rule
//! raises has an id made of the rule and its subject ([`rules::record_id`]), so
//! whoever raises it, and however often, there is one warning. Facts are
//! stored, and put into words where they are shown.
//!
//! Start at [`verb`] for what can be done to it, at [`act`] for what an officer
//! says, at [`apply`](mod@apply) for what follows.

pub mod act;
pub mod apply;
pub mod rules;
pub mod told;
pub mod verb;

use serde::{Deserialize, Serialize};

use self::verb::Verb;
use super::alarm::{Alarm, Rank};
use super::codes::Category;
use super::extra::Extra;
use super::ids::RecordId;
use super::incident::ending::CaseRef;
use super::incident::stage::Stage;
use super::time::{Minutes, Timestamp};
use super::unit::{OfficerRef, UnitRef};

/// The turns that stay on the record; older ones are in the feed.
pub const TURNS_KEPT_MAX: usize = 16;
/// The cases that a warning about a place names; the newest.
pub const CASES_NAMED_MAX: usize = 5;
/// The longest name of a rule, in characters.
pub const RULE_NAME_MAX_CHARS: usize = 40;

/// Something that asks for somebody before it is too late.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is about.
    pub subject: Subject,
    /// Why, as facts.
    pub why: Why,
    /// Who or what found it.
    pub source: Source,
    /// Rank and alarm.
    pub alarm: Alarm,
    /// Who raised it first.
    pub raised_by: OfficerRef,
    /// For which unit.
    pub unit: UnitRef,
    /// When it was first raised; the alarm knows since when this episode is.
    pub raised_at: Timestamp,
    /// How often its cause has been told, from 1.
    #[serde(default = "once")]
    pub times: u32,
    /// Who lifted it, when and why; open until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Lifted>,
    /// What became of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// The latest act, for whoever comes too late.
    pub last: Last,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

const fn once() -> u32 {
    1
}

/// What a warning is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Subject {
    /// A case.
    Case {
        /// Which.
        case: CaseRef,
    },
    /// The deadline of a case.
    Deadline {
        /// Of which.
        case: CaseRef,
    },
    /// A place within the record's area.
    Place {
        /// In words; empty for the area itself.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        place: String,
    },
}

impl Subject {
    /// The case that it is about, if it is about one.
    #[must_use]
    pub const fn case(&self) -> Option<CaseRef> {
        match self {
            Self::Case { case } | Self::Deadline { case } => Some(*case),
            Self::Place { .. } => None,
        }
    }

    /// The kind's name in i18n keys and on the command line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Case { .. } => "case",
            Self::Deadline { .. } => "deadline",
            Self::Place { .. } => "place",
        }
    }
}

/// Why there is a warning. Facts; the words are made where they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// Nobody accepted or handled a case in time.
    Overdue {
        /// At which stage it stood.
        stage: Stage,
        /// Until when it should have moved on.
        due: Timestamp,
    },
    /// The same kind of matter at the same place again and again.
    Repeated {
        /// What kind; its group where the words of the place agree.
        category: Category,
        /// How often within the time.
        times: u32,
        /// The time that the rule looks back.
        within: Minutes,
        /// When the newest of them came in.
        newest: Timestamp,
        /// The newest of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cases: Vec<CaseRef>,
    },
    /// Many people are involved.
    People {
        /// How many.
        count: u32,
        /// From how many on the county wants to know.
        from: u32,
    },
    /// An officer's own words.
    Said {
        /// The words; empty only where a wall shows it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
}

impl Why {
    /// The kind's name in i18n keys.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Overdue { .. } => "overdue",
            Self::Repeated { .. } => "repeated",
            Self::People { .. } => "people",
            Self::Said { .. } => "said",
        }
    }

    /// Whether this says more than `known` did: a later deadline missed, a newer
    /// case, more people. What does not is known already. The order is total
    /// for each kind, so two that look at different rows never take turns in
    /// correcting each other.
    #[must_use]
    pub fn outgrows(&self, known: &Self) -> bool {
        match (self, known) {
            (Self::Overdue { due, .. }, Self::Overdue { due: before, .. }) => due > before,
            (
                Self::Repeated { newest, times, .. },
                Self::Repeated {
                    newest: before,
                    times: fewer,
                    ..
                },
            ) => (newest, times) > (before, fewer),
            (Self::People { count, .. }, Self::People { count: before, .. }) => count > before,
            (
                Self::Overdue { .. }
                | Self::Repeated { .. }
                | Self::People { .. }
                | Self::Said { .. },
                _,
            ) => false,
        }
    }
}

/// Who or what found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Source {
    /// An officer.
    Hand,
    /// A rule.
    Rule {
        /// Its name; a newer program may know others than this one.
        rule: String,
        /// The edition of the rule that found it.
        version: u32,
    },
}

/// A warning was lifted (解除).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifted {
    /// By whom.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
    /// On what ground.
    #[serde(default)]
    pub ground: Ground,
    /// The words; empty where its rule lifted it, and on a wall.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// On what ground a warning is lifted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// A person judged so, and says why.
    #[default]
    Judged,
    /// What its rule looks for is no more.
    Ended,
}

/// One step of a warning's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What was done.
    pub verb: Verb,
    /// The rank before it.
    pub from: Rank,
    /// The rank after it.
    pub to: Rank,
    /// By whom.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The latest act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Last {
    /// What.
    pub verb: Verb,
    /// By whom.
    pub by: OfficerRef,
    /// When.
    pub at: Timestamp,
}

/// How a warning looks on the board: three states beyond its colour
/// (behaviour.md U6), and one that is gone from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Raised, and nobody answers for it.
    Unacknowledged,
    /// Lifted before anybody had seen it; stays until somebody has.
    LiftedUnseen,
    /// Somebody answers for it.
    Acknowledged,
    /// Lifted and seen.
    Lifted,
}

impl Standing {
    /// The state's name in i18n keys and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unacknowledged => "unacknowledged",
            Self::LiftedUnseen => "lifted-unseen",
            Self::Acknowledged => "acknowledged",
            Self::Lifted => "lifted",
        }
    }
}

impl Warning {
    /// Whether it has not been lifted.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.lifted.is_none()
    }

    /// Whether it belongs on the board: open, or lifted and never seen.
    #[must_use]
    pub const fn is_on_board(&self) -> bool {
        self.is_open() || self.alarm.ack.is_none()
    }

    /// How it looks. Whoever answers for it answers until it rises or its cause
    /// comes back: an answer that lapsed by itself would, on a board where
    /// warnings stand for days, be a mark on every one and so on none.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        match (self.is_open(), &self.alarm.ack) {
            (true, None) => Standing::Unacknowledged,
            (true, Some(_)) => Standing::Acknowledged,
            (false, None) => Standing::LiftedUnseen,
            (false, Some(_)) => Standing::Lifted,
        }
    }

    /// The rule that raised it, if one did.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        match &self.source {
            Source::Hand => None,
            Source::Rule { rule, .. } => Some(rule),
        }
    }

    /// The cases that it names.
    #[must_use]
    pub fn cases(&self) -> Vec<RecordId> {
        let named = match &self.why {
            Why::Repeated { cases, .. } => cases.as_slice(),
            Why::Overdue { .. } | Why::People { .. } | Why::Said { .. } => &[],
        };
        let own = self.subject.case();
        own.iter().chain(named).map(|case| case.id).collect()
    }
}

#[cfg(test)]
mod tests;
