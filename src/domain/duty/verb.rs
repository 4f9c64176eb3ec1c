//! The verbs of duty.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::officer::{Reach, Role};

/// What an officer on duty can do besides the work on cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// 记日志: a line of the log.
    LogAdd,
    /// 签到上岗: on duty, with a sound test.
    SignOn,
    /// 交班: what one officer gives the next, signed.
    HandoverOffer,
    /// 接班: ticked and signed by the next; what the first answered for moves.
    HandoverTake,
}

/// Every verb, in the order that people read them.
pub const VERBS: [Verb; 4] = [
    Verb::LogAdd,
    Verb::SignOn,
    Verb::HandoverOffer,
    Verb::HandoverTake,
];

impl Verb {
    /// The verb's name on the wire, on the command line and in key tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogAdd => "log-add",
            Self::SignOn => "sign-on",
            Self::HandoverOffer => "handover-offer",
            Self::HandoverTake => "handover-take",
        }
    }

    /// Whether the act tells what has happened and nobody can undo.
    #[must_use]
    pub const fn has_happened(self) -> bool {
        match self {
            Self::LogAdd | Self::SignOn => true,
            Self::HandoverOffer | Self::HandoverTake => false,
        }
    }

    /// What a role may do of it, in the officer's own centre: the desk is the
    /// duty officers' and the leader's (domain.md §4.1).
    #[must_use]
    pub const fn reach(self, role: Role) -> Reach {
        match (role, self) {
            (
                Role::DutyOfficer | Role::Leader,
                Self::LogAdd | Self::SignOn | Self::HandoverOffer | Self::HandoverTake,
            ) => Reach::OwnWork,
            (
                Role::Handler | Role::Mediator | Role::Auditor | Role::Administrator | Role::Wall,
                Self::LogAdd | Self::SignOn | Self::HandoverOffer | Self::HandoverTake,
            ) => Reach::Nowhere,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no verb of duty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a verb of duty")]
pub struct UnknownVerb(pub String);

impl FromStr for Verb {
    type Err = UnknownVerb;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        VERBS
            .into_iter()
            .find(|verb| verb.name() == text)
            .ok_or_else(|| UnknownVerb(text.to_owned()))
    }
}
