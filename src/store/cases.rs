//! Incidents to pick one from, for acts on two of them.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::error::StoreError;
use super::handle::Store;
use super::picks;
use super::rows::{self, Key, record_id};
use super::ticket::Ticket;
use super::view::{QueueRow, Shown};
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::record::Body;
use crate::text::fold::fold_search;

/// The latest incidents that are looked through. Two cases of one matter come
/// within days of each other; for an older one people have its number.
const LATEST_ROWS_MAX: u32 = 1_000;

impl Store {
    /// Incidents to pick one from: those of a number or tag, then the latest
    /// whose words fit, those of an area first.
    pub fn cases(&self, text: &str, near: Option<AreaCode>, limit: usize) -> Ticket<Vec<QueueRow>> {
        let text = text.to_owned();
        self.inner
            .exec
            .read(move |reader| cases(&reader.dbs.replica, &text, near, limit))
    }
}

fn cases(
    replica: &Connection,
    text: &str,
    near: Option<AreaCode>,
    limit: usize,
) -> Result<Vec<QueueRow>, StoreError> {
    let mut offered = BTreeSet::new();
    let mut found = Vec::new();
    for id in picks::find_incident(replica, text)? {
        if offered.insert(id)
            && let Some(row) = shown(replica, id)?
        {
            found.push(row);
        }
    }
    let typed = fold_search(text).into_owned();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut elsewhere = Vec::new();
    for (id, area) in latest(replica)? {
        if found.len() >= limit {
            break;
        }
        let here = near.is_none_or(|near| near.contains(area));
        if offered.contains(&id) || (!here && elsewhere.len() >= limit) {
            continue;
        }
        let Some(row) = shown(replica, id)?.filter(|row| fits(row, &words)) else {
            continue;
        };
        offered.insert(id);
        if here {
            found.push(row);
        } else {
            elsewhere.push(row);
        }
    }
    found.append(&mut elsewhere);
    found.truncate(limit);
    Ok(found)
}

fn latest(replica: &Connection) -> Result<Vec<(RecordId, AreaCode)>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT id, area FROM queue INDEXED BY queue_all_newest
         ORDER BY newest_key, id LIMIT ?1",
    )?;
    let mut found = statement.query(params![LATEST_ROWS_MAX])?;
    let mut latest = Vec::new();
    while let Some(row) = found.next()? {
        let area: String = row.get(1)?;
        if let Ok(area) = area.parse() {
            latest.push((record_id(row.get::<_, Key>(0)?), area));
        }
    }
    Ok(latest)
}

fn shown(replica: &Connection, id: RecordId) -> Result<Option<QueueRow>, StoreError> {
    let Some(Shown { record, pending }) = rows::shown(replica, id)? else {
        return Ok(None);
    };
    let (id, area) = (record.id, record.area);
    Ok(match record.body {
        Body::Incident(incident) => Some(QueueRow {
            id,
            area,
            incident: *incident,
            pending,
        }),
        _ => None,
    })
}

fn fits(row: &QueueRow, words: &[&str]) -> bool {
    let incident = &row.incident;
    let number = incident
        .number
        .map_or_else(|| row.id.provisional_tag(), |number| number.to_string());
    let text = format!(
        "{number}\n{}\n{}\n{}",
        incident.title, incident.place, incident.summary
    );
    let text = fold_search(&text);
    words.iter().all(|word| text.contains(word))
}
