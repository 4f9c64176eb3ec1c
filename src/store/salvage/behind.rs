//! Whether the outbox has lost its latest acts, though all of it reads: the
//! log that `SQLite` keeps beside it was cut or thrown away, or an old file was
//! put back. Each copy remembers the last act that it has shown; an outbox that
//! does not reach it is behind.

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::ids::DeviceId;
use crate::store::error::StoreError;
use crate::store::outbox;
use crate::store::rows::from_sql;

/// Which outbox is meant: a desk that was enrolled anew, and an outbox that was
/// begun anew, count anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Life {
    pub(in crate::store) device: DeviceId,
    pub(in crate::store) outbox: u32,
}

/// Notes that the copy has shown everything up to the outbox's last act. Runs
/// in a transaction on the copy.
pub(in crate::store) fn note(
    replica: &Connection,
    outbox: &Connection,
    life: Life,
) -> Result<(), StoreError> {
    let dseq = outbox::chain(outbox)?.dseq;
    replica
        .prepare_cached(
            "INSERT OR REPLACE INTO shown_upto (device, life, dseq) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![
            *life.device.uuid().as_bytes(),
            life.outbox,
            i64::try_from(dseq).unwrap_or(i64::MAX)
        ])?;
    Ok(())
}

/// How many acts that the copy has shown the outbox does not have.
pub(in crate::store) fn missing(
    replica: &Connection,
    outbox: &Connection,
    life: Life,
) -> Result<u64, StoreError> {
    let shown: Option<i64> = replica
        .prepare_cached("SELECT dseq FROM shown_upto WHERE device = ?1 AND life = ?2")?
        .query_row(
            params![*life.device.uuid().as_bytes(), life.outbox],
            |row| row.get(0),
        )
        .optional()?;
    let has = outbox::chain(outbox)?.dseq;
    Ok(shown.map_or(0, |shown| from_sql(shown).saturating_sub(has)))
}
