//! The board of warnings follows the records, whatever way they come.

use tempfile::tempdir;

use super::centre::{Centre, area, at, duty, open, uuid};
use crate::domain::alarm::Rank;
use crate::domain::command::Target;
use crate::domain::ids::RecordId;
use crate::domain::record::{Kind, Rev};
use crate::domain::time::Minutes;
use crate::domain::warning::act::{Acknowledge, Act, Lift, Raise};
use crate::domain::warning::{Ground, Source, Subject, Why};
use crate::store::Store;
use crate::store::handle::{NewAct, StoreEvent, When};
use crate::store::view::Pending;
use crate::store::warnings::{PROPOSALS_PER_TURN_MAX, SPARK_HOURS, WarningBoard};

fn id(n: u128) -> RecordId {
    RecordId::new(uuid(n))
}

fn target(n: u128) -> Target {
    Target {
        kind: Kind::Warning,
        id: id(n),
        base_rev: Rev::NONE,
        seen: None,
    }
}

fn raise(town: &str, rank: Rank) -> Act {
    Act::Raise(Box::new(Raise {
        area: area(town),
        rank,
        subject: Subject::Place {
            place: "桥头".to_owned(),
        },
        why: Why::Said {
            text: "有人聚集".to_owned(),
        },
        source: Source::Hand,
    }))
}

fn lift(rank: Rank) -> Act {
    Act::Lift(Lift {
        episode: 1,
        rank,
        ground: Ground::Judged,
        reason: "已散去".to_owned(),
    })
}

fn board(store: &Store, minute: i64) -> WarningBoard {
    store.warnings(at(minute)).wait().unwrap()
}

fn ids(board: &WarningBoard) -> Vec<RecordId> {
    board.rows.iter().map(|row| row.id).collect()
}

/// Four warnings of three ranks in two towns; the last one is lifted.
fn centre() -> Centre {
    let mut centre = Centre::new();
    for (n, town, rank, minute) in [
        (1, "420607102", Rank::Watch, 0),
        (2, "420607103201", Rank::Urgent, 61),
        (3, "420607102", Rank::Notice, 62),
        (4, "420607103", Rank::Urgent, 63),
    ] {
        let act = raise(town, rank);
        centre.act(target(n), act, &duty(), minute).unwrap();
    }
    let by_hand = lift(Rank::Urgent);
    centre.act(target(4), by_hand, &duty(), 64).unwrap();
    centre
}

fn check(store: &Store) {
    let board = board(store, 70);
    assert_eq!(ids(&board), [id(2), id(1), id(3)], "the gravest first");
    assert_eq!(board.left_out, 0);
    let towns: Vec<_> = board
        .towns
        .iter()
        .map(|(town, count)| {
            (
                town.to_string(),
                count.open_by_severity,
                count.unacknowledged,
            )
        })
        .collect();
    assert_eq!(
        towns,
        [
            ("420607102".to_owned(), [1, 1, 0, 0], 2),
            ("420607103".to_owned(), [0, 0, 0, 1], 1),
        ]
    );
    assert_eq!(
        board.raised_by_hour[SPARK_HOURS - 1],
        3,
        "also what is lifted"
    );
    assert_eq!(board.raised_by_hour[SPARK_HOURS - 2], 1);
    assert_eq!(board.raised_by_hour.iter().sum::<u64>(), 4);
    let counts = store.counts().wait().unwrap().warnings;
    assert_eq!(counts.open_by_severity, [1, 1, 0, 1]);
    assert_eq!((counts.unacknowledged(), counts.lifted_unseen), (3, 0));
}

#[test]
fn the_board_is_the_same_by_changes_by_a_snapshot_and_after_a_restart() {
    let centre = centre();
    let dir = tempdir().unwrap();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    check(&store);
    drop(store);
    check(&open(dir.path(), duty()));
    let other = tempdir().unwrap();
    let store = open(other.path(), duty());
    let (header, lines, trailer, sha) = centre.snapshot();
    store.snapshot_begin(header).wait().unwrap();
    store.snapshot_lines(lines).wait().unwrap();
    store.snapshot_end(trailer, sha).wait().unwrap();
    check(&store);
}

#[test]
fn an_act_without_a_line_shows_at_once_and_stays_until_the_centre_has_it() {
    let mut centre = centre();
    let dir = tempdir().unwrap();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let events = store.subscribe();
    let new = NewAct {
        targets: vec![target(2)],
        act: Act::Acknowledge(Acknowledge { episode: 1 }).into(),
        made_at: at(65),
        offset_ms: 0,
    };
    store.submit(new).wait().unwrap();
    assert!(events.try_iter().any(|event| event == StoreEvent::Warnings));
    let shown = board(&store, 66);
    assert_eq!(ids(&shown), [id(2), id(1), id(3)]);
    assert_eq!(shown.rows[0].pending, Pending::Waiting);
    assert!(shown.rows[0].warning.alarm.ack.is_some());
    assert_eq!(store.counts().wait().unwrap().warnings.unacknowledged(), 2);
    // The officer loses sight of another one.
    centre.gone(id(1));
    centre.catch_up(&store);
    assert_eq!(ids(&board(&store, 67)), [id(2), id(3)]);
    // A new red one rings, and not again when it is answered for.
    let act = raise("420607102", Rank::Urgent);
    centre.act(target(9), act, &duty(), 68).unwrap();
    centre.catch_up(&store);
    let rang = |events: &std::sync::mpsc::Receiver<StoreEvent>| {
        let alarm = |event: StoreEvent| match event {
            StoreEvent::Alarm(alarm) => Some(alarm.id),
            _ => None,
        };
        events.try_iter().filter_map(alarm).collect::<Vec<_>>()
    };
    assert_eq!(rang(&events), [id(9)]);
    let act = Act::Acknowledge(Acknowledge { episode: 1 });
    centre.act(target(9), act, &duty(), 69).unwrap();
    centre.catch_up(&store);
    assert_eq!(rang(&events), [] as [RecordId; 0]);
    // Lifted by hand: open no more, and whoever lifted it has seen it.
    let open = store.counts().wait().unwrap().warnings.open();
    centre
        .act(target(3), lift(Rank::Notice), &duty(), 70)
        .unwrap();
    centre.catch_up(&store);
    let counts = store.counts().wait().unwrap().warnings;
    assert_eq!((counts.open(), counts.lifted_unseen), (open - 1, 0));
}

#[test]
fn the_rules_propose_no_more_than_a_turn_holds_and_go_on_in_the_next() {
    let mut centre = Centre::new();
    let overdue = PROPOSALS_PER_TURN_MAX + 5;
    for n in 0..overdue {
        // Each in a village of its own, or the place would be warned of too.
        let village = format!("420607102{}", 201 + n);
        let n = 0x100 + n as u128;
        centre.incident_in(n, "争水", Rank::Urgent, &village, 0);
    }
    let dir = tempdir().unwrap();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let turn = |minute| {
        let when = When {
            made_at: at(minute),
            offset_ms: 0,
        };
        let proposed = store.propose_warnings(when).wait().unwrap();
        (proposed.acts, proposed.left)
    };
    assert_eq!(turn(15), (0, 0), "in time");
    assert_eq!(turn(16), (PROPOSALS_PER_TURN_MAX, 5));
    assert_eq!(turn(17), (5, 0));
    assert_eq!(turn(18), (0, 0), "all are known");
    assert_eq!(board(&store, 18).rows.len(), overdue);
    let unsent = store.counts().wait().unwrap().outbox;
    assert_eq!(unsent, overdue as u64, "one act each");
}

#[test]
fn what_is_lifted_and_seen_leaves_with_time() {
    let mut centre = centre();
    let red = lift(Rank::Urgent);
    centre.act(target(2), red, &duty(), 65).unwrap();
    let dir = tempdir().unwrap();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let days = i64::from(centre.policy.keep_closed_days);
    let later = at(66).saturating_add(Minutes(u32::try_from(days * 24 * 60).unwrap()));
    let left = store.retain(later).wait().unwrap();
    assert_eq!(left, 2, "the two that are lifted");
    assert_eq!(ids(&board(&store, 70)), [id(1), id(3)], "open ones stay");
    assert!(store.shown(id(2)).wait().unwrap().is_none());
}
