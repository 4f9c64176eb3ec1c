//! One night: builds the world of a seed, lets officers act and faults come
//! and go, looks at every desk, and waits for quiet. What it saw is the
//! checker's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use turmoil::Sim;

use zhiban::sync::status::LinkState;

use super::acting::sees_district;
use super::centre::Centre;
use super::desk::Desk;
use super::faults::{Fault, Kind};
use super::history::{Clear, Complaint, History};
use super::line::{CENTRE, Tally};
use super::lives::{Pair, Watched};
use super::looking::{Looking, cursor_of};
use super::outline::Outline;
use super::seats::{Handed, beside_name, desk, seat, second, twin};
use super::world::{Dice, NIGHT, Time, Trace};

/// How long after the last fault everything may take to come together.
pub const QUIET_MS_MAX: u64 = 300_000;
/// Within this a desk on a clear line shows what the centre took; heartbeats
/// come every 15 s.
const LIVE_WITHIN_MS: u64 = 10_000;
/// A request that met a fault may hold a desk up for so long after it.
pub const AFTERMATH_MS: u64 = 45_000;
/// How often a quiet night is looked at whether it may end.
const LOOK_EVERY_MS: u64 = 1_000;
/// Segments that a simulated socket buffers.
const SOCKET_SEGMENTS: usize = 4_096;
const NETWORK_MS_MAX: u64 = 250;

/// What a night leaves behind.
pub struct Outcome {
    pub history: History,
    pub hash: String,
    pub lines: u64,
    pub text: String,
    pub tally: BTreeMap<&'static str, u64>,
    pub faults: BTreeMap<String, u64>,
}

/// The night in hand.
pub struct Night<'a> {
    pub outline: Outline,
    pub sim: Sim<'a>,
    pub time: Time,
    pub trace: Trace,
    pub centre: Centre,
    pub desks: Vec<Desk>,
    pub handed: Vec<Handed>,
    pub dice: Dice,
    pub history: History,
    pub looking: Looking,
    pub made: BTreeMap<String, u64>,
    pub active: Vec<Fault>,
    pub down: BTreeSet<String>,
    pub words: u64,
    pub tally: Tally,
    /// When the centre is put back to its backup without a word.
    pub roll_at: Option<u64>,
    pub watched: Option<Watched>,
    pub pairs: Vec<Pair>,
    pub wrong_until: Vec<u64>,
    clear_since: Vec<Option<u64>>,
    clear_now: Vec<Clear>,
}

/// Lives through the night of this seed.
pub fn live_through(outline: Outline, keep_text: bool) -> Outcome {
    let folder = super::folder("night");
    let mut night = Night::begin(outline, folder.path(), keep_text);
    night.turbulent();
    night.heal();
    night.quiet();
    if night.outline.calm {
        night.calm();
    }
    night.end();
    let outcome = Outcome {
        hash: night.trace.hash(),
        lines: night.trace.lines(),
        text: night.trace.text(),
        tally: night.tally.lock().unwrap().clone(),
        faults: std::mem::take(&mut night.made),
        history: std::mem::take(&mut night.history),
    };
    night.stop();
    outcome
}

impl Night<'_> {
    fn begin(outline: Outline, folder: &Path, keep_text: bool) -> Self {
        let seed = outline.seed;
        let time = Time::default();
        let trace = Trace::new(&time, keep_text);
        trace.line("night", &format!("{outline:?}"));
        let mut builder = turmoil::Builder::new();
        builder
            .rng_seed(seed)
            .epoch(std::time::UNIX_EPOCH)
            .tick_duration(Duration::from_millis(outline.tick_ms))
            .simulation_duration(Duration::from_secs(1_000_000))
            .min_message_latency(Duration::from_millis(1))
            .max_message_latency(Duration::from_millis(NETWORK_MS_MAX))
            .tcp_capacity(SOCKET_SEGMENTS);
        let mut sim = builder.build();
        let centre = Centre::new(folder.join("centre"), seed, outline.manner, &time, &trace);
        let host = centre.clone();
        sim.host(CENTRE, move || host.clone().run());
        let tally = Tally::default();
        let mut desks = Vec::new();
        let mut handed = Vec::new();
        let mut seated: Vec<Desk> = (0..outline.desks)
            .map(|number| desk(number, seed, folder, (&time, &trace, &tally), &centre))
            .collect();
        for fault in outline.faults.iter().filter(|one| one.kind == Kind::Clone) {
            seated.push(twin(&seated[fault.desk], fault.desk, folder));
        }
        for (number, desk) in seated.into_iter().enumerate() {
            let host = desk.clone();
            sim.host(host.profile.name.clone(), move || host.clone().run());
            let (beside, slot) = (desk.clone(), Handed::default());
            let name = beside_name(&desk);
            let given = Arc::clone(&slot);
            if number < outline.desks && outline.has_second(number) {
                sim.host(name, move || second(beside.clone(), Arc::clone(&given)));
            }
            desks.push(desk);
            handed.push(slot);
        }
        let history = History {
            seed,
            seats: desks.iter().map(seat).collect(),
            night_ms: NIGHT,
            live_within_ms: outline.manner.is_quick().then_some(LIVE_WITHIN_MS),
            ..History::default()
        };
        Self {
            dice: Dice::new(seed, "script"),
            looking: Looking::new(desks.len()),
            wrong_until: vec![0; desks.len()],
            clear_since: vec![None; desks.len()],
            clear_now: vec![Clear::default(); desks.len()],
            outline,
            sim,
            time,
            trace,
            centre,
            desks,
            handed,
            history,
            made: BTreeMap::new(),
            active: Vec::new(),
            down: BTreeSet::new(),
            words: 0,
            tally,
            roll_at: None,
            watched: None,
            pairs: Vec::new(),
        }
    }

    /// The machines of a desk on the network.
    pub fn hosts_of(&self, number: usize) -> Vec<String> {
        let desk = &self.desks[number];
        let mut hosts = vec![desk.profile.name.clone()];
        if self.outline.has_second(number) {
            hosts.push(beside_name(desk));
        }
        hosts
    }

    pub fn now_ms(&self) -> u64 {
        self.time.now_ms()
    }

    pub fn step(&mut self) {
        self.sim.step().unwrap();
        self.time.stands_at(self.sim.elapsed());
        let meddled = std::mem::take(&mut *self.centre.meddled.lock().unwrap());
        self.looking.known.extend(meddled);
        self.look();
        self.note_clear_lines();
        self.mind_lives();
    }

    /// Notes how long each line has been clear and live.
    fn note_clear_lines(&mut self) {
        let now = self.now_ms();
        for (number, desk) in self.desks.iter().enumerate() {
            let live = desk
                .status()
                .is_some_and(|status| status.link == LinkState::Live);
            if self.active.iter().any(|fault| fault.concerns(number)) {
                self.wrong_until[number] = now + AFTERMATH_MS;
            }
            let wrong = now < self.wrong_until[number];
            // A town's desk gets numbers without records, which show nothing.
            let sees_all = || desk.with(|running| sees_district(&running.store));
            if live && !wrong && sees_all() == Some(true) {
                let since = *self.clear_since[number].get_or_insert(now);
                self.clear_now[number] = Clear {
                    desk: number,
                    from_ms: since,
                    until_ms: now,
                };
            } else if self.clear_since[number].take().is_some() {
                self.history.clear.push(self.clear_now[number]);
            }
        }
    }

    fn turbulent(&mut self) {
        let mut planned = self.outline.faults.clone().into_iter().peekable();
        let mut act_at = 3_000;
        while self.now_ms() < self.outline.span_ms {
            self.step();
            let now = self.now_ms();
            while let Some(fault) = planned.next_if(|fault| fault.from_ms <= now) {
                self.begin_fault(fault);
            }
            self.end_faults(now);
            if now >= act_at {
                self.somebody_acts();
                // Bursts, and pauses of minutes.
                let pause = if self.dice.permille(250) {
                    200
                } else {
                    self.outline.span_ms / 25
                };
                act_at = now + self.dice.between(1, pause);
            }
        }
    }

    /// All that can heal has healed; from now on nobody acts.
    fn heal(&mut self) {
        // An operator acts when somebody says that the centre was put back.
        self.end_those(|fault| fault.until_ms.is_some() && fault.kind != Kind::Rollback);
        let began = self.now_ms();
        while self.is_unnoticed() && self.now_ms() < began + QUIET_MS_MAX {
            self.step();
        }
        self.end_faults(u64::MAX - 1);
        self.history.quiet_from_ms = self.now_ms();
        self.trace.line("night", "quiet");
    }

    /// Waits until all that must be whole is.
    pub fn quiet(&mut self) {
        let began = self.now_ms();
        let mut look_at = began;
        loop {
            self.step();
            let now = self.now_ms();
            if now < look_at {
                continue;
            }
            look_at = now + LOOK_EVERY_MS;
            let late = self.not_yet_whole();
            if late.is_empty() {
                break;
            }
            if now - began > QUIET_MS_MAX {
                self.history
                    .complaints
                    .extend(late.into_iter().map(|text| Complaint {
                        invariant: "I12",
                        text,
                    }));
                break;
            }
        }
        self.trace.line("night", "over");
    }

    /// Desks that must be whole and are not, in words.
    fn not_yet_whole(&self) -> Vec<String> {
        let Some(head) = self.centre.head() else {
            return vec!["the centre's database cannot be read".to_owned()];
        };
        // The heads of two lives may be the same.
        let Some(epoch) = self.centre.with(|service| service.epoch().to_string()) else {
            return vec!["the centre does not run".to_owned()];
        };
        let mut late = Vec::new();
        for (number, desk) in self.desks.iter().enumerate() {
            if !self.history.seats[number].must_converge {
                continue;
            }
            let status = desk.status();
            let waits = desk.with(|running| {
                let unsent = running
                    .store
                    .pending(1_000)
                    .wait()
                    .map_or(usize::MAX, |acts| acts.len());
                let grants = running.store.officer().grants.iter();
                let areas: Vec<String> = grants.map(|grant| grant.area.to_string()).collect();
                (unsent, cursor_of(running), areas)
            });
            let (unsent, cursor, areas) = waits.unwrap_or((usize::MAX, None, Vec::new()));
            let stand = cursor.as_ref().map(|(life, seq)| (life, *seq));
            let granted = self.centre.areas_of(&desk.profile.account);
            if unsent > 0 || stand != Some((&epoch, head)) || Some(&areas) != granted.as_ref() {
                late.push(format!(
                    "{}: {unsent} acts unsent, its copy of {areas:?} at {cursor:?} of {head}, {status:?}",
                    desk.profile.name
                ));
            }
        }
        late.extend(self.not_yet_found_out());
        late
    }

    fn end(&mut self) {
        for number in 0..self.desks.len() {
            if self.clear_since[number].is_some() {
                self.history.clear.push(self.clear_now[number]);
            }
        }
        self.history.ended_ms = self.now_ms();
        for (seat, desk) in self.history.seats.iter_mut().zip(&self.desks) {
            // Restored with a backup, perhaps.
            let areas = self.centre.areas_of(&desk.profile.account);
            seat.areas = areas.unwrap_or_else(|| seat.areas.clone());
        }
        for number in 0..self.desks.len() {
            self.last_look(number);
            let sent = self.desks[number].line.sent.lock().unwrap().clone();
            self.history.sent.insert(number, sent);
        }
        self.keep_feed();
    }

    /// Keeps the feed of this life of the centre as it stands.
    pub fn keep_feed(&mut self) {
        match self.centre.feed_as_json() {
            Some(feed) => {
                self.trace
                    .line("night", &super::world::digest_of(feed.as_bytes()));
                self.history.feeds.push(feed);
            }
            None => self.history.complaints.push(Complaint {
                invariant: "I1",
                text: "the centre's feed cannot be read".to_owned(),
            }),
        }
    }

    /// Lets everything go before the folder is removed.
    fn stop(mut self) {
        for desk in &self.desks {
            desk.running.lock().unwrap().take();
        }
        self.centre.service.lock().unwrap().take();
        let hosts: Vec<String> = std::iter::once(CENTRE.to_owned())
            .chain(self.desks.iter().map(|desk| desk.profile.name.clone()))
            .collect();
        for host in hosts {
            self.sim.crash(host);
        }
    }
}
