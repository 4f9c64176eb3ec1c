//! The history checker: what must hold of any night (protocol.md §7), judged
//! from what officers were told, what desks showed, and the centre's feeds as
//! raw JSON. It calls nothing of the product.

mod desks;
mod feeds;
mod times;

use std::fmt;

use serde_json::Value;

use super::history::{Act, Cursor, History, Shown, Stand, Sweep};

/// Requests of one desk within a minute, while nobody acts.
const REQUESTS_A_MINUTE_MAX: usize = 400;

/// An invariant that does not hold, with what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub seed: u64,
    pub invariant: &'static str,
    pub evidence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "VIOLATION seed {} {}: {}",
            self.seed, self.invariant, self.evidence
        )
    }
}

/// One change of a feed, as far as the checker reads it.
#[derive(Clone, Debug)]
struct Change {
    seq: u64,
    tx: u64,
    /// When the centre took it, by its clock.
    at: i64,
    command: String,
    device: String,
    id: String,
    kind: String,
    area: String,
    parent: String,
    rev: u64,
    record: Value,
}

struct Feed {
    epoch: String,
    head: u64,
    changes: Vec<Change>,
}

struct Checker<'a> {
    history: &'a History,
    feeds: Vec<Feed>,
    found: Vec<Violation>,
}

/// Judges a night.
pub fn check(history: &History) -> Vec<Violation> {
    let mut checker = Checker {
        history,
        feeds: history.feeds.iter().filter_map(|text| read(text)).collect(),
        found: Vec::new(),
    };
    if checker.feeds.len() != history.feeds.len() || checker.feeds.is_empty() {
        checker.fault("I8", "a feed cannot be read".to_owned());
        return checker.found;
    }
    for complaint in &history.complaints {
        checker.fault(complaint.invariant, complaint.text.clone());
    }
    checker.no_holes();
    checker.nothing_twice();
    checker.device_order();
    checker.notes_after_what_they_refer_to();
    checker.nothing_lost();
    checker.own_writes_are_read();
    checker.never_backwards();
    checker.rows_fit_cursors();
    checker.equal_in_the_end();
    checker.within_grants();
    checker.refused_stays();
    checker.live_lines_are_live();
    checker.bounded();
    checker.noticed();
    checker.found
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn read(feed: &str) -> Option<Feed> {
    let feed: Value = serde_json::from_str(feed).ok()?;
    let changes = feed["changes"].as_array()?;
    Some(Feed {
        epoch: text(&feed, "epoch"),
        head: feed["head"].as_u64()?,
        changes: changes.iter().map(change).collect::<Option<_>>()?,
    })
}

fn change(change: &Value) -> Option<Change> {
    let (event, record) = (&change["event"], &change["record"]);
    Some(Change {
        seq: change["seq"].as_u64()?,
        tx: change["tx"].as_u64()?,
        at: event["arrival"]["at"]
            .as_i64()
            .or(event["at"].as_i64())
            .unwrap_or(0),
        command: text(event, "command"),
        device: text(&event["arrival"], "device"),
        id: text(record, "id"),
        kind: text(record, "kind"),
        area: text(record, "area"),
        parent: text(record, "parent"),
        rev: record["rev"].as_u64().unwrap_or(0),
        record: record.clone(),
    })
}

impl Checker<'_> {
    fn fault(&mut self, invariant: &'static str, evidence: String) {
        self.found.push(Violation {
            seed: self.history.seed,
            invariant,
            evidence,
        });
    }

    fn last(&self) -> &Feed {
        self.feeds.last().expect("there is one")
    }

    fn name(&self, desk: usize) -> &str {
        self.history.seats.get(desk).map_or("?", |seat| &seat.name)
    }

    /// When the centre took it, in milliseconds of the night.
    fn moment(&self, change: &Change) -> u64 {
        u64::try_from(change.at - self.history.night_ms).unwrap_or(0)
    }

    fn is_settled(&self, act: &Act, at_ms: u64) -> bool {
        self.history
            .settled
            .iter()
            .any(|settled| settled.command == act.command && settled.at_ms <= at_ms)
    }

    fn stand_at(&self, act: &Act, at_ms: u64) -> Option<Stand> {
        let before = self
            .history
            .outboxes
            .iter()
            .rev()
            .find(|outbox| outbox.desk == act.desk && outbox.at_ms <= at_ms)?;
        let row = before
            .rows
            .iter()
            .find(|(command, _)| *command == act.command);
        row.map(|(_, stand)| *stand)
    }
}

/// Whether a desk's text of a record says what the feed's does, document and
/// unknown members alike.
fn is_same(change: &Change, json: &str) -> bool {
    serde_json::from_str::<Value>(json).is_ok_and(|shown| shown == change.record)
}
