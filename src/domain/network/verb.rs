//! What officers do to a contact of the network.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::officer::{Reach, Role};

/// What an officer can do to a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verb {
    /// 更正资料.
    #[serde(rename = "network-amend-person")]
    AmendPerson,
    /// 核实: all of it is right on that day.
    #[serde(rename = "network-verify-person")]
    VerifyPerson,
    /// 拨打记录.
    #[serde(rename = "network-call")]
    Call,
    /// 查看号码: one officer looks at the numbers of one person, and says why.
    #[serde(rename = "network-reveal")]
    Reveal,
}

impl Verb {
    /// Every verb, in the order that people read them.
    pub const ALL: [Self; 4] = [
        Self::AmendPerson,
        Self::VerifyPerson,
        Self::Call,
        Self::Reveal,
    ];

    /// The verb's name on the wire, on the command line and in i18n keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AmendPerson => "network-amend-person",
            Self::VerifyPerson => "network-verify-person",
            Self::Call => "network-call",
            Self::Reveal => "network-reveal",
        }
    }

    /// The verb of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no verb on a contact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a verb on a contact")]
pub struct UnknownVerb(pub String);

impl FromStr for Verb {
    type Err = UnknownVerb;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_name(text).ok_or_else(|| UnknownVerb(text.to_owned()))
    }
}

impl Role {
    /// What the role may do to contacts: role × verb → reach. "Own work" is
    /// whoever belongs to the own unit. Whoever works on cases may ring
    /// somebody; whoever only looks at them (审计) is shown no number.
    #[must_use]
    pub const fn may_contact(self, verb: Verb) -> Reach {
        match self {
            Self::Leader | Self::DutyOfficer => Reach::Area,
            Self::Handler | Self::Mediator => match verb {
                Verb::AmendPerson | Verb::VerifyPerson => Reach::OwnWork,
                Verb::Call | Verb::Reveal => Reach::Area,
            },
            Self::Auditor | Self::Administrator | Self::Wall => Reach::Nowhere,
        }
    }
}
