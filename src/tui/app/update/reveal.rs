//! What is masked of the opened incident, shown whole for a while to whoever has
//! said why; the revealing is on the disk before anything is shown.

use super::super::model::{Board, Detail, Look, Model, REVEALED_SHOWN_MS, Tone};
use crate::domain::ids::RecordId;
use crate::i18n::t;

/// Shows an incident whole: its revealing is in the outbox. Whoever has left it
/// meanwhile is shown nothing.
pub fn show(model: &mut Model, id: RecordId) {
    let now = model.now;
    let Some(desk) = &mut model.desk else {
        return;
    };
    let opened = desk.detail.as_mut().filter(|detail| detail.id == id);
    if let (Board::Detail, None, Some(detail)) = (desk.board, &model.gate, opened) {
        detail.revealed = Some(now);
        let seconds = REVEALED_SHOWN_MS.0 / 1_000;
        model.say(Tone::Done, t!("reveal.shown", seconds = seconds));
    } else {
        model.say(Tone::Told, t!("reveal.left"));
    }
}

/// Masks again.
pub fn hide(model: &mut Model) {
    if let Some(desk) = &mut model.desk {
        mask(desk.detail.as_mut());
    }
}

/// Masks again what the officer has left, locked away or seen for long enough.
pub fn hide_where_left(model: &mut Model) {
    let now = model.now;
    let locked = model.gate.is_some();
    let Some(desk) = &mut model.desk else {
        return;
    };
    for bookmark in &mut desk.bookmarks {
        mask(bookmark.detail.as_mut());
    }
    let left = locked || desk.board != Board::Detail;
    let over = |detail: &&mut Detail| left || matches!(detail.look(now), Look::Masked);
    mask(desk.detail.as_mut().filter(over));
}

fn mask(detail: Option<&mut Detail>) {
    if let Some(detail) = detail {
        detail.revealed = None;
    }
}
