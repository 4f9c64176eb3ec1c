//! The acts that steer the work, one rule a test.

use super::*;
use crate::domain::codes::EventGrade;
use crate::domain::command::Target;
use crate::domain::ids::CommandId;
use crate::domain::incident::ending::Ending;
use crate::domain::incident::extension::Answer as Asked;
use crate::domain::incident::stage::Supervision;
use crate::domain::incident::whistle::{Mark, Presence};
use crate::domain::officer::Role;
use crate::domain::policy::Policy;

fn department() -> Officer {
    officer(40, 5, Role::Handler, "420607")
}

/// The command that `act` gives `number`.
fn id_of(number: u128) -> CommandId {
    CommandId::new(Uuid::from_u128(0xC000_0000 + number))
}

fn at_minute(
    record: &Record,
    minutes: i64,
    next: Act,
    author: &Officer,
) -> Result<Record, Refusal> {
    let number = 5_000 + u128::try_from(minutes).unwrap();
    act(record, number, next, author, minute(minutes))
}

fn both(
    [first, second]: [&Record; 2],
    next: Act,
    author: &Officer,
) -> Result<[Record; 2], Refusal> {
    let policy = Policy::shipped();
    let at = minute(300);
    let mut command = command(777, Target::seen(first), next, author, at);
    command.targets.push(Target::seen(second));
    let targets = [second.clone(), first.clone()];
    let changes = crate::domain::apply(&targets, &command, &context(author, &policy, at))?;
    let [one, two] = changes.try_into().expect("both change");
    assert_eq!(one.event.other.map(|case| case.id), Some(second.id));
    assert_eq!(two.event.other.map(|case| case.id), Some(first.id));
    Ok([one.record, two.record])
}

fn join() -> Join {
    Join {
        reason: "同一件事".into(),
    }
}

fn other(rank: Rank) -> Record {
    Record {
        id: RecordId::new(Uuid::from_u128(0x3_0000)),
        ..registered(rank, &duty(1))
    }
}

#[test]
fn one_triage_judges_and_routes() {
    let record = registered(Rank::Watch, &duty(1));
    let Act::Assign(route) = assign_to(3) else {
        unreachable!("that is what it makes");
    };
    let triage = |emergency: Option<EventGrade>| {
        Act::Triage(Box::new(Triage {
            emergency: emergency.map(|to| Edit {
                from: None,
                to: Some(to),
            }),
            opinion: "今夜到场".into(),
            route: Some((*route).clone()),
            ..Triage::default()
        }))
    };
    let skipped = once(&record, triage(None), &duty(1));
    assert!(matches!(skipped, Err(Refusal::SkipsLevel { .. })));
    let routed = once(&record, triage(Some(EventGrade::Larger)), &duty(1)).unwrap();
    let now = incident(&routed);
    assert_eq!(now.stage(), Stage::Assigned);
    assert_eq!(now.emergency, Some(EventGrade::Larger));
    assert_eq!(now.step.holder.unit, unit(3));
    assert_eq!(now.triage.as_ref().unwrap().text, "今夜到场");
}

#[test]
fn work_goes_up_to_the_superior_and_comes_back_from_there() {
    let up = |to| {
        Act::Escalate(ToUnit {
            to: holder(to),
            reason: "本镇无权".into(),
        })
    };
    let record = handled_by_town();
    assert!(matches!(
        once(&record, up(4), &town()),
        Err(Refusal::OutOfLine { .. })
    ));
    let up = once(&record, up(1), &town()).unwrap();
    assert_eq!(incident(&up).stage(), Stage::Assigned);
    assert_eq!(incident(&up).step.given_by, Some(unit(2)));
    let back = Act::Return(ReturnWork {
        reason: "镇里可办".into(),
        on_behalf: None,
    });
    let back = once(&up, back, &duty(1)).unwrap();
    assert_eq!(incident(&back).step.holder.unit, unit(2));
}

#[test]
fn who_was_told_stays_told_and_reads_once() {
    let copy = |units: &[u128]| {
        Act::Copy(AtUnits {
            units: units.iter().map(|number| holder(*number)).collect(),
            words: String::new(),
        })
    };
    let record = once(&handled_by_town(), copy(&[5, 5]), &town()).unwrap();
    assert_eq!(incident(&record).copies.len(), 1);
    assert!(matches!(
        once(&record, copy(&[5]), &duty(1)),
        Err(Refusal::Already { .. })
    ));
    let record = once(&record, copy(&[5, 4]), &duty(1)).unwrap();
    let record = once(&record, assign_to(3), &town()).unwrap();
    assert_eq!(incident(&record).copies.len(), 2, "also when given on");
    let read = |record: &Record| once(record, Act::Read(words("")), &department());
    let record = read(&read(&record).unwrap()).unwrap();
    assert_eq!(incident(&record).readings.len(), 1);
    assert!(matches!(
        once(&record, Act::Read(words("")), &duty(1)),
        Err(Refusal::NotInformed)
    ));
}

#[test]
fn a_called_unit_comes_late_by_record_and_clock_and_is_rated_after_it() {
    let call = Act::Whistle(AtUnits {
        units: vec![holder(5)],
        words: "请派人认定权属".into(),
    });
    let record = at_minute(&handled_by_town(), 40, call, &town()).unwrap();
    let rate = |mark| {
        Act::RateWhistle(RateWhistle {
            whistle: id_of(5_040),
            unit: unit(5).id,
            mark,
            text: String::new(),
        })
    };
    let early = at_minute(&record, 41, rate(Mark::Good), &town());
    assert!(matches!(early, Err(Refusal::NothingToRate)), "{early:?}");
    let whistle = &incident(&record).whistles[0];
    assert_eq!(whistle.answer_by, minute(40 + 120), "the policy's limit");
    let presence = |record: &Record, now| {
        let whistle = &incident(record).whistles[0];
        whistle.presence(&whistle.called[0], minute(now))
    };
    assert_eq!(presence(&record, 160), Presence::Awaited);
    assert_eq!(presence(&record, 161), Presence::Overdue);
    let came = Act::ReportIn(ReportIn {
        text: "已到".into(),
        ..ReportIn::default()
    });
    let late = at_minute(&record, 170, came.clone(), &department()).unwrap();
    assert_eq!(presence(&late, 171), Presence::Late);
    let again = at_minute(&late, 172, came.clone(), &department());
    assert!(matches!(again, Err(Refusal::NotCalled)), "{again:?}");
    assert_eq!(
        presence(&at_minute(&record, 50, came, &department()).unwrap(), 999),
        Presence::InTime
    );
    let unsaid = at_minute(&late, 173, rate(Mark::Poor), &town());
    assert!(matches!(unsaid, Err(Refusal::Empty { .. })), "{unsaid:?}");
    let rated = at_minute(&late, 174, rate(Mark::Fair), &town()).unwrap();
    assert!(incident(&rated).whistles[0].is_done());
    // The caller may also write down that somebody came, and says who.
    let on_behalf = |said| {
        Act::ReportIn(ReportIn {
            text: String::new(),
            unit: Some(unit(5).id),
            on_behalf: said,
        })
    };
    assert!(at_minute(&record, 60, on_behalf(None), &town()).is_err());
    assert!(at_minute(&record, 61, on_behalf(Some(said())), &town()).is_ok());
}

#[test]
fn supervision_only_rises_until_it_is_lifted() {
    let to = |to| {
        Act::Supervise(Supervise {
            to,
            reason: "逾期".into(),
        })
    };
    let record = once(&handled_by_town(), to(Supervision::YellowCard), &duty(1)).unwrap();
    for level in [Supervision::Ordinary, Supervision::YellowCard] {
        let lower = once(&record, to(level), &duty(1));
        assert!(matches!(lower, Err(Refusal::SupervisionStep { .. })));
    }
    let red = once(&record, to(Supervision::RedCard), &duty(2)).unwrap();
    let lift = || Act::LiftSupervision(why());
    assert!(once(&red, lift(), &duty(1)).is_err(), "a leader's");
    let lifted = once(&red, lift(), &leader()).unwrap();
    assert_eq!(incident(&lifted).supervision, Supervision::None);
    assert_eq!(incident(&lifted).supervisions.len(), 3, "all is kept");
    // Work of a superior is not driven on from below.
    let below = officer(41, 2, Role::DutyOfficer, "420607101");
    let held = registered(Rank::Watch, &duty(1));
    let refused = once(&held, to(Supervision::Ordinary), &below);
    assert!(matches!(refused, Err(Refusal::HeldBySuperior { .. })));
}

#[test]
fn days_are_granted_once_by_the_giver_and_counted_by_the_calendar() {
    let ask = |days| {
        Act::AskExtension(AskExtension {
            days,
            reason: "当事人在外".into(),
            on_behalf: None,
        })
    };
    let handled = handled_by_town();
    assert!(matches!(
        at_minute(&handled, 40, ask(0), &town()),
        Err(Refusal::DaysRange { .. })
    ));
    let asked = at_minute(&handled, 41, ask(5), &town()).unwrap();
    let twice = at_minute(&asked, 42, ask(5), &town());
    assert!(matches!(twice, Err(Refusal::Already { .. })), "{twice:?}");
    let grant = |days| {
        Act::GrantExtension(GrantExtension {
            asked: id_of(5_041),
            days,
            text: String::new(),
        })
    };
    let own = at_minute(&asked, 43, grant(3), &town());
    assert!(matches!(own, Err(Refusal::NotCreator { .. })), "{own:?}");
    let before = incident(&asked).deadline.as_ref().unwrap().at;
    let granted = at_minute(&asked, 44, grant(3), &duty(1)).unwrap();
    let days = crate::domain::calendar::Limit::WorkingDays(3);
    let holidays = &Policy::shipped().holidays;
    let expected = crate::domain::calendar::deadline(before, days, holidays);
    assert_eq!(incident(&granted).deadline, Some(expected));
    let again = at_minute(&granted, 45, grant(3), &duty(2));
    assert!(matches!(again, Err(Refusal::Answered { .. })), "{again:?}");
    // What is finished needs no more time.
    let done = once(&asked, finish(None), &town()).unwrap();
    let answer = incident(&done).extensions[0].answer.as_ref().unwrap();
    assert_eq!(answer.what, Asked::Lapsed);
}

#[test]
fn an_end_says_how_and_can_be_undone() {
    let record = registered(Rank::Watch, &duty(1));
    let void = |record: &Record, by: &Officer| once(record, Act::Void(why()), by);
    let voided = void(&record, &duty(2)).unwrap();
    assert!(matches!(
        incident(&voided).ended(),
        Some(Ending::Voided { .. })
    ));
    assert!(!incident(&voided).is_open() && incident(&voided).deadline.is_none());
    let back = once(&voided, Act::Reopen(why()), &duty(1)).unwrap();
    assert_eq!(incident(&back).ended(), None);
    let given = once(&record, assign_to(2), &duty(1)).unwrap();
    assert!(void(&given, &duty(1)).is_err(), "a leader's by now");
    assert!(void(&given, &leader()).is_ok());
    let police = Act::ReturnToPolice(PoliceReturn {
        reason: "涉刑".into(),
        confirmed_with: "110 王警官".into(),
    });
    let police = once(&handled_by_town(), police, &duty(1)).unwrap();
    let Some(Ending::ReturnedToPolice { confirmed_with, .. }) = incident(&police).ended() else {
        panic!("{police:?}");
    };
    assert_eq!(confirmed_with, "110 王警官");
}

#[test]
fn a_record_from_before_the_endings_was_struck_off() {
    let mut json = serde_json::to_value(struck_off()).unwrap();
    let doc = json["doc"].as_object_mut().unwrap();
    assert!(doc.remove("ending").is_some(), "it says so now");
    let old: Record = serde_json::from_value(json).unwrap();
    assert_eq!(incident(&old).ended(), Some(Ending::StruckOff));
}

#[test]
fn a_merge_keeps_both_and_the_graver_side_and_comes_apart_again() {
    let red = once(
        &handled_by_town(),
        Act::Raise(Grade {
            to: Rank::Urgent,
            reason: "动手".into(),
        }),
        &duty(1),
    )
    .unwrap();
    let blue = other(Rank::Notice);
    let [folded, kept] = both([&red, &blue], Act::Merge(join()), &duty(1)).unwrap();
    assert_eq!(incident(&folded).merged_into().unwrap().id, blue.id);
    assert_eq!(incident(&kept).merged[0].case.id, red.id);
    assert_eq!(
        incident(&kept).alarm.rank,
        Rank::Urgent,
        "nothing is quieted"
    );
    for verb in [
        Act::Reopen(why()),
        Act::Raise(Grade {
            to: Rank::Urgent,
            reason: "又起".into(),
        }),
    ] {
        let alone = once(&folded, verb, &duty(1));
        assert!(matches!(alone, Err(Refusal::Merged { .. })), "{alone:?}");
    }
    let chain = both([&kept, &other(Rank::Notice)], Act::Merge(join()), &duty(1));
    assert!(matches!(chain, Err(Refusal::Unfit { .. })), "itself");
    let [parted, kept] = both([&folded, &kept], Act::Unmerge(join()), &duty(1)).unwrap();
    assert!(incident(&kept).merged.is_empty());
    let (now, was) = (incident(&parted), incident(&red));
    assert_eq!((now.stage(), &now.deadline), (was.stage(), &was.deadline));
    assert_eq!(now.step.holder, was.step.holder);
    assert_eq!((now.ended(), &now.fold), (None, &None));
}

#[test]
fn both_of_two_cases_must_be_the_authors_to_touch() {
    let mut elsewhere = other(Rank::Notice);
    elsewhere.area = area("420607102");
    let town_duty = officer(42, 2, Role::DutyOfficer, "420607101");
    let own = registered(Rank::Watch, &duty(1));
    for pair in [[&own, &elsewhere], [&elsewhere, &own]] {
        let refused = both(pair, Act::Merge(join()), &town_duty);
        assert!(matches!(refused, Err(Refusal::NotPermitted { .. })));
    }
    // And both must be there.
    let policy = Policy::shipped();
    let author = duty(1);
    let mut command = command(
        1,
        Target::seen(&own),
        Act::Link(join()),
        &author,
        minute(30),
    );
    command.targets.push(Target::seen(&elsewhere));
    let context = context(&author, &policy, minute(30));
    let one = crate::domain::apply(std::slice::from_ref(&own), &command, &context);
    assert_eq!(one, Err(Refusal::NotFound));
}

#[test]
fn a_link_is_named_by_both_and_taken_away_from_both() {
    let (one, two) = (registered(Rank::Watch, &duty(1)), other(Rank::Notice));
    let [one, two] = both([&one, &two], Act::Link(join()), &duty(1)).unwrap();
    assert_eq!(incident(&one).links[0].case.id, two.id);
    assert_eq!(incident(&two).links[0].case.id, one.id);
    let again = both([&two, &one], Act::Link(join()), &duty(2));
    assert!(matches!(again, Err(Refusal::Already { .. })), "{again:?}");
    let [one, two] = both([&two, &one], Act::Unlink(join()), &duty(1)).unwrap();
    assert!(incident(&one).links.is_empty() && incident(&two).links.is_empty());
}
