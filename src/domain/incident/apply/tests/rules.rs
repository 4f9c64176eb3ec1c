//! One rule a test: what is refused, and what it does when it is not.

use super::*;
use crate::domain::codes::EventGrade;
use crate::domain::command::Target;
use crate::domain::incident::Element;
use crate::domain::incident::party::{AgeClass, Party};
use crate::domain::incident::verb::Verb;
use crate::domain::officer::Role;
use crate::domain::policy::Policy;

#[test]
fn only_the_holder_acts() {
    let record = handled_by_town();
    let refused = once(&record, assign_to(4), &duty(1)).unwrap_err();
    assert_eq!(refused, Refusal::NotHolder { holder: unit(2) });
    assert!(once(&record, assign_to(3), &town()).is_ok());
}

#[test]
fn the_giver_may_enter_the_holders_words_and_must_say_whose() {
    let record = handled_by_town();
    let refused = once(&record, finish(None), &duty(1)).unwrap_err();
    assert_eq!(refused, Refusal::BehalfUnsaid { holder: unit(2) });
    let record = once(&record, finish(Some(said())), &duty(1)).unwrap();
    // Checking the town's word is not checking the own word.
    assert!(once(&record, Act::Verify(words("")), &duty(1)).is_ok());
}

#[test]
fn nobody_verifies_their_own_word() {
    let record = play(
        registered(Rank::Watch, &duty(1)),
        &[
            (Act::Accept(Accept::default()), &duty(1)),
            (finish(None), &duty(1)),
        ],
    )
    .unwrap();
    let refused = once(&record, Act::Verify(words("")), &duty(1)).unwrap_err();
    assert_eq!(
        refused,
        Refusal::SamePerson {
            verb: Verb::Verify.into()
        }
    );
    assert!(once(&record, Act::Verify(words("")), &duty(2)).is_ok());
}

#[test]
fn only_the_creator_verifies() {
    let record = once(&handled_by_town(), finish(None), &town()).unwrap();
    let other = officer(30, 4, Role::DutyOfficer, "420607");
    let refused = once(&record, Act::Verify(words("")), &other).unwrap_err();
    assert_eq!(refused, Refusal::NotCreator { creator: unit(1) });
}

#[test]
fn striking_off_wants_four_elements_and_a_second_person() {
    let first = duty(1);
    let bare = play(
        registered(Rank::Watch, &first),
        &[
            (Act::Accept(Accept::default()), &first),
            (finish(None), &first),
            (Act::Verify(words("")), &duty(2)),
            (satisfied(), &first),
        ],
    )
    .unwrap();
    let propose = Act::ProposeStrikeOff(words(""));
    let missing = vec![
        Element::Task,
        Element::Schedule,
        Element::Path,
        Element::Owner,
    ];
    assert_eq!(
        once(&bare, propose.clone(), &first).unwrap_err(),
        Refusal::ElementsMissing { missing }
    );
    let filled = once(
        &bare,
        Act::Amend(Box::new(Amend {
            task: Some(Edit {
                from: String::new(),
                to: "厘清边界".into(),
            }),
            schedule: Some(Edit {
                from: Vec::new(),
                to: vec!["周三".into()],
            }),
            path: Some(Edit {
                from: String::new(),
                to: "调解".into(),
            }),
            owner: Some(Edit {
                from: String::new(),
                to: "陈立".into(),
            }),
            ..Amend::default()
        })),
        &first,
    )
    .unwrap();
    let proposed = once(&filled, propose, &first).unwrap();
    let sign = Act::SignStrikeOff(words(""));
    assert_eq!(
        once(&proposed, sign.clone(), &first).unwrap_err(),
        Refusal::SamePerson {
            verb: Verb::SignStrikeOff.into()
        }
    );
    let outsider = officer(30, 4, Role::DutyOfficer, "420607");
    assert!(matches!(
        once(&proposed, sign.clone(), &outsider),
        Err(Refusal::NotCreator { .. })
    ));
    assert!(once(&proposed, sign, &leader()).is_ok());
}

#[test]
fn a_transition_on_what_changed_meanwhile_says_who_was_faster() {
    let seen = registered(Rank::Watch, &duty(1));
    let now = once(&seen, Act::Accept(Accept::default()), &duty(2)).unwrap();
    let policy = Policy::shipped();
    let author = duty(1);
    let accept = Act::Accept(Accept::default());
    let command = command(99, Target::seen(&seen), accept, &author, minute(40));
    let refused = crate::domain::apply(
        std::slice::from_ref(&now),
        &command,
        &context(&author, &policy, minute(40)),
    )
    .unwrap_err();
    let Refusal::Stale {
        seen, stage, last, ..
    } = refused
    else {
        panic!("expected a stale refusal, got {refused:?}");
    };
    assert_eq!((seen, stage), (Stage::New, Stage::Handling));
    assert_eq!(last.by.id, duty(2).id);
}

#[test]
fn the_same_field_clashes_and_another_does_not() {
    let record = handled_by_town();
    let title = |from: &str, to: &str| {
        Act::Amend(Box::new(Amend {
            title: Some(Edit {
                from: from.into(),
                to: to.into(),
            }),
            ..Amend::default()
        }))
    };
    let old = incident(&record).title.clone();
    let changed = once(&record, title(&old, "两家争宅基地"), &town()).unwrap();
    let refused = once(&changed, title(&old, "三家争宅基地"), &duty(1)).unwrap_err();
    let Refusal::FieldClash { theirs, yours, .. } = refused else {
        panic!("expected a clash, got {refused:?}");
    };
    assert_eq!(
        (theirs.as_str(), yours.as_str()),
        ("两家争宅基地", "三家争宅基地")
    );
    assert!(
        once(&changed, title(&old, "两家争宅基地"), &duty(1)).is_ok(),
        "both say the same"
    );
    let place = Act::Amend(Box::new(Amend {
        place: Some(Edit {
            from: incident(&record).place.clone(),
            to: "村口".into(),
        }),
        ..Amend::default()
    }));
    assert_eq!(
        incident(&once(&changed, place, &duty(1)).unwrap()).title,
        "两家争宅基地"
    );
}

#[test]
fn what_is_returned_goes_back_to_the_giver_with_a_reason() {
    let record = handled_by_town();
    let give_back = |reason: &str| {
        Act::Return(ReturnWork {
            reason: reason.into(),
            on_behalf: None,
        })
    };
    assert!(matches!(
        once(&record, give_back("  "), &town()),
        Err(Refusal::Empty { .. })
    ));
    let record = once(&record, give_back("不属本镇"), &town()).unwrap();
    assert_eq!(incident(&record).stage(), Stage::New);
    assert_eq!(incident(&record).step.holder.unit, unit(1));
    assert_eq!(
        once(
            &registered(Rank::Watch, &duty(1)),
            Act::Return(ReturnWork {
                reason: "退".into(),
                on_behalf: None
            }),
            &duty(1)
        )
        .unwrap_err(),
        Refusal::WrongStage {
            verb: Verb::Return.into(),
            stage: Stage::New,
            last: Some(incident(&registered(Rank::Watch, &duty(1))).last.clone())
        }
    );
}

#[test]
fn dissatisfaction_starts_the_work_again_and_no_answer_keeps_the_stage() {
    let verified = play(
        handled_by_town(),
        &[(finish(None), &town()), (Act::Verify(words("")), &duty(1))],
    )
    .unwrap();
    let follow = |outcome, text: &str| {
        Act::FollowUp(FollowUp {
            outcome,
            text: text.into(),
        })
    };
    let unreached = once(&verified, follow(FollowUpOutcome::NotReached, ""), &duty(1)).unwrap();
    assert_eq!(incident(&unreached).stage(), Stage::Verified);
    assert_eq!(incident(&unreached).follow_ups.len(), 1);
    let again = follow(FollowUpOutcome::Dissatisfied, "仍在争");
    let again = once(&unreached, again, &duty(1)).unwrap();
    assert_eq!(incident(&again).stage(), Stage::Handling);
    assert_eq!(incident(&again).finish, None);
}

#[test]
fn a_minors_name_never_stays_open() {
    let policy = Policy::shipped();
    let author = duty(1);
    let mut args = registration(Rank::Watch);
    args.parties = vec![
        Party {
            name: "赵大".into(),
            age: AgeClass::Adult,
            phone: String::new(),
            part: String::new(),
        },
        Party {
            name: "赵小宝".into(),
            age: AgeClass::Minor,
            phone: String::new(),
            part: String::new(),
        },
    ];
    let target = Target::new_incident(incident_id());
    let command = command(1, target, Act::Register(Box::new(args)), &author, minute(0));
    let changes =
        crate::domain::apply(&[], &command, &context(&author, &policy, minute(0))).unwrap();
    let open = serde_json::to_string(&changes[0].record.unsealed()).unwrap();
    let event = serde_json::to_string(&changes[0].event).unwrap();
    assert!(!open.contains("小宝") && !event.contains("小宝"));
    let sealed = changes[0].record.sealed.as_ref().unwrap();
    assert_eq!(
        (sealed.parties[0].party, sealed.parties[0].name.as_str()),
        (1, "赵小宝")
    );
}

#[test]
fn an_assignment_names_units_that_exist_and_people_of_those_units() {
    let record = registered(Rank::Watch, &duty(1));
    let lead = |unit: u128, person| {
        Act::Assign(Box::new(Assign {
            lead: HolderId {
                unit: unit_id(unit),
                person,
            },
            assist: Vec::new(),
            copies: Vec::new(),
            elements: FourElements::default(),
            due: Some(minute(30 + 600)),
            words: String::new(),
        }))
    };
    assert!(matches!(
        once(&record, lead(77, None), &duty(1)),
        Err(Refusal::UnknownHolder { .. })
    ));
    assert!(matches!(
        once(&record, lead(2, Some(person())), &duty(1)),
        Err(Refusal::Unfit { .. })
    ));
    // A village is two levels below the district: only in an emergency.
    let skipped = once(&record, lead(3, Some(person())), &duty(1));
    assert!(matches!(skipped, Err(Refusal::SkipsLevel { .. })));
    let record = urgent(&record);
    let record = once(&record, lead(3, Some(person())), &duty(1)).unwrap();
    assert_eq!(incident(&record).elements.owner, "陈立");
    let accepted = act(
        &record,
        100,
        Act::Accept(Accept {
            on_behalf: Some(said()),
        }),
        &duty(1),
        minute(40),
    )
    .unwrap();
    let deadline = incident(&accepted).deadline.clone().unwrap();
    assert_eq!((deadline.at, deadline.limit), (minute(630), None));
}

fn unit_id(number: u128) -> crate::domain::ids::UnitId {
    crate::domain::ids::UnitId::new(Uuid::from_u128(number))
}

#[test]
fn texts_at_their_limits() {
    let record = handled_by_town();
    let note = |count: usize| {
        Act::Note(Note {
            entry: entry_id(1),
            text: "记".repeat(count),
            corrects: None,
        })
    };
    assert!(once(&record, note(4_000), &town()).is_ok());
    assert!(matches!(
        once(&record, note(4_001), &town()),
        Err(Refusal::TooLong { max: 4_000, .. })
    ));
    assert!(matches!(
        once(&record, note(0), &town()),
        Err(Refusal::Empty { .. })
    ));
}

/// The same, judged to be an emergency.
fn urgent(record: &Record) -> Record {
    let triage = Triage {
        emergency: Some(Edit {
            from: None,
            to: Some(EventGrade::Ordinary),
        }),
        opinion: "今夜须到场".into(),
        ..Triage::default()
    };
    once(record, Act::Triage(Box::new(triage)), &duty(1)).unwrap()
}
