//! E03, moving list.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use zhiban::domain::alarm::Rank;
use zhiban::domain::command::Command;
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::act::{Act, Grade};
use zhiban::i18n::Language;
use zhiban::service::ActOutcome;
use zhiban::store::desk::Unlocked;
use zhiban::store::handle::{ChangesIn, Store};
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::sync::engine::Outcome;
use zhiban::sync::entropy::{Entropy, SeededEntropy};
use zhiban::tui::app::headless::{Headless, SOURCES};
use zhiban::wire::command::WireCommand;
use zhiban::wire::feed::{ChangesPage, WireChange};

use crate::SCREEN;
use crate::support::centre::{Centre, moment, target};
use crate::support::keys::{go_to, press};
use crate::support::station::{Place, seed};

const TRIALS: usize = 1_000;
/// Trials in one night; each night begins with the same list.
const NIGHT_TRIALS: usize = 2;
/// Threads that play the nights.
const THREADS: usize = 2;
/// Incidents on the list when a night begins.
const FIRST_ROWS: usize = 16;
/// Changes that come around each key: new incidents, and among five of them
/// one rise in rank that moves a row.
const ARRIVALS: usize = 20;
/// Changes that the store takes at once, at most.
const AT_ONCE_MAX: usize = 10;
/// Rows that the cursor goes up or down for a trial, at most.
const STEPS_MAX: usize = 12;
/// Happenings that reach the screen between two pages, at most.
const BETWEEN_MAX: usize = 12;

/// A centre whose feed holds what comes in a night, and a desk as it is at the
/// beginning of one.
struct Stage {
    centre: Centre,
    clock: Arc<dyn Clock>,
    place: Place,
    unlocked: Unlocked,
    token: String,
    /// The feed as the service tells it, without its changes.
    page: ChangesPage,
    /// What comes after the beginning, in order.
    arrivals: Vec<WireChange>,
}

/// What came of the trials.
#[derive(Default)]
struct Tally {
    /// The act of each trial, and whom it was meant for.
    acts: Vec<(WireCommand, RecordId)>,
    wrong: usize,
    /// Trials in which the incident stood elsewhere on the list when the key
    /// came than when the cursor was put on it.
    moved: usize,
    slowest: Duration,
}

impl Tally {
    fn with(mut self, other: Self) -> Self {
        self.acts.extend(other.acts);
        self.wrong += other.wrong;
        self.moved += other.moved;
        self.slowest = self.slowest.max(other.slowest);
        self
    }
}

struct Dice(SeededEntropy);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    fn below(&self, bound: usize) -> usize {
        usize::try_from(self.0.below(bound.try_into().unwrap())).unwrap()
    }

    fn rank(&self) -> Rank {
        match self.below(6) {
            0 => Rank::Urgent,
            1 | 2 => Rank::Watch,
            _ => Rank::Notice,
        }
    }
}

/// Registers incidents and now and then raises one, each a second after the
/// one before.
struct Busy<'a> {
    centre: &'a Centre,
    clock: &'a FakeClock,
    dice: &'a Dice,
    /// Those that are not at the highest rank yet.
    lower: Vec<RecordId>,
}

impl Busy<'_> {
    fn register(&mut self, title: &str) {
        self.clock.advance(Duration::from_secs(1));
        let rank = self.dice.rank();
        let id = self.centre.register_ranked(rank, title);
        if rank != Rank::Urgent {
            self.lower.push(id);
        }
    }

    fn raise(&mut self) {
        self.clock.advance(Duration::from_secs(1));
        let id = self.lower.swap_remove(self.dice.below(self.lower.len()));
        let grade = Grade {
            to: Rank::Urgent,
            reason: "人数增加".to_owned(),
        };
        self.centre.act(vec![target(id)], Act::Raise(grade));
    }
}

impl Stage {
    fn prepare(dice: &Dice) -> Self {
        let fake = FakeClock::new(moment("2026-11-23T23:00:00+08:00"));
        let clock: Arc<dyn Clock> = Arc::new(fake.clone());
        let centre = Centre::new(Arc::clone(&clock));
        let mut busy = Busy {
            centre: &centre,
            clock: &fake,
            dice,
            lower: Vec::new(),
        };
        for number in 0..FIRST_ROWS {
            busy.register(&format!("旧件{number}"));
        }
        let place = Place::new(&centre.url(), Arc::clone(&clock));
        let seat = place.sign_in("a");
        assert_eq!(seat.sync_once(), Outcome::Done);
        let token = seat.signed_in.as_ref().unwrap().token.clone();
        let unlocked = seat.unlocked.clone();
        let cursor = seat.store.cursor(centre.feed()).wait().unwrap().unwrap();
        seat.leave();
        for number in 0..NIGHT_TRIALS * ARRIVALS {
            if number % 5 == 4 {
                busy.raise();
            } else {
                busy.register(&format!("新件{number}"));
            }
        }
        let mut page = centre.changes(&token);
        let mut arrivals = std::mem::take(&mut page.changes);
        arrivals.retain(|change| change.seq > cursor.seq);
        assert_eq!(arrivals.len(), NIGHT_TRIALS * ARRIVALS);
        Self {
            centre,
            clock,
            place,
            unlocked,
            token,
            page,
            arrivals,
        }
    }

    fn give(&self, store: &Store, changes: &[WireChange]) {
        let page = ChangesIn {
            feed: self.centre.feed(),
            epoch: self.page.epoch,
            changes: changes.to_vec(),
            head: self.page.head,
            durable_upto: self.page.durable_upto,
            mark: None,
        };
        store.changes(page).wait().unwrap();
    }
}

/// An incident near the cursor that nobody has acknowledged.
fn any_unacknowledged(store: &Store, desk: &Headless, dice: &Dice) -> RecordId {
    let rows = desk.rows();
    let cursor = desk.cursor().and_then(|id| place_of(desk, id)).unwrap_or(0);
    let first = cursor.saturating_sub(STEPS_MAX);
    let near = &rows[first..rows.len().min(cursor + STEPS_MAX)];
    loop {
        let id = near[dice.below(near.len())];
        let shown = store.shown(id).wait().unwrap().unwrap();
        if shown.record.incident().unwrap().alarm.ack.is_none() {
            return id;
        }
    }
}

fn place_of(desk: &Headless, id: RecordId) -> Option<usize> {
    desk.rows().iter().position(|row| *row == id)
}

/// One trial: the cursor goes to an incident, changes come, and the key falls
/// somewhere among them.
fn trial(
    stage: &Stage,
    store: &Store,
    desk: &mut Headless,
    dice: &Dice,
    arrivals: &[WireChange],
    tally: &mut Tally,
) {
    // From the first row, the last one, or where the cursor is.
    press(desk, ["gg", "G", ""][dice.below(3)]);
    let wanted = any_unacknowledged(store, desk, dice);
    go_to(desk, wanted);
    desk.settle();
    let before = place_of(desk, wanted);
    let waiting = store.pending(TRIALS).wait().unwrap().len();
    let key_at = dice.below(arrivals.len() + 1);
    let began = Instant::now();
    let (early, late) = arrivals.split_at(key_at);
    come(stage, store, desk, dice, early);
    tally.moved += usize::from(place_of(desk, wanted) != before);
    press(desk, "a");
    come(stage, store, desk, dice, late);
    desk.settle();
    tally.slowest = tally.slowest.max(began.elapsed());
    let mut pending = store.pending(TRIALS).wait().unwrap().split_off(waiting);
    let hit: Vec<RecordId> = pending
        .iter()
        .flat_map(|command| command.targets.iter().map(|target| target.id))
        .collect();
    if hit == [wanted] && matches!(pending[0].act.incident(), Some(Act::Acknowledge(_))) {
        tally.acts.push((pending.remove(0), wanted));
    } else {
        println!("wanted {wanted}, acknowledged {hit:?}");
        tally.wrong += 1;
    }
}

/// Changes come into the store in pages of any size; of what follows from
/// them some reaches the screen at once, some later.
fn come(stage: &Stage, store: &Store, desk: &mut Headless, dice: &Dice, changes: &[WireChange]) {
    let mut rest = changes;
    while !rest.is_empty() {
        let many = (1 + dice.below(AT_ONCE_MAX)).min(rest.len());
        let (page, later) = rest.split_at(many);
        stage.give(store, page);
        rest = later;
        for _ in 0..dice.below(BETWEEN_MAX + 1) {
            desk.take(SOURCES[dice.below(SOURCES.len())]);
        }
    }
}

/// Lets the service decide the acts as they stand in the outboxes, and looks
/// in its feed who was acknowledged.
fn check_at_service(stage: &Stage, tally: &Tally) {
    for (wire, _) in &tally.acts {
        let command = Command {
            id: wire.id,
            targets: wire.targets.clone(),
            act: wire.act.clone(),
            author: wire.author,
            made_at: wire.made_at,
            policy: wire.policy,
        };
        let at = stage.clock.now();
        let outcome = stage.centre.service.act_as(wire.author, &command, at);
        assert!(
            matches!(outcome, Ok(ActOutcome::Accepted { .. })),
            "{outcome:?}"
        );
    }
    let mut acknowledged = BTreeMap::new();
    for change in &stage.centre.changes(&stage.token).changes {
        let (Some(event), Some(record)) = (&change.event, &change.record) else {
            continue;
        };
        let event: serde_json::Value = serde_json::from_str(event.get()).unwrap();
        let record: serde_json::Value = serde_json::from_str(record.get()).unwrap();
        let id: RecordId = record["id"].as_str().unwrap().parse().unwrap();
        let command = event["command"].as_str().unwrap_or_default().to_owned();
        acknowledged.insert(command, id);
    }
    for (wire, wanted) in &tally.acts {
        assert_eq!(acknowledged.get(&wire.id.to_string()), Some(wanted));
    }
}

/// A night from its beginning, on a desk of its own.
fn night(stage: &Stage, dice: &Dice, tally: &mut Tally) {
    let place = stage.place.copied();
    let store = place.open_inline(&stage.unlocked);
    let mut desk = Headless::open(store.clone(), Arc::clone(&stage.clock), SCREEN);
    desk.settle();
    for arrivals in stage.arrivals.chunks(ARRIVALS) {
        trial(stage, &store, &mut desk, dice, arrivals, tally);
    }
}

#[test]
fn e03_an_act_hits_what_was_under_the_cursor() {
    Language::Chinese.select();
    let seed = seed();
    let stage = Stage::prepare(&Dice::new(seed));
    // Each night has dice of its own, whichever thread plays it.
    let nights: Vec<u64> = (1..).take(TRIALS / NIGHT_TRIALS).collect();
    let play = |nights: &[u64]| {
        let mut tally = Tally::default();
        for number in nights {
            let dice = Dice::new(seed.wrapping_add(*number));
            night(&stage, &dice, &mut tally);
        }
        tally
    };
    let tally = std::thread::scope(|scope| {
        let shares: Vec<_> = nights
            .chunks(nights.len().div_ceil(THREADS))
            .map(|share| scope.spawn(|| play(share)))
            .collect();
        let tallies = shares.into_iter().map(|share| share.join().unwrap());
        tallies.fold(Tally::default(), Tally::with)
    });
    println!(
        "{TRIALS} trials: {} wrong; the row had moved in {}; slowest {:?}",
        tally.wrong, tally.moved, tally.slowest
    );
    assert_eq!((tally.wrong, tally.acts.len()), (0, TRIALS));
    // Otherwise the trials would prove nothing.
    assert!(tally.moved > TRIALS / 20, "{}", tally.moved);
    check_at_service(&stage, &tally);
}
