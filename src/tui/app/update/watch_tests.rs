//! Nothing may be missed: alarms that nobody answers for, whenever the desk
//! was opened.

use super::super::banner::Cause;
use super::super::effect::{Effect, Join};
use super::super::message::{Done, Message, NotDone};
use super::super::model::Model;
use super::super::testing::{at, desk, id, incident, key, officer, press, row, shown};
use super::update;
use crate::domain::alarm::{Acknowledgement, Rank};
use crate::domain::ids::RecordId;
use crate::domain::incident::stage::Stage;
use crate::domain::officer::Role;
use crate::domain::time::{Millis, Timestamp};
use crate::store::view::{Anchor, Counts, More, QueuePage, QueueRow};

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(Millis(seconds * 1000))
}

/// What the watch asked for: serial, rank and anchor.
fn asked(effects: &[Effect]) -> Option<(u64, Option<Rank>, Anchor)> {
    effects.iter().find_map(|effect| match effect {
        Effect::LoadQueue {
            serial,
            join: Join::Watch,
            filter,
            anchor,
            ..
        } => Some((*serial, filter.rank, anchor.clone())),
        _ => None,
    })
}

fn answer(model: &mut Model, serial: u64, rows: &[QueueRow], after: More) -> Vec<Effect> {
    let page = QueuePage {
        rows: rows.iter().map(|row| (key(row), row.clone())).collect(),
        before: More::Nothing,
        after,
        ..QueuePage::default()
    };
    update(
        model,
        Message::Queue {
            serial,
            join: Join::Watch,
            page: Box::new(page),
        },
    )
}

/// A desk whose watch has just read these.
fn watching(rows: &[QueueRow]) -> (Model, Vec<Effect>) {
    let mut model = desk(80, 24);
    // The first reading went out when the desk was opened.
    let effects = answer(&mut model, 1, rows, More::Nothing);
    (model, effects)
}

fn red(n: u128, stage: Stage) -> QueueRow {
    row(
        n,
        "420607102",
        incident(Rank::Urgent, "集市斗殴", stage, at("22:00")),
    )
}

fn acknowledged(n: u128, stage: Stage, since: Timestamp) -> QueueRow {
    let mut row = red(n, stage);
    row.incident.alarm.ack = Some(Acknowledgement {
        by: officer(Role::DutyOfficer).reference(),
        at: since,
    });
    row
}

fn banner(model: &Model) -> Option<(RecordId, Cause, usize)> {
    let desk = model.desk.as_ref().unwrap();
    let (ringing, more) = desk.alarms.banner()?;
    Some((ringing.id, ringing.cause, more))
}

#[test]
fn reds_that_nobody_answered_ring_when_the_desk_is_opened() {
    let (model, effects) = watching(&[
        red(1, Stage::New),
        red(2, Stage::Assigned),
        acknowledged(3, Stage::New, at("23:40")),
    ]);
    assert_eq!(effects, [Effect::Bell]);
    assert_eq!(banner(&model), Some((id(2), Cause::Unanswered, 1)));
}

#[test]
fn the_watch_reads_on_until_it_knows_them_all() {
    let mut model = desk(80, 24);
    let effects = answer(&mut model, 1, &[red(1, Stage::New)], More::Something);
    let (serial, rank, anchor) = asked(&effects).expect("reads on");
    assert_eq!(rank, Some(Rank::Urgent));
    assert_eq!(anchor, Anchor::After(key(&red(1, Stage::New))));
    assert_eq!(banner(&model), None, "not before all are known");
    answer(&mut model, serial, &[red(2, Stage::New)], More::Nothing);
    assert_eq!(banner(&model).map(|(_, _, more)| more), Some(1));
}

#[test]
fn an_acknowledgement_lapses_with_one_reminder_and_a_new_alarm() {
    let since = at("23:40");
    let (mut model, effects) = watching(&[acknowledged(71, Stage::Assigned, since)]);
    assert_eq!(effects, []);
    let alarm = acknowledged(71, Stage::Assigned, since).incident.alarm;
    let open = model.desk.as_ref().unwrap();
    let (reminder, lapse) = alarm.ack_lapse(open.policy.level(Rank::Urgent)).unwrap();
    assert_eq!(open.next_turn(model.now), Some(reminder), "it wakes for it");
    model.now = later(reminder, -1);
    assert_eq!(update(&mut model, Message::Tick), []);
    model.now = reminder;
    assert_eq!(update(&mut model, Message::Tick), [Effect::Bell]);
    assert!(model.notice.as_ref().unwrap().text.contains("集市斗殴"));
    model.now = later(reminder, 30);
    assert_eq!(update(&mut model, Message::Tick), [], "one reminder only");
    assert_eq!(banner(&model), None);
    model.now = lapse;
    assert_eq!(update(&mut model, Message::Tick), [Effect::Bell]);
    assert_eq!(banner(&model), Some((id(71), Cause::Lapsed, 0)));
    model.now = later(lapse, 15);
    assert_eq!(update(&mut model, Message::Tick), [Effect::Bell], "again");
    // F6 finds it though the store knows it as acknowledged.
    let effects = update(&mut model, Message::Next(None));
    assert!(matches!(effects.first(), Some(Effect::LoadQueue { .. })));
    assert_eq!(model.desk.as_ref().unwrap().queue.cursor, Some(id(71)));
}

#[test]
fn work_that_was_taken_lapses_no_more() {
    let (mut model, _) = watching(&[acknowledged(1, Stage::Handling, at("20:00"))]);
    assert_eq!(update(&mut model, Message::Tick), []);
    assert_eq!(banner(&model), None);
}

#[test]
fn an_acknowledgement_stays_silent_unless_it_was_not_stored() {
    let first = super::super::testing::evening().swap_remove(0);
    let (mut model, _) = watching(std::slice::from_ref(&first));
    assert_eq!(banner(&model).map(|(id, ..)| id), Some(first.id));
    press(&mut model, "a");
    assert_eq!(banner(&model), None, "silent at once");
    assert_eq!(update(&mut model, Message::Tick), [], "and it stays so");
    let origin = super::super::effect::Origin::Key;
    let result = Err(NotDone::NotStored("disk full".into()));
    let effects = update(&mut model, Message::Submitted { origin, result });
    assert_eq!(effects, [Effect::Bell], "nobody answers after all");
    assert_eq!(banner(&model).map(|(id, ..)| id), Some(first.id));
    press(&mut model, "a");
    let mut answered = first.clone();
    answered.incident.alarm.ack = Some(Acknowledgement {
        by: officer(Role::DutyOfficer).reference(),
        at: model.now,
    });
    let result = Ok(Box::new(Done {
        verb: crate::domain::incident::verb::Verb::Acknowledge.into(),
        shown: vec![shown(&answered)],
        counts: Counts::default(),
    }));
    // A reading from before the act comes late and changes nothing.
    let early = model.desk.as_mut().unwrap();
    let policy = std::sync::Arc::clone(&early.policy);
    let (serial, ..) = asked(&early.watch.reload(&policy)).expect("reads");
    update(&mut model, Message::Submitted { origin, result });
    assert_eq!(
        answer(
            &mut model,
            serial,
            std::slice::from_ref(&first),
            More::Nothing
        ),
        []
    );
    assert_eq!(banner(&model), None);
}

#[test]
fn unlocking_rings_anew_for_what_nobody_answered() {
    let (mut model, _) = watching(&[red(1, Stage::New)]);
    press(&mut model, "<f12>");
    model.now = later(model.now, 600);
    assert_eq!(update(&mut model, Message::Tick), [], "it rang long enough");
    let effects = update(&mut model, Message::Unlocked);
    assert!(effects.contains(&Effect::Bell), "{effects:?}");
    assert!(asked(&effects).is_some(), "and looks for more");
}
