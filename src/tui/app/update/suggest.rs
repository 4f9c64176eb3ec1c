//! Suggestions of duplicates: when they are asked for, and where they go.

use super::super::effect::Effect;
use super::super::model::{Board, Desk, Layer, Model};
use super::super::suggested::{self, SuggestFor, Suggested};
use super::jump;
use crate::domain::ids::RecordId;
use crate::store::alike::Suggestion;

/// Asks about the form on top, or the opened incident, where its matter is
/// another one than before.
pub fn ask(model: &mut Model) -> Option<Effect> {
    let now = model.now;
    let split = model.is_split();
    let desk = model.desk.as_mut()?;
    match desk.layers.last_mut() {
        Some(Layer::Dialog(dialog)) => {
            let Some((matter, id)) = suggested::of_form(dialog, now) else {
                dialog.suggested.clear();
                return None;
            };
            dialog
                .suggested
                .wants(&matter)
                .then_some(Effect::LoadAlike {
                    whom: SuggestFor::Dialog(dialog.number),
                    matter,
                    except: id,
                })
        }
        None if desk.board == Board::Detail || (desk.board == Board::Queue && split) => {
            let detail = desk.detail.as_mut()?;
            let Some(matter) = suggested::of_detail(detail) else {
                detail.suggested.clear();
                return None;
            };
            let id = detail.id;
            detail
                .suggested
                .wants(&matter)
                .then_some(Effect::LoadAlike {
                    whom: SuggestFor::Detail(id),
                    matter,
                    except: id,
                })
        }
        Some(
            Layer::Picker(_)
            | Layer::Confirm(_)
            | Layer::Help { .. }
            | Layer::Search(_)
            | Layer::Command(_),
        )
        | None => None,
    }
}

/// The store's answer; `None` when it could not give one.
pub fn take(model: &mut Model, whom: SuggestFor, found: Option<Vec<Suggestion>>) -> Vec<Effect> {
    let Some(suggested) = model.desk.as_mut().and_then(|desk| whose(desk, whom)) else {
        return Vec::new();
    };
    match found {
        Some(found) => suggested.take(found),
        None => suggested.fail(),
    }
    Vec::new()
}

fn whose(desk: &mut Desk, whom: SuggestFor) -> Option<&mut Suggested> {
    match whom {
        SuggestFor::Dialog(number) => desk
            .dialog_numbered(number)
            .map(|dialog| &mut dialog.suggested),
        SuggestFor::Detail(id) => {
            let parked = desk.bookmarks.iter_mut().map(|mark| &mut mark.detail);
            std::iter::once(&mut desk.detail)
                .chain(parked)
                .flatten()
                .find(|detail| detail.id == id)
                .map(|detail| &mut detail.suggested)
        }
    }
}

/// Something has changed in the copy.
pub fn outdate(desk: &mut Desk) {
    if let Some(Layer::Dialog(dialog)) = desk.layers.last_mut() {
        dialog.suggested.outdate();
    }
    if let Some(detail) = &mut desk.detail {
        detail.suggested.outdate();
    }
}

/// Opens the next suggestion; the way back leads to the form as it was left.
pub fn open(model: &mut Model) -> Vec<Effect> {
    match next(model) {
        Some(id) => jump::to(model, id),
        None => Vec::new(),
    }
}

fn next(model: &mut Model) -> Option<RecordId> {
    let desk = model.desk.as_mut()?;
    match desk.layers.last_mut() {
        Some(Layer::Dialog(dialog)) => dialog.suggested.next(),
        Some(
            Layer::Picker(_)
            | Layer::Confirm(_)
            | Layer::Help { .. }
            | Layer::Search(_)
            | Layer::Command(_),
        ) => None,
        None => desk.detail.as_mut()?.suggested.next(),
    }
}
