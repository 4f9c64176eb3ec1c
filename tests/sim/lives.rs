//! What has two lives: a centre that was put back and says nothing of it, and a
//! desk whose files were copied.

use std::collections::BTreeSet;
use std::path::Path;

use zhiban::sync::status::Needs;

use super::faults::{Fault, Kind};
use super::history::{Complaint, Fork};
use super::line::CENTRE;
use super::looking::cursor_of;
use super::night::{AFTERMATH_MS, Night};

/// Within this a desk on a clear line notices that the centre was put back: a
/// request may still hang from before, then the desk rests for up to a minute.
const NOTICED_WITHIN_MS: u64 = AFTERMATH_MS + 75_000;

/// A centre that was put back, as it is watched.
#[derive(Debug, Default)]
pub struct Watched {
    fork: Fork,
    /// Desks that have said so.
    noticed: BTreeSet<usize>,
    /// Since when nothing stands between centre and desk.
    clear_since_ms: Vec<u64>,
}

/// A desk and its copy.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub original: usize,
    pub twin: usize,
    pub since_ms: u64,
}

impl Night<'_> {
    /// The backup is taken that the centre will be put back to.
    pub fn plan_rollback(&mut self, fault: &Fault) {
        let until = fault.until_ms.unwrap_or(fault.from_ms);
        if self.centre.backup() {
            self.roll_at = Some(fault.from_ms + (until - fault.from_ms) / 3);
        }
    }

    /// Puts the centre back when it is time, and looks who notices.
    pub fn mind_lives(&mut self) {
        let now = self.now_ms();
        if self.roll_at.is_some_and(|at| at <= now) {
            self.roll_at = None;
            self.roll_back();
        }
        let Some(mut watched) = self.watched.take() else {
            return;
        };
        for number in watched.fork.ahead.keys().copied() {
            let others = |fault: &&Fault| fault.kind != Kind::Rollback;
            let mut active = self.active.iter().filter(others);
            let needs = self.desks[number].status().map(|status| status.needs);
            if needs == Some(Needs::ServiceBehind) {
                watched.noticed.insert(number);
            } else if needs.is_none() || active.any(|fault| fault.concerns(number)) {
                watched.clear_since_ms[number] = now;
            }
            let late = now > watched.clear_since_ms[number] + NOTICED_WITHIN_MS;
            if late && watched.noticed.insert(number) {
                self.history.complaints.push(Complaint {
                    invariant: "I15",
                    text: format!(
                        "{} has seen more than the centre has since it was put back at {} ms, \
                         and says nothing of it at {now} ms: {needs:?}",
                        self.desks[number].profile.name, watched.fork.from_ms
                    ),
                });
            }
        }
        self.watched = Some(watched);
    }

    fn roll_back(&mut self) {
        let Some(backup) = self.centre.backup_head() else {
            return;
        };
        let Some(epoch) = self.centre.with(|service| service.epoch().to_string()) else {
            return;
        };
        self.keep_feed();
        let head = self.centre.head().unwrap_or(0);
        self.centre_dies();
        self.centre.put_back();
        self.starts(CENTRE);
        self.lift_limits();
        let cursors = self.desks.iter().enumerate().filter_map(|(number, desk)| {
            let (life, seq) = desk.with(cursor_of)??;
            let copy = desk.with(|running| running.store.officer().scope())?;
            (life == epoch && seq > backup).then_some((number, copy))
        });
        let ahead = cursors.collect();
        let fork = Fork {
            epoch,
            from_ms: self.now_ms(),
            until_ms: u64::MAX,
            ahead,
            head,
        };
        self.trace.line(
            "night",
            &format!("the centre is put back to {backup}: {fork:?}"),
        );
        self.watched = Some(Watched {
            clear_since_ms: vec![fork.from_ms; self.desks.len()],
            noticed: BTreeSet::new(),
            fork,
        });
    }

    /// Whether somebody must still notice that the centre was put back.
    pub fn is_unnoticed(&self) -> bool {
        self.watched.as_ref().is_some_and(|watched| {
            let must = |number: &&usize| self.history.seats[**number].must_converge;
            let mut ahead = watched.fork.ahead.keys().filter(must);
            ahead.any(|number| !watched.noticed.contains(number))
        })
    }

    /// An operator has heard of it and begins another life.
    pub fn begin_new_life(&mut self) {
        self.roll_at = None;
        let Some(watched) = self.watched.take() else {
            return;
        };
        self.keep_feed();
        self.history.forks.push(Fork {
            until_ms: self.now_ms(),
            ..watched.fork
        });
        self.centre.new_epoch();
    }

    /// The accounts are as they were; what they are now is read in the end.
    pub fn lift_limits(&mut self) {
        let now = self.now_ms();
        for limit in &mut self.history.limits {
            limit.until_ms = limit.until_ms.min(now);
        }
    }

    /// The desk's files come to another machine.
    pub fn copy_desk(&mut self, original: usize) {
        let twins = self.outline.desks..self.desks.len();
        let Some(twin) = twins
            .into_iter()
            .find(|twin| self.desks[*twin].twin_of == Some(original))
        else {
            return;
        };
        let kept = self.desks[original].profile.kept.lock().unwrap().clone();
        // A desk that nobody has signed in at is no desk yet.
        let Some(kept) = kept else { return };
        let (from, to) = (&self.desks[original].profile, &self.desks[twin].profile);
        copy_folder(&from.folder, &to.folder);
        *to.kept.lock().unwrap() = Some(kept);
        self.pairs.push(Pair {
            original,
            twin,
            since_ms: self.now_ms(),
        });
    }

    /// Copied desks that should know and do not, in words.
    pub fn not_yet_found_out(&self) -> Vec<String> {
        let mut late = Vec::new();
        for pair in &self.pairs {
            let acted = |number: usize| {
                let acts = self.history.acts.iter();
                let mut own = acts.filter(|act| act.desk == number && act.at_ms > pair.since_ms);
                own.next().is_some()
            };
            let told = |number: usize| {
                let status = self.desks[number].status();
                status.is_some_and(|status| status.needs == Needs::Enrol)
            };
            let both = [pair.original, pair.twin];
            if both.into_iter().all(acted) && !both.into_iter().any(told) {
                late.push(format!(
                    "{} was copied at {} ms, both have acted, and neither is told",
                    self.desks[pair.original].profile.name, pair.since_ms
                ));
            }
        }
        late
    }
}

/// Between two steps no transaction is under way: the files fit one another.
fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
