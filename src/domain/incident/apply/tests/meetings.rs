//! Every pair of verbs that can meet, at every stage, through `apply`, held
//! against the table; then what a ruling does.

use super::deeds::{at_stage, candidates, deed};
use super::*;
use crate::domain::act::AnyVerb;
use crate::domain::command::{Change, Target};
use crate::domain::incident::conflict::{Conflict, Effect, WAYS, Way};
use crate::domain::incident::ending::{CaseLink, CaseRef};
use crate::domain::incident::meeting::{Outcome, RULES, outcome};
use crate::domain::incident::stage::STAGES;
use crate::domain::incident::table::{Cell, cell};
use crate::domain::incident::verb::{Aims, VERBS, Verb};
use crate::domain::policy::Policy;
use crate::domain::record::Body;

/// `act` by the first of the officers who may, made on `seen`, arriving at
/// `there`.
fn arrive(seen: &Record, there: &Ground, verb: Verb, set: u128) -> Result<Ground, Refusal> {
    let policy = Policy::shipped();
    let at = minute(60 + i64::try_from(set).unwrap());
    let mut last = Err(Refusal::NotFound);
    for author in candidates(set) {
        let mut command = command(
            900 + set,
            Target::seen(seen),
            deed(verb, set, &author),
            &author,
            at,
        );
        if verb.aims_at() == Aims::Pair {
            command.targets.push(Target::seen(&there.other));
        }
        let context = context(&author, &policy, at);
        let take = |there: &Ground, record: &Record| {
            let targets = [record.clone(), there.other.clone()];
            crate::domain::apply(&targets, &command, &context)
        };
        // Whoever could not make it on the seen record cannot meet anybody.
        let alone = take(&Ground::new(seen.clone()), seen);
        if alone.is_err() {
            last = alone.map(|_| there.clone());
            continue;
        }
        return take(there, &there.record).map(|changes| there.after(changes));
    }
    last
}

/// The case that two officers act on, one more, and what happened last.
#[derive(Clone)]
struct Ground {
    record: Record,
    other: Record,
    changes: Vec<Change>,
}

impl Ground {
    fn new(record: Record) -> Self {
        let mut other = walk::companion();
        if let (Body::Incident(one), Body::Incident(two)) = (&record.body, &mut other.body) {
            let named = |link: &&CaseLink| link.case.id == other.id;
            two.links = one
                .links
                .iter()
                .filter(named)
                .map(|link| back(link, &record))
                .collect();
            if let Some(fold) = &one.fold {
                let case = named_case(&record);
                let by = fold.by.clone();
                two.merged = vec![CaseLink { case, by }];
            }
        }
        Self {
            record,
            other,
            changes: Vec::new(),
        }
    }

    fn after(&self, changes: Vec<Change>) -> Self {
        let of = |record: &Record| {
            let mut all = changes.iter().map(|change| &change.record);
            all.find(|it| it.id == record.id).unwrap_or(record).clone()
        };
        Self {
            record: of(&self.record),
            other: of(&self.other),
            changes,
        }
    }
}

fn named_case(record: &Record) -> CaseRef {
    CaseRef {
        id: record.id,
        number: None,
    }
}

fn back(link: &CaseLink, to: &Record) -> CaseLink {
    CaseLink {
        case: named_case(to),
        by: link.by.clone(),
    }
}

fn after(ground: &Ground) -> Record {
    ground.record.clone()
}

/// The record after an act made on `seen` that arrives at `there`.
fn meet(seen: &Record, there: &Record, verb: Verb, set: u128) -> Record {
    after(&arrive(seen, &Ground::new(there.clone()), verb, set).unwrap())
}

fn outcome_of(seen: &Record, first: Verb, second: Verb) -> Outcome {
    let ground = Ground::new(seen.clone());
    let Ok(one) = arrive(seen, &ground, first, 1) else {
        return Outcome::CannotMeet;
    };
    if arrive(seen, &ground, second, 2).is_err() {
        return Outcome::CannotMeet;
    }
    let middle = after(&one);
    let was = incident(&middle);
    match arrive(seen, &one, second, 2) {
        Ok(ground) => {
            let end = after(&ground);
            let now = incident(&end);
            let changes = &ground.changes;
            let all = serde_json::to_string(&(
                changes.iter().map(|c| &c.record).collect::<Vec<_>>(),
                changes.iter().map(|c| &c.event).collect::<Vec<_>>(),
            ))
            .unwrap();
            let silent = [Verb::Acknowledge, Verb::Accept, Verb::Read];
            assert!(silent.contains(&second) || all.contains("话2"), "{second}");
            let on = |change: &&Change| change.record.id == end.id;
            let effect = changes.iter().find(on).unwrap().event.card;
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
        Err(Refusal::Settled { .. } | Refusal::Answered { .. }) => Outcome::Settled,
        Err(
            Refusal::WrongStage { .. }
            | Refusal::RankStep { .. }
            | Refusal::Already { .. }
            | Refusal::NotCalled
            | Refusal::NotSupervised
            | Refusal::NotJoined { .. }
            | Refusal::HasMerged
            | Refusal::Merged { .. }
            | Refusal::NothingToRate
            | Refusal::WorkedOn { .. },
        ) => Outcome::Rule,
        Err(other) => panic!("{first} met by {second}: {other}"),
    }
}

#[test]
fn every_pair_at_every_stage_meets_as_the_rules_say() {
    let mut walked = 0;
    let mut used = [false; RULES.len()];
    for stage in STAGES {
        let works = |verb: &Verb| cell(*verb, stage) != Cell::Refused;
        for first in VERBS.into_iter().filter(works) {
            for second in VERBS.into_iter().filter(works) {
                let seen = at_stage(stage, [first, second]);
                let actual = outcome_of(&seen, first, second);
                assert_eq!(
                    outcome(stage, first, second),
                    Some(actual),
                    "at {}: {first}, then {second}",
                    stage.name()
                );
                walked += 1;
                if let Some(at) = RULES.iter().position(|rule| {
                    rule.seen.contains(&stage)
                        && rule.first.contains(&first)
                        && rule.second.contains(&second)
                }) {
                    used[at] = true;
                }
            }
        }
    }
    println!("{walked} pairs at {} stages", STAGES.len());
    assert_eq!(walked, 4_081);
    for (rule, used) in RULES.iter().zip(used) {
        assert!(used, "no pair comes under {rule:?}");
    }
}

/// Closed by one, raised to the highest by another who saw it unsigned.
fn raised_over_closed() -> Record {
    let seen = at_stage(Stage::AwaitingSignature, [Verb::Raise; 2]);
    let closed = meet(&seen, &seen, Verb::SignStrikeOff, 1);
    let raised = meet(&seen, &closed, Verb::Raise, 2);
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
        let refused = once(&record, deed(next, 3, &duty(2)), &duty(2));
        assert_eq!(refused, Err(Refusal::OpenConflict { verb: next.into() }));
    }
}

fn last(changes: &[Change]) -> Record {
    changes.last().unwrap().record.clone()
}

#[test]
fn cards_are_bounded_and_only_settled_ones_make_room() {
    use crate::domain::incident::conflict::CONFLICTS_KEPT_MAX;
    let seen = at_stage(Stage::Handling, [Verb::Raise; 2]);
    let mut record = meet(&seen, &seen, Verb::Raise, 1);
    let policy = Policy::shipped();
    let late = |record: &Record, number: u128| {
        let author = leader();
        let act = deed(Verb::Lower, number, &author);
        let command = command(number, Target::seen(&seen), act, &author, minute(90));
        let context = context(&author, &policy, minute(90));
        crate::domain::apply(std::slice::from_ref(record), &command, &context)
    };
    for number in 0..CONFLICTS_KEPT_MAX as u128 {
        record = last(&late(&record, 500 + number).unwrap());
    }
    let refused = late(&record, 600);
    assert!(matches!(refused, Err(Refusal::Stale { .. })), "{refused:?}");
    let ruled = rule(&record, Way::Keep, "", &duty(1)).unwrap();
    let record = last(&late(&ruled, 601).unwrap());
    let cards = &incident(&record).conflicts;
    assert_eq!(cards.len(), CONFLICTS_KEPT_MAX);
    assert!(cards.iter().all(Conflict::is_open));
}

#[test]
fn the_later_words_of_a_lowering_become_a_note_in_their_authors_name() {
    let seen = at_stage(Stage::Handling, [Verb::Raise; 2]);
    let raised = meet(&seen, &seen, Verb::Raise, 1);
    let record = meet(&seen, &raised, Verb::Lower, 2);
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
        Err(Refusal::NotPermitted {
            verb: AnyVerb::Incident(Verb::Lower)
        })
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
