//! The verbs on a warning, and who may do what.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::officer::{Reach, Role};

/// What can be done to a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verb {
    /// 发布预警.
    #[serde(rename = "warning-raise")]
    Raise,
    /// 知悉: this seat answers for it.
    #[serde(rename = "warning-acknowledge")]
    Acknowledge,
    /// 升级.
    #[serde(rename = "warning-upgrade")]
    Upgrade,
    /// 降级: one level, by a leader.
    #[serde(rename = "warning-downgrade")]
    Downgrade,
    /// 解除.
    #[serde(rename = "warning-lift")]
    Lift,
}

/// Every verb, in the order that people read them.
pub const VERBS: [Verb; 5] = [
    Verb::Raise,
    Verb::Acknowledge,
    Verb::Upgrade,
    Verb::Downgrade,
    Verb::Lift,
];

impl Verb {
    /// Every verb, in the order that people read them.
    pub const ALL: [Self; 5] = VERBS;

    /// The verb's name on the wire and in key tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raise => "warning-raise",
            Self::Acknowledge => "warning-acknowledge",
            Self::Upgrade => "warning-upgrade",
            Self::Downgrade => "warning-downgrade",
            Self::Lift => "warning-lift",
        }
    }

    /// The verb of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        VERBS.into_iter().find(|verb| verb.name() == name)
    }

    /// Whether it makes a warning less grave: what met something graver is not
    /// done.
    #[must_use]
    pub const fn quiets(self) -> bool {
        match self {
            Self::Downgrade | Self::Lift => true,
            Self::Raise | Self::Acknowledge | Self::Upgrade => false,
        }
    }
}

impl Role {
    /// What the role may do to a warning: role × verb → reach. Any officer may
    /// raise and upgrade; to lower it is the review meeting's or a superior's
    /// (domain.md §3.1), and to lift it the duty room's.
    #[must_use]
    pub const fn may_warn(self, verb: Verb) -> Reach {
        match self {
            Self::Leader => Reach::Area,
            Self::DutyOfficer => match verb {
                Verb::Raise | Verb::Acknowledge | Verb::Upgrade | Verb::Lift => Reach::Area,
                Verb::Downgrade => Reach::Nowhere,
            },
            Self::Handler | Self::Mediator => match verb {
                Verb::Raise | Verb::Acknowledge | Verb::Upgrade => Reach::Area,
                Verb::Downgrade | Verb::Lift => Reach::Nowhere,
            },
            Self::Auditor | Self::Administrator | Self::Wall => Reach::Nowhere,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no verb on a warning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a verb on a warning")]
pub struct UnknownVerb(pub String);

impl FromStr for Verb {
    type Err = UnknownVerb;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_name(text).ok_or_else(|| UnknownVerb(text.to_owned()))
    }
}
