//! E20, handover, in its first form: what is drafted, signed and moved.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use zhiban::domain::alarm::Rank;
use zhiban::domain::command::Target;
use zhiban::domain::duty::act::{Act as DutyAct, HandoverOffer, HandoverTake, LogAdd, Told};
use zhiban::domain::duty::handover::{Handover, ItemKind, Sections};
use zhiban::domain::duty::line::{Means, PhoneCall};
use zhiban::domain::duty::shift::Slot;
use zhiban::domain::entry::{Call, CallOutcome, Direction};
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::act::{Acknowledge, Act, SnoozeUntil};
use zhiban::domain::incident::refusal::Refusal;
use zhiban::domain::policy::{Policy, Ring};
use zhiban::domain::record::{Body, Kind, Rev};
use zhiban::domain::roster::act::{Act as OnRoster, PostAdd};
use zhiban::domain::roster::{Need, Needs, PostKind};
use zhiban::domain::time::Millis;
use zhiban::domain::warning::act::{Acknowledge as Answer, Act as OnWarning, Lift, Raise};
use zhiban::domain::warning::{Ground, Source, Subject, Why};
use zhiban::store::duty::Draft;
use zhiban::store::handle::{NewAct, SubmitError};
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::sync::engine::Outcome;

use crate::support::centre::{Centre, TOWN, area, moment};
use crate::support::station::{Place, Seat};

/// How long the draft may take.
const DRAFT_WITHIN: Duration = Duration::from_secs(2);

fn answer(seat: &Seat, on: RecordId) {
    seat.act(on, Act::Acknowledge(Acknowledge { episode: 1 }));
}

/// A call with a promise, in the log.
fn promised(seat: &Seat, clock: &FakeClock) -> RecordId {
    let id = RecordId::new(uuid::Uuid::now_v7());
    let call = PhoneCall {
        call: Call {
            direction: Direction::In,
            with: "石桥镇 周会计".to_owned(),
            phone: "10012340077".to_owned(),
            outcome: CallOutcome::Answered,
        },
        at: clock.now(),
        told: String::new(),
        instruction: String::new(),
        call_back_by: Some(clock.now().saturating_add(Millis(3_600_000))),
        salt: uuid::Uuid::now_v7().to_string(),
        mark: None,
        extra: serde_json::Map::new(),
    };
    let act = DutyAct::LogAdd(Box::new(LogAdd {
        area: area("420607"),
        what: Told::Call(Box::new(call)),
        text: "问安置款何时到".to_owned(),
        by: Means::Desk,
        about: None,
        corrects: None,
        keeps: None,
    }));
    let target = Target {
        kind: Kind::LogLine,
        id,
        base_rev: Rev::NONE,
        seen: None,
    };
    submit(seat, vec![target], act, clock).unwrap();
    id
}

/// A night: what must be in the handover, and what each is there for.
fn night(centre: &Centre, a: &Seat, clock: &FakeClock) -> BTreeSet<(ItemKind, RecordId)> {
    let mut must = BTreeSet::new();
    for nth in 0..12 {
        clock.advance(Duration::from_mins(1));
        let rank = [Rank::Urgent, Rank::Watch, Rank::Notice][nth % 3];
        let id = centre.register_ranked(rank, &format!("第{nth}件"));
        assert_eq!(a.sync_once(), Outcome::Done);
        let rings = Policy::shipped().level(rank).ring != Ring::Silent;
        match nth {
            4 => {
                let until = clock.now().saturating_add(Millis(3 * 3_600_000));
                let reason = "等回电".to_owned();
                a.act(id, Act::Snooze(SnoozeUntil { until, reason }));
                must.insert((ItemKind::Snoozed, id));
                continue;
            }
            0 | 3 | 6 => answer(a, id),
            _ => {}
        }
        if rings {
            must.insert((ItemKind::Open, id));
        }
    }
    must.insert((ItemKind::CallBack, promised(a, clock)));
    must.extend(warned(centre, a, clock));
    must.extend(missing(centre).map(|id| (ItemKind::Gap, id)));
    assert_eq!(a.sync_once(), Outcome::Done);
    must
}

/// Three posts where nobody is: one needs somebody now, one in the coming shift,
/// and one never.
fn missing(centre: &Centre) -> impl Iterator<Item = RecordId> {
    let needs = [
        (Need::Nobody, Need::OnDuty),
        (Need::OnDuty, Need::Nobody),
        (Need::Nobody, Need::Nobody),
    ];
    let ids: Vec<RecordId> = needs
        .into_iter()
        .enumerate()
        .map(|(nth, (day, night))| {
            let id = RecordId::new(uuid::Uuid::now_v7());
            let post = Target {
                kind: Kind::Post,
                ..warning(id)
            };
            let act = OnRoster::RosterPostAdd(PostAdd {
                area: area(TOWN),
                name: format!("卡点{nth}"),
                kind: PostKind::Checkpoint,
                needs: Needs { day, night },
                phone: String::new(),
            });
            centre.act(vec![post], act);
            id
        })
        .collect();
    ids.into_iter().take(2)
}

/// Three warnings: a red that nobody answers for, a yellow and a blue that a
/// does. The blue one is handed on for that alone; one that was lifted is not.
fn warned(centre: &Centre, a: &Seat, clock: &FakeClock) -> BTreeSet<(ItemKind, RecordId)> {
    let ranks = [
        Rank::Urgent,
        Rank::Watch,
        Rank::Notice,
        Rank::Notice,
        Rank::Urgent,
    ];
    let ids: Vec<RecordId> = ranks
        .into_iter()
        .map(|rank| {
            let id = RecordId::new(uuid::Uuid::now_v7());
            let act = OnWarning::Raise(Box::new(Raise {
                area: area(TOWN),
                rank,
                subject: Subject::Place {
                    place: "桥头".to_owned(),
                },
                why: Why::Said {
                    text: "有人聚集".to_owned(),
                },
                source: Source::Hand,
            }));
            centre.act(vec![warning(id)], act);
            id
        })
        .collect();
    assert_eq!(a.sync_once(), Outcome::Done);
    let answered = OnWarning::Acknowledge(Answer { episode: 1 });
    for id in [ids[1], ids[2]] {
        on_warning(a, id, answered.clone(), clock);
    }
    let lifted = OnWarning::Lift(Lift {
        episode: 1,
        rank: Rank::Urgent,
        ground: Ground::Judged,
        reason: "已散去".to_owned(),
    });
    on_warning(a, ids[4], lifted, clock);
    ids[..3].iter().map(|id| (ItemKind::Warning, *id)).collect()
}

fn warning(id: RecordId) -> Target {
    Target {
        kind: Kind::Warning,
        id,
        base_rev: Rev::NONE,
        seen: None,
    }
}

fn on_warning(seat: &Seat, id: RecordId, act: OnWarning, clock: &FakeClock) {
    let new = NewAct {
        targets: vec![warning(id)],
        act: act.into(),
        made_at: clock.now(),
        offset_ms: 0,
    };
    seat.store.submit(new).wait().unwrap();
}

fn handover(seat: &Seat, clock: &FakeClock) -> (RecordId, Handover) {
    let unit = seat.store.officer().unit.id;
    let desk = seat.store.desk_now(unit, clock.now()).wait().unwrap();
    desk.handover.unwrap()
}

#[test]
fn e20_a_shift_is_handed_over_and_nothing_open_is_left_out() {
    let clock = FakeClock::new(moment("2026-11-24T07:10:00+08:00"));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let centre = Centre::new(Arc::clone(&shared));
    let place = Place::new(&centre.url(), Arc::clone(&shared));
    let a = place.sign_in("a");
    assert_eq!(a.sync_once(), Outcome::Done);
    let must = night(&centre, &a, &clock);
    assert_eq!(a.sync_once(), Outcome::Done);

    // The draft has all of it, in time.
    let officer = a.store.officer().clone();
    let begun = Instant::now();
    let draft = a
        .store
        .handover_draft(officer.unit.clone(), officer.id, clock.now())
        .wait()
        .unwrap();
    let took = begun.elapsed();
    assert!(took < DRAFT_WITHIN, "{took:?}");
    let listed: BTreeSet<(ItemKind, RecordId)> = draft
        .items
        .iter()
        .map(|item| (item.kind, item.record))
        .collect();
    assert_eq!(listed, must);

    // The outgoing officer writes what to expect and signs.
    offer(&a, &clock, draft);
    assert_eq!(a.sync_once(), Outcome::Done);
    let (id, signed) = handover(&a, &clock);
    assert_eq!(signed.items.len(), must.len());
    a.leave();

    // The incoming officer signs in at the same desk, and signs when each is
    // ticked and not before.
    clock.advance(Duration::from_mins(5));
    let b = place.sign_in("b");
    assert_eq!(b.sync_once(), Outcome::Done);
    let all: Vec<RecordId> = signed.items.iter().map(|item| item.record).collect();
    for (nth, item) in signed.items.iter().enumerate() {
        if !item.must_be_ticked() {
            continue;
        }
        let mut ticked = all.clone();
        ticked.remove(nth);
        let left_out = take(&b, id, &signed, ticked, &clock);
        assert!(
            matches!(
                left_out,
                Err(SubmitError::Refused(Refusal::Unticked { left: 1 }))
            ),
            "{left_out:?}"
        );
    }
    take(&b, id, &signed, all, &clock).unwrap();
    assert_eq!(b.sync_once(), Outcome::Done);
    println!("E20: {} matters, draft in {took:?}", must.len());

    // What a answered for is b's, written in one step.
    let (_, taken) = handover(&b, &clock);
    assert_eq!(taken.taken.unwrap().by.name, "b");
    let changes = centre.changes(&b.signed_in.as_ref().unwrap().token);
    let mut steps = BTreeSet::new();
    let mut moved = 0;
    for (kind, id) in &must {
        let shown = b.store.shown(*id).wait().unwrap().unwrap();
        let alarm = match shown.record.body {
            Body::Incident(incident) => incident.alarm,
            Body::Warning(warning) => warning.alarm,
            _ => continue,
        };
        let Some(ack) = alarm.ack else {
            continue;
        };
        assert_eq!(ack.by.name, "b", "{kind:?} {id}");
        moved += 1;
    }
    assert_eq!(moved, 3 + 2, "cases and warnings");
    for change in &changes.changes {
        let event = change.event.as_ref().map_or("", |event| event.get());
        if event.contains("\"handover-take\"") {
            steps.insert(change.tx);
        }
    }
    assert_eq!(steps.len(), 1);
}

/// The outgoing officer's signature under a draft.
fn offer(seat: &Seat, clock: &FakeClock, draft: Draft) {
    let unit = seat.store.officer().unit.clone();
    let slot = Slot::at(&seat.store.policy().1, clock.now()).unwrap();
    let target = Target {
        kind: Kind::Handover,
        id: slot.handover_id(unit.id),
        base_rev: Rev::NONE,
        seen: None,
    };
    let act = DutyAct::HandoverOffer(Box::new(HandoverOffer {
        area: unit.area,
        line: RecordId::new(uuid::Uuid::now_v7()),
        day: slot.day,
        shift: slot.shift,
        items: draft.items,
        left_out: draft.left_out,
        sections: Sections {
            expected: "凌晨有雨".to_owned(),
            ..Sections::default()
        },
        backlog: draft.backlog,
        closing_code: String::new(),
    }));
    submit(seat, vec![target], act, clock).unwrap();
}

/// The incoming officer's signature, with these ticked.
fn take(
    seat: &Seat,
    id: RecordId,
    signed: &Handover,
    ticked: Vec<RecordId>,
    clock: &FakeClock,
) -> Result<(), SubmitError> {
    let cases = signed.items.iter().filter(|item| item.rank.is_some());
    let at = |kind, id| Target {
        kind,
        id,
        base_rev: Rev(1),
        seen: None,
    };
    let targets = std::iter::once(at(Kind::Handover, id))
        .chain(cases.map(|item| at(item.kind.record_kind(), item.record)))
        .collect();
    let act = DutyAct::HandoverTake(HandoverTake {
        line: RecordId::new(uuid::Uuid::now_v7()),
        offered_at: signed.offered.at,
        ticked,
        text: String::new(),
    });
    submit(seat, targets, act, clock)
}

fn submit(
    seat: &Seat,
    targets: Vec<Target>,
    act: DutyAct,
    clock: &FakeClock,
) -> Result<(), SubmitError> {
    let new = NewAct {
        targets,
        act: act.into(),
        made_at: clock.now(),
        offset_ms: 0,
    };
    seat.store.submit(new).wait().map(|_| ())
}
