//! Acts on a contact, with their arguments.

use serde::{Deserialize, Serialize};

use super::availability::Availability;
use super::verb::Verb;
use crate::domain::codes::Category;
use crate::domain::entry::CallOutcome;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Edit;
use crate::domain::time::Date;

/// An act on a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verb", content = "args")]
pub enum Act {
    /// See [`Verb::AmendPerson`].
    #[serde(rename = "network-amend-person")]
    AmendPerson(Box<AmendPerson>),
    /// See [`Verb::VerifyPerson`].
    #[serde(rename = "network-verify-person")]
    VerifyPerson(VerifyPerson),
    /// See [`Verb::Call`].
    #[serde(rename = "network-call")]
    Call(Call),
    /// See [`Verb::Reveal`].
    #[serde(rename = "network-reveal")]
    Reveal(Reveal),
}

/// Fields of a contact, each with what the officer saw and what it shall be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendPerson {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Edit<String>>,
    /// Post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Edit<String>>,
    /// Duty telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Edit<String>>,
    /// The telephone to try next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_phone: Option<Edit<String>>,
    /// What disputes they know best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialities: Option<Edit<Vec<Category>>>,
    /// Languages and dialects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<Edit<Vec<String>>>,
    /// When they can be rung.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Edit<Availability>>,
}

/// Arguments of [`Verb::VerifyPerson`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyPerson {
    /// On which day it was made sure.
    pub on: Date,
}

/// Arguments of [`Verb::Call`]. The number itself stays with the contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The id of the entry that this makes.
    pub entry: RecordId,
    /// Which of the two numbers.
    pub line: Line,
    /// How it went.
    pub outcome: CallOutcome,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// One of a contact's two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The duty telephone.
    First,
    /// The one to try next.
    Backup,
}

/// Arguments of [`Verb::Reveal`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reveal {
    /// The id of the entry that this makes.
    pub entry: RecordId,
    /// Why.
    pub reason: String,
}

impl Act {
    /// Its verb.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::AmendPerson(_) => Verb::AmendPerson,
            Self::VerifyPerson(_) => Verb::VerifyPerson,
            Self::Call(_) => Verb::Call,
            Self::Reveal(_) => Verb::Reveal,
        }
    }

    /// The entry that it makes.
    #[must_use]
    pub const fn entry(&self) -> Option<RecordId> {
        match self {
            Self::AmendPerson(_) | Self::VerifyPerson(_) => None,
            Self::Call(args) => Some(args.entry),
            Self::Reveal(args) => Some(args.entry),
        }
    }

    /// The words that it carries.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::AmendPerson(args) => [&args.name, &args.post, &args.phone, &args.backup_phone]
                .into_iter()
                .flatten()
                .map(|edit| edit.to.as_str())
                .collect::<Vec<_>>()
                .join("\n"),
            Self::VerifyPerson(args) => args.on.to_string(),
            Self::Call(args) => args.text.clone(),
            Self::Reveal(args) => args.reason.clone(),
        }
    }

    /// The same with its telephone numbers masked, for whoever reads it over
    /// somebody's shoulder.
    #[must_use]
    pub fn masked(&self, mask: impl Fn(&str) -> String) -> Self {
        let mut act = self.clone();
        if let Self::AmendPerson(args) = &mut act {
            for edit in [&mut args.phone, &mut args.backup_phone]
                .into_iter()
                .flatten()
            {
                edit.from = mask(&edit.from);
                edit.to = mask(&edit.to);
            }
        }
        act
    }
}
