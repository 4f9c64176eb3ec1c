//! What comes of two acts that meet: both made on the same seen record, the
//! first taken before the second arrives (protocol.md §3).
//!
//! It was written before the code and is data, like [`super::table`]: tests
//! walk every pair at every stage through `apply` and hold the two against
//! each other.

use super::stage::Stage;
use super::verb::Verb;

/// What becomes of the second act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// `b`: both stand.
    Both,
    /// `f`: both stand unless they change the same field; then refused with
    /// both values.
    SameField,
    /// `s`: refused, with who did what when.
    Stale,
    /// `r`: refused by a rule of its own that the first made true.
    Rule,
    /// `o`: it is the safer one and applies, over the first; a card.
    Over,
    /// `u`: the first is the safer one and holds; the second is kept as a card.
    Under,
    /// `d`: refused, the card is settled already.
    Settled,
    /// `.`: the two cannot both be made on one seen record: a case with an
    /// open card is not struck off.
    CannotMeet,
}

/// The pairs at one stage: the verbs that work there, and for each as the
/// first a row with one letter for each as the second, in the same order.
#[derive(Clone, Copy, Debug)]
pub struct Meetings {
    /// The stage that both authors saw.
    pub stage: Stage,
    /// The verbs that work there.
    pub verbs: &'static [Verb],
    /// The letters.
    pub rows: &'static [&'static str],
}

use Verb::{
    Accept, Acknowledge, Amend, Assign, Call, DeclineStrikeOff, Finish, FollowUp, Lower, Note,
    ProposeStrikeOff, Raise, Reopen, Return, Reveal, SendBack, Settle, SignStrikeOff, Snooze,
    Verify,
};

/// Every pair at every stage.
#[rustfmt::skip]
pub const MEETINGS: [Meetings; 8] = [
    Meetings {
        stage: Stage::New,
        verbs: &[Acknowledge, Snooze, Note, Call, Reveal, Amend, Raise, Lower, Assign, Accept, Settle],
        rows: &[
            "bbbbbbbbbbb", // acknowledge
            "bbbbbbbbbbb", // snooze
            "bbbbbbbbbbb", // note
            "bbbbbbbbbbb", // call
            "bbbbbbbbbbb", // reveal
            "bbbbbfbbbbb", // amend
            "bsbbbbbubbb", // raise
            "bbbbbborbbb", // lower
            "bsbbbbbsssb", // assign
            "bsbbbbbsssb", // accept
            "bbbbbbbbbbd", // settle
        ],
    },
    Meetings {
        stage: Stage::Assigned,
        verbs: &[Acknowledge, Snooze, Note, Call, Reveal, Amend, Raise, Lower, Assign, Accept, Return, Settle],
        rows: &[
            "bbbbbbbbbbbb", // acknowledge
            "bbbbbbbbbbbb", // snooze
            "bbbbbbbbbbbb", // note
            "bbbbbbbbbbbb", // call
            "bbbbbbbbbbbb", // reveal
            "bbbbbfbbbbbb", // amend
            "bsbbbbbubbbb", // raise
            "bbbbbborbbbb", // lower
            "bsbbbbbssssb", // assign
            "bsbbbbbssssb", // accept
            "bsbbbbbssssb", // return
            "bbbbbbbbbbbd", // settle
        ],
    },
    Meetings {
        stage: Stage::Handling,
        verbs: &[Acknowledge, Snooze, Note, Call, Reveal, Amend, Raise, Lower, Assign, Return, Finish, Settle],
        rows: &[
            "bbbbbbbbbbbb", // acknowledge
            "bbbbbbbbbbbb", // snooze
            "bbbbbbbbbbbb", // note
            "bbbbbbbbbbbb", // call
            "bbbbbbbbbbbb", // reveal
            "bbbbbfbbbbbb", // amend
            "bsbbbbbubbbb", // raise
            "bbbbbborbbbb", // lower
            "bsbbbbbssssb", // assign
            "bsbbbbbssssb", // return
            "bsbbbbbssssb", // finish
            "bbbbbbbbbbbd", // settle
        ],
    },
    Meetings {
        stage: Stage::PendingCheck,
        verbs: &[Acknowledge, Snooze, Note, Call, Reveal, Amend, Raise, Lower, Verify, SendBack, Settle],
        rows: &[
            "bbbbbbbbbbb", // acknowledge
            "bbbbbbbbbbb", // snooze
            "bbbbbbbbbbb", // note
            "bbbbbbbbbbb", // call
            "bbbbbbbbbbb", // reveal
            "bbbbbfbbbbb", // amend
            "bsbbbbbubbb", // raise
            "bbbbbborbbb", // lower
            "bsbbbbbsssb", // verify
            "bsbbbbbsssb", // send back
            "bbbbbbbbbbd", // settle
        ],
    },
    Meetings {
        stage: Stage::Verified,
        verbs: &[Acknowledge, Snooze, Note, Call, Reveal, Amend, Raise, FollowUp, Reopen, Settle],
        rows: &[
            "bbbbbbbbbb", // acknowledge
            "bbbbbbbbbb", // snooze
            "bbbbbbbbbb", // note
            "bbbbbbbbbb", // call
            "bbbbbbbbbb", // reveal
            "bbbbbfbbbb", // amend
            "bsbbbbbbbb", // raise
            "bsbbbbbssb", // follow up
            "bsbbbbbssb", // reopen
            "bbbbbbbbbd", // settle
        ],
    },
    Meetings {
        stage: Stage::FollowedUp,
        verbs: &[Acknowledge, Snooze, Note, Call, Reveal, Amend, Raise, ProposeStrikeOff, Reopen, Settle],
        rows: &[
            "bbbbbbbbbb", // acknowledge
            "bbbbbbbbbb", // snooze
            "bbbbbbbbbb", // note
            "bbbbbbbbbb", // call
            "bbbbbbbbbb", // reveal
            "bbbbbfbbbb", // amend
            "bsbbbbbsbb", // raise
            "bsbbbroso.", // propose
            "bsbbbbbssb", // reopen
            "bbbbbbb.bd", // settle
        ],
    },
    Meetings {
        stage: Stage::AwaitingSignature,
        verbs: &[Acknowledge, Snooze, Note, Call, Reveal, Raise, SignStrikeOff, DeclineStrikeOff, Reopen, Settle],
        rows: &[
            "bbbbbbbbbb", // acknowledge
            "bbbbbbbbbb", // snooze
            "bbbbbbbbbb", // note
            "bbbbbbbbbb", // call
            "bbbbbbbbbb", // reveal
            "bsbbbbussb", // raise
            "bsbbbosso.", // sign
            "bsbbbbsssb", // decline
            "bsbbbbussb", // reopen
            "bbbbbb.bbd", // settle
        ],
    },
    Meetings {
        stage: Stage::Closed,
        verbs: &[Acknowledge, Note, Call, Reveal, Raise, Reopen],
        rows: &[
            "bbbbbb", // acknowledge
            "bbbbbb", // note
            "bbbbbb", // call
            "bbbbbb", // reveal
            "bbbbbs", // raise
            "bbbbbs", // reopen
        ],
    },
];

/// What becomes of `second` when `first` was taken before it, both made on an
/// incident seen at `stage`; `None` when one of them does not work there.
#[must_use]
pub fn outcome(stage: Stage, first: Verb, second: Verb) -> Option<Outcome> {
    let meetings = MEETINGS.iter().find(|meetings| meetings.stage == stage)?;
    let place = |verb: Verb| meetings.verbs.iter().position(|own| *own == verb);
    let letter = meetings
        .rows
        .get(place(first)?)?
        .as_bytes()
        .get(place(second)?)?;
    match letter {
        b'b' => Some(Outcome::Both),
        b'f' => Some(Outcome::SameField),
        b's' => Some(Outcome::Stale),
        b'r' => Some(Outcome::Rule),
        b'o' => Some(Outcome::Over),
        b'u' => Some(Outcome::Under),
        b'd' => Some(Outcome::Settled),
        b'.' => Some(Outcome::CannotMeet),
        _ => None,
    }
}
