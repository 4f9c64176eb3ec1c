//! The dialogs of warnings: their fields, and what a filled one says.

use super::dialog_fields::{REASON_CHARS_MAX, TEXT_ROWS};
use super::form::{Field, Form, PickWhat, Slot};
use super::words::names;
use crate::domain::alarm::{RANKS, Rank};
use crate::domain::area::AreaCode;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::incident::TITLE_MAX_CHARS;
use crate::domain::incident::ending::CaseRef;
use crate::domain::policy::Policy;
use crate::domain::record::{Kind, Rev};
use crate::domain::warning::act::{Act, Grade, Lift, Raise};
use crate::domain::warning::verb::Verb;
use crate::domain::warning::{Ground, Source, Subject, Warning, Why};
use crate::i18n::t;
use crate::store::warnings::WarningRow;

/// What a warning's dialog is about, as the officer saw it.
#[derive(Clone, Debug, PartialEq)]
pub enum Aim {
    /// A warning that is there.
    There {
        id: RecordId,
        warning: Box<Warning>,
        /// What people call it.
        about: String,
    },
    /// A new one about a case.
    OfCase {
        id: RecordId,
        area: AreaCode,
        case: CaseRef,
        about: String,
    },
    /// A new one about a place.
    OfPlace { id: RecordId },
}

impl Aim {
    /// A warning of the board.
    pub fn of_row(row: &WarningRow, about: String) -> Self {
        Self::There {
            id: row.id,
            warning: Box::new(row.warning.clone()),
            about,
        }
    }

    /// The record that the act is about, or makes.
    pub const fn id(&self) -> RecordId {
        match self {
            Self::There { id, .. } | Self::OfCase { id, .. } | Self::OfPlace { id } => *id,
        }
    }

    /// What people call it; empty for a place that is yet to be named.
    pub fn about(&self) -> &str {
        match self {
            Self::There { about, .. } | Self::OfCase { about, .. } => about,
            Self::OfPlace { .. } => "",
        }
    }

    /// The target of the command; the store puts in the revision it has.
    pub fn target(&self) -> Target {
        Target {
            kind: Kind::Warning,
            id: self.id(),
            base_rev: match self {
                Self::There { .. } => Rev(1),
                Self::OfCase { .. } | Self::OfPlace { .. } => Rev::NONE,
            },
            seen: None,
        }
    }
}

/// The fields of a verb's dialog.
pub fn fields(verb: Verb, aim: &Aim, policy: &Policy) -> Vec<Field> {
    let reason = || Field::block(Slot::Reason, REASON_CHARS_MAX, TEXT_ROWS).must();
    let rank = |wanted: &dyn Fn(Rank) -> bool, at| {
        let levels = policy.levels.iter().filter(|level| wanted(level.rank));
        let options = levels
            .map(|level| (level.rank.to_string(), names::level(level).to_owned()))
            .collect();
        Field::choice(Slot::Rank, options, at).must()
    };
    let from = match aim {
        Aim::There { warning, .. } => warning.alarm.rank,
        Aim::OfCase { .. } | Aim::OfPlace { .. } => Rank::Notice,
    };
    let reopens = matches!(aim, Aim::There { warning, .. } if !warning.is_open());
    match verb {
        Verb::Acknowledge => Vec::new(),
        Verb::Raise => {
            let place = match aim {
                Aim::OfPlace { .. } => vec![
                    Field::pick(Slot::Area, PickWhat::Area).must(),
                    Field::line(Slot::Place, TITLE_MAX_CHARS),
                ],
                Aim::There { .. } | Aim::OfCase { .. } => Vec::new(),
            };
            let middle = policy.levels.len() / 2;
            let rank = vec![rank(&|_| true, Some(middle)), reason()];
            [place, rank].concat()
        }
        Verb::Upgrade => {
            let higher = |to: Rank| to > from || (reopens && to == from);
            let count = policy.levels.iter().filter(|level| higher(level.rank));
            // One step up is what is meant most often; the list is highest first.
            let at = count.count().checked_sub(1);
            vec![rank(&higher, at), reason()]
        }
        Verb::Downgrade => {
            let next = policy.next_lower(from);
            vec![rank(&|to| Some(to) == next, Some(0)), reason()]
        }
        Verb::Lift => vec![reason()],
    }
}

/// What the form says; a field whose value cannot be read, and why.
pub fn read(verb: Verb, aim: &Aim, form: &Form) -> Result<Act, (Slot, String)> {
    let unreadable = |slot| (slot, t!("form.unreadable").into_owned());
    let reason = form.text(Slot::Reason).to_owned();
    let rank = || rank(form).ok_or_else(|| unreadable(Slot::Rank));
    match (verb, aim) {
        (Verb::Raise, Aim::OfCase { area, case, .. }) => {
            Ok(raise(*area, rank()?, Subject::Case { case: *case }, reason))
        }
        (Verb::Raise, Aim::OfPlace { .. }) => {
            let area = form.code(Slot::Area).and_then(|code| code.parse().ok());
            let place = form.text(Slot::Place).to_owned();
            Ok(raise(
                area.ok_or_else(|| unreadable(Slot::Area))?,
                rank()?,
                Subject::Place { place },
                reason,
            ))
        }
        (Verb::Upgrade | Verb::Downgrade, Aim::There { warning, .. }) => {
            let grade = Grade {
                from: warning.alarm.rank,
                to: rank()?,
                reason,
            };
            Ok(match verb {
                Verb::Upgrade => Act::Upgrade(grade),
                _ => Act::Downgrade(grade),
            })
        }
        (Verb::Lift, Aim::There { warning, .. }) => Ok(Act::Lift(Lift {
            episode: warning.alarm.episode,
            rank: warning.alarm.rank,
            ground: Ground::Judged,
            reason,
        })),
        // These verbs have no dialog about such a thing.
        (Verb::Raise | Verb::Acknowledge, Aim::There { .. })
        | (
            Verb::Acknowledge | Verb::Upgrade | Verb::Downgrade | Verb::Lift,
            Aim::OfCase { .. } | Aim::OfPlace { .. },
        ) => Err(unreadable(Slot::Reason)),
    }
}

fn raise(area: AreaCode, rank: Rank, subject: Subject, text: String) -> Act {
    Act::Raise(Box::new(Raise {
        area,
        rank,
        subject,
        why: Why::Said { text },
        source: Source::Hand,
    }))
}

fn rank(form: &Form) -> Option<Rank> {
    let code = form.code(Slot::Rank)?;
    RANKS.into_iter().find(|rank| rank.to_string() == code)
}
