//! Putting a backup in the place of what a service has.
//!
//! The backup is copied beside the database and looked at there, begins its new
//! life there, and takes the place only when all of that is done. What was there
//! before is set aside under a dated name and never deleted. A crash between the
//! two renames is mended at the next start: see [`adopt`].

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::secrets::{self, MasterKey};
use super::storage::{BESIDE, Meta, Resting, Storage, StorageError, Unfit, beside, look, remove};
use super::{DATABASE_FILE, Service, ServiceError, ServiceOptions, running, setup};
use crate::domain::area::AreaCode;
use crate::domain::time::Timestamp;
use crate::fault::fail_point;
use crate::wire::feed::{Epoch, FeedId, Seq};

/// What is being copied and looked at.
const RESTORING: &str = "service.db.restoring";
/// What only has to take its place.
const RESTORED: &str = "service.db.restored";
/// Files of one second that can be told apart.
const SAME_SECOND_MAX: u32 = 1_000;

/// Whether whoever asks has been told what is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Not yet: nothing that is newer than the backup is given up.
    NotGiven,
    /// Yes.
    Given,
}

/// A feed before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Which feed.
    pub feed: FeedId,
    /// How far it went.
    pub before: Seq,
    /// How far it goes in the backup.
    pub after: Seq,
    /// How far both are the same.
    pub common: Seq,
}

impl Fork {
    /// How many changes the service no longer has. Desks offer again what they
    /// know of them.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.before.0.saturating_sub(self.common.0)
    }
}

/// What stood in the place before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// Something that cannot be read; nobody can say what is lost with it.
    Unreadable,
    /// A service, and how its feeds stand against the backup's.
    Service(Vec<Fork>),
}

impl Before {
    fn is_given_up(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Unreadable => true,
            Self::Service(forks) => forks.iter().any(|fork| fork.lost() > 0),
        }
    }
}

/// Why a file is not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It is no database of a service.
    #[error("{}: this is no backup of a service", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// It is damaged.
    #[error("{}: the backup is damaged", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
    },
    /// It is the database that it shall replace.
    #[error("{}: this is the service's own database", path.display())]
    Itself {
        /// Which file.
        path: PathBuf,
    },
    /// It is of another district.
    #[error("the backup is of district {found}, the service here of {here}")]
    OtherDistrict {
        /// The backup's.
        found: AreaCode,
        /// The service's.
        here: AreaCode,
    },
    /// Something newer would be given up, and nobody has agreed to that.
    #[error("what the service has now is newer than the backup, or cannot be read")]
    GivesUp(Before),
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The new life of the service.
    pub epoch: Epoch,
    /// Where what was there before lies now.
    pub aside: Option<PathBuf>,
    /// What stood there before.
    pub before: Before,
}

impl Service {
    /// Puts a backup in the place of what the service in `folder` has, and
    /// begins a new life with it. Nobody may serve from there meanwhile.
    ///
    /// # Errors
    /// [`ServiceError::InUse`] while somebody serves, [`RestoreError`] for a
    /// file that does not fit or a state that would be given up,
    /// [`ServiceError::Secret`] without the backup's master key, and failures
    /// of the disk. The service is as it was then.
    pub fn restore(
        folder: &Path,
        from: &Path,
        options: &ServiceOptions,
        consent: Consent,
    ) -> Result<Restored, ServiceError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            |source| ServiceError::File { path, source }
        };
        if !fs::metadata(from).map_err(failed(from))?.is_file() {
            let source = std::io::ErrorKind::InvalidInput.into();
            return Err(failed(from)(source));
        }
        let database = folder.join(DATABASE_FILE);
        let same = |path: &Path| fs::canonicalize(path).ok();
        if same(from).is_some() && same(from) == same(&database) {
            let path = from.to_owned();
            return Err(RestoreError::Itself { path }.into());
        }
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let _lock = running::lock(folder)?;
        let fresh = folder.join(RESTORING);
        let prepared = prepare(folder, from, &fresh, options, consent);
        if prepared.is_err() {
            // Only a copy of our own; what went wrong is more worth telling.
            let _ = remove(&fresh);
        }
        let (epoch, before) = prepared?;
        let aside = put_in_place(folder, &fresh, &before, (options.clock)())?;
        Ok(Restored {
            epoch,
            aside,
            before,
        })
    }
}

/// Copies the backup, looks at it, and begins its new life; nothing that the
/// service has is touched.
fn prepare(
    folder: &Path,
    from: &Path,
    fresh: &Path,
    options: &ServiceOptions,
    consent: Consent,
) -> Result<(Epoch, Before), ServiceError> {
    remove(&folder.join(RESTORED))?;
    copy(from, fresh)?;
    let unfit = |unfit| {
        let path = from.to_owned();
        ServiceError::Restore(match unfit {
            Unfit::Foreign => RestoreError::Foreign { path },
            Unfit::Damaged => RestoreError::Damaged { path },
        })
    };
    look(fresh)?.map_err(unfit)?;
    let meta = Resting::open(fresh)?
        .meta()?
        .ok_or_else(|| unfit(Unfit::Foreign))?;
    MasterKey::open(folder, &meta.master_key_id, &options.random)?;
    let before = compare(&folder.join(DATABASE_FILE), fresh, &meta)?;
    if before.is_given_up() && consent == Consent::NotGiven {
        return Err(RestoreError::GivesUp(before).into());
    }
    let epoch = Epoch(secrets::new_uuid((options.clock)(), &options.random)?);
    let storage = Storage::open(fresh)?;
    storage.write(|tx| setup::begin_life(tx, epoch))?;
    storage.close_alone()?;
    fail_point!(
        "service.restore.prepared",
        StorageError::RanOut("luck").into()
    );
    Ok((epoch, before))
}

/// Copies a file with its log, if somebody copied that along.
fn copy(from: &Path, to: &Path) -> Result<(), ServiceError> {
    remove(to)?;
    for part in ["", "-wal"] {
        let (from, to) = (beside(from, part), beside(to, part));
        if part.is_empty() || from.is_file() {
            copy_private(&from, &to).map_err(|source| ServiceError::File { path: from, source })?;
        }
    }
    Ok(())
}

/// For the owner alone, whatever the backup's own rights are.
fn copy_private(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut target = options.open(to)?;
    std::io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
}

/// What would be given up.
fn compare(present: &Path, fresh: &Path, backup: &Meta) -> Result<Before, ServiceError> {
    if !present.exists() {
        return Ok(Before::Nothing);
    }
    match look(present) {
        // A present of a newer program can be read as far as this goes.
        Ok(Ok(())) | Err(StorageError::Newer { .. }) => {}
        Ok(Err(_)) | Err(_) => return Ok(Before::Unreadable),
    }
    let (now, then) = (Resting::open(present)?, Resting::open(fresh)?);
    let Some(meta) = now.meta()? else {
        return Ok(Before::Unreadable);
    };
    if meta.district != backup.district {
        return Err(RestoreError::OtherDistrict {
            found: backup.district,
            here: meta.district,
        }
        .into());
    }
    let after = then.heads()?;
    let mut forks = Vec::new();
    for (feed, before) in now.heads()? {
        let after = after.iter().find(|(other, _)| *other == feed);
        let after = after.map_or(Seq::START, |(_, head)| *head);
        forks.push(Fork {
            feed,
            before,
            after,
            common: now.common(&then, feed, before.min(after))?,
        });
    }
    Ok(Before::Service(forks))
}

/// Sets aside what is there and puts the restored file in its place.
fn put_in_place(
    folder: &Path,
    fresh: &Path,
    before: &Before,
    at: Timestamp,
) -> Result<Option<PathBuf>, ServiceError> {
    let failed = |source| ServiceError::File {
        path: folder.to_owned(),
        source,
    };
    let ready = folder.join(RESTORED);
    fs::rename(fresh, &ready).map_err(failed)?;
    sync(folder).map_err(failed)?;
    fail_point!("service.restore.ready", StorageError::RanOut("luck").into());
    let database = folder.join(DATABASE_FILE);
    // Whatever its log has goes into the file itself, so that the two cannot be
    // parted. One that cannot be read stays as it is.
    if matches!(before, Before::Service(_))
        && let Err(error) = Storage::open(&database).and_then(Storage::close_alone)
    {
        tracing::warn!(%error, "the log of the former database stays beside it");
    }
    let aside = set_aside(&database, at).map_err(failed)?;
    sync(folder).map_err(failed)?;
    fail_point!("service.restore.aside", StorageError::RanOut("luck").into());
    fs::rename(&ready, &database).map_err(failed)?;
    sync(folder).map_err(failed)?;
    Ok(aside)
}

/// Moves a database and what is beside it under a name that nothing has yet.
fn set_aside(database: &Path, at: Timestamp) -> std::io::Result<Option<PathBuf>> {
    let now = at.civil();
    let dated = format!(
        ".before-{:04}{:02}{:02}T{:02}{:02}{:02}",
        now.year, now.month, now.day, now.hour, now.minute, now.second
    );
    let name = (1..SAME_SECOND_MAX)
        .map(|nth| match nth {
            1 => beside(database, &dated),
            _ => beside(database, &format!("{dated}-{nth}")),
        })
        .find(|name| {
            let free = |part: &&str| !beside(name, part).exists();
            free(&"") && BESIDE.iter().all(free)
        })
        .ok_or(std::io::ErrorKind::AlreadyExists)?;
    let mut moved = None;
    for part in [""].iter().chain(&BESIDE) {
        let from = beside(database, part);
        if from.exists() {
            fs::rename(from, beside(&name, part))?;
            moved = Some(name.clone());
        }
    }
    Ok(moved)
}

/// Finishes a restore that was cut off after the former database had been set
/// aside.
///
/// # Errors
/// [`ServiceError::InUse`] while the restore still runs, and failures of the
/// disk.
pub(super) fn adopt(folder: &Path, at: Timestamp) -> Result<(), ServiceError> {
    let (database, ready) = (folder.join(DATABASE_FILE), folder.join(RESTORED));
    if database.exists() || !ready.is_file() {
        return Ok(());
    }
    let _lock = running::lock(folder)?;
    let failed = |source| ServiceError::File {
        path: folder.to_owned(),
        source,
    };
    // A log that was left behind is not this file's.
    set_aside(&database, at).map_err(failed)?;
    fs::rename(&ready, &database).map_err(failed)?;
    sync(folder).map_err(failed)?;
    tracing::warn!("a restore that was cut off has been finished");
    Ok(())
}

/// Makes renames durable, where the system can.
fn sync(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
