//! Small files of the desk's folder: replaced whole or not at all, and changed
//! by one program at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;

/// Makes the desk's folder, for its owner alone.
pub(super) fn make(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(dir)
}

/// Replaces a file: a reader, also one after a crash, finds the old bytes or
/// the new ones and never a mixture.
pub(super) fn replace(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let fresh = dir.join(format!("{name}.new"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, dir.join(name))?;
    sync_dir(dir)
}

/// Makes renames in the folder durable, where the system can.
#[cfg(unix)]
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Makes renames in the folder durable, where the system can.
#[cfg(not(unix))]
pub(super) fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}

/// Waits for the other programs of this desk; released when dropped, and when
/// the process ends in whatever way.
#[derive(Debug)]
pub(super) struct Held {
    _file: File,
}

/// Takes the lock of that name.
pub(super) fn hold(dir: &Path, name: &str) -> io::Result<Held> {
    let file = lock_file(dir, name)?;
    file.lock()?;
    Ok(Held { _file: file })
}

/// Takes the lock of that name beside others who share it.
pub(super) fn share(dir: &Path, name: &str) -> io::Result<Held> {
    let file = lock_file(dir, name)?;
    file.lock_shared()?;
    Ok(Held { _file: file })
}

/// Takes the lock of that name if nobody else has or shares it.
pub(super) fn alone(dir: &Path, name: &str) -> io::Result<Option<Held>> {
    let file = lock_file(dir, name)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Held { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn lock_file(dir: &Path, name: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    options.open(dir.join(name))
}
