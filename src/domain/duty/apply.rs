//! What follows from an act of duty.

mod hand_over;

use super::act::{Act, LogAdd, SignOn, Told};
use super::line::{
    INSTRUCTION_MAX_CHARS, LINE_TEXT_MAX_CHARS, LineKind, LogLine, Means, PhoneCall, SALT_MAX_CHARS,
};
use super::shift::{DutyShift, OFFICERS_MAX, SignedOn, Slot};
use super::verb::Verb;
use crate::domain::area::AreaCode;
use crate::domain::command::{Change, Command, Context, Event};
use crate::domain::extra::Extra;
use crate::domain::ids::RecordId;
use crate::domain::incident::apply::check;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::officer::Reach;
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::warning::rules;

/// What follows from `command` on `targets`.
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
    permitted(verb, act.makes_in(), context)?;
    match act {
        Act::LogAdd(args) => add(targets, command, act, args, context),
        Act::SignOn(args) => sign_on(targets, command, act, args, context),
        Act::HandoverOffer(args) => hand_over::offer(targets, command, act, args, context),
        Act::HandoverTake(args) => hand_over::take(targets, command, act, args, context),
    }
}

/// The desk is that of the officer's own centre.
fn permitted(verb: Verb, area: Option<AreaCode>, context: &Context<'_>) -> Verdict {
    let unit = &context.author.unit;
    if area.is_some_and(|area| area != unit.area) {
        return Err(Refusal::AreaOutside);
    }
    let reach = context.author.widest(unit.area, |role| verb.reach(role));
    match reach {
        Reach::Nowhere => Err(Refusal::NotPermitted { verb: verb.into() }),
        Reach::OwnWork | Reach::Area => Ok(()),
    }
}

/// The one record that the command names, of that kind.
fn target(command: &Command, verb: Verb, kind: &Kind) -> Result<RecordId, Refusal> {
    match command.targets.first() {
        Some(target) if target.kind == *kind => Ok(target.id),
        Some(_) | None => Err(Refusal::Targets { verb: verb.into() }),
    }
}

fn found(targets: &[Record], id: RecordId) -> Option<&Record> {
    targets.iter().find(|record| record.id == id)
}

fn event(command: &Command, on: RecordId, act: &Act, context: &Context<'_>) -> Event {
    Event::of(command, on, act.for_event(), context)
}

fn change((id, rev): (RecordId, Rev), body: Body, area: AreaCode, event: Event) -> Change {
    Change {
        event,
        record: Record {
            id,
            area,
            rev,
            parent: None,
            body,
            sealed: None,
        },
    }
}

/// A line of the log, with its place where the centre decides.
fn line(what: LineKind, by: Means, context: &Context<'_>) -> LogLine {
    LogLine {
        unit: context.author.unit.clone(),
        what,
        text: String::new(),
        author: context.author.reference(),
        at: context.at,
        by,
        about: None,
        corrects: None,
        keeps: None,
        place: None,
        extra: Extra::new(),
    }
}

fn written(id: RecordId, mut line: LogLine, event: Event, context: &Context<'_>) -> Change {
    line.place = context
        .log
        .map(|log| log.tail.place(id, &line, log.received_at));
    let area = line.unit.area;
    let body = Body::LogLine(Box::new(line));
    change((id, Rev::NONE.next()), body, area, event)
}

fn add(
    targets: &[Record],
    command: &Command,
    act: &Act,
    args: &LogAdd,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let id = target(command, act.verb(), &Kind::LogLine)?;
    if !targets.is_empty() {
        return Err(Refusal::Exists);
    }
    match &args.what {
        Told::Note => check::filled(Field::Text, &args.text, LINE_TEXT_MAX_CHARS)?,
        Told::Call(call) => {
            check::filled(Field::Text, &args.text, LINE_TEXT_MAX_CHARS)?;
            fits(call)?;
        }
        Told::Cut { since, until } => {
            check::at_most(Field::Text, &args.text, LINE_TEXT_MAX_CHARS)?;
            if since >= until {
                return Err(Refusal::Unfit {
                    field: Field::Until,
                });
            }
        }
        // Whoever could write it could say in the rules' name what never was.
        Told::Warned(_) if context.author.id != rules::account() => {
            return Err(Refusal::NotPermitted {
                verb: act.verb().into(),
            });
        }
        Told::Warned(_) => check::at_most(Field::Text, &args.text, LINE_TEXT_MAX_CHARS)?,
    }
    let line = LogLine {
        text: args.text.clone(),
        about: args.about,
        corrects: args.corrects,
        keeps: args.keeps,
        ..line(args.what.kind(), args.by, context)
    };
    let event = event(command, id, act, context);
    Ok(vec![written(id, line, event, context)])
}

fn fits(call: &PhoneCall) -> Verdict {
    check::filled(Field::CallWith, &call.call.with, check::NAME_MAX_CHARS)?;
    check::at_most(Field::CallPhone, &call.call.phone, check::PHONE_MAX_CHARS)?;
    check::at_most(Field::Told, &call.told, INSTRUCTION_MAX_CHARS)?;
    check::at_most(Field::Instruction, &call.instruction, INSTRUCTION_MAX_CHARS)?;
    check::at_most(Field::CallPhone, &call.salt, SALT_MAX_CHARS)?;
    // A number without chance beside it could be guessed from its mark.
    if call.mark.is_some() || (!call.call.phone.is_empty() && call.salt.is_empty()) {
        return Err(Refusal::Unfit {
            field: Field::CallPhone,
        });
    }
    Ok(())
}

fn sign_on(
    targets: &[Record],
    command: &Command,
    act: &Act,
    args: &SignOn,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let id = target(command, act.verb(), &Kind::DutyShift)?;
    let unit = &context.author.unit;
    let slot = Slot::of(context.policy, args.day, &args.shift)
        .filter(|slot| slot.id(unit.id) == id)
        .ok_or(Refusal::Unfit {
            field: Field::Shift,
        })?;
    check::at_most(Field::Leader, &args.leader, check::NAME_MAX_CHARS)?;
    let (before, rev) = match found(targets, id) {
        None => (None, Rev::NONE),
        Some(record) => match &record.body {
            Body::DutyShift(shift) => (Some((**shift).clone()), record.rev),
            _ => return Err(Refusal::Exists),
        },
    };
    let mut shift = before.unwrap_or_else(|| DutyShift {
        unit: unit.clone(),
        day: slot.day,
        shift: slot.shift.clone(),
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        leader: String::new(),
        officers: Vec::new(),
        extra: Extra::new(),
    });
    if !args.leader.trim().is_empty() {
        args.leader.trim().clone_into(&mut shift.leader);
    }
    let me = context.author.reference();
    match shift.officers.iter_mut().find(|on| on.officer.id == me.id) {
        // Once more, when the sound was mended.
        Some(on) => on.sound = args.sound,
        None => shift.officers.push(SignedOn {
            officer: me,
            at: context.at,
            sound: args.sound,
        }),
    }
    check::count(Field::Shift, shift.officers.len(), OFFICERS_MAX)?;
    let what = LineKind::SignedOn {
        day: slot.day,
        shift: slot.shift,
        sound: args.sound,
    };
    let told = line(what, Means::Program, context);
    let area = unit.area;
    Ok(vec![
        written(
            args.line,
            told,
            event(command, args.line, act, context),
            context,
        ),
        change(
            (id, rev.next()),
            Body::DutyShift(Box::new(shift)),
            area,
            event(command, id, act, context),
        ),
    ])
}
