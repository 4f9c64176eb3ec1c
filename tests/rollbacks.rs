//! A service that was put back is always noticed, and its next life gets back
//! what it lost.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod support;

use std::sync::Arc;

use support::centre::{Centre, TOWN, area, new_note, target};
use support::proxy::Proxy;
use support::station::{Place, Seat};
use support::until_true;
use zhiban::domain::ids::{CommandId, RecordId};
use zhiban::domain::incident::act::{Accept, Act, Amend, Edit};
use zhiban::domain::officer::{Grant, Role};
use zhiban::store::handle::When;
use zhiban::store::view::OutboxState;
use zhiban::sync::api::Api;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::sync::engine::Outcome;
use zhiban::sync::handle::block_on;
use zhiban::sync::http::Http;
use zhiban::sync::status::{LinkState, Needs};
use zhiban::wire::command::Push;

fn needs(seat: &Seat) -> Needs {
    seat.engine.as_ref().unwrap().status().needs
}

/// A centre with an incident, and the way to it.
fn bench() -> (Centre, RecordId, Proxy, Arc<dyn Clock>) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let centre = Centre::new(Arc::clone(&clock));
    let on = centre.register("争水");
    let proxy = Proxy::to(centre.addr());
    (centre, on, proxy, clock)
}

fn settled(seat: &Seat, on: RecordId, notes: usize) -> bool {
    seat.unsent() == 0 && seat.is_confirmed(on) && seat.texts(on).len() == notes
}

/// An act whose answer comes while the feed does not: the desk has it as
/// accepted, and its copy does not reach so far.
fn only_the_answer(centre: &Centre, seat: &Seat, on: RecordId, text: &str) {
    seat.act(on, new_note(text));
    let http = Http::new(centre.url().parse().unwrap(), None);
    let api = Api::new(Arc::new(http));
    let push = Push {
        device: seat.store.device(),
        commands: seat.store.pending(10).wait().unwrap(),
    };
    let token = &seat.signed_in.as_ref().unwrap().token;
    let reply = block_on(api.push(token, &push)).unwrap().unwrap();
    let at = reply.server_time;
    seat.store.results(reply.results, at).wait().unwrap();
    assert_eq!(seat.unsent(), 0);
    assert!(!seat.is_confirmed(on));
}

#[test]
fn numbers_that_grew_past_the_desks_again_hide_nothing() {
    let (mut centre, on, proxy, clock) = bench();
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("a");
    seat.go_live();
    let backup = centre.backup("before");
    seat.act(on, new_note("备份之后"));
    until_true("delivered", || settled(&seat, on, 1));
    seat.leave();

    // While nobody is there it is put back and goes on, beyond the desk.
    centre.roll_back(&backup);
    proxy.retarget(centre.addr());
    for number in 0..7 {
        centre.note(on, &format!("中心{number}"));
    }
    let mut seat = place.unlock("a");
    seat.act(on, new_note("冻结期间"));
    seat.start();
    until_true("it is noticed", || needs(&seat) == Needs::ServiceBehind);
    assert_eq!(seat.unsent(), 1, "nothing is told to a forked service");
    assert_eq!(seat.texts(on), ["备份之后", "冻结期间"]);
    seat.leave();

    // Another program, another start, no line: it is still known.
    proxy.impostor(Some(support::proxy::message::BUSY));
    let mut seat = place.unlock("a");
    seat.start();
    until_true("it remembers", || needs(&seat) == Needs::ServiceBehind);
    proxy.impostor(None);
    let script = place.unlock("a");
    assert_eq!(script.sync_once(), Outcome::Needs(Needs::ServiceBehind));
    seat.act(on, new_note("仍可记"));
    assert_eq!(seat.unsent(), 2);

    centre.service.new_epoch().unwrap();
    seat.engine.as_ref().unwrap().sync_now();
    until_true("thawed", || {
        needs(&seat) == Needs::Nothing && settled(&seat, on, 7 + 3)
    });
    until_true("live", || seat.link() == LinkState::Live);
    let texts = seat.texts(on);
    for text in ["备份之后", "冻结期间", "仍可记"] {
        assert_eq!(texts.iter().filter(|found| *found == text).count(), 1);
    }
}

/// An act that the desk takes and the service refuses: somebody was faster.
fn refused_act(centre: &Centre, seat: &Seat) -> CommandId {
    let on = centre.register("又一件");
    assert_eq!(seat.sync_once(), Outcome::Done);
    let title = |to: &str| {
        let (from, to) = ("又一件".to_owned(), to.to_owned());
        Act::Amend(Box::new(Amend {
            title: Some(Edit { from, to }),
            ..Amend::default()
        }))
    };
    let late = seat.act(on, title("席位的题目"));
    centre.act(vec![target(on)], title("中心的题目"));
    assert_eq!(seat.sync_once(), Outcome::Done);
    let rows = seat.store.outbox().wait().unwrap();
    let row = rows.iter().find(|row| row.id == late).unwrap();
    assert!(matches!(row.state, OutboxState::Refused { .. }), "{row:?}");
    late
}

/// What somebody did with a refused act before the service was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Nothing,
    GivenUp,
    Noted,
    SaidAgain,
}

/// Between what is offered again there are acts whose refusal was lost too.
/// They stay refused, or what somebody made of them, and hold nothing up.
#[test]
fn a_refused_act_holds_nothing_up_that_is_offered_again() {
    for then in [Then::Nothing, Then::GivenUp, Then::Noted, Then::SaidAgain] {
        let (mut centre, on, proxy, clock) = bench();
        let place = Place::new(&proxy.url(), Arc::clone(&clock));
        let seat = place.sign_in("a");
        assert_eq!(seat.sync_once(), Outcome::Done);
        let backup = centre.backup("before");
        seat.act(on, new_note("先"));
        let late = refused_act(&centre, &seat);
        let when = When {
            made_at: clock.now(),
            offset_ms: 0,
        };
        match then {
            Then::Nothing => {}
            Then::GivenUp => {
                let discarded = seat.store.discard(late, "算了".to_owned(), clock.now());
                discarded.wait().unwrap();
            }
            Then::Noted => drop(seat.store.refused_to_note(late, when).wait().unwrap()),
            Then::SaidAgain => drop(seat.store.retry(late, when).wait()),
        }
        seat.act(on, new_note("后"));
        assert_eq!(seat.sync_once(), Outcome::Done, "{then:?}");
        let refused = seat.refused();
        seat.leave();

        centre.roll_back(&backup);
        proxy.retarget(centre.addr());
        centre.service.new_epoch().unwrap();
        let mut seat = place.unlock("a");
        seat.act(on, new_note("新"));
        seat.go_live();
        until_true("everything is answered", || seat.unsent() == 0);
        until_true("all of it is there", || {
            seat.texts(on) == ["先", "后", "新"]
        });
        // What was refused is so still, for whoever has to settle it.
        let kept = seat.refused();
        match then {
            // What became of it is about an incident that the service has lost.
            Then::Noted | Then::SaidAgain => assert_eq!(kept, refused + 1, "{then:?}"),
            Then::Nothing | Then::GivenUp => assert_eq!(kept, refused, "{then:?}"),
        }
        assert_eq!(needs(&seat), Needs::Nothing);
    }
}

/// Words that were filed as late are an effect too: a service that lost them
/// gets them back, also when somebody has taken note of it since, and then asks
/// nobody again.
#[test]
fn what_was_filed_as_late_and_lost_is_filed_again() {
    for noted in [true, false] {
        let (mut centre, on, proxy, clock) = bench();
        let place = Place::new(&proxy.url(), Arc::clone(&clock));
        for account in ["a", "b"] {
            assert_eq!(place.sign_in(account).sync_once(), Outcome::Done);
        }
        let late = place.unlock("a").act(on, new_note("甲的话"));
        centre.service.account_disable("a").unwrap();
        let backup = centre.backup("before");
        let seat = place.unlock("b");
        assert_eq!(seat.sync_once(), Outcome::Done);
        assert_eq!(seat.refused(), 1, "somebody must look at it");
        let filed = |seat: &Seat| {
            let texts = seat.texts(on);
            texts.iter().filter(|text| text.contains("甲的话")).count()
        };
        assert_eq!(filed(&seat), 1);
        if noted {
            let note = || seat.store.discard(late, "已阅".to_owned(), clock.now());
            note().wait().unwrap();
            assert_eq!(seat.refused(), 0);
            assert!(note().wait().is_err(), "once is enough");
        }
        seat.leave();

        centre.roll_back(&backup);
        proxy.retarget(centre.addr());
        centre.service.new_epoch().unwrap();
        let mut seat = place.unlock("b");
        seat.go_live();
        until_true("it is filed again", || {
            seat.unsent() == 0 && filed(&seat) == 1
        });
        assert_eq!(seat.refused(), u64::from(!noted));
        let rows = seat.store.outbox().wait().unwrap();
        assert_eq!(rows.len(), usize::from(!noted), "{rows:?}");
    }
}

#[test]
fn what_was_refused_in_the_life_before_holds_nothing_up_in_the_next() {
    let (mut centre, on, mut proxy, clock) = bench();
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("a");
    seat.go_live();
    let backup = centre.backup("before");
    // Taken, refused, and taken again: the number in the middle is left out
    // when the others are offered again.
    proxy.cut();
    let accept = || Act::Accept(Accept::default());
    seat.act(on, new_note("第一"));
    seat.act(on, accept());
    seat.act(on, new_note("第二"));
    seat.act(on, new_note("第三"));
    centre.act(vec![target(on)], accept());
    proxy.mend();
    until_true("answered", || settled(&seat, on, 3) && seat.refused() == 1);

    centre.roll_back(&backup);
    centre.service.new_epoch().unwrap();
    proxy.retarget(centre.addr());
    seat.engine.as_ref().unwrap().sync_now();
    let new = centre.service.epoch();
    let life = || seat.store.cursor(centre.feed()).wait().unwrap();
    until_true("the next life", || {
        life().is_some_and(|cursor| cursor.epoch == new)
    });
    until_true("offered again", || settled(&seat, on, 3));
    seat.act(on, new_note("第四"));
    until_true("and it goes on", || settled(&seat, on, 4));
}

#[test]
fn a_copy_of_other_grants_notices_what_another_one_has_seen() {
    let (mut centre, on, proxy, clock) = bench();
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("a");
    seat.go_live();
    let backup = centre.backup("before");
    let grant = Grant {
        role: Role::DutyOfficer,
        area: area(TOWN),
    };
    centre.service.account_grants("a", &[grant]).unwrap();
    until_true("the desk knows", || needs(&seat) == Needs::Grants);
    seat.regrant();
    until_true("the new copy is there", || seat.has(on));
    seat.act(on, new_note("只在此间"));
    until_true("delivered", || settled(&seat, on, 1));

    // With the backup the old grants come back, and with them another copy.
    centre.roll_back(&backup);
    proxy.retarget(centre.addr());
    until_true("the desk knows again", || needs(&seat) == Needs::Grants);
    seat.regrant();
    until_true("it is noticed", || needs(&seat) == Needs::ServiceBehind);
}

#[test]
fn an_act_that_was_lost_before_its_feed_came_is_missed() {
    let (mut centre, on, proxy, clock) = bench();
    let place = Place::new(&proxy.url(), Arc::clone(&clock));
    let mut seat = place.sign_in("a");
    seat.go_live();
    seat.leave();
    let backup = centre.backup("before");
    only_the_answer(&centre, &place.sign_in("a"), on, "只有回执");

    centre.roll_back(&backup);
    proxy.retarget(centre.addr());
    let mut behind = place.unlock("a");
    behind.start();
    until_true("it is noticed", || needs(&behind) == Needs::ServiceBehind);
    behind.leave();

    // Also where other changes stand in that place by now.
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("b");
    seat.go_live();
    seat.leave();
    let backup = centre.backup("again");
    only_the_answer(&centre, &place.sign_in("b"), on, "又只有回执");
    centre.roll_back(&backup);
    for number in 0..4 {
        centre.note(on, &format!("中心{number}"));
    }
    proxy.retarget(centre.addr());
    let mut seat = place.unlock("b");
    seat.start();
    until_true("it is noticed", || needs(&seat) == Needs::ServiceBehind);
}
