//! What may follow the keys pressed so far: a box above the bottom line.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Layout;
use crate::tui::app::availability::availability;
use crate::tui::app::model::Model;
use crate::tui::keys::Sequence;
use crate::tui::keys::help::{self, Following};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::popup::Popup;

/// Cells of a key, of its name with the reason why not, and between two.
const KEY_CELLS: u16 = 6;
const NAME_CELLS: u16 = 31;
const GAP_CELLS: u16 = 1;

/// Draws the box while a sequence is open.
pub fn draw(model: &Model, pen: Pen<'_>, layout: Layout, buf: &mut Buffer) {
    let pressed = model.pending_keys.chords();
    if pressed.is_empty() {
        return;
    }
    let keymap = &model.setup.keymap;
    let following = help::following(keymap, model.context(), pressed, |action| {
        availability(model, action)
    });
    let width = layout.frame.width;
    let column = KEY_CELLS + NAME_CELLS + GAP_CELLS;
    let columns = (width.saturating_sub(4) / column).max(1);
    let count = u16::try_from(following.len()).unwrap_or(u16::MAX);
    let rows = count.div_ceil(columns).max(1);
    let height = (rows + 2).min(layout.hint.y.saturating_sub(layout.frame.y));
    let area = Rect {
        y: layout.hint.y.saturating_sub(height),
        height,
        ..layout.frame
    };
    let title = crate::i18n::t!("screen.which-key", keys = Sequence::label_of(pressed));
    let footer = crate::i18n::t!("screen.which-key-footer");
    let inner = Popup {
        title: &title,
        footer: &footer,
        border: Role::Border,
    }
    .draw(pen, area, buf);
    for (at, one) in (0_u16..).zip(&following) {
        let x = inner.x + at / rows * column;
        let y = inner.y + at % rows;
        if y < inner.bottom() && x < inner.right() {
            line(pen, buf, Position::new(x, y), inner.right() - x, one);
        }
    }
}

fn line(pen: Pen<'_>, buf: &mut Buffer, at: Position, room: u16, one: &Following) {
    let (key, name) = match &one.denied {
        None => (Role::HintKey, Role::Text),
        Some(_) => (Role::HintDenied, Role::Dim),
    };
    pen.text(buf, at, KEY_CELLS.min(room), &one.key, key);
    let at = Position::new(at.x + KEY_CELLS, at.y);
    let room = room.saturating_sub(KEY_CELLS).min(NAME_CELLS);
    // A reason that does not fit is told when the key is pressed.
    let whole = one.denied.as_ref().map(|why| told(&one.name, why));
    let text = whole.filter(|text| pen.width(text) <= room);
    pen.text(buf, at, room, text.as_deref().unwrap_or(&one.name), name);
}

/// The name and why not; once, where the reason begins with the name.
fn told(name: &str, why: &str) -> String {
    if why.starts_with(name) {
        why.to_owned()
    } else {
        format!("{name}  {why}")
    }
}
