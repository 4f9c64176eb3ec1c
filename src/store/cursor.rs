//! How far the copy has come in each feed.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::rows::{from_sql, sql_seq};
use crate::wire::feed::{Cursor, Epoch, FeedId, Seq};

/// A cursor with what the service calls durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) cursor: Cursor,
    pub(super) durable_upto: Seq,
}

/// Where the copy stands in a feed.
pub(super) fn cursor(replica: &Connection, feed: FeedId) -> Result<Option<Cursor>, StoreError> {
    Ok(stand(replica, feed)?.map(|stand| stand.cursor))
}

/// Where the copy stands in a feed, and what of it is durable.
pub(super) fn stand(replica: &Connection, feed: FeedId) -> Result<Option<Standing>, StoreError> {
    let found = replica
        .prepare_cached("SELECT epoch, seq, durable_upto FROM cursor WHERE feed = ?1")?
        .query_row([feed.to_string()], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(found.and_then(|(epoch, seq, durable_upto)| {
        let epoch = Epoch(epoch.parse().ok()?);
        Some(Standing {
            cursor: Cursor {
                feed,
                epoch,
                seq: Seq(from_sql(seq)),
            },
            durable_upto: Seq(from_sql(durable_upto)),
        })
    }))
}

/// Moves a cursor.
pub(super) fn set(
    replica: &Connection,
    cursor: Cursor,
    head: Seq,
    durable_upto: Seq,
) -> Result<(), StoreError> {
    replica
        .prepare_cached(
            "INSERT OR REPLACE INTO cursor (feed, epoch, seq, head, durable_upto)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            cursor.feed.to_string(),
            cursor.epoch.to_string(),
            sql_seq(cursor.seq),
            sql_seq(head),
            sql_seq(durable_upto),
        ])?;
    Ok(())
}
