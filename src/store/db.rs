//! Opening the encrypted files: key, settings, migrations.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::error::StoreError;
use super::project;
use super::secret::{SECRET_BYTES, StoreKey};
use super::warnings;
use crate::fault::fail_point;
use crate::wire::proof::Digest;

/// How long a write waits for another program's, in milliseconds.
const BUSY_TIMEOUT_MS: u64 = 5_000;
/// Page cache of whoever reads the copy, in KiB; more gains nothing at a
/// million rows.
const CACHE_KIB: i64 = 2 * 1024;
/// Page cache of whoever writes it, in KiB: an act and a page of changes touch
/// few pages.
const WRITING_CACHE_KIB: i64 = 1024;
/// Page cache while a snapshot is taken, in KiB: it fills whole tables.
const BULK_CACHE_KIB: i64 = 8 * 1024;
/// Page cache of a connection to the outbox, which is small, in KiB.
const OUTBOX_CACHE_KIB: i64 = 1024;
/// Statements that a connection keeps prepared.
const STATEMENTS_KEPT: usize = 128;
/// Copies of programs before this version have rows of the queue, or of what is
/// searched, that lack something.
const ROWS_ANEW_BEFORE: u32 = 10;
/// Hexadecimal digits of a scope's hash in a file name.
const SCOPE_DIGITS: usize = 16;

mod replica_schema {
    refinery::embed_migrations!("src/store/migrations/replica");
}
mod outbox_schema {
    refinery::embed_migrations!("src/store/migrations/outbox");
}

/// The newest migration of each kind of file.
const REPLICA_VERSION: u32 = 11;
const OUTBOX_VERSION: u32 = 3;

/// The two kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum File {
    Replica,
    Outbox,
}

impl File {
    /// The newest version that this program knows.
    ///
    /// Known without the migrations themselves: to read their names a regular
    /// expression is built, and every start would pay for it.
    pub(super) const fn version(self) -> u32 {
        match self {
            Self::Replica => REPLICA_VERSION,
            Self::Outbox => OUTBOX_VERSION,
        }
    }

    /// A table that every file of this kind has.
    pub(super) const fn mark(self) -> &'static str {
        match self {
            Self::Replica => "confirmed",
            Self::Outbox => "outbox",
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Replica => "replica",
            Self::Outbox => "outbox",
        }
    }

    const fn kept(self) -> Kept {
        Kept {
            name: self.name(),
            synchronous: match self {
                // The copy can be fetched again; the outbox cannot.
                Self::Replica => "NORMAL",
                Self::Outbox => "FULL",
            },
            cache_kib: match self {
                Self::Replica => WRITING_CACHE_KIB,
                Self::Outbox => OUTBOX_CACHE_KIB,
            },
        }
    }

    fn runner(self) -> refinery::Runner {
        match self {
            Self::Replica => replica_schema::migrations::runner(),
            Self::Outbox => outbox_schema::migrations::runner(),
        }
    }

    fn migrate(self, connection: &mut Connection) -> Result<(), StoreError> {
        self.runner()
            .set_grouped(true)
            .run(connection)
            .map_err(|error| StoreError::Migration(Box::new(error)))?;
        connection.pragma_update(None, "user_version", self.version())?;
        Ok(())
    }
}

/// How a file is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    name: &'static str,
    synchronous: &'static str,
    cache_kib: i64,
}

impl Kept {
    /// The search index, which can be made again.
    pub(super) const fn index(cache_kib: i64) -> Self {
        Self {
            name: "search index",
            synchronous: "NORMAL",
            cache_kib,
        }
    }
}

/// The two files of one officer's view, opened once.
pub(super) struct Dbs {
    pub(super) replica: Connection,
    pub(super) outbox: Connection,
}

/// Where the files of a scope are.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    pub(super) dir: PathBuf,
    pub(super) replica: PathBuf,
    pub(super) outbox: PathBuf,
}

/// The outbox's name in the desk's folder.
pub(super) const OUTBOX: &str = "outbox.db";
/// What the names of all copies begin and end with.
pub(super) const REPLICA: (&str, &str) = ("replica-", ".db");

impl Paths {
    pub(super) fn new(dir: &Path, scope: &str) -> Self {
        Self {
            dir: dir.to_owned(),
            replica: dir.join(copy_name(scope)),
            outbox: dir.join(OUTBOX),
        }
    }
}

/// The name of the file with the copy of a scope. It tells nothing of the
/// scope.
pub(super) fn copy_name(scope: &str) -> String {
    let hash = Digest::of(scope.as_bytes()).to_string();
    let (begins, ends) = REPLICA;
    format!("{begins}{}{ends}", &hash[..SCOPE_DIGITS])
}

/// The copy that a file belongs to, by its name; none for any other file.
pub(super) fn copy_of(file: &str) -> Option<&str> {
    let (begins, ends) = REPLICA;
    let end = file.strip_prefix(begins)?.find(ends)?;
    file.get(..begins.len() + end + ends.len())
}

impl Dbs {
    /// Opens both for reading only; they exist.
    pub(super) fn open_reader(paths: &Paths, key: &StoreKey) -> Result<Self, StoreError> {
        let reader = |path, file| {
            let connection = connect(path, file, key)?;
            connection.pragma_update(None, "query_only", true)?;
            Ok::<_, StoreError>(connection)
        };
        let replica = reader(&paths.replica, File::Replica)?;
        replica.pragma_update(None, "cache_size", -CACHE_KIB)?;
        Ok(Self {
            replica,
            outbox: reader(&paths.outbox, File::Outbox)?,
        })
    }
}

/// Opens a file for writing, making or bringing up to date its tables.
pub(super) fn open(path: &Path, file: File, key: &StoreKey) -> Result<Connection, StoreError> {
    bring_up_to_date(connect(path, file, key)?, file)
}

/// Makes the tables, or changes them to what this program knows.
pub(super) fn bring_up_to_date(
    mut connection: Connection,
    file: File,
) -> Result<Connection, StoreError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > file.version() {
        return Err(StoreError::Newer {
            file: file.name(),
            found,
            known: file.version(),
        });
    }
    if found < file.version() {
        file.migrate(&mut connection)?;
        if file == File::Replica && (1..ROWS_ANEW_BEFORE).contains(&found) {
            project::all_anew(&connection)?;
        }
        // An older program kept warnings without knowing what they are.
        if file == File::Replica && found > 0 {
            warnings::all_anew(&connection)?;
        }
    }
    Ok(connection)
}

/// Opens a file with the desk's key and the settings of its kind.
pub(super) fn connect(path: &Path, file: File, key: &StoreKey) -> Result<Connection, StoreError> {
    connect_to(path, file.kept(), key)
}

/// Has the cipher set up, which the library does once in a process, and takes
/// milliseconds for: it reads its configuration and looks for its algorithms.
/// Whoever opens a store afterwards does not wait for that.
pub fn warm_up() {
    let tried = Connection::open_in_memory().and_then(|connection| {
        connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
        connection.execute_batch(&StoreKey::new([0; SECRET_BYTES]).pragma())?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
    });
    if let Err(error) = tried {
        // Opening the store will say it louder.
        tracing::debug!(%error, "the cipher could not be set up ahead");
    }
}

/// Opens a file that is kept so.
pub(super) fn connect_to(
    path: &Path,
    kept: Kept,
    key: &StoreKey,
) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    // The library would write to stderr, across the screen; errors come back
    // as errors.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    connection.execute_batch(&key.pragma())?;
    // The first read shows whether the key is right.
    connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        .map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => StoreError::WrongKey { file: kept.name },
            _ => error.into(),
        })?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", kept.synchronous)?;
    connection.pragma_update(None, "cache_size", -kept.cache_kib)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A sort that spills must not leave plain text in a temporary file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// How much a connection to the copy writes in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// Acts and pages of changes.
    Little,
    /// A snapshot.
    Bulk,
}

/// Gives a connection that writes the copy the page cache that it needs, and
/// takes back what it does not.
pub(super) fn cache_for(replica: &Connection, writing: Writing) -> Result<(), StoreError> {
    let kib = match writing {
        Writing::Little => WRITING_CACHE_KIB,
        Writing::Bulk => BULK_CACHE_KIB,
    };
    replica.pragma_update(None, "cache_size", -kib)?;
    if writing == Writing::Little {
        replica.execute_batch("PRAGMA shrink_memory")?;
    }
    Ok(())
}

/// Starts a transaction that writes, at once, so that it never has to give up
/// half-way. Where both files are written, the replica's comes first.
pub(super) fn begin(connection: &Connection) -> Result<Transaction<'_>, StoreError> {
    fail_point!("store.write.disk-full", StoreError::DiskFull(full()));
    Ok(Transaction::new_unchecked(
        connection,
        TransactionBehavior::Immediate,
    )?)
}

/// Puts what the log of writes has into the file and empties the log: what was
/// deleted stands in neither then. A reader that does not end in time keeps the
/// log as it is; the next of these, or the end of the program, empties it.
pub(super) fn empty_log(connection: &Connection) {
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, i64>(0)
    });
    match busy {
        Ok(0) => {}
        Ok(_) => tracing::info!("the log of writes is in use and is emptied later"),
        Err(error) => tracing::warn!(%error, "the log of writes could not be emptied"),
    }
}

/// What the engine says when the disk is full.
#[cfg(feature = "fail-points")]
fn full() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
    rusqlite::Error::SqliteFailure(code, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_migration_is_known() {
        for file in [File::Replica, File::Outbox] {
            let runner = file.runner();
            let versions = runner
                .get_migrations()
                .iter()
                .map(refinery::Migration::version);
            let newest = versions.max().and_then(|newest| u32::try_from(newest).ok());
            assert_eq!(Some(file.version()), newest, "{file:?}");
        }
    }
}
