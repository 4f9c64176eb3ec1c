//! The desk's files: whether they are there and whole as far as it can be seen
//! without a password, who may read them, and how much room is left.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use super::finding::{Finding, State};
use crate::i18n::t;
use crate::store::desk::{Desk, DeskError};
use crate::store::salvage::Teller;

/// Less room than this is told, in MiB; less than the second stops work soon.
const ROOM_MIB_WISHED: u64 = 1024;
const ROOM_MIB_MIN: u64 = 100;
/// Bytes of a page of the store: a file that ends within one was cut.
const PAGE_BYTES: u64 = 4096;
/// How the files of local copies are called, and what an index has behind it.
const COPY_PREFIX: &str = "replica-";
const COPY_SUFFIX: &str = ".db";
const INDEX_SUFFIX: &str = ".db-find";
/// Bits of a mode that are for others than the owner.
const GROUP_BITS: u32 = 0o070;
const OTHER_BITS: u32 = 0o007;
/// What every `SQLite` file begins with that is not encrypted.
const PLAIN_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Looks at the folder.
pub fn look(folder: &Path) -> Vec<Finding> {
    let mut findings = vec![desk_file(folder)];
    if folder.is_dir() {
        findings.push(files(folder));
        findings.extend(index(folder));
        findings.extend(access(folder));
        findings.extend(told(folder));
        findings.extend(room(folder));
    }
    findings
}

fn desk_file(folder: &Path) -> Finding {
    match Desk::open(folder) {
        Ok(Some(desk)) => Finding::good("desk", desk.officers().count().to_string()),
        Ok(None) => Finding::other("desk", State::Attention, "0", t!("cli.doctor.no-desk")),
        Err(DeskError::Newer { .. }) => {
            Finding::other("desk", State::Bad, "newer", t!("cli.doctor.newer"))
        }
        Err(_) => Finding::other(
            "desk",
            State::Bad,
            "desk.json",
            t!("cli.doctor.desk-broken"),
        ),
    }
}

/// What is wrong with a file of the store.
fn fault(path: &Path) -> Option<&'static str> {
    let Ok(mut file) = fs::File::open(path) else {
        return Some("unreadable");
    };
    let bytes = file.metadata().map_or(0, |meta| meta.len());
    if bytes == 0 {
        return None;
    }
    if bytes % PAGE_BYTES != 0 {
        return Some("cut");
    }
    let mut head = [0; PLAIN_MAGIC.len()];
    match file.read_exact(&mut head) {
        Ok(()) if &head == PLAIN_MAGIC => Some("plain"),
        Ok(()) => None,
        Err(_) => Some("unreadable"),
    }
}

fn files(folder: &Path) -> Finding {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    let (mut count, mut bytes, mut wrong) = (0_u32, 0_u64, Vec::new());
    for entry in names {
        let path = entry.path();
        if path.extension().is_none_or(|ending| ending != "db") {
            continue;
        }
        count += 1;
        bytes += entry.metadata().map_or(0, |meta| meta.len());
        // Names of copies say nothing but a scope's fingerprint.
        if let Some(fault) = fault(&path) {
            wrong.push(format!("{}: {fault}", entry.file_name().to_string_lossy()));
        }
    }
    if wrong.is_empty() {
        return Finding::good("store", format!("{count}, {} MiB", bytes.div_ceil(1 << 20)));
    }
    Finding::other(
        "store",
        State::Bad,
        wrong.join(", "),
        t!("cli.doctor.store-broken"),
    )
}

/// The search index of each local copy: how many have one, and its bytes. What
/// is in it only the key tells, and nobody has given a password here.
fn index(folder: &Path) -> Option<Finding> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    let (mut copies, mut indexed, mut bytes) = (0_u32, 0_u32, 0_u64);
    for entry in names {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(COPY_PREFIX) {
            continue;
        }
        if name.ends_with(COPY_SUFFIX) {
            copies += 1;
        } else if let Some((_, part)) = name.split_once(INDEX_SUFFIX) {
            indexed += u32::from(part.is_empty());
            bytes += entry.metadata().map_or(0, |meta| meta.len());
        }
    }
    let found = format!("{indexed}/{copies}, {} MiB", bytes.div_ceil(1 << 20));
    match copies {
        0 => None,
        _ if indexed >= copies => Some(Finding::good("search", found)),
        _ => Some(Finding::other(
            "search",
            State::Attention,
            found,
            t!("cli.doctor.unindexed"),
        )),
    }
}

#[cfg(unix)]
fn access(folder: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(folder).ok()?.permissions().mode() & 0o777;
    let found = format!("{mode:o}");
    let others = mode & (GROUP_BITS | OTHER_BITS);
    Some(if others == 0 {
        Finding::good("access", found)
    } else {
        Finding::other("access", State::Attention, found, t!("cli.doctor.access"))
    })
}

#[cfg(not(unix))]
fn access(_: &Path) -> Option<Finding> {
    None
}

/// What the last start found wrong and nobody has read.
fn told(folder: &Path) -> Option<Finding> {
    let findings = Desk::findings(folder, Teller::Screen);
    (!findings.is_empty()).then(|| {
        let mend = t!("cli.doctor.findings");
        Finding::other(
            "findings",
            State::Attention,
            findings.len().to_string(),
            mend,
        )
    })
}

/// The room that is left, as `df` tells it; where there is none, nothing is
/// said.
fn room(folder: &Path) -> Option<Finding> {
    let told = Command::new("df")
        .args(["-P", "-k"])
        .arg(folder)
        .output()
        .ok()?;
    let mib = free_mib(&String::from_utf8_lossy(&told.stdout))?;
    let found = format!("{mib} MiB");
    Some(if mib >= ROOM_MIB_WISHED {
        Finding::good("room", found)
    } else if mib >= ROOM_MIB_MIN {
        Finding::other("room", State::Attention, found, t!("cli.doctor.room"))
    } else {
        Finding::other("room", State::Bad, found, t!("cli.doctor.room"))
    })
}

fn free_mib(told: &str) -> Option<u64> {
    let kib: u64 = told
        .lines()
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse()
        .ok()?;
    Some(kib / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_not_whole_or_not_encrypted_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        put("outbox.db", &[7; 8192]);
        assert_eq!(files(folder.path()).state, State::Good);
        put("replica-1.db", &[7; 5000]);
        let mut plain = vec![0; 4096];
        plain[..16].copy_from_slice(PLAIN_MAGIC);
        put("replica-2.db", &plain);
        let found = files(folder.path());
        assert_eq!(found.state, State::Bad);
        assert!(found.found.contains("replica-1.db: cut"), "{found:?}");
        assert!(found.found.contains("replica-2.db: plain"), "{found:?}");
        assert!(!found.found.contains("outbox"), "{found:?}");
    }

    #[test]
    fn a_copy_without_a_search_index_is_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: usize| fs::write(folder.path().join(name), vec![7; bytes]);
        assert!(index(folder.path()).is_none(), "nothing to search in");
        put("outbox.db", 4096).unwrap();
        put("replica-1.db", 4096).unwrap();
        let found = index(folder.path()).unwrap();
        assert_eq!(
            (found.state, found.found.as_str()),
            (State::Attention, "0/1, 0 MiB")
        );
        put("replica-1.db-find", 1 << 20).unwrap();
        put("replica-1.db-find-wal", 1).unwrap();
        let found = index(folder.path()).unwrap();
        assert_eq!(
            (found.state, found.found.as_str()),
            (State::Good, "1/1, 2 MiB")
        );
        put("replica-2.db", 4096).unwrap();
        assert_eq!(index(folder.path()).unwrap().found, "1/2, 2 MiB");
    }

    #[test]
    fn room_is_read_off_what_df_tells() {
        let told = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 100 50 204800 50% /\n";
        assert_eq!(free_mib(told), Some(200));
        assert_eq!(free_mib(""), None);
    }
}
