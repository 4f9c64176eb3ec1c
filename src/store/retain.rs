//! What leaves a workstation with time: closed incidents, and warnings that were
//! lifted and seen, that the policy no longer keeps. The centre has them for
//! ever.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::changes::forget;
use super::db::begin;
use super::error::StoreError;
use super::overlay::{self, Which};
use super::rows::{Key, key, record_id};
use super::shared::StoreEvent;
use super::writer::Writer;
use crate::domain::ids::RecordId;
use crate::domain::time::{Millis, Timestamp};

/// Incidents that leave in one transaction, so that nobody waits long.
pub const RETAIN_BATCH_ROWS: usize = 200;
/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Incidents that were closed before a moment, after one of them.
const CLOSED: &str = "SELECT closed_at, id FROM queue INDEXED BY queue_closed
     WHERE closed_at < ?1 AND closed_at IS NOT NULL AND (closed_at, id) > (?2, ?3)
     ORDER BY closed_at, id LIMIT ?4";
/// Warnings that were lifted before a moment and that somebody has seen.
const LIFTED: &str = "SELECT lifted_at, id FROM warning INDEXED BY warning_lifted
     WHERE lifted_at < ?1 AND lifted_at IS NOT NULL AND on_board = 0
       AND (lifted_at, id) > (?2, ?3)
     ORDER BY lifted_at, id LIMIT ?4";

/// Deletes closed incidents that are older than the policy keeps, unless an
/// act of this desk still waits on them. Says how many left.
pub(super) fn retain(writer: &mut Writer, now: Timestamp) -> Result<u64, StoreError> {
    writer.freshen()?;
    let days = i64::from(writer.shared.policy().1.keep_closed_days);
    let before = now.saturating_sub(Millis(days.saturating_mul(DAY_MS)));
    let mut left = 0;
    for sql in [CLOSED, LIFTED] {
        let mut after: (i64, Key) = (i64::MIN, [0; 16]);
        loop {
            let batch = old(writer, sql, before, after)?;
            let Some((at, last)) = batch.last() else {
                break;
            };
            after = (*at, key(*last));
            left += delete(writer, &batch)?;
        }
    }
    if left > 0 {
        writer.shared.tell(&StoreEvent::Reset);
    }
    Ok(left)
}

fn old(
    writer: &Writer,
    sql: &str,
    before: Timestamp,
    after: (i64, Key),
) -> Result<Vec<(i64, RecordId)>, StoreError> {
    let mut statement = writer.dbs.replica.prepare_cached(sql)?;
    let limit = i64::try_from(RETAIN_BATCH_ROWS).unwrap_or(i64::MAX);
    let found = statement.query_map(
        params![before.as_millis(), after.0, after.1, limit],
        |row| Ok((row.get(0)?, row.get::<_, Key>(1)?)),
    )?;
    let mut ids = Vec::new();
    for row in found {
        let (at, id) = row?;
        ids.push((at, record_id(id)));
    }
    Ok(ids)
}

/// Whether an act of this desk on the record is not settled yet.
fn waited_for(outbox: &Connection, id: RecordId) -> Result<bool, StoreError> {
    Ok(outbox
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM touch JOIN outbox USING (dseq)
                            WHERE record = ?1 AND state <> 3)",
        )?
        .query_row([key(id)], |row| row.get(0))?)
}

fn delete(writer: &mut Writer, batch: &[(i64, RecordId)]) -> Result<u64, StoreError> {
    let replica = begin(&writer.dbs.replica)?;
    let mut gone: BTreeSet<RecordId> = BTreeSet::new();
    let mut count = 0;
    for (_, id) in batch {
        if waited_for(&writer.dbs.outbox, *id)? {
            continue;
        }
        count += 1;
        gone.insert(*id);
        let mut statement = replica.prepare_cached("SELECT id FROM confirmed WHERE parent = ?1")?;
        for entry in statement.query_map([key(*id)], |row| row.get::<_, Key>(0))? {
            gone.insert(record_id(entry?));
        }
    }
    for id in &gone {
        forget(&replica, *id)?;
    }
    overlay::rebase(writer, Which::Touching(&gone))?;
    replica.commit()?;
    Ok(count)
}
