//! Taking a snapshot aside and swapping it in whole.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::changes::put_event;
use super::cursor::{self, Standing};
use super::db::{Writing, begin, cache_for};
use super::error::{SnapshotFault, StoreError, unreadable};
use super::life;
use super::named;
use super::overlay::{self, Which};
use super::project::{self, Layer};
use super::results;
use super::rows::{self, from_sql, key, sql_seq};
use super::shared::StoreEvent;
use super::submit;
use super::swap;
use super::writer::Writer;
use crate::domain::record::Body;
use crate::fault::fail_point;
use crate::wire::feed::{Cursor, RECORD_BYTES_MAX, Seq, SnapshotHeader, SnapshotLine, TrailerBody};
use crate::wire::proof::Digest;

/// The form that this program reads.
const FORM: u32 = 1;

/// Begins a snapshot.
pub(super) fn begin_snapshot(
    writer: &mut Writer,
    header: &SnapshotHeader,
) -> Result<(), StoreError> {
    if header.snapshot != FORM {
        return Err(StoreError::Snapshot(SnapshotFault::Form(header.snapshot)));
    }
    cache_for(&writer.dbs.replica, Writing::Bulk)?;
    let replica = begin(&writer.dbs.replica)?;
    not_older(&replica, header)?;
    clear(&replica)?;
    replica.execute(
        "INSERT INTO shadow_header (one, header, lines) VALUES (1, ?1, 0)",
        [serde_json::to_string(header).map_err(unreadable("snapshot header"))?],
    )?;
    Ok(replica.commit()?)
}

/// Nobody sees an older state after a newer one.
fn not_older(replica: &Connection, header: &SnapshotHeader) -> Result<(), StoreError> {
    match cursor::cursor(replica, header.feed)? {
        Some(cursor) if cursor.epoch == header.epoch && cursor.seq > header.seq => {
            Err(StoreError::Snapshot(SnapshotFault::Older))
        }
        Some(_) | None => Ok(()),
    }
}

pub(super) fn clear(replica: &Connection) -> Result<(), StoreError> {
    Ok(replica.execute_batch(
        "DELETE FROM shadow_header; DELETE FROM shadow_confirmed; DELETE FROM shadow_event;
         DELETE FROM shadow_queue; DELETE FROM shadow_lookup;",
    )?)
}

/// Discards what has come.
pub(super) fn abort(writer: &mut Writer) -> Result<(), StoreError> {
    let replica = begin(&writer.dbs.replica)?;
    clear(&replica)?;
    replica.commit()?;
    cache_for(&writer.dbs.replica, Writing::Little)
}

fn header(replica: &Connection) -> Result<(SnapshotHeader, u64), StoreError> {
    let found: Option<(String, i64)> = replica
        .query_row("SELECT header, lines FROM shadow_header", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (header, lines) = found.ok_or(StoreError::Snapshot(SnapshotFault::NotBegun))?;
    let header = serde_json::from_str(&header).map_err(unreadable("snapshot header"))?;
    Ok((header, from_sql(lines)))
}

/// Takes lines aside. A line that is no record discards the whole.
pub(super) fn lines(writer: &mut Writer, lines: &[SnapshotLine]) -> Result<(), StoreError> {
    let replica = begin(&writer.dbs.replica)?;
    let (header, mut count) = header(&replica)?;
    let feed = header.feed.to_string();
    for line in lines {
        count += 1;
        if take(&replica, &header, &feed, line)? == Taken::NotARecord {
            clear(&replica)?;
            replica.commit()?;
            return Err(StoreError::Snapshot(SnapshotFault::Line { line: count }));
        }
    }
    fail_point!("store.snapshot.lines", StoreError::Closed);
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    replica.execute("UPDATE shadow_header SET lines = ?1", [count])?;
    Ok(replica.commit()?)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    Aside,
    NotARecord,
}

fn take(
    replica: &Connection,
    header: &SnapshotHeader,
    feed: &str,
    line: &SnapshotLine,
) -> Result<Taken, StoreError> {
    let raw = line.record.get();
    let Some(record) = rows::read(raw) else {
        return Ok(Taken::NotARecord);
    };
    let stored = replica
        .prepare_cached(
            "INSERT OR IGNORE INTO shadow_confirmed
               (id, feed, kind, parent, area, rev, seq, raw)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            key(record.id),
            feed,
            record.kind().as_str(),
            record.parent.map(key),
            record.area.as_str(),
            rows::from_rev(record.rev),
            sql_seq(header.seq),
            raw,
        ])?;
    // The same record twice: it is not the copy that was asked for.
    if stored == 0 {
        return Ok(Taken::NotARecord);
    }
    for placed in &line.events {
        let event = placed.event.get();
        if event.len() > RECORD_BYTES_MAX {
            return Ok(Taken::NotARecord);
        }
        let stored = put_event(
            replica,
            Layer::Shadow,
            header.feed,
            placed.seq,
            record.id,
            event,
        )?;
        // One place holds one event.
        if stored == 0 {
            return Ok(Taken::NotARecord);
        }
    }
    if let Body::Incident(incident) = &record.body {
        project::put(replica, Layer::Shadow, &record, incident)?;
    }
    named::put(replica, Layer::Shadow, &record)?;
    Ok(Taken::Aside)
}

/// Checks and swaps in, or discards all.
pub(super) fn end(
    writer: &mut Writer,
    trailer: &TrailerBody,
    received: Digest,
) -> Result<(), StoreError> {
    writer.freshen()?;
    let replica = begin(&writer.dbs.replica)?;
    let (header, _) = header(&replica)?;
    if let Err(fault) = whole(&replica, &header, trailer, received)? {
        clear(&replica)?;
        replica.commit()?;
        return Err(StoreError::Snapshot(fault));
    }
    not_older(&replica, &header)?;
    let before = cursor::stand(&replica, header.feed)?;
    let same_epoch = before.filter(|before| before.cursor.epoch == header.epoch);
    swap::swap(
        &replica,
        &header,
        same_epoch.map(|before| before.cursor.epoch),
    )?;
    let at = Cursor {
        feed: header.feed,
        epoch: header.epoch,
        seq: header.seq,
    };
    let durable_upto = same_epoch.map_or(Seq::START, |before| before.durable_upto);
    let outbox = begin(&writer.dbs.outbox)?;
    // Before the cursor moves: a desk that has noted no life has it from there.
    life::go_over(&replica, &outbox, header.epoch, &writer.signer())?;
    life::thaw(&outbox, at)?;
    let standing = Standing {
        cursor: at,
        head: header.seq,
        durable_upto,
        chain: header.chain,
    };
    cursor::set(&replica, &standing)?;
    results::settle_passed(&replica, &outbox)?;
    overlay::rebase(writer, Which::All)?;
    fail_point!("store.snapshot.before-outbox", StoreError::Closed);
    outbox.commit()?;
    fail_point!("store.snapshot.between-files", StoreError::Closed);
    writer.overlay = submit::follow(replica);
    fail_point!("store.snapshot.after");
    writer.load_policy()?;
    writer.load_places()?;
    cache_for(&writer.dbs.replica, Writing::Little)?;
    writer.shared.tell(&StoreEvent::Reset);
    writer.shared.grown().notify_one();
    Ok(())
}

fn whole(
    replica: &Connection,
    header: &SnapshotHeader,
    trailer: &TrailerBody,
    received: Digest,
) -> Result<Result<(), SnapshotFault>, StoreError> {
    if trailer.sha256 != received.to_string() {
        return Ok(Err(SnapshotFault::Hash));
    }
    let mut statement =
        replica.prepare_cached("SELECT kind, count(*) FROM shadow_confirmed GROUP BY kind")?;
    let mut found = statement.query([])?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    while let Some(row) = found.next()? {
        counts.insert(row.get(0)?, from_sql(row.get(1)?));
    }
    let told = |told: &BTreeMap<String, u64>| {
        told.iter()
            .filter(|(_, count)| **count > 0)
            .map(|(kind, count)| (kind.clone(), *count))
            .collect::<BTreeMap<_, _>>()
    };
    if told(&trailer.counts) != counts || told(&header.counts) != counts {
        return Ok(Err(SnapshotFault::Counts));
    }
    Ok(Ok(()))
}
