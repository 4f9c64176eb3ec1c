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
    Anyone, Creator, CreatorNotFinisher, Giver, Holder, HolderOrBehalf, HolderOrCreator,
    SecondPerson,
};
use Cell::{Refused, Stays, To};
use Stage::{
    Assigned, AwaitingSignature, Closed, FollowedUp, Handling, New, PendingCheck, Verified,
};

/// What `verb` does to an incident at `stage`.
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
        // has the work in hand it ends the usual way. No card is open on what
        // is closed: an open card keeps it from being closed.
        Verb::Settle => match stage {
            New => To(&[New, AwaitingSignature], Anyone),
            FollowedUp => To(&[FollowedUp, AwaitingSignature], Anyone),
            Assigned | Handling | PendingCheck | Verified | AwaitingSignature => Stays(Anyone),
            Closed => Refused,
        },
    }
}
