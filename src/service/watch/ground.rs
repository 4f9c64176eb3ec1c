//! What the rules know: of each case what they need, of each warning that a rule
//! raised all of it. Read once in pages, then kept up by following the feed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::More;
use crate::domain::ids::RecordId;
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::{Body, Record, Rev};
use crate::domain::time::Timestamp;
use crate::domain::warning::Warning;
use crate::domain::warning::rules::{self, Case, Proposal};
use crate::domain::warning::told::{self, Line};
use crate::service::feed::sequencer;
use crate::service::storage::{Shelf, StorageError, View};
use crate::text::fold::fold_search;
use crate::wire::feed::{FeedId, Seq};

/// Records that are read in one turn.
const RECORDS_PER_TURN_MAX: usize = 2_000;
/// Changes that are followed in one turn.
const CHANGES_PER_TURN_MAX: usize = 2_000;
/// Open cases that are watched, the newest; with more, the log says so.
const CASES_WATCHED_MAX: usize = 50_000;
/// Changes that are read again at the start, for cases that closed lately.
const CHANGES_READ_BACK_MAX: u64 = 20_000;

/// How far the first reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Of this shelf, below this id.
    Shelf(Shelf, Option<RecordId>),
    /// All that was there is known.
    Following,
}

/// See the module.
pub(super) struct Ground {
    pub(super) feed: FeedId,
    pub(super) version: PolicyVersion,
    policy: Policy,
    reading: Reading,
    /// The change up to which the feed is known; none before the first look.
    seen: Option<Seq>,
    cases: BTreeMap<RecordId, Case>,
    warnings: BTreeMap<RecordId, Warning>,
    /// Lines of the log that are written, while they are news.
    told: BTreeSet<RecordId>,
    /// Warnings that an act of the rules was refused on.
    refused: BTreeSet<RecordId>,
}

/// What a turn of reading brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) changes: usize,
    pub(super) more: More,
}

impl Ground {
    pub(super) fn of(feed: FeedId) -> Self {
        Self {
            feed,
            version: PolicyVersion(Rev::NONE),
            policy: Policy::shipped(),
            reading: Reading::Shelf(Shelf::Open, None),
            seen: None,
            cases: BTreeMap::new(),
            warnings: BTreeMap::new(),
            told: BTreeSet::new(),
            refused: BTreeSet::new(),
        }
    }

    /// Reads on, a bounded step.
    pub(super) fn read(&mut self, view: &View<'_>) -> Result<Read, StorageError> {
        if self.seen.is_none() {
            (self.version, self.policy) = sequencer::newest_policy(view, self.feed)?;
            let head = view.feed(self.feed)?.map_or(Seq::START, |head| head.head);
            // What is read from the shelves meanwhile is at least as new.
            self.seen = Some(Seq(head.0.saturating_sub(CHANGES_READ_BACK_MAX)));
        }
        match self.reading {
            Reading::Shelf(on, below) => {
                self.read_shelf(view, on, below)?;
                Ok(Read {
                    changes: 0,
                    more: More::Something,
                })
            }
            Reading::Following => self.follow(view),
        }
    }

    fn read_shelf(
        &mut self,
        view: &View<'_>,
        on: Shelf,
        below: Option<RecordId>,
    ) -> Result<(), StorageError> {
        let page = view.records_on(self.feed, on, below, RECORDS_PER_TURN_MAX)?;
        for stored in &page {
            if let Ok(record) = serde_json::from_str(&stored.doc) {
                self.learn(record);
            }
        }
        let last = page.last().map(|stored| stored.id);
        let full = self.cases.len() >= CASES_WATCHED_MAX;
        if full {
            tracing::warn!(
                watched = self.cases.len(),
                "more open cases than the rules watch; the newest are watched"
            );
        }
        self.reading = match last {
            Some(last) if page.len() == RECORDS_PER_TURN_MAX && !full => {
                Reading::Shelf(on, Some(last))
            }
            Some(_) | None => Reading::Following,
        };
        Ok(())
    }

    fn follow(&mut self, view: &View<'_>) -> Result<Read, StorageError> {
        let mut read = Read::default();
        let after = self.seen.unwrap_or(Seq::START);
        let head = view.feed(self.feed)?.map_or(Seq::START, |head| head.head);
        if head == after {
            return Ok(read);
        }
        if head < after {
            // The service was put back to a backup.
            *self = Self::of(self.feed);
            read.more = More::Something;
            return Ok(read);
        }
        let mut seen = after;
        let mut learned = Vec::new();
        view.changes_after(self.feed, after, |change| {
            seen = change.seq;
            read.changes += 1;
            if let Ok(record) = serde_json::from_str::<Record>(&change.doc) {
                learned.push(record);
            }
            Ok(if read.changes < CHANGES_PER_TURN_MAX {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            })
        })?;
        let policy = learned
            .iter()
            .any(|record| matches!(record.body, Body::Policy(_)));
        for record in learned {
            self.learn(record);
        }
        if policy {
            (self.version, self.policy) = sequencer::newest_policy(view, self.feed)?;
        }
        self.seen = Some(seen);
        read.more = if seen < head {
            More::Something
        } else {
            More::Nothing
        };
        Ok(read)
    }

    /// Takes a record as it is stored.
    pub(super) fn learn(&mut self, record: Record) {
        match record.body {
            Body::Incident(incident) => {
                let fold = |place: &str| fold_search(place).into_owned();
                let case = Case::of(record.id, record.area, &incident, fold);
                self.cases.insert(record.id, case);
            }
            Body::Warning(warning) if warning.rule().is_some() => {
                self.warnings.insert(record.id, *warning);
            }
            _ => {}
        }
    }

    /// No more of this warning: what stands against it will not go away by
    /// itself.
    pub(super) fn put_aside(&mut self, on: RecordId) {
        self.refused.insert(on);
    }

    /// What the rules want at `now` and is not known yet. Cases that are closed
    /// and that no rule looks back at are forgotten.
    pub(super) fn proposals(&mut self, now: Timestamp) -> Vec<Proposal> {
        let policy = &self.policy;
        let oldest = now.saturating_sub(policy.warnings.repeat_within);
        let mut proposals = self.ended(now);
        self.cases
            .retain(|_, case| case.is_open() || case.registered_at >= oldest);
        for case in self.cases.values() {
            proposals.extend(rules::of_case(case, policy, now));
        }
        proposals.extend(rules::of_places(self.cases.values(), policy, now));
        proposals.retain(|proposal| {
            !self.refused.contains(&proposal.on)
                && rules::is_news(proposal, self.warnings.get(&proposal.on))
        });
        proposals
    }

    /// The lines that the log shall have and that nobody has written here, the
    /// earliest first.
    pub(super) fn untold(&mut self, now: Timestamp) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for (on, warning) in &self.warnings {
            let case = warning.subject.case();
            let case = case.and_then(|case| self.cases.get(&case.id));
            let touched = case.map(|case| case.touched_at);
            lines.extend(told::lines(*on, warning, touched, &self.policy, now));
        }
        // What is no news any more need not be remembered.
        let news: BTreeSet<RecordId> = lines.iter().map(|line| line.id).collect();
        self.told.retain(|id| news.contains(id));
        lines.retain(|line| !self.told.contains(&line.id));
        lines.sort_by_key(|line| (line.at, line.id));
        lines
    }

    /// The line is there.
    pub(super) fn has_told(&mut self, line: RecordId) {
        self.told.insert(line);
    }

    fn ended(&self, now: Timestamp) -> Vec<Proposal> {
        self.warnings
            .iter()
            .filter(|(_, warning)| warning.is_open())
            .filter_map(|(on, warning)| {
                let case = self.cases.get(&warning.subject.case()?.id)?;
                rules::ended(*on, warning, case, &self.policy, now)
            })
            .collect()
    }
}
