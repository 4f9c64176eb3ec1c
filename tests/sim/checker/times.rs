//! What must have happened by when.

use super::{Checker, REQUESTS_A_MINUTE_MAX};

impl Checker<'_> {
    /// I12 while nothing is wrong: on a clear line that is called live, a desk
    /// has what the centre took, within a bound that is shorter than the time
    /// between two heartbeats.
    pub(super) fn live_lines_are_live(&mut self) {
        let Some(within) = self.history.live_within_ms else {
            return;
        };
        // Another life of the centre has other numbers for the same moments.
        let feed = self.last();
        let judged_from = match self.feeds.len() {
            1 => 0,
            _ => self.history.quiet_from_ms,
        };
        let mut faults = Vec::new();
        for clear in &self.history.clear {
            for change in &feed.changes {
                let taken = self.moment(change);
                if taken < judged_from {
                    continue;
                }
                let deadline = taken.max(clear.from_ms) + within;
                if deadline > clear.until_ms {
                    continue;
                }
                let had = self.cursor_at(clear.desk, &feed.epoch, deadline);
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

    fn cursor_at(&self, desk: usize, epoch: &str, at_ms: u64) -> u64 {
        let cursors = self.history.cursors.iter();
        cursors
            .filter(|cursor| cursor.desk == desk && cursor.at_ms <= at_ms && cursor.epoch == epoch)
            .map(|cursor| cursor.seq)
            .max()
            .unwrap_or(0)
    }

    /// I13: no desk asks without end.
    pub(super) fn bounded(&mut self) {
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
    pub(super) fn noticed(&mut self) {
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
        for fork in &self.history.forks {
            let cursors = self.history.cursors.iter().filter(|cursor| {
                cursor.epoch == fork.epoch
                    && (fork.from_ms..=fork.until_ms).contains(&cursor.at_ms)
                    // Another copy has seen nothing before.
                    && fork.ahead.get(&cursor.desk) == Some(&cursor.copy)
            });
            for cursor in cursors.filter(|cursor| cursor.seq > fork.head) {
                faults.push(format!(
                    "{} followed a centre that was put back at {} ms, to {} at {} ms",
                    self.name(cursor.desk),
                    fork.from_ms,
                    cursor.seq,
                    cursor.at_ms
                ));
            }
        }
        for fault in faults {
            self.fault("I15", fault);
        }
    }
}
