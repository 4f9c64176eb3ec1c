//! Raising, lowering and opening again: what makes a case graver or less.

use super::next::Next;
use super::{check, start_clock};
use crate::domain::alarm::Rank;
use crate::domain::command::Context;
use crate::domain::incident::act::Grade;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{GRADINGS_KEPT_MAX, Grading, Incident, Signature};
use crate::domain::unit::Holder;

/// A higher rank: rings anew, and opens what was closed.
///
/// Whoever raised a lower rank than the present one (`seen`) was overtaken by
/// another raise: the higher rank holds and both reasons are kept.
pub fn raise(
    incident: &mut Incident,
    args: &Grade,
    seen: Option<Rank>,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    let from = incident.alarm.rank;
    check::reason(&args.reason)?;
    let overtaken = args.to <= from && seen.is_some_and(|seen| seen < args.to);
    if (args.to <= from && !overtaken) || !context.policy.uses(args.to) {
        return Err(Refusal::RankStep {
            verb: Verb::Raise.into(),
            from,
            to: args.to,
        });
    }
    let to = args.to.max(from);
    graded(incident, to, &args.reason, context);
    // What rings already at this rank is not rung again; what was quiet is.
    if !overtaken || is_ending(incident.stage()) {
        incident.alarm = incident.alarm.raise_again(to, context.at);
    }
    incident.alarm.rank = to;
    tighten_clock(incident, context);
    Ok(match incident.stage() {
        Stage::Closed => {
            let made = Signature {
                by: context.author.reference(),
                at: context.at,
                text: args.reason.clone(),
            };
            reopen(incident, made);
            Next::Way(Stage::New)
        }
        Stage::AwaitingSignature => {
            incident.strike_off = None;
            Next::Way(Stage::FollowedUp)
        }
        Stage::New
        | Stage::Assigned
        | Stage::Handling
        | Stage::PendingCheck
        | Stage::Verified
        | Stage::FollowedUp => Next::Stay,
    })
}

/// A higher rank that comes of another case: rings anew.
pub fn rise(incident: &mut Incident, to: Rank, reason: &str, context: &Context<'_>) {
    graded(incident, to, reason, context);
    incident.alarm = incident.alarm.raise_again(to, context.at);
    incident.alarm.rank = to;
    tighten_clock(incident, context);
}

/// One level at a time, and the running clock stays: lowering never grants
/// time in passing.
pub fn lower(
    incident: &mut Incident,
    args: &Grade,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    let from = incident.alarm.rank;
    check::reason(&args.reason)?;
    if context.policy.next_lower(from) != Some(args.to) {
        return Err(Refusal::RankStep {
            verb: Verb::Lower.into(),
            from,
            to: args.to,
        });
    }
    graded(incident, args.to, &args.reason, context);
    incident.alarm.rank = args.to;
    Ok(Next::Stay)
}

fn is_ending(stage: Stage) -> bool {
    matches!(stage, Stage::AwaitingSignature | Stage::Closed)
}

fn graded(incident: &mut Incident, to: Rank, reason: &str, context: &Context<'_>) {
    incident.gradings.push(Grading {
        from: incident.alarm.rank,
        to,
        by: context.author.reference(),
        at: context.at,
        reason: reason.to_owned(),
    });
    let surplus = incident.gradings.len().saturating_sub(GRADINGS_KEPT_MAX);
    incident.gradings.drain(..surplus);
}

/// A higher rank may shorten the running clock and never lengthens it.
fn tighten_clock(incident: &mut Incident, context: &Context<'_>) {
    let before = incident.deadline.take();
    start_clock(incident, incident.stage(), context);
    let sooner = match (&before, &incident.deadline) {
        (Some(old), Some(new)) => old.at <= new.at,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if sooner {
        incident.deadline = before;
    }
}

/// Undoes what stands behind the work, so that it can go on.
pub fn reopen(incident: &mut Incident, made: Signature) {
    incident.reopened = Some(made);
    incident.counts.reopened = incident.counts.reopened.saturating_add(1);
    incident.strike_off = None;
    incident.ending = None;
    incident.verified = None;
    incident.finish = None;
    if incident.stage() == Stage::Closed {
        // Back to whoever took it first.
        incident.step.holder = Holder {
            unit: incident.creator.clone(),
            person: None,
        };
        incident.step.given_by = None;
        incident.step.finish_by = None;
    }
}
