//! Whether a file is sound. Every page carries its own seal, so a check reads
//! all pages; a large copy is checked for a bounded time at the start and for
//! the rest in a thread of its own, on a connection of its own that holds no
//! write up.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::notes::Notes;
use crate::store::db::{self, File};
use crate::store::error::StoreError;
use crate::store::secret::StoreKey;
use crate::store::shared::{Shared, StoreEvent};

/// How long the check of a copy may hold a start up, in milliseconds. The
/// outbox is always checked whole.
pub const QUICK_CHECK_MS_MAX: u64 = 150;
/// A copy with more pages than this is checked in the thread alone: a start
/// must not wait longer the more incidents there are.
const QUICK_CHECK_PAGES_MAX: i64 = 20_000;
/// How long the check of such a copy may hold a start up, in milliseconds: its
/// first pages are read.
const LARGE_CHECK_MS_MAX: u64 = 5;
/// Steps of the engine between two looks at the time.
const STEPS_BETWEEN_LOOKS: i32 = 200;

/// What a check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Soundness {
    /// All of it reads.
    Sound,
    /// There was no time for all of it; what was read is sound.
    Unfinished,
    /// Something does not read.
    Broken,
}

/// How far a check goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Depth {
    /// Through the whole file.
    Whole,
    /// For [`QUICK_CHECK_MS_MAX`].
    Quick,
}

/// Whether an error of the engine means that the file is not what was written.
pub(in crate::store) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Checks a file through an open connection.
pub(in crate::store) fn check(
    connection: &mut Connection,
    depth: Depth,
) -> Result<Soundness, StoreError> {
    match depth {
        Depth::Whole => run(connection),
        Depth::Quick => {
            let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let most = if pages > QUICK_CHECK_PAGES_MAX {
                LARGE_CHECK_MS_MAX
            } else {
                QUICK_CHECK_MS_MAX
            };
            let until = Instant::now() + Duration::from_millis(most);
            connection
                .progress_handler(STEPS_BETWEEN_LOOKS, Some(move || Instant::now() >= until))?;
            let soundness = run(connection);
            connection.progress_handler(0, None::<fn() -> bool>)?;
            soundness
        }
    }
}

fn run(connection: &Connection) -> Result<Soundness, StoreError> {
    let said = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match said {
        Ok(words) if words == "ok" => Ok(Soundness::Sound),
        Ok(words) => {
            tracing::error!(words, "a file of the store is damaged");
            Ok(Soundness::Broken)
        }
        Err(error) if is_damage(&error) => Ok(Soundness::Broken),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            Ok(Soundness::Unfinished)
        }
        Err(error) => Err(error.into()),
    }
}

/// The rest of a check, in a thread of its own. Dropping it ends the check.
pub(in crate::store) struct Rest {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Rest {
    /// Starts it. What it finds is noted for the next start and told at once.
    pub(in crate::store) fn start(
        dir: &Path,
        path: PathBuf,
        key: StoreKey,
        shared: Arc<Shared>,
    ) -> Result<Self, StoreError> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let dir = dir.to_owned();
        let thread = thread::Builder::new()
            .name("store-check".to_owned())
            .spawn(move || match rest(&path, &key, stopped) {
                Ok(Soundness::Broken) => {
                    if let Some(name) = path.file_name() {
                        let name = name.to_string_lossy().into_owned();
                        Notes::try_change(&dir, |notes| {
                            notes.suspect.insert(name);
                        });
                    }
                    shared.tell(&StoreEvent::CopyDamaged);
                }
                Ok(Soundness::Sound | Soundness::Unfinished) => {}
                Err(error) => tracing::warn!(%error, "the copy could not be checked"),
            })?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the check of the copy panicked");
        }
    }
}

fn rest(path: &Path, key: &StoreKey, stop: Arc<AtomicBool>) -> Result<Soundness, StoreError> {
    let mut connection = db::connect(path, File::Replica, key)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.progress_handler(
        STEPS_BETWEEN_LOOKS,
        Some(move || stop.load(Ordering::Relaxed)),
    )?;
    run(&connection)
}
