//! A desk that was copied or put back from an old copy: the service takes
//! nothing from it, everybody is told, nothing is lost, and by one sign-in it
//! goes on as another device.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use support::centre::{Centre, PASSWORD, moment, new_note, target};
use support::proxy::Proxy;
use support::station::{Place, Seat};
use support::until_true;
use zhiban::domain::ids::{DeviceId, RecordId};
use zhiban::domain::incident::act::{Accept, Act};
use zhiban::store::desk::{Desk, DeskError};
use zhiban::store::view::OutboxState;
use zhiban::sync::anew::{Identity, Trouble};
use zhiban::sync::clock::{Clock, FakeClock, SystemClock};
use zhiban::sync::engine::Outcome;
use zhiban::sync::session::SignInError;
use zhiban::sync::status::{LinkState, Needs};

/// A centre with an incident, and a way to it that can be cut.
struct Bench {
    centre: Centre,
    on: RecordId,
    proxy: Proxy,
    clock: Arc<dyn Clock>,
}

impl Bench {
    fn new() -> Self {
        Self::with(Arc::new(SystemClock::new()))
    }

    fn with(clock: Arc<dyn Clock>) -> Self {
        let centre = Centre::new(Arc::clone(&clock));
        let on = centre.register("争水");
        let proxy = Proxy::to(centre.addr());
        Self {
            centre,
            on,
            proxy,
            clock,
        }
    }

    /// A desk whose copy is whole; nobody sits there.
    fn desk(&self, accounts: &[&str]) -> Place {
        let place = Place::new(&self.proxy.url(), Arc::clone(&self.clock));
        for account in accounts {
            let seat = place.sign_in(account);
            assert_eq!(seat.sync_once(), Outcome::Done);
        }
        place
    }

    /// What an officer writes without an engine behind.
    fn write(&self, place: &Place, account: &str, texts: &[&str]) {
        let seat = place.unlock(account);
        for text in texts {
            seat.act(self.on, new_note(text));
        }
    }

    /// The words of all notes at the centre, in the order of the feed, with
    /// their authors' accounts.
    fn told(&self) -> Vec<(String, String)> {
        let place = self.desk(&["centre"]);
        let seat = place.unlock("centre");
        let entries = seat.entries(self.on).into_iter();
        entries
            .map(|entry| (entry.author.name, entry.text))
            .collect()
    }

    /// Each of these, once, in this order, and whose it is.
    fn has_once(&self, wanted: &[(&str, &str)]) {
        let told = self.told();
        let places: Vec<usize> = wanted
            .iter()
            .map(|(author, text)| {
                let found: Vec<usize> = (0..told.len()).filter(|at| told[*at].1 == *text).collect();
                assert_eq!(found.len(), 1, "{text}: {told:?}");
                assert_eq!(told[found[0]].0, *author, "{text}");
                found[0]
            })
            .collect();
        assert!(places.is_sorted(), "{wanted:?}: {told:?}");
    }
}

fn device(place: &Place) -> DeviceId {
    Desk::open(place.path()).unwrap().unwrap().device()
}

fn delivered(seat: &Seat) {
    until_true("everything is answered", || seat.unsent() == 0);
}

/// Sits down at a desk that the service takes nothing from, and waits until it
/// says so.
fn learns_of_it(place: &Place, account: &str) -> Seat {
    let mut seat = place.unlock(account);
    seat.start();
    until_true("it must enrol", || seat.needs() == Needs::Enrol);
    seat
}

/// Enrols anew and delivers.
fn enrol_anew(place: &Place, account: &str) -> Seat {
    let before = device(place);
    let (mut seat, identity) = place.sign_in_here(account).unwrap();
    assert_eq!(identity, Identity::Anew);
    assert_ne!(device(place), before);
    seat.start();
    delivered(&seat);
    until_true("live", || seat.link() == LinkState::Live);
    assert_eq!(seat.needs(), Needs::Nothing);
    seat
}

#[test]
fn both_copies_of_a_desk_act_before_and_after_and_become_two_devices() {
    let bench = Bench::new();
    let place = bench.desk(&["a", "b"]);
    bench.write(&place, "a", &["甲一"]);
    bench.write(&place, "b", &["乙一"]);
    let copy = place.copied();
    bench.write(&place, "a", &["原甲"]);
    bench.write(&copy, "b", &["副乙"]);
    bench.write(&copy, "a", &["副甲"]);

    let mut first = place.unlock("a");
    first.go_live();
    delivered(&first);
    assert_eq!(first.needs(), Needs::Nothing);

    // What the first one has delivered is known; the rest waits, and is told.
    let second = learns_of_it(&copy, "a");
    until_true("known by their ids", || second.unsent() == 2);
    assert_eq!(second.refused(), 0);
    bench.centre.note(bench.on, "中心");
    until_true("it reads on, live", || {
        second.link() == LinkState::Live && second.texts(bench.on).contains(&"中心".to_owned())
    });
    second.act(bench.on, new_note("隔离中"));
    assert_eq!(second.unsent(), 3);
    second.leave();

    // The first one is told as well, at its next act.
    first.act(bench.on, new_note("原甲二"));
    until_true("told too", || first.needs() == Needs::Enrol);
    first.leave();

    let mut second = enrol_anew(&copy, "a");
    let mut first = enrol_anew(&place, "b");
    assert_ne!(device(&place), device(&copy));
    for (seat, text) in [(&first, "原乙三"), (&second, "副甲三")] {
        seat.act(bench.on, new_note(text));
        delivered(seat);
        assert_eq!(seat.needs(), Needs::Nothing);
    }
    for seat in [&mut first, &mut second] {
        assert_eq!(seat.refused(), 0);
    }
    first.leave();
    second.leave();
    // Each once, in its desk's order, under its author's name.
    bench.has_once(&[
        ("a", "甲一"),
        ("b", "乙一"),
        ("a", "原甲"),
        ("a", "原甲二"),
        ("b", "原乙三"),
    ]);
    bench.has_once(&[
        ("a", "甲一"),
        ("b", "乙一"),
        ("b", "副乙"),
        ("a", "副甲"),
        ("a", "隔离中"),
        ("a", "副甲三"),
    ]);
    assert_eq!(bench.told().len(), 10);
}

#[test]
fn who_has_not_come_back_since_still_opens_the_desk_and_acts_offline() {
    let mut bench = Bench::new();
    let place = bench.desk(&["a", "b"]);
    let copy = place.copied();
    bench.write(&place, "a", &["原件"]);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    bench.write(&copy, "a", &["副本"]);
    learns_of_it(&copy, "a").leave();
    enrol_anew(&copy, "a").leave();

    // The other officer has only the password of before, and no network.
    bench.proxy.cut();
    bench.write(&copy, "b", &["乙离线"]);
    bench.proxy.mend();
    // Whoever is signed in delivers it; its author is who said it.
    let seat = copy.unlock("a");
    assert_eq!(seat.sync_once(), Outcome::Done);
    assert_eq!(seat.unsent(), 0);
    // Signing in goes on by the same identity.
    let before = device(&copy);
    let (seat, identity) = copy.sign_in_here("b").unwrap();
    assert_eq!((identity, device(&copy)), (Identity::Kept, before));
    seat.act(bench.on, new_note("乙在线"));
    assert_eq!(seat.sync_once(), Outcome::Done);
    drop(seat);
    bench.has_once(&[
        ("a", "原件"),
        ("a", "副本"),
        ("b", "乙离线"),
        ("b", "乙在线"),
    ]);
}

#[test]
fn a_desk_put_back_from_an_old_copy_goes_on_without_doing_anything_twice() {
    let mut bench = Bench::new();
    let place = bench.desk(&["a"]);
    bench.write(&place, "a", &["备份前"]);
    let old = place.copied();
    bench.write(&place, "a", &["备份后一", "备份后二"]);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    drop(place);

    // Its next number has been used; its first act has been delivered.
    bench.write(&old, "a", &["恢复后"]);
    let seat = learns_of_it(&old, "a");
    until_true("known by its id", || seat.unsent() == 1);
    seat.leave();

    // It is remembered without a line, by every program, and writing goes on.
    bench.proxy.cut();
    let seat = learns_of_it(&old, "a");
    seat.act(bench.on, new_note("断网"));
    seat.leave();
    let offline = old.sign_in_here("a").map(|_| ());
    assert!(
        matches!(offline, Err(Trouble::SignIn(SignInError::Offline(_)))),
        "{offline:?}"
    );
    bench.proxy.mend();
    let script = old.unlock("a");
    assert_eq!(script.sync_once(), Outcome::Needs(Needs::Enrol));
    assert_eq!(script.unsent(), 2);
    drop(script);

    let seat = enrol_anew(&old, "a");
    until_true("its lost past is there", || {
        seat.texts(bench.on) == ["备份前", "备份后一", "备份后二", "恢复后", "断网"]
    });
    seat.leave();
    bench.has_once(&[
        ("a", "备份前"),
        ("a", "备份后一"),
        ("a", "备份后二"),
        ("a", "恢复后"),
        ("a", "断网"),
    ]);
}

#[test]
fn a_copy_that_was_offline_for_long_delivers_several_pages_of_acts() {
    // More than one push takes.
    const ACTS: usize = 130;
    let bench = Bench::new();
    let place = bench.desk(&["a"]);
    let texts = |who: &str| -> Vec<String> { (0..ACTS).map(|n| format!("{who}{n}")).collect() };
    let (ours, shared, theirs) = (texts("原"), texts("同"), texts("副"));
    let write = |place: &Place, texts: &[String]| {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        bench.write(place, "a", &texts);
    };
    write(&place, &shared[..ACTS / 2]);
    let copy = place.copied();
    write(&place, &ours);
    write(&copy, &theirs);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    let seat = learns_of_it(&copy, "a");
    until_true("known by their ids", || seat.unsent() == ACTS);
    seat.leave();
    enrol_anew(&copy, "a").leave();
    let told = bench.told();
    let mut from_copy = shared[..ACTS / 2].to_vec();
    from_copy.extend(theirs.clone());
    let known: BTreeSet<&String> = from_copy.iter().collect();
    let order: Vec<String> = told
        .iter()
        .map(|(_, text)| text.clone())
        .filter(|text| known.contains(text))
        .collect();
    assert_eq!(order, from_copy, "each once and in order");
    assert_eq!(told.len(), ACTS / 2 + 2 * ACTS);
}

#[test]
fn a_copy_that_was_away_beyond_the_offline_window_comes_back_with_its_acts() {
    let clock = Arc::new(FakeClock::new(moment("2026-11-23T20:00:00+08:00")));
    let bench = Bench::with(clock.clone());
    let place = bench.desk(&["a", "b"]);
    let copy = place.copied();
    bench.write(&place, "a", &["原件"]);
    // A clock that stands still has no proof but the password.
    assert_eq!(place.sign_in("a").sync_once(), Outcome::Done);
    bench.write(&copy, "a", &["副甲"]);
    bench.write(&copy, "b", &["副乙"]);
    clock.advance(Duration::from_hours(100));
    let mut desk = Desk::open(copy.path()).unwrap().unwrap();
    let opened = desk.unlock("a", PASSWORD, clock.now());
    assert!(matches!(opened, Err(DeskError::Expired { .. })));
    // The password opens it again; then the centre says what is wrong with it.
    let (seat, identity) = copy.sign_in_here("a").unwrap();
    assert_eq!(identity, Identity::Kept);
    assert_eq!(seat.sync_once(), Outcome::Needs(Needs::Enrol));
    drop(seat);
    let (seat, identity) = copy.sign_in_here("a").unwrap();
    assert_eq!(identity, Identity::Anew);
    assert_eq!(seat.sync_once(), Outcome::Done);
    assert_eq!((seat.unsent(), seat.refused()), (0, 0));
    drop(seat);
    bench.has_once(&[("a", "原件"), ("a", "副甲"), ("b", "副乙")]);
}

#[test]
fn refused_work_and_drafts_stay_with_a_desk_that_is_enrolled_anew() {
    let bench = Bench::new();
    let place = bench.desk(&["a"]);
    let seat = place.unlock("a");
    let late = seat.act(bench.on, Act::Accept(Accept::default()));
    bench
        .centre
        .act(vec![target(bench.on)], Act::Accept(Accept::default()));
    let now = bench.clock.now();
    let draft = || {
        seat.store
            .save_draft("note:1", "{\"text\":\"半句\"}".to_owned(), now)
    };
    draft().wait().unwrap();
    assert_eq!(seat.sync_once(), Outcome::Done);
    assert_eq!(seat.refused(), 1);
    drop(seat);
    let copy = place.copied();
    bench.write(&place, "a", &["原件"]);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    bench.write(&copy, "a", &["副本"]);
    learns_of_it(&copy, "a").leave();
    let seat = enrol_anew(&copy, "a");
    let rows = seat.store.outbox().wait().unwrap();
    let row = rows.iter().find(|row| row.id == late).unwrap();
    assert!(matches!(row.state, OutboxState::Refused { .. }), "{row:?}");
    let drafts = seat.store.drafts().wait().unwrap();
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].json, "{\"text\":\"半句\"}");
    // And may be settled as ever.
    let discarded = seat.store.discard(late, "已受理".to_owned(), now);
    discarded.wait().unwrap();
    assert_eq!(seat.refused(), 0);
    seat.leave();
    bench.has_once(&[("a", "原件"), ("a", "副本")]);
}

#[test]
fn a_program_that_was_open_meanwhile_sends_nothing_under_the_former_identity() {
    let bench = Bench::new();
    let place = bench.desk(&["a", "b"]);
    let mut open = place.unlock("b");
    open.go_live();
    // Another program makes another device of the desk, which the service has
    // nothing against yet.
    let former = device(&place);
    let mut desk = Desk::open(place.path()).unwrap().unwrap();
    desk.set_quarantined(former, "wanted", bench.clock.now())
        .unwrap();
    let (script, identity) = place.sign_in_here("a").unwrap();
    assert_eq!(identity, Identity::Anew);
    script.act(bench.on, new_note("新身份"));
    open.act(bench.on, new_note("旧身份"));
    until_true("it asks for the password", || open.needs() == Needs::Enrol);
    assert_eq!((open.unsent(), open.refused()), (2, 0));
    // Whoever is there under the new one delivers both.
    assert_eq!(script.sync_once(), Outcome::Done);
    assert_eq!((script.unsent(), script.refused()), (0, 0));
    drop(script);
    open.leave();
    let (seat, identity) = place.sign_in_here("b").unwrap();
    assert_eq!(identity, Identity::Kept, "the new one is in order");
    assert_eq!(seat.sync_once(), Outcome::Done);
    drop(seat);
    bench.has_once(&[("a", "新身份"), ("b", "旧身份")]);
}

#[test]
fn a_desk_that_lost_its_outbox_sends_nothing_under_numbers_it_does_not_know() {
    let bench = Bench::new();
    let place = bench.desk(&["a"]);
    bench.write(&place, "a", &["一", "二"]);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    for part in ["", "-wal", "-shm"] {
        // The tails are not always there.
        let _ = std::fs::remove_file(place.path().join(format!("outbox.db{part}")));
    }
    bench.write(&place, "a", &["三"]);
    let script = place.unlock("a");
    assert_eq!(script.sync_once(), Outcome::Needs(Needs::Enrol));
    assert_eq!(script.unsent(), 1, "not even tried");
    let rows = script.store.outbox().wait().unwrap();
    assert_eq!(rows[0].state, OutboxState::Waiting { attempts: 0 });
    drop(script);
    enrol_anew(&place, "a").leave();
    // And it is settled.
    bench.write(&place, "a", &["四"]);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    bench.has_once(&[("a", "一"), ("a", "二"), ("a", "三"), ("a", "四")]);
}

#[test]
fn a_service_from_before_the_desk_was_enrolled_gets_all_of_it_back() {
    let mut bench = Bench::new();
    let backup = bench.centre.backup("before");
    let place = bench.desk(&["a", "b"]);
    bench.write(&place, "a", &["甲一"]);
    bench.write(&place, "b", &["乙一"]);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    bench.centre.roll_back(&backup);
    bench.centre.service.new_epoch().unwrap();
    bench.proxy.retarget(bench.centre.addr());

    // It does not know the desk, nor any word that its officers signed there.
    let mut seat = place.unlock("a");
    seat.act(bench.on, new_note("甲二"));
    seat.start();
    until_true("a password is needed", || seat.needs() == Needs::SignIn);
    seat.leave();
    let seat = enrol_anew(&place, "a");
    // What the other officer said cannot be proved any more: it is kept, and
    // the officer may say it again.
    until_true("kept", || seat.refused() == 1);
    seat.leave();
    bench.has_once(&[("a", "甲一"), ("a", "甲二")]);
}

#[test]
fn a_restored_service_and_two_copies_of_a_desk_come_together() {
    let mut bench = Bench::new();
    let place = bench.desk(&["a", "b"]);
    bench.write(&place, "a", &["备份前"]);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    let backup = bench.centre.backup("before");
    bench.write(&place, "b", &["备份后"]);
    assert_eq!(place.unlock("a").sync_once(), Outcome::Done);
    let copy = place.copied();
    bench.centre.roll_back(&backup);
    bench.centre.service.new_epoch().unwrap();
    bench.proxy.retarget(bench.centre.addr());

    // Both have what was lost, and each something of its own.
    bench.write(&place, "a", &["原件"]);
    bench.write(&copy, "a", &["副本"]);
    let mut first = place.unlock("a");
    first.start();
    delivered(&first);
    first.leave();
    learns_of_it(&copy, "b").leave();
    enrol_anew(&copy, "b").leave();
    bench.has_once(&[("a", "备份前"), ("b", "备份后"), ("a", "原件")]);
    bench.has_once(&[("b", "备份后"), ("a", "副本")]);
    assert_eq!(bench.told().len(), 4);
}
