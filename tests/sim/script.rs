//! What officers do in a night: whatever the dice say, on what they see.

use zhiban::domain::alarm::RANKS;
use zhiban::domain::command::Target;
use zhiban::domain::entry::{Call, CallOutcome, Direction};
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::act::{
    Accept, Acknowledge, Act, Amend, Answer, Assign, CallLogged, Edit, FinishWork, FollowUp,
    FollowUpOutcome, Grade, HolderId, Note, OnBehalf, Reason, Register, ReturnWork, Reveal, Settle,
    SnoozeUntil, Words,
};
use zhiban::domain::incident::conflict::Way;
use zhiban::domain::incident::verb::{Aims, Verb};
use zhiban::domain::incident::{Channel, FourElements, Incident, Outcome, Source};
use zhiban::domain::record::Record;
use zhiban::domain::time::{Millis, Timestamp};

use super::centre::{DISTRICT, OTHER_TOWN, TOWN, TOWN_UNIT, VILLAGE_UNIT, area, unit_id};
use super::steering;
use super::world::Dice;

/// An act before it is submitted.
#[derive(Clone, Debug)]
pub struct Intent {
    pub targets: Vec<Target>,
    pub act: Act,
    /// The entry that it makes.
    pub entry: Option<RecordId>,
}

/// The verbs of a night with how often each comes, of all together.
const HABITS: [(Verb, u64); 40] = [
    (Verb::Note, 19),
    (Verb::Call, 8),
    (Verb::Reveal, 3),
    (Verb::Acknowledge, 8),
    (Verb::Raise, 6),
    (Verb::Lower, 4),
    (Verb::Assign, 8),
    (Verb::Accept, 8),
    (Verb::Return, 4),
    (Verb::Recall, 2),
    (Verb::Finish, 7),
    (Verb::Verify, 5),
    (Verb::SendBack, 2),
    (Verb::FollowUp, 4),
    (Verb::Amend, 5),
    (Verb::Snooze, 2),
    (Verb::ProposeStrikeOff, 3),
    (Verb::SignStrikeOff, 2),
    (Verb::DeclineStrikeOff, 1),
    (Verb::Reopen, 1),
    (Verb::Settle, 6),
    (Verb::Triage, 3),
    (Verb::Escalate, 1),
    (Verb::HandDown, 2),
    (Verb::Copy, 2),
    (Verb::Read, 1),
    (Verb::Whistle, 2),
    (Verb::ReportIn, 2),
    (Verb::RateWhistle, 2),
    (Verb::Supervise, 3),
    (Verb::LiftSupervision, 2),
    (Verb::AskExtension, 2),
    (Verb::GrantExtension, 2),
    (Verb::RefuseExtension, 1),
    (Verb::ReturnToPolice, 1),
    (Verb::Void, 1),
    (Verb::Merge, 3),
    (Verb::Unmerge, 2),
    (Verb::Link, 1),
    (Verb::Unlink, 1),
];

/// Any registration; the town's officer registers in the town.
pub fn registration(dice: &mut Dice, words: &str) -> Act {
    let places = [TOWN, TOWN, OTHER_TOWN, DISTRICT];
    let place = dice.one_of(&places).copied().unwrap_or(TOWN);
    registration_in(dice, place, words)
}

pub fn registration_in(dice: &mut Dice, place: &str, words: &str) -> Act {
    Act::Register(Box::new(Register {
        area: area(place),
        category: "0201".parse().unwrap(),
        rank: dice.one_of(&RANKS).copied().unwrap_or(RANKS[0]),
        title: format!("事件 {words}"),
        place: "三岔路口".to_owned(),
        summary: words.to_owned(),
        scale: None,
        people_count: None,
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: String::new(),
            phone: "10012340001".to_owned(),
        },
        parties: Vec::new(),
        sealed: Vec::new(),
        answer: if dice.permille(500) {
            Answer::Author
        } else {
            Answer::Nobody
        },
    }))
}

/// A new incident.
pub fn register(dice: &mut Dice, town_only: bool, words: &str) -> Intent {
    let act = if town_only {
        registration_in(dice, TOWN, words)
    } else {
        registration(dice, words)
    };
    Intent {
        targets: vec![Target::new_incident(RecordId::new(dice.uuid()))],
        act,
        entry: None,
    }
}

/// Something on an incident that is on the screen. It may well be refused.
pub fn on_incident(
    dice: &mut Dice,
    record: &Record,
    others: &[Record],
    words: &str,
    now: Timestamp,
) -> Option<Intent> {
    let incident = record.incident()?;
    let mut left = dice.below(HABITS.iter().map(|(_, often)| often).sum());
    let mut verb = HABITS
        .iter()
        .find(|(_, often)| {
            let found = left < *often;
            left = left.saturating_sub(*often);
            found
        })
        .map_or(Verb::Note, |(verb, _)| *verb);
    // A card that waits is seen at once, and often ruled on.
    if incident.open_conflicts().next().is_some() && dice.permille(400) {
        verb = Verb::Settle;
    }
    let mut targets = vec![Target::seen(record)];
    if verb.aims_at() == Aims::Pair {
        // What is folded or linked is often parted again.
        let own = incident
            .same_matter()
            .chain(incident.links.iter().map(|link| link.case));
        let own: Vec<RecordId> = own.map(|case| case.id).collect();
        let known = |other: &&Record| own.contains(&other.id);
        let parted = others.iter().find(known).filter(|_| dice.permille(700));
        let other = match parted {
            Some(other) => other,
            None => dice.one_of(others)?,
        };
        targets.push(Target::seen(other));
    }
    let mut intent = Intent {
        targets,
        act: act(dice, verb, incident, words, now)?,
        entry: None,
    };
    let fresh = RecordId::new(dice.uuid());
    match &mut intent.act {
        Act::Note(args) => args.entry = fresh,
        Act::Call(args) => args.entry = fresh,
        Act::Reveal(args) => args.entry = fresh,
        Act::Settle(args) if args.entry.is_some() => {
            // The ruling stands in the timeline as itself.
            args.entry = Some(fresh);
            return Some(intent);
        }
        _ => return Some(intent),
    }
    intent.entry = Some(fresh);
    Some(intent)
}

fn act(
    dice: &mut Dice,
    verb: Verb,
    incident: &Incident,
    words: &str,
    now: Timestamp,
) -> Option<Act> {
    let text = words.to_owned();
    let rank = dice.one_of(&RANKS).copied()?;
    let on_behalf = Some(OnBehalf {
        of: "村主任".to_owned(),
        by: "电话".to_owned(),
    });
    let nowhere = RecordId::new(uuid::Uuid::nil());
    Some(match verb {
        Verb::Note => Act::Note(Note {
            entry: nowhere,
            text,
            corrects: None,
        }),
        Verb::Call => Act::Call(CallLogged {
            entry: nowhere,
            call: Call {
                direction: Direction::Out,
                with: "派出所".to_owned(),
                phone: String::new(),
                outcome: CallOutcome::Answered,
            },
            text,
        }),
        Verb::Reveal => Act::Reveal(Reveal {
            entry: nowhere,
            reason: text,
        }),
        Verb::Acknowledge => Act::Acknowledge(Acknowledge {
            episode: incident.alarm.episode,
        }),
        Verb::Snooze => Act::Snooze(SnoozeUntil {
            until: now.saturating_add(Millis(600_000)),
            reason: text,
        }),
        Verb::Raise => Act::Raise(Grade {
            to: rank,
            reason: text,
        }),
        Verb::Lower => Act::Lower(Grade {
            to: rank,
            reason: text,
        }),
        Verb::Assign => Act::Assign(Box::new(assigned(dice, text))),
        Verb::Accept => Act::Accept(Accept { on_behalf }),
        Verb::Return => Act::Return(ReturnWork {
            reason: text,
            on_behalf,
        }),
        Verb::Recall => Act::Recall(Reason { reason: text }),
        Verb::Finish => Act::Finish(FinishWork {
            outcome: Outcome::Resolved,
            method: None,
            text,
            on_behalf,
        }),
        Verb::Verify => Act::Verify(Words { text }),
        Verb::SendBack => Act::SendBack(Reason { reason: text }),
        Verb::FollowUp => Act::FollowUp(FollowUp {
            outcome: FollowUpOutcome::Satisfied,
            text,
        }),
        Verb::ProposeStrikeOff => Act::ProposeStrikeOff(Words { text }),
        Verb::SignStrikeOff => Act::SignStrikeOff(Words { text }),
        Verb::DeclineStrikeOff => Act::DeclineStrikeOff(Reason { reason: text }),
        Verb::Reopen => Act::Reopen(Reason { reason: text }),
        Verb::Settle => {
            let ways = [Way::Keep, Way::Redo, Way::Note];
            let way = dice.one_of(&ways).copied().unwrap_or(Way::Keep);
            Act::Settle(Settle {
                conflict: incident.open_conflicts().next()?.id,
                way,
                words: text,
                entry: (way == Way::Note).then_some(nowhere),
            })
        }
        Verb::Amend => Act::Amend(Box::new(Amend {
            place: Some(Edit {
                from: incident.place.clone(),
                to: text,
            }),
            ..Amend::default()
        })),
        // No act on an incident that is there.
        Verb::Register => return None,
        verb => return steering::act(dice, verb, incident, words),
    })
}

pub fn somebody(dice: &mut Dice) -> HolderId {
    let units = [TOWN_UNIT, VILLAGE_UNIT];
    let unit = dice.one_of(&units).copied().unwrap_or(TOWN_UNIT);
    HolderId {
        unit: unit_id(unit),
        person: None,
    }
}

pub fn assigned(dice: &mut Dice, words: String) -> Assign {
    Assign {
        lead: somebody(dice),
        assist: Vec::new(),
        copies: Vec::new(),
        elements: FourElements {
            task: "查清原因".to_owned(),
            schedule: vec!["今夜".to_owned()],
            path: "上门调解".to_owned(),
            owner: "陈立".to_owned(),
        },
        due: None,
        words,
    }
}
