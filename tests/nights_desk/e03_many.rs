//! E03 again, on a long list: a hundred changes a second, with the index kept
//! beside, while somebody walks, filters and acknowledges.
//!
//! `ZHIBAN_NIGHT_ROWS=1000000 ZHIBAN_NIGHT_SECONDS=60` plays it at the size of
//! ten years; without them it is a short night on a shorter list, by the same
//! code.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use zhiban::domain::ids::RecordId;
use zhiban::i18n::Language;
use zhiban::store::handle::{Executor, Store};
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::sync::entropy::{Entropy, SeededEntropy};
use zhiban::tui::app::headless::{Headless, Source};

use crate::SCREEN;
use crate::support::keys::press;
use crate::support::many::Many;
use crate::support::station::seed;

const ROWS: u32 = 3_000;
const SECONDS: u64 = 3;
/// Changes come in so many pages a second, of so many each.
const PAGES_PER_SECOND: u32 = 10;
const CHANGES_OF_PAGE: usize = 10;
/// A key to its frame, half of them, with the machine shared by a build.
const FRAME_MAX: Duration = Duration::from_millis(20);

fn number(name: &str, default: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Brings changes until it is told to stop; says how many it brought.
fn bring(store: &Store, mut many: Many, stop: &Receiver<()>) -> u64 {
    let beat = Duration::from_secs(1) / PAGES_PER_SECOND;
    let mut next = Instant::now();
    let mut brought = 0;
    loop {
        store.changes(many.changes(CHANGES_OF_PAGE)).wait().unwrap();
        brought += CHANGES_OF_PAGE as u64;
        next += beat;
        let left = next.saturating_duration_since(Instant::now());
        match stop.recv_timeout(left) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return brought,
        }
    }
}

/// What was seen while the changes came.
#[derive(Default)]
struct Seen {
    acts: Vec<RecordId>,
    frames: Vec<Duration>,
    /// How often news took the cursor off its record.
    lost: usize,
}

/// A key, and the screen after it as far as the model goes.
fn key(desk: &mut Headless, keys: &str, seen: &mut Seen) {
    let began = Instant::now();
    press(desk, keys);
    let _ = desk.screen();
    seen.frames.push(began.elapsed());
}

fn walk(desk: &mut Headless, dice: &SeededEntropy, until: Instant) -> Seen {
    let mut seen = Seen::default();
    while Instant::now() < until {
        match dice.below(12) {
            0..4 => key(desk, "j", &mut seen),
            4..6 => key(desk, "k", &mut seen),
            6 => key(desk, "<pagedown>", &mut seen),
            7 => key(desk, "gg", &mut seen),
            8 => {
                for letter in ["/", "讨", "薪", "<enter>"] {
                    key(desk, letter, &mut seen);
                }
            }
            9 => key(desk, "<esc>", &mut seen),
            _ => {
                desk.settle();
                let Some(cursor) = desk.cursor() else {
                    continue;
                };
                // What comes between the look and the key must not move it.
                for _ in 0..dice.below(20) {
                    desk.take(Source::News);
                    desk.take(Source::Answers);
                }
                seen.lost += usize::from(desk.cursor() != Some(cursor));
                key(desk, "a", &mut seen);
                seen.acts.push(cursor);
            }
        }
        desk.settle();
    }
    seen
}

#[test]
fn e03_on_a_long_list_under_a_hundred_changes_a_second() {
    Language::Chinese.select();
    let rows = u32::try_from(number("ZHIBAN_NIGHT_ROWS", ROWS.into())).unwrap();
    let seconds = number("ZHIBAN_NIGHT_SECONDS", SECONDS);
    let dice = SeededEntropy::new(seed());
    let folder = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let spare = u32::try_from(seconds * 120).unwrap();
    let many = Many::fill(folder.path(), rows, spare, clock.now());
    let store = many.open(folder.path(), Executor::Threads);
    store.index_now().unwrap();
    store.keep_index().unwrap();
    let before = store.counts().wait().unwrap().incidents;
    let mut desk = Headless::open(store.clone(), clock, SCREEN);
    desk.settle();

    let (stop, stopped) = channel();
    let bringing = store.clone();
    let bringer = std::thread::spawn(move || bring(&bringing, many, &stopped));
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut seen = walk(&mut desk, &dice, until);
    stop.send(()).unwrap();
    let brought = bringer.join().unwrap();
    desk.settle();

    // Every act is in the outbox, in order, and about the row that was under
    // the cursor when the key came.
    let waiting = store.pending(seen.acts.len() + 1).wait().unwrap();
    let hit: Vec<RecordId> = waiting.iter().map(|act| act.targets[0].id).collect();
    assert_eq!(hit, seen.acts);
    assert!(!hit.is_empty(), "nobody acknowledged anything");
    assert_eq!(seen.lost, 0, "the cursor left its record");
    let wanted = seconds * u64::from(PAGES_PER_SECOND) * CHANGES_OF_PAGE as u64;
    assert!(
        brought >= wanted * 8 / 10,
        "{brought} of {wanted} changes came"
    );
    let after = store.counts().wait().unwrap().incidents;
    assert!(after > before, "no incident came");
    seen.frames.sort_unstable();
    let at = |percent: usize| seen.frames[(seen.frames.len() - 1) * percent / 100];
    println!(
        "{rows} rows, {brought} changes in {seconds} s: {} keys, to the frame {:?}, p95 {:?}, most {:?}; {} acts, 0 wrong",
        seen.frames.len(),
        at(50),
        at(95),
        at(100),
        hit.len()
    );
    assert!(at(50) <= FRAME_MAX, "a key waits for the store");
}
