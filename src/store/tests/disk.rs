//! A disk that is full at any point: nothing half done, nothing lost, and it
//! works again when there is room.

use std::sync::Arc;

use tempfile::tempdir;

use super::centre::{Centre, KEY, duty, identity, note, on, open};
use crate::domain::alarm::Rank;
use crate::domain::ids::RecordId;
use crate::store::db::{Dbs, Paths};
use crate::store::handle::{StoreKey, SubmitError};
use crate::store::shared::Shared;
use crate::store::submit;
use crate::store::view::Pending;
use crate::store::writer::Writer;

/// A writer of its own, whose files can be given bounds.
fn writer(dir: &std::path::Path) -> Writer {
    let paths = Paths::new(dir, &duty().scope());
    let dbs = Dbs::open(&paths, &StoreKey::new(KEY)).unwrap();
    Writer::start(dbs, identity(duty()), Arc::new(Shared::new())).unwrap()
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
        match submit::submit(writer, &act) {
            Ok(_) => {}
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
        centre.catch_up(&open(dir.path(), duty()));
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
            submit::submit(&mut writer, &act).unwrap();
            whole(&writer, id, which);
        }
    }
}

/// The notes on the record, the outbox's rows and the chain say the same.
fn whole(writer: &Writer, id: RecordId, which: &str) {
    let shown = crate::store::rows::shown(&writer.dbs.replica, id);
    let shown = shown.unwrap().unwrap();
    let notes = u64::from(shown.record.incident().unwrap().counts.notes);
    let (waiting, _) = crate::store::outbox::counts(&writer.dbs.outbox).unwrap();
    let (last, head) = crate::store::outbox::chain(&writer.dbs.outbox).unwrap();
    assert_eq!((notes, last), (waiting, waiting), "{which}");
    let pending = crate::store::outbox::pending(&writer.dbs.outbox, 9_999).unwrap();
    if let Some(command) = pending.last() {
        assert_eq!(command.link().unwrap(), head);
        assert_eq!(shown.pending, Pending::Waiting);
    }
}
