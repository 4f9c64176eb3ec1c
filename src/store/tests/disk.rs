//! A disk that is full at any point: nothing half done, nothing lost, and it
//! works again when there is room.

use std::sync::Arc;

use tempfile::tempdir;

use super::centre::{self, Centre, KEY, duty, identity, note, on};
use crate::domain::alarm::Rank;
use crate::domain::ids::RecordId;
use crate::store::db::Paths;
use crate::store::handle::{Origin, StoreKey, SubmitError, machine_chance};
use crate::store::open;
use crate::store::salvage::check::Depth;
use crate::store::shared::Shared;
use crate::store::submit;
use crate::store::view::Pending;
use crate::store::writer::{Overlay, Writer};

/// A writer of its own, whose files can be given bounds.
fn writer(dir: &std::path::Path) -> Writer {
    let paths = Paths::new(dir, &duty().scope());
    let identity = identity(duty());
    let key = StoreKey::new(KEY);
    let opened = open::open(&paths, &key, identity.device, Depth::Whole).unwrap();
    let shared = Arc::new(Shared::new());
    Writer::start(
        opened.dbs,
        identity,
        shared,
        Arc::new(machine_chance),
        opened.life,
    )
    .unwrap()
}

fn bound(connection: &rusqlite::Connection, room: i64) {
    let pages: i64 = connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    connection
        .pragma_update(None, "max_page_count", pages + room)
        .unwrap();
}

fn unbound(connection: &rusqlite::Connection) {
    connection
        .pragma_update(None, "max_page_count", 1_000_000)
        .unwrap();
}

/// Acts until the first is not stored; how many were.
fn until_full(writer: &mut Writer, id: RecordId, from: u128) -> u128 {
    for n in 0..500 {
        let shown = crate::store::rows::shown(&writer.dbs.replica, id);
        let shown = shown.unwrap().unwrap();
        let act = on(&shown, note(from + n, &"字".repeat(900)), 1);
        match submit::submit(writer, &act, None, |_| ()) {
            Ok(()) => {}
            Err(SubmitError::NotStored(error)) => {
                assert!(error.is_full_disk(), "{error}");
                return n;
            }
            Err(SubmitError::Refused(refusal)) => panic!("{refusal}"),
        }
    }
    panic!("the bound was never reached");
}

#[test]
fn an_act_on_a_full_disk_is_not_stored_and_the_next_one_with_room_is() {
    for which in ["outbox", "replica"] {
        let dir = tempdir().unwrap();
        let mut centre = Centre::new();
        let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
        centre.catch_up(&centre::open(dir.path(), duty()));
        let mut writer = writer(dir.path());
        for room in 0..6 {
            let connection = match which {
                "outbox" => &writer.dbs.outbox,
                _ => &writer.dbs.replica,
            };
            bound(connection, room);
            let from = 0x1000 * (1 + u128::try_from(room).unwrap());
            let stored = until_full(&mut writer, id, from);
            whole(&writer, id, which);
            unbound(&writer.dbs.outbox);
            unbound(&writer.dbs.replica);
            let shown = crate::store::rows::shown(&writer.dbs.replica, id);
            let act = on(&shown.unwrap().unwrap(), note(from + stored, "有空间了"), 2);
            submit::submit(&mut writer, &act, None, |_| ()).unwrap();
            whole(&writer, id, which);
        }
    }
}

#[test]
fn an_overlay_that_could_not_follow_is_made_again_before_the_next_act() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
    centre.catch_up(&centre::open(dir.path(), duty()));
    let mut writer = writer(dir.path());
    for n in 0..2 {
        // As after a crash between the two commits.
        let lost = "DELETE FROM overlay; DELETE FROM overlay_event;";
        writer.dbs.replica.execute_batch(lost).unwrap();
        writer.overlay = Overlay::Stale;
        let shown = crate::store::rows::shown(&writer.dbs.replica, id);
        let act = on(&shown.unwrap().unwrap(), note(0x50 + n, "走访"), 1);
        submit::submit(&mut writer, &act, None, |_| ()).unwrap();
        whole(&writer, id, "stale");
    }
}

/// The notes on the record, the outbox's rows and the chain say the same.
fn whole(writer: &Writer, id: RecordId, which: &str) {
    let shown = crate::store::rows::shown(&writer.dbs.replica, id);
    let shown = shown.unwrap().unwrap();
    let notes = u64::from(shown.record.incident().unwrap().counts.notes);
    let (waiting, _) = crate::store::outbox::counts(&writer.dbs.outbox).unwrap();
    let crate::store::outbox::Chain {
        dseq: last, head, ..
    } = crate::store::outbox::chain(&writer.dbs.outbox).unwrap();
    assert_eq!((notes, last), (waiting, waiting), "{which}");
    let pending = crate::store::outbox::pending(&writer.dbs.outbox, 9_999).unwrap();
    if let Some(command) = pending.last() {
        assert_eq!(command.link().unwrap(), head);
        assert_eq!(shown.pending, Pending::Waiting);
    }
}

#[test]
fn a_damaged_copy_is_set_aside_and_the_outbox_is_whole() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
    let store = centre::open(dir.path(), duty());
    centre.catch_up(&store);
    assert_eq!(store.origin(), Origin::Kept);
    let shown = store.shown(id).wait().unwrap().unwrap();
    let act = on(&shown, note(0x50, "走访"), 1);
    store.submit(act).wait().unwrap();
    drop(store);
    let replica = Paths::new(dir.path(), &duty().scope()).replica;
    let mut bytes = std::fs::read(&replica).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&replica, bytes).unwrap();

    let store = centre::open(dir.path(), duty());
    assert_eq!(store.origin(), Origin::SetAside);
    assert_eq!(store.cursor(centre::feed()).wait().unwrap(), None);
    assert_eq!(store.outbox().wait().unwrap().len(), 1);
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    assert_eq!(shown.record.incident().unwrap().counts.notes, 1);
    drop(store);
    assert_eq!(centre::open(dir.path(), duty()).origin(), Origin::Kept);
}

#[test]
fn two_programs_that_act_at_once_keep_one_chain() {
    const ACTS: u128 = 25;
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
    centre.catch_up(&centre::open(dir.path(), duty()));
    std::thread::scope(|scope| {
        for program in 1..=2_u128 {
            let store = centre::open(dir.path(), duty());
            scope.spawn(move || {
                for n in 0..ACTS {
                    let shown = store.shown(id).wait().unwrap().unwrap();
                    let act = on(&shown, note(program * 0x1000 + n, "走访"), 1);
                    store.submit(act).wait().unwrap();
                    store.note_outbox_changed().wait().unwrap();
                }
            });
        }
    });
    let store = centre::open(dir.path(), duty());
    let shown = store.shown(id).wait().unwrap().unwrap();
    let notes = u128::from(shown.record.incident().unwrap().counts.notes);
    assert_eq!(notes, 2 * ACTS);
    let mut head = crate::wire::proof::Digest::ZERO;
    for command in store.pending(100).wait().unwrap() {
        assert_eq!(command.prev, head);
        head = command.link().unwrap();
        centre.push(&command);
    }
    assert_eq!(store.counts().wait().unwrap().outbox, 50);
}
