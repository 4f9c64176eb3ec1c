//! What the index is made from: the rows of the copy, and which of them have
//! changed.

use rusqlite::{Connection, OptionalExtension, Row as SqlRow};

use super::file::Subject;
use crate::store::error::StoreError;

/// What the index needs of a row.
pub(super) struct Row {
    pub(super) doc: i64,
    /// The text of an incident, or a name.
    pub(super) text: String,
    /// Parties, or what is known besides the name.
    pub(super) more: String,
    pub(super) area: String,
}

impl Row {
    fn read(row: &SqlRow<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            doc: row.get(0)?,
            text: row.get(1)?,
            more: row.get(2)?,
            area: row.get(3)?,
        })
    }
}

/// The last change that was noted.
pub(super) fn last_change(replica: &Connection, of: Subject) -> Result<i64, StoreError> {
    let sql = match of {
        Subject::Incidents => "SELECT coalesce(max(nth), 0) FROM search_dirty",
        Subject::Named => "SELECT coalesce(max(nth), 0) FROM named_dirty",
    };
    Ok(replica
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?)
}

pub(super) fn last_row(replica: &Connection, of: Subject) -> Result<i64, StoreError> {
    let sql = match of {
        Subject::Incidents => "SELECT coalesce(max(rowid), 0) FROM queue",
        Subject::Named => "SELECT coalesce(max(rowid), 0) FROM lookup",
    };
    Ok(replica
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?)
}

/// The next rows after one, at most `limit`.
pub(super) fn rows_after(
    replica: &Connection,
    of: Subject,
    upto: i64,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let sql = match of {
        Subject::Incidents => {
            "SELECT rowid, search, parties, area FROM queue
             WHERE rowid > ?1 ORDER BY rowid LIMIT ?2"
        }
        Subject::Named => {
            "SELECT rowid, name, more, area FROM lookup
             WHERE rowid > ?1 ORDER BY rowid LIMIT ?2"
        }
    };
    let mut statement = replica.prepare_cached(sql)?;
    let rows = statement.query_map([upto, limit], Row::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn row(replica: &Connection, of: Subject, doc: i64) -> Result<Option<Row>, StoreError> {
    let sql = match of {
        Subject::Incidents => "SELECT rowid, search, parties, area FROM queue WHERE rowid = ?1",
        Subject::Named => "SELECT rowid, name, more, area FROM lookup WHERE rowid = ?1",
    };
    Ok(replica
        .prepare_cached(sql)?
        .query_row([doc], Row::read)
        .optional()?)
}

/// Changes after one, with their rows, at most `limit`.
pub(super) fn changes_after(
    replica: &Connection,
    of: Subject,
    applied: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let sql = match of {
        Subject::Incidents => {
            "SELECT nth, doc FROM search_dirty WHERE nth > ?1 ORDER BY nth LIMIT ?2"
        }
        Subject::Named => "SELECT nth, doc FROM named_dirty WHERE nth > ?1 ORDER BY nth LIMIT ?2",
    };
    let mut statement = replica.prepare_cached(sql)?;
    let rows = statement.query_map([applied, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
