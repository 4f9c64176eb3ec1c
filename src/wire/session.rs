//! Sign-in, enrolment of a desk, and resuming after a night offline.

use serde::{Deserialize, Serialize};

use super::bounds;
use super::feed::FeedId;
use super::proof::Mac;
use crate::domain::ids::{DeviceId, OfficerId};
use crate::domain::officer::{Grant, Officer};
use crate::domain::time::Timestamp;

/// The body of `POST /v1/sessions`: a password, or a proof that this officer
/// signed in at this desk within the offline window.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account.
    pub account: String,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Instead of a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
    /// The desk; absent for scripts, which then may not push commands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<Station>,
}

// A password must not reach a log by way of `{:?}`.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("account", &self.account)
            .field("resume", &self.resume.is_some())
            .field(
                "station",
                &self.station.as_ref().map(|station| station.device),
            )
            .finish_non_exhaustive()
    }
}

/// A desk as it presents itself.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Its identity, made by itself.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Its Ed25519 public key, base64.
    pub public_key: String,
    /// On first enrolment only: the key of its local store, base64, for
    /// escrow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_key: Option<String>,
    /// When the request was made; part of what is signed.
    pub at: Timestamp,
    /// Ed25519 signature of [`station_statement`], base64.
    pub signature: String,
}

impl std::fmt::Debug for Station {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Station")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

/// A proof of an earlier sign-in at this desk.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// HMAC of [`resume_statement`] under the officer's secret on the device.
    pub mac: Mac,
}

/// The text that a desk's key signs at sign-in.
#[must_use]
pub fn station_statement(account: &str, device: DeviceId, at: Timestamp) -> String {
    format!("zhiban-station-1\n{account}\n{device}\n{}", at.as_millis())
}

/// The text whose MAC stands in for the password.
#[must_use]
pub fn resume_statement(account: &str, device: DeviceId, at: Timestamp) -> String {
    format!("zhiban-resume-1\n{account}\n{device}\n{}", at.as_millis())
}

/// The reply to a sign-in (201).
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedIn {
    /// Opaque bearer token.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The service's time.
    pub server_time: Timestamp,
    /// Who signed in.
    pub officer: Officer,
    /// What the officer may do, and where.
    pub grants: Vec<Grant>,
    /// Grows when the grants change.
    pub grant_version: u64,
    /// The feeds to follow.
    pub feeds: Vec<FeedId>,
    /// For desks: what the officer's password shall wrap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskKeys>,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("officer", &self.officer.account)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Secrets that a desk gets at a sign-in with a password.
#[derive(Clone, Serialize, Deserialize)]
pub struct DeskKeys {
    /// The officer's secret on this device, base64: key of the command MACs.
    pub device_secret: String,
    /// The key of the desk's store, base64, from escrow.
    pub store_key: String,
    /// The dseq of the device's last command that the service has.
    #[serde(deserialize_with = "bounds::read_counter")]
    pub last_dseq: u64,
    /// Why the service takes no command of this device any more: it was copied,
    /// or its numbers went back. It must be enrolled anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantined: Option<String>,
}

/// A line of `GET /v1/sessions`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionInfo {
    /// Whose.
    pub officer: OfficerId,
    /// From which desk, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}
