//! Where the service keeps everything: one narrow interface, and behind it an
//! embedded `SQLite` file. No other module of the service writes SQL, so that a
//! second engine can stand here later; nothing below relies on sequences,
//! triggers, automatic numbers or session state.
//!
//! One connection writes, behind a lock; a few read beside it (WAL). Every
//! transaction is an object: [`View`] to read, [`Tx`] to read and write.
//! Start at [`Storage::read`] and [`Storage::write`].

mod accounts;
mod backup;
mod commands;
mod devices;
mod feeds;
mod meta;
mod records;
mod sessions;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::fault::fail_point;

pub use accounts::{Account, Standing, Tries};
pub use backup::{BESIDE, Resting, Unfit, beside, look, remove};
pub use commands::{GivenVerdict, Kept, StoredVerdict};
pub use devices::{Device, DeviceOfficer, DeviceStanding};
pub use feeds::{FeedHead, StoredChange};
pub use meta::Meta;
pub use records::{Shelf, StoredRecord, whole};
pub use sessions::Session;

#[allow(missing_docs, clippy::pedantic)]
mod migrated {
    refinery::embed_migrations!("src/service/storage/migrations");
}

/// Connections that read at the same time; more callers wait.
const READERS_MAX: usize = 8;
/// How long a connection waits for another process (`zhiban admin` beside a
/// running service), in milliseconds.
const BUSY_WAIT_MS: u64 = 5_000;
/// Prepared statements kept per connection.
const STATEMENTS_MAX: usize = 64;

/// Why the storage could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The engine says no.
    #[error("database: {0}")]
    Sql(#[from] rusqlite::Error),
    /// The tables could not be brought up to date.
    #[error("database migration: {0}")]
    Migrate(#[from] Box<refinery::Error>),
    /// A newer program has been here.
    #[error("the database has schema {found}; this program knows up to {known}")]
    Newer {
        /// The schema of the file.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The file cannot be made.
    #[error("database file: {0}")]
    File(#[from] std::io::Error),
    /// Work did not get what it needs to run: a thread, a connection, a number.
    #[error("the service ran out of {0}")]
    RanOut(&'static str),
    /// Something that was stored cannot be read back.
    #[error("stored {what} cannot be read")]
    Corrupt {
        /// What.
        what: &'static str,
    },
    /// A document could not be read or written.
    #[error("stored document: {0}")]
    Json(#[from] serde_json::Error),
}

impl StorageError {
    /// Whether trying again later can help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Sql(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    rusqlite::ErrorCode::DatabaseBusy
                        | rusqlite::ErrorCode::DatabaseLocked
                        | rusqlite::ErrorCode::DiskFull
                )
            ),
            Self::RanOut(_) => true,
            Self::Migrate(_)
            | Self::Newer { .. }
            | Self::File(_)
            | Self::Corrupt { .. }
            | Self::Json(_) => false,
        }
    }
}

/// The result of anything here.
pub type Result<T> = std::result::Result<T, StorageError>;

/// The database. A cheap clone.
#[derive(Clone)]
pub struct Storage {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Readers>,
    freed: Condvar,
}

struct Readers {
    idle: Vec<Connection>,
    open: usize,
}

/// A transaction that reads one consistent state.
pub struct View<'c> {
    conn: &'c Connection,
}

/// A transaction that reads and writes.
pub struct Tx<'c> {
    view: View<'c>,
}

impl<'c> Deref for Tx<'c> {
    type Target = View<'c>;

    fn deref(&self) -> &Self::Target {
        &self.view
    }
}

impl Storage {
    /// Opens the file, makes it if it is not there, and brings its tables up
    /// to date.
    ///
    /// # Errors
    /// [`StorageError::Newer`] if a newer program wrote it; whatever the
    /// engine says otherwise.
    pub fn open(path: &Path) -> Result<Self> {
        keep_private(path)?;
        let mut writer = Connection::open(path)?;
        prepare(&writer)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        migrate(&mut writer)?;
        Ok(Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                writer: Mutex::new(writer),
                readers: Mutex::new(Readers {
                    idle: Vec::new(),
                    open: 0,
                }),
                freed: Condvar::new(),
            }),
        })
    }

    /// Runs `work` on one consistent state. Blocks.
    ///
    /// # Errors
    /// What `work` says, or the engine.
    pub fn read<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&View<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let lease = self.lease()?;
        let transaction = lease.conn()?.unchecked_transaction().map_err(sql)?;
        let done = work(&View { conn: &transaction });
        drop(transaction);
        done
    }

    /// Runs `work` in one writing transaction and commits what it did. Nothing
    /// is stored if `work` fails. Blocks.
    ///
    /// # Errors
    /// What `work` says, or the engine.
    pub fn write<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.write_then(work, |_| ())
    }

    /// As [`Storage::write`]; `after` runs once it is committed and before the
    /// next writer comes, so that what is told happens in the order of commits.
    ///
    /// # Errors
    /// What `work` says, or the engine.
    pub fn write_then<T, E: From<StorageError>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> std::result::Result<T, E>,
        after: impl FnOnce(&T),
    ) -> std::result::Result<T, E> {
        let mut writer = locked(&self.inner.writer);
        let transaction = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        let done = work(&Tx {
            view: View { conn: &transaction },
        })?;
        fail_point!(
            "service.write.before-commit",
            StorageError::RanOut("luck").into()
        );
        transaction.commit().map_err(sql)?;
        fail_point!("service.write.before-telling");
        after(&done);
        Ok(done)
    }

    /// As if the disk had room for that many pages; never fewer than there
    /// are.
    #[cfg(test)]
    pub(super) fn limit_pages(&self, pages: i64) {
        let writer = locked(&self.inner.writer);
        writer
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    }

    fn lease(&self) -> Result<Lease<'_>> {
        let mut readers = locked(&self.inner.readers);
        loop {
            if let Some(conn) = readers.idle.pop() {
                return Ok(Lease {
                    inner: &self.inner,
                    conn: Some(conn),
                });
            }
            if readers.open < READERS_MAX {
                readers.open += 1;
                drop(readers);
                // The lease gives the place back, also when opening fails.
                let mut lease = Lease {
                    inner: &self.inner,
                    conn: None,
                };
                lease.conn = Some(reader(&self.inner.path)?);
                return Ok(lease);
            }
            readers = self
                .inner
                .freed
                .wait(readers)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

struct Lease<'s> {
    inner: &'s Inner,
    conn: Option<Connection>,
}

impl Lease<'_> {
    fn conn(&self) -> Result<&Connection> {
        self.conn
            .as_ref()
            .ok_or(StorageError::RanOut("connections"))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut readers = locked(&self.inner.readers);
        match self.conn.take() {
            Some(conn) => readers.idle.push(conn),
            None => readers.open -= 1,
        }
        drop(readers);
        self.inner.freed.notify_one();
    }
}

/// Makes the file, if it is not there, so that only its owner may read it; the
/// engine gives the files beside it the same rights.
fn keep_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?;
    Ok(())
}

fn reader(path: &Path) -> Result<Connection> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    prepare(&conn)?;
    Ok(conn)
}

fn prepare(conn: &Connection) -> Result<()> {
    conn.busy_timeout(Duration::from_millis(BUSY_WAIT_MS))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(())
}

fn migrate(conn: &mut Connection) -> Result<()> {
    let (found, known) = newest_schema(conn)?;
    if found > known {
        return Err(StorageError::Newer { found, known });
    }
    migrated::migrations::runner().run(conn).map_err(Box::new)?;
    Ok(())
}

/// The schema of a file, 0 for an empty one; and the newest that this program
/// knows.
fn newest_schema(conn: &Connection) -> Result<(i64, i64)> {
    let known = migrated::migrations::runner()
        .get_migrations()
        .iter()
        .map(|migration| i64::from(migration.version()))
        .max()
        .unwrap_or_default();
    let has_history: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'refinery_schema_history')",
        [],
        |row| row.get(0),
    )?;
    if !has_history {
        return Ok((0, known));
    }
    let found = conn.query_row(
        "SELECT coalesce(max(version), 0) FROM refinery_schema_history",
        [],
        |row| row.get(0),
    )?;
    Ok((found, known))
}

/// A lock whose holder panicked is taken all the same: transactions that were
/// open have been rolled back by then.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sql(error: rusqlite::Error) -> StorageError {
    StorageError::Sql(error)
}

fn parsed<T: FromStr>(text: &str, what: &'static str) -> Result<T> {
    text.parse().map_err(|_| StorageError::Corrupt { what })
}

/// `SQLite` counts in `i64`; what this service counts never comes near its end.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn digest(bytes: &[u8]) -> Result<crate::wire::proof::Digest> {
    bytes
        .try_into()
        .map(crate::wire::proof::Digest)
        .map_err(|_| StorageError::Corrupt { what: "digest" })
}
