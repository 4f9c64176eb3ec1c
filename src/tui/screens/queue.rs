//! The incident queue.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::alarm::AlarmState;
use crate::domain::incident::Incident;
use crate::domain::incident::stage::Stage;
use crate::i18n::{self, Language, t};
use crate::store::handle::Searching;
use crate::store::view::{Pending, QueueRow, Reach, Sort, Tally};
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::queue::{Queue, Typing, View};
use crate::tui::app::words::{names, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::input_view::{Focus, draw_line};
use crate::tui::widgets::table::{Cell, Column, Header, Table, Width};

/// Cells of the columns.
const RANK_CELLS: u16 = 4;
const MARK_CELLS: u16 = 3;
const DEADLINE_CELLS: u16 = 7;
const TOWN_CELLS: u16 = 8;
/// A category is two glyphs, or a short word.
const CATEGORY_CELLS_ZH: u16 = 4;
const CATEGORY_CELLS_EN: u16 = 8;
const STAGE_CELLS: u16 = 6;
const HOLDER_CELLS: u16 = 8;
/// The holder's name has more room from this width on.
const ROOMY_CELLS_MIN: u16 = 100;
const HOLDER_CELLS_ROOMY: u16 = 20;
/// Before a marked row; the same sign on every terminal.
const MARKED: &str = "+";
/// Cells of the label before the filter.
const FILTER_LABEL_CELLS: u16 = 7;

/// Draws the list, and returns the cursor's place while a filter is typed.
pub fn draw(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let list = Rect {
        height: area.height.saturating_sub(1),
        ..area
    };
    let foot = Rect {
        y: list.bottom(),
        height: area.height.min(1),
        ..area
    };
    let queue = &desk.queue;
    let visible = queue
        .rows
        .get(queue.top..)
        .unwrap_or_default()
        .iter()
        .take(queue.height);
    let rows: Vec<Vec<Cell<'_>>> = visible
        .map(|(_, shown)| row(model, desk, pen, shown))
        .collect();
    let cursor = queue
        .cursor_index()
        .and_then(|index| index.checked_sub(queue.top));
    let columns = columns(desk, list.width);
    Table {
        columns: &columns,
        rows: &rows,
        cursor,
        highlight: model.highlight(),
        header: Header::Shown,
    }
    .draw(pen, list, buf);
    if queue.rows.is_empty() && !queue.awaits_rows() {
        let at = Position::new(list.x + 2, list.y + 2);
        pen.text(
            buf,
            at,
            list.width.saturating_sub(2),
            &empty(desk),
            Role::Dim,
        );
    }
    draw_foot(desk, pen, foot, buf)
}

fn empty(desk: &Desk) -> String {
    match (desk.queue.view, desk.queue.filter.is_empty()) {
        (View::Suppressed, _) => t!("queue.empty-suppressed"),
        (_, false) => t!("queue.empty-filter"),
        (View::Open | View::All | View::Closed, true) => t!("queue.empty"),
    }
    .into_owned()
}

/// The columns; while incidents are marked there is one more, for the marks.
fn columns(desk: &Desk, cells: u16) -> Vec<Column<'static>> {
    let category = match i18n::current() {
        Language::Chinese => CATEGORY_CELLS_ZH,
        Language::English => CATEGORY_CELLS_EN,
    };
    let holder = if cells < ROOMY_CELLS_MIN {
        HOLDER_CELLS
    } else {
        HOLDER_CELLS_ROOMY
    };
    let marks = (!desk.marks.is_empty()).then(|| Column::new("", Width::Fixed(1)));
    let columns = [
        Column::new(t!("queue.col.rank"), Width::Fixed(RANK_CELLS)),
        Column::new("", Width::Fixed(MARK_CELLS)),
        Column::new(t!("queue.col.deadline"), Width::Fixed(DEADLINE_CELLS)),
        Column::new(t!("queue.col.town"), Width::Fixed(TOWN_CELLS)),
        Column::new(t!("queue.col.category"), Width::Fixed(category)),
        Column::new(t!("queue.col.title"), Width::Flex(1)),
        Column::new(t!("queue.col.stage"), Width::Fixed(STAGE_CELLS)),
        Column::new(t!("queue.col.holder"), Width::Fixed(holder)),
    ];
    marks.into_iter().chain(columns).collect()
}

fn row<'a>(model: &Model, desk: &'a Desk, pen: Pen<'_>, row: &'a QueueRow) -> Vec<Cell<'a>> {
    let incident = &row.incident;
    let policy = &desk.policy;
    let badge = names::badge(incident.alarm.rank, policy);
    let state = incident.alarm_state(policy, model.now);
    let open = incident.is_open();
    let gone = desk.queue.gone == Some(row.id);
    let plain = if open && !gone { Role::Text } else { Role::Dim };
    let deadline = incident.deadline.as_ref();
    let late = incident.is_overdue(model.now);
    let marks = (!desk.marks.is_empty()).then(|| {
        let sign = if desk.marks.has(row.id) { MARKED } else { "" };
        Cell::new(sign, Role::Marker)
    });
    let cells = [
        Cell::new(badge.text(pen), if open { badge.role() } else { Role::Dim }),
        mark(row, state),
        Cell::new(
            deadline.map_or_else(
                || pen.glyphs().dash.to_owned(),
                |deadline| time::deadline(deadline.at, model.now),
            ),
            if late { Role::Overdue } else { plain },
        ),
        Cell::new(names::town(row.area, &desk.places), plain),
        Cell::new(names::category_short(incident.category), plain),
        Cell::new(title(incident), plain),
        Cell::new(names::standing(incident), plain),
        Cell::new(holder(desk, pen, incident), plain),
    ];
    marks.into_iter().chain(cells).collect()
}

/// Emergency and supervision stand before the title as words, and in no colour:
/// those are of the alarm.
fn title(incident: &Incident) -> String {
    let title = names::title(incident);
    if !incident.is_open() {
        return title;
    }
    let mut marks = Vec::new();
    if incident.emergency.is_some() {
        marks.push(t!("queue.mark.emergency").into_owned());
    }
    let supervision = names::supervision_mark(incident.supervision);
    if !supervision.is_empty() {
        marks.push(supervision);
    }
    if marks.is_empty() {
        title
    } else {
        t!("queue.marked", marks = marks.join(" "), title = title).into_owned()
    }
}

/// Who has it: the person, else the unit; the own unit is not spelt out, and
/// what nobody has looked at yet has nobody.
fn holder(desk: &Desk, pen: Pen<'_>, incident: &Incident) -> String {
    let holder = &incident.step.holder;
    if incident.stage() == Stage::New {
        pen.glyphs().dash.to_owned()
    } else if holder.person.is_none() && holder.unit.id == desk.officer.unit.id {
        t!("queue.own-unit").into_owned()
    } else {
        names::holder_short(holder).to_owned()
    }
}

/// What the alarm is, and whether acts wait.
/// An open conflict stands before everything else: it must not be overlooked.
fn mark(row: &QueueRow, state: AlarmState) -> Cell<'static> {
    if row.incident.has_open_conflict() {
        let sign = match row.pending {
            Pending::Confirmed => "",
            Pending::Waiting => "*",
            Pending::Doubtful => "?",
        };
        let mark = t!("queue.mark.conflict");
        return Cell::new(format!("{mark}{sign}"), Role::Refused);
    }
    let alarm = if row.incident.is_open() {
        names::alarm_mark(state)
    } else {
        String::new()
    };
    let (sign, role) = match row.pending {
        Pending::Confirmed if state == AlarmState::Snoozed => ("", Role::Dim),
        Pending::Confirmed => ("", Role::Title),
        Pending::Waiting => ("*", Role::Pending),
        Pending::Doubtful => ("?", Role::Refused),
    };
    Cell::new(format!("{alarm}{sign}"), role)
}

/// How many rows the filter leaves, or how far they were looked through.
fn tally(queue: &Queue) -> Option<String> {
    if queue.filter.is_empty() {
        return None;
    }
    let words = match (queue.reach, queue.tally) {
        (Reach::Rows(n), _) => t!("queue.reach", n = n),
        (Reach::Whole, Tally::Exactly(n)) => t!("queue.exactly", n = n),
        (Reach::Whole, Tally::AtMost(n)) => t!("queue.at-most", n = n),
        (Reach::Whole, Tally::Unknown) => return None,
    };
    Some(words.into_owned())
}

/// How far the search index is, while it is being made.
fn indexing(queue: &Queue) -> Option<String> {
    match queue.index {
        Searching::Making { percent } => Some(t!("queue.indexing", percent = percent).into_owned()),
        Searching::Unindexed | Searching::Ready => None,
    }
}

/// The line under the list: filter, list and order, and what waits above.
fn draw_foot(desk: &Desk, pen: Pen<'_>, row: Rect, buf: &mut Buffer) -> Option<Position> {
    pen.clear(buf, row, Role::Text);
    let queue = &desk.queue;
    let view = match queue.view {
        View::Open => t!("queue.view.open"),
        View::All => t!("queue.view.all"),
        View::Closed => t!("queue.view.closed"),
        View::Suppressed => t!("queue.view.suppressed"),
    };
    let sort = match queue.sort {
        Sort::Rank => t!("queue.sort.rank"),
        Sort::Deadline => t!("queue.sort.deadline"),
        Sort::Newest => t!("queue.sort.newest"),
        Sort::Oldest => t!("queue.sort.oldest"),
        Sort::Area => t!("queue.sort.area"),
    };
    let mut right = format!("{view} {} {sort} ", pen.glyphs().dot);
    for part in [tally(queue), indexing(queue)].into_iter().flatten() {
        right = format!("{part} {} {right}", pen.glyphs().dot);
    }
    if !desk.marks.is_empty() {
        let marked = t!("bulk.marked", n = desk.marks.len());
        right = format!("{marked} {right}");
    }
    if !queue.unseen.is_empty() {
        let more = t!("queue.unseen", n = queue.unseen.len());
        right = format!("{more} {right}");
    }
    let width = pen.width(&right).min(row.width);
    let at = Position::new(row.right() - width, row.y);
    let role = if queue.unseen.is_empty() && desk.marks.is_empty() {
        Role::Dim
    } else {
        Role::Title
    };
    pen.text(buf, at, width, &right, role);
    if queue.typing == Typing::No && queue.filter.is_empty() {
        return None;
    }
    let label = t!("queue.filter");
    let at = Position::new(row.x + 1, row.y);
    let used = pen.text(buf, at, FILTER_LABEL_CELLS, &label, Role::Label);
    let field = Rect {
        x: row.x + used + 2,
        width: row.width.saturating_sub(used + 3 + width),
        ..row
    };
    let focus = match queue.typing {
        Typing::Yes => Focus::Here,
        Typing::No => Focus::Elsewhere,
    };
    draw_line(
        pen,
        field,
        buf,
        (&queue.filter, focus),
        &t!("queue.filter-hint"),
    )
}
