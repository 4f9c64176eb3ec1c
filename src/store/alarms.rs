//! What rings: alarms that are new on a page of changes, and the next one that
//! nobody has acknowledged or whose conflict nobody has ruled on.

use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::error::StoreError;
use super::overlay::Turns;
use super::rows::{self, Key, key, record_id};
use super::shared::FreshAlarm;
use super::writer::Writer;
use crate::domain::alarm::Rank;
use crate::domain::ids::RecordId;
use crate::domain::record::Body;

/// Alarms whose episode is new and that nobody has acknowledged.
pub(super) fn fresh(writer: &Writer, turns: &Turns) -> Result<Vec<FreshAlarm>, StoreError> {
    let mut fresh = Vec::new();
    for (id, turn) in turns {
        let Some(after) = turn.after else { continue };
        let known = turn
            .before
            .is_some_and(|before| before.open && before.episode >= after.episode);
        if !after.unacknowledged || known {
            continue;
        }
        let shown = rows::shown(&writer.dbs.replica, *id)?;
        let Some(shown) = shown else { continue };
        let rings = match &shown.record.body {
            Body::Incident(incident) => Some((&incident.alarm, incident.title.clone())),
            // Whoever shows it makes the words of its facts.
            Body::Warning(warning) => Some((&warning.alarm, String::new())),
            _ => None,
        };
        fresh.extend(rings.map(|(alarm, title)| FreshAlarm {
            id: *id,
            rank: alarm.rank,
            episode: alarm.episode,
            title,
        }));
    }
    Ok(fresh)
}

/// The next unacknowledged incident after `after`, round the end.
pub(super) fn next_ringing(
    replica: &Connection,
    rank: Option<Rank>,
    after: Option<RecordId>,
) -> Result<Option<RecordId>, StoreError> {
    let from = place_of(replica, after)?;
    let severity = rank.map(Rank::severity);
    if let (Some([a, b, c]), Some(id)) = (from, after) {
        let next = first_id(
            replica,
            "SELECT id FROM queue INDEXED BY queue_ringing
             WHERE unacknowledged = 1 AND (?1 IS NULL OR severity = ?1)
               AND (rank_key, deadline_key, registered_key, id) > (?2, ?3, ?4, ?5)
             ORDER BY rank_key, deadline_key, registered_key, id LIMIT 1",
            params![severity, a, b, c, key(id)],
        )?;
        if next.is_some() {
            return Ok(next);
        }
    }
    first_id(
        replica,
        "SELECT id FROM queue INDEXED BY queue_ringing
         WHERE unacknowledged = 1 AND (?1 IS NULL OR severity = ?1)
         ORDER BY rank_key, deadline_key, registered_key, id LIMIT 1",
        params![severity],
    )
}

/// The next incident with a conflict after `after`, round the end; of those
/// that are struck off as well.
pub(super) fn next_conflict(
    replica: &Connection,
    after: Option<RecordId>,
) -> Result<Option<RecordId>, StoreError> {
    if let (Some([a, b, c]), Some(id)) = (place_of(replica, after)?, after) {
        let next = first_id(
            replica,
            "SELECT id FROM queue INDEXED BY queue_conflict
             WHERE conflict > 0
               AND (rank_key, deadline_key, registered_key, id) > (?1, ?2, ?3, ?4)
             ORDER BY rank_key, deadline_key, registered_key, id LIMIT 1",
            params![a, b, c, key(id)],
        )?;
        if next.is_some() {
            return Ok(next);
        }
    }
    first_id(
        replica,
        "SELECT id FROM queue INDEXED BY queue_conflict WHERE conflict > 0
         ORDER BY rank_key, deadline_key, registered_key, id LIMIT 1",
        params![],
    )
}

/// Where an incident stands in the order of ranks.
fn place_of(replica: &Connection, id: Option<RecordId>) -> Result<Option<[i64; 3]>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    let place = replica
        .prepare_cached("SELECT rank_key, deadline_key, registered_key FROM queue WHERE id = ?1")?
        .query_row([key(id)], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))
        .optional()?;
    Ok(place)
}

fn first_id(
    replica: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
) -> Result<Option<RecordId>, StoreError> {
    let id: Option<Key> = replica
        .prepare_cached(sql)?
        .query_row(values, |row| row.get(0))
        .optional()?;
    Ok(id.map(record_id))
}
