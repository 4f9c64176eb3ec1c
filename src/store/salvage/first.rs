//! A copy of the outbox's first page. That page says where everything else
//! lies and seals the rest of the file: without it nothing reads, and with a
//! copy of it everything but itself does.
//!
//! The page also counts the file's pages, so the copy is good only while the
//! file does not grow. Room is made ahead for that, and the copy renewed at a
//! start that finds the file grown.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use rusqlite::Connection;

use super::notes::Notes;
use crate::store::error::StoreError;
use crate::store::folder;

/// Bytes of a page, as `SQLCipher` makes them.
pub(in crate::store) const PAGE_BYTES: usize = 4_096;
/// Bytes at a file's beginning that are its own, as plain bytes.
const SALT_BYTES: usize = 16;
/// Pages of room that are made ahead, and how few are too few.
const ROOM_PAGES: u32 = 64;
const ROOM_PAGES_MIN: u32 = 16;

/// The name of the copy.
fn name_of(file: &str) -> String {
    format!("{file}.first")
}

/// Makes sure that the copy is good for the file as it is now. Not worth
/// failing for: a full disk must not keep a desk closed.
pub(in crate::store) fn keep(dir: &Path, file: &str, connection: &Connection) {
    if let Err(error) = try_keep(dir, file, connection) {
        tracing::warn!(%error, "no copy of the outbox's first page");
    }
}

fn try_keep(dir: &Path, file: &str, connection: &Connection) -> Result<(), StoreError> {
    let pages = |what: &str| -> Result<u32, rusqlite::Error> {
        connection.query_row(&format!("PRAGMA {what}"), [], |row| row.get(0))
    };
    let noted = Notes::read(dir).first_pages.get(file).copied();
    let free = pages("freelist_count")?;
    if noted == Some(pages("page_count")?)
        && free >= ROOM_PAGES_MIN
        && dir.join(name_of(file)).is_file()
    {
        return Ok(());
    }
    if free < ROOM_PAGES_MIN {
        let bytes = usize::try_from(ROOM_PAGES).unwrap_or(0) * PAGE_BYTES;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             CREATE TABLE room (bytes BLOB NOT NULL);
             INSERT INTO room (bytes) VALUES (zeroblob({bytes}));
             DROP TABLE room;
             COMMIT;"
        ))?;
    }
    // Another program may be reading; then the copy waits for another start.
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        return Ok(());
    }
    let mut page = [0; PAGE_BYTES];
    std::fs::File::open(dir.join(file))?.read_exact(&mut page)?;
    folder::replace(dir, &name_of(file), &page)?;
    let count = pages("page_count")?;
    Notes::change(dir, |notes| {
        notes.first_pages.insert(file.to_owned(), count);
    })?;
    Ok(())
}

/// Whether the file at `path` begins as the file does that the copy is of.
pub(in crate::store) fn begins_alike(dir: &Path, file: &str, path: &Path) -> io::Result<bool> {
    let Some(copy) = copy_of(dir, file)? else {
        return Ok(false);
    };
    let mut salt = [0; SALT_BYTES];
    match std::fs::File::open(path)?.read_exact(&mut salt) {
        Ok(()) => Ok(copy.starts_with(&salt)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts the copy in place of the first page of the file at `path`. Says
/// whether there was one to put.
pub(in crate::store) fn put(dir: &Path, file: &str, path: &Path) -> io::Result<Put> {
    let Some(copy) = copy_of(dir, file)? else {
        return Ok(Put::Nothing);
    };
    let mut target = OpenOptions::new().write(true).open(path)?;
    target.write_all(&copy)?;
    Ok(Put::Page)
}

/// Whether a page was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Put {
    Page,
    Nothing,
}

fn copy_of(dir: &Path, file: &str) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(dir.join(name_of(file))) {
        Ok(bytes) if bytes.len() == PAGE_BYTES => Ok(Some(bytes)),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
