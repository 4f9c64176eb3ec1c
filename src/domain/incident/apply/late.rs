//! Acts that came too late: their author has lost the grant, or the account,
//! between the act and its delivery. They take no effect as a step of the
//! work, and their words are not lost: they are filed with the incident.

use super::{entry, event, permitted};
use crate::domain::command::{Change, Command, Context};
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{Act, Note};
use crate::domain::incident::refusal::Refusal;
use crate::domain::incident::words;
use crate::domain::record::{Body, Kind, Record};

/// Files an act with the incident that it was about. `context.author` is the
/// officer with the grants of the moment of the act. A registration is not
/// filed, nor a look at what is masked: what was registered or seen has
/// happened, so it is applied as any other.
///
/// # Errors
/// When the author could not have done this then either, or the targets do
/// not fit. Nothing has changed then.
pub fn file_late(
    targets: &[Record],
    command: &Command,
    act: &Act,
    context: &Context<'_>,
) -> Result<Vec<Change>, Refusal> {
    let verb = act.verb();
    let unfit = || Refusal::Targets { verb: verb.into() };
    // Of two cases the act is about the first.
    let target = command.targets.first().ok_or_else(unfit)?;
    if target.kind != Kind::Incident || verb.has_happened() {
        return Err(unfit());
    }
    let record = targets
        .iter()
        .find(|record| record.id == target.id)
        .ok_or(Refusal::NotFound)?;
    let incident = record.incident().ok_or_else(unfit)?;
    permitted(incident, record.area, verb, context.author)?;
    let (id, text, call) = match act {
        Act::Note(args) => (args.entry, args.text.clone(), None),
        Act::Call(args) => (args.entry, args.text.clone(), Some(args.call.clone())),
        // One act files one entry, so the act's id names it.
        act => (RecordId::new(command.id.uuid()), words::of(act), None),
    };
    if id == record.id {
        return Err(Refusal::Exists);
    }
    let filed = Entry {
        what: EntryKind::Late { verb, call },
        text,
        author: context.author.reference(),
        unit: context.author.unit.clone(),
        at: context.at,
        corrects: None,
        extra: serde_json::Map::new(),
    };
    let note = Act::Note(Note {
        entry: id,
        text: String::new(),
        corrects: None,
    });
    let told = event(
        command,
        record.id,
        note.clone(),
        Some(incident.stage()),
        context,
    );
    Ok(vec![
        entry::made(record, id, filed, note, command, context),
        Change {
            event: told,
            record: Record {
                rev: record.rev.next(),
                body: Body::Incident(Box::new(incident.clone())),
                ..record.clone()
            },
        },
    ])
}
