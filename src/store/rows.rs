//! Records in the replica: confirmed as they came, and as they now look.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::{StoreError, unreadable};
use super::view::{Pending, Shown};
use crate::domain::area::AreaCode;
use crate::domain::ids::{CommandId, RecordId};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::wire::feed::{FeedId, RECORD_BYTES_MAX, Seq, read_record};

/// An id as the tables have it.
pub(super) type Key = [u8; 16];

pub(super) fn key(id: RecordId) -> Key {
    *id.uuid().as_bytes()
}

pub(super) fn command_key(id: CommandId) -> Key {
    *id.uuid().as_bytes()
}

pub(super) fn record_id(key: Key) -> RecordId {
    RecordId::new(uuid::Uuid::from_bytes(key))
}

/// A feed's number as `SQLite` holds it. Numbers beyond 2⁶³ do not occur.
pub(super) fn sql_seq(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// A number from `SQLite`; a negative one is not written by this program.
pub(super) fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// What the store needs of any record, whatever its document says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Envelope {
    pub(super) id: RecordId,
    pub(super) kind: Kind,
    pub(super) area: AreaCode,
    pub(super) rev: Rev,
    #[serde(default)]
    pub(super) parent: Option<RecordId>,
    doc: Box<RawValue>,
}

impl Envelope {
    /// Reads the envelope of a record from outside; none when it has no
    /// readable one, or is larger than a record may be.
    pub(super) fn read(raw: &str) -> Option<Self> {
        if raw.len() > RECORD_BYTES_MAX {
            return None;
        }
        serde_json::from_str(raw).ok()
    }
}

/// Reads a record. A document that this program cannot read, though it knows
/// the kind, comes from a newer one: it is kept as text.
pub(super) fn parse(text: &str) -> Result<Record, StoreError> {
    if let Ok(record) = read_record(text) {
        return Ok(record);
    }
    let envelope: Envelope = serde_json::from_str(text).map_err(unreadable("record"))?;
    Ok(Record {
        id: envelope.id,
        area: envelope.area,
        rev: envelope.rev,
        parent: envelope.parent,
        body: Body::Unknown {
            kind: envelope.kind.as_str().to_owned(),
            doc: envelope.doc.get().to_owned(),
        },
        sealed: None,
    })
}

/// Reads a record from outside; none when not even its envelope can be read, or
/// it is larger than a record may be.
pub(super) fn read(text: &str) -> Option<Record> {
    if text.len() > RECORD_BYTES_MAX {
        return None;
    }
    parse(text).ok()
}

/// The standing of a record as the overlay's column has it.
pub(super) fn pending(standing: Option<i64>) -> Pending {
    match standing {
        None => Pending::Confirmed,
        Some(2) => Pending::Doubtful,
        Some(_) => Pending::Waiting,
    }
}

/// The column's value for a standing that is not `Confirmed`.
pub(super) const fn standing(pending: Pending) -> i64 {
    match pending {
        Pending::Confirmed | Pending::Waiting => 1,
        Pending::Doubtful => 2,
    }
}

/// Reads the columns `raw, standing` of a query over both layers.
pub(super) fn shown_row(row: &Row<'_>) -> rusqlite::Result<(Option<String>, Option<i64>)> {
    Ok((row.get("raw")?, row.get("standing")?))
}

/// A record as it now looks; none if neither layer has it.
pub(super) fn shown(replica: &Connection, id: RecordId) -> Result<Option<Shown>, StoreError> {
    let found = replica
        .prepare_cached(
            "SELECT coalesce(o.raw, c.raw) AS raw, o.standing AS standing
             FROM (SELECT :id AS id) AS wanted
             LEFT JOIN confirmed AS c ON c.id = wanted.id
             LEFT JOIN overlay AS o ON o.id = wanted.id",
        )?
        .query_row(named_params! {":id": key(id)}, shown_row)?;
    let (Some(raw), standing) = found else {
        return Ok(None);
    };
    Ok(Some(Shown {
        record: parse(&raw)?,
        pending: pending(standing),
    }))
}

/// A record as the service has confirmed it.
pub(super) fn confirmed(replica: &Connection, id: RecordId) -> Result<Option<Record>, StoreError> {
    let raw: Option<String> = replica
        .prepare_cached("SELECT raw FROM confirmed WHERE id = :id")?
        .query_row(named_params! {":id": key(id)}, |row| row.get(0))
        .optional()?;
    raw.map(|raw| parse(&raw)).transpose()
}

/// The feed that a confirmed record came by.
pub(super) fn feed_of(replica: &Connection, id: RecordId) -> Result<Option<FeedId>, StoreError> {
    let feed: Option<String> = replica
        .prepare_cached("SELECT feed FROM confirmed WHERE id = :id")?
        .query_row(named_params! {":id": key(id)}, |row| row.get(0))
        .optional()?;
    Ok(feed.and_then(|feed| feed.parse().ok()))
}

/// Stores a record as it came, over what was there.
pub(super) fn put_confirmed(
    replica: &Connection,
    feed: FeedId,
    seq: Seq,
    envelope: &Envelope,
    raw: &str,
) -> Result<(), StoreError> {
    replica
        .prepare_cached(
            "INSERT OR REPLACE INTO confirmed (id, feed, kind, parent, area, rev, seq, raw)
             VALUES (:id, :feed, :kind, :parent, :area, :rev, :seq, :raw)",
        )?
        .execute(named_params! {
            ":id": key(envelope.id),
            ":feed": feed.to_string(),
            ":kind": envelope.kind.as_str(),
            ":parent": envelope.parent.map(key),
            ":area": envelope.area.as_str(),
            ":rev": from_rev(envelope.rev),
            ":seq": sql_seq(seq),
            ":raw": raw,
        })?;
    Ok(())
}

pub(super) fn from_rev(rev: Rev) -> i64 {
    i64::try_from(rev.0).unwrap_or(i64::MAX)
}
