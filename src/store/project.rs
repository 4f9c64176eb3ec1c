//! The queue's rows, the counters and the pickers' rows: derived from records
//! and kept up in the transaction that changes them.

use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::db::begin;
use super::error::StoreError;
use super::find::file::Subject;
use super::find::sought;
use super::named;
use super::rows::{self, Key, key};
use super::warnings;
use crate::domain::ids::RecordId;
use crate::domain::incident::Incident;
use crate::domain::incident::stage::Stage;
use crate::domain::record::Record;
use crate::domain::time::Timestamp;

macro_rules! queue_values {
    () => {
        "(id, area, open, severity, rank_key, deadline_key, registered_key, newest_key,
          unacknowledged, episode, snoozed_until, closed_at, number, tag, search, conflict,
          stage, holder, parties)
         VALUES (:id, :area, :open, :severity, :rank_key, :deadline_key, :registered_key,
          :newest_key, :unacknowledged, :episode, :snoozed_until, :closed_at, :number, :tag,
          :search, :conflict, :stage, :holder, :parties)"
    };
}

macro_rules! queue_update {
    () => {
        " ON CONFLICT (id) DO UPDATE SET area = excluded.area, open = excluded.open,
          severity = excluded.severity, rank_key = excluded.rank_key,
          deadline_key = excluded.deadline_key, registered_key = excluded.registered_key,
          newest_key = excluded.newest_key, unacknowledged = excluded.unacknowledged,
          episode = excluded.episode, snoozed_until = excluded.snoozed_until,
          closed_at = excluded.closed_at, number = excluded.number, tag = excluded.tag,
          search = excluded.search, conflict = excluded.conflict, stage = excluded.stage,
          holder = excluded.holder, parties = excluded.parties"
    };
}

/// A sort key for "none", after every other.
const LAST: i64 = i64::MAX;

/// The counter of incidents with an open conflict card.
pub(super) const CONFLICTS_COUNTER: u8 = 9;

/// Rows in use, or those of a snapshot on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    Live,
    Shadow,
}

/// What the counters and the bell need of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glance {
    pub(super) open: bool,
    pub(super) severity: u8,
    pub(super) unacknowledged: bool,
    pub(super) episode: u32,
    pub(super) conflict: bool,
}

impl Glance {
    fn of(incident: &Incident) -> Self {
        let open = incident.is_open();
        let alarm = &incident.alarm;
        Self {
            open,
            severity: alarm.rank.severity(),
            unacknowledged: open && alarm.ack.is_none() && alarm.snooze.is_none(),
            episode: alarm.episode,
            conflict: incident.has_open_conflict(),
        }
    }

    /// The counters that this row is part of.
    fn counters(self) -> impl Iterator<Item = i64> {
        let severity = i64::from(self.severity);
        [
            Some(0),
            self.open.then_some(severity),
            self.unacknowledged.then_some(4 + severity),
            self.conflict.then_some(i64::from(CONFLICTS_COUNTER)),
        ]
        .into_iter()
        .flatten()
    }
}

/// A row of the queue before and after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) before: Option<Glance>,
    pub(super) after: Option<Glance>,
}

/// Brings the rows that are derived from a record to what it now looks like.
pub(super) fn record(replica: &Connection, id: RecordId) -> Result<Turn, StoreError> {
    let case = incident(replica, id)?;
    if case.before.is_some() || case.after.is_some() {
        return Ok(case);
    }
    warnings::project(replica, id)
}

/// Brings the queue's row of a record to what the record now looks like.
pub(super) fn incident(replica: &Connection, id: RecordId) -> Result<Turn, StoreError> {
    let before = glance(replica, id)?;
    let record = rows::shown(replica, id)?.map(|shown| shown.record);
    let incident = record.as_ref().and_then(Record::incident);
    let after = incident.map(Glance::of);
    match (&record, incident) {
        (Some(record), Some(incident)) => put(replica, Layer::Live, record, incident)?,
        (Some(_) | None, _) if before.is_some() => {
            mark_changed(replica, id)?;
            replica
                .prepare_cached("DELETE FROM queue WHERE id = ?1")?
                .execute([key(id)])?;
        }
        (Some(_) | None, _) => {}
    }
    if before.is_none() && after.is_none() {
        named::renew(replica, id, record.as_ref())?;
    }
    if before != after {
        count(replica, before, -1)?;
        count(replica, after, 1)?;
    }
    Ok(Turn { before, after })
}

fn glance(replica: &Connection, id: RecordId) -> Result<Option<Glance>, StoreError> {
    Ok(replica
        .prepare_cached(
            "SELECT open, severity, unacknowledged, episode, conflict FROM queue WHERE id = ?1",
        )?
        .query_row([key(id)], |row| {
            Ok(Glance {
                open: row.get(0)?,
                severity: row.get(1)?,
                unacknowledged: row.get(2)?,
                episode: row.get(3)?,
                conflict: row.get(4)?,
            })
        })
        .optional()?)
}

fn count(replica: &Connection, glance: Option<Glance>, by: i64) -> Result<(), StoreError> {
    let mut statement =
        replica.prepare_cached("UPDATE counter SET value = value + ?2 WHERE what = ?1")?;
    for what in glance.into_iter().flat_map(Glance::counters) {
        statement.execute(params![what, by])?;
    }
    Ok(())
}

/// Counts everything anew, after a snapshot was swapped in.
pub(super) fn recount(replica: &Connection) -> Result<(), StoreError> {
    replica.execute_batch(
        "UPDATE counter SET value = 0;
         UPDATE counter SET value = (SELECT count(*) FROM queue) WHERE what = 0;
         UPDATE counter SET value = (SELECT count(*) FROM queue WHERE conflict = 1) WHERE what = 9;
         UPDATE counter SET value = q.n
           FROM (SELECT severity, count(*) AS n FROM queue WHERE open = 1 GROUP BY severity) AS q
           WHERE what = q.severity;
         UPDATE counter SET value = q.n
           FROM (SELECT severity, count(*) AS n FROM queue WHERE unacknowledged = 1
                 GROUP BY severity) AS q
           WHERE what = 4 + q.severity;",
    )?;
    Ok(())
}

/// Writes an incident's row.
pub(super) fn put(
    replica: &Connection,
    layer: Layer,
    record: &Record,
    incident: &Incident,
) -> Result<(), StoreError> {
    let glance = Glance::of(incident);
    let registered = incident.registered_at.as_millis();
    let put_off = glance
        .open
        .then_some(incident.alarm.snooze.as_ref())
        .flatten();
    let closed_at = (!glance.open).then_some(incident.step.since);
    let search = sought::haystack(record.id, incident);
    let parties = sought::parties(incident);
    let sql = match layer {
        // The row keeps its number, by which the search index knows it.
        Layer::Live => concat!("INSERT INTO queue ", queue_values!(), queue_update!()),
        Layer::Shadow => concat!("INSERT OR REPLACE INTO shadow_queue ", queue_values!()),
    };
    let same_text = layer == Layer::Shadow || has_text(replica, record.id, &search, &parties)?;
    replica.prepare_cached(sql)?.execute(named_params! {
        ":id": key(record.id),
        ":area": record.area.as_str(),
        ":open": glance.open,
        ":severity": glance.severity,
        ":rank_key": -i64::from(glance.severity),
        ":deadline_key": incident.deadline.as_ref().map_or(LAST, |deadline| deadline.at.as_millis()),
        ":registered_key": registered,
        ":newest_key": registered.saturating_neg(),
        ":unacknowledged": glance.unacknowledged,
        ":episode": glance.episode,
        ":snoozed_until": put_off.map(|snooze| snooze.until.as_millis()),
        ":closed_at": closed_at.map(Timestamp::as_millis),
        ":number": incident.number.map(|number| number.to_string()),
        ":tag": record.id.provisional_tag(),
        ":search": search,
        ":parties": parties,
        ":conflict": glance.conflict,
        ":stage": stage_code(incident.stage()),
        ":holder": incident.step.holder.person.as_ref().map(|person| key(person.id.into())),
    })?;
    if !same_text {
        mark_changed(replica, record.id)?;
    }
    Ok(())
}

/// The stages as the column has them.
pub(super) const fn stage_code(stage: Stage) -> i64 {
    match stage {
        Stage::New => 1,
        Stage::Assigned => 2,
        Stage::Handling => 3,
        Stage::PendingCheck => 4,
        Stage::Verified => 5,
        Stage::FollowedUp => 6,
        Stage::AwaitingSignature => 7,
        Stage::Closed => 8,
    }
}

/// Whether the record's row is there with just these texts.
fn has_text(
    replica: &Connection,
    id: RecordId,
    text: &str,
    parties: &str,
) -> Result<bool, StoreError> {
    Ok(replica
        .prepare_cached("SELECT search = ?2 AND parties = ?3 FROM queue WHERE id = ?1")?
        .query_row(params![key(id), text, parties], |row| row.get(0))
        .optional()?
        .unwrap_or(false))
}

/// Notes that the search index does not have the record's row as it is now.
fn mark_changed(replica: &Connection, id: RecordId) -> Result<(), StoreError> {
    replica
        .prepare_cached(
            "INSERT OR REPLACE INTO search_dirty (doc) SELECT rowid FROM queue WHERE id = ?1",
        )?
        .execute([key(id)])?;
    Ok(())
}

/// Forgets the changes that the search index has.
pub(super) fn forget_changes(
    replica: &Connection,
    of: Subject,
    applied: i64,
) -> Result<(), StoreError> {
    let sql = match of {
        Subject::Incidents => "DELETE FROM search_dirty WHERE nth <= ?1",
        Subject::Named => "DELETE FROM named_dirty WHERE nth <= ?1",
    };
    replica.prepare_cached(sql)?.execute([applied])?;
    Ok(())
}

/// The rows have other numbers now: an index of the old ones is of no use.
pub(super) fn renumbered(replica: &Connection) -> Result<(), StoreError> {
    replica.execute_batch(
        "UPDATE search_state SET generation = random();
         DELETE FROM search_dirty; DELETE FROM named_dirty;",
    )?;
    Ok(())
}

/// Computes every row anew, where an older program made them.
pub(super) fn all_anew(replica: &Connection) -> Result<(), StoreError> {
    let writing = begin(replica)?;
    let ids: Vec<Key> = writing
        .prepare("SELECT id FROM queue")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in ids {
        incident(&writing, rows::record_id(id))?;
    }
    named::all_anew(&writing)?;
    renumbered(&writing)?;
    recount(&writing)?;
    writing.commit()?;
    Ok(())
}
