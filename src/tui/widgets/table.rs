//! A list of rows, of which the caller hands over those that are visible.
//!
//! Cost depends on the window, never on how many records there are: the table
//! knows neither the total nor what lies outside.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::pen::Pen;
use crate::text::truncate::Align;
use crate::tui::theme::Role;

/// Cells between two columns.
const GAP_CELLS: u16 = 1;
/// Cells of the column before the first one, for the marker.
const MARKER_CELLS: u16 = 1;
/// Before the highlighted row; the same sign on every terminal.
const MARKER: &str = ">";

/// How wide a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// This many cells.
    Fixed(u16),
    /// A share of what the fixed ones leave, by weight.
    Flex(u16),
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// Its heading.
    pub title: Cow<'a, str>,
    /// Its width.
    pub width: Width,
    /// The side on which its cells stand.
    pub align: Align,
}

impl<'a> Column<'a> {
    /// A column with its text at the left.
    #[must_use]
    pub fn new(title: impl Into<Cow<'a, str>>, width: Width) -> Self {
        Self {
            title: title.into(),
            width,
            align: Align::Left,
        }
    }

    /// The same with its text at the right, for numbers.
    #[must_use]
    pub fn right(self) -> Self {
        Self {
            align: Align::Right,
            ..self
        }
    }
}

/// A cell: its text and what it means.
#[derive(Clone, Debug)]
pub struct Cell<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// Its look.
    pub role: Role,
}

impl<'a> Cell<'a> {
    /// A cell.
    #[must_use]
    pub fn new(text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Self {
            text: text.into(),
            role,
        }
    }
}

/// Whether the headings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// In the first row.
    Shown,
    /// Not at all.
    Absent,
}

/// How the row under the cursor is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Highlight {
    /// By the marker alone: a few bytes for each step, for slow lines.
    Marker,
    /// By the marker and the whole row.
    Row,
}

/// The visible part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// Its columns.
    pub columns: &'a [Column<'a>],
    /// The visible rows, one cell for each column.
    pub rows: &'a [Vec<Cell<'a>>],
    /// The index among `rows` of the one under the cursor.
    pub cursor: Option<usize>,
    /// How that one is shown.
    pub highlight: Highlight,
    /// Whether headings are shown.
    pub header: Header,
}

impl Table<'_> {
    /// How many rows of a list fit into an area.
    #[must_use]
    pub const fn rows_in(area: Rect, header: Header) -> u16 {
        match header {
            Header::Shown => area.height.saturating_sub(1),
            Header::Absent => area.height,
        }
    }

    /// Draws it. Rows that do not fit are left out.
    pub fn draw(&self, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        pen.clear(buf, area, Role::Text);
        let spans = spans(self.columns, area.width);
        let mut lines = area.rows();
        if self.header == Header::Shown
            && let Some(line) = lines.next()
        {
            for (column, span) in self.columns.iter().zip(&spans) {
                draw_cell(
                    pen,
                    buf,
                    line,
                    *span,
                    column.align,
                    (&column.title, Role::Header),
                );
            }
        }
        for ((index, row), line) in self.rows.iter().enumerate().zip(lines) {
            let under_cursor = self.cursor == Some(index);
            if under_cursor {
                pen.text(buf, line.as_position(), MARKER_CELLS, MARKER, Role::Marker);
            }
            let cells = || row.iter().zip(self.columns).zip(&spans);
            for ((cell, column), span) in cells() {
                draw_cell(pen, buf, line, *span, column.align, (&cell.text, cell.role));
            }
            if under_cursor && self.highlight == Highlight::Row {
                buf.set_style(line, pen.style(Role::Selection));
                // What has a ground of its own, other than the screen's, keeps it.
                let ground = pen.style(Role::Text).bg;
                for ((cell, column), span) in cells() {
                    let own = pen.style(cell.role).bg;
                    if own.is_some() && own != ground {
                        let text = (cell.text.as_ref(), cell.role);
                        draw_cell(pen, buf, line, *span, column.align, text);
                    }
                }
            }
        }
    }
}

/// Where a column lies, counted from the left of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first cell.
    pub offset: u16,
    /// Its width in cells; 0 when there is no room for it.
    pub cells: u16,
}

/// Shares out the width. Fixed columns come first; what is left goes to the
/// others by weight, to the last cell.
#[must_use]
pub fn spans(columns: &[Column<'_>], width: u16) -> Vec<Span> {
    let gaps = GAP_CELLS.saturating_mul(count(columns.len().saturating_sub(1)));
    let fixed = columns
        .iter()
        .fold(0_u16, |sum, column| match column.width {
            Width::Fixed(cells) => sum.saturating_add(cells),
            Width::Flex(_) => sum,
        });
    let mut flexible = width
        .saturating_sub(MARKER_CELLS)
        .saturating_sub(gaps)
        .saturating_sub(fixed);
    let mut weights = columns
        .iter()
        .fold(0_u16, |sum, column| match column.width {
            Width::Fixed(_) => sum,
            Width::Flex(weight) => sum.saturating_add(weight),
        });
    let mut offset = MARKER_CELLS;
    let mut spans = Vec::with_capacity(columns.len());
    for column in columns {
        let wanted = match column.width {
            Width::Fixed(cells) => cells,
            Width::Flex(weight) => {
                let share = u32::from(flexible) * u32::from(weight) / u32::from(weights.max(1));
                let share = u16::try_from(share).unwrap_or(flexible);
                flexible -= share;
                weights = weights.saturating_sub(weight);
                share
            }
        };
        let cells = wanted.min(width.saturating_sub(offset));
        spans.push(Span { offset, cells });
        offset = offset.saturating_add(cells + GAP_CELLS);
    }
    spans
}

fn count(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn draw_cell(
    pen: Pen<'_>,
    buf: &mut Buffer,
    line: Rect,
    span: Span,
    align: Align,
    (text, role): (&str, Role),
) {
    if span.cells == 0 {
        return;
    }
    let free = || span.cells.saturating_sub(pen.width(text));
    let before = match align {
        Align::Left => 0,
        Align::Right => free(),
        Align::Centre => free() / 2,
    };
    let at = Position::new(line.x.saturating_add(span.offset + before), line.y);
    pen.text(buf, at, span.cells - before, text, role);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::Ambiguous;
    use crate::tui::theme::{ColourDepth, Theme};
    use crate::tui::widgets::dump;

    fn columns() -> Vec<Column<'static>> {
        vec![
            Column::new("级", Width::Fixed(4)),
            Column::new("时限", Width::Fixed(7)).right(),
            Column::new("事件", Width::Flex(1)),
        ]
    }

    fn rows() -> Vec<Vec<Cell<'static>>> {
        vec![
            vec![
                Cell::new("■红", Role::AlarmUrgent),
                Cell::new("超12分", Role::Overdue),
                Cell::new("宅基地边界起争执,现场约二十人", Role::Text),
            ],
            vec![
                Cell::new("●蓝", Role::AlarmNotice),
                Cell::new("明晨", Role::Text),
                Cell::new("小区停水", Role::Text),
            ],
        ]
    }

    #[test]
    fn columns_line_up_and_long_text_is_cut() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let (columns, rows) = (columns(), rows());
        let table = Table {
            columns: &columns,
            rows: &rows,
            cursor: Some(0),
            highlight: Highlight::Row,
            header: Header::Shown,
        };
        let mut buf = Buffer::empty(Rect::new(0, 0, 32, 4));
        table.draw(Pen::new(&theme, Ambiguous::Narrow), buf.area, &mut buf);
        insta::assert_snapshot!(dump::styled(&buf), @r"
        | 级      时限 事件
        ~.aa......aaaa.aaaa
        |>■红   超12分 宅基地边界起争执,…
        ~bbbbcccddddddccccccccccccccccccc
        | ●蓝     明晨 小区停水
        |
        . = plain
        a = underline
        b = bold, reverse
        c = reverse
        d = bold, underline, reverse
        ");
    }

    /// In every theme: the row under the cursor is of one ground from end to
    /// end, save for an alarm's own.
    #[test]
    fn the_row_under_the_cursor_is_shown_whole() {
        for name in crate::tui::theme::shipped::SHIPPED.iter().map(|it| it.name) {
            let theme = Theme::named(name, None, ColourDepth::True).expect("it ships");
            let pen = Pen::new(&theme, Ambiguous::Narrow);
            let (columns, rows) = (columns(), rows());
            let table = Table {
                columns: &columns,
                rows: &rows,
                cursor: Some(1),
                highlight: Highlight::Row,
                header: Header::Shown,
            };
            let mut buf = Buffer::empty(Rect::new(0, 0, 32, 4));
            table.draw(pen, buf.area, &mut buf);
            let looks = |x: u16| {
                let cell = &buf[(x, 2)];
                let reversed = cell.modifier.contains(ratatui::style::Modifier::REVERSED);
                (cell.bg, reversed)
            };
            let blank = looks(31);
            let plain = {
                let cell = &buf[(31, 3)];
                (cell.bg, false)
            };
            assert_ne!(blank, plain, "{name}: the row stands out");
            for x in (0..32).filter(|x| !(1..5).contains(x)) {
                assert_eq!(looks(x), blank, "{name}: cell {x}");
            }
        }
    }

    #[test]
    fn the_width_is_shared_out_to_the_last_cell() {
        for (width, expected) in [
            (32, [(1, 4), (6, 7), (14, 18)]),
            (15, [(1, 4), (6, 7), (14, 1)]),
            (14, [(1, 4), (6, 7), (14, 0)]),
            (8, [(1, 4), (6, 2), (9, 0)]),
            (0, [(1, 0), (2, 0), (3, 0)]),
        ] {
            let found: Vec<_> = spans(&columns(), width)
                .iter()
                .map(|span| (span.offset, span.cells))
                .collect();
            assert_eq!(found, expected, "{width} cells");
        }
    }

    #[test]
    fn no_size_is_too_small() {
        let theme = Theme::shipped(ColourDepth::True);
        let (columns, rows) = (columns(), rows());
        for width in 0..20 {
            for height in 0..4 {
                let table = Table {
                    columns: &columns,
                    rows: &rows,
                    cursor: Some(1),
                    highlight: Highlight::Row,
                    header: Header::Shown,
                };
                let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
                table.draw(Pen::new(&theme, Ambiguous::Wide), buf.area, &mut buf);
            }
        }
    }
}
