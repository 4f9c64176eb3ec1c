//! Acts that arrive after their author has lost the grant or the account.

use super::bench::{Bench, Desk, OTHER_TOWN, Seat, TOWN, accepted, area, registration};
use crate::domain::act::AnyAct;
use crate::domain::alarm::Rank;
use crate::domain::command::Target;
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{Act, Grade, Reveal};
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::verb::Verb;
use crate::domain::officer::{Grant, Role};
use crate::domain::record::{Kind, Record, Rev};
use crate::wire::command::{Refused, Verdict, WireCommand};

const HOUR_MS: i64 = 3_600_000;
const WHY: &str = "双方纠集多人，可能动手";

fn target(on: RecordId) -> Target {
    Target {
        kind: Kind::Incident,
        id: on,
        base_rev: Rev(1),
        seen: None,
    }
}

fn raise(desk: &mut Desk, bench: &Bench, seat: &Seat, on: RecordId) -> WireCommand {
    let act = Act::Raise(Grade {
        to: Rank::Urgent,
        reason: WHY.to_owned(),
    });
    desk.command(bench, seat, vec![target(on)], act)
}

async fn record(bench: &Bench, seat: &Seat, kind: &str, id: RecordId) -> Record {
    let path = format!("/v1/records/{kind}/{id}");
    bench.get_json(&path, &seat.token).await
}

fn grants(bench: &Bench, account: &str, role: Role, place: &str) {
    let grant = Grant {
        role,
        area: area(place),
    };
    bench.service.account_grants(account, &[grant]).unwrap();
}

/// Two officers at one desk; the first has registered an incident.
async fn night(bench: &Bench, desk: &mut Desk) -> (Seat, Seat, RecordId) {
    let first = desk.sit(bench, "duty").await;
    bench.pass(1_000);
    let second = desk.sit(bench, "duty2").await;
    let id = RecordId::new(uuid::Uuid::now_v7());
    let mut args = registration(TOWN);
    args.rank = Rank::Watch;
    let act = Act::Register(Box::new(args));
    let register = desk.command(bench, &first, vec![Target::new_incident(id)], act);
    accepted(&desk.push_one(bench, &first, &register).await);
    bench.pass(60_000);
    (first, second, id)
}

#[tokio::test]
async fn an_act_of_a_disabled_officer_is_filed_and_takes_no_effect() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (first, second, id) = night(&bench, &mut desk).await;
    let act = raise(&mut desk, &bench, &first, id);
    let note = desk.note(&bench, &first, id);
    bench.pass(60_000);
    bench.service.account_disable("duty").unwrap();
    bench.pass(60_000);
    let before = record(&bench, &second, "incident", id).await;

    let verdict = desk.push_one(&bench, &second, &act).await;
    let Verdict::Late { written } = &verdict else {
        unreachable!("{verdict:?}")
    };
    assert_eq!(written.len(), 2);
    let after = record(&bench, &second, "incident", id).await;
    assert_eq!(after.incident(), before.incident(), "no effect");
    let filed = record(&bench, &second, "entry", RecordId::new(act.id.uuid())).await;
    assert_eq!(filed.parent, Some(id));
    let entry = filed.entry().unwrap();
    assert_eq!(
        (&entry.what, entry.text.as_str(), entry.at),
        (
            &EntryKind::Late {
                verb: Verb::Raise,
                call: None
            },
            WHY,
            act.made_at
        )
    );
    assert_eq!(entry.author.id, first.officer);
    assert_eq!(desk.push_one(&bench, &second, &act).await, verdict, "again");

    // A note keeps the id that the desk gave to its entry.
    let verdict = desk.push_one(&bench, &second, &note).await;
    assert!(matches!(verdict, Verdict::Late { .. }), "{verdict:?}");
    let Some(Act::Note(args)) = note.act.incident() else {
        unreachable!()
    };
    let filed = record(&bench, &second, "entry", args.entry).await;
    assert_eq!(filed.entry().unwrap().text, args.text);
}

#[tokio::test]
async fn what_a_disabled_officer_registered_before_is_accepted() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (first, second, _) = night(&bench, &mut desk).await;
    let (id, register) = desk.register(&bench, &first, TOWN);
    bench.pass(60_000);
    bench.service.account_disable("duty").unwrap();
    accepted(&desk.push_one(&bench, &second, &register).await);
    let registered = record(&bench, &second, "incident", id).await;
    let by = &registered.incident().unwrap().registered_by;
    assert_eq!(by.id, first.officer);
}

#[tokio::test]
async fn what_was_done_after_the_loss_is_refused() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (first, second, id) = night(&bench, &mut desk).await;
    bench.service.account_disable("duty").unwrap();
    bench.pass(60_000);
    let act = raise(&mut desk, &bench, &first, id);
    let (_, register) = desk.register(&bench, &first, TOWN);
    for command in [act, register] {
        let verdict = desk.push_one(&bench, &second, &command).await;
        let refused = Verdict::Refused {
            refusal: Refused::Author,
            record: None,
        };
        assert_eq!(verdict, refused);
    }
}

#[tokio::test]
async fn grants_that_shrank_file_what_they_covered_and_nothing_else() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (first, second, id) = night(&bench, &mut desk).await;
    let act = raise(&mut desk, &bench, &first, id);
    let signed = Act::SignStrikeOff(crate::domain::incident::act::Words {
        text: String::new(),
    });
    let never = desk.command(&bench, &first, vec![target(id)], signed);
    bench.pass(60_000);
    grants(&bench, "duty", Role::DutyOfficer, OTHER_TOWN);
    bench.pass(60_000);
    let late = desk.push_one(&bench, &second, &act).await;
    assert!(matches!(late, Verdict::Late { .. }), "{late:?}");
    // It would have been refused then as well, so the loss hides a refusal;
    // the words are filed all the same, and change nothing.
    let late = desk.push_one(&bench, &second, &never).await;
    assert!(matches!(late, Verdict::Late { .. }), "{late:?}");

    // Back at the desk, with what is left: the old incident is not there.
    let again = desk.sit(&bench, "duty").await;
    let act = raise(&mut desk, &bench, &again, id);
    let verdict = desk.push_one(&bench, &again, &act).await;
    let refused = Verdict::Refused {
        refusal: Refused::Rule {
            rule: Refusal::NotFound,
        },
        record: None,
    };
    assert_eq!(verdict, refused);
}

#[tokio::test]
async fn a_refusal_that_no_grant_would_have_changed_stays_a_refusal() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (first, second, id) = night(&bench, &mut desk).await;
    let lower = Act::Lower(Grade {
        to: Rank::Notice,
        reason: WHY.to_owned(),
    });
    let lower = desk.command(&bench, &first, vec![target(id)], lower);
    bench.pass(60_000);
    // The grants change, and lowering was the leader's before and is after.
    grants(&bench, "duty", Role::DutyOfficer, TOWN);
    let verdict = desk.push_one(&bench, &second, &lower).await;
    let Verdict::Refused { refusal, .. } = verdict else {
        unreachable!("{verdict:?}")
    };
    let rule = Refusal::NotPermitted {
        verb: Verb::Lower.into(),
    };
    assert_eq!(refusal, Refused::Rule { rule });
}

fn reveal(desk: &mut Desk, bench: &Bench, seat: &Seat, on: RecordId) -> WireCommand {
    let act = Act::Reveal(Reveal {
        entry: RecordId::new(uuid::Uuid::now_v7()),
        reason: "回电核实".to_owned(),
    });
    desk.command(bench, seat, vec![target(on)], act)
}

/// The entries by which a case says who looked at it.
async fn looks(bench: &Bench, seat: &Seat, on: RecordId) -> Vec<Entry> {
    let path = format!("/v1/records/incident/{on}/timeline");
    let timeline: serde_json::Value = bench.get_json(&path, &seat.token).await;
    let records: Vec<Record> = serde_json::from_value(timeline["entries"].clone()).unwrap();
    let entries = records.into_iter().map(|record| record.entry().cloned());
    entries
        .flatten()
        .filter(|entry| matches!(entry.what, EntryKind::Reveal { .. }))
        .collect()
}

#[tokio::test]
async fn a_look_is_logged_once_however_often_it_is_delivered() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (first, second, id) = night(&bench, &mut desk).await;
    let look = reveal(&mut desk, &bench, &first, id);
    let Verdict::Accepted { written, .. } = desk.push_one(&bench, &first, &look).await else {
        unreachable!("it is accepted")
    };
    assert_eq!(written.len(), 2, "the entry, and the case's own event");
    for seat in [&first, &second, &first] {
        let again = desk.push_one(&bench, seat, &look).await;
        let Verdict::Duplicate { written: same, .. } = again else {
            unreachable!("{again:?}")
        };
        assert_eq!(same, written);
    }
    let logged = looks(&bench, &second, id).await;
    assert_eq!(logged.len(), 1);
    let EntryKind::Reveal { parts } = &logged[0].what else {
        unreachable!()
    };
    assert_eq!(parts.len(), 4, "{parts:?}");
    assert_eq!(logged[0].author.id, first.officer);
    assert_eq!(logged[0].at, look.made_at);
    // Another command with the same entry does not write over it.
    let mut other = reveal(&mut desk, &bench, &first, id);
    let (AnyAct::Incident(Act::Reveal(old)), AnyAct::Incident(Act::Reveal(new))) =
        (&look.act, &mut other.act)
    else {
        unreachable!()
    };
    new.entry = old.entry;
    other.mac = crate::wire::proof::Mac::of(&first.secret, &other.signed_bytes().unwrap());
    let verdict = desk.push_one(&bench, &first, &other).await;
    let Verdict::Refused { refusal, .. } = verdict else {
        unreachable!("{verdict:?}")
    };
    assert_eq!(
        refusal,
        Refused::Rule {
            rule: Refusal::Exists
        }
    );
}

#[tokio::test]
async fn a_look_before_and_after_the_loss_is_logged_as_long_as_the_desk_could_show_it() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (first, second, id) = night(&bench, &mut desk).await;
    let before = reveal(&mut desk, &bench, &first, id);
    bench.pass(60_000);
    // Moved, then out of use: the desk is offline and knows neither.
    grants(&bench, "duty", Role::DutyOfficer, OTHER_TOWN);
    bench.pass(HOUR_MS);
    let moved = reveal(&mut desk, &bench, &first, id);
    bench.service.account_disable("duty").unwrap();
    bench.pass(HOUR_MS);
    let disabled = reveal(&mut desk, &bench, &first, id);
    for look in [&before, &moved, &disabled] {
        accepted(&desk.push_one(&bench, &second, look).await);
    }
    let logged = looks(&bench, &second, id).await;
    let made = [before.made_at, moved.made_at, disabled.made_at];
    assert_eq!(logged.iter().map(|look| look.at).collect::<Vec<_>>(), made);
    assert!(logged.iter().all(|look| look.author.id == first.officer));
    // What was registered after the loss no desk of that officer ever had.
    let (new, register) = desk.register(&bench, &second, TOWN);
    accepted(&desk.push_one(&bench, &second, &register).await);
    let look = reveal(&mut desk, &bench, &first, new);
    let verdict = desk.push_one(&bench, &second, &look).await;
    assert!(matches!(verdict, Verdict::Refused { .. }), "{verdict:?}");
    assert!(looks(&bench, &second, new).await.is_empty());
}

#[tokio::test]
async fn a_look_under_grants_that_no_desk_goes_by_any_more_is_refused() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (_, _, id) = night(&bench, &mut desk).await;
    grants(&bench, "duty", Role::DutyOfficer, OTHER_TOWN);
    bench.pass(73 * HOUR_MS);
    let first = desk.sit(&bench, "duty").await;
    let look = reveal(&mut desk, &bench, &first, id);
    let verdict = desk.push_one(&bench, &first, &look).await;
    let refused = Verdict::Refused {
        refusal: Refused::Rule {
            rule: Refusal::NotFound,
        },
        record: None,
    };
    assert_eq!(verdict, refused);
    let second = desk.sit(&bench, "duty2").await;
    assert!(looks(&bench, &second, id).await.is_empty());
}

#[tokio::test]
async fn whoever_never_could_look_logs_nothing_under_any_grant() {
    let bench = Bench::new();
    let mut desk = Desk::new();
    let (_, second, id) = night(&bench, &mut desk).await;
    // A duty officer of another town, and one whose role is not shown it.
    let no_role = Refusal::NotPermitted {
        verb: Verb::Reveal.into(),
    };
    for (account, rule) in [
        ("elsewhere", Refusal::NotFound),
        ("handler", no_role.clone()),
        ("auditor", no_role.clone()),
        ("wall", no_role),
    ] {
        let mut own = Desk::new();
        let seat = own.sit(&bench, account).await;
        let look = reveal(&mut own, &bench, &seat, id);
        let verdict = own.push_one(&bench, &seat, &look).await;
        let Verdict::Refused { refusal, .. } = verdict else {
            unreachable!("{account}: {verdict:?}")
        };
        assert_eq!(refusal, Refused::Rule { rule }, "{account}");
    }
    assert!(looks(&bench, &second, id).await.is_empty());
}
