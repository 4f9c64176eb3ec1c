//! 督办: it rises with a reason and is cancelled with one.

use super::next::Next;
use super::{check, signature};
use crate::domain::command::Context;
use crate::domain::incident::act::Supervise;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::stage::Supervision;
use crate::domain::incident::{Incident, SUPERVISIONS_KEPT_MAX, Supervised};

/// A higher level.
///
/// Whoever supervised what they saw at a lower level than this one (`seen`)
/// was overtaken by somebody else: the higher level holds and both reasons are
/// kept.
pub fn supervise(
    incident: &mut Incident,
    args: &Supervise,
    seen: Option<Supervision>,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    check::reason(&args.reason)?;
    let from = incident.supervision;
    let overtaken = args.to <= from && seen.is_some_and(|seen| seen < args.to);
    if args.to <= from && !overtaken {
        return Err(Refusal::SupervisionStep { from, to: args.to });
    }
    put(incident, args.to.max(from), &args.reason, context)
}

/// None any more.
pub fn lift(incident: &mut Incident, reason: &str, context: &Context<'_>) -> Result<Next, Refusal> {
    check::reason(reason)?;
    if incident.supervision == Supervision::None {
        return Err(Refusal::NotSupervised);
    }
    put(incident, Supervision::None, reason, context)
}

/// Sets the level and remembers who did.
pub fn put(
    incident: &mut Incident,
    to: Supervision,
    reason: &str,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    incident.supervisions.push(Supervised {
        from: incident.supervision,
        to,
        by: signature(reason, context)?,
    });
    let surplus = incident
        .supervisions
        .len()
        .saturating_sub(SUPERVISIONS_KEPT_MAX);
    incident.supervisions.drain(..surplus);
    incident.supervision = to;
    Ok(Next::Stay)
}
