//! A body that may be made faster than its reader takes it.
//!
//! Whoever makes it writes into a file and never waits for the reader, so that
//! it holds the database no longer than its own work takes; the reader follows
//! at its own pace, from the first bytes on. Neither end has more than a piece
//! in memory. The file has no name while it is in use and is gone with the last
//! of its two ends; a reader that goes away stops the work.

use std::fs::{self, File};
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// The most bytes of one body: the snapshot of some ten million records.
pub const SPOOL_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// How much is read for the socket at a time.
pub const PIECE_BYTES: usize = 64 * 1024;
/// What the names of these files begin and end with, for the moment in which
/// they have one.
const NAME: (&str, &str) = ("spool-", ".part");

/// Tells files of this process apart.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// How far the file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Filled {
    bytes: u64,
    end: End,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    /// More may come.
    #[default]
    Open,
    /// It is whole.
    Reached,
}

/// The end that is written to. Dropped before [`Filling::finish`], it leaves
/// the reader with an error.
pub struct Filling {
    file: File,
    filled: watch::Sender<Filled>,
    bytes_max: u64,
}

/// The end that is read.
pub struct Draining {
    file: Arc<File>,
    filled: watch::Receiver<Filled>,
    taken: u64,
}

/// Bytes that lie ready.
pub struct Ready {
    file: Arc<File>,
    bytes: usize,
}

/// Makes a file in `folder`, for its owner alone, and takes its name away.
///
/// # Errors
/// When it cannot be made.
pub fn open(folder: &Path) -> io::Result<(Filling, Draining)> {
    let (begins, ends) = NAME;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!("{begins}{number}{ends}"));
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let writing = options.open(&path)?;
    // Each end has a handle, and so a place in the file, of its own.
    let reading = File::open(&path)?;
    fs::remove_file(&path)?;
    let (filled, seen) = watch::channel(Filled::default());
    Ok((
        Filling {
            file: writing,
            filled,
            bytes_max: SPOOL_BYTES_MAX,
        },
        Draining {
            file: Arc::new(reading),
            filled: seen,
            taken: 0,
        },
    ))
}

/// Takes away what a process left that died while such a file had its name.
///
/// # Errors
/// When the folder cannot be read.
pub fn sweep(folder: &Path) -> io::Result<()> {
    let (begins, ends) = NAME;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(begins) && name.ends_with(ends) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

impl Filling {
    /// Everything is written.
    pub fn finish(self) {
        self.filled.send_modify(|filled| filled.end = End::Reached);
    }
}

impl Write for Filling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.filled.is_closed() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let before = self.filled.borrow().bytes;
        let after = before.saturating_add(bytes.len() as u64);
        if after > self.bytes_max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file.write_all(bytes)?;
        self.filled.send_modify(|filled| filled.bytes = after);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Draining {
    /// Waits for bytes; none after the last.
    ///
    /// # Errors
    /// When the other end was given up before its end.
    pub async fn ready(&mut self) -> io::Result<Option<Ready>> {
        loop {
            let filled = *self.filled.borrow_and_update();
            let waiting = filled.bytes - self.taken;
            if waiting > 0 {
                let bytes = usize::try_from(waiting).unwrap_or(PIECE_BYTES);
                let bytes = bytes.min(PIECE_BYTES);
                self.taken += bytes as u64;
                return Ok(Some(Ready {
                    file: Arc::clone(&self.file),
                    bytes,
                }));
            }
            if filled.end == End::Reached {
                return Ok(None);
            }
            if self.filled.changed().await.is_err() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

impl Ready {
    /// Reads them. Blocks.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn read(self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.bytes];
        (&*self.file).read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn entries(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    async fn all(mut draining: Draining) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while let Some(ready) = draining.ready().await? {
            let piece = ready.read()?;
            assert!(piece.len() <= PIECE_BYTES);
            bytes.extend(piece);
        }
        Ok(bytes)
    }

    #[tokio::test]
    async fn what_is_written_is_read_whatever_its_size() {
        let folder = tempfile::tempdir().unwrap();
        let piece = PIECE_BYTES;
        for size in [0, 1, piece - 1, piece, piece + 1, 3 * piece, 3 * piece + 1] {
            let (mut filling, draining) = open(folder.path()).unwrap();
            let bytes: Vec<u8> = (0..size).map(|at| at.to_le_bytes()[0]).collect();
            for part in bytes.chunks(1_000) {
                filling.write_all(part).unwrap();
            }
            filling.finish();
            assert_eq!(all(draining).await.unwrap(), bytes, "{size} bytes");
        }
        assert_eq!(entries(folder.path()), 0);
    }

    #[tokio::test]
    async fn the_reader_follows_while_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (mut filling, mut draining) = open(folder.path()).unwrap();
        assert!(draining.ready().now_or_never().is_none(), "nothing yet");
        filling.write_all(b"one").unwrap();
        let ready = draining.ready().await.unwrap().unwrap();
        assert_eq!(ready.read().unwrap(), b"one");
        assert!(draining.ready().now_or_never().is_none(), "not the end");
        filling.write_all(b"two").unwrap();
        filling.finish();
        assert_eq!(all(draining).await.unwrap(), b"two");
    }

    #[tokio::test]
    async fn a_body_that_is_given_up_has_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let (mut filling, mut draining) = open(folder.path()).unwrap();
        filling.write_all(b"half").unwrap();
        drop(filling);
        let ready = draining.ready().await.unwrap().unwrap();
        assert_eq!(ready.read().unwrap(), b"half");
        let end = draining.ready().await.map(|ready| ready.is_some());
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_stops_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let (mut filling, draining) = open(folder.path()).unwrap();
        filling.write_all(b"some").unwrap();
        drop(draining);
        let error = filling.write_all(b"more").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_body_ends_at_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        for (size, fits) in [(7, true), (8, true), (9, false)] {
            let (mut filling, _draining) = open(folder.path()).unwrap();
            filling.bytes_max = 8;
            assert_eq!(filling.write_all(&vec![0; size]).is_ok(), fits, "{size}");
        }
    }

    #[test]
    fn what_a_dead_process_left_is_swept_away_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["spool-7.part", "spool-7", "service.db"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        sweep(folder.path()).unwrap();
        assert!(!folder.path().join("spool-7.part").exists());
        assert_eq!(entries(folder.path()), 2);
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (filling, _draining) = open(folder.path()).unwrap();
        let mode = filling.file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
