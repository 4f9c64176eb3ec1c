//! The line at the bottom: what the keys do here, or the reason why not.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::pen::Pen;
use crate::tui::keys::help::{Hint, Hints, Readiness};
use crate::tui::theme::Role;

/// Cells between two hints, and at both ends of the line.
const GAP_CELLS: u16 = 1;

/// Draws as many whole hints as fit, the first ones, and always help. `right`
/// stands at the right end, such as that this is a
/// demonstration.
pub fn draw_hints(
    pen: Pen<'_>,
    area: Rect,
    buf: &mut Buffer,
    hints: Hints<impl Iterator<Item = Hint>>,
    right: Option<(&str, Role)>,
) {
    let row = first_row(pen, area, buf);
    let room = draw_right(pen, row, buf, right);
    let mut x = row.x + GAP_CELLS.min(row.width);
    for hint in fitting(pen, hints, room.saturating_sub(GAP_CELLS)) {
        let (key, name) = match hint.readiness {
            Readiness::Ready => (Role::HintKey, Role::HintText),
            Readiness::Denied => (Role::HintDenied, Role::HintDenied),
        };
        let end = row.x + room;
        x += pen.text(
            buf,
            Position::new(x, row.y),
            end.saturating_sub(x),
            &hint.key,
            key,
        );
        let name_text = format!("{}{}", separator(&hint.name), hint.name);
        x += pen.text(
            buf,
            Position::new(x, row.y),
            end.saturating_sub(x),
            &name_text,
            name,
        );
        x += GAP_CELLS;
    }
}

/// Draws a message instead of the hints.
pub fn draw_message(
    pen: Pen<'_>,
    area: Rect,
    buf: &mut Buffer,
    (text, role): (&str, Role),
    right: Option<(&str, Role)>,
) {
    let row = first_row(pen, area, buf);
    let room = draw_right(pen, row, buf, right);
    let at = Position::new(row.x + GAP_CELLS.min(row.width), row.y);
    pen.text(buf, at, room.saturating_sub(GAP_CELLS), text, role);
}

fn first_row(pen: Pen<'_>, area: Rect, buf: &mut Buffer) -> Rect {
    let row = Rect {
        height: area.height.min(1),
        ..area
    }
    .intersection(buf.area);
    pen.clear(buf, row, Role::Text);
    row
}

/// Draws what stands at the right and returns the cells left of it.
fn draw_right(pen: Pen<'_>, row: Rect, buf: &mut Buffer, right: Option<(&str, Role)>) -> u16 {
    let Some((text, role)) = right else {
        return row.width;
    };
    let cells = pen.width(text).min(row.width);
    pen.text(
        buf,
        Position::new(row.right() - cells, row.y),
        cells,
        text,
        role,
    );
    row.width.saturating_sub(cells + GAP_CELLS)
}

/// The hints that fit whole into `cells`.
fn fitting(pen: Pen<'_>, hints: Hints<impl Iterator<Item = Hint>>, cells: u16) -> Vec<Hint> {
    let of_help = hints.help.as_ref().map_or(0, |help| cells_of(pen, help));
    let Some(mut left) = cells.checked_sub(of_help) else {
        return Vec::new();
    };
    let mut fit = Vec::new();
    for hint in hints.others {
        // The gap is the one to what stands behind it.
        let Some(room) = left.checked_sub(cells_of(pen, &hint) + GAP_CELLS) else {
            break;
        };
        left = room;
        fit.push(hint);
    }
    fit.extend(hints.help);
    fit
}

fn cells_of(pen: Pen<'_>, hint: &Hint) -> u16 {
    let name = pen
        .width(&hint.name)
        .saturating_add(pen.width(separator(&hint.name)));
    pen.width(&hint.key).saturating_add(name)
}

/// What stands between a key and its name: Latin letters need a blank, Han
/// glyphs stand out by themselves.
#[must_use]
pub fn separator(name: &str) -> &'static str {
    if name.starts_with(|sign: char| sign.is_ascii()) {
        " "
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width::Ambiguous;
    use crate::tui::theme::{ColourDepth, Theme};
    use crate::tui::widgets::dump;

    fn hint(key: &str, name: &str) -> Hint {
        Hint {
            key: key.to_owned(),
            name: name.to_owned().into(),
            readiness: Readiness::Ready,
        }
    }

    #[test]
    fn whole_hints_only_and_help_always() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        let hints = [hint("a", "知悉"), hint("r", "签收"), hint("Enter", "Open")];
        for (cells, right, row) in [
            (40, None, " a知悉 r签收 Enter Open ?帮助"),
            (28, None, " a知悉 r签收 ?帮助"),
            (29, None, " a知悉 r签收 Enter Open ?帮助"),
            (12, None, " a知悉 ?帮助"),
            (11, None, " ?帮助"),
            (5, None, ""),
            (22, Some("演示"), " a知悉 ?帮助      演示"),
        ] {
            let mut buf = Buffer::empty(Rect::new(0, 0, cells, 1));
            let hints = Hints {
                help: Some(hint("?", "帮助")),
                others: hints.iter().cloned(),
            };
            draw_hints(
                pen,
                buf.area,
                &mut buf,
                hints,
                right.map(|text| (text, Role::Demo)),
            );
            assert_eq!(dump::lines(&buf), [row], "{cells} cells");
        }
    }

    #[test]
    fn a_message_leaves_the_right_end_alone() {
        let theme = Theme::shipped(ColourDepth::Mono);
        let pen = Pen::new(&theme, Ambiguous::Narrow);
        let mut buf = Buffer::empty(Rect::new(0, 0, 20, 1));
        let message = ("不是承办人，不能签收", Role::Error);
        draw_message(pen, buf.area, &mut buf, message, Some(("演示", Role::Demo)));
        assert_eq!(dump::lines(&buf), [" 不是承办人，…  演示"]);
    }
}
