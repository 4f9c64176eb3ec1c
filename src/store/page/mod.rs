//! Pages of the queue by key, never by counting; counts; what rings next.
//!
//! [`narrow`] knows what a filter says, [`walk`] comes by the rows, [`order`]
//! knows the orders; here pages are put together and rows are read.

pub mod latest;
mod narrow;
mod order;
mod walk;

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row};

use self::latest::Latest;
use self::order::{Bound, Way};
use self::walk::{Asked, Rows};
use super::db::Dbs;
use super::error::StoreError;
use super::find::sought::Sought;
use super::project::CONFLICTS_COUNTER;
use super::reader::Reader;
use super::rows::{self, from_sql, key};
use super::view::{Anchor, Counts, Filter, More, QueuePage, QueueRow, RowKey, Shown, Sort};
use super::warnings;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::record::Body;
use crate::domain::time::Timestamp;

/// The most rows of one page.
pub const PAGE_ROWS_MAX: usize = 500;

/// The names of areas.
pub(super) type Places = BTreeMap<AreaCode, String>;

/// What a page of the queue is asked for.
pub(super) struct Wanted {
    pub(super) filter: Filter,
    pub(super) sort: Sort,
    pub(super) anchor: Anchor,
    pub(super) limit: usize,
    pub(super) latest: Latest,
}

/// A page of the queue.
pub(super) fn queue(
    reader: &mut Reader,
    places: &Places,
    wanted: &Wanted,
) -> Result<QueuePage, StoreError> {
    wanted.latest.check()?;
    let limit = wanted.limit.clamp(1, PAGE_ROWS_MAX);
    let sought = Sought::new(&wanted.filter.text, places);
    let replica = reader.dbs.replica.unchecked_transaction()?;
    let asked = Asked {
        replica: &replica,
        filter: &wanted.filter,
        sort: wanted.sort,
        sought: &sought,
        latest: &wanted.latest,
    };
    let mut pager = Pager {
        replica: &replica,
        rows: Rows::new(asked, &mut reader.asker)?,
        limit,
    };
    let drawn = match &wanted.anchor {
        Anchor::First => pager.towards(None, Way::On)?,
        Anchor::Last => pager.towards(None, Way::Back)?,
        Anchor::After(key) => pager.towards(Some(key), Way::On)?,
        Anchor::Before(key) => pager.towards(Some(key), Way::Back)?,
        Anchor::Around(id) => match pager.key_of(*id)? {
            Some(key) => pager.around(&key)?,
            None => pager.towards(None, Way::On)?,
        },
    };
    let (tally, reach) = (pager.rows.tally, pager.rows.reach);
    let mut page = QueuePage {
        rows: Vec::with_capacity(drawn.rows.len()),
        before: drawn.before,
        after: drawn.after,
        tally,
        reach,
    };
    for key in drawn.rows {
        wanted.latest.check()?;
        page.rows
            .extend(row_of(&replica, key.id)?.map(|row| (key, row)));
    }
    Ok(page)
}

/// The places of a page.
struct Drawn {
    rows: Vec<RowKey>,
    before: More,
    after: More,
}

struct Pager<'a> {
    replica: &'a Connection,
    rows: Rows<'a>,
    limit: usize,
}

impl Pager<'_> {
    fn towards(&mut self, from: Option<&RowKey>, way: Way) -> Result<Drawn, StoreError> {
        let mut found = self.rows.read(from, Bound::Beyond, way, self.limit + 1)?;
        let ahead = more(found.len() > self.limit);
        found.truncate(self.limit);
        // What lies behind the page: rows on the other side of the key, or of
        // the first row when rows were found.
        let behind = match (from, found.first()) {
            (None, _) => More::Nothing,
            (Some(_), Some(first)) => {
                let first = first.clone();
                self.any(&first, Bound::Beyond, way.turned())?
            }
            (Some(key), None) => self.any(key, Bound::From, way.turned())?,
        };
        Ok(match way {
            Way::On => Drawn {
                rows: found,
                before: behind,
                after: ahead,
            },
            Way::Back => {
                found.reverse();
                Drawn {
                    rows: found,
                    before: ahead,
                    after: behind,
                }
            }
        })
    }

    /// A page with the row of `key` near its middle.
    fn around(&mut self, key: &RowKey) -> Result<Drawn, StoreError> {
        let limit = self.limit;
        let mut back = self
            .rows
            .read(Some(key), Bound::Beyond, Way::Back, limit + 1)?;
        let mut on = self.rows.read(Some(key), Bound::From, Way::On, limit + 1)?;
        let room_before = (limit / 2).max(limit.saturating_sub(on.len()));
        let before = back.len().min(room_before).min(limit.saturating_sub(1));
        let after = on.len().min(limit - before);
        let (lies_before, lies_after) = (more(back.len() > before), more(on.len() > after));
        back.truncate(before);
        back.reverse();
        on.truncate(after);
        back.append(&mut on);
        Ok(Drawn {
            rows: back,
            before: lies_before,
            after: lies_after,
        })
    }

    fn any(&mut self, key: &RowKey, bound: Bound, way: Way) -> Result<More, StoreError> {
        Ok(more(!self.rows.read(Some(key), bound, way, 1)?.is_empty()))
    }

    /// The key of a record, if the filter lets it be seen.
    fn key_of(&mut self, id: RecordId) -> Result<Option<RowKey>, StoreError> {
        let doc: Option<i64> = self
            .replica
            .prepare_cached("SELECT rowid FROM queue WHERE id = ?1")?
            .query_row([key(id)], |row| row.get(0))
            .optional()?;
        doc.map_or(Ok(None), |doc| self.rows.key_of(doc))
    }
}

fn more(some: bool) -> More {
    if some { More::Something } else { More::Nothing }
}

pub(super) const SELECT: &str = "SELECT coalesce(o.raw, c.raw) AS raw, o.standing AS standing";
pub(super) const JOIN: &str =
    "LEFT JOIN overlay AS o ON o.id = q.id LEFT JOIN confirmed AS c ON c.id = q.id";

/// The row of a record as it now looks. The queue's own row is not read: its
/// place is known, and every page of a large file costs.
fn row_of(replica: &Connection, id: RecordId) -> Result<Option<QueueRow>, StoreError> {
    let Some(Shown { record, pending }) = rows::shown(replica, id)? else {
        return Ok(None);
    };
    let Body::Incident(incident) = record.body else {
        return Ok(None);
    };
    Ok(Some(QueueRow {
        id: record.id,
        area: record.area,
        incident: *incident,
        pending,
    }))
}

/// A row that is in the queue has an incident in one of the layers; a row
/// without one would be a fault of the projection and is left out.
pub(super) fn queue_row(row: &Row<'_>) -> Result<Option<QueueRow>, StoreError> {
    let (Some(raw), standing) = rows::shown_row(row)? else {
        return Ok(None);
    };
    let record = rows::parse(&raw)?;
    let Body::Incident(incident) = record.body else {
        return Ok(None);
    };
    Ok(Some(QueueRow {
        id: record.id,
        area: record.area,
        incident: *incident,
        pending: rows::pending(standing),
    }))
}

/// The counts, from the counters and the small outbox.
pub(super) fn counts(dbs: &Dbs) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    let mut statement = dbs
        .replica
        .prepare_cached("SELECT what, value FROM counter")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let what = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX);
        let value = from_sql(row.get(1)?);
        match what {
            0 => counts.incidents = value,
            1..=4 => counts.open_by_severity[what - 1] = value,
            what if what == usize::from(CONFLICTS_COUNTER) => counts.conflicts = value,
            5..=8 => counts.unacknowledged_by_severity[what - 5] = value,
            _ => {}
        }
    }
    let (outbox, refused) = super::outbox::counts(&dbs.outbox)?;
    counts.warnings = warnings::counts(&dbs.replica)?;
    counts.outbox = outbox;
    counts.refused = refused;
    Ok(counts)
}

/// Incidents that are put off at `now`; at most a page of them.
pub(super) fn suppressed(
    replica: &Connection,
    now: Timestamp,
) -> Result<Vec<QueueRow>, StoreError> {
    let sql = format!(
        "{SELECT} FROM queue AS q INDEXED BY queue_snoozed {JOIN}
         WHERE q.snoozed_until > ?1 ORDER BY q.snoozed_until LIMIT {PAGE_ROWS_MAX}"
    );
    let mut statement = replica.prepare_cached(&sql)?;
    let mut found = statement.query([now.as_millis()])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.extend(queue_row(row)?);
    }
    Ok(rows)
}
