//! Where the fields of a form lie: labels aligned, values beside them, what is
//! wrong with a field right under it, and the focused field always visible.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::pen::Pen;
use crate::tui::theme::Role;

/// Labels take at most this many cells; longer ones are cut.
const LABEL_CELLS_MAX: u16 = 16;
/// Cells between label and value.
const GAP_CELLS: u16 = 3;
/// In the gap before the focused value: the focus is told by more than a colour.
const FOCUS_SIGN: &str = ">";

/// A field as far as its place is concerned.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its name.
    pub label: &'a str,
    /// Rows of its value, at least 1.
    pub rows: u16,
    /// What is wrong with it, shown in a row of its own.
    pub error: Option<&'a str>,
}

impl<'a> Field<'a> {
    /// A field of one row.
    #[must_use]
    pub const fn line(label: &'a str) -> Self {
        Self {
            label,
            rows: 1,
            error: None,
        }
    }

    fn height(&self) -> u16 {
        self.rows
            .max(1)
            .saturating_add(u16::from(self.error.is_some()))
    }
}

/// A field that is visible, wholly or in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its index among the fields.
    pub index: usize,
    /// Its label, one row.
    pub label: Rect,
    /// Its value.
    pub value: Rect,
    /// The row for what is wrong with it.
    pub error: Option<Rect>,
}

/// Places the fields one under the other. When they do not all fit, those
/// above the focused one leave first.
#[must_use]
pub fn place(pen: Pen<'_>, fields: &[Field<'_>], focused: usize, area: Rect) -> Vec<Placed> {
    let widest = fields
        .iter()
        .map(|field| pen.width(field.label))
        .max()
        .unwrap_or(0);
    let label_cells = label_cells(widest, area.width);
    let value_x = area
        .x
        .saturating_add(label_cells)
        .saturating_add(GAP_CELLS)
        .min(area.right());
    let mut top = area.y;
    let mut placed = Vec::new();
    for (index, field) in
        fields
            .iter()
            .enumerate()
            .skip(first_visible(fields, focused, area.height))
    {
        if top >= area.bottom() {
            break;
        }
        let left = area.bottom() - top;
        let rows = field.rows.max(1).min(left);
        let value = Rect {
            x: value_x,
            y: top,
            width: area.right() - value_x,
            height: rows,
        };
        let error_top = top + rows;
        let error = (field.error.is_some() && error_top < area.bottom()).then_some(Rect {
            y: error_top,
            height: 1,
            ..value
        });
        placed.push(Placed {
            index,
            label: Rect {
                x: area.x,
                y: top,
                width: label_cells,
                height: 1,
            },
            value,
            error,
        });
        top = top.saturating_add(field.height());
    }
    placed
}

/// Cells of the labels in an area of this width.
fn label_cells(widest: u16, width: u16) -> u16 {
    widest.min(LABEL_CELLS_MAX).min(width / 2)
}

/// Cells of the values beside labels of which the widest takes `widest` cells.
#[must_use]
pub fn value_cells(widest: u16, width: u16) -> u16 {
    width.saturating_sub(label_cells(widest, width) + GAP_CELLS)
}

/// The first field to show, so that the focused one is there as a whole.
fn first_visible(fields: &[Field<'_>], focused: usize, height: u16) -> usize {
    let mut used = 0_u16;
    let mut first = focused.min(fields.len().saturating_sub(1));
    for (index, field) in fields
        .iter()
        .enumerate()
        .take(focused.saturating_add(1))
        .rev()
    {
        used = used.saturating_add(field.height());
        if used > height {
            break;
        }
        first = index;
    }
    first
}

/// Draws labels and errors; the values are the caller's. Labels end where the
/// values begin.
pub fn draw_labels(
    pen: Pen<'_>,
    buf: &mut Buffer,
    fields: &[Field<'_>],
    placed: &[Placed],
    focused: usize,
) {
    for place in placed {
        let Some(field) = fields.get(place.index) else {
            continue;
        };
        let role = if place.index == focused {
            Role::Title
        } else {
            Role::Label
        };
        let free = place.label.width.saturating_sub(pen.width(field.label));
        let at = Position::new(place.label.x + free, place.label.y);
        pen.text(buf, at, place.label.width - free, field.label, role);
        if place.index == focused && place.value.x > place.label.right() + 1 {
            let at = Position::new(place.label.right() + 1, place.value.y);
            pen.text(buf, at, 1, FOCUS_SIGN, Role::Marker);
        }
        if let (Some(error), Some(row)) = (field.error, place.error) {
            pen.text(
                buf,
                Position::new(row.x, row.y),
                row.width,
                error,
                Role::Error,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::Ambiguous;
    use crate::tui::theme::{ColourDepth, Theme};
    use crate::tui::widgets::dump;

    const FIELDS: [Field<'static>; 3] = [
        Field::line("类别"),
        Field {
            label: "发生地点",
            rows: 1,
            error: Some("请填写地点"),
        },
        Field {
            label: "经过",
            rows: 3,
            error: None,
        },
    ];

    fn drawn(focused: usize, height: u16) -> Vec<String> {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        let mut buf = Buffer::empty(Rect::new(0, 0, 24, height));
        let placed = place(pen, &FIELDS, focused, buf.area);
        draw_labels(pen, &mut buf, &FIELDS, &placed, focused);
        for place in &placed {
            for row in place.value.rows() {
                pen.text(&mut buf, row.as_position(), row.width, "==", Role::Input);
            }
        }
        dump::lines(&buf)
    }

    #[test]
    fn labels_align_and_an_error_stands_under_its_field() {
        assert_eq!(
            drawn(0, 6),
            [
                "    类别 > ==",
                "发生地点   ==",
                "           请填写地点",
                "    经过   ==",
                "           ==",
                "           =="
            ]
        );
    }

    #[test]
    fn the_focused_field_is_always_there_as_a_whole() {
        assert_eq!(
            drawn(2, 4),
            ["    经过 > ==", "           ==", "           ==", ""]
        );
        assert_eq!(
            drawn(1, 3),
            ["    类别   ==", "发生地点 > ==", "           请填写地点"]
        );
        assert_eq!(drawn(2, 1), ["    经过 > =="], "at least a part of it");
        assert_eq!(drawn(0, 0), Vec::<String>::new());
    }
}
