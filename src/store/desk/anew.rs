//! Enrolling a desk anew: under another identity with keys of its own, after it
//! was copied or put back, or where the service does not know it any more.
//!
//! The store's key stays, and so do the officers: a password goes on opening
//! the desk offline. What an officer signs with belongs to the earlier identity
//! until the service has issued another secret, at the officer's next sign-in
//! with the network. Nothing here touches the outbox: it follows when it is
//! opened under the new identity.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use serde::{Deserialize, Serialize};

use super::error::DeskError;
use super::keyring::{self, DeskFile, KeyringError};
use super::{Desk, Unlocked, station};
use crate::domain::ids::DeviceId;
use crate::domain::time::{Minutes, Timestamp};
use crate::fault::fail_point;
use crate::store::secret::StoreKey;
use crate::wire::session::{SignedIn, Station};

/// The longest reason that is kept, in characters.
const WHY_CHARS_MAX: usize = 200;

/// The service takes nothing from this desk under its present identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// What the service said, for the log.
    pub why: String,
    /// When it said so.
    pub at: Timestamp,
}

/// The identity that a desk is about to have. Nothing of it is on the disk
/// until an officer has signed in with it; one that is given up leaves nothing
/// but a name at the service that nobody uses.
pub struct Renewal {
    file: DeskFile,
}

/// A new identity with a key pair of its own.
pub(super) fn fresh_identity() -> Result<(DeviceId, String), KeyringError> {
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
        .map_err(|_| KeyringError::Unavailable)?;
    let mut device = [0; 16];
    keyring::fill(&mut device)?;
    let device = uuid::Builder::from_random_bytes(device).into_uuid();
    Ok((DeviceId::new(device), STANDARD.encode(key.as_ref())))
}

impl Renewal {
    /// The desk as it presents itself under the new identity, with the store's
    /// key for escrow.
    ///
    /// # Errors
    /// When the key pair cannot sign.
    pub fn station(
        &self,
        account: &str,
        store_key: &StoreKey,
        at: Timestamp,
    ) -> Result<Station, DeskError> {
        let mut station = station(&self.file, account, at)?;
        station.store_key = Some(store_key.to_base64());
        Ok(station)
    }
}

impl Desk {
    /// Why the service takes nothing from this desk any more, if it has said
    /// so.
    #[must_use]
    pub fn quarantine(&self) -> Option<&Quarantine> {
        self.file.quarantine.as_ref()
    }

    /// Notes that the service takes nothing from `device` any more. Nothing is
    /// noted where the desk has another identity by now.
    ///
    /// # Errors
    /// Failures of the disk.
    pub fn set_quarantined(
        &mut self,
        device: DeviceId,
        why: &str,
        at: Timestamp,
    ) -> Result<(), DeskError> {
        let _held = self.hold()?;
        if self.file.device != device || self.file.quarantine.is_some() {
            return Ok(());
        }
        let why = why.chars().take(WHY_CHARS_MAX).collect();
        self.file.quarantine = Some(Quarantine { why, at });
        self.save()
    }

    /// The key of the desk's store, for whoever knows a password of the desk,
    /// however long ago they were online. Counts wrong passwords.
    ///
    /// # Errors
    /// As [`Desk::unlock`], but never [`DeskError::Expired`].
    pub fn store_key(
        &mut self,
        account: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<StoreKey, DeskError> {
        Ok(self.opened(account, password, now)?.identity.store_key)
    }

    /// A new identity for this desk, to be signed in with.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn renewal(&self) -> Result<Renewal, DeskError> {
        let (device, device_key) = fresh_identity()?;
        Ok(Renewal {
            file: DeskFile {
                device,
                device_key,
                quarantine: None,
                ..self.file.clone()
            },
        })
    }

    /// Takes the new identity over, with what its first sign-in brought. The
    /// file is replaced whole: a crash leaves the one or the other identity.
    ///
    /// # Errors
    /// As [`Desk::remember`]; the desk is as it was then.
    pub fn renew(
        &mut self,
        renewal: Renewal,
        signed_in: &SignedIn,
        password: &str,
        now: Timestamp,
        offline_window: Minutes,
    ) -> Result<Unlocked, DeskError> {
        let _held = self.hold()?;
        fail_point!("store.desk.before-renewal");
        let before = self.file.clone();
        for entry in &mut self.file.officers {
            entry.issued_to.get_or_insert(before.device);
        }
        self.file.device = renewal.file.device;
        self.file.device_key = renewal.file.device_key;
        self.file.quarantine = None;
        let renewed = self.put_officer(signed_in, password, now, offline_window);
        if renewed.is_err() {
            self.file = before;
        }
        fail_point!("store.desk.renewed");
        renewed
    }
}
