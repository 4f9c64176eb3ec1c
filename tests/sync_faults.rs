//! What the engine does when the other side is not what it should be.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod support;

use std::sync::Arc;

use support::centre::{Centre, moment, new_note};
use support::proxy::Proxy;
use support::proxy::message::{BUSY, PORTAL};
use support::station::{Place, Seat};
use support::until_true;
use zhiban::sync::address::Pin;
use zhiban::sync::api::Api;
use zhiban::sync::clock::{Clock, FakeClock, SystemClock};
use zhiban::sync::handle::block_on;
use zhiban::sync::http::Http;
use zhiban::sync::status::{LinkState, Needs};
use zhiban::wire::proof::Digest;

fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

fn needs(seat: &Seat) -> Needs {
    seat.engine.as_ref().unwrap().status().needs
}

#[test]
fn a_service_that_forgot_is_noticed_and_its_new_life_gets_everything() {
    let clock = system_clock();
    let mut centre = Centre::new(Arc::clone(&clock));
    let on = centre.register("争水");
    let proxy = Proxy::to(centre.addr());
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("a");
    seat.go_live();
    seat.act(on, new_note("备份之前"));
    until_true("delivered", || {
        seat.unsent() == 0 && seat.is_confirmed(on) && seat.texts(on).len() == 1
    });
    let backup = centre.backup("before");
    seat.act(on, new_note("备份之后"));
    until_true("delivered", || {
        seat.unsent() == 0 && seat.is_confirmed(on) && seat.texts(on).len() == 2
    });

    // The same epoch with fewer changes: nothing is reset silently.
    centre.roll_back(&backup);
    proxy.retarget(centre.addr());
    until_true("it is noticed", || needs(&seat) == Needs::ServiceBehind);
    assert_eq!(seat.texts(on), ["备份之前", "备份之后"]);
    // Also not when the numbers have grown past the copy's again.
    for number in 0..5 {
        centre.note(on, &format!("中心{number}"));
    }
    seat.engine.as_ref().unwrap().sync_now();
    until_true("it asked again", || proxy.count("GET /v1/feeds?") >= 3);
    seat.act(on, new_note("冻结期间"));
    assert_eq!(needs(&seat), Needs::ServiceBehind);
    assert_eq!(seat.unsent(), 1);

    // The administrator says that this is another life.
    centre.service.new_epoch().unwrap();
    seat.engine.as_ref().unwrap().sync_now();
    until_true("live in the new life", || {
        seat.link() == LinkState::Live && needs(&seat) == Needs::Nothing && seat.unsent() == 0
    });
    until_true("the copy is the new life's", || seat.texts(on).len() >= 8);
    let texts = seat.texts(on);
    // What the service had taken and lost is back too.
    for text in ["备份之前", "备份之后", "冻结期间", "中心0", "中心4"] {
        let times = texts.iter().filter(|found| *found == text).count();
        assert_eq!(times, 1, "{text} in {texts:?}");
    }
    println!("after the rollback: {texts:?}");
}

#[test]
fn a_truncated_snapshot_is_discarded_and_taken_again() {
    let clock = system_clock();
    let centre = Centre::new(Arc::clone(&clock));
    let known: Vec<_> = (0..40)
        .map(|number| centre.register(&format!("旧案{number}")))
        .collect();
    let proxy = Proxy::to(centre.addr());
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("a");
    proxy.truncate_snapshots(2);
    seat.start();
    until_true("two are cut", || {
        proxy.count("GET /v1/feeds/420607/snapshot") >= 1
    });
    until_true("the third is whole", || seat.link() == LinkState::Live);
    assert!(proxy.count("GET /v1/feeds/") >= 3);
    assert!(known.iter().all(|id| seat.has(*id)));
}

#[test]
fn a_portal_and_a_busy_balancer_are_waited_out() {
    let clock = system_clock();
    let centre = Centre::new(Arc::clone(&clock));
    let on = centre.register("争水");
    let proxy = Proxy::to(centre.addr());
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("a");
    seat.go_live();
    for impostor in [PORTAL, BUSY] {
        let before = seat.texts(on).len();
        proxy.impostor(Some(impostor));
        until_true("it is noticed", || seat.link() == LinkState::Offline);
        seat.act(on, new_note("其间"));
        assert_eq!(needs(&seat), Needs::Nothing);
        proxy.impostor(None);
        until_true("delivered", || {
            seat.unsent() == 0 && seat.texts(on).len() == before + 1
        });
        assert_eq!(seat.refused(), 0);
        until_true("live again", || seat.link() == LinkState::Live);
    }
}

#[test]
fn a_clock_that_is_a_year_off_stops_nothing() {
    let service_clock = system_clock();
    let centre = Centre::new(Arc::clone(&service_clock));
    let on = centre.register("争水");
    let proxy = Proxy::to(centre.addr());
    let place = Place::new(&proxy.url(), Arc::clone(&service_clock));
    place.sign_in("a").leave();

    // The battery is empty: the machine starts in another year.
    let wrong = FakeClock::new(moment("2020-01-01T00:00:00+08:00"));
    let unlocked = place.unlock("a");
    let mut seat = unlocked.with_clock(Arc::new(wrong.clone()));
    seat.start();
    support::run_until(&wrong, "live all the same", || {
        seat.link() == LinkState::Live
    });
    let offset = seat.engine.as_ref().unwrap().status().offset_ms;
    let corrected = wrong.now().as_millis() + offset;
    let error = corrected - service_clock.now().as_millis();
    assert!(error.abs() < 5_000, "off by {error} ms");
    seat.act(on, new_note("照常"));
    support::run_until(&wrong, "delivered", || seat.unsent() == 0);
    assert_eq!(seat.refused(), 0);
}

#[test]
fn a_script_beside_an_open_desk_shares_its_outbox() {
    let clock = system_clock();
    let centre = Centre::new(Arc::clone(&clock));
    let on = centre.register("争水");
    let mut proxy = Proxy::to(centre.addr());
    let place = Place::new(&proxy.url(), clock);
    let mut screen = place.sign_in("a");
    let token = screen.signed_in.as_ref().unwrap().token.clone();
    screen.go_live();
    let script = place.unlock("a");

    // With the network both send; everything arrives once.
    for number in 0..10 {
        screen.act(on, new_note(&format!("屏幕{number}")));
        script.act(on, new_note(&format!("脚本{number}")));
    }
    let _ = script.sync_once();
    until_true("all is sent", || screen.unsent() == 0);
    until_true("all is shown", || screen.texts(on).len() == 20);

    // Without it the script goes away, and the open desk sends for it.
    proxy.cut();
    script.act(on, new_note("脚本离线"));
    script.leave();
    proxy.mend();
    until_true("sent by the desk", || screen.unsent() == 0);
    until_true("all is shown", || screen.texts(on).len() == 21);
    let page = centre.changes(&token);
    let entries = page.changes.iter().filter(|change| {
        let record = change.record.as_ref();
        record.is_some_and(|record| record.get().contains(r#""kind":"entry""#))
    });
    assert_eq!(entries.count(), 21);
    assert_eq!(screen.refused(), 0);
}

#[test]
fn a_session_that_ended_is_resumed_without_anybody() {
    let clock = system_clock();
    let centre = Centre::new(Arc::clone(&clock));
    let on = centre.register("争水");
    let proxy = Proxy::to(centre.addr());
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("a");
    seat.go_live();
    let before = proxy.count("POST /v1/sessions ");
    let token = seat.signed_in.as_ref().unwrap().token.clone();
    let http = Http::new(centre.url().parse().unwrap(), None);
    let api = Api::new(Arc::new(http));
    block_on(api.sign_out(&token)).unwrap().unwrap();
    seat.act(on, new_note("照常"));
    until_true("delivered", || seat.unsent() == 0);
    until_true("live again", || seat.link() == LinkState::Live);
    assert_eq!(needs(&seat), Needs::Nothing);
    assert!(proxy.count("POST /v1/sessions ") > before);
}

#[test]
fn a_copied_desk_is_told_to_enrol_and_keeps_what_it_has() {
    let clock = system_clock();
    let centre = Centre::new(Arc::clone(&clock));
    let on = centre.register("争水");
    let proxy = Proxy::to(centre.addr());
    let place = Place::new(&proxy.url(), clock);
    let mut seat = place.sign_in("a");
    seat.go_live();
    let copy = place.copied();
    seat.act(on, new_note("原来的席位"));
    until_true("delivered", || seat.unsent() == 0);
    seat.leave();

    let mut copied = copy.unlock("a");
    copied.act(on, new_note("拷贝的席位"));
    copied.start();
    until_true("it must enrol", || needs(&copied) == Needs::Enrol);
    // It still reads, and nothing that was written on it is gone.
    until_true("it reads on", || {
        copied.texts(on).contains(&"原来的席位".to_owned())
    });
    assert_eq!(copied.unsent(), 1);
    assert_eq!(copied.refused(), 0);
}

#[test]
fn a_desk_talks_only_to_the_certificate_it_was_told() {
    let clock = system_clock();
    let mut centre = Centre::new(Arc::clone(&clock));
    let pin = centre.serve_with_tls();
    let place = Place::new(&centre.url(), clock).pinned(pin);
    let mut seat = place.sign_in("a");
    seat.go_live();
    let fresh = centre.register("新案");
    until_true("the change came through TLS", || seat.has(fresh));
    seat.leave();

    let place = place.pinned(Pin(Digest::of(b"another certificate")));
    let mut seat = place.unlock("a");
    seat.start();
    until_true("it says so", || needs(&seat) == Needs::CertificateChanged);
    assert_eq!(seat.link(), LinkState::Offline);
    assert!(seat.has(fresh), "it stays readable");
}
