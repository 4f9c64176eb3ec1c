//! Dialogs and forms: typing, moving, handing in, leaving, and their drafts.

use super::super::dialog::{Dialog, Kind, Waiting};
use super::super::effect::Effect;
use super::super::form::{Field, Filled, Form, Move, Need, PickWhat, Slot, Value};
use super::super::model::{Layer, Model, Tone};
use super::super::phrases;
use super::super::picker::{Picker, Taking};
use super::{bulk, contact, duty, register, roster, verbs, warnings};
use crate::domain::time::{Millis, Timestamp};
use crate::i18n::t;
use crate::text::fold::fold_key;
use crate::tui::keys::chord::Key;
use crate::tui::keys::{Action, KeyPress};
use crate::tui::screens;
use crate::tui::widgets::input::{Edit, Lines};
use crate::tui::widgets::{Change, input_view};

/// What was typed is saved at the latest after this.
const DRAFT_AFTER_MS: Millis = Millis(1_000);

/// Puts a dialog on top, with its draft if there is one.
pub fn push(model: &mut Model, kind: Kind, form: Form) {
    let Some(desk) = &mut model.desk else {
        return;
    };
    desk.dialogs_opened += 1;
    let mut dialog = Dialog::new(desk.dialogs_opened, kind, form);
    let draft = dialog
        .draft_key()
        .and_then(|key| desk.drafts.get(&key).cloned());
    if let Some(draft) = &draft {
        dialog.form.take_draft(draft);
    }
    desk.layers.push(Layer::Dialog(Box::new(dialog)));
    if draft.is_some() {
        model.say(Tone::Told, t!("dialog.draft-restored"));
    }
}

/// An action in a dialog.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let now = model.now;
    let Some(dialog) = top(model) else {
        return Vec::new();
    };
    match action {
        Action::FieldNext => step(model, Move::Next),
        Action::FieldPrevious => step(model, Move::Previous),
        Action::FieldEnter => match dialog.form.focused().map(|field| &field.value) {
            Some(Value::Pick(..)) => open_picker(model),
            Some(Value::Text(input)) if input.lines() == Lines::Many => {
                edit(dialog, Edit::NewLine, now);
                Vec::new()
            }
            Some(Value::Text(_) | Value::Choice(_) | Value::Told(_)) | None => {
                if dialog.form.at_last() {
                    submit(model)
                } else {
                    step(model, Move::Next)
                }
            }
        },
        Action::FieldDone => done(model),
        Action::FieldTakeBack => take_back(model),
        Action::PhraseOpen => open_phrases(model),
        Action::PickerOpen => open_picker(model),
        Action::FormSubmit => submit(model),
        Action::FormCancel => cancel(model),
        _ => Vec::new(),
    }
}

/// The dialog on top of everything.
pub fn top(model: &mut Model) -> Option<&mut Dialog> {
    match model.desk.as_mut()?.layers.last_mut()? {
        Layer::Dialog(dialog) => Some(dialog),
        Layer::Picker(_)
        | Layer::Confirm(_)
        | Layer::Help { .. }
        | Layer::Search(_)
        | Layer::Command(_) => None,
    }
}

/// Moves the focus; a new incident is saved as far as it goes.
fn step(model: &mut Model, to: Move) -> Vec<Effect> {
    if let Some(dialog) = top(model) {
        dialog.form.step(to);
    }
    register::checkpoint(model)
}

/// Done with a field, whatever kind it is.
fn done(model: &mut Model) -> Vec<Effect> {
    let Some(dialog) = top(model) else {
        return Vec::new();
    };
    match dialog.form.focused() {
        Some(field) if opens_by_itself(field) => open_picker(model),
        Some(_) | None if dialog.form.at_last() => submit(model),
        Some(_) | None => step(model, Move::Next),
    }
}

/// Whether the list of a field opens because it must be filled and is not.
fn opens_by_itself(field: &Field) -> bool {
    match &field.value {
        Value::Pick(_, chosen) => chosen.is_empty() && field.need == Need::Must,
        Value::Text(_) | Value::Choice(_) | Value::Told(_) => false,
    }
}

/// One sign back, else one field, else out.
fn take_back(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(dialog) = top(model) else {
        return Vec::new();
    };
    if edit(dialog, Edit::Backspace, now) == Change::Text {
        return Vec::new();
    }
    if let Some(Value::Pick(_, chosen)) = dialog.form.focused_mut().map(|field| &mut field.value)
        && chosen.pop().is_some()
    {
        touch(dialog, now);
        return Vec::new();
    }
    if dialog.form.at_first() {
        cancel(model)
    } else {
        step(model, Move::Previous)
    }
}

/// The phrases of a typed field, or the list of a picked one.
fn open_phrases(model: &mut Model) -> Vec<Effect> {
    let officer = model.desk.as_ref().map(|desk| desk.officer.name.clone());
    let Some(dialog) = top(model) else {
        return Vec::new();
    };
    let Some(field) = dialog.form.focused() else {
        return Vec::new();
    };
    if matches!(field.value, Value::Pick(..)) {
        return open_picker(model);
    }
    let slot = field.slot;
    let found = phrases::of(dialog, &officer.unwrap_or_default());
    if found.is_empty() || register::is_fixed(dialog, Some(slot)) {
        model.say(Tone::Told, t!("form.no-phrases"));
        return Vec::new();
    }
    let picker = Picker::of_phrases(slot, found);
    if let Some(desk) = &mut model.desk {
        desk.layers.push(Layer::Picker(Box::new(picker)));
    }
    Vec::new()
}

/// Looks a unit or person up for the field with the focus: the only one that
/// fits is taken, among several the officer chooses.
pub fn look_up(model: &mut Model, text: &str) -> Vec<Effect> {
    let mut effects = open_picker(model);
    if let Some(Layer::Picker(picker)) = model.desk.as_mut().and_then(|desk| desk.layers.last_mut())
    {
        picker.state.filter.set_text(text);
        picker.taking = Taking::TheOnlyOne;
        effects = picker.filter();
    }
    super::picker::take_the_only_one(model);
    effects
}

fn open_picker(model: &mut Model) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let places = std::sync::Arc::clone(&desk.places);
    let Some(Layer::Dialog(dialog)) = desk.layers.last() else {
        return Vec::new();
    };
    if matches!(&dialog.kind, Kind::New { saving, .. } if *saving != super::super::dialog::Saving::Not)
        && dialog.form.focused().map(|field| field.slot) == Some(Slot::Area)
    {
        model.say(Tone::Error, t!("form.area-fixed"));
        return Vec::new();
    }
    let Some((slot, what)) = dialog.form.focused().and_then(|field| match field.value {
        Value::Pick(what, _) => Some((field.slot, what)),
        Value::Text(_) | Value::Choice(_) | Value::Told(_) => None,
    }) else {
        return Vec::new();
    };
    if what == PickWhat::Able {
        roster::open_able(model);
        return Vec::new();
    }
    let near = match &dialog.kind {
        Kind::Act { aim, .. } => aim.area.town().or(Some(aim.area)),
        Kind::Several { aims, .. } => aims.first().and_then(|aim| aim.area.district()),
        Kind::New { .. }
        | Kind::Discard { .. }
        | Kind::Duty(_)
        | Kind::Roster(_)
        | Kind::Contact { .. }
        | Kind::Warning { .. } => None,
    };
    let (picker, effects) = Picker::open(slot, what, &places, near);
    desk.layers.push(Layer::Picker(Box::new(picker)));
    effects
}

/// A key into the field that has the focus.
pub fn typed(model: &mut Model, press: KeyPress) -> Vec<Effect> {
    let now = model.now;
    let width = screens::field_width(model);
    let theme = std::sync::Arc::clone(&model.setup.theme);
    let pen = crate::tui::widgets::Pen::new(&theme, model.setup.ambiguous);
    let Some(dialog) = top(model) else {
        return Vec::new();
    };
    let vertical = match press.chord.key() {
        Key::Up => Some((input_view::Vertical::Up, Move::Previous)),
        Key::Down => Some((input_view::Vertical::Down, Move::Next)),
        _ => None,
    };
    let slot = dialog.form.focused().map(|field| field.slot);
    if register::is_fixed(dialog, slot) && vertical.is_none() {
        model.say(Tone::Error, t!("form.fixed"));
        return Vec::new();
    }
    match dialog.form.focused_mut().map(|field| &mut field.value) {
        Some(Value::Text(input)) => {
            if let Some((direction, to)) = vertical {
                let moved = input.lines() == Lines::Many
                    && input_view::move_vertically(pen, input, direction, width) != Change::Nothing;
                return if moved { Vec::new() } else { step(model, to) };
            }
            if let Some(by) = Edit::from_press(press)
                && edit(dialog, by, now) == Change::Full
            {
                model.say(Tone::Error, t!("form.full"));
            }
            Vec::new()
        }
        Some(Value::Choice(choice)) => {
            if let Some((_, to)) = vertical {
                return step(model, to);
            }
            choose(choice, press);
            touch(dialog, now);
            Vec::new()
        }
        Some(Value::Pick(_, chosen)) => {
            if let Some((_, to)) = vertical {
                return step(model, to);
            }
            match press.chord.key() {
                Key::Backspace | Key::Delete => {
                    chosen.pop();
                    touch(dialog, now);
                    Vec::new()
                }
                _ if press.typed.is_some() => {
                    // Typing starts the list with what was typed.
                    let mut effects = open_picker(model);
                    effects.extend(super::picker::typed(model, press));
                    effects
                }
                _ => Vec::new(),
            }
        }
        Some(Value::Told(_)) | None => Vec::new(),
    }
}

/// Left, right, blank and digits choose.
fn choose(choice: &mut super::super::form::Choice, press: KeyPress) {
    let count = choice.options.len();
    if count == 0 {
        return;
    }
    choice.at = match (press.chord.key(), choice.at) {
        (Key::Right | Key::Char(' '), at) => Some(at.map_or(0, |at| (at + 1) % count)),
        (Key::Left, at) => Some(at.map_or(count - 1, |at| (at + count - 1) % count)),
        (Key::Char(sign), at) => match sign.to_digit(10).and_then(|n| usize::try_from(n).ok()) {
            Some(n) if (1..=count).contains(&n) => Some(n - 1),
            Some(_) | None => at,
        },
        (_, at) => at,
    };
}

fn edit(dialog: &mut Dialog, by: Edit, now: Timestamp) -> Change {
    let Some(field) = dialog.form.focused_mut() else {
        return Change::Nothing;
    };
    let Value::Text(input) = &mut field.value else {
        return Change::Nothing;
    };
    let change = input.apply(by);
    if change == Change::Text {
        field.error = None;
        touch(dialog, now);
    }
    change
}

/// Pastes into the field that has the focus.
pub fn paste(dialog: &mut Dialog, text: &str, now: Timestamp) {
    let slot = dialog.form.focused().map(|field| field.slot);
    if register::is_fixed(dialog, slot) {
        return;
    }
    if let Some(Value::Text(input)) = dialog.form.focused_mut().map(|field| &mut field.value) {
        input.paste(text);
        touch(dialog, now);
    }
}

/// Notes that there is something to save.
pub fn touch(dialog: &mut Dialog, now: Timestamp) {
    dialog.touched.get_or_insert(now);
    dialog.trouble = None;
}

/// What was typed as the keys would have given it without an input method: for
/// numbers, which are the same in any width.
fn keys_of(typed: &str) -> String {
    typed.trim().chars().map(fold_key).collect()
}

/// Hands the dialog in.
fn submit(model: &mut Model) -> Vec<Effect> {
    let Some(dialog) = top(model) else {
        return Vec::new();
    };
    if dialog.waiting != Waiting::Officer {
        return Vec::new();
    }
    dialog.form.clear_errors();
    dialog.trouble = None;
    if dialog.form.check_filled(&t!("form.must")) == Filled::No {
        return Vec::new();
    }
    if let Some(digits) = &dialog.digits
        && !keys_of(dialog.form.text(Slot::Digits)).eq_ignore_ascii_case(digits)
    {
        dialog.form.fail(Slot::Digits, t!("form.wrong-digits"));
        return Vec::new();
    }
    match &dialog.kind {
        Kind::New { .. } => register::submit(model),
        Kind::Act { .. } => verbs::submit(model),
        Kind::Several { .. } => bulk::submit(model),
        Kind::Roster(_) => roster::submit(model),
        Kind::Warning { .. } => warnings::submit(model),
        Kind::Contact { .. } => contact::submit(model),
        Kind::Duty(_) => duty::submit(model),
        Kind::Discard { id, .. } => {
            let (id, number) = (*id, dialog.number);
            let reason = dialog.form.text(Slot::Reason).to_owned();
            if let Some(desk) = &mut model.desk {
                desk.close_dialog(number);
            }
            vec![Effect::OutboxDiscard { id, reason }]
        }
    }
}

/// Leaves the dialog; what was put in stays as a draft.
fn cancel(model: &mut Model) -> Vec<Effect> {
    let mut effects = register::checkpoint(model);
    let Some(dialog) = top(model) else {
        return effects;
    };
    let number = dialog.number;
    let draft = register::leaves_draft(dialog)
        .then(|| dialog.draft_key())
        .flatten()
        .map(|key| (key, dialog.form.to_draft()));
    if register::leave(dialog) == Waiting::StoreThenClose {
        return effects;
    }
    let Some(desk) = &mut model.desk else {
        return effects;
    };
    desk.close_dialog(number);
    if let Some((key, json)) = draft {
        desk.drafts.insert(key.clone(), json.clone());
        effects.push(Effect::SaveDraft { key, json });
        model.say(Tone::Told, t!("dialog.draft-kept"));
    }
    effects
}

/// Drops the draft of a dialog that is done.
pub fn drop_draft(model: &mut Model, key: Option<String>) -> Vec<Effect> {
    let (Some(key), Some(desk)) = (key, &mut model.desk) else {
        return Vec::new();
    };
    match desk.drafts.remove(&key) {
        Some(_) => vec![Effect::DeleteDraft { key }],
        None => Vec::new(),
    }
}

/// Saves drafts of what was typed a while ago.
pub fn save_touched(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    // What is being stored would come back as half written after a power cut.
    save(model, |dialog| {
        dialog.waiting == Waiting::Officer
            && dialog
                .touched
                .is_some_and(|touched| now.since(touched) >= DRAFT_AFTER_MS)
    })
}

/// Saves every draft at once: before the lock, a hang-up, the end.
pub fn save_all(model: &mut Model) -> Vec<Effect> {
    save(model, |dialog| dialog.touched.is_some())
}

fn save(model: &mut Model, wanted: impl Fn(&Dialog) -> bool) -> Vec<Effect> {
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let parked = desk
        .bookmarks
        .iter_mut()
        .flat_map(|bookmark| &mut bookmark.layers);
    let mut effects = Vec::new();
    for layer in desk.layers.iter_mut().chain(parked) {
        let Layer::Dialog(dialog) = layer else {
            continue;
        };
        if !wanted(dialog) {
            continue;
        }
        dialog.touched = None;
        if let Some(key) = dialog.draft_key() {
            let json = dialog.form.to_draft();
            desk.drafts.insert(key.clone(), json.clone());
            effects.push(Effect::SaveDraft { key, json });
        }
    }
    effects
}
