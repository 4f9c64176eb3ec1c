//! The mediation network: the tree of units at the left, people beside it, and
//! all that is known of whoever is under the hand.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::area::AreaCode;
use crate::domain::network::availability::Reachable;
use crate::domain::network::nearest::{Rung, Skill};
use crate::domain::unit::Person;
use crate::i18n::t;
use crate::text::aloud::grouped;
use crate::text::mask::mask_phone;
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::network::{Contact, Fold, Network, Pane, Row, Source};
use crate::tui::app::words::{names, network as words};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::scroll::{Paragraph, Wrapped, following};
use crate::tui::widgets::table::{Cell, Column, Header, Highlight, Table, Width};

/// The tree's share of the screen, in percent, and its limits.
const TREE_PERCENT: u16 = 40;
const TREE_CELLS: std::ops::RangeInclusive<u16> = 24..=40;
/// Screens at least this wide have the card beside the people.
const BESIDE_COLUMNS_MIN: u16 = 110;
/// Cells of the card beside the people, and rows of the one below them.
const CARD_CELLS: u16 = 40;
const CARD_ROWS: u16 = 7;
/// Cells of the columns.
const REACH_CELLS: u16 = 4;
const NAME_CELLS: u16 = 8;
const RUNG_CELLS: u16 = 4;
const PHONE_CELLS: u16 = 13;
/// Cells that a level of the tree is moved in.
const INDENT_CELLS: usize = 2;

/// What lies where on the board.
struct Places {
    tree: Rect,
    people: Rect,
    card: Rect,
}

fn places(body: Rect, source: &Source) -> Places {
    let beside = body.width >= BESIDE_COLUMNS_MIN;
    let card_rows = if beside {
        0
    } else {
        CARD_ROWS.min(body.height / 2)
    };
    let upper = Rect {
        height: body.height - card_rows,
        ..body
    };
    // Whoever is nearest to a case comes from all over the tree.
    let width = match source {
        Source::Case(_) => 0,
        Source::Nothing | Source::Unit(_) => {
            (body.width * TREE_PERCENT / 100).clamp(*TREE_CELLS.start(), *TREE_CELLS.end())
        }
    };
    let tree = Rect { width, ..upper };
    let bar = u16::from(width > 0);
    let card_width = if beside { CARD_CELLS } else { 0 };
    let people = Rect {
        x: tree.right() + bar,
        width: upper.width.saturating_sub(width + bar + card_width),
        ..upper
    };
    let card = if beside {
        Rect {
            x: people.right(),
            width: card_width,
            ..upper
        }
    } else {
        Rect {
            y: upper.bottom(),
            height: card_rows,
            ..body
        }
    };
    Places { tree, people, card }
}

/// Draws the board.
pub fn draw(model: &Model, desk: &Desk, pen: Pen<'_>, body: Rect, buf: &mut Buffer) {
    let network = &desk.network;
    let at = places(body, &network.source);
    if at.tree.width > 0 {
        draw_tree(model, network, pen, at.tree, buf);
        for y in at.tree.y..at.tree.bottom() {
            let bar = Position::new(at.tree.right(), y);
            pen.text(buf, bar, 1, pen.glyphs().vertical, Role::Border);
        }
    }
    draw_people(model, desk, pen, at.people, buf);
    draw_card(model, desk, pen, at.card, buf);
}

/// How the row under the hand is shown in the half that keys are for, and in
/// the other one.
fn highlight(model: &Model, network: &Network, pane: Pane) -> Highlight {
    if network.pane == pane {
        model.highlight()
    } else {
        Highlight::Marker
    }
}

fn draw_tree(model: &Model, network: &Network, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let rows = network.rows();
    let height = usize::from(Table::rows_in(area, Header::Shown));
    let cursor = rows
        .iter()
        .position(|row| Some(row.branch.id) == network.unit);
    let at = cursor.unwrap_or(0);
    let top = following(at.saturating_sub(height / 2), at, rows.len(), height);
    let cells: Vec<Vec<Cell<'_>>> = rows
        .iter()
        .skip(top)
        .take(height)
        .map(|row| vec![Cell::new(tree_line(row), Role::Text)])
        .collect();
    Table {
        columns: &[Column::new(t!("network.col.unit"), Width::Flex(1))],
        rows: &cells,
        cursor: cursor.map(|at| at - top.min(at)),
        highlight: highlight(model, network, Pane::Tree),
        header: Header::Shown,
    }
    .draw(pen, area, buf);
    if rows.is_empty() {
        let at = Position::new(area.x + 1, area.y + 2);
        pen.text(buf, at, area.width, &t!("network.empty"), Role::Dim);
    }
}

fn tree_line(row: &Row<'_>) -> String {
    let sign = match row.fold {
        Fold::Leaf => " ",
        Fold::Closed => "+",
        Fold::Open => "-",
    };
    let indent = " ".repeat(usize::from(row.depth) * INDENT_CELLS);
    let people = match row.branch.people {
        0 => String::new(),
        people => format!(" {people}"),
    };
    format!("{indent}{sign}{}{people}", row.branch.unit.name)
}

fn title(desk: &Desk) -> String {
    match &desk.network.source {
        Source::Nothing => String::new(),
        Source::Unit(_) => desk.network.branch().map_or_else(String::new, |branch| {
            t!(
                "network.people-of",
                unit = branch.unit.name,
                n = desk.network.people.len()
            )
            .into_owned()
        }),
        Source::Case(aim) => t!(
            "network.near",
            case = names::number(aim.id, &aim.incident),
            category = names::category(aim.incident.category)
        )
        .into_owned(),
    }
}

fn draw_people(model: &Model, desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let network = &desk.network;
    pen.text(
        buf,
        area.as_position(),
        area.width,
        &title(desk),
        Role::Title,
    );
    let list = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    let near = matches!(network.source, Source::Case(_));
    let rows = &network.people;
    let height = usize::from(Table::rows_in(list, Header::Shown));
    let at = network.cursor;
    let top = following(at.saturating_sub(height / 2), at, rows.len(), height);
    let cells: Vec<Vec<Cell<'_>>> = rows
        .iter()
        .skip(top)
        .take(height)
        .map(|contact| person_cells(model, desk, contact, near))
        .collect();
    let mut columns = vec![
        Column::new(t!("network.col.reach"), Width::Fixed(REACH_CELLS)),
        Column::new(t!("network.col.name"), Width::Fixed(NAME_CELLS)),
        Column::new(t!("network.col.post"), Width::Flex(1)),
    ];
    if near {
        columns.push(Column::new(
            t!("network.col.rung"),
            Width::Fixed(RUNG_CELLS),
        ));
    }
    columns.push(Column::new(
        t!("network.col.phone"),
        Width::Fixed(PHONE_CELLS),
    ));
    Table {
        columns: &columns,
        rows: &cells,
        cursor: (!rows.is_empty()).then(|| at - top.min(at)),
        highlight: highlight(model, network, Pane::People),
        header: Header::Shown,
    }
    .draw(pen, list, buf);
    if rows.is_empty() && !matches!(network.source, Source::Nothing) {
        let at = Position::new(list.x + 1, list.y + 2);
        let words = t!("network.nobody");
        pen.text(buf, at, list.width.saturating_sub(1), &words, Role::Dim);
    }
}

fn person_cells<'a>(model: &Model, desk: &Desk, contact: &'a Contact, near: bool) -> Vec<Cell<'a>> {
    let Some(person) = contact.person() else {
        return Vec::new();
    };
    let reachable = contact
        .near
        .map_or_else(|| person.availability.at(model.now), |near| near.reachable);
    let vain = desk.network.vain(contact.shown.record.id);
    let reach = match vain {
        0 => words::reachable(reachable),
        n => t!("network.vain", n = n).into_owned(),
    };
    let role = if reachable.is_now() && vain == 0 {
        Role::Text
    } else {
        Role::Dim
    };
    let mut cells = vec![
        Cell::new(reach, role),
        Cell::new(person.name.as_str(), Role::Text),
    ];
    if near {
        let post = format!("{} {}", person.post, contact.unit_name);
        cells.push(Cell::new(post.trim().to_owned(), Role::Text));
        let rung = contact
            .near
            .map_or_else(String::new, |near| words::rung(near.rung));
        cells.push(Cell::new(rung, Role::Dim));
    } else {
        cells.push(Cell::new(person.post.as_str(), Role::Text));
    }
    cells.push(Cell::new(grouped(&mask_phone(&person.phone)), Role::Text));
    cells
}

fn draw_card(model: &Model, desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let beside = area.width == CARD_CELLS && area.y < area.bottom().saturating_sub(CARD_ROWS);
    let inner = if beside {
        for y in area.y..area.bottom() {
            pen.text(
                buf,
                Position::new(area.x, y),
                1,
                pen.glyphs().vertical,
                Role::Border,
            );
        }
        Rect {
            x: area.x + 2,
            width: area.width.saturating_sub(2),
            ..area
        }
    } else {
        let line = pen.glyphs().horizontal.repeat(usize::from(area.width));
        pen.text(buf, area.as_position(), area.width, &line, Role::Border);
        Rect {
            x: area.x + 1,
            y: area.y + 1,
            width: area.width.saturating_sub(1),
            height: area.height.saturating_sub(1),
        }
    };
    let Some(contact) = desk.network.contact() else {
        return;
    };
    let text = card(model, desk, contact);
    Wrapped::new(pen, &text, inner.width).draw(pen, inner, buf, 0);
}

fn card(model: &Model, desk: &Desk, contact: &Contact) -> Vec<Paragraph<'static>> {
    let Some(person) = contact.person() else {
        return Vec::new();
    };
    let record = &contact.shown.record;
    let numbers = if desk.network.shows_whole(record.id, model.now) {
        Numbers::Whole
    } else {
        Numbers::Masked
    };
    let mut text = who(desk, person, (record.area, &contact.unit_name), numbers);
    if let Some(near) = contact.near {
        text.push(Paragraph::new(
            why(near.rung, near.skill, near.reachable),
            Role::Text,
        ));
    }
    text.extend(known(model, person));
    text
}

/// How numbers are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    Masked,
    Whole,
}

/// All that is known of somebody, with masked numbers.
pub(super) fn person_in_full(
    model: &Model,
    desk: &Desk,
    person: &Person,
    from: (AreaCode, &str),
) -> Vec<Paragraph<'static>> {
    let mut text = who(desk, person, from, Numbers::Masked);
    text.extend(known(model, person));
    text
}

/// Who it is, from which area and unit, and how to ring them.
fn who(
    desk: &Desk,
    person: &Person,
    (area, unit): (AreaCode, &str),
    numbers: Numbers,
) -> Vec<Paragraph<'static>> {
    let area = names::village_path(area, &desk.places);
    let who = [person.name.as_str(), &person.post, unit, &area]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("  ");
    vec![Paragraph::new(who, Role::Title), phones(person, numbers)]
}

/// What somebody knows, when they can be rung, and since when that is known.
fn known(model: &Model, person: &Person) -> [Paragraph<'static>; 3] {
    let hours = t!("network.hours", hours = words::hours(&person.availability));
    let verified = person.verified_on.map_or_else(
        || t!("network.never-verified").into_owned(),
        |on| {
            let days = model.now.date().days_since(on);
            t!("network.verified", on = on, days = days).into_owned()
        },
    );
    [
        Paragraph::new(words::skills(person), Role::Text),
        Paragraph::new(hours.into_owned(), Role::Text),
        Paragraph::new(verified, Role::Dim),
    ]
}

fn phones(person: &Person, numbers: Numbers) -> Paragraph<'static> {
    let show = |number: &str| {
        if number.is_empty() {
            t!("network.no-number").into_owned()
        } else {
            match numbers {
                Numbers::Whole => grouped(number),
                Numbers::Masked => grouped(&mask_phone(number)),
            }
        }
    };
    let words = t!(
        "network.phones",
        first = show(&person.phone),
        backup = show(&person.backup_phone)
    );
    let role = match numbers {
        Numbers::Whole => Role::Title,
        Numbers::Masked => Role::Text,
    };
    Paragraph::new(words.into_owned(), role)
}

/// Why somebody stands where they stand.
fn why(rung: Rung, skill: Skill, reachable: Reachable) -> String {
    let skill = match skill {
        Skill::Own => t!("network.skill.own"),
        Skill::General => t!("network.skill.general"),
    };
    t!(
        "network.why",
        rung = words::rung(rung),
        skill = skill,
        reach = words::reachable_long(reachable)
    )
    .into_owned()
}
