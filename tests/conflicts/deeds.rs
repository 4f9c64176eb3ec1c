//! One act for each verb, with words of its own.

use uuid::Uuid;
use zhiban::domain::alarm::Rank;
use zhiban::domain::codes::Scale;
use zhiban::domain::entry::{Call, CallOutcome, Direction};
use zhiban::domain::ids::{RecordId, UnitId};
use zhiban::domain::incident::act::{
    Accept, Acknowledge, Act, Amend, AskExtension, Assign, AtUnits, CallLogged, Edit, FinishWork,
    FollowUp, FollowUpOutcome, Grade, GrantExtension, HandDown, HolderId, Join, OnBehalf,
    PoliceReturn, RateWhistle, Reason, RefuseExtension, ReportIn, ReturnWork, Reveal, Settle,
    SnoozeUntil, Supervise, ToUnit, Triage, Words,
};
use zhiban::domain::incident::conflict::Way;
use zhiban::domain::incident::stage::Supervision;
use zhiban::domain::incident::verb::Verb;
use zhiban::domain::incident::whistle::Mark;
use zhiban::domain::incident::{FourElements, Incident, Outcome};
use zhiban::domain::time::{Millis, Timestamp};

use crate::support::centre::{new_note, registration};

pub fn behalf() -> OnBehalf {
    OnBehalf {
        of: "村主任".to_owned(),
        by: "电话".to_owned(),
    }
}

pub fn assign(unit: UnitId, words: &str) -> Act {
    Act::Assign(Box::new(Assign {
        lead: HolderId { unit, person: None },
        assist: Vec::new(),
        copies: Vec::new(),
        elements: FourElements {
            task: "厘清边界".to_owned(),
            schedule: vec!["周三丈量".to_owned()],
            path: "先调解".to_owned(),
            owner: "陈立".to_owned(),
        },
        due: None,
        words: words.to_owned(),
    }))
}

pub fn finish(text: &str) -> Act {
    Act::Finish(FinishWork {
        outcome: Outcome::Resolved,
        method: None,
        text: text.to_owned(),
        on_behalf: Some(behalf()),
    })
}

pub fn grade(to: Rank, reason: &str) -> Grade {
    Grade {
        to,
        reason: reason.to_owned(),
    }
}

pub fn satisfied(text: &str) -> Act {
    Act::FollowUp(FollowUp {
        outcome: FollowUpOutcome::Satisfied,
        text: text.to_owned(),
    })
}

pub fn words(text: &str) -> Words {
    Words {
        text: text.to_owned(),
    }
}

pub const fn whole(unit: UnitId) -> HolderId {
    HolderId { unit, person: None }
}

/// The unit above the district's.
pub fn city() -> UnitId {
    UnitId::new(Uuid::from_u128(4))
}

pub fn at_unit(unit: UnitId, words: &str) -> AtUnits {
    AtUnits {
        units: vec![whole(unit)],
        words: words.to_owned(),
    }
}

pub fn ask(reason: &str) -> Act {
    Act::AskExtension(AskExtension {
        days: 3,
        reason: reason.to_owned(),
        on_behalf: Some(behalf()),
    })
}

pub fn join(reason: &str) -> Join {
    Join {
        reason: reason.to_owned(),
    }
}

/// Whether the act carries words at all.
pub fn has_words(verb: Verb) -> bool {
    // A unit that has read it has read it, whoever says so a second time.
    !matches!(verb, Verb::Acknowledge | Verb::Accept | Verb::Read)
}

/// An act that works on this incident as it is on the screen.
pub fn deed(verb: Verb, on: &Incident, unit: UnitId, text: &str, now: Timestamp) -> Act {
    let reason = || Reason {
        reason: text.to_owned(),
    };
    match verb {
        Verb::Register => registration(text),
        Verb::Acknowledge => Act::Acknowledge(Acknowledge {
            episode: on.alarm.episode,
        }),
        Verb::Snooze => Act::Snooze(SnoozeUntil {
            until: now.saturating_add(Millis(3_600_000)),
            reason: text.to_owned(),
        }),
        Verb::Note => new_note(text),
        Verb::Call => Act::Call(CallLogged {
            entry: RecordId::new(Uuid::now_v7()),
            call: Call {
                direction: Direction::Out,
                with: "村主任".to_owned(),
                phone: String::new(),
                outcome: CallOutcome::Answered,
            },
            text: text.to_owned(),
        }),
        Verb::Reveal => Act::Reveal(Reveal {
            entry: RecordId::new(Uuid::now_v7()),
            reason: text.to_owned(),
        }),
        Verb::Amend => Act::Amend(Box::new(Amend {
            place: Some(Edit {
                from: on.place.clone(),
                to: text.to_owned(),
            }),
            ..Amend::default()
        })),
        Verb::Raise => Act::Raise(grade(Rank::Urgent, text)),
        Verb::Lower => Act::Lower(grade(Rank::Notice, text)),
        Verb::Assign => assign(unit, text),
        Verb::Accept => Act::Accept(Accept {
            on_behalf: Some(behalf()),
        }),
        Verb::Return => Act::Return(ReturnWork {
            reason: text.to_owned(),
            on_behalf: Some(behalf()),
        }),
        Verb::Recall => Act::Recall(reason()),
        Verb::Finish => finish(text),
        Verb::Verify => Act::Verify(words(text)),
        Verb::SendBack => Act::SendBack(reason()),
        Verb::FollowUp => satisfied(text),
        Verb::ProposeStrikeOff => Act::ProposeStrikeOff(words(text)),
        Verb::SignStrikeOff => Act::SignStrikeOff(words(text)),
        Verb::DeclineStrikeOff => Act::DeclineStrikeOff(reason()),
        Verb::Reopen => Act::Reopen(reason()),
        Verb::Settle => Act::Settle(Settle {
            conflict: on.open_conflicts().next().unwrap().id,
            way: Way::Keep,
            words: text.to_owned(),
            entry: None,
        }),
        _ => steer(verb, on, unit, text),
    }
}

/// The same of the verbs that steer the work.
fn steer(verb: Verb, on: &Incident, unit: UnitId, text: &str) -> Act {
    let reason = || Reason {
        reason: text.to_owned(),
    };
    match verb {
        Verb::Triage => Act::Triage(Box::new(Triage {
            scale: Some(Edit {
                from: on.scale,
                to: Some(Scale::ALL[usize::from(text.contains('后'))]),
            }),
            opinion: text.to_owned(),
            ..Triage::default()
        })),
        Verb::Escalate => Act::Escalate(ToUnit {
            to: whole(city()),
            reason: text.to_owned(),
        }),
        Verb::HandDown => Act::HandDown(HandDown {
            to: whole(unit),
            due: None,
            words: text.to_owned(),
        }),
        Verb::Copy => Act::Copy(at_unit(unit, text)),
        Verb::Read => Act::Read(words(text)),
        Verb::Whistle => Act::Whistle(at_unit(unit, text)),
        Verb::ReportIn => Act::ReportIn(ReportIn {
            text: text.to_owned(),
            unit: on.unanswered_calls().next().map(|(_, it)| it.unit.unit.id),
            on_behalf: Some(behalf()),
        }),
        Verb::RateWhistle => Act::RateWhistle(RateWhistle {
            whistle: on.whistles[0].id,
            unit: on.whistles[0].called[0].unit.unit.id,
            mark: Mark::Poor,
            text: text.to_owned(),
        }),
        Verb::Supervise => Act::Supervise(Supervise {
            to: Supervision::YellowCard,
            reason: text.to_owned(),
        }),
        Verb::LiftSupervision => Act::LiftSupervision(reason()),
        Verb::AskExtension => ask(text),
        Verb::GrantExtension => Act::GrantExtension(GrantExtension {
            asked: on.open_extension().unwrap().id,
            days: 2,
            text: text.to_owned(),
        }),
        Verb::RefuseExtension => Act::RefuseExtension(RefuseExtension {
            asked: on.open_extension().unwrap().id,
            reason: text.to_owned(),
        }),
        Verb::ReturnToPolice => Act::ReturnToPolice(PoliceReturn {
            reason: text.to_owned(),
            confirmed_with: "指挥中心".to_owned(),
        }),
        Verb::Void => Act::Void(reason()),
        Verb::Merge => Act::Merge(join(text)),
        Verb::Unmerge => Act::Unmerge(join(text)),
        Verb::Link => Act::Link(join(text)),
        Verb::Unlink => Act::Unlink(join(text)),
        _ => unreachable!("{verb} is one of the work itself"),
    }
}
