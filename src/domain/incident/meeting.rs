//! What comes of two acts that meet: both made on the same seen record, the
//! first taken before the second arrives (protocol.md §3).
//!
//! It is data, like [`super::table`]: tests walk every pair at every stage
//! through `apply` and hold the two against each other.

use super::stage::{STAGES, Stage};
use super::table::{Cell, cell};
use super::verb::Verb;

/// What becomes of the second act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Both stand.
    Both,
    /// Both stand unless they change the same field; then refused with
    /// both values.
    SameField,
    /// Refused, with who did what when.
    Stale,
    /// Refused by a rule of its own that the first made true.
    Rule,
    /// It is the safer one and applies, over the first; a card.
    Over,
    /// The first is the safer one and holds; the second is kept as a card.
    Under,
    /// Refused, the card is settled already.
    Settled,
    /// The two cannot both be made on one seen record: what the one needs
    /// keeps the other from being made.
    CannotMeet,
}

/// What comes of any of the first verbs, and then any of the second, both made
/// on an incident seen at one of these stages.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The stage that both authors saw.
    pub seen: &'static [Stage],
    /// Taken first.
    pub first: &'static [Verb],
    /// Arriving later.
    pub second: &'static [Verb],
    /// What becomes of the second.
    pub outcome: Outcome,
}

use Outcome::{CannotMeet, Over, Rule as OwnRule, SameField, Settled, Stale, Under};
use Verb::{
    Accept, Amend, AskExtension, Assign, Copy, DeclineStrikeOff, Escalate, Finish, FollowUp,
    GrantExtension, HandDown, LiftSupervision, Link, Lower, Merge, ProposeStrikeOff, Raise,
    RateWhistle, Recall, RefuseExtension, Reopen, ReportIn, Return, ReturnToPolice, SendBack,
    Settle, SignStrikeOff, Snooze, Supervise, Triage, Unlink, Unmerge, Verify, Void, Whistle,
};

/// Verbs that move the step on: stage or holder are others afterwards.
const MOVES: &[Verb] = &[
    Assign,
    Escalate,
    HandDown,
    Accept,
    Return,
    Recall,
    Finish,
    Verify,
    SendBack,
    FollowUp,
    ProposeStrikeOff,
    DeclineStrikeOff,
    Reopen,
];
/// Verbs that end a case.
const ENDS: &[Verb] = &[SignStrikeOff, ReturnToPolice, Void, Merge];
/// Verbs that need the stage and the holder that their author saw.
const AS_SEEN: &[Verb] = &[
    Snooze,
    Lower,
    Triage,
    Assign,
    Escalate,
    HandDown,
    Accept,
    Return,
    Recall,
    Whistle,
    AskExtension,
    Finish,
    Verify,
    SendBack,
    FollowUp,
    ProposeStrikeOff,
    SignStrikeOff,
    DeclineStrikeOff,
    Reopen,
    ReturnToPolice,
    Void,
    Merge,
];
/// Verbs that need no such thing and do not work on a case that has ended.
const OPEN_ONLY: &[Verb] = &[
    Amend,
    Copy,
    ReportIn,
    RateWhistle,
    Supervise,
    LiftSupervision,
    GrantExtension,
    RefuseExtension,
];
const ANSWERS: &[Verb] = &[GrantExtension, RefuseExtension];

const fn always(first: &'static [Verb], second: &'static [Verb], outcome: Outcome) -> Rule {
    at(&STAGES, first, second, outcome)
}

const fn at(
    seen: &'static [Stage],
    first: &'static [Verb],
    second: &'static [Verb],
    outcome: Outcome,
) -> Rule {
    Rule {
        seen,
        first,
        second,
        outcome,
    }
}

/// What does not simply leave both standing; the first that fits counts.
pub const RULES: [Rule; 41] = [
    // What quiets or ends a case, and what rises: the safer one holds.
    always(
        &[Raise],
        &[Lower, SignStrikeOff, Void, ReturnToPolice],
        Under,
    ),
    always(
        &[Supervise],
        &[LiftSupervision, Void, ReturnToPolice],
        Under,
    ),
    always(&[Reopen], &[SignStrikeOff], Under),
    always(&[Lower], &[Raise], Over),
    always(&[LiftSupervision], &[Supervise], Over),
    always(ENDS, &[Raise, Reopen], Over),
    always(&[ProposeStrikeOff], &[Raise, Reopen], Over),
    // What a raise makes too old; a merge is not kept as a card.
    always(&[Raise], &[Snooze, ProposeStrikeOff, Merge], Stale),
    at(
        &[Stage::AwaitingSignature],
        &[Raise],
        &[DeclineStrikeOff, Reopen],
        Stale,
    ),
    at(&[Stage::Closed], &[Raise], &[Reopen], Stale),
    // A case with an open card does not end.
    always(ENDS, &[Settle], CannotMeet),
    always(&[ProposeStrikeOff], &[Settle], CannotMeet),
    always(&[Settle], ENDS, CannotMeet),
    always(&[Settle], &[ProposeStrikeOff], CannotMeet),
    // Somebody was faster.
    always(MOVES, AS_SEEN, Stale),
    always(ENDS, AS_SEEN, Stale),
    // What has ended takes no more of these; parting undoes the merge.
    always(ENDS, OPEN_ONLY, OwnRule),
    always(&[SignStrikeOff, ReturnToPolice, Void], &[Unmerge], OwnRule),
    always(&[ProposeStrikeOff], &[Amend, ReportIn], OwnRule),
    // What was asked for lapses when the work goes on.
    always(
        &[Assign, Escalate, HandDown, Return, Finish],
        ANSWERS,
        OwnRule,
    ),
    always(ANSWERS, ANSWERS, Settled),
    always(&[AskExtension], &[AskExtension], OwnRule),
    always(&[AskExtension], ANSWERS, CannotMeet),
    always(ANSWERS, &[AskExtension], CannotMeet),
    // Twice the same.
    always(&[Amend], &[Amend], SameField),
    always(&[Triage], &[Triage], SameField),
    always(&[Lower], &[Lower], OwnRule),
    always(&[Copy], &[Copy], OwnRule),
    always(&[Whistle], &[Whistle], OwnRule),
    always(&[ReportIn], &[ReportIn], OwnRule),
    always(&[RateWhistle], &[RateWhistle], OwnRule),
    always(&[LiftSupervision], &[LiftSupervision], OwnRule),
    always(&[Unmerge], &[Unmerge], OwnRule),
    always(&[Link], &[Link], OwnRule),
    always(&[Unlink], &[Unlink], OwnRule),
    always(&[Settle], &[Settle], Settled),
    // Linked already, or not yet; folded, or to be opened again.
    always(&[Link], &[Unlink], CannotMeet),
    always(&[Unlink], &[Link], CannotMeet),
    at(&[Stage::Closed], &[Unmerge], &[Raise, Reopen], CannotMeet),
    at(&[Stage::Closed], &[Raise, Reopen], &[Unmerge], CannotMeet),
    // Who registered it may void it while nobody has worked on it.
    at(&[Stage::New], &[Whistle], &[Void], OwnRule),
];

/// What becomes of `second` when `first` was taken before it, both made on an
/// incident seen at `stage`; `None` when one of them does not work there.
#[must_use]
pub fn outcome(stage: Stage, first: Verb, second: Verb) -> Option<Outcome> {
    if cell(first, stage) == Cell::Refused || cell(second, stage) == Cell::Refused {
        return None;
    }
    let rule = RULES.iter().find(|rule| {
        rule.seen.contains(&stage) && rule.first.contains(&first) && rule.second.contains(&second)
    });
    Some(rule.map_or(Outcome::Both, |rule| rule.outcome))
}
