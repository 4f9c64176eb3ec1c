//! Notes, calls and looks at what is masked: entries with the incident as their parent.

use super::{check, event, settle};
use crate::domain::command::{Change, Command, Context};
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Act;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::reveal;
use crate::domain::record::{Body, Record, Rev};

/// The entry that a note, a call or a look makes; `None` for other acts.
pub fn entry(
    parent: &Record,
    command: &Command,
    act: &Act,
    context: &Context<'_>,
) -> Result<Option<Change>, Refusal> {
    let (id, what, text, corrects) = match act {
        Act::Note(args) => (args.entry, EntryKind::Note, &args.text, args.corrects),
        Act::Call(args) => {
            check::filled(Field::CallWith, &args.call.with, check::NAME_MAX_CHARS)?;
            check::at_most(Field::CallPhone, &args.call.phone, check::PHONE_MAX_CHARS)?;
            (
                args.entry,
                EntryKind::Call(args.call.clone()),
                &args.text,
                None,
            )
        }
        Act::Reveal(args) => {
            let parts = reveal::parts(parent);
            (args.entry, EntryKind::Reveal { parts }, &args.reason, None)
        }
        Act::Settle(args) => {
            let Some((id, entry)) = settle::entry(parent, args, context)? else {
                return Ok(None);
            };
            if id == parent.id {
                return Err(Refusal::Exists);
            }
            let act = act.for_event();
            return Ok(Some(made(parent, id, entry, act, command, context)));
        }
        _ => return Ok(None),
    };
    if id == parent.id {
        return Err(Refusal::Exists);
    }
    let entry = Entry {
        what,
        text: text.clone(),
        author: context.author.reference(),
        unit: context.author.unit.clone(),
        at: context.at,
        corrects,
        extra: serde_json::Map::new(),
    };
    let act = act.for_event();
    Ok(Some(made(parent, id, entry, act, command, context)))
}

/// An entry of `parent`, told of as `act`.
pub fn made(
    parent: &Record,
    id: RecordId,
    entry: Entry,
    act: Act,
    command: &Command,
    context: &Context<'_>,
) -> Change {
    Change {
        event: event(command, id, act, None, context),
        record: Record {
            id,
            area: parent.area,
            rev: Rev::NONE.next(),
            parent: Some(parent.id),
            body: Body::Entry(Box::new(entry)),
            sealed: None,
        },
    }
}
