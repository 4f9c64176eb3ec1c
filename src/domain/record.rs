//! The envelope that all records share.
//!
//! A record is one document with an identity, a kind, an area and a revision.
//! What a program does not know it keeps: a record of an unknown kind is held
//! as raw JSON, and a known document carries its unknown fields along.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::area::AreaCode;
use super::counter::{CounterError, counter};
use super::duty::handover::Handover;
use super::duty::line::LogLine;
use super::duty::shift::DutyShift;
use super::entry::Entry;
use super::extra::Extra;
use super::ids::RecordId;
use super::incident::Incident;
use super::incident::party::SealedParty;
use super::officer::Officer;
use super::place::Place;
use super::policy::Policy;
use super::roster::{Post, Rota};
use super::unit::{Person, Unit};
use super::warning::Warning;

/// How often a record has been changed; the first stored state is 1, and 0
/// means "does not exist yet". From outside at most
/// [`COUNTER_MAX`](super::counter::COUNTER_MAX).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "u64", into = "u64")]
pub struct Rev(pub u64);

impl Rev {
    /// The revision before a record exists.
    pub const NONE: Self = Self(0);

    /// The revision after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl TryFrom<u64> for Rev {
    type Error = CounterError;

    fn try_from(number: u64) -> Result<Self, CounterError> {
        counter(number).map(Self)
    }
}

impl From<Rev> for u64 {
    fn from(rev: Rev) -> Self {
        rev.0
    }
}

impl fmt::Display for Rev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The kinds of record this program knows, and the name of one it does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 事件 / 矛盾纠纷.
    Incident,
    /// A note, call or check-in on another record.
    Entry,
    /// The name of an area.
    Place,
    /// An organisation that can hold work.
    Unit,
    /// A person who can be asked to act.
    Person,
    /// 岗位.
    Post,
    /// 排班: a person's shifts on a post in a month.
    Rota,
    /// What a county has set.
    Policy,
    /// An account's grants, in the officer's private feed.
    Officer,
    /// A line of a duty log.
    LogLine,
    /// Who is on duty at a centre.
    DutyShift,
    /// What a shift hands on.
    Handover,
    /// 预警.
    Warning,
    /// A kind made by a newer program.
    Unknown(String),
}

impl Kind {
    /// The kind's name on the wire and in the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Incident => "incident",
            Self::Entry => "entry",
            Self::Place => "place",
            Self::Unit => "unit",
            Self::Person => "person",
            Self::Post => "post",
            Self::Rota => "rota",
            Self::Policy => "policy",
            Self::Officer => "officer",
            Self::LogLine => "log-line",
            Self::DutyShift => "duty-shift",
            Self::Handover => "handover",
            Self::Warning => "warning",
            Self::Unknown(name) => name,
        }
    }

    /// The kind of that name; one that is not known is kept by name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "incident" => Self::Incident,
            "entry" => Self::Entry,
            "place" => Self::Place,
            "unit" => Self::Unit,
            "person" => Self::Person,
            "post" => Self::Post,
            "rota" => Self::Rota,
            "policy" => Self::Policy,
            "officer" => Self::Officer,
            "log-line" => Self::LogLine,
            "duty-shift" => Self::DutyShift,
            "handover" => Self::Handover,
            "warning" => Self::Warning,
            other => Self::Unknown(other.to_owned()),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Ok(Self::from_name(&name))
    }
}

/// A record: envelope and document.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its identity, for ever.
    pub id: RecordId,
    /// Where it belongs; decides who may see it.
    pub area: AreaCode,
    /// How often it has been changed.
    pub rev: Rev,
    /// The record that it speaks of (an entry's incident).
    pub parent: Option<RecordId>,
    /// What it says.
    pub body: Body,
    /// What only some roles are ever sent.
    pub sealed: Option<Sealed>,
}

/// The document of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// See [`Incident`].
    Incident(Box<Incident>),
    /// See [`Entry`].
    Entry(Box<Entry>),
    /// See [`Place`].
    Place(Box<Place>),
    /// See [`Unit`].
    Unit(Box<Unit>),
    /// See [`Person`].
    Person(Box<Person>),
    /// See [`Post`].
    Post(Box<Post>),
    /// See [`Rota`].
    Rota(Box<Rota>),
    /// See [`Policy`].
    Policy(Box<Policy>),
    /// See [`Officer`].
    Officer(Box<Officer>),
    /// See [`LogLine`].
    LogLine(Box<LogLine>),
    /// See [`DutyShift`].
    DutyShift(Box<DutyShift>),
    /// See [`Handover`].
    Handover(Box<Handover>),
    /// See [`Warning`].
    Warning(Box<Warning>),
    /// A document of a newer program, kept byte for byte.
    Unknown {
        /// The kind's name.
        kind: String,
        /// The document's JSON text.
        doc: String,
    },
}

/// The part of a record that is sent only to roles that may reveal it:
/// identity numbers, and the names of minors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sealed {
    /// One per party of the incident that has something sealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<SealedParty>,
    /// What a newer program sealed.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Record {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.body {
            Body::Incident(_) => Kind::Incident,
            Body::Entry(_) => Kind::Entry,
            Body::Place(_) => Kind::Place,
            Body::Unit(_) => Kind::Unit,
            Body::Person(_) => Kind::Person,
            Body::Post(_) => Kind::Post,
            Body::Rota(_) => Kind::Rota,
            Body::Policy(_) => Kind::Policy,
            Body::Officer(_) => Kind::Officer,
            Body::LogLine(_) => Kind::LogLine,
            Body::DutyShift(_) => Kind::DutyShift,
            Body::Handover(_) => Kind::Handover,
            Body::Warning(_) => Kind::Warning,
            Body::Unknown { kind, .. } => Kind::Unknown(kind.clone()),
        }
    }

    /// The incident, if it is one.
    #[must_use]
    pub fn incident(&self) -> Option<&Incident> {
        match &self.body {
            Body::Incident(incident) => Some(incident),
            _ => None,
        }
    }

    /// The warning, if it is one.
    #[must_use]
    pub fn warning(&self) -> Option<&Warning> {
        match &self.body {
            Body::Warning(warning) => Some(warning),
            _ => None,
        }
    }

    /// The entry, if it is one.
    #[must_use]
    pub fn entry(&self) -> Option<&Entry> {
        match &self.body {
            Body::Entry(entry) => Some(entry),
            _ => None,
        }
    }

    /// The same record without its sealed part.
    #[must_use]
    pub fn unsealed(&self) -> Self {
        Self {
            sealed: None,
            ..self.clone()
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    id: RecordId,
    kind: Kind,
    area: AreaCode,
    rev: Rev,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<RecordId>,
    #[serde(borrow)]
    doc: std::borrow::Cow<'a, RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<Sealed>,
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        let doc = match &self.body {
            Body::Incident(doc) => serde_json::value::to_raw_value(doc),
            Body::Entry(doc) => serde_json::value::to_raw_value(doc),
            Body::Place(doc) => serde_json::value::to_raw_value(doc),
            Body::Unit(doc) => serde_json::value::to_raw_value(doc),
            Body::Person(doc) => serde_json::value::to_raw_value(doc),
            Body::Post(doc) => serde_json::value::to_raw_value(doc),
            Body::Rota(doc) => serde_json::value::to_raw_value(doc),
            Body::Policy(doc) => serde_json::value::to_raw_value(doc),
            Body::Officer(doc) => serde_json::value::to_raw_value(doc),
            Body::LogLine(doc) => serde_json::value::to_raw_value(doc),
            Body::DutyShift(doc) => serde_json::value::to_raw_value(doc),
            Body::Handover(doc) => serde_json::value::to_raw_value(doc),
            Body::Warning(doc) => serde_json::value::to_raw_value(doc),
            Body::Unknown { doc, .. } => RawValue::from_string(doc.clone()),
        }
        .map_err(S::Error::custom)?;
        Envelope {
            id: self.id,
            kind: self.kind(),
            area: self.area,
            rev: self.rev,
            parent: self.parent,
            doc: std::borrow::Cow::Owned(doc),
            sealed: self.sealed.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        // Through an owned document: a borrowed one would tie every caller to
        // the text it came from.
        #[derive(Deserialize)]
        struct Owned {
            id: RecordId,
            kind: Kind,
            area: AreaCode,
            rev: Rev,
            #[serde(default)]
            parent: Option<RecordId>,
            doc: Box<RawValue>,
            #[serde(default)]
            sealed: Option<Sealed>,
        }
        let raw = Owned::deserialize(deserializer)?;
        let text = raw.doc.get();
        let body = match raw.kind {
            Kind::Incident => serde_json::from_str(text).map(Body::Incident),
            Kind::Entry => serde_json::from_str(text).map(Body::Entry),
            Kind::Place => serde_json::from_str(text).map(Body::Place),
            Kind::Unit => serde_json::from_str(text).map(Body::Unit),
            Kind::Person => serde_json::from_str(text).map(Body::Person),
            Kind::Post => serde_json::from_str(text).map(Body::Post),
            Kind::Rota => serde_json::from_str(text).map(Body::Rota),
            Kind::Policy => serde_json::from_str(text).map(Body::Policy),
            Kind::Officer => serde_json::from_str(text).map(Body::Officer),
            Kind::LogLine => serde_json::from_str(text).map(Body::LogLine),
            Kind::DutyShift => serde_json::from_str(text).map(Body::DutyShift),
            Kind::Handover => serde_json::from_str(text).map(Body::Handover),
            Kind::Warning => serde_json::from_str(text).map(Body::Warning),
            Kind::Unknown(kind) => Ok(Body::Unknown {
                kind,
                doc: text.to_owned(),
            }),
        }
        .map_err(D::Error::custom)?;
        Ok(Self {
            id: raw.id,
            area: raw.area,
            rev: raw.rev,
            parent: raw.parent,
            body,
            sealed: raw.sealed,
        })
    }
}
