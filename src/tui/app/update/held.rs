//! Keys while a dialog waits for the store: kept, done after it, or dropped
//! and counted.

use super::super::dialog::Waiting;
use super::super::effect::Effect;
use super::super::held::Kept;
use super::super::model::{Model, Tone};
use super::{dialog, key};
use crate::i18n::t;
use crate::tui::keys::{Action, KeyPress, Pressed};

/// The number of the dialog on top, while it waits for the store.
fn waiting(model: &mut Model) -> Option<u64> {
    if model.gate.is_some() {
        return None;
    }
    let dialog = dialog::top(model)?;
    (dialog.waiting != Waiting::Officer).then_some(dialog.number)
}

/// Whether a paste would go into a dialog that is on its way; says so.
pub fn refuses_paste(model: &mut Model) -> bool {
    let waits = waiting(model).is_some();
    if waits {
        model.say(Tone::Told, t!("dialog.waiting-paste"));
    }
    waits
}

/// Keeps a key that would go into a dialog that is on its way. Leaving it, and
/// what is about the whole desk, works at once.
pub fn keeps(model: &mut Model, press: KeyPress) -> bool {
    let Some(number) = waiting(model) else {
        return false;
    };
    let keymap = std::sync::Arc::clone(&model.setup.keymap);
    let context = model.context();
    let mut ahead = model.pending_keys.clone();
    if let Pressed::Act(action) = ahead.press(&keymap, context, press)
        && at_once(action)
    {
        drop_all(model);
        return false;
    }
    let now = model.now;
    if let Some(desk) = &mut model.desk {
        match desk.held.keep(number, press, now) {
            Kept::Yes => model.say(Tone::Told, t!("dialog.waiting-kept")),
            Kept::Full => model.say(Tone::Error, t!("dialog.waiting-full")),
        }
    }
    true
}

/// What does not wait for a dialog.
fn at_once(action: Action) -> bool {
    matches!(
        action,
        Action::FormCancel
            | Action::BannerJump
            | Action::SessionLock
            | Action::ScreenRedraw
            | Action::AppSuspend
            | Action::AppQuit
    )
}

/// Does what was typed meanwhile, once the dialog is gone. Where it stays,
/// because the act was not taken, the keys were not for it.
pub fn release(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return Vec::new();
    };
    let Some(number) = desk.held.waits_for() else {
        return Vec::new();
    };
    if let Some(dialog) = desk.dialog_numbered(number) {
        if dialog.waiting == Waiting::Officer {
            drop_all(model);
        }
        return Vec::new();
    }
    if model.gate.is_some() {
        drop_all(model);
        return Vec::new();
    }
    let (keys, dropped) = desk.held.take(now);
    told(model, dropped);
    keys.into_iter()
        .flat_map(|press| key::press(model, press))
        .collect()
}

fn drop_all(model: &mut Model) {
    let dropped = model.desk.as_mut().map_or(0, |desk| desk.held.drop_all());
    told(model, dropped);
}

fn told(model: &mut Model, dropped: usize) {
    if dropped > 0 {
        model.say(Tone::Error, t!("dialog.waiting-dropped", n = dropped));
    }
}
