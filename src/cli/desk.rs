//! The desk of a script: unlocked with the officer's password, shared with a
//! workstation that may be open beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::exit::{Exit, Trouble};
use super::opening::{Opened, Opening, account_of, pin_of, service_of, transport_of};
use super::password;
use super::setting::Setting;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::Store;
use crate::store::desk::{Desk, DeskError, Unlocked, purge_folder, take_off};
use crate::store::handle::{Executor, StoreError};
use crate::store::salvage::Teller;
use crate::sync::anew::{self, Asking, Identity, sign_in_here};
use crate::sync::api::Api;
use crate::sync::clock::{Clock, SystemClock};
use crate::sync::engine::{Engine, Outcome, Parts};
use crate::sync::entropy::SystemEntropy;
use crate::sync::handle::{EngineHandle, RunOn, block_on};
use crate::sync::seat::DeskSeat;
use crate::sync::session::SignInError;
use crate::sync::status::{Needs, Status};
use crate::sync::transport::Transport;
use crate::text::neutral::neutralise_line;
use crate::tui::app::words::found;
use crate::wire::session::SignedIn;

/// How long a script waits for the service after it has stored its act, in
/// milliseconds. What is not answered by then waits in the outbox.
pub const ANSWER_MS_MAX: u64 = 10_000;
/// How long `sync --once` may take, in milliseconds.
pub const SYNC_MS_MAX: u64 = 600_000;

/// An officer's open desk.
pub struct OpenDesk {
    /// The local copy.
    pub store: Store,
    folder: PathBuf,
    unlocked: Unlocked,
    begun: Option<SignedIn>,
    transport: Arc<dyn Transport>,
    clock: Arc<SystemClock>,
}

impl OpenDesk {
    /// Unlocks the desk, or enrols it where the service is named and nobody
    /// has signed in here.
    pub fn open(setting: &Setting) -> Result<Self, Trouble> {
        let folder = setting.folders.data.clone();
        let service = service_of(setting)?;
        let pin = pin_of(setting)?;
        let clock = Arc::new(SystemClock::new());
        let desk = Desk::open(&folder).map_err(|error| desk_trouble(&folder, error))?;
        let opening = Opening {
            folder: &folder,
            clock: &clock,
        };
        let opened = match desk {
            None => opening.enrol(setting, service, pin)?,
            Some(mut desk) => {
                if let Some(service) = &service {
                    let pin = pin
                        .map(|pin| pin.to_string())
                        .or_else(|| desk.pin().map(ToOwned::to_owned));
                    if desk.service() != service.to_string() || desk.pin() != pin.as_deref() {
                        desk.set_service(&service.to_string(), pin)
                            .map_err(|error| desk_trouble(&folder, error))?;
                    }
                }
                opening.unlock(setting, desk)?
            }
        };
        Self::of(folder.clone(), Arc::clone(&clock), opened)
    }

    /// Signs in at the service and enrols the desk anew, where the service takes
    /// nothing from it any more.
    pub fn enrol_anew(setting: &Setting) -> Result<(Self, Identity), Trouble> {
        let folder = setting.folders.data.clone();
        let clock = Arc::new(SystemClock::new());
        let opening = Opening {
            folder: &folder,
            clock: &clock,
        };
        let desk = Desk::open(&folder).map_err(|error| desk_trouble(&folder, error))?;
        let Some(mut desk) = desk else {
            return Err(opening.nobody());
        };
        let account = account_of(setting, &desk)?;
        let password = password::present()?;
        let transport = transport_of(&desk)?;
        let api = Api::new(Arc::clone(&transport));
        let asking = Asking {
            account: &account,
            password: &password,
            at: opening.service_time(&transport),
            now: clock.now(),
        };
        let here = sign_in_here(&api, &mut desk, asking).map_err(|trouble| match trouble {
            anew::Trouble::SignIn(error) => sign_in_trouble(error),
            anew::Trouble::Desk(error) => desk_trouble(&folder, error),
            anew::Trouble::Start(error) => Trouble::failed(t!("cli.sync.failed"), error),
        })?;
        let opened = (here.unlocked, Some(here.signed_in), transport);
        Ok((Self::of(folder.clone(), clock, opened)?, here.desk))
    }

    fn of(folder: PathBuf, clock: Arc<SystemClock>, opened: Opened) -> Result<Self, Trouble> {
        let (unlocked, begun, transport) = opened;
        let store = Store::open(&folder, unlocked.identity(), Executor::Threads)
            .map_err(|error| store_trouble(&folder, error))?;
        tell_findings(&store);
        purge_folder(&folder);
        Ok(Self {
            store,
            folder,
            unlocked,
            begun,
            transport,
            clock,
        })
    }

    /// The own clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Exchanges with the service until everything is answered, for at most
    /// `limit_ms`.
    pub fn exchange(&self, limit_ms: u64) -> Result<Outcome, Trouble> {
        let failed = |error| Trouble::failed(t!("cli.sync.failed"), error);
        let parts = self.parts()?;
        let (_orders, taken) = mpsc::channel(1);
        let (tell, _status) = watch::channel(Status::default());
        let engine = Engine::new(parts, self.begun.as_ref(), taken, tell);
        let limit = Duration::from_millis(limit_ms);
        // Dropped when it takes too long; everything it did is stored.
        let outcome = block_on(async move { tokio::time::timeout(limit, engine.run_once()).await })
            .map_err(failed)?;
        let outcome = outcome.unwrap_or(Outcome::Unreachable);
        if outcome == Outcome::Needs(Needs::Revoked) {
            take_off(&self.folder, &self.unlocked.officer().account)
                .map_err(|error| desk_trouble(&self.folder, error))?;
        }
        Ok(outcome)
    }

    /// What an engine works with.
    fn parts(&self) -> Result<Parts, Trouble> {
        let seat = DeskSeat::open(&self.folder, self.unlocked.clone())
            .map_err(|error| desk_trouble(&self.folder, error))?;
        Ok(Parts {
            store: self.store.clone(),
            transport: Arc::clone(&self.transport),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy::new()),
            seat: Arc::new(seat),
            folder: self.folder.clone(),
        })
    }

    /// Exchanges with the service from now on, until it is stopped.
    pub fn engine(&self) -> Result<EngineHandle, Trouble> {
        EngineHandle::start(self.parts()?, self.begun.as_ref(), RunOn::Own)
            .map_err(|error| Trouble::failed(t!("cli.sync.failed"), error))
    }

    /// Makes sure that there is something to work on: a desk that has never
    /// exchanged anything does so first.
    pub fn with_copy(self) -> Result<Self, Trouble> {
        let counts = self
            .store
            .counts()
            .wait()
            .map_err(|error| store_trouble(&self.folder, error))?;
        if self.begun.is_none() && counts.incidents > 0 {
            return Ok(self);
        }
        match self.exchange(SYNC_MS_MAX)? {
            Outcome::Done | Outcome::Unreachable => Ok(self),
            Outcome::Needs(needs) => Err(needs_trouble(&needs)),
        }
    }

    /// A store's error, with the folder.
    pub fn store_trouble(&self, error: StoreError) -> Trouble {
        store_trouble(&self.folder, error)
    }
}

/// Says, once, what was found wrong with this desk's files. It goes to the
/// standard error: what a script reads must not change.
fn tell_findings(store: &Store) {
    let findings = store.findings(Teller::CommandLine);
    for line in findings.iter().flat_map(found::lines) {
        eprintln!("{}", neutralise_line(&line));
    }
    if !findings.is_empty()
        && let Err(error) = store.findings_told(&findings, Teller::CommandLine)
    {
        tracing::warn!(%error, "the findings will be told again");
    }
}

/// Why somebody did not get in, in the user's words.
pub fn sign_in_trouble(error: SignInError) -> Trouble {
    let what = match &error {
        SignInError::WrongPassword {
            tries_left: Some(left),
        } => t!("cli.desk.wrong-password", left = left),
        SignInError::WrongPassword { tries_left: None } => t!("cli.desk.wrong"),
        SignInError::Wait(span) => t!("cli.desk.wait", seconds = span.as_secs()),
        SignInError::Certificate { .. } => t!("cli.desk.certificate"),
        SignInError::Refused { .. } | SignInError::Revoked => t!("cli.desk.refused"),
        SignInError::EnrolAnew { .. } => return needs_trouble(&Needs::Enrol).because(error),
        SignInError::Offline(_) => t!("cli.desk.offline"),
        SignInError::Desk(_) | SignInError::Failed(_) => t!("cli.sync.failed"),
    };
    Trouble::new(Exit::NotSignedIn, what).because(error)
}

/// What is wrong with the desk's own files, in the user's words.
pub fn desk_trouble(folder: &Path, error: DeskError) -> Trouble {
    let trouble = match &error {
        DeskError::UnknownAccount => {
            Trouble::new(Exit::NotSignedIn, t!("cli.desk.unknown")).mend(t!("cli.desk.sign-in"))
        }
        DeskError::WrongPassword {
            wait_until: Some(until),
            ..
        }
        | DeskError::Wait { until } => Trouble::new(
            Exit::NotSignedIn,
            t!("cli.desk.wait-until", at = until.stamp()),
        ),
        DeskError::WrongPassword { tries_left, .. } => Trouble::new(
            Exit::NotSignedIn,
            t!("cli.desk.wrong-password", left = tries_left),
        ),
        DeskError::Expired { last_online_at } => {
            let at = last_online_at.stamp();
            Trouble::new(Exit::NotSignedIn, t!("cli.desk.expired", at = at))
        }
        DeskError::Newer { .. }
        | DeskError::Io(_)
        | DeskError::Malformed(_)
        | DeskError::OtherSuite(_)
        | DeskError::Keyring(_)
        | DeskError::NoKeys
        | DeskError::TooMany
        | DeskError::Exists => Trouble::new(Exit::Failed, t!("cli.desk.failed")),
    };
    trouble.at(folder.display()).because(error)
}

/// A store's error in the user's words.
fn store_trouble(folder: &Path, error: StoreError) -> Trouble {
    let what = if error.is_full_disk() {
        t!("cli.store.full")
    } else {
        match &error {
            StoreError::Newer { .. } => t!("cli.store.newer"),
            StoreError::Busy => t!("cli.store.busy"),
            StoreError::DiskFails(_) => t!("cli.store.disk-fails"),
            StoreError::InUse { .. } => t!("cli.store.in-use"),
            StoreError::NoSuchAct(_) => t!("cli.store.no-such-act"),
            _ => t!("cli.store.failed"),
        }
    };
    Trouble::failed(what, error).at(folder.display())
}

/// What a person must do before the exchange goes on.
pub fn needs_trouble(needs: &Needs) -> Trouble {
    match needs {
        Needs::SignIn => {
            Trouble::new(Exit::NotSignedIn, t!("cli.needs.sign-in")).mend(t!("cli.desk.sign-in"))
        }
        Needs::Grants => Trouble::new(Exit::Waiting, t!("cli.needs.grants")),
        Needs::Revoked => Trouble::new(Exit::NotSignedIn, t!("cli.needs.revoked")),
        Needs::CertificateChanged => Trouble::new(Exit::Failed, t!("cli.desk.certificate")),
        Needs::ServiceBehind => Trouble::new(Exit::Failed, t!("cli.needs.behind")),
        Needs::Enrol => {
            Trouble::new(Exit::NotSignedIn, t!("cli.needs.enrol")).mend(t!("cli.needs.enrol-mend"))
        }
        Needs::Version => Trouble::new(Exit::Failed, t!("cli.needs.version")),
        Needs::Nothing => Trouble::new(Exit::Failed, t!("cli.sync.failed")),
    }
}
