//! Pages and snapshots.

use std::collections::BTreeMap;

use super::bench::{Bench, Desk, TOWN, accepted, problem};
use crate::domain::ids::RecordId;
use crate::wire::feed::{
    ChangesPage, FeedInfo, Seq, SnapshotHeader, SnapshotLine, SnapshotTrailer, read_record,
};
use crate::wire::problem::ProblemKind;
use crate::wire::proof::Digest;

/// Changes that `admin init` makes: policy, place, centre.
const FIRST: u64 = 3;

/// A bench with pages of three, and `incidents` registered.
async fn bench_with(incidents: u64) -> (Bench, String) {
    let bench = Bench::with(|options| options.page_changes_max = 3);
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let mut commands = Vec::new();
    for _ in 0..incidents {
        commands.push(desk.register(&bench, &seat, TOWN).1);
    }
    for result in desk.push(&bench, &seat, &commands).await {
        accepted(&result.verdict);
    }
    (bench, seat.token)
}

fn seqs(page: &ChangesPage) -> Vec<u64> {
    page.changes.iter().map(|change| change.seq.0).collect()
}

#[tokio::test]
async fn pages_of_none_one_all_but_one_all_and_one_more() {
    let (bench, token) = bench_with(4).await;
    let head = FIRST + 4;
    for (after, expected, more) in [
        (head, vec![], false),
        (head - 1, vec![7], false),
        (head - 2, vec![6, 7], false),
        (head - 3, vec![5, 6, 7], false),
        (head - 4, vec![4, 5, 6], true),
        (0, vec![1, 2, 3], true),
    ] {
        let page = bench.page(&token, after, 1_000).await;
        assert_eq!((seqs(&page), page.more), (expected, more), "after {after}");
        assert_eq!((page.head, page.durable_upto), (Seq(head), Seq(head)));
    }
    let one = bench.page(&token, 0, 1).await;
    assert_eq!(seqs(&one), [1]);
    let beyond = bench.page(&token, head + 5, 10).await;
    assert_eq!(
        (seqs(&beyond), beyond.head, beyond.more),
        (vec![], Seq(head), false),
        "a reader that is ahead is told where the service stands"
    );
}

#[tokio::test]
async fn a_page_never_splits_what_one_command_did() {
    let bench = Bench::with(|options| options.page_changes_max = 3);
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let (id, register) = desk.register(&bench, &seat, TOWN);
    let notes = [desk.note(&bench, &seat, id), desk.note(&bench, &seat, id)];
    desk.push(&bench, &seat, &[register]).await;
    desk.push(&bench, &seat, &notes).await;
    // 4 | 5 6 | 7 8
    let page = bench.page(&seat.token, FIRST, 2).await;
    assert_eq!(seqs(&page), [4], "5 and 6 would not both fit");
    let page = bench.page(&seat.token, FIRST, 3).await;
    assert_eq!(seqs(&page), [4, 5, 6]);
    let page = bench.page(&seat.token, 4, 1).await;
    assert_eq!(seqs(&page), [5, 6], "at least one whole");
    assert!(page.changes.iter().all(|change| change.tx == Seq(5)));
    assert!(page.more);
    let page = bench.page(&seat.token, 4, 3).await;
    assert_eq!(seqs(&page), [5, 6]);
    let page = bench.page(&seat.token, 6, 1).await;
    assert_eq!((seqs(&page), page.more), (vec![7, 8], false));
}

#[tokio::test]
async fn another_epoch_needs_a_snapshot_and_lets_desks_set_their_place_anew() {
    let (bench, _) = bench_with(1).await;
    let mut desk = Desk::new();
    let seat = desk.sit(&bench, "duty").await;
    let old = bench.service.epoch();
    let new = bench.service.new_epoch().unwrap();
    assert_ne!(old, new);
    // Whoever was signed in begins anew, and so learns of it before sending.
    let ended = problem(bench.get("/v1/feeds", &seat.token).await).await;
    assert_eq!(ended.kind, ProblemKind::NotSignedIn);
    let seat = desk.sit(&bench, "duty").await;
    let path = format!("/v1/feeds/{}/changes?epoch={old}&after=1", bench.feed());
    let problem = problem(bench.get(&path, &seat.token).await).await;
    assert_eq!(
        (problem.status, problem.kind),
        (410, ProblemKind::SnapshotRequired)
    );
    let infos: Vec<FeedInfo> = bench.get_json("/v1/feeds", &seat.token).await;
    assert!(infos.iter().all(|info| info.epoch == new));
    assert_eq!((infos[0].head, infos[0].low_water), (Seq(4), Seq(1)));

    // What the desk sent after the backup is gone here; it goes on from its
    // own place, once.
    desk.dseq = 40;
    desk.chain = Digest::of(b"lost");
    let (_, next) = desk.register(&bench, &seat, TOWN);
    accepted(&desk.push_one(&bench, &seat, &next).await);
    desk.dseq = 90;
    let (_, gap) = desk.register(&bench, &seat, TOWN);
    let verdict = desk.push_one(&bench, &seat, &gap).await;
    assert!(matches!(
        verdict,
        crate::wire::command::Verdict::Retry { .. }
    ));
}

struct Taken {
    header: SnapshotHeader,
    lines: Vec<SnapshotLine>,
    trailer: SnapshotTrailer,
}

async fn snapshot(bench: &Bench, token: &str) -> Taken {
    let response = bench
        .get(&format!("/v1/feeds/{}/snapshot", bench.feed()), token)
        .await;
    assert_eq!(response.status(), 200);
    let bytes = response.bytes().await.unwrap();
    let text = zstd::decode_all(&bytes[..]).unwrap();
    let text = String::from_utf8(text).unwrap();
    let body = text.strip_suffix('\n').unwrap();
    let (before, last) = body.rsplit_once('\n').unwrap();
    let trailer: SnapshotTrailer = serde_json::from_str(last).unwrap();
    let hashed = Digest::of(format!("{before}\n").as_bytes());
    assert_eq!(trailer.trailer.sha256, hashed.to_string());
    let mut lines = before.lines();
    let header = serde_json::from_str(lines.next().unwrap()).unwrap();
    let lines = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    Taken {
        header,
        lines,
        trailer,
    }
}

#[tokio::test]
async fn a_snapshot_holds_all_that_its_reader_may_see_and_its_trailer_says_so() {
    let (bench, token) = bench_with(2).await;
    let whole = snapshot(&bench, &token).await;
    assert_eq!(whole.header.feed, bench.feed());
    assert_eq!(whole.header.epoch, bench.service.epoch());
    assert_eq!(whole.header.seq, Seq(5));
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for line in &whole.lines {
        let record = read_record(line.record.get()).unwrap();
        *counts.entry(record.kind().to_string()).or_default() += 1;
    }
    assert_eq!(counts["incident"], 2);
    assert_eq!(whole.header.counts, counts);
    assert_eq!(whole.trailer.trailer.counts, counts);
    // Open incidents come first, with their events.
    let first = read_record(whole.lines[0].record.get()).unwrap();
    assert!(first.incident().is_some());
    assert_eq!(whole.lines[0].events.len(), 1);
    assert!(whole.lines.last().unwrap().events.is_empty());

    let elsewhere = bench.script("elsewhere").await.token;
    let whole = snapshot(&bench, &elsewhere).await;
    assert!(!whole.header.counts.contains_key("incident"));
    assert_eq!(whole.header.counts, whole.trailer.trailer.counts);
}

#[tokio::test]
async fn pages_and_snapshot_give_the_same_bytes() {
    let (bench, token) = bench_with(2).await;
    let mut paged: BTreeMap<RecordId, String> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = bench.page(&token, after, 3).await;
        for change in &page.changes {
            let text = change.record.as_ref().unwrap().get();
            paged.insert(read_record(text).unwrap().id, text.to_owned());
            after = change.seq.0;
        }
        if !page.more {
            break;
        }
    }
    let whole = snapshot(&bench, &token).await;
    let whole: BTreeMap<RecordId, String> = whole
        .lines
        .iter()
        .map(|line| {
            let text = line.record.get();
            (read_record(text).unwrap().id, text.to_owned())
        })
        .collect();
    assert_eq!(paged, whole);
}

#[tokio::test]
async fn a_snapshot_that_is_known_is_not_sent_again() {
    let (bench, token) = bench_with(1).await;
    let path = format!("/v1/feeds/{}/snapshot", bench.feed());
    let tag = bench.get(&path, &token).await.headers()["etag"].clone();
    let again = |token: String| {
        bench
            .http
            .get(bench.url(&path))
            .bearer_auth(token)
            .header("if-none-match", &tag)
            .send()
    };
    assert_eq!(again(token).await.unwrap().status(), 304);
    let auditor = bench.script("auditor").await.token;
    assert_eq!(
        again(auditor).await.unwrap().status(),
        200,
        "other grants see something else"
    );
}

#[tokio::test]
async fn the_chain_of_a_feed_covers_every_change() {
    let (bench, _) = bench_with(3).await;
    let feed = bench.feed();
    let (chain, head) = bench
        .service
        .core
        .storage
        .read(|view| -> Result<_, crate::service::storage::StorageError> {
            let mut chain = Digest::ZERO;
            view.changes_after(feed, Seq::START, |change| {
                chain = chain.link(change.chained_text().as_bytes());
                Ok(std::ops::ControlFlow::Continue(()))
            })?;
            Ok((chain, view.feed(feed)?.unwrap()))
        })
        .unwrap();
    assert_eq!((head.head, head.chain), (Seq(FIRST + 3), chain));
}
