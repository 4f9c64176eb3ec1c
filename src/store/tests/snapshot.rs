//! A snapshot is swapped in whole or discarded whole.

use std::path::Path;

use tempfile::tempdir;

use super::centre::{Centre, KEY, at, duty, feed, new_act, note, on, open, register, uuid};
use crate::domain::alarm::Rank;
use crate::domain::ids::RecordId;
use crate::store::Store;
use crate::store::db::{self, File, Paths};
use crate::store::handle::{SnapshotFault, StoreError, StoreKey};
use crate::store::view::{Anchor, Filter, Pending, Sort};
use crate::wire::feed::{Epoch, PlacedEvent, Seq};
use crate::wire::proof::Digest;

fn filled() -> Centre {
    let mut centre = Centre::new();
    for n in 1..=6 {
        let rank = if n % 2 == 0 {
            Rank::Urgent
        } else {
            Rank::Notice
        };
        centre.incident(n, "纠纷", rank, 0);
    }
    centre.put_unit(0x200, "牛首镇人民政府", "420607103");
    centre
}

fn take(store: &Store, centre: &Centre) {
    let (header, lines, trailer, sha) = centre.snapshot();
    store.snapshot_begin(header).wait().unwrap();
    let (one, two) = lines.split_at(3);
    store.snapshot_lines(one.to_vec()).wait().unwrap();
    store.snapshot_lines(two.to_vec()).wait().unwrap();
    store.snapshot_end(trailer, sha).wait().unwrap();
}

#[test]
fn a_whole_snapshot_comes_in_with_its_cursor_and_the_feed_goes_on() {
    let dir = tempdir().unwrap();
    let mut centre = filled();
    let store = open(dir.path(), duty());
    take(&store, &centre);
    let counts = store.counts().wait().unwrap();
    assert_eq!((counts.incidents, counts.unacknowledged()), (6, 6));
    assert_eq!(counts.open_by_severity, [3, 0, 0, 3]);
    assert_eq!(store.cursor(feed()).wait().unwrap().unwrap().seq, Seq(7));
    assert_eq!(store.units("牛首", None, 9).wait().unwrap().len(), 1);
    centre.incident(9, "新", Rank::Urgent, 3);
    centre.catch_up(&store);
    assert_eq!(store.counts().wait().unwrap().incidents, 7);
}

#[test]
fn a_wrong_trailer_discards_all_and_leaves_what_was() {
    let dir = tempdir().unwrap();
    let mut centre = filled();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let before = store.counts().wait().unwrap();
    centre.incident(9, "新", Rank::Urgent, 3);

    let (header, lines, trailer, sha) = centre.snapshot();
    let faults: [(usize, Digest, SnapshotFault); 2] = [
        (lines.len(), Digest::of(b"other"), SnapshotFault::Hash),
        (lines.len() - 1, sha, SnapshotFault::Counts),
    ];
    for (count, received, fault) in faults {
        store.snapshot_begin(header.clone()).wait().unwrap();
        store
            .snapshot_lines(lines[..count].to_vec())
            .wait()
            .unwrap();
        let ended = store.snapshot_end(trailer.clone(), received).wait();
        assert!(matches!(ended, Err(StoreError::Snapshot(told)) if told == fault));
        assert_eq!(store.counts().wait().unwrap(), before);
        assert_eq!(store.cursor(feed()).wait().unwrap().unwrap().seq, Seq(7));
        // Nothing is left to end.
        let again = store.snapshot_end(trailer.clone(), sha).wait();
        let nothing = StoreError::Snapshot(SnapshotFault::NotBegun).to_string();
        assert_eq!(again.unwrap_err().to_string(), nothing);
    }
}

#[test]
fn one_line_that_is_no_record_discards_all() {
    let dir = tempdir().unwrap();
    let centre = filled();
    let store = open(dir.path(), duty());
    let (header, mut lines, ..) = centre.snapshot();
    lines[4].record = serde_json::value::RawValue::from_string("{}".to_owned()).unwrap();
    store.snapshot_begin(header).wait().unwrap();
    let taken = store.snapshot_lines(lines).wait();
    assert!(matches!(
        taken,
        Err(StoreError::Snapshot(SnapshotFault::Line { line: 5 }))
    ));
    assert_eq!(store.counts().wait().unwrap().incidents, 0);
}

#[test]
fn two_events_in_one_place_discard_all() {
    let dir = tempdir().unwrap();
    let centre = filled();
    let store = open(dir.path(), duty());
    let (header, mut lines, ..) = centre.snapshot();
    let event = serde_json::value::RawValue::from_string("{}".to_owned()).unwrap();
    let placed = |seq| PlacedEvent {
        seq: Seq(seq),
        event: event.clone(),
    };
    lines[0].events = vec![placed(3), placed(4)];
    lines[2].events = vec![placed(4)];
    store.snapshot_begin(header).wait().unwrap();
    let taken = store.snapshot_lines(lines).wait();
    assert!(
        matches!(
            taken,
            Err(StoreError::Snapshot(SnapshotFault::Line { line: 3 }))
        ),
        "{taken:?}"
    );
    assert_eq!(store.counts().wait().unwrap().incidents, 0);
}

#[test]
fn a_snapshot_leaves_outbox_and_drafts_and_lays_what_waits_on_top() {
    let dir = tempdir().unwrap();
    let mut centre = filled();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let id = RecordId::new(uuid(2));
    let shown = store.shown(id).wait().unwrap().unwrap();
    store
        .submit(on(&shown, note(0x50, "走访"), 1))
        .wait()
        .unwrap();
    store
        .save_draft("new", "{}".to_owned(), at(1))
        .wait()
        .unwrap();
    centre.incident(9, "新", Rank::Urgent, 3);
    take(&store, &centre);
    assert_eq!(store.outbox().wait().unwrap().len(), 1);
    assert!(store.draft("new").wait().unwrap().is_some());
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.pending, Pending::Waiting);
    assert_eq!(shown.record.incident().unwrap().counts.notes, 1);
    let lines = store.timeline(id, 9).wait().unwrap();
    assert_eq!(lines.len(), 2, "history of the same epoch stays");
}

#[test]
fn an_older_snapshot_is_not_taken() {
    let dir = tempdir().unwrap();
    let mut centre = filled();
    let (header, ..) = centre.snapshot();
    centre.incident(9, "新", Rank::Urgent, 3);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let begun = store.snapshot_begin(header).wait();
    assert!(matches!(
        begun,
        Err(StoreError::Snapshot(SnapshotFault::Older))
    ));
}

#[test]
fn another_life_of_the_service_is_offered_again_what_was_not_durable() {
    let dir = tempdir().unwrap();
    let mut centre = filled();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let durable = centre.head();
    let (target, act) = register(0x77, "丢失的", Rank::Watch, "420607102");
    store.submit(new_act(target, act, 1)).wait().unwrap();
    let result = centre.push(&store.pending(1).wait().unwrap()[0]);
    store.results(vec![result], at(2)).wait().unwrap();
    let page = centre.page_durable(durable, 10, durable);
    store.changes(page).wait().unwrap();
    assert!(store.pending(1).wait().unwrap().is_empty());

    // Restored from a backup that lacks the last act.
    let mut restored = filled();
    restored.epoch = Epoch(uuid(0xE2));
    take(&store, &restored);
    let id = RecordId::new(uuid(0x77));
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.pending, Pending::Waiting);
    let offered = store.pending(1).wait().unwrap();
    let result = restored.push(&offered[0]);
    store.results(vec![result], at(3)).wait().unwrap();
    restored.catch_up(&store);
    assert!(store.outbox().wait().unwrap().is_empty());
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.pending, Pending::Confirmed);
}

/// Everything in the tables that a snapshot changes, and their indexes, as
/// another program finds them; rows of other feeds are counted.
fn tables(dir: &Path) -> (Vec<String>, i64) {
    let paths = Paths::new(dir, &duty().scope());
    let file = db::connect(&paths.replica, File::Replica, &StoreKey::new(KEY)).unwrap();
    let mut found = Vec::new();
    for sql in [
        "SELECT quote(id) || feed || kind || area || rev || seq || raw FROM confirmed
         WHERE feed = '420607' ORDER BY id",
        "SELECT seq || quote(id) || quote(entry) || raw FROM event WHERE feed = '420607'",
        "SELECT quote(id) || area || open || severity || rank_key || deadline_key || newest_key
           || unacknowledged || episode || quote(number) || tag || search || conflict
         FROM queue ORDER BY id",
        "SELECT quote(id) || kind || area || name || search FROM lookup ORDER BY id",
        "SELECT what || ' ' || value FROM counter ORDER BY what",
        "SELECT type || name || tbl_name || coalesce(sql, '') FROM sqlite_schema
         WHERE type = 'index' ORDER BY name",
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
        "SELECT 'left of a shadow' FROM (SELECT id FROM shadow_confirmed UNION ALL
           SELECT id FROM shadow_event UNION ALL SELECT id FROM shadow_queue UNION ALL
           SELECT id FROM shadow_lookup)",
    ] {
        let mut statement = file.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0));
        found.extend(rows.unwrap().map(Result::unwrap));
    }
    let others = "SELECT count(*) FROM confirmed WHERE feed <> '420607'";
    let others = file.query_row(others, [], |row| row.get(0)).unwrap();
    let sound: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    (found, others)
}

/// Records of another feed, of a kind that only newer programs know.
fn put_others(dir: &Path, count: u32) {
    let paths = Paths::new(dir, &duty().scope());
    let file = db::connect(&paths.replica, File::Replica, &StoreKey::new(KEY)).unwrap();
    for n in 0..count {
        let id = uuid(0x9000 + u128::from(n)).into_bytes();
        file.execute(
            "INSERT INTO confirmed (id, feed, kind, area, rev, seq, raw)
             VALUES (?1, '420606', 'later', '420606', 1, 1, '{}')",
            [id],
        )
        .unwrap();
    }
}

#[test]
fn tables_that_change_places_and_rows_that_are_copied_come_to_the_same() {
    // Seven records come; beside fewer they take the tables over, beside as
    // many or more they are copied in.
    let mut seen = Vec::new();
    for others in [0, 1, 6, 7, 8, 30] {
        let dir = tempdir().unwrap();
        let store = open(dir.path(), duty());
        put_others(dir.path(), others);
        let mut centre = filled();
        let (target, act) = register(0x77, "只在本席", Rank::Watch, "420607102");
        store.submit(new_act(target, act, 1)).wait().unwrap();
        take(&store, &centre);
        let (found, left) = tables(dir.path());
        assert_eq!(left, i64::from(others), "other feeds stay");
        assert!(!found.iter().any(|line| line.contains("left of")));
        assert!(found.iter().any(|line| line.contains("queue_some_rank")));
        seen.push(found);
        // The feed goes on, and a second snapshot is taken the other way round.
        centre.incident(9, "新", Rank::Urgent, 3);
        centre.catch_up(&store);
        take(&store, &centre);
        assert_eq!(store.counts().wait().unwrap().incidents, 8);
        let page = store.queue(Filter::default(), Sort::default(), Anchor::First, 50);
        assert_eq!(page.wait().unwrap().rows.len(), 8);
    }
    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
}

#[test]
fn however_the_lines_are_parted_the_same_comes_in() {
    let centre = filled();
    let (header, lines, trailer, sha) = centre.snapshot();
    let all = lines.len();
    let mut seen = Vec::new();
    for part in [1, all - 1, all, all + 1] {
        let dir = tempdir().unwrap();
        let store = open(dir.path(), duty());
        store.snapshot_begin(header.clone()).wait().unwrap();
        store.snapshot_lines(Vec::new()).wait().unwrap();
        for lines in lines.chunks(part) {
            store.snapshot_lines(lines.to_vec()).wait().unwrap();
        }
        store.snapshot_end(trailer.clone(), sha).wait().unwrap();
        seen.push(tables(dir.path()));
    }
    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
}

#[test]
fn a_snapshot_that_ends_after_any_of_its_lines_changes_nothing() {
    let dir = tempdir().unwrap();
    let mut centre = filled();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let before = tables(dir.path());
    centre.incident(9, "新", Rank::Urgent, 3);
    let (header, lines, trailer, sha) = centre.snapshot();
    for kept in 0..lines.len() {
        store.snapshot_begin(header.clone()).wait().unwrap();
        let lines = lines[..kept].to_vec();
        store.snapshot_lines(lines).wait().unwrap();
        if kept % 2 == 0 {
            let ended = store.snapshot_end(trailer.clone(), sha).wait();
            let counts = matches!(ended, Err(StoreError::Snapshot(SnapshotFault::Counts)));
            assert!(counts, "{kept}: {ended:?}");
        } else {
            store.snapshot_abort().wait().unwrap();
        }
        assert_eq!(tables(dir.path()), before, "after {kept} lines");
    }
    take(&store, &centre);
    assert_eq!(store.counts().wait().unwrap().incidents, 7);
}
