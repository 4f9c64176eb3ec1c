//! The handover: each matter with its tick, and what stands between this desk
//! and the next shift.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::panes::Panes;
use crate::domain::duty::handover::{Answers, Item};
use crate::i18n::t;
use crate::tui::app::duty::Half;
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::words::{handover, names, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::scroll::{Paragraph, Wrapped, following};
use crate::tui::widgets::table::{Cell, Column, Header, Table, Width};

/// Rows under the list.
const PANE_ROWS: u16 = 8;
/// Cells of the columns.
const TICK_CELLS: u16 = 3;
const KIND_CELLS: u16 = 8;
const RANK_CELLS: u16 = 4;
const UNTIL_CELLS: u16 = 11;
const HOLDER_CELLS: u16 = 10;

/// Draws the board.
pub fn draw(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    (area, side): (Rect, Option<Rect>),
    buf: &mut Buffer,
) {
    let panes = Panes::of(area, side, PANE_ROWS);
    let head = Rect {
        height: panes.list.height.min(1),
        ..panes.list
    };
    let list = Rect {
        y: head.bottom(),
        height: panes.list.height.saturating_sub(head.height),
        ..panes.list
    };
    let (words, role) = stands(model, desk);
    let at = Position::new(head.x + 1, head.y);
    pen.text(buf, at, head.width.saturating_sub(1), &words, role);
    let items = desk.duty.items(&desk.officer);
    let height = usize::from(Table::rows_in(list, Header::Shown));
    let at = desk.duty.item;
    let top = following(desk.duty.items_top, at, items.len(), height);
    let cells: Vec<Vec<Cell<'_>>> = items
        .iter()
        .skip(top)
        .take(height)
        .map(|item| cells(model, desk, pen, item))
        .collect();
    Table {
        columns: &[
            Column::new("", Width::Fixed(TICK_CELLS)),
            Column::new(t!("handover.col.kind"), Width::Fixed(KIND_CELLS)),
            Column::new(t!("queue.col.rank"), Width::Fixed(RANK_CELLS)),
            Column::new(t!("handover.col.until"), Width::Fixed(UNTIL_CELLS)),
            Column::new(t!("queue.col.title"), Width::Flex(1)),
            Column::new(t!("queue.col.holder"), Width::Fixed(HOLDER_CELLS)),
        ],
        rows: &cells,
        cursor: (!items.is_empty()).then(|| at - top.min(at)),
        highlight: model.highlight(),
        header: Header::Shown,
    }
    .draw(pen, list, buf);
    if items.is_empty() {
        let at = Position::new(list.x + 2, list.y + 2);
        pen.text(buf, at, list.width, &t!("handover.empty"), Role::Dim);
    }
    let inner = panes.pane(pen, buf);
    draw_pane(model, desk, pen, inner, buf);
}

/// Where the handover stands, in one line.
fn stands(model: &Model, desk: &Desk) -> (String, Role) {
    let left = desk.duty.unticked(&desk.officer);
    match desk.duty.half(&desk.officer) {
        Half::Giving => (t!("handover.stands.draft").into_owned(), Role::Title),
        Half::Given(handover) => (
            t!(
                "handover.stands.given",
                at = time::moment(handover.offered.at, model.now)
            )
            .into_owned(),
            Role::Pending,
        ),
        Half::Taking(_, handover) => {
            let by = &handover.offered.by.name;
            let at = time::moment(handover.offered.at, model.now);
            if left > 0 {
                let words = t!("handover.stands.taking", by = by, at = at, n = left);
                (words.into_owned(), Role::Title)
            } else {
                let words = t!("handover.stands.ticked", by = by, at = at);
                (words.into_owned(), Role::Done)
            }
        }
    }
}

fn cells<'a>(model: &Model, desk: &'a Desk, pen: Pen<'_>, item: &'a Item) -> Vec<Cell<'a>> {
    let taking = matches!(desk.duty.half(&desk.officer), Half::Taking(..));
    let tick = match (taking, desk.duty.ticked.contains(&item.record)) {
        (false, _) => "",
        (true, true) => "[x]",
        (true, false) => "[ ]",
    };
    let badge = item.rank.map(|rank| names::badge(rank, &desk.policy));
    let (rank, role) = badge.map_or((String::new(), Role::Text), |badge| {
        (badge.text(pen), badge.role())
    });
    let own = if item.answers == Answers::Outgoing {
        Role::Text
    } else {
        Role::Dim
    };
    vec![
        Cell::new(tick, Role::Marker),
        Cell::new(handover::section(item.kind), Role::Label),
        Cell::new(rank, role),
        Cell::new(handover::until(item, model.now), Role::Text),
        Cell::new(item.title.as_str(), Role::Text),
        Cell::new(item.holder.as_str(), own),
    ]
}

/// The matter under the cursor, then the outgoing officer's words.
fn draw_pane(model: &Model, desk: &Desk, pen: Pen<'_>, inner: Rect, buf: &mut Buffer) {
    let mut text = Vec::new();
    if let Some(item) = desk.duty.items(&desk.officer).get(desk.duty.item) {
        text.push(Paragraph::new(
            format!("{} {}", item.name, item.title),
            Role::Text,
        ));
        let next = match desk.duty.next.get(&item.record) {
            Some(own) => own.clone(),
            None => item.next.clone(),
        };
        if !next.is_empty() {
            let words = t!("handover.paper.next", text = next).into_owned();
            text.push(Paragraph::new(words, Role::Text));
        }
    }
    let (backlog, sections) = match desk.duty.half(&desk.officer) {
        Half::Given(handover) | Half::Taking(_, handover) => {
            (handover.backlog, Some(&handover.sections))
        }
        Half::Giving => (desk.duty.backlog(&model.status), None),
    };
    if let Some(sections) = sections {
        for (label, words) in [
            ("field.expected", &sections.expected),
            ("field.orders", &sections.orders),
            ("field.equipment", &sections.equipment),
            ("field.other-words", &sections.other),
        ] {
            if !words.is_empty() {
                let label = crate::i18n::text(label);
                let words = t!("detail.fact", name = label, value = words).into_owned();
                text.push(Paragraph::new(words, Role::Text));
            }
        }
    }
    let words = t!(
        "handover.paper.backlog",
        unsent = backlog.unsent,
        refused = backlog.refused
    );
    text.push(Paragraph::new(words.into_owned(), Role::Dim));
    if let Some(at) = backlog.known_until {
        let words = t!("handover.paper.behind", at = at.stamp());
        text.push(Paragraph::new(words.into_owned(), Role::Overdue));
    }
    Wrapped::new(pen, &text, inner.width).draw(pen, inner, buf, 0);
}
