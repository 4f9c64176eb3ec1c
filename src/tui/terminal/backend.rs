//! Cells into bytes, as few as will do.
//!
//! It follows the terminal's cursor and pen, so that it moves only where the
//! terminal would not be anyway; a frame leaves in one write, with the real
//! cursor placed last, because input methods draw at it. It must not measure
//! text (that is `text::width`), choose colours or decide what is drawn.

use std::io::{self, Write};

use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use thiserror::Error;

use super::blanks::{BlankGrid, Content};
use super::colour::{Paint, reduce};
use super::cursor::{Place, move_cursor};
use super::flow::FenceRule;
use super::glyph::{Glyph, is_erasable};
use super::guard::terminal_size;
use super::profile::{Profile, SizeSource, SynchronisedUpdate};
use super::scroll::{Direction, Scroll};
use super::sequences::{BEGIN_UPDATE, BELL, END_UPDATE, HIDE_CURSOR, SHOW_CURSOR};
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

/// Whether the frame ended with a question that the terminal answers when it
/// has drawn it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fenced {
    /// An answer will come.
    Yes,
    /// Nothing tells when it is drawn.
    No,
}

/// What was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Bytes of the frame.
    pub bytes: u64,
    /// Whether it asked for an answer.
    pub fenced: Fenced,
}

/// Writes frames as short as it can.
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
    fence: Option<FenceRule>,
    /// Bytes since the last fence.
    unfenced: u64,
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
            fence: None,
            unfenced: 0,
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

    /// How frames ask to be told that they are drawn; not at all without a
    /// rule.
    pub fn set_fence(&mut self, rule: Option<FenceRule>) {
        self.fence = rule;
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

    /// The terminal's size.
    #[must_use]
    pub fn size(&self) -> Size {
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
            && self.pen.is_some_and(|pen| {
                let blank = Content::Blank(pen.bg);
                !pen.modifier.intersects(SEEN_ON_BLANKS)
                    && (from..to).all(|x| self.blanks.at(x, y) == blank)
            })
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        let glyph = Glyph::of(cell, x, self.blanks.size.width);
        self.go_to(x, y);
        let pen = self.pen_for(cell, &glyph);
        self.use_pen(pen);
        self.frame.extend_from_slice(glyph.text.as_bytes());
        self.place = self.place_after(&glyph, x + glyph.cells, y);
        let content = if glyph.is_blank() && !pen.modifier.intersects(SEEN_ON_BLANKS) {
            Content::Blank(pen.bg)
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
            self.blanks
                .set(column, run.y, Content::Blank(Paint::Default));
        }
    }

    /// Sends the frame in one write.
    ///
    /// # Errors
    /// [`OutputError::Gone`] is a hang-up.
    pub fn send(&mut self) -> Result<Sent, OutputError> {
        let mut bytes = self.whole_frame();
        if bytes.is_empty() {
            return Ok(Sent {
                bytes: 0,
                fenced: Fenced::No,
            });
        }
        let drawn = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let fenced = match self.fence {
            Some(rule) if self.unfenced.saturating_add(drawn) >= rule.from_bytes => {
                bytes.extend_from_slice(rule.fence.question());
                self.unfenced = 0;
                Fenced::Yes
            }
            Some(_) | None => {
                self.unfenced = self.unfenced.saturating_add(drawn);
                Fenced::No
            }
        };
        self.out.write_all(&bytes)?;
        self.out.flush()?;
        let bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes_written += bytes;
        Ok(Sent { bytes, fenced })
    }

    /// The frame with what goes around it; nothing where nothing changed.
    fn whole_frame(&mut self) -> Vec<u8> {
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
        bytes
    }

    /// Sounds the bell, after the frames that were sent.
    ///
    /// # Errors
    /// [`OutputError::Gone`] is a hang-up.
    pub fn ring(&mut self) -> Result<(), OutputError> {
        self.out.write_all(BELL)?;
        self.bytes_written += 1;
        Ok(())
    }

    /// Draws cells, in rows from the left.
    pub fn draw<'a>(&mut self, content: impl Iterator<Item = (u16, u16, &'a Cell)>) {
        self.blanks.fit(self.size());
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
    }

    /// Where the cursor stands after the frame; `None` hides it.
    pub fn set_caret(&mut self, caret: Option<Position>) {
        self.caret = caret.map_or(Caret::Hidden, Caret::Shown);
    }

    /// Empties the screen.
    pub fn clear(&mut self) {
        self.use_pen(Pen::DEFAULT);
        self.frame.extend_from_slice(b"\x1b[H\x1b[2J");
        self.place = Place::At(Position::ORIGIN);
        self.blanks.fit(self.size());
        self.blanks.fill(Content::Blank(Paint::Default));
    }

    /// Moves rows by the terminal's own means. Relies on raw mode.
    pub fn scroll(&mut self, scroll: Scroll) {
        // The rows that come in are drawn with the pen's ground.
        if self.pen.is_none_or(Pen::colours_blanks) {
            self.use_pen(Pen::DEFAULT);
        }
        let (top, bottom) = (scroll.top + 1, scroll.bottom + 1);
        let (from, step): (u16, &[u8]) = match scroll.direction {
            Direction::Up => (bottom, b"\n"),
            Direction::Down => (top, b"\x1bM"),
        };
        // Writing into a vector cannot fail.
        let _ = write!(self.frame, "\x1b[{top};{bottom}r\x1b[{from}H");
        for _ in 0..scroll.rows {
            self.frame.extend_from_slice(step);
        }
        self.frame.extend_from_slice(b"\x1b[r");
        self.place = Place::At(Position::ORIGIN);
        self.blanks.scroll(scroll);
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
