//! The big screen: the boards of the workstation under figures that can be read
//! from the other end of the room, and what interrupts them.
//!
//! Nothing here names a person: the boards draw what a wall is sent, and the rest
//! are counts, places and titles.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::frame::{Parts as Words, link, two_sides};
use super::{FRAME_ROWS, HINT_ROWS, frame, queue, warnings};
use crate::i18n::t;
use crate::tui::app::banner::Ringing;
use crate::tui::app::model::{Board, Desk, Model};
use crate::tui::app::wall::{Turning, Wall, WallBoard};
use crate::tui::app::words::{names, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;

/// From this height and width on the figures are big.
const BIG_HEIGHT_MIN: u16 = 36;
const BIG_WIDTH_MIN: u16 = 110;
/// Rows of big figures with the line of names over them and the blank one below,
/// and of small ones.
const BIG_ROWS: u16 = 7;
const SMALL_ROWS: u16 = 1;
/// Rows that one held red takes, and how many are told each.
const HELD_ROWS: u16 = 3;
const HELD_MAX: usize = 3;
const HELD_MAX_LOW: usize = 1;
/// Blank cells between two figures.
const FIGURE_GAP_CELLS: u16 = 6;
/// Rows and cells of a big digit, and the blank one after it.
const DIGIT_ROWS: u16 = 5;
const DIGIT_CELLS: u16 = 3;
const DIGIT_STEP_CELLS: u16 = DIGIT_CELLS + 1;
/// The digits, row by row, a bit for a cell, the left one first. They are drawn
/// with the digit itself: so every terminal has them, and without colours too.
const DIGITS: [[u8; DIGIT_ROWS as usize]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 1, 1],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

/// What lies where on the wall.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub frame: Rect,
    figures: Rect,
    held: Rect,
    pub body: Rect,
    pub hint: Rect,
}

/// Lays the wall out.
pub fn parts(wall: &Wall, screen: Rect) -> Parts {
    let frame = Rect {
        height: FRAME_ROWS.min(screen.height),
        ..screen
    };
    let hint = Rect {
        y: screen.bottom().saturating_sub(HINT_ROWS).max(screen.y),
        height: HINT_ROWS.min(screen.height),
        ..screen
    };
    let figures = Rect {
        y: frame.bottom(),
        height: if is_big(screen) { BIG_ROWS } else { SMALL_ROWS },
        ..screen
    };
    let told = u16::try_from(wall.held().len().min(held_max(screen))).unwrap_or(0);
    // A line says how many more there are.
    let more = u16::from(wall.held().len() > held_max(screen));
    let held = Rect {
        y: figures.bottom(),
        height: told * HELD_ROWS + more,
        ..screen
    };
    let body = Rect {
        y: held.bottom(),
        height: hint.y.saturating_sub(held.bottom()),
        ..screen
    };
    Parts {
        frame,
        figures,
        held,
        body,
        hint,
    }
}

const fn is_big(screen: Rect) -> bool {
    screen.height >= BIG_HEIGHT_MIN && screen.width >= BIG_WIDTH_MIN
}

const fn held_max(screen: Rect) -> usize {
    if is_big(screen) {
        HELD_MAX
    } else {
        HELD_MAX_LOW
    }
}

/// Draws the wall.
pub fn draw(model: &Model, wall: &Wall, pen: Pen<'_>, screen: Rect, buf: &mut Buffer) {
    let Some(desk) = &model.desk else { return };
    let parts = parts(wall, screen);
    draw_frame(model, desk, wall, pen, parts.frame, buf);
    draw_figures(desk, wall, pen, (screen, parts.figures), buf);
    draw_held(model, desk, wall, pen, parts.held, buf);
    if desk.board == Board::Warnings {
        warnings::draw(model, desk, pen, (parts.body, None), buf);
    } else {
        queue::draw(model, desk, pen, parts.body, buf);
    }
    frame::draw_hints(model, pen, parts.hint, buf);
}

fn name(board: WallBoard) -> String {
    match board {
        WallBoard::Warnings => t!("wall.board-warnings"),
        WallBoard::Incidents => t!("wall.board-incidents"),
        WallBoard::Deadlines => t!("wall.board-deadlines"),
    }
    .into_owned()
}

/// Whose wall it is and the clock; the boards, what turns them, and the line.
fn draw_frame(model: &Model, desk: &Desk, wall: &Wall, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    pen.clear(buf, area, Role::Frame);
    let mut rows = area.rows();
    if let Some(row) = rows.next() {
        let who = format!(" {}  {}", t!("wall.title"), desk.officer.unit.name);
        let clock = format!("{} {} ", time::day(model.now, model.now), model.now.hh_mm());
        two_sides(
            pen,
            buf,
            row,
            &[(who, Role::Frame)],
            &[(clock, Role::FrameActive)],
        );
    }
    if let Some(row) = rows.next() {
        let mut left: Words = Vec::new();
        for (at, board) in wall.boards().iter().enumerate() {
            let lit = *board == wall.shown();
            let role = if lit { Role::FrameActive } else { Role::Frame };
            left.push((" ".to_owned(), Role::Frame));
            left.push((format!("{}{}", at + 1, name(*board)), role));
        }
        let turns = if !wall.held().is_empty() {
            t!("wall.held")
        } else if wall.turning() == Turning::Paused {
            t!("wall.paused")
        } else {
            t!("wall.turns", n = wall.every().0 / 1_000)
        };
        left.push((format!("   {turns}"), Role::Frame));
        two_sides(pen, buf, row, &left, &link(model));
    }
}

/// A figure with what it counts.
struct Figure {
    name: String,
    count: u64,
    role: Role,
}

/// How many are open of each colour, and how many nobody answers for: of what
/// the board shows.
fn figures(desk: &Desk, wall: &Wall, pen: Pen<'_>) -> Vec<Figure> {
    let (open, unanswered) = match wall.shown() {
        WallBoard::Warnings => {
            let counts = &desk.counts.warnings;
            (counts.open_by_severity, counts.unacknowledged())
        }
        WallBoard::Incidents | WallBoard::Deadlines => {
            (desk.counts.open_by_severity, desk.counts.unacknowledged())
        }
    };
    let mut figures: Vec<Figure> = desk
        .policy
        .levels
        .iter()
        .filter_map(|level| {
            let index = usize::from(level.rank.severity()) - 1;
            let badge = names::badge(level.rank, &desk.policy);
            Some(Figure {
                name: badge.text(pen),
                count: open.get(index).copied()?,
                role: badge.role(),
            })
        })
        .collect();
    figures.push(Figure {
        name: t!("wall.unanswered").into_owned(),
        count: unanswered,
        role: Role::Title,
    });
    figures
}

fn draw_figures(
    desk: &Desk,
    wall: &Wall,
    pen: Pen<'_>,
    (screen, area): (Rect, Rect),
    buf: &mut Buffer,
) {
    pen.clear(buf, area, Role::Text);
    let board = match wall.shown() {
        WallBoard::Warnings => WallBoard::Warnings,
        WallBoard::Incidents | WallBoard::Deadlines => WallBoard::Incidents,
    };
    let heading = t!("wall.open", board = name(board));
    let mut x = area.x + 1;
    x += pen.text(
        buf,
        Position::new(x, area.y),
        area.width,
        &heading,
        Role::Label,
    ) + FIGURE_GAP_CELLS / 2;
    for figure in figures(desk, wall, pen) {
        let digits = figure.count.to_string();
        if is_big(screen) {
            let role = if figure.count == 0 {
                Role::Dim
            } else {
                figure.role
            };
            let label = pen.text(
                buf,
                Position::new(x, area.y),
                area.right().saturating_sub(x),
                &figure.name,
                role,
            );
            let wide = draw_digits(pen, Position::new(x, area.y + 1), &digits, role, area, buf);
            x += label.max(wide) + FIGURE_GAP_CELLS;
        } else {
            let words = format!("{} {digits}", figure.name);
            x += pen.text(
                buf,
                Position::new(x, area.y),
                area.right().saturating_sub(x),
                &words,
                figure.role,
            ) + 2;
        }
        if x >= area.right() {
            break;
        }
    }
}

/// Draws the digits big; returns the cells that they take.
fn draw_digits(
    pen: Pen<'_>,
    at: Position,
    digits: &str,
    role: Role,
    area: Rect,
    buf: &mut Buffer,
) -> u16 {
    let mut x = at.x;
    for sign in digits.chars() {
        let shape = sign
            .to_digit(10)
            .and_then(|digit| DIGITS.get(usize::try_from(digit).ok()?));
        for (row, bits) in (at.y..).zip(shape.into_iter().flatten()) {
            for cell in 0..DIGIT_CELLS {
                let lit = bits >> (DIGIT_CELLS - 1 - cell) & 1 == 1;
                let place = Position::new(x + cell, row);
                if lit && area.contains(place) {
                    pen.text(buf, place, 1, sign.encode_utf8(&mut [0; 4]), role);
                }
            }
        }
        x += DIGIT_STEP_CELLS;
    }
    x - at.x
}

/// The reds that nobody answers for and that interrupted the boards.
fn draw_held(model: &Model, desk: &Desk, wall: &Wall, pen: Pen<'_>, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    pen.clear(buf, area, Role::Text);
    let gravest = desk.policy.levels.first().map(|level| level.rank);
    let mut held: Vec<&Ringing> = desk
        .alarms
        .of_rank(gravest)
        .filter(|red| wall.held().contains(&red.id))
        .collect();
    let told = usize::from(area.height / HELD_ROWS);
    let more = held.len().saturating_sub(told);
    held.truncate(told);
    let mut y = area.y;
    for red in held {
        let row = Rect {
            y,
            height: 2,
            ..area
        };
        pen.clear(buf, row, Role::BannerUrgent);
        let badge = names::badge(red.rank, &desk.policy).text(pen);
        let why = frame::cause(red.cause);
        let since = t!(
            "wall.since",
            at = red.since.hh_mm(),
            ago = time::relative(red.since, model.now)
        );
        let mut first = format!("{badge} {why}  ");
        if !red.place.is_empty() {
            first.push_str(&red.place);
            first.push_str("  ");
        }
        first.push_str(&since);
        for (line, words) in (y..).zip([first.as_str(), red.title.as_str()]) {
            let at = Position::new(area.x + 2, line);
            let room = area.width.saturating_sub(4);
            pen.text(buf, at, room, words, Role::BannerUrgent);
        }
        y += HELD_ROWS;
    }
    if more > 0 {
        let words = t!("wall.held-more", n = more);
        let at = Position::new(area.x + 2, area.bottom() - 1);
        pen.text(
            buf,
            at,
            area.width.saturating_sub(4),
            &words,
            Role::AlarmUrgent,
        );
    }
}
