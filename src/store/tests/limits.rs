//! Changes from a service that keeps to no measure.

use serde_json::value::RawValue;
use tempfile::tempdir;

use super::centre::{Centre, duty, feed, open};
use crate::domain::alarm::Rank;
use crate::domain::counter::COUNTER_MAX;
use crate::store::handle::{ChangesIn, StoreError};
use crate::wire::feed::{PlacedEvent, RECORD_BYTES_MAX, Seq, SnapshotLine, WireChange};

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap()
}

/// A record of a newer program with that many bytes.
fn record(n: usize, bytes: usize) -> Box<RawValue> {
    let id = uuid::Uuid::from_u128(n as u128);
    let start = format!(r#"{{"id":"{id}","kind":"newer","area":"420607","rev":1,"doc":"#);
    let words = bytes - start.len() - 3;
    raw(format!("{start}\"{}\"}}", "x".repeat(words)))
}

#[test]
fn a_record_beyond_its_limit_is_counted_and_blocks_nothing() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let store = open(dir.path(), duty());
    centre.incident(1, "before", Rank::Urgent, 0);
    centre.catch_up(&store);
    let sizes = [
        (RECORD_BYTES_MAX - 1, RECORD_BYTES_MAX - 1, 0),
        (RECORD_BYTES_MAX, RECORD_BYTES_MAX, 0),
        (RECORD_BYTES_MAX + 1, 2, 1),
        (500, RECORD_BYTES_MAX + 1, 1),
    ];
    let mut last = store.cursor(feed()).wait().unwrap().unwrap().seq;
    for (at, (record_bytes, event_bytes, unreadable)) in sizes.into_iter().enumerate() {
        last = last.next();
        let mut change = WireChange::stub(last, last);
        change.record = Some(record(100 + at, record_bytes));
        change.event = Some(raw(format!("\"{}\"", "e".repeat(event_bytes - 2))));
        let applied = store
            .changes(ChangesIn {
                feed: feed(),
                epoch: centre.epoch,
                changes: vec![change],
                head: last,
                durable_upto: last,
                mark: None,
            })
            .wait()
            .unwrap();
        assert_eq!(
            applied.unreadable, unreadable,
            "{record_bytes} {event_bytes}"
        );
        assert_eq!(applied.cursor.seq, last);
    }
    assert_eq!(
        store.counts().wait().unwrap().incidents,
        1,
        "the rest is there"
    );
}

#[test]
fn a_snapshot_keeps_to_the_same_limit() {
    for (record_bytes, event_bytes, fits) in [
        (RECORD_BYTES_MAX, RECORD_BYTES_MAX, true),
        (RECORD_BYTES_MAX + 1, 2, false),
        (500, RECORD_BYTES_MAX + 1, false),
    ] {
        let dir = tempdir().unwrap();
        let store = open(dir.path(), duty());
        let (header, ..) = Centre::new().snapshot();
        store.snapshot_begin(header).wait().unwrap();
        let event = raw(format!("\"{}\"", "e".repeat(event_bytes - 2)));
        let line = SnapshotLine {
            record: record(100, record_bytes),
            events: vec![PlacedEvent { seq: Seq(1), event }],
        };
        let taken = store.snapshot_lines(vec![line]).wait();
        assert_eq!(taken.is_ok(), fits, "{record_bytes} {event_bytes}");
    }
}

#[test]
fn numbers_at_their_end_neither_wrap_nor_pass() {
    let dir = tempdir().unwrap();
    let store = open(dir.path(), duty());
    let centre = Centre::new();
    for seq in [COUNTER_MAX, u64::MAX] {
        let page = ChangesIn {
            feed: feed(),
            epoch: centre.epoch,
            changes: vec![WireChange::stub(Seq(seq), Seq(seq))],
            head: Seq(seq),
            durable_upto: Seq(seq),
            mark: None,
        };
        let outcome = store.changes(page).wait();
        assert!(
            matches!(outcome, Err(StoreError::Hole { .. })),
            "{outcome:?}"
        );
    }
}
