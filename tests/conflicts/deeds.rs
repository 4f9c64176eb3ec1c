//! One act for each verb, with words of its own.

use uuid::Uuid;
use zhiban::domain::alarm::Rank;
use zhiban::domain::entry::{Call, CallOutcome, Direction};
use zhiban::domain::ids::{RecordId, UnitId};
use zhiban::domain::incident::act::{
    Accept, Acknowledge, Act, Amend, Assign, CallLogged, Edit, FinishWork, FollowUp,
    FollowUpOutcome, Grade, HolderId, OnBehalf, Reason, ReturnWork, Reveal, Settle, SnoozeUntil,
    Words,
};
use zhiban::domain::incident::conflict::Way;
use zhiban::domain::incident::verb::Verb;
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

/// Whether the act carries words at all.
pub fn has_words(verb: Verb) -> bool {
    !matches!(verb, Verb::Acknowledge | Verb::Accept)
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
    }
}
