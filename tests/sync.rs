//! The real engine, store and service together, over a line that can be cut.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use support::centre::{Centre, DISTRICT, OTHER_TOWN, new_note, registration};
use support::proxy::Proxy;
use support::station::Place;
use support::{until, until_true};
use uuid::Uuid;
use zhiban::domain::command::Target;
use zhiban::domain::ids::RecordId;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::sync::engine::Outcome;
use zhiban::sync::status::{LinkState, Needs};

struct Bench {
    centre: Centre,
    proxy: Proxy,
    clock: Arc<dyn Clock>,
}

impl Bench {
    fn new() -> Self {
        Self::with(Arc::new(SystemClock::new()))
    }

    fn with(clock: Arc<dyn Clock>) -> Self {
        let centre = Centre::new(Arc::clone(&clock));
        let proxy = Proxy::to(centre.addr());
        Self {
            centre,
            proxy,
            clock,
        }
    }

    fn place(&self) -> Place {
        Place::new(&self.proxy.url(), Arc::clone(&self.clock))
    }

    /// How often each command has an event in the feed of the district.
    fn times(&self, token: &str, words: &str) -> usize {
        let page = self.centre.changes(token);
        let records = page
            .changes
            .iter()
            .filter_map(|change| change.record.as_ref());
        records
            .filter(|record| record.get().contains(words))
            .count()
    }
}

#[test]
fn a_new_desk_takes_the_snapshot_and_sees_a_change_within_a_second() {
    let bench = Bench::new();
    let known: Vec<RecordId> = (0..30)
        .map(|number| bench.centre.register(&format!("旧案{number}")))
        .collect();
    let place = bench.place();
    let mut seat = place.sign_in("a");
    seat.go_live();
    assert!(known.iter().all(|id| seat.has(*id)));
    assert_eq!(seat.store.counts().wait().unwrap().incidents, 30);

    let began = Instant::now();
    let fresh = bench.centre.register("新案");
    until_true("the change is here", || seat.has(fresh));
    let took = began.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");

    let status = seat.engine.as_ref().unwrap().status();
    assert_eq!(status.needs, Needs::Nothing);
    assert!(status.fresh_at.is_some() && status.last_heard.is_some());
    assert!(status.offset_ms.abs() < 1_000, "{}", status.offset_ms);
    println!("live change after {took:?}");
}

#[test]
fn an_act_whose_answer_is_lost_takes_effect_once() {
    let bench = Bench::new();
    let on = bench.centre.register("争水");
    let place = bench.place();
    let mut seat = place.sign_in("a");
    let token = seat.signed_in.as_ref().unwrap().token.clone();
    seat.go_live();
    bench.proxy.swallow_answers(1);
    seat.act(on, new_note("只有一次"));
    until_true("the answer was swallowed", || bench.proxy.swallowed() == 1);
    // By sending again, or because the feed shows it: either way it ends.
    until_true("the act is answered", || seat.unsent() == 0);
    let pushes = bench.proxy.pushes();
    for push in pushes.iter().chain(&pushes) {
        let answer = bench.proxy.replay(push);
        assert!(answer.contains(r#""verdict":"duplicate""#), "{answer}");
    }
    assert_eq!(seat.refused(), 0);
    assert_eq!(bench.times(&token, "只有一次"), 1);
    until_true("it is shown once", || seat.texts(on) == ["只有一次"]);
}

#[test]
fn the_retry_timer_re_enters_send() {
    let mut bench = Bench::new();
    let on = bench.centre.register("争水");
    let place = bench.place();
    let mut seat = place.sign_in("a");
    let token = seat.signed_in.as_ref().unwrap().token.clone();
    seat.go_live();
    bench.proxy.cut();
    until_true("the cut is noticed", || seat.link() == LinkState::Offline);
    seat.act(on, new_note("断网时写的"));
    assert_eq!(seat.unsent(), 1);
    bench.proxy.mend();
    // Nothing is written here any more, nobody presses a key.
    until_true("the backlog is gone", || seat.unsent() == 0);
    assert_eq!(bench.times(&token, "断网时写的"), 1);
    until_true("live again", || seat.link() == LinkState::Live);
}

#[test]
fn what_a_did_offline_arrives_as_a_s_under_b_s_sign_in() {
    let mut bench = Bench::new();
    let on = bench.centre.register("争水");
    let place = bench.place();
    // Both have been here before.
    let mut b = place.sign_in("b");
    b.go_live();
    b.leave();
    let mut a = place.sign_in("a");
    a.go_live();
    bench.proxy.cut();
    let made = RecordId::new(Uuid::now_v7());
    a.submit(Target::new_incident(made), registration("甲班登记"));
    a.act(on, new_note("甲班写的"));
    assert_eq!(a.unsent(), 2);
    a.leave();

    // The line is still down: B opens the desk with B's own password.
    let mut b = place.unlock("b");
    b.act(on, new_note("乙班写的"));
    assert_eq!(b.unsent(), 3);
    b.start();
    bench.proxy.mend();
    until_true("everything is delivered", || b.unsent() == 0);
    assert_eq!(b.refused(), 0);
    until_true("both notes are confirmed", || b.entries(on).len() == 2);
    let authors: Vec<(String, String)> = b
        .entries(on)
        .into_iter()
        .map(|entry| (entry.text, entry.author.name))
        .collect();
    let expected = [("甲班写的", "a"), ("乙班写的", "b")];
    assert_eq!(
        authors,
        expected.map(|(text, name)| (text.to_owned(), name.to_owned()))
    );
    let number = until("the incident has its number", || b.incident(made)?.number);
    println!("registered offline by A, delivered by B: {number}");
}

#[test]
fn an_officer_of_a_town_sees_the_town_and_delivers_for_the_district() {
    let mut bench = Bench::new();
    let here = bench.centre.register("本镇");
    let there = bench.centre.register_in(OTHER_TOWN, "外镇");
    let place = bench.place();
    let mut town = place.sign_in("town");
    town.go_live();
    assert_eq!((town.has(here), town.has(there)), (true, false));
    town.leave();
    let mut a = place.sign_in("a");
    let token = a.signed_in.as_ref().unwrap().token.clone();
    a.go_live();
    assert_eq!((a.has(here), a.has(there)), (true, true));
    bench.proxy.cut();
    a.act(there, new_note("外镇的事不给本镇看"));
    a.leave();

    let mut town = place.unlock("town");
    town.start();
    bench.proxy.mend();
    until_true("delivered", || {
        bench.times(&token, "外镇的事不给本镇看") == 1
    });
    until_true("answered", || town.unsent() == 0);
    until_true("live", || town.link() == LinkState::Live);
    assert!(!town.has(there));
    assert!(town.entries(there).is_empty());
    assert!(town.store.outbox().wait().unwrap().is_empty());
    town.leave();

    // A stolen copy of the folder shows no text of any record.
    let files = place.files();
    assert!(files.len() >= 4, "{}", files.len());
    for (path, bytes) in files {
        for words in ["外镇", "本镇", "三岔路口", "争水", DISTRICT] {
            let found = bytes
                .windows(words.len())
                .any(|window| window == words.as_bytes());
            assert!(!found, "{words} stands in {}", path.display());
        }
    }
}

#[test]
fn sync_once_delivers_and_tells_when_nobody_answers() {
    let mut bench = Bench::new();
    let on = bench.centre.register("争水");
    let place = bench.place();
    let seat = place.sign_in("a");
    let token = seat.signed_in.as_ref().unwrap().token.clone();
    assert_eq!(seat.sync_once(), Outcome::Done);
    bench.proxy.cut();
    seat.act(on, new_note("脚本写的"));
    assert_eq!(seat.sync_once(), Outcome::Unreachable);
    assert_eq!(seat.unsent(), 1);
    bench.proxy.mend();
    assert_eq!(seat.sync_once(), Outcome::Done);
    assert_eq!(seat.unsent(), 0);
    assert_eq!(bench.times(&token, "脚本写的"), 1);
}

#[test]
fn where_streams_do_not_live_the_desk_asks_instead() {
    let bench = Bench::new();
    bench.proxy.kill_streams();
    let place = bench.place();
    let mut seat = place.sign_in("a");
    seat.start();
    until_true("it asks instead", || seat.link() == LinkState::Degraded);
    let fresh = bench.centre.register("新案");
    until_true("the change is here all the same", || seat.has(fresh));
    seat.act(fresh, new_note("照样送出"));
    until_true("acts go out all the same", || seat.unsent() == 0);
}

#[test]
fn a_disabled_account_is_told_and_nothing_is_lost() {
    let bench = Bench::new();
    let on = bench.centre.register("争水");
    let place = bench.place();
    let mut seat = place.sign_in("a");
    seat.go_live();
    bench.centre.service.account_disable("a").unwrap();
    let needs = || seat.engine.as_ref().unwrap().status().needs;
    until_true("the desk knows", || needs() == Needs::Revoked);
    seat.act(on, new_note("仍然保存"));
    assert_eq!(seat.unsent(), 1);
    assert!(seat.has(on));
}

#[test]
fn a_refused_act_is_kept_with_both_sides_and_blocks_nothing() {
    use zhiban::domain::incident::act::{Accept, Act};
    use zhiban::domain::incident::refusal::Refusal;
    use zhiban::store::view::OutboxState;
    use zhiban::wire::command::Refused;

    let mut bench = Bench::new();
    let on = bench.centre.register("争水");
    let place = bench.place();
    let mut seat = place.sign_in("a");
    seat.go_live();
    bench.proxy.cut();
    // The desk takes what the centre takes too; a note follows.
    let accept = || Act::Accept(Accept::default());
    let late = seat.act(on, accept());
    seat.act(on, new_note("已到场"));
    bench
        .centre
        .act(vec![support::centre::target(on)], accept());
    bench.proxy.mend();
    until_true("everything is answered", || seat.unsent() == 0);
    until_true("the note is there", || seat.texts(on) == ["已到场"]);

    let rows = seat.store.outbox().wait().unwrap();
    let row = rows.iter().find(|row| row.id == late).unwrap();
    let OutboxState::Refused { why, .. } = &row.state else {
        panic!("{row:?}");
    };
    let Refused::Rule {
        rule: Refusal::Stale { last, .. },
    } = why
    else {
        panic!("{why:?}");
    };
    assert!(!last.by.name.is_empty(), "who was faster is said");
    assert_eq!(seat.refused(), 1);
}
