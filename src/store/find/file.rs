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
const FORM: i64 = 2;
/// What the name of the copy's file gets behind it, so that whoever removes or
/// moves a copy knows the index as its own.
const SUFFIX: &str = "-find";
/// Page cache of whoever makes the index, in KiB.
const MAKING_CACHE_KIB: i64 = 4 * 1024;
/// Page cache of whoever asks it, in KiB.
const ASKING_CACHE_KIB: i64 = 2 * 1024;
/// Pages of its log before they go into the file; a made-anew index writes much.
const LOG_PAGES: i64 = 4_000;

/// Whose words a table of the file has; each is made and kept by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Subject {
    /// The rows of `queue`.
    Incidents,
    /// The rows of `lookup`: people, units, places.
    Named,
}

impl Subject {
    pub(super) const ALL: [Self; 2] = [Self::Incidents, Self::Named];

    /// The table of its grams.
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Incidents => "find",
            Self::Named => "named",
        }
    }

    const fn row(self) -> i64 {
        match self {
            Self::Incidents => 1,
            Self::Named => 2,
        }
    }
}

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
             DROP TABLE IF EXISTS named;
             DROP TABLE IF EXISTS meta;
             CREATE TABLE meta (
                 subject    INTEGER PRIMARY KEY,
                 generation INTEGER NOT NULL,
                 upto       INTEGER NOT NULL,
                 made       INTEGER NOT NULL,
                 applied    INTEGER NOT NULL
             );",
        )?;
        for subject in Subject::ALL {
            connection.execute_batch(&table(subject))?;
        }
        connection.pragma_update(None, "user_version", FORM)?;
        connection.execute_batch("COMMIT")?;
    }
    // The whole of the schema is read, so that what is damaged shows.
    for subject in Subject::ALL {
        meta(&connection, subject)?;
        let table = subject.table();
        let sql = format!("SELECT count(*) FROM {table} WHERE {table} MATCH '\"none\"'");
        connection.query_row(&sql, [], |_| Ok(()))?;
    }
    Ok(connection)
}

/// Merging goes in slices of the keeper's own ([`super::keeper`]).
fn table(subject: Subject) -> String {
    let name = subject.table();
    format!(
        "CREATE VIRTUAL TABLE {name} USING fts5(
             grams, content='', contentless_delete=1, detail=none, tokenize='ascii');
         INSERT INTO {name} ({name}, rank) VALUES ('automerge', 0);"
    )
}

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

pub(super) fn meta(connection: &Connection, subject: Subject) -> Result<Option<Meta>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT generation, upto, made, applied FROM meta WHERE subject = ?1")?
        .query_row([subject.row()], |row| {
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

pub(super) fn set_meta(
    connection: &Connection,
    subject: Subject,
    meta: &Meta,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO meta (subject, generation, upto, made, applied)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            subject.row(),
            meta.generation,
            meta.upto,
            meta.made == Made::Whole,
            meta.applied
        ])?;
    Ok(())
}

/// Forgets everything of one of them.
pub(super) fn empty(connection: &Connection, subject: Subject) -> Result<(), StoreError> {
    connection.execute("DELETE FROM meta WHERE subject = ?1", [subject.row()])?;
    connection.execute_batch(&format!("DROP TABLE {};", subject.table()))?;
    connection.execute_batch(&table(subject))?;
    Ok(())
}

/// Puts a row's grams in, over what was there.
pub(super) fn put(
    connection: &Connection,
    subject: Subject,
    doc: i64,
    grams: &str,
) -> Result<(), StoreError> {
    let sql = match subject {
        Subject::Incidents => "INSERT OR REPLACE INTO find (rowid, grams) VALUES (?1, ?2)",
        Subject::Named => "INSERT OR REPLACE INTO named (rowid, grams) VALUES (?1, ?2)",
    };
    connection
        .prepare_cached(sql)?
        .execute(params![doc, grams])?;
    Ok(())
}

pub(super) fn forget(
    connection: &Connection,
    subject: Subject,
    doc: i64,
) -> Result<(), StoreError> {
    let sql = match subject {
        Subject::Incidents => "DELETE FROM find WHERE rowid = ?1",
        Subject::Named => "DELETE FROM named WHERE rowid = ?1",
    };
    connection.prepare_cached(sql)?.execute([doc])?;
    Ok(())
}

/// What came of a step of merging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merged {
    Something,
    Nothing,
}

/// Merges about so many pages of what was written.
pub(super) fn merge(
    connection: &Connection,
    subject: Subject,
    pages: i64,
) -> Result<Merged, StoreError> {
    let before = connection.total_changes();
    let sql = match subject {
        Subject::Incidents => "INSERT INTO find (find, rank) VALUES ('merge', ?1)",
        Subject::Named => "INSERT INTO named (named, rank) VALUES ('merge', ?1)",
    };
    connection.prepare_cached(sql)?.execute([pages])?;
    // The statement itself counts one; so says the engine's manual.
    Ok(if connection.total_changes() - before < 2 {
        Merged::Nothing
    } else {
        Merged::Something
    })
}
