//! What is said to a warning: a verb and its arguments, also on the wire.

use serde::{Deserialize, Serialize};

use super::verb::Verb;
use super::{Ground, Source, Subject, Why};
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;

/// A verb with its arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verb", content = "args")]
pub enum Act {
    /// See [`Verb::Raise`].
    #[serde(rename = "warning-raise")]
    Raise(Box<Raise>),
    /// See [`Verb::Acknowledge`].
    #[serde(rename = "warning-acknowledge")]
    Acknowledge(Acknowledge),
    /// See [`Verb::Upgrade`].
    #[serde(rename = "warning-upgrade")]
    Upgrade(Grade),
    /// See [`Verb::Downgrade`].
    #[serde(rename = "warning-downgrade")]
    Downgrade(Grade),
    /// See [`Verb::Lift`].
    #[serde(rename = "warning-lift")]
    Lift(Lift),
}

/// Arguments of [`Verb::Raise`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// Where it belongs.
    pub area: AreaCode,
    /// How grave.
    pub rank: Rank,
    /// What it is about.
    pub subject: Subject,
    /// Why.
    pub why: Why,
    /// Who or what found it.
    pub source: Source,
}

/// Arguments of [`Verb::Acknowledge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {
    /// The episode that the officer saw; a later one stays unacknowledged.
    pub episode: u32,
}

/// Arguments of [`Verb::Upgrade`] and [`Verb::Downgrade`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// The rank that the officer saw.
    pub from: Rank,
    /// The rank that it shall have.
    pub to: Rank,
    /// Why; always asked for.
    pub reason: String,
}

/// Arguments of [`Verb::Lift`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lift {
    /// The episode that the officer saw; a later one is not lifted.
    pub episode: u32,
    /// The rank that the officer saw; a higher one is not lifted.
    pub rank: Rank,
    /// On what ground.
    #[serde(default)]
    pub ground: Ground,
    /// Why; asked of a person.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Act {
    /// The verb alone.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Raise(_) => Verb::Raise,
            Self::Acknowledge(_) => Verb::Acknowledge,
            Self::Upgrade(_) => Verb::Upgrade,
            Self::Downgrade(_) => Verb::Downgrade,
            Self::Lift(_) => Verb::Lift,
        }
    }

    /// The words that it carries, so that nobody's words are lost when it is
    /// refused.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Raise(args) => match &args.why {
                Why::Said { text } => text.clone(),
                Why::Overdue { .. } | Why::Repeated { .. } | Why::People { .. } => String::new(),
            },
            Self::Acknowledge(_) => String::new(),
            Self::Upgrade(args) | Self::Downgrade(args) => args.reason.clone(),
            Self::Lift(args) => args.reason.clone(),
        }
    }

    /// The act as it may hang on a wall: without anybody's words.
    #[must_use]
    pub fn wordless(mut self) -> Self {
        match &mut self {
            Self::Raise(args) => {
                args.why.wordless();
                args.subject.wordless();
            }
            Self::Acknowledge(_) => {}
            Self::Upgrade(args) | Self::Downgrade(args) => args.reason.clear(),
            Self::Lift(args) => args.reason.clear(),
        }
        self
    }
}

impl Why {
    /// Takes away what an officer said.
    pub fn wordless(&mut self) {
        match self {
            Self::Said { text } => text.clear(),
            Self::Overdue { .. } | Self::Repeated { .. } | Self::People { .. } => {}
        }
    }
}

impl Subject {
    /// Takes away what an officer said of a place: it may name a household.
    pub fn wordless(&mut self) {
        match self {
            Self::Place { place } => place.clear(),
            Self::Case { .. } | Self::Deadline { .. } => {}
        }
    }
}
