//! The command line: the bottom row, with what may be meant above it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Layout;
use crate::i18n::t;
use crate::tui::app::availability::availability;
use crate::tui::app::command::{CommandLine, offers};
use crate::tui::app::model::Model;
use crate::tui::keys::Availability;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::input_view::{Focus, draw_line};
use crate::tui::widgets::popup::Popup;

/// Cells of what an offer would put into the line.
const FILL_CELLS: u16 = 14;
/// The same for a whole number of an incident.
const FILL_CELLS_MAX: u16 = 24;

/// Draws it and returns where the cursor belongs.
pub fn draw(
    model: &Model,
    line: &CommandLine,
    pen: Pen<'_>,
    layout: Layout,
    buf: &mut Buffer,
) -> Option<Position> {
    let row = layout.hint;
    above(model, line, pen, layout, buf);
    pen.clear(buf, row, Role::InputFocus);
    let prompt = t!("command.prompt");
    let used = pen.text(buf, row.as_position(), row.width, &prompt, Role::HintKey);
    let field = Rect {
        x: row.x + used,
        width: row.width.saturating_sub(used + 1),
        ..row
    };
    draw_line(
        pen,
        field,
        buf,
        (&line.input, Focus::Here),
        &t!("command.hint"),
    )
}

/// What is wrong, else what may be meant.
fn above(model: &Model, line: &CommandLine, pen: Pen<'_>, layout: Layout, buf: &mut Buffer) {
    let mut rows: Vec<(String, String, Role)> = Vec::new();
    if let Some(why) = &line.trouble {
        rows.push((String::new(), why.clone(), Role::Error));
    } else {
        for offer in offers(model, line.input.text()) {
            let denied = offer.action.map(|action| availability(model, action));
            let (told, role) = match denied {
                // A reason that does not fit is told when it is tried.
                Some(Availability::Denied(why)) => {
                    let whole = t!("screen.help-denied", why = why).into_owned();
                    let room = layout.frame.width.saturating_sub(FILL_CELLS + 5);
                    let fits = pen.width(&whole) <= room;
                    let told = if fits { whole } else { offer.told };
                    (told, Role::Dim)
                }
                Some(Availability::Ready | Availability::Hidden) | None => (offer.told, Role::Text),
            };
            rows.push((offer.fill, told, role));
        }
    }
    let count = u16::try_from(rows.len()).unwrap_or(0);
    if count == 0 {
        return;
    }
    let height = (count + 2).min(layout.hint.y.saturating_sub(layout.frame.y));
    let area = Rect {
        y: layout.hint.y.saturating_sub(height),
        height,
        ..layout.frame
    };
    let inner = Popup::titled("").draw(pen, area, buf);
    let widest = rows.iter().map(|(fill, _, _)| pen.width(fill)).max();
    let fill_cells = widest.unwrap_or(0).clamp(FILL_CELLS, FILL_CELLS_MAX);
    for ((fill, told, role), row) in rows.iter().zip(inner.rows()) {
        let mut at = row.as_position();
        let mut room = row.width;
        if !fill.is_empty() {
            pen.text(buf, at, fill_cells.min(room), fill, Role::HintKey);
            at.x += fill_cells + 1;
            room = room.saturating_sub(fill_cells + 1);
        }
        pen.text(buf, at, room, told, *role);
    }
}
