//! The board of warnings: the map of the towns and the last day, the list in
//! groups, and what stands under the cursor in full.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{panes, town_map};
use crate::domain::warning::Standing;
use crate::i18n::t;
use crate::store::view::Pending;
use crate::store::warnings::WarningRow;
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::warnings::{Ground, Grouping, Line};
use crate::tui::app::words::{names, time, warning as words};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::scroll::{Paragraph, Wrapped};
use crate::tui::widgets::table::{Cell, Column, Header, Table, Width};

/// Cells of the columns.
const RANK_CELLS: u16 = 4;
const STANDING_CELLS: u16 = 7;
const TOWN_CELLS: u16 = 8;
const AGE_CELLS: u16 = 10;
/// Rows under the list for the warning under the cursor, where no pane stands
/// beside it, and the line of counts.
const FOOT_ROWS: u16 = 3;
const COUNT_ROWS: u16 = 1;
/// The least height with which the map is drawn.
const MAP_HEIGHT_MIN: u16 = 18;

/// What lies where on the board.
struct Parts {
    map: Option<Rect>,
    list: Rect,
    foot: Option<Rect>,
    count: Rect,
}

fn parts(model: &Model, area: Rect, side: Option<Rect>) -> Parts {
    let tall = area.height >= MAP_HEIGHT_MIN;
    let map = (tall && area.width >= town_map::COLUMNS_MIN).then_some(Rect {
        height: town_map::ROWS,
        ..area
    });
    // On a wall no row is under a cursor.
    let has_foot = tall && side.is_none() && model.wall.is_none();
    let foot_rows = if has_foot { FOOT_ROWS } else { 0 };
    let top = map.map_or(area.y, Rect::bottom);
    let count = Rect {
        y: area.bottom().saturating_sub(COUNT_ROWS),
        height: area.height.min(COUNT_ROWS),
        ..area
    };
    let list = Rect {
        y: top,
        height: count.y.saturating_sub(top).saturating_sub(foot_rows),
        ..area
    };
    Parts {
        map,
        list,
        foot: (foot_rows > 0).then_some(Rect {
            y: list.bottom(),
            height: foot_rows,
            ..area
        }),
        count,
    }
}

/// Lines of the list that fit.
pub fn rows(model: &Model, area: Rect, side: Option<Rect>) -> usize {
    usize::from(Table::rows_in(parts(model, area, side).list, Header::Shown))
}

/// Draws the board.
pub fn draw(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    (area, side): (Rect, Option<Rect>),
    buf: &mut Buffer,
) {
    let parts = parts(model, area, side);
    if let Some(map) = parts.map {
        town_map::draw(desk, pen, map, buf);
    }
    draw_list(model, desk, pen, parts.list, buf);
    draw_count(desk, pen, parts.count, buf);
    if let Some(foot) = parts.foot {
        draw_foot(model, desk, pen, foot, buf);
    }
    if let Some(side) = side {
        draw_side(model, desk, pen, side, buf);
    }
}

/// What the board is worded by.
pub fn ground<'a>(model: &Model, desk: &'a Desk) -> Ground<'a> {
    Ground {
        policy: &desk.policy,
        places: &desk.places,
        now: model.now,
    }
}

fn columns() -> [Column<'static>; 5] {
    [
        Column::new(t!("warning.col.rank"), Width::Fixed(RANK_CELLS)),
        Column::new(t!("warning.col.standing"), Width::Fixed(STANDING_CELLS)),
        Column::new(t!("warning.col.town"), Width::Fixed(TOWN_CELLS)),
        Column::new(t!("warning.col.age"), Width::Fixed(AGE_CELLS)),
        Column::new(t!("warning.col.why"), Width::Flex(1)),
    ]
}

fn draw_list(model: &Model, desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let columns = columns();
    let table = |rows: &[Vec<Cell<'_>>], cursor, header, area, buf: &mut Buffer| {
        Table {
            columns: &columns,
            rows,
            cursor,
            highlight: model.highlight(),
            header,
        }
        .draw(pen, area, buf);
    };
    table(&[], None, Header::Shown, area, buf);
    let warnings = &desk.warnings;
    if warnings.board.rows.is_empty() {
        let at = Position::new(area.x + 2, area.y + 2);
        if area.height > 2 {
            pen.text(buf, at, area.width, &t!("warning.empty"), Role::Dim);
        }
        return;
    }
    let lines = warnings.lines(&ground(model, desk));
    for (line, row) in lines.iter().skip(warnings.top).zip(area.rows().skip(1)) {
        match line {
            Line::Heading(name, count) => {
                let words = t!("warning.heading", name = name, n = count);
                let at = Position::new(row.x + 1, row.y);
                pen.text(buf, at, row.width.saturating_sub(1), &words, Role::Title);
            }
            Line::Row(shown) => {
                let cursor = (warnings.cursor == Some(shown.id)).then_some(0);
                let cells = [cells(model, desk, pen, shown)];
                table(&cells, cursor, Header::Absent, row, buf);
            }
        }
    }
}

fn cells<'a>(model: &Model, desk: &'a Desk, pen: Pen<'_>, row: &'a WarningRow) -> Vec<Cell<'a>> {
    let warning = &row.warning;
    let badge = names::badge(warning.alarm.rank, &desk.policy);
    let standing = warning.standing();
    // Three states beyond the colour: bold, plain, dim; and each in a word.
    let (plain, state) = match standing {
        Standing::Unacknowledged => (Role::Text, Role::Title),
        Standing::Acknowledged => (Role::Text, Role::Text),
        Standing::LiftedUnseen | Standing::Lifted => (Role::Dim, Role::Dim),
    };
    let colour = match standing {
        Standing::Unacknowledged | Standing::Acknowledged => badge.role(),
        Standing::LiftedUnseen | Standing::Lifted => Role::Dim,
    };
    let (sign, state) = match row.pending {
        Pending::Confirmed => ("", state),
        Pending::Waiting => ("*", Role::Pending),
        Pending::Doubtful => ("?", Role::Refused),
    };
    vec![
        Cell::new(badge.text(pen), colour),
        Cell::new(format!("{}{sign}", words::standing(standing)), state),
        Cell::new(words::town_short(row.area, &desk.places), plain),
        Cell::new(time::relative(warning.alarm.raised_at, model.now), plain),
        Cell::new(marked(row, model), plain),
    ]
}

/// The line, with the supervision of the case before it: as a word and in no
/// colour, because that card is of its handler's lateness.
fn marked(row: &WarningRow, model: &Model) -> String {
    let line = words::line(row, model.now);
    let card = row
        .case
        .as_ref()
        .map(|case| names::supervision_mark(case.supervision))
        .filter(|card| !card.is_empty());
    match card {
        Some(card) => t!("queue.marked", marks = card, title = line).into_owned(),
        None => line,
    }
}

/// How many there are, and how they are grouped.
fn draw_count(desk: &Desk, pen: Pen<'_>, row: Rect, buf: &mut Buffer) {
    pen.clear(buf, row, Role::Text);
    let counts = &desk.counts.warnings;
    let mut left = t!(
        "warning.counts",
        open = counts.open(),
        unacknowledged = counts.unacknowledged(),
        unseen = counts.lifted_unseen
    )
    .into_owned();
    if desk.warnings.board.left_out > 0 {
        left.push_str(&t!("warning.left-out", n = desk.warnings.board.left_out));
    }
    let grouping = match desk.warnings.grouping {
        Grouping::Colour => t!("warning.grouping.colour"),
        Grouping::Town => t!("warning.grouping.town"),
        Grouping::Age => t!("warning.grouping.age"),
    };
    let right = format!("{grouping} ");
    let width = pen.width(&right).min(row.width);
    let at = Position::new(row.right() - width, row.y);
    pen.text(buf, at, width, &right, Role::Dim);
    let at = Position::new(row.x + 1, row.y);
    let room = row.width.saturating_sub(width + 2);
    pen.text(buf, at, room, &left, Role::Dim);
}

/// The warning under the cursor, in three lines.
fn draw_foot(model: &Model, desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    pen.clear(buf, area, Role::Text);
    let Some(row) = desk.warnings.current() else {
        return;
    };
    let warning = &row.warning;
    let about = words::subject_in_full(row, &desk.places);
    let why = words::why(warning, model.now);
    let origin = words::origin(warning, model.now);
    let last = words::lifted(warning, model.now).or_else(|| {
        let turn = warning.turns.last()?;
        let words = words::turn(turn, &desk.policy, model.now);
        Some(format!("{words} {}", turn.reason))
    });
    let lines = [
        (
            t!("warning.line", why = why, about = about).into_owned(),
            Role::Text,
        ),
        (origin, Role::Dim),
        (last.unwrap_or_default(), Role::Dim),
    ];
    for ((line, role), row) in lines.iter().zip(area.rows()) {
        let at = Position::new(row.x + 1, row.y);
        pen.text(buf, at, row.width.saturating_sub(1), line, *role);
    }
}

/// The warning under the cursor with its history, beside the list.
fn draw_side(model: &Model, desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let inner = panes::beside(pen, area, buf);
    if let Some(row) = desk.warnings.current() {
        let text = in_full(model, desk, pen, row);
        Wrapped::new(pen, &text, inner.width).draw(pen, inner, buf, 0);
    } else {
        let words = t!("warning.nothing");
        pen.text(buf, inner.as_position(), inner.width, &words, Role::Dim);
    }
}

/// A warning with its history.
pub(super) fn in_full(
    model: &Model,
    desk: &Desk,
    pen: Pen<'_>,
    row: &WarningRow,
) -> Vec<Paragraph<'static>> {
    let warning = &row.warning;
    let now = model.now;
    let badge = names::badge(warning.alarm.rank, &desk.policy);
    let standing = warning.standing();
    let head = format!("{} {}", badge.text(pen), words::standing(standing));
    let mut text = vec![
        Paragraph::new(head, badge.role()),
        Paragraph::new(words::why(warning, now), Role::Title),
    ];
    let mut say = |role, words: String| text.push(Paragraph::new(words, role));
    say(Role::Text, words::subject_in_full(row, &desk.places));
    say(Role::Dim, names::place_path(row.area, &desk.places));
    say(Role::Dim, words::origin(warning, now));
    if let Some(answered) = words::answered(warning, now) {
        say(Role::Text, answered);
    }
    if let Some(lifted) = words::lifted(warning, now) {
        say(Role::Text, lifted);
    }
    let named = words::named(warning);
    if !named.is_empty() {
        say(Role::Label, t!("warning.named").into_owned());
        for case in named {
            say(Role::Text, format!("  {}", case.name()));
        }
    }
    say(Role::Label, t!("warning.history").into_owned());
    for turn in warning.turns.iter().rev() {
        say(Role::Text, words::turn(turn, &desk.policy, now));
        if !turn.reason.is_empty() {
            say(Role::Dim, format!("  {}", turn.reason));
        }
    }
    text
}
