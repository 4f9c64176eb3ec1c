//! The way back from the latest act: who has one, that the rules take it, and
//! that the case stands as before.

use super::deeds::{at_stage, candidates, deed};
use super::*;
use crate::domain::incident::stage::STAGES;
use crate::domain::incident::table::{Cell, cell};
use crate::domain::incident::undo::undo;
use crate::domain::incident::verb::{Aims, VERBS, Verb};

/// The verbs that have a way back, and the verb that leads there.
const BACK: [(Verb, Verb); 9] = [
    (Verb::Raise, Verb::Lower),
    (Verb::Lower, Verb::Raise),
    (Verb::Assign, Verb::Recall),
    (Verb::Escalate, Verb::Recall),
    (Verb::HandDown, Verb::Recall),
    (Verb::Supervise, Verb::LiftSupervision),
    (Verb::LiftSupervision, Verb::Supervise),
    (Verb::ReturnToPolice, Verb::Reopen),
    (Verb::Void, Verb::Reopen),
];

/// `act` by the first who may.
fn by_anybody(record: &Record, number: u128, deed: impl Fn(&Officer) -> Act) -> Option<Record> {
    candidates(number)
        .iter()
        .find_map(|author| act(record, number, deed(author), author, minute(90)).ok())
}

#[test]
fn a_verb_has_the_way_back_that_the_table_says_and_the_rules_take_it() {
    let mut undone = Vec::new();
    for verb in VERBS {
        let expected = BACK.iter().find(|(own, _)| *own == verb);
        for stage in STAGES {
            let one_case = verb.aims_at() == Aims::One && verb != Verb::Register;
            if !one_case || cell(verb, stage) == Cell::Refused {
                continue;
            }
            let before = at_stage(stage, [verb, Verb::Note]);
            let Some(after) = by_anybody(&before, 1, |author| deed(verb, 1, author)) else {
                continue;
            };
            let back = undo(verb, incident(&after), "撤销");
            let at = format!("{verb} at {}", stage.name());
            let Some((_, by)) = expected else {
                assert_eq!(back, None, "{at}");
                continue;
            };
            // A case that was opened by a raise is not lowered into its grave,
            // and supervision that was raised twice is not lifted to once.
            let Some(back) = back else {
                assert_eq!(verb, Verb::Supervise, "{at}");
                continue;
            };
            assert_eq!(back.verb(), *by, "{at}");
            let Some(again) = by_anybody(&after, 2, |_| back.clone()) else {
                assert!(
                    [Verb::Raise, Verb::Void].contains(&verb),
                    "{at}: nobody may take it back"
                );
                continue;
            };
            let (was, is) = (incident(&before), incident(&again));
            assert_eq!(is.alarm.rank, was.alarm.rank, "{at}");
            assert_eq!(is.supervision, was.supervision, "{at}");
            assert!(is.is_open(), "{at}");
            if *by == Verb::Recall {
                assert_eq!(is.stage(), Stage::New, "{at}");
                assert_eq!(is.counts.returned, was.counts.returned, "{at}");
            }
            undone.push(verb);
        }
    }
    for (verb, _) in BACK {
        assert!(undone.contains(&verb), "{verb} was never taken back");
    }
}

#[test]
fn what_was_accepted_is_not_recalled() {
    let (centre, village) = (duty(1), town());
    let assigned = play(registered(Rank::Watch, &centre), &[(assign_to(2), &centre)]).unwrap();
    let recalled = play(assigned.clone(), &[(Act::Recall(why()), &centre)]).unwrap();
    assert_eq!(incident(&recalled).stage(), Stage::New);
    assert_eq!(incident(&recalled).step.holder.unit.id, centre.unit.id);
    assert_eq!(incident(&recalled).step.given_by, None);
    let by_holder = play(assigned.clone(), &[(Act::Recall(why()), &village)]);
    assert!(
        matches!(by_holder, Err(Refusal::NotCreator { .. })),
        "{by_holder:?}"
    );
    let accepted = play(
        assigned,
        &[
            (Act::Accept(Accept::default()), &village),
            (Act::Recall(why()), &centre),
        ],
    );
    assert!(
        matches!(accepted, Err(Refusal::WrongStage { .. })),
        "{accepted:?}"
    );
}
