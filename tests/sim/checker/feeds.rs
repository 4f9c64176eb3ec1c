//! What the centre's feeds must be.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, Checker, Stand, text};

impl Checker<'_> {
    /// I8, and that revisions of a record count up by one.
    pub(super) fn no_holes(&mut self) {
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
    pub(super) fn nothing_twice(&mut self) {
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
    pub(super) fn device_order(&mut self) {
        let mut faults = Vec::new();
        let devices: BTreeSet<&str> = self
            .history
            .seats
            .iter()
            .map(|seat| &*seat.device)
            .collect();
        for device in devices {
            // A copied desk has the device of the one that it was copied from.
            let of = |act: &&Act| self.history.seats[act.desk].device == device;
            let acts = self.history.acts.iter().filter(of).enumerate();
            let order: BTreeMap<&str, (usize, usize)> = acts
                .map(|(at, act)| (act.command.as_str(), (act.desk, at)))
                .collect();
            for feed in &self.feeds {
                let mut last: BTreeMap<usize, (&str, usize)> = BTreeMap::new();
                for change in feed.changes.iter().filter(|change| change.device == device) {
                    let Some((desk, at)) = order.get(change.command.as_str()).copied() else {
                        faults.push(format!(
                            "{device}: nobody was told that {} is done",
                            change.command
                        ));
                        continue;
                    };
                    if let Some((before, earlier)) = last.get(&desk)
                        && *earlier > at
                    {
                        let name = self.name(desk);
                        faults.push(format!("{name}: {} after {before}", change.command));
                    }
                    last.insert(desk, (&change.command, at));
                }
            }
        }
        for fault in faults {
            self.fault("I4", fault);
        }
    }

    /// I7.
    pub(super) fn notes_after_what_they_refer_to(&mut self) {
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
    pub(super) fn nothing_lost(&mut self) {
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
                Some(Stand::Refused | Stand::Late) => true,
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
}
