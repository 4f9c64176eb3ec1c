//! Raising, lowering and opening again: what makes a case graver or less.

use super::next::Next;
use super::{check, start_clock};
use crate::domain::command::Context;
use crate::domain::incident::act::Grade;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::stage::Stage;
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{GRADINGS_KEPT_MAX, Grading, Incident};
use crate::domain::unit::Holder;

/// A higher rank: rings anew, and opens what was closed.
pub fn raise(
    incident: &mut Incident,
    args: &Grade,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    let from = incident.alarm.rank;
    check::reason(&args.reason)?;
    if args.to <= from || !context.policy.uses(args.to) {
        return Err(Refusal::RankStep {
            verb: Verb::Raise,
            from,
            to: args.to,
        });
    }
    graded(incident, args, context);
    incident.alarm = incident.alarm.raise_again(args.to, context.at);
    tighten_clock(incident, context);
    Ok(match incident.stage() {
        Stage::Closed => {
            reopen(incident);
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
            verb: Verb::Lower,
            from,
            to: args.to,
        });
    }
    graded(incident, args, context);
    incident.alarm.rank = args.to;
    Ok(Next::Stay)
}

fn graded(incident: &mut Incident, args: &Grade, context: &Context<'_>) {
    incident.gradings.push(Grading {
        from: incident.alarm.rank,
        to: args.to,
        by: context.author.reference(),
        at: context.at,
        reason: args.reason.clone(),
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
pub fn reopen(incident: &mut Incident) {
    incident.counts.reopened = incident.counts.reopened.saturating_add(1);
    incident.strike_off = None;
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
