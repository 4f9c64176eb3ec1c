//! `apply`: the only place where an incident changes.
//!
//! Pure and total: the same records, command and context give the same changes
//! at the workstation and at the service, and a refusal changes nothing. The
//! order of the questions is: do the targets fit, may this role do it here, is
//! the incident as the officer saw it, does the table know the step, may this
//! unit take it, do the arguments hold.

mod actor;
pub(in crate::domain) mod amend;
mod assign;
pub(in crate::domain) mod check;
mod ending;
mod entry;
mod extend;
mod grade;
mod late;
mod met;
mod next;
mod pair;
mod register;
mod route;
mod settle;
mod steps;
mod supervise;
mod whistle;

pub use late::file_late;

use super::act::Act;
use super::conflict::{Effect, Side};
use super::field::Field;
use super::refusal::{Refusal, Verdict};
use super::reveal;
use super::stage::{Stage, Supervision};
use super::table::{Cell, cell};
use super::verb::{Aims, Verb};
use super::{Incident, LastAct, Signature};
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::calendar;
use crate::domain::command::{Change, Command, Context, Event};
use crate::domain::officer::Officer;
use crate::domain::record::{Body, Kind, Record};

/// What follows from `command` on `targets`: the records that the command
/// names and that exist, in its order.
///
/// # Errors
/// The first rule that stands against it. Nothing has changed then.
pub fn apply(
    targets: &[Record],
    command: &Command,
    act: &Act,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let verb = act.verb();
    let target = match (verb.aims_at(), command.targets.as_slice()) {
        (Aims::One, [target]) => target,
        (Aims::Pair, [first, second]) => {
            return pair::apply(targets, [first, second], (command, act), context);
        }
        (Aims::One | Aims::Pair, _) => return Err(Refusal::Targets { verb: verb.into() }),
    };
    if target.kind != Kind::Incident {
        return Err(Refusal::Targets { verb: verb.into() });
    }
    if let Act::Register(args) = act {
        if !targets.is_empty() {
            return Err(Refusal::Exists);
        }
        return register::register(target.id, args, command, context);
    }
    let record = targets
        .iter()
        .find(|record| record.id == target.id)
        .ok_or(Refusal::NotFound)?;
    let incident = record
        .incident()
        .ok_or(Refusal::Targets { verb: verb.into() })?;
    permitted(incident, record.area, verb, context.author)?;
    match met::ground(incident, verb, target.seen)? {
        met::Ground::Plain => act_on(record, incident, None, (command, act), context),
        met::Ground::Over(side) => act_on(record, incident, Some(side), (command, act), context),
        met::Ground::Under(side) => withheld(record, incident, side, (command, act), context),
    }
}

/// Whether `officer` may try `verb` on this incident now, apart from the
/// arguments. The screen asks this to show which keys work and why not.
///
/// # Errors
/// The rule that stands against it.
pub fn allowed(incident: &Incident, area: AreaCode, verb: Verb, officer: &Officer) -> Verdict {
    permitted(incident, area, verb, officer)?;
    match cell(verb, incident.stage()) {
        Cell::Refused => Err(wrong_stage(incident, verb)),
        Cell::To(_, who) | Cell::Stays(who) => {
            actor::check(incident, who, verb, officer, area, actor::Behalf::Possible)?;
            settled_first(incident, verb)?;
            ready(incident, verb, officer)
        }
    }
}

/// A case does not end while two acts that met wait for a ruling; and there is
/// nothing to rule on without them.
fn settled_first(incident: &Incident, verb: Verb) -> Verdict {
    let ends = verb.ends() || verb == Verb::ProposeStrikeOff;
    match incident.has_open_conflict() {
        true if ends => Err(Refusal::OpenConflict { verb: verb.into() }),
        false if verb == Verb::Settle => Err(Refusal::NoConflict),
        true | false => Ok(()),
    }
}

/// What the incident itself must have or lack, as far as no argument is needed
/// to say so.
fn ready(incident: &Incident, verb: Verb, officer: &Officer) -> Verdict {
    let unless = |stands: bool, refusal: Refusal| if stands { Err(refusal) } else { Ok(()) };
    match verb {
        Verb::Supervise => unless(
            incident.supervision == Supervision::RedCard,
            Refusal::SupervisionStep {
                from: incident.supervision,
                to: Supervision::RedCard,
            },
        ),
        Verb::LiftSupervision => unless(
            incident.supervision == Supervision::None,
            Refusal::NotSupervised,
        ),
        Verb::AskExtension => unless(
            incident.open_extension().is_some(),
            Refusal::Already { field: Field::Days },
        ),
        Verb::GrantExtension | Verb::RefuseExtension => {
            unless(incident.open_extension().is_none(), Refusal::NoRequest)
        }
        Verb::RateWhistle => unless(
            !incident
                .whistles
                .iter()
                .any(|whistle| whistle.by.id == officer.unit.id && !whistle.is_done()),
            Refusal::NothingToRate,
        ),
        Verb::Merge => unless(!incident.merged.is_empty(), Refusal::HasMerged),
        // From either side: the folded one is the act's first case then.
        Verb::Unmerge => unless(
            incident.fold.is_none() && incident.merged.is_empty(),
            Refusal::NotJoined { verb: verb.into() },
        ),
        Verb::Unlink => unless(
            incident.links.is_empty(),
            Refusal::NotJoined { verb: verb.into() },
        ),
        Verb::Raise | Verb::Reopen => still_own(incident),
        _ => Ok(()),
    }
}

/// Of a case that is folded into another one, that one is raised or opened
/// again, or the two are parted first.
fn still_own(incident: &Incident) -> Verdict {
    incident
        .merged_into()
        .map_or(Ok(()), |into| Err(Refusal::Merged { into }))
}

fn permitted(incident: &Incident, area: AreaCode, verb: Verb, officer: &Officer) -> Verdict {
    use crate::domain::officer::Reach;
    match officer.reach(verb, area) {
        Reach::Nowhere => Err(Refusal::NotPermitted { verb: verb.into() }),
        Reach::OwnWork if !actor::has_part(incident, officer) => {
            Err(Refusal::NotOwnWork { verb: verb.into() })
        }
        Reach::OwnWork | Reach::Area => Ok(()),
    }
}

fn wrong_stage(incident: &Incident, verb: Verb) -> Refusal {
    Refusal::WrongStage {
        verb: verb.into(),
        stage: incident.stage(),
        last: Some(incident.last.clone()),
    }
}

/// Keeps an act that came too late to be safe: a card, and no effect.
fn withheld(
    record: &Record,
    before: &Incident,
    first: Side,
    (command, act): (&Command, &Act),
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    met::keepable(act)?;
    let mut after = before.clone();
    let effect = Effect::Withheld;
    after.put_conflict(met::card(
        (before, &after),
        first,
        effect,
        (command, act),
        context,
    ));
    let stage = Some(before.stage());
    let mut event = event(command, record.id, act.for_event(), stage, context);
    event.card = Some(effect);
    Ok(vec![changed(record, after, event)])
}

fn changed(record: &Record, after: Incident, event: Event) -> Change {
    Change {
        event,
        record: Record {
            rev: record.rev.next(),
            body: Body::Incident(Box::new(after)),
            ..record.clone()
        },
    }
}

fn act_on(
    record: &Record,
    before: &Incident,
    met: Option<Side>,
    (command, act): (&Command, &Act),
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let verb = act.verb();
    let stage = before.stage();
    let (ways, who) = match cell(verb, stage) {
        Cell::Refused => return Err(wrong_stage(before, verb)),
        Cell::To(ways, who) => (ways, who),
        Cell::Stays(who) => (&[][..], who),
    };
    let behalf = actor::Behalf::of(act);
    actor::check(before, who, verb, context.author, record.area, behalf)?;
    if verb != Verb::Settle {
        settled_first(before, verb)?;
    }
    if met.is_none() && matches!(verb, Verb::Raise | Verb::Reopen) {
        still_own(before)?;
    }

    let mut after = before.clone();
    let wanted = match act {
        Act::Settle(args) => settle::settle(&mut after, args, record.area, context)?,
        Act::Raise(args) => grade::raise(&mut after, args, seen_rank(command), context)?,
        Act::Supervise(args) => {
            supervise::supervise(&mut after, args, seen_supervision(command), context)?
        }
        Act::Whistle(args) => whistle::whistle(&mut after, args, command.id, context)?,
        Act::AskExtension(args) => extend::ask(&mut after, args, command.id, context)?,
        Act::Reveal(args) => {
            check::reason(&args.reason)?;
            reveal::check(record, &args.reason)?;
            next::Next::Stay
        }
        act => steps::step(&mut after, act, context)?,
    };
    let next = match wanted {
        next::Next::Stay => stage,
        next::Next::Only => ways.first().copied().unwrap_or(stage),
        // A step names a stage only among the ways of its cell; if the two
        // ever disagree the table wins and the act is refused.
        next::Next::Way(way) if ways.contains(&way) => way,
        next::Next::Way(_) => return Err(wrong_stage(before, verb)),
    };
    if next != stage || matches!(act, Act::Assign(_)) {
        enter(&mut after, next, context)?;
    }
    if !verb.only_looks() {
        act_done(&mut after, verb, context);
    }

    let mut event = event(command, record.id, act.for_event(), Some(next), context);
    if let Some(first) = met {
        let effect = Effect::Applied;
        after.put_conflict(met::card(
            (before, &after),
            first,
            effect,
            (command, act),
            context,
        ));
        event.card = Some(effect);
    }
    let mut changes = Vec::with_capacity(2);
    if let Some(entry) = entry::entry(record, command, act, context)? {
        changes.push(entry);
    }
    changes.push(changed(record, after, event));
    Ok(changes)
}

/// The latest act is this one.
fn act_done(incident: &mut Incident, verb: Verb, context: &Context<'_>) {
    incident.last = LastAct {
        verb,
        by: context.author.reference(),
        at: context.at,
    };
    renew_acknowledgement(incident, verb, context);
}

fn signature(text: &str, context: &Context<'_>) -> Result<Signature, Refusal> {
    check::optional_words(text)?;
    Ok(Signature {
        by: context.author.reference(),
        at: context.at,
        text: text.to_owned(),
    })
}

fn seen_supervision(command: &Command) -> Option<Supervision> {
    command.targets.first()?.seen?.supervision
}

fn seen_rank(command: &Command) -> Option<Rank> {
    command.targets.first()?.seen?.rank
}

/// Moves the incident to `stage` and starts that stage's clock.
fn enter(incident: &mut Incident, stage: Stage, context: &Context<'_>) -> Verdict {
    if stage != Stage::Handling {
        extend::lapse(incident, context)?;
    }
    incident.status = stage.status();
    incident.step.status = stage.step();
    incident.step.since = context.at;
    start_clock(incident, stage, context);
    Ok(())
}

fn start_clock(incident: &mut Incident, stage: Stage, context: &Context<'_>) {
    let holidays = &context.policy.holidays;
    incident.deadline = match (stage, incident.step.finish_by) {
        (Stage::Handling, Some(at)) => Some(calendar::Deadline::fixed(context.at, at)),
        _ => context
            .policy
            .limit(stage, incident.alarm.rank)
            .map(|limit| calendar::deadline(context.at, limit, holidays)),
    };
}

/// Any later act on the record renews who answers for its alarm: only a
/// forgotten acknowledgement lapses (behaviour.md B3).
fn renew_acknowledgement(incident: &mut Incident, verb: Verb, context: &Context<'_>) {
    // That another unit has read it says nothing of who watches over it.
    if matches!(verb, Verb::Acknowledge | Verb::Read) {
        return;
    }
    if let Some(ack) = &mut incident.alarm.ack {
        ack.at = ack.at.max(context.at);
    }
}

fn event(
    command: &Command,
    on: crate::domain::ids::RecordId,
    act: Act,
    stage: Option<Stage>,
    context: &Context<'_>,
) -> Event {
    Event {
        stage,
        ..Event::of(command, on, act, context)
    }
}

#[cfg(test)]
mod tests;
