//! Feeds: head rows and the changes behind them.

use std::ops::ControlFlow;

use rusqlite::{OptionalExtension, params};

use super::{Result, Tx, View, count, digest, number, parsed};
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::record::{Kind, Rev};
use crate::wire::feed::{FeedId, Seq};
use crate::wire::proof::Digest;

/// Where a feed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedHead {
    /// Which feed.
    pub feed: FeedId,
    /// The newest change.
    pub head: Seq,
    /// The oldest change that can be paged.
    pub low_water: Seq,
    /// The hash of everything up to the head.
    pub chain: Digest,
}

/// A change with all that decides who may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    /// Which feed.
    pub feed: FeedId,
    /// Its place.
    pub seq: Seq,
    /// The first place of its transaction.
    pub tx: Seq,
    /// The record it happened to.
    pub record: RecordId,
    /// The record's kind.
    pub kind: Kind,
    /// Where the record belonged before; `None` for a new one.
    pub area_before: Option<AreaCode>,
    /// Where it belongs now.
    pub area_after: AreaCode,
    /// Its revision now.
    pub rev: Rev,
    /// The event's JSON text.
    pub event: String,
    /// The record's JSON text without its sealed part.
    pub doc: String,
    /// The sealed part's JSON text.
    pub sealed: Option<String>,
    /// The hash of the feed up to and with this change.
    pub chain: Digest,
}

impl StoredChange {
    /// The text that the feed's chain is taken over.
    #[must_use]
    pub fn chained_text(&self) -> String {
        format!(
            "{}\n{}\n{}\n{}\n{}\n{}",
            self.feed,
            self.seq,
            self.tx,
            self.event,
            self.doc,
            self.sealed.as_deref().unwrap_or_default()
        )
    }
}

type HeadRow = (String, i64, i64, Vec<u8>);

fn head_columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<HeadRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn head((feed, head, low_water, chain): HeadRow) -> Result<FeedHead> {
    Ok(FeedHead {
        feed: parsed(&feed, "feed")?,
        head: Seq(count(head)),
        low_water: Seq(count(low_water)),
        chain: digest(&chain)?,
    })
}

const CHANGE_COLUMNS: &str =
    "seq, tx, record, kind, area_before, area_after, rev, event, doc, sealed, chain";

fn change(feed: FeedId, row: &rusqlite::Row<'_>) -> Result<StoredChange> {
    let record: String = row.get(2)?;
    let kind: String = row.get(3)?;
    let before: Option<String> = row.get(4)?;
    let after: String = row.get(5)?;
    Ok(StoredChange {
        feed,
        seq: Seq(count(row.get(0)?)),
        tx: Seq(count(row.get(1)?)),
        record: parsed(&record, "change")?,
        kind: Kind::from_name(&kind),
        area_before: before.map(|area| parsed(&area, "change")).transpose()?,
        area_after: parsed(&after, "change")?,
        rev: Rev(count(row.get(6)?)),
        event: row.get(7)?,
        doc: row.get(8)?,
        sealed: row.get(9)?,
        chain: digest(&row.get::<_, Vec<u8>>(10)?)?,
    })
}

impl View<'_> {
    /// Where a feed stands; `None` when there is no such feed.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn feed(&self, feed: FeedId) -> Result<Option<FeedHead>> {
        self.conn
            .prepare_cached("SELECT id, head, low_water, chain FROM feed WHERE id = ?1")?
            .query_row([feed.to_string()], head_columns)
            .optional()?
            .map(head)
            .transpose()
    }

    /// The hash of a feed up to a place; `None` for a place that the feed does
    /// not have, or has no more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn chain_at(&self, feed: FeedId, seq: Seq) -> Result<Option<Digest>> {
        if seq == Seq::START {
            return Ok(Some(Digest::ZERO));
        }
        self.conn
            .prepare_cached("SELECT chain FROM change WHERE feed = ?1 AND seq = ?2")?
            .query_row(params![feed.to_string(), number(seq.0)], |row| {
                row.get::<_, Vec<u8>>(0)
            })
            .optional()?
            .map(|chain| digest(&chain))
            .transpose()
    }

    /// How far every feed goes, also the officers' private ones.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn all_heads(&self) -> Result<Vec<(FeedId, Seq)>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id, head FROM feed ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut heads = Vec::new();
        while let Some(row) = rows.next()? {
            let feed: String = row.get(0)?;
            heads.push((parsed(&feed, "feed")?, Seq(count(row.get(1)?))));
        }
        Ok(heads)
    }

    /// Every feed of an area (none of an officer), by code.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn area_feeds(&self) -> Result<Vec<FeedHead>> {
        self.conn
            .prepare_cached(
                "SELECT id, head, low_water, chain FROM feed WHERE id NOT LIKE 'o-%' ORDER BY id",
            )?
            .query_map([], head_columns)?
            .map(|row| head(row?))
            .collect()
    }

    /// Hands the changes after `after` to `each`, in order, until it breaks.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn changes_after(
        &self,
        feed: FeedId,
        after: Seq,
        mut each: impl FnMut(StoredChange) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {CHANGE_COLUMNS} FROM change WHERE feed = ?1 AND seq > ?2 ORDER BY seq"
        ))?;
        let mut rows = statement.query(params![feed.to_string(), number(after.0)])?;
        while let Some(row) = rows.next()? {
            if each(change(feed, row)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The latest `limit` changes of a record, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn changes_of(
        &self,
        feed: FeedId,
        record: RecordId,
        limit: usize,
    ) -> Result<Vec<StoredChange>> {
        // Left to itself, the planner takes the primary key and walks the
        // whole feed.
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {CHANGE_COLUMNS} FROM change INDEXED BY change_record
             WHERE feed = ?1 AND record = ?2 ORDER BY seq DESC LIMIT ?3"
        ))?;
        let mut rows = statement.query(params![
            feed.to_string(),
            record.to_string(),
            number(limit as u64)
        ])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            changes.push(change(feed, row)?);
        }
        changes.reverse();
        Ok(changes)
    }

    /// The state that a record had at a revision.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn doc_at(&self, feed: FeedId, record: RecordId, rev: Rev) -> Result<Option<String>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT doc FROM change INDEXED BY change_record
                 WHERE feed = ?1 AND record = ?2 AND rev = ?3",
            )?
            .query_row(
                params![feed.to_string(), record.to_string(), number(rev.0)],
                |row| row.get(0),
            )
            .optional()?)
    }
}

impl Tx<'_> {
    /// Makes an empty feed; one that is there stays as it is.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn make_feed(&self, feed: FeedId) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO feed (id, head, low_water, chain) VALUES (?1, 0, 1, ?2)
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![feed.to_string(), &Digest::ZERO.0[..]])?;
        Ok(())
    }

    /// Writes a change.
    ///
    /// # Errors
    /// When the engine fails, or the place is taken.
    pub fn append_change(&self, change: &StoredChange) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO change (feed, seq, tx, record, kind, area_before, area_after, rev,
                                     event, doc, sealed, chain)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                change.feed.to_string(),
                number(change.seq.0),
                number(change.tx.0),
                change.record.to_string(),
                change.kind.as_str(),
                change.area_before.map(|area| area.to_string()),
                change.area_after.to_string(),
                number(change.rev.0),
                change.event,
                change.doc,
                change.sealed,
                &change.chain.0[..],
            ])?;
        Ok(())
    }

    /// Moves a head. The last write of any transaction that appends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn bump_head(&self, feed: FeedId, head: Seq, chain: &Digest) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE feed SET head = ?2, chain = ?3 WHERE id = ?1")?
            .execute(params![feed.to_string(), number(head.0), &chain.0[..]])?;
        Ok(())
    }
}
