//! What sync costs: `cargo bench --bench sync`.
//!
//! The product's own service, engine and encrypted store, with the records of
//! the demonstration; each row beside its budget, and beside what the machine
//! gives without the product, measured in the same run. Then the same over a
//! line with 200 ms there and back and one segment of a hundred lost.
//!
//! A quick run: `ZHIBAN_BENCH_INCIDENTS=2000 ZHIBAN_BENCH_COMMANDS=100
//! ZHIBAN_BENCH_TRIALS=30`. Over the slow line the budget is the absolute one
//! plus a round trip for every request that was made.

#![allow(clippy::unwrap_used, reason = "a broken bench says where")]

#[allow(dead_code, reason = "shared with the tests that need the rest")]
#[path = "../../tests/support/proxy/mod.rs"]
mod proxy;
mod raw;
mod rig;

use std::time::{Duration, Instant};

use proxy::Proxy;
use proxy::weather::Weather;
use rig::{Centre, Place};
use zhiban::store::handle::StoreEvent;
use zhiban::sync::engine::Outcome;
use zhiban::sync::status::LinkState;

/// There and back over the slow line.
const ROUND_TRIP: Duration = Duration::from_millis(200);
/// Segments of 10,000 that it loses.
const LOST_OF_10_000: u32 = 100;
/// Where its losses come from.
const SEED: u64 = 20_261_124;
/// Desks that send at once.
const CLIENTS: usize = 8;
/// Acts of each of them.
const ACTS_EACH: usize = 200;

/// A row of the table.
struct Row {
    what: String,
    budget: String,
    ours: String,
    beside: String,
    holds: bool,
}

fn size(name: &str, usual: usize) -> usize {
    let given = std::env::var(name).ok();
    given.map_or(usual, |text| text.parse().expect("a number"))
}

fn main() {
    // `cargo test` starts benches too; they are not tests.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let incidents = size("ZHIBAN_BENCH_INCIDENTS", 100_000);
    let centre = Centre::new(u32::try_from(incidents).expect("a number of incidents"));
    println!("load before: {}", load());
    let mut rows = Vec::new();
    for slow in [false, true] {
        first_sync(&centre, slow, &mut rows);
        outbox(&centre, slow, &mut rows);
        to_the_other_desk(&centre, slow, &mut rows);
    }
    commands(&centre, &mut rows);
    println!("load after: {}\n", load());
    println!("| measure | budget | ours | beside it, same run | |");
    println!("|---|---|---|---|---|");
    for row in rows {
        let holds = if row.holds { "holds" } else { "MISSES" };
        let Row {
            what,
            budget,
            ours,
            beside,
            ..
        } = row;
        println!("| {what} | {budget} | {ours} | {beside} | {holds} |");
    }
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| "unknown".to_owned())
}

/// The line to the centre: none of our making, or the slow one.
fn line(centre: &Centre, slow: bool) -> (String, Option<Proxy>) {
    if !slow {
        return (centre.url().to_owned(), None);
    }
    let proxy = Proxy::seeded(centre.addr(), SEED);
    (proxy.url(), Some(proxy))
}

/// The desk is enrolled over a fast line; what is measured comes after.
fn make_slow(proxy: Option<&Proxy>) {
    if let Some(proxy) = proxy {
        proxy.weather(Weather {
            lost_of_10_000: LOST_OF_10_000,
            ..Weather::round_trip(ROUND_TRIP)
        });
    }
}

fn named(what: &str, slow: bool) -> String {
    if slow {
        format!("{what}, 200 ms and 1 % loss")
    } else {
        what.to_owned()
    }
}

/// What a line of that many requests adds to a budget.
fn physics(proxy: Option<&Proxy>, requests_before: usize) -> (Duration, String) {
    match proxy {
        None => (Duration::ZERO, String::new()),
        Some(proxy) => {
            let requests = proxy.count("") - requests_before;
            let trips = u32::try_from(requests).unwrap() + 1;
            (ROUND_TRIP * trips, format!(" + {trips} round trips"))
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

fn first_sync(centre: &Centre, slow: bool, rows: &mut Vec<Row>) {
    let (url, proxy) = line(centre, slow);
    let place = Place::new(&url);
    let seat = place.sign_in(centre.duty(0));
    let wire = seat.snapshot_bytes(centre.feed());
    let text = zstd::decode_all(&wire[..]).unwrap();
    let packed = zstd::encode_all(&text[..], 3).unwrap().len();
    let records = text.split(|byte| *byte == b'\n').count() - 3;
    make_slow(proxy.as_ref());
    let before = proxy.as_ref().map_or(0, |proxy| proxy.count(""));
    let began = Instant::now();
    assert_eq!(seat.sync_once(), Outcome::Done);
    let took = began.elapsed();
    let counts = seat.store.counts().wait().unwrap();
    assert!(counts.incidents > 0);
    let raw = raw::parse_and_insert(&text);
    let (more, trips) = physics(proxy.as_ref(), before);
    let budget = raw * 2 + more;
    rows.push(Row {
        what: named(&format!("first sync, {records} records"), slow),
        budget: format!("{:.1} s (half the raw rate{trips})", budget.as_secs_f64()),
        ours: format!("{:.1} s, {:.0}/s", took.as_secs_f64(), rate(records, took)),
        beside: format!(
            "raw parse and insert {:.1} s, {:.0}/s",
            raw.as_secs_f64(),
            rate(records, raw)
        ),
        holds: took <= budget,
    });
    if !slow {
        let most = packed + packed / 5;
        rows.push(Row {
            what: "first sync, bytes on the wire".to_owned(),
            budget: format!("{most} (1.2 × zstd-3)"),
            ours: wire.len().to_string(),
            beside: format!("zstd-3 of the same text {packed}"),
            holds: wire.len() <= most,
        });
    }
}

fn outbox(centre: &Centre, slow: bool, rows: &mut Vec<Row>) {
    let count = size("ZHIBAN_BENCH_COMMANDS", 1_000);
    let (url, proxy) = line(centre, slow);
    let place = Place::new(&url);
    let seat = place.sign_in(centre.duty(0));
    assert_eq!(seat.sync_once(), Outcome::Done);
    seat.write(count);
    assert_eq!(seat.waiting(), count);
    make_slow(proxy.as_ref());
    let before = proxy.as_ref().map_or(0, |proxy| proxy.count(""));
    let began = Instant::now();
    assert_eq!(seat.sync_once(), Outcome::Done);
    let took = began.elapsed();
    assert_eq!(seat.waiting(), 0);
    assert_eq!(seat.store.counts().wait().unwrap().refused, 0);
    let single = raw::single_commits(count);
    let (more, trips) = physics(proxy.as_ref(), before);
    // Two seconds for a thousand.
    let budget = Duration::from_millis(2 * u64::try_from(count).unwrap()) + more;
    rows.push(Row {
        what: named(&format!("outbox of {count} → confirmed"), slow),
        budget: format!("{:.2} s{trips}", budget.as_secs_f64()),
        ours: format!("{:.2} s, {:.0}/s", took.as_secs_f64(), rate(count, took)),
        beside: format!("raw durable commits {:.0}/s", rate(count, single)),
        holds: took <= budget,
    });
}

fn to_the_other_desk(centre: &Centre, slow: bool, rows: &mut Vec<Row>) {
    let trials = size("ZHIBAN_BENCH_TRIALS", 300);
    let (url, proxy) = line(centre, slow);
    let place = Place::new(&url);
    let mut seat = place.sign_in(centre.duty(1));
    let on = seat.some_incident_after_sync();
    seat.go_live();
    let events = seat.store.subscribe();
    make_slow(proxy.as_ref());
    let mut took: Vec<Duration> = (0..trials)
        .map(|trial| {
            let began = Instant::now();
            centre.note(on, trial);
            rig::wait_for(
                &events,
                |event| matches!(event, StoreEvent::Changed { ids } if ids.contains(&on)),
            );
            began.elapsed()
        })
        .collect();
    assert_eq!(seat.link(), LinkState::Live);
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)];
    // One way, once, and a lost segment in a hundred once more.
    let more = if slow {
        ROUND_TRIP / 2 + ROUND_TRIP + Duration::from_millis(200)
    } else {
        Duration::ZERO
    };
    let budget = Duration::from_millis(100) + more;
    let how = if slow {
        " (one way, and one retransmission)"
    } else {
        ""
    };
    rows.push(Row {
        what: named(
            &format!("committed and told → the other desk's model, {trials} times"),
            slow,
        ),
        budget: format!("p99 {} ms{how}", budget.as_millis()),
        ours: format!(
            "p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms",
            at(50).as_secs_f64() * 1e3,
            at(99).as_secs_f64() * 1e3,
            at(100).as_secs_f64() * 1e3
        ),
        beside: "the durable commit is within".to_owned(),
        holds: at(99) <= budget,
    });
    seat.leave();
}

fn commands(centre: &Centre, rows: &mut Vec<Row>) {
    let each = size("ZHIBAN_BENCH_ACTS_EACH", ACTS_EACH);
    let places: Vec<Place> = (0..CLIENTS).map(|_| Place::new(centre.url())).collect();
    let seats: Vec<rig::Seat> = places
        .iter()
        .map(|place| {
            let seat = place.sign_in(centre.duty(0));
            seat.write_new(each);
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
    rows.push(Row {
        what: format!("commands a second, embedded, {CLIENTS} clients, durable"),
        budget: format!("{:.0}/s (half of the raw engine)", rate(all, single) / 2.0),
        ours: format!("{:.0}/s", rate(all, took)),
        beside: format!("raw single durable commits {:.0}/s", rate(all, single)),
        holds: took <= single * 2,
    });
}
