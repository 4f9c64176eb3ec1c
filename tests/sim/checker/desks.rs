//! What desks may show.

use std::collections::BTreeMap;

use super::{Change, Checker, Cursor, Feed, Shown, Stand, Sweep, is_same};

impl Checker<'_> {
    /// I6: an own act is shown from the moment it is stored until it is
    /// refused, also after a restart.
    pub(super) fn own_writes_are_read(&mut self) {
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
                    Some(Stand::Refused | Stand::Late | Stand::Doubtful) => false,
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

    /// I5: within one copy and one life of the centre, nobody sees an older
    /// confirmed revision after a newer one, and no cursor goes back.
    pub(super) fn never_backwards(&mut self) {
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
    pub(super) fn rows_fit_cursors(&mut self) {
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
        // A centre that was put back had two feeds of one epoch.
        let lives = self.feeds.iter().filter(|feed| feed.epoch == cursor.epoch);
        let judged = lives.map(|feed| self.unfit_rows_of(sweep, cursor, feed));
        judged.min_by_key(Vec::len).unwrap_or_else(|| {
            vec![format!(
                "{} follows {}, which no life of the centre is",
                self.name(sweep.desk),
                cursor.epoch
            )]
        })
    }

    fn unfit_rows_of(&self, sweep: &Sweep, cursor: &Cursor, feed: &Feed) -> Vec<String> {
        let mut at_cursor: BTreeMap<&str, &Change> = BTreeMap::new();
        for change in feed
            .changes
            .iter()
            .take_while(|change| change.seq <= cursor.seq)
        {
            at_cursor.insert(&change.id, change);
        }
        let areas = &sweep.areas;
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
    pub(super) fn equal_in_the_end(&mut self) {
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
    pub(super) fn within_grants(&mut self) {
        let mut faults = self.within_limits();
        for (desk, (sweep, _)) in &self.history.last {
            let seat = &self.history.seats[*desk];
            // A desk that is cut off for good does not hear that it has less.
            let limits = self.history.limits.iter();
            let had = limits
                .filter(|limit| limit.desk == *desk && !seat.must_converge)
                .flat_map(|limit| &limit.areas);
            let may: Vec<&String> = seat.areas.iter().chain(had).collect();
            for shown in sweep.records.iter().filter(|shown| shown.json.is_some()) {
                if shown.kind == "officer" {
                    continue;
                }
                if !may.iter().any(|area| shown.area.starts_with(*area)) {
                    faults.push(format!("{} has {} of {}", seat.name, shown.id, shown.area));
                }
            }
        }
        for fault in faults {
            self.fault("I9", fault);
        }
    }

    /// I9 while grants are less: what the centre took then of other areas does
    /// not come to the desk.
    fn within_limits(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for limit in &self.history.limits {
            let during = |at_ms: u64| at_ms > limit.from_ms && at_ms <= limit.until_ms;
            let records = self.history.shown.iter();
            let swept = self.history.sweeps.iter().flat_map(|sweep| &sweep.records);
            let last = self.history.last.values();
            let last = last.flat_map(|(sweep, _)| &sweep.records);
            for shown in records.chain(swept).chain(last).filter(|shown| {
                let is_theirs = shown.confirmed && shown.json.is_some() && shown.kind != "officer";
                shown.desk == limit.desk && during(shown.at_ms) && is_theirs
            }) {
                let lives = self.feeds.iter().filter(|feed| feed.epoch == shown.epoch);
                let leaked = lives.flat_map(|feed| &feed.changes).find(|change| {
                    let within = limit.areas.iter().any(|area| change.area.starts_with(area));
                    let same = change.id == shown.id && change.rev == shown.rev;
                    same && !within && self.moment(change) > limit.from_ms
                });
                if let Some(change) = leaked {
                    faults.push(format!(
                        "{} showed {} of {} at {} ms, taken at {} ms, when its officer had {:?} since {} ms",
                        self.name(shown.desk),
                        shown.id,
                        change.area,
                        shown.at_ms,
                        self.moment(change),
                        limit.areas,
                        limit.from_ms
                    ));
                }
            }
        }
        faults
    }

    /// I11: what an outbox showed as refused it shows until it is settled. What
    /// was filed as late may wait again, for a centre that has lost it.
    pub(super) fn refused_stays(&mut self) {
        let mut faults = Vec::new();
        let mut refused: BTreeMap<usize, BTreeMap<&str, Stand>> = BTreeMap::new();
        let last = self.history.last.values().map(|(_, outbox)| outbox);
        for outbox in self.history.outboxes.iter().chain(last) {
            let now: BTreeMap<&str, Stand> = outbox
                .rows
                .iter()
                .map(|(command, stand)| (command.as_str(), *stand))
                .collect();
            let settles = |stand: &Stand| matches!(stand, Stand::Refused | Stand::Late);
            let open = now.iter().filter(|(_, stand)| settles(stand));
            let open = open.map(|(command, stand)| (*command, *stand)).collect();
            let before = refused.insert(outbox.desk, open).unwrap_or_default();
            for (command, was) in &before {
                let there = match (was, now.get(command)) {
                    (_, None) => false,
                    (Stand::Late, Some(_)) => true,
                    (_, Some(stand)) => settles(stand),
                };
                if there {
                    continue;
                }
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
}
