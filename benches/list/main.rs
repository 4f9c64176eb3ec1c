//! What a key costs at 1,000, 100,000 and 1,000,000 incidents: model, store and
//! index, without a terminal. It must not depend on how many there are.
//!
//! Ends with an error where a key at a larger size costs more than
//! [`RATIO_MAX`] times what it costs at the smallest, in the same run, or where
//! a key into the filter or a jump to the end is beyond its budget. `ZHIBAN_BENCH_ROWS=1000,100000`
//! chooses the sizes; a million takes about five minutes and 8 GB in `TMPDIR`.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on ends")]

#[path = "../../tests/support/keys.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod keys;
#[path = "../../tests/support/many.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod many;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use zhiban::i18n::Language;
use zhiban::store::handle::Executor;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::tui::app::headless::Headless;

use self::keys::press;
use self::many::Many;

/// How much more a key may cost than at the smallest size. The machine is
/// shared, and a cold page of a large file costs a little.
const RATIO_MAX: f64 = 3.0;
/// Below this nobody can tell a difference, and the machine's noise decides.
const FELT_MIN: Duration = Duration::from_micros(500);
/// A key into the filter at a million, or to another list, and a jump to the end (workload.md §2).
const FILTER_MAX: Duration = Duration::from_millis(20);
const END_MAX: Duration = Duration::from_millis(3);
const SCREEN: (u16, u16) = (80, 24);

/// What is pressed, and whether it filters.
struct Case {
    name: &'static str,
    /// Once before.
    before: &'static str,
    /// Pressed and timed, one after the other.
    timed: &'static [&'static str],
    rounds: usize,
    kind: Kind,
}

/// What a case is held against.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The smallest size.
    Flat,
    /// A budget: at the smallest size everything is in memory.
    Within(Duration),
}

const CASES: [Case; 10] = [
    Case {
        name: "row down",
        before: "gg",
        timed: &["j"],
        rounds: 300,
        kind: Kind::Flat,
    },
    Case {
        name: "page down",
        before: "gg",
        timed: &["<pagedown>"],
        rounds: 30,
        kind: Kind::Flat,
    },
    Case {
        name: "to the end and back",
        before: "gg",
        timed: &["G", "gg"],
        rounds: 20,
        kind: Kind::Within(END_MAX),
    },
    Case {
        name: "act, to shown as stored",
        before: "gg",
        timed: &["a", "j"],
        rounds: 40,
        kind: Kind::Flat,
    },
    Case {
        name: "next order",
        before: "gg",
        timed: &["s"],
        rounds: 20,
        kind: Kind::Within(FILTER_MAX),
    },
    Case {
        name: "filter, two characters",
        before: "",
        timed: &["/", "讨", "薪", "<esc>"],
        rounds: 15,
        kind: Kind::Within(FILTER_MAX),
    },
    Case {
        name: "filter, initials",
        before: "",
        timed: &["/", "t", "x", "<esc>"],
        rounds: 15,
        kind: Kind::Within(FILTER_MAX),
    },
    Case {
        name: "search, initials",
        before: "",
        timed: &["<f3>", "w", "x", "m", "<esc>"],
        rounds: 15,
        kind: Kind::Within(FILTER_MAX),
    },
    Case {
        name: "search, mixed and a place",
        before: "",
        timed: &["<f3>", "w", "a", "n", "g", " ", "s", "q", "<esc>"],
        rounds: 10,
        kind: Kind::Within(FILTER_MAX),
    },
    Case {
        name: "filter, all lists",
        before: "<tab>",
        timed: &["/", "w", "a", "n", "g", "<esc>"],
        rounds: 10,
        kind: Kind::Within(FILTER_MAX),
    },
];

/// Median and 95th percentile.
#[derive(Clone, Copy)]
struct Cost {
    half: Duration,
    most: Duration,
}

fn cost(mut times: Vec<Duration>) -> Cost {
    times.sort_unstable();
    Cost {
        half: times[times.len() / 2],
        most: times[times.len() * 95 / 100],
    }
}

fn run(desk: &mut Headless, case: &Case) -> Cost {
    press(desk, case.before);
    desk.settle();
    let mut times = Vec::new();
    for _ in 0..case.rounds {
        for keys in case.timed {
            let began = Instant::now();
            press(desk, keys);
            desk.settle();
            times.push(began.elapsed());
        }
    }
    cost(times)
}

fn measure(rows: u32) -> Vec<Cost> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let many = Many::fill(folder.path(), rows, 100, clock.now());
    eprintln!("{rows} incidents stored in {:.1?}", began.elapsed());
    let began = Instant::now();
    let store = many.open(folder.path(), Executor::Threads);
    store.index_now().unwrap();
    eprintln!("{rows} incidents indexed in {:.1?}", began.elapsed());
    let mut desk = Headless::open(store, clock, SCREEN);
    desk.settle();
    CASES.iter().map(|case| run(&mut desk, case)).collect()
}

fn main() -> ExitCode {
    Language::Chinese.select();
    let sizes = std::env::var("ZHIBAN_BENCH_ROWS");
    let sizes = sizes.unwrap_or_else(|_| "1000,100000,1000000".to_owned());
    let sizes: Vec<u32> = sizes
        .split(',')
        .map(|n| n.trim().parse().unwrap())
        .collect();
    let costs: Vec<Vec<Cost>> = sizes.iter().map(|rows| measure(*rows)).collect();
    let mut verdict = ExitCode::SUCCESS;
    for (nth, case) in CASES.iter().enumerate() {
        let least = costs[0][nth];
        print!("| {} |", case.name);
        for (rows, costs) in sizes.iter().zip(&costs) {
            let Cost { half, most } = costs[nth];
            let ratio = half.as_secs_f64() / least.half.as_secs_f64();
            let flat = ratio <= RATIO_MAX || half <= FELT_MIN;
            let holds = match case.kind {
                Kind::Flat => flat,
                Kind::Within(budget) => half <= budget,
            };
            let sign = if holds { "" } else { " TOO MUCH" };
            print!(" {rows}: {half:.2?} / {most:.2?} (×{ratio:.1}){sign} |");
            if !holds {
                verdict = ExitCode::FAILURE;
            }
        }
        println!();
    }
    verdict
}
