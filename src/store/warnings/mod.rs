//! Warnings: their rows, kept up in the transaction that changes a record, the
//! board that is read from them, and the built-in rules over this desk's own
//! rows while there is no line.

mod board;
mod rules;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::error::StoreError;
use super::project::{Glance, Turn};
use super::rows::{self, Key, key, record_id};
use crate::domain::area::Level;
use crate::domain::ids::RecordId;
use crate::domain::record::Record;
use crate::domain::warning::Warning;

pub use board::{
    SPARK_HOURS, TownCount, WARNING_ROWS_MAX, WarningBoard, WarningCase, WarningCounts, WarningRow,
};
pub use rules::{PROPOSALS_PER_TURN_MAX, Proposed};

pub(super) use board::counts;

/// Brings the row of a record to what the record now looks like; a record that
/// is no warning has none.
pub(super) fn project(replica: &Connection, id: RecordId) -> Result<Turn, StoreError> {
    let before = glance(replica, id)?;
    let record = rows::shown(replica, id)?.map(|shown| shown.record);
    let warning = record.as_ref().and_then(Record::warning);
    match (&record, warning) {
        (Some(record), Some(warning)) => put(replica, record, warning)?,
        (Some(_) | None, _) if before.is_some() => {
            replica
                .prepare_cached("DELETE FROM warning WHERE id = ?1")?
                .execute([key(id)])?;
        }
        (Some(_) | None, _) => {}
    }
    Ok(Turn {
        before,
        after: warning.map(glance_of),
    })
}

fn glance_of(warning: &Warning) -> Glance {
    Glance {
        open: warning.is_open(),
        severity: warning.alarm.rank.severity(),
        unacknowledged: warning.is_open() && warning.alarm.ack.is_none(),
        episode: warning.alarm.episode,
        conflict: false,
    }
}

fn glance(replica: &Connection, id: RecordId) -> Result<Option<Glance>, StoreError> {
    Ok(replica
        .prepare_cached(
            "SELECT open, severity, unacknowledged, episode FROM warning WHERE id = ?1",
        )?
        .query_row([key(id)], |row| {
            Ok(Glance {
                open: row.get(0)?,
                severity: row.get(1)?,
                unacknowledged: row.get(2)?,
                episode: row.get(3)?,
                conflict: false,
            })
        })
        .optional()?)
}

fn put(replica: &Connection, record: &Record, warning: &Warning) -> Result<(), StoreError> {
    let glance = glance_of(warning);
    let town = record.area.truncate_to(Level::Town).unwrap_or(record.area);
    let about = warning.subject.case().map(|case| key(case.id));
    replica
        .prepare_cached(
            "INSERT OR REPLACE INTO warning (id, area, town, on_board, open, severity,
               unacknowledged, episode, raised_at, lifted_at, about, rule)
             VALUES (:id, :area, :town, :on_board, :open, :severity, :unacknowledged, :episode,
               :raised_at, :lifted_at, :about, :rule)",
        )?
        .execute(named_params! {
            ":id": key(record.id),
            ":area": record.area.as_str(),
            ":town": town.as_str(),
            ":on_board": warning.is_on_board(),
            ":open": glance.open,
            ":severity": glance.severity,
            ":unacknowledged": glance.unacknowledged,
            ":episode": glance.episode,
            ":raised_at": warning.alarm.raised_at.as_millis(),
            ":lifted_at": warning.lifted.as_ref().map(|lifted| lifted.at.as_millis()),
            ":about": about,
            ":rule": warning.rule(),
        })?;
    Ok(())
}

/// Makes every row anew, after a snapshot was put in place.
pub(super) fn all_anew(replica: &Connection) -> Result<(), StoreError> {
    replica.execute("DELETE FROM warning", [])?;
    let mut statement = replica.prepare_cached(
        "SELECT id FROM confirmed INDEXED BY confirmed_kind WHERE kind = 'warning'",
    )?;
    let ids: Vec<Key> = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in ids {
        project(replica, record_id(id))?;
    }
    Ok(())
}
