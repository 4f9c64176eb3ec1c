//! The index's file: opened, checked, made anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::db::{self, Kept};
use crate::store::error::StoreError;
use crate::store::secret::StoreKey;

/// The form of the file and of the grams in it; another one is made anew.
const FORM: i64 = 1;
/// What the name of the copy's file gets behind it, so that whoever removes or
/// moves a copy knows the index as its own.
const SUFFIX: &str = "-find";
/// Page cache of whoever makes the index, in KiB.
const MAKING_CACHE_KIB: i64 = 4 * 1024;
/// Page cache of whoever asks it, in KiB.
const ASKING_CACHE_KIB: i64 = 2 * 1024;
/// Pages of its log before they go into the file; a made-anew index writes much.
const LOG_PAGES: i64 = 4_000;

/// The last change that the index of this process has; see
/// [`super::super::shared::Shared`].
#[derive(Debug, Default)]
pub(in crate::store) struct Applied(AtomicI64);

impl Applied {
    pub(in crate::store) fn get(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    pub(super) fn set(&self, nth: i64) {
        self.0.store(nth, Ordering::Release);
    }
}

/// Where the index of a copy is.
pub(in crate::store) fn path_of(replica: &Path) -> PathBuf {
    let mut name = replica.as_os_str().to_owned();
    name.push(SUFFIX);
    name.into()
}

/// How far an index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meta {
    /// Of which rows.
    pub(super) generation: i64,
    /// The last row of the first making.
    pub(super) upto: i64,
    /// Whether the first making is over.
    pub(super) made: Made,
    /// The last change that it has.
    pub(super) applied: i64,
}

/// Whether the index has all rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Partly,
    Whole,
}

/// Opens the file to write it; one that cannot be used is removed, and an empty
/// one takes its place.
pub(super) fn open_to_make(path: &Path, key: &StoreKey) -> Result<Connection, StoreError> {
    match prepared(path, key) {
        Ok(connection) => Ok(connection),
        Err(error) if is_unusable(&error) => {
            tracing::warn!(%error, "the search index is made anew");
            remove(path)?;
            prepared(path, key)
        }
        Err(error) => Err(error),
    }
}

/// Whether another file must take its place.
pub(super) fn is_unusable(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::WrongKey { .. } | StoreError::Damaged(_) | StoreError::Newer { .. }
    )
}

/// Removes the file with what is kept beside it. Whoever has it open goes on
/// with what it was.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    for part in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(part);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn prepared(path: &Path, key: &StoreKey) -> Result<Connection, StoreError> {
    let connection = db::connect_to(path, Kept::index(MAKING_CACHE_KIB), key)?;
    // Whoever leaves does not wait for the log to be put into the file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    // What is deleted here is encrypted, and the file is thrown away whole.
    connection.pragma_update(None, "secure_delete", false)?;
    if form(&connection)? != FORM {
        connection.execute_batch(
            "BEGIN IMMEDIATE;
             DROP TABLE IF EXISTS find;
             DROP TABLE IF EXISTS meta;
             CREATE TABLE meta (
                 one        INTEGER PRIMARY KEY CHECK (one = 1),
                 generation INTEGER NOT NULL,
                 upto       INTEGER NOT NULL,
                 made       INTEGER NOT NULL,
                 applied    INTEGER NOT NULL
             );",
        )?;
        connection.execute_batch(TABLE)?;
        connection.pragma_update(None, "user_version", FORM)?;
        connection.execute_batch("COMMIT")?;
    }
    // The whole of the schema is read, so that what is damaged shows.
    meta(&connection)?;
    connection.query_row(
        "SELECT count(*) FROM find WHERE find MATCH '\"none\"'",
        [],
        |_| Ok(()),
    )?;
    Ok(connection)
}

/// Merging goes in slices of the keeper's own ([`super::keeper`]).
const TABLE: &str = "CREATE VIRTUAL TABLE find USING fts5(
        grams, content='', contentless_delete=1, detail=none, tokenize='ascii');
    INSERT INTO find (find, rank) VALUES ('automerge', 0);";

fn form(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Opens the file to ask it; none if there is none that can be asked.
pub(super) fn open_to_ask(path: &Path, key: &StoreKey) -> Result<Option<Connection>, StoreError> {
    if !path.is_file() {
        return Ok(None);
    }
    let connection = db::connect_to(path, Kept::index(ASKING_CACHE_KIB), key)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok((form(&connection)? == FORM).then_some(connection))
}

pub(super) fn meta(connection: &Connection) -> Result<Option<Meta>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT generation, upto, made, applied FROM meta")?
        .query_row([], |row| {
            Ok(Meta {
                generation: row.get(0)?,
                upto: row.get(1)?,
                made: if row.get::<_, bool>(2)? {
                    Made::Whole
                } else {
                    Made::Partly
                },
                applied: row.get(3)?,
            })
        })
        .optional()?)
}

pub(super) fn set_meta(connection: &Connection, meta: &Meta) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO meta (one, generation, upto, made, applied)
             VALUES (1, ?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            meta.generation,
            meta.upto,
            meta.made == Made::Whole,
            meta.applied
        ])?;
    Ok(())
}

/// Forgets everything.
pub(super) fn empty(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("DELETE FROM meta; DROP TABLE find;")?;
    connection.execute_batch(TABLE)?;
    Ok(())
}

/// Puts a row's grams in, over what was there.
pub(super) fn put(connection: &Connection, doc: i64, grams: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO find (rowid, grams) VALUES (?1, ?2)")?
        .execute(params![doc, grams])?;
    Ok(())
}

pub(super) fn forget(connection: &Connection, doc: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM find WHERE rowid = ?1")?
        .execute([doc])?;
    Ok(())
}

/// What came of a step of merging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merged {
    Something,
    Nothing,
}

/// Merges about so many pages of what was written.
pub(super) fn merge(connection: &Connection, pages: i64) -> Result<Merged, StoreError> {
    let before = connection.total_changes();
    connection
        .prepare_cached("INSERT INTO find (find, rank) VALUES ('merge', ?1)")?
        .execute([pages])?;
    // The statement itself counts one; so says the engine's manual.
    Ok(if connection.total_changes() - before < 2 {
        Merged::Nothing
    } else {
        Merged::Something
    })
}
