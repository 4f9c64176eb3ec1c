//! Cells into bytes, as few as will do.
//!
//! It follows the terminal's cursor and pen, so that it moves only where the
//! terminal would not be anyway; a frame leaves in one write, with the real
//! cursor placed last, because input methods draw at it. It must not measure
//! text (that is `text::width`), choose colours or decide what is drawn.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use thiserror::Error;

use super::blanks::{BlankGrid, Content};
use super::colour::reduce;
use super::cursor::{Place, move_cursor};
use super::glyph::{Glyph, is_erasable};
use super::guard::terminal_size;
use super::profile::{Profile, SizeSource, SynchronisedUpdate};
use super::sequences::{BEGIN_UPDATE, END_UPDATE, HIDE_CURSOR, SHOW_CURSOR};
use super::sgr::{PASSED_ON, Pen, SEEN_ON_BLANKS, change_pen};

/// Frames shorter than this reach the terminal in one piece anyway, so they
/// save the 16 bytes of a synchronised update.
pub const SYNCHRONISED_BYTES_MIN: usize = 64;

/// Known blanks that are written again instead of moving over them.
const SPACED_OVER_CELLS_MAX: u16 = 3;

/// Blanks up to the row's end that are worth an erase sequence.
const ERASE_CELLS_MIN: u16 = 4;

/// Why a frame did not reach the terminal.
#[derive(Debug, Error)]
pub enum OutputError {
    /// The terminal is gone: to be treated as a hang-up.
    #[error("the terminal is gone")]
    Gone(#[source] io::Error),
    /// Anything else.
    #[error("writing to the terminal failed")]
    Failed(#[source] io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        if is_gone(&error) {
            Self::Gone(error)
        } else {
            Self::Failed(error)
        }
    }
}

/// Whether an error of the terminal's file says that nobody is at the other
/// end any more.
pub(super) fn is_gone(error: &io::Error) -> bool {
    use rustix::io::Errno;
    error.kind() == io::ErrorKind::BrokenPipe
        || error.raw_os_error().is_some_and(|code| {
            [Errno::IO, Errno::NXIO, Errno::BADF, Errno::NODEV]
                .iter()
                .any(|errno| errno.raw_os_error() == code)
        })
}

/// Where the cursor shall be after the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caret {
    Hidden,
    Shown(Position),
}

/// A [`Backend`] that writes frames as short as it can.
#[derive(Debug)]
pub struct TerminalBackend<W: Write> {
    out: W,
    profile: Profile,
    size: SizeSource,
    /// Bytes of the frame being built.
    frame: Vec<u8>,
    place: Place,
    pen: Option<Pen>,
    caret: Caret,
    /// `None` when the terminal's state is not known.
    caret_visible: Option<Visibility>,
    blanks: BlankGrid,
    bytes_written: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Visibility {
    Hidden,
    Shown,
}

impl<W: Write> TerminalBackend<W> {
    /// A backend over `out`, which should write through without a buffer.
    pub fn new(out: W, profile: Profile, size: SizeSource) -> Self {
        Self {
            out,
            profile,
            size,
            frame: Vec::new(),
            place: Place::Unknown,
            pen: None,
            caret: Caret::Hidden,
            caret_visible: None,
            blanks: BlankGrid::default(),
            bytes_written: 0,
        }
    }

    /// Bytes sent to the terminal since the start.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.bytes_written
    }

    /// Takes another profile: after a probe, or a change of settings. Wants a
    /// full repaint.
    pub fn set_profile(&mut self, profile: Profile) {
        self.profile = profile;
    }

    /// Forgets what it knows of the terminal, because somebody else wrote to
    /// it: after a stop. Wants a full repaint.
    pub fn forget(&mut self) {
        self.frame.clear();
        self.place = Place::Unknown;
        self.pen = None;
        self.caret_visible = None;
        self.blanks.fill(Content::Unknown);
    }

    /// The writer, for tests.
    pub fn writer(&self) -> &W {
        &self.out
    }

    fn current_size(&self) -> Size {
        match self.size {
            SizeSource::Terminal => terminal_size(),
            SizeSource::Fixed(size) => size,
        }
    }

    fn use_pen(&mut self, pen: Pen) {
        change_pen(&mut self.frame, self.pen, pen);
        self.pen = Some(pen);
    }

    fn go_to(&mut self, x: u16, y: u16) {
        let to = Position::new(x, y);
        match self.place {
            Place::At(at) if at.y == y && self.can_space_over(at.x, x, y) => {
                let steps = usize::from(x - at.x);
                self.frame.resize(self.frame.len() + steps, b' ');
            }
            from => move_cursor(&mut self.frame, from, to),
        }
        self.place = Place::At(to);
    }

    /// Whether writing blanks from one column to another is shorter than a
    /// move and changes nothing.
    fn can_space_over(&self, from: u16, to: u16, y: u16) -> bool {
        from < to
            && to - from <= SPACED_OVER_CELLS_MAX
            && self.pen.is_some_and(|pen| !pen.colours_blanks())
            && (from..to).all(|x| self.blanks.at(x, y) == Content::Blank)
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        let glyph = Glyph::of(cell, x, self.blanks.size.width);
        self.go_to(x, y);
        let pen = self.pen_for(cell, &glyph);
        self.use_pen(pen);
        self.frame.extend_from_slice(glyph.text.as_bytes());
        self.place = self.place_after(&glyph, x + glyph.cells, y);
        let content = if glyph.is_blank() && !pen.colours_blanks() {
            Content::Blank
        } else {
            Content::Unknown
        };
        for column in x..x + glyph.cells {
            self.blanks.set(column, y, content);
        }
    }

    fn pen_for(&self, cell: &Cell, glyph: &Glyph<'_>) -> Pen {
        let wanted = Pen {
            fg: reduce(cell.fg, self.profile.colour),
            bg: reduce(cell.bg, self.profile.colour),
            modifier: cell.modifier & PASSED_ON,
        };
        // A blank shows its ground alone, so the pen keeps what does not show.
        match self.pen {
            Some(pen) if glyph.is_blank() && !wanted.modifier.intersects(SEEN_ON_BLANKS) => Pen {
                fg: pen.fg,
                bg: wanted.bg,
                modifier: pen.modifier - SEEN_ON_BLANKS,
            },
            Some(_) | None => wanted,
        }
    }

    fn place_after(&self, glyph: &Glyph<'_>, end: u16, y: u16) -> Place {
        let width = self.blanks.size.width;
        if glyph.has_certain_width(self.profile) {
            // At the right edge terminals differ in where the cursor waits.
            if end < width {
                Place::At(Position::new(end, y))
            } else {
                Place::Row(y)
            }
        } else if end + WIDTH_DOUBT_CELLS < width {
            Place::Row(y)
        } else {
            Place::Unknown
        }
    }

    /// Draws a run of blanks, with an erase where that is shorter.
    fn put_blanks(&mut self, run: &BlankRun<'_>) {
        let end = run.x + run.cells;
        if end < self.blanks.size.width || run.cells < ERASE_CELLS_MIN {
            for column in run.x..end {
                self.put(column, run.y, run.cell);
            }
            return;
        }
        self.go_to(run.x, run.y);
        // Some terminals erase with the pen's ground.
        if self.pen.is_none_or(Pen::colours_blanks) {
            self.use_pen(Pen::DEFAULT);
        }
        self.frame.extend_from_slice(b"\x1b[K");
        for column in run.x..end {
            self.blanks.set(column, run.y, Content::Blank);
        }
    }

    /// Sends the frame in one write.
    fn send(&mut self) -> Result<(), OutputError> {
        let drawn = self.frame.len();
        if let Caret::Shown(position) = self.caret {
            self.go_to(position.x, position.y);
        }
        let mut bytes = Vec::with_capacity(self.frame.len() + 32);
        let long = drawn >= SYNCHRONISED_BYTES_MIN;
        let synchronised = long && self.profile.synchronised == SynchronisedUpdate::Supported;
        if synchronised {
            bytes.extend_from_slice(BEGIN_UPDATE);
        }
        let wanted = match self.caret {
            Caret::Hidden => Visibility::Hidden,
            Caret::Shown(_) => Visibility::Shown,
        };
        // Without a synchronised update a visible cursor would flicker all
        // over the screen while a long frame is drawn.
        let hide = self.caret_visible != Some(Visibility::Hidden)
            && (wanted == Visibility::Hidden || (long && !synchronised));
        if hide {
            bytes.extend_from_slice(HIDE_CURSOR);
            self.caret_visible = Some(Visibility::Hidden);
        }
        bytes.append(&mut self.frame);
        if wanted == Visibility::Shown && self.caret_visible != Some(Visibility::Shown) {
            bytes.extend_from_slice(SHOW_CURSOR);
            self.caret_visible = Some(Visibility::Shown);
        }
        if synchronised {
            bytes.extend_from_slice(END_UPDATE);
        }
        if bytes.is_empty() {
            return Ok(());
        }
        self.out.write_all(&bytes)?;
        self.out.flush()?;
        self.bytes_written += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }
}

/// By how many cells a glyph of uncertain width may miss: an emoji sequence
/// that the terminal takes apart.
const WIDTH_DOUBT_CELLS: u16 = 8;

/// Neighbouring blanks of the terminal's own ground in one row.
struct BlankRun<'a> {
    x: u16,
    y: u16,
    cells: u16,
    cell: &'a Cell,
}

impl<W: Write> Backend for TerminalBackend<W> {
    type Error = OutputError;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Self::Error>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.blanks.fit(self.current_size());
        let mut cells = content.peekable();
        while let Some((x, y, cell)) = cells.next() {
            if x >= self.blanks.size.width || y >= self.blanks.size.height {
                continue;
            }
            if !is_erasable(cell) {
                self.put(x, y, cell);
                continue;
            }
            let mut run = BlankRun {
                x,
                y,
                cells: 1,
                cell,
            };
            while cells
                .next_if(|(nx, ny, next)| *ny == y && *nx == run.x + run.cells && is_erasable(next))
                .is_some()
            {
                run.cells += 1;
            }
            self.put_blanks(&run);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.caret = Caret::Hidden;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        if self.caret == Caret::Hidden {
            self.caret = Caret::Shown(self.get_cursor_position()?);
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        Ok(match (self.caret, self.place) {
            (Caret::Shown(position), _) | (Caret::Hidden, Place::At(position)) => position,
            (Caret::Hidden, Place::Row(y)) => Position::new(0, y),
            (Caret::Hidden, Place::Unknown) => Position::ORIGIN,
        })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        let position = position.into();
        match self.caret {
            Caret::Shown(_) => self.caret = Caret::Shown(position),
            Caret::Hidden => self.go_to(position.x, position.y),
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Self::Error> {
        self.use_pen(Pen::DEFAULT);
        self.frame.extend_from_slice(b"\x1b[H\x1b[2J");
        self.place = Place::At(Position::ORIGIN);
        self.blanks.fit(self.current_size());
        self.blanks.fill(Content::Blank);
        Ok(())
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Self::Error> {
        let sequence: &[u8] = match clear_type {
            ClearType::All => return self.clear(),
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        self.use_pen(Pen::DEFAULT);
        self.frame.extend_from_slice(sequence);
        self.blanks.fill(Content::Unknown);
        Ok(())
    }

    fn size(&self) -> Result<Size, Self::Error> {
        Ok(self.current_size())
    }

    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        Ok(WindowSize {
            columns_rows: self.current_size(),
            pixels: Size::ZERO,
        })
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.send()
    }
}
