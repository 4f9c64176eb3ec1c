//! The table of the work: verb × stage → next stages and actor, or a refusal.
//!
//! It was written before the code and is data: `apply` asks it, tests walk it,
//! and `ARCHITECTURE.md` prints it. Sources: the stages of domain.md §2.1 and
//! the verbs per step of a deployed system in §2.2.

use super::stage::Stage;
use super::verb::Verb;

/// Who may do it, besides having the role in the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Anybody whom the role table lets.
    Anyone,
    /// An officer of the unit that holds the step.
    Holder,
    /// As `Holder`, or the unit that gave it out, on the holder's behalf, with
    /// the holder's words (over the telephone at night).
    HolderOrBehalf,
    /// An officer of the unit that holds the step, or of the unit that
    /// registered the incident.
    HolderOrCreator,
    /// An officer of the unit that gave the step out, or that registered it.
    Giver,
    /// An officer of the unit that registered it.
    Creator,
    /// As `Creator`, and not the person who said it was finished.
    CreatorNotFinisher,
    /// As `Creator`, or a leader over the area; and not the person who
    /// proposed it.
    SecondPerson,
    /// An officer of a unit that was told (抄告).
    Informed,
    /// An officer of a unit that was called (吹哨) and has not come; or of the
    /// unit that called it, on its behalf.
    CalledOrBehalf,
    /// An officer of the unit that called others.
    Caller,
    /// Anybody, unless a superior of the own unit holds the work.
    NotBeneathHolder,
    /// An officer of the unit that gave the step out or registered it, or a
    /// leader over the area; and not the person who asked.
    Granter,
    /// An officer of the unit that registered it, while nobody has worked on
    /// it; or a leader over the area.
    CreatorUntouched,
    /// A leader over the area.
    Leader,
}

/// One cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The verb works here and leads to one of these stages.
    To(&'static [Stage], Actor),
    /// The verb works and the stage stays.
    Stays(Actor),
    /// The verb does not work at this stage.
    Refused,
}

use Actor::{
    Anyone, CalledOrBehalf, Caller, Creator, CreatorNotFinisher, CreatorUntouched, Giver, Granter,
    Holder, HolderOrBehalf, HolderOrCreator, Informed, Leader, NotBeneathHolder, SecondPerson,
};
use Cell::{Refused, Stays, To};
use Stage::{
    Assigned, AwaitingSignature, Closed, FollowedUp, Handling, New, PendingCheck, Verified,
};

/// What `verb` does to an incident at `stage`; of two cases to the first, the
/// one that the act is about.
#[must_use]
pub const fn cell(verb: Verb, stage: Stage) -> Cell {
    match verb {
        // Only on an incident that does not exist yet.
        Verb::Register => Refused,
        Verb::Acknowledge | Verb::Note | Verb::Call | Verb::Reveal => Stays(Anyone),
        Verb::Snooze => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp
            | AwaitingSignature => Stays(Anyone),
            Closed => Refused,
        },
        Verb::Amend => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp => {
                Stays(HolderOrCreator)
            }
            AwaitingSignature | Closed => Refused,
        },
        // The safer state wins: raising what was closed meanwhile reopens it.
        Verb::Raise => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp => Stays(Anyone),
            AwaitingSignature => To(&[FollowedUp], Anyone),
            Closed => To(&[New], Anyone),
        },
        Verb::Lower => match stage {
            New | Assigned | Handling | PendingCheck => Stays(Anyone),
            Verified | FollowedUp | AwaitingSignature | Closed => Refused,
        },
        Verb::Triage
        | Verb::Escalate
        | Verb::HandDown
        | Verb::Copy
        | Verb::Read
        | Verb::Whistle
        | Verb::ReportIn
        | Verb::RateWhistle
        | Verb::Supervise
        | Verb::LiftSupervision
        | Verb::AskExtension
        | Verb::GrantExtension
        | Verb::RefuseExtension
        | Verb::ReturnToPolice
        | Verb::Void
        | Verb::Merge
        | Verb::Unmerge
        | Verb::Link
        | Verb::Unlink => steering(verb, stage),
        Verb::Assign => match stage {
            New | Handling => To(&[Assigned], Holder),
            // Given to the wrong unit: whoever gave it out may give it anew.
            Assigned => To(&[Assigned], Giver),
            PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => Refused,
        },
        Verb::Accept => match stage {
            New => To(&[Handling], Holder),
            Assigned => To(&[Handling], HolderOrBehalf),
            Handling | PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => Refused,
        },
        Verb::Return => match stage {
            Assigned | Handling => To(&[New], HolderOrBehalf),
            New | PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => Refused,
        },
        Verb::Recall => match stage {
            Assigned => To(&[New], Giver),
            New | Handling | PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => {
                Refused
            }
        },
        Verb::Finish => match stage {
            Handling => To(&[PendingCheck], HolderOrBehalf),
            New | Assigned | PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => {
                Refused
            }
        },
        Verb::Verify => match stage {
            PendingCheck => To(&[Verified], CreatorNotFinisher),
            New | Assigned | Handling | Verified | FollowedUp | AwaitingSignature | Closed => {
                Refused
            }
        },
        Verb::SendBack => match stage {
            PendingCheck => To(&[Handling], Creator),
            New | Assigned | Handling | Verified | FollowedUp | AwaitingSignature | Closed => {
                Refused
            }
        },
        // Satisfied → followed up; dissatisfied → handled again; not reached →
        // stays, with the attempt on record.
        Verb::FollowUp => match stage {
            Verified => To(&[FollowedUp, Handling, Verified], Creator),
            New | Assigned | Handling | PendingCheck | FollowedUp | AwaitingSignature | Closed => {
                Refused
            }
        },
        Verb::ProposeStrikeOff
        | Verb::SignStrikeOff
        | Verb::DeclineStrikeOff
        | Verb::Reopen
        | Verb::Settle => closing(verb, stage),
    }
}

/// The rows of the verbs around the end of the work.
const fn closing(verb: Verb, stage: Stage) -> Cell {
    match verb {
        Verb::ProposeStrikeOff => match stage {
            FollowedUp => To(&[AwaitingSignature], Creator),
            New | Assigned | Handling | PendingCheck | Verified | AwaitingSignature | Closed => {
                Refused
            }
        },
        Verb::SignStrikeOff => match stage {
            AwaitingSignature => To(&[Closed], SecondPerson),
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp | Closed => Refused,
        },
        Verb::DeclineStrikeOff => match stage {
            AwaitingSignature => To(&[FollowedUp], SecondPerson),
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp | Closed => Refused,
        },
        Verb::Reopen => match stage {
            Verified | FollowedUp | AwaitingSignature => To(&[Handling], Creator),
            Closed => To(&[New], Anyone),
            New | Assigned | Handling | PendingCheck => Refused,
        },
        // To close after all asks for a second signature again; while somebody
        // has the work in hand it ends the usual way. What was to be voided,
        // returned to the police or merged ends so at once, by the ruling. No
        // card is open on what is closed: an open card keeps it from being
        // closed.
        Verb::Settle => match stage {
            New => To(&[New, AwaitingSignature, Closed], Anyone),
            Assigned => To(&[Assigned, Closed], Anyone),
            Handling => To(&[Handling, Closed], Anyone),
            PendingCheck => To(&[PendingCheck, Closed], Anyone),
            Verified => To(&[Verified, Closed], Anyone),
            FollowedUp => To(&[FollowedUp, AwaitingSignature, Closed], Anyone),
            AwaitingSignature => To(&[AwaitingSignature, Closed], Anyone),
            Closed => Refused,
        },
        // The others are of the work itself.
        _ => Refused,
    }
}

/// The rows of the verbs that steer the work: whose it is, who is told, called
/// and driven on, how long it may take, what belongs together.
const fn steering(verb: Verb, stage: Stage) -> Cell {
    match verb {
        // Routed in the same act it is somebody else's to accept.
        Verb::Triage => match stage {
            New => To(&[New, Assigned], Holder),
            Assigned | Handling | PendingCheck | Verified | FollowedUp | AwaitingSignature
            | Closed => Refused,
        },
        Verb::Escalate | Verb::HandDown => match stage {
            New | Handling => To(&[Assigned], Holder),
            Assigned | PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => Refused,
        },
        Verb::Copy => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp
            | AwaitingSignature => Stays(HolderOrCreator),
            Closed => Refused,
        },
        Verb::Read => Stays(Informed),
        Verb::Whistle => match stage {
            New | Handling => Stays(Holder),
            Assigned | PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => Refused,
        },
        Verb::ReportIn => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp => {
                Stays(CalledOrBehalf)
            }
            AwaitingSignature | Closed => Refused,
        },
        Verb::RateWhistle => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp
            | AwaitingSignature => Stays(Caller),
            Closed => Refused,
        },
        Verb::Supervise | Verb::LiftSupervision => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp
            | AwaitingSignature => Stays(NotBeneathHolder),
            Closed => Refused,
        },
        Verb::AskExtension => match stage {
            Handling => Stays(HolderOrBehalf),
            New | Assigned | PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => {
                Refused
            }
        },
        Verb::GrantExtension | Verb::RefuseExtension => match stage {
            Handling => Stays(Granter),
            New | Assigned | PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => {
                Refused
            }
        },
        Verb::ReturnToPolice => match stage {
            New | Assigned | Handling => To(&[Closed], HolderOrCreator),
            PendingCheck | Verified | FollowedUp | AwaitingSignature | Closed => Refused,
        },
        Verb::Void => match stage {
            New => To(&[Closed], CreatorUntouched),
            Assigned | Handling | PendingCheck | Verified | FollowedUp | AwaitingSignature => {
                To(&[Closed], Leader)
            }
            Closed => Refused,
        },
        Verb::Merge => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp => {
                To(&[Closed], Anyone)
            }
            AwaitingSignature | Closed => Refused,
        },
        // One that was opened again in between is not folded any more; what
        // the other one keeps of it goes.
        Verb::Unmerge => match stage {
            New | Assigned | Handling | PendingCheck | Verified | FollowedUp
            | AwaitingSignature => Stays(Anyone),
            Closed => To(
                &[New, Assigned, Handling, PendingCheck, Verified, FollowedUp],
                Anyone,
            ),
        },
        Verb::Link | Verb::Unlink => Stays(Anyone),
        // The others are of the work itself.
        _ => Refused,
    }
}

/// What `verb` does to the second of two cases at `stage`: the one that stays.
#[must_use]
pub const fn beside(verb: Verb, stage: Stage) -> Cell {
    match (verb, stage) {
        (Verb::Merge, New | Assigned | Handling | PendingCheck | Verified | FollowedUp)
        | (Verb::Unmerge | Verb::Link | Verb::Unlink, _) => Stays(Anyone),
        _ => Refused,
    }
}
