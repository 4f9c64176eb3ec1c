//! Which number stands for which incident, and the lines.
//!
//! A number is given when an incident is first told and never to another one,
//! so that an answer cannot hit what has moved into its place.

use std::collections::HashMap;

use super::super::desk::OpenDesk;
use super::super::exit::Trouble;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::incident::Incident;
use crate::domain::warning::Warning;
use crate::i18n::t;
use crate::store::view::{Anchor, Filter, More, Pending, Scope, Shown, Sort};
use crate::tui::app::words::{names, time, warning as warned};

/// Incidents that a listing tells.
const LIST_ROWS: usize = 50;
/// Changes that are told one by one; more of them at once are counted.
const CHANGES_TOLD_MAX: usize = 20;

/// See the module.
#[derive(Default)]
pub struct Listing {
    ids: Vec<RecordId>,
    numbers: HashMap<RecordId, u32>,
    /// What was last told of each.
    told: HashMap<RecordId, String>,
}

impl Listing {
    /// The incident of a number.
    pub fn id(&self, number: u32) -> Option<RecordId> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.ids.get(index).copied()
    }

    fn number(&mut self, id: RecordId) -> u32 {
        let next = u32::try_from(self.ids.len() + 1).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(id).or_insert(next);
        if number == next {
            self.ids.push(id);
        }
        number
    }

    /// The open incidents, gravest first, a line each.
    pub fn page(&mut self, desk: &OpenDesk) -> Result<Vec<String>, Trouble> {
        let filter = Filter {
            scope: Scope::Open,
            ..Filter::default()
        };
        let page = desk
            .store
            .queue(filter, Sort::Rank, Anchor::First, LIST_ROWS)
            .wait()
            .map_err(|error| desk.store_trouble(error))?;
        let mut lines = Vec::new();
        for (_, row) in &page.rows {
            let words = words(desk, row.area, &row.incident, row.pending);
            lines.push(self.line(row.id, words));
        }
        if lines.is_empty() {
            lines.push(t!("queue.empty").into_owned());
        }
        if page.after != More::Nothing {
            lines.push(t!("cli.plain.more", n = LIST_ROWS).into_owned());
        }
        Ok(lines)
    }

    fn line(&mut self, id: RecordId, words: String) -> String {
        let line = format!("{}. {words}", self.number(id));
        self.told.insert(id, words);
        line
    }

    /// A line for each incident that reads otherwise than it was told.
    pub fn changes(&mut self, desk: &OpenDesk, ids: &[RecordId]) -> Result<Vec<String>, Trouble> {
        if ids.len() > CHANGES_TOLD_MAX {
            return Ok(vec![t!("cli.plain.many", n = ids.len()).into_owned()]);
        }
        let mut lines = Vec::new();
        for id in ids {
            let shown = desk.store.shown(*id).wait();
            let shown = shown.map_err(|error| desk.store_trouble(error))?;
            let Some(shown) = shown else { continue };
            if let Some(warning) = shown.record.warning() {
                lines.extend(self.warned(desk, &shown, warning));
            }
            let Some(incident) = shown.record.incident() else {
                continue;
            };
            let words = words(desk, shown.record.area, incident, shown.pending);
            match self.told.get(id) {
                Some(told) if *told == words => {}
                Some(_) => {
                    let line = self.line(*id, words);
                    lines.push(t!("cli.plain.changed", line = line).into_owned());
                }
                // What is struck off and was never told is no news.
                None if !incident.is_open() => {}
                None => {
                    let line = self.line(*id, words);
                    lines.push(t!("cli.plain.new", line = line).into_owned());
                }
            }
        }
        Ok(lines)
    }

    /// The line of a warning that looks different from what was told of it.
    fn warned(&mut self, desk: &OpenDesk, shown: &Shown, warning: &Warning) -> Option<String> {
        let words = warning_words(desk, shown, warning);
        let before = self.told.insert(shown.record.id, words.clone());
        (before.as_ref() != Some(&words)).then_some(words)
    }

    /// The line of an alarm that begins to ring.
    pub fn alarm(&mut self, desk: &OpenDesk, shown: &Shown) -> String {
        if let Some(warning) = shown.record.warning() {
            let line = warning_words(desk, shown, warning);
            return t!("cli.plain.alarm", line = line).into_owned();
        }
        let words = shown
            .record
            .incident()
            .map_or_else(String::new, |incident| {
                words(desk, shown.record.area, incident, shown.pending)
            });
        let line = self.line(shown.record.id, words);
        t!("cli.plain.alarm", line = line).into_owned()
    }
}

/// A warning in one line, in the same order. It is answered by script, by its
/// tag; numbers are of incidents.
fn warning_words(desk: &OpenDesk, shown: &Shown, warning: &Warning) -> String {
    let (_, policy) = desk.store.policy();
    let now = desk.now();
    let tag = shown.record.id.provisional_tag();
    let rank = names::rank(warning.alarm.rank, &policy);
    let state = warned::standing(warning.standing());
    let town = names::town(shown.record.area, &desk.store.places());
    let what = warned::banner_of(warning, now);
    format!("{rank} {state} {town} {what} {tag}")
}

/// An incident in one line: what a screen reader reads first comes first.
fn words(desk: &OpenDesk, area: AreaCode, incident: &Incident, pending: Pending) -> String {
    let (_, policy) = desk.store.policy();
    let now = desk.now();
    let places = desk.store.places();
    let mut parts = vec![names::rank(incident.alarm.rank, &policy)];
    if incident.is_open() {
        let state = names::alarm_state(incident.alarm_state(&policy, now));
        parts.push(state);
    }
    if let Some(deadline) = &incident.deadline {
        parts.push(t!("cli.plain.due", at = time::moment(deadline.at, now)).into_owned());
    }
    if incident.is_overdue(now) {
        parts.push(t!("cli.plain.overdue").into_owned());
    }
    parts.push(names::town(area, &places));
    parts.push(names::category_short(incident.category).into_owned());
    parts.push(names::title(incident));
    parts.push(names::stage(incident.stage()));
    if !incident.step.holder.unit.name.is_empty() {
        parts.push(names::holder(&incident.step.holder));
    }
    match pending {
        Pending::Confirmed => {}
        Pending::Waiting => parts.push(t!("cli.plain.waiting").into_owned()),
        Pending::Doubtful => parts.push(t!("cli.plain.doubtful").into_owned()),
    }
    parts.retain(|part| !part.is_empty());
    parts.join(&t!("cli.plain.comma"))
}
