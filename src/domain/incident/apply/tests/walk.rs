//! Random walks: whatever officers try, in whatever order, the table holds.

use proptest::prelude::*;

use super::*;
use crate::domain::codes::EventGrade;
use crate::domain::command::Target;
use crate::domain::ids::CommandId;
use crate::domain::incident::conflict::WAYS;
use crate::domain::incident::ending::Ending;
use crate::domain::incident::stage::SUPERVISIONS;
use crate::domain::incident::table::{Cell, cell};
use crate::domain::incident::verb::{Aims, VERBS, Verb};
use crate::domain::incident::whistle::MARKS;
use crate::domain::officer::{Reach, Role};
use crate::domain::policy::Policy;

/// A card that may be open: that of a command of this walk.
fn command_of(choice: u8) -> CommandId {
    CommandId::new(Uuid::from_u128(
        0xC000_0000 + 1_000 + u128::from(choice % 60),
    ))
}

/// Acts for a verb, some of which hold at some stage and some never.
fn act_for(verb: Verb, choice: u8) -> Act {
    let odd = choice % 2 == 1;
    let reason = if choice.is_multiple_of(5) {
        String::new()
    } else {
        "有变化".to_owned()
    };
    let rank = [Rank::Notice, Rank::Watch, Rank::Serious, Rank::Urgent][choice as usize % 4];
    let on_behalf = odd.then(said);
    match verb {
        Verb::Register => Act::Register(Box::new(registration(rank))),
        Verb::Acknowledge => Act::Acknowledge(Acknowledge {
            episode: u32::from(choice % 3),
        }),
        Verb::Snooze => Act::Snooze(SnoozeUntil {
            until: minute(i64::from(choice) * 10),
            reason,
        }),
        Verb::Note => Act::Note(Note {
            entry: entry_id(u128::from(choice)),
            text: reason,
            corrects: None,
        }),
        Verb::Call => Act::Call(CallLogged {
            entry: entry_id(u128::from(choice)),
            call: crate::domain::entry::Call {
                direction: crate::domain::entry::Direction::Out,
                with: reason,
                phone: String::new(),
                outcome: crate::domain::entry::CallOutcome::NoAnswer,
            },
            text: String::new(),
        }),
        Verb::Reveal => Act::Reveal(Reveal {
            entry: entry_id(u128::from(choice)),
            reason,
        }),
        Verb::Amend => Act::Amend(Box::new(Amend {
            place: odd.then(|| Edit {
                from: "三岔村二组".into(),
                to: "村口".into(),
            }),
            ..Amend::default()
        })),
        Verb::Raise => Act::Raise(Grade { to: rank, reason }),
        Verb::Lower => Act::Lower(Grade { to: rank, reason }),
        Verb::Assign => assign_to(u128::from(choice % 6)),
        Verb::Accept => Act::Accept(Accept { on_behalf }),
        Verb::Return => Act::Return(ReturnWork { reason, on_behalf }),
        Verb::Recall => Act::Recall(Reason { reason }),
        Verb::Finish => finish(on_behalf),
        Verb::Verify => Act::Verify(words("")),
        Verb::SendBack => Act::SendBack(Reason { reason }),
        Verb::FollowUp => Act::FollowUp(FollowUp {
            outcome: [
                FollowUpOutcome::Satisfied,
                FollowUpOutcome::MostlySatisfied,
                FollowUpOutcome::Dissatisfied,
                FollowUpOutcome::NotReached,
            ][choice as usize % 4],
            text: reason,
        }),
        Verb::ProposeStrikeOff => Act::ProposeStrikeOff(words("")),
        Verb::SignStrikeOff => Act::SignStrikeOff(words("")),
        Verb::DeclineStrikeOff => Act::DeclineStrikeOff(Reason { reason }),
        Verb::Reopen => Act::Reopen(why()),
        Verb::Settle => Act::Settle(Settle {
            conflict: command_of(choice),
            way: WAYS[choice as usize % 3],
            words: reason,
            entry: (choice % 3 == 2).then(|| entry_id(u128::from(choice))),
        }),
        _ => steering(verb, choice, reason),
    }
}

/// The same of the verbs that steer the work.
fn steering(verb: Verb, choice: u8, reason: String) -> Act {
    let odd = choice % 2 == 1;
    let on_behalf = odd.then(said);
    match verb {
        Verb::Triage => Act::Triage(Box::new(Triage {
            emergency: odd.then_some(Edit {
                from: None,
                to: Some(EventGrade::Ordinary),
            }),
            opinion: reason,
            route: match assign_to(u128::from(choice % 6)) {
                Act::Assign(args) if choice.is_multiple_of(3) => Some(*args),
                _ => None,
            },
            ..Triage::default()
        })),
        Verb::Escalate => Act::Escalate(ToUnit {
            to: holder(u128::from(choice % 6)),
            reason,
        }),
        Verb::HandDown => Act::HandDown(HandDown {
            to: holder(u128::from(choice % 6)),
            due: odd.then(|| minute(i64::from(choice) * 10)),
            words: reason,
        }),
        Verb::Copy => Act::Copy(at_units(choice, reason)),
        Verb::Read => Act::Read(words("")),
        Verb::Whistle => Act::Whistle(at_units(choice, reason)),
        Verb::ReportIn => Act::ReportIn(ReportIn {
            text: reason,
            unit: odd.then(|| unit(u128::from(choice % 6)).id),
            on_behalf,
        }),
        Verb::RateWhistle => Act::RateWhistle(RateWhistle {
            whistle: command_of(choice),
            unit: unit(u128::from(choice % 6)).id,
            mark: MARKS[choice as usize % 3],
            text: reason,
        }),
        Verb::Supervise => Act::Supervise(Supervise {
            to: SUPERVISIONS[choice as usize % 3],
            reason,
        }),
        Verb::LiftSupervision => Act::LiftSupervision(Reason { reason }),
        Verb::AskExtension => Act::AskExtension(AskExtension {
            days: u16::from(choice % 64),
            reason,
            on_behalf,
        }),
        Verb::GrantExtension => Act::GrantExtension(GrantExtension {
            asked: command_of(choice),
            days: u16::from(choice % 64),
            text: reason,
        }),
        Verb::RefuseExtension => Act::RefuseExtension(RefuseExtension {
            asked: command_of(choice),
            reason,
        }),
        Verb::ReturnToPolice => Act::ReturnToPolice(PoliceReturn {
            confirmed_with: if odd { reason.clone() } else { String::new() },
            reason,
        }),
        Verb::Void => Act::Void(Reason { reason }),
        Verb::Merge => Act::Merge(Join { reason }),
        Verb::Unmerge => Act::Unmerge(Join { reason }),
        Verb::Link => Act::Link(Join { reason }),
        Verb::Unlink => Act::Unlink(Join { reason }),
        _ => unreachable!("{verb} is one of the work itself"),
    }
}

fn at_units(choice: u8, words: String) -> AtUnits {
    AtUnits {
        units: (0..choice % 4)
            .map(|at| holder((u128::from(choice) + u128::from(at)) % 6))
            .collect(),
        words,
    }
}

fn officers() -> Vec<Officer> {
    vec![
        duty(1),
        duty(2),
        leader(),
        town(),
        officer(3, 3, Role::Mediator, "420607101"),
        officer(4, 4, Role::DutyOfficer, "420607102"),
        officer(5, 1, Role::Auditor, "420607"),
        officer(6, 1, Role::Administrator, "420607"),
        officer(7, 5, Role::Handler, "420607"),
    ]
}

#[derive(Clone, Debug)]
struct Move {
    verb: usize,
    officer: usize,
    choice: u8,
    seen: bool,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0..VERBS.len(), 0..9_usize, any::<u8>(), any::<bool>()).prop_map(
        |(verb, officer, choice, seen)| Move {
            verb,
            officer,
            choice,
            seen,
        },
    );
    prop::collection::vec(one, 1..60)
}

/// Another case of the same place, for acts on two.
pub(super) fn companion() -> Record {
    Record {
        id: RecordId::new(Uuid::from_u128(0x2_0000)),
        ..registered(Rank::Watch, &duty(1))
    }
}

/// Steps that lead far into the work, so that walks start everywhere.
pub(super) fn start(stage: u8) -> Record {
    let (first, handler) = (duty(1), town());
    let path = [
        (assign_to(2), first.clone()),
        (Act::Accept(Accept::default()), handler.clone()),
        (finish(None), handler),
        (Act::Verify(words("")), first.clone()),
        (satisfied(), first.clone()),
        (Act::ProposeStrikeOff(words("")), first.clone()),
        (Act::SignStrikeOff(words("")), duty(2)),
    ];
    let taken = path
        .iter()
        .take(stage as usize)
        .map(|(act, who)| (act.clone(), who));
    play(registered(Rank::Watch, &first), &taken.collect::<Vec<_>>()).expect("a legal path")
}

proptest! {
    #[test]
    fn no_walk_leaves_the_table(stage in 0_u8..8, walk in moves()) {
        let policy = Policy::shipped();
        let officers = officers();
        let mut record = start(stage);
        let mut other = companion();
        for (number, step) in walk.iter().enumerate() {
            let verb = VERBS[step.verb];
            let author = &officers[step.officer];
            let at = minute(60 + i64::try_from(number).unwrap());
            let mut target = Target::seen(&record);
            if !step.seen {
                target.seen = None;
            }
            let mut command =
                command(1_000 + number as u128, target, act_for(verb, step.choice), author, at);
            if verb.aims_at() == Aims::Pair {
                command.targets.push(Target::seen(&other));
            }
            let context = context(author, &policy, at);
            let before = record.clone();
            let there = [record.clone(), other.clone()];
            let once = crate::domain::apply(&there, &command, &context);
            let twice = crate::domain::apply(&there, &command, &context);
            prop_assert_eq!(&once, &twice, "the same input gave two answers");
            prop_assert_eq!(&there[0], &before, "apply changed what it was given");
            let Ok(changes) = once else { continue };

            let from = incident(&before).stage();
            let of = |id| changes.iter().map(|change| &change.record).find(|it| it.id == id);
            let after = of(before.id).expect("an accepted act changes something");
            let to = incident(after).stage();
            match cell(verb, from) {
                Cell::Refused => prop_assert!(false, "{} worked at {}", verb, from.name()),
                Cell::Stays(_) => prop_assert_eq!(from, to),
                Cell::To(ways, _) => prop_assert!(ways.contains(&to), "{} led to {}", verb, to.name()),
            }
            let now = incident(after);
            prop_assert_eq!(
                Stage::of(now.status, now.step.status), Some(to), "an illegal pair of fields"
            );
            prop_assert_ne!(author.reach(verb, before.area), Reach::Nowhere);
            prop_assert_eq!(after.rev, before.rev.next());
            if verb.only_looks() {
                prop_assert_eq!(&now.last, &incident(&before).last);
            } else {
                prop_assert_eq!(now.last.verb, verb);
            }
            prop_assert_eq!(now.deadline.is_none(), to == Stage::Closed);
            let ending = now.ended();
            prop_assert_eq!(ending.is_some(), to == Stage::Closed);
            prop_assert!(to == Stage::Closed || now.ending.is_none(), "an open case has ended");
            if from != Stage::Closed && ending == Some(Ending::StruckOff) {
                let strike = now.strike_off.as_ref().expect("closed by signatures");
                let signed = strike.signed.as_ref().expect("signed twice");
                prop_assert_ne!(signed.by.id, strike.proposed.by.id);
                prop_assert!(now.elements.missing().is_empty());
            }
            // Two cases know of each other, or neither of them does.
            let kept = of(other.id).unwrap_or(&other);
            let folded = incident(kept).merged.iter().any(|link| link.case.id == after.id);
            let fold = now.fold.as_ref().map(|fold| fold.into.id);
            prop_assert_eq!(folded, fold == Some(kept.id));
            let linked = |one: &Record, two: &Record| {
                incident(one).links.iter().any(|link| link.case.id == two.id)
            };
            prop_assert_eq!(linked(after, kept), linked(kept, after));
            let lifts = verb == Verb::LiftSupervision || verb == Verb::Settle;
            prop_assert!(now.supervision >= incident(&before).supervision || lifts);
            prop_assert!(incident(kept).alarm.rank >= incident(&other).alarm.rank);
            let kept = kept.clone();
            let text = serde_json::to_string(after).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Record>(&text).unwrap(), after);
            record = after.clone();
            other = kept;
        }
    }
}
