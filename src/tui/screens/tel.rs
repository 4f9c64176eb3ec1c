//! A telephone number as a code that a telephone's camera reads (`tel:`), in
//! half blocks: two rows of the code in one row of the screen.

use qrcode::{Color as Module, EcLevel, QrCode};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Color, Modifier, Style};

use crate::i18n::t;
use crate::text::aloud::grouped;
use crate::text::width::Ambiguous;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::popup::Popup;

/// Light modules around the code; cameras want four.
const QUIET_MODULES: usize = 4;

/// A code: rows of modules, with the quiet zone.
struct Code {
    rows: Vec<Vec<Module>>,
}

impl Code {
    /// The code of a number; none of one that no code can hold.
    fn of(number: &str) -> Option<Self> {
        let dialled: String = number
            .chars()
            .filter(|c| c.is_ascii_digit() || matches!(c, '+' | '*' | '#'))
            .collect();
        let text = format!("tel:{dialled}");
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
        let width = code.width();
        let side = width + 2 * QUIET_MODULES;
        let colours = code.to_colors();
        let module = |x: usize, y: usize| {
            let inside = QUIET_MODULES..QUIET_MODULES + width;
            if inside.contains(&x) && inside.contains(&y) {
                colours[(y - QUIET_MODULES) * width + x - QUIET_MODULES]
            } else {
                Module::Light
            }
        };
        let rows = (0..side)
            .map(|y| (0..side).map(|x| module(x, y)).collect())
            .collect();
        Some(Self { rows })
    }

    /// What it takes on the screen: one cell a module and half a row each, or
    /// two cells and a whole row where half blocks are two cells wide.
    fn size(&self, ambiguous: Ambiguous) -> Size {
        let side = u16::try_from(self.rows.len()).unwrap_or(u16::MAX);
        match ambiguous {
            Ambiguous::Narrow => Size::new(side, side.div_ceil(2)),
            Ambiguous::Wide => Size::new(side.saturating_mul(2), side),
        }
    }
}

/// Draws the box; where the code does not fit, the box says so.
pub fn draw(
    name: &str,
    number: &str,
    pen: Pen<'_>,
    screen: Rect,
    columns: u16,
    buf: &mut Buffer,
) -> Option<Position> {
    let code = Code::of(number);
    let said = format!("{name}  {}", grouped(number));
    let room = Size::new(
        screen.width.saturating_sub(2),
        screen.height.saturating_sub(3),
    );
    let fitting = code.filter(|code| {
        let size = code.size(pen.ambiguous());
        size.width <= room.width && size.height <= room.height
    });
    let inner_size = match &fitting {
        Some(code) => {
            let size = code.size(pen.ambiguous());
            Size::new(size.width.max(pen.width(&said)), size.height + 1)
        }
        None => Size::new(columns, 2),
    };
    let outer = Popup::centred(screen, inner_size);
    let inner = Popup {
        title: &t!("network.tel"),
        footer: &t!("network.tel-footer"),
        border: Role::Border,
    }
    .draw(pen, outer, buf);
    pen.text(buf, inner.as_position(), inner.width, &said, Role::Title);
    let below = Rect {
        y: inner.y + 1,
        height: inner.height.saturating_sub(1),
        ..inner
    };
    if let Some(code) = &fitting {
        modules(code, pen, below, buf);
    } else {
        let words = t!("network.tel-no-room");
        pen.text(buf, below.as_position(), below.width, &words, Role::Error);
    }
    None
}

/// Dark on light whatever the theme is: that is what cameras read. Where there
/// are no colours, the terminal's own two change places.
fn style(pen: Pen<'_>) -> Style {
    if pen.has_colours() {
        Style::new().fg(Color::Black).bg(Color::White)
    } else {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}

fn modules(code: &Code, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let style = style(pen);
    let across = code.rows.len();
    let size = code.size(pen.ambiguous());
    let left = area.x + area.width.saturating_sub(size.width) / 2;
    let dark = |x: usize, y: usize| {
        code.rows
            .get(y)
            .and_then(|row| row.get(x))
            .is_some_and(|module| *module == Module::Dark)
    };
    let put = |buf: &mut Buffer, x: u16, y: u16, sign: &str, style: Style| {
        if let Some(cell) = buf.cell_mut(Position::new(x, y)) {
            cell.set_symbol(sign).set_style(style);
        }
    };
    match pen.ambiguous() {
        Ambiguous::Narrow => {
            for (row, y) in (0..across).step_by(2).zip(area.y..area.bottom()) {
                for (column, x) in (0..across).zip(left..) {
                    let sign = match (dark(column, row), dark(column, row + 1)) {
                        (true, true) => "█",
                        (true, false) => "▀",
                        (false, true) => "▄",
                        (false, false) => " ",
                    };
                    put(buf, x, y, sign, style);
                }
            }
        }
        Ambiguous::Wide => {
            let filled = style.add_modifier(Modifier::REVERSED);
            let filled = if pen.has_colours() {
                Style::new().fg(Color::White).bg(Color::Black)
            } else {
                filled.remove_modifier(Modifier::REVERSED)
            };
            for (row, y) in (0..across).zip(area.y..area.bottom()) {
                for (column, x) in (0..across).zip((left..).step_by(2)) {
                    let style = if dark(column, row) { filled } else { style };
                    put(buf, x, y, " ", style);
                    put(buf, x + 1, y, " ", style);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_fits_into_the_smallest_code_and_an_80x24_screen() {
        let code = Code::of("10012345678").unwrap();
        assert_eq!(code.rows.len(), 21 + 2 * QUIET_MODULES);
        let size = code.size(Ambiguous::Narrow);
        assert_eq!((size.width, size.height), (29, 15));
        // The finder's corner, and the quiet zone around it.
        assert!(code.rows[QUIET_MODULES][QUIET_MODULES] == Module::Dark);
        assert!(code.rows[0].iter().all(|module| *module == Module::Light));
        // Two cells a module are too much for 24 rows, and the box says so.
        assert!(code.size(Ambiguous::Wide).height > 24);
    }

    #[test]
    fn what_cannot_be_dialled_is_left_out_of_the_code() {
        let plain = Code::of("07103456789").unwrap();
        let written = Code::of("0710-345 6789").unwrap();
        assert!(plain.rows == written.rows);
    }
}
