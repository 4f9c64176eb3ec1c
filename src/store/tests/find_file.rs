//! The index's file: whatever becomes of it, words are found, and it comes
//! back.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::tempdir;

use super::centre::{Centre, KEY, duty, identity, open};
use crate::domain::alarm::Rank;
use crate::store::Store;
use crate::store::db::{self, Kept, Paths};
use crate::store::find::file::path_of;
use crate::store::handle::{Executor, Searching, StoreEvent, StoreKey};
use crate::store::view::{Anchor, Filter, Sort, Tally};

/// More than one step of making takes.
const ROWS: usize = 600;
const PATIENCE: Duration = Duration::from_mins(1);

fn filled(dir: &Path) -> (Centre, Store) {
    let mut centre = Centre::new();
    for n in 0..ROWS {
        let title = format!("第{n}件{}", if n % 100 == 7 { "讨薪" } else { "邻里" });
        centre.incident(0x1000 + n as u128, &title, Rank::Notice, 0);
    }
    let store = open(dir, duty());
    centre.catch_up(&store);
    (centre, store)
}

fn file(dir: &Path) -> PathBuf {
    path_of(&Paths::new(dir, &duty().scope()).replica)
}

fn connect(dir: &Path) -> Connection {
    db::connect_to(&file(dir), Kept::index(100), &StoreKey::new(KEY)).unwrap()
}

/// How many rows have the word, and whether the index said so.
fn found(store: &Store) -> (usize, Tally) {
    let filter = Filter {
        text: "讨薪".to_owned(),
        ..Filter::default()
    };
    let page = store.queue(filter, Sort::Newest, Anchor::First, 100).wait();
    let page = page.unwrap();
    (page.rows.len(), page.tally)
}

/// What is done to the file, and how.
type Spoil = (&'static str, fn(&Path));

const ASKED: (usize, Tally) = (6, Tally::Exactly(6));
const WALKED: (usize, Tally) = (6, Tally::Unknown);

#[test]
fn an_index_that_cannot_be_used_is_made_anew() {
    let spoil: [Spoil; 6] = [
        ("damaged", |dir| {
            let path = file(dir);
            let mut bytes = std::fs::read(&path).unwrap();
            let length = bytes.len();
            bytes[length / 2..].fill(0x5a);
            std::fs::write(path, bytes).unwrap();
        }),
        ("cut", |dir| {
            let bytes = std::fs::read(file(dir)).unwrap();
            std::fs::write(file(dir), &bytes[..bytes.len() / 3]).unwrap();
        }),
        ("foreign", |dir| {
            std::fs::write(file(dir), "not ours").unwrap();
        }),
        ("of another form", |dir| {
            connect(dir)
                .pragma_update(None, "user_version", 99)
                .unwrap();
        }),
        ("of other rows", |dir| {
            let set = connect(dir).execute("UPDATE meta SET generation = generation + 1", []);
            // One for the incidents, one for what has names.
            assert_eq!(set.unwrap(), 2);
        }),
        ("gone", |dir| std::fs::remove_file(file(dir)).unwrap()),
    ];
    for (what, spoil) in spoil {
        let dir = tempdir().unwrap();
        let (centre, store) = filled(dir.path());
        assert_eq!(found(&store), WALKED, "{what}");
        store.index_now().unwrap();
        assert_eq!(found(&store), ASKED, "{what}");
        drop(store);
        let log = connect(dir.path());
        log.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
        drop(log);
        spoil(dir.path());
        let store = open(dir.path(), duty());
        assert_eq!(found(&store).0, 6, "{what}");
        // The keeper looks at all of it only when it has to merge: what it
        // does not see is walked round by whoever asks.
        store.index_now().unwrap();
        assert_eq!(found(&store).0, 6, "{what}");
        drop(centre);
    }
}

#[test]
fn a_making_that_was_broken_off_goes_on_and_is_not_asked_before() {
    let dir = tempdir().unwrap();
    let (_centre, store) = filled(dir.path());
    store.index_now().unwrap();
    {
        let find = connect(dir.path());
        find.execute_batch(
            "DELETE FROM find WHERE rowid > 250; UPDATE meta SET upto = 250, made = 0;",
        )
        .unwrap();
    }
    assert_eq!(found(&store), WALKED);
    store.index_now().unwrap();
    assert_eq!(found(&store), ASKED);
    let rows: i64 = connect(dir.path())
        .query_row("SELECT upto FROM meta", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, i64::try_from(ROWS).unwrap());
}

#[test]
fn a_row_that_came_after_the_same_question_was_asked_is_found() {
    let dir = tempdir().unwrap();
    let (mut centre, store) = filled(dir.path());
    store.index_now().unwrap();
    assert_eq!(found(&store), ASKED);
    centre.incident(0x9000, "讨薪又来", Rank::Notice, 1);
    centre.catch_up(&store);
    // The index has not taken it over yet.
    assert_eq!(found(&store).0, 7);
}

#[test]
fn a_thread_makes_it_tells_how_far_it_is_and_takes_changes_over() {
    let dir = tempdir().unwrap();
    let (mut centre, store) = filled(dir.path());
    drop(store);
    let store = Store::open(dir.path(), identity(duty()), Executor::Threads).unwrap();
    let events = store.subscribe();
    store.keep_index().unwrap();
    let mut told = Vec::new();
    let until = Instant::now() + PATIENCE;
    while told.last() != Some(&Searching::Ready) {
        let left = until.saturating_duration_since(Instant::now());
        if let StoreEvent::Searching(now) = events.recv_timeout(left).unwrap() {
            told.push(now);
        }
    }
    assert!(
        matches!(told[0], Searching::Making { percent: 1..=99 }),
        "{told:?}"
    );
    assert_eq!(found(&store), ASKED);
    // Somebody else does not keep the same index.
    assert!(store.index_now().is_err());
    centre.incident(0x9000, "讨薪又来", Rank::Notice, 1);
    centre.catch_up(&store);
    assert_eq!(found(&store).0, 7);
    let asking = connect(dir.path());
    let until = Instant::now() + PATIENCE;
    loop {
        let applied: i64 = asking
            .query_row(
                "SELECT count(*) FROM find WHERE find MATCH '\"b又来\"'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        if applied == 1 {
            break;
        }
        assert!(Instant::now() < until, "the change never came to the index");
        std::thread::yield_now();
    }
    drop(store);
}
