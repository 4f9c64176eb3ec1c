//! A stolen copy of the folder, and two officers at one desk.

use std::fs;
use std::path::Path;

use tempfile::tempdir;

use super::centre::{Centre, at, duty, identity, new_act, note, officer, on, open, register};
use crate::domain::alarm::Rank;
use crate::domain::officer::Role;
use crate::store::handle::{Executor, Store, StoreError, StoreKey};
use crate::store::salvage::{Fault, Teller, What};
use crate::store::view::Pending;

/// Whether any file of the folder has these bytes.
fn in_files(dir: &Path, needle: &str) -> Option<String> {
    fs::read_dir(dir).unwrap().find_map(|file| {
        let file = file.unwrap();
        let bytes = fs::read(file.path()).unwrap();
        bytes
            .windows(needle.len())
            .any(|window| window == needle.as_bytes())
            .then(|| file.file_name().to_string_lossy().into_owned())
    })
}

#[test]
fn a_stolen_folder_shows_no_text_of_any_record() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "王某与李某宅基地纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    store
        .submit(on(&shown, note(0x50, "已电话通知村主任"), 1))
        .wait()
        .unwrap();
    let (target, act) = register(0x77, "夜间拦路抢道", Rank::Watch, "420607102");
    store.submit(new_act(target, act, 1)).wait().unwrap();
    let draft = r#"{"title":"写到一半的标题"}"#.to_owned();
    store.save_draft("new", draft, at(1)).wait().unwrap();
    let (header, lines, trailer, sha) = centre.snapshot();
    store.snapshot_begin(header).wait().unwrap();
    store.snapshot_lines(lines).wait().unwrap();
    store.snapshot_end(trailer, sha).wait().unwrap();

    let mut names: Vec<String> = fs::read_dir(dir.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.iter().any(|name| name.ends_with("-wal")), "{names:?}");
    for secret in [
        "宅基地纠纷",
        "村主任",
        "拦路抢道",
        "写到一半",
        "王值守",
        "420607102",
        "register",
        "SQLite format",
    ] {
        assert_eq!(in_files(dir.path(), secret), None, "{secret} in {names:?}");
    }
    // The search itself can find: what is written in plain is seen.
    fs::write(dir.path().join("plain"), "王值守").unwrap();
    assert_eq!(in_files(dir.path(), "王值守").as_deref(), Some("plain"));
}

#[test]
fn officer_b_delivers_officer_as_night_and_sees_only_the_own_towns() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let town_b = officer(2, "李值守", Role::DutyOfficer, "420607103");
    centre.officers.insert(town_b.id, town_b.clone());
    let id = centre.incident(1, "甲镇纠纷", Rank::Urgent, 0);
    let a = open(dir.path(), duty());
    centre.catch_up(&a);
    let shown = a.shown(id).wait().unwrap().unwrap();
    a.submit(on(&shown, note(0x50, "夜里去过"), 1))
        .wait()
        .unwrap();
    let (elsewhere, act) = register(0x77, "甲镇新案", Rank::Watch, "420607102");
    let hidden = elsewhere.id;
    a.submit(new_act(elsewhere, act, 1)).wait().unwrap();
    let (here, act) = register(0x78, "乙镇新案", Rank::Watch, "420607103");
    let visible = here.id;
    a.submit(new_act(here, act, 2)).wait().unwrap();
    drop(a);

    let b = open(dir.path(), town_b);
    assert!(b.shown(id).wait().unwrap().is_none());
    assert!(b.shown(hidden).wait().unwrap().is_none());
    let seen = b.shown(visible).wait().unwrap().unwrap();
    assert_eq!(seen.pending, Pending::Waiting);
    assert_eq!(b.counts().wait().unwrap().incidents, 1);
    let rows = b.outbox().wait().unwrap();
    assert_eq!(rows.len(), 3, "what waits is counted whole");
    let words: Vec<&str> = rows.iter().map(|row| row.words.as_str()).collect();
    assert_eq!(words, ["", "", "乙镇新案"]);

    let commands = b.pending(10).wait().unwrap();
    assert!(commands.iter().all(|command| command.author == duty().id));
    let results = commands
        .iter()
        .map(|command| centre.push(command))
        .collect();
    b.results(results, at(9)).wait().unwrap();
    drop(b);

    // Back at the desk, A's copy has not caught up, and shows the own work.
    let a = open(dir.path(), duty());
    assert!(a.shown(hidden).wait().unwrap().is_some());
    centre.catch_up(&a);
    assert!(a.outbox().wait().unwrap().is_empty());
    let shown = a.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.pending, Pending::Confirmed);
    assert_eq!(shown.record.incident().unwrap().counts.notes, 1);
}

#[test]
fn another_key_opens_nothing_says_so_and_leaves_the_files_aside() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "机密纠纷", Rank::Urgent, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    drop(store);
    let mut other = identity(duty());
    other.store_key = StoreKey::new([1; 32]);
    let store = Store::open(dir.path(), other, Executor::Inline).unwrap();
    assert_eq!(store.shown(id).wait().unwrap(), None);
    let found = store.findings(Teller::Screen);
    // The outbox begins as this desk's own does.
    let faults: Vec<_> = found.iter().map(|one| (one.what, one.fault)).collect();
    assert_eq!(
        faults,
        [(What::Outbox, Fault::Damaged), (What::Copy, Fault::Foreign)]
    );
    for finding in &found {
        assert!(dir.path().join(finding.aside.as_ref().unwrap()).exists());
    }
}

#[test]
fn a_store_of_a_newer_program_is_not_touched() {
    let dir = tempdir().unwrap();
    drop(open(dir.path(), duty()));
    let path = dir.path().join("outbox.db");
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(&StoreKey::new(super::centre::KEY).pragma())
        .unwrap();
    raw.pragma_update(None, "user_version", 7).unwrap();
    drop(raw);
    let opened = Store::open(dir.path(), identity(duty()), Executor::Inline);
    let error = opened.err().unwrap();
    assert!(matches!(
        error,
        StoreError::Newer {
            file: "outbox",
            found: 7,
            known: 3
        }
    ));
}
