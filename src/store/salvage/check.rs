//! Whether a file is sound. Every page carries its own seal, so a check reads
//! all pages; a large copy is checked for a bounded time at the start and for
//! the rest in a thread of its own, on a connection of its own that holds no
//! write up, at an easy pace, and not more than once in half a day.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::aside;
use super::notes::Notes;
use crate::domain::time::Timestamp;
use crate::store::db::{self, File};
use crate::store::error::StoreError;
use crate::store::secret::StoreKey;
use crate::store::shared::{Shared, StoreEvent};

/// How long the check of a copy may hold a start up, in milliseconds. The
/// outbox is always checked whole.
pub const QUICK_CHECK_MS_MAX: u64 = 150;
/// A copy with more pages than this is checked in the thread alone: a start
/// must not wait longer the more incidents there are.
const QUICK_CHECK_PAGES_MAX: i64 = 1_000;
/// How long the check of such a copy may hold a start up, in milliseconds: its
/// first pages are read.
const LARGE_CHECK_MS_MAX: u64 = 5;
/// Page cache of the check in the thread, in KiB: it reads every page once.
const REST_CACHE_KIB: i64 = 256;
/// The thread works this long, in milliseconds, ...
const WORK_MS: u64 = 5;
/// ... and then rests this long, in milliseconds: an officer's keys and the
/// machine's other programs come first.
const REST_MS: u64 = 20;
/// With a log of more bytes than this the check gives way: while it reads, the
/// log cannot begin anew and only grows.
const LOG_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// A copy that was sound is checked again after this, in milliseconds.
const SOUND_FOR_MS: i64 = 12 * 60 * 60 * 1_000;
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
    /// Starts it, unless the copy was found sound not long ago. What it finds
    /// is noted for the next start, and damage is told at once.
    pub(in crate::store) fn start(
        dir: &Path,
        path: PathBuf,
        key: StoreKey,
        shared: Arc<Shared>,
    ) -> Result<Option<Self>, StoreError> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if was_sound_lately(Notes::read(dir).sound.get(&name), aside::moment()) {
            return Ok(None);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let dir = dir.to_owned();
        let thread = thread::Builder::new()
            .name("store-check".to_owned())
            .spawn(move || match rest(&path, &key, stopped, &shared) {
                Ok(Soundness::Broken) => {
                    Notes::try_change(&dir, |notes| {
                        notes.sound.remove(&name);
                        notes.suspect.insert(name);
                    });
                    shared.tell(&StoreEvent::CopyDamaged);
                }
                Ok(Soundness::Sound) => Notes::try_change(&dir, |notes| {
                    notes.sound.insert(name, aside::moment());
                }),
                Ok(Soundness::Unfinished) => {}
                Err(error) => tracing::warn!(%error, "the copy could not be checked"),
            })?;
        Ok(Some(Self {
            stop,
            thread: Some(thread),
        }))
    }
}

/// Whether the last check that found the copy sound is young enough. One that
/// lies ahead of the clock says nothing.
fn was_sound_lately(at: Option<&Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| (0..SOUND_FOR_MS).contains(&now.since(*at).0))
}

#[cfg(test)]
impl Rest {
    /// Whether it has ended by itself.
    pub(in crate::store) fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
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

fn rest(
    path: &Path,
    key: &StoreKey,
    stop: Arc<AtomicBool>,
    shared: &Arc<Shared>,
) -> Result<Soundness, StoreError> {
    let mut connection = db::connect(path, File::Replica, key)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -REST_CACHE_KIB)?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    let shared = Arc::clone(shared);
    let mut since = Instant::now();
    connection.progress_handler(
        STEPS_BETWEEN_LOOKS,
        Some(move || {
            if since.elapsed() >= Duration::from_millis(WORK_MS) {
                thread::sleep(Duration::from_millis(REST_MS));
                since = Instant::now();
                if fs::metadata(&log).is_ok_and(|log| log.len() > LOG_BYTES_MAX) {
                    shared.call_off_check();
                }
            }
            stop.load(Ordering::Relaxed) || shared.is_check_called_off()
        }),
    )?;
    run(&connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_checked_again_after_half_a_day_and_when_the_clock_was_set_back() {
        let at = Timestamp::from_millis(1_795_757_611_528);
        let later = |ms: i64| Timestamp::from_millis(at.as_millis() + ms);
        assert!(!was_sound_lately(None, at));
        assert!(was_sound_lately(Some(&at), at));
        assert!(was_sound_lately(Some(&at), later(SOUND_FOR_MS - 1)));
        assert!(!was_sound_lately(Some(&at), later(SOUND_FOR_MS)));
        assert!(!was_sound_lately(Some(&later(1)), at));
    }
}
