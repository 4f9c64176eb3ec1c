//! The history checker: what must hold of any night (protocol.md §7), judged
//! from what officers were told, what desks showed, and the centre's feeds as
//! raw JSON. It calls nothing of the product.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::history::{Act, History, Shown, Stand, Sweep};

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

    /// I8, and that revisions of a record count up by one.
    fn no_holes(&mut self) {
        let mut faults = Vec::new();
        for feed in &self.feeds {
            let mut revs: BTreeMap<&str, u64> = BTreeMap::new();
            for (at, change) in feed.changes.iter().enumerate() {
                if change.seq != at as u64 + 1 {
                    faults.push(format!("change {} stands at place {}", change.seq, at + 1));
                    break;
                }
                let rev = revs.entry(&change.id).or_default();
                if change.rev != *rev + 1 {
                    faults.push(format!(
                        "{} went from rev {rev} to {}",
                        change.id, change.rev
                    ));
                }
                *rev = change.rev;
            }
            if feed.head != feed.changes.len() as u64 {
                faults.push(format!(
                    "head {} of {} changes",
                    feed.head,
                    feed.changes.len()
                ));
            }
        }
        for fault in faults {
            self.fault("I8", fault);
        }
    }

    /// I2: a command has its effect in one transaction only, and an entry's
    /// words stand in one record only.
    fn nothing_twice(&mut self) {
        let mut faults = Vec::new();
        for feed in &self.feeds {
            let mut txs: BTreeMap<&str, u64> = BTreeMap::new();
            let mut words: BTreeMap<String, &str> = BTreeMap::new();
            for change in &feed.changes {
                if !change.command.is_empty()
                    && *txs.entry(&change.command).or_insert(change.tx) != change.tx
                {
                    faults.push(format!(
                        "command {} again at {}",
                        change.command, change.seq
                    ));
                }
                let said = text(&change.record["doc"], "text");
                if change.kind == "entry" && !said.is_empty() {
                    let first = words.entry(said.clone()).or_insert(&change.command);
                    if *first != change.command {
                        faults.push(format!("words {said:?} by {first} and {}", change.command));
                    }
                }
            }
        }
        for fault in faults {
            self.fault("I2", fault);
        }
    }

    /// I4: what a desk said takes effect in the order in which it was said.
    fn device_order(&mut self) {
        let mut faults = Vec::new();
        for (desk, seat) in self.history.seats.iter().enumerate() {
            let order: BTreeMap<&str, usize> = self
                .history
                .acts
                .iter()
                .filter(|act| act.desk == desk)
                .enumerate()
                .map(|(at, act)| (act.command.as_str(), at))
                .collect();
            for feed in &self.feeds {
                let mut last: Option<(&str, usize)> = None;
                for change in feed
                    .changes
                    .iter()
                    .filter(|change| change.device == seat.device)
                {
                    let Some(at) = order.get(change.command.as_str()).copied() else {
                        faults.push(format!(
                            "{}: nobody was told that {} is done",
                            seat.name, change.command
                        ));
                        continue;
                    };
                    if let Some((before, earlier)) = last
                        && earlier > at
                    {
                        faults.push(format!("{}: {} after {before}", seat.name, change.command));
                    }
                    last = Some((&change.command, at));
                }
            }
        }
        for fault in faults {
            self.fault("I4", fault);
        }
    }

    /// I7.
    fn notes_after_what_they_refer_to(&mut self) {
        let mut faults = Vec::new();
        for feed in &self.feeds {
            let mut there: BTreeSet<&str> = BTreeSet::new();
            for change in &feed.changes {
                let corrects = text(&change.record["doc"], "corrects");
                for needs in [change.parent.as_str(), corrects.as_str()] {
                    if !needs.is_empty() && !there.contains(needs) {
                        faults.push(format!("{} at {} before {needs}", change.id, change.seq));
                    }
                }
                there.insert(&change.id);
            }
        }
        for fault in faults {
            self.fault("I7", fault);
        }
    }

    /// I1: whatever a desk called stored is in the feed, or is in an outbox,
    /// refused or waiting, or was settled by an officer.
    fn nothing_lost(&mut self) {
        let mut faults = Vec::new();
        let in_feed: BTreeSet<&str> = self
            .last()
            .changes
            .iter()
            .map(|change| change.command.as_str())
            .collect();
        for act in &self.history.acts {
            if in_feed.contains(act.command.as_str()) || self.is_settled(act, u64::MAX) {
                continue;
            }
            let Some((sweep, outbox)) = self.history.last.get(&act.desk) else {
                // Its desk does not run any more: what it has cannot be seen.
                continue;
            };
            let must = self.history.seats[act.desk].must_converge;
            let epoch = sweep.cursor.as_ref().map(|cursor| &cursor.epoch);
            if !must && epoch != Some(&self.last().epoch) {
                // It has not heard of this life of the centre, and keeps what
                // the last one took, unseen, to offer it again.
                continue;
            }
            let stand = outbox
                .rows
                .iter()
                .find(|(command, _)| *command == act.command)
                .map(|(_, stand)| *stand);
            let kept = match stand {
                Some(Stand::Refused) => true,
                Some(Stand::Waiting | Stand::Doubtful) => {
                    !self.history.seats[act.desk].must_converge
                }
                // Accepted and not in the feed is lost.
                Some(Stand::Accepted) => !self.history.seats[act.desk].must_converge,
                None => false,
            };
            if !kept {
                faults.push(format!(
                    "{} was told at {} ms that {} {} on {} is stored; it is not in the feed, \
                     and in the outbox {stand:?}",
                    self.name(act.desk),
                    act.at_ms,
                    act.verb,
                    act.command,
                    act.on
                ));
            }
        }
        for fault in faults {
            self.fault("I1", fault);
        }
    }

    fn is_settled(&self, act: &Act, at_ms: u64) -> bool {
        self.history
            .settled
            .iter()
            .any(|settled| settled.command == act.command && settled.at_ms <= at_ms)
    }

    /// I6: an own act is shown from the moment it is stored until it is
    /// refused, also after a restart.
    fn own_writes_are_read(&mut self) {
        let mut faults = Vec::new();
        for timeline in &self.history.timelines {
            if !timeline.visible {
                continue;
            }
            for act in self.history.acts.iter().filter(|act| {
                act.desk == timeline.desk
                    && act.on == timeline.on
                    && act.at_ms < timeline.at_ms
                    && !act.verb.is_empty()
            }) {
                if self.is_settled(act, timeline.at_ms) {
                    continue;
                }
                let shown = match &act.entry {
                    Some(entry) => timeline.commands.contains(entry),
                    None => timeline.commands.contains(&act.command),
                };
                if shown {
                    continue;
                }
                let stand = self.stand_at(act, timeline.at_ms);
                let must = match stand {
                    Some(Stand::Refused | Stand::Doubtful) => false,
                    Some(Stand::Waiting) => true,
                    // Until the feed has come to it, an act that the centre
                    // took may not fit what is here; a note always does. And
                    // a snapshot has no events of closed incidents.
                    Some(Stand::Accepted) | None => act.entry.is_some(),
                };
                if must {
                    faults.push(format!(
                        "{} does not show its own {} {} on {} at {} ms, outbox {stand:?}",
                        self.name(act.desk),
                        act.verb,
                        act.command,
                        act.on,
                        timeline.at_ms
                    ));
                }
            }
        }
        for fault in faults {
            self.fault("I6", fault);
        }
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

    /// I5: within one copy and one life of the centre, nobody sees an older
    /// confirmed revision after a newer one, and no cursor goes back.
    fn never_backwards(&mut self) {
        let mut faults = Vec::new();
        let mut newest: BTreeMap<(usize, &str, &str, &str), u64> = BTreeMap::new();
        for shown in self.history.shown.iter().filter(|shown| shown.confirmed) {
            let place = (
                shown.desk,
                shown.copy.as_str(),
                shown.epoch.as_str(),
                shown.id.as_str(),
            );
            let rev = newest.entry(place).or_default();
            if shown.rev < *rev {
                faults.push(format!(
                    "{} showed {} at rev {} after {rev}, at {} ms",
                    self.name(shown.desk),
                    shown.id,
                    shown.rev,
                    shown.at_ms
                ));
            }
            *rev = shown.rev.max(*rev);
        }
        let mut furthest: BTreeMap<(usize, &str, &str), u64> = BTreeMap::new();
        for cursor in &self.history.cursors {
            let place = (cursor.desk, cursor.copy.as_str(), cursor.epoch.as_str());
            let seq = furthest.entry(place).or_default();
            if cursor.seq < *seq {
                faults.push(format!(
                    "{}: the cursor went from {seq} to {} at {} ms",
                    self.name(cursor.desk),
                    cursor.seq,
                    cursor.at_ms
                ));
            }
            *seq = cursor.seq.max(*seq);
        }
        for fault in faults {
            self.fault("I5", fault);
        }
    }

    /// I8 on the desks: a copy that says "I have everything up to n" shows of
    /// every record exactly what the feed has at n.
    fn rows_fit_cursors(&mut self) {
        let mut faults = Vec::new();
        let last = self.history.last.values().map(|(sweep, _)| sweep);
        for sweep in self.history.sweeps.iter().chain(last) {
            faults.extend(self.unfit_rows(sweep));
        }
        for fault in faults {
            self.fault("I8", fault);
        }
    }

    fn unfit_rows(&self, sweep: &Sweep) -> Vec<String> {
        let Some(cursor) = &sweep.cursor else {
            return Vec::new();
        };
        let Some(feed) = self.feeds.iter().find(|feed| feed.epoch == cursor.epoch) else {
            return vec![format!(
                "{} follows {}, which no life of the centre is",
                self.name(sweep.desk),
                cursor.epoch
            )];
        };
        let mut at_cursor: BTreeMap<&str, &Change> = BTreeMap::new();
        for change in feed
            .changes
            .iter()
            .take_while(|change| change.seq <= cursor.seq)
        {
            at_cursor.insert(&change.id, change);
        }
        let areas = &self.history.seats[sweep.desk].areas;
        let mut faults = Vec::new();
        // An account comes by its officer's private feed.
        let records = sweep.records.iter().filter(|shown| shown.kind != "officer");
        for shown in records {
            let should = at_cursor
                .get(shown.id.as_str())
                .filter(|change| areas.iter().any(|area| change.area.starts_with(area)));
            let fits = match (should, &shown.json) {
                (Some(change), Some(json)) => !shown.confirmed || is_same(change, json),
                (Some(_), None) => false,
                (None, Some(_)) => !shown.confirmed,
                (None, None) => true,
            };
            if !fits {
                faults.push(format!(
                    "{} at {} ms with cursor {} shows {} at rev {} ({}), the feed has rev {:?}",
                    self.name(sweep.desk),
                    sweep.at_ms,
                    cursor.seq,
                    shown.id,
                    shown.rev,
                    if shown.confirmed {
                        "confirmed"
                    } else {
                        "not confirmed"
                    },
                    should.map(|change| change.rev)
                ));
            }
        }
        faults
    }

    /// I3, I14: after quiet, desks with the same grants show the same bytes,
    /// and those are the feed's.
    fn equal_in_the_end(&mut self) {
        let mut faults = Vec::new();
        let mut first: BTreeMap<(&[String], &str), &Shown> = BTreeMap::new();
        for (desk, (sweep, _)) in &self.history.last {
            let seat = &self.history.seats[*desk];
            if !seat.must_converge {
                continue;
            }
            for shown in sweep.records.iter().filter(|shown| shown.confirmed) {
                let same = (seat.areas.as_slice(), shown.id.as_str());
                let other = *first.entry(same).or_insert(shown);
                if other.json != shown.json {
                    faults.push(format!(
                        "{} and {} differ in {}",
                        self.name(other.desk),
                        self.name(*desk),
                        shown.id
                    ));
                }
            }
            for shown in sweep
                .records
                .iter()
                .filter(|shown| !shown.confirmed && shown.json.is_some())
            {
                faults.push(format!("{} still shows {} as pending", seat.name, shown.id));
            }
        }
        for fault in faults {
            self.fault("I3", fault);
        }
    }

    /// I9, in the end and whenever a desk was looked at whole.
    fn within_grants(&mut self) {
        let mut faults = Vec::new();
        for (desk, (sweep, _)) in &self.history.last {
            let seat = &self.history.seats[*desk];
            for shown in sweep.records.iter().filter(|shown| shown.json.is_some()) {
                if shown.kind == "officer" {
                    continue;
                }
                if !seat.areas.iter().any(|area| shown.area.starts_with(area)) {
                    faults.push(format!("{} has {} of {}", seat.name, shown.id, shown.area));
                }
            }
        }
        for fault in faults {
            self.fault("I9", fault);
        }
    }

    /// I11: what an outbox showed as refused it shows until it is settled.
    fn refused_stays(&mut self) {
        let mut faults = Vec::new();
        let mut refused: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        let last = self.history.last.values().map(|(_, outbox)| outbox);
        for outbox in self.history.outboxes.iter().chain(last) {
            let now: BTreeSet<&str> = outbox
                .rows
                .iter()
                .filter(|(_, stand)| *stand == Stand::Refused)
                .map(|(command, _)| command.as_str())
                .collect();
            let before = refused.insert(outbox.desk, now.clone()).unwrap_or_default();
            for command in before.difference(&now) {
                let settled =
                    self.history.settled.iter().any(|settled| {
                        settled.command == *command && settled.at_ms <= outbox.at_ms
                    });
                if !settled {
                    faults.push(format!(
                        "{}: refused {command} was gone at {} ms",
                        self.name(outbox.desk),
                        outbox.at_ms
                    ));
                }
            }
        }
        for fault in faults {
            self.fault("I11", fault);
        }
    }

    /// I12 while nothing is wrong: on a clear line that is called live, a desk
    /// has what the centre took, within a bound that is shorter than the time
    /// between two heartbeats.
    fn live_lines_are_live(&mut self) {
        let Some(within) = self.history.live_within_ms else {
            return;
        };
        // Another life of the centre has other numbers for the same moments.
        let [feed] = self.feeds.as_slice() else {
            return;
        };
        let mut faults = Vec::new();
        for clear in &self.history.clear {
            for change in &feed.changes {
                let taken = u64::try_from(change.at - self.history.night_ms).unwrap_or(0);
                let deadline = taken.max(clear.from_ms) + within;
                if deadline > clear.until_ms {
                    continue;
                }
                let had = self.cursor_at(clear.desk, deadline);
                if had < change.seq {
                    faults.push(format!(
                        "{}: live and clear from {} to {} ms, but change {}, taken at {taken} ms, \
                         was not there at {deadline} ms (the copy stood at {had})",
                        self.name(clear.desk),
                        clear.from_ms,
                        clear.until_ms,
                        change.seq
                    ));
                    break;
                }
            }
        }
        for fault in faults {
            self.fault("I12", fault);
        }
    }

    fn cursor_at(&self, desk: usize, at_ms: u64) -> u64 {
        let cursors = self.history.cursors.iter();
        cursors
            .filter(|cursor| cursor.desk == desk && cursor.at_ms <= at_ms)
            .map(|cursor| cursor.seq)
            .max()
            .unwrap_or(0)
    }

    /// I13: no desk asks without end.
    fn bounded(&mut self) {
        let mut faults = Vec::new();
        for (desk, sent) in &self.history.sent {
            let mut from = 0;
            for (at, ms) in sent.iter().enumerate() {
                while sent[from] + 60_000 < *ms {
                    from += 1;
                }
                if at - from > REQUESTS_A_MINUTE_MAX {
                    faults.push(format!(
                        "{} sent {} requests in the minute before {ms} ms",
                        self.name(*desk),
                        at - from
                    ));
                    break;
                }
            }
        }
        for fault in faults {
            self.fault("I13", fault);
        }
    }

    /// I15: a desk that must be whole follows the centre's last life.
    fn noticed(&mut self) {
        let mut faults = Vec::new();
        let epoch = &self.last().epoch;
        for (desk, (sweep, _)) in &self.history.last {
            let seat = &self.history.seats[*desk];
            if let Some(cursor) = sweep.cursor.as_ref().filter(|_| seat.must_converge)
                && cursor.epoch != *epoch
            {
                faults.push(format!(
                    "{} follows {}, not {epoch}",
                    seat.name, cursor.epoch
                ));
            }
        }
        for fault in faults {
            self.fault("I15", fault);
        }
    }
}

/// Whether a desk's text of a record says what the feed's does, document and
/// unknown members alike.
fn is_same(change: &Change, json: &str) -> bool {
    serde_json::from_str::<Value>(json).is_ok_and(|shown| shown == change.record)
}
