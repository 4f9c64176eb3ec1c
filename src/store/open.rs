//! Opening the files of a desk: each is looked at first, and one that is not
//! as this desk left it is set aside before anything is written to it.
//!
//! A program shares a lock on every file that it has open, and moves a file
//! only while it has that lock alone: what another program still writes to is
//! never moved from under it.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use rusqlite::Connection;

use super::db::{self, Dbs, File, OUTBOX, Paths, REPLICA};
use super::error::StoreError;
use super::folder::{self, Held};
use super::salvage::behind::{self, Life};
use super::salvage::check::{self, Depth, Soundness};
use super::salvage::notes::Notes;
use super::salvage::outbox::{self, Adopted};
use super::salvage::{Fault, Finding, Lost, Numbering, What, aside, first};
use super::secret::StoreKey;
use crate::domain::ids::DeviceId;

/// How often a file is looked at: as it is, mended, and once more after
/// another program may have come between.
const LOOKS_MAX: usize = 3;
/// The first bytes of a log of `SQLite`, but for the last bit.
const LOG_MAGIC: [u8; 4] = [0x37, 0x7f, 0x06, 0x82];

/// Whether the replica is the one that was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was there, or there was none before.
    Kept,
    /// It was damaged: it was set aside, and an empty one waits for a snapshot.
    SetAside,
}

/// Both files, open for writing.
pub(super) struct Opened {
    pub(super) dbs: Dbs,
    pub(super) origin: Origin,
    /// What was found now; it is in `files.json` too, if that could be
    /// written.
    pub(super) found: Vec<Finding>,
    /// How far the copy has been checked.
    pub(super) checked: Soundness,
    /// Which outbox it is.
    pub(super) life: Life,
    /// While it is open, nobody moves the files.
    pub(super) in_use: [Held; 2],
}

/// What a look at a file says.
enum Look {
    Sound(Connection, Soundness),
    Wrong(Fault),
}

/// Opens both files. The outbox comes first: it holds what nobody else has.
pub(super) fn open(
    paths: &Paths,
    key: &StoreKey,
    device: DeviceId,
    depth: Depth,
) -> Result<Opened, StoreError> {
    let mut found = Vec::new();
    let life_of = |paths: &Paths| Life {
        device,
        outbox: Notes::read(&paths.dir).outbox_life,
    };
    let before = life_of(paths);
    let (outbox, outbox_held) = open_outbox(paths, key, &mut found)?;
    let (replica, checked, replica_held) = open_replica(paths, key, depth, &mut found)?;
    let origin = match found.iter().find(|finding| finding.what == What::Copy) {
        Some(_) => Origin::SetAside,
        None => Origin::Kept,
    };
    match behind::missing(&replica, &outbox, before)? {
        0 => {}
        missing => fell_behind(paths, &mut found, missing),
    }
    Ok(Opened {
        dbs: Dbs { replica, outbox },
        origin,
        found,
        checked,
        life: life_of(paths),
        in_use: [outbox_held, replica_held],
    })
}

/// The copy has shown acts that the outbox does not have.
fn fell_behind(paths: &Paths, found: &mut Vec<Finding>, missing: u64) {
    let Some(finding) = found.iter_mut().find(|one| one.what == What::Outbox) else {
        let mut finding = Finding::new(aside::moment(), What::Outbox, Fault::Behind);
        finding.lost_acts = Lost::Rows(missing);
        return told(paths, found, finding, Numbering::Unsure);
    };
    // They come on top of what could be counted in the file itself.
    finding.lost_acts = finding.lost_acts.and(Lost::Rows(missing));
    Notes::try_change(&paths.dir, |notes| {
        notes.correct(finding);
        notes.numbering = Numbering::Unsure;
    });
}

/// Writes a finding about the outbox down, with what it means for the numbers.
fn told(paths: &Paths, found: &mut Vec<Finding>, finding: Finding, numbering: Numbering) {
    Notes::try_change(&paths.dir, |notes| {
        notes.add(finding.clone());
        notes.outbox_life = notes.outbox_life.wrapping_add(1);
        if numbering == Numbering::Unsure {
            notes.numbering = Numbering::Unsure;
        }
    });
    found.push(finding);
}

fn open_outbox(
    paths: &Paths,
    key: &StoreKey,
    found: &mut Vec<Finding>,
) -> Result<(Connection, Held), StoreError> {
    let lock = format!("{OUTBOX}.lock");
    for _ in 0..LOOKS_MAX {
        let held = folder::share(&paths.dir, &lock)?;
        if let Look::Sound(connection, _) = look(paths, File::Outbox, key, Depth::Whole)? {
            made(paths, OUTBOX);
            first::keep(&paths.dir, OUTBOX, &connection);
            return Ok((connection, held));
        }
        drop(held);
        let _alone = folder::alone(&paths.dir, &lock)?.ok_or(StoreError::InUse {
            file: File::Outbox.name(),
        })?;
        // Another program may have mended it meanwhile.
        if let Look::Wrong(fault) = look(paths, File::Outbox, key, Depth::Whole)? {
            mend_outbox(paths, key, fault, found)?;
        }
    }
    Err(StoreError::WrongKey {
        file: File::Outbox.name(),
    })
}

/// Carries what reads of the outbox into a fresh one and sets it aside.
fn mend_outbox(
    paths: &Paths,
    key: &StoreKey,
    fault: Fault,
    found: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let dir = &paths.dir;
    let at = aside::moment();
    if fault == Fault::Missing {
        let left = aside::move_aside(dir, OUTBOX, fault, at)?;
        // What a start before this one had carried over, and told.
        if outbox::adopt(dir, OUTBOX)? == Adopted::Fresh {
            return Ok(());
        }
        let finding = Finding::new(at, What::Outbox, fault).aside(left).all_lost();
        told(paths, found, finding, Numbering::Unsure);
        forget(paths, OUTBOX);
        drop(db::open(&paths.outbox, File::Outbox, key)?);
        return Ok(());
    }
    let rescued = outbox::rescue(dir, OUTBOX, key)?;
    let name = aside::name(dir, OUTBOX, rescued.fault, at)?;
    let mut finding = Finding::new(at, What::Outbox, rescued.fault).aside(Some(name.clone()));
    finding.saved = rescued.saved;
    finding.lost_acts = rescued.lost_acts;
    finding.lost_drafts = rescued.lost_drafts;
    // First the word, then the deed: a crash between them says it twice.
    told(paths, found, finding, rescued.numbering);
    outbox::swap_in(dir, OUTBOX, &name)?;
    Ok(())
}

fn open_replica(
    paths: &Paths,
    key: &StoreKey,
    depth: Depth,
    found: &mut Vec<Finding>,
) -> Result<(Connection, Soundness, Held), StoreError> {
    let name = name_of(&paths.replica);
    let lock = format!("{name}.lock");
    for _ in 0..LOOKS_MAX {
        let held = folder::share(&paths.dir, &lock)?;
        if let Look::Sound(connection, soundness) = look(paths, File::Replica, key, depth)? {
            made(paths, &name);
            return Ok((connection, soundness, held));
        }
        drop(held);
        let _alone = folder::alone(&paths.dir, &lock)?.ok_or(StoreError::InUse {
            file: File::Replica.name(),
        })?;
        if let Look::Wrong(fault) = look(paths, File::Replica, key, depth)? {
            let at = aside::moment();
            let left = aside::move_aside(&paths.dir, &name, fault, at)?;
            let finding = Finding::new(at, What::Copy, fault).aside(left);
            Notes::try_change(&paths.dir, |notes| notes.add(finding.clone()));
            found.push(finding);
            forget(paths, &name);
        }
    }
    Err(StoreError::WrongKey {
        file: File::Replica.name(),
    })
}

/// Looks at a file without changing it, unless it is sound.
fn look(paths: &Paths, file: File, key: &StoreKey, depth: Depth) -> Result<Look, StoreError> {
    let path = match file {
        File::Replica => &paths.replica,
        File::Outbox => &paths.outbox,
    };
    let notes = Notes::read(&paths.dir);
    let name = name_of(path);
    let known = notes.made.contains(&name);
    if let Some(fault) = outside(paths, path, file, known)? {
        return Ok(Look::Wrong(fault));
    }
    if notes.suspect.contains(&name) {
        return Ok(Look::Wrong(Fault::Damaged));
    }
    match inside(path, file, key, known, depth) {
        Ok(look) => Ok(look),
        Err(StoreError::WrongKey { .. }) => Ok(Look::Wrong(Fault::Foreign)),
        Err(StoreError::Damaged(_)) => Ok(Look::Wrong(Fault::Damaged)),
        Err(error) => Err(error),
    }
}

/// What can be seen without the key.
fn outside(
    paths: &Paths,
    path: &Path,
    file: File,
    known: bool,
) -> Result<Option<Fault>, StoreError> {
    let beside = |part: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(part);
        std::path::PathBuf::from(name)
    };
    let kind = |path: &Path| match fs::metadata(path) {
        Ok(found) => Ok(Some(found.is_file())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    for part in ["-wal", "-shm"] {
        if kind(&beside(part))? == Some(false) {
            return Ok(Some(Fault::Foreign));
        }
    }
    match kind(path)? {
        Some(false) => Ok(Some(Fault::Foreign)),
        Some(true) if is_foreign_log(&beside("-wal"))? => Ok(Some(Fault::Damaged)),
        Some(true) => Ok(None),
        None => {
            let left = aside::exists(&beside("-wal"));
            let others = file == File::Outbox && any_copy(&paths.dir)?;
            Ok((known || left || others).then_some(Fault::Missing))
        }
    }
}

/// Whether something lies in the place of a log that is none. `SQLite` would
/// overwrite it without a word.
fn is_foreign_log(path: &Path) -> Result<bool, StoreError> {
    let mut begins = [0; 4];
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    match file.read_exact(&mut begins) {
        Ok(()) => {}
        // Cut off before its first word was written.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    begins[3] &= !1;
    Ok(begins != LOG_MAGIC && begins != [0; 4])
}

/// Whether the desk has a copy of any scope: then it had an outbox.
fn any_copy(dir: &Path) -> Result<bool, StoreError> {
    let (begins, ends) = REPLICA;
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(begins) && name.ends_with(ends) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What can be seen with the key.
fn inside(
    path: &Path,
    file: File,
    key: &StoreKey,
    known: bool,
    depth: Depth,
) -> Result<Look, StoreError> {
    if path.is_file() {
        let mut connection = db::connect(path, file, key)?;
        let (tables, marked): (i64, i64) = connection.query_row(
            "SELECT count(*), count(*) FILTER (WHERE name = ?1) FROM sqlite_schema",
            [file.mark()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if tables == 0 && known {
            return Ok(Look::Wrong(Fault::Damaged));
        }
        if tables > 0 && marked == 0 {
            return Ok(Look::Wrong(Fault::Foreign));
        }
        return match check::check(&mut connection, depth)? {
            Soundness::Broken => Ok(Look::Wrong(Fault::Damaged)),
            soundness @ (Soundness::Sound | Soundness::Unfinished) => Ok(Look::Sound(
                db::bring_up_to_date(connection, file)?,
                soundness,
            )),
        };
    }
    Ok(Look::Sound(db::open(path, file, key)?, Soundness::Sound))
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Notes that this desk has made the file.
fn made(paths: &Paths, name: &str) {
    if !Notes::read(&paths.dir).made.contains(name) {
        Notes::try_change(&paths.dir, |notes| {
            notes.made.insert(name.to_owned());
        });
    }
}

/// Forgets a file that is no longer there, so that the next one is new.
fn forget(paths: &Paths, name: &str) {
    Notes::try_change(&paths.dir, |notes| {
        notes.made.remove(name);
        notes.suspect.remove(name);
        notes.sound.remove(name);
        notes.first_pages.remove(name);
    });
}
