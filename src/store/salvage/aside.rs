//! Dated names for what is moved aside.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Fault;
use crate::domain::time::Timestamp;
use crate::fault::fail_point;
use crate::store::folder;

/// Files of one second that can be told apart.
const SAME_SECOND_MAX: u32 = 1_000;

/// The machine's clock. It names files and dates findings, and decides
/// nothing.
pub(in crate::store) fn moment() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Whether there is anything of that name.
pub(in crate::store) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// A name that nothing has yet: `outbox.db.damaged-20261124T031500`.
pub(in crate::store) fn name(
    dir: &Path,
    file: &str,
    fault: Fault,
    at: Timestamp,
) -> io::Result<String> {
    let word = match fault {
        Fault::Damaged | Fault::Behind | Fault::Missing => "damaged",
        Fault::Foreign => "foreign",
    };
    let now = at.civil();
    let dated = format!(
        "{file}.{word}-{:04}{:02}{:02}T{:02}{:02}{:02}",
        now.year, now.month, now.day, now.hour, now.minute, now.second
    );
    (1..SAME_SECOND_MAX)
        .map(|nth| match nth {
            1 => dated.clone(),
            _ => format!("{dated}-{nth}"),
        })
        .find(|name| {
            ["", "-wal", "-shm"]
                .iter()
                .all(|part| !exists(&dir.join(format!("{name}{part}"))))
        })
        .ok_or_else(|| io::ErrorKind::AlreadyExists.into())
}

/// Moves a file aside with what `SQLite` keeps beside it, so that the three
/// still belong together, and says its new name. Says none if there was none.
pub(in crate::store) fn move_aside(
    dir: &Path,
    file: &str,
    fault: Fault,
    at: Timestamp,
) -> io::Result<Option<String>> {
    let name = name(dir, file, fault, at)?;
    Ok(match rename_all(dir, file, &name)? {
        Moved::Something => Some(name),
        Moved::Nothing => None,
    })
}

/// Whether there was anything to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Moved {
    Something,
    Nothing,
}

/// Renames a file with what `SQLite` keeps beside it.
pub(in crate::store) fn rename_all(dir: &Path, file: &str, name: &str) -> io::Result<Moved> {
    let mut moved = Moved::Nothing;
    // The file itself first: what a crash leaves without it is moved aside by
    // the next start, and a file without its log would look whole.
    for part in ["", "-wal", "-shm"] {
        let from = dir.join(format!("{file}{part}"));
        if exists(&from) {
            fs::rename(&from, dir.join(format!("{name}{part}")))?;
            moved = Moved::Something;
            fail_point!("store.salvage.aside");
        }
    }
    folder::sync_dir(dir)?;
    Ok(moved)
}
