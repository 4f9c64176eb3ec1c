//! When the copy was last known to be whole. Kept on the disk: a shift that
//! starts without a line must know how old its data are.

use rusqlite::{OptionalExtension, params};

use super::db::Dbs;
use super::error::StoreError;
use super::writer::Writer;
use crate::domain::time::Timestamp;

/// Notes that the copy was whole at `at`.
pub(super) fn note(writer: &mut Writer, at: Timestamp) -> Result<(), StoreError> {
    writer.dbs.replica.execute(
        "INSERT INTO fresh (one, at) VALUES (1, ?1) \
         ON CONFLICT (one) DO UPDATE SET at = max(at, excluded.at)",
        params![at.as_millis()],
    )?;
    Ok(())
}

/// When the copy was last whole; `None` before the first time.
pub(super) fn read(dbs: &Dbs) -> Result<Option<Timestamp>, StoreError> {
    let at = dbs
        .replica
        .query_row("SELECT at FROM fresh WHERE one = 1", [], |row| row.get(0))
        .optional()?;
    Ok(at.map(Timestamp::from_millis))
}
