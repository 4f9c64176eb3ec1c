//! Theme, keymap and language: asked for by a key, a command or the clock, and
//! put on when the runner has them.

use super::super::contact_form;
use super::super::dialog::{Dialog, Kind};
use super::super::dialog_fields::{self, Ground};
use super::super::duty;
use super::super::effect::Effect;
use super::super::face::{Wish, Worn, after};
use super::super::form::{Form, Slot, Value};
use super::super::gate::Gate;
use super::super::model::{Desk, Layer, Model, Tone};
use super::super::picker;
use super::super::warning_form;
use super::bulk;
use crate::domain::time::Timestamp;
use crate::i18n::{self, t};
use crate::tui::keys::Action;

/// An action that changes the face.
pub fn act(model: &Model, action: Action) -> Vec<Effect> {
    let face = &model.setup.face;
    let wish = match action {
        Action::ThemeSwitch => Some(Wish::Theme(face.other_light().to_owned())),
        Action::ThemeNext => {
            after(&face.themes, &face.theme).map(|name| Wish::Theme(name.to_owned()))
        }
        Action::KeymapNext => {
            after(&face.keymaps, &face.keymap).map(|name| Wish::Keymap(name.to_owned()))
        }
        Action::LanguageSwitch => Some(Wish::Language(i18n::current().next())),
        _ => None,
    };
    wish.map(Effect::Wear).into_iter().collect()
}

/// The clock may want another theme. What an officer chose by hand holds until
/// it turns.
pub fn review(model: &mut Model) -> Vec<Effect> {
    let face = &mut model.setup.face;
    let wanted = face.wanted.theme_at(model.now).to_owned();
    if face.clock == wanted {
        return Vec::new();
    }
    face.clock.clone_from(&wanted);
    if face.theme == wanted {
        return Vec::new();
    }
    vec![Effect::Wear(Wish::Theme(wanted))]
}

/// Puts on what the runner brings.
pub fn wear(model: &mut Model, worn: Worn) -> Vec<Effect> {
    match worn {
        Worn::Theme(name, theme) => {
            model.setup.theme = theme;
            model.say(Tone::Done, t!("screen.theme-worn", name = name));
            model.setup.face.theme = name;
        }
        Worn::Keymap(name, keymap) => {
            model.setup.keymap = keymap;
            model.pending_keys.forget();
            model.say(Tone::Done, t!("screen.keymap-worn", name = name));
            model.setup.face.keymap = name;
        }
        Worn::Language => {
            reword(model);
            model.say(Tone::Done, t!("screen.language-worn"));
        }
    }
    vec![Effect::Redraw]
}

/// Says everything anew that was put into words when it was opened. What
/// people typed and chose stays.
pub fn reword(model: &mut Model) {
    let now = model.now;
    model.notice = None;
    if let Some(gate) = &mut model.gate {
        reword_gate(gate);
    }
    let Some(desk) = &mut model.desk else {
        return;
    };
    let mut layers = std::mem::take(&mut desk.layers);
    reword_layers(&mut layers, desk, now);
    desk.layers = layers;
    for at in 0..desk.bookmarks.len() {
        let mut layers = std::mem::take(&mut desk.bookmarks[at].layers);
        reword_layers(&mut layers, desk, now);
        desk.bookmarks[at].layers = layers;
    }
}

fn reword_gate(gate: &mut Gate) {
    for field in &mut gate.form.fields {
        field.error = None;
        match field.slot {
            Slot::Service => field.hint = t!("signin.service-hint").into_owned(),
            Slot::Pin => field.hint = t!("signin.pin-hint").into_owned(),
            _ => {}
        }
    }
}

fn reword_layers(layers: &mut [Layer], desk: &Desk, now: Timestamp) {
    for layer in layers {
        match layer {
            Layer::Dialog(dialog) => reword_dialog(dialog, desk, now),
            Layer::Picker(open) => open.reword(&desk.places),
            // Put into words at every frame.
            Layer::Confirm(_) | Layer::Help { .. } | Layer::Search(_) => {}
            Layer::Command(line) => line.trouble = None,
        }
    }
}

fn reword_dialog(dialog: &mut Dialog, desk: &Desk, now: Timestamp) {
    let mut fields = match &dialog.kind {
        Kind::New { .. } => dialog_fields::new_incident(&desk.policy),
        Kind::Act { verb, aim } => {
            let ground = Ground {
                policy: &desk.policy,
                officer: &desk.officer,
                now,
            };
            dialog_fields::of_verb(*verb, aim, &ground)
        }
        Kind::Several { verb, aims } => bulk::reworded(desk, *verb, aims, now),
        // Its words were chosen for one row; it is short and stays as it is.
        Kind::Discard { .. } | Kind::Roster(_) => Vec::new(),
        Kind::Duty(form) => duty::fields(form, &desk.duty, &desk.officer, &desk.policy, now),
        Kind::Warning { verb, aim } => warning_form::fields(*verb, aim, &desk.policy),
        Kind::Contact { verb, record } => contact_form::fields(*verb, record),
    };
    if let Some(digits) = &dialog.digits {
        fields.push(match &dialog.kind {
            Kind::Several { aims, .. } => dialog_fields::count_digits(aims.len()),
            _ => dialog_fields::digits(digits),
        });
    }
    dialog.trouble = None;
    reword_form(&mut dialog.form, &fields);
    reword_form(&mut dialog.blank, &fields);
}

/// Takes labels, hints and names of choices from fresh fields.
fn reword_form(form: &mut Form, fresh: &[super::super::form::Field]) {
    for field in &mut form.fields {
        let Some(new) = fresh.iter().find(|new| new.slot == field.slot) else {
            continue;
        };
        field.hint.clone_from(&new.hint);
        field.error = None;
        match (&mut field.value, &new.value) {
            (Value::Choice(choice), Value::Choice(new)) => {
                let code = choice.at.and_then(|at| choice.options.get(at));
                let code = code.map(|(code, _)| code.clone());
                choice.options.clone_from(&new.options);
                choice.at = choice
                    .options
                    .iter()
                    .position(|(own, _)| Some(own) == code.as_ref());
            }
            (Value::Pick(what, chosen), _) => {
                for one in chosen {
                    if let Some(label) = picker::label_of(*what, &one.code) {
                        one.label = label;
                    }
                }
            }
            (Value::Told(text), Value::Told(new)) => text.clone_from(new),
            (Value::Text(_) | Value::Choice(_) | Value::Told(_), _) => {}
        }
    }
}
