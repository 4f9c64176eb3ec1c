//! What an officer says: a verb and its arguments.
//!
//! This is also the form of `verb` and `args` on the wire. Unknown arguments
//! are refused: an act that is understood by half is not done by half.

mod args;
mod steering;

use serde::{Deserialize, Serialize};

use super::verb::Verb;

pub use args::{
    Accept, Acknowledge, Amend, Answer, Assign, CallLogged, Edit, FinishWork, FollowUp,
    FollowUpOutcome, Grade, HolderId, Note, OnBehalf, Reason, Register, ReturnWork, Reveal, Settle,
    SnoozeUntil, Words,
};
pub use steering::{
    AskExtension, AtUnits, GrantExtension, HandDown, Join, PoliceReturn, RateWhistle,
    RefuseExtension, ReportIn, Supervise, ToUnit, Triage,
};

/// A verb with its arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verb", content = "args", rename_all = "kebab-case")]
pub enum Act {
    /// See [`Verb::Register`].
    Register(Box<Register>),
    /// See [`Verb::Acknowledge`].
    Acknowledge(Acknowledge),
    /// See [`Verb::Snooze`].
    Snooze(SnoozeUntil),
    /// See [`Verb::Note`].
    Note(Note),
    /// See [`Verb::Call`].
    Call(CallLogged),
    /// See [`Verb::Reveal`].
    Reveal(Reveal),
    /// See [`Verb::Amend`].
    Amend(Box<Amend>),
    /// See [`Verb::Raise`].
    Raise(Grade),
    /// See [`Verb::Lower`].
    Lower(Grade),
    /// See [`Verb::Triage`].
    Triage(Box<Triage>),
    /// See [`Verb::Assign`].
    Assign(Box<Assign>),
    /// See [`Verb::Escalate`].
    Escalate(ToUnit),
    /// See [`Verb::HandDown`].
    HandDown(HandDown),
    /// See [`Verb::Copy`].
    Copy(AtUnits),
    /// See [`Verb::Read`].
    Read(Words),
    /// See [`Verb::Accept`].
    Accept(Accept),
    /// See [`Verb::Return`].
    Return(ReturnWork),
    /// See [`Verb::Recall`].
    Recall(Reason),
    /// See [`Verb::Whistle`].
    Whistle(AtUnits),
    /// See [`Verb::ReportIn`].
    ReportIn(ReportIn),
    /// See [`Verb::RateWhistle`].
    RateWhistle(RateWhistle),
    /// See [`Verb::Supervise`].
    Supervise(Supervise),
    /// See [`Verb::LiftSupervision`].
    LiftSupervision(Reason),
    /// See [`Verb::AskExtension`].
    AskExtension(AskExtension),
    /// See [`Verb::GrantExtension`].
    GrantExtension(GrantExtension),
    /// See [`Verb::RefuseExtension`].
    RefuseExtension(RefuseExtension),
    /// See [`Verb::Finish`].
    Finish(FinishWork),
    /// See [`Verb::Verify`].
    Verify(Words),
    /// See [`Verb::SendBack`].
    SendBack(Reason),
    /// See [`Verb::FollowUp`].
    FollowUp(FollowUp),
    /// See [`Verb::ProposeStrikeOff`].
    ProposeStrikeOff(Words),
    /// See [`Verb::SignStrikeOff`].
    SignStrikeOff(Words),
    /// See [`Verb::DeclineStrikeOff`].
    DeclineStrikeOff(Reason),
    /// See [`Verb::Reopen`].
    Reopen(Reason),
    /// See [`Verb::ReturnToPolice`].
    ReturnToPolice(PoliceReturn),
    /// See [`Verb::Void`].
    Void(Reason),
    /// See [`Verb::Merge`].
    Merge(Join),
    /// See [`Verb::Unmerge`].
    Unmerge(Join),
    /// See [`Verb::Link`].
    Link(Join),
    /// See [`Verb::Unlink`].
    Unlink(Join),
    /// See [`Verb::Settle`].
    Settle(Settle),
}

impl Act {
    /// The verb alone.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Register(_) => Verb::Register,
            Self::Acknowledge(_) => Verb::Acknowledge,
            Self::Snooze(_) => Verb::Snooze,
            Self::Note(_) => Verb::Note,
            Self::Call(_) => Verb::Call,
            Self::Reveal(_) => Verb::Reveal,
            Self::Amend(_) => Verb::Amend,
            Self::Raise(_) => Verb::Raise,
            Self::Lower(_) => Verb::Lower,
            Self::Triage(_) => Verb::Triage,
            Self::Assign(_) => Verb::Assign,
            Self::Escalate(_) => Verb::Escalate,
            Self::HandDown(_) => Verb::HandDown,
            Self::Copy(_) => Verb::Copy,
            Self::Read(_) => Verb::Read,
            Self::Accept(_) => Verb::Accept,
            Self::Return(_) => Verb::Return,
            Self::Recall(_) => Verb::Recall,
            Self::Whistle(_) => Verb::Whistle,
            Self::ReportIn(_) => Verb::ReportIn,
            Self::RateWhistle(_) => Verb::RateWhistle,
            Self::Supervise(_) => Verb::Supervise,
            Self::LiftSupervision(_) => Verb::LiftSupervision,
            Self::AskExtension(_) => Verb::AskExtension,
            Self::GrantExtension(_) => Verb::GrantExtension,
            Self::RefuseExtension(_) => Verb::RefuseExtension,
            Self::Finish(_) => Verb::Finish,
            Self::Verify(_) => Verb::Verify,
            Self::SendBack(_) => Verb::SendBack,
            Self::FollowUp(_) => Verb::FollowUp,
            Self::ProposeStrikeOff(_) => Verb::ProposeStrikeOff,
            Self::SignStrikeOff(_) => Verb::SignStrikeOff,
            Self::DeclineStrikeOff(_) => Verb::DeclineStrikeOff,
            Self::Reopen(_) => Verb::Reopen,
            Self::ReturnToPolice(_) => Verb::ReturnToPolice,
            Self::Void(_) => Verb::Void,
            Self::Merge(_) => Verb::Merge,
            Self::Unmerge(_) => Verb::Unmerge,
            Self::Link(_) => Verb::Link,
            Self::Unlink(_) => Verb::Unlink,
            Self::Settle(_) => Verb::Settle,
        }
    }

    /// The act as its event keeps it: without anything sealed, and without
    /// the words that a record of their own (the entry) carries.
    #[must_use]
    pub fn for_event(&self) -> Self {
        match self {
            Self::Register(args) => Self::Register(Box::new(Register {
                sealed: Vec::new(),
                ..(**args).clone()
            })),
            Self::Note(args) => Self::Note(Note {
                text: String::new(),
                ..args.clone()
            }),
            Self::Call(args) => Self::Call(CallLogged {
                text: String::new(),
                ..args.clone()
            }),
            Self::Reveal(args) => Self::Reveal(Reveal {
                reason: String::new(),
                ..args.clone()
            }),
            Self::Acknowledge(_)
            | Self::Snooze(_)
            | Self::Amend(_)
            | Self::Raise(_)
            | Self::Lower(_)
            | Self::Triage(_)
            | Self::Assign(_)
            | Self::Escalate(_)
            | Self::HandDown(_)
            | Self::Copy(_)
            | Self::Read(_)
            | Self::Accept(_)
            | Self::Return(_)
            | Self::Recall(_)
            | Self::Whistle(_)
            | Self::ReportIn(_)
            | Self::RateWhistle(_)
            | Self::Supervise(_)
            | Self::LiftSupervision(_)
            | Self::AskExtension(_)
            | Self::GrantExtension(_)
            | Self::RefuseExtension(_)
            | Self::Finish(_)
            | Self::Verify(_)
            | Self::SendBack(_)
            | Self::FollowUp(_)
            | Self::ProposeStrikeOff(_)
            | Self::SignStrikeOff(_)
            | Self::DeclineStrikeOff(_)
            | Self::Reopen(_)
            | Self::ReturnToPolice(_)
            | Self::Void(_)
            | Self::Merge(_)
            | Self::Unmerge(_)
            | Self::Link(_)
            | Self::Unlink(_)
            | Self::Settle(_) => self.clone(),
        }
    }
}
