use uuid::Uuid;

use super::act::{Acknowledge, Act, Grade, Lift, Raise};
use super::rules::{self, Case, OVERDUE, PEOPLE, REPEATED};
use super::verb::{VERBS, Verb};
use super::*;
use crate::domain::act::AnyAct;
use crate::domain::area::AreaCode;
use crate::domain::command::{Change, Command, Target};
use crate::domain::ids::CommandId;
use crate::domain::incident::act::{self as incident_act, Accept, Assign};
use crate::domain::incident::refusal::Refusal;
use crate::domain::officer::{Officer, ROLES, Reach, Role};
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::testing::{
    act as on_incident, area, context, duty, holder, leader, minute, officer, registered,
    registration,
};
use crate::domain::{self};

fn id(number: u128) -> RecordId {
    RecordId::new(Uuid::from_u128(0xA000_0000 + number))
}

fn target(on: RecordId, case: Option<&Record>) -> Vec<Target> {
    let own = Target {
        kind: Kind::Warning,
        id: on,
        base_rev: Rev::NONE,
        seen: None,
    };
    let case = case.map(Target::seen);
    [own].into_iter().chain(case).collect()
}

/// What follows from an act on what is there.
fn said(
    there: &[&Record],
    targets: Vec<Target>,
    act: Act,
    author: &Officer,
    at: Timestamp,
) -> Result<Vec<Change>, Refusal> {
    let policy = Policy::shipped();
    let command = Command {
        id: CommandId::new(Uuid::from_u128(1)),
        targets,
        act: AnyAct::Warning(act),
        author: author.id,
        made_at: at,
        policy: PolicyVersion::default(),
    };
    let there: Vec<Record> = there.iter().map(|record| (*record).clone()).collect();
    domain::apply(&there, &command, &context(author, &policy, at))
}

fn by_hand(rank: Rank) -> Act {
    Act::Raise(Box::new(Raise {
        area: area("420607101201"),
        rank,
        subject: Subject::Place {
            place: "三岔村二组".into(),
        },
        why: Why::Said {
            text: "两家约人对峙".into(),
        },
        source: Source::Hand,
    }))
}

/// A warning by hand at minute 0.
fn raised(rank: Rank) -> Record {
    let made = said(&[], target(id(1), None), by_hand(rank), &duty(1), minute(0));
    made.unwrap().remove(0).record
}

/// The record after one act on it.
fn after(record: &Record, act: Act, author: &Officer, at: i64) -> Result<Record, Refusal> {
    let targets = target(record.id, None);
    said(&[record], targets, act, author, minute(at)).map(|mut changes| match changes.len() {
        0 => record.clone(),
        _ => changes.remove(0).record,
    })
}

fn upgrade(from: Rank, to: Rank) -> Act {
    Act::Upgrade(Grade {
        from,
        to,
        reason: "有人持械".into(),
    })
}

fn downgrade(from: Rank, to: Rank) -> Act {
    Act::Downgrade(Grade {
        from,
        to,
        reason: "研判会意见".into(),
    })
}

fn lift(episode: u32, rank: Rank) -> Act {
    Act::Lift(Lift {
        episode,
        rank,
        ground: Ground::Judged,
        reason: "已化解".into(),
    })
}

fn warning(record: &Record) -> &Warning {
    record.warning().unwrap()
}

fn standing(record: &Record) -> Standing {
    warning(record).standing()
}

fn case(record: &Record) -> Case {
    Case::of(
        record.id,
        record.area,
        record.incident().unwrap(),
        str::to_owned,
    )
}

/// The proposal of one rule about a case, as a raise.
fn proposed(record: &Record, rule: &str, at: i64) -> Option<(RecordId, Act)> {
    let found = rules::of_case(&case(record), &Policy::shipped(), minute(at));
    let wanted = |act: &Act| match act {
        Act::Raise(args) => matches!(&args.source, Source::Rule { rule: own, .. } if own == rule),
        _ => false,
    };
    let found = found.into_iter().find(|found| wanted(&found.act))?;
    Some((found.on, found.act))
}

#[test]
fn who_may_do_what_by_table() {
    use Reach::{Area as A, Nowhere as N};
    for (role, reach) in [
        (Role::DutyOfficer, [A, A, A, N, A]),
        (Role::Leader, [A, A, A, A, A]),
        (Role::Handler, [A, A, A, N, N]),
        (Role::Mediator, [A, A, A, N, N]),
        (Role::Auditor, [N; 5]),
        (Role::Administrator, [N; 5]),
        (Role::Wall, [N; 5]),
    ] {
        assert_eq!(VERBS.map(|verb| role.may_warn(verb)), reach, "{role:?}");
    }
    assert_eq!(ROLES.len(), 7, "a new role needs its row");
    let town = officer(5, 4, Role::Handler, "420607102");
    let elsewhere = said(
        &[],
        target(id(1), None),
        by_hand(Rank::Watch),
        &town,
        minute(0),
    );
    let verb = Verb::Raise.into();
    assert_eq!(elsewhere, Err(Refusal::NotPermitted { verb }));
}

#[test]
fn names_are_unique_and_read_back() {
    for verb in VERBS {
        assert_eq!(verb.name().parse(), Ok(verb));
        assert_eq!(
            serde_json::to_value(verb).unwrap(),
            serde_json::Value::from(verb.name())
        );
    }
    let act = AnyAct::Warning(by_hand(Rank::Watch));
    let text = serde_json::to_string(&act).unwrap();
    assert!(
        text.contains(r#""verb":"warning-raise","args":{"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<AnyAct>(&text).unwrap(), act);
    let record = raised(Rank::Watch);
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
}

#[test]
fn acknowledging_answers_for_the_episode_that_was_seen() {
    let red = raised(Rank::Watch);
    assert_eq!(standing(&red), Standing::Unacknowledged);
    let seen = after(
        &red,
        Act::Acknowledge(Acknowledge { episode: 1 }),
        &duty(1),
        1,
    )
    .unwrap();
    assert_eq!(standing(&seen), Standing::Acknowledged);
    let higher = after(&seen, upgrade(Rank::Watch, Rank::Urgent), &duty(2), 5).unwrap();
    assert_eq!(standing(&higher), Standing::Unacknowledged, "it rose");
    let late = Act::Acknowledge(Acknowledge { episode: 1 });
    let late = after(&higher, late, &duty(1), 7).unwrap();
    assert_eq!(
        standing(&late),
        Standing::Unacknowledged,
        "of the one before"
    );
}

#[test]
fn it_rises_at_once_and_falls_by_one_level_and_a_leader() {
    let red = after(
        &raised(Rank::Notice),
        upgrade(Rank::Notice, Rank::Urgent),
        &duty(1),
        1,
    );
    let red = red.unwrap();
    assert_eq!(
        warning(&red).alarm.rank,
        Rank::Urgent,
        "any officer, any step"
    );
    let verb = Verb::Downgrade.into();
    for (act, author, refusal) in [
        (
            downgrade(Rank::Urgent, Rank::Watch),
            duty(1),
            Refusal::NotPermitted { verb },
        ),
        (
            downgrade(Rank::Urgent, Rank::Notice),
            leader(),
            Refusal::RankStep {
                verb,
                from: Rank::Urgent,
                to: Rank::Notice,
            },
        ),
    ] {
        assert_eq!(after(&red, act, &author, 2), Err(refusal));
    }
    let silent = Act::Downgrade(Grade {
        from: Rank::Urgent,
        to: Rank::Watch,
        reason: " ".into(),
    });
    assert!(matches!(
        after(&red, silent, &leader(), 2),
        Err(Refusal::Empty { .. })
    ));
    let lower = after(&red, downgrade(Rank::Urgent, Rank::Watch), &leader(), 2).unwrap();
    assert_eq!(warning(&lower).alarm.rank, Rank::Watch);
    let reasons: Vec<_> = warning(&lower)
        .turns
        .iter()
        .map(|turn| &*turn.reason)
        .collect();
    assert_eq!(reasons, ["", "有人持械", "研判会意见"], "with its history");
}

#[test]
fn of_two_acts_that_met_the_safer_one_holds() {
    let red = after(
        &raised(Rank::Watch),
        upgrade(Rank::Watch, Rank::Urgent),
        &duty(2),
        1,
    )
    .unwrap();
    // Who lifts or lowers had seen a yellow one.
    for (act, verb) in [
        (lift(1, Rank::Watch), Verb::Lift),
        (downgrade(Rank::Watch, Rank::Notice), Verb::Downgrade),
    ] {
        let Err(Refusal::Overtaken {
            verb: tried, did, ..
        }) = after(&red, act, &leader(), 2)
        else {
            panic!("{verb} must not quiet what rose meanwhile");
        };
        assert_eq!((tried, did), (verb.into(), Verb::Upgrade.into()));
    }
    // Who raises had not seen that it was lifted: it is open again, and rings.
    let lifted = after(&raised(Rank::Watch), lift(1, Rank::Watch), &duty(1), 1).unwrap();
    assert_eq!(standing(&lifted), Standing::Lifted);
    let again = after(&lifted, upgrade(Rank::Notice, Rank::Watch), &duty(2), 3).unwrap();
    assert_eq!(standing(&again), Standing::Unacknowledged);
    // Who raises a lower one than it is by now only adds the reason.
    let both = after(&red, upgrade(Rank::Notice, Rank::Watch), &duty(1), 3).unwrap();
    assert_eq!(warning(&both).alarm.rank, Rank::Urgent);
    assert_eq!(
        warning(&both).alarm.episode,
        warning(&red).alarm.episode,
        "not rung again"
    );
}

#[test]
fn an_overdue_case_is_warned_of_once_and_anew_when_it_is_late_again() {
    let new = registered(Rank::Urgent, &duty(1));
    assert_eq!(
        proposed(&new, OVERDUE, 15),
        None,
        "the last moment is in time"
    );
    let (on, act) = proposed(&new, OVERDUE, 16).unwrap();
    let made = said(
        &[&new],
        target(on, Some(&new)),
        act.clone(),
        &duty(1),
        minute(16),
    )
    .unwrap();
    let first = &made[0].record;
    assert_eq!((made.len(), warning(first).alarm.rank), (1, Rank::Urgent));
    // A second rule, a second desk, a later minute: known already.
    let (again, later) = proposed(&new, OVERDUE, 200).unwrap();
    assert_eq!(again, on);
    for act in [act, later] {
        let there = [first, &new];
        let known = said(&there, target(on, Some(&new)), act, &duty(2), minute(200));
        assert_eq!(known, Ok(Vec::new()), "taken, and changes nothing");
    }
    assert_eq!(
        proposed(&new, OVERDUE, 15 + 24 * 60 + 1),
        None,
        "a day late is not early"
    );
    // Assigned: a new clock runs. What was lifted rings anew when that is over.
    let assign = Assign {
        lead: holder(2),
        assist: Vec::new(),
        copies: Vec::new(),
        elements: domain::incident::FourElements::default(),
        due: None,
        words: String::new(),
    };
    let given = incident_act::Act::Assign(Box::new(assign));
    let given = on_incident(&new, 2, given, &duty(1), minute(20)).unwrap();
    let over = rules::ended(
        on,
        warning(first),
        &case(&given),
        &Policy::shipped(),
        minute(21),
    );
    let over = over.expect("the case has moved on");
    let lifted = said(
        &[first, &given],
        target(on, Some(&given)),
        over.act,
        &duty(1),
        minute(21),
    );
    let lifted = lifted.unwrap().remove(0).record;
    assert_eq!(
        standing(&lifted),
        Standing::LiftedUnseen,
        "nobody had seen it"
    );
    let (same, act) = proposed(&given, OVERDUE, 60).unwrap();
    assert_eq!(same, on);
    let there = [&lifted, &given];
    let anew = said(&there, target(on, Some(&given)), act, &duty(1), minute(60));
    let anew = anew.unwrap().remove(0).record;
    assert_eq!(standing(&anew), Standing::Unacknowledged);
    assert_eq!((warning(&anew).alarm.episode, warning(&anew).times), (2, 2));
}

#[test]
fn a_desk_without_a_line_warns_of_nothing_that_has_moved_on() {
    let new = registered(Rank::Urgent, &duty(1));
    let (on, act) = proposed(&new, OVERDUE, 30).unwrap();
    let given = incident_act::Act::Assign(Box::new(Assign {
        lead: holder(2),
        assist: Vec::new(),
        copies: Vec::new(),
        elements: domain::incident::FourElements::default(),
        due: None,
        words: String::new(),
    }));
    let given = on_incident(&new, 2, given, &duty(1), minute(20)).unwrap();
    let taken = incident_act::Act::Accept(Accept::default());
    let town = officer(20, 2, Role::Handler, "420607101");
    let taken = on_incident(&given, 3, taken, &town, minute(21)).unwrap();
    let stale = said(
        &[&taken],
        target(on, Some(&taken)),
        act.clone(),
        &duty(1),
        minute(30),
    );
    assert_eq!(
        stale,
        Ok(Vec::new()),
        "the centre knows better, and nobody is told off"
    );
    let alone = said(&[], target(on, None), act, &duty(1), minute(30)).unwrap();
    assert_eq!(alone.len(), 1, "who does not have the case cannot know");
}

#[test]
fn many_people_are_warned_of_unless_the_case_says_so_itself() {
    let mut record = registered(Rank::Notice, &duty(1));
    for (people, rank, told) in [
        (Some(49), Rank::Notice, false),
        (Some(50), Rank::Notice, true),
        (Some(50), Rank::Watch, true),
        (Some(400), Rank::Urgent, false),
        (None, Rank::Notice, false),
    ] {
        let Body::Incident(incident) = &mut record.body else {
            panic!("it is an incident");
        };
        incident.people_count = people;
        incident.alarm.rank = rank;
        let found = proposed(&record, PEOPLE, 1);
        assert_eq!(found.is_some(), told, "{people:?} {rank}");
        if let Some((_, Act::Raise(args))) = found {
            assert_eq!(args.rank, Rank::Urgent);
        }
    }
}

/// Cases of one kind by area, place, category and minute.
fn cases(told: &[(&str, &str, &str, i64)]) -> Vec<Case> {
    let make = |(nth, (code, place, category, at)): (usize, &(&str, &str, &str, i64))| {
        let mut args = registration(Rank::Notice);
        args.area = area(code);
        args.place = (*place).to_owned();
        args.category = Category::from_code(category).unwrap();
        let policy = Policy::shipped();
        let author = duty(1);
        let on = id(100 + nth as u128);
        let command = Command {
            id: CommandId::new(Uuid::from_u128(nth as u128)),
            targets: vec![Target::new_incident(on)],
            act: AnyAct::Incident(incident_act::Act::Register(Box::new(args))),
            author: author.id,
            made_at: minute(*at),
            policy: PolicyVersion::default(),
        };
        let made = domain::apply(&[], &command, &context(&author, &policy, minute(*at)));
        case(&made.unwrap()[0].record)
    };
    told.iter().enumerate().map(make).collect()
}

#[test]
fn the_same_place_and_kind_three_times_in_seven_days_by_table() {
    const DAY: i64 = 24 * 60;
    const HERE: &str = "420607101201";
    let tree = |words| (HERE, words, "0202", 0);
    for (name, told, at, times) in [
        (
            "words that say the same",
            vec![tree("老槐树下"), tree("老槐树 下"), tree("老槐树下。")],
            1,
            Some(3),
        ),
        ("twice", vec![tree("老槐树下"), tree("老槐树下")], 1, None),
        (
            "another kind of the group counts, where the words agree",
            vec![
                tree("老槐树下"),
                tree("老槐树下"),
                (HERE, "老槐树下", "0201", 0),
            ],
            1,
            Some(3),
        ),
        (
            "another group does not",
            vec![
                tree("老槐树下"),
                tree("老槐树下"),
                (HERE, "老槐树下", "0101", 0),
            ],
            1,
            None,
        ),
        (
            "another village does not",
            vec![
                tree("老槐树下"),
                tree("老槐树下"),
                ("420607101202", "老槐树下", "0202", 0),
            ],
            1,
            None,
        ),
        (
            "a village without words is a place, for just the same kind",
            vec![
                (HERE, "", "0202", 0),
                (HERE, "村", "0202", 0),
                (HERE, "", "0202", 0),
            ],
            1,
            Some(3),
        ),
        (
            "a town is none",
            vec![("420607101", "", "0202", 0); 3],
            1,
            None,
        ),
        (
            "the first is just within seven days",
            vec![tree("老槐树下"), tree("老槐树下"), tree("老槐树下")],
            7 * DAY,
            Some(3),
        ),
        (
            "and a minute later it is not",
            vec![tree("老槐树下"), tree("老槐树下"), tree("老槐树下")],
            7 * DAY + 1,
            None,
        ),
    ] {
        let cases = cases(&told);
        let found = rules::of_places(&cases, &Policy::shipped(), minute(at));
        let found_times = found.first().map(|found| match &found.act {
            Act::Raise(args) => match args.why {
                Why::Repeated { times, .. } => times,
                _ => 0,
            },
            _ => 0,
        });
        assert_eq!(found_times, times, "{name}");
        let backwards = cases.iter().rev();
        let same = rules::of_places(backwards, &Policy::shipped(), minute(at));
        assert_eq!(same, found, "{name}: in any order");
    }
}

#[test]
fn views_that_differ_still_speak_of_one_warning() {
    let all = cases(&[
        ("420607101201", "老槐树下", "0202", 0),
        ("420607101201", "老槐树下", "0202", 60),
        ("420607101201", "老槐树下", "0202", 120),
        ("420607101201", "老槐树下", "0202", 180),
    ]);
    let policy = Policy::shipped();
    let one = rules::of_places(&all[..3], &policy, minute(200)).remove(0);
    let other = rules::of_places(&all[1..], &policy, minute(200)).remove(0);
    assert_eq!(one.on, other.on, "whichever three a desk knows");
    assert_ne!(one.act, other.act);
    let raise = |there: &[&Record], act: &Act, at| {
        said(
            there,
            target(one.on, None),
            act.clone(),
            &duty(1),
            minute(at),
        )
        .unwrap()
    };
    let first = raise(&[], &one.act, 200).remove(0).record;
    let told = raise(&[&first], &other.act, 201).remove(0).record;
    assert_eq!(
        warning(&told).alarm.episode,
        1,
        "told again, not rung again"
    );
    assert_eq!(warning(&told).times, 2);
    for act in [&one.act, &other.act] {
        assert_eq!(raise(&[&told], act, 202), [], "and they never take turns");
    }
}

#[test]
fn an_id_that_is_not_the_rules_own_is_refused() {
    let new = registered(Rank::Urgent, &duty(1));
    let (_, act) = proposed(&new, OVERDUE, 16).unwrap();
    let stray = said(&[], target(id(77), None), act, &duty(1), minute(16));
    assert!(matches!(stray, Err(Refusal::Unfit { .. })), "{stray:?}");
    assert_eq!(REPEATED, "repeated", "names are in ids and never change");
    assert_eq!(
        rules::record_id(OVERDUE, "420607").to_string(),
        rules::record_id(OVERDUE, "420607").to_string()
    );
}

#[test]
fn nothing_that_a_person_said_hangs_on_a_wall() {
    let _: AreaCode = area("420607");
    let acts = [
        by_hand(Rank::Watch),
        upgrade(Rank::Watch, Rank::Urgent),
        downgrade(Rank::Urgent, Rank::Watch),
        lift(1, Rank::Watch),
    ];
    for act in acts {
        let text = serde_json::to_string(&act.wordless()).unwrap();
        assert!(text.is_ascii(), "{text}");
    }
}
