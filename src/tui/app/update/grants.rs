//! Grants that change while the officer works.
//!
//! The runner opens the copy of the new grants behind this. What was on the
//! screen may be nothing for these eyes any more, so the boards begin anew;
//! what is half written stays: a new incident open as it was, the rest as
//! drafts.

use super::super::dialog::Kind;
use super::super::effect::Effect;
use super::super::gate::Gate;
use super::super::message::{GateTrouble, KnownOfficer, Opened};
use super::super::model::{Desk, Layer, Model, Question, Tone};
use super::{dialog, gate};
use crate::i18n::t;

/// The copy of other grants is being opened: what is half written is saved
/// with the copy that is still there.
pub fn changing(model: &mut Model) -> Vec<Effect> {
    model.say(Tone::Told, t!("screen.scope-changed"));
    dialog::save_all(model)
}

/// The copy of the new grants is open.
pub fn regranted(model: &mut Model, mut opened: Opened) -> Vec<Effect> {
    let Some(before) = model.desk.take() else {
        return gate::opened(model, opened);
    };
    // Those on the disk, and over them those that were on the way there.
    let mut drafts = std::mem::take(&mut opened.drafts);
    drafts.extend(before.drafts);
    opened.drafts = drafts;
    let mut layers = before.layers;
    for bookmark in before.bookmarks {
        layers.extend(bookmark.layers);
    }
    let mut desk = Desk::new(opened);
    desk.layers = layers.into_iter().filter(may_stay).collect();
    desk.dialogs_opened = before.dialogs_opened;
    let mut effects = desk.queue.restart();
    effects.extend(desk.watch.reload(&desk.policy));
    effects.extend(desk.warnings.reload());
    effects.push(Effect::LoadCounts);
    model.desk = Some(desk);
    model.pending_keys.forget();
    model.say(Tone::Told, t!("screen.regranted"));
    effects
}

/// A new incident names nothing that the officer has lost sight of, nor does
/// what was found of this desk's files.
fn may_stay(layer: &Layer) -> bool {
    match layer {
        Layer::Dialog(dialog) => matches!(dialog.kind, Kind::New { .. }),
        Layer::Confirm(question) => matches!(question, Question::Found(_) | Question::Enrol),
        Layer::Picker(_) | Layer::Help { .. } | Layer::Search(_) | Layer::Command(_) => false,
    }
}

/// The account is out of use: nothing is shown from now on. What is half
/// written is saved first; nobody's words are lost.
pub fn withdrawn(model: &mut Model) -> Vec<Effect> {
    let effects = dialog::save_all(model);
    model.desk = None;
    model.notice = None;
    model.pending_keys.forget();
    shut(model, 0, Vec::new());
    effects
}

/// The officer was taken off the desk.
pub fn revoked(model: &mut Model, unsent: u64, known: Vec<KnownOfficer>) -> Vec<Effect> {
    model.desk = None;
    model.notice = None;
    model.status = crate::sync::status::Status::default();
    shut(model, unsent, known);
    Vec::new()
}

fn shut(model: &mut Model, unsent: u64, known: Vec<KnownOfficer>) {
    let mut gate = Gate::at_start(&model.service, "", known);
    gate.fail(GateTrouble::Revoked { unsent });
    model.gate = Some(gate);
}
