//! Random walks: whatever officers try, in whatever order, the table holds.

use proptest::prelude::*;

use super::*;
use crate::domain::command::Target;
use crate::domain::ids::CommandId;
use crate::domain::incident::conflict::WAYS;
use crate::domain::incident::table::{Cell, cell};
use crate::domain::incident::verb::{VERBS, Verb};
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
    let one = (0..VERBS.len(), 0..8_usize, any::<u8>(), any::<bool>()).prop_map(
        |(verb, officer, choice, seen)| Move {
            verb,
            officer,
            choice,
            seen,
        },
    );
    prop::collection::vec(one, 1..60)
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
        for (number, step) in walk.iter().enumerate() {
            let verb = VERBS[step.verb];
            let author = &officers[step.officer];
            let at = minute(60 + i64::try_from(number).unwrap());
            let mut target = Target::seen(&record);
            if !step.seen {
                target.seen = None;
            }
            let command =
                command(1_000 + number as u128, target, act_for(verb, step.choice), author, at);
            let context = context(author, &policy, at);
            let before = record.clone();
            let once = crate::domain::apply(std::slice::from_ref(&record), &command, &context);
            let twice = crate::domain::apply(std::slice::from_ref(&record), &command, &context);
            prop_assert_eq!(&once, &twice, "the same input gave two answers");
            prop_assert_eq!(&record, &before, "apply changed what it was given");
            let Ok(changes) = once else { continue };

            let from = incident(&before).stage();
            let after = &changes.last().expect("an accepted act changes something").record;
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
            if to == Stage::Closed && from != Stage::Closed {
                let strike = now.strike_off.as_ref().expect("closed by signatures");
                let signed = strike.signed.as_ref().expect("signed twice");
                prop_assert_ne!(signed.by.id, strike.proposed.by.id);
                prop_assert!(now.elements.missing().is_empty());
            }
            let text = serde_json::to_string(after).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Record>(&text).unwrap(), after);
            record = after.clone();
        }
    }
}
