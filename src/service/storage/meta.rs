//! The few facts about the service itself.

use rusqlite::OptionalExtension;

use super::{Result, StorageError, Tx, View, parsed};
use crate::domain::area::AreaCode;
use crate::domain::duty::chain::Tail;
use crate::domain::ids::UnitId;
use crate::wire::feed::Epoch;

/// What the service knows about itself; written once by `admin init`, apart
/// from the epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Which life of the service this is.
    pub epoch: Epoch,
    /// The district that it serves.
    pub district: AreaCode,
    /// The governance centre: the unit of officers without another.
    pub centre: UnitId,
    /// Names the master key, so that a wrong key file is noticed at once.
    pub master_key_id: String,
}

impl View<'_> {
    /// The facts; `None` before `admin init`.
    ///
    /// # Errors
    /// When the engine fails or a fact is malformed.
    pub fn meta(&self) -> Result<Option<Meta>> {
        let Some(epoch) = self.fact("epoch")? else {
            return Ok(None);
        };
        Ok(Some(Meta {
            epoch: Epoch(parsed(&epoch, "epoch")?),
            district: parsed(&self.needed("district")?, "district")?,
            centre: parsed(&self.needed("centre")?, "centre")?,
            master_key_id: self.needed("master_key_id")?,
        }))
    }

    /// How a centre's duty log ends.
    ///
    /// # Errors
    /// When the engine fails or the fact is malformed.
    pub fn log_tail(&self, unit: UnitId) -> Result<Tail> {
        let Some(fact) = self.fact(&log_tail_name(unit))? else {
            return Ok(Tail::EMPTY);
        };
        let what = "log tail";
        let (no, link) = fact.split_once(' ').ok_or(StorageError::Corrupt { what })?;
        Ok(Tail {
            no: parsed(no, what)?,
            link: parsed(link, what)?,
        })
    }

    fn fact(&self, name: &str) -> Result<Option<String>> {
        Ok(self
            .conn
            .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?)
    }

    fn needed(&self, name: &'static str) -> Result<String> {
        self.fact(name)?.ok_or(StorageError::Corrupt { what: name })
    }
}

impl Tx<'_> {
    /// Writes the facts.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_meta(&self, meta: &Meta) -> Result<()> {
        for (name, value) in [
            ("epoch", meta.epoch.to_string()),
            ("district", meta.district.to_string()),
            ("centre", meta.centre.to_string()),
            ("master_key_id", meta.master_key_id.clone()),
        ] {
            self.put_fact(name, &value)?;
        }
        Ok(())
    }

    /// Remembers how a centre's duty log ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_log_tail(&self, unit: UnitId, tail: Tail) -> Result<()> {
        let value = format!("{} {}", tail.no, tail.link);
        self.put_fact(&log_tail_name(unit), &value)
    }

    fn put_fact(&self, name: &str, value: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO meta (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )?
            .execute([name, value])?;
        Ok(())
    }
}

fn log_tail_name(unit: UnitId) -> String {
    format!("log-tail {unit}")
}
