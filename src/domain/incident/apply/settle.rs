//! A person's ruling on two acts that met.

use super::next::Next;
use super::{actor, check, grade, signature, supervise, wrong_stage};
use crate::domain::area::AreaCode;
use crate::domain::command::Context;
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{Grade, Settle};
use crate::domain::incident::conflict::{Conflict, Decided, Way};
use crate::domain::incident::ending::Ending;
use crate::domain::incident::field::Field;
use crate::domain::incident::refusal::{Refusal, Verdict};
use crate::domain::incident::stage::Stage;
use crate::domain::incident::table::{Cell, cell};
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{Incident, Signature, StrikeOff};
use crate::domain::officer::Reach;
use crate::domain::record::Record;

/// Writes the ruling on the card and does what it says.
pub fn settle(
    incident: &mut Incident,
    args: &Settle,
    area: AreaCode,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    let card = card(incident, args)?;
    fits(&card, args)?;
    let next = match args.way {
        Way::Keep | Way::Note => Next::Stay,
        Way::Redo => redo(incident, &card, args, area, context)?,
    };
    let decided = Decided {
        by: context.author.reference(),
        at: context.at,
        way: args.way,
        words: args.words.clone(),
    };
    if let Some(card) = incident
        .conflicts
        .iter_mut()
        .find(|card| card.id == args.conflict)
    {
        card.decided = Some(decided);
    }
    Ok(next)
}

fn card(incident: &Incident, args: &Settle) -> Result<Conflict, Refusal> {
    let card = incident
        .conflicts
        .iter()
        .find(|card| card.id == args.conflict)
        .ok_or(Refusal::NoConflict)?;
    match &card.decided {
        None => Ok(card.clone()),
        Some(decided) => Err(Refusal::Settled {
            by: decided.by.clone(),
            at: decided.at,
            way: decided.way,
        }),
    }
}

fn fits(card: &Conflict, args: &Settle) -> Verdict {
    match args.way {
        Way::Redo => check::reason(&args.words)?,
        // A note says something: the words of the act, or those of the ruling.
        Way::Note if card.gentler().words.trim().is_empty() => check::words(&args.words)?,
        Way::Keep | Way::Note => check::optional_words(&args.words)?,
    }
    match (args.way, args.entry) {
        (Way::Note, Some(_)) | (Way::Keep | Way::Redo, None) => Ok(()),
        (Way::Note, None) | (Way::Keep | Way::Redo, Some(_)) => {
            Err(Refusal::Unfit { field: Field::Text })
        }
    }
}

/// The gentler step, now, on present ground and by its own rules.
fn redo(
    incident: &mut Incident,
    card: &Conflict,
    args: &Settle,
    area: AreaCode,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    match card.gentler().verb {
        Verb::Lower => lower(incident, args, area, context),
        Verb::LiftSupervision => lift(incident, args, area, context),
        verb @ (Verb::Void | Verb::ReturnToPolice | Verb::Merge) => {
            end(incident, card, verb, args, area, context)
        }
        _ => close(incident, card, args, context),
    }
}

fn lower(
    incident: &mut Incident,
    args: &Settle,
    area: AreaCode,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    may(incident, Verb::Lower, area, context)?;
    let from = incident.alarm.rank;
    let step = Grade {
        // Nothing below the lowest: `lower` then refuses the step itself.
        to: context.policy.next_lower(from).unwrap_or(from),
        reason: args.words.clone(),
    };
    grade::lower(incident, &step, context)
}

fn lift(
    incident: &mut Incident,
    args: &Settle,
    area: AreaCode,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    let verb = Verb::LiftSupervision;
    may(incident, verb, area, context)?;
    supervise::lift(incident, &args.words, context)
}

/// Whoever rules must be one who might have done it at this stage.
fn may(incident: &Incident, verb: Verb, area: AreaCode, context: &Context<'_>) -> Verdict {
    if context.author.reach(verb, area) == Reach::Nowhere {
        return Err(Refusal::NotPermitted { verb: verb.into() });
    }
    match cell(verb, incident.stage()) {
        Cell::Refused => Err(wrong_stage(incident, verb)),
        Cell::To(_, who) | Cell::Stays(who) => {
            let behalf = actor::Behalf::Unsaid;
            actor::check(incident, who, verb, context.author, area, behalf)
        }
    }
}

/// Ends it after all, in the name of whoever rules. A merge only where the
/// other case still has this one.
fn end(
    incident: &mut Incident,
    card: &Conflict,
    verb: Verb,
    args: &Settle,
    area: AreaCode,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    if incident.open_conflicts().any(|other| other.id != card.id) {
        return Err(Refusal::OpenConflict { verb: verb.into() });
    }
    may(incident, verb, area, context)?;
    let said = signature(&args.words, context)?;
    let ended = card
        .undone
        .as_ref()
        .and_then(|undone| undone.ending.as_ref());
    let ending = match (verb, ended) {
        (Verb::Merge, _) => {
            let fold = incident.fold.as_ref();
            let fold = fold.ok_or_else(|| wrong_stage(incident, verb))?;
            Ending::Merged { into: fold.into }
        }
        (Verb::ReturnToPolice, Some(Ending::ReturnedToPolice { confirmed_with, .. })) => {
            let confirmed_with = confirmed_with.clone();
            Ending::ReturnedToPolice {
                said,
                confirmed_with,
            }
        }
        (Verb::ReturnToPolice, _) => Ending::ReturnedToPolice {
            said,
            confirmed_with: String::new(),
        },
        _ => Ending::Voided { said },
    };
    incident.ending = Some(ending);
    Ok(Next::Way(Stage::Closed))
}

/// Back to where a second person signs: whoever rules has proposed it.
fn close(
    incident: &mut Incident,
    card: &Conflict,
    args: &Settle,
    context: &Context<'_>,
) -> Result<Next, Refusal> {
    let next = match (incident.stage(), &card.undone) {
        (Stage::New, Some(undone)) => {
            incident.step.holder = undone.holder.clone();
            incident.finish.clone_from(&undone.finish);
            incident.verified.clone_from(&undone.verified);
            Next::Way(Stage::AwaitingSignature)
        }
        (Stage::FollowedUp, _) => Next::Way(Stage::AwaitingSignature),
        (Stage::AwaitingSignature, _) => Next::Stay,
        // The work is in hand again: it ends the usual way.
        (
            Stage::New
            | Stage::Assigned
            | Stage::Handling
            | Stage::PendingCheck
            | Stage::Verified
            | Stage::Closed,
            _,
        ) => return Err(wrong_stage(incident, Verb::ProposeStrikeOff)),
    };
    let missing = incident.elements.missing();
    if !missing.is_empty() {
        return Err(Refusal::ElementsMissing { missing });
    }
    incident.strike_off = Some(StrikeOff {
        proposed: Signature {
            by: context.author.reference(),
            at: context.at,
            text: args.words.clone(),
        },
        signed: None,
    });
    Ok(next)
}

/// The entry that keeps the words of the act that does not hold, in the name
/// of whoever wrote them.
pub fn entry(
    parent: &Record,
    args: &Settle,
    context: &Context<'_>,
) -> Result<Option<(RecordId, Entry)>, Refusal> {
    let Some(id) = args.entry else {
        return Ok(None);
    };
    let incident = parent.incident().ok_or(Refusal::Targets {
        verb: Verb::Settle.into(),
    })?;
    let card = card(incident, args)?;
    let side = card.gentler();
    let entry = if side.words.trim().is_empty() {
        Entry {
            what: EntryKind::Note,
            text: args.words.clone(),
            author: context.author.reference(),
            unit: context.author.unit.clone(),
            at: context.at,
            corrects: None,
            extra: serde_json::Map::new(),
        }
    } else {
        Entry {
            what: EntryKind::Note,
            text: side.words.clone(),
            author: side.by.clone(),
            unit: side
                .unit
                .clone()
                .unwrap_or_else(|| context.author.unit.clone()),
            at: side.at,
            corrects: None,
            extra: serde_json::Map::new(),
        }
    };
    Ok(Some((id, entry)))
}
