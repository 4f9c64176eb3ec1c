//! The calls. A [`Store`] is a cheap clone of a handle; every call answers
//! through a [`Ticket`], so that neither the screen nor the engine ever waits
//! for the disk unless it means to.

mod drafts;
mod lists;
mod lives;
mod network;
mod suggestions;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

pub use super::changes::Applied;
use super::db::{Dbs, Paths};
pub use super::drafts::Draft;
pub use super::error::{SnapshotFault, StoreError, SubmitError};
use super::exec::Exec;
pub use super::exec::Executor;
use super::find::file::path_of;
use super::find::hits::Asker;
use super::find::keeper::Keeper;
use super::folder::Held;
pub use super::life::{Frozen, Witness};
use super::open;
pub use super::open::Origin;
pub use super::page::latest::{Latest, Questions};
use super::reader::Reader;
use super::salvage::Finding;
use super::salvage::check::{Depth, Rest, Soundness};
pub use super::secret::{DeviceSecret, StoreKey};
use super::shared::Shared;
pub use super::shared::{FreshAlarm, Searching, StoreEvent};
pub use super::submit::{NewAct, Submitted, When};
pub use super::ticket::Ticket;
use super::view::{Counts, OutboxRow, Pick, QueueRow, Shown, TimelineItem};
use super::writer::Writer;
use super::{
    alarms, changes, cursor, outbox, page, picks, renumber, results, retain, snapshot, submit,
    timeline,
};
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::ids::{CommandId, DeviceId, RecordId};
use crate::domain::officer::Officer;
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::time::Timestamp;
use crate::wire::command::{CommandResult, WireCommand};
use crate::wire::feed::{
    Cursor, Epoch, FeedId, Mark, Seq, SnapshotHeader, SnapshotLine, TrailerBody, WireChange,
};
use crate::wire::proof::Digest;

/// Whose view of the desk's data is opened, and with which keys.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The desk.
    pub device: DeviceId,
    /// The officer who is signed in.
    pub officer: Officer,
    /// The key of the desk's files.
    pub store_key: StoreKey,
    /// The key of the officer's command MACs on this desk.
    pub device_secret: DeviceSecret,
    /// The identity of the desk under which that key was issued: an earlier one
    /// until the officer signs in online after the desk was enrolled anew.
    pub issued_to: DeviceId,
}

/// Gives new ids the ten bytes in them that are not their moment.
pub type Chance = Arc<dyn Fn() -> [u8; 10] + Send + Sync>;

/// The desk's encrypted copy as one officer sees it.
#[derive(Clone)]
pub struct Store {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) exec: Exec,
    shared: Arc<Shared>,
    device: DeviceId,
    officer: Officer,
    origin: Origin,
    pub(super) dir: PathBuf,
    /// What was found at this start, in case `files.json` cannot be written.
    pub(super) found: Vec<Finding>,
    paths: Paths,
    key: StoreKey,
    executor: Executor,
    questions: Questions,
    seeks: Questions,
    /// Keeps the search index, once somebody has asked for it.
    keeper: Mutex<Option<Keeper>>,
    /// Goes on with the check of a large copy.
    _rest: Option<Rest>,
    /// Released last: until then nobody moves the files.
    _in_use: [Held; 2],
}

/// A page of changes as it came, with where the feed stands.
#[derive(Clone, Debug)]
pub struct ChangesIn {
    /// Of which feed.
    pub feed: FeedId,
    /// Of which life of the service.
    pub epoch: Epoch,
    /// In order; what the copy already has is passed over.
    pub changes: Vec<WireChange>,
    /// The newest change of the feed.
    pub head: Seq,
    /// What survives the loss of the service's machine.
    pub durable_upto: Seq,
    /// The service's word for the last change, or for where the copy stands.
    pub mark: Option<Mark>,
}

impl Store {
    /// Opens the officer's copy in the desk's folder, making what is missing.
    /// Files that are not as this desk left them are set aside first, and what
    /// reads of the outbox is carried over; see [`Store::findings`].
    ///
    /// # Errors
    /// [`StoreError::Newer`] for files of a newer program,
    /// [`StoreError::InUse`] for damaged files that another program has open,
    /// and failures of the disk.
    pub fn open(dir: &Path, identity: Identity, executor: Executor) -> Result<Self, StoreError> {
        Self::open_with(dir, identity, executor, Arc::new(machine_chance))
    }

    /// As [`Store::open`], with another source of chance for new ids.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(
        dir: &Path,
        identity: Identity,
        executor: Executor,
        chance: Chance,
    ) -> Result<Self, StoreError> {
        let paths = Paths::new(dir, &identity.officer.scope());
        let shared = Arc::new(Shared::new());
        let device = identity.device;
        let officer = identity.officer.clone();
        let key = identity.store_key.clone();
        let depth = match executor {
            Executor::Threads => Depth::Quick,
            // A simulation must not depend on how fast the machine is.
            Executor::Inline => Depth::Whole,
        };
        let opened = open::open(&paths, &key, device, depth)?;
        renumber::adopt(&opened.dbs.outbox, dir, &identity)?;
        let rest = match opened.checked {
            Soundness::Unfinished => {
                Rest::start(dir, paths.replica.clone(), key.clone(), Arc::clone(&shared))?
            }
            Soundness::Sound | Soundness::Broken => None,
        };
        let writer = Writer::start(
            opened.dbs,
            identity,
            Arc::clone(&shared),
            chance,
            opened.life,
        )?;
        let asker = Asker::new(path_of(&paths.replica), key.clone());
        let dbs = Dbs::open_reader(&paths, &key)?;
        let reader = Reader::new(dbs, officer.clone(), asker, Arc::clone(&shared));
        Ok(Self {
            inner: Arc::new(Inner {
                exec: Exec::start(executor, writer, reader)?,
                shared,
                device,
                officer,
                origin: opened.origin,
                dir: dir.to_owned(),
                found: opened.found,
                paths,
                key,
                executor,
                questions: Questions::default(),
                seeks: Questions::default(),
                keeper: Mutex::new(None),
                _rest: rest,
                _in_use: opened.in_use,
            }),
        })
    }

    /// The desk.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.inner.device
    }

    /// The officer whose copy this is, as at opening.
    #[must_use]
    pub fn officer(&self) -> &Officer {
        &self.inner.officer
    }

    /// Whether the copy was damaged and had to be begun anew; then it is empty
    /// until the next snapshot, and the outbox is whole.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.inner.origin
    }

    // What an officer does.

    /// Takes an act: asks the rules, puts it into the outbox (on the disk),
    /// shows it. Every act that the answer calls submitted is durable.
    pub fn submit(&self, act: NewAct) -> Ticket<Submitted, SubmitError> {
        self.inner.exec.write_telling(move |writer, early| {
            submit::submit(writer, &act, None, |done| early.tell(done))
        })
    }

    /// Says a refused act again, as a new command on the present ground.
    pub fn retry(&self, id: CommandId, when: When) -> Ticket<Submitted, SubmitError> {
        self.inner.exec.write_telling(move |writer, early| {
            submit::retry(writer, id, when, |done| early.tell(done))
        })
    }

    /// Makes a note of a refused act's words.
    pub fn refused_to_note(&self, id: CommandId, when: When) -> Ticket<Submitted, SubmitError> {
        self.inner.exec.write_telling(move |writer, early| {
            submit::to_note(writer, id, when, |done| early.tell(done))
        })
    }

    /// Gives a refused act up; it stays in the log of settled acts.
    pub fn discard(&self, id: CommandId, reason: String, at: Timestamp) -> Ticket<()> {
        self.inner
            .exec
            .write(move |writer| submit::discard(writer, id, &reason, at))
    }

    /// What waits and what was refused, in the order in which it was made.
    pub fn outbox(&self) -> Ticket<Vec<OutboxRow>> {
        self.inner.exec.read(|reader| outbox::rows(reader))
    }

    // What an officer looks at.

    /// The counts that the frame shows.
    pub fn counts(&self) -> Ticket<Counts> {
        self.inner.exec.read(|reader| page::counts(&reader.dbs))
    }

    /// A record as it now looks.
    pub fn shown(&self, id: RecordId) -> Ticket<Option<Shown>> {
        self.inner
            .exec
            .read(move |reader| super::rows::shown(&reader.dbs.replica, id))
    }

    /// The latest `limit` lines of an incident's timeline, oldest first, what
    /// waits last.
    pub fn timeline(&self, id: RecordId, limit: usize) -> Ticket<Vec<TimelineItem>> {
        self.inner
            .exec
            .read(move |reader| timeline::timeline(&reader.dbs.replica, id, limit))
    }

    /// Incidents of that number, provisional tag or id; a tag may fit several.
    pub fn find_incident(&self, text: &str) -> Ticket<Vec<RecordId>> {
        let text = text.to_owned();
        self.inner
            .exec
            .read(move |reader| picks::find_incident(&reader.dbs.replica, &text))
    }

    /// The next incident that nobody has acknowledged, gravest first, after
    /// the given one and round again; `rank` keeps to one rank.
    pub fn next_unacknowledged(
        &self,
        rank: Option<Rank>,
        after: Option<RecordId>,
    ) -> Ticket<Option<RecordId>> {
        self.inner
            .exec
            .read(move |reader| alarms::next_ringing(&reader.dbs.replica, rank, after))
    }

    /// The next incident whose conflict waits for a ruling, struck off or not,
    /// after the given one and round again.
    pub fn next_conflict(&self, after: Option<RecordId>) -> Ticket<Option<RecordId>> {
        self.inner
            .exec
            .read(move |reader| alarms::next_conflict(&reader.dbs.replica, after))
    }

    /// Incidents that are put off at `now`, the first to come back first.
    pub fn suppressed(&self, now: Timestamp) -> Ticket<Vec<QueueRow>> {
        self.inner
            .exec
            .read(move |reader| page::suppressed(&reader.dbs.replica, now))
    }

    /// The policy in force and its version.
    #[must_use]
    pub fn policy(&self) -> (PolicyVersion, Arc<Policy>) {
        self.inner.shared.policy()
    }

    /// The names of areas.
    #[must_use]
    pub fn places(&self) -> Arc<BTreeMap<AreaCode, String>> {
        self.inner.shared.places()
    }

    /// Units within an area whose name has the words.
    pub fn units(&self, text: &str, area: Option<AreaCode>, limit: usize) -> Ticket<Vec<Pick>> {
        self.pick(picks::Picked::Unit, text, area, limit)
    }

    /// People within an area whose name, post, number or unit has the words.
    pub fn people(&self, text: &str, area: Option<AreaCode>, limit: usize) -> Ticket<Vec<Pick>> {
        self.pick(picks::Picked::Person, text, area, limit)
    }

    fn pick(
        &self,
        what: picks::Picked,
        text: &str,
        area: Option<AreaCode>,
        limit: usize,
    ) -> Ticket<Vec<Pick>> {
        let text = text.to_owned();
        self.inner
            .exec
            .read(move |reader| picks::pick(&reader.dbs.replica, what, &text, area, limit))
    }

    // What the engine does.

    /// Where the copy stands in a feed; none before its first snapshot or
    /// change.
    pub fn cursor(&self, feed: FeedId) -> Ticket<Option<Cursor>> {
        self.inner
            .exec
            .read(move |reader| cursor::cursor(&reader.dbs.replica, feed))
    }

    /// The first acts that wait, of any officer of this desk, in the order of
    /// their dseq.
    pub fn pending(&self, limit: usize) -> Ticket<Vec<WireCommand>> {
        self.inner
            .exec
            .read(move |reader| outbox::pending(&reader.dbs.outbox, limit))
    }

    /// Counts an attempt to deliver.
    pub fn sent(&self, ids: Vec<CommandId>) -> Ticket<()> {
        self.inner
            .exec
            .write(move |writer| results::sent(writer, &ids))
    }

    /// Takes the service's answers; the same one may come again.
    pub fn results(&self, results: Vec<CommandResult>, at: Timestamp) -> Ticket<()> {
        self.inner
            .exec
            .write(move |writer| results::take(writer, &results, at))
    }

    /// Takes a page of changes: records and cursor in one transaction, then
    /// what waits on top. What the copy already has is passed over.
    ///
    /// The ticket ends in [`StoreError::Hole`] when a change is missing and in
    /// [`StoreError::OtherEpoch`] when a snapshot is needed.
    pub fn changes(&self, page: ChangesIn) -> Ticket<Applied> {
        self.inner
            .exec
            .write(move |writer| changes::take(writer, &page))
    }

    /// Begins a snapshot; what had come of another one is discarded.
    pub fn snapshot_begin(&self, header: SnapshotHeader) -> Ticket<()> {
        self.inner
            .exec
            .write(move |writer| snapshot::begin_snapshot(writer, &header))
    }

    /// Takes lines of the snapshot aside.
    pub fn snapshot_lines(&self, lines: Vec<SnapshotLine>) -> Ticket<()> {
        self.inner
            .exec
            .write(move |writer| snapshot::lines(writer, &lines))
    }

    /// Checks the snapshot against its trailer and the hash of the bytes that
    /// came, and swaps it in with its cursor; outbox, drafts and refused acts
    /// stay. A wrong one is discarded whole.
    pub fn snapshot_end(&self, trailer: TrailerBody, received: Digest) -> Ticket<()> {
        self.inner
            .exec
            .write(move |writer| snapshot::end(writer, &trailer, received))
    }

    /// Discards what has come of a snapshot.
    pub fn snapshot_abort(&self) -> Ticket<()> {
        self.inner.exec.write(snapshot::abort)
    }

    /// Another program may have written to this desk's files: look again. Cheap
    /// when it was only this one.
    pub fn note_outbox_changed(&self) -> Ticket<()> {
        self.inner.exec.write(Writer::look_again)
    }

    /// Lets closed incidents leave the copy that are older than the policy
    /// keeps; says how many left.
    pub fn retain(&self, now: Timestamp) -> Ticket<u64> {
        self.inner
            .exec
            .write(move |writer| retain::retain(writer, now))
    }

    /// Answers when every write that was asked for before is done.
    pub fn written(&self) -> Ticket<()> {
        self.inner.exec.write(|_| Ok(()))
    }

    /// Notes that the copy was whole at `at`.
    pub fn note_fresh(&self, at: Timestamp) -> Ticket<()> {
        self.inner
            .exec
            .write(move |writer| super::fresh::note(writer, at))
    }

    /// When the copy was last known to be whole, as far as the disk remembers.
    pub fn fresh_at(&self) -> Ticket<Option<Timestamp>> {
        self.inner
            .exec
            .read(|reader| super::fresh::read(&reader.dbs))
    }

    // Who wants to know.

    /// Events from now on. A listener that reads too slowly gets
    /// [`StoreEvent::Reset`] for what it missed.
    #[must_use]
    pub fn subscribe(&self) -> Receiver<StoreEvent> {
        self.inner.shared.subscribe()
    }

    /// Wakes whoever delivers the outbox, when it has grown.
    #[must_use]
    pub fn outbox_grown(&self) -> Arc<Notify> {
        self.inner.shared.grown()
    }
}

/// The machine's own chance: a new id's last ten bytes.
pub(super) fn machine_chance() -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&uuid::Uuid::now_v7().as_bytes()[6..]);
    bytes
}
