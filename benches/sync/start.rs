//! What a start costs once everything is there.

use std::time::{Duration, Instant};

use crate::rig::{self, Centre, Place};
use crate::table::{Row, Table};
use zhiban::store::handle::Identity;
use zhiban::store::salvage::{QUICK_CHECK_MS_MAX, Teller};

/// How often each start is tried; the middle one counts.
const STARTS: usize = 9;
/// From Enter to the queue, less the key derivation (workload.md §2).
const OPEN_MS_MAX: u64 = 30;

fn millis(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1e3)
}

fn middle(mut took: Vec<Duration>) -> (Duration, Duration) {
    took.sort_unstable();
    (took[took.len() / 2], took[took.len() - 1])
}

/// The desk's files, opened again with all that the first sync brought;
/// `whole` is what a check of the raw file of the same rows takes.
pub fn desk(place: &Place, identity: &Identity, whole: Duration, table: &mut Table) {
    let mut opened = Vec::new();
    let mut paged = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let store = place.open(identity.clone());
        opened.push(began.elapsed());
        let began = Instant::now();
        assert!(!rig::first_page(&store).is_empty());
        paged.push(began.elapsed());
        let findings = store.findings(Teller::Screen);
        assert!(findings.is_empty(), "nothing is wrong with the files");
    }
    let (open, worst) = middle(opened);
    let (page, _) = middle(paged);
    let most = Duration::from_millis(QUICK_CHECK_MS_MAX + OPEN_MS_MAX);
    table.add(Row {
        what: format!(
            "a desk's start on {} MB: open and check",
            place.bytes() >> 20
        ),
        budget: format!(
            "{} (check {QUICK_CHECK_MS_MAX} ms, queue {OPEN_MS_MAX} ms)",
            millis(most)
        ),
        ours: format!(
            "{}, most {}; first page {}",
            millis(open),
            millis(worst),
            millis(page)
        ),
        beside: format!("raw quick_check of all of it {}", millis(whole)),
        holds: open + page <= most,
    });
}

/// The service, stopped and started on what it has.
pub fn service(centre: Centre, table: &mut Table) {
    let mut centre = Some(centre);
    let took = (0..STARTS)
        .map(|_| {
            let (again, took) = centre.take().expect("put back below").restart();
            centre = Some(again);
            took
        })
        .collect();
    let (took, worst) = middle(took);
    table.add(Row {
        what: "the service's start on that: open, listen, first answer".to_owned(),
        budget: "none is set".to_owned(),
        ours: format!("{}, most {}", millis(took), millis(worst)),
        beside: String::new(),
        holds: true,
    });
}
