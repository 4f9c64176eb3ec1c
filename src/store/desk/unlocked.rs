//! An officer whose password has opened the desk, while signed in.

use super::keyring::{Keys, WrapKey};
use crate::domain::ids::DeviceId;
use crate::domain::officer::Officer;
use crate::domain::time::{Minutes, Timestamp};
use crate::store::handle::Identity;
use crate::wire::proof::Mac;
use crate::wire::session::{Resume, resume_statement};

/// An officer whose password has opened the desk.
#[derive(Clone)]
pub struct Unlocked {
    pub(super) identity: Identity,
    pub(super) last_online_at: Timestamp,
    pub(super) offline_window: Minutes,
    pub(super) wrap: WrapKey,
}

impl std::fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unlocked")
            .field("account", &self.identity.officer.account)
            .finish_non_exhaustive()
    }
}

impl Unlocked {
    pub(super) fn new(device: DeviceId, issued_to: DeviceId, keys: Keys, wrap: WrapKey) -> Self {
        Self {
            identity: Identity {
                device,
                officer: keys.officer,
                store_key: keys.store_key,
                device_secret: keys.device_secret,
                issued_to,
            },
            last_online_at: keys.last_online_at,
            offline_window: keys.offline_window,
            wrap,
        }
    }

    /// What goes into the officer's box.
    pub(super) fn keys(&self) -> Keys {
        Keys {
            store_key: self.identity.store_key.clone(),
            device_secret: self.identity.device_secret.clone(),
            officer: self.identity.officer.clone(),
            last_online_at: self.last_online_at,
            offline_window: self.offline_window,
        }
    }

    /// What opens the store.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.identity.clone()
    }

    /// The officer.
    #[must_use]
    pub fn officer(&self) -> &Officer {
        &self.identity.officer
    }

    /// When the officer was last known to be online.
    #[must_use]
    pub fn last_online_at(&self) -> Timestamp {
        self.last_online_at
    }

    /// Until when this desk opens without the network.
    #[must_use]
    pub fn online_until(&self) -> Timestamp {
        self.last_online_at.saturating_add(self.offline_window)
    }

    /// A proof that stands in for the password, for the sign-in whose station
    /// was made for the same moment.
    #[must_use]
    pub fn resume(&self, at: Timestamp) -> Resume {
        let account = &self.identity.officer.account;
        let statement = resume_statement(account, self.identity.device, at);
        let secret = self.identity.device_secret.bytes();
        Resume {
            mac: Mac::of(secret, statement.as_bytes()),
        }
    }
}
