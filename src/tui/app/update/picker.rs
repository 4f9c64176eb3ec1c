//! The list to pick from.

use super::super::dialog::Kind;
use super::super::effect::Effect;
use super::super::form::{PickWhat, Value};
use super::super::model::{Layer, Model};
use super::super::picker::{Picker, Taking};
use super::{dialog, register, saved};
use crate::store::view::{Pick, QueueRow};
use crate::tui::keys::{Action, KeyPress};
use crate::tui::screens;
use crate::tui::widgets::Change;
use crate::tui::widgets::input::Edit;
use crate::tui::widgets::scroll::Step;

fn top(model: &mut Model) -> Option<&mut Picker> {
    match model.desk.as_mut()?.layers.last_mut()? {
        Layer::Picker(picker) => Some(picker),
        Layer::Dialog(_)
        | Layer::Confirm(_)
        | Layer::Help { .. }
        | Layer::Search(_)
        | Layer::Command(_) => None,
    }
}

/// An action in the list.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::PickerAccept if saved::is_open(model) => saved::choose(model),
        Action::PickerToggle if saved::is_open(model) => saved::forget(model),
        Action::PickerToggle => {
            if let Some(picker) = top(model) {
                picker.toggle();
            }
            step(model, Step::Down(1))
        }
        Action::PickerAccept => accept(model),
        Action::FieldTakeBack => take_back(model),
        _ => {
            pop(model);
            Vec::new()
        }
    }
}

fn pop(model: &mut Model) {
    if let Some(desk) = &mut model.desk {
        desk.layers.pop();
    }
}

/// Puts what is chosen into the field and goes on to the next one.
fn accept(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(picker) = top(model) else {
        return Vec::new();
    };
    let (slot, what, rows) = (picker.slot, picker.what, picker.chosen());
    if rows.is_empty() {
        return Vec::new();
    }
    pop(model);
    if what == PickWhat::Phrase {
        if let (Some(dialog), Some(phrase)) = (dialog::top(model), rows.first()) {
            dialog::paste(dialog, &phrase.label, now);
        }
        return Vec::new();
    }
    if let Some(dialog) = dialog::top(model) {
        if let Some(field) = dialog.form.field_mut(slot)
            && let Value::Pick(_, chosen) = &mut field.value
        {
            *chosen = rows;
            field.error = None;
        }
        dialog::touch(dialog, now);
        dialog.form.step(super::super::form::Move::Next);
    }
    register::checkpoint(model)
}

/// A digit: the row with that number, where rows are numbered; else it is
/// typed, as a code is.
pub fn number(model: &mut Model, press: KeyPress) -> Vec<Effect> {
    let height = screens::picker_rows(model);
    let digit = press.typed.and_then(|sign| sign.to_digit(10));
    let Some(picker) = top(model) else {
        return Vec::new();
    };
    let Some(digit) = digit.filter(|_| picker.is_numbered()) else {
        return typed(model, press);
    };
    let number = usize::try_from(digit).unwrap_or(0);
    if picker.state.choose(number, height).is_none() {
        return Vec::new();
    }
    if picker.what == PickWhat::Holders {
        picker.toggle();
        return Vec::new();
    }
    accept(model)
}

/// One sign of the filter back, else out of the list.
fn take_back(model: &mut Model) -> Vec<Effect> {
    let Some(picker) = top(model) else {
        return Vec::new();
    };
    match picker.state.filter.apply(Edit::Backspace) {
        Change::Text => picker.filter(),
        Change::Cursor | Change::Nothing | Change::Full => {
            pop(model);
            Vec::new()
        }
    }
}

/// A key into the filter.
pub fn typed(model: &mut Model, press: KeyPress) -> Vec<Effect> {
    let Some(picker) = top(model) else {
        return Vec::new();
    };
    match Edit::from_press(press).map(|edit| picker.state.filter.apply(edit)) {
        Some(Change::Text) => picker.filter(),
        Some(_) | None => Vec::new(),
    }
}

/// Moves the highlight.
pub fn step(model: &mut Model, step: Step) -> Vec<Effect> {
    let height = screens::picker_rows(model);
    if let Some(picker) = top(model) {
        picker.state.step(step, height);
    }
    Vec::new()
}

/// Units and people were found.
pub fn holders(model: &mut Model, serial: u64, picks: &[Pick]) -> Vec<Effect> {
    if let Some(picker) = top(model) {
        picker.take_holders(serial, picks);
    }
    take_the_only_one(model)
}

/// Takes the row that was looked for by a command if it is one alone. Only the
/// first answer counts: after it the list is the officer's.
pub fn take_the_only_one(model: &mut Model) -> Vec<Effect> {
    let Some(picker) = top(model) else {
        return Vec::new();
    };
    let found = picker.state.rows().len();
    if picker.taking == Taking::Asked || found == 0 {
        return Vec::new();
    }
    picker.taking = Taking::Asked;
    if found == 1 {
        accept(model)
    } else {
        Vec::new()
    }
}

/// Incidents were found.
pub fn cases(model: &mut Model, serial: u64, cases: &[QueueRow]) -> Vec<Effect> {
    let own = model.desk.as_ref().and_then(|desk| {
        desk.layers.iter().rev().find_map(|layer| match layer {
            Layer::Dialog(dialog) => match &dialog.kind {
                Kind::Act { aim, .. } => Some(aim.id),
                Kind::New { .. }
                | Kind::Several { .. }
                | Kind::Discard { .. }
                | Kind::Duty(_)
                | Kind::Roster(_)
                | Kind::Warning { .. }
                | Kind::Contact { .. } => None,
            },
            Layer::Picker(_)
            | Layer::Confirm(_)
            | Layer::Help { .. }
            | Layer::Search(_)
            | Layer::Command(_) => None,
        })
    });
    if let Some(picker) = top(model) {
        picker.take_cases(serial, own, cases);
    }
    Vec::new()
}
