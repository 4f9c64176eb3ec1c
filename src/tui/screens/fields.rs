//! The fields of a form, wherever the form stands.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::text::neutral::neutralise_block;
use crate::text::width::display_width;
use crate::text::wrap::wrap;
use crate::tui::app::form::{Choice, Field, Form, Value};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::form::{Field as Placing, Placed, draw_labels, place, value_cells};
use crate::tui::widgets::input::Lines;
use crate::tui::widgets::input_view::{Focus, draw_block, draw_line};

/// Rows that a told text takes at most.
const TOLD_ROWS_MAX: usize = 6;
/// Rows that a long text takes beyond its own where there is room.
const BLOCK_GROWTH_ROWS_MAX: u16 = 5;
/// What a field that must be filled carries before its label.
const MUST_SIGN: &str = "*";

/// Rows that the fields take together in an area of that many cells.
pub fn rows(form: &Form, cells: u16) -> u16 {
    let room = told_room(form, cells);
    let rows = form.fields.iter();
    rows.map(|field| height(field, room) + u16::from(field.error.is_some()))
        .sum()
}

/// Cells of a told text.
fn told_room(form: &Form, cells: u16) -> usize {
    let labels = labels(form);
    let widest = labels.iter().map(|label| display_width(label)).max();
    let widest = u16::try_from(widest.unwrap_or(0)).unwrap_or(u16::MAX);
    usize::from(value_cells(widest, cells)).max(2)
}

/// The lines of a told text.
fn told(text: &str, room: usize) -> Vec<String> {
    let harmless = neutralise_block(text);
    let lines = wrap(&harmless, room, TOLD_ROWS_MAX).lines;
    lines.into_iter().map(ToOwned::to_owned).collect()
}

/// How many of the fields take a long text.
pub fn blocks(form: &Form) -> u16 {
    let blocks = form.fields.iter().filter(|field| is_block(field)).count();
    u16::try_from(blocks).unwrap_or(0)
}

fn is_block(field: &Field) -> bool {
    matches!(&field.value, Value::Text(input) if input.lines() == Lines::Many)
}

/// The rows of each field in an area of this height: what is left over goes to
/// the long texts, evenly, from the first.
fn heights(form: &Form, area: Rect) -> Vec<u16> {
    let room = told_room(form, area.width);
    let fields = form.fields.iter();
    let mut heights: Vec<u16> = fields.map(|field| height(field, room)).collect();
    let mut spare = area.height.saturating_sub(rows(form, area.width));
    for _ in 0..BLOCK_GROWTH_ROWS_MAX {
        for (field, height) in form.fields.iter().zip(&mut heights) {
            if spare > 0 && is_block(field) {
                *height += 1;
                spare -= 1;
            }
        }
    }
    heights
}

fn height(field: &Field, told_room: usize) -> u16 {
    match &field.value {
        Value::Told(text) => {
            let lines = told(text, told_room).len();
            u16::try_from(lines.clamp(1, TOLD_ROWS_MAX)).unwrap_or(1)
        }
        Value::Text(_) | Value::Choice(_) | Value::Pick(..) => field.rows,
    }
}

/// Where everything lies.
fn placed(pen: Pen<'_>, form: &Form, labels: &[String], area: Rect) -> Vec<Placed> {
    place(pen, &placing(form, labels, area), form.focus, area)
}

fn labels(form: &Form) -> Vec<String> {
    form.fields
        .iter()
        .map(|field| {
            let must = field.need == crate::tui::app::form::Need::Must;
            let sign = if must { MUST_SIGN } else { "" };
            format!("{sign}{}", field.slot.label())
        })
        .collect()
}

fn placing<'a>(form: &'a Form, labels: &'a [String], area: Rect) -> Vec<Placing<'a>> {
    form.fields
        .iter()
        .zip(labels)
        .zip(heights(form, area))
        .map(|((field, label), rows)| Placing {
            label,
            rows,
            error: field.error.as_deref(),
        })
        .collect()
}

/// Where the focused field's value lies.
pub fn focused_value(pen: Pen<'_>, form: &Form, area: Rect) -> Option<Rect> {
    placed(pen, form, &labels(form), area)
        .iter()
        .find(|place| place.index == form.focus)
        .map(|place| place.value)
}

/// Draws them and returns where the hardware cursor belongs.
pub fn draw(pen: Pen<'_>, form: &Form, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let labels = labels(form);
    let placing = placing(form, &labels, area);
    let placed = placed(pen, form, &labels, area);
    draw_labels(pen, buf, &placing, &placed, form.focus);
    let mut cursor = None;
    for place in &placed {
        let Some(field) = form.fields.get(place.index) else {
            continue;
        };
        let focus = if place.index == form.focus {
            Focus::Here
        } else {
            Focus::Elsewhere
        };
        cursor = draw_value(pen, field, focus, place.value, buf).or(cursor);
    }
    cursor
}

fn draw_value(
    pen: Pen<'_>,
    field: &Field,
    focus: Focus,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    match &field.value {
        Value::Text(input) => match input.lines() {
            Lines::One => draw_line(pen, area, buf, (input, focus), &field.hint),
            Lines::Many => draw_block(pen, area, buf, (input, focus), &field.hint),
        },
        Value::Choice(choice) => {
            draw_choice(pen, choice, focus, area, buf);
            (focus == Focus::Here).then(|| area.as_position())
        }
        Value::Pick(_, chosen) => {
            let all: Vec<&str> = chosen.iter().map(|one| one.label.as_str()).collect();
            let text = all.join(&crate::i18n::t!("screen.list-comma"));
            let role = match focus {
                Focus::Here => Role::InputFocus,
                Focus::Elsewhere => Role::Input,
            };
            buf.set_style(area, pen.style(role));
            let hint = crate::i18n::t!("form.pick-hint");
            let (text, role) = if text.is_empty() {
                (hint.as_ref(), Role::Placeholder)
            } else {
                (text.as_str(), role)
            };
            pen.text(buf, area.as_position(), area.width, text, role);
            (focus == Focus::Here).then(|| area.as_position())
        }
        Value::Told(text) => {
            let lines = told(text, usize::from(area.width).max(2));
            for (line, row) in lines.iter().zip(area.rows()) {
                pen.text(buf, row.as_position(), row.width, line, Role::Text);
            }
            None
        }
    }
}

/// All options with the chosen one in brackets; only that one when they do
/// not fit.
fn draw_choice(pen: Pen<'_>, choice: &Choice, focus: Focus, area: Rect, buf: &mut Buffer) {
    let chosen_role = match focus {
        Focus::Here => Role::InputFocus,
        Focus::Elsewhere => Role::Input,
    };
    let width: u16 = choice
        .options
        .iter()
        .map(|(_, label)| pen.width(label) + 2)
        .sum();
    let whole = width <= area.width;
    let mut x = area.x;
    for (index, (_, label)) in choice.options.iter().enumerate() {
        let chosen = choice.at == Some(index);
        if !chosen && !whole {
            continue;
        }
        let (text, role) = match (chosen, whole) {
            (true, true) => (format!("[{label}]"), chosen_role),
            (true, false) => (
                format!("[{label}] {}/{}", index + 1, choice.options.len()),
                chosen_role,
            ),
            (false, _) => (format!(" {label} "), Role::Dim),
        };
        let room = area.right().saturating_sub(x);
        x += pen.text(buf, Position::new(x, area.y), room, &text, role);
    }
}
