//! What an act meets: the ground that its author saw, or another one.

use super::check;
use crate::domain::command::{Command, Context, Seen};
use crate::domain::incident::act::Act;
use crate::domain::incident::conflict::{Conflict, Effect, Holds, Side, Undone};
use crate::domain::incident::ending::Ending;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::{Meeting, Verb};
use crate::domain::incident::{Grading, Incident, Signature, Supervised};

/// The ground that an act lands on.
pub enum Ground {
    /// Nothing happened meanwhile that concerns it.
    Plain,
    /// It is the safer act: it applies, and leaves a card about this one.
    Over(Side),
    /// It is the gentler act: it is kept as a card against this one.
    Under(Side),
}

/// Holds what the author saw against what is there.
///
/// # Errors
/// [`Refusal::Stale`] when the act needs the state that its author saw.
pub fn ground(incident: &Incident, verb: Verb, seen: Option<Seen>) -> Result<Ground, Refusal> {
    let Some(seen) = seen else {
        return Ok(Ground::Plain);
    };
    match verb.meeting() {
        Meeting::Adds | Meeting::Fields => Ok(Ground::Plain),
        Meeting::Safer if verb == Verb::Supervise => {
            Ok(lifting(incident, seen).map_or(Ground::Plain, Ground::Over))
        }
        Meeting::Safer => Ok(closing(incident, seen)
            .or_else(|| lowering(incident, seen))
            .map_or(Ground::Plain, Ground::Over)),
        Meeting::Opens => match closing(incident, seen) {
            Some(side) => Ok(Ground::Over(side)),
            None => as_seen(incident, verb, seen).map(|()| Ground::Plain),
        },
        Meeting::Gentle => match stronger(incident, verb, seen) {
            Some(side) if incident.takes_conflict() => Ok(Ground::Under(side)),
            Some(_) => Err(stale(incident, verb, seen)),
            // Supervision is of the case, whoever has the step by now.
            None if verb == Verb::LiftSupervision => Ok(Ground::Plain),
            None => as_seen(incident, verb, seen).map(|()| Ground::Plain),
        },
        Meeting::Transition => as_seen(incident, verb, seen).map(|()| Ground::Plain),
    }
}

fn as_seen(incident: &Incident, verb: Verb, seen: Seen) -> Verdict {
    let same = seen.stage == incident.stage() && seen.holder == incident.step.holder.unit.id;
    let rank = incident.alarm.rank;
    let quiets_more = verb.quiets() && seen.rank.is_some_and(|seen| seen < rank);
    if same && !quiets_more {
        return Ok(());
    }
    Err(stale(incident, verb, seen))
}

fn stale(incident: &Incident, verb: Verb, seen: Seen) -> Refusal {
    Refusal::Stale {
        verb: verb.into(),
        seen: seen.stage,
        stage: incident.stage(),
        holder: incident.step.holder.unit.clone(),
        last: incident.last.clone(),
    }
}

/// What the author of a gentle act had not seen and what stands against it.
fn stronger(incident: &Incident, verb: Verb, seen: Seen) -> Option<Side> {
    let driven = || supervised(incident, seen);
    match verb {
        Verb::LiftSupervision => driven(),
        Verb::Void | Verb::ReturnToPolice => rising(incident, verb, seen).or_else(driven),
        _ => rising(incident, verb, seen),
    }
}

/// The supervision that the author had not seen, of a case that is open.
fn supervised(incident: &Incident, seen: Seen) -> Option<Side> {
    if seen.supervision? >= incident.supervision || !incident.is_open() {
        return None;
    }
    let rose = |change: &&Supervised| change.to >= change.from;
    let change = incident.supervisions.iter().rev().find(rose)?;
    Some(said(Verb::Supervise, &change.by))
}

/// The lifting of supervision that the author had not seen.
fn lifting(incident: &Incident, seen: Seen) -> Option<Side> {
    if seen.supervision? <= incident.supervision {
        return None;
    }
    let fell = |change: &&Supervised| change.to < change.from;
    let change = incident.supervisions.iter().rev().find(fell)?;
    Some(said(Verb::LiftSupervision, &change.by))
}

fn said(verb: Verb, by: &Signature) -> Side {
    Side {
        verb,
        by: by.by.clone(),
        unit: None,
        at: by.at,
        words: by.text.clone(),
        rank: None,
    }
}

/// The closing, or the proposal to close, that the author had not seen.
fn closing(incident: &Incident, seen: Seen) -> Option<Side> {
    if seen.stage == incident.stage() {
        return None;
    }
    let strike = incident.strike_off.as_ref();
    let (verb, signature) = match incident.stage() {
        Stage::Closed => match &incident.ending {
            Some(Ending::Voided { said }) => (Verb::Void, Some(said)),
            Some(Ending::ReturnedToPolice { said, .. }) => (Verb::ReturnToPolice, Some(said)),
            Some(Ending::Merged { .. }) => {
                (Verb::Merge, incident.fold.as_ref().map(|fold| &fold.by))
            }
            Some(Ending::StruckOff) | None => (
                Verb::SignStrikeOff,
                strike.and_then(|strike| strike.signed.as_ref()),
            ),
        },
        Stage::AwaitingSignature => (
            Verb::ProposeStrikeOff,
            strike.map(|strike| &strike.proposed),
        ),
        Stage::New
        | Stage::Assigned
        | Stage::Handling
        | Stage::PendingCheck
        | Stage::Verified
        | Stage::FollowedUp => return None,
    };
    // A record from elsewhere may be closed without signatures.
    let (by, at, words) = match signature {
        Some(signed) => (signed.by.clone(), signed.at, signed.text.clone()),
        None => (incident.last.by.clone(), incident.last.at, String::new()),
    };
    Some(Side {
        verb,
        by,
        unit: None,
        at,
        words,
        rank: None,
    })
}

/// The lowering that the author had not seen.
fn lowering(incident: &Incident, seen: Seen) -> Option<Side> {
    if seen.rank? <= incident.alarm.rank {
        return None;
    }
    let lowered = |grading: &&Grading| grading.to < grading.from;
    let grading = incident.gradings.iter().rev().find(lowered)?;
    Some(graded(Verb::Lower, grading))
}

/// The raise or the reopening that the author of a gentle act had not seen.
fn rising(incident: &Incident, verb: Verb, seen: Seen) -> Option<Side> {
    let stage = incident.stage();
    if stage == Stage::Closed {
        return None;
    }
    let raised = seen.rank.is_some_and(|seen| seen < incident.alarm.rank);
    // Only who saw it wait for a signature can have missed its opening.
    let reopened = verb == Verb::SignStrikeOff
        && seen.stage == Stage::AwaitingSignature
        && match stage {
            Stage::New
            | Stage::Assigned
            | Stage::Handling
            | Stage::PendingCheck
            | Stage::Verified => true,
            // Declined, or raised to a rank that it had already: the card of
            // that raise tells the two apart.
            Stage::FollowedUp => incident.has_open_conflict(),
            Stage::AwaitingSignature | Stage::Closed => false,
        };
    if !raised && !reopened {
        return None;
    }
    let grading = incident
        .gradings
        .iter()
        .rev()
        .find(|grading| grading.to >= grading.from)
        .map(|grading| graded(Verb::Raise, grading));
    let opening = incident.reopened.as_ref().map(|made| Side {
        verb: Verb::Reopen,
        by: made.by.clone(),
        unit: None,
        at: made.at,
        words: made.text.clone(),
        rank: None,
    });
    match (grading, opening) {
        (Some(grading), Some(opening)) if !raised || opening.at > grading.at => Some(opening),
        (Some(side), _) | (None, Some(side)) => Some(side),
        (None, None) => Some(Side {
            verb: incident.last.verb,
            by: incident.last.by.clone(),
            unit: None,
            at: incident.last.at,
            words: String::new(),
            rank: None,
        }),
    }
}

fn graded(verb: Verb, grading: &Grading) -> Side {
    Side {
        verb,
        by: grading.by.clone(),
        unit: None,
        at: grading.at,
        words: grading.reason.clone(),
        rank: Some(grading.to),
    }
}

/// The card that `command` leaves on `after`.
pub fn card(
    (before, after): (&Incident, &Incident),
    first: Side,
    effect: Effect,
    (command, act): (&Command, &Act),
    context: &Context<'_>,
) -> Conflict {
    let closed = before.stage() == Stage::Closed;
    Conflict {
        id: command.id,
        first,
        second: own_side(act, context),
        effect,
        holds: Holds {
            stage: after.stage(),
            rank: after.alarm.rank,
        },
        undone: closed.then(|| {
            Box::new(Undone {
                holder: before.step.holder.clone(),
                finish: before.finish.clone(),
                verified: before.verified.clone(),
                ending: before.ending.clone(),
            })
        }),
        decided: None,
    }
}

fn own_side(act: &Act, context: &Context<'_>) -> Side {
    let (words, rank) = match act {
        Act::Raise(args) | Act::Lower(args) => (args.reason.clone(), Some(args.to)),
        Act::Reopen(args) | Act::Void(args) | Act::LiftSupervision(args) => {
            (args.reason.clone(), None)
        }
        Act::ReturnToPolice(args) => (args.reason.clone(), None),
        Act::Supervise(args) => (args.reason.clone(), None),
        Act::SignStrikeOff(args) => (args.text.clone(), None),
        _ => (String::new(), None),
    };
    Side {
        verb: act.verb(),
        by: context.author.reference(),
        unit: Some(context.author.unit.clone()),
        at: context.at,
        words,
        rank,
    }
}

/// Whether the words of a gentle act may be kept; its other rules are asked
/// when somebody takes the step after all.
pub fn keepable(act: &Act) -> Verdict {
    match act {
        Act::Lower(args) => check::reason(&args.reason),
        Act::Void(args) | Act::LiftSupervision(args) => check::reason(&args.reason),
        Act::ReturnToPolice(args) => check::reason(&args.reason),
        Act::SignStrikeOff(args) => check::optional_words(&args.text),
        _ => Ok(()),
    }
}
