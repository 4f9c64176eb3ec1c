//! How far the copy has come in each feed.

use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::rows::{from_sql, sql_seq};
use crate::wire::feed::{Cursor, Epoch, FeedId, Seq, Stated};
use crate::wire::proof::{Digest, HASH_BYTES};

/// A cursor with what the service says of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) cursor: Cursor,
    /// The newest place, as last heard.
    pub(super) head: Seq,
    pub(super) durable_upto: Seq,
    /// The service's word for the cursor's place, where it was heard.
    pub(super) chain: Option<Digest>,
}

/// Where the copy stands in a feed.
pub(super) fn cursor(replica: &Connection, feed: FeedId) -> Result<Option<Cursor>, StoreError> {
    Ok(stand(replica, feed)?.map(|stand| stand.cursor))
}

/// Where the copy stands in a feed, as it states it.
pub(super) fn stated(replica: &Connection, feed: FeedId) -> Result<Option<Stated>, StoreError> {
    Ok(stand(replica, feed)?.map(|stand| Stated {
        cursor: stand.cursor,
        chain: stand.chain,
    }))
}

/// Where the copy stands in every feed.
pub(super) fn all(replica: &Connection) -> Result<Vec<Stated>, StoreError> {
    let mut statement = replica.prepare_cached("SELECT feed FROM cursor ORDER BY feed")?;
    let feeds = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut all = Vec::new();
    for feed in feeds {
        if let Ok(feed) = feed?.parse() {
            all.extend(stated(replica, feed)?);
        }
    }
    Ok(all)
}

/// Where the copy stands in a feed, and what the service says of it.
pub(super) fn stand(replica: &Connection, feed: FeedId) -> Result<Option<Standing>, StoreError> {
    let found = replica
        .prepare_cached("SELECT epoch, seq, head, durable_upto, chain FROM cursor WHERE feed = ?1")?
        .query_row([feed.to_string()], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get::<_, Option<[u8; HASH_BYTES]>>(4)?,
            ))
        })
        .optional()?;
    Ok(found.and_then(|(epoch, seq, head, durable_upto, chain)| {
        let epoch = Epoch(epoch.parse().ok()?);
        Some(Standing {
            cursor: Cursor {
                feed,
                epoch,
                seq: Seq(from_sql(seq)),
            },
            head: Seq(from_sql(head)),
            durable_upto: Seq(from_sql(durable_upto)),
            chain: chain.map(Digest),
        })
    }))
}

/// Moves a cursor.
pub(super) fn set(replica: &Connection, to: &Standing) -> Result<(), StoreError> {
    replica
        .prepare_cached(
            "INSERT OR REPLACE INTO cursor (feed, epoch, seq, head, durable_upto, chain)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            to.cursor.feed.to_string(),
            to.cursor.epoch.to_string(),
            sql_seq(to.cursor.seq),
            sql_seq(to.head),
            sql_seq(to.durable_upto),
            to.chain.map(|chain| chain.0),
        ])?;
    Ok(())
}
