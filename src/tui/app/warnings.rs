//! The board of warnings in memory: its rows, how they are grouped, and where
//! the officer is among them.

use std::cmp::Reverse;

use super::banner::{Alarms, Cause};
use super::effect::Effect;
use super::model::Board;
use super::words::names::Places;
use super::words::{names, warning as words};
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::policy::{Policy, Ring};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::warning::Standing;
use crate::i18n::t;
use crate::store::warnings::{WarningBoard, WarningRow};
use crate::tui::widgets::scroll::Step;

/// Between two turns of the rules on a desk without a line.
const PROPOSE_EVERY: Minutes = Minutes(1);
/// What is younger than this is of the last hour, of the last day.
const HOUR: Minutes = Minutes(60);
const DAY: Minutes = Minutes(24 * 60);

/// How the rows are grouped; a key walks through them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// By the county's colours, the gravest first.
    #[default]
    Colour,
    /// By town, the one with the gravest first.
    Town,
    /// By how long ago they were raised, the newest first.
    Age,
}

impl Grouping {
    const fn next(self) -> Self {
        match self {
            Self::Colour => Self::Town,
            Self::Town => Self::Age,
            Self::Age => Self::Colour,
        }
    }
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Line<'a> {
    /// Over a group: its name and how many rows it has.
    Heading(String, usize),
    /// A warning.
    Row(&'a WarningRow),
}

/// A question to the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Asked {
    #[default]
    No,
    UnderWay,
    /// Something has changed since it was asked.
    Again,
}

/// The board.
#[derive(Clone, Debug, Default)]
pub struct Warnings {
    pub board: WarningBoard,
    pub grouping: Grouping,
    pub cursor: Option<RecordId>,
    /// The first line that is shown.
    pub top: usize,
    /// Lines that fit.
    pub height: usize,
    asked: Asked,
    proposed_at: Option<Timestamp>,
}

impl Warnings {
    /// Asks for the board; if that is under way, once more after it.
    pub fn reload(&mut self) -> Vec<Effect> {
        match self.asked {
            Asked::No => {
                self.asked = Asked::UnderWay;
                vec![Effect::LoadWarnings]
            }
            Asked::UnderWay | Asked::Again => {
                self.asked = Asked::Again;
                Vec::new()
            }
        }
    }

    /// Takes the board. The cursor stays on its warning; where that has gone, it
    /// goes to what stands in its place.
    pub fn take(&mut self, board: WarningBoard, ground: &Ground<'_>) -> Vec<Effect> {
        let before = self.ids(ground);
        self.board = board;
        let after = self.ids(ground);
        let gone = self.cursor.is_none_or(|cursor| !after.contains(&cursor));
        if gone {
            let place = self
                .cursor
                .and_then(|cursor| before.iter().position(|id| *id == cursor))
                .unwrap_or(0);
            self.cursor = after.get(place.min(after.len().saturating_sub(1))).copied();
        }
        self.follow(ground);
        match std::mem::take(&mut self.asked) {
            Asked::Again => self.reload(),
            Asked::No | Asked::UnderWay => Vec::new(),
        }
    }

    /// The question failed; the next change asks anew.
    pub fn not_answered(&mut self) {
        self.asked = Asked::No;
    }

    /// Whether this is a warning of the board.
    pub fn has(&self, id: RecordId) -> bool {
        self.row(id).is_some()
    }

    /// These records look different now: asks anew where a line shows one, a
    /// warning or the case of one. While another board is looked at, only its
    /// warnings count, for they ring; what a line says of its case is read when
    /// the board is opened. The board has hundreds of lines, and the list that
    /// the officer works in would wait for them after every act.
    pub fn changed(&mut self, ids: &[RecordId], looked_at: Board) -> Vec<Effect> {
        let of_case = |row: &WarningRow| {
            let case = row.warning.subject.case().map(|case| case.id);
            looked_at == Board::Warnings && case.is_some_and(|case| ids.contains(&case))
        };
        let shown = |row: &WarningRow| ids.contains(&row.id) || of_case(row);
        if self.board.rows.iter().any(shown) {
            self.reload()
        } else {
            Vec::new()
        }
    }

    /// The row of a warning.
    pub fn row(&self, id: RecordId) -> Option<&WarningRow> {
        self.board.rows.iter().find(|row| row.id == id)
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&WarningRow> {
        self.row(self.cursor?)
    }

    /// The lines of the list, grouped.
    pub fn lines(&self, ground: &Ground<'_>) -> Vec<Line<'_>> {
        let mut rows: Vec<&WarningRow> = self.board.rows.iter().collect();
        match self.grouping {
            Grouping::Colour => rows.sort_by_key(|row| in_group(row)),
            Grouping::Town => {
                let worst = |town: AreaCode| {
                    let of = |row: &&WarningRow| town_of(row) == town && row.warning.is_open();
                    let ranks = self.board.rows.iter().filter(|row| of(row));
                    ranks.map(|row| row.warning.alarm.rank).max()
                };
                rows.sort_by_key(|row| {
                    let town = town_of(row);
                    (Reverse(worst(town)), town, in_group(row))
                });
            }
            Grouping::Age => rows.sort_by_key(|row| {
                let since = Reverse(row.warning.alarm.raised_at);
                (age_of(row, ground.now), since, row.id)
            }),
        }
        let mut lines: Vec<Line<'_>> = Vec::with_capacity(rows.len() + 8);
        for group in rows.chunk_by(|one, other| self.alike(one, other, ground)) {
            if let Some(first) = group.first() {
                lines.push(Line::Heading(self.heading(first, ground), group.len()));
            }
            lines.extend(group.iter().map(|row| Line::Row(row)));
        }
        lines
    }

    fn alike(&self, one: &WarningRow, other: &WarningRow, ground: &Ground<'_>) -> bool {
        match self.grouping {
            Grouping::Colour => {
                let level = |row: &WarningRow| ground.policy.level(row.warning.alarm.rank).rank;
                level(one) == level(other)
            }
            Grouping::Town => town_of(one) == town_of(other),
            Grouping::Age => age_of(one, ground.now) == age_of(other, ground.now),
        }
    }

    fn heading(&self, row: &WarningRow, ground: &Ground<'_>) -> String {
        match self.grouping {
            Grouping::Colour => names::rank(row.warning.alarm.rank, ground.policy),
            Grouping::Town => names::town(row.area, ground.places),
            Grouping::Age => match age_of(row, ground.now) {
                Age::Hour => t!("warning.age.hour"),
                Age::Day => t!("warning.age.day"),
                Age::Older => t!("warning.age.older"),
            }
            .into_owned(),
        }
    }

    fn ids(&self, ground: &Ground<'_>) -> Vec<RecordId> {
        let lines = self.lines(ground);
        let row = |line: &Line<'_>| match line {
            Line::Row(row) => Some(row.id),
            Line::Heading(..) => None,
        };
        lines.iter().filter_map(row).collect()
    }

    /// Moves the cursor among the warnings.
    pub fn step(&mut self, step: Step, ground: &Ground<'_>) {
        let ids = self.ids(ground);
        let last = ids.len().saturating_sub(1);
        let at = self
            .cursor
            .and_then(|cursor| ids.iter().position(|id| *id == cursor))
            .unwrap_or(0);
        let to = match step {
            Step::Down(rows) => at.saturating_add(rows).min(last),
            Step::Up(rows) => at.saturating_sub(rows),
            Step::First => 0,
            Step::Last => last,
        };
        self.cursor = ids.get(to).copied();
        self.follow(ground);
    }

    /// The next grouping; the cursor stays on its warning.
    pub fn regroup(&mut self, ground: &Ground<'_>) {
        self.grouping = self.grouping.next();
        self.follow(ground);
    }

    /// Puts the cursor on a warning.
    pub fn go_to(&mut self, id: RecordId, ground: &Ground<'_>) {
        self.cursor = Some(id);
        self.follow(ground);
    }

    /// So many lines fit now.
    pub fn set_height(&mut self, height: usize, ground: &Ground<'_>) {
        if self.height != height {
            self.height = height;
            self.follow(ground);
        }
    }

    /// Keeps the cursor's line on the screen, with its heading where it is the
    /// first of its group.
    fn follow(&mut self, ground: &Ground<'_>) {
        let lines = self.lines(ground);
        let count = lines.len();
        let is_it = |line: &Line<'_>| matches!(line, Line::Row(row) if Some(row.id) == self.cursor);
        let at = lines.iter().position(is_it).unwrap_or(0);
        let first = match at.checked_sub(1).and_then(|above| lines.get(above)) {
            Some(Line::Heading(..)) => at - 1,
            Some(Line::Row(_)) | None => at,
        };
        let height = self.height.max(1);
        let lowest = (at + 1).saturating_sub(height);
        self.top = self
            .top
            .min(count.saturating_sub(height))
            .clamp(lowest, first.max(lowest));
    }

    /// The next warning of the gravest rank that nobody answers for, after the
    /// one under the cursor and round the end.
    pub fn next_unanswered(&self, ground: &Ground<'_>) -> Option<RecordId> {
        let ids = self.ids(ground);
        let gravest = ground.policy.levels.first().map(|level| level.rank)?;
        let after = self
            .cursor
            .and_then(|cursor| ids.iter().position(|id| *id == cursor))
            .map_or(0, |at| at + 1);
        let (before, behind) = ids.split_at(after.min(ids.len()));
        behind.iter().chain(before).copied().find(|id| {
            self.row(*id).is_some_and(|row| {
                ground.policy.level(row.warning.alarm.rank).rank >= gravest
                    && row.warning.standing() == Standing::Unacknowledged
            })
        })
    }

    /// Announces what rings again and again and nobody answers for.
    pub fn review(&self, alarms: &mut Alarms, ground: &Ground<'_>) {
        for row in &self.board.rows {
            let warning = &row.warning;
            let spec = ground.policy.level(warning.alarm.rank);
            let rings = spec.ring == Ring::Repeat && warning.standing() == Standing::Unacknowledged;
            if rings {
                let cause = Cause::Unanswered;
                let title = words::banner(row, ground.now);
                alarms.raise(row.id, warning.alarm.rank, cause, title, ground.now);
                alarms.place(row.id, names::town(row.area, ground.places));
            }
        }
    }

    /// Lets the rules run over this desk's rows, once a minute at most.
    pub fn propose(&mut self, now: Timestamp) -> Vec<Effect> {
        let lately = |at: Timestamp| now >= at && now < at.saturating_add(PROPOSE_EVERY);
        if self.proposed_at.is_some_and(lately) {
            return Vec::new();
        }
        self.proposed_at = Some(now);
        vec![Effect::ProposeWarnings]
    }
}

/// What the board is grouped and worded by.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub policy: &'a Policy,
    pub places: &'a Places,
    pub now: Timestamp,
}

/// Inside a group: the gravest, those that nobody answers for, the newest.
fn in_group(row: &WarningRow) -> impl Ord + use<> {
    let warning = &row.warning;
    (
        Reverse::<Rank>(warning.alarm.rank),
        warning.standing(),
        Reverse(warning.alarm.raised_at),
        row.id,
    )
}

fn town_of(row: &WarningRow) -> AreaCode {
    row.area.town().unwrap_or(row.area)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    Hour,
    Day,
    Older,
}

fn age_of(row: &WarningRow, now: Timestamp) -> Age {
    let since = row.warning.alarm.raised_at;
    if now < since.saturating_add(HOUR) {
        Age::Hour
    } else if now < since.saturating_add(DAY) {
        Age::Day
    } else {
        Age::Older
    }
}
