//! The board of acts that wait and of those that were refused.

use super::super::dialog::Kind;
use super::super::dialog_fields;
use super::super::effect::Effect;
use super::super::form::{Field, Form, Slot};
use super::super::model::{Desk, Layer, Model, Tone};
use super::dialog;
use crate::i18n::t;
use crate::store::view::OutboxRow;
use crate::tui::keys::Action;
use crate::tui::widgets::scroll::Step;

/// Characters of the reason for giving an act up.
const REASON_CHARS_MAX: usize = 200;
/// Characters of a command's id that are typed to give it up.
const DIGITS: usize = 4;

/// The row under the cursor.
pub fn current(desk: &Desk) -> Option<&OutboxRow> {
    desk.outbox
        .rows
        .iter()
        .find(|row| Some(row.id) == desk.outbox.cursor)
}

/// Takes the rows; the cursor stays on its act.
pub fn take(model: &mut Model, rows: Vec<OutboxRow>) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    desk.outbox.rows = rows;
    if current(desk).is_none() {
        desk.outbox.cursor = desk.outbox.rows.first().map(|row| row.id);
        desk.outbox.top = 0;
    }
    Vec::new()
}

/// Moves the cursor.
pub fn step(desk: &mut Desk, step: Step) {
    let rows = &desk.outbox.rows;
    let index = rows
        .iter()
        .position(|row| Some(row.id) == desk.outbox.cursor)
        .unwrap_or(0);
    let index = step.from(index, rows.len());
    desk.outbox.cursor = rows.get(index).map(|row| row.id);
    desk.outbox.top = index;
}

/// Settles the refused act under the cursor.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(row) = model.desk.as_ref().and_then(current) else {
        return Vec::new();
    };
    let id = row.id;
    match action {
        Action::OutboxRetry => vec![Effect::OutboxRetry(id)],
        Action::OutboxToNote => vec![Effect::OutboxToNote(id)],
        Action::OutboxDiscard => {
            let text = id.to_string();
            let digits = text[text.len() - DIGITS..].to_owned();
            let form = Form::new(vec![
                Field::told(Slot::Words, row.words.clone()),
                Field::line(Slot::Reason, REASON_CHARS_MAX).must(),
                dialog_fields::digits(&digits),
            ]);
            let kind = Kind::Discard {
                id,
                digits: digits.clone(),
            };
            dialog::push(model, kind, form);
            if let Some(Layer::Dialog(dialog)) =
                model.desk.as_mut().and_then(|desk| desk.layers.last_mut())
            {
                dialog.digits = Some(digits);
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// It was settled, or not.
pub fn settled(model: &mut Model, result: Result<(), String>) -> Vec<Effect> {
    match result {
        Ok(()) => model.say(Tone::Done, t!("outbox.settled")),
        Err(words) => model.say(Tone::Error, words),
    }
    vec![Effect::LoadOutbox, Effect::LoadCounts]
}
