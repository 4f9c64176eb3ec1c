//! The real programs over a bad line: every fault alone, and many mixed.
//! Nothing is lost or doubled, a script and the screen are told the truth, and
//! everything is delivered once the line is well again.

#![cfg(all(unix, feature = "service"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "shared with the tests that need the rest")]
#[path = "../support/proxy/mod.rs"]
mod proxy;
mod rig;
mod screen;
#[allow(dead_code, reason = "shared with the tests that need the rest")]
#[path = "../pty/term.rs"]
mod term;

use std::time::Duration;

use proxy::fault::Fault;
use proxy::message::{BUSY, PORTAL, TOO_MANY};
use proxy::weather::{Dice, Way, Weather};
use proxy::{PUSH, Proxy, SNAPSHOT};
use rig::{Desk, Service, Told, seed};

/// A quarter of a second there and back, uneven, and lossy.
const BAD: Weather = Weather {
    delay: Duration::from_millis(125),
    jitter: Duration::from_millis(60),
    lost_of_10_000: 300,
    bytes_per_second: Some(64 * 1024),
    stalled: false,
};

/// Steps of the mixed series.
const STEPS: u32 = 6;

/// A fault, what it does to the line, and what a script may be told meanwhile.
type Case = (&'static str, fn(&mut Proxy), &'static [Told]);

const EITHER: &[Told] = &[Told::Accepted, Told::Waiting];
const WAITING: &[Told] = &[Told::Waiting];
const ACCEPTED: &[Told] = &[Told::Accepted];

/// Every fault that a delivery can meet.
const CASES: &[Case] = &[
    ("a bad line", |line| line.weather(BAD), ACCEPTED),
    ("a cut", Proxy::cut, WAITING),
    ("a portal", |line| line.impostor(Some(PORTAL)), WAITING),
    ("503", |line| line.impostor(Some(BUSY)), WAITING),
    ("429", |line| line.impostor(Some(TOO_MANY)), WAITING),
    (
        "503 for pushes only",
        |line| push(line, Fault::Answer(BUSY)),
        EITHER,
    ),
    (
        "a lost answer",
        |line| push(line, Fault::DropAnswer),
        EITHER,
    ),
    ("a reset", |line| push(line, Fault::Reset), EITHER),
    (
        "an answer cut short",
        |line| push(line, Fault::CutShort(40)),
        EITHER,
    ),
    (
        "an answer cut, told as whole",
        |line| push(line, Fault::CutWhole(40)),
        EITHER,
    ),
    (
        "an empty answer",
        |line| push(line, Fault::CutWhole(0)),
        EITHER,
    ),
    (
        "a doubled request",
        |line| push(line, Fault::Twice),
        ACCEPTED,
    ),
    (
        "silence from the service",
        |line| line.stall(Way::Down),
        WAITING,
    ),
    ("silence from the desk", |line| line.stall(Way::Up), WAITING),
];

fn push(line: &Proxy, fault: Fault) {
    line.plan(PUSH, fault, usize::MAX);
}

/// Everything that was written is at the service, once, and nothing waits.
fn assert_delivered(service: &Service, desk: &Desk, number: &str, wrote: &[String]) {
    let (code, line, told) = desk.sync();
    assert_eq!(code, Some(0), "{told}");
    assert_eq!((&line["waiting"], &line["refused"]), (&0.into(), &0.into()));
    assert_eq!(desk.waiting(), Vec::<String>::new());
    let onlooker = service.onlooker();
    for (who, desk) in [("the service", &onlooker), ("the desk", desk)] {
        let mut found = desk.notes(number);
        found.sort();
        let mut wanted = wrote.to_vec();
        wanted.sort();
        assert_eq!(found, wanted, "as {who} has it");
    }
}

/// One fault on a desk of its own: a note while it lasts, and the truth.
fn alone(service: &Service, place: usize, seat: (Desk, Proxy), number: &str) -> String {
    let (name, begin, may_be_told) = CASES[place];
    let (desk, mut line) = seat;
    begin(&mut line);
    let text = format!("{name} ({place})");
    let told = desk.note(number, &text);
    assert!(may_be_told.contains(&told), "{name}: {told:?}");
    match told {
        Told::Waiting => assert_eq!(desk.waiting(), std::slice::from_ref(&text), "{name}"),
        // Said means done: the service has it, before anything heals.
        Told::Accepted => {
            assert_eq!(desk.waiting(), Vec::<String>::new(), "{name}");
            assert!(service.has(&text), "{name}");
        }
    }
    line.heal();
    let (code, found, said) = desk.sync();
    assert_eq!(code, Some(0), "{name}: {said}");
    assert_eq!(found["waiting"], 0, "{name}");
    println!("{name}: told {told:?}");
    text
}

#[test]
fn every_fault_alone_loses_and_doubles_nothing() {
    let service = Service::start();
    let first = service.desk("first", &service.url());
    assert_eq!(first.sync().0, Some(0));
    let number = first.register();
    // They enrol one after the other: the service bounds passwords at once.
    let seats: Vec<(Desk, Proxy)> = (0..CASES.len())
        .map(|place| {
            let line = service.line(seed());
            let desk = service.desk(&format!("desk-{place}"), &line.url());
            let (code, _, told) = desk.sync();
            assert_eq!(code, Some(0), "{told}");
            (desk, line)
        })
        .collect();
    // The silent ones take as long as a script waits, so they run beside the
    // others.
    let wrote: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = seats
            .into_iter()
            .enumerate()
            .map(|(place, seat)| {
                let (service, number) = (&service, &number);
                scope.spawn(move || alone(service, place, seat, number))
            })
            .collect();
        let ended = running.into_iter().map(|case| case.join().unwrap());
        ended.collect()
    });
    assert_delivered(&service, &first, &number, &wrote);
}

#[test]
fn a_snapshot_that_comes_apart_is_never_taken_for_whole() {
    let service = Service::start();
    let first = service.desk("first", &service.url());
    assert_eq!(first.sync().0, Some(0));
    let numbers: Vec<String> = (0..5).map(|_| first.register()).collect();
    let line = service.line(seed());
    let desk = service.desk("desk", &line.url());
    // The frame's head, the middle of the frame, and all but its end.
    for bytes in [0, 3, 11, 200, 600] {
        for fault in [Fault::CutShort(bytes), Fault::CutWhole(bytes)] {
            let plan = line.plan(SNAPSHOT, fault, 1);
            let (code, said, told) = desk.sync();
            assert_eq!(line.met(plan), 1, "{fault:?}: {told}");
            assert_ne!(code, Some(0), "{fault:?}: {told}");
            assert_eq!(said["incidents"], 0, "{fault:?}: {told}");
        }
    }
    let (code, said, told) = desk.sync();
    assert_eq!((code, &said["incidents"]), (Some(0), &5.into()), "{told}");
    assert!(numbers.iter().all(|number| desk.notes(number).is_empty()));
}

#[test]
fn a_mixed_series_ends_with_everything_delivered_once() {
    let seed = seed();
    let mut dice = Dice::new(seed);
    let service = Service::start();
    let mut line = service.line(seed);
    let desk = service.desk("desk", &line.url());
    assert_eq!(desk.sync().0, Some(0));
    let number = desk.register();
    // Silence takes as long as a script waits; the faults that do not.
    let cases = &CASES[..CASES.len() - 2];
    let mut wrote = Vec::new();
    for step in 0..STEPS {
        let drawn = usize::try_from(dice.below(u64::try_from(cases.len()).unwrap())).unwrap();
        let (name, begin, _) = cases[drawn];
        begin(&mut line);
        let text = format!("step {step}: {name}");
        let told = desk.note(&number, &text);
        println!("{text}: {told:?}");
        wrote.push(text);
        match dice.below(3) {
            // It gets worse: the fault stays.
            0 => {}
            _ => line.heal(),
        }
    }
    line.heal();
    assert_delivered(&service, &desk, &number, &wrote);
}
