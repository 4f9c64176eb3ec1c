//! What officers do in a night to steer the work: whose it is, who is told,
//! called and driven on, what belongs together.

use zhiban::domain::codes::EventGrade;
use zhiban::domain::incident::Incident;
use zhiban::domain::incident::act::{
    Act, AskExtension, AtUnits, Edit, GrantExtension, HandDown, HolderId, Join, OnBehalf,
    PoliceReturn, RateWhistle, Reason, RefuseExtension, ReportIn, Supervise, ToUnit, Triage, Words,
};
use zhiban::domain::incident::stage::SUPERVISIONS;
use zhiban::domain::incident::verb::Verb;
use zhiban::domain::incident::whistle::Mark;

use super::centre::{CITY_UNIT, unit_id};
use super::script::{assigned, somebody};
use super::world::Dice;

/// The unit above the district's.
fn above() -> HolderId {
    HolderId {
        unit: unit_id(CITY_UNIT),
        person: None,
    }
}

/// An act of one of these verbs; none for the others.
pub fn act(dice: &mut Dice, verb: Verb, incident: &Incident, words: &str) -> Option<Act> {
    let text = words.to_owned();
    let on_behalf = Some(OnBehalf {
        of: "村主任".to_owned(),
        by: "电话".to_owned(),
    });
    Some(match verb {
        Verb::Triage => Act::Triage(Box::new(Triage {
            emergency: Some(Edit {
                from: incident.emergency,
                to: Some(EventGrade::Ordinary),
            }),
            opinion: text,
            route: dice.permille(500).then(|| assigned(dice, String::new())),
            ..Triage::default()
        })),
        Verb::Escalate => Act::Escalate(ToUnit {
            to: above(),
            reason: text,
        }),
        Verb::HandDown => Act::HandDown(HandDown {
            to: somebody(dice),
            due: None,
            words: text,
        }),
        Verb::Copy => Act::Copy(AtUnits {
            units: vec![somebody(dice)],
            words: text,
        }),
        Verb::Whistle => Act::Whistle(AtUnits {
            units: vec![somebody(dice)],
            words: text,
        }),
        Verb::Read => Act::Read(Words { text }),
        Verb::ReportIn => Act::ReportIn(ReportIn {
            unit: incident
                .unanswered_calls()
                .next()
                .map(|(_, called)| called.unit.unit.id),
            text,
            on_behalf,
        }),
        Verb::RateWhistle => {
            let whistle = incident.whistles.last()?;
            Act::RateWhistle(RateWhistle {
                whistle: whistle.id,
                unit: whistle.called.first()?.unit.unit.id,
                mark: Mark::Fair,
                text,
            })
        }
        Verb::Supervise => {
            let level = dice.one_of(&SUPERVISIONS).copied()?;
            Act::Supervise(Supervise {
                to: level,
                reason: text,
            })
        }
        Verb::AskExtension => Act::AskExtension(AskExtension {
            days: 3,
            reason: text,
            on_behalf,
        }),
        Verb::GrantExtension => Act::GrantExtension(GrantExtension {
            asked: incident.extensions.last()?.id,
            days: 2,
            text,
        }),
        Verb::RefuseExtension => Act::RefuseExtension(RefuseExtension {
            asked: incident.extensions.last()?.id,
            reason: text,
        }),
        Verb::ReturnToPolice => Act::ReturnToPolice(PoliceReturn {
            reason: text,
            confirmed_with: String::new(),
        }),
        _ => return other(verb, text),
    })
}

/// Those that ask for a reason and nothing else.
fn other(verb: Verb, reason: String) -> Option<Act> {
    Some(match verb {
        Verb::LiftSupervision => Act::LiftSupervision(Reason { reason }),
        Verb::Void => Act::Void(Reason { reason }),
        Verb::Merge => Act::Merge(Join { reason }),
        Verb::Unmerge => Act::Unmerge(Join { reason }),
        Verb::Link => Act::Link(Join { reason }),
        Verb::Unlink => Act::Unlink(Join { reason }),
        _ => return None,
    })
}
