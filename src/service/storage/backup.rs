//! Copies of the whole database: made while it is in use, and looked at before
//! one takes the place of another.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode};

use super::{Meta, Result, Storage, StorageError, View, keep_private, locked, newest_schema};
use crate::fault::fail_point;
use crate::wire::feed::{FeedId, Seq};

/// What every file of the engine begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// All pages in one step: a step reads one state, and who writes meanwhile does
/// not make it begin anew.
const ALL_PAGES: std::ffi::c_int = -1;
/// From one try to the next while another process holds the file, in
/// milliseconds.
const BUSY_AGAIN_MS: u64 = 50;
/// Tries while another process holds the file.
const BUSY_TRIES_MAX: u32 = 200;
/// What the engine may keep beside a file.
pub const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// What is wrong with a file that shall be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is no database of a service.
    Foreign,
    /// Pages of it do not read, or do not fit together.
    Damaged,
}

impl Storage {
    /// Copies the database, as it is at one moment, to a file of its own while
    /// it is in use. The file appears when it is whole.
    ///
    /// # Errors
    /// When the file cannot be written or the engine fails; nothing is left
    /// then.
    pub fn backup(&self, to: &Path) -> Result<()> {
        let part = beside(to, ".part");
        remove(&part)?;
        let copied = self.copy_to(&part);
        if copied.is_err() {
            // What went wrong is more worth telling than this.
            let _ = remove(&part);
        }
        copied?;
        fail_point!("service.backup.copied", StorageError::RanOut("luck"));
        Ok(fs::rename(&part, to)?)
    }

    fn copy_to(&self, part: &Path) -> Result<()> {
        let lease = self.lease()?;
        keep_private(part)?;
        let mut target = Connection::open(part)?;
        let backup = Backup::new(lease.conn()?, &mut target)?;
        let mut tries = 0;
        loop {
            match backup.step(ALL_PAGES)? {
                StepResult::Done => break,
                _ if tries < BUSY_TRIES_MAX => {
                    tries += 1;
                    std::thread::sleep(Duration::from_millis(BUSY_AGAIN_MS));
                }
                _ => return Err(StorageError::RanOut("time for a copy")),
            }
        }
        drop(backup);
        // Alone, without a log beside it.
        target.pragma_update(None, "journal_mode", "DELETE")?;
        target.close().map_err(|(_, error)| error)?;
        Ok(File::open(part)?.sync_all()?)
    }

    /// Closes the database with everything in its one file.
    ///
    /// # Errors
    /// When the engine fails, or somebody else has it open.
    pub fn close_alone(self) -> Result<()> {
        let path = self.inner.path.clone();
        locked(&self.inner.readers).idle.clear();
        let writer = locked(&self.inner.writer);
        writer.pragma_update(None, "journal_mode", "DELETE")?;
        drop(writer);
        drop(self);
        Ok(File::open(path)?.sync_all()?)
    }
}

/// Looks whether a file is a whole database of a service that this program can
/// use. May make what the engine keeps beside it.
///
/// # Errors
/// [`StorageError::Newer`] for one of a newer program, and failures of the disk.
pub fn look(path: &Path) -> Result<std::result::Result<(), Unfit>> {
    let mut begins = [0; MAGIC.len()];
    match File::open(path)?.read_exact(&mut begins) {
        Ok(()) if begins == *MAGIC => {}
        Ok(()) => return Ok(Err(Unfit::Foreign)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(Err(Unfit::Foreign)),
        Err(error) => return Err(error.into()),
    }
    let sound = sound(path);
    match sound {
        Err(StorageError::Sql(error)) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Ok(Err(Unfit::Damaged)),
            _ => Err(error.into()),
        },
        other => other,
    }
}

fn sound(path: &Path) -> Result<std::result::Result<(), Unfit>> {
    let conn = Connection::open(path)?;
    let says: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if says != "ok" {
        return Ok(Err(Unfit::Damaged));
    }
    let tables: i64 = conn.query_row(
        "SELECT count(*) FROM sqlite_master
         WHERE type = 'table' AND name IN ('refinery_schema_history', 'meta', 'change', 'device')",
        [],
        |row| row.get(0),
    )?;
    if tables < 4 {
        return Ok(Err(Unfit::Foreign));
    }
    let (found, known) = newest_schema(&conn)?;
    if found > known {
        return Err(StorageError::Newer { found, known });
    }
    Ok(Ok(()))
}

/// A database that nobody serves from, for reading: where its feeds stand.
pub struct Resting {
    conn: Connection,
}

impl Resting {
    /// Opens it, and changes nothing in it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self {
            conn: super::reader(path)?,
        })
    }

    /// Its facts; none in a database that was never set up.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn meta(&self) -> Result<Option<Meta>> {
        self.view().meta()
    }

    /// How far each feed goes.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn heads(&self) -> Result<Vec<(FeedId, Seq)>> {
        self.view().all_heads()
    }

    /// How far a feed of both is the same: the last place with the same hash of
    /// everything up to it.
    ///
    /// # Errors
    /// When either cannot be read.
    pub fn common(&self, other: &Self, feed: FeedId, shorter: Seq) -> Result<Seq> {
        let same = |seq: u64| -> Result<bool> {
            let (one, two) = (
                self.view().chain_at(feed, Seq(seq))?,
                other.view().chain_at(feed, Seq(seq))?,
            );
            Ok(seq == 0 || (one.is_some() && one == two))
        };
        // What is the same up to a place is so up to every earlier one.
        let (mut low, mut high) = (0, shorter.0);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if same(middle)? {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(Seq(low))
    }

    fn view(&self) -> View<'_> {
        View { conn: &self.conn }
    }
}

/// A file with another ending to its whole name.
#[must_use]
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a file that this program made on the way, with what the engine keeps
/// beside it.
///
/// # Errors
/// Failures of the disk; not that there was none.
pub fn remove(path: &Path) -> Result<()> {
    for part in [""].iter().chain(&BESIDE) {
        match fs::remove_file(beside(path, part)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
