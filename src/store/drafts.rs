//! Unfinished input, kept for the officer who typed it.

use rusqlite::{OptionalExtension, Row, params};

use super::db::begin;
use super::error::StoreError;
use super::reader::Reader;
use super::writer::Writer;
use crate::domain::ids::OfficerId;
use crate::domain::time::Timestamp;

/// Drafts that one officer may have on a desk; the oldest go first.
pub const DRAFTS_MAX: u32 = 200;

/// Unfinished input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Which form, and on which record.
    pub key: String,
    /// What the form holds, as the form writes it.
    pub json: String,
    /// When it was saved.
    pub saved_at: Timestamp,
}

fn draft(row: &Row<'_>) -> rusqlite::Result<Draft> {
    Ok(Draft {
        key: row.get(0)?,
        json: row.get(1)?,
        saved_at: Timestamp::from_millis(row.get(2)?),
    })
}

fn owner(id: OfficerId) -> [u8; 16] {
    *id.uuid().as_bytes()
}

pub(super) fn save(
    writer: &mut Writer,
    key: &str,
    json: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let officer = owner(writer.officer.id);
    let outbox = begin(&writer.dbs.outbox)?;
    outbox.execute(
        "INSERT OR REPLACE INTO draft (officer, key, json, saved_at) VALUES (?1, ?2, ?3, ?4)",
        params![officer, key, json, at.as_millis()],
    )?;
    outbox.execute(
        "DELETE FROM draft WHERE officer = ?1 AND key NOT IN
           (SELECT key FROM draft WHERE officer = ?1 ORDER BY saved_at DESC LIMIT ?2)",
        params![officer, DRAFTS_MAX],
    )?;
    Ok(outbox.commit()?)
}

pub(super) fn delete(writer: &Writer, key: &str) -> Result<(), StoreError> {
    writer.dbs.outbox.execute(
        "DELETE FROM draft WHERE officer = ?1 AND key = ?2",
        params![owner(writer.officer.id), key],
    )?;
    Ok(())
}

pub(super) fn one(reader: &Reader, key: &str) -> Result<Option<Draft>, StoreError> {
    Ok(reader
        .dbs
        .outbox
        .prepare_cached("SELECT key, json, saved_at FROM draft WHERE officer = ?1 AND key = ?2")?
        .query_row(params![owner(reader.officer.id), key], draft)
        .optional()?)
}

pub(super) fn all(reader: &Reader) -> Result<Vec<Draft>, StoreError> {
    let mut statement = reader.dbs.outbox.prepare_cached(
        "SELECT key, json, saved_at FROM draft WHERE officer = ?1 ORDER BY saved_at DESC, key",
    )?;
    let found = statement.query_map([owner(reader.officer.id)], draft)?;
    Ok(found.collect::<Result<_, _>>()?)
}
