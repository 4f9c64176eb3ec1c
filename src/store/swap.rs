//! Putting the rows of a snapshot in the place of those that were there, in the
//! transaction of whoever calls.
//!
//! A large snapshot's tables become the tables in use: they are renamed, what
//! stays of the old ones is carried over, and each index is made once, by
//! sorting. Row by row, the same indexes cost more than all the rest of a first
//! sync. A small snapshot beside many rows is copied in instead.

use rusqlite::{Connection, params};

use super::error::StoreError;
use super::project;
use super::rows::from_sql;
use super::snapshot::clear;
use super::warnings;
use crate::wire::feed::{Epoch, SnapshotHeader};

/// Tables with a shadow of the same columns.
const TABLES: [&str; 4] = ["confirmed", "event", "queue", "lookup"];

/// Puts the shadow rows in the place of the feed's rows. Of the same epoch,
/// older events of records that are still seen stay; those of another epoch
/// have other numbers.
pub(super) fn swap(
    replica: &Connection,
    header: &SnapshotHeader,
    same_epoch: Option<Epoch>,
) -> Result<(), StoreError> {
    let feed = header.feed.to_string();
    for sql in [
        "DELETE FROM queue WHERE id IN (SELECT id FROM confirmed WHERE feed = ?1)",
        "DELETE FROM lookup WHERE id IN (SELECT id FROM confirmed WHERE feed = ?1)",
        "DELETE FROM confirmed WHERE feed = ?1",
    ] {
        replica.execute(sql, [&feed])?;
    }
    match same_epoch {
        None => replica.execute("DELETE FROM event WHERE feed = ?1", [&feed])?,
        Some(_) => replica.execute(
            "DELETE FROM event WHERE feed = ?1
               AND id NOT IN (SELECT id FROM shadow_confirmed)
               AND id NOT IN (SELECT id FROM confirmed)",
            [&feed],
        )?,
    };
    replica.execute_batch(
        "INSERT OR REPLACE INTO policy (rev, raw)
           SELECT rev, raw FROM shadow_confirmed WHERE kind = 'policy';",
    )?;
    match cheaper(replica)? {
        Way::Rename => rename(replica)?,
        Way::Copy => copy(replica)?,
    }
    clear(replica)?;
    project::renumbered(replica)?;
    warnings::all_anew(replica)?;
    project::recount(replica)
}

/// How the rows come into the tables in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The tables themselves change places.
    Rename,
    /// Row by row.
    Copy,
}

/// Renaming carries over what stays, copying what comes.
pub(super) fn cheaper(replica: &Connection) -> Result<Way, StoreError> {
    let count = |tables: [&str; 2]| -> Result<u64, StoreError> {
        let mut rows = 0;
        for table in tables {
            let sql = format!("SELECT count(*) FROM {table}");
            rows += from_sql(replica.query_row(&sql, [], |row| row.get(0))?);
        }
        Ok(rows)
    };
    let stays = count(["confirmed", "event"])?;
    let comes = count(["shadow_confirmed", "shadow_event"])?;
    Ok(if stays < comes {
        Way::Rename
    } else {
        Way::Copy
    })
}

fn rename(replica: &Connection) -> Result<(), StoreError> {
    let indexes = indexes(replica)?;
    for (name, _) in &indexes {
        replica.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    for table in TABLES {
        // What came is newer than what stays.
        replica.execute_batch(&format!(
            "INSERT OR IGNORE INTO shadow_{table} SELECT * FROM {table};
             DELETE FROM {table};
             ALTER TABLE {table} RENAME TO old_{table};
             ALTER TABLE shadow_{table} RENAME TO {table};
             ALTER TABLE old_{table} RENAME TO shadow_{table};"
        ))?;
    }
    for (_, sql) in &indexes {
        replica.execute_batch(sql)?;
    }
    Ok(())
}

/// Names and statements of the indexes on the tables in use, as the migrations
/// made them.
fn indexes(replica: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = replica.prepare_cached(
        "SELECT name, sql FROM sqlite_schema
         WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?1 ORDER BY name",
    )?;
    let mut all = Vec::new();
    for table in TABLES {
        for index in statement.query_map(params![table], |row| Ok((row.get(0)?, row.get(1)?)))? {
            all.push(index?);
        }
    }
    Ok(all)
}

fn copy(replica: &Connection) -> Result<(), StoreError> {
    for table in TABLES {
        replica.execute_batch(&format!(
            "INSERT OR REPLACE INTO {table} SELECT * FROM shadow_{table};"
        ))?;
    }
    Ok(())
}
