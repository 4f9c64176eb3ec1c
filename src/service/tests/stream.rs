//! The live stream.

use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use super::bench::{Bench, Desk, Seat, TOWN, accepted};
use crate::domain::extra::Extra;
use crate::domain::place::Place;
use crate::domain::record::{Body, Record, Rev};
use crate::service::Seed;
use crate::service::auth::sign_in::TOKEN_MS;
use crate::wire::feed::Cursor;
use crate::wire::stream::{Beat, Bye, StreamChange, name};

/// When a test gives up waiting.
const GIVE_UP: Duration = Duration::from_secs(20);

struct Events {
    response: reqwest::Response,
    text: String,
}

struct Event {
    name: String,
    data: String,
}

impl Event {
    fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.data).unwrap()
    }
}

impl Events {
    /// The next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |start: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(start))
                        .unwrap_or_default()
                        .to_owned()
                };
                let event = Event {
                    name: field("event: "),
                    data: field("data: "),
                };
                self.text = rest.to_owned();
                return Some(event);
            }
            let chunk = tokio::time::timeout(GIVE_UP, self.response.chunk())
                .await
                .expect("an event comes in time")
                .unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event that is no heartbeat.
    async fn next_news(&mut self) -> Option<Event> {
        loop {
            let event = self.next().await?;
            if event.name != name::BEAT {
                return Some(event);
            }
        }
    }
}

async fn open(bench: &Bench, token: &str, seq: u64) -> Events {
    open_at(bench, token, bench.service.epoch(), seq).await
}

async fn open_at(bench: &Bench, token: &str, epoch: crate::wire::feed::Epoch, seq: u64) -> Events {
    let cursor = Cursor {
        feed: bench.feed(),
        epoch,
        seq: crate::wire::feed::Seq(seq),
    };
    let body = serde_json::json!({"cursors": [cursor]}).to_string();
    let response = bench.post("/v1/stream", Some(token), body).await;
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(headers["x-accel-buffering"], "no");
    assert!(
        headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("no-transform")
    );
    let mut events = Events {
        response,
        text: String::new(),
    };
    let first = events.next().await.unwrap();
    assert_eq!(first.name, name::BEAT);
    let beat: Beat = first.read();
    assert_eq!(beat.server_time, bench.now());
    events
}

async fn seat(bench: &Bench) -> (Desk, Seat) {
    let desk = Desk::new();
    let seat = desk.sit(bench, "duty").await;
    (desk, seat)
}

#[tokio::test]
async fn a_change_is_on_the_stream_within_a_second() {
    let bench = Bench::new();
    let (mut desk, seat) = seat(&bench).await;
    let mut events = open(&bench, &seat.token, 3).await;
    let (id, register) = desk.register(&bench, &seat, TOWN);
    let began = Instant::now();
    let seq = accepted(&desk.push_one(&bench, &seat, &register).await);
    let event = events.next_news().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(event.name, name::CHANGE);
    let change: StreamChange = event.read();
    assert_eq!(
        (vec![change.change.seq.0], change.feed),
        (seq, bench.feed())
    );
    let record = crate::wire::feed::read_record(change.change.record.unwrap().get()).unwrap();
    assert_eq!(record.id, id);
}

#[tokio::test]
async fn what_was_missed_comes_first_and_nothing_twice() {
    let bench = Bench::new();
    let (mut desk, seat) = seat(&bench).await;
    for _ in 0..3 {
        let (_, register) = desk.register(&bench, &seat, TOWN);
        accepted(&desk.push_one(&bench, &seat, &register).await);
    }
    let mut events = open(&bench, &seat.token, 4).await;
    let (_, register) = desk.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &register).await);
    for seq in [5, 6, 7] {
        let change: StreamChange = events.next_news().await.unwrap().read();
        assert_eq!(change.change.seq.0, seq);
    }
}

#[tokio::test]
async fn who_is_too_far_behind_is_told_to_pull_and_then_follows() {
    let bench = Bench::with(|options| options.page_changes_max = 3);
    let (mut desk, seat) = seat(&bench).await;
    for _ in 0..4 {
        let (_, register) = desk.register(&bench, &seat, TOWN);
        accepted(&desk.push_one(&bench, &seat, &register).await);
    }
    let mut events = open(&bench, &seat.token, 1).await;
    assert_eq!(events.next_news().await.unwrap().name, name::PULL);
    let (_, register) = desk.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &register).await);
    let change: StreamChange = events.next_news().await.unwrap().read();
    assert_eq!(change.change.seq.0, 8);
}

#[tokio::test]
async fn who_comes_from_another_epoch_is_told_to_take_a_snapshot() {
    let bench = Bench::new();
    let old = bench.service.epoch();
    bench.service.new_epoch().unwrap();
    let (_, seat) = seat(&bench).await;
    let mut events = open_at(&bench, &seat.token, old, 3).await;
    assert_eq!(events.next_news().await.unwrap().name, name::GAP);
}

#[tokio::test]
async fn a_reader_that_falls_behind_is_told_to_pull_and_misses_nothing_silently() {
    const MANY: u64 = 3_000;
    let bench = Bench::with(|options| {
        options.bus_messages_max = 2;
        options.stream_events_max = 1;
    });
    let (mut desk, seat) = seat(&bench).await;
    let mut events = open(&bench, &seat.token, 3).await;
    let at = bench.now();
    let seeds = (0..MANY).map(|number| Seed {
        event: None,
        record: Record {
            id: crate::domain::ids::RecordId::new(uuid::Uuid::now_v7()),
            area: super::bench::area(TOWN),
            rev: Rev(1),
            parent: None,
            body: Body::Place(Box::new(Place {
                name: format!("{number}"),
                extra: Extra::new(),
            })),
            sealed: None,
        },
    });
    let seeds: Vec<Seed> = seeds.collect();
    let service = bench.service.clone();
    tokio::task::spawn_blocking(move || service.seed(seeds, at))
        .await
        .unwrap()
        .unwrap();
    let (_, register) = desk.register(&bench, &seat, TOWN);
    let last = accepted(&desk.push_one(&bench, &seat, &register).await)[0];
    // Every step is the next number, or a pull excuses the gap.
    let mut place = 3;
    let mut pulls = 0;
    let mut excused = false;
    loop {
        let event = events.next_news().await.unwrap();
        if event.name == name::PULL {
            pulls += 1;
            excused = true;
            // A pull fetches all there is.
            if bench.page(&seat.token, last - 1, 10).await.head.0 == last {
                break;
            }
            continue;
        }
        let seq = event.read::<StreamChange>().change.seq.0;
        assert!(
            seq == place + 1 || (excused && seq > place),
            "{place} → {seq}"
        );
        place = seq;
        excused = false;
        if seq == last {
            break;
        }
    }
    assert!(pulls > 0, "three thousand at once overrun a bus of two");
}

#[tokio::test]
async fn a_stop_says_bye_and_ends_the_stream() {
    let mut bench = Bench::new();
    let (_, seat) = seat(&bench).await;
    let mut events = open(&bench, &seat.token, 3).await;
    let running = bench.running.take().unwrap();
    let stopping = tokio::task::spawn_blocking(move || running.stop());
    let event = events.next_news().await.unwrap();
    assert_eq!(event.name, name::BYE);
    assert!(event.read::<Bye>().retry_ms > 0);
    assert!(events.next().await.is_none());
    tokio::time::timeout(GIVE_UP, stopping)
        .await
        .expect("open streams do not hold up a stop")
        .unwrap();
}

#[tokio::test]
async fn a_stream_ends_with_its_token_and_when_the_account_changes() {
    let bench = Bench::with(|options| options.heartbeat_ms = 20);
    let (_, seat) = seat(&bench).await;
    let mut events = open(&bench, &seat.token, 3).await;
    bench.pass(TOKEN_MS);
    assert_eq!(events.next_news().await.unwrap().name, name::BYE);
    assert!(events.next().await.is_none());

    let token = bench.script("leader").await.token;
    let mut events = open(&bench, &token, 3).await;
    bench.service.account_disable("leader").unwrap();
    assert_eq!(events.next_news().await.unwrap().name, name::BYE);
}

#[tokio::test]
async fn curl_follows_a_feed_and_goes_on_where_it_was() {
    let bench = Bench::new();
    let (mut desk, seat) = seat(&bench).await;
    let (_, register) = desk.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &register).await);
    let request = bench
        .http
        .get(bench.url(&format!("/v1/feeds/{}/stream", bench.feed())))
        .bearer_auth(&seat.token)
        .header("last-event-id", format!("{}:3", bench.service.epoch()));
    let mut events = Events {
        response: request.send().await.unwrap(),
        text: String::new(),
    };
    let change: StreamChange = events.next_news().await.unwrap().read();
    assert_eq!(change.change.seq.0, 4);
}
