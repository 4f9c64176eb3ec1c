//! The way back from the latest act, where the table of the work has one.
//!
//! An undo is an act of its own, asked of the same rules; both stay on record.
//! What has happened (a note, a call, a look) and what others rest on (an
//! acceptance, a verification) has no way back.

use super::Incident;
use super::act::{Act, Grade, Join, Reason, Supervise};
use super::stage::{Stage, Supervision};
use super::verb::Verb;

/// The act that takes back `verb`, which was the latest act on an incident that
/// now looks like `after`; `None` where there is none.
#[must_use]
pub fn undo(verb: Verb, after: &Incident, reason: &str) -> Option<Act> {
    // A look leaves no trace there, and an act of somebody else is theirs.
    if after.last.verb != verb {
        return None;
    }
    let because = || Reason {
        reason: reason.to_owned(),
    };
    let join = || Join {
        reason: reason.to_owned(),
    };
    match verb {
        Verb::Assign | Verb::HandDown | Verb::Escalate | Verb::Triage => {
            (after.stage() == Stage::Assigned).then(|| Act::Recall(because()))
        }
        Verb::Raise => after.gradings.last().map(|grading| {
            Act::Lower(Grade {
                to: grading.from,
                reason: reason.to_owned(),
            })
        }),
        Verb::Lower => after.gradings.last().map(|grading| {
            Act::Raise(Grade {
                to: grading.from,
                reason: reason.to_owned(),
            })
        }),
        // Lifting leads to no supervision at all.
        Verb::Supervise => after
            .supervisions
            .last()
            .filter(|made| made.from == Supervision::None)
            .map(|_| Act::LiftSupervision(because())),
        Verb::LiftSupervision => after.supervisions.last().map(|made| {
            Act::Supervise(Supervise {
                to: made.from,
                reason: reason.to_owned(),
            })
        }),
        Verb::Void | Verb::ReturnToPolice => Some(Act::Reopen(because())),
        Verb::Merge => Some(Act::Unmerge(join())),
        Verb::Link => Some(Act::Unlink(join())),
        Verb::Unlink => Some(Act::Link(join())),
        Verb::Register
        | Verb::Acknowledge
        | Verb::Snooze
        | Verb::Note
        | Verb::Call
        | Verb::Reveal
        | Verb::Amend
        | Verb::Copy
        | Verb::Read
        | Verb::Accept
        | Verb::Return
        | Verb::Recall
        | Verb::Whistle
        | Verb::ReportIn
        | Verb::RateWhistle
        | Verb::AskExtension
        | Verb::GrantExtension
        | Verb::RefuseExtension
        | Verb::Finish
        | Verb::Verify
        | Verb::SendBack
        | Verb::FollowUp
        | Verb::ProposeStrikeOff
        | Verb::SignStrikeOff
        | Verb::DeclineStrikeOff
        | Verb::Reopen
        | Verb::Unmerge
        | Verb::Settle => None,
    }
}
