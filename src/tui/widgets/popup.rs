//! A popup: clears its place, draws a border with a title, and respects the
//! wide glyphs that its borders cut through.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::pen::Pen;
use crate::tui::theme::Role;

/// Cells that a border takes on each side.
const BORDER_CELLS: u16 = 1;
/// Cells between the border and what stands inside, left and right.
const PADDING_CELLS: u16 = 1;

/// A box over the screen.
#[derive(Clone, Copy, Debug)]
pub struct Popup<'a> {
    /// In the upper border.
    pub title: &'a str,
    /// In the lower border, at the right; may be empty.
    pub footer: &'a str,
    /// The look of the border.
    pub border: Role,
}

impl<'a> Popup<'a> {
    /// A popup with a title and a plain border.
    #[must_use]
    pub const fn titled(title: &'a str) -> Self {
        Self {
            title,
            footer: "",
            border: Role::Border,
        }
    }

    /// The place of a popup with room for `inner`, in the middle of `screen`
    /// and never larger than it.
    #[must_use]
    pub fn centred(screen: Rect, inner: Size) -> Rect {
        let frame = 2 * BORDER_CELLS;
        let width = inner
            .width
            .saturating_add(frame + 2 * PADDING_CELLS)
            .min(screen.width);
        let height = inner.height.saturating_add(frame).min(screen.height);
        Rect {
            x: screen.x + (screen.width - width) / 2,
            y: screen.y + (screen.height - height) / 2,
            width,
            height,
        }
    }

    /// Draws it and returns the area inside.
    pub fn draw(&self, pen: Pen<'_>, area: Rect, buf: &mut Buffer) -> Rect {
        let area = area.intersection(buf.area);
        pen.clear(buf, area, Role::Text);
        if area.width < 2 * BORDER_CELLS || area.height < 2 * BORDER_CELLS {
            return Rect {
                width: 0,
                height: 0,
                ..area
            };
        }
        self.draw_border(pen, area, buf);
        let room = area.width.saturating_sub(4 * BORDER_CELLS);
        let at = Position::new(area.x + 2 * BORDER_CELLS, area.y);
        label(pen, buf, at, room, self.title, Role::Title);
        let footer = pen.width(self.footer).saturating_add(2).min(room);
        let at = Position::new(area.right() - 2 * BORDER_CELLS - footer, area.bottom() - 1);
        label(pen, buf, at, room, self.footer, Role::Dim);
        Self::inside(area)
    }

    /// The area inside a popup that lies there.
    #[must_use]
    pub fn inside(area: Rect) -> Rect {
        let side = BORDER_CELLS + PADDING_CELLS;
        Rect {
            x: (area.x + side).min(area.right()),
            y: area.y + BORDER_CELLS,
            width: area.width.saturating_sub(2 * side),
            height: area.height.saturating_sub(2 * BORDER_CELLS),
        }
    }

    fn draw_border(&self, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
        let glyphs = pen.glyphs();
        let style = pen.style(self.border);
        let (left, right) = (area.left(), area.right() - 1);
        let (top, bottom) = (area.top(), area.bottom() - 1);
        let mut put = |x: u16, y: u16, sign: &str| {
            if let Some(cell) = buf.cell_mut(Position::new(x, y)) {
                cell.set_symbol(sign).set_style(style);
            }
        };
        for x in left..=right {
            put(x, top, glyphs.horizontal);
            put(x, bottom, glyphs.horizontal);
        }
        for y in top..=bottom {
            put(left, y, glyphs.vertical);
            put(right, y, glyphs.vertical);
        }
        put(left, top, glyphs.top_left);
        put(right, top, glyphs.top_right);
        put(left, bottom, glyphs.bottom_left);
        put(right, bottom, glyphs.bottom_right);
    }
}

/// A text in a border, with a blank on each side.
fn label(pen: Pen<'_>, buf: &mut Buffer, at: Position, room: u16, text: &str, role: Role) {
    if text.is_empty() || room < 4 {
        return;
    }
    let style = pen.style(Role::Text).patch(pen.style(role));
    let padded = format!(" {text} ");
    if pen.width(&padded) <= room {
        pen.styled(buf, at, room, &padded, style);
    } else {
        let used = 1 + pen.styled(buf, at, room - 1, &format!(" {text}"), style);
        pen.styled(buf, Position::new(at.x + used - 1, at.y), 1, " ", style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::{Ambiguous, display_width};
    use crate::tui::theme::{ColourDepth, Theme};
    use crate::tui::widgets::dump::lines;
    use ratatui::style::Style;

    fn over_han(x: u16, width: u16, ambiguous: Ambiguous) -> Vec<String> {
        let theme = Theme::shipped(ColourDepth::Mono);
        let mut buf = Buffer::empty(Rect::new(0, 0, 16, 3));
        for y in 0..3 {
            buf.set_string(0, y, "甲乙丙丁戊己庚辛", Style::new());
        }
        let popup = Popup::titled("");
        popup.draw(
            Pen::new(&theme, ambiguous),
            Rect::new(x, 0, width, 3),
            &mut buf,
        );
        lines(&buf)
    }

    #[test]
    fn borders_survive_wide_glyphs_at_every_offset() {
        for (x, width, middle) in [
            (4, 6, "甲乙│    │己庚辛"),
            (3, 6, "甲 │    │ 己庚辛"),
            (3, 7, "甲 │     │己庚辛"),
            (4, 5, "甲乙│   │ 己庚辛"),
        ] {
            let found = over_han(x, width, Ambiguous::Narrow);
            assert_eq!(found[1], middle, "popup at {x}, {width} wide");
        }
        assert_eq!(over_han(3, 6, Ambiguous::Wide)[0], "甲 +----+ 己庚辛");
    }

    #[test]
    fn no_row_grows_whatever_the_offset() {
        for x in 0..16 {
            for width in 0..18 {
                for row in over_han(x, width, Ambiguous::Narrow) {
                    assert!(
                        display_width(&row) <= 16,
                        "popup at {x}, {width} wide: {row}"
                    );
                }
            }
        }
    }

    #[test]
    fn title_and_footer_stand_in_the_border_and_are_cut() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        let mut buf = Buffer::empty(Rect::new(0, 0, 16, 3));
        let popup = Popup {
            title: "派单",
            footer: "Esc",
            border: Role::Border,
        };
        let inner = popup.draw(pen, buf.area, &mut buf);
        assert_eq!(
            lines(&buf),
            ["┌─ 派单 ───────┐", "│              │", "└──────── Esc ─┘"]
        );
        assert_eq!(inner, Rect::new(2, 1, 12, 1));

        let popup = Popup::titled("宅基地边界争执");
        popup.draw(pen, buf.area, &mut buf);
        assert_eq!(lines(&buf)[0], "┌─ 宅基地边… ──┐");
    }

    #[test]
    fn a_popup_is_centred_and_never_larger_than_the_screen() {
        let screen = Rect::new(0, 0, 80, 24);
        assert_eq!(
            Popup::centred(screen, Size::new(40, 10)),
            Rect::new(18, 6, 44, 12)
        );
        assert_eq!(Popup::centred(screen, Size::new(400, 100)), screen);
    }
}
