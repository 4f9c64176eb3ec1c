//! What an officer can do, over all families of records.
//!
//! Each family (an incident, …) has its own verbs, acts and rules in its own
//! folder; here is what they share: one name for a verb and one form for an
//! act on the wire, `verb` and `args`. A verb's name is unique over all
//! families, so the name alone says which family reads the arguments.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, value::MapDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::area::AreaCode;
use super::command::{Change, Command, Context};
use super::duty;
use super::incident;
use super::incident::refusal::Refusal;
use super::network;
use super::record::Record;
use super::roster;
use super::warning;

/// An act of any family, with its arguments.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AnyAct {
    /// On an incident.
    Incident(incident::act::Act),
    /// At the duty desk.
    Duty(duty::act::Act),
    /// On a post or a roster.
    Roster(roster::act::Act),
    /// On a warning.
    Warning(warning::act::Act),
    /// On a contact of the mediation network.
    Network(network::act::Act),
}

/// A verb of any family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum AnyVerb {
    /// On an incident.
    Incident(incident::verb::Verb),
    /// At the duty desk.
    Duty(duty::verb::Verb),
    /// On a post or a roster.
    Roster(roster::verb::Verb),
    /// On a warning.
    Warning(warning::verb::Verb),
    /// On a contact of the mediation network.
    Network(network::verb::Verb),
}

impl AnyAct {
    /// Its verb.
    #[must_use]
    pub const fn verb(&self) -> AnyVerb {
        match self {
            Self::Incident(act) => AnyVerb::Incident(act.verb()),
            Self::Duty(act) => AnyVerb::Duty(act.verb()),
            Self::Roster(act) => AnyVerb::Roster(act.verb()),
            Self::Warning(act) => AnyVerb::Warning(act.verb()),
            Self::Network(act) => AnyVerb::Network(act.verb()),
        }
    }

    /// The act with the arguments that came beside its verb's name.
    ///
    /// # Errors
    /// When these are not the arguments of `verb`.
    pub fn read(verb: AnyVerb, args: Value) -> Result<Self, serde_json::Error> {
        // The tag first, so that serde needs to keep nothing aside.
        let said = [("verb", Value::from(verb.name())), ("args", args)];
        let said = MapDeserializer::<_, serde_json::Error>::new(said.into_iter());
        match verb {
            AnyVerb::Incident(_) => incident::act::Act::deserialize(said).map(Self::Incident),
            AnyVerb::Duty(_) => duty::act::Act::deserialize(said).map(Self::Duty),
            AnyVerb::Roster(_) => roster::act::Act::deserialize(said).map(Self::Roster),
            AnyVerb::Warning(_) => warning::act::Act::deserialize(said).map(Self::Warning),
            AnyVerb::Network(_) => network::act::Act::deserialize(said).map(Self::Network),
        }
    }

    /// The act on an incident, if it is one.
    #[must_use]
    pub const fn incident(&self) -> Option<&incident::act::Act> {
        match self {
            Self::Incident(act) => Some(act),
            Self::Duty(_) | Self::Roster(_) | Self::Warning(_) | Self::Network(_) => None,
        }
    }

    /// Where the record belongs that the act makes by its target; none of an
    /// act on what exists.
    #[must_use]
    pub fn makes_in(&self) -> Option<AreaCode> {
        match self {
            Self::Incident(incident::act::Act::Register(args)) => Some(args.area),
            Self::Roster(roster::act::Act::RosterPostAdd(args)) => Some(args.area),
            Self::Warning(warning::act::Act::Raise(args)) => Some(args.area),
            Self::Incident(_) | Self::Roster(_) | Self::Warning(_) | Self::Network(_) => None,
            Self::Duty(act) => act.makes_in(),
        }
    }

    /// Whether it writes a line into the duty log of its author's centre.
    #[must_use]
    pub const fn writes_log(&self) -> bool {
        match self {
            Self::Incident(_) | Self::Roster(_) | Self::Warning(_) | Self::Network(_) => false,
            Self::Duty(_) => true,
        }
    }

    /// All words that it carries, one part a line, so that nobody's words are
    /// lost when it is refused.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Incident(act) => incident::words::of(act),
            Self::Duty(act) => act.words(),
            Self::Roster(act) => act.words(),
            Self::Warning(act) => act.words(),
            Self::Network(act) => act.words(),
        }
    }
}

impl From<incident::act::Act> for AnyAct {
    fn from(act: incident::act::Act) -> Self {
        Self::Incident(act)
    }
}

impl From<duty::act::Act> for AnyAct {
    fn from(act: duty::act::Act) -> Self {
        Self::Duty(act)
    }
}

impl From<roster::act::Act> for AnyAct {
    fn from(act: roster::act::Act) -> Self {
        Self::Roster(act)
    }
}

impl From<warning::act::Act> for AnyAct {
    fn from(act: warning::act::Act) -> Self {
        Self::Warning(act)
    }
}

impl From<network::act::Act> for AnyAct {
    fn from(act: network::act::Act) -> Self {
        Self::Network(act)
    }
}

impl<'de> Deserialize<'de> for AnyAct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Said {
            verb: AnyVerb,
            args: Value,
        }
        let said = Said::deserialize(deserializer)?;
        Self::read(said.verb, said.args).map_err(de::Error::custom)
    }
}

impl AnyVerb {
    /// The verb's name on the wire, on the command line and in key tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incident(verb) => verb.name(),
            Self::Duty(verb) => verb.name(),
            Self::Roster(verb) => verb.name(),
            Self::Warning(verb) => verb.name(),
            Self::Network(verb) => verb.name(),
        }
    }

    /// The verb on an incident, if it is one.
    #[must_use]
    pub const fn incident(self) -> Option<incident::verb::Verb> {
        match self {
            Self::Incident(verb) => Some(verb),
            Self::Duty(_) | Self::Roster(_) | Self::Warning(_) | Self::Network(_) => None,
        }
    }

    /// Whether the act tells what has happened and nobody can undo: it is taken
    /// as such even when it comes after its author has lost the grant for it.
    #[must_use]
    pub const fn has_happened(self) -> bool {
        match self {
            Self::Incident(verb) => verb.has_happened(),
            Self::Duty(verb) => verb.has_happened(),
            Self::Roster(verb) => verb.has_happened(),
            // Who rang or looked without the grant for it was refused, and knows.
            Self::Warning(_) | Self::Network(_) => false,
        }
    }

    /// Whether the verb only looks at what is masked, and leaves the work as it
    /// was.
    #[must_use]
    pub const fn only_looks(self) -> bool {
        match self {
            Self::Incident(verb) => verb.only_looks(),
            Self::Duty(_) | Self::Roster(_) | Self::Warning(_) => false,
            Self::Network(verb) => matches!(verb, network::verb::Verb::Reveal),
        }
    }
}

impl From<incident::verb::Verb> for AnyVerb {
    fn from(verb: incident::verb::Verb) -> Self {
        Self::Incident(verb)
    }
}

impl From<duty::verb::Verb> for AnyVerb {
    fn from(verb: duty::verb::Verb) -> Self {
        Self::Duty(verb)
    }
}

impl From<roster::verb::Verb> for AnyVerb {
    fn from(verb: roster::verb::Verb) -> Self {
        Self::Roster(verb)
    }
}

impl From<warning::verb::Verb> for AnyVerb {
    fn from(verb: warning::verb::Verb) -> Self {
        Self::Warning(verb)
    }
}

impl From<network::verb::Verb> for AnyVerb {
    fn from(verb: network::verb::Verb) -> Self {
        Self::Network(verb)
    }
}

impl fmt::Display for AnyVerb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no verb of any family.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a verb")]
pub struct UnknownVerb(pub String);

impl FromStr for AnyVerb {
    type Err = UnknownVerb;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse()
            .map(Self::Incident)
            .or_else(|_| text.parse().map(Self::Duty))
            .or_else(|_| text.parse().map(Self::Roster))
            .or_else(|_: roster::verb::UnknownVerb| text.parse().map(Self::Warning))
            .or_else(|_: warning::verb::UnknownVerb| text.parse().map(Self::Network))
            .map_err(|_: network::verb::UnknownVerb| UnknownVerb(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for AnyVerb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}

/// What follows from `command` on `targets`: the records that the command
/// names and that exist, in its order. The only place where records change.
///
/// # Errors
/// The first rule that stands against it. Nothing has changed then.
pub fn apply(
    targets: &[Record],
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    match &command.act {
        AnyAct::Incident(act) => incident::apply::apply(targets, command, act, context),
        AnyAct::Duty(act) => duty::apply::apply(targets, command, act, context),
        AnyAct::Roster(act) => roster::apply::apply(targets, command, act, context),
        AnyAct::Warning(act) => warning::apply::apply(targets, command, act, context),
        AnyAct::Network(act) => network::apply::apply(targets, command, act, context),
    }
}

/// Files an act that came after its author had lost the grant for it with the
/// record that it was about; see [`incident::apply::file_late`].
///
/// # Errors
/// When the author could not have done this then either, or the targets do
/// not fit. Nothing has changed then.
pub fn file_late(
    targets: &[Record],
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    match &command.act {
        AnyAct::Incident(act) => incident::apply::file_late(targets, command, act, context),
        // A line of the log has happened and is applied as any other; a
        // handover that comes too late has no case to be filed with.
        AnyAct::Duty(act) => Err(Refusal::NotPermitted {
            verb: act.verb().into(),
        }),
        // A roster that somebody else answers for now is not changed late; what
        // has happened (a check-in, a call) was taken before it came to this.
        AnyAct::Roster(act) => Err(Refusal::NotPermitted {
            verb: act.verb().into(),
        }),
        // A warning has no timeline to file it in: the desk keeps the words.
        AnyAct::Warning(act) => Err(Refusal::NotPermitted {
            verb: act.verb().into(),
        }),
        AnyAct::Network(act) => Err(Refusal::NotPermitted {
            verb: act.verb().into(),
        }),
    }
}

#[cfg(test)]
mod tests;
