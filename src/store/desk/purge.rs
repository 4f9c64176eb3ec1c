//! What nobody at this desk may see any more leaves the disk.
//!
//! Only copies of what the service has said are ever removed, and those that
//! were set aside as damaged with them. The outbox, drafts and refused work are
//! the only ones of their kind and stay, whoever they belong to.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Desk, DeskError};
use crate::store::db::copy_of;
use crate::store::salvage::notes::Notes;

/// Bytes that are overwritten in one step.
const STEP_BYTES: usize = 64 * 1024;

impl Desk {
    /// Overwrites and removes the copies that no officer of this desk opens
    /// any more, and says which files went. While the copy of one officer is
    /// not known (a desk file of an older program), nothing is removed.
    ///
    /// # Errors
    /// Failures of the disk.
    pub fn purge(&mut self) -> Result<Vec<PathBuf>, DeskError> {
        let _held = self.hold()?;
        let mut wanted = Vec::new();
        for entry in &self.file.officers {
            match &entry.copy {
                Some(copy) => wanted.push(copy.as_str()),
                None => return Ok(Vec::new()),
            }
        }
        let mut gone = Vec::new();
        for found in fs::read_dir(&self.dir)? {
            let path = found?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let copy = name.and_then(copy_of);
            if copy.is_some_and(|copy| !wanted.contains(&copy)) {
                shred(&path)?;
                gone.push(path);
            }
        }
        if !gone.is_empty() {
            // A copy that comes again is a new one, and none was lost.
            let names = gone.iter().filter_map(|path| path.file_name()?.to_str());
            let names: Vec<&str> = names.filter_map(copy_of).collect();
            Notes::try_change(&self.dir, |notes| {
                for name in &names {
                    notes.made.remove(*name);
                    notes.suspect.remove(*name);
                    notes.first_pages.remove(*name);
                }
            });
            tracing::info!(
                files = gone.len(),
                "copies that nobody here opens were removed"
            );
        }
        Ok(gone)
    }
}

/// [`Desk::purge`] for the desk in a folder. What cannot be removed now is tried
/// again when the desk is opened the next time.
pub fn purge_folder(dir: &Path) {
    let purged =
        Desk::open(dir).and_then(|desk| desk.map_or(Ok(Vec::new()), |mut desk| desk.purge()));
    if let Err(error) = purged {
        tracing::warn!(%error, "copies that nobody here opens could not be removed");
    }
}

/// Takes an officer off the desk whose account is out of use, and removes the
/// copy that nobody else here opens. Unsent work stays: the desk delivers it.
///
/// # Errors
/// Failures of the disk; the officer may still open the desk offline then.
pub fn take_off(dir: &Path, account: &str) -> Result<(), DeskError> {
    if let Some(mut desk) = Desk::open(dir)? {
        desk.forget(account)?;
    }
    purge_folder(dir);
    Ok(())
}

/// Overwrites a file and removes it. What it held is encrypted in any case;
/// this is for the day on which the key gets out.
fn shred(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    let zeros = vec![0; STEP_BYTES];
    while left > 0 {
        let step = usize::try_from(left).map_or(STEP_BYTES, |left| left.min(STEP_BYTES));
        file.write_all(&zeros[..step])?;
        left -= step as u64;
    }
    file.sync_all()?;
    drop(file);
    fs::remove_file(path)
}
