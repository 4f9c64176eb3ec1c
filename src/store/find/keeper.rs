//! Makes the index and keeps it: a thread that reads the copy and writes the
//! index, and nothing else.
//!
//! A slice is one transaction on the index; between two of them it looks whether
//! it shall end. Nobody waits for it, and it waits for nobody: it reads a
//! snapshot of the copy, and the copy's writer never touches the index.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, InterruptHandle, Transaction, TransactionBehavior};

use super::file::{self, Made, Merged, Meta, Subject};
use super::source::{self, Row};
use super::{grams, names};
use crate::domain::area::AreaCode;
use crate::store::db::{self, File};
use crate::store::error::StoreError;
use crate::store::folder::{self, Held};
use crate::store::secret::StoreKey;
use crate::store::shared::{Searching, Shared};

/// Rows that are put into the index in one step of the first making.
const SLICE_ROWS: i64 = 250;
/// Page cache for reading the copy, which goes from row to row, in KiB.
const READING_CACHE_KIB: i64 = 512;
/// Changed rows that are taken over in one step.
const CHANGES_ROWS: i64 = 200;
/// Pages that one step of merging writes.
const MERGE_PAGES: i64 = 64;

/// Tells the thread that there may be work.
#[derive(Clone, Debug)]
pub(in crate::store) struct Poke(SyncSender<()>);

impl Poke {
    pub(in crate::store) fn poke(&self) {
        match self.0.try_send(()) {
            // One that waits is enough.
            Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
        }
    }
}

/// The thread. Dropping it ends it, in the middle of a slice if need be.
pub(in crate::store) struct Keeper {
    stop: Arc<AtomicBool>,
    poke: Option<Poke>,
    interrupt: InterruptHandle,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts it; none if another program keeps this index.
    pub(in crate::store) fn start(
        replica: &Path,
        key: &StoreKey,
        shared: Arc<Shared>,
    ) -> Result<Option<Self>, StoreError> {
        let stop = Arc::new(AtomicBool::new(false));
        let Some(mut work) = Work::open(replica, key, shared, Arc::clone(&stop))? else {
            return Ok(None);
        };
        let (sender, pokes) = sync_channel(1);
        let poke = Poke(sender);
        work.shared.set_poke(poke.clone());
        let interrupt = work.find.get_interrupt_handle();
        let thread = thread::Builder::new()
            .name("store-find".to_owned())
            .spawn(move || work.run(&pokes))?;
        Ok(Some(Self {
            stop,
            poke: Some(poke),
            interrupt,
            thread: Some(thread),
        }))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.interrupt.interrupt();
        if let Some(poke) = self.poke.take() {
            poke.poke();
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the search index panicked");
        }
    }
}

/// Makes and mends the index in the thread of whoever calls, until there is
/// nothing to do.
pub(in crate::store) fn now(
    replica: &Path,
    key: &StoreKey,
    shared: Arc<Shared>,
) -> Result<(), StoreError> {
    let stop = Arc::new(AtomicBool::new(false));
    match Work::open(replica, key, shared, stop)? {
        Some(mut work) => work.round(),
        None => Err(StoreError::Busy),
    }
}

struct Work {
    path: PathBuf,
    key: StoreKey,
    replica: Connection,
    find: Connection,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    /// What was told last, so that the same is not told twice.
    told: Searching,
    /// While it is held, no other program writes this index.
    _alone: Held,
}

/// Whether there is more to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Something,
    Nothing,
}

impl Work {
    fn open(
        replica: &Path,
        key: &StoreKey,
        shared: Arc<Shared>,
        stop: Arc<AtomicBool>,
    ) -> Result<Option<Self>, StoreError> {
        let path = file::path_of(replica);
        let dir = path.parent().unwrap_or(Path::new("."));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(alone) = folder::alone(dir, &format!("{name}.lock"))? else {
            return Ok(None);
        };
        let reading = db::connect(replica, File::Replica, key)?;
        reading.pragma_update(None, "query_only", true)?;
        reading.pragma_update(None, "cache_size", -READING_CACHE_KIB)?;
        Ok(Some(Self {
            find: file::open_to_make(&path, key)?,
            path,
            key: key.clone(),
            replica: reading,
            told: shared.searching(),
            shared,
            stop,
            _alone: alone,
        }))
    }

    fn run(&mut self, pokes: &Receiver<()>) {
        loop {
            match self.round() {
                Ok(()) => {}
                Err(_) if self.is_over() => return,
                Err(error) => {
                    tracing::warn!(%error, "the search index could not be kept");
                    if file::is_unusable(&error) && self.anew().is_ok() {
                        continue;
                    }
                }
            }
            if self.is_over() || pokes.recv().is_err() || self.is_over() {
                return;
            }
        }
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Puts an empty file in the place of one that is damaged.
    fn anew(&mut self) -> Result<(), StoreError> {
        self.find = Connection::open_in_memory()?;
        file::remove(&self.path)?;
        self.find = file::open_to_make(&self.path, &self.key)?;
        Ok(())
    }

    /// Does all there is to do, of each by turns.
    fn round(&mut self) -> Result<(), StoreError> {
        loop {
            let mut left = Left::Nothing;
            for subject in Subject::ALL {
                if self.is_over() {
                    return Ok(());
                }
                if self.step(subject)? == Left::Something {
                    left = Left::Something;
                }
            }
            if left == Left::Nothing {
                // What the pages were kept for is over.
                self.find.release_memory()?;
                self.replica.release_memory()?;
                return Ok(());
            }
        }
    }

    /// The next thing to do.
    fn step(&mut self, subject: Subject) -> Result<Left, StoreError> {
        let meta = self.meta(subject)?;
        let left = match meta.made {
            Made::Partly => self.slice(subject, meta)?,
            Made::Whole => {
                if subject == Subject::Incidents {
                    self.tell(Searching::Ready);
                }
                self.changes(subject, meta)?
            }
        };
        match left {
            Left::Something => Ok(left),
            Left::Nothing => self.merge(subject),
        }
    }

    /// How far the index is; one of other rows is emptied first.
    fn meta(&self, subject: Subject) -> Result<Meta, StoreError> {
        let generation = generation(&self.replica)?;
        if let Some(meta) = file::meta(&self.find, subject)?
            && meta.generation == generation
        {
            self.shared.applied(subject).set(meta.applied);
            return Ok(meta);
        }
        let meta = Meta {
            generation,
            upto: 0,
            made: Made::Partly,
            // Rows are read after this, so all earlier changes are in them.
            applied: source::last_change(&self.replica, subject)?,
        };
        let writing = begin(&self.find)?;
        file::empty(&writing, subject)?;
        file::set_meta(&writing, subject, &meta)?;
        writing.commit()?;
        Ok(meta)
    }

    /// The next rows of the first making.
    fn slice(&mut self, subject: Subject, meta: Meta) -> Result<Left, StoreError> {
        let rows = source::rows_after(&self.replica, subject, meta.upto, SLICE_ROWS)?;
        let writing = begin(&self.find)?;
        for row in &rows {
            put(&writing, subject, row)?;
        }
        let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) == SLICE_ROWS;
        let upto = rows.last().map_or(meta.upto, |row| row.doc);
        let made = if more { Made::Partly } else { Made::Whole };
        file::set_meta(&writing, subject, &Meta { upto, made, ..meta })?;
        writing.commit()?;
        if made == Made::Partly && subject == Subject::Incidents {
            let last = source::last_row(&self.replica, subject)?.max(1);
            let percent = upto.saturating_mul(100) / last;
            let percent = u8::try_from(percent.clamp(0, 99)).unwrap_or(99);
            self.tell(Searching::Making { percent });
        }
        Ok(Left::Something)
    }

    /// Takes over what has changed since.
    fn changes(&self, subject: Subject, meta: Meta) -> Result<Left, StoreError> {
        let reading = self.replica.unchecked_transaction()?;
        if generation(&reading)? != meta.generation {
            return Ok(Left::Something);
        }
        let changes = source::changes_after(&reading, subject, meta.applied, CHANGES_ROWS)?;
        let Some((applied, _)) = changes.last().copied() else {
            return Ok(Left::Nothing);
        };
        let writing = begin(&self.find)?;
        for (_, doc) in &changes {
            match source::row(&reading, subject, *doc)? {
                Some(row) => put(&writing, subject, &row)?,
                None => file::forget(&writing, subject, *doc)?,
            }
        }
        file::set_meta(&writing, subject, &Meta { applied, ..meta })?;
        writing.commit()?;
        self.shared.applied(subject).set(applied);
        Ok(Left::Something)
    }

    fn merge(&self, subject: Subject) -> Result<Left, StoreError> {
        let writing = begin(&self.find)?;
        let merged = file::merge(&writing, subject, MERGE_PAGES)?;
        writing.commit()?;
        Ok(match merged {
            Merged::Something => Left::Something,
            Merged::Nothing => Left::Nothing,
        })
    }

    fn tell(&mut self, now: Searching) {
        if self.told != now {
            self.told = now;
            self.shared.set_searching(now);
        }
    }
}

fn begin(find: &Connection) -> Result<Transaction<'_>, StoreError> {
    Ok(Transaction::new_unchecked(
        find,
        TransactionBehavior::Immediate,
    )?)
}

/// A row whose area does not read is in no list either.
fn put(find: &Connection, subject: Subject, row: &Row) -> Result<(), StoreError> {
    let Ok(area) = row.area.parse::<AreaCode>() else {
        return Ok(());
    };
    let mut grams = match subject {
        Subject::Incidents => grams::of_row(&row.text, area),
        Subject::Named => names::of_row(&row.text, &row.more, area),
    };
    if subject == Subject::Incidents {
        names::of_parties(&row.more, &mut grams);
    }
    file::put(find, subject, row.doc, &grams)
}

/// Of which rows the copy is.
pub(super) fn generation(replica: &Connection) -> Result<i64, StoreError> {
    Ok(replica
        .prepare_cached("SELECT generation FROM search_state")?
        .query_row([], |row| row.get(0))?)
}
