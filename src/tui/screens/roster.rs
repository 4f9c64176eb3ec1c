//! The roster board: gaps first, then who is on; or tonight, one character for
//! each post, by towns.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::panes;
use crate::domain::roster::candidate::candidates;
use crate::domain::roster::code::{CodeHours, Duty};
use crate::domain::roster::night::{Mark, coverage};
use crate::domain::roster::overview::PostView;
use crate::domain::roster::watch::Gap;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::view::Pending;
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::roster::{Card, Given, Row, View};
use crate::tui::app::words::{names, roster as words, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::scroll::{Paragraph, Wrapped, following};
use crate::tui::widgets::table::{Cell, Column, Header, Table, Width};

/// Cells of the columns.
const MARK_CELLS: u16 = 2;
const TOWN_CELLS: u16 = 8;
const NAME_CELLS: u16 = 8;
const HOURS_CELLS: u16 = 17;
const PHONE_CELLS: u16 = 11;
const STATE_CELLS: u16 = 11;
/// Cells of a town's name on the strip, and of a mark.
const STRIP_NAME_CELLS: u16 = 7;
const STRIP_MARK_CELLS: u16 = 2;
/// Rows under the list or the strip: what they count, or what the marks mean.
const FOOT_ROWS: u16 = 1;
/// Rows for the post under the cursor of the strip.
const STRIP_FOOT_ROWS: u16 = 2;
/// Nights of a post's own strip in the pane.
const NIGHTS_AHEAD: i32 = 14;
/// Which column holds the telephone.
const PHONE_COLUMN: usize = 5;
/// People that the pane names for a gap.
const CANDIDATES_SHOWN: usize = 8;

/// Draws the board.
pub fn draw(model: &Model, desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let Some(given) = &desk.roster.given else {
        let at = Position::new(area.x + 2, area.y + 2);
        pen.text(buf, at, area.width, &t!("roster.reading"), Role::Dim);
        return;
    };
    if given.overview.posts.is_empty() {
        let at = Position::new(area.x + 2, area.y + 2);
        pen.text(buf, at, area.width, &t!("roster.no-posts"), Role::Dim);
        return;
    }
    if desk.roster.card == Card::Open {
        let inner = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        let text = card(desk, given);
        Wrapped::new(pen, &text, inner.width).draw(pen, inner, buf, 0);
        return;
    }
    match desk.roster.view {
        View::List => list(model, desk, given, pen, area, buf),
        View::Strip => strip(desk, given, pen, area, buf),
    }
}

fn foot_of(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let body = Rect {
        height: area.height - rows,
        ..area
    };
    let foot = Rect {
        y: body.bottom(),
        height: rows,
        ..area
    };
    (body, foot)
}

fn list(model: &Model, desk: &Desk, given: &Given, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let (body, foot) = foot_of(area, FOOT_ROWS);
    let board = &desk.roster;
    let height = usize::from(Table::rows_in(body, Header::Shown));
    let at = board.at();
    let top = following(board.top, at, board.rows.len(), height);
    let now = given.overview.now;
    let mut cells: Vec<Vec<Cell<'_>>> = board
        .rows
        .iter()
        .skip(top)
        .take(height)
        .map(|row| cells(desk, given, row, now))
        .collect();
    let mut columns = vec![
        Column::new(t!("roster.col.mark"), Width::Fixed(MARK_CELLS)),
        Column::new(t!("roster.col.town"), Width::Fixed(TOWN_CELLS)),
        Column::new(t!("roster.col.post"), Width::Flex(1)),
        Column::new(t!("roster.col.person"), Width::Fixed(NAME_CELLS)),
        Column::new(t!("roster.col.hours"), Width::Fixed(HOURS_CELLS)),
        Column::new(t!("roster.col.phone"), Width::Fixed(PHONE_CELLS)),
        Column::new(t!("roster.col.state"), Width::Fixed(STATE_CELLS)),
    ];
    // The pane beside the list has the number; the name of the post needs the
    // room.
    if model.is_split() {
        columns.remove(PHONE_COLUMN);
        for row in &mut cells {
            row.remove(PHONE_COLUMN);
        }
    }
    Table {
        columns: &columns,
        rows: &cells,
        cursor: at.checked_sub(top),
        highlight: model.highlight(),
        header: Header::Shown,
    }
    .draw(pen, body, buf);
    let count = |duty| given.overview.now_as(duty).len();
    let summary = t!(
        "roster.summary",
        night = given.overview.night,
        gaps = given.overview.gaps_tonight().count(),
        on = count(Duty::On),
        standby = count(Duty::Standby),
        later = given.overview.gaps_later().count()
    );
    let at = Position::new(foot.x + 1, foot.y);
    pen.text(buf, at, foot.width.saturating_sub(1), &summary, Role::Dim);
}

fn gap_role() -> Role {
    Role::Overdue
}

fn cells<'a>(desk: &'a Desk, given: &'a Given, row: &'a Row, now: Timestamp) -> Vec<Cell<'a>> {
    let post = given.overview.post(row.post());
    let town = post.map_or_else(String::new, |post| names::town(post.area, &desk.places));
    let name = post.map_or("", |post| post.post.name.as_str());
    match row {
        Row::Gap(gap) | Row::Later(gap) => {
            let role = match row {
                Row::Gap(_) => gap_role(),
                Row::Later(_) | Row::Stand(_) => Role::Text,
            };
            vec![
                Cell::new(words::mark(Mark::Gap), role),
                Cell::new(town, Role::Text),
                Cell::new(name, role),
                Cell::new(words::nobody(gap.has), Role::Dim),
                Cell::new(words::span(gap.span, now), role),
                Cell::new(String::new(), Role::Dim),
                Cell::new(words::need(gap.need), Role::Dim),
            ]
        }
        Row::Stand(stand) => {
            let (state, role) = match (desk.roster.pending(stand.rota), stand.checked_in) {
                (Pending::Waiting | Pending::Doubtful, _) => {
                    (t!("roster.state.pending").into_owned(), Role::Pending)
                }
                (Pending::Confirmed, Some(at)) => {
                    let words = t!("roster.state.there", at = at.hh_mm());
                    (words.into_owned(), Role::Done)
                }
                (Pending::Confirmed, None) => match stand.duty {
                    Duty::On => (t!("roster.state.silent").into_owned(), Role::Text),
                    Duty::Standby | Duty::Off => (String::new(), Role::Dim),
                },
            };
            let own = match stand.duty {
                Duty::On => Role::Title,
                Duty::Standby | Duty::Off => Role::Text,
            };
            let phone = names::phone(desk.roster.phone(stand.person.id));
            vec![
                Cell::new(words::code(stand.shift.code), own),
                Cell::new(town, Role::Text),
                Cell::new(name, Role::Text),
                Cell::new(stand.person.name.as_str(), Role::Text),
                Cell::new(words::span(stand.span, now), Role::Text),
                Cell::new(phone, Role::Dim),
                Cell::new(state, role),
            ]
        }
    }
}

fn mark_role(mark: Mark) -> Role {
    match mark {
        Mark::Gap => gap_role(),
        Mark::OnDuty => Role::Title,
        Mark::Standby | Mark::Part => Role::Text,
        Mark::DayOnly | Mark::NotNeeded => Role::Dim,
    }
}

fn strip(desk: &Desk, given: &Given, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let (body, foot) = foot_of(area, STRIP_FOOT_ROWS);
    let overview = &given.overview;
    let towns: Vec<&[PostView]> = overview
        .posts
        .chunk_by(|one, other| one.area.town() == other.area.town())
        .collect();
    let own = |town: &&[PostView]| town.iter().any(|post| Some(post.id) == desk.roster.post);
    let at = towns.iter().position(own).unwrap_or(0);
    let top = following(0, at, towns.len(), usize::from(body.height));
    let shown = towns.iter().skip(top).take(usize::from(body.height));
    for (row, town) in (body.y..).zip(shown) {
        strip_row(
            desk,
            town,
            pen,
            Rect {
                y: row,
                height: 1,
                ..body
            },
            buf,
        );
    }
    let legend: Vec<String> = Mark::ALL
        .into_iter()
        .filter_map(|mark| {
            let count = overview
                .posts
                .iter()
                .filter(|post| post.mark == mark)
                .count();
            let means = words::mark_means(mark);
            (count > 0).then(|| format!("{}={means} {count}", words::mark(mark)))
        })
        .collect();
    let told = under_cursor(desk, given);
    let first = Position::new(foot.x, foot.y);
    pen.text(buf, first, foot.width, &told, Role::Text);
    let second = Position::new(foot.x, foot.y + 1);
    if foot.height > 1 {
        pen.text(buf, second, foot.width, &legend.join("  "), Role::Dim);
    }
}

fn strip_row(desk: &Desk, town: &[PostView], pen: Pen<'_>, row: Rect, buf: &mut Buffer) {
    let name = town
        .first()
        .map_or_else(String::new, |post| names::town(post.area, &desk.places));
    let start = Position::new(row.x, row.y);
    pen.text(buf, start, STRIP_NAME_CELLS - 1, &name, Role::Text);
    let mut x = row.x + STRIP_NAME_CELLS;
    let mut before = None;
    for post in town {
        // What belongs to the town stands apart from its villages.
        if before.is_some_and(|area| area != post.area.level()) {
            x += 1;
        }
        before = Some(post.area.level());
        if x + STRIP_MARK_CELLS > row.right() {
            break;
        }
        let mark = words::mark(post.mark);
        let role = if Some(post.id) == desk.roster.post {
            Role::Selection
        } else {
            mark_role(post.mark)
        };
        pen.text(buf, Position::new(x, row.y), STRIP_MARK_CELLS, &mark, role);
        x += STRIP_MARK_CELLS;
    }
}

/// The post under the cursor of the strip, with who is there tonight.
fn under_cursor(desk: &Desk, given: &Given) -> String {
    let board = &desk.roster;
    let Some(post) = board.hand() else {
        return String::new();
    };
    let now = given.overview.now;
    let who = match (board.gap(), board.stand()) {
        (Some(gap), _) => gap_words(&gap, now),
        (None, Some(stand)) => format!(
            "{} {} {}",
            words::code(stand.shift.code),
            stand.person.name,
            words::span(stand.span, now)
        ),
        (None, None) => words::mark_means(post.mark),
    };
    format!(
        "{} {}  {who}",
        names::town(post.area, &desk.places),
        post.post.name
    )
}

fn gap_words(gap: &Gap, now: Timestamp) -> String {
    format!(
        "{} {} {}",
        words::mark(Mark::Gap),
        words::span(gap.span, now),
        words::need(gap.need)
    )
}

/// Draws what is under the cursor beside the list.
pub fn draw_side(desk: &Desk, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    let inner = panes::beside(pen, area, buf);
    if let Some(given) = &desk.roster.given {
        let text = card(desk, given);
        Wrapped::new(pen, &text, inner.width).draw(pen, inner, buf, 0);
    }
}

fn card<'a>(desk: &Desk, given: &Given) -> Vec<Paragraph<'a>> {
    let board = &desk.roster;
    let now = given.overview.now;
    let Some(post) = board.hand() else {
        return Vec::new();
    };
    let told = |text: String, role| Paragraph::new(text, role);
    let mut text = vec![
        told(post.post.name.clone(), Role::Title),
        told(
            format!(
                "{}  {}",
                words::kind(post.post.kind),
                names::place_path(post.area, &desk.places)
            ),
            Role::Dim,
        ),
        told(
            t!(
                "roster.card.needs",
                day = words::need(post.post.needs.day),
                night = words::need(post.post.needs.night)
            )
            .into_owned(),
            Role::Dim,
        ),
        told(String::new(), Role::Text),
    ];
    if let Some(gap) = board.gap() {
        text.push(told(gap_words(&gap, now), gap_role()));
        text.push(told(t!("roster.card.able").into_owned(), Role::Title));
        let able = candidates(&given.overview.watch, &given.able, post.area, gap.span);
        for one in able.iter().take(CANDIDATES_SHOWN) {
            let line = format!(
                "{}  {}  {}",
                one.person.name,
                words::distance(one.distance),
                words::busy(one.busy)
            );
            text.push(told(line, Role::Text).indented(2));
        }
        text.push(told(String::new(), Role::Text));
    }
    if let Some(stand) = board.stand() {
        let who = format!(
            "{}  {}",
            stand.person.name,
            names::phone(board.phone(stand.person.id))
        );
        text.push(told(who, Role::Title));
        text.push(told(
            format!(
                "{} {}",
                words::code(stand.shift.code),
                words::span(stand.span, now)
            ),
            Role::Text,
        ));
        text.push(told(
            stand.checked_in.map_or_else(
                || t!("roster.card.silent").into_owned(),
                |at| t!("roster.card.there", at = time::both(at, now)).into_owned(),
            ),
            Role::Text,
        ));
        text.push(told(String::new(), Role::Text));
    }
    text.push(told(t!("roster.card.ahead").into_owned(), Role::Title));
    text.extend(
        ahead(given, post, &desk.policy.roster).map(|line| told(line, Role::Text).indented(2)),
    );
    text
}

/// Who stands on the post in the days to come.
fn ahead<'a>(
    given: &'a Given,
    post: &'a PostView,
    hours: &'a CodeHours,
) -> impl Iterator<Item = String> + 'a {
    let first = given.overview.night;
    (0..NIGHTS_AHEAD).map(move |day| {
        let date = first.saturating_add_days(day);
        let own = given.overview.watch.at_post(post.id).iter();
        let who: Vec<String> = own
            .filter(|stand| stand.date == date)
            .map(|stand| format!("{}{}", words::code(stand.shift.code), stand.person.name))
            .collect();
        let (mark, _) = coverage(&given.overview.watch, (post.id, &post.post), date, hours);
        format!(
            "{:02}-{:02} {} {}",
            date.month(),
            date.day(),
            words::mark(mark),
            who.join(" ")
        )
    })
}
