//! How faults begin and end.

use std::time::Duration;

use super::centre::{DISTRICT, OFFICERS, TOWN};
use super::faults::{Fault, Kind};
use super::history::Limit;
use super::line::{CENTRE, Way};
use super::night::Night;

const HOUR_MS: i64 = 3_600_000;
const YEAR_MS: i64 = 365 * 24 * HOUR_MS;

impl Night<'_> {
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
        self.account(&fault);
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
            Kind::Rollback => self.plan_rollback(fault),
            Kind::Clone => self.copy_desk(fault.desk),
            Kind::Burst => self.burst(),
            Kind::DiskFull => arm("store.write.disk-full", "return"),
            Kind::StoreFails => self.some_step_fails(&STORE_POINTS),
            Kind::EngineFails => self.some_step_fails(&ENGINE_POINTS),
            Kind::CentreFails => self.some_step_fails(&CENTRE_POINTS),
            _ => {}
        }
    }

    fn account(&mut self, fault: &Fault) {
        match fault.kind {
            // The town's officer has more for a while, the others less.
            Kind::Grants if self.history.seats[fault.desk].areas == [TOWN] => {
                self.grant(fault.desk, DISTRICT);
            }
            Kind::Grants => self.grant(fault.desk, TOWN),
            Kind::Disabled => self.disable(fault.desk),
            _ => {}
        }
    }

    fn disable(&mut self, number: usize) {
        if self.centre.disable(&self.desks[number].profile.account) {
            self.limit(number, Vec::new());
        }
    }

    fn grant(&mut self, number: usize, place: &str) {
        let account = self.desks[number].profile.account.clone();
        if self.centre.grant(&account, place) {
            self.limit(number, vec![place.to_owned()]);
        }
    }

    fn limit(&mut self, number: usize, areas: Vec<String>) {
        let now = self.now_ms();
        let earlier = self.history.limits.iter_mut();
        for limit in earlier.filter(|limit| limit.desk == number) {
            limit.until_ms = limit.until_ms.min(now);
        }
        self.history.limits.push(Limit {
            desk: number,
            areas,
            from_ms: now,
            until_ms: u64::MAX,
        });
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

    pub fn centre_dies(&mut self) {
        self.centre.service.lock().unwrap().take();
        self.sim.crash(CENTRE);
        self.down.insert(CENTRE.to_owned());
    }

    pub fn starts(&mut self, host: &str) {
        if self.down.remove(host) {
            self.sim.bounce(host.to_owned());
        }
    }

    pub fn end_faults(&mut self, now_ms: u64) {
        self.end_those(|fault| fault.until_ms.is_some_and(|until| until <= now_ms));
    }

    pub fn end_those(&mut self, which: impl Fn(&Fault) -> bool) {
        let (over, active) = std::mem::take(&mut self.active)
            .into_iter()
            .partition(|fault| which(fault));
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
                self.lift_limits();
            }
            Kind::Rollback => self.begin_new_life(),
            Kind::Grants => {
                let (_, _, place) = OFFICERS[fault.desk];
                self.grant(fault.desk, place);
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
