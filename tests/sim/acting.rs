//! What happens in a night: officers act, faults begin and end.

use std::time::Duration;

use zhiban::domain::record::Record;
use zhiban::domain::time::Millis;
use zhiban::store::handle::{NewAct, Store, SubmitError, When};
use zhiban::store::view::{Anchor, Filter, OutboxState, Scope, Sort};
use zhiban::sync::clock::Clock as _;

use super::faults::{Fault, Kind};
use super::history::{Act, Complaint, Settled};
use super::line::{CENTRE, Way};
use super::night::Night;
use super::script::{self, Intent};

const HOUR_MS: i64 = 3_600_000;
const YEAR_MS: i64 = 365 * 24 * HOUR_MS;
/// Rows of the queue that an officer looks at.
const ROWS: usize = 12;

impl Night<'_> {
    /// Somebody at a desk, or the centre's leader, does something.
    pub fn somebody_acts(&mut self) {
        let who = self.dice.below(self.desks.len() as u64 + 1);
        match usize::try_from(who) {
            Ok(number) if number < self.desks.len() => self.officer_acts(number),
            Ok(_) | Err(_) => self.centre_acts(),
        }
    }

    fn fresh_words(&mut self) -> String {
        self.words += 1;
        format!("话{}号", self.words)
    }

    fn centre_acts(&mut self) {
        let words = self.fresh_words();
        if self.dice.permille(400) {
            let id = self.centre.register(&mut self.dice, &words);
            self.looking.known.extend(id);
            return;
        }
        let known: Vec<_> = self.looking.known.iter().copied().collect();
        let Some(id) = self.dice.one_of(&known).copied() else {
            return;
        };
        // What a desk shows serves the centre as its screen.
        let record = self
            .desks
            .iter()
            .find_map(|desk| desk.with(|running| running.store.shown(id).wait().ok().flatten())?);
        let Some(record) = record.map(|shown| shown.record) else {
            return;
        };
        let now = self.time.wall();
        if let Some(intent) = script::on_incident(&mut self.dice, &record, &words, now) {
            self.looking.known.extend(intent.entry);
            self.centre.act(vec![intent.target], intent.act);
        }
    }

    fn officer_acts(&mut self, number: usize) {
        let Some(store) = self.desks[number].with(|running| running.store.clone()) else {
            return;
        };
        if self.dice.permille(60) && self.settles_refused(number, &store) {
            return;
        }
        let burst = if self.dice.permille(80) {
            self.dice.between(2, 12)
        } else {
            1
        };
        for _ in 0..burst {
            self.act_at(number, &store);
        }
    }

    /// One act on this desk's screen.
    pub fn act_at(&mut self, number: usize, store: &Store) {
        let words = self.fresh_words();
        let now = self.desks[number].clock.now();
        let town_only = !self.sees_district(number);
        let on_screen = on_screen(store);
        let intent = if on_screen.is_empty() || self.dice.permille(150) {
            Some(script::register(&mut self.dice, town_only, &words))
        } else {
            let record = self.dice.one_of(&on_screen).cloned();
            record.and_then(|record| script::on_incident(&mut self.dice, &record, &words, now))
        };
        if let Some(intent) = intent {
            self.submit(number, store, intent);
        }
    }

    fn sees_district(&self, number: usize) -> bool {
        let district = super::centre::DISTRICT;
        self.history.seats[number]
            .areas
            .iter()
            .any(|area| area == district)
    }

    fn submit(&mut self, number: usize, store: &Store, intent: Intent) {
        let clock = self.desks[number].clock.clone();
        let offset_ms = self.desks[number]
            .status()
            .map_or(0, |status| status.offset_ms);
        let verb = intent.act.verb();
        let on = intent.target.id;
        let new = NewAct {
            targets: vec![intent.target],
            act: intent.act,
            made_at: clock.now().saturating_add(Millis(offset_ms)),
            offset_ms,
        };
        let name = self.desks[number].profile.name.clone();
        match store.submit(new).wait() {
            Ok(submitted) => {
                let command = submitted.command.to_string();
                self.trace.line(&name, &format!("{verb} {on} {command}"));
                self.looking.known.insert(on);
                self.looking.known.extend(intent.entry);
                self.history.acts.push(Act {
                    at_ms: self.now_ms(),
                    desk: number,
                    command,
                    verb: verb.to_string(),
                    on: on.to_string(),
                    entry: intent.entry.map(|id| id.to_string()),
                });
            }
            Err(SubmitError::Refused(refusal)) => {
                self.trace
                    .line(&name, &format!("{verb} {on} refused {refusal}"));
            }
            Err(SubmitError::NotStored(error)) => {
                self.trace
                    .line(&name, &format!("{verb} {on} not stored {error}"));
                if !self.steps_fail() {
                    self.history.complaints.push(Complaint {
                        invariant: "I10",
                        text: format!("{name} could not act at {} ms: {error}", self.now_ms()),
                    });
                }
            }
        }
    }

    fn steps_fail(&self) -> bool {
        self.active
            .iter()
            .any(|fault| matches!(fault.kind, Kind::DiskFull | Kind::StoreFails))
    }

    /// An officer settles what was refused; whether there was any.
    fn settles_refused(&mut self, number: usize, store: &Store) -> bool {
        let rows = store.outbox().wait().unwrap_or_default();
        let refused: Vec<_> = rows
            .into_iter()
            .filter(|row| matches!(row.state, OutboxState::Refused { .. }))
            .map(|row| row.id)
            .collect();
        let Some(id) = self.dice.one_of(&refused).copied() else {
            return false;
        };
        let when = When {
            made_at: self.desks[number].clock.now(),
            offset_ms: 0,
        };
        let way = self.dice.below(3);
        let became = match way {
            0 => store
                .discard(id, "不再需要".to_owned(), when.made_at)
                .wait()
                .map(|()| None)
                .ok(),
            1 => store
                .retry(id, when)
                .wait()
                .map(|made| Some(made.command))
                .ok(),
            _ => store
                .refused_to_note(id, when)
                .wait()
                .map(|made| Some(made.command))
                .ok(),
        };
        let name = self.desks[number].profile.name.clone();
        self.trace
            .line(&name, &format!("settles {id} way {way}: {became:?}"));
        let Some(became) = became else { return true };
        self.history.settled.push(Settled {
            at_ms: self.now_ms(),
            command: id.to_string(),
        });
        if let Some(command) = became {
            self.history.acts.push(Act {
                at_ms: self.now_ms(),
                desk: number,
                command: command.to_string(),
                verb: "again".to_owned(),
                ..Act::default()
            });
        }
        true
    }

    // Faults.

    pub fn begin_fault(&mut self, fault: Fault) {
        let name = self.desks[fault.desk].profile.name.clone();
        self.trace
            .line("night", &format!("{:?} begins at {name}", fault.kind));
        *self.made.entry(format!("{:?}", fault.kind)).or_default() += 1;
        if fault.until_ms.is_none() {
            self.history.seats[fault.desk].must_converge = false;
        }
        self.network(&fault);
        self.way(&fault);
        self.machine(&fault, &name);
        self.active.push(fault);
    }

    fn network(&mut self, fault: &Fault) {
        let latency = Duration::from_millis(self.dice.between(1_000, 15_000));
        for host in self.hosts_of(fault.desk) {
            match fault.kind {
                Kind::Partition => self.sim.partition(host, CENTRE),
                Kind::OneWayUp => self.sim.partition_oneway(host, CENTRE),
                Kind::OneWayDown => self.sim.partition_oneway(CENTRE, host),
                Kind::Hold => self.sim.hold(host, CENTRE),
                Kind::Delay => self.sim.set_link_max_message_latency(host, CENTRE, latency),
                Kind::Drop => self.sim.set_link_fail_rate(host, CENTRE, 0.05),
                _ => {}
            }
        }
    }

    fn way(&mut self, fault: &Fault) {
        let hard = self.dice.between(100, 1_000);
        let some = Some(self.dice.between(1, 20));
        let buffer_bytes = usize::try_from(self.dice.between(200, 20_000)).unwrap_or(0);
        let mut way = self.desks[fault.desk].line.way.lock().unwrap();
        match fault.kind {
            Kind::Duplicate => way.duplicate = hard,
            Kind::Reorder => way.reorder_ms = hard * 10,
            Kind::Swallow => way.swallow = hard,
            Kind::Late => way.late = hard,
            Kind::Truncate => way.truncate = hard,
            Kind::Buffer => way.buffer_bytes = buffer_bytes,
            Kind::Portal => way.portal = true,
            Kind::Storm429 => way.storm = Some((429, hard, some)),
            Kind::Storm503 => way.storm = Some((503, hard, None)),
            _ => {}
        }
    }

    fn machine(&mut self, fault: &Fault, name: &str) {
        let sign = if self.dice.permille(500) { 1 } else { -1 };
        let desk = self.desks[fault.desk].clone();
        match fault.kind {
            Kind::CrashDesk => {
                self.look();
                desk.running.lock().unwrap().take();
                self.sim.crash(name.to_owned());
                self.down.insert(name.to_owned());
            }
            Kind::CrashCentre => self.centre_dies(),
            Kind::SecondProgram => {
                let Some(store) = desk.open_store() else {
                    return;
                };
                for _ in 0..self.dice.between(1, 4) {
                    self.act_at(fault.desk, &store);
                }
                *self.handed[fault.desk].lock().unwrap() = Some(store);
            }
            Kind::ClockHour => desk.clock.set_wrong_by(sign * HOUR_MS),
            Kind::ClockYear => desk.clock.set_wrong_by(sign * YEAR_MS),
            Kind::ClockBack => desk.clock.set_wrong_by(-90_000),
            Kind::SignOut => desk
                .leaves
                .store(true, std::sync::atomic::Ordering::Relaxed),
            Kind::TokenEnds => {
                self.centre.ends_sessions();
            }
            Kind::Restore => {
                self.centre.backup();
            }
            Kind::Burst => self.burst(),
            Kind::DiskFull => arm("store.write.disk-full", "return"),
            Kind::StoreFails => self.some_step_fails(&STORE_POINTS),
            Kind::EngineFails => self.some_step_fails(&ENGINE_POINTS),
            Kind::CentreFails => self.some_step_fails(&CENTRE_POINTS),
            _ => {}
        }
    }

    /// A step fails a few times, from the n-th visit on.
    fn some_step_fails(&mut self, points: &[&str]) {
        for _ in 0..self.dice.between(1, 3) {
            let Some(point) = self.dice.one_of(points).copied() else {
                continue;
            };
            let (after, times) = (self.dice.below(12), self.dice.between(1, 4));
            arm(point, &format!("{after}*off->{times}*return->off"));
        }
    }

    fn burst(&mut self) {
        for _ in 0..self.dice.between(3, 30) {
            self.centre_acts();
        }
        self.centre.touches_accounts(6);
    }

    fn centre_dies(&mut self) {
        self.centre.service.lock().unwrap().take();
        self.sim.crash(CENTRE);
        self.down.insert(CENTRE.to_owned());
    }

    fn starts(&mut self, host: &str) {
        if self.down.remove(host) {
            self.sim.bounce(host.to_owned());
        }
    }

    pub fn end_faults(&mut self, now_ms: u64) {
        let (over, active) = std::mem::take(&mut self.active)
            .into_iter()
            .partition(|fault| fault.until_ms.is_some_and(|until| until <= now_ms));
        self.active = active;
        let over: Vec<Fault> = over;
        for fault in over {
            let name = self.desks[fault.desk].profile.name.clone();
            self.trace
                .line("night", &format!("{:?} ends at {name}", fault.kind));
            self.end_fault(&fault, &name);
        }
    }

    fn end_fault(&mut self, fault: &Fault, name: &str) {
        for host in self.hosts_of(fault.desk) {
            match fault.kind {
                Kind::Partition => self.sim.repair(host, CENTRE),
                Kind::OneWayUp => self.sim.repair_oneway(host, CENTRE),
                Kind::OneWayDown => self.sim.repair_oneway(CENTRE, host),
                Kind::Hold => self.sim.release(host, CENTRE),
                Kind::Delay => {
                    let usual = Duration::from_millis(250);
                    self.sim.set_link_max_message_latency(host, CENTRE, usual);
                }
                Kind::Drop => {
                    self.sim.set_link_fail_rate(host.clone(), CENTRE, 0.0);
                    self.sim.repair(host, CENTRE);
                }
                _ => {}
            }
        }
        let desk = self.desks[fault.desk].clone();
        match fault.kind {
            Kind::Duplicate
            | Kind::Reorder
            | Kind::Swallow
            | Kind::Late
            | Kind::Truncate
            | Kind::Buffer
            | Kind::Portal
            | Kind::Storm429
            | Kind::Storm503 => *desk.line.way.lock().unwrap() = Way::default(),
            Kind::CrashDesk => self.starts(name),
            Kind::CrashCentre => self.starts(CENTRE),
            Kind::ClockHour | Kind::ClockYear | Kind::ClockBack => desk.clock.set_wrong_by(0),
            Kind::Restore => {
                if self.down.contains(CENTRE) {
                    return;
                }
                self.keep_feed();
                self.centre_dies();
                self.centre.restore();
                self.starts(CENTRE);
            }
            Kind::DiskFull => disarm(&["store.write.disk-full"]),
            Kind::StoreFails => disarm(&STORE_POINTS),
            Kind::EngineFails => disarm(&ENGINE_POINTS),
            Kind::CentreFails => disarm(&CENTRE_POINTS),
            _ => {}
        }
    }
}

/// Steps of the store that a night may let fail.
const STORE_POINTS: [&str; 11] = [
    "store.submit.before-outbox",
    "store.changes.before-outbox",
    "store.changes.between-files",
    "store.sent.before-commit",
    "store.results.before-outbox",
    "store.snapshot.lines",
    "store.snapshot.before-outbox",
    "store.snapshot.between-files",
    "store.discard.before-commit",
    "store.changes.between-files",
    "store.changes.before-outbox",
];
/// Steps of the engine that a night may let fail.
const ENGINE_POINTS: [&str; 14] = [
    "sync.push.before-sent",
    "sync.push.before-asking",
    "sync.push.before-results",
    "sync.push.after-results",
    "sync.feeds.listed",
    "sync.pull.before-store",
    "sync.pull.after-store",
    "sync.stream.opened",
    "sync.stream.before-store",
    "sync.session.answered",
    "sync.snapshot.opened",
    "sync.snapshot.swapped",
    "sync.snapshot.before-lines",
    "sync.snapshot.before-end",
];
/// Steps of the centre that a night may let fail.
const CENTRE_POINTS: [&str; 13] = [
    "service.write.before-commit",
    "service.commands.decided",
    "service.commands.before-place",
    "service.commands.after-place",
    "service.commands.before-answer",
    "service.feed.change-appended",
    "service.feed.before-head",
    "service.feed.after-head",
    "service.feed.serial-given",
    "service.sign-in.device-kept",
    "service.sign-in.before-session",
    "service.stream.caught-up",
    "service.snapshot.taken",
];

fn arm(point: &str, what: &str) {
    fail::cfg(point, what).unwrap();
}

fn disarm(points: &[&str]) {
    for point in points {
        fail::remove(point);
    }
}

/// The first rows of the queue.
fn on_screen(store: &Store) -> Vec<Record> {
    let filter = Filter {
        scope: Scope::All,
        ..Filter::default()
    };
    let page = store
        .queue(filter, Sort::Newest, Anchor::First, ROWS)
        .wait();
    let rows = page.map(|page| page.rows).unwrap_or_default();
    rows.into_iter()
        .filter_map(|(_, row)| store.shown(row.id).wait().ok().flatten())
        .map(|shown| shown.record)
        .collect()
}
