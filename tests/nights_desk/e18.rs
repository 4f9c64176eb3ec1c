//! E18, the call tree at 03:00: a dispute at night; whom one may ask stands in
//! the order of the way up, with whether they can be rung now; two attempts in
//! vain move on, and every attempt is in the log by itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use tempfile::tempdir;

use zhiban::domain::entry::{CallOutcome, EntryKind};
use zhiban::domain::ids::RecordId;
use zhiban::domain::network::nearest::Rung;
use zhiban::domain::record::Body;
use zhiban::domain::time::Timestamp;
use zhiban::domain::unit::Person;
use zhiban::i18n::Language;
use zhiban::store::handle::{Executor, Store};
use zhiban::store::view::TimelineWhat;
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::tui::app::headless::Headless;
use zhiban::tui::keys::Context;

use crate::SCREEN;
use crate::support::keys::{press, shows};
use crate::support::many::Many;

/// Keys until the third contact is under the hand with the number on the
/// screen.
const KEYS_MAX: usize = 8;

/// What was said of a record by entries of its own.
fn entries(store: &Store, on: RecordId) -> Vec<(Timestamp, EntryKind, String)> {
    let lines = store.timeline(on, 100).wait().unwrap();
    lines
        .into_iter()
        .filter_map(|line| match line.what {
            TimelineWhat::Entry(_, entry) => Some((entry.at, entry.what, entry.text)),
            _ => None,
        })
        .collect()
}

fn aloud(person: &Person) -> String {
    let digits = &person.phone;
    format!("{} {} {}", &digits[..3], &digits[3..7], &digits[7..])
}

#[test]
fn e18_the_call_tree_at_three_in_the_morning() {
    let now: Timestamp = "2026-11-24T03:00:00+08:00".parse().unwrap();
    let clock = FakeClock::new(now);
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let dir = tempdir().unwrap();
    let many = Many::fill(dir.path(), 60, 0, now);
    let store = many.open(dir.path(), Executor::Threads);
    Language::Chinese.select();
    let mut desk = Headless::open(store.clone(), Arc::clone(&shared), SCREEN);
    desk.settle();
    // A case that lies in a village.
    let in_village = |id: RecordId| {
        let shown = store.shown(id).wait().unwrap().unwrap();
        shown.record.area.as_str().len() >= 12
    };
    while !desk.cursor().is_some_and(in_village) {
        press(&mut desk, "j");
        desk.settle();
    }
    let case = desk.cursor().unwrap();
    let shown = store.shown(case).wait().unwrap().unwrap();
    let category = shown.record.incident().unwrap().category;
    let near = store
        .near(shown.record.area, Some(category), now)
        .wait()
        .unwrap();
    // The way leads upwards and skips nobody.
    let rungs: Vec<Rung> = near.iter().map(|near| near.nearness.rung).collect();
    assert!(rungs.is_sorted(), "{rungs:?}");
    let kinds: BTreeSet<Rung> = rungs.iter().copied().collect();
    assert!(kinds.contains(&Rung::Village) && kinds.contains(&Rung::District));
    let whom: Vec<(RecordId, Person)> = near
        .iter()
        .filter_map(|near| match &near.pick.record.body {
            Body::Person(person) => Some((near.pick.record.id, (**person).clone())),
            _ => None,
        })
        .collect();

    let keys = ["M", "c", "n", "n", "n", "n"];
    for (nth, key) in keys.iter().enumerate() {
        press(&mut desk, key);
        desk.settle();
        if nth == 0 {
            assert_eq!(desk.context(), Context::Network);
            assert!(
                !shows(&desk, &aloud(&whom[0].1)),
                "masked until it is logged"
            );
        }
        if nth == 1 {
            assert!(shows(&desk, &aloud(&whom[0].1)), "{:#?}", desk.screen());
        }
    }
    println!("the third contact after {} keys", keys.len());
    assert!(keys.len() <= KEYS_MAX);
    assert!(shows(&desk, &whom[2].1.name), "{:#?}", desk.screen());
    assert!(shows(&desk, &aloud(&whom[2].1)), "{:#?}", desk.screen());
    assert!(!shows(&desk, &aloud(&whom[1].1)), "only one at a time");

    let rung: Vec<(Timestamp, EntryKind, String)> = entries(&store, case)
        .into_iter()
        .filter(|(at, ..)| *at >= now)
        .collect();
    let with: Vec<String> = rung
        .iter()
        .filter_map(|(_, what, _)| match what {
            EntryKind::Call(call) if call.outcome == CallOutcome::NoAnswer => {
                Some(call.with.clone())
            }
            _ => None,
        })
        .collect();
    let begins = |nth: usize, whom: &Person| with[nth].starts_with(&whom.name);
    assert_eq!(with.len(), 4, "{rung:?}");
    assert!(begins(0, &whom[0].1) && begins(1, &whom[0].1));
    assert!(begins(2, &whom[1].1) && begins(3, &whom[1].1));
    // Whose numbers were looked at, and what for.
    let number = shown.record.incident().unwrap().number.unwrap().to_string();
    for (id, _) in &whom[..3] {
        let looks: Vec<String> = entries(&store, *id)
            .into_iter()
            .filter(|(_, what, _)| matches!(what, EntryKind::Reveal { .. }))
            .map(|(_, _, why)| why)
            .collect();
        assert_eq!(looks.len(), 1, "{looks:?}");
        assert!(looks[0].contains(&number), "{looks:?}");
    }
}
