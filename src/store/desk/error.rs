//! Why a desk does not open.

use super::DESK_OFFICERS_MAX;
use super::keyring::KeyringError;
use crate::domain::time::Timestamp;

/// Why a desk did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The folder or its file could not be read or written.
    #[error("the desk's folder failed")]
    Io(#[from] std::io::Error),
    /// The file is not what this program writes.
    #[error("desk.json: {0}")]
    Malformed(#[source] serde_json::Error),
    /// The file was written by a newer program.
    #[error("desk.json has version {found}; this program knows up to version {known}")]
    Newer {
        /// The file's version.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// The file names ciphers that this program does not have.
    #[error("desk.json uses the ciphers {0}, which this program does not have")]
    OtherSuite(String),
    /// Keys could not be made or read.
    #[error(transparent)]
    Keyring(KeyringError),
    /// Nobody of that name has signed in at this desk.
    #[error("this account has not signed in at this desk")]
    UnknownAccount,
    /// The password is wrong.
    #[error("the password is wrong")]
    WrongPassword {
        /// How many tries are left before one has to wait.
        tries_left: u32,
        /// Until when no try is taken, if none is left.
        wait_until: Option<Timestamp>,
    },
    /// No try is taken yet.
    #[error("wait before the next try")]
    Wait {
        /// Until when.
        until: Timestamp,
    },
    /// The password is right, and the officer has been offline for too long.
    #[error("offline for too long: sign in with the network")]
    Expired {
        /// When the officer was last online.
        last_online_at: Timestamp,
    },
    /// The service's reply has no keys for a desk.
    #[error("the sign-in brought no keys for this desk")]
    NoKeys,
    /// The desk has as many officers as it can have.
    #[error("this desk has {DESK_OFFICERS_MAX} officers already")]
    TooMany,
    /// The folder is a desk already.
    #[error("this folder is a desk already")]
    Exists,
}

impl From<KeyringError> for DeskError {
    fn from(error: KeyringError) -> Self {
        Self::Keyring(error)
    }
}
