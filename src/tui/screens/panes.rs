//! A list with what is under its cursor in full: below it, or beside it where
//! the screen is wide.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::theme::Role;
use crate::tui::widgets::Pen;

/// Where the list is, and where what is under its cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panes {
    pub list: Rect,
    pane: Pane,
}

/// Where the pane lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pane {
    Below(Rect),
    Beside(Rect),
}

impl Panes {
    /// In `area`, with a pane of so many rows below the list, or with the one
    /// beside it.
    pub fn of(area: Rect, side: Option<Rect>, rows: u16) -> Self {
        if let Some(side) = side {
            // A blank between the last column and the line of the pane.
            let list = Rect {
                width: area.width.saturating_sub(1),
                ..area
            };
            return Self {
                list,
                pane: Pane::Beside(side),
            };
        }
        let rows = rows.min(area.height / 2);
        let list = Rect {
            height: area.height - rows,
            ..area
        };
        let below = Rect {
            y: list.bottom(),
            height: rows,
            ..area
        };
        Self {
            list,
            pane: Pane::Below(below),
        }
    }

    /// Draws the line between the two; what is left is for the pane's text.
    pub fn pane(self, pen: Pen<'_>, buf: &mut Buffer) -> Rect {
        match self.pane {
            Pane::Beside(side) => beside(pen, side, buf),
            Pane::Below(area) => {
                let line = pen.glyphs().horizontal.repeat(usize::from(area.width));
                pen.text(buf, area.as_position(), area.width, &line, Role::Border);
                Rect {
                    x: area.x + 1,
                    y: area.y + 1,
                    width: area.width.saturating_sub(1),
                    height: area.height.saturating_sub(1),
                }
            }
        }
    }
}

/// Clears a pane beside a list and draws the line before it; what is left is for
/// its text.
pub fn beside(pen: Pen<'_>, side: Rect, buf: &mut Buffer) -> Rect {
    pen.clear(buf, side, Role::Text);
    for row in side.rows() {
        let at = row.as_position();
        pen.text(buf, at, 1, pen.glyphs().vertical, Role::Border);
    }
    Rect {
        x: side.x + 2,
        width: side.width.saturating_sub(2),
        ..side
    }
}
