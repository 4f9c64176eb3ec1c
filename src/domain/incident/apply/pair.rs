//! Acts on two cases, which change together or not at all: 合并、拆分、关联.

use super::{
    act_done, actor, check, enter, event, grade, met, permitted, settled_first, signature,
    supervise, wrong_stage,
};
use crate::domain::command::{Change, Command, Context, Target};
use crate::domain::incident::Incident;
use crate::domain::incident::act::{Act, Join};
use crate::domain::incident::ending::{CaseLink, CaseRef, Ending, Fold, LINKS_MAX, MERGED_MAX};
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::stage::Stage;
use crate::domain::incident::table::{Cell, beside, cell};
use crate::domain::incident::verb::Verb;
use crate::domain::record::{Body, Kind, Record};

/// Two cases and the act on them, as they stand.
struct Two<'a> {
    first: &'a Record,
    second: &'a Record,
}

/// What follows from an act on two cases.
pub fn apply(
    targets: &[Record],
    [first, second]: [&Target; 2],
    (command, act): (&Command, &Act),
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let verb = act.verb();
    let (Act::Merge(args) | Act::Unmerge(args) | Act::Link(args) | Act::Unlink(args)) = act else {
        return Err(Refusal::Targets { verb: verb.into() });
    };
    if first.id == second.id {
        return Err(Refusal::Unfit {
            field: Field::Other,
        });
    }
    let two = Two {
        first: found(targets, first, verb)?,
        second: found(targets, second, verb)?,
    };
    let (one, other) = (incident(two.first, verb)?, incident(two.second, verb)?);
    permitted(one, two.first.area, verb, context.author)?;
    permitted(other, two.second.area, verb, context.author)?;
    // None of these verbs leaves a card, so there is no other ground.
    met::ground(one, verb, first.seen)?;
    takes(one, two.first, verb, cell(verb, one.stage()), context)?;
    takes(
        other,
        two.second,
        verb,
        beside(verb, other.stage()),
        context,
    )?;
    settled_first(one, verb)?;

    check::reason(&args.reason)?;
    let (mut one, mut other) = (one.clone(), other.clone());
    match verb {
        Verb::Merge => merge(&mut one, &mut other, &two, args, context)?,
        Verb::Unmerge => unmerge(&mut one, &mut other, &two)?,
        Verb::Link => {
            let (here, there) = (named(two.first)?, named(two.second)?);
            link(&mut one, there, args, context)?;
            link(&mut other, here, args, context)?;
        }
        _ => {
            unlink(&mut one, two.second)?;
            unlink(&mut other, two.first)?;
        }
    }
    Ok(vec![
        changed((two.first, two.second), one, (command, act), context)?,
        changed((two.second, two.first), other, (command, act), context)?,
    ])
}

fn found<'a>(targets: &'a [Record], target: &Target, verb: Verb) -> Result<&'a Record, Refusal> {
    if target.kind != Kind::Incident {
        return Err(Refusal::Targets { verb: verb.into() });
    }
    targets
        .iter()
        .find(|record| record.id == target.id)
        .ok_or(Refusal::NotFound)
}

fn incident(record: &Record, verb: Verb) -> Result<&Incident, Refusal> {
    record
        .incident()
        .ok_or(Refusal::Targets { verb: verb.into() })
}

fn named(record: &Record) -> Result<CaseRef, Refusal> {
    let incident = record.incident().ok_or(Refusal::NotFound)?;
    Ok(CaseRef {
        id: record.id,
        number: incident.number,
    })
}

fn takes(
    incident: &Incident,
    record: &Record,
    verb: Verb,
    cell: Cell,
    context: &Context<'_>,
) -> Verdict {
    match cell {
        Cell::Refused => Err(wrong_stage(incident, verb)),
        Cell::To(_, who) | Cell::Stays(who) => {
            let behalf = actor::Behalf::Unsaid;
            actor::check(incident, who, verb, context.author, record.area, behalf)
        }
    }
}

fn changed(
    (record, other): (&Record, &Record),
    mut after: Incident,
    (command, act): (&Command, &Act),
    context: &Context<'_>,
) -> Result<Change, Refusal> {
    act_done(&mut after, act.verb(), context);
    let act = act.for_event();
    let mut event = event(command, record.id, act, Some(after.stage()), context);
    event.other = Some(named(other)?);
    Ok(Change {
        event,
        record: Record {
            rev: record.rev.next(),
            body: Body::Incident(Box::new(after)),
            ..record.clone()
        },
    })
}

/// The first is folded into the second. Of rank and supervision the higher one
/// holds: a merge quiets nothing.
fn merge(
    folded: &mut Incident,
    kept: &mut Incident,
    two: &Two<'_>,
    args: &Join,
    context: &Context<'_>,
) -> Verdict {
    if !folded.merged.is_empty() {
        return Err(Refusal::HasMerged);
    }
    let by = signature(&args.reason, context)?;
    let (here, into) = (named(two.first)?, named(two.second)?);
    kept.merged.retain(|link| link.case.id != here.id);
    check::count(Field::Merged, kept.merged.len() + 1, MERGED_MAX)?;
    kept.merged.push(CaseLink {
        case: here,
        by: by.clone(),
    });
    if folded.alarm.rank > kept.alarm.rank {
        grade::rise(kept, folded.alarm.rank, &args.reason, context);
    }
    if folded.supervision > kept.supervision {
        supervise::put(kept, folded.supervision, &args.reason, context)?;
    }
    folded.fold = Some(Box::new(Fold {
        into,
        by,
        stage: folded.stage(),
        since: folded.step.since,
        deadline: folded.deadline.clone(),
    }));
    folded.ending = Some(Ending::Merged { into });
    enter(folded, Stage::Closed, context)
}

/// The first is one of its own again, as far as it was. One that was opened
/// again in between stays where it is.
fn unmerge(folded: &mut Incident, kept: &mut Incident, two: &Two<'_>) -> Verdict {
    let not_joined = || Refusal::NotJoined {
        verb: Verb::Unmerge.into(),
    };
    let fold = folded.fold.take().ok_or_else(not_joined)?;
    if fold.into.id != two.second.id {
        return Err(not_joined());
    }
    kept.merged.retain(|link| link.case.id != two.first.id);
    match folded.merged_into() {
        Some(_) => {
            folded.ending = None;
            folded.status = fold.stage.status();
            folded.step.status = fold.stage.step();
            folded.step.since = fold.since;
            folded.deadline = fold.deadline;
            Ok(())
        }
        None if folded.is_open() => Ok(()),
        // It has ended by itself since.
        None => Err(not_joined()),
    }
}

fn link(incident: &mut Incident, to: CaseRef, args: &Join, context: &Context<'_>) -> Verdict {
    if incident.links.iter().any(|link| link.case.id == to.id) {
        return Err(Refusal::Already {
            field: Field::Links,
        });
    }
    check::count(Field::Links, incident.links.len() + 1, LINKS_MAX)?;
    incident.links.push(CaseLink {
        case: to,
        by: signature(&args.reason, context)?,
    });
    Ok(())
}

fn unlink(incident: &mut Incident, from: &Record) -> Verdict {
    let before = incident.links.len();
    incident.links.retain(|link| link.case.id != from.id);
    if incident.links.len() == before {
        return Err(Refusal::NotJoined {
            verb: Verb::Unlink.into(),
        });
    }
    Ok(())
}
