//! The roster: what waits shows at once, and a month goes in whole or not at
//! all.

use tempfile::tempdir;

use super::centre::{Centre, area, at, duty, open, uuid};
use crate::domain::command::Target;
use crate::domain::extra::Extra;
use crate::domain::ids::{CommandId, PersonId, RecordId};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::roster::act::{Act, AssignShift, DayEdit, Import, ImportLine};
use crate::domain::roster::code::Code;
use crate::domain::roster::month::Month;
use crate::domain::roster::{Need, Needs, Post, PostKind, rota_id};
use crate::domain::time::Date;
use crate::store::Store;
use crate::store::error::SubmitError;
use crate::store::handle::NewAct;
use crate::store::roster::{Roster, Shifts};
use crate::store::view::Pending;

fn month() -> Month {
    "2026-11".parse().unwrap()
}

fn post(n: u128) -> RecordId {
    RecordId::new(uuid(0x9000 + n))
}

fn person(n: u128) -> PersonId {
    PersonId::new(uuid(0xA000 + n))
}

/// Three villages with a post, and somebody for each.
fn centre() -> Centre {
    let mut centre = Centre::new();
    for n in 0..3 {
        centre.put_person(0xA000 + n, &format!("人{n}"), 0x100, "420607103201");
        centre.put(Record {
            id: post(n),
            area: area("420607103201"),
            rev: Rev(1),
            parent: None,
            body: Body::Post(Box::new(Post {
                name: format!("第{n}村"),
                kind: PostKind::Village,
                needs: Needs {
                    day: Need::Nobody,
                    night: Need::OnDuty,
                },
                phone: String::new(),
                extra: Extra::new(),
            })),
            sealed: None,
        });
    }
    centre
}

fn targets(n: u128, month: Month) -> Vec<Target> {
    let target = |kind, id, base_rev| Target {
        kind,
        id,
        base_rev,
        seen: None,
    };
    let line = rota_id(post(n), person(n), month);
    vec![
        target(Kind::Rota, line, Rev::NONE),
        target(Kind::Post, post(n), Rev(1)),
    ]
}

fn assign(n: u128, date: Date, minute: i64) -> NewAct {
    let act = Act::RosterAssignShift(AssignShift {
        post: post(n),
        person: person(n),
        date,
        code: Code::Night,
        hours: None,
        reason: String::new(),
    });
    NewAct {
        targets: targets(n, Month::of(date)),
        act: act.into(),
        made_at: at(minute),
        offset_ms: 0,
    }
}

/// Sets day 23 of a line, of which the officer saw `from`.
fn import(n: u128, from: &str, minute: i64) -> NewAct {
    let act = Act::RosterImport(Box::new(Import {
        import: CommandId::new(uuid(0x1A)),
        month: month(),
        file: "11月.csv".into(),
        lines: vec![ImportLine {
            post: post(n),
            person: person(n),
            days: vec![DayEdit {
                day: 23,
                from: from.parse().unwrap(),
                to: "N".parse().unwrap(),
            }],
        }],
    }));
    NewAct {
        targets: targets(n, month()),
        act: act.into(),
        made_at: at(minute),
        offset_ms: 0,
    }
}

fn roster(store: &Store) -> Roster {
    store.roster(&[month()], Shifts::All).wait().unwrap()
}

fn day(number: u8) -> Date {
    month().day(number).unwrap()
}

#[test]
fn a_shift_shows_at_once_and_stays_when_the_centre_has_it() {
    let dir = tempdir().unwrap();
    let mut centre = centre();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    assert_eq!(roster(&store).posts.len(), 3);
    store.submit(assign(0, day(23), 1)).wait().unwrap();
    let pending = roster(&store);
    assert_eq!(pending.rotas.len(), 1);
    assert_eq!(pending.rotas[0].pending, Pending::Waiting);
    assert_eq!(pending.rotas[0].doc.person.name, "人0");
    let acts = store.pending(10).wait().unwrap();
    let results: Vec<_> = acts.iter().map(|act| centre.push(act)).collect();
    store.results(results, at(50)).wait().unwrap();
    centre.catch_up(&store);
    let confirmed = roster(&store);
    assert_eq!(confirmed.rotas[0].pending, Pending::Confirmed);
    assert_eq!(confirmed.rotas[0].doc, pending.rotas[0].doc);
    // On top of what is confirmed.
    store.submit(assign(0, day(24), 2)).wait().unwrap();
    let again = roster(&store);
    assert_eq!(again.rotas.len(), 1);
    assert_eq!(again.rotas[0].doc.shifts.len(), 2);
    assert_eq!(again.rotas[0].pending, Pending::Waiting);
}

#[test]
fn another_months_lines_are_not_read() {
    let dir = tempdir().unwrap();
    let centre = centre();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    store.submit(assign(0, day(23), 1)).wait().unwrap();
    let december = month().next().first();
    store.submit(assign(1, december, 2)).wait().unwrap();
    assert_eq!(roster(&store).rotas.len(), 1);
    let both = store
        .roster(&[month(), month().next()], Shifts::All)
        .wait()
        .unwrap();
    assert_eq!(both.rotas.len(), 2);
}

#[test]
fn only_the_shifts_around_the_days_are_held() {
    let dir = tempdir().unwrap();
    let centre = centre();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    for (minute, on) in (1..).zip([3, 9, 10, 20, 21]) {
        store.submit(assign(0, day(on), minute)).wait().unwrap();
    }
    let days = |shifts| -> Vec<Date> {
        let read = store.roster(&[month()], shifts).wait().unwrap();
        assert_eq!(read.rotas.len(), 1);
        let shifts = read.rotas[0].doc.shifts.iter();
        shifts.map(|shift| shift.date).collect()
    };
    assert_eq!(days(Shifts::All), [3, 9, 10, 20, 21].map(day));
    // The night of the 9th ends on the 10th.
    let around = Shifts::Around(day(10), day(20));
    assert_eq!(days(around), [9, 10, 20].map(day));
}

#[test]
fn acts_that_belong_together_are_taken_all_or_none() {
    let dir = tempdir().unwrap();
    let centre = centre();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let stale = [import(0, "", 1), import(1, "", 2), import(2, "W", 3)];
    let refused = store.submit_all(stale.to_vec()).wait();
    assert!(
        matches!(refused, Err(SubmitError::Refused(_))),
        "{refused:?}"
    );
    assert_eq!(roster(&store).rotas, []);
    assert_eq!(store.outbox().wait().unwrap(), []);
    let whole = [import(0, "", 1), import(1, "", 2), import(2, "", 3)];
    let taken = store.submit_all(whole.to_vec()).wait().unwrap();
    assert_eq!(taken.len(), 3);
    assert_eq!(roster(&store).rotas.len(), 3);
    assert_eq!(store.outbox().wait().unwrap().len(), 3);
    // A later one of the same file sees what the first has left.
    let twice = store.submit_all(vec![import(0, "N", 4), import(0, "", 5)]);
    assert!(twice.wait().is_err());
}

#[test]
fn whoever_can_be_asked_is_an_auxiliary_officer() {
    let dir = tempdir().unwrap();
    let centre = centre();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    // The centre's people are mediators.
    let able = store.able().wait().unwrap();
    let all = store.people("", None, 10).wait().unwrap();
    assert_eq!((able.len(), all.len()), (0, 3));
}
