//! Sign-in, lock and unlock.

use super::super::effect::Effect;
use super::super::form::{Move, Slot, Value};
use super::super::gate::{Busy, Gate, Purpose};
use super::super::message::{GateTrouble, KnownOfficer, Opened, StoreNews};
use super::super::model::{Desk, Layer, Model, Question, Tone};
use super::{dialog, duty, news, watch};
use crate::i18n::t;
use crate::tui::keys::chord::Key;
use crate::tui::keys::{Action, KeyPress};
use crate::tui::widgets::input::Edit;

/// Findings in one box; more come in boxes of their own.
const FOUND_PER_BOX_MAX: usize = 2;

/// An action at the gate.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let now = model.now;
    let Some(gate) = &mut model.gate else {
        return Vec::new();
    };
    match action {
        Action::FieldNext => gate.form.step(Move::Next),
        Action::FieldPrevious => gate.form.step(Move::Previous),
        Action::FieldEnter if !gate.form.at_last() => gate.form.step(Move::Next),
        Action::FieldEnter | Action::FormSubmit => return gate.submit(now),
        Action::FormCancel => return cancel(model),
        _ => {}
    }
    Vec::new()
}

/// Esc: signing in again can wait; at the locked screen another officer may
/// come. What the one who left has done is on the disk.
fn cancel(model: &mut Model) -> Vec<Effect> {
    let purpose = model.gate.as_ref().map(|gate| gate.purpose);
    match purpose {
        Some(Purpose::Again) => {
            model.gate = None;
            Vec::new()
        }
        Some(Purpose::Locked) => vec![Effect::SignOut],
        Some(Purpose::FirstRun | Purpose::SignIn) | None => Vec::new(),
    }
}

/// A key into the field.
pub fn typed(gate: &mut Gate, press: KeyPress) {
    if gate.busy == Busy::Yes {
        return;
    }
    let slot = gate.form.focused().map(|field| field.slot);
    match press.chord.key() {
        Key::Up if slot == Some(Slot::Account) => return gate.cycle_account(Move::Previous),
        Key::Down if slot == Some(Slot::Account) => return gate.cycle_account(Move::Next),
        Key::Up => return gate.form.step(Move::Previous),
        Key::Down => return gate.form.step(Move::Next),
        _ => {}
    }
    if let Some(Value::Text(input)) = gate.form.focused_mut().map(|field| &mut field.value)
        && let Some(edit) = Edit::from_press(press)
    {
        input.apply(edit);
    }
}

/// A pasted text.
pub fn paste(gate: &mut Gate, text: &str) {
    if let Some(Value::Text(input)) = gate.form.focused_mut().map(|field| &mut field.value) {
        input.paste(text.trim());
    }
}

/// Somebody is in.
pub fn opened(model: &mut Model, opened: Opened) -> Vec<Effect> {
    let again = model
        .desk
        .as_ref()
        .is_some_and(|desk| desk.officer.id == opened.officer.id);
    model.gate = None;
    model.service.clone_from(&opened.service);
    if again {
        // Signed in again: what is open stays open.
        let mut effects = vec![Effect::LoadGround, Effect::LoadCounts];
        effects.extend(watch::sat_down(model));
        return effects;
    }
    let found = opened.found.clone();
    let mut desk = Desk::new(opened);
    let drafts = desk.drafts.len();
    // The oldest lies on top.
    for page in found.chunks(FOUND_PER_BOX_MAX).rev() {
        desk.layers
            .push(Layer::Confirm(Question::Found(page.to_vec())));
    }
    let mut effects = desk.queue.restart();
    effects.extend(desk.watch.reload(&desk.policy));
    effects.extend(desk.warnings.reload());
    effects.extend(duty::load(&desk));
    model.desk = Some(desk);
    if drafts > 0 {
        model.say(Tone::Told, t!("screen.drafts-left", n = drafts));
    }
    effects
}

/// The desk goes on as another device. What was written stays, and what waits
/// goes out from here.
pub fn enrolled(model: &mut Model, opening: Opened) -> Vec<Effect> {
    let mut effects = opened(model, opening);
    if let Some(desk) = &mut model.desk {
        let asks = |layer: &Layer| matches!(layer, Layer::Confirm(Question::Enrol));
        desk.layers.retain(|layer| !asks(layer));
        // What was asked of the store that is closed now is not answered.
        desk.timeline_asked = None;
    }
    effects.extend(news::store(model, StoreNews::Reset));
    model.say(Tone::Told, t!("screen.enrolled-anew"));
    effects
}

/// Says why nothing leaves this desk and what to do; over nothing that an
/// officer is writing.
pub fn tell_to_enrol(model: &mut Model) {
    let Some(desk) = &mut model.desk else {
        return;
    };
    match desk.layers.last() {
        Some(Layer::Confirm(Question::Enrol)) => {}
        Some(
            Layer::Dialog(_)
            | Layer::Picker(_)
            | Layer::Confirm(_)
            | Layer::Search(_)
            | Layer::Command(_),
        ) => {
            model.say(Tone::Error, t!("screen.enrol-anew"));
        }
        Some(Layer::Help { .. }) | None => desk.layers.push(Layer::Confirm(Question::Enrol)),
    }
}

pub fn unlocked(model: &mut Model) -> Vec<Effect> {
    model.gate = None;
    watch::sat_down(model)
}

pub fn failed(model: &mut Model, trouble: GateTrouble) -> Vec<Effect> {
    if let Some(gate) = &mut model.gate {
        gate.fail(trouble);
    }
    Vec::new()
}

/// Locks the desk; everything open stays behind the lock.
pub fn lock(model: &mut Model) -> Vec<Effect> {
    let effects = dialog::save_all(model);
    if let Some(desk) = &model.desk {
        model.gate = Some(Gate::for_officer(
            Purpose::Locked,
            &desk.officer.account,
            &desk.officer.name,
        ));
    }
    model.pending_keys.forget();
    effects
}

/// Asks the officer who sits here for the password again, over the desk.
pub fn ask_again(model: &mut Model) {
    if let Some(desk) = &model.desk {
        model.gate = Some(Gate::for_officer(
            Purpose::Again,
            &desk.officer.account,
            &desk.officer.name,
        ));
    }
}

/// Nobody sits here any more.
pub fn signed_out(model: &mut Model, known: Vec<KnownOfficer>) -> Vec<Effect> {
    model.desk = None;
    model.notice = None;
    model.status = crate::sync::status::Status::default();
    let mut gate = Gate::at_start(&model.service, "", known);
    if let Some(words) = model.wall.as_mut().and_then(|wall| wall.turned_away.take()) {
        gate.fail(GateTrouble::Other(words));
    }
    model.gate = Some(gate);
    Vec::new()
}
