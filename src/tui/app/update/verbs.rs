//! Verbs on the incident under the hand: at once, or through a dialog.

use super::super::dialog::{Aim, Kind, Waiting};
use super::super::dialog_fields::{self, Ground};
use super::super::effect::{Effect, Origin};
use super::super::form::{Field, Form, Slot};
use super::super::model::{Desk, Model};
use super::super::words::names;
use super::super::{dialog_act, marks, model::Layer, picker, steer_act};
use super::{bulk, dialog};
use crate::domain::incident::act::{Accept, Act};
use crate::domain::incident::verb::Verb;
use crate::domain::time::Timestamp;
use crate::domain::unit::UnitRef;
use crate::i18n::t;
use crate::tui::keys::Danger;

/// Between these hours a reflex is not enough (behaviour.md A21).
const SMALL_HOURS: std::ops::Range<u8> = 2..6;

/// How an act is secured at this hour.
pub fn secured(danger: Danger, now: Timestamp) -> Danger {
    if danger == Danger::Confirm && SMALL_HOURS.contains(&now.civil().hour) {
        Danger::TypeToConfirm
    } else {
        danger
    }
}

/// A verb's key. The incident is the one under the hand at this moment.
pub fn start(model: &mut Model, verb: Verb, danger: Danger) -> Vec<Effect> {
    let Some(desk) = &model.desk else {
        return Vec::new();
    };
    if marks::are_meant(desk) {
        return bulk::start(model, verb, danger);
    }
    match desk.aim() {
        Some(aim) => start_on(model, aim, verb, danger),
        None => Vec::new(),
    }
}

/// Whether a verb needs nothing but its key here.
pub fn acts_at_once(model: &Model, aim: &Aim, verb: Verb) -> bool {
    let own = |desk: &Desk| aim.incident.step.holder.unit.id == desk.officer.unit.id;
    match verb {
        Verb::Acknowledge => true,
        Verb::Accept => model.desk.as_ref().is_some_and(own),
        _ => false,
    }
}

/// A verb on this incident, whichever is under the hand.
pub fn start_on(model: &mut Model, aim: Aim, verb: Verb, danger: Danger) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let own = aim.incident.step.holder.unit.id == desk.officer.unit.id;
    match verb {
        Verb::Acknowledge => {
            // The bell is silent at once, not when the disk has answered.
            desk.alarms.hush(aim.id);
            desk.watch.answer(aim.id);
            let act = Act::Acknowledge(dialog_act::acknowledge(&aim.incident));
            return vec![at_once(&aim, act, now)];
        }
        Verb::Read => return vec![at_once(&aim, steer_act::read(), now)],
        Verb::Accept if own => {
            let act = Act::Accept(Accept { on_behalf: None });
            return vec![at_once(&aim, act, now)];
        }
        _ => {}
    }
    let mut fields = dialog_fields::of_verb(
        verb,
        &aim,
        &Ground {
            policy: &desk.policy,
            officer: &desk.officer,
            now,
        },
    );
    if verb == Verb::Merge {
        fields = with_suggested(desk, &aim, fields);
    }
    let digits = (secured(danger, now) == Danger::TypeToConfirm)
        .then(|| names::last_digits(aim.id, &aim.incident));
    if let Some(digits) = &digits {
        fields.push(dialog_fields::digits(digits));
    }
    let from = aim.incident.step.holder.unit.id;
    let kind = Kind::Act {
        verb,
        aim: Box::new(aim),
    };
    dialog::push(model, kind, Form::new(fields));
    let Some(Layer::Dialog(dialog)) = model.desk.as_mut().and_then(|desk| desk.layers.last_mut())
    else {
        return Vec::new();
    };
    dialog.digits = digits;
    if verb == Verb::Escalate && dialog.form.is_blank(Slot::To) {
        return vec![Effect::FindSuperior {
            dialog: dialog.number,
            of: from,
        }];
    }
    Vec::new()
}

/// The best of what may be the same matter stands in the field, where this
/// incident is the one whose look-alikes are on the screen.
fn with_suggested(desk: &Desk, aim: &Aim, fields: Vec<Field>) -> Vec<Field> {
    let detail = desk.detail.as_ref().filter(|detail| detail.id == aim.id);
    let first = detail.and_then(|detail| detail.suggested.found.first());
    let Some((code, label)) = first.and_then(|found| picker::chosen_case(&found.row)) else {
        return fields;
    };
    fields
        .into_iter()
        .map(|field| match field.slot {
            Slot::Other => field.with_chosen(&code, &label),
            _ => field,
        })
        .collect()
}

/// The unit above the holder was looked up: it stands in the field of the
/// dialog that asked, unless the officer was faster.
pub fn superior(model: &mut Model, number: u64, unit: Option<UnitRef>) -> Vec<Effect> {
    let (Some(desk), Some(unit)) = (&mut model.desk, unit) else {
        return Vec::new();
    };
    if let Some(dialog) = desk.dialog_numbered(number)
        && dialog.form.is_blank(Slot::To)
    {
        for form in [&mut dialog.form, &mut dialog.blank] {
            form.choose(Slot::To, unit.id.to_string(), unit.name.clone());
        }
    }
    Vec::new()
}

fn at_once(aim: &Aim, act: Act, made_at: Timestamp) -> Effect {
    Effect::Submit {
        origin: Origin::Key,
        targets: vec![aim.target.clone()],
        act: Box::new(act.into()),
        made_at,
        draft: None,
    }
}

/// Hands in the dialog on top; its fields are filled.
pub fn submit(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let entry = model.take_id();
    let Some(dialog) = dialog::top(model) else {
        return Vec::new();
    };
    let Kind::Act { verb, aim } = &dialog.kind else {
        return Vec::new();
    };
    match dialog_act::read(*verb, aim, &dialog.form, entry, now) {
        Err((slot, why)) => {
            dialog.form.fail(slot, why);
            Vec::new()
        }
        Ok(act) => {
            let Some(targets) = steer_act::targets(*verb, aim, &dialog.form) else {
                dialog.form.fail(Slot::Other, t!("form.unreadable"));
                return Vec::new();
            };
            let effect = Effect::Submit {
                origin: Origin::Dialog(dialog.number),
                targets,
                act: Box::new(act.into()),
                made_at: now,
                draft: dialog.draft_key(),
            };
            dialog.waiting = Waiting::Store;
            vec![effect]
        }
    }
}
