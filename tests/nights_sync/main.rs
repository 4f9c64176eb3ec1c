//! Nights of the duty room, replayed with the real engine, store and service.

#![cfg(feature = "service")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "that is how a test fails"
)]

mod boards;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use support::centre::{Centre, moment, new_note};
use support::proxy::Proxy;
use support::station::{Place, Seat};
use support::{let_pass, run_until};
use uuid::Uuid;
use zhiban::domain::entry::{Call, CallOutcome, Direction};
use zhiban::domain::ids::{CommandId, RecordId};
use zhiban::domain::incident::act::{Acknowledge, Act, Assign, CallLogged, HolderId};
use zhiban::store::handle::{ChangesIn, StoreError};
use zhiban::store::view::Pending;
use zhiban::sync::clock::{Clock, FakeClock};
use zhiban::sync::status::LinkState;
use zhiban::wire::command::{Push, WireCommand};
use zhiban::wire::feed::ChangesPage;

const MINUTE: Duration = Duration::from_mins(1);
/// behaviour.md E13: "backlog drained within 30 s".
const DRAINED_WITHIN: Duration = Duration::from_secs(30);
/// Incidents that both sides write about.
const CASES: usize = 7;

struct Night {
    centre: Centre,
    proxy: Proxy,
    cases: Vec<RecordId>,
}

fn call(text: &str) -> Act {
    Act::Call(CallLogged {
        entry: RecordId::new(Uuid::now_v7()),
        call: Call {
            direction: Direction::Out,
            with: "黄集镇综治中心".to_owned(),
            phone: "13900000000".to_owned(),
            outcome: CallOutcome::Answered,
        },
        text: text.to_owned(),
    })
}

fn dispatch(seat: &Seat) -> Act {
    let unit = seat.store.units("", None, 10).wait().unwrap();
    Act::Assign(Box::new(Assign {
        lead: HolderId {
            unit: unit[0].record.id.into(),
            person: None,
        },
        assist: Vec::new(),
        copies: Vec::new(),
        elements: zhiban::domain::incident::FourElements::default(),
        due: None,
        words: "请即处置".to_owned(),
    }))
}

/// The `number`-th of the desk's 14 acts: an acknowledgement, a note, a call
/// or a dispatch, each on one of the cases.
fn desk_acts(night: &Night, seat: &Seat, number: usize) -> CommandId {
    let on = night.cases[number % CASES];
    let act = match number % 4 {
        0 => {
            let episode = seat.incident(on).unwrap().alarm.episode;
            Act::Acknowledge(Acknowledge { episode })
        }
        1 => new_note(&format!("本席{number:02}记录")),
        2 => call(&format!("本席{number:02}通话")),
        _ => dispatch(seat),
    };
    seat.act(on, act)
}

/// The `number`-th of the 40 changes at the centre: mostly notes on the same
/// cases, now and then a new one.
fn centre_acts(night: &Night, number: usize, made: &mut Vec<RecordId>) {
    if number % 5 == 4 {
        made.push(night.centre.register(&format!("中心登记{number:02}")));
    } else {
        let on = night.cases[number % CASES];
        night.centre.note(on, &format!("中心记录{number:02}"));
    }
}

/// Delivers three of the desk's acts behind its back, out of order and twice,
/// as a line does that breaks at the wrong moments.
fn deliver_badly(night: &Night, seat: &Seat, token: &str) {
    let pending = seat.store.pending(100).wait().unwrap();
    let send = |command: &WireCommand| {
        let push = Push {
            device: seat.store.device(),
            commands: vec![command.clone()],
        };
        let body = serde_json::to_string(&push).unwrap();
        let request = format!(
            "POST /v1/commands HTTP/1.1\r\nHost: centre\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        night.proxy.replay(request.as_bytes())
    };
    for (place, verdict) in [
        (3, "retry"),
        (0, "accepted"),
        (0, "duplicate"),
        (2, "retry"),
        (1, "accepted"),
        (0, "duplicate"),
    ] {
        let answer = send(&pending[place]);
        assert!(
            answer.contains(&format!("\"verdict\":\"{verdict}\"")),
            "{answer}"
        );
    }
}

/// Gives the store pages of the feed in the wrong order and twice.
fn store_badly(seat: &Seat, page: &ChangesPage) {
    let cursor = seat.store.cursor(page_feed(seat)).wait().unwrap().unwrap();
    let missing: Vec<_> = page
        .changes
        .iter()
        .filter(|change| change.seq > cursor.seq)
        .cloned()
        .collect();
    assert!(missing.len() > 30, "{} changes are missing", missing.len());
    let give = |changes: &[zhiban::wire::feed::WireChange]| {
        let page = ChangesIn {
            feed: cursor.feed,
            epoch: page.epoch,
            changes: changes.to_vec(),
            head: page.head,
            durable_upto: page.durable_upto,
            mark: None,
        };
        seat.store.changes(page).wait()
    };
    let late = give(&missing[10..20]);
    assert!(matches!(late, Err(StoreError::Hole { .. })), "{late:?}");
    give(&missing[..10]).unwrap();
    give(&missing[..10]).unwrap();
    give(&missing[5..15]).unwrap();
    give(&missing[..5]).unwrap();
}

fn page_feed(seat: &Seat) -> zhiban::wire::feed::FeedId {
    let feeds = &seat.signed_in.as_ref().unwrap().feeds;
    let is_area =
        |feed: &&zhiban::wire::feed::FeedId| matches!(feed, zhiban::wire::feed::FeedId::Area(_));
    *feeds.iter().find(is_area).unwrap()
}

/// How often each command stands in the feed as an act on an incident.
fn effects(page: &ChangesPage) -> BTreeMap<(String, String), usize> {
    let mut found = BTreeMap::new();
    for change in &page.changes {
        let Some(event) = &change.event else { continue };
        let event: serde_json::Value = serde_json::from_str(event.get()).unwrap();
        let record: serde_json::Value =
            serde_json::from_str(change.record.as_ref().unwrap().get()).unwrap();
        if let Some(command) = event["command"].as_str() {
            let key = (
                command.to_owned(),
                record["id"].as_str().unwrap().to_owned(),
            );
            *found.entry(key).or_default() += 1;
        }
    }
    found
}

#[test]
fn e13_long_cut_clean_merge() {
    let clock = FakeClock::new(moment("2026-11-23T01:00:00+08:00"));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let centre = Centre::new(Arc::clone(&shared));
    let proxy = Proxy::to(centre.addr());
    let mut night = Night {
        cases: (0..CASES)
            .map(|number| centre.register(&format!("争水{number}")))
            .collect(),
        centre,
        proxy,
    };
    let place = Place::new(&night.proxy.url(), shared);
    let mut seat = place.sign_in("a");
    let token = seat.signed_in.as_ref().unwrap().token.clone();
    seat.start();
    run_until(&clock, "the desk is live", || {
        seat.link() == LinkState::Live
    });
    clock.advance(until_wall(&clock, "2026-11-23T01:12:00+08:00"));
    run_until(&clock, "the desk is live", || {
        seat.link() == LinkState::Live
    });

    // 01:12: the link fails.
    night.proxy.cut();
    run_until(&clock, "the cut is noticed", || {
        seat.link() == LinkState::Offline
    });
    let mut acts = Vec::new();
    let mut made = Vec::new();
    for number in 0..40 {
        centre_acts(&night, number, &mut made);
        if number % 3 == 0 {
            acts.push(desk_acts(&night, &seat, acts.len()));
        }
        let_pass(&clock, 5 * MINUTE);
    }
    assert_eq!((acts.len(), seat.unsent()), (14, 14));
    let_pass(&clock, until_wall(&clock, "2026-11-23T04:40:00+08:00"));

    // Twice and out of order, on purpose, in both directions.
    deliver_badly(&night, &seat, &token);
    store_badly(&seat, &night.centre.changes(&token));

    // 04:40: the link is back, and swallows one more answer.
    night.proxy.swallow_answers(1);
    night.proxy.mend();
    let mended_at = clock.monotonic();
    run_until(&clock, "the backlog is drained", || {
        seat.unsent() == 0 && seat.link() == LinkState::Live
    });
    let took = clock.monotonic().since(mended_at);
    assert!(took <= DRAINED_WITHIN, "drained after {took:?}");
    run_until(&clock, "everything is confirmed", || {
        let shown = |id: &RecordId| seat.store.shown(*id).wait().unwrap();
        let confirmed = |id| shown(id).is_some_and(|shown| shown.pending == Pending::Confirmed);
        night.cases.iter().chain(&made).all(confirmed)
    });
    let replayed = replay_all(&night);
    check_merge(&night, &seat, &token, &acts, &made);
    println!("drained after {took:?}; {replayed} pushes replayed twice, backwards");
}

/// How long until the wall clock shows this.
fn until_wall(clock: &FakeClock, text: &str) -> Duration {
    let span = moment(text).since(clock.now()).0;
    Duration::from_millis(span.try_into().unwrap())
}

/// Delivers every push again, the latest first, twice.
fn replay_all(night: &Night) -> usize {
    let pushes = night.proxy.pushes();
    assert!(!pushes.is_empty());
    for push in pushes.iter().rev().chain(pushes.iter().rev()) {
        let answer = night.proxy.replay(push);
        assert!(answer.contains(r#""verdict":"duplicate""#), "{answer}");
        assert!(!answer.contains(r#""verdict":"accepted""#), "{answer}");
    }
    pushes.len()
}

/// 0 lost, 0 doubled, notes from both sides kept in order.
fn check_merge(night: &Night, seat: &Seat, token: &str, acts: &[CommandId], made: &[RecordId]) {
    assert_eq!(seat.refused(), 0);
    let page = night.centre.changes(token);
    let effects = effects(&page);
    assert!(effects.values().all(|count| *count == 1), "{effects:?}");
    for act in acts {
        let found = effects
            .keys()
            .any(|(command, _)| *command == act.to_string());
        assert!(found, "{act} is lost");
    }
    assert!(made.iter().all(|id| seat.has(*id)));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for (place, id) in night.cases.iter().enumerate() {
        let entries = seat.entries(*id);
        let words = |name: &str| -> Vec<String> {
            let by = entries.iter().filter(|entry| entry.author.name == name);
            by.map(|entry| entry.text.clone()).collect()
        };
        let (a, centre) = (words("a"), words("centre"));
        assert!(a.is_sorted(), "{a:?}");
        assert!(centre.is_sorted(), "{centre:?}");
        let expected: Vec<String> = (0..40)
            .filter(|number| number % 5 != 4 && number % CASES == place)
            .map(|number| format!("中心记录{number:02}"))
            .collect();
        assert_eq!(centre, expected);
        ours.extend(a);
        theirs.extend(centre);
    }
    // Of the desk's 14 acts, numbers 1, 5, 9, 13 are notes and 2, 6, 10 calls.
    assert_eq!((ours.len(), theirs.len()), (7, 32));
}
