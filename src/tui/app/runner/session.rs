//! Opening the desk for an officer: with the desk's own keys where it knows
//! the account, at the service otherwise. Runs in threads of its own; it takes
//! the time of a key derivation, or of the network.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::domain::policy::Policy;
use crate::domain::time::{Millis, Timestamp};
use crate::i18n::t;
use crate::store::desk::{Desk, DeskError, Unlocked, purge_folder};
use crate::store::error::StoreError;
use crate::store::handle::{Executor, Store};
use crate::sync::address::{Pin, ServiceUrl};
use crate::sync::anew::{Asking, Identity, In, Trouble, sign_in_here};
use crate::sync::api::Api;
use crate::sync::clock::{Clock, SystemClock};
use crate::sync::handle::block_on;
use crate::sync::http::Http;
use crate::sync::session::{SignInError, sign_in};
use crate::sync::transport::Transport;
use crate::tui::app::effect::Credentials;
use crate::tui::app::message::{GateTrouble, KnownOfficer};
use crate::tui::app::stored::{chain, words};
use crate::wire::session::{SignedIn, Station};

/// An officer's open desk.
pub struct Opening {
    pub unlocked: Unlocked,
    pub store: Store,
    /// The answer of a sign-in at the service, if there was one.
    pub begun: Option<Box<SignedIn>>,
    pub transport: Option<Arc<dyn Transport>>,
    pub service: String,
    /// What deriving the key from the password took.
    pub derivation: Duration,
    /// Whether the desk is another device since.
    pub desk: Identity,
}

/// What the desk's file says before anybody signed in.
pub fn known(desk: Option<&Desk>) -> Vec<KnownOfficer> {
    desk.map(|desk| {
        desk.officers()
            .map(|account| KnownOfficer {
                account: account.to_owned(),
                // Names are behind the password.
                name: String::new(),
            })
            .collect()
    })
    .unwrap_or_default()
}

/// What the command line says of the service.
#[derive(Clone, Debug, Default)]
pub struct Address {
    pub service: Option<ServiceUrl>,
    pub pin: Option<Pin>,
}

/// Opens the desk.
pub fn open(
    dir: &Path,
    credentials: &Credentials,
    preset: &Address,
    clock: &SystemClock,
) -> Result<Opening, GateTrouble> {
    let desk = Desk::open(dir).map_err(desk_trouble)?;
    match desk {
        None => enrol(dir, credentials, preset, clock),
        Some(mut desk) => {
            adopt_address(&mut desk, preset)?;
            let started = Instant::now();
            let password = credentials.password.0.as_str();
            // Made while the key is derived: both take their time.
            let (service, pin) = (desk.service().to_owned(), desk.pin().map(str::to_owned));
            let made = thread::Builder::new()
                .name("transport".to_owned())
                .spawn(move || transport_to(&service, pin.as_deref()));
            match desk.unlock(&credentials.account, password, clock.now()) {
                Ok(unlocked) => {
                    let derivation = started.elapsed();
                    if desk.quarantine().is_some()
                        && let Ok(opening) = with_network(dir, &mut desk, credentials, clock)
                    {
                        return Ok(opening);
                    }
                    let transport = made.ok().and_then(|made| made.join().ok()?.ok());
                    finish(dir, unlocked, None, transport, desk.service(), derivation)
                }
                Err(
                    trouble @ (DeskError::UnknownAccount
                    | DeskError::Expired { .. }
                    | DeskError::WrongPassword { .. }),
                ) => online(dir, desk, credentials, clock, &trouble),
                Err(error) => Err(desk_trouble(error)),
            }
        }
    }
}

/// An address on the command line replaces the desk's own.
fn adopt_address(desk: &mut Desk, preset: &Address) -> Result<(), GateTrouble> {
    let Some(service) = &preset.service else {
        return Ok(());
    };
    let (service, pin) = (service.to_string(), preset.pin.map(|pin| pin.to_string()));
    if desk.service() == service && (pin.is_none() || desk.pin() == pin.as_deref()) {
        return Ok(());
    }
    let pin = pin.or_else(|| desk.pin().map(ToOwned::to_owned));
    desk.set_service(&service, pin).map_err(desk_trouble)
}

/// A first desk: its keys are made here and go to the service for escrow.
fn enrol(
    dir: &Path,
    credentials: &Credentials,
    preset: &Address,
    clock: &SystemClock,
) -> Result<Opening, GateTrouble> {
    let service: ServiceUrl = match &preset.service {
        Some(service) if credentials.service.is_empty() => service.clone(),
        _ => credentials
            .service
            .parse()
            .map_err(|error: crate::sync::address::AddressError| {
                GateTrouble::BadAddress(error.to_string())
            })?,
    };
    let pin = match credentials.pin.as_str() {
        "" => preset.pin,
        typed => Some(
            typed
                .parse()
                .map_err(|error: crate::sync::address::PinError| {
                    GateTrouble::BadAddress(error.to_string())
                })?,
        ),
    };
    let transport = connect(&service, pin);
    let api = Api::new(Arc::clone(&transport));
    let name = machine_name();
    let pin_text = pin.map(|pin| pin.to_string());
    let enrolment =
        Desk::enrol_new(dir, &name, &service.to_string(), pin_text).map_err(desk_trouble)?;
    let at = service_time(&api, clock);
    let station = enrolment
        .station(&credentials.account, at)
        .map_err(desk_trouble)?;
    let signed_in = ask(&api, credentials, station)?;
    let started = Instant::now();
    let window = Policy::shipped().offline_window;
    let (desk, unlocked) = enrolment
        .finish(
            &signed_in,
            &credentials.password.0,
            signed_in.server_time,
            window,
        )
        .map_err(desk_trouble)?;
    let derivation = started.elapsed();
    finish(
        dir,
        unlocked,
        Some(signed_in),
        Some(transport),
        desk.service(),
        derivation,
    )
}

/// An account that this desk does not know, or whose password it does not:
/// the service decides. If it cannot be asked, the desk's own answer stands.
fn online(
    dir: &Path,
    mut desk: Desk,
    credentials: &Credentials,
    clock: &SystemClock,
    local: &DeskError,
) -> Result<Opening, GateTrouble> {
    with_network(dir, &mut desk, credentials, clock).map_err(|trouble| match local {
        DeskError::WrongPassword { .. } => local_trouble(local),
        _ => trouble,
    })
}

/// Signs in at the service, under another identity where that is needed.
fn with_network(
    dir: &Path,
    desk: &mut Desk,
    credentials: &Credentials,
    clock: &SystemClock,
) -> Result<Opening, GateTrouble> {
    let transport = transport_of(desk)?;
    let started = Instant::now();
    let here = sign_in_at(desk, &transport, credentials, clock)?;
    let derivation = started.elapsed();
    let begun = Some(Box::new(here.signed_in));
    let transport = Some(transport);
    let opening = finish(
        dir,
        here.unlocked,
        begun,
        transport,
        desk.service(),
        derivation,
    )?;
    Ok(Opening {
        desk: here.desk,
        ..opening
    })
}

fn sign_in_at(
    desk: &mut Desk,
    transport: &Arc<dyn Transport>,
    credentials: &Credentials,
    clock: &SystemClock,
) -> Result<In, GateTrouble> {
    let api = Api::new(Arc::clone(transport));
    let asking = Asking {
        account: &credentials.account,
        password: &credentials.password.0,
        at: service_time(&api, clock),
        now: clock.now(),
    };
    sign_in_here(&api, desk, asking).map_err(|trouble| match trouble {
        Trouble::SignIn(error) => sign_in_trouble(&error),
        Trouble::Desk(error) => desk_trouble(error),
        Trouble::Start(error) => GateTrouble::Other(error.to_string()),
    })
}

pub(super) fn finish(
    dir: &Path,
    unlocked: Unlocked,
    begun: Option<Box<SignedIn>>,
    transport: Option<Arc<dyn Transport>>,
    service: &str,
    derivation: Duration,
) -> Result<Opening, GateTrouble> {
    let store = Store::open(dir, unlocked.identity(), Executor::Threads)
        .map_err(|error| store_trouble(&error))?;
    purge_folder(dir);
    Ok(Opening {
        unlocked,
        store,
        begun,
        transport,
        service: service.to_owned(),
        derivation,
        desk: Identity::Kept,
    })
}

/// Checks the password of whoever locked the desk.
pub fn unlock(dir: &Path, credentials: &Credentials, now: Timestamp) -> Result<(), GateTrouble> {
    let mut desk = Desk::open(dir)
        .map_err(desk_trouble)?
        .ok_or_else(|| GateTrouble::Store("desk.json".to_owned()))?;
    match desk.unlock(&credentials.account, &credentials.password.0, now) {
        // The password was right; that the window is over shows in the engine.
        Ok(_) | Err(DeskError::Expired { .. }) => Ok(()),
        Err(error) => Err(desk_trouble(error)),
    }
}

/// A password sign-in with the desk open behind.
pub fn again(
    dir: &Path,
    credentials: &Credentials,
    clock: &SystemClock,
) -> Result<In, GateTrouble> {
    let mut desk = Desk::open(dir)
        .map_err(desk_trouble)?
        .ok_or_else(|| GateTrouble::Store("desk.json".to_owned()))?;
    let transport = transport_of(&desk)?;
    sign_in_at(&mut desk, &transport, credentials, clock)
}

fn ask(
    api: &Api,
    credentials: &Credentials,
    station: Station,
) -> Result<Box<SignedIn>, GateTrouble> {
    let asked = sign_in(
        api,
        &credentials.account,
        &credentials.password.0,
        Some(station),
    );
    match block_on(asked) {
        Err(error) => Err(GateTrouble::Other(error.to_string())),
        Ok(Ok(signed_in)) => Ok(Box::new(signed_in)),
        Ok(Err(error)) => Err(sign_in_trouble(&error)),
    }
}

/// The service's clock, for what is signed; the own one where it is silent.
fn service_time(api: &Api, clock: &SystemClock) -> Timestamp {
    match block_on(api.time()) {
        Ok(Ok(Some(at))) => at,
        Ok(Ok(None) | Err(_)) | Err(_) => clock.now(),
    }
}

fn connect(service: &ServiceUrl, pin: Option<Pin>) -> Arc<dyn Transport> {
    Arc::new(Http::new(service.clone(), pin))
}

fn transport_of(desk: &Desk) -> Result<Arc<dyn Transport>, GateTrouble> {
    transport_to(desk.service(), desk.pin())
}

fn transport_to(service: &str, pin: Option<&str>) -> Result<Arc<dyn Transport>, GateTrouble> {
    let service = service
        .parse()
        .map_err(|error: crate::sync::address::AddressError| {
            GateTrouble::BadAddress(error.to_string())
        })?;
    let pin = pin.and_then(|pin| pin.parse().ok());
    Ok(connect(&service, pin))
}

fn machine_name() -> String {
    std::fs::read_to_string("/etc/hostname")
        .map(|name| name.trim().to_owned())
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "desk".to_owned())
}

fn local_trouble(error: &DeskError) -> GateTrouble {
    match error {
        DeskError::WrongPassword {
            wait_until: Some(until),
            ..
        }
        | DeskError::Wait { until } => GateTrouble::Wait { until: *until },
        DeskError::WrongPassword { tries_left, .. } => GateTrouble::WrongPassword {
            tries_left: *tries_left,
        },
        DeskError::UnknownAccount | DeskError::Expired { .. } => {
            GateTrouble::Unreachable(error.to_string())
        }
        DeskError::Io(_)
        | DeskError::Malformed(_)
        | DeskError::Newer { .. }
        | DeskError::OtherSuite(_)
        | DeskError::Keyring(_)
        | DeskError::NoKeys
        | DeskError::TooMany
        | DeskError::Exists => GateTrouble::Store(chain(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn desk_trouble(error: DeskError) -> GateTrouble {
    local_trouble(&error)
}

fn store_trouble(error: &StoreError) -> GateTrouble {
    GateTrouble::Store(words(error))
}

fn sign_in_trouble(error: &SignInError) -> GateTrouble {
    match error {
        SignInError::WrongPassword { tries_left } => GateTrouble::WrongPassword {
            tries_left: tries_left.unwrap_or(0),
        },
        SignInError::Wait(wait) => GateTrouble::Wait {
            until: SystemClock::new()
                .now()
                .saturating_add(Millis(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))),
        },
        SignInError::Refused { .. } | SignInError::Revoked => GateTrouble::AccountRefused,
        SignInError::EnrolAnew { .. } => GateTrouble::Other(t!("signin.enrol-first").into_owned()),
        SignInError::Certificate { .. } => GateTrouble::CertificateChanged,
        SignInError::Offline(_) => GateTrouble::Unreachable(chain(error)),
        SignInError::Failed(_) | SignInError::Desk(_) => GateTrouble::Other(chain(error)),
    }
}
