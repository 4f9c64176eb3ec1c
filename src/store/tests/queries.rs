//! What readers ask besides pages.

use tempfile::tempdir;

use super::centre::{Centre, area, at, duty, feed, identity, note, officer, on, open, uuid};
use crate::domain::alarm::Rank;
use crate::domain::command::Target;
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{Acknowledge, Act, Grade, Settle, SnoozeUntil};
use crate::domain::incident::conflict::Way;
use crate::domain::officer::Role;
use crate::domain::place::Place;
use crate::domain::record::{Body, Record, Rev};
use crate::store::Store;
use crate::store::handle::{Executor, StoreError, StoreEvent};
use crate::store::view::{Anchor, Filter, Pending, Sort, TimelineItem, TimelineWhat};
use crate::wire::feed::{Epoch, Seq, WireChange};

fn found(store: &Store, text: &str) -> Vec<RecordId> {
    let filter = Filter {
        text: text.to_owned(),
        ..Filter::default()
    };
    let page = store.queue(filter, Sort::Newest, Anchor::First, 100).wait();
    page.unwrap().rows.iter().map(|(_, row)| row.id).collect()
}

#[test]
fn words_are_found_in_every_part_that_people_know() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    centre.put(Record {
        id: RecordId::new(uuid(0x1)),
        area: area("420607103"),
        rev: Rev(1),
        parent: None,
        body: Body::Place(Box::new(Place {
            name: "牛首镇".to_owned(),
            extra: Extra::new(),
        })),
        sealed: None,
    });
    let a = centre.incident(0x1111, "王某与李某宅基地纠纷ＡＢ", Rank::Watch, 0);
    let b = centre.incident_in(0x2222, "拖欠工资", Rank::Urgent, "420607103201", 1);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    assert_eq!(store.places()[&area("420607103")], "牛首镇");
    assert_eq!(found(&store, "宅基地"), [a]);
    assert_eq!(found(&store, "基地 ab"), [a]);
    assert_eq!(found(&store, "ａＢ"), [a]);
    assert_eq!(found(&store, "工资 宅基"), []);
    assert_eq!(found(&store, "牛首"), [b], "the name of the area around it");
    assert_eq!(found(&store, "樊城区综治"), [b, a], "the holder");
    assert_eq!(found(&store, "20261123-0001"), [a]);
    assert_eq!(found(&store, "临2222"), [b]);
    assert_eq!(found(&store, "%"), [], "no pattern, only text");
    assert_eq!(found(&store, "' OR 1=1"), []);
}

#[test]
fn the_next_unacknowledged_goes_round_gravest_first() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let low = centre.incident(1, "蓝", Rank::Notice, 0);
    let red = centre.incident(2, "红", Rank::Urgent, 1);
    let later = centre.incident(3, "红二", Rank::Urgent, 2);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let next = |rank, after| store.next_unacknowledged(rank, after).wait().unwrap();
    assert_eq!(next(None, None), Some(red));
    assert_eq!(next(None, Some(red)), Some(later));
    assert_eq!(next(None, Some(later)), Some(low));
    assert_eq!(next(None, Some(low)), Some(red));
    assert_eq!(next(Some(Rank::Urgent), Some(later)), Some(red));
    assert_eq!(next(Some(Rank::Watch), None), None);
    let shown = store.shown(red).wait().unwrap().unwrap();
    let ack = Act::Acknowledge(Acknowledge { episode: 1 });
    store.submit(on(&shown, ack, 3)).wait().unwrap();
    assert_eq!(
        next(None, Some(red)),
        Some(later),
        "its own place still counts"
    );
    assert_eq!(next(None, Some(low)), Some(later));
}

#[test]
fn what_is_put_off_is_listed_and_does_not_ring() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "蓝", Rank::Notice, 0);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    let snooze = Act::Snooze(SnoozeUntil {
        until: at(30),
        reason: "等回电".to_owned(),
    });
    store.submit(on(&shown, snooze, 1)).wait().unwrap();
    assert_eq!(store.counts().wait().unwrap().unacknowledged(), 0);
    assert_eq!(store.suppressed(at(29)).wait().unwrap().len(), 1);
    assert!(store.suppressed(at(30)).wait().unwrap().is_empty());
}

#[test]
fn a_new_episode_rings_once_and_own_work_never() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let store = open(dir.path(), duty());
    let (target, act) = super::centre::register(5, "自登", Rank::Urgent, "420607102");
    store
        .submit(super::centre::new_act(target, act, 0))
        .wait()
        .unwrap();
    let command = store.pending(1).wait().unwrap().remove(0);
    centre.push(&command);
    let red = centre.incident(6, "来电", Rank::Urgent, 1);
    let events = store.subscribe();
    let applied = store.changes(centre.page(Seq::START, 10)).wait().unwrap();
    let fresh: Vec<_> = applied.fresh.iter().map(|alarm| alarm.id).collect();
    assert_eq!(fresh, [red], "not the one that this desk registered");
    let rang = events
        .try_iter()
        .any(|event| matches!(event, StoreEvent::Alarm(alarm) if alarm.id == red));
    assert!(rang);
    let seen = Target::seen(&centre.records[&red]);
    centre.act(seen, note(0x50, "到场"), &duty(), 2).unwrap();
    let after = applied.cursor.seq;
    let applied = store.changes(centre.page(after, 10)).wait().unwrap();
    assert!(applied.fresh.is_empty());
}

#[test]
fn a_timeline_has_the_whole_words_and_what_waits_last() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Notice, 0);
    let seen = || Target::seen(&centre.records[&id]);
    let (first, second) = (seen(), note(0x50, "第一次走访"));
    centre.act(first, second, &duty(), 1).unwrap();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    store
        .submit(on(&shown, note(0x51, "电话已约"), 0))
        .wait()
        .unwrap();
    let lines = store.timeline(id, 10).wait().unwrap();
    assert_eq!(lines.len(), 3);
    assert!(matches!(lines[0].what, TimelineWhat::Act(_)));
    let words = |n: usize| match &lines[n].what {
        TimelineWhat::Entry(_, entry) => entry.text.clone(),
        TimelineWhat::Act(_) | TimelineWhat::Newer(_) => String::new(),
    };
    assert_eq!(
        (words(1).as_str(), words(2).as_str()),
        ("第一次走访", "电话已约")
    );
    assert_eq!(lines[1].pending, Pending::Confirmed);
    assert_eq!((lines[2].pending, lines[2].seq), (Pending::Waiting, None));
    let last = store.timeline(id, 1).wait().unwrap();
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].pending, Pending::Waiting);
}

#[test]
fn a_ruling_stands_in_the_timeline_beside_the_words_that_it_kept() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Watch, 0);
    let seen = Target::seen(&centre.records[&id]);
    let grade = |to: Rank, reason: &str| Grade {
        to,
        reason: reason.to_owned(),
    };
    let raise = Act::Raise(grade(Rank::Urgent, "来了很多人"));
    centre.act(seen.clone(), raise, &duty(), 1).unwrap();
    let chief = officer(9, "周队", Role::Leader, "420607");
    let lower = Act::Lower(grade(Rank::Notice, "已散去"));
    centre.act(seen, lower, &chief, 2).unwrap();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let shown = store.shown(id).wait().unwrap().unwrap();
    let incident = shown.record.incident().unwrap();
    let settle = Act::Settle(Settle {
        conflict: incident.open_conflicts().next().unwrap().id,
        way: Way::Note,
        words: "人未散".to_owned(),
        entry: Some(RecordId::new(uuid(0x60))),
    });
    store.submit(on(&shown, settle, 3)).wait().unwrap();
    let ruled = |lines: &[TimelineItem]| {
        let is = |line: &TimelineItem| match &line.what {
            TimelineWhat::Act(event) => matches!(event.act.incident(), Some(Act::Settle(_))),
            TimelineWhat::Entry(..) | TimelineWhat::Newer(_) => false,
        };
        lines.iter().filter(|line| is(line)).count()
    };
    assert_eq!(ruled(&store.timeline(id, 10).wait().unwrap()), 1);
    for wire in store.pending(10).wait().unwrap() {
        let result = centre.push(&wire);
        store.results(vec![result], at(4)).wait().unwrap();
    }
    centre.catch_up(&store);
    let lines = store.timeline(id, 10).wait().unwrap();
    assert_eq!(ruled(&lines), 1, "confirmed, it is still there");
    let kept = |line: &TimelineItem| match &line.what {
        TimelineWhat::Entry(_, entry) => entry.text == "已散去",
        TimelineWhat::Act(_) | TimelineWhat::Newer(_) => false,
    };
    assert_eq!(lines.iter().filter(|line| kept(line)).count(), 1);
}

#[test]
fn pickers_find_units_and_people_by_name_and_unit() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    centre.put_unit(0x200, "牛首镇人民政府", "420607103");
    centre.put_unit(0x201, "太平店镇人民政府", "420607102");
    centre.put_person(0x300, "赵调解", 0x200, "420607103");
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    assert_eq!(store.units("", None, 10).wait().unwrap().len(), 2);
    assert_eq!(store.units("牛首", None, 10).wait().unwrap().len(), 1);
    let within = store.units("", Some(area("420607102")), 10).wait().unwrap();
    assert_eq!(within.len(), 1);
    assert_eq!(store.units("", None, 1).wait().unwrap().len(), 1);
    let people = store.people("牛首", None, 10).wait().unwrap();
    assert_eq!(people.len(), 1, "by the unit's name");
    assert_eq!(people[0].unit_name, "牛首镇人民政府");
    assert!(store.people("钱", None, 10).wait().unwrap().is_empty());
}

#[test]
fn a_hole_means_pull_and_nothing_is_stored() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    for n in 1..=4 {
        centre.incident(n, "纠纷", Rank::Notice, 0);
    }
    let store = open(dir.path(), duty());
    let mut page = centre.page(Seq::START, 4);
    page.changes.remove(2);
    let hole = store.changes(page).wait();
    assert!(matches!(
        hole,
        Err(StoreError::Hole {
            expected: Seq(3),
            got: Seq(4),
            ..
        })
    ));
    assert_eq!(store.cursor(feed()).wait().unwrap(), None);
    assert_eq!(store.counts().wait().unwrap().incidents, 0);

    store.changes(centre.page(Seq::START, 3)).wait().unwrap();
    // What the copy has already may come again, alone or before the rest.
    store.changes(centre.page(Seq(1), 2)).wait().unwrap();
    store.changes(centre.page(Seq::START, 4)).wait().unwrap();
    assert_eq!(store.counts().wait().unwrap().incidents, 4);
    let mut other = centre.page(Seq(4), 1);
    other.epoch = Epoch(uuid(0xE2));
    let refused = store.changes(other).wait();
    assert!(matches!(refused, Err(StoreError::OtherEpoch { .. })));
}

#[test]
fn gone_takes_entries_events_and_counts_along() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
    let seen = Target::seen(&centre.records[&id]);
    centre.act(seen, note(0x50, "走访"), &duty(), 1).unwrap();
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    assert!(
        store
            .shown(RecordId::new(uuid(0x50)))
            .wait()
            .unwrap()
            .is_some()
    );
    centre.gone(id);
    centre.catch_up(&store);
    assert!(store.shown(id).wait().unwrap().is_none());
    assert!(
        store
            .shown(RecordId::new(uuid(0x50)))
            .wait()
            .unwrap()
            .is_none()
    );
    assert!(store.timeline(id, 10).wait().unwrap().is_empty());
    assert_eq!(
        store.counts().wait().unwrap(),
        crate::store::view::Counts::default()
    );
}

#[test]
fn kinds_and_events_of_a_newer_program_are_kept_byte_for_byte() {
    let dir = tempdir().unwrap();
    let centre = Centre::new();
    let store = open(dir.path(), duty());
    let raw = |text: &str| serde_json::value::RawValue::from_string(text.to_owned()).unwrap();
    let doc = format!(
        r#"{{"id":"{}","kind":"drone","area":"420607","rev":1,"doc":{{ "b":1,  "a":[2] }}}}"#,
        uuid(0x99)
    );
    let change = WireChange {
        event: Some(raw(r#"{"verb":"fly","at":5,"new":true}"#)),
        record: Some(raw(&doc)),
        ..WireChange::stub(Seq(1), Seq(1))
    };
    let mut page = centre.page(Seq::START, 0);
    page.changes.push(change);
    store.changes(page).wait().unwrap();
    let id = RecordId::new(uuid(0x99));
    let record = store.shown(id).wait().unwrap().unwrap().record;
    assert_eq!(serde_json::to_string(&record).unwrap(), doc);
    let lines = store.timeline(id, 10).wait().unwrap();
    assert_eq!(lines[0].what, TimelineWhat::Newer("fly".to_owned()));
}

#[test]
fn closed_incidents_leave_after_the_days_that_the_policy_keeps() {
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let old = centre.incident(1, "旧案", Rank::Notice, 0);
    centre.incident(2, "在办", Rank::Notice, 0);
    let mut record = centre.records[&old].clone();
    if let Body::Incident(incident) = &mut record.body {
        incident.status = crate::domain::incident::stage::Status::Closed;
        incident.step.status = crate::domain::incident::stage::StepStatus::Done;
    }
    record.rev = record.rev.next();
    centre.put(record);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let days = i64::from(centre.policy.keep_closed_days) * 24 * 60;
    assert_eq!(store.retain(at(days)).wait().unwrap(), 0);
    assert_eq!(store.retain(at(days + 1)).wait().unwrap(), 1);
    assert!(store.shown(old).wait().unwrap().is_none());
    assert_eq!(store.counts().wait().unwrap().incidents, 1);
}

#[test]
fn what_may_be_the_same_matter_is_found_by_place_category_and_time() {
    use crate::domain::incident::alike::{SameCategory, SamePlace};
    use crate::store::alike::matter;
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let village = "420607103201";
    let one = centre.incident_in(0x1, "一", Rank::Watch, village, 100);
    let near = centre.incident_in(0x2, "二", Rank::Watch, village, 112);
    let nearer = centre.incident_in(0x3, "三", Rank::Watch, village, 95);
    let late = centre.incident_in(0x4, "四", Rank::Watch, village, 161);
    let elsewhere = centre.incident_in(0x5, "五", Rank::Watch, "420607103202", 100);
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let row = |id| {
        let page = store.queue(Filter::default(), Sort::Newest, Anchor::First, 100);
        let page = page.wait().unwrap();
        let found = page.rows.into_iter().find(|(_, row)| row.id == id);
        found.expect("it is in the queue").1
    };
    let alike = |id| {
        let found = store.alike(matter(&row(id)), Some(id)).wait().unwrap();
        found
            .into_iter()
            .map(|found| {
                assert_eq!(found.likeness.category, SameCategory::Exact);
                assert_eq!(found.likeness.place, SamePlace::Village);
                (found.row.id, found.likeness.apart.whole_minutes())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(alike(one), [(nearer, 5), (near, 12)], "the nearest first");
    assert_eq!(alike(late), [(near, 49)]);
    assert_eq!(alike(elsewhere), []);
}

#[test]
fn whoever_has_the_answer_of_an_act_reads_the_act_in_the_copy() {
    const ACTS: u128 = 60;
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let id = centre.incident(1, "纠纷", Rank::Urgent, 0);
    centre.catch_up(&open(dir.path(), duty()));
    // The answer comes before the copy has it; readers wait for that.
    let store = Store::open(dir.path(), identity(duty()), Executor::Threads).unwrap();
    for n in 1..=ACTS {
        let before = store.shown(id).wait().unwrap().unwrap();
        let done = store.submit(on(&before, note(0x100 + n, "走访"), 1)).wait();
        let after = store.shown(id).wait().unwrap().unwrap();
        assert!(done.unwrap().shown.contains(&after));
        let notes = after.record.incident().unwrap().counts.notes;
        assert_eq!(u128::from(notes), n);
    }
}

#[test]
fn the_unit_above_is_the_one_that_the_records_name() {
    use crate::domain::ids::UnitId;
    use crate::domain::unit::{Unit, UnitKind};
    let dir = tempdir().unwrap();
    let mut centre = Centre::new();
    let mut unit = |n: u128, name: &str, parent: Option<u128>| {
        centre.put(Record {
            id: RecordId::new(uuid(n)),
            area: area("420607103"),
            rev: Rev(1),
            parent: None,
            body: Body::Unit(Box::new(Unit {
                name: name.to_owned(),
                kind: UnitKind::GovernanceCenter,
                parent: parent.map(|n| UnitId::new(uuid(n))),
                phone: String::new(),
                extra: Extra::new(),
            })),
            sealed: None,
        });
    };
    unit(0x61, "区中心", None);
    unit(0x62, "镇中心", Some(0x61));
    unit(0x63, "村", Some(0x99));
    let store = open(dir.path(), duty());
    centre.catch_up(&store);
    let above = |n: u128| store.superior(UnitId::new(uuid(n))).wait().unwrap();
    assert_eq!(above(0x62).map(|unit| unit.name), Some("区中心".to_owned()));
    assert_eq!(above(0x61), None, "the highest");
    assert_eq!(above(0x63), None, "a superior that is not known here");
    assert_eq!(above(0x98), None, "a unit that is not known here");
}
