//! How a text field is drawn, and where the hardware cursor belongs in it.
//!
//! Input methods draw at the hardware cursor (terminal.md §1.8), so its place
//! is part of drawing. What is seen of a long text follows from text and
//! cursor alone; there is no scroll state to keep.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::input::{Change, Echo, InputState};
use super::pen::Pen;
use crate::text::width::{display_width, graphemes};
use crate::tui::theme::Role;

/// Stands for each cluster of a password.
const SECRET_SIGN: &str = "*";

/// Whether a field has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// It has.
    Here,
    /// Another one has.
    Elsewhere,
}

impl Focus {
    const fn role(self) -> Role {
        match self {
            Self::Here => Role::InputFocus,
            Self::Elsewhere => Role::Input,
        }
    }
}

/// One cluster as it is drawn.
struct Glyph<'a> {
    /// Byte offset in the field's text.
    at: usize,
    shown: Cow<'a, str>,
    cells: usize,
    breaks: bool,
}

fn glyphs<'a>(pen: Pen<'_>, input: &'a InputState) -> Vec<Glyph<'a>> {
    let mut at = 0;
    let clusters = graphemes(input.text());
    clusters
        .map(|(cluster, _)| {
            let shown = match input.echo() {
                Echo::Hidden => Cow::Borrowed(SECRET_SIGN),
                Echo::Shown => pen.shown(cluster),
            };
            let glyph = Glyph {
                at,
                cells: display_width(&shown),
                shown,
                breaks: cluster == "\n",
            };
            at += cluster.len();
            glyph
        })
        .collect()
}

/// Draws a field of one line and returns the cursor's place if it has the
/// focus. The view moves in half widths, so that there is context on both
/// sides of the cursor.
pub fn draw_line(
    pen: Pen<'_>,
    area: Rect,
    buf: &mut Buffer,
    (input, focus): (&InputState, Focus),
    placeholder: &str,
) -> Option<Position> {
    let row = Rect {
        height: area.height.min(1),
        ..area
    }
    .intersection(buf.area);
    if row.is_empty() {
        return None;
    }
    let style = pen.style(focus.role());
    buf.set_style(row, style);
    if input.is_empty() {
        pen.text(
            buf,
            row.as_position(),
            row.width,
            placeholder,
            Role::Placeholder,
        );
        return (focus == Focus::Here).then(|| row.as_position());
    }
    let glyphs = glyphs(pen, input);
    let cursor: usize = glyphs
        .iter()
        .take_while(|glyph| glyph.at < input.cursor())
        .map(|glyph| glyph.cells)
        .sum();
    let skipped = skipped_cells(cursor, usize::from(row.width));
    let mut column = 0;
    for glyph in &glyphs {
        let (start, end) = (column, column + glyph.cells);
        column = end;
        // A glyph that the edge cuts through is left out as a whole.
        if start >= skipped && end - skipped <= usize::from(row.width) {
            let x = row.x.saturating_add(cells(start - skipped));
            buf.set_stringn(x, row.y, &glyph.shown, glyph.cells, style);
        }
    }
    let x = row.x.saturating_add(cells(cursor.saturating_sub(skipped)));
    (focus == Focus::Here).then(|| Position::new(x.min(row.right() - 1), row.y))
}

/// How many cells at the left are out of view. The cursor itself needs a cell.
fn skipped_cells(cursor: usize, width: usize) -> usize {
    if cursor < width {
        return 0;
    }
    let stride = (width / 2).max(1);
    (cursor - width + 1).div_ceil(stride) * stride
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Draws a field of several lines, broken at its width, and returns the
/// cursor's place if it has the focus.
pub fn draw_block(
    pen: Pen<'_>,
    area: Rect,
    buf: &mut Buffer,
    (input, focus): (&InputState, Focus),
    placeholder: &str,
) -> Option<Position> {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return None;
    }
    let style = pen.style(focus.role());
    buf.set_style(area, style);
    if input.is_empty() {
        pen.text(
            buf,
            area.as_position(),
            area.width,
            placeholder,
            Role::Placeholder,
        );
        return (focus == Focus::Here).then(|| area.as_position());
    }
    let glyphs = glyphs(pen, input);
    let rows = broken(&glyphs, usize::from(area.width));
    let (cursor_row, cursor_column) = cursor_place(&glyphs, &rows, input.cursor());
    let first = (cursor_row + 1).saturating_sub(usize::from(area.height));
    for (row, line) in rows.iter().skip(first).zip(area.rows()) {
        let mut x = line.x;
        for glyph in glyphs[row.clone()].iter().filter(|glyph| !glyph.breaks) {
            buf.set_stringn(
                x,
                line.y,
                &glyph.shown,
                usize::from(line.right().saturating_sub(x)),
                style,
            );
            x = x.saturating_add(cells(glyph.cells));
        }
    }
    let x = area
        .x
        .saturating_add(cells(cursor_column))
        .min(area.right() - 1);
    let y = area.y.saturating_add(cells(cursor_row - first));
    (focus == Focus::Here).then(|| Position::new(x, y))
}

/// The direction of a step between drawn lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vertical {
    /// One drawn line up.
    Up,
    /// One drawn line down.
    Down,
}

/// Moves the cursor by one drawn line of a field `width` cells wide, keeping
/// its column as far as the line goes. [`Change::Nothing`] at the edge, where
/// the caller may go to another field.
pub fn move_vertically(
    pen: Pen<'_>,
    input: &mut InputState,
    direction: Vertical,
    width: u16,
) -> Change {
    let glyphs = glyphs(pen, input);
    let rows = broken(&glyphs, usize::from(width));
    let (row, column) = cursor_place(&glyphs, &rows, input.cursor());
    let target = match direction {
        Vertical::Up => row.checked_sub(1),
        Vertical::Down => Some(row + 1),
    };
    let Some(range) = target.and_then(|target| rows.get(target)) else {
        return Change::Nothing;
    };
    let mut walked = 0;
    let mut offset = None;
    for glyph in &glyphs[range.clone()] {
        if glyph.breaks || walked + glyph.cells > column {
            offset = Some(glyph.at);
            break;
        }
        walked += glyph.cells;
    }
    let end = glyphs
        .get(range.end)
        .map_or(input.text().len(), |next| next.at);
    let offset = offset.unwrap_or(end);
    drop(glyphs);
    input.set_cursor(offset);
    Change::Cursor
}

/// Breaks the glyphs into rows: at each line break, and where the width ends.
/// A line break belongs to the row that it ends.
fn broken(glyphs: &[Glyph<'_>], width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (index, glyph) in glyphs.iter().enumerate() {
        if glyph.breaks {
            rows.push(start..index + 1);
            (start, used) = (index + 1, 0);
            continue;
        }
        if used + glyph.cells > width && index > start {
            rows.push(start..index);
            (start, used) = (index, 0);
        }
        used += glyph.cells;
    }
    rows.push(start..glyphs.len());
    // A full last row leaves no cell for the cursor: it goes to a row below.
    if used >= width && width > 0 {
        rows.push(glyphs.len()..glyphs.len());
    }
    rows
}

/// Row and column of the cursor.
fn cursor_place(glyphs: &[Glyph<'_>], rows: &[Range<usize>], cursor: usize) -> (usize, usize) {
    let index = glyphs
        .iter()
        .position(|glyph| glyph.at >= cursor)
        .unwrap_or(glyphs.len());
    let row = rows.iter().rposition(|row| row.start <= index).unwrap_or(0);
    let start = rows.get(row).map_or(0, |row| row.start);
    let column = glyphs[start..index].iter().map(|glyph| glyph.cells).sum();
    (row, column)
}

#[cfg(test)]
#[path = "input_view_tests.rs"]
mod tests;
