//! Acts that wait and acts that were refused, with both sides.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::panes::Panes;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::view::{OutboxRow, OutboxState};
use crate::text::wrap::{Extent, wrap};
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::words::refusal::{refusal, refused};
use crate::tui::app::words::{names, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::scroll::{Paragraph, Wrapped, following};
use crate::tui::widgets::table::{Cell, Column, Header, Table, Width};

/// Rows under the list for the act under the cursor.
const PANE_ROWS: u16 = 11;
/// Rows of the words of each side where there are two, and how far words are
/// moved in.
const WORDS_ROWS_MAX: usize = 2;
const WORDS_INDENT: u16 = 6;
/// Cells of the columns.
const STATE_CELLS: u16 = 8;
const TIME_CELLS: u16 = 11;
const VERB_CELLS: u16 = 8;
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
    let rows = &desk.outbox.rows;
    let height = usize::from(Table::rows_in(list, Header::Shown));
    let at = rows
        .iter()
        .position(|row| Some(row.id) == desk.outbox.cursor);
    let top = following(desk.outbox.top, at.unwrap_or(0), rows.len(), height);
    let cells: Vec<Vec<Cell<'_>>> = rows
        .iter()
        .skip(top)
        .take(height)
        .map(|row| cells(model, row))
        .collect();
    Table {
        columns: &[
            Column::new(t!("outbox.col.state"), Width::Fixed(STATE_CELLS)),
            Column::new(t!("outbox.col.time"), Width::Fixed(TIME_CELLS)),
            Column::new(t!("outbox.col.verb"), Width::Fixed(VERB_CELLS)),
            Column::new(t!("outbox.col.about"), Width::Flex(1)),
            Column::new(t!("outbox.col.author"), Width::Fixed(AUTHOR_CELLS)),
        ],
        rows: &cells,
        cursor: at.map(|at| at - top.min(at)),
        highlight: model.highlight(),
        header: Header::Shown,
    }
    .draw(pen, list, buf);
    if rows.is_empty() {
        let at = Position::new(list.x + 2, list.y + 2);
        pen.text(buf, at, list.width, &t!("outbox.empty"), Role::Dim);
    }
    if let Some(row) = at.and_then(|at| rows.get(at)) {
        let inner = panes.pane(pen, buf);
        draw_pane(model, desk, pen, inner, buf, row);
    }
}

fn state(row: &OutboxRow) -> (String, Role) {
    let (words, role) = match &row.state {
        OutboxState::Waiting { .. } => (t!("outbox.state.waiting"), Role::Pending),
        OutboxState::Doubtful { .. } => (t!("outbox.state.doubtful"), Role::Refused),
        OutboxState::Accepted => (t!("outbox.state.accepted"), Role::Done),
        OutboxState::Late { .. } => (t!("outbox.state.late"), Role::Refused),
        OutboxState::Refused { .. } => (t!("outbox.state.refused"), Role::Refused),
    };
    (words.into_owned(), role)
}

fn cells<'a>(model: &Model, row: &'a OutboxRow) -> Vec<Cell<'a>> {
    let (words, role) = state(row);
    vec![
        Cell::new(words, role),
        Cell::new(time::moment(row.made_at, model.now), Role::Text),
        Cell::new(names::verb(row.verb), Role::Text),
        Cell::new(row.about.as_str(), Role::Text),
        Cell::new(row.author.as_str(), Role::Text),
    ]
}

/// The card of an act: what the officer said, what stands against it, how it
/// stands, and the ways on.
fn draw_pane(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    inner: Rect,
    buf: &mut Buffer,
    row: &OutboxRow,
) {
    let text = card(row, desk, model.now, usize::from(inner.width));
    Wrapped::new(pen, &text, inner.width).draw(pen, inner, buf, 0);
}

fn card<'a>(row: &'a OutboxRow, desk: &Desk, now: Timestamp, cells: usize) -> Vec<Paragraph<'a>> {
    let yours = t!(
        "outbox.yours",
        author = row.author,
        at = time::both(row.made_at, now),
        verb = names::verb(row.verb),
        about = row.about
    );
    let rows = match row.met {
        Some(_) => WORDS_ROWS_MAX,
        None => usize::from(PANE_ROWS),
    };
    let mut text = vec![Paragraph::new(yours, Role::Text)];
    text.extend(said(&row.words, cells, rows));
    if let Some(met) = &row.met {
        let theirs = t!(
            "outbox.theirs",
            by = met.by,
            at = time::both(met.at, now),
            verb = names::verb(met.verb)
        );
        text.push(Paragraph::new(theirs, Role::Text));
        text.extend(said(&met.words, cells, WORDS_ROWS_MAX));
    }
    let (stands, role) = match &row.state {
        OutboxState::Waiting { attempts } => (t!("outbox.waiting", n = attempts), Role::Dim),
        OutboxState::Doubtful { refusal: why } => (
            t!("outbox.doubtful", why = refusal(why, &desk.policy, now)),
            Role::Refused,
        ),
        OutboxState::Accepted => (t!("outbox.accepted"), Role::Dim),
        OutboxState::Late { at } => (t!("outbox.late", at = time::both(*at, now)), Role::Refused),
        OutboxState::Refused { why, at } => (
            t!(
                "outbox.refused",
                at = time::both(*at, now),
                why = refused(why, &desk.policy, now)
            ),
            Role::Refused,
        ),
    };
    text.push(Paragraph::new(stands, role));
    if let OutboxState::Refused { .. } = row.state {
        text.push(Paragraph::new(t!("outbox.ways"), Role::Dim));
    }
    text
}

/// Words that somebody wrote, cut to what the card has room for; the timeline
/// and the dialog have them whole.
fn said(words: &str, cells: usize, rows: usize) -> Option<Paragraph<'_>> {
    if words.trim().is_empty() {
        return None;
    }
    let room = cells.saturating_sub(usize::from(WORDS_INDENT) + 2);
    let wrapped = wrap(words, room, rows);
    let more = match wrapped.extent {
        Extent::Whole => "",
        Extent::Cut => "…",
    };
    let text = format!("{}{more}", wrapped.lines.join("\n"));
    Some(Paragraph::new(text, Role::Text).indented(WORDS_INDENT))
}
