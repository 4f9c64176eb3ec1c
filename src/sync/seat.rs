//! What a desk can prove for the officer who unlocked it.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::officer::Officer;
use crate::domain::time::{Minutes, Timestamp};
use crate::store::desk::{Desk, DeskError, Unlocked};
use crate::wire::session::{Resume, Station};

/// A proof of an earlier sign-in: the desk and the officer's word, made for
/// the same moment.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The officer's account.
    pub account: String,
    /// The desk as it presents itself, signed.
    pub station: Station,
    /// What stands in for the password.
    pub resume: Resume,
}

/// What a desk can prove for the officer who unlocked it.
pub trait Seat: Send + Sync + 'static {
    /// The proof for a moment.
    ///
    /// # Errors
    /// When the desk's keys cannot be used.
    fn proof(&self, at: Timestamp) -> Result<Proof, DeskError>;

    /// The officer is online: the offline window begins anew.
    ///
    /// # Errors
    /// When the desk's file cannot be written.
    fn online(&self, officer: &Officer, now: Timestamp, window: Minutes) -> Result<(), DeskError>;

    /// Whether it is known that the service takes nothing from this desk under
    /// its present identity.
    fn taken(&self) -> Taken {
        Taken::AsFarAsKnown
    }

    /// The service takes nothing from this desk any more: the next program on
    /// it must know.
    ///
    /// # Errors
    /// When the desk's file cannot be written.
    fn quarantined(&self, _why: &str, _at: Timestamp) -> Result<(), DeskError> {
        Ok(())
    }
}

/// Whether the service takes what a desk sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Nothing is known against it.
    AsFarAsKnown,
    /// No: the desk must be enrolled anew.
    No,
}

/// The seat at a desk of this machine.
#[derive(Debug)]
pub struct DeskSeat {
    held: Mutex<(Desk, Unlocked)>,
}

impl DeskSeat {
    /// The seat of an officer who has unlocked the desk in this folder.
    ///
    /// # Errors
    /// When the desk's file cannot be read, or is not there any more.
    pub fn open(folder: &Path, unlocked: Unlocked) -> Result<Self, DeskError> {
        let missing = || DeskError::Io(std::io::ErrorKind::NotFound.into());
        let desk = Desk::open(folder)?.ok_or_else(missing)?;
        Ok(Self {
            held: Mutex::new((desk, unlocked)),
        })
    }

    /// The officer as the desk now knows them: with other grants, once the
    /// service has said so.
    #[must_use]
    pub fn unlocked(&self) -> Unlocked {
        self.held().1.clone()
    }

    fn held(&self) -> MutexGuard<'_, (Desk, Unlocked)> {
        // Whoever panicked while holding it left whole values: the desk reads
        // its file anew for every change.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat for DeskSeat {
    fn proof(&self, at: Timestamp) -> Result<Proof, DeskError> {
        let held = self.held();
        let (desk, unlocked) = &*held;
        let account = unlocked.officer().account.clone();
        Ok(Proof {
            station: desk.station(&account, at)?,
            resume: unlocked.resume(at),
            account,
        })
    }

    fn online(&self, officer: &Officer, now: Timestamp, window: Minutes) -> Result<(), DeskError> {
        let mut held = self.held();
        let (desk, unlocked) = &mut *held;
        desk.mark_online(unlocked, officer, now, window)
    }

    fn taken(&self) -> Taken {
        match self.held().0.quarantine() {
            Some(_) => Taken::No,
            None => Taken::AsFarAsKnown,
        }
    }

    fn quarantined(&self, why: &str, at: Timestamp) -> Result<(), DeskError> {
        let mut held = self.held();
        let (desk, unlocked) = &mut *held;
        desk.set_quarantined(unlocked.identity().device, why, at)
    }
}
