//! Carrying rows over from an outbox that does not read as a whole.
//!
//! The damaged file is never written to: rows are read from a copy of it (see
//! [`rows`]) and go into a fresh file, which takes the place of the old one
//! when it is complete.

use std::fs;
use std::io;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::finding::{Lost, Numbering, Saved};
use super::first::{self, Put};
use super::notes::Notes;
use super::rows::{self, Source};
use super::{Fault, aside};
use crate::fault::fail_point;
use crate::store::db::{self, File};
use crate::store::error::{StoreError, unreadable};
use crate::store::folder;
use crate::store::outbox::{self, Chain};
use crate::store::rows::{from_sql, key};
use crate::store::secret::StoreKey;
use crate::wire::command::WireCommand;

/// Pages by which a file may have grown since its pages were counted.
const PAGES_AHEAD: u64 = 4_096;

/// The copy that rows are read from, and the file that they go into.
const READING: &str = "reading";
const FRESH: &str = "fresh";

/// What was carried over, and what was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Rescued {
    /// What was wrong with the file.
    pub(in crate::store) fault: Fault,
    pub(in crate::store) saved: Saved,
    pub(in crate::store) lost_acts: Lost,
    pub(in crate::store) lost_drafts: Lost,
    pub(in crate::store) numbering: Numbering,
}

/// Makes a fresh outbox beside `file` from what reads of it. Nothing takes the
/// place of anything yet: see [`swap_in`].
pub(in crate::store) fn rescue(
    dir: &Path,
    file: &str,
    key: &StoreKey,
) -> Result<Rescued, StoreError> {
    let reading = format!("{file}.{READING}");
    let fresh = format!("{file}.{FRESH}");
    discard_own(dir, &reading)?;
    discard_own(dir, &fresh)?;
    let damaged = dir.join(file);
    let mut to = db::open(&dir.join(&fresh), File::Outbox, key)?;
    let rescued = if damaged.is_file() {
        for part in ["", "-wal"] {
            let from = dir.join(format!("{file}{part}"));
            if from.is_file() {
                fs::copy(&from, dir.join(format!("{reading}{part}")))?;
            }
        }
        let rescued = read(dir, file, &reading, key, &mut to)?;
        discard_own(dir, &reading)?;
        rescued
    } else {
        nothing(Fault::Foreign)
    };
    fail_point!("store.salvage.rescued", StoreError::Closed);
    finish(to)?;
    Ok(rescued)
}

/// Moves the damaged file aside under `name` and the fresh one into its place.
pub(in crate::store) fn swap_in(dir: &Path, file: &str, name: &str) -> Result<(), StoreError> {
    aside::rename_all(dir, file, name)?;
    adopt(dir, file)?;
    Ok(())
}

/// Whether a fresh outbox lies ready and the old one has been moved aside: a
/// start was cut off between the two. Puts it in its place.
pub(in crate::store) fn adopt(dir: &Path, file: &str) -> io::Result<Adopted> {
    let fresh = dir.join(format!("{file}.{FRESH}"));
    let place = dir.join(file);
    if aside::exists(&place) || !fresh.is_file() {
        return Ok(Adopted::Nothing);
    }
    fs::rename(fresh, place)?;
    folder::sync_dir(dir)?;
    Ok(Adopted::Fresh)
}

/// Whether there was one to adopt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Adopted {
    Fresh,
    Nothing,
}

fn nothing(fault: Fault) -> Rescued {
    Rescued {
        fault,
        saved: Saved::default(),
        lost_acts: Lost::Unknown,
        lost_drafts: Lost::Unknown,
        numbering: Numbering::Unsure,
    }
}

/// Deletes a file that salvage itself made on the way, with what is beside it.
fn discard_own(dir: &Path, name: &str) -> io::Result<()> {
    for part in ["", "-wal", "-shm"] {
        match fs::remove_file(dir.join(format!("{name}{part}"))) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes everything into the one file, so that it can be moved alone.
fn finish(to: Connection) -> Result<(), StoreError> {
    to.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    to.close().map_err(|(_, error)| error)?;
    Ok(())
}

fn read(
    dir: &Path,
    file: &str,
    reading: &str,
    key: &StoreKey,
    to: &mut Connection,
) -> Result<Rescued, StoreError> {
    let path = dir.join(reading);
    let alike = first::begins_alike(dir, file, &path)?;
    let mut source = Source::open(&path, key)?;
    if source.is_none() {
        // A file that was cut: what is missing is read as pages that are
        // damaged.
        let pages = Notes::read(dir).first_pages.get(file).copied();
        extend(&path, u64::from(pages.unwrap_or(0)))?;
        source = Source::open(&path, key)?;
    }
    if source.is_none() && first::put(dir, file, &path)? == Put::Page {
        source = Source::open(&path, key)?;
    }
    let Some(mut source) = source else {
        return Ok(nothing(fault_of(alike)));
    };
    let rescued = carry(&mut source, to)?;
    // With our own first page before it, a stranger's file has our tables and
    // not one row.
    if !alike && rescued.saved == Saved::default() && rescued.lost_acts == Lost::Unknown {
        return Ok(nothing(Fault::Foreign));
    }
    Ok(rescued)
}

fn fault_of(alike: bool) -> Fault {
    if alike {
        Fault::Damaged
    } else {
        Fault::Foreign
    }
}

/// Makes the file as long as it may have been.
fn extend(path: &Path, pages: u64) -> io::Result<()> {
    let file = fs::OpenOptions::new().write(true).open(path)?;
    let page = u64::try_from(first::PAGE_BYTES).unwrap_or(u64::MAX);
    let has = file.metadata()?.len().div_ceil(page);
    let pages = has.max(pages).saturating_add(PAGES_AHEAD);
    file.set_len(pages.saturating_mul(page))
}

/// Carries every row over that reads.
fn carry(source: &mut Source, to: &mut Connection) -> Result<Rescued, StoreError> {
    to.pragma_update(None, "foreign_keys", false)?;
    let into = db::begin(to)?;
    let mut lost_acts = Lost::Nothing;
    let mut lost_drafts = Lost::Nothing;
    for table in rows::tables(&into)? {
        let lost = rows::copy(source, &into, &table)?;
        match table.name.as_str() {
            "outbox" | "settled" => lost_acts = lost_acts.and(lost),
            "draft" => lost_drafts = lost_drafts.and(lost),
            // What hangs on the acts is made again below.
            _ => {}
        }
    }
    into.execute(
        "DELETE FROM touch WHERE dseq NOT IN (SELECT dseq FROM outbox)",
        [],
    )?;
    touch_again(&into)?;
    let device_read = chain_again(&into)?;
    let count = |sql: &str| into.query_row(sql, [], |row| row.get(0).map(from_sql));
    let saved = Saved {
        waiting: count("SELECT count(*) FROM outbox WHERE state = 0")?,
        refused: count("SELECT count(*) FROM outbox WHERE state = 2")?,
        drafts: count("SELECT count(*) FROM draft")?,
    };
    into.commit()?;
    let numbering = match (device_read, lost_acts) {
        (DeviceRow::Read, Lost::Nothing) => Numbering::Sound,
        (DeviceRow::Read | DeviceRow::Derived, _) => Numbering::Unsure,
    };
    Ok(Rescued {
        fault: Fault::Damaged,
        saved,
        lost_acts,
        lost_drafts,
        numbering,
    })
}

/// An act whose list of records did not read is at least about its targets.
fn touch_again(to: &Connection) -> Result<(), StoreError> {
    let mut statement =
        to.prepare("SELECT dseq, command FROM outbox WHERE dseq NOT IN (SELECT dseq FROM touch)")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let dseq: i64 = row.get(0)?;
        let command = command(&row.get::<_, String>(1)?)?;
        for target in command.targets {
            to.execute(
                "INSERT OR IGNORE INTO touch (record, dseq) VALUES (?1, ?2)",
                params![key(target.id), dseq],
            )?;
        }
    }
    Ok(())
}

fn command(text: &str) -> Result<WireCommand, StoreError> {
    serde_json::from_str(text).map_err(unreadable("command"))
}

/// Whether the row with the last number read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DeviceRow {
    Read,
    Derived,
}

/// Where numbering stands: as the table says, or after the last act that read.
fn chain_again(to: &Connection) -> Result<DeviceRow, StoreError> {
    let chain = outbox::chain(to)?;
    let last: Option<(i64, String)> = to
        .query_row(
            "SELECT dseq, command FROM
               (SELECT dseq, command FROM outbox UNION ALL SELECT dseq, command FROM settled)
             ORDER BY dseq DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((last, text)) = last else {
        return Ok(match chain.place {
            0 => DeviceRow::Derived,
            _ => DeviceRow::Read,
        });
    };
    if chain.place >= last {
        return Ok(DeviceRow::Read);
    }
    let command = command(&text)?;
    outbox::set_chain(
        to,
        Chain {
            dseq: command.dseq,
            head: command.link().map_err(unreadable("command"))?,
            place: last,
        },
    )?;
    Ok(DeviceRow::Derived)
}
