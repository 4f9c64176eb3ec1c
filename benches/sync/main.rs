//! What sync costs: `cargo bench --bench sync`.
//!
//! The product's own service, engine and encrypted store, with the records of
//! the demonstration; each row beside its budget, and beside what the machine
//! gives without the product, measured in the same run. Then the same over a
//! line with 200 ms there and back and one segment of a hundred lost.
//!
//! A quick run: `ZHIBAN_BENCH_INCIDENTS=2000 ZHIBAN_BENCH_COMMANDS=100
//! ZHIBAN_BENCH_TRIALS=30`. `ZHIBAN_BENCH_ONLY=fast,slow,start,commands` leaves
//! parts out, and `ZHIBAN_BENCH_DEMO=folder` keeps the made-up district for the
//! next run. Over the slow line the budget is the absolute one plus what that
//! line takes with nobody working: for the snapshot the time of its bytes and
//! of the requests around it, for the outbox the same requests and answers.

#![allow(clippy::unwrap_used, reason = "a broken bench says where")]

#[allow(dead_code, reason = "shared with the tests that need the rest")]
#[path = "../../tests/support/keys.rs"]
mod keys;
#[allow(dead_code, reason = "shared with the tests that need the rest")]
#[path = "../../tests/support/proxy/mod.rs"]
mod proxy;
mod raw;
mod rig;
mod start;
mod table;

use std::time::{Duration, Instant};

use proxy::Proxy;
use proxy::weather::Weather;
use rig::{Centre, Place, Seat};
use table::{Row, Table, rate, size};
use zhiban::sync::engine::Outcome;
use zhiban::sync::status::LinkState;

/// There and back over the slow line.
const ROUND_TRIP: Duration = Duration::from_millis(200);
/// Segments of 10,000 that it loses.
const LOST_OF_10_000: u32 = 100;
/// Where its losses come from.
const SEED: u64 = 20_261_124;
/// Notes that an incident gets while it is looked at.
const NOTES_EACH: usize = 10;
/// Bytes of a request that only asks.
const QUESTION_BYTES: usize = 400;
/// Desks that send at once.
const CLIENTS: usize = 8;
/// Acts of each of them.
const ACTS_EACH: usize = 200;

fn main() {
    // `cargo test` starts benches too; they are not tests.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let incidents = size("ZHIBAN_BENCH_INCIDENTS", 100_000);
    let only = std::env::var("ZHIBAN_BENCH_ONLY").unwrap_or_default();
    let wanted = |part: &str| only.is_empty() || only.split(',').any(|one| one == part);
    let centre = Centre::new(u32::try_from(incidents).expect("a number of incidents"));
    let mut table = Table::default();
    for slow in [false, true] {
        if wanted(if slow { "slow" } else { "fast" }) {
            let line = Line::to(&centre, slow);
            let place = Place::new(&line.url);
            let (seat, check) = first_sync(&centre, &line, &place, &mut table);
            outbox(&line, &seat, &mut table);
            let identity = seat.identity();
            to_the_other_screen(&centre, &line, seat, &mut table);
            if !slow && wanted("start") {
                start::desk(&place, &identity, check, &mut table);
            }
        }
    }
    if wanted("commands") {
        commands(&centre, &mut table);
    }
    if wanted("start") {
        start::service(centre, &mut table);
    }
    table.print();
}

/// What went over a line so far.
#[derive(Default)]
struct Said {
    requests: usize,
    pushes: usize,
    bytes_down: u64,
}

/// The line to the centre: none of our making, or the slow one.
struct Line {
    url: String,
    proxy: Option<Proxy>,
}

impl Line {
    fn to(centre: &Centre, slow: bool) -> Self {
        let proxy = slow.then(|| Proxy::seeded(centre.addr(), SEED));
        let url = proxy.as_ref().map(Proxy::url);
        Self {
            url: url.unwrap_or_else(|| centre.url().to_owned()),
            proxy,
        }
    }

    /// The desk is enrolled over a fast line; what is measured comes after.
    fn worsen(&self) {
        if let Some(proxy) = &self.proxy {
            proxy.weather(bad_weather());
        }
    }

    fn is_slow(&self) -> bool {
        self.proxy.is_some()
    }

    fn named(&self, what: &str) -> String {
        if self.is_slow() {
            format!("{what}, 200 ms and 1 % loss")
        } else {
            what.to_owned()
        }
    }

    fn said(&self) -> Said {
        self.proxy.as_ref().map_or(Said::default(), |proxy| Said {
            requests: proxy.count(""),
            pushes: proxy.pushes().len(),
            bytes_down: proxy.bytes_down(),
        })
    }

    /// What the line itself takes for as many requests of the same sizes as
    /// were made since, and answers that come to the same.
    fn carried_since(&self, before: &Said) -> (Duration, String) {
        let Some(proxy) = &self.proxy else {
            return (Duration::ZERO, String::new());
        };
        let now = self.said();
        let requests = now.requests - before.requests;
        let mut sizes: Vec<usize> = proxy.pushes()[before.pushes..]
            .iter()
            .map(Vec::len)
            .collect();
        sizes.resize(requests, QUESTION_BYTES);
        let down = usize::try_from(now.bytes_down - before.bytes_down).unwrap();
        let took = raw::converse(&sizes, down / requests, bad_weather(), SEED);
        let seconds = took.as_secs_f64();
        (
            took,
            format!(" + {seconds:.1} s of line, {requests} requests"),
        )
    }

    fn requests(&self) -> usize {
        self.proxy.as_ref().map_or(0, |proxy| proxy.count(""))
    }

    /// What a line of so many requests adds to a budget: a round trip for each,
    /// and one for the connection.
    fn trips(&self, before: usize) -> (Duration, String) {
        if !self.is_slow() {
            return (Duration::ZERO, String::new());
        }
        let trips = u32::try_from(self.requests() - before).unwrap() + 1;
        (ROUND_TRIP * trips, format!(" + {trips} round trips"))
    }
}

fn bad_weather() -> Weather {
    Weather {
        lost_of_10_000: LOST_OF_10_000,
        ..Weather::round_trip(ROUND_TRIP)
    }
}

/// Gives the desk that has synced, and how long a check of the raw file took.
fn first_sync(centre: &Centre, line: &Line, place: &Place, table: &mut Table) -> (Seat, Duration) {
    let seat = place.sign_in(centre.duty(0));
    let wire = seat.snapshot_bytes(centre.feed());
    let text = zstd::decode_all(&wire[..]).unwrap();
    let packed = zstd::encode_all(&text[..], 3).unwrap().len();
    let records = text.split(|byte| *byte == b'\n').count() - 3;
    line.worsen();
    let before = line.requests();
    let began = Instant::now();
    assert_eq!(seat.sync_once(), Outcome::Done);
    let took = began.elapsed();
    let counts = seat.store.counts().wait().unwrap();
    assert!(counts.incidents > 0);
    let (raw, check) = raw::parse_and_insert(&text);
    let (trips, told) = line.trips(before);
    let carried = if line.is_slow() {
        raw::carry(&wire, bad_weather(), SEED)
    } else {
        Duration::ZERO
    };
    let budget = raw * 2 + trips + carried;
    let (told, beside) = if line.is_slow() {
        let seconds = carried.as_secs_f64();
        (
            format!("{told} + {seconds:.1} s of line"),
            format!("; {} bytes over that line {seconds:.1} s", wire.len()),
        )
    } else {
        (told, String::new())
    };
    table.add(Row {
        what: line.named(&format!("first sync, {records} records")),
        budget: format!("{:.1} s (half the raw rate{told})", budget.as_secs_f64()),
        ours: format!("{:.1} s, {:.0}/s", took.as_secs_f64(), rate(records, took)),
        beside: format!(
            "raw parse and insert {:.1} s, {:.0}/s{beside}",
            raw.as_secs_f64(),
            rate(records, raw)
        ),
        holds: took <= budget,
    });
    if !line.is_slow() {
        let most = packed + packed / 5;
        table.add(Row {
            what: "first sync, bytes on the wire".to_owned(),
            budget: format!("{most} (1.2 × zstd-3)"),
            ours: wire.len().to_string(),
            beside: format!("zstd-3 of the same text {packed}"),
            holds: wire.len() <= most,
        });
    }
    (seat, check)
}

fn outbox(line: &Line, seat: &Seat, table: &mut Table) {
    let count = size("ZHIBAN_BENCH_COMMANDS", 1_000);
    let began = Instant::now();
    seat.write(count);
    let written = began.elapsed();
    assert_eq!(seat.waiting(), count);
    let before = line.said();
    let began = Instant::now();
    assert_eq!(seat.sync_once(), Outcome::Done);
    let took = began.elapsed();
    assert_eq!(seat.waiting(), 0);
    assert_eq!(seat.store.counts().wait().unwrap().refused, 0);
    let single = raw::single_commits(count);
    let (carried, told) = line.carried_since(&before);
    // Two seconds for a thousand.
    let budget = Duration::from_millis(2 * u64::try_from(count).unwrap()) + carried;
    table.add(Row {
        what: line.named(&format!("outbox of {count} → confirmed")),
        budget: format!("{:.2} s (2 ms each{told})", budget.as_secs_f64()),
        ours: format!("{:.2} s, {:.0}/s", took.as_secs_f64(), rate(count, took)),
        beside: format!(
            "raw durable commits {:.0}/s; written at the desk at {:.0}/s",
            rate(count, single),
            rate(count, written)
        ),
        holds: took <= budget,
    });
}

fn to_the_other_screen(centre: &Centre, line: &Line, mut seat: Seat, table: &mut Table) {
    let trials = size("ZHIBAN_BENCH_TRIALS", 300);
    seat.go_live();
    let mut screen = rig::Screen::open(&seat);
    let mut took: Vec<Duration> = (0..trials)
        .map(|trial| {
            if trial % NOTES_EACH == NOTES_EACH - 1 {
                screen.go_on();
            }
            let on = screen.opened();
            let words = format!("trial{trial}.");
            let began = Instant::now();
            centre.note(on, &words);
            screen.wait_for(&words);
            began.elapsed()
        })
        .collect();
    assert_eq!(seat.link(), LinkState::Live);
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)];
    // One way, once, and a lost segment in a hundred once more.
    let more = if line.is_slow() {
        ROUND_TRIP / 2 + ROUND_TRIP + Duration::from_millis(200)
    } else {
        Duration::ZERO
    };
    let budget = Duration::from_millis(100) + more;
    let how = if line.is_slow() {
        " (one way, and one retransmission)"
    } else {
        ""
    };
    table.add(Row {
        what: line.named(&format!("accepted → on the other screen, {trials} times")),
        budget: format!("p99 {} ms{how}", budget.as_millis()),
        ours: format!(
            "p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms",
            at(50).as_secs_f64() * 1e3,
            at(99).as_secs_f64() * 1e3,
            at(100).as_secs_f64() * 1e3
        ),
        beside: "the service's durable commit is within".to_owned(),
        holds: at(99) <= budget,
    });
    drop(screen);
    seat.leave();
}

fn commands(centre: &Centre, table: &mut Table) {
    let each = size("ZHIBAN_BENCH_ACTS_EACH", ACTS_EACH);
    let places: Vec<Place> = (0..CLIENTS).map(|_| Place::new(centre.url())).collect();
    let seats: Vec<Seat> = places
        .iter()
        .map(|place| {
            let seat = place.sign_in(centre.duty(0));
            seat.register(each);
            seat
        })
        .collect();
    let all = CLIENTS * each;
    let began = Instant::now();
    std::thread::scope(|scope| {
        for seat in &seats {
            scope.spawn(|| seat.push_all());
        }
    });
    let took = began.elapsed();
    let single = raw::single_commits(all);
    table.add(Row {
        what: format!("commands a second, embedded, {CLIENTS} clients, durable"),
        budget: format!("{:.0}/s (half of the raw engine)", rate(all, single) / 2.0),
        ours: format!("{:.0}/s", rate(all, took)),
        beside: format!("raw single durable commits {:.0}/s", rate(all, single)),
        holds: took <= single * 2,
    });
}
