//! A desk: a workstation's folder, enrolled with a service, opened by the
//! passwords of its officers also when the network is down.
//!
//! Several programs may use one desk at a time. `desk.json` is read anew and
//! replaced whole under a lock for every change; a copy as good lies beside
//! it.

mod anew;
mod error;
mod file;

pub mod keyring;
mod purge;
mod unlocked;

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use zeroize::Zeroizing;

pub use self::anew::{Quarantine, Renewal};
pub use self::error::DeskError;
use self::keyring::{DeskFile, Entry, Kdf, KeyringError, Keys};
pub use self::purge::{purge_folder, take_off};
pub use self::unlocked::Unlocked;
use super::db::copy_name;
use super::folder::{self, Held};
use super::salvage::notes::Notes;
use super::salvage::{Finding, Teller};
use super::secret::{DeviceSecret, StoreKey};
use crate::domain::ids::DeviceId;
use crate::domain::officer::Officer;
use crate::domain::time::{Millis, Minutes, Timestamp};
use crate::wire::session::{SignedIn, Station, station_statement};

/// The most bytes of `desk.json`: its most officers with ten times what one
/// needs.
pub const DESK_FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Wrong passwords before one has to wait.
pub const TRIES_BEFORE_WAIT_MAX: u32 = 5;
/// The first wait, in milliseconds; each further wrong password doubles it.
pub const FIRST_WAIT_MS: i64 = 30_000;
/// The longest wait, in milliseconds.
pub const WAIT_MS_MAX: i64 = 15 * 60_000;
/// The most officers of one desk.
pub const DESK_OFFICERS_MAX: usize = 200;

/// An enrolled desk.
#[derive(Debug)]
pub struct Desk {
    dir: PathBuf,
    file: DeskFile,
}

/// A desk that is about to be enrolled: nothing of it is on the disk until its
/// first officer has signed in.
pub struct Enrolment {
    dir: PathBuf,
    file: DeskFile,
    store_key: StoreKey,
}

impl Enrolment {
    /// The desk as it presents itself at its first sign-in, with the store's
    /// key for escrow.
    ///
    /// # Errors
    /// When the key pair cannot sign.
    pub fn station(&self, account: &str, at: Timestamp) -> Result<Station, DeskError> {
        let mut station = station(&self.file, account, at)?;
        station.store_key = Some(self.store_key.to_base64());
        Ok(station)
    }

    /// Writes the desk down, with its first officer.
    ///
    /// # Errors
    /// [`DeskError::NoKeys`], [`DeskError::Exists`] and failures of the disk.
    pub fn finish(
        self,
        signed_in: &SignedIn,
        password: &str,
        now: Timestamp,
        offline_window: Minutes,
    ) -> Result<(Desk, Unlocked), DeskError> {
        let _held = folder::hold(&self.dir, file::LOCK)?;
        if file::read_held(&self.dir)?.is_some() {
            return Err(DeskError::Exists);
        }
        let mut desk = Desk {
            dir: self.dir,
            file: self.file,
        };
        let unlocked = desk.put_officer(signed_in, password, now, offline_window)?;
        Ok((desk, unlocked))
    }
}

impl Desk {
    /// The desk in a folder; none if it is not enrolled yet.
    ///
    /// # Errors
    /// When the file cannot be read or is of a newer program.
    pub fn open(dir: &Path) -> Result<Option<Self>, DeskError> {
        let dir = dir.to_owned();
        Ok(file::read(&dir)?.map(|file| Self { dir, file }))
    }

    /// A new desk for a service. `pin` is the hash of the service's
    /// certificate where it is not one that the system trusts.
    ///
    /// # Errors
    /// When the folder cannot be made or there are no random bytes.
    pub fn enrol_new(
        dir: &Path,
        name: &str,
        service: &str,
        pin: Option<String>,
    ) -> Result<Enrolment, DeskError> {
        folder::make(dir)?;
        let (device, device_key) = anew::fresh_identity()?;
        Ok(Enrolment {
            dir: dir.to_owned(),
            file: DeskFile {
                desk: keyring::FORM,
                suite: keyring::SUITE.to_owned(),
                device,
                name: name.to_owned(),
                service: service.to_owned(),
                pin,
                device_key,
                quarantine: None,
                officers: Vec::new(),
            },
            store_key: StoreKey::random().map_err(|_| KeyringError::Unavailable)?,
        })
    }

    /// What was found wrong with the files of a folder, whether anything of it
    /// still is a desk or not, and `teller` has not told.
    #[must_use]
    pub fn findings(dir: &Path, teller: Teller) -> Vec<Finding> {
        Notes::read(dir).untold(teller)
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The desk's identity.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.file.device
    }

    /// What people call the desk.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The service's address.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.file.service
    }

    /// The hash of the service's certificate, where one was pinned.
    #[must_use]
    pub fn pin(&self) -> Option<&str> {
        self.file.pin.as_deref()
    }

    /// The accounts that have signed in here.
    pub fn officers(&self) -> impl Iterator<Item = &str> {
        self.file
            .officers
            .iter()
            .map(|entry| entry.account.as_str())
    }

    /// Another address or another pin of the same service.
    ///
    /// # Errors
    /// Failures of the disk.
    pub fn set_service(&mut self, service: &str, pin: Option<String>) -> Result<(), DeskError> {
        let _held = self.hold()?;
        service.clone_into(&mut self.file.service);
        self.file.pin = pin;
        self.save()
    }

    /// The desk as it presents itself at a sign-in.
    ///
    /// # Errors
    /// When the key pair in the file cannot sign.
    pub fn station(&self, account: &str, at: Timestamp) -> Result<Station, DeskError> {
        station(&self.file, account, at)
    }

    /// Keeps what a sign-in with a password brought, so that the same password
    /// opens the desk offline.
    ///
    /// # Errors
    /// [`DeskError::NoKeys`] for a sign-in without a password's keys, and
    /// failures of the disk.
    pub fn remember(
        &mut self,
        signed_in: &SignedIn,
        password: &str,
        now: Timestamp,
        offline_window: Minutes,
    ) -> Result<Unlocked, DeskError> {
        let _held = self.hold()?;
        self.put_officer(signed_in, password, now, offline_window)
    }

    /// Opens the desk with a password, without the network. Takes tens of
    /// milliseconds. A wrong password is counted on the disk before the answer
    /// is given; a right one writes nothing where nothing was counted, so that
    /// it opens at once, and also on a full disk.
    ///
    /// # Errors
    /// [`DeskError::UnknownAccount`], [`DeskError::Wait`],
    /// [`DeskError::WrongPassword`], [`DeskError::Expired`], and failures of
    /// the disk.
    pub fn unlock(
        &mut self,
        account: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<Unlocked, DeskError> {
        let unlocked = self.opened(account, password, now)?;
        if unlocked.online_until() < now {
            return Err(DeskError::Expired {
                last_online_at: unlocked.last_online_at,
            });
        }
        Ok(unlocked)
    }

    /// Opens the officer's box, however long ago the officer was online.
    fn opened(
        &mut self,
        account: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<Unlocked, DeskError> {
        let _held = self.hold()?;
        let device = self.file.device;
        let entry = self.entry(account)?;
        if let Some(until) = waits(entry.wait_until, now) {
            return Err(DeskError::Wait { until });
        }
        let tried = entry.clone();
        let wrap = tried.kdf.derive(password)?;
        let issued_to = tried.issued_to.unwrap_or(device);
        let keys = match wrap.open(&tried, issued_to) {
            Ok(keys) => keys,
            Err(KeyringError::DoesNotOpen) => return Err(self.count_wrong(account, now)?),
            Err(error) => return Err(error.into()),
        };
        if tried.tries > 0 {
            let entry = self.entry(account)?;
            entry.tries = 0;
            entry.wait_until = None;
            if let Err(error) = self.save() {
                tracing::warn!(%error, "the wrong passwords before could not be forgotten");
            }
        }
        Ok(Unlocked::new(device, issued_to, keys, wrap))
    }

    /// The officer was online at `now`: the offline window begins anew. Takes
    /// over what the policy and the account say now.
    ///
    /// # Errors
    /// Failures of the disk.
    pub fn mark_online(
        &mut self,
        unlocked: &mut Unlocked,
        officer: &Officer,
        now: Timestamp,
        offline_window: Minutes,
    ) -> Result<(), DeskError> {
        let _held = self.hold()?;
        unlocked.identity.officer = officer.clone();
        unlocked.last_online_at = unlocked.last_online_at.max(now);
        unlocked.offline_window = offline_window;
        // Meanwhile the officer was taken off, or has typed another password:
        // an older key must not open the desk again.
        match self.entry(&unlocked.identity.officer.account) {
            Ok(entry) if entry.kdf == unlocked.wrap.kdf => {}
            Ok(_) | Err(_) => return Ok(()),
        }
        self.seal(unlocked)?;
        self.save()
    }

    /// Takes an officer off this desk.
    ///
    /// # Errors
    /// Failures of the disk.
    pub fn forget(&mut self, account: &str) -> Result<(), DeskError> {
        let _held = self.hold()?;
        self.file.officers.retain(|entry| entry.account != account);
        self.save()
    }

    /// Counts a wrong password, and says what is left.
    fn count_wrong(&mut self, account: &str, now: Timestamp) -> Result<DeskError, DeskError> {
        let entry = self.entry(account)?;
        entry.tries = entry.tries.saturating_add(1);
        entry.wait_until = wait_after(entry.tries).map(|wait| now.saturating_add(wait));
        let wrong = DeskError::WrongPassword {
            tries_left: TRIES_BEFORE_WAIT_MAX.saturating_sub(entry.tries),
            wait_until: entry.wait_until,
        };
        self.save()?;
        Ok(wrong)
    }

    /// Waits for other programs, then takes over what they wrote.
    fn hold(&mut self) -> Result<Held, DeskError> {
        let held = folder::hold(&self.dir, file::LOCK)?;
        if let Some(file) = file::read_held(&self.dir)? {
            self.file = file;
        }
        Ok(held)
    }

    fn save(&self) -> Result<(), DeskError> {
        file::write(&self.dir, &self.file)
    }

    fn entry(&mut self, account: &str) -> Result<&mut Entry, DeskError> {
        self.file
            .officers
            .iter_mut()
            .find(|entry| entry.account == account)
            .ok_or(DeskError::UnknownAccount)
    }

    fn put_officer(
        &mut self,
        signed_in: &SignedIn,
        password: &str,
        now: Timestamp,
        offline_window: Minutes,
    ) -> Result<Unlocked, DeskError> {
        let desk = signed_in.desk.as_ref().ok_or(DeskError::NoKeys)?;
        let known = self.entry(&signed_in.officer.account).is_ok();
        if !known && self.file.officers.len() >= DESK_OFFICERS_MAX {
            return Err(DeskError::TooMany);
        }
        let malformed = |_| DeskError::Keyring(KeyringError::Malformed);
        let keys = Keys {
            store_key: StoreKey::from_base64(&desk.store_key).map_err(malformed)?,
            device_secret: DeviceSecret::from_base64(&desk.device_secret).map_err(malformed)?,
            officer: signed_in.officer.clone(),
            last_online_at: now,
            offline_window,
        };
        let wrap = Kdf::fresh()?.derive(password)?;
        let device = self.file.device;
        let unlocked = Unlocked::new(device, device, keys, wrap);
        self.seal(&unlocked)?;
        self.save()?;
        Ok(unlocked)
    }

    fn seal(&mut self, unlocked: &Unlocked) -> Result<(), DeskError> {
        let account = unlocked.identity.officer.account.clone();
        let keys = unlocked.keys();
        let issued_to = unlocked.identity.issued_to;
        let (nonce, sealed) = unlocked.wrap.seal(&keys, issued_to, &account)?;
        self.file.officers.retain(|entry| entry.account != account);
        self.file.officers.push(Entry {
            account,
            kdf: unlocked.wrap.kdf.clone(),
            nonce,
            sealed,
            copy: Some(copy_name(&unlocked.identity.officer.scope())),
            issued_to: (issued_to != self.file.device).then_some(issued_to),
            tries: 0,
            wait_until: None,
        });
        self.file.officers.sort_by(|a, b| a.account.cmp(&b.account));
        Ok(())
    }
}

fn station(file: &DeskFile, account: &str, at: Timestamp) -> Result<Station, DeskError> {
    let pkcs8 = Zeroizing::new(keyring::decode(&file.device_key)?);
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| KeyringError::Malformed)?;
    let statement = station_statement(account, file.device, at);
    Ok(Station {
        device: file.device,
        name: file.name.clone(),
        public_key: STANDARD.encode(pair.public_key()),
        store_key: None,
        at,
        signature: STANDARD.encode(pair.sign(statement.as_bytes())),
    })
}

/// How long to wait after that many wrong passwords.
fn wait_after(tries: u32) -> Option<Millis> {
    let beyond = tries.checked_sub(TRIES_BEFORE_WAIT_MAX)?;
    let wait = FIRST_WAIT_MS
        .checked_shl(beyond.min(16))
        .unwrap_or(WAIT_MS_MAX);
    Some(Millis(wait.min(WAIT_MS_MAX)))
}

/// Until when no try is taken. A clock that was set back does not lengthen it.
fn waits(until: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let until = until?.min(now.saturating_add(Millis(WAIT_MS_MAX)));
    (until > now).then_some(until)
}

#[cfg(test)]
mod tests;
