//! One at a time among the programs on a desk: a script beside an open screen
//! shares its outbox, and only one of them may send or take a snapshot.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// Held while acts are sent.
pub const PUSH_LOCK: &str = "push.lock";
/// Held while a snapshot is taken.
pub const SNAPSHOT_LOCK: &str = "snapshot.lock";

/// A lock that is held; dropping it, or the end of the process, lets it go.
#[derive(Debug)]
pub struct DeskLock {
    _file: File,
}

/// Takes a lock in the desk's folder, or `None` while another program holds
/// it. Never waits.
///
/// # Errors
/// When the file cannot be made or the system cannot lock.
pub fn try_take(folder: &Path, name: &str) -> std::io::Result<Option<DeskLock>> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(name))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(DeskLock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_holds_it_and_it_is_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let take = || try_take(folder.path(), PUSH_LOCK).unwrap();
        let held = take();
        assert!(held.is_some());
        assert!(take().is_none());
        assert!(try_take(folder.path(), SNAPSHOT_LOCK).unwrap().is_some());
        drop(held);
        assert!(take().is_some());
    }
}
