//! A desk: the product's store in a folder and the product's engine on the
//! simulated network. What stands here in the place of the screen is the
//! officer: the profile that survives a crash, signing in, and looking.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use zhiban::domain::ids::DeviceId;
use zhiban::domain::officer::Officer;
use zhiban::domain::time::{Minutes, Timestamp};
use zhiban::store::desk::DeskError;
use zhiban::store::handle::{DeviceSecret, Executor, Identity, Store, StoreEvent, StoreKey};
use zhiban::sync::api::Api;
use zhiban::sync::clock::Clock;
use zhiban::sync::engine::Parts;
use zhiban::sync::entropy::SeededEntropy;
use zhiban::sync::handle::{EngineHandle, RunOn};
use zhiban::sync::seat::{Proof, Seat};
use zhiban::sync::session::sign_in;
use zhiban::sync::status::{Needs, Status};
use zhiban::wire::proof::Mac;
use zhiban::wire::session::{Resume, SignedIn, Station, resume_statement, station_statement};

use super::centre::PASSWORD;
use super::line::Line;
use super::world::{DeskClock, Dice, SharedDice, Trace};

/// How soon an officer looks again at a desk that asks for something.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// From one try to sign in to the next.
const SIGN_IN_EVERY: Duration = Duration::from_secs(7);

/// What a desk keeps on its disk besides its database files.
#[derive(Clone)]
pub struct Profile {
    pub folder: PathBuf,
    pub name: String,
    pub account: String,
    pub device: DeviceId,
    key_seed: [u8; 32],
    store_key: [u8; 32],
    /// From the sign-in with a password: what it released.
    pub kept: Arc<Mutex<Option<Kept>>>,
}

/// What the sign-in with a password released, and for whom.
#[derive(Clone)]
pub struct Kept {
    pub officer: Officer,
    secret: DeviceSecret,
}

/// A desk with its officer.
#[derive(Clone)]
pub struct Desk {
    pub profile: Profile,
    pub clock: DeskClock,
    pub line: Line,
    pub trace: Trace,
    pub running: Arc<Mutex<Option<Running>>>,
    /// How often it was started, so that no two lives share their chance.
    pub lives: Arc<AtomicU64>,
    pub dice: SharedDice,
    /// The officer leaves the desk and comes back.
    pub leaves: Arc<AtomicBool>,
    /// Whose files are copied here, if this desk is one that should not be.
    pub twin_of: Option<usize>,
    pub seed: u64,
}

/// A program that runs at a desk.
pub struct Running {
    pub life: u64,
    pub store: Store,
    pub engine: EngineHandle,
    pub events: Receiver<StoreEvent>,
}

impl Profile {
    /// The same desk in another folder, before anything was copied there.
    pub fn twin(&self, folder: PathBuf, name: &str) -> Self {
        Self {
            folder,
            name: name.to_owned(),
            kept: Arc::default(),
            ..self.clone()
        }
    }

    pub fn new(folder: PathBuf, name: &str, account: &str, dice: &mut Dice) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            folder,
            name: name.to_owned(),
            account: account.to_owned(),
            device: DeviceId::new(dice.uuid()),
            key_seed: dice.bytes(),
            store_key: dice.bytes(),
            kept: Arc::default(),
        }
    }

    fn station(&self, at: Timestamp, enrols: bool) -> Station {
        let pair = Ed25519KeyPair::from_seed_unchecked(&self.key_seed).unwrap();
        let statement = station_statement(&self.account, self.device, at);
        Station {
            device: self.device,
            name: self.name.clone(),
            public_key: STANDARD.encode(pair.public_key()),
            store_key: enrols.then(|| STANDARD.encode(self.store_key)),
            at,
            signature: STANDARD.encode(pair.sign(statement.as_bytes())),
        }
    }

    fn kept(&self) -> Option<Kept> {
        self.kept.lock().unwrap().clone()
    }
}

impl Seat for Profile {
    fn proof(&self, at: Timestamp) -> Result<Proof, DeskError> {
        let kept = self.kept().ok_or(DeskError::UnknownAccount)?;
        let statement = resume_statement(&self.account, self.device, at);
        Ok(Proof {
            account: self.account.clone(),
            station: self.station(at, false),
            resume: Resume {
                mac: Mac::of(kept.secret.bytes(), statement.as_bytes()),
            },
        })
    }

    fn online(&self, officer: &Officer, _: Timestamp, _: Minutes) -> Result<(), DeskError> {
        if let Some(kept) = &mut *self.kept.lock().unwrap() {
            kept.officer = officer.clone();
        }
        Ok(())
    }
}

impl Desk {
    /// What the host runs.
    pub async fn run(self) -> turmoil::Result {
        let mut begun = None;
        loop {
            if self.profile.kept().is_none() && self.twin_of.is_some() {
                tokio::time::sleep(LOOK_EVERY).await;
                continue;
            }
            if self.profile.kept().is_none() {
                begun = Some(self.sign_in_until_it_works().await);
            }
            self.sit(begun.take()).await;
            // Another copy is opened for the grants that hold now.
            self.running.lock().unwrap().take();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn sign_in_until_it_works(&self) -> SignedIn {
        loop {
            match self.sign_in().await {
                Some(signed_in) => return signed_in,
                None => tokio::time::sleep(SIGN_IN_EVERY).await,
            }
        }
    }

    /// The officer types the password.
    async fn sign_in(&self) -> Option<SignedIn> {
        let api = Api::new(Arc::new(self.line.clone()));
        let profile = &self.profile;
        let station = profile.station(self.clock.now(), true);
        let answer = sign_in(&api, &profile.account, PASSWORD, Some(station)).await;
        let signed_in = match answer {
            Ok(signed_in) => signed_in,
            Err(error) => {
                self.trace.line(&profile.name, &format!("sign-in: {error}"));
                return None;
            }
        };
        let keys = signed_in.desk.as_ref()?;
        *profile.kept.lock().unwrap() = Some(Kept {
            officer: signed_in.officer.clone(),
            secret: DeviceSecret::from_base64(&keys.device_secret).ok()?,
        });
        self.trace.line(&profile.name, "signed in");
        Some(signed_in)
    }

    pub fn identity(&self, kept: &Kept) -> Identity {
        Identity {
            device: self.profile.device,
            officer: kept.officer.clone(),
            store_key: StoreKey::new(self.profile.store_key),
            device_secret: kept.secret.clone(),
            issued_to: self.profile.device,
        }
    }

    pub fn open_store(&self) -> Option<Store> {
        let kept = self.profile.kept()?;
        let dice = Arc::clone(&self.dice);
        let chance = Arc::new(move || dice.lock().unwrap().bytes());
        let opened = Store::open_with(
            &self.profile.folder,
            self.identity(&kept),
            Executor::Inline,
            chance,
        );
        opened
            .inspect_err(|error| {
                let text = format!("the store does not open: {error}");
                self.trace.line(&self.profile.name, &text);
            })
            .ok()
    }

    pub fn parts(&self, store: &Store, life: u64) -> Parts {
        let mut dice = Dice::new(self.seed, &format!("{} {life}", self.profile.name));
        Parts {
            store: store.clone(),
            transport: Arc::new(self.line.clone()),
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(SeededEntropy::new(dice.any())),
            seat: Arc::new(self.profile.clone()),
            folder: self.profile.folder.clone(),
        }
    }

    /// Runs the workstation until another copy is needed.
    async fn sit(&self, begun: Option<SignedIn>) {
        let Some(store) = self.open_store() else {
            tokio::time::sleep(LOOK_EVERY).await;
            return;
        };
        let life = self.lives.fetch_add(1, Ordering::Relaxed);
        let on = RunOn::Given(tokio::runtime::Handle::current());
        let engine = EngineHandle::start(self.parts(&store, life), begun.as_ref(), on).unwrap();
        let status = engine.watch();
        let scope = store.officer().scope();
        let events = store.subscribe();
        *self.running.lock().unwrap() = Some(Running {
            life,
            store,
            engine,
            events,
        });
        self.trace.line(&self.profile.name, "works");
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if self.leaves.swap(false, Ordering::Relaxed) {
                self.trace.line(&self.profile.name, "leaves");
                return;
            }
            let needs = status.borrow().needs.clone();
            match needs {
                Needs::SignIn | Needs::Grants | Needs::Revoked => {}
                Needs::Nothing
                | Needs::Enrol
                | Needs::CertificateChanged
                | Needs::ServiceBehind
                | Needs::Version => continue,
            }
            self.trace
                .line(&self.profile.name, &format!("needs {needs:?}"));
            let Some(signed_in) = self.sign_in().await else {
                tokio::time::sleep(SIGN_IN_EVERY).await;
                continue;
            };
            if signed_in.officer.scope() != scope {
                return;
            }
            if let Some(running) = &*self.running.lock().unwrap() {
                running.engine.signed_in(signed_in);
            }
        }
    }

    /// How the program stands, if it runs.
    pub fn status(&self) -> Option<Status> {
        let running = self.running.lock().unwrap();
        running.as_ref().map(|running| running.engine.status())
    }

    pub fn with<T>(&self, call: impl FnOnce(&Running) -> T) -> Option<T> {
        self.running.lock().unwrap().as_ref().map(call)
    }
}
