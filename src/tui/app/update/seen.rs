//! What tests of `update` look at: the page as text, and what was handed to
//! the store.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::super::effect::{Effect, Origin};
use super::super::model::Model;
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Act;
use crate::tui::screens;

/// The screen without its blanks.
pub fn page(model: &Model) -> String {
    let area = Rect::new(0, 0, model.size.width, model.size.height);
    let mut buf = Buffer::empty(area);
    screens::render(model, area, &mut buf);
    // The cell behind a wide glyph holds a blank.
    let cells: String = buf.content().iter().map(Cell::symbol).collect();
    cells.replace(' ', "")
}

/// The acts among the effects, each with the record that it is about.
pub fn submitted(effects: &[Effect]) -> Vec<(Origin, RecordId, Act)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Submit {
                origin,
                targets,
                act,
                ..
            } => Some((*origin, targets[0].id, act.incident()?.clone())),
            _ => None,
        })
        .collect()
}
