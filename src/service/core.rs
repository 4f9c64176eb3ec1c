//! What every part of the running service shares.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use tokio::sync::{Semaphore, watch};

use super::auth::password::{Cost, Passwords};
use super::feed::bus::{Bus, Told};
use super::feed::sequencer;
use super::pace::Paces;
use super::secrets::{MasterKey, Random, system_random};
use super::storage::{Storage, StorageError, StoredChange};
use super::watch::Watching;
use crate::domain::area::AreaCode;
use crate::domain::ids::UnitId;
use crate::domain::time::Timestamp;
use crate::wire::feed::{Epoch, PAGE_CHANGES_MAX};

/// Reads the time; the only clock of the service.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A moment's wait, for [`Work::Inline`].
pub type Pause = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// Where work is done that waits for the disk or takes long.
#[derive(Clone, Default)]
pub enum Work {
    /// On a thread that may wait.
    #[default]
    Threads,
    /// On the task that asks, for a simulation without threads. Its answer
    /// comes after the pause, as that of a thread comes later: what others
    /// wrote meanwhile is not in it.
    Inline(Pause),
}

/// Snapshots that are made at the same time.
const SNAPSHOTS_MADE_MAX: usize = 2;
/// Snapshots that are on their way at the same time; each holds a file.
pub(super) const SNAPSHOTS_SENT_MAX: usize = 64;

/// Places for those who take a snapshot.
#[derive(Debug)]
pub struct SnapshotPlaces {
    /// Making one: a reading connection and a core.
    pub made: Arc<Semaphore>,
    /// Sending one: room on the disk.
    pub sent: Arc<Semaphore>,
}

impl Default for SnapshotPlaces {
    fn default() -> Self {
        Self {
            made: Arc::new(Semaphore::new(SNAPSHOTS_MADE_MAX)),
            sent: Arc::new(Semaphore::new(SNAPSHOTS_SENT_MAX)),
        }
    }
}

/// How the service behaves; the defaults are for real use.
#[derive(Clone)]
pub struct ServiceOptions {
    /// Reads the time.
    pub clock: Clock,
    /// Gives tokens, secrets and ids what is random in them.
    pub random: Random,
    /// Where work is done that waits for the disk.
    pub work: Work,
    /// What a new password's hash costs; tests make it cheap.
    pub password_cost: Cost,
    /// The most changes on a page; tests make it small.
    pub page_changes_max: usize,
    /// Messages that the live bus keeps for a slow stream.
    pub bus_messages_max: usize,
    /// Rendered events that wait for a slow stream's socket.
    pub stream_events_max: usize,
    /// From one heartbeat to the next, in milliseconds.
    pub heartbeat_ms: u64,
    /// Whether the built-in rules run by themselves; the program says so.
    pub watching: Watching,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self {
            clock: Arc::new(system_clock),
            random: system_random(),
            work: Work::default(),
            password_cost: Cost::default(),
            page_changes_max: PAGE_CHANGES_MAX,
            bus_messages_max: 1_024,
            stream_events_max: 64,
            heartbeat_ms: crate::wire::stream::HEARTBEAT_MS,
            watching: Watching::default(),
        }
    }
}

impl std::fmt::Debug for ServiceOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceOptions")
            .field("page_changes_max", &self.page_changes_max)
            .field("bus_messages_max", &self.bus_messages_max)
            .field("heartbeat_ms", &self.heartbeat_ms)
            .finish_non_exhaustive()
    }
}

fn system_clock() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Shared by routes, sequencer and administration.
pub struct Core {
    /// The data folder.
    pub folder: PathBuf,
    /// The database.
    pub storage: Storage,
    /// Protects secrets at rest.
    pub master: MasterKey,
    /// Checks passwords.
    pub passwords: Passwords,
    /// Tells open streams.
    pub bus: Bus,
    /// How to behave.
    pub options: ServiceOptions,
    /// The district that is served.
    pub district: AreaCode,
    /// The unit of officers without another.
    pub centre: UnitId,
    /// Bounds the snapshots that are taken at once.
    pub snapshots: SnapshotPlaces,
    /// What each session has asked.
    pub paces: Paces,
    /// Says when open streams shall end.
    pub stopping: watch::Sender<Stopping>,
    pub(super) epoch: RwLock<Epoch>,
    pub(super) myself: std::sync::Weak<Core>,
}

/// Whether the service is going away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopping {
    /// No.
    NotYet,
    /// Yes: say `bye`.
    Now,
}

impl Core {
    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.options.clock)()
    }

    /// Which life of the service this is.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        *self.epoch.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs work that waits for the disk on a thread that may wait. It goes on
    /// to its end even if whoever asked has gone.
    ///
    /// # Errors
    /// What `work` says; or that its thread ended without an answer.
    pub async fn blocking<T, E>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let gone = || StorageError::RanOut("threads");
        let core = self.myself.upgrade().ok_or_else(gone)?;
        let worked = match &self.options.work {
            Work::Threads => tokio::task::spawn_blocking(move || work(&core)).await,
            Work::Inline(pause) => {
                let done = work(&core);
                pause().await;
                return done;
            }
        };
        match worked {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(%error, "a worker thread failed");
                Err(gone().into())
            }
        }
    }

    /// Tells the open streams what was committed. Call it from
    /// [`Storage::write_then`], so that it is told in the order of commits.
    pub fn publish(&self, changes: &[StoredChange]) {
        for group in changes.chunk_by(|a, b| a.feed == b.feed && a.tx == b.tx) {
            self.bus.tell(Told::Changes(Arc::from(group)));
        }
    }

    /// Decides a command in a transaction of its own and tells the streams.
    ///
    /// # Errors
    /// When the storage fails; nothing is stored then.
    pub fn decide(&self, ask: &sequencer::Ask<'_>) -> Result<sequencer::Outcome, StorageError> {
        self.storage.write_then(
            |tx| sequencer::decide(tx, ask),
            |outcome| match outcome {
                sequencer::Outcome::Accepted { changes, .. } => self.publish(changes),
                sequencer::Outcome::Refused(_) => {}
            },
        )
    }
}
