//! How text reaches cells: neutralised, substituted, measured and cut.
//!
//! Also the one place that knows that a wide glyph covers two cells: whoever
//! paints over half of one must blank the other half, or the terminal draws
//! the whole glyph over what was painted
//! (<https://github.com/ratatui/ratatui/issues/2526>).

use std::borrow::Cow;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::text::ambiguous::{Glyphs, glyphs, substitute};
use crate::text::colour_depth::ColourDepth;
use crate::text::neutral::neutralise_line;
use crate::text::truncate::truncate_to_width;
use crate::text::width::{Ambiguous, display_width, is_ambiguous, lone_width};
use crate::tui::theme::{Role, Theme};

/// What drawing needs to know of theme and terminal.
#[derive(Clone, Copy, Debug)]
pub struct Pen<'a> {
    theme: &'a Theme,
    ambiguous: Ambiguous,
}

impl<'a> Pen<'a> {
    /// A pen for this theme, on a terminal that draws ambiguous characters so.
    #[must_use]
    pub const fn new(theme: &'a Theme, ambiguous: Ambiguous) -> Self {
        Self { theme, ambiguous }
    }

    /// The style of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Whether the terminal shows colours.
    #[must_use]
    pub fn has_colours(self) -> bool {
        self.theme.depth() != ColourDepth::Mono
    }

    /// How the terminal draws ambiguous characters.
    #[must_use]
    pub const fn ambiguous(self) -> Ambiguous {
        self.ambiguous
    }

    /// The signs that the program itself draws.
    #[must_use]
    pub const fn glyphs(self) -> &'static Glyphs {
        glyphs(self.ambiguous)
    }

    /// A text as one line of this terminal may show it.
    #[must_use]
    pub fn shown(self, text: &str) -> Cow<'_, str> {
        match neutralise_line(text) {
            Cow::Borrowed(harmless) => substitute(harmless, self.ambiguous),
            Cow::Owned(harmless) => Cow::Owned(substitute(&harmless, self.ambiguous).into_owned()),
        }
    }

    /// How many cells a text takes when it is not cut.
    #[must_use]
    pub fn width(self, text: &str) -> u16 {
        if let Some(cells) = self.plain_width(text) {
            return cells;
        }
        u16::try_from(display_width(&self.shown(text))).unwrap_or(u16::MAX)
    }

    /// Writes a text into at most `cells` cells of a row, cut with an ellipsis
    /// where it is longer. Returns the cells it took. Nothing is written
    /// outside the buffer.
    pub fn text(self, buf: &mut Buffer, at: Position, cells: u16, text: &str, role: Role) -> u16 {
        self.styled(buf, at, cells, text, self.style(role))
    }

    /// As [`Pen::text`], with a style that was put together from several
    /// roles.
    pub fn styled(
        self,
        buf: &mut Buffer,
        at: Position,
        cells: u16,
        text: &str,
        style: Style,
    ) -> u16 {
        if !buf.area.contains(at) {
            return 0;
        }
        let room = cells.min(buf.area.right() - at.x);
        if let Some(width) = self.plain_width(text) {
            return self.plain(buf, at, room, (text, width), style);
        }
        let shown = self.shown(text);
        let cut = truncate_to_width(&shown, usize::from(room), self.ambiguous);
        let (end, _) = buf.set_stringn(at.x, at.y, cut.as_ref(), usize::from(room), style);
        end - at.x
    }

    /// The width of a text that is shown as it is and of which no character
    /// joins another: nearly every text of every frame.
    fn plain_width(self, text: &str) -> Option<u16> {
        let mut cells: u16 = 0;
        for c in text.chars() {
            if self.ambiguous == Ambiguous::Wide && is_ambiguous(c) {
                return None;
            }
            cells = cells.saturating_add(lone_width(c)?);
        }
        Some(cells)
    }

    /// [`Pen::styled`] for a plain text of that width.
    fn plain(
        self,
        buf: &mut Buffer,
        at: Position,
        room: u16,
        (text, width): (&str, u16),
        style: Style,
    ) -> u16 {
        let mut put = |text: &str, from: u16, cells: u16| -> u16 {
            let mut used = 0;
            for c in text.chars() {
                let wide = lone_width(c).unwrap_or(1);
                if used + wide > cells {
                    break;
                }
                let x = at.x + from + used;
                if let Some(cell) = buf.cell_mut((x, at.y)) {
                    cell.set_char(c).set_style(style);
                }
                for hidden in x + 1..x + wide {
                    if let Some(cell) = buf.cell_mut((hidden, at.y)) {
                        cell.reset();
                    }
                }
                used += wide;
            }
            used
        };
        if width <= room {
            return put(text, 0, room);
        }
        let ellipsis = self.glyphs().ellipsis;
        let reserved = u16::try_from(display_width(ellipsis)).unwrap_or(u16::MAX);
        let kept = room
            .checked_sub(reserved)
            .map_or(0, |cells| put(text, 0, cells));
        if kept == 0 {
            return put(text, 0, room);
        }
        kept + put(ellipsis, kept, reserved)
    }

    /// Blanks an area in a role's style, whatever stood there.
    pub fn clear(self, buf: &mut Buffer, area: Rect, role: Role) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        blank_straddling(buf, area);
        let style = self.style(Role::Text).patch(self.style(role));
        let mut blank = Cell::EMPTY;
        blank.set_style(style);
        for y in area.top()..area.bottom() {
            let row = buf.index_of(area.left(), y);
            let cells = buf.content.get_mut(row..row + usize::from(area.width));
            cells.unwrap_or_default().fill(blank.clone());
        }
    }
}

/// Blanks the other halves of wide glyphs that the area cuts through.
fn blank_straddling(buf: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    for y in area.top()..area.bottom() {
        if area.left() > buf.area.left() {
            let left = Position::new(area.left() - 1, y);
            if let Some(cell) = buf.cell_mut(left).filter(|cell| is_wide(cell.symbol())) {
                cell.set_symbol(" ");
            }
        }
        let last = buf.cell(Position::new(area.right() - 1, y));
        if let Some(style) = last.filter(|cell| is_wide(cell.symbol())).map(Cell::style)
            && let Some(cell) = buf.cell_mut(Position::new(area.right(), y))
        {
            cell.set_symbol(" ");
            cell.set_style(style);
        }
    }
}

fn is_wide(symbol: &str) -> bool {
    display_width(symbol) > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::ColourDepth;
    use proptest::prelude::*;

    #[test]
    fn text_is_made_harmless_and_cut_to_its_cells() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        for (text, cells, row, used) in [
            ("宅基地", 8, "宅基地    ", 6),
            ("宅基地边界", 8, "宅基地…   ", 7),
            ("宅基地边界", 7, "宅基地…   ", 7),
            ("a\u{1b}[31m", 8, "a␛[31m    ", 6),
            ("a\nb", 8, "a⏎b       ", 3),
            ("宅基地边界", 99, "宅基地边界", 10),
        ] {
            let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
            let found = pen.text(&mut buf, Position::ORIGIN, cells, text, Role::Text);
            assert_eq!(found, used, "{text:?}");
            let shown: String = super::super::dump::lines(&buf).concat();
            assert_eq!(shown, row.trim_end(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn plain_text_is_drawn_as_any_other(
            text in "[ -~一-鿿、-〈！-～…—·“”≥≤×■▲●○←-↓─-▓]{0,20}",
            cells in 0_u16..24,
            wide in any::<bool>(),
        ) {
            let theme = Theme::shipped(ColourDepth::True);
            let ambiguous = if wide { Ambiguous::Wide } else { Ambiguous::Narrow };
            let pen = Pen::new(&theme, ambiguous);
            let under = || Buffer::with_lines(["宅基地abc边界def宅基地"]);
            let (mut drawn, mut slow) = (under(), under());
            let (x, style) = (1, pen.style(Role::Overdue));
            let used = pen.styled(&mut drawn, Position::new(x, 0), cells, &text, style);
            let shown = pen.shown(&text);
            let room = usize::from(cells.min(slow.area.right() - x));
            let cut = truncate_to_width(&shown, room, ambiguous);
            let (end, _) = slow.set_stringn(x, 0, cut.as_ref(), room, style);
            prop_assert_eq!(used, end - x);
            prop_assert_eq!(drawn, slow);
            prop_assert_eq!(usize::from(pen.width(&text)), display_width(&shown));
        }
    }

    #[test]
    fn nothing_is_written_outside_the_buffer() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Wide);
        let mut buf = Buffer::empty(Rect::new(0, 0, 3, 1));
        assert_eq!(
            pen.text(&mut buf, Position::new(3, 0), 5, "x", Role::Text),
            0
        );
        assert_eq!(
            pen.text(&mut buf, Position::new(0, 1), 5, "x", Role::Text),
            0
        );
        pen.clear(&mut buf, Rect::new(2, 0, 9, 9), Role::Text);
    }
}
