//! The verbs on posts and rosters, and who may take them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::area::AreaCode;
use crate::domain::officer::{Officer, Reach, Role};

/// What an officer can do to a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// 设岗.
    RosterPostAdd,
    /// 派班: a shift over the plan; also how somebody takes over one.
    RosterAssignShift,
    /// 撤班: whole, or from a moment on, with the reason.
    RosterRemoveShift,
    /// 导入排班: the days of many lines.
    RosterImport,
    /// 撤销导入.
    RosterUndoImport,
    /// 签到, by hand.
    RosterCheckIn,
    /// 电话记录: somebody of the roster was rung.
    RosterCall,
}

impl Verb {
    /// Every verb, in the order of the tables.
    pub const ALL: [Self; 7] = [
        Self::RosterPostAdd,
        Self::RosterAssignShift,
        Self::RosterRemoveShift,
        Self::RosterImport,
        Self::RosterUndoImport,
        Self::RosterCheckIn,
        Self::RosterCall,
    ];

    /// Its name on the wire, on the command line and in key tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RosterPostAdd => "roster-post-add",
            Self::RosterAssignShift => "roster-assign-shift",
            Self::RosterRemoveShift => "roster-remove-shift",
            Self::RosterImport => "roster-import",
            Self::RosterUndoImport => "roster-undo-import",
            Self::RosterCheckIn => "roster-check-in",
            Self::RosterCall => "roster-call",
        }
    }

    /// Whether the act tells what has happened and nobody can undo.
    #[must_use]
    pub const fn has_happened(self) -> bool {
        match self {
            Self::RosterCheckIn | Self::RosterCall => true,
            Self::RosterPostAdd
            | Self::RosterAssignShift
            | Self::RosterRemoveShift
            | Self::RosterImport
            | Self::RosterUndoImport => false,
        }
    }

    /// Whether the officer may do it in that area.
    #[must_use]
    pub fn allowed_to(self, officer: &Officer, area: AreaCode) -> bool {
        officer
            .grants
            .iter()
            .any(|grant| grant.area.contains(area) && self.reach_of(grant.role) == Reach::Area)
    }

    /// How far a role reaches with it: who leads or watches over an area makes
    /// its roster (domain.md §5: the using unit is responsible).
    #[must_use]
    pub const fn reach_of(self, role: Role) -> Reach {
        match role {
            Role::Leader | Role::DutyOfficer => Reach::Area,
            Role::Handler | Role::Mediator | Role::Auditor | Role::Administrator | Role::Wall => {
                Reach::Nowhere
            }
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no verb of the roster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a verb of the roster")]
pub struct UnknownVerb(pub String);

impl FromStr for Verb {
    type Err = UnknownVerb;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|verb| verb.name() == text)
            .ok_or_else(|| UnknownVerb(text.to_owned()))
    }
}
