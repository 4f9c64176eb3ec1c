//! The one search: the line, what was found and why, and what the one under the
//! hand is.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::{found, panes};
use crate::domain::codes::Category;
use crate::domain::record::Body;
use crate::domain::time::Timestamp;
use crate::i18n::{Language, current, t};
use crate::store::seek::{Coverage, Field, Hit, HitKind, Only, Rest, Why};
use crate::text::aloud::grouped;
use crate::text::mask::mask_phone;
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::search::Search;
use crate::tui::app::words::{log, names, time, warning as warned};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::input_view::{Focus, draw_line};
use crate::tui::widgets::scroll::{Wrapped, following};
use crate::tui::widgets::table::{Cell, Column, Header, Table, Width};

/// Rows of the line and of what it is narrowed to.
const HEAD_ROWS: u16 = 1;
/// Rows below the hits that say what the one under the hand is, and how many
/// there are; and those of the number alone.
const FOOT_ROWS: u16 = 3;
const COUNT_ROWS: u16 = 1;
/// Cells of the kind.
const KIND_CELLS_ZH: u16 = 4;
const KIND_CELLS_EN: u16 = 6;
/// Cells before the first column, and between two.
const MARKER_CELLS: u16 = 1;
const GAP_CELLS: u16 = 1;
/// The shares of name and of what stands beside it, in percent.
const WHAT_PERCENT: u16 = 44;
const ASIDE_PERCENT: u16 = 28;

/// Where the columns begin and how wide they are.
struct Columns {
    kind: u16,
    what: u16,
    aside: u16,
    why: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        let kind = match current() {
            Language::Chinese => KIND_CELLS_ZH,
            Language::English => KIND_CELLS_EN,
        };
        let room = width.saturating_sub(MARKER_CELLS + kind + 3 * GAP_CELLS);
        let what = room * WHAT_PERCENT / 100;
        let aside = room * ASIDE_PERCENT / 100;
        Self {
            kind,
            what,
            aside,
            why: room.saturating_sub(what + aside),
        }
    }

    const fn what_at(&self) -> u16 {
        MARKER_CELLS + self.kind + GAP_CELLS
    }

    const fn why_at(&self) -> u16 {
        self.what_at() + self.what + GAP_CELLS + self.aside + GAP_CELLS
    }
}

/// What lies where: the hits with a line that says what the one under the hand
/// is, or, where the screen is wide, with all of it beside them.
struct Parts {
    head: Rect,
    list: Rect,
    side: Option<Rect>,
    foot: Rect,
}

fn parts(model: &Model, body: Rect) -> Parts {
    let head = Rect {
        height: HEAD_ROWS.min(body.height),
        ..body
    };
    let foot_rows = if model.is_split() {
        COUNT_ROWS
    } else {
        FOOT_ROWS
    };
    let foot_rows = foot_rows.min(body.height.saturating_sub(HEAD_ROWS));
    let hits = Rect {
        y: head.bottom(),
        height: body.height.saturating_sub(HEAD_ROWS + foot_rows),
        ..body
    };
    let foot = Rect {
        y: hits.bottom(),
        height: foot_rows,
        ..body
    };
    let (list, side) = if model.is_split() {
        let (mut list, side) = super::split(hits);
        // A blank between the last column and the line of the pane.
        list.width = list.width.saturating_sub(1);
        (list, Some(side))
    } else {
        (hits, None)
    };
    Parts {
        head,
        list,
        side,
        foot,
    }
}

/// Rows that a page of hits has.
pub fn rows(model: &Model, body: Rect) -> usize {
    usize::from(Table::rows_in(parts(model, body).list, Header::Shown))
}

/// Draws it and returns where the cursor belongs.
pub fn draw(
    model: &Model,
    desk: &Desk,
    search: &Search,
    pen: Pen<'_>,
    body: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    pen.clear(buf, body, Role::Text);
    let parts = parts(model, body);
    let cursor = draw_head(search, pen, parts.head, buf);
    draw_hits(model, desk, search, pen, parts.list, buf);
    if search.found.hits.is_empty() {
        let first = Rect {
            y: parts.list.y + 2,
            height: 1,
            ..body
        };
        draw_nothing(search, pen, first.intersection(body), buf);
    }
    match (parts.side, search.current()) {
        (Some(side), Some(hit)) => {
            let inner = panes::beside(pen, side, buf);
            let text = found::in_full(model, desk, pen, hit);
            Wrapped::new(pen, &text, inner.width).draw(pen, inner, buf, 0);
        }
        (None, Some(hit)) => {
            let text = told(desk, hit, model.now);
            draw_told(&text, pen, parts.foot, buf);
        }
        (_, None) => {}
    }
    let count = Rect {
        y: parts.foot.bottom().saturating_sub(COUNT_ROWS),
        height: COUNT_ROWS.min(parts.foot.height),
        ..parts.foot
    };
    draw_count(search, pen, count, buf);
    cursor
}

fn draw_head(search: &Search, pen: Pen<'_>, row: Rect, buf: &mut Buffer) -> Option<Position> {
    let label = t!("search.label");
    let used = pen.text(buf, row.as_position(), row.width, &label, Role::Title);
    let mut tabs: Vec<(String, Role)> = Vec::new();
    for only in Only::ALL {
        let role = if only == search.only {
            Role::FrameActive
        } else {
            Role::Dim
        };
        tabs.push((format!(" {} ", only_words(only)), role));
    }
    let width: u16 = tabs.iter().map(|(text, _)| pen.width(text)).sum();
    let field = Rect {
        x: row.x + used + 1,
        width: row.width.saturating_sub(used + 2 + width),
        ..row
    };
    let mut x = field.right() + 1;
    for (text, role) in &tabs {
        let room = row.right().saturating_sub(x);
        x += pen.text(buf, Position::new(x, row.y), room, text, *role);
    }
    draw_line(
        pen,
        field,
        buf,
        (&search.input, Focus::Here),
        &t!("search.hint"),
    )
}

fn only_words(only: Only) -> String {
    match only {
        Only::All => t!("search.only.all"),
        Only::People => t!("search.only.people"),
        Only::Cases => t!("search.only.cases"),
        Only::Places => t!("search.only.places"),
        Only::Warnings => t!("search.only.warnings"),
        Only::Log => t!("search.only.log"),
    }
    .into_owned()
}

fn kind_words(kind: HitKind) -> String {
    match kind {
        HitKind::Person => t!("search.kind.person"),
        HitKind::Place => t!("search.kind.place"),
        HitKind::Unit => t!("search.kind.unit"),
        HitKind::Case => t!("search.kind.case"),
        HitKind::Warning => t!("search.kind.warning"),
        HitKind::Line => t!("search.kind.line"),
    }
    .into_owned()
}

/// What a hit is called; the same text that its name was found in.
fn what(hit: &Hit, now: Timestamp) -> String {
    match &hit.record.body {
        Body::Incident(incident) => names::title(incident),
        Body::Person(person) => person.name.clone(),
        Body::Unit(unit) => unit.name.clone(),
        Body::Place(place) => place.name.clone(),
        Body::Warning(warning) => warned::why(warning, now),
        Body::LogLine(line) => log::words(line),
        Body::Entry(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => String::new(),
    }
}

fn aside(desk: &Desk, hit: &Hit, now: Timestamp) -> String {
    let area = || names::town(hit.record.area, &desk.places);
    match &hit.record.body {
        Body::Incident(incident) => {
            format!("{} {}", names::stage(incident.stage()), area())
        }
        Body::Person(person) => [person.post.as_str(), hit.unit_name.as_str()]
            .join(" ")
            .trim()
            .to_owned(),
        Body::Unit(_) | Body::Place(_) => hit
            .record
            .area
            .parent()
            .map_or_else(String::new, |above| names::place(above, &desk.places)),
        Body::Warning(warning) => {
            format!("{} {}", warned::standing(warning.standing()), area())
        }
        Body::LogLine(line) => {
            format!("{} {}", time::moment(line.at, now), line.author.name)
        }
        Body::Entry(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => String::new(),
    }
}

/// Whether a reason is told by what the hit is called. A warning is not called
/// as its case is.
pub(super) const fn is_called(kind: HitKind, field: Field) -> bool {
    match field {
        Field::Name => true,
        Field::Title => matches!(kind, HitKind::Case),
        _ => false,
    }
}

/// The reason that is not told by the name itself.
fn other_reason(hit: &Hit) -> Option<&Why> {
    hit.why.iter().find(|why| !is_called(hit.kind, why.field))
}

pub(super) fn field_words(field: Field) -> String {
    crate::i18n::text(&format!("search.field.{}", field.name())).into_owned()
}

pub(super) fn reason_text(why: &Why) -> String {
    match why.field {
        Field::Category => Category::from_code(&why.text)
            .map_or_else(String::new, |category| names::category(category).to_owned()),
        _ => why.text.clone(),
    }
}

fn draw_hits(
    model: &Model,
    desk: &Desk,
    search: &Search,
    pen: Pen<'_>,
    area: Rect,
    buf: &mut Buffer,
) {
    let hits = &search.found.hits;
    let height = usize::from(Table::rows_in(area, Header::Shown));
    let top = following(
        search.cursor.saturating_sub(height / 2),
        search.cursor,
        hits.len(),
        height,
    );
    let columns = Columns::of(area.width);
    let shown: Vec<&Hit> = hits.iter().skip(top).take(height).collect();
    let cells: Vec<Vec<Cell<'_>>> = shown
        .iter()
        .map(|hit| {
            let why = other_reason(hit).map_or_else(String::new, |why| {
                format!("{} {}", field_words(why.field), reason_text(why))
            });
            vec![
                Cell::new(kind_words(hit.kind), Role::Dim),
                Cell::new(what(hit, model.now), Role::Text),
                Cell::new(aside(desk, hit, model.now), Role::Text),
                Cell::new(why, Role::Dim),
            ]
        })
        .collect();
    Table {
        columns: &[
            Column::new(t!("search.col.kind"), Width::Fixed(columns.kind)),
            Column::new(t!("search.col.what"), Width::Fixed(columns.what)),
            Column::new(t!("search.col.aside"), Width::Fixed(columns.aside)),
            Column::new(t!("search.col.why"), Width::Fixed(columns.why)),
        ],
        rows: &cells,
        cursor: (!hits.is_empty()).then(|| search.cursor.saturating_sub(top)),
        highlight: model.highlight(),
        header: Header::Shown,
    }
    .draw(pen, area, buf);
    for (hit, y) in shown.iter().zip(area.y + 1..area.bottom()) {
        for why in &hit.why {
            let (x, room, text, before) = match why.field {
                field if is_called(hit.kind, field) => (
                    columns.what_at(),
                    columns.what,
                    what(hit, model.now),
                    String::new(),
                ),
                _ if other_reason(hit) == Some(why) => (
                    columns.why_at(),
                    columns.why,
                    reason_text(why),
                    format!("{} ", field_words(why.field)),
                ),
                _ => continue,
            };
            let at = Position::new(area.x + x, y);
            mark(pen, buf, at, room, (&text, &before), &why.chars);
        }
    }
}

/// Says why there is no hit, over the whole width.
fn draw_nothing(search: &Search, pen: Pen<'_>, row: Rect, buf: &mut Buffer) {
    if row.is_empty() {
        return;
    }
    let words = match (search.input.is_empty(), search.waits()) {
        (true, _) => t!("search.empty"),
        (false, true) => t!("search.waiting"),
        (false, false) => t!("search.nothing"),
    };
    let at = Position::new(row.x + 2, row.y);
    pen.text(buf, at, row.width.saturating_sub(2), &words, Role::Dim);
}

/// Marks characters of a text that is drawn already, behind what stands before
/// it.
fn mark(
    pen: Pen<'_>,
    buf: &mut Buffer,
    at: Position,
    room: u16,
    (text, before): (&str, &str),
    chars: &Range<usize>,
) {
    let part = |range: Range<usize>| -> String {
        text.chars().skip(range.start).take(range.len()).collect()
    };
    let start = pen.width(before) + pen.width(&part(0..chars.start));
    let width = pen.width(&part(chars.clone()));
    let visible = Rect {
        x: at.x + start.min(room),
        y: at.y,
        width: width.min(room.saturating_sub(start)),
        height: 1,
    };
    if !visible.is_empty() {
        // The row's own colours stay, whether it is under the hand or not.
        let marked = Style::new().add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
        buf.set_style(visible.intersection(buf.area), marked);
    }
}

/// Says below the hits what the one under the hand is.
fn draw_told(text: &str, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let line = pen.glyphs().horizontal.repeat(usize::from(area.width));
    pen.text(buf, area.as_position(), area.width, &line, Role::Border);
    if let Some(row) = area.rows().nth(1) {
        pen.text(buf, row.as_position(), row.width, text, Role::Text);
    }
}

/// How many were found, and whether that is all.
fn draw_count(search: &Search, pen: Pen<'_>, row: Rect, buf: &mut Buffer) {
    if search.input.is_empty() || row.is_empty() {
        return;
    }
    let many = search.found.hits.len();
    let mut words = match search.found.rest {
        Rest::None => t!("search.count", n = many),
        Rest::Some => t!("search.count-more", n = many),
    }
    .into_owned();
    if search.found.coverage == Coverage::Partly {
        words = format!("{words}  {}", t!("search.partly"));
    }
    pen.text(buf, row.as_position(), row.width, &words, Role::Dim);
}

/// The one under the hand in a line: what it is, where it is, how to reach it.
fn told(desk: &Desk, hit: &Hit, now: Timestamp) -> String {
    let area = names::village_path(hit.record.area, &desk.places);
    let parts: Vec<String> = match &hit.record.body {
        Body::Incident(incident) => vec![
            names::number(hit.record.id, incident),
            names::category(incident.category).to_owned(),
            area,
            incident.step.holder.unit.name.clone(),
        ],
        Body::Person(person) => vec![
            person.name.clone(),
            person.post.clone(),
            hit.unit_name.clone(),
            area,
            grouped(&mask_phone(&person.phone)),
        ],
        Body::Unit(unit) => vec![unit.name.clone(), area, grouped(&unit.phone)],
        Body::Place(place) => vec![place.name.clone(), area, hit.record.area.to_string()],
        Body::Warning(warning) => vec![
            names::rank(warning.alarm.rank, &desk.policy),
            warned::standing(warning.standing()),
            area,
            time::moment(warning.alarm.raised_at, now),
            warned::source(warning),
        ],
        Body::LogLine(line) => vec![
            time::moment(line.at, now),
            log::kind(line),
            log::author(line),
            log::words(line),
        ],
        Body::Entry(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => Vec::new(),
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!(" {}", parts.join("  "))
}
