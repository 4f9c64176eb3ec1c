//! Frames onto the terminal: draw, mend, send.
//!
//! It owns ratatui's terminal, so that every frame goes through the mending of
//! wide glyphs. It must not decide when to draw.

use std::io::Write;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};

use super::backend::{OutputError, TerminalBackend};
use super::profile::{Profile, SizeSource};
use crate::text::width::display_width;

/// What one frame cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Painted {
    /// Bytes sent for this frame.
    pub bytes: u64,
    /// The area that was drawn.
    pub area: Rect,
}

/// Draws frames on a terminal.
#[derive(Debug)]
pub struct Painter<W: Write> {
    terminal: Terminal<TerminalBackend<W>>,
}

impl<W: Write> Painter<W> {
    /// A painter on `out`, for example [`super::guard::Output`].
    ///
    /// # Errors
    /// [`OutputError`], although nothing is written yet.
    pub fn new(out: W, profile: Profile, size: SizeSource) -> Result<Self, OutputError> {
        let backend = TerminalBackend::new(out, profile, size);
        Terminal::new(backend).map(|terminal| Self { terminal })
    }

    /// Draws one frame and sends what changed, in one write.
    ///
    /// # Errors
    /// [`OutputError::Gone`] is a hang-up.
    pub fn paint(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> Result<Painted, OutputError> {
        let before = self.bytes_written();
        let area = self
            .terminal
            .draw(|frame| {
                draw(frame);
                mend_wide_glyphs(frame.buffer_mut());
            })?
            .area;
        Ok(Painted {
            bytes: self.bytes_written() - before,
            area,
        })
    }

    /// Makes the next frame draw everything, because the terminal's content is
    /// not known any more: after a stop, or on the officer's wish.
    ///
    /// # Errors
    /// [`OutputError::Gone`] is a hang-up.
    pub fn repaint_next(&mut self) -> Result<(), OutputError> {
        self.terminal.backend_mut().forget();
        self.terminal.clear()
    }

    /// Takes another profile and repaints with the next frame.
    ///
    /// # Errors
    /// [`OutputError::Gone`] is a hang-up.
    pub fn set_profile(&mut self, profile: Profile) -> Result<(), OutputError> {
        self.terminal.backend_mut().set_profile(profile);
        self.repaint_next()
    }

    /// Bytes sent to the terminal since the start.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.terminal.backend().bytes_written()
    }

    /// The writer, for tests.
    #[must_use]
    pub fn writer(&self) -> &W {
        self.terminal.backend().writer()
    }
}

/// Makes a finished buffer fit for comparison with the one before.
///
/// ratatui leaves the cell under a wide glyph's right half blank, so its diff
/// cannot tell that cell from a real blank when the glyph goes away, and its
/// terminal then shows a hole there; such cells get an empty symbol here, which
/// differs from everything. And where something was drawn over the right half
/// (a popup's border, ratatui#2526), the diff would leave it out; there the
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
    let cells = u16::try_from(display_width(buffer[(x, y)].symbol())).unwrap_or(u16::MAX);
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
    use ratatui::buffer::Cell;
    use ratatui::layout::{Position, Size};
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
        };
        let size = SizeSource::Fixed(Size::new(8, 1));
        let mut painter = Painter::new(Vec::new(), profile, size).expect("a painter");
        for text in ["a宅基", "宅基"] {
            painter
                .paint(|frame| {
                    let row = frame.area();
                    frame.buffer_mut().set_string(0, 0, text, Style::new());
                    frame
                        .buffer_mut()
                        .set_style(row, Style::new().bg(Color::Blue));
                    frame.set_cursor_position(Position::new(4, 0));
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
