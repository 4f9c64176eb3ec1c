//! Warnings by rules: whoever raises them, there is one; and a desk without a
//! line warns of nothing that has moved on meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use zhiban::domain::alarm::Rank;
use zhiban::domain::duty::chain::{Anchors, verify};
use zhiban::domain::duty::line::{Befell, LineKind, LogLine, Means, Warned};
use zhiban::domain::ids::RecordId;
use zhiban::domain::incident::act::{Act, Reason};
use zhiban::domain::policy::{Policy, Ring};
use zhiban::domain::record::{Body, Kind};
use zhiban::domain::warning::act::Acknowledge;
use zhiban::domain::warning::act::Act as OnWarning;
use zhiban::domain::warning::{Standing, Warning, Why};
use zhiban::service::watch::{More, Watch};
use zhiban::store::handle::{NewAct, When};
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::sync::engine::Outcome;
use zhiban::sync::entropy::{Entropy, SeededEntropy};

use crate::support::centre::{Centre, moment, target};
use crate::support::station::{Place, Seat, seed};

/// Desks of the night, and orders in which the five of them run and meet.
const DESKS: usize = 3;
const ORDERS: usize = 6;

fn turns(watch: &mut Watch) {
    while watch.turn().unwrap().more == More::Something {}
}

fn propose(seat: &Seat, clock: &FakeClock) -> usize {
    let when = When {
        made_at: clock.now(),
        offset_ms: 0,
    };
    seat.store.propose_warnings(when).wait().unwrap().acts
}

fn warnings(centre: &Centre) -> BTreeMap<RecordId, Warning> {
    let records = centre.service.records_of(&Kind::Warning).unwrap();
    records
        .into_iter()
        .map(|record| match record.body {
            Body::Warning(warning) => (record.id, *warning),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn at_desk(seat: &Seat, clock: &FakeClock) -> BTreeMap<RecordId, Warning> {
    let board = seat.store.warnings(clock.now()).wait().unwrap();
    assert_eq!(board.left_out, 0);
    let rows = board.rows.into_iter();
    rows.map(|row| (row.id, row.warning)).collect()
}

/// A night on which two replicas' rules and three desks without a line each find
/// the same: a red case that nobody took, and the same trouble three times.
fn night(chance: &SeededEntropy) {
    let fake = FakeClock::new(moment("2026-11-23T01:00:00+08:00"));
    let clock: Arc<dyn Clock> = Arc::new(fake.clone());
    let centre = Centre::new(Arc::clone(&clock));
    let ids: Vec<RecordId> = (0..3)
        .map(|nth| {
            fake.advance(Duration::from_mins(1));
            centre.register_ranked(Rank::Urgent, &format!("第{nth}件"))
        })
        .collect();
    let places: Vec<Place> = (0..DESKS)
        .map(|_| Place::new(&centre.url(), Arc::clone(&clock)))
        .collect();
    let seats: Vec<Seat> = places
        .iter()
        .zip(["a", "b", "town"])
        .map(|(place, account)| place.sign_in(account))
        .collect();
    for seat in &seats {
        assert_eq!(seat.sync_once(), Outcome::Done);
        assert!(at_desk(seat, &fake).is_empty(), "nothing to warn of yet");
    }
    // The line is cut; a quarter of an hour passes, and nobody has taken them.
    fake.advance(Duration::from_mins(20));
    let mut replicas = [centre.service.watch(), centre.service.watch()];
    let mut order: Vec<usize> = (0..DESKS + replicas.len()).collect();
    for at in (1..order.len()).rev() {
        let other = usize::try_from(chance.below(at as u64 + 1)).unwrap();
        order.swap(at, other);
    }
    println!("order {order:?}");
    for who in &order {
        fake.advance(Duration::from_secs(7));
        match seats.get(*who) {
            Some(seat) => {
                assert_eq!(propose(seat, &fake), 4, "three overdue, one place");
                assert_eq!(propose(seat, &fake), 0, "and once");
                assert_eq!(at_desk(seat, &fake).len(), 4, "shown at once");
            }
            None => turns(&mut replicas[*who - DESKS]),
        }
    }
    // One of the desks answers for what it raised, before any other has it.
    let own = at_desk(&seats[0], &fake);
    let red = *own.keys().next().unwrap();
    let act = OnWarning::Acknowledge(Acknowledge { episode: 1 });
    let mut on = target(red);
    on.kind = Kind::Warning;
    seats[0]
        .store
        .submit(NewAct {
            targets: vec![on],
            act: act.into(),
            made_at: fake.now(),
            offset_ms: 0,
        })
        .wait()
        .unwrap();
    // The line is back, for one after the other, and again for all.
    for seat in seats.iter().chain(&seats) {
        assert_eq!(seat.sync_once(), Outcome::Done);
    }
    for watch in &mut replicas {
        turns(watch);
    }
    for seat in &seats {
        assert_eq!(seat.sync_once(), Outcome::Done);
        assert_eq!(
            (seat.unsent(), seat.refused()),
            (0, 0),
            "nobody is told off"
        );
    }
    let known = warnings(&centre);
    assert_eq!(known.len(), 4, "one each, whoever raised it");
    for (id, warning) in &known {
        assert_eq!((warning.alarm.episode, warning.times), (1, 1), "{id}");
        assert_eq!(warning.turns.len(), 1 + usize::from(*id == red), "{id}");
    }
    let repeated = known.values().filter(|warning| match &warning.why {
        Why::Repeated { times, cases, .. } => *times == 3 && cases.len() == 3,
        _ => false,
    });
    assert_eq!(repeated.count(), 1);
    for id in ids {
        let about = |warning: &&Warning| warning.subject.case().is_some_and(|case| case.id == id);
        assert_eq!(known.values().filter(about).count(), 1);
    }
    for seat in &seats {
        assert_eq!(at_desk(seat, &fake), known, "the same everywhere");
    }
    let now = known[&red].standing();
    assert_eq!(now, Standing::Acknowledged, "the answer found its warning");
    told_once(&centre, &mut replicas, &known);
}

fn told_once(centre: &Centre, replicas: &mut [Watch], known: &BTreeMap<RecordId, Warning>) {
    // The log has a line for each that sounds: of two replicas, of turns that
    // come again, and of a service that starts anew, one.
    let mut later = centre.service.watch();
    for watch in replicas.iter_mut().chain([&mut later]) {
        turns(watch);
    }
    let policy = Policy::shipped();
    let sounds = |warning: &&Warning| policy.level(warning.alarm.rank).ring != Ring::Silent;
    let lines = told(centre);
    assert_eq!(lines.len(), known.values().filter(sounds).count());
    for warned in &lines {
        assert_eq!(warned.befell, Befell::Raised);
        assert_eq!(warned.why, known[&warned.warning].why);
    }
}

/// What the log of the centre says of warnings, by its numbers; its chain holds.
fn told(centre: &Centre) -> Vec<Warned> {
    let mut lines: Vec<(RecordId, LogLine)> = centre
        .service
        .records_of(&Kind::LogLine)
        .unwrap()
        .into_iter()
        .map(|record| match record.body {
            Body::LogLine(line) => (record.id, *line),
            other => panic!("{other:?}"),
        })
        .collect();
    lines.sort_by_key(|(_, line)| line.place.unwrap().no);
    assert_eq!(verify(&lines, &Anchors::default()), []);
    lines
        .into_iter()
        .filter_map(|(_, line)| match line.what {
            LineKind::Warned(warned) => {
                assert_eq!(line.by, Means::Program);
                assert_eq!(line.about, warned.subject.case());
                Some(*warned)
            }
            _ => None,
        })
        .collect()
}

#[test]
fn two_replicas_and_three_desks_raise_one_warning() {
    let chance = SeededEntropy::new(seed());
    for _ in 0..ORDERS {
        night(&chance);
    }
}

#[test]
fn what_has_moved_on_is_warned_of_by_nobody() {
    let fake = FakeClock::new(moment("2026-11-23T01:00:00+08:00"));
    let clock: Arc<dyn Clock> = Arc::new(fake.clone());
    let centre = Centre::new(Arc::clone(&clock));
    let id = centre.register_ranked(Rank::Urgent, "登记有误");
    let place = Place::new(&centre.url(), Arc::clone(&clock));
    let seat = place.sign_in("a");
    assert_eq!(seat.sync_once(), Outcome::Done);
    // Void at the centre, while the desk without a line still sees it waiting.
    fake.advance(Duration::from_mins(5));
    let reason = "重复登记".to_owned();
    centre.act(vec![target(id)], Act::Void(Reason { reason }));
    fake.advance(Duration::from_mins(15));
    assert_eq!(propose(&seat, &fake), 1);
    assert_eq!(at_desk(&seat, &fake).len(), 1);
    assert_eq!(seat.sync_once(), Outcome::Done);
    assert_eq!(
        (seat.unsent(), seat.refused()),
        (0, 0),
        "nobody is told off"
    );
    assert!(warnings(&centre).is_empty(), "the centre knows better");
    assert!(
        at_desk(&seat, &fake).is_empty(),
        "and so does the desk by now"
    );
}

#[test]
fn the_centre_lifts_what_is_over_and_rings_anew_what_comes_back() {
    let fake = FakeClock::new(moment("2026-11-23T01:00:00+08:00"));
    let clock: Arc<dyn Clock> = Arc::new(fake.clone());
    let centre = Centre::new(Arc::clone(&clock));
    let id = centre.register_ranked(Rank::Watch, "无人理会");
    let mut watch = centre.service.watch();
    turns(&mut watch);
    assert!(warnings(&centre).is_empty());
    fake.advance(Duration::from_mins(241));
    turns(&mut watch);
    let raised = warnings(&centre);
    assert_eq!(raised.len(), 1);
    let reason = "办错了".to_owned();
    centre.act(vec![target(id)], Act::Void(Reason { reason }));
    turns(&mut watch);
    let lifted = warnings(&centre).into_values().next().unwrap();
    let standing = lifted.standing();
    assert_eq!(standing, Standing::LiftedUnseen, "nobody had seen it");
    let place = Place::new(&centre.url(), Arc::clone(&clock));
    let seat = place.sign_in("a");
    assert_eq!(seat.sync_once(), Outcome::Done);
    let counts = seat.store.counts().wait().unwrap().warnings;
    assert_eq!((counts.open(), counts.lifted_unseen), (0, 1), "and is told");
    // A watch that starts now knows it and has nothing to add.
    let head = centre.service.records_of(&Kind::Warning).unwrap();
    turns(&mut centre.service.watch());
    assert_eq!(centre.service.records_of(&Kind::Warning).unwrap(), head);
    let reason = "另有隐情".to_owned();
    centre.act(vec![target(id)], Act::Reopen(Reason { reason }));
    fake.advance(Duration::from_mins(241));
    turns(&mut watch);
    let again = warnings(&centre).into_values().next().unwrap();
    let standing = again.standing();
    assert_eq!(standing, Standing::Unacknowledged);
    assert_eq!((again.alarm.episode, again.times), (2, 2));
    let befell: Vec<Befell> = told(&centre).iter().map(|warned| warned.befell).collect();
    assert_eq!(befell, [Befell::Raised, Befell::Lifted, Befell::Raised]);
}

/// A service that gets its rules with a year of cases behind it: what fell due
/// long ago stands on the board, and the log is for what comes.
#[test]
fn the_first_run_over_old_cases_leaves_the_log_alone() {
    let fake = FakeClock::new(moment("2026-11-23T01:00:00+08:00"));
    let clock: Arc<dyn Clock> = Arc::new(fake.clone());
    let centre = Centre::new(Arc::clone(&clock));
    for nth in 0..5 {
        centre.register_ranked(Rank::Watch, &format!("旧件{nth}"));
    }
    fake.advance(Duration::from_hours(20));
    let fresh = centre.register_ranked(Rank::Urgent, "新件");
    fake.advance(Duration::from_mins(20));
    let mut watch = centre.service.watch();
    turns(&mut watch);
    let overdue = |warning: &&Warning| matches!(warning.why, Why::Overdue { .. });
    assert_eq!(warnings(&centre).values().filter(overdue).count(), 6);
    let lines = told(&centre);
    let about: Vec<RecordId> = lines
        .iter()
        .filter(|warned| matches!(warned.why, Why::Overdue { .. }))
        .filter_map(|warned| Some(warned.subject.case()?.id))
        .collect();
    assert_eq!(about, [fresh]);
}
