//! Which rows of a frame are rows of the one before, moved up or down. A
//! terminal moves them itself for some twenty bytes, where drawing them anew
//! costs a hundred each. Pure: two buffers in, a movement out.

use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};

/// Fewer rows that changed are drawn anew without looking further.
pub(super) const CHANGED_ROWS_MIN: usize = 4;
/// Rows that may differ within what moves: the one under the cursor before,
/// and the one now.
const GAP_ROWS_MAX: u16 = 2;
/// Rows by which the part that moves is tried to be made larger at each end.
const MARGIN_ROWS_MAX: u16 = 2;
/// What the sequences cost, in bytes.
const SEQUENCE_BYTES: usize = 24;

/// Which way rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the top.
    Up,
    /// Towards the bottom.
    Down,
}

/// Rows that move; those that come in are blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scroll {
    /// The first row of the part that moves.
    pub top: u16,
    /// Its last row.
    pub bottom: u16,
    /// By how many rows.
    pub rows: u16,
    /// Which way.
    pub direction: Direction,
}

impl Scroll {
    /// The row whose content stands in `row` afterwards; `None` where a blank
    /// one came in.
    #[must_use]
    pub fn source(self, row: u16) -> Option<u16> {
        if !(self.top..=self.bottom).contains(&row) {
            return Some(row);
        }
        let from = match self.direction {
            Direction::Up => row.checked_add(self.rows),
            Direction::Down => row.checked_sub(self.rows),
        };
        from.filter(|from| (self.top..=self.bottom).contains(from))
    }

    /// Gives every row of the part with the row it comes from, in an order in
    /// which they can be moved one by one.
    pub(super) fn walk(self, mut step: impl FnMut(u16, Option<u16>)) {
        let rows = self.top..=self.bottom;
        match self.direction {
            Direction::Up => rows.for_each(|row| step(row, self.source(row))),
            Direction::Down => rows.rev().for_each(|row| step(row, self.source(row))),
        }
    }

    /// Moves the rows of a buffer as the terminal moves its own.
    pub(super) fn apply(self, buffer: &mut Buffer) {
        let width = usize::from(buffer.area.width);
        self.walk(|to, from| {
            let to = usize::from(to) * width;
            for x in 0..width {
                buffer.content[to + x] = match from {
                    Some(from) => buffer.content[usize::from(from) * width + x].clone(),
                    None => Cell::default(),
                };
            }
        });
    }
}

/// The movement that saves most, if one saves anything. Both buffers are of
/// the same size and mended.
#[must_use]
pub fn plan(shown: &Buffer, next: &Buffer) -> Option<Scroll> {
    let (before, after) = (Rows::of(shown), Rows::of(next));
    let height = before.count;
    let candidates = (1..=height / 2)
        .flat_map(|rows| [Direction::Up, Direction::Down].map(|direction| (rows, direction)));
    let (_, best) = candidates
        .filter_map(|(rows, direction)| longest_run(&before, &after, rows, direction))
        .max_by_key(|(moved, scroll)| (*moved, u16::MAX - scroll.rows))?;
    let whole = 0..height;
    let anew = cost(&before, &after, &whole, Some);
    widened(best, height)
        .map(|scroll| {
            (
                cost(&before, &after, &whole, |row| scroll.source(row)),
                scroll,
            )
        })
        .min_by_key(|(bytes, _)| *bytes)
        .filter(|(bytes, _)| bytes + SEQUENCE_BYTES < anew)
        .map(|(_, scroll)| scroll)
}

/// The longest run of rows that have moved so, and how many they are.
fn longest_run(
    before: &Rows<'_>,
    after: &Rows<'_>,
    rows: u16,
    direction: Direction,
) -> Option<(usize, Scroll)> {
    let height = before.count;
    let mut best: Option<(usize, Range<u16>)> = None;
    let mut run: Option<(usize, Range<u16>)> = None;
    for row in 0..height {
        let from = match direction {
            Direction::Up => row.checked_add(rows).filter(|from| *from < height),
            Direction::Down => row.checked_sub(rows),
        };
        // Blank rows, and those that look the same unmoved, tell nothing.
        let moved = from.is_some_and(|from| {
            before.hash(from) == after.hash(row)
                && before.hash(row) != after.hash(row)
                && !after.is_blank(row)
        });
        if !moved {
            continue;
        }
        let joined = match run.take() {
            Some((count, span)) if row - span.end <= GAP_ROWS_MAX => {
                (count + 1, span.start..row + 1)
            }
            Some(_) | None => (1, row..row + 1),
        };
        if best.as_ref().is_none_or(|(count, _)| joined.0 > *count) {
            best = Some(joined.clone());
        }
        run = Some(joined);
    }
    let (count, span) = best?;
    let (top, bottom) = match direction {
        Direction::Up => (span.start, span.end - 1 + rows),
        Direction::Down => (span.start - rows, span.end - 1),
    };
    let scroll = Scroll {
        top,
        bottom,
        rows,
        direction,
    };
    Some((count, scroll))
}

/// The same movement of a part that is larger by a few rows.
fn widened(scroll: Scroll, height: u16) -> impl Iterator<Item = Scroll> {
    (0..=MARGIN_ROWS_MAX)
        .flat_map(|above| (0..=MARGIN_ROWS_MAX).map(move |below| (above, below)))
        .map(move |(above, below)| Scroll {
            top: scroll.top.saturating_sub(above),
            bottom: (scroll.bottom + below).min(height - 1),
            ..scroll
        })
}

/// About how many bytes it takes to draw rows, when each stands over the one
/// that `source` names.
fn cost(
    before: &Rows<'_>,
    after: &Rows<'_>,
    rows: &Range<u16>,
    source: impl Fn(u16) -> Option<u16>,
) -> usize {
    rows.clone()
        .map(|row| match source(row) {
            Some(from) if before.hash(from) == after.hash(row) => 0,
            Some(from) => before
                .row(from)
                .iter()
                .zip(after.row(row))
                .filter(|(old, new)| old != new)
                .map(|(_, new)| new.symbol().len())
                .sum(),
            None => after
                .row(row)
                .iter()
                .filter(|cell| **cell != Cell::default())
                .map(|cell| cell.symbol().len())
                .sum(),
        })
        .sum()
}

/// A buffer's rows, each with its fingerprint.
struct Rows<'a> {
    buffer: &'a Buffer,
    count: u16,
    hashes: Vec<u64>,
    blank: u64,
}

impl<'a> Rows<'a> {
    fn of(buffer: &'a Buffer) -> Self {
        let width = usize::from(buffer.area.width).max(1);
        Self {
            buffer,
            count: buffer.area.height,
            hashes: buffer.content.chunks(width).map(fingerprint).collect(),
            blank: fingerprint(&vec![Cell::default(); width]),
        }
    }

    fn hash(&self, row: u16) -> Option<u64> {
        self.hashes.get(usize::from(row)).copied()
    }

    fn is_blank(&self, row: u16) -> bool {
        self.hash(row) == Some(self.blank)
    }

    fn row(&self, row: u16) -> &'a [Cell] {
        let width = usize::from(self.buffer.area.width);
        let start = usize::from(row) * width;
        self.buffer.content.get(start..start + width).unwrap_or(&[])
    }
}

fn fingerprint(cells: &[Cell]) -> u64 {
    // Two buffers of this process are compared; nobody chooses their cells to
    // make them meet, and a frame waits for it.
    let mut hasher = foldhash::fast::FixedState::default().build_hasher();
    let look = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
    let mut before = None;
    for cell in cells {
        // Most cells look like their neighbour.
        if before != Some(look(cell)) {
            before = Some(look(cell));
            look(cell).hash(&mut hasher);
        }
        cell.symbol().hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(first: usize, cursor: usize) -> Buffer {
        let mut lines = vec!["head".to_owned(), "columns".to_owned()];
        for row in 0..8 {
            let marker = if row == cursor { '>' } else { ' ' };
            let number = first + row;
            let word = char::from(b'a' + u8::try_from(number % 26).expect("a letter"));
            let text = word.to_string().repeat(16);
            lines.push(format!("{marker} {number:03} {text}"));
        }
        lines.push("foot".to_owned());
        Buffer::with_lines(lines)
    }

    #[test]
    fn movements_by_table() {
        let scroll = |top, bottom, rows, direction| {
            Some(Scroll {
                top,
                bottom,
                rows,
                direction,
            })
        };
        for (before, after, expected) in [
            (list(0, 7), list(1, 7), scroll(2, 9, 1, Direction::Up)),
            (list(5, 0), list(4, 0), scroll(2, 9, 1, Direction::Down)),
            (list(0, 7), list(3, 7), scroll(2, 9, 3, Direction::Up)),
            // The marker alone: nothing moves.
            (list(0, 3), list(0, 4), None),
            // Another page: nothing of it was there.
            (list(0, 3), list(500, 3), None),
            (list(0, 3), list(0, 3), None),
        ] {
            assert_eq!(plan(&before, &after), expected, "{after:?}");
        }
    }

    #[test]
    fn what_comes_in_is_blank_and_what_lies_outside_stays() {
        let mut buffer = list(0, 7);
        let scroll = Scroll {
            top: 2,
            bottom: 9,
            rows: 2,
            direction: Direction::Down,
        };
        scroll.apply(&mut buffer);
        let row = |y: u16| -> String {
            (0..buffer.area.width)
                .map(|x| buffer[(x, y)].symbol())
                .collect()
        };
        assert!(row(0).starts_with("head") && row(10).starts_with("foot"));
        assert_eq!((row(2).trim(), row(3).trim()), ("", ""));
        assert!(row(4).contains("000") && row(9).contains("005"));
    }
}
