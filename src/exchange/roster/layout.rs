//! Where names, days and codes stand, and what they say.

use std::collections::BTreeMap;

use super::words::{DayName, Words, plain, words};
use super::{Fault, Paper, PaperLine, Posts, Spot, Wrong};
use crate::domain::roster::code::Cell;
use crate::domain::roster::month::Month;
use crate::exchange::grid::Grid;

/// Rows in which heads and titles are looked for.
const HEAD_ROWS: usize = 30;
/// Columns in which names and days are looked for.
const HEAD_COLUMNS: usize = 30;
/// A row with fewer days is no head.
const DAYS_MIN: usize = 3;

/// Which way the sheet lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lies {
    /// Names down, days across.
    Across,
    /// Days down, names across: it was turned.
    Down,
}

impl Lies {
    fn spot(self, row: usize, column: usize) -> Spot {
        match self {
            Self::Across => Spot { row, column },
            Self::Down => Spot {
                row: column,
                column: row,
            },
        }
    }
}

/// What the file says. `month` is the one that is asked for, if any.
///
/// # Errors
/// What keeps the file from being read at all. What is wrong with single cells
/// is in [`Paper::faults`].
pub fn read(grid: &Grid, month: Option<Month>) -> Result<Paper, Vec<Fault>> {
    let (lies, turned);
    let across = days_in_a_row(grid);
    let down = {
        turned = grid.turned();
        days_in_a_row(&turned)
    };
    let count = |found: &Option<(usize, usize)>| found.map_or(0, |(_, days)| days);
    let (grid, head) = if count(&down) > count(&across) {
        lies = Lies::Down;
        (&turned, down)
    } else {
        lies = Lies::Across;
        (grid, across)
    };
    let Some((head, _)) = head else {
        return Err(vec![whole(Wrong::NoDays)]);
    };
    let sheet = Sheet {
        grid,
        lies,
        head,
        faults: Vec::new(),
    };
    sheet.read(month)
}

const fn whole(what: Wrong) -> Fault {
    Fault { spot: None, what }
}

/// The row with the most days, and how many it has.
fn days_in_a_row(grid: &Grid) -> Option<(usize, usize)> {
    (0..grid.height().min(HEAD_ROWS))
        .map(|row| {
            let mut days: Vec<u8> = (0..grid.width())
                .filter_map(|column| words().day(grid.at(row, column)))
                .map(|name| name.day)
                .collect();
            days.sort_unstable();
            days.dedup();
            (row, days.len())
        })
        .filter(|(_, days)| *days >= DAYS_MIN)
        // The first of equals: a second head lower down repeats it.
        .max_by_key(|(row, days)| (*days, usize::MAX - row))
}

/// Columns beside the days.
#[derive(Default)]
struct Columns {
    name: Option<usize>,
    phone: Option<usize>,
    id: Option<usize>,
    post: Option<usize>,
}

struct Sheet<'a> {
    grid: &'a Grid,
    lies: Lies,
    /// The row of the days.
    head: usize,
    faults: Vec<Fault>,
}

impl Sheet<'_> {
    fn fault(&mut self, row: usize, column: usize, what: Wrong) {
        self.faults.push(Fault {
            spot: Some(self.lies.spot(row, column)),
            what,
        });
    }

    fn read(mut self, month: Option<Month>) -> Result<Paper, Vec<Fault>> {
        let heads: Vec<(usize, DayName)> = (0..self.grid.width())
            .filter_map(|column| Some((column, words().day(self.grid.at(self.head, column))?)))
            .collect();
        let Some(month) = month.or_else(|| self.month(&heads)) else {
            return Err(vec![whole(Wrong::NoMonth)]);
        };
        let first_day = heads.first().map_or(0, |(column, _)| *column);
        let columns = self.columns(first_day);
        let Some(name) = columns.name else {
            return Err(vec![whole(Wrong::NoNames)]);
        };
        let days = self.days(&heads, month);
        let mut lines = Vec::new();
        for row in self.head + 1..self.grid.height() {
            lines.extend(self.line(row, name, &columns, &days, month));
        }
        if lines.is_empty() && self.faults.is_empty() {
            self.faults.push(whole(Wrong::NoLines));
        }
        if lines.is_empty() {
            return Err(self.faults);
        }
        let posts = match columns.post {
            Some(_) => Posts::Named,
            None => Posts::Unnamed,
        };
        Ok(Paper {
            month,
            lines,
            posts,
            faults: self.faults,
        })
    }

    /// The month by a whole date in the head, else by a title.
    fn month(&self, heads: &[(usize, DayName)]) -> Option<Month> {
        let by_date = heads
            .iter()
            .find_map(|(_, name)| Some((name.year?, name.month?)));
        let titled = || {
            let rows = self.grid.height().min(HEAD_ROWS);
            let columns = self.grid.width().min(HEAD_COLUMNS);
            (0..rows)
                .flat_map(|row| (0..columns).map(move |column| (row, column)))
                .find_map(|(row, column)| words().month(self.grid.at(row, column)))
        };
        let (year, month) = by_date.or_else(titled)?;
        Month::new(year, month).ok()
    }

    /// What stands beside the days: by the heads, in the row of the days or
    /// near above or below it.
    fn columns(&self, first_day: usize) -> Columns {
        let mut columns = Columns::default();
        let rows = self.head.saturating_sub(2)..=self.head + 1;
        let sought = words();
        let mut corner = None;
        for row in rows {
            for column in 0..first_day.clamp(1, HEAD_COLUMNS) {
                let text = self.grid.at(row, column);
                let found = |among| Words::is(among, text);
                let place = if found(&sought.name) {
                    &mut columns.name
                } else if found(&sought.phone) {
                    &mut columns.phone
                } else if found(&sought.id) {
                    &mut columns.id
                } else if found(&sought.post) {
                    &mut columns.post
                } else if row == self.head && found(&sought.corner) {
                    &mut corner
                } else {
                    continue;
                };
                place.get_or_insert(column);
            }
        }
        columns.name = columns.name.or(corner);
        columns
    }

    /// The columns of the month's days.
    fn days(&mut self, heads: &[(usize, DayName)], month: Month) -> Vec<(usize, u8)> {
        let mut days: BTreeMap<u8, usize> = BTreeMap::new();
        for (column, name) in heads {
            let named = name.month.is_none_or(|own| own == month.first().month())
                && name.year.is_none_or(|own| own == month.first().year());
            if !named {
                self.fault(self.head, *column, Wrong::OtherMonth { month });
            } else if month.day(name.day).is_none() {
                // The paper of a short month keeps its columns, empty.
                if self.filled_below(*column) {
                    let text = self.grid.at(self.head, *column).to_owned();
                    self.fault(self.head, *column, Wrong::NoDay { text });
                }
            } else if days.insert(name.day, *column).is_some() {
                self.fault(self.head, *column, Wrong::DoubleDay { day: name.day });
            }
        }
        days.into_iter()
            .map(|(day, column)| (column, day))
            .collect()
    }

    fn filled_below(&self, column: usize) -> bool {
        let below = self.head + 1..self.grid.height();
        below.into_iter().any(|row| {
            let cell = words().cell(self.grid.at(row, column));
            cell.is_none_or(|cell| !cell.is_empty())
        })
    }

    fn line(
        &mut self,
        row: usize,
        name: usize,
        columns: &Columns,
        days: &[(usize, u8)],
        month: Month,
    ) -> Option<PaperLine> {
        let text = |column: Option<usize>| column.map_or("", |column| self.grid.at(row, column));
        let called = text(Some(name)).trim().to_owned();
        let (phone, id, post) = (
            digits(text(columns.phone)),
            plain(text(columns.id)),
            text(columns.post).trim().to_owned(),
        );
        let read = |column: usize| words().cell(self.grid.at(row, column));
        let says_something = days
            .iter()
            .any(|(column, _)| read(*column).is_some_and(|cell| !cell.is_empty()));
        let ends = Words::is(&words().total, &called) || Words::is(&words().name, &called);
        if ends || (called.is_empty() && !says_something) {
            return None;
        }
        if called.is_empty() {
            self.fault(row, name, Wrong::Nameless);
            return None;
        }
        // A note below the table has words and no code.
        if !says_something && phone.is_empty() && id.is_empty() && is_note(&called) {
            return None;
        }
        let mut cells = vec![Cell::EMPTY; usize::from(month.days())];
        for (column, day) in days {
            let cell = words().cell(self.grid.at(row, *column));
            if cell.is_none() {
                let text = self.grid.at(row, *column).to_owned();
                self.fault(row, *column, Wrong::NoCode { text });
            }
            if let (Some(cell), Some(place)) = (cell, cells.get_mut(usize::from(*day) - 1)) {
                *place = cell;
            }
        }
        Some(PaperLine {
            spot: self.lies.spot(row, name),
            name: called,
            phone,
            id,
            post,
            days: cells,
        })
    }
}

/// Longer than any name, or with a colon: a remark.
fn is_note(text: &str) -> bool {
    const NAME_MAX_CHARS: usize = 12;
    text.chars().count() > NAME_MAX_CHARS || text.contains([':', '：', ';', '；'])
}

fn digits(text: &str) -> String {
    let text = plain(text);
    // A number that a program kept as a fraction.
    let text = text.strip_suffix(".0").unwrap_or(&text);
    text.chars().filter(char::is_ascii_digit).collect()
}
