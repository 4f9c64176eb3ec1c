//! The duty log: its lines, newest first, and the one under the cursor whole.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::panes::Panes;
use crate::domain::duty::line::LogLine;
use crate::domain::ids::RecordId;
use crate::i18n::t;
use crate::store::view::{LogRow, Pending};
use crate::text::aloud::grouped;
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::words::{log, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::scroll::{Paragraph, Wrapped, following};
use crate::tui::widgets::table::{Cell, Column, Header, Table, Width};

/// Rows under the list for the line under the cursor.
const PANE_ROWS: u16 = 8;
/// Cells of the columns.
const NUMBER_CELLS: u16 = 6;
const TIME_CELLS: u16 = 11;
const KIND_CELLS: u16 = 8;
const AUTHOR_CELLS: u16 = 8;

/// Draws the board.
pub fn draw(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    (area, side): (Rect, Option<Rect>),
    buf: &mut Buffer,
) {
    let panes = Panes::of(area, side, PANE_ROWS);
    let list = panes.list;
    let rows = &desk.duty.lines;
    let height = usize::from(Table::rows_in(list, Header::Shown));
    let at = rows.iter().position(|row| Some(row.id) == desk.duty.line);
    let top = following(desk.duty.lines_top, at.unwrap_or(0), rows.len(), height);
    let cells: Vec<Vec<Cell<'_>>> = rows
        .iter()
        .skip(top)
        .take(height)
        .map(|row| cells(model, row))
        .collect();
    Table {
        columns: &[
            Column::new(t!("log.col.number"), Width::Fixed(NUMBER_CELLS)),
            Column::new(t!("log.col.time"), Width::Fixed(TIME_CELLS)),
            Column::new(t!("log.col.kind"), Width::Fixed(KIND_CELLS)),
            Column::new(t!("log.col.words"), Width::Flex(1)),
            Column::new(t!("log.col.author"), Width::Fixed(AUTHOR_CELLS)),
        ],
        rows: &cells,
        cursor: at.map(|at| at - top.min(at)),
        highlight: model.highlight(),
        header: Header::Shown,
    }
    .draw(pen, list, buf);
    if rows.is_empty() {
        let at = Position::new(list.x + 2, list.y + 2);
        pen.text(buf, at, list.width, &t!("log.empty"), Role::Dim);
    }
    if let Some(row) = desk.duty.current() {
        let inner = panes.pane(pen, buf);
        draw_pane(model, desk, pen, inner, buf, row);
    }
}

fn cells<'a>(model: &Model, row: &'a LogRow) -> Vec<Cell<'a>> {
    let (number, role) = match row.pending {
        Pending::Confirmed => (log::number(&row.line), Role::Dim),
        Pending::Waiting => ("*".to_owned(), Role::Pending),
        Pending::Doubtful => ("?".to_owned(), Role::Refused),
    };
    vec![
        Cell::new(number, role),
        Cell::new(time::moment(row.line.at, model.now), Role::Text),
        Cell::new(log::kind(&row.line), Role::Label),
        Cell::new(log::words(&row.line), Role::Text),
        Cell::new(log::author(&row.line), Role::Text),
    ]
}

fn draw_pane(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    inner: Rect,
    buf: &mut Buffer,
    row: &LogRow,
) {
    let shown = desk.duty.revealed.filter(|(id, _)| *id == row.id);
    let call = shown.and_then(|_| row.line.call());
    let number = call.map(|call| {
        let number = t!("log.number", number = grouped(&call.call.phone));
        Paragraph::new(number.into_owned(), Role::Title)
    });
    let text = in_full(model, desk, (row.id, &row.line), number);
    Wrapped::new(pen, &text, inner.width).draw(pen, inner, buf, 0);
}

/// The whole line, when it was written and taken, what it is about; and what
/// was made of it later. The number of a call is masked in it, and stands whole
/// only in `number`.
pub(super) fn in_full(
    model: &Model,
    desk: &Desk,
    (id, line): (RecordId, &LogLine),
    number: Option<Paragraph<'static>>,
) -> Vec<Paragraph<'static>> {
    let mut text = vec![Paragraph::new(log::words(line), Role::Text)];
    let named = |id| {
        let found = desk.duty.lines.iter().find(|other| other.id == id);
        found.map_or_else(String::new, |other| log::number(&other.line))
    };
    if let Some(old) = line.corrects {
        let words = t!("log.corrects", no = named(old)).into_owned();
        text.push(Paragraph::new(words, Role::Text));
    }
    for other in &desk.duty.lines {
        if other.line.corrects == Some(id) {
            let words = t!("log.corrected", no = log::number(&other.line)).into_owned();
            text.push(Paragraph::new(words, Role::Refused));
        }
        if other.line.keeps == Some(id) {
            let words = t!("log.kept", no = log::number(&other.line)).into_owned();
            text.push(Paragraph::new(words, Role::Done));
        }
    }
    text.extend(number);
    let more = log::more(line, model.now);
    text.extend(more.into_iter().map(|part| Paragraph::new(part, Role::Dim)));
    text
}
