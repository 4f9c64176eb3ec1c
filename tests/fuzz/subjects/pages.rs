//! The desk's copy under a service that says anything: pages, snapshots and
//! verdicts are taken whole or not at all, records and cursor together, and
//! what is shown is what came.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use zhiban::domain::ids::RecordId;
use zhiban::store::handle::{
    ChangesIn, DeviceSecret, Executor, Identity, NewAct, SnapshotFault, Store, StoreError, StoreKey,
};
use zhiban::store::salvage::Teller;
use zhiban::store::view::{Anchor, Filter, Scope, Sort};
use zhiban::sync::snapshot::{Part, SnapshotReader};
use zhiban::wire::bounds::from_json;
use zhiban::wire::command::PushReply;
use zhiban::wire::feed::{Brings, ChangesPage, RECORD_BYTES_MAX, Seq, WireChange, read_record};

use super::draw::Draw;
use super::snapshot::Made;
use super::{seeds, shape, world};

/// Things that happen to one copy.
const TURNS_MAX: usize = 6;
/// Rows that are looked at; more do not come here.
const ROWS_MAX: usize = 200;
/// The latest rows of a timeline that are looked at.
const TIMELINE_MAX: usize = 50;

/// A fresh copy, made once.
static FRESH: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = folder();
    drop(open(folder.path()));
    folder
});

/// In memory where there is room: every page is written through.
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder")
}

fn open(folder: &Path) -> Store {
    let identity = Identity {
        device: world::device(),
        issued_to: world::device(),
        officer: world::officers()[0].clone(),
        store_key: StoreKey::new([9; 32]),
        device_secret: DeviceSecret::new([7; 32]),
    };
    let chance = std::sync::atomic::AtomicU64::new(0);
    let chance = move || {
        let mut bytes = [0; 10];
        let next = chance.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        bytes[2..].copy_from_slice(&next.to_be_bytes());
        bytes
    };
    Store::open_with(
        folder,
        identity,
        Executor::Inline,
        std::sync::Arc::new(chance),
    )
    .expect("a copy opens")
}

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let folder = folder();
    for entry in std::fs::read_dir(FRESH.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let store = open(folder.path());
    untouched(&store);
    for _ in 0..TURNS_MAX {
        if draw.is_spent() {
            break;
        }
        match draw.byte() % 5 {
            0 | 1 => page(&store, &mut draw),
            2 => snapshot(&store, &mut draw),
            3 => act(&store, &mut draw),
            _ => verdicts(&store, &mut draw),
        }
        adds_up(&store);
    }
    let left = state(&store);
    drop(store);
    let again = open(folder.path());
    untouched(&again);
    assert_eq!(state(&again), left, "a new start shows something else");
}

/// Nothing of the copy was found damaged.
fn untouched(store: &Store) {
    let findings = store.findings(Teller::CommandLine);
    assert!(findings.is_empty(), "{findings:?}");
}

/// All that can be seen of the copy.
fn state(store: &Store) -> Vec<String> {
    let mut seen = vec![
        format!("{:?}", store.cursor(world::feed()).wait().unwrap()),
        format!("{:?}", store.counts().wait().unwrap()),
        format!("{:?}", store.policy().0),
    ];
    for id in ids() {
        let shown = store.shown(id).wait().unwrap();
        seen.push(format!("{id} {shown:?}"));
    }
    let line = store.timeline(world::incident_id(), TIMELINE_MAX);
    seen.push(format!("{:?}", line.wait().unwrap()));
    seen.push(format!("{:?}", store.outbox().wait().unwrap()));
    seen.push(format!("{:?}", rows(store)));
    seen
}

/// The records that are spoken of here.
fn ids() -> BTreeSet<RecordId> {
    static IDS: LazyLock<BTreeSet<RecordId>> = LazyLock::new(|| {
        let records = seeds::records();
        let ids = records.iter().map(|record| record["id"].clone());
        ids.map(|id| serde_json::from_value(id).unwrap()).collect()
    });
    IDS.clone()
}

fn rows(store: &Store) -> Vec<RecordId> {
    let filter = Filter {
        scope: Scope::All,
        ..Filter::default()
    };
    let page = store.queue(filter, Sort::Rank, Anchor::First, ROWS_MAX);
    let page = page.wait().expect("the queue is read");
    page.rows.into_iter().map(|(_, row)| row.id).collect()
}

/// Counts that are kept up agree with what there is.
fn adds_up(store: &Store) {
    let counts = store.counts().wait().expect("counts are read");
    let rows = rows(store);
    assert_eq!(counts.incidents, rows.len() as u64, "{counts:?} {rows:?}");
    let _timeline = store.timeline(world::incident_id(), TIMELINE_MAX).wait();
    let acts = store.outbox().wait().expect("the outbox is read");
    assert!(
        counts.outbox + counts.refused <= acts.len() as u64,
        "{counts:?} {acts:?}"
    );
}

/// A page after the cursor, or one that does not follow, with edits.
fn page(store: &Store, draw: &mut Draw<'_>) {
    let cursor = store.cursor(world::feed()).wait().unwrap();
    let last = cursor.map_or(0, |cursor| cursor.seq.0);
    let first = match draw.byte() {
        255 => last + 2,
        254 => last.saturating_sub(3),
        _ => last + 1,
    };
    let all = seeds::changes();
    let mut changes = Vec::new();
    for place in 0..draw.below(9) as u64 {
        let mut change = all[draw.below(all.len())].clone();
        change["seq"] = json!(first + place);
        change["tx"] = json!(first);
        changes.push(change);
    }
    let mut page = seeds::page().clone();
    page["head"] = json!(first + changes.len() as u64);
    page["changes"] = Value::Array(changes);
    if let Some(cursor) = cursor {
        page["epoch"] = json!(cursor.epoch);
    }
    let length = draw.below(48);
    let mut inner = Draw::new(draw.some(length));
    let text = shape::text(&mut inner, &[page]);
    let Ok(page) = from_json::<ChangesPage>(&text) else {
        return;
    };
    take(store, page);
}

fn take(store: &Store, page: ChangesPage) {
    let before = state(store);
    let cursor = store.cursor(world::feed()).wait().unwrap();
    let changes = page.changes.clone();
    let last = changes.last().map(|change| change.seq);
    let outcome = store
        .changes(ChangesIn {
            feed: world::feed(),
            epoch: page.epoch,
            changes: page.changes,
            head: page.head,
            durable_upto: page.durable_upto,
            mark: page.mark,
        })
        .wait();
    let applied = match outcome {
        Ok(applied) => applied,
        Err(StoreError::Hole { .. } | StoreError::OtherEpoch { .. }) => {
            assert_eq!(state(store), before, "a refused page left something");
            return;
        }
        Err(error) => panic!("the service's words made the store fail: {error:?}"),
    };
    let had = cursor.map_or(Seq::START, |cursor| cursor.seq);
    let now = store
        .cursor(world::feed())
        .wait()
        .unwrap()
        .expect("a cursor");
    assert_eq!(now, applied.cursor);
    assert_eq!(now.seq, last.filter(|last| *last > had).unwrap_or(had));
    // What came last for a record is what is shown, where nothing waits on it.
    if !store.outbox().wait().unwrap().is_empty() {
        return;
    }
    let last = changes.iter().rfind(|change| change.seq > had);
    match last.map(WireChange::brings) {
        Some(Brings::State { record, event }) => {
            let sized = record.get().len().max(event.get().len()) <= RECORD_BYTES_MAX;
            // A document of a newer program is kept as text.
            if let (Ok(came), true) = (read_record(record.get()), sized) {
                let shown = store.shown(came.id).wait().unwrap();
                assert_eq!(shown.map(|shown| shown.record), Some(came));
            }
        }
        Some(Brings::Gone(name)) => assert_eq!(store.shown(name.id).wait().unwrap(), None),
        Some(Brings::Stub) | None => {}
    }
}

/// A snapshot, by way of the reader and the store as the engine does it.
fn snapshot(store: &Store, draw: &mut Draw<'_>) {
    let length = draw.below(200);
    let mut inner = Draw::new(draw.some(length));
    let made = Made::draw(&mut inner);
    let before = state(store);
    match taken(store, &made.text) {
        Taken::Whole { seq } => {
            let now = store.cursor(world::feed()).wait().unwrap();
            assert_eq!(now.map(|cursor| cursor.seq), Some(seq));
        }
        Taken::Discarded => {
            store.snapshot_abort().wait().expect("what came is dropped");
            assert_eq!(state(store), before, "half a snapshot was taken");
        }
    }
}

enum Taken {
    Whole { seq: Seq },
    Discarded,
}

fn taken(store: &Store, text: &[u8]) -> Taken {
    let mut reader = SnapshotReader::new();
    reader.feed(text);
    let mut seq = Seq::START;
    loop {
        let outcome = match reader.next_part() {
            Ok(Some(Part::Header(header))) if header.feed == world::feed() => {
                seq = header.seq;
                store.snapshot_begin(header).wait()
            }
            Ok(Some(Part::Line(line))) => store.snapshot_lines(vec![line]).wait(),
            Ok(Some(Part::Trailer(trailer, received))) => {
                match store.snapshot_end(trailer, received).wait() {
                    Ok(()) => return Taken::Whole { seq },
                    Err(error) => Err(error),
                }
            }
            Ok(Some(Part::Header(_)) | None) | Err(_) => return Taken::Discarded,
        };
        match outcome {
            Ok(()) => {}
            Err(StoreError::Snapshot(fault)) => {
                assert_ne!(fault, SnapshotFault::NotBegun);
                return Taken::Discarded;
            }
            Err(error) => panic!("the service's words made the store fail: {error:?}"),
        }
    }
}

/// An officer acts on what the copy shows.
fn act(store: &Store, draw: &mut Draw<'_>) {
    let step = &seeds::steps()[draw.below(seeds::steps().len())];
    let mut targets = step.command.targets.clone();
    if draw.byte().is_multiple_of(2)
        && let Some(shown) = store.shown(world::incident_id()).wait().unwrap()
    {
        targets = vec![zhiban::domain::command::Target::seen(&shown.record)];
    }
    let before = state(store);
    let submitted = store
        .submit(NewAct {
            targets,
            act: step.command.act.clone(),
            made_at: step.command.made_at,
            offset_ms: 0,
        })
        .wait();
    match submitted {
        Ok(submitted) => {
            let waiting = store.outbox().wait().unwrap();
            assert!(waiting.iter().any(|row| row.id == submitted.command));
        }
        Err(_) => assert_eq!(state(store), before, "a refused act left something"),
    }
}

/// The service's verdicts on what waits, with edits.
fn verdicts(store: &Store, draw: &mut Draw<'_>) {
    let waiting = store.pending(9).wait().expect("the outbox is read");
    let mut reply = seeds::push_reply().clone();
    let results = reply["results"].as_array_mut().unwrap();
    for (result, command) in results.iter_mut().zip(&waiting) {
        result["id"] = json!(command.id);
    }
    results.rotate_left(draw.below(7));
    let length = draw.below(48);
    let mut inner = Draw::new(draw.some(length));
    let text = shape::text(&mut inner, &[reply]);
    let Ok(reply) = from_json::<PushReply>(&text) else {
        return;
    };
    let acts = |store: &Store| store.outbox().wait().unwrap().len();
    let before = acts(store);
    let taken = store.results(reply.results, world::minute(99)).wait();
    taken.unwrap_or_else(|error| panic!("the service's words made the store fail: {error:?}"));
    assert!(acts(store) <= before, "a verdict made an act");
}

pub fn seeds() -> Vec<Vec<u8>> {
    let page = |first: u8| {
        vec![
            0,
            0,
            5,
            first,
            first + 1,
            first + 2,
            first + 3,
            first + 4,
            3,
            1,
            0,
            0,
        ]
    };
    let snapshot = [&[2, 14][..], &[3, 0, 21, 0, 22, 0, 27, 0, 0, 0, 0, 0, 0, 0]].concat();
    let mut all: Vec<Vec<u8>> = (0..8).map(|at| page(at * 4)).collect();
    all.push([page(0), page(5), page(9)].concat());
    all.push(snapshot.clone());
    all.push([page(0), snapshot, page(4)].concat());
    all.push([&page(7)[..], &[3, 1, 1, 3, 10, 1, 4, 0, 0], &page(12)].concat());
    all.push(
        [
            &[3, 0, 1][..],
            &[4, 0, 3, 1, 0, 0],
            &page(7),
            &[3, 1, 0, 4, 3, 0],
        ]
        .concat(),
    );
    all
}
