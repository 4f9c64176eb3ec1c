//! Acts that work, who may do them, and records on which they do.

use super::*;
use crate::domain::codes::Scale;
use crate::domain::ids::CommandId;
use crate::domain::incident::conflict::{Conflict, Effect, Holds, Side, Way};
use crate::domain::incident::ending::{CaseLink, CaseRef, Ending, Fold};
use crate::domain::incident::extension::Extension;
use crate::domain::incident::stage::{STAGES, Supervision};
use crate::domain::incident::verb::Verb;
use crate::domain::incident::whistle::{Called, Mark, Whistle};
use crate::domain::incident::{Signature, Supervised};
use crate::domain::officer::Role;
use crate::domain::record::Body;
use crate::domain::unit::Holder;

/// Names of a card, a whistle and a request for more time.
pub const CARD: u128 = 0xCA4D;
const WHISTLE: u128 = 0x0E15;
const REQUEST: u128 = 0xDA75;

pub fn id_of(number: u128) -> CommandId {
    CommandId::new(Uuid::from_u128(number))
}

/// The unit one level below the author's: another than the one that has it in
/// these tests, or giving it on would change nothing.
fn below(author: &Officer) -> u128 {
    if author.unit.id == unit(1).id { 4 } else { 3 }
}

/// An act for a verb that works on the incident, with words of its own.
pub fn deed(verb: Verb, number: u128, author: &Officer) -> Act {
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
        Verb::Assign => match assign_to(below(author)) {
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
        Verb::Recall => Act::Recall(Reason { reason: text }),
        Verb::Finish => Act::Finish(FinishWork {
            outcome: Outcome::Resolved,
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
            conflict: id_of(CARD),
            way: Way::Keep,
            words: text,
            entry: None,
        }),
        _ => steer(verb, number, author, text),
    }
}

/// The same of the verbs that steer the work.
fn steer(verb: Verb, number: u128, author: &Officer, text: String) -> Act {
    let reason = || Reason {
        reason: text.clone(),
    };
    match verb {
        Verb::Triage => Act::Triage(Box::new(Triage {
            scale: Some(Edit {
                from: None,
                to: Some(Scale::ALL[number as usize % 3]),
            }),
            opinion: text,
            ..Triage::default()
        })),
        Verb::Escalate => Act::Escalate(ToUnit {
            to: holder(1),
            reason: text,
        }),
        Verb::HandDown => Act::HandDown(HandDown {
            to: holder(below(author)),
            due: None,
            words: text,
        }),
        Verb::Copy => Act::Copy(AtUnits {
            units: vec![holder(4)],
            words: text,
        }),
        Verb::Read => Act::Read(words(&text)),
        Verb::Whistle => Act::Whistle(AtUnits {
            units: vec![holder(4)],
            words: text,
        }),
        Verb::ReportIn => Act::ReportIn(ReportIn {
            text,
            ..ReportIn::default()
        }),
        Verb::RateWhistle => Act::RateWhistle(RateWhistle {
            whistle: id_of(WHISTLE),
            unit: unit(5).id,
            mark: Mark::Poor,
            text,
        }),
        Verb::Supervise => Act::Supervise(Supervise {
            to: Supervision::YellowCard,
            reason: text,
        }),
        Verb::LiftSupervision => Act::LiftSupervision(reason()),
        Verb::AskExtension => Act::AskExtension(AskExtension {
            days: 3,
            reason: text,
            on_behalf: Some(said()),
        }),
        Verb::GrantExtension => Act::GrantExtension(GrantExtension {
            asked: id_of(REQUEST),
            days: 2,
            text,
        }),
        Verb::RefuseExtension => Act::RefuseExtension(RefuseExtension {
            asked: id_of(REQUEST),
            reason: text,
        }),
        Verb::ReturnToPolice => Act::ReturnToPolice(PoliceReturn {
            reason: text,
            confirmed_with: "指挥中心".into(),
        }),
        Verb::Void => Act::Void(reason()),
        Verb::Merge => Act::Merge(Join { reason: text }),
        Verb::Unmerge => Act::Unmerge(Join { reason: text }),
        Verb::Link => Act::Link(Join { reason: text }),
        Verb::Unlink => Act::Unlink(Join { reason: text }),
        _ => unreachable!("{verb} is one of the work itself"),
    }
}

/// Officers of whom one may do it, the two sets apart.
pub fn candidates(set: u128) -> [Officer; 4] {
    [
        officer(50 + set, 1, Role::DutyOfficer, "420607"),
        officer(60 + set, 1, Role::Leader, "420607"),
        officer(70 + set, 2, Role::Handler, "420607101"),
        officer(80 + set, 5, Role::Handler, "420607"),
    ]
}

/// A record at `stage` on which both verbs can be done, as far as the one does
/// not keep the other from it.
pub fn at_stage(stage: Stage, acts: [Verb; 2]) -> Record {
    let at = STAGES.iter().position(|own| *own == stage).unwrap();
    let mut record = walk::start(u8::try_from(at).unwrap());
    assert_eq!(incident(&record).stage(), stage);
    if let Body::Incident(incident) = &mut record.body {
        for verb in acts {
            prepare(incident, verb, stage);
        }
    }
    record
}

fn signed() -> Signature {
    Signature {
        by: duty(1).reference(),
        at: minute(1),
        text: "先".into(),
    }
}

/// What a verb needs to find.
fn prepare(incident: &mut Incident, verb: Verb, stage: Stage) {
    let dept = || Holder {
        unit: unit(5),
        person: None,
    };
    match verb {
        Verb::Escalate if stage == Stage::New => incident.step.holder.unit = unit(2),
        Verb::Read => incident.copies = vec![dept()],
        Verb::ReportIn | Verb::RateWhistle if incident.whistles.is_empty() => {
            incident.whistles.push(Whistle {
                id: id_of(WHISTLE),
                by: unit(1),
                made: signed(),
                answer_by: minute(2),
                called: vec![Called {
                    unit: dept(),
                    reported: None,
                    rated: None,
                }],
            });
        }
        Verb::LiftSupervision => {
            incident.supervision = Supervision::Ordinary;
            incident.supervisions = vec![Supervised {
                from: Supervision::None,
                to: Supervision::Ordinary,
                by: signed(),
            }];
        }
        Verb::GrantExtension | Verb::RefuseExtension => {
            incident.extensions = vec![Extension {
                id: id_of(REQUEST),
                unit: unit(2),
                asked: signed(),
                days: 3,
                answer: None,
            }];
        }
        Verb::Unmerge => {
            let into = CaseRef {
                id: walk::companion().id,
                number: None,
            };
            incident.fold = Some(Box::new(Fold {
                into,
                by: signed(),
                stage: Stage::Handling,
                since: minute(1),
                deadline: None,
            }));
            if stage == Stage::Closed {
                incident.ending = Some(Ending::Merged { into });
            }
        }
        Verb::Unlink => {
            incident.links = vec![CaseLink {
                case: CaseRef {
                    id: walk::companion().id,
                    number: None,
                },
                by: signed(),
            }];
        }
        Verb::Settle if incident.conflicts.is_empty() => incident.conflicts.push(card(stage)),
        _ => {}
    }
}

fn card(stage: Stage) -> Conflict {
    let side = Side {
        verb: Verb::Raise,
        by: duty(1).reference(),
        unit: None,
        at: minute(1),
        words: "先".into(),
        rank: Some(Rank::Watch),
    };
    Conflict {
        id: id_of(CARD),
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
    }
}
