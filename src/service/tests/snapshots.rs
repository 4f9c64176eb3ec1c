//! Snapshots on their way: sent while they are made, of one moment, and at the
//! reader's pace without holding anybody else up.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt as _;
use rusqlite::Connection;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::bench::{Bench, DISTRICT, PASSWORD, area, password};
use crate::domain::alarm::Rank;
use crate::domain::ids::RecordId;
use crate::domain::officer::{Grant, Role};
use crate::domain::record::Body as Doc;
use crate::domain::testing;
use crate::service::core::SNAPSHOTS_SENT_MAX;
use crate::service::feed::snapshot;
use crate::service::{DATABASE_FILE, Seed};
use crate::wire::feed::{Seq, SnapshotHeader, SnapshotLine, SnapshotTrailer};
use crate::wire::proof::Digest;

/// Incidents that come to several pieces, however they are packed.
const MANY: u128 = 120;
/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes incidents `from..to` whose words do not repeat themselves.
fn fill(bench: &Bench, from: u128, to: u128) {
    let mut dice = u32::try_from(from).unwrap() | 1;
    let mut word = || {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4E00 + (dice >> 8) % 20_000).unwrap()
    };
    let blank = testing::registered(Rank::Urgent, &testing::duty(1));
    let seeds: Vec<Seed> = (from..to)
        .map(|number| {
            let mut record = blank.clone();
            record.id = RecordId::new(Uuid::from_u128(0x5_0000 + number));
            if let Doc::Incident(incident) = &mut record.body {
                incident.summary = (0..1_000).map(|_| word()).collect();
            }
            Seed {
                event: None,
                record,
            }
        })
        .collect();
    bench.service.seed(seeds, bench.now()).unwrap();
}

struct Taken {
    header: SnapshotHeader,
    incidents: usize,
}

/// Reads a snapshot and holds it against its own trailer.
fn read(bytes: &[u8]) -> Taken {
    let text = String::from_utf8(zstd::decode_all(bytes).unwrap()).unwrap();
    let (before, last) = text.trim_end().rsplit_once('\n').unwrap();
    let trailer: SnapshotTrailer = serde_json::from_str(last).unwrap();
    let hashed = Digest::of(format!("{before}\n").as_bytes());
    assert_eq!(trailer.trailer.sha256, hashed.to_string());
    let mut lines = before.lines();
    let header: SnapshotHeader = serde_json::from_str(lines.next().unwrap()).unwrap();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for line in lines {
        let line: SnapshotLine = serde_json::from_str(line).unwrap();
        let kind: serde_json::Value = serde_json::from_str(line.record.get()).unwrap();
        let kind = kind["kind"].as_str().unwrap().to_owned();
        *counts.entry(kind).or_default() += 1;
    }
    assert_eq!(header.counts, counts);
    assert_eq!(trailer.trailer.counts, counts);
    let incidents = counts.get("incident").copied().unwrap_or_default();
    Taken {
        header,
        incidents: usize::try_from(incidents).unwrap(),
    }
}

/// Asks without a socket, so that nothing takes bytes but the test.
async fn ask(bench: &Bench, token: &str) -> Response<Body> {
    let request = Request::get(format!("/v1/feeds/{}/snapshot", bench.feed()))
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    bench.service.router().oneshot(request).await.unwrap()
}

async fn piece(body: &mut Body) -> Option<Vec<u8>> {
    let frame = body.frame().await?.unwrap();
    Some(frame.into_data().unwrap().to_vec())
}

/// Waits until nobody makes a snapshot any more.
async fn made(bench: &Bench) {
    let places = &bench.service.core.snapshots.made;
    let all = tokio::time::timeout(PATIENCE, places.acquire_many(2));
    drop(all.await.expect("the making ends").unwrap());
}

/// Takes what is written and has the service write something else each time.
struct Meddling<'b> {
    bench: &'b Bench,
    next: u128,
    bytes: Vec<u8>,
}

impl Write for Meddling<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        fill(self.bench, self.next, self.next + 1);
        self.next += 1;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_snapshot_is_of_one_moment_whatever_is_written_meanwhile() {
    let bench = Bench::new();
    fill(&bench, 0, MANY);
    let officer = bench.script("duty").await.officer;
    let core = &bench.service.core;
    let mut out = Meddling {
        bench: &bench,
        next: 2 * MANY,
        bytes: Vec::new(),
    };
    let mut told = None;
    core.storage
        .read(|view| {
            snapshot::write(core, view, &officer, bench.feed(), &mut out, |seq| {
                // Between the counts and the records.
                fill(&bench, MANY, MANY + 3);
                told = Some(seq);
            })
        })
        .unwrap();
    assert!(out.next > 2 * MANY + 1, "it was written in several pieces");
    let whole = read(&out.bytes);
    assert_eq!(Some(whole.header.seq), told);
    assert_eq!(whole.incidents, usize::try_from(MANY).unwrap());
}

#[tokio::test]
async fn a_slow_reader_holds_neither_writers_nor_the_log() {
    let bench = Bench::new();
    fill(&bench, 0, MANY);
    let token = bench.script("duty").await.token;
    let head = bench.page(&token, 0, 1).await.head;
    let mut body = ask(&bench, &token).await.into_body();
    let mut bytes = piece(&mut body).await.unwrap();
    made(&bench).await;
    fill(&bench, MANY, MANY + 5);
    // Somebody who still reads the old state would keep the log from ending.
    let file = Connection::open(bench.folder.path().join(DATABASE_FILE)).unwrap();
    let busy: i64 = file
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(busy, 0, "the log is held");
    let mut pieces = 1;
    while let Some(piece) = piece(&mut body).await {
        bytes.extend(piece);
        pieces += 1;
    }
    assert!(pieces > 2, "there was something left to wait for: {pieces}");
    let whole = read(&bytes);
    assert_eq!(whole.header.seq, head);
    assert_eq!(whole.incidents, usize::try_from(MANY).unwrap());
}

#[tokio::test]
async fn a_reader_that_leaves_gives_its_place_back() {
    let bench = Bench::new();
    fill(&bench, 0, MANY);
    let token = bench.script("duty").await.token;
    let mut body = ask(&bench, &token).await.into_body();
    assert!(piece(&mut body).await.is_some());
    let sent = &bench.service.core.snapshots.sent;
    assert_eq!(sent.available_permits(), SNAPSHOTS_SENT_MAX - 1);
    drop(body);
    assert_eq!(sent.available_permits(), SNAPSHOTS_SENT_MAX);
    made(&bench).await;
}

#[tokio::test]
async fn one_reader_too_many_is_asked_to_come_back() {
    let bench = Bench::new();
    let token = bench.script("duty").await.token;
    let places = std::sync::Arc::clone(&bench.service.core.snapshots.sent);
    let all = u32::try_from(SNAPSHOTS_SENT_MAX).unwrap();
    let whole = places.acquire_many(all - 1).await.unwrap();
    assert_eq!(ask(&bench, &token).await.status(), 200, "the last place");
    let last = places.acquire().await.unwrap();
    tokio::time::pause();
    let refused = ask(&bench, &token).await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    drop((whole, last));
    assert_eq!(ask(&bench, &token).await.status(), 200);
}

#[tokio::test]
async fn whoever_loses_a_grant_or_the_account_on_the_way_gets_no_more() {
    type Loss = fn(&Bench);
    let losses: [Loss; 2] = [
        |bench| {
            let less = Grant {
                role: Role::Wall,
                area: area(DISTRICT),
            };
            bench.service.account_grants("duty", &[less]).unwrap();
        },
        |bench| bench.service.account_disable("duty").unwrap(),
    ];
    for lose in losses {
        let bench = Bench::new();
        fill(&bench, 0, MANY);
        let token = bench.script("duty").await.token;
        let mut body = ask(&bench, &token).await.into_body();
        assert!(piece(&mut body).await.is_some());
        made(&bench).await;
        lose(&bench);
        let next = body.frame().await.expect("no clean end");
        assert!(next.is_err());
    }
    // A new sign-in is no loss: the old download goes on.
    let bench = Bench::new();
    fill(&bench, 0, MANY);
    let token = bench.script("duty").await.token;
    let mut body = ask(&bench, &token).await.into_body();
    let mut bytes = piece(&mut body).await.unwrap();
    bench.sign_in(&password("duty", PASSWORD)).await.unwrap();
    while let Some(piece) = piece(&mut body).await {
        bytes.extend(piece);
    }
    read(&bytes);
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_finished_does_not_end_well() {
    let bench = Bench::new();
    fill(&bench, 0, MANY);
    let token = bench.script("duty").await.token;
    let file = Connection::open(bench.folder.path().join(DATABASE_FILE)).unwrap();
    // The last in the order of a snapshot cannot be read any more.
    let broken = file
        .execute(
            "UPDATE record SET doc = '{' WHERE id =
               (SELECT id FROM record WHERE feed = ?1 ORDER BY shelf DESC, id DESC LIMIT 1)",
            [bench.feed().to_string()],
        )
        .unwrap();
    assert_eq!(broken, 1);
    let path = format!("/v1/feeds/{}/snapshot", bench.feed());
    let answer = bench.get(&path, &token).await;
    assert_eq!(answer.status(), 200, "it was begun before that was known");
    assert!(answer.bytes().await.is_err(), "no clean end");
    made(&bench).await;
}

#[tokio::test]
async fn a_part_is_never_given() {
    let bench = Bench::new();
    let token = bench.script("duty").await.token;
    let path = bench.url(&format!("/v1/feeds/{}/snapshot", bench.feed()));
    let asked = bench.http.get(&path).bearer_auth(&token);
    let answer = asked.header("range", "bytes=10-").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["accept-ranges"], "none");
    let whole = read(&answer.bytes().await.unwrap());
    assert_eq!(whole.header.seq, Seq(3));
    // The head alone begins nothing that goes on.
    let asked = bench.http.head(&path).bearer_auth(&token);
    let answer = asked.send().await.unwrap();
    assert!(answer.headers().contains_key("etag"));
    made(&bench).await;
    let sent = &bench.service.core.snapshots.sent;
    let all = u32::try_from(SNAPSHOTS_SENT_MAX).unwrap();
    let back = tokio::time::timeout(PATIENCE, sent.acquire_many(all)).await;
    assert!(back.is_ok(), "every place is free again");
}
