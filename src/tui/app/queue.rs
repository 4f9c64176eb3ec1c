//! The queue's state: a window of rows round the cursor, held in memory.
//!
//! The cursor follows its record, not its row. When the list changes, the row
//! under the cursor stays where it is on the screen, and rows that came above
//! wait behind a mark. A record that leaves the list while the cursor is on it
//! stays visible until the cursor moves, so that an act never hits another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::condition::{self, Ground};
use super::effect::{Effect, Join};
use crate::domain::ids::RecordId;
use crate::domain::time::Timestamp;
use crate::store::handle::Searching;
use crate::store::view::{
    Anchor, Filter, More, QueuePage, QueueRow, Reach, RowKey, Scope, Shown, Sort, Tally,
};
use crate::tui::widgets::InputState;
use crate::tui::widgets::picker::FILTER_CHARS_MAX;
use crate::tui::widgets::scroll::{Step, following};

/// Rows read round the cursor at once.
pub const WINDOW_ROWS: usize = 80;
/// Rows read on from a page of a filtered list.
const FILTERED_ROWS: usize = 40;
/// Rows of the first page of another list beyond those that are visible: the
/// rest follows while somebody looks at it.
const FIRST_ROWS_MORE: usize = 4;
/// Rows kept in memory; those farthest from the cursor leave first.
const WINDOW_ROWS_MAX: usize = 600;
/// With fewer rows than this ahead of the cursor more are fetched.
const AHEAD_ROWS_MIN: usize = 40;

/// Which of the lists is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    #[default]
    Open,
    All,
    Closed,
    /// What is snoozed; not a page of the store but a list of its own.
    Suppressed,
}

/// Where the cursor goes when a page replaces the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Landing {
    /// It stays on its record, even if that has left the list.
    Stay,
    /// It stays on its record if that is in the list.
    Release,
    /// To the first row.
    Start,
    /// To the last row.
    End,
}

/// Whether a filter is being typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Typing {
    #[default]
    No,
    Yes,
}

/// The queue.
#[derive(Clone, Debug)]
pub struct Queue {
    pub rows: Vec<(RowKey, QueueRow)>,
    before: More,
    after: More,
    pub cursor: Option<RecordId>,
    /// Index in `rows` of the first visible one.
    pub top: usize,
    /// Rows that fit on the screen.
    pub height: usize,
    pub view: View,
    pub sort: Sort,
    pub filter: InputState,
    pub typing: Typing,
    /// Rows that came above the view and were not seen yet.
    pub unseen: BTreeSet<RecordId>,
    /// Number of the latest request; older answers are dropped.
    serial: u64,
    /// A request is under way.
    loading: Option<Join>,
    /// The list changed while a request was under way.
    stale: bool,
    /// Whether an own act has changed what the page under way was read from.
    outdated: bool,
    /// The record under the cursor has left the list.
    pub gone: Option<RecordId>,
    landing: Landing,
    loaded_at: Timestamp,
    /// By which the filter's conditions are understood.
    pub ground: Ground,
    /// How many rows the filter leaves.
    pub tally: Tally,
    /// How far rows were looked through for what is shown.
    pub reach: Reach,
    /// How far the search index is.
    pub index: Searching,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            before: More::Nothing,
            after: More::Nothing,
            cursor: None,
            top: 0,
            height: 1,
            view: View::Open,
            sort: Sort::Rank,
            filter: InputState::line(FILTER_CHARS_MAX),
            typing: Typing::No,
            unseen: BTreeSet::new(),
            serial: 0,
            loading: None,
            stale: false,
            outdated: false,
            gone: None,
            landing: Landing::Stay,
            loaded_at: Timestamp::from_millis(i64::MAX),
            ground: Ground::default(),
            tally: Tally::Unknown,
            reach: Reach::Whole,
            index: Searching::Unindexed,
        }
    }
}

impl Queue {
    /// A queue whose filter is understood so.
    pub fn on(ground: Ground) -> Self {
        Self {
            ground,
            ..Self::default()
        }
    }

    /// The filter as the store wants it.
    pub fn store_filter(&self) -> Filter {
        let scope = match self.view {
            View::Open | View::Suppressed => Scope::Open,
            View::All => Scope::All,
            View::Closed => Scope::Closed,
        };
        condition::filter(self.filter.text(), scope, &self.ground)
    }

    /// Reads the list anew, round the cursor.
    pub fn reload(&mut self) -> Vec<Effect> {
        if self.view == View::Suppressed {
            return vec![Effect::LoadSuppressed];
        }
        if self.loading == Some(Join::Replace) {
            // One at a time; once more when the answer is here.
            self.stale = true;
            return Vec::new();
        }
        let anchor = match self.cursor.filter(|id| self.gone != Some(*id)) {
            Some(id) => Anchor::Around(id),
            None => Anchor::First,
        };
        self.load(Join::Replace, anchor)
    }

    /// As [`Queue::reload`], after an act of this desk. What is under way was
    /// read before it and would show the row as it was for a moment, long enough
    /// for the next key to be about a case that is no more so.
    pub fn reload_after_act(&mut self) -> Vec<Effect> {
        self.outdated = self.loading == Some(Join::Replace);
        self.reload()
    }

    /// Reads from the first row, as after another filter or order.
    pub fn restart(&mut self) -> Vec<Effect> {
        self.loading = None;
        self.gone = None;
        self.unseen.clear();
        self.landing = Landing::Release;
        self.reload()
    }

    fn load(&mut self, join: Join, anchor: Anchor) -> Vec<Effect> {
        self.serial += 1;
        self.loading = Some(join);
        self.stale = false;
        self.outdated = false;
        vec![Effect::LoadQueue {
            serial: self.serial,
            join,
            filter: self.store_filter(),
            sort: self.sort,
            anchor,
            limit: match (join, self.landing) {
                // What somebody waits for; the rest of the window follows.
                (Join::Replace, Landing::Release | Landing::Start | Landing::End) => {
                    (self.height + FIRST_ROWS_MORE).min(WINDOW_ROWS)
                }
                // Each row that fits a filter may cost a walk past many.
                (Join::Behind | Join::Before, _) if !self.filter.is_empty() => FILTERED_ROWS,
                _ => WINDOW_ROWS,
            },
        }]
    }

    /// Takes a page. An answer to an older request changes nothing.
    pub fn take_page(
        &mut self,
        serial: u64,
        join: Join,
        page: QueuePage,
        now: Timestamp,
    ) -> Vec<Effect> {
        if serial != self.serial || self.view == View::Suppressed || join == Join::Watch {
            return Vec::new();
        }
        self.loading = None;
        if self.outdated && join == Join::Replace {
            return self.reload();
        }
        self.tally = page.tally;
        self.reach = page.reach;
        match join {
            Join::Replace => {
                self.before = page.before;
                self.after = page.after;
                self.replace(page.rows, now);
            }
            Join::Behind => {
                self.after = page.after;
                self.rows.extend(page.rows);
                let surplus = self.rows.len().saturating_sub(WINDOW_ROWS_MAX);
                if surplus > 0 {
                    self.rows.drain(..surplus);
                    self.top = self.top.saturating_sub(surplus);
                    self.before = More::Something;
                }
            }
            Join::Before => {
                self.before = page.before;
                let added = page.rows.len();
                self.rows.splice(..0, page.rows);
                self.top += added;
                if self.rows.len() > WINDOW_ROWS_MAX {
                    self.rows.truncate(WINDOW_ROWS_MAX);
                    self.after = More::Something;
                }
            }
            // Not for this list.
            Join::Watch => {}
        }
        if self.stale {
            return self.reload();
        }
        self.fetch_ahead()
    }

    /// Takes the list of what is snoozed.
    pub fn take_suppressed(&mut self, rows: Vec<QueueRow>, now: Timestamp) {
        if self.view != View::Suppressed {
            return;
        }
        self.before = More::Nothing;
        self.after = More::Nothing;
        let rows = rows
            .into_iter()
            .map(|row| (plain_key(row.id), row))
            .collect();
        self.replace(rows, now);
    }

    /// Puts other rows in place of the present ones, with the row under the
    /// cursor at the same height.
    fn replace(&mut self, mut rows: Vec<(RowKey, QueueRow)>, now: Timestamp) {
        let offset = self
            .cursor_index()
            .map_or(0, |index| index.saturating_sub(self.top));
        let known: BTreeSet<RecordId> = self.rows.iter().map(|(_, row)| row.id).collect();
        self.gone = None;
        let landing = std::mem::replace(&mut self.landing, Landing::Stay);
        match landing {
            Landing::Stay | Landing::Release => {}
            Landing::Start => self.cursor = rows.first().map(|(_, row)| row.id),
            Landing::End => self.cursor = rows.last().map(|(_, row)| row.id),
        }
        if let (Some(cursor), Landing::Stay) = (self.cursor, landing) {
            let stays = rows.iter().any(|(_, row)| row.id == cursor);
            if !stays && let Some(index) = self.cursor_index() {
                // Held in its place until the cursor moves on.
                let held = self.rows[index].clone();
                rows.insert(index.min(rows.len()), held);
                self.gone = Some(cursor);
            }
        }
        self.rows = rows;
        if self.cursor_index().is_none() {
            self.cursor = self.rows.first().map(|(_, row)| row.id);
        }
        let index = self.cursor_index().unwrap_or(0);
        self.top = index.saturating_sub(offset);
        let since = self.loaded_at;
        for (_, row) in self.rows.iter().take(self.top) {
            if !known.contains(&row.id) && row.incident.alarm.raised_at >= since {
                self.unseen.insert(row.id);
            }
        }
        self.loaded_at = now;
        self.settle();
    }

    /// Keeps the view within the rows and forgets what is visible now.
    fn settle(&mut self) {
        let index = self.cursor_index().unwrap_or(0);
        self.top = following(self.top, index, self.rows.len(), self.height);
        if self.top == 0 {
            self.unseen.clear();
        }
        for (_, row) in self.rows.iter().skip(self.top).take(self.height) {
            self.unseen.remove(&row.id);
        }
    }

    /// The rows on the screen.
    pub fn visible(&self) -> impl Iterator<Item = &QueueRow> {
        let rows = self.rows.iter().skip(self.top).take(self.height);
        rows.map(|(_, row)| row)
    }

    /// Sets how many rows are visible.
    pub fn set_height(&mut self, height: usize) {
        self.height = height.max(1);
        self.settle();
    }

    /// Whether other rows are on their way.
    pub fn awaits_rows(&self) -> bool {
        self.loading == Some(Join::Replace)
    }

    pub fn cursor_index(&self) -> Option<usize> {
        let cursor = self.cursor?;
        self.rows.iter().position(|(_, row)| row.id == cursor)
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&QueueRow> {
        self.cursor_index().map(|index| &self.rows[index].1)
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step) -> Vec<Effect> {
        let Some(index) = self.cursor_index() else {
            return Vec::new();
        };
        let (to_first, to_last) = (step == Step::First, step == Step::Last);
        let index = step.from(index, self.rows.len());
        let from = self.cursor;
        self.cursor = self.rows.get(index).map(|(_, row)| row.id);
        if self.cursor != from
            && let Some(gone) = self.gone.take()
        {
            self.rows.retain(|(_, row)| row.id != gone);
        }
        self.settle();
        if to_first && self.before == More::Something {
            self.landing = Landing::Start;
            return self.load(Join::Replace, Anchor::First);
        }
        if to_last && self.after == More::Something {
            self.landing = Landing::End;
            return self.load(Join::Replace, Anchor::Last);
        }
        self.fetch_ahead()
    }

    fn fetch_ahead(&mut self) -> Vec<Effect> {
        if self.loading.is_some() || self.view == View::Suppressed {
            return Vec::new();
        }
        let index = self.cursor_index().unwrap_or(0);
        if self.after == More::Something && index + AHEAD_ROWS_MIN > self.rows.len() {
            let Some((key, _)) = self.rows.last() else {
                return Vec::new();
            };
            let key = key.clone();
            return self.load(Join::Behind, Anchor::After(key));
        }
        if self.before == More::Something && index < AHEAD_ROWS_MIN {
            let Some((key, _)) = self.rows.first() else {
                return Vec::new();
            };
            let key = key.clone();
            return self.load(Join::Before, Anchor::Before(key));
        }
        Vec::new()
    }

    /// Shows a record as it now looks, without moving anything; its place in
    /// the order comes with the next page.
    pub fn patch(&mut self, shown: &Shown) {
        let Some(incident) = shown.record.incident() else {
            return;
        };
        for (_, row) in &mut self.rows {
            if row.id == shown.record.id {
                row.incident = incident.clone();
                row.pending = shown.pending;
            }
        }
    }

    /// The search index has come further; what was looked for without it is
    /// looked for again when it is there.
    pub fn searching(&mut self, now: Searching) -> Vec<Effect> {
        self.index = now;
        if now == Searching::Ready && !self.filter.is_empty() {
            return self.reload();
        }
        Vec::new()
    }

    /// Puts the cursor on a record and reads round it.
    pub fn go_to(&mut self, id: RecordId) -> Vec<Effect> {
        self.cursor = Some(id);
        self.gone = None;
        if self.cursor_index().is_some() {
            self.settle();
            return self.fetch_ahead();
        }
        self.loading = None;
        self.load(Join::Replace, Anchor::Around(id))
    }

    /// The next list: open, all, closed.
    pub fn cycle_view(&mut self) -> Vec<Effect> {
        self.view = match self.view {
            View::Open => View::All,
            View::All => View::Closed,
            View::Closed | View::Suppressed => View::Open,
        };
        self.restart()
    }

    /// To the list of what is snoozed, and back.
    pub fn toggle_suppressed(&mut self) -> Vec<Effect> {
        self.view = match self.view {
            View::Suppressed => View::Open,
            View::Open | View::All | View::Closed => View::Suppressed,
        };
        self.restart()
    }

    /// The next order.
    pub fn cycle_sort(&mut self) -> Vec<Effect> {
        let next = Sort::ALL
            .iter()
            .skip_while(|sort| **sort != self.sort)
            .nth(1);
        self.sort = next.copied().unwrap_or_default();
        self.restart()
    }
}

/// A key for rows of a list that has no pages.
fn plain_key(id: RecordId) -> RowKey {
    RowKey {
        parts: [0; 3],
        area: String::new(),
        id,
    }
}
