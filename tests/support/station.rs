//! A whole workstation without a screen: desk, store, engine.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use zhiban::domain::command::Target;
use zhiban::domain::entry::Entry;
use zhiban::domain::ids::{CommandId, RecordId};
use zhiban::domain::incident::Incident;
use zhiban::domain::incident::act::Act;
use zhiban::domain::time::Minutes;
use zhiban::store::desk::{Desk, Unlocked, purge_folder};
use zhiban::store::handle::{Executor, NewAct, Store, SubmitError};
use zhiban::store::view::{Pending, TimelineWhat};
use zhiban::sync::address::Pin;
use zhiban::sync::anew::{Asking, Identity, Trouble, sign_in_here};
use zhiban::sync::api::Api;
use zhiban::sync::clock::Clock;
use zhiban::sync::engine::{Outcome, Parts};
use zhiban::sync::entropy::{Entropy, SeededEntropy, SystemEntropy};
use zhiban::sync::handle::{EngineHandle, RunOn, block_on, sync_once};
use zhiban::sync::http::Http;
use zhiban::sync::seat::DeskSeat;
use zhiban::sync::session::sign_in;
use zhiban::sync::status::{LinkState, Needs};
use zhiban::wire::session::SignedIn;

use super::centre::PASSWORD;
use super::until_true;

/// The offline window of every desk here.
const WINDOW: Minutes = Minutes(72 * 60);

/// The seed of an engine's jitter, or of a test's own dice: `ZHIBAN_TEST_SEED`, or one of this run. It
/// is printed, so that a run that failed can be run again.
pub fn seed() -> u64 {
    let given = std::env::var("ZHIBAN_TEST_SEED").ok();
    let seed = given
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| SystemEntropy::new().below(1_000_000));
    println!("ZHIBAN_TEST_SEED={seed}");
    seed
}

/// The folder of a desk, and the way to its service.
pub struct Place {
    folder: TempDir,
    url: String,
    pin: Option<Pin>,
    clock: Arc<dyn Clock>,
}

/// An officer at a desk.
pub struct Seat {
    pub store: Store,
    pub unlocked: Unlocked,
    pub engine: Option<EngineHandle>,
    /// The answer of the latest sign-in with a password, if there was one.
    pub signed_in: Option<SignedIn>,
    /// What the desk can prove, as the runner keeps it.
    proof: Arc<DeskSeat>,
    folder: PathBuf,
    url: String,
    pin: Option<Pin>,
    clock: Arc<dyn Clock>,
}

impl Place {
    pub fn new(url: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            url: url.to_owned(),
            pin: None,
            clock,
        }
    }

    /// The same desk, told that the service shows this certificate.
    pub fn pinned(self, pin: Pin) -> Self {
        Self {
            pin: Some(pin),
            ..self
        }
    }

    /// Signs in with the network: the first officer enrols the desk.
    pub fn sign_in(&self, account: &str) -> Seat {
        let now = self.clock.now();
        let api = Api::new(Arc::new(Http::new(self.url.parse().unwrap(), self.pin)));
        let ask = |station| {
            block_on(sign_in(&api, account, PASSWORD, Some(station)))
                .unwrap()
                .unwrap()
        };
        let path = self.folder.path();
        let (signed_in, unlocked) = if let Some(mut desk) = Desk::open(path).unwrap() {
            let signed_in = ask(desk.station(account, now).unwrap());
            let unlocked = desk.remember(&signed_in, PASSWORD, now, WINDOW).unwrap();
            (signed_in, unlocked)
        } else {
            let enrolment = Desk::enrol_new(path, "一号席", &self.url, None).unwrap();
            let signed_in = ask(enrolment.station(account, now).unwrap());
            let (_, unlocked) = enrolment.finish(&signed_in, PASSWORD, now, WINDOW).unwrap();
            (signed_in, unlocked)
        };
        self.seat(unlocked, Some(signed_in))
    }

    /// Signs in with the network as the programs do: a desk from which the
    /// service takes nothing is enrolled anew.
    pub fn sign_in_here(&self, account: &str) -> Result<(Seat, Identity), Trouble> {
        let now = self.clock.now();
        let http = Http::new(self.url.parse().unwrap(), self.pin);
        let mut desk = Desk::open(self.folder.path()).unwrap().unwrap();
        let asking = Asking {
            account,
            password: PASSWORD,
            at: now,
            now,
        };
        let here = sign_in_here(&Api::new(Arc::new(http)), &mut desk, asking)?;
        Ok((self.seat(here.unlocked, Some(here.signed_in)), here.desk))
    }

    /// Unlocks the desk without the network.
    pub fn unlock(&self, account: &str) -> Seat {
        let mut desk = Desk::open(self.folder.path()).unwrap().unwrap();
        let unlocked = desk.unlock(account, PASSWORD, self.clock.now()).unwrap();
        self.seat(unlocked, None)
    }

    /// A copy of the folder, as somebody makes who moves a machine.
    pub fn copied(&self) -> Self {
        let copy = Self::new(&self.url, Arc::clone(&self.clock));
        for (path, bytes) in self.files() {
            let name = path.file_name().unwrap();
            std::fs::write(copy.folder.path().join(name), bytes).unwrap();
        }
        copy
    }

    /// The desk's store, with every call carried out by the caller.
    pub fn open_inline(&self, unlocked: &Unlocked) -> Store {
        Store::open(self.folder.path(), unlocked.identity(), Executor::Inline).unwrap()
    }

    /// The desk's folder.
    pub fn path(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Every file of the desk, as a thief has them.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
            .collect()
    }

    fn seat(&self, unlocked: Unlocked, signed_in: Option<SignedIn>) -> Seat {
        let folder = self.folder.path().to_owned();
        let store = Store::open(&folder, unlocked.identity(), Executor::Threads).unwrap();
        let proof = DeskSeat::open(&folder, unlocked.clone()).unwrap();
        Seat {
            store,
            proof: Arc::new(proof),
            unlocked,
            engine: None,
            signed_in,
            folder,
            url: self.url.clone(),
            pin: self.pin,
            clock: Arc::clone(&self.clock),
        }
    }
}

impl Seat {
    fn parts(&self) -> Parts {
        let http = Http::new(self.url.parse().unwrap(), self.pin);
        Parts {
            store: self.store.clone(),
            transport: Arc::new(http),
            clock: Arc::clone(&self.clock),
            entropy: Arc::new(SeededEntropy::new(seed())),
            seat: self.proof.clone(),
            folder: self.folder.clone(),
        }
    }

    /// The same seat on a machine with another clock.
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Starts the engine.
    pub fn start(&mut self) {
        let begun = self.signed_in.as_ref();
        let engine = EngineHandle::start(self.parts(), begun, RunOn::Own);
        self.engine = Some(engine.unwrap());
    }

    /// Syncs once, as the command line does.
    pub fn sync_once(&self) -> Outcome {
        sync_once(self.parts(), self.signed_in.as_ref()).unwrap()
    }

    pub fn link(&self) -> LinkState {
        self.engine.as_ref().unwrap().status().link
    }

    /// Starts the engine and waits until it is live.
    pub fn go_live(&mut self) {
        self.start();
        until_true("the desk is live", || self.link() == LinkState::Live);
    }

    /// What the program does when the engine says that the grants changed: the
    /// copy of the new ones is opened without a password, what nobody here
    /// opens any more is removed, and a new engine goes on.
    pub fn regrant(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.stop();
        }
        self.unlocked = self.proof.unlocked();
        self.proof = Arc::new(DeskSeat::open(&self.folder, self.unlocked.clone()).unwrap());
        let identity = self.unlocked.identity();
        self.store = Store::open(&self.folder, identity, Executor::Threads).unwrap();
        purge_folder(&self.folder);
        self.signed_in = None;
        self.start();
    }

    pub fn needs(&self) -> Needs {
        self.engine.as_ref().unwrap().status().needs
    }

    /// Leaves the seat: the engine stops, the store closes.
    pub fn leave(mut self) {
        if let Some(engine) = self.engine.take() {
            engine.stop();
        }
    }

    /// Does something to an incident as it is on the screen.
    pub fn act(&self, on: RecordId, act: Act) -> CommandId {
        let shown = self.store.shown(on).wait().unwrap().unwrap();
        self.submit(Target::seen(&shown.record), act)
    }

    pub fn submit(&self, target: Target, act: Act) -> CommandId {
        let act = NewAct {
            targets: vec![target],
            act: act.into(),
            made_at: self.clock.now(),
            offset_ms: 0,
        };
        self.store.submit(act).wait().unwrap().command
    }

    /// Does something to two incidents as they are on the screen.
    pub fn act_on_two(&self, on: RecordId, other: RecordId, act: Act) -> CommandId {
        let seen = |id| {
            let shown = self.store.shown(id).wait().unwrap().unwrap();
            Target::seen(&shown.record)
        };
        let act = NewAct {
            targets: vec![seen(on), seen(other)],
            act: act.into(),
            made_at: self.clock.now(),
            offset_ms: 0,
        };
        self.store.submit(act).wait().unwrap().command
    }

    /// Does something to incidents as they are on the screen, if the rules let.
    pub fn try_act(&self, on: &[RecordId], act: Act) -> Result<CommandId, SubmitError> {
        let seen = |id: &RecordId| {
            let shown = self.store.shown(*id).wait().unwrap().unwrap();
            Target::seen(&shown.record)
        };
        let act = NewAct {
            targets: on.iter().map(seen).collect(),
            act: act.into(),
            made_at: self.clock.now(),
            offset_ms: 0,
        };
        self.store.submit(act).wait().map(|done| done.command)
    }

    pub fn incident(&self, id: RecordId) -> Option<Incident> {
        let shown = self.store.shown(id).wait().unwrap()?;
        shown.record.incident().cloned()
    }

    /// Whether it is shown as the service has it, with nothing on top.
    pub fn is_confirmed(&self, id: RecordId) -> bool {
        let shown = self.store.shown(id).wait().unwrap();
        shown.is_some_and(|shown| shown.pending == Pending::Confirmed)
    }

    pub fn has(&self, id: RecordId) -> bool {
        self.incident(id).is_some()
    }

    /// Acts that the service has not answered.
    pub fn unsent(&self) -> usize {
        self.store.pending(1_000).wait().unwrap().len()
    }

    /// Acts that the service refused.
    pub fn refused(&self) -> u64 {
        self.store.counts().wait().unwrap().refused
    }

    /// The notes and calls of an incident, in the order of its timeline.
    pub fn entries(&self, on: RecordId) -> Vec<Entry> {
        let items = self.store.timeline(on, 500).wait().unwrap();
        items
            .into_iter()
            .filter_map(|item| match item.what {
                TimelineWhat::Entry(_, entry) => Some(*entry),
                TimelineWhat::Act(_) | TimelineWhat::Newer(_) => None,
            })
            .collect()
    }

    pub fn texts(&self, on: RecordId) -> Vec<String> {
        let entries = self.entries(on);
        entries.into_iter().map(|entry| entry.text).collect()
    }
}
