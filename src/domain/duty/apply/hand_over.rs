//! The two signatures of a handover.

use super::{change, event, found, line, target, written};
use crate::domain::alarm::Acknowledgement;
use crate::domain::command::{Change, Command, Context};
use crate::domain::duty::act::{Act, HandoverOffer, HandoverTake};
use crate::domain::duty::handover::{
    Answers, Handover, ITEMS_MAX, Item, NEXT_MAX_CHARS, SECTION_MAX_CHARS, unticked,
};
use crate::domain::duty::line::{LineKind, Means};
use crate::domain::duty::shift::Slot;
use crate::domain::duty::verb::Verb;
use crate::domain::extra::Extra;
use crate::domain::ids::{OfficerId, RecordId};
use crate::domain::incident::apply::check;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::{Signature, TITLE_MAX_CHARS};
use crate::domain::record::{Body, Kind, Record, Rev};

/// The outgoing officer signs; as often as nobody has taken over.
pub fn offer(
    targets: &[Record],
    command: &Command,
    act: &Act,
    args: &HandoverOffer,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let id = target(command, act.verb(), &Kind::Handover)?;
    let unit = &context.author.unit;
    let slot = Slot::of(context.policy, args.day, &args.shift)
        .filter(|slot| slot.handover_id(unit.id) == id)
        .ok_or(Refusal::Unfit {
            field: Field::Shift,
        })?;
    let rev = match found(targets, id) {
        None => Rev::NONE,
        Some(record) => match &record.body {
            Body::Handover(before) => match &before.taken {
                Some(taken) => return Err(already(taken)),
                None => record.rev,
            },
            _ => return Err(Refusal::Exists),
        },
    };
    complete(args)?;
    let what = LineKind::Offered {
        items: u32::try_from(args.items.len()).unwrap_or(u32::MAX),
    };
    let told = line(what, Means::Program, context);
    let handover = Handover {
        unit: unit.clone(),
        day: slot.day,
        shift: slot.shift,
        items: args.items.clone(),
        left_out: args.left_out,
        sections: args.sections.clone(),
        backlog: args.backlog,
        closing_code: args.closing_code.clone(),
        offered: signature("", context),
        taken: None,
        ticked: Vec::new(),
        extra: Extra::new(),
    };
    Ok(vec![
        written(
            args.line,
            told,
            event(command, args.line, act, context),
            context,
        ),
        change(
            (id, rev.next()),
            Body::Handover(Box::new(handover)),
            unit.area,
            event(command, id, act, context),
        ),
    ])
}

fn complete(args: &HandoverOffer) -> Verdict {
    check::count(Field::Items, args.items.len(), ITEMS_MAX)?;
    let sections = &args.sections;
    check::filled(Field::Expected, &sections.expected, SECTION_MAX_CHARS)?;
    check::at_most(Field::Equipment, &sections.equipment, SECTION_MAX_CHARS)?;
    check::at_most(Field::Orders, &sections.orders, SECTION_MAX_CHARS)?;
    check::at_most(Field::Text, &sections.other, SECTION_MAX_CHARS)?;
    check::at_most(Field::Text, &args.closing_code, check::NAME_MAX_CHARS)?;
    for item in &args.items {
        check::at_most(Field::Title, &item.title, TITLE_MAX_CHARS)?;
        check::at_most(Field::Title, &item.name, check::NAME_MAX_CHARS)?;
        check::at_most(Field::Owner, &item.holder, check::NAME_MAX_CHARS)?;
        check::at_most(Field::Text, &item.next, NEXT_MAX_CHARS)?;
    }
    Ok(())
}

fn signature(text: &str, context: &Context<'_>) -> Signature {
    Signature {
        by: context.author.reference(),
        at: context.at,
        text: text.to_owned(),
    }
}

fn already(by: &Signature) -> Refusal {
    Refusal::Answered {
        by: by.by.clone(),
        at: by.at,
    }
}

/// The incoming officer signs, and answers for what the outgoing one did.
pub fn take(
    targets: &[Record],
    command: &Command,
    act: &Act,
    args: &HandoverTake,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let verb = act.verb();
    let id = target(command, verb, &Kind::Handover)?;
    let record = found(targets, id).ok_or(Refusal::NotFound)?;
    let Body::Handover(before) = &record.body else {
        return Err(Refusal::Targets { verb: verb.into() });
    };
    may_take(before, args, context)?;
    let moved = moved(
        targets,
        command,
        &before.items,
        before.offered.by.id,
        context,
    )?;
    let mut after = (**before).clone();
    after.taken = Some(signature(&args.text, context));
    after.ticked.clone_from(&args.ticked);
    let what = LineKind::Taken {
        from: before.offered.by.clone(),
        moved: u32::try_from(moved.len()).unwrap_or(u32::MAX),
    };
    let told = line(what, Means::Program, context);
    let mut changes = vec![
        written(
            args.line,
            told,
            event(command, args.line, act, context),
            context,
        ),
        change(
            (id, record.rev.next()),
            Body::Handover(Box::new(after)),
            record.area,
            event(command, id, act, context),
        ),
    ];
    for (record, body) in moved {
        changes.push(Change {
            event: event(command, record.id, act, context),
            record: Record {
                rev: record.rev.next(),
                body,
                ..record.clone()
            },
        });
    }
    Ok(changes)
}

/// Whether this officer may sign for it, having seen what is there.
fn may_take(before: &Handover, args: &HandoverTake, context: &Context<'_>) -> Verdict {
    let verb = Verb::HandoverTake;
    if before.unit.id != context.author.unit.id {
        return Err(Refusal::NotOwnWork { verb: verb.into() });
    }
    if let Some(taken) = &before.taken {
        return Err(already(taken));
    }
    if before.offered.by.id == context.author.id {
        return Err(Refusal::SamePerson { verb: verb.into() });
    }
    if before.offered.at != args.offered_at {
        return Err(Refusal::HandoverChanged {
            by: before.offered.by.clone(),
            at: before.offered.at,
        });
    }
    check::count(Field::Items, args.ticked.len(), ITEMS_MAX)?;
    check::optional_words(&args.text)?;
    let left = unticked(&before.items, &args.ticked);
    if left > 0 {
        return Err(Refusal::Unticked {
            left: u32::try_from(left).unwrap_or(u32::MAX),
        });
    }
    Ok(())
}

/// The cases and warnings whose alarm the outgoing officer still answers for,
/// with the incoming one in their place. Every one that the handover names must
/// be among the command's targets: none is left to somebody who has gone home.
fn moved<'a>(
    targets: &'a [Record],
    command: &Command,
    items: &[Item],
    outgoing: OfficerId,
    context: &Context<'_>,
) -> Result<Vec<(&'a Record, Body)>, Refusal> {
    let named = |id: RecordId| command.targets.iter().any(|target| target.id == id);
    let mut moving = items
        .iter()
        .filter(|item| item.answers == Answers::Outgoing);
    if moving.any(|item| !named(item.record)) {
        return Err(Refusal::Targets {
            verb: Verb::HandoverTake.into(),
        });
    }
    let mut moved: Vec<(&Record, Body)> = Vec::new();
    for record in targets {
        let mut body = record.body.clone();
        let alarm = match &mut body {
            Body::Incident(incident) if incident.is_open() => &mut incident.alarm,
            Body::Warning(warning) if warning.is_open() => &mut warning.alarm,
            _ => continue,
        };
        let own = alarm.ack.as_ref().is_some_and(|ack| ack.by.id == outgoing);
        if !own || moved.iter().any(|(had, _)| had.id == record.id) {
            continue;
        }
        alarm.ack = Some(Acknowledgement {
            by: context.author.reference(),
            at: context.at,
        });
        moved.push((record, body));
    }
    Ok(moved)
}
