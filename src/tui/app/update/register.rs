//! The new incident: saved as soon as category and area are known; what is
//! filled in later follows as amendments.

use super::super::dialog::{Aim, Dialog, Kind, Saving, Waiting};
use super::super::dialog_fields;
use super::super::effect::{Effect, Origin};
use super::super::form::{Form, Slot};
use super::super::message::Done;
use super::super::model::{Layer, Model, Tone};
use super::super::words::names;
use super::super::{dialog::NEW_DRAFT_KEY, dialog_act};
use super::dialog;
use crate::domain::command::Target;
use crate::domain::incident::act::{Act, Grade};
use crate::i18n::t;

/// Opens the form, with its draft.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let id = model.take_id();
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let open = desk.layers.iter().any(
        |layer| matches!(layer, Layer::Dialog(dialog) if matches!(dialog.kind, Kind::New { .. })),
    );
    if open {
        return Vec::new();
    }
    let form = Form::new(dialog_fields::new_incident(&desk.policy));
    let kind = Kind::New {
        id,
        saving: Saving::Not,
    };
    dialog::push(model, kind, form);
    Vec::new()
}

/// Whether a field can no longer be changed: who told it, when it happened,
/// whom it is about and where it belongs are part of the registration.
pub fn is_fixed(dialog: &Dialog, slot: Option<Slot>) -> bool {
    let Kind::New { saving, .. } = &dialog.kind else {
        return false;
    };
    *saving != Saving::Not
        && matches!(
            slot,
            Some(
                Slot::Channel
                    | Slot::SourceName
                    | Slot::SourcePhone
                    | Slot::OccurredAt
                    | Slot::PartyFirst
                    | Slot::PartySecond
                    | Slot::PartyThird
                    | Slot::Area
            )
        )
}

/// Saves what can be saved of the new incident on top, if one is on top.
pub fn checkpoint(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(dialog) = dialog::top(model) else {
        return Vec::new();
    };
    let number = dialog.number;
    let Kind::New { id, saving } = &mut dialog.kind else {
        return Vec::new();
    };
    match saving {
        Saving::Registering | Saving::Amending(_) => Vec::new(),
        Saving::Not => {
            let args = match dialog_act::register(&dialog.form, now) {
                Ok(Some(args)) => args,
                Ok(None) => return Vec::new(),
                Err((slot, why)) => {
                    dialog.form.fail(slot, why);
                    return Vec::new();
                }
            };
            let target = Target::new_incident(*id);
            *saving = Saving::Registering;
            vec![Effect::Submit {
                origin: Origin::Dialog(number),
                targets: vec![target],
                act: Box::new(Act::Register(Box::new(args)).into()),
                made_at: now,
                draft: Some(NEW_DRAFT_KEY.to_owned()),
            }]
        }
        Saving::Saved(aim) => {
            let aim = aim.clone();
            match change(&dialog.form, &aim) {
                Err((slot, why)) => {
                    dialog.form.fail(slot, why);
                    Vec::new()
                }
                Ok(None) => Vec::new(),
                Ok(Some(act)) => {
                    *saving = Saving::Amending(aim.clone());
                    vec![Effect::Submit {
                        origin: Origin::Dialog(number),
                        targets: vec![aim.target],
                        act: Box::new(act.into()),
                        made_at: now,
                        draft: None,
                    }]
                }
            }
        }
    }
}

/// The next act that brings the incident to what the form says.
fn change(form: &Form, aim: &Aim) -> Result<Option<Act>, dialog_act::Unreadable> {
    if let Some(amend) = dialog_act::amend(form, &aim.incident)? {
        return Ok(Some(Act::Amend(Box::new(amend))));
    }
    let from = aim.incident.alarm.rank;
    Ok(dialog_act::rank(form).and_then(|to| {
        let grade = Grade {
            to,
            reason: t!("form.graded-at-registration").into_owned(),
        };
        match to.cmp(&from) {
            std::cmp::Ordering::Greater => Some(Act::Raise(grade)),
            std::cmp::Ordering::Less => Some(Act::Lower(grade)),
            std::cmp::Ordering::Equal => None,
        }
    }))
}

/// Hands the form in: what is left to save, then it closes.
pub fn submit(model: &mut Model) -> Vec<Effect> {
    let mut effects = checkpoint(model);
    let Some(dialog) = dialog::top(model) else {
        return effects;
    };
    if dialog.form.fields.iter().any(|field| field.error.is_some()) {
        return effects;
    }
    let Kind::New { id, saving } = &dialog.kind else {
        return effects;
    };
    match saving {
        Saving::Not => {}
        Saving::Registering | Saving::Amending(_) => dialog.waiting = Waiting::StoreThenClose,
        Saving::Saved(aim) => {
            let (id, number) = (*id, dialog.number);
            let called = names::number(id, &aim.incident);
            effects.extend(close(model, number, id, &called));
        }
    }
    effects
}

fn close(
    model: &mut Model,
    number: u64,
    id: crate::domain::ids::RecordId,
    called: &str,
) -> Vec<Effect> {
    if let Some(desk) = &mut model.desk {
        desk.close_dialog(number);
    }
    let mut effects = dialog::drop_draft(model, Some(NEW_DRAFT_KEY.to_owned()));
    if let Some(desk) = &mut model.desk {
        effects.extend(desk.queue.go_to(id));
    }
    model.say(Tone::Done, t!("form.registered", number = called));
    effects
}

/// Whether leaving the form leaves a draft. Once it is an incident, it is no
/// draft any more.
pub fn leaves_draft(dialog: &Dialog) -> bool {
    match &dialog.kind {
        Kind::New { saving, .. } => *saving == Saving::Not && dialog.is_filled(),
        Kind::Act { .. } => dialog.is_filled(),
        Kind::Several { .. }
        | Kind::Discard { .. }
        | Kind::Duty(_)
        | Kind::Roster(_)
        | Kind::Contact { .. }
        | Kind::Warning { .. } => false,
    }
}

/// Leaves the form: while something is on its way it closes after the answer.
pub fn leave(dialog: &mut Dialog) -> Waiting {
    if let Kind::New { saving, .. } = &dialog.kind
        && matches!(saving, Saving::Registering | Saving::Amending(_))
    {
        dialog.waiting = Waiting::StoreThenClose;
        return Waiting::StoreThenClose;
    }
    Waiting::Officer
}

/// The store has taken what the form said.
pub fn taken(model: &mut Model, number: u64, done: &Done) -> Vec<Effect> {
    let Some(dialog) = model
        .desk
        .as_mut()
        .and_then(|desk| desk.dialog_numbered(number))
    else {
        return Vec::new();
    };
    dialog.trouble = None;
    let Kind::New { id, saving } = &mut dialog.kind else {
        return Vec::new();
    };
    let id = *id;
    let Some(aim) = done
        .shown
        .iter()
        .find(|shown| shown.record.id == id)
        .and_then(Aim::of_shown)
    else {
        return Vec::new();
    };
    let first = *saving == Saving::Registering;
    let called = names::number(id, &aim.incident);
    *saving = Saving::Saved(Box::new(aim));
    let closing = dialog.waiting == Waiting::StoreThenClose;
    dialog.touched = None;
    let mut effects = if first {
        dialog::drop_draft(model, Some(NEW_DRAFT_KEY.to_owned()))
    } else {
        Vec::new()
    };
    let more = checkpoint(model);
    if !more.is_empty() {
        effects.extend(more);
    } else if closing {
        effects.extend(close(model, number, id, &called));
    } else if first {
        model.say(Tone::Done, t!("form.saved", number = called));
    }
    effects
}

/// The store has not taken it: the form stays as it is.
pub fn not_taken(dialog: &mut Dialog) {
    if let Kind::New { saving, .. } = &mut dialog.kind {
        *saving = match std::mem::replace(saving, Saving::Not) {
            Saving::Not | Saving::Registering => Saving::Not,
            Saving::Saved(aim) | Saving::Amending(aim) => Saving::Saved(aim),
        };
    }
    dialog.waiting = Waiting::Officer;
}
