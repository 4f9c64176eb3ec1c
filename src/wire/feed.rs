//! Feeds: gapless sequences of changes, and the cursor that reads them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::proof::Digest;
use crate::domain::area::AreaCode;
use crate::domain::command::Event;
use crate::domain::counter::{CounterError, counter};
use crate::domain::ids::{OfficerId, RecordId};
use crate::domain::record::{Kind, Record};

/// The most changes on one page.
pub const PAGE_CHANGES_MAX: usize = 2_000;
/// The most bytes of changes on one page, unless one change alone is larger.
pub const PAGE_BYTES_MAX: usize = 1_000_000;
/// The most changes of one reply that a reader takes: a page may be longer
/// than was asked for, because a transaction is never split.
pub const PAGE_CHANGES_READ_MAX: usize = 10 * PAGE_CHANGES_MAX;
/// The most bytes of one record, and of one event, that a reader stores. An
/// incident whose every text is as long as it may be has a quarter of it.
pub const RECORD_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most events that a snapshot gives along with one open record.
pub const SNAPSHOT_EVENTS_MAX: usize = 200;

/// A sequence of changes: a district's (a wider area's in time), or an
/// officer's private one for grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedId {
    /// `420607`.
    Area(AreaCode),
    /// `o-<uuid>`.
    Officer(OfficerId),
}

/// The text names no feed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no feed; a feed is an area code such as 420607, or o-<uuid>")]
pub struct FeedError(String);

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Area(area) => area.fmt(f),
            Self::Officer(id) => write!(f, "o-{id}"),
        }
    }
}

impl FromStr for FeedId {
    type Err = FeedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || FeedError(text.chars().take(60).collect());
        match text.strip_prefix("o-") {
            Some(id) => id.parse().map(Self::Officer).map_err(|_| wrong()),
            None => text.parse().map(Self::Area).map_err(|_| wrong()),
        }
    }
}

impl Serialize for FeedId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FeedId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// A place in a feed. The first change has 1; 0 is "before everything". From
/// outside at most [`COUNTER_MAX`](crate::domain::counter::COUNTER_MAX).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "u64", into = "u64")]
pub struct Seq(pub u64);

impl Seq {
    /// Before everything.
    pub const START: Self = Self(0);

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl TryFrom<u64> for Seq {
    type Error = CounterError;

    fn try_from(number: u64) -> Result<Self, CounterError> {
        counter(number).map(Self)
    }
}

impl From<Seq> for u64 {
    fn from(seq: Seq) -> Self {
        seq.0
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which life of the service a sequence belongs to; another one after a
/// restore or an asynchronous fail-over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub Uuid);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far a reader has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    /// In which feed.
    pub feed: FeedId,
    /// In which life of the service.
    pub epoch: Epoch,
    /// The last change that is fully stored.
    pub seq: Seq,
}

/// A place, and the service's word for everything up to it.
///
/// The word is opaque to readers. As long as it is the same, the service has
/// forgotten nothing that the reader has; another word at the same place of
/// the same epoch means that other changes stand there now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// The place.
    pub seq: Seq,
    /// The service's word for it.
    pub chain: Digest,
}

/// A cursor as a reader states it, with the word that it holds for its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// How far the reader has come.
    #[serde(flatten)]
    pub cursor: Cursor,
    /// The service's word for that place; absent from old readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Digest>,
}

/// Whether what a reader has is still the service's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kinship {
    /// As far as was stated, yes.
    #[default]
    Same,
    /// No: in this epoch the service has forgotten what the reader has.
    Forked,
}

impl Kinship {
    /// Whether nothing is wrong; what then needs no word on the wire.
    #[must_use]
    pub fn is_same(&self) -> bool {
        *self == Self::Same
    }
}

/// A line of `GET /v1/feeds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedInfo {
    /// Which feed.
    pub feed: FeedId,
    /// Which life of the service.
    pub epoch: Epoch,
    /// The newest change.
    pub head: Seq,
    /// The oldest change that can still be paged; older readers take a
    /// snapshot.
    pub low_water: Seq,
    /// Changes up to here survive the loss of the machine.
    pub durable_upto: Seq,
    /// The word for the head; absent from old services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Digest>,
    /// What the marks that the caller stated are worth.
    #[serde(default, skip_serializing_if = "Kinship::is_same")]
    pub kinship: Kinship,
}

impl FeedInfo {
    /// The feed stands at `head`, as was learnt elsewhere: the word for another
    /// place says nothing of this one.
    pub fn stands_at(&mut self, head: Seq) {
        if head != self.head {
            self.head = head;
            self.chain = None;
        }
    }

    /// The head with its word, where the service gives one.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        self.chain.map(|chain| Mark {
            seq: self.head,
            chain,
        })
    }
}

/// A change as a reader gets it: whole, `gone`, or a numbered stub.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WireChange {
    /// Its place.
    pub seq: Seq,
    /// The first place of the transaction that it belongs to.
    pub tx: Seq,
    /// What happened; with `record`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Box<RawValue>>,
    /// The record after it; with `event`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Box<RawValue>>,
    /// The reader just lost sight of this record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<RecordName>,
}

/// Kind and id of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordName {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: RecordId,
}

/// What a change brings, by cases.
#[derive(Clone, Copy, Debug)]
pub enum Brings<'a> {
    /// A record's new state and the event that made it.
    State {
        /// The event's JSON text.
        event: &'a RawValue,
        /// The record's JSON text.
        record: &'a RawValue,
    },
    /// The reader lost sight of a record.
    Gone(&'a RecordName),
    /// Nothing for this reader.
    Stub,
}

impl WireChange {
    /// A change that only has its number.
    #[must_use]
    pub fn stub(seq: Seq, tx: Seq) -> Self {
        Self {
            seq,
            tx,
            event: None,
            record: None,
            gone: None,
        }
    }

    /// What it brings.
    #[must_use]
    pub fn brings(&self) -> Brings<'_> {
        match (&self.event, &self.record, &self.gone) {
            (Some(event), Some(record), _) => Brings::State { event, record },
            (_, _, Some(name)) => Brings::Gone(name),
            (_, _, None) => Brings::Stub,
        }
    }
}

/// Reads an event; `None` when a newer program wrote it, so that it is kept as
/// text and shown as "needs a newer version".
#[must_use]
pub fn read_event(text: &str) -> Option<Event> {
    serde_json::from_str(text).ok()
}

/// Reads a record.
///
/// # Errors
/// When the envelope or a known document is malformed.
pub fn read_record(text: &str) -> Result<Record, serde_json::Error> {
    serde_json::from_str(text)
}

/// The reply of `GET /v1/feeds/{feed}/changes`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangesPage {
    /// Which life of the service.
    pub epoch: Epoch,
    /// The newest change.
    pub head: Seq,
    /// Changes up to here survive the loss of the machine.
    pub durable_upto: Seq,
    /// Whether there are more after this page.
    pub more: bool,
    /// The changes, in order and without a hole.
    pub changes: Vec<WireChange>,
    /// The word for the last of them, or for where the reader stands if there
    /// is none; absent from old services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// Whether the reader's own word still holds. If not, there are no changes.
    #[serde(default, skip_serializing_if = "Kinship::is_same")]
    pub kinship: Kinship,
}

/// The first line of a snapshot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnapshotHeader {
    /// The form's version; 1.
    pub snapshot: u32,
    /// Which feed.
    pub feed: FeedId,
    /// Which life of the service.
    pub epoch: Epoch,
    /// The snapshot holds everything up to here.
    pub seq: Seq,
    /// How many records of which kind follow.
    pub counts: BTreeMap<String, u64>,
    /// The word for `seq`; absent from old services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Digest>,
}

/// A line of a snapshot: a record, and for open incidents its latest events.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnapshotLine {
    /// The record's JSON text.
    pub record: Box<RawValue>,
    /// Its events, oldest first, with their places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<PlacedEvent>,
}

/// An event with its place in the feed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlacedEvent {
    /// Its place.
    pub seq: Seq,
    /// The event's JSON text.
    pub event: Box<RawValue>,
}

/// The last line of a snapshot. Without it, or with a wrong one, everything is
/// discarded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnapshotTrailer {
    /// Marks the line.
    pub trailer: TrailerBody,
}

/// What the last line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailerBody {
    /// How many records of which kind came.
    pub counts: BTreeMap<String, u64>,
    /// SHA-256 of all bytes before this line, uncompressed, in hexadecimal.
    pub sha256: String,
}
