//! The help page: what the keys do here, made from the one table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Layout;
use crate::i18n::t;
use crate::tui::app::availability::availability;
use crate::tui::app::model::Model;
use crate::tui::keys::{Action, Context, help};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::popup::Popup;
use crate::tui::widgets::scroll::{Paragraph, Wrapped};

/// Cells of the keys, before the names.
const KEY_CELLS: usize = 17;
/// Cells of the names, before the sentences.
const NAME_CELLS: usize = 13;
/// Where the sentences begin: the margin, keys, names and a blank after each.
const SENTENCE_AT: usize = 1 + KEY_CELLS + 1 + NAME_CELLS + 1;
/// Lines that one sentence may take.
const SENTENCE_LINES_MAX: usize = 6;

fn outer(layout: Layout) -> Rect {
    Rect {
        width: layout.frame.width,
        ..layout.body
    }
}

/// Lines of the page, and rows that show it.
pub fn extent(model: &Model, pen: Pen<'_>, layout: Layout, context: Context) -> (usize, usize) {
    let outer = outer(layout);
    (
        page(model, pen, outer.width.saturating_sub(4), context).len(),
        usize::from(outer.height.saturating_sub(2)),
    )
}

/// Draws the page over the body.
pub fn draw(
    model: &Model,
    pen: Pen<'_>,
    layout: Layout,
    buf: &mut Buffer,
    (context, scroll): (Context, usize),
) {
    let title = t!("screen.help");
    let footer = [
        Action::ScrollPageDown,
        Action::ScrollPageUp,
        Action::BackStep,
    ]
    .into_iter()
    .filter_map(|action| {
        let keys = model.setup.keymap.keys_for(Context::Help, action).next()?;
        Some(format!("{} {}", keys.label(), action.short()))
    })
    .collect::<Vec<_>>()
    .join("  ");
    let inner = Popup {
        title: &title,
        footer: &footer,
        border: Role::Border,
    }
    .draw(pen, outer(layout), buf);
    page(model, pen, inner.width, context).draw(pen, inner, buf, scroll);
}

/// What a key would do, and that it does not now; why, as far as that fits.
/// Pressing it tells the whole.
fn denied(pen: Pen<'_>, sentence: &str, why: &str, room: usize) -> String {
    let whole = t!("screen.help-denied-why", sentence = sentence, why = why);
    if usize::from(pen.width(&whole)) <= room {
        whole.into_owned()
    } else {
        t!("screen.help-denied-short", sentence = sentence).into_owned()
    }
}

fn page(model: &Model, pen: Pen<'_>, cells: u16, context: Context) -> Wrapped {
    use crate::text::truncate::{Align, fit};
    use crate::text::wrap::wrap;
    let rows = help::rows(&model.setup.keymap, context, |action| {
        availability(model, action)
    });
    let mut text = Vec::new();
    let mut group = None;
    for row in rows {
        if group != Some(row.group) {
            group = Some(row.group);
            text.push(Paragraph::new(row.group.title(), Role::Title));
        }
        let padded = |words: &str, cells: usize| {
            let shown = pen.shown(words).into_owned();
            fit(&shown, cells, Align::Left, pen.ambiguous()).into_owned()
        };
        let keys = padded(&row.keys.join(" "), KEY_CELLS);
        let name = padded(&row.name, NAME_CELLS);
        // What goes on stays under the sentence, so that the keys stand alone.
        let room = usize::from(cells).saturating_sub(SENTENCE_AT + 1).max(2);
        let (sentence, role) = match row.denied {
            None => (row.sentence.into_owned(), Role::Text),
            Some(why) => (denied(pen, &row.sentence, &why, room), Role::Dim),
        };
        let sentence = pen.shown(&sentence);
        let mut lines = wrap(&sentence, room, SENTENCE_LINES_MAX).lines.into_iter();
        let first = lines.next().unwrap_or_default();
        text.push(Paragraph::new(format!("{keys} {name} {first}"), role).indented(1));
        let at = u16::try_from(SENTENCE_AT).unwrap_or(u16::MAX);
        text.extend(lines.map(|line| Paragraph::new(line.to_string(), role).indented(at)));
    }
    Wrapped::new(pen, &text, cells)
}
