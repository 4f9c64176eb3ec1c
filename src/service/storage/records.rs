//! The newest state of every record.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use super::{Result, Tx, View, count, number, parsed};
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::record::{Kind, Rev};
use crate::wire::feed::{FeedId, Seq};

/// Where a record stands in a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shelf {
    /// Incidents that are open.
    Open = 0,
    /// Policy, places, units, people: what the open ones name.
    Names = 1,
    /// Everything else.
    Rest = 2,
}

/// A record's newest state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its feed.
    pub feed: FeedId,
    /// Its identity.
    pub id: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// Where it belongs.
    pub area: AreaCode,
    /// Its revision.
    pub rev: Rev,
    /// The change that made this state.
    pub seq: Seq,
    /// Where it stands in a snapshot.
    pub shelf: Shelf,
    /// The record that it speaks of.
    pub parent: Option<RecordId>,
    /// Its JSON text without the sealed part.
    pub doc: String,
    /// The sealed part's JSON text.
    pub sealed: Option<String>,
}

impl StoredRecord {
    /// The JSON text with the sealed part, as the domain writes it: `sealed`
    /// is the envelope's last field.
    #[must_use]
    pub fn whole(&self) -> String {
        whole(&self.doc, self.sealed.as_deref())
    }
}

/// Puts the sealed part back into a record's text.
#[must_use]
pub fn whole(doc: &str, sealed: Option<&str>) -> String {
    match (sealed, doc.strip_suffix('}')) {
        (Some(sealed), Some(open)) => format!("{open},\"sealed\":{sealed}}}"),
        (_, _) => doc.to_owned(),
    }
}

const COLUMNS: &str = "id, kind, area, rev, seq, shelf, parent, doc, sealed";

fn record(feed: FeedId, row: &rusqlite::Row<'_>) -> Result<StoredRecord> {
    let id: String = row.get(0)?;
    let kind: String = row.get(1)?;
    let area: String = row.get(2)?;
    let shelf: i64 = row.get(5)?;
    let parent: Option<String> = row.get(6)?;
    Ok(StoredRecord {
        feed,
        id: parsed(&id, "record")?,
        kind: Kind::from_name(&kind),
        area: parsed(&area, "record")?,
        rev: Rev(count(row.get(3)?)),
        seq: Seq(count(row.get(4)?)),
        shelf: match shelf {
            0 => Shelf::Open,
            1 => Shelf::Names,
            _ => Shelf::Rest,
        },
        parent: parent.map(|id| parsed(&id, "record")).transpose()?,
        doc: row.get(7)?,
        sealed: row.get(8)?,
    })
}

impl View<'_> {
    /// One record.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn record(&self, feed: FeedId, id: RecordId) -> Result<Option<StoredRecord>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM record WHERE feed = ?1 AND id = ?2"
        ))?;
        let mut rows = statement.query([feed.to_string(), id.to_string()])?;
        rows.next()?.map(|row| record(feed, row)).transpose()
    }

    /// The newest state of the feed's policy; a district has one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn policy(&self, feed: FeedId) -> Result<Option<StoredRecord>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM record INDEXED BY record_kind
             WHERE feed = ?1 AND kind = 'policy' ORDER BY area LIMIT 1"
        ))?;
        let mut rows = statement.query([feed.to_string()])?;
        rows.next()?.map(|row| record(feed, row)).transpose()
    }

    /// How many records there are, by kind and area.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn record_counts(&self, feed: FeedId) -> Result<BTreeMap<(Kind, AreaCode), u64>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT kind, area, count(*) FROM record WHERE feed = ?1 GROUP BY kind, area",
        )?;
        let mut rows = statement.query([feed.to_string()])?;
        let mut counts = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let kind: String = row.get(0)?;
            let area: String = row.get(1)?;
            counts.insert(
                (Kind::from_name(&kind), parsed(&area, "record")?),
                count(row.get(2)?),
            );
        }
        Ok(counts)
    }

    /// Hands every record to `each`, in the order of a snapshot.
    ///
    /// # Errors
    /// When the engine fails, or `each` does.
    pub fn records<E: From<super::StorageError>>(
        &self,
        feed: FeedId,
        mut each: impl FnMut(StoredRecord) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut statement = self
            .conn
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM record WHERE feed = ?1 ORDER BY shelf, id"
            ))
            .map_err(super::sql)?;
        let mut rows = statement.query([feed.to_string()]).map_err(super::sql)?;
        while let Some(row) = rows.next().map_err(super::sql)? {
            each(record(feed, row)?)?;
        }
        Ok(())
    }

    /// At most `limit` records of a shelf, the greatest ids first, below one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn records_on(
        &self,
        feed: FeedId,
        on: Shelf,
        below: Option<RecordId>,
        limit: usize,
    ) -> Result<Vec<StoredRecord>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM record INDEXED BY record_shelf
             WHERE feed = ?1 AND shelf = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4"
        ))?;
        // After the last digit of any id.
        let below = below.map_or_else(|| "g".to_owned(), |id| id.to_string());
        let mut rows = statement.query(params![
            feed.to_string(),
            on as i64,
            below,
            number(limit as u64)
        ])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(record(feed, row)?);
        }
        Ok(records)
    }

    /// Every record of a kind, by area.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn records_of(&self, feed: FeedId, kind: &Kind) -> Result<Vec<StoredRecord>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM record INDEXED BY record_kind
             WHERE feed = ?1 AND kind = ?2 ORDER BY area, id"
        ))?;
        let mut rows = statement.query([feed.to_string(), kind.as_str().to_owned()])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(record(feed, row)?);
        }
        Ok(records)
    }

    /// The latest `limit` records that speak of `parent`, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn records_about(
        &self,
        feed: FeedId,
        parent: RecordId,
        limit: usize,
    ) -> Result<Vec<StoredRecord>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM record INDEXED BY record_parent
             WHERE feed = ?1 AND parent = ?2 ORDER BY seq DESC LIMIT ?3"
        ))?;
        let mut rows = statement.query(params![
            feed.to_string(),
            parent.to_string(),
            number(limit as u64)
        ])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(record(feed, row)?);
        }
        records.reverse();
        Ok(records)
    }

    /// The area of a record and its revision.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn record_place(&self, feed: FeedId, id: RecordId) -> Result<Option<(AreaCode, Rev)>> {
        let found: Option<(String, i64)> = self
            .conn
            .prepare_cached("SELECT area, rev FROM record WHERE feed = ?1 AND id = ?2")?
            .query_row([feed.to_string(), id.to_string()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        found
            .map(|(area, rev)| Ok((parsed(&area, "record")?, Rev(count(rev)))))
            .transpose()
    }
}

impl Tx<'_> {
    /// Makes or replaces a record's newest state.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_record(&self, record: &StoredRecord) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO record (feed, id, kind, area, rev, seq, shelf, parent, doc, sealed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (feed, id) DO UPDATE SET kind = excluded.kind, area = excluded.area,
                     rev = excluded.rev, seq = excluded.seq, shelf = excluded.shelf,
                     parent = excluded.parent, doc = excluded.doc, sealed = excluded.sealed",
            )?
            .execute(params![
                record.feed.to_string(),
                record.id.to_string(),
                record.kind.as_str(),
                record.area.to_string(),
                number(record.rev.0),
                number(record.seq.0),
                record.shelf as i64,
                record.parent.map(|id| id.to_string()),
                record.doc,
                record.sealed,
            ])?;
        Ok(())
    }
}
