//! Questions with yes and no.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use crate::i18n::t;
use crate::tui::app::model::Question;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::popup::Popup;

/// Cells inside the box.
const CONFIRM_COLUMNS: u16 = 48;

/// Draws a question; it has no field for the cursor.
pub fn draw(question: &Question, pen: Pen<'_>, screen: Rect, buf: &mut Buffer) -> Option<Position> {
    let (title, lines) = match question {
        Question::Quit {
            unsent,
            refused,
            drafts,
        } => {
            let mut lines = Vec::new();
            if *unsent > 0 {
                lines.push((t!("dialog.quit-unsent", n = unsent), Role::Pending));
            }
            if *refused > 0 {
                lines.push((t!("dialog.quit-refused", n = refused), Role::Refused));
            }
            if *drafts > 0 {
                lines.push((t!("dialog.quit-drafts", n = drafts), Role::Text));
            }
            lines.push((t!("dialog.quit-kept"), Role::Dim));
            (t!("dialog.quit"), lines)
        }
    };
    let rows = u16::try_from(lines.len()).unwrap_or(1);
    let outer = Popup::centred(screen, Size::new(CONFIRM_COLUMNS, rows));
    let footer = t!("dialog.yes-no");
    let inner = Popup {
        title: &title,
        footer: &footer,
        border: Role::Border,
    }
    .draw(pen, outer, buf);
    for ((text, role), row) in lines.iter().zip(inner.rows()) {
        pen.text(buf, row.as_position(), row.width, text, *role);
    }
    None
}
