//! What happened to an incident, in the order of the feed, what waits last.

use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::error::StoreError;
use super::rows::{self, Key, from_sql, key, record_id};
use super::view::{Pending, TimelineItem, TimelineWhat};
use crate::domain::ids::RecordId;
use crate::domain::record::Body;
use crate::domain::time::Timestamp;
use crate::wire::feed::{Seq, read_event};

/// The most lines of a timeline that are read at once.
pub const TIMELINE_LINES_MAX: usize = 2_000;

struct Line {
    seq: Option<Seq>,
    entry: Option<RecordId>,
    raw: String,
}

/// The latest `limit` lines, oldest first.
pub(super) fn timeline(
    replica: &Connection,
    id: RecordId,
    limit: usize,
) -> Result<Vec<TimelineItem>, StoreError> {
    let limit = limit.clamp(1, TIMELINE_LINES_MAX);
    let mut placed = Vec::new();
    let mut told = Vec::new();
    for line in confirmed_lines(replica, id, limit)? {
        told.extend(line.entry);
        placed.push(item(replica, &line, Pending::Confirmed)?);
    }
    let loose = loose_entries(replica, id, &told, limit)?;
    let mut items = merged(placed, loose);
    let standing: Option<i64> = replica
        .prepare_cached("SELECT standing FROM overlay WHERE id = ?1")?
        .query_row([key(id)], |row| row.get(0))
        .optional()?;
    let pending = rows::pending(standing).max(Pending::Waiting);
    for line in waiting_lines(replica, id)? {
        items.push(item(replica, &line, pending)?);
    }
    let surplus = items.len().saturating_sub(limit);
    items.drain(..surplus);
    Ok(items)
}

fn confirmed_lines(
    replica: &Connection,
    id: RecordId,
    limit: usize,
) -> Result<Vec<Line>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT seq, entry, raw FROM event WHERE id = ?1 ORDER BY seq DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = statement.query(params![key(id), limit])?;
    let mut lines = Vec::new();
    while let Some(row) = found.next()? {
        lines.push(Line {
            seq: Some(Seq(from_sql(row.get(0)?))),
            entry: row.get::<_, Option<Key>>(1)?.map(record_id),
            raw: row.get(2)?,
        });
    }
    lines.reverse();
    Ok(lines)
}

fn waiting_lines(replica: &Connection, id: RecordId) -> Result<Vec<Line>, StoreError> {
    let mut statement = replica
        .prepare_cached("SELECT entry, raw FROM overlay_event WHERE id = ?1 ORDER BY dseq")?;
    let mut found = statement.query([key(id)])?;
    let mut lines = Vec::new();
    while let Some(row) = found.next()? {
        lines.push(Line {
            seq: None,
            entry: row.get::<_, Option<Key>>(0)?.map(record_id),
            raw: row.get(1)?,
        });
    }
    Ok(lines)
}

/// A line: the whole words where the event made an entry that is here.
fn item(replica: &Connection, line: &Line, pending: Pending) -> Result<TimelineItem, StoreError> {
    if let Some(id) = line.entry
        && let Some(shown) = rows::shown(replica, id)?
        && let Body::Entry(entry) = shown.record.body
    {
        return Ok(TimelineItem {
            at: entry.at,
            seq: line.seq,
            what: TimelineWhat::Entry(id, entry),
            pending,
        });
    }
    let (at, what) = match read_event(&line.raw) {
        Some(event) => (event.at, TimelineWhat::Act(Box::new(event))),
        None => newer(&line.raw),
    };
    Ok(TimelineItem {
        at,
        seq: line.seq,
        what,
        pending,
    })
}

/// An event of a newer program: what can be said of it.
fn newer(raw: &str) -> (Timestamp, TimelineWhat) {
    #[derive(serde::Deserialize)]
    struct Loose {
        #[serde(default)]
        verb: String,
        #[serde(default)]
        at: Timestamp,
    }
    let loose: Loose = serde_json::from_str(raw).unwrap_or(Loose {
        verb: String::new(),
        at: Timestamp::default(),
    });
    (loose.at, TimelineWhat::Newer(loose.verb))
}

/// Confirmed entries that no event here tells of: a snapshot brings records
/// without all of their events.
fn loose_entries(
    replica: &Connection,
    parent: RecordId,
    told: &[RecordId],
    limit: usize,
) -> Result<Vec<TimelineItem>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT raw FROM confirmed WHERE parent = :parent AND kind = 'entry'
         ORDER BY id DESC LIMIT :limit",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = statement.query(named_params! {":parent": key(parent), ":limit": limit})?;
    let mut items = Vec::new();
    while let Some(row) = found.next()? {
        let raw: String = row.get(0)?;
        let record = rows::parse(&raw)?;
        if told.contains(&record.id) {
            continue;
        }
        if let Body::Entry(entry) = record.body {
            items.push(TimelineItem {
                at: entry.at,
                seq: None,
                what: TimelineWhat::Entry(record.id, entry),
                pending: Pending::Confirmed,
            });
        }
    }
    items.sort_by_key(|item| item.at);
    Ok(items)
}

/// Places lines without a number by their time among those with one, whose
/// order by number stays.
fn merged(placed: Vec<TimelineItem>, loose: Vec<TimelineItem>) -> Vec<TimelineItem> {
    let mut items = Vec::with_capacity(placed.len() + loose.len());
    let mut loose = loose.into_iter().peekable();
    for item in placed {
        while let Some(earlier) = loose.next_if(|earlier| earlier.at <= item.at) {
            items.push(earlier);
        }
        items.push(item);
    }
    items.extend(loose);
    items
}
