//! Files that are not as the desk left them: everything is recognised at the
//! start, nothing is deleted, and what reads is carried over.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::{TempDir, tempdir};

use super::centre::{Centre, KEY, at, duty, identity, identity_of, note, on, open};
use crate::domain::alarm::Rank;
use crate::domain::ids::RecordId;
use crate::store::db::Paths;
use crate::store::handle::{Executor, Identity, Origin, Store, StoreError, StoreKey};
use crate::store::salvage::check::Rest;
use crate::store::salvage::notes::Notes;
use crate::store::salvage::{Fault, Finding, Lost, Numbering, Saved, Teller, What};
use crate::store::shared::Shared;
use crate::wire::command::{CommandResult, Refused, Verdict};

/// Acts of the night that wait, were refused, were taken, and drafts.
const WAITING: u64 = 40;
const REFUSED: u64 = 6;
const TAKEN: u64 = 14;
const DRAFTS: u64 = 12;
const ACTS: u64 = WAITING + REFUSED + TAKEN;
const ALL: Saved = Saved {
    waiting: WAITING,
    refused: REFUSED,
    drafts: DRAFTS,
};
/// Bytes of a page.
const PAGE: usize = 4_096;

#[test]
fn the_check_in_the_thread_notes_a_sound_copy_unless_it_is_called_off() {
    for called_off in [false, true] {
        let night = Night::new();
        let shared = Arc::new(Shared::new());
        if called_off {
            shared.call_off_check();
        }
        let paths = Paths::new(night.dir.path(), &duty().scope());
        let key = StoreKey::new(KEY);
        let rest = Rest::start(night.dir.path(), paths.replica, key, shared).unwrap();
        let rest = rest.expect("it was not checked before");
        let until = Instant::now() + Duration::from_mins(1);
        while !rest.is_over() {
            assert!(Instant::now() < until, "the check never ended");
            std::thread::yield_now();
        }
        drop(rest);
        let noted = !Notes::read(night.dir.path()).sound.is_empty();
        assert_eq!(noted, !called_off);
    }
}

/// A desk after a night with the network down, closed in order.
struct Night {
    dir: TempDir,
    centre: Centre,
    id: RecordId,
}

impl Night {
    fn new() -> Self {
        let dir = tempdir().unwrap();
        let mut centre = Centre::new();
        let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
        let store = open(dir.path(), duty());
        centre.catch_up(&store);
        for n in 0..ACTS {
            act(&store, id, n);
            if n < TAKEN {
                let command = store.pending(1).wait().unwrap().remove(0);
                let results = centre.push(&command);
                store.results(vec![results], at(1)).wait().unwrap();
            } else if n < TAKEN + REFUSED {
                let command = store.pending(1).wait().unwrap().remove(0);
                let refusal = Refused::Mac;
                let results = CommandResult {
                    id: command.id,
                    verdict: Verdict::Refused {
                        refusal,
                        record: None,
                    },
                };
                store.results(vec![results], at(1)).wait().unwrap();
            }
        }
        for n in 0..DRAFTS {
            let json = format!("{{\"text\":\"{}\"}}", "稿".repeat(300));
            let key = format!("note:{n}");
            let minute = i64::try_from(n).unwrap();
            store.save_draft(&key, json, at(minute)).wait().unwrap();
        }
        Self { dir, centre, id }
    }

    fn paths(&self) -> Paths {
        Paths::new(self.dir.path(), &duty().scope())
    }

    /// A copy of the folder as it lies on the disk.
    fn copied(&self) -> (TempDir, Paths) {
        let dir = tempdir().unwrap();
        copy(self.dir.path(), dir.path());
        let paths = Paths::new(dir.path(), &duty().scope());
        (dir, paths)
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn act(store: &Store, id: RecordId, n: u64) {
    let shown = store.shown(id).wait().unwrap().unwrap();
    let words = format!("第{n}次走访{}", "，双方情绪稳定".repeat(20));
    let act = on(&shown, note(0x1000 + u128::from(n), &words), 1);
    store.submit(act).wait().unwrap();
}

fn found(store: &Store) -> Vec<Finding> {
    store.findings(Teller::Screen)
}

fn beside(path: &Path, part: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(part);
    name.into()
}

/// What the outbox now holds.
fn holds(store: &Store) -> (u64, Saved) {
    let counts = store.counts().wait().unwrap();
    let drafts = store.drafts().wait().unwrap().len();
    let saved = Saved {
        waiting: counts.outbox,
        refused: counts.refused,
        drafts: u64::try_from(drafts).unwrap(),
    };
    (counts.outbox + counts.refused, saved)
}

/// Each page of the outbox in turn has a flipped bit, at its beginning, in its
/// middle, at its end: rows of other pages are carried over, and the loss is
/// counted.
#[test]
fn a_flipped_bit_in_any_page_of_the_outbox_costs_at_most_the_rows_of_that_page() {
    let night = Night::new();
    let pages = fs::metadata(night.paths().outbox).unwrap().len();
    let pages = usize::try_from(pages).unwrap() / PAGE;
    let mut damaged = 0;
    let mut unknown = 0;
    let mut roots = 0;
    for page in (0..pages).filter(|page| *page < 64 || page % 8 == 0) {
        let (dir, paths) = night.copied();
        let mut bytes = fs::read(&paths.outbox).unwrap();
        let place = page * PAGE + [3, PAGE / 2, PAGE - 1][page % 3];
        bytes[place] ^= 0x10;
        fs::write(&paths.outbox, &bytes).unwrap();
        let store = open(dir.path(), duty());
        let (left, saved) = holds(&store);
        let found = found(&store);
        let Some(finding) = found.first() else {
            // A page that nothing uses yet.
            assert_eq!(saved, ALL, "page {page}");
            continue;
        };
        damaged += 1;
        assert_eq!(
            (found.len(), finding.what),
            (1, What::Outbox),
            "page {page}"
        );
        assert_eq!(finding.fault, Fault::Damaged, "page {page}");
        assert_eq!(finding.saved, saved, "page {page}");
        let aside = dir.path().join(finding.aside.as_ref().unwrap());
        assert_eq!(
            fs::read(aside).unwrap(),
            bytes,
            "page {page}: kept as it was"
        );
        match finding.lost_acts {
            Lost::Nothing => assert_eq!(left, WAITING + REFUSED, "page {page}"),
            Lost::Rows(lost) => {
                assert!(left + lost >= WAITING + REFUSED, "page {page}: {finding:?}");
                roots += u32::from(lost > 8);
                assert_eq!(store.numbering(), Numbering::Unsure);
            }
            Lost::Unknown => unknown += 1,
        }
        // Work goes on, and the next start has nothing more to say.
        act(&store, night.id, 999);
        store.findings_told(&found, Teller::Screen).unwrap();
        drop(store);
        assert_eq!(self::found(&open(dir.path(), duty())), [], "page {page}");
    }
    println!("{pages} pages, {damaged} in use, {unknown} with a loss that is not countable");
    assert!(damaged > 20);
    // Only the root of the acts' own tree takes its leaves with it.
    assert!(roots <= 1 && unknown <= 1, "{roots} {unknown}");
}

/// The copy is spoilt in every way: it is set aside and fetched anew, and the
/// outbox is untouched.
#[test]
fn a_copy_that_is_not_as_it_was_is_set_aside_and_fetched_anew() {
    let night = Night::new();
    for (how, fault) in [
        ("bit", Fault::Damaged),
        ("last-bit", Fault::Damaged),
        ("cut", Fault::Damaged),
        ("empty", Fault::Damaged),
        ("gone", Fault::Missing),
        ("text", Fault::Foreign),
        ("folder", Fault::Foreign),
        ("other-key", Fault::Foreign),
        ("other-kind", Fault::Foreign),
    ] {
        let (dir, paths) = night.copied();
        spoil(&paths.replica, how, &paths.outbox);
        let store = open(dir.path(), duty());
        assert_eq!(store.origin(), Origin::SetAside, "{how}");
        let found = found(&store);
        assert_eq!(found.len(), 1, "{how}: {found:?}");
        assert_eq!(
            (found[0].what, found[0].fault),
            (What::Copy, fault),
            "{how}"
        );
        kept(dir.path(), &found[0], how);
        assert_eq!(holds(&store).1, ALL, "{how}");
        assert_eq!(store.numbering(), Numbering::Sound, "{how}");
        night.centre.catch_up(&store);
        let shown = store.shown(night.id).wait().unwrap().unwrap();
        let notes = u64::from(shown.record.incident().unwrap().counts.notes);
        assert_eq!(notes, WAITING + TAKEN, "{how}");
    }
}

/// The outbox is spoilt in every way.
#[test]
fn an_outbox_that_is_not_as_it_was_is_said_to_be_lost_and_kept() {
    let night = Night::new();
    for (how, fault) in [
        ("empty", Fault::Foreign),
        ("gone", Fault::Missing),
        ("text", Fault::Foreign),
        ("folder", Fault::Foreign),
        ("other-key", Fault::Foreign),
        ("other-kind", Fault::Foreign),
    ] {
        let (dir, paths) = night.copied();
        spoil(&paths.outbox, how, &paths.replica);
        let store = open(dir.path(), duty());
        let found = found(&store);
        assert_eq!(found.len(), 1, "{how}: {found:?}");
        assert_eq!(
            (found[0].what, found[0].fault),
            (What::Outbox, fault),
            "{how}"
        );
        assert_eq!(found[0].lost_acts, Lost::Unknown, "{how}");
        kept(dir.path(), &found[0], how);
        assert_eq!(store.numbering(), Numbering::Unsure, "{how}");
        act(&store, night.id, 999);
        drop(store);
        let store = open(dir.path(), duty());
        assert_eq!(self::found(&store), found, "{how}: until it is read");
        assert_eq!(store.numbering(), Numbering::Unsure, "{how}");
        drop(store);
        let anew = identity_of(0xE, duty());
        let store = Store::open(dir.path(), anew, Executor::Inline).unwrap();
        assert_eq!(store.numbering(), Numbering::Sound, "{how}: enrolled anew");
    }
}

/// An outbox that ends too early: what lies before the cut is carried over.
#[test]
fn of_an_outbox_that_was_cut_the_beginning_is_saved() {
    let night = Night::new();
    let whole = fs::read(night.paths().outbox).unwrap();
    let used = 60;
    let mut saved_before = 0;
    for pages in [1, 5, 10, 20, 30, 40, 50, used] {
        let (dir, paths) = night.copied();
        fs::write(&paths.outbox, &whole[..pages * PAGE]).unwrap();
        let store = open(dir.path(), duty());
        let found = found(&store);
        assert_eq!(
            (found.len(), found[0].fault),
            (1, Fault::Damaged),
            "{pages}"
        );
        let (left, saved) = holds(&store);
        assert_eq!(saved, found[0].saved);
        assert!(
            left >= saved_before,
            "{pages} pages saved {left}, fewer pages {saved_before}"
        );
        saved_before = left;
        let lost = match found[0].lost_acts {
            Lost::Nothing => 0,
            Lost::Rows(lost) => lost,
            Lost::Unknown => ACTS,
        };
        assert!(left + lost >= WAITING + REFUSED, "{pages}: {found:?}");
        kept(dir.path(), &found[0], "cut");
    }
    assert!(saved_before > 0);
}

/// After a crash the latest acts lie in the log beside the outbox only.
#[test]
fn a_log_that_was_cut_spoilt_or_deleted_after_a_crash_is_noticed() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    for n in 0..20 {
        act(&store, id, n);
    }
    for how in ["whole", "gone", "cut", "bit", "text", "folder", "shm"] {
        // As a power cut leaves it: nobody has closed anything.
        let crashed = tempdir().unwrap();
        copy(dir.path(), crashed.path());
        let paths = Paths::new(crashed.path(), &duty().scope());
        let log = beside(&paths.outbox, "-wal");
        match how {
            "whole" => {}
            "shm" => fs::write(beside(&paths.outbox, "-shm"), "不是").unwrap(),
            "bit" => {
                let mut bytes = fs::read(&log).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(&log, bytes).unwrap();
            }
            _ => spoil(&log, how, &log),
        }
        let store = open(crashed.path(), duty());
        let found = found(&store);
        let left = store.counts().wait().unwrap().outbox;
        if matches!(how, "whole" | "shm") {
            assert_eq!((left, found.len()), (20, 0), "{how}");
            continue;
        }
        assert!(left < 20, "{how}");
        assert_eq!(found.len(), 1, "{how}: {found:?}");
        let lost = Lost::Rows(20 - left);
        assert_eq!(found[0].lost_acts, lost, "{how}: {found:?}");
        assert_eq!(store.numbering(), Numbering::Unsure, "{how}");
        drop(store);
        let again = open(crashed.path(), duty());
        assert_eq!(self::found(&again).len(), found.len(), "{how}: said once");
    }
}

#[test]
fn a_file_of_a_newer_program_stays_where_it_is() {
    let night = Night::new();
    for newer in [night.paths().outbox, night.paths().replica] {
        let (dir, _) = night.copied();
        let path = dir.path().join(newer.file_name().unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        let key = StoreKey::new(KEY).pragma();
        connection.execute_batch(&key).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        let before = fs::read(&path).unwrap();
        let error = Store::open(dir.path(), identity(duty()), Executor::Inline).err();
        assert!(
            matches!(error, Some(StoreError::Newer { found: 99, .. })),
            "{error:?}"
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_damaged_file_that_another_program_has_open_is_not_moved_from_under_it() {
    let night = Night::new();
    let store = open(night.dir.path(), duty());
    let path = night.paths().outbox;
    let mut bytes = fs::read(&path).unwrap();
    bytes[PAGE + 9] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let error = Store::open(night.dir.path(), identity(duty()), Executor::Inline).err();
    assert!(matches!(error, Some(StoreError::InUse { .. })), "{error:?}");
    assert!(path.exists());
    drop(store);
}

#[test]
fn a_start_that_was_cut_off_while_files_were_moved_is_finished_by_the_next() {
    let night = Night::new();
    let (dir, paths) = night.copied();
    let mut bytes = fs::read(&paths.outbox).unwrap();
    bytes[9 * PAGE] ^= 1;
    fs::write(&paths.outbox, &bytes).unwrap();
    drop(open(dir.path(), duty()));
    // As if the fresh one had not got its place any more.
    fs::rename(&paths.outbox, beside(&paths.outbox, ".fresh")).unwrap();
    let store = open(dir.path(), duty());
    assert_eq!(found(&store).len(), 1, "told by the first start");
    assert!(holds(&store).0 > WAITING);
}

fn spoil(path: &Path, how: &str, other: &Path) {
    let bytes = fs::read(path).unwrap();
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 4;
        bytes
    };
    match how {
        "bit" => fs::write(path, flipped(5 * PAGE + 100)).unwrap(),
        "last-bit" => fs::write(path, flipped(bytes.len() - 1)).unwrap(),
        "cut" => fs::write(path, &bytes[..bytes.len() / 2]).unwrap(),
        "empty" => fs::write(path, b"").unwrap(),
        "text" => fs::write(path, "值班安排表\n".repeat(900)).unwrap(),
        "other-kind" => {
            fs::copy(other, path).unwrap();
        }
        "other-key" => {
            let dir = tempdir().unwrap();
            let stranger = Identity {
                store_key: StoreKey::new([1; 32]),
                ..identity(duty())
            };
            drop(Store::open(dir.path(), stranger, Executor::Inline).unwrap());
            let theirs = dir.path().join(path.file_name().unwrap());
            fs::copy(theirs, path).unwrap();
        }
        _ => fs::remove_file(path).unwrap(),
    }
    if how == "folder" {
        fs::create_dir(path).unwrap();
        fs::write(path.join("inside"), b"kept").unwrap();
    }
}

/// Whatever was there is there still, under a dated name.
fn kept(dir: &Path, finding: &Finding, how: &str) {
    match &finding.aside {
        Some(name) => {
            assert!(dir.join(name).exists(), "{how}: {name}");
            assert!(name.contains("-20"), "{how}: {name} has a date");
        }
        None => assert_eq!(how, "gone"),
    }
}
