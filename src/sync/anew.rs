//! Signing in with the password at a desk that exists, and enrolling it anew
//! where the service takes nothing from it under its present identity: it was
//! copied, it was put back, or the service was.
//!
//! Blocks: it takes the time of the network and of a key derivation. A crash at
//! any point leaves a desk that starts, and the next sign-in goes on.

use super::api::Api;
use super::handle::block_on;
use super::session::{SignInError, sign_in};
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::fault::fail_point;
use crate::store::desk::{Desk, DeskError, Unlocked};
use crate::store::secret::StoreKey;
use crate::wire::session::{SignedIn, Station};

/// Why nobody got in.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The service does not let the officer in, or cannot be asked.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The desk's own files.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// No runtime could be started.
    #[error("the network cannot be used")]
    Start(#[from] std::io::Error),
}

/// Who asks, and when.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// The account.
    pub account: &'a str,
    /// What was typed.
    pub password: &'a str,
    /// The service's time, as far as it is known; for what is signed.
    pub at: Timestamp,
    /// The own clock; for tries and waits.
    pub now: Timestamp,
}

/// An officer who got in.
#[derive(Debug)]
pub struct In {
    /// What the service said.
    pub signed_in: SignedIn,
    /// What opens the store.
    pub unlocked: Unlocked,
    /// Whether the desk is another device now.
    pub desk: Identity,
}

/// Whether the desk kept its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// It did.
    Kept,
    /// It was enrolled anew.
    Anew,
}

/// Signs in at the service. A desk that is in quarantine, or that the service
/// does not know, is enrolled anew by the same password.
///
/// # Errors
/// See [`Trouble`]. The desk is as it was, unless it says [`Trouble::Desk`].
pub fn sign_in_here(api: &Api, desk: &mut Desk, asking: Asking<'_>) -> Result<In, Trouble> {
    let key = match desk.quarantine() {
        // Nobody who has not been here has the key; the service may release it.
        Some(_) => desk
            .store_key(asking.account, asking.password, asking.now)
            .ok(),
        None => None,
    };
    let key = match key {
        Some(key) => key,
        None => match as_it_is(api, desk, asking)? {
            AsItIs::In(here) => return Ok(*here),
            AsItIs::Released(key) => key,
        },
    };
    anew(api, desk, asking, &key)
}

/// What came of signing in under the present identity.
enum AsItIs {
    In(Box<In>),
    /// The desk must be enrolled anew, and this is its store's key.
    Released(StoreKey),
}

fn as_it_is(api: &Api, desk: &mut Desk, asking: Asking<'_>) -> Result<AsItIs, Trouble> {
    let station = desk.station(asking.account, asking.at)?;
    let signed_in = match ask(api, asking, station) {
        Ok(signed_in) => signed_in,
        Err(Trouble::SignIn(unknown @ SignInError::EnrolAnew { .. })) => {
            // Only who has been at this desk can go on from here.
            let key = desk.store_key(asking.account, asking.password, asking.now);
            return key.map(AsItIs::Released).map_err(|_| unknown.into());
        }
        Err(error) => return Err(error),
    };
    let window = Policy::shipped().offline_window;
    let at = signed_in.server_time;
    let unlocked = desk.remember(&signed_in, asking.password, at, window)?;
    let told = signed_in.desk.as_ref();
    let told = told.and_then(|keys| keys.quarantined.clone());
    if let Some(why) = told {
        desk.set_quarantined(unlocked.identity().device, &why, asking.now)?;
    }
    if desk.quarantine().is_some() {
        return Ok(AsItIs::Released(unlocked.identity().store_key));
    }
    Ok(AsItIs::In(Box::new(In {
        signed_in,
        unlocked,
        desk: Identity::Kept,
    })))
}

fn anew(api: &Api, desk: &mut Desk, asking: Asking<'_>, key: &StoreKey) -> Result<In, Trouble> {
    let renewal = desk.renewal()?;
    let station = renewal.station(asking.account, key, asking.at)?;
    let signed_in = ask(api, asking, station)?;
    fail_point!("sync.anew.answered");
    let window = Policy::shipped().offline_window;
    let at = signed_in.server_time;
    let unlocked = desk.renew(renewal, &signed_in, asking.password, at, window)?;
    tracing::info!(device = %desk.device(), "this desk was enrolled anew");
    Ok(In {
        signed_in,
        unlocked,
        desk: Identity::Anew,
    })
}

fn ask(api: &Api, asking: Asking<'_>, station: Station) -> Result<SignedIn, Trouble> {
    let asked = sign_in(api, asking.account, asking.password, Some(station));
    Ok(block_on(asked)??)
}
