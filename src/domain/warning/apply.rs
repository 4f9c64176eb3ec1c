//! `apply` of the family: the only place where a warning changes.
//!
//! A raise by a rule that is known already is taken and changes nothing: that
//! is how two services and three workstations raise one warning. One whose
//! cause is newer is told on the same record, and rings anew when the warning
//! had been lifted or is graver now. Of two acts that met the safer one holds.

use super::act::{Acknowledge, Act, Grade, Lift, Raise};
use super::rules::{self, Case};
use super::verb::Verb;
use super::{
    CASES_NAMED_MAX, Ground, Last, Lifted, RULE_NAME_MAX_CHARS, Source, Subject, TURNS_KEPT_MAX,
    Turn, Warning, Why,
};
use crate::domain::alarm::{Acknowledgement, Alarm, Rank};
use crate::domain::area::AreaCode;
use crate::domain::command::{Change, Command, Context, Event};
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::TITLE_MAX_CHARS;
use crate::domain::incident::apply::check;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::officer::{Officer, Reach};
use crate::domain::record::{Body, Kind, Record, Rev};

/// What follows from `act` on the warning that the command names first. The
/// second target, if there is one, is the case that a rule's act is about: it
/// is read and never changed.
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
    let unfit = || Refusal::Targets { verb: verb.into() };
    let (target, case) = match command.targets.as_slice() {
        [target] => (target, None),
        [target, case] if case.kind == Kind::Incident => (target, Some(case)),
        _ => return Err(unfit()),
    };
    if target.kind != Kind::Warning {
        return Err(unfit());
    }
    let find = |id| targets.iter().find(|record| record.id == id);
    let record = find(target.id);
    let known = match record.map(|record| &record.body) {
        Some(Body::Warning(warning)) => Some(&**warning),
        Some(_) => return Err(Refusal::Exists),
        None => None,
    };
    let case = case.and_then(|case| find(case.id)).and_then(case_of);
    let area = match (act, record) {
        (_, Some(record)) => record.area,
        (Act::Raise(args), None) => args.area,
        (_, None) => return Err(Refusal::NotFound),
    };
    permitted(context.author, verb, area)?;
    let after = match (act, known) {
        (Act::Raise(args), known) => raise(target.id, known, args, case.as_ref(), context)?,
        (_, None) => return Err(Refusal::NotFound),
        (Act::Acknowledge(args), Some(known)) => Some(acknowledge(known, *args, context)),
        (Act::Upgrade(args), Some(known)) => Some(upgrade(known, args, context)?),
        (Act::Downgrade(args), Some(known)) => Some(downgrade(known, args, context)?),
        (Act::Lift(args), Some(known)) => lift(known, args, case.as_ref(), context)?,
    };
    let changed = after.map(|after| Change {
        event: event(command, target.id, act, context),
        record: Record {
            id: target.id,
            area,
            rev: record.map_or(Rev::NONE, |record| record.rev).next(),
            parent: None,
            body: Body::Warning(Box::new(after)),
            sealed: None,
        },
    });
    Ok(changed.into_iter().collect())
}

/// Whether `officer` may try `verb` on this warning now, apart from the
/// arguments; for the screen.
///
/// # Errors
/// The rule that stands against it.
pub fn allowed(
    warning: &Warning,
    area: AreaCode,
    verb: Verb,
    officer: &Officer,
    (lowest, highest): (Rank, Rank),
) -> Verdict {
    permitted(officer, verb, area)?;
    let rank = warning.alarm.rank;
    let step = |to| Refusal::RankStep {
        verb: verb.into(),
        from: rank,
        to,
    };
    match verb {
        Verb::Raise => Err(Refusal::Exists),
        Verb::Upgrade if warning.is_open() && rank >= highest => Err(step(highest)),
        Verb::Downgrade | Verb::Lift if !warning.is_open() => Err(overtaken(warning, verb)),
        Verb::Downgrade if rank <= lowest => Err(step(lowest)),
        Verb::Acknowledge | Verb::Upgrade | Verb::Downgrade | Verb::Lift => Ok(()),
    }
}

fn case_of(record: &Record) -> Option<Case> {
    // Only whether it still waits is asked of it, never its place.
    let incident = record.incident()?;
    Some(Case::of(record.id, record.area, incident, str::to_owned))
}

fn permitted(officer: &Officer, verb: Verb, area: AreaCode) -> Verdict {
    match officer.may_warn(verb, area) {
        Reach::Area => Ok(()),
        Reach::Nowhere | Reach::OwnWork => Err(Refusal::NotPermitted { verb: verb.into() }),
    }
}

fn overtaken(warning: &Warning, verb: Verb) -> Refusal {
    Refusal::Overtaken {
        verb: verb.into(),
        did: warning.last.verb.into(),
        by: warning.last.by.clone(),
        at: warning.last.at,
    }
}

/// The warning after a raise; none when it is known already, or when its rule
/// sees on the case that nobody needs to be warned any more.
fn raise(
    id: RecordId,
    known: Option<&Warning>,
    args: &Raise,
    case: Option<&Case>,
    context: &Context<'_>,
) -> Result<Option<Warning>, Refusal> {
    fits(id, args, context)?;
    let rule = match &args.source {
        Source::Hand if known.is_some() => return Err(Refusal::Exists),
        Source::Hand => return Ok(Some(raised(args, context))),
        Source::Rule { rule, .. } => rule,
    };
    if let Some(known) = known
        && !args.why.outgrows(&known.why)
    {
        return Ok(None);
    }
    // A desk without a line may have spoken of a case that has moved on.
    let stands = case.and_then(|case| rules::stands(rule, case, context.policy, context.at));
    if stands == Some(false) {
        return Ok(None);
    }
    Ok(Some(known.map_or_else(
        || raised(args, context),
        |known| told_again(known, args, context),
    )))
}

fn raised(args: &Raise, context: &Context<'_>) -> Warning {
    let by = context.author.reference();
    let mut warning = Warning {
        subject: args.subject.clone(),
        why: args.why.clone(),
        source: args.source.clone(),
        alarm: Alarm::raised(args.rank, context.at),
        raised_by: by.clone(),
        unit: context.author.unit.clone(),
        raised_at: context.at,
        times: 1,
        lifted: None,
        turns: Vec::new(),
        last: Last {
            verb: Verb::Raise,
            by,
            at: context.at,
        },
        extra: Extra::new(),
    };
    turned(&mut warning, Verb::Raise, args.rank, "", context);
    warning
}

/// The same warning with a newer cause. It rings anew if it had been lifted or
/// is graver now; else it is only counted (behaviour.md B1).
fn told_again(known: &Warning, args: &Raise, context: &Context<'_>) -> Warning {
    let mut after = known.clone();
    after.why = args.why.clone();
    after.subject = args.subject.clone();
    after.source = args.source.clone();
    after.times = known.times.saturating_add(1);
    let to = if known.is_open() {
        known.alarm.rank.max(args.rank)
    } else {
        args.rank
    };
    let graver = to > known.alarm.rank;
    turned(&mut after, Verb::Raise, to, "", context);
    if graver || !known.is_open() {
        after.alarm = known.alarm.raise_again(to, context.at);
    }
    after.lifted = None;
    after
}

fn acknowledge(known: &Warning, args: Acknowledge, context: &Context<'_>) -> Warning {
    let mut after = known.clone();
    // An officer who had not seen this episode answers for the one before.
    if args.episode >= known.alarm.episode {
        after.alarm.ack = Some(Acknowledgement {
            by: context.author.reference(),
            at: context.at,
        });
        turned(&mut after, Verb::Acknowledge, known.alarm.rank, "", context);
    } else {
        done(&mut after, Verb::Acknowledge, context);
    }
    after
}

fn upgrade(known: &Warning, args: &Grade, context: &Context<'_>) -> Result<Warning, Refusal> {
    check::reason(&args.reason)?;
    let from = known.alarm.rank;
    let again = !known.is_open() && args.to >= from;
    let overtaken = args.to <= from && args.from < args.to;
    if !context.policy.uses(args.to) || !(args.to > from || again || overtaken) {
        return Err(Refusal::RankStep {
            verb: Verb::Upgrade.into(),
            from,
            to: args.to,
        });
    }
    let mut after = known.clone();
    let to = args.to.max(from);
    turned(&mut after, Verb::Upgrade, to, &args.reason, context);
    // What rings already at this rank is not rung again; what was lifted is.
    if to > from || !known.is_open() {
        after.alarm = known.alarm.raise_again(to, context.at);
    }
    after.lifted = None;
    Ok(after)
}

fn downgrade(known: &Warning, args: &Grade, context: &Context<'_>) -> Result<Warning, Refusal> {
    check::reason(&args.reason)?;
    let from = known.alarm.rank;
    if !known.is_open() || args.from != from {
        return Err(overtaken(known, Verb::Downgrade));
    }
    if context.policy.next_lower(from) != Some(args.to) {
        return Err(Refusal::RankStep {
            verb: Verb::Downgrade.into(),
            from,
            to: args.to,
        });
    }
    let mut after = known.clone();
    turned(&mut after, Verb::Downgrade, args.to, &args.reason, context);
    after.alarm.rank = args.to;
    Ok(after)
}

fn lift(
    known: &Warning,
    args: &Lift,
    case: Option<&Case>,
    context: &Context<'_>,
) -> Result<Option<Warning>, Refusal> {
    match args.ground {
        Ground::Judged => check::reason(&args.reason)?,
        Ground::Ended => {
            let rule = known.rule().ok_or(Refusal::Unfit {
                field: Field::Reason,
            })?;
            let stands =
                case.and_then(|case| rules::stands(rule, case, context.policy, context.at));
            // What a rule says is never an officer's error: it is right or moot.
            if stands != Some(false) || !known.is_open() {
                return Ok(None);
            }
        }
    }
    let graver = known.alarm.episode > args.episode || known.alarm.rank > args.rank;
    if !known.is_open() || graver {
        return match args.ground {
            Ground::Judged => Err(overtaken(known, Verb::Lift)),
            Ground::Ended => Ok(None),
        };
    }
    let mut after = known.clone();
    let by = context.author.reference();
    if args.ground == Ground::Judged && after.alarm.ack.is_none() {
        // Whoever lifts it has seen it.
        after.alarm.ack = Some(Acknowledgement {
            by: by.clone(),
            at: context.at,
        });
    }
    turned(
        &mut after,
        Verb::Lift,
        known.alarm.rank,
        &args.reason,
        context,
    );
    after.lifted = Some(Lifted {
        by,
        at: context.at,
        ground: args.ground,
        reason: args.reason.clone(),
    });
    Ok(Some(after))
}

fn fits(id: RecordId, args: &Raise, context: &Context<'_>) -> Verdict {
    let unfit = |field| Err(Refusal::Unfit { field });
    if !context.policy.uses(args.rank) {
        return unfit(Field::Rank);
    }
    if let Source::Rule { rule, .. } = &args.source {
        check::filled(Field::Reason, rule, RULE_NAME_MAX_CHARS)?;
    }
    // An id that is not the rule's own would make a second warning.
    if rules::id_of(args).is_some_and(|own| own != id) {
        return unfit(Field::Place);
    }
    if let Subject::Place { place } = &args.subject {
        check::at_most(Field::Place, place, TITLE_MAX_CHARS)?;
    }
    match &args.why {
        Why::Said { text } => check::filled(Field::Reason, text, check::REASON_MAX_CHARS),
        Why::Repeated { cases, .. } => check::count(Field::Reason, cases.len(), CASES_NAMED_MAX),
        Why::Overdue { .. } | Why::People { .. } => match args.source {
            Source::Rule { .. } => Ok(()),
            Source::Hand => unfit(Field::Reason),
        },
    }
}

/// Keeps the step in the history; a later act renews who answers for it.
fn turned(warning: &mut Warning, verb: Verb, to: Rank, reason: &str, context: &Context<'_>) {
    warning.turns.push(Turn {
        verb,
        from: warning.alarm.rank,
        to,
        by: context.author.reference(),
        at: context.at,
        reason: reason.to_owned(),
    });
    let surplus = warning.turns.len().saturating_sub(TURNS_KEPT_MAX);
    warning.turns.drain(..surplus);
    done(warning, verb, context);
    // That a rule has told it again says nothing of who watches over it.
    if verb != Verb::Raise
        && let Some(ack) = &mut warning.alarm.ack
    {
        ack.at = ack.at.max(context.at);
    }
}

fn done(warning: &mut Warning, verb: Verb, context: &Context<'_>) {
    warning.last = Last {
        verb,
        by: context.author.reference(),
        at: context.at,
    };
}

fn event(command: &Command, on: RecordId, act: &Act, context: &Context<'_>) -> Event {
    Event::of(command, on, act.clone(), context)
}
