//! Frames onto the terminal: draw, mend, move what only moved, send the rest.
//!
//! It owns the picture that the terminal shows and the next one. ratatui's own
//! terminal is not used, because it keeps the former to itself, and rows that
//! the terminal has moved must be moved there too. It must not decide when to
//! draw.

use std::io::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};

use super::backend::{OutputError, Sent, TerminalBackend};
use super::flow::FenceRule;
use super::profile::{Profile, ScrollRegions, SizeSource};
use super::scroll;
use crate::text::width::{display_width, lone_width};

/// Draws frames on a terminal.
#[derive(Debug)]
pub struct Painter<W: Write> {
    backend: TerminalBackend<W>,
    scrolling: ScrollRegions,
    shown: Buffer,
    next: Buffer,
}

impl<W: Write> Painter<W> {
    /// A painter on `out`. Nothing is written yet; the screen must be empty.
    pub fn new(out: W, profile: Profile, size: SizeSource) -> Self {
        let backend = TerminalBackend::new(out, profile, size);
        let area = whole(backend.size());
        Self {
            backend,
            scrolling: profile.scrolling,
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
        }
    }

    /// Draws one frame and sends what changed, in one write. `draw` gives the
    /// cursor's place.
    ///
    /// # Errors
    /// [`OutputError::Gone`] is a hang-up.
    pub fn paint(
        &mut self,
        draw: impl FnOnce(Rect, &mut Buffer) -> Option<Position>,
    ) -> Result<Sent, OutputError> {
        let area = whole(self.backend.size());
        if area != self.shown.area {
            self.shown.resize(area);
            self.next.resize(area);
            self.repaint_next();
        }
        self.next.reset();
        let caret = draw(area, &mut self.next);
        mend_wide_glyphs(&mut self.next);
        let mut rows = changed_rows(&self.shown, &self.next);
        if self.scrolling == ScrollRegions::Supported
            && rows.len() >= scroll::CHANGED_ROWS_MIN
            && let Some(moved) = scroll::plan(&self.shown, &self.next)
        {
            self.backend.scroll(moved);
            moved.apply(&mut self.shown);
            rows = changed_rows(&self.shown, &self.next);
        }
        let (shown, next) = (&self.shown, &self.next);
        let cells = rows.into_iter().flat_map(|y| changed_cells(shown, next, y));
        self.backend.draw(cells);
        self.backend
            .set_caret(caret.filter(|at| area.contains(*at)));
        let sent = self.backend.send()?;
        std::mem::swap(&mut self.shown, &mut self.next);
        Ok(sent)
    }

    /// Makes the next frame draw everything, because the terminal's content is
    /// not known any more: after a stop, or on the officer's wish.
    pub fn repaint_next(&mut self) {
        self.backend.forget();
        self.backend.clear();
        self.shown.reset();
    }

    /// How frames ask to be told that they are drawn.
    pub fn set_fence(&mut self, rule: Option<FenceRule>) {
        self.backend.set_fence(rule);
    }

    /// Sounds the bell.
    ///
    /// # Errors
    /// [`OutputError::Gone`] is a hang-up.
    pub fn ring(&mut self) -> Result<(), OutputError> {
        self.backend.ring()
    }

    /// Bytes sent to the terminal since the start.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.backend.bytes_written()
    }

    /// The writer, for tests.
    #[must_use]
    pub fn writer(&self) -> &W {
        self.backend.writer()
    }
}

/// The rows in which two frames differ; both are mended.
fn changed_rows(shown: &Buffer, next: &Buffer) -> Vec<u16> {
    let width = usize::from(shown.area.width).max(1);
    let pairs = shown.content.chunks(width).zip(next.content.chunks(width));
    let same = |(before, after): (&[Cell], &[Cell])| {
        before.iter().zip(after).all(|(old, new)| is_same(old, new))
    };
    (0..shown.area.height)
        .zip(pairs)
        .filter(|(_, pair)| !same(*pair))
        .map(|(y, _)| y)
        .collect()
}

/// The cells of a row that are to be drawn. What lies under the right half of a
/// wide glyph is drawn with it, and differs from everything when it is gone
/// ([`mend_wide_glyphs`]).
fn changed_cells<'b>(
    shown: &'b Buffer,
    next: &'b Buffer,
    y: u16,
) -> impl Iterator<Item = (u16, u16, &'b Cell)> {
    let width = usize::from(next.area.width);
    let row = usize::from(y) * width..(usize::from(y) + 1) * width;
    let before = shown.content.get(row.clone()).unwrap_or_default();
    let after = next.content.get(row).unwrap_or_default();
    (0..)
        .zip(before.iter().zip(after))
        .filter(|(_, (old, new))| !new.symbol().is_empty() && !is_same(old, new))
        .map(move |(x, (_, new))| (x, y, new))
}

/// Whether two cells look the same; nearly all of them are one byte.
fn is_same(old: &Cell, new: &Cell) -> bool {
    let same_sign = match (old.symbol().as_bytes(), new.symbol().as_bytes()) {
        ([old], [new]) => old == new,
        (old, new) => old == new,
    };
    same_sign && old.fg == new.fg && old.bg == new.bg && old.modifier == new.modifier
}

fn whole(size: Size) -> Rect {
    Rect::new(0, 0, size.width, size.height)
}

/// Makes a finished buffer fit for comparison with the one before.
///
/// ratatui leaves the cell under a wide glyph's right half blank, so its diff
/// cannot tell that cell from a real blank when the glyph goes away, and its
/// terminal then shows a hole there; such cells get an empty symbol here, which
/// differs from everything. And where something was drawn over the right half
/// (a popup's border, ratatui#2526), a comparison would leave it out; there the
/// glyph that lost its half gives way to a blank.
pub fn mend_wide_glyphs(buffer: &mut Buffer) {
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            x += mend_cell(buffer, x, y);
        }
    }
}

/// Mends the glyph at a cell and gives the cells it covers.
fn mend_cell(buffer: &mut Buffer, x: u16, y: u16) -> u16 {
    // Nearly all cells are one byte.
    if buffer[(x, y)].symbol().len() == 1 {
        return 1;
    }
    let symbol = buffer[(x, y)].symbol();
    let mut signs = symbol.chars();
    let lone = signs.next().filter(|_| signs.next().is_none());
    let cells = lone
        .and_then(lone_width)
        .unwrap_or_else(|| u16::try_from(display_width(symbol)).unwrap_or(u16::MAX));
    if cells < 2 {
        return 1;
    }
    let end = x.saturating_add(cells);
    let whole = end <= buffer.area.right()
        && (x + 1..end).all(|column| matches!(buffer[(column, y)].symbol(), " " | ""));
    if !whole {
        buffer[(x, y)].set_symbol(" ");
        return 1;
    }
    for column in x + 1..end {
        buffer[(column, y)].set_symbol("");
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::Ambiguous;
    use crate::tui::terminal::colour::ColourDepth;
    use crate::tui::terminal::profile::{SynchronisedUpdate, WidthTrust};
    use ratatui::style::{Color, Style};

    fn symbols(buffer: &Buffer) -> Vec<&str> {
        buffer.content.iter().map(Cell::symbol).collect()
    }

    #[test]
    fn a_border_over_half_a_glyph_wins() {
        let mut buffer = Buffer::with_lines(["宅基地"]);
        buffer.set_string(3, 0, "│", Style::new());
        mend_wide_glyphs(&mut buffer);
        assert_eq!(symbols(&buffer), ["宅", "", " ", "│", "地", ""]);
    }

    #[test]
    fn a_glyph_without_room_gives_way() {
        let mut buffer = Buffer::with_lines(["abc"]);
        buffer[(2, 0)].set_symbol("宅");
        mend_wide_glyphs(&mut buffer);
        assert_eq!(symbols(&buffer), ["a", "b", " "]);
    }

    #[test]
    fn a_highlighted_row_has_no_holes_when_its_text_shifts() {
        let profile = Profile {
            colour: ColourDepth::Sixteen,
            ambiguous: Ambiguous::Narrow,
            widths: WidthTrust::Trusted,
            synchronised: SynchronisedUpdate::Missing,
            scrolling: ScrollRegions::Supported,
        };
        let size = SizeSource::Fixed(Size::new(8, 1));
        let mut painter = Painter::new(Vec::new(), profile, size);
        for text in ["a宅基", "宅基"] {
            painter
                .paint(|row, buffer| {
                    buffer.set_string(0, 0, text, Style::new());
                    buffer.set_style(row, Style::new().bg(Color::Blue));
                    Some(Position::new(4, 0))
                })
                .expect("painted");
        }
        let mut terminal = vt100::Parser::default();
        terminal.process(painter.writer());
        for x in [0, 2, 4, 5, 6, 7] {
            let cell = terminal.screen().cell(0, x).expect("inside");
            assert_eq!(cell.bgcolor(), vt100::Color::Idx(4), "column {x}");
        }
        assert_eq!(terminal.screen().cursor_position(), (0, 4));
    }
}
