//! Signing in: with a password, or with the proof that this officer did so at
//! this desk within the offline window.
//!
//! A password at a desk enrols the desk, ties the officer to it, and releases
//! what the officer's password shall wrap there. A proof gives a session only.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use zeroize::Zeroizing;

use super::super::accounts::ACCOUNT_NAME_MAX_CHARS;
use super::super::core::Core;
use super::super::feed::{audience, sequencer};
use super::super::secrets::{self, SecretError};
use super::super::storage::{
    Account, Device, DeviceOfficer, DeviceStanding, Session, Standing, StorageError, Tx,
};
use super::caller;
use super::password::{Check, PASSWORD_MAX_BYTES};
use super::station::{self, Proved, StationError};
use super::tries::{self, Hearing};
use crate::domain::ids::{DeviceId, OfficerId};
use crate::domain::time::{Millis, Timestamp};
use crate::fault::fail_point;
use crate::wire::feed::FeedId;
use crate::wire::proof::{Digest, HASH_BYTES};
use crate::wire::session::{DeskKeys, Resume, SignIn, SignedIn, Station, resume_statement};

/// How long a token works, in milliseconds: one shift.
pub const TOKEN_MS: i64 = 12 * 3_600_000;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name cannot be an account's.
    #[error("an account name has 1 to 64 characters")]
    Name,
    /// Neither a password nor a proof, or both.
    #[error("give either a password or a resume proof")]
    Means,
    /// A proof without the desk that it is about.
    #[error("a resume proof needs its station")]
    NoStation,
    /// The desk's words do not hold.
    #[error(transparent)]
    Station(#[from] StationError),
    /// The desk is known under another key.
    #[error("this device is enrolled under another key")]
    ForeignKey,
    /// A new desk must give its store's key into escrow.
    #[error("a new device must give its store key")]
    NoStoreKey,
    /// Account or password is wrong.
    #[error("account or password is wrong")]
    Wrong {
        /// Free tries that are left.
        left: u32,
    },
    /// Too many wrong ones.
    #[error("too many tries; wait {seconds} s")]
    Wait {
        /// How long.
        seconds: u64,
    },
    /// The proof does not hold, or its time is over: a password is needed.
    #[error("the proof does not hold any more; sign in with the password")]
    Proof,
    /// The desk is quarantined. Said only to a desk that has proved itself and
    /// the officer.
    #[error("this device was copied, or its numbers went back; enrol it anew")]
    Quarantined,
    /// The account is out of use. Said only to a desk that has proved itself
    /// and the officer: anybody else learns nothing of an account.
    #[error("this account is out of use")]
    Revoked,
    /// A secret could not be made or opened.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Signs somebody in.
///
/// # Errors
/// See [`SignInError`].
pub async fn sign_in(core: &Core, mut request: SignIn) -> Result<SignedIn, SignInError> {
    let password = request.password.take().map(Zeroizing::new);
    if !(1..=ACCOUNT_NAME_MAX_CHARS).contains(&request.account.chars().count()) {
        return Err(SignInError::Name);
    }
    let proved = request
        .station
        .as_ref()
        .map(|station| station::prove(&request.account, station))
        .transpose()?;
    match (password, request.resume) {
        (Some(password), None) => {
            let account = check_password(core, &request.account, password).await?;
            core.blocking(move |core| {
                with_password(core, account, request.station.as_ref(), proved.as_ref())
            })
            .await
        }
        (None, Some(resume)) => {
            let (Some(station), Some(proved)) = (request.station, proved) else {
                return Err(SignInError::NoStation);
            };
            let name = request.account;
            core.blocking(move |core| with_proof(core, &name, &station, &proved, resume))
                .await
        }
        (Some(_), Some(_)) | (None, None) => Err(SignInError::Means),
    }
}

/// The account, if the password is its own. The try is counted before the
/// password is looked at.
async fn check_password(
    core: &Core,
    name: &str,
    password: Zeroizing<String>,
) -> Result<Account, SignInError> {
    let name = name.to_owned();
    let typed = name.clone();
    let (account, left) = core
        .blocking(move |core| {
            let now = core.now();
            core.storage
                .write(|tx| match tries::hearing(tx.tries(&typed)?, now) {
                    Hearing::Wait { seconds } => Err(SignInError::Wait { seconds }),
                    Hearing::Heard { after, left } => {
                        tx.put_tries(&typed, after, now)?;
                        let account = tx
                            .account_named(&typed)?
                            .filter(|account| account.standing == Standing::Active);
                        Ok((account, left))
                    }
                })
        })
        .await?;
    let hash = account.as_ref().map(|account| account.hash.clone());
    let check = if password.len() <= PASSWORD_MAX_BYTES {
        core.passwords.check(password, hash).await
    } else {
        Check::Wrong
    };
    match (check, account) {
        (Check::Right, Some(account)) => {
            core.blocking(move |core| core.storage.write(|tx| tx.clear_tries(&name)))
                .await?;
            Ok(account)
        }
        (Check::Wrong | Check::Right, _) => Err(SignInError::Wrong { left }),
    }
}

fn with_password(
    core: &Core,
    account: Account,
    station: Option<&Station>,
    proved: Option<&Proved>,
) -> Result<SignedIn, SignInError> {
    let now = core.now();
    core.storage.write(|tx| {
        let desk = match (station, proved) {
            (Some(station), Some(proved)) => Some(enrol(core, tx, &account, station, proved, now)?),
            (Some(_) | None, _) => None,
        };
        let device = station.map(|station| station.device);
        begin(core, tx, account, device, desk, now)
    })
}

/// Enrols the desk if it is new, ties the officer to it, and releases the keys.
fn enrol(
    core: &Core,
    tx: &Tx<'_>,
    account: &Account,
    station: &Station,
    proved: &Proved,
    now: Timestamp,
) -> Result<DeskKeys, SignInError> {
    let officer = account.officer.id;
    let mut device = match tx.device(station.device)? {
        Some(device) if device.public_key == proved.public_key => device,
        Some(_) => return Err(SignInError::ForeignKey),
        None => new_device(core, station, proved, officer, now)?,
    };
    device.name.clone_from(&station.name);
    device.last_proof_at = proof_time(&device, station, now);
    tx.put_device(&device)?;
    fail_point!(
        "service.sign-in.device-kept",
        StorageError::RanOut("luck").into()
    );
    let owner = secret_owner(device.id, officer);
    let known = tx.device_officer(device.id, officer)?;
    let (secret, sealed) = if let Some(tie) = known {
        (core.master.open_secret(&owner, &tie.secret)?, tie.secret)
    } else {
        let secret: [u8; HASH_BYTES] = secrets::random_bytes(&core.options.random)?;
        let sealed = core.master.seal(&owner, &secret)?;
        (secret, sealed)
    };
    tx.put_device_officer(
        device.id,
        officer,
        &DeviceOfficer {
            secret: sealed,
            last_password_at: now,
        },
    )?;
    let store_key = core
        .master
        .open_secret(&escrow_owner(device.id), &device.store_key)?;
    Ok(DeskKeys {
        device_secret: BASE64.encode(secret),
        store_key: BASE64.encode(store_key),
        last_dseq: device.last_dseq,
        quarantined: match device.standing {
            DeviceStanding::InOrder | DeviceStanding::Resync => None,
            DeviceStanding::Quarantined(why) => Some(why),
        },
    })
}

fn new_device(
    core: &Core,
    station: &Station,
    proved: &Proved,
    officer: OfficerId,
    now: Timestamp,
) -> Result<Device, SignInError> {
    let store_key = proved.store_key.ok_or(SignInError::NoStoreKey)?;
    Ok(Device {
        id: station.device,
        name: station.name.clone(),
        public_key: proved.public_key.clone(),
        store_key: core
            .master
            .seal(&escrow_owner(station.device), &store_key)?,
        last_dseq: 0,
        chain: Digest::ZERO,
        last_proof_at: Timestamp::default(),
        standing: DeviceStanding::InOrder,
        enrolled_by: officer,
        enrolled_at: now,
    })
}

/// A proof from a clock that is far ahead must not outlaw later ones for ever.
fn proof_time(device: &Device, station: &Station, now: Timestamp) -> Timestamp {
    let latest = now.saturating_add(Millis(station::PROOF_SKEW_MAX_MS));
    device.last_proof_at.max(station.at.min(latest))
}

fn with_proof(
    core: &Core,
    name: &str,
    station: &Station,
    proved: &Proved,
    resume: Resume,
) -> Result<SignedIn, SignInError> {
    let now = core.now();
    core.storage.write(|tx| {
        let account = tx.account_named(name)?.ok_or(SignInError::Proof)?;
        let officer = account.officer.id;
        let mut device = tx.device(station.device)?.ok_or(SignInError::Proof)?;
        let tie = tx
            .device_officer(device.id, officer)?
            .ok_or(SignInError::Proof)?;
        let secret = core
            .master
            .open_secret(&secret_owner(device.id, officer), &tie.secret)?;
        let statement = resume_statement(name, device.id, station.at);
        let window = offline_window(core, tx)?;
        let signed_here = device.public_key == proved.public_key
            && station::is_fresh(station.at, device.last_proof_at, now)
            && resume.mac.holds(&secret, statement.as_bytes());
        if signed_here && account.standing == Standing::Disabled {
            return Err(SignInError::Revoked);
        }
        let holds = signed_here
            && tie.last_password_at >= account.password_at
            && now <= tie.last_password_at.saturating_add(window);
        if !holds {
            return Err(SignInError::Proof);
        }
        match device.standing {
            DeviceStanding::InOrder | DeviceStanding::Resync => {}
            DeviceStanding::Quarantined(_) => return Err(SignInError::Quarantined),
        }
        device.last_proof_at = station.at;
        tx.put_device(&device)?;
        begin(core, tx, account, Some(device.id), None, now)
    })
}

/// How long an officer's word at a desk holds without a password.
///
/// # Errors
/// When the storage fails.
pub fn offline_window(core: &Core, tx: &Tx<'_>) -> Result<Millis, StorageError> {
    let (_, policy) = sequencer::newest_policy(tx, FeedId::Area(core.district))?;
    Ok(policy.offline_window.into())
}

fn begin(
    core: &Core,
    tx: &Tx<'_>,
    account: Account,
    device: Option<DeviceId>,
    desk: Option<DeskKeys>,
    now: Timestamp,
) -> Result<SignedIn, SignInError> {
    let (token, hash) = caller::new_token(&core.options.random)?;
    let expires_at = now.saturating_add(Millis(TOKEN_MS));
    let officer = account.officer;
    fail_point!(
        "service.sign-in.before-session",
        StorageError::RanOut("luck").into()
    );
    tx.begin_session(
        &hash,
        &Session {
            officer: officer.id,
            device,
            since: now,
            expires: expires_at,
        },
    )?;
    let feeds = audience::feeds_of(&officer, &tx.area_feeds()?);
    tracing::info!(account = %officer.account, device = ?device, epoch = %core.epoch(), "signed in");
    Ok(SignedIn {
        token,
        expires_at,
        server_time: now,
        grants: officer.grants.clone(),
        grant_version: officer.grant_version,
        officer,
        feeds,
        desk,
    })
}

/// Whose the secret of an officer at a desk is, as [`secrets::MasterKey`]
/// binds it.
#[must_use]
pub fn secret_owner(device: DeviceId, officer: OfficerId) -> String {
    format!("officer-secret {device} {officer}")
}

fn escrow_owner(device: DeviceId) -> String {
    format!("store-key {device}")
}
