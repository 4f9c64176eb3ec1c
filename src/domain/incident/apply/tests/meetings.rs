//! Every pair of verbs that can meet, at every stage, through `apply`, held
//! against the table; then what a ruling does.

use super::*;
use crate::domain::command::{Change, Target};
use crate::domain::ids::CommandId;
use crate::domain::incident::conflict::{Conflict, Effect, Holds, Side, WAYS, Way};
use crate::domain::incident::meeting::{MEETINGS, Outcome, outcome};
use crate::domain::incident::stage::STAGES;
use crate::domain::incident::table::{Cell, cell};
use crate::domain::incident::verb::{VERBS, Verb};
use crate::domain::officer::Role;
use crate::domain::policy::Policy;
use crate::domain::record::Body;

const CARD: u128 = 0xCA4D;

fn card_id() -> CommandId {
    CommandId::new(Uuid::from_u128(CARD))
}

/// An act for a verb that works on the incident, with words of its own.
fn deed(verb: Verb, number: u128) -> Act {
    let text = format!("话{number}");
    let reason = || Reason {
        reason: text.clone(),
    };
    let behalf = Some(said());
    match verb {
        Verb::Register => Act::Register(Box::new(registration(Rank::Watch))),
        Verb::Acknowledge => Act::Acknowledge(Acknowledge { episode: 1 }),
        Verb::Snooze => Act::Snooze(SnoozeUntil {
            until: minute(200),
            reason: text,
        }),
        Verb::Note => Act::Note(Note {
            entry: entry_id(number),
            text,
            corrects: None,
        }),
        Verb::Call => Act::Call(CallLogged {
            entry: entry_id(number),
            call: crate::domain::entry::Call {
                direction: crate::domain::entry::Direction::Out,
                with: "村主任".into(),
                phone: String::new(),
                outcome: crate::domain::entry::CallOutcome::NoAnswer,
            },
            text,
        }),
        Verb::Reveal => Act::Reveal(Reveal {
            entry: entry_id(number),
            reason: text,
        }),
        Verb::Amend => Act::Amend(Box::new(Amend {
            place: Some(Edit {
                from: "三岔村二组".into(),
                to: text,
            }),
            ..Amend::default()
        })),
        Verb::Raise => Act::Raise(Grade {
            to: Rank::Urgent,
            reason: text,
        }),
        Verb::Lower => Act::Lower(Grade {
            to: Rank::Notice,
            reason: text,
        }),
        Verb::Assign => match assign_to(3) {
            Act::Assign(args) => Act::Assign(Box::new(Assign {
                words: text,
                ..*args
            })),
            other => other,
        },
        Verb::Accept => Act::Accept(Accept { on_behalf: behalf }),
        Verb::Return => Act::Return(ReturnWork {
            reason: text,
            on_behalf: behalf,
        }),
        Verb::Finish => Act::Finish(FinishWork {
            outcome: crate::domain::incident::Outcome::Resolved,
            method: None,
            text,
            on_behalf: behalf,
        }),
        Verb::Verify => Act::Verify(words(&text)),
        Verb::SendBack => Act::SendBack(reason()),
        Verb::FollowUp => Act::FollowUp(FollowUp {
            outcome: FollowUpOutcome::Satisfied,
            text,
        }),
        Verb::ProposeStrikeOff => Act::ProposeStrikeOff(words(&text)),
        Verb::SignStrikeOff => Act::SignStrikeOff(words(&text)),
        Verb::DeclineStrikeOff => Act::DeclineStrikeOff(reason()),
        Verb::Reopen => Act::Reopen(reason()),
        Verb::Settle => Act::Settle(Settle {
            conflict: card_id(),
            way: Way::Keep,
            words: text,
            entry: None,
        }),
    }
}

/// Officers of whom one may do it, the two sets apart.
fn candidates(set: u128) -> [Officer; 3] {
    [
        officer(50 + set, 1, Role::DutyOfficer, "420607"),
        officer(60 + set, 1, Role::Leader, "420607"),
        officer(70 + set, 2, Role::Handler, "420607101"),
    ]
}

fn at_stage(stage: Stage, acts: [Verb; 2]) -> Record {
    let at = STAGES.iter().position(|own| *own == stage).unwrap();
    let mut record = walk::start(u8::try_from(at).unwrap());
    assert_eq!(incident(&record).stage(), stage);
    if acts.contains(&Verb::Settle)
        && let Body::Incident(incident) = &mut record.body
    {
        let side = Side {
            verb: Verb::Raise,
            by: duty(1).reference(),
            unit: None,
            at: minute(1),
            words: "先".into(),
            rank: Some(Rank::Watch),
        };
        incident.conflicts.push(Conflict {
            id: card_id(),
            first: side.clone(),
            second: Side {
                verb: Verb::Lower,
                ..side
            },
            effect: Effect::Withheld,
            holds: Holds {
                stage,
                rank: Rank::Watch,
            },
            undone: None,
            decided: None,
        });
    }
    record
}

/// `act` by the first of `officers` who may, made on `seen`, arriving at
/// `there`.
fn arrive(seen: &Record, there: &Record, verb: Verb, set: u128) -> Result<Vec<Change>, Refusal> {
    let policy = Policy::shipped();
    let at = minute(60 + i64::try_from(set).unwrap());
    let mut last = Err(Refusal::NotFound);
    for author in candidates(set) {
        let command = command(900 + set, Target::seen(seen), deed(verb, set), &author, at);
        let context = context(&author, &policy, at);
        // Whoever could not make it on the seen record cannot meet anybody.
        let alone = crate::domain::apply(std::slice::from_ref(seen), &command, &context);
        if alone.is_err() {
            last = alone;
            continue;
        }
        return crate::domain::apply(std::slice::from_ref(there), &command, &context);
    }
    last
}

fn after(changes: &[Change]) -> Record {
    changes.last().unwrap().record.clone()
}

fn outcome_of(seen: &Record, first: Verb, second: Verb) -> Outcome {
    let Ok(one) = arrive(seen, seen, first, 1) else {
        return Outcome::CannotMeet;
    };
    if arrive(seen, seen, second, 2).is_err() {
        return Outcome::CannotMeet;
    }
    let middle = after(&one);
    let was = incident(&middle);
    match arrive(seen, &middle, second, 2) {
        Ok(changes) => {
            let end = after(&changes);
            let now = incident(&end);
            let all = serde_json::to_string(&(
                changes.iter().map(|c| &c.record).collect::<Vec<_>>(),
                changes.iter().map(|c| &c.event).collect::<Vec<_>>(),
            ))
            .unwrap();
            let silent = [Verb::Acknowledge, Verb::Accept];
            assert!(silent.contains(&second) || all.contains("话2"), "{second}");
            let effect = changes.last().unwrap().event.card;
            let Some(effect) = effect else {
                assert_eq!(now.conflicts.len(), was.conflicts.len());
                return Outcome::Both;
            };
            let card = now.conflicts.last().unwrap();
            assert_eq!((card.first.verb, card.second.verb), (first, second));
            assert_ne!(card.first.by.id, card.second.by.id);
            assert_eq!(card.first.words, "话1", "{first} met by {second}");
            assert_eq!(card.second.words, "话2");
            assert!(card.is_open() && card.effect == effect);
            assert!(now.is_open(), "nothing closes silently");
            match effect {
                Effect::Applied => Outcome::Over,
                Effect::Withheld => {
                    assert_eq!(now.stage(), was.stage());
                    assert_eq!(now.alarm, was.alarm);
                    assert_eq!(now.last, was.last);
                    Outcome::Under
                }
            }
        }
        // Whose unit has lost every part in it meanwhile is told that first.
        Err(Refusal::Stale { .. } | Refusal::NotOwnWork { .. }) => Outcome::Stale,
        Err(Refusal::FieldClash { .. }) => Outcome::SameField,
        Err(Refusal::Settled { .. }) => Outcome::Settled,
        Err(Refusal::WrongStage { .. } | Refusal::RankStep { .. }) => Outcome::Rule,
        Err(other) => panic!("{first} met by {second}: {other}"),
    }
}

#[test]
fn every_pair_at_every_stage_meets_as_the_table_says() {
    let mut walked = 0;
    for meetings in MEETINGS {
        let stage = meetings.stage;
        let works: Vec<Verb> = VERBS
            .into_iter()
            .filter(|verb| cell(*verb, stage) != Cell::Refused)
            .collect();
        assert_eq!(works, meetings.verbs, "{}", stage.name());
        assert_eq!(meetings.rows.len(), works.len());
        for first in works.iter().copied() {
            for second in works.iter().copied() {
                let seen = at_stage(stage, [first, second]);
                let actual = outcome_of(&seen, first, second);
                assert_eq!(
                    outcome(stage, first, second),
                    Some(actual),
                    "at {}: {first}, then {second}",
                    stage.name()
                );
                walked += 1;
            }
        }
    }
    assert_eq!(MEETINGS.map(|meetings| meetings.stage), STAGES);
    println!("{walked} pairs at {} stages", STAGES.len());
    assert_eq!(walked, 866);
}

/// Closed by one, raised to the highest by another who saw it unsigned.
fn raised_over_closed() -> Record {
    let seen = at_stage(Stage::AwaitingSignature, [Verb::Raise; 2]);
    let closed = after(&arrive(&seen, &seen, Verb::SignStrikeOff, 1).unwrap());
    let raised = after(&arrive(&seen, &closed, Verb::Raise, 2).unwrap());
    assert_eq!(incident(&raised).stage(), Stage::New);
    raised
}

fn rule(record: &Record, way: Way, text: &str, author: &Officer) -> Result<Record, Refusal> {
    let args = Settle {
        conflict: incident(record).conflicts[0].id,
        way,
        words: text.into(),
        entry: (way == Way::Note).then(|| entry_id(7)),
    };
    act(record, 77, Act::Settle(args), author, minute(80))
}

#[test]
fn no_case_ends_before_the_ruling_and_only_one_rules() {
    let record = raised_over_closed();
    for way in WAYS {
        let ruled = rule(&record, way, "再查一次", &duty(3)).unwrap();
        let card = &incident(&ruled).conflicts[0];
        let decided = card.decided.as_ref().unwrap();
        assert_eq!((decided.way, decided.by.id), (way, duty(3).id));
        let stage = match way {
            Way::Keep | Way::Note => Stage::New,
            Way::Redo => Stage::AwaitingSignature,
        };
        assert_eq!(incident(&ruled).stage(), stage);
        assert_eq!(incident(&ruled).alarm.rank, Rank::Urgent);
        let again = rule(&ruled, Way::Keep, "", &duty(4));
        assert!(matches!(again, Err(Refusal::Settled { .. })), "{again:?}");
    }
    let redo = rule(&record, Way::Redo, "确已了结", &duty(3)).unwrap();
    assert!(incident(&redo).finish.is_some() && incident(&redo).verified.is_some());
    let own = once(&redo, Act::SignStrikeOff(words("")), &duty(3));
    assert!(matches!(own, Err(Refusal::SamePerson { .. })), "{own:?}");
    let closed = once(&redo, Act::SignStrikeOff(words("")), &duty(4)).unwrap();
    assert_eq!(incident(&closed).stage(), Stage::Closed);
    assert!(matches!(
        rule(&record, Way::Redo, "", &duty(3)),
        Err(Refusal::Empty { .. })
    ));
    assert!(rule(&record, Way::Keep, "", &town()).is_err());
}

#[test]
fn an_open_card_keeps_both_signatures_away() {
    for (stage, next) in [
        (Stage::FollowedUp, Verb::ProposeStrikeOff),
        (Stage::AwaitingSignature, Verb::SignStrikeOff),
    ] {
        let record = at_stage(stage, [Verb::Settle; 2]);
        let refused = once(&record, deed(next, 3), &duty(2));
        assert_eq!(refused, Err(Refusal::OpenConflict { verb: next }));
    }
}

#[test]
fn cards_are_bounded_and_only_settled_ones_make_room() {
    use crate::domain::incident::conflict::CONFLICTS_KEPT_MAX;
    let seen = at_stage(Stage::Handling, [Verb::Raise; 2]);
    let mut record = after(&arrive(&seen, &seen, Verb::Raise, 1).unwrap());
    let policy = Policy::shipped();
    let late = |record: &Record, number: u128| {
        let author = leader();
        let act = deed(Verb::Lower, number);
        let command = command(number, Target::seen(&seen), act, &author, minute(90));
        let context = context(&author, &policy, minute(90));
        crate::domain::apply(std::slice::from_ref(record), &command, &context)
    };
    for number in 0..CONFLICTS_KEPT_MAX as u128 {
        record = after(&late(&record, 500 + number).unwrap());
    }
    let refused = late(&record, 600);
    assert!(matches!(refused, Err(Refusal::Stale { .. })), "{refused:?}");
    let ruled = rule(&record, Way::Keep, "", &duty(1)).unwrap();
    let record = after(&late(&ruled, 601).unwrap());
    let cards = &incident(&record).conflicts;
    assert_eq!(cards.len(), CONFLICTS_KEPT_MAX);
    assert!(cards.iter().all(Conflict::is_open));
}

#[test]
fn the_later_words_of_a_lowering_become_a_note_in_their_authors_name() {
    let seen = at_stage(Stage::Handling, [Verb::Raise; 2]);
    let raised = after(&arrive(&seen, &seen, Verb::Raise, 1).unwrap());
    let record = after(&arrive(&seen, &raised, Verb::Lower, 2).unwrap());
    let policy = Policy::shipped();
    let author = duty(1);
    let args = Settle {
        conflict: incident(&record).conflicts[0].id,
        way: Way::Note,
        words: String::new(),
        entry: Some(entry_id(9)),
    };
    let command = command(
        5,
        Target::seen(&record),
        Act::Settle(args),
        &author,
        minute(99),
    );
    let context = context(&author, &policy, minute(99));
    let changes = crate::domain::apply(std::slice::from_ref(&record), &command, &context).unwrap();
    let Body::Entry(entry) = &changes[0].record.body else {
        panic!("{changes:?}");
    };
    assert_eq!(
        (entry.text.as_str(), entry.author.name.as_str()),
        ("话2", "值班62")
    );
    // A leader may also take the step after all; a duty officer may not lower.
    let way = Way::Redo;
    let duty_refused = rule(&record, way, "缓和了", &duty(1));
    assert!(matches!(
        duty_refused,
        Err(Refusal::NotPermitted { verb: Verb::Lower })
    ));
    let lowered = rule(&record, way, "缓和了", &leader()).unwrap();
    assert_eq!(incident(&lowered).alarm.rank, Rank::Watch);
}

#[test]
fn old_programs_say_no_rank_and_are_answered_as_before() {
    let seen: crate::domain::command::Seen = serde_json::from_value(serde_json::json!({
        "stage": "handling", "holder": unit(2).id,
    }))
    .unwrap();
    assert_eq!(seen.rank, None);
}
