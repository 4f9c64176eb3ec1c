//! Every document of the wire: what is read is written and read again to the
//! same, and what a program does not know is kept whole (I14).

use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::sync::LazyLock;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use zhiban::domain::area::AreaCode;
use zhiban::domain::incident::number::IncidentNumber;
use zhiban::domain::record::{Body, Record};
use zhiban::domain::time::Date;
use zhiban::wire::bounds::from_json;
use zhiban::wire::command::{CommandResult, Push, PushReply, WireCommand};
use zhiban::wire::feed::{
    ChangesPage, FeedId, FeedInfo, SnapshotHeader, SnapshotLine, SnapshotTrailer, Stated,
    WireChange, read_event, read_record,
};
use zhiban::wire::incident::{IncidentMade, NewIncident};
use zhiban::wire::problem::Problem;
use zhiban::wire::proof::{Digest, Mac};
use zhiban::wire::session::{SessionInfo, SignIn, SignedIn};
use zhiban::wire::stream::{Beat, Bye, StreamChange, StreamFeed, StreamRequest};

use super::draw::Draw;
use super::{seeds, shape};

/// A kind of document: how it is read, and valid ones.
struct Document {
    check: fn(&[u8]),
    seeds: Vec<Value>,
}

static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let document = |check: fn(&[u8]), seeds: Vec<Value>| Document { check, seeds };
    let results = seeds::push_reply()["results"].as_array().unwrap().clone();
    vec![
        document(record, seeds::records().clone()),
        document(event, seeds::events().clone()),
        document(command, seeds::commands().clone()),
        document(page, vec![seeds::page().clone()]),
        document(change, seeds::changes().clone()),
        document(same::<Push>, vec![seeds::push().clone()]),
        document(same::<PushReply>, vec![seeds::push_reply().clone()]),
        document(same::<CommandResult>, results),
        document(same::<Vec<FeedInfo>>, vec![seeds::feeds().clone()]),
        document(same::<SnapshotHeader>, vec![seeds::header().clone()]),
        document(same::<SnapshotLine>, vec![seeds::line().clone()]),
        document(
            same::<SnapshotTrailer>,
            vec![serde_json::json!({"trailer": {"counts": {"drone": 1}, "sha256": "00"}})],
        ),
        document(same::<SignIn>, vec![seeds::sign_in().clone()]),
        document(same::<SignedIn>, vec![seeds::signed_in().clone()]),
        document(
            same::<Vec<SessionInfo>>,
            vec![
                serde_json::json!([{"officer": super::world::uuid(1), "since": 0,
                "device": super::world::device(), "expires_at": 9}]),
            ],
        ),
        document(same::<StreamRequest>, vec![seeds::stream_request().clone()]),
        document(same::<StreamChange>, vec![seeds::stream_change().clone()]),
        document(same::<StreamFeed>, vec![seeds::stream_feed().clone()]),
        document(same::<Beat>, vec![seeds::beat().clone()]),
        document(same::<Bye>, vec![seeds::bye().clone()]),
        document(same::<Problem>, vec![seeds::problem().clone()]),
        document(same::<NewIncident>, vec![seeds::new_incident().clone()]),
        document(
            same::<IncidentMade>,
            vec![serde_json::json!({"id": super::world::uuid(1),
                "number": "420607101-20261123-0001"})],
        ),
        document(
            same::<Stated>,
            vec![seeds::stream_request()["cursors"][0].clone()],
        ),
    ]
});

/// Names that are read from paths, queries and headers.
const NAMES: [fn(&str); 6] = [
    name::<FeedId>,
    name::<AreaCode>,
    name::<IncidentNumber>,
    name::<Date>,
    name::<Digest>,
    name::<Mac>,
];

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let kind = draw.below(DOCUMENTS.len() + NAMES.len());
    if let Some(document) = DOCUMENTS.get(kind) {
        (document.check)(&shape::text(&mut draw, &document.seeds));
    } else {
        let text = String::from_utf8_lossy(draw.rest());
        NAMES[kind - DOCUMENTS.len()](&text);
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for (kind, document) in DOCUMENTS.iter().enumerate() {
        let kind = u8::try_from(kind).unwrap();
        for (at, seed) in document.seeds.iter().enumerate() {
            let mut raw = vec![kind, shape::RAW];
            raw.extend(serde_json::to_vec(seed).unwrap());
            all.push(raw);
            all.push(vec![kind, 1, u8::try_from(at).unwrap(), 1, 0, 2, 5]);
        }
    }
    let names = [
        "o-00000000-0000-0000-0000-000000000001",
        "420607101201",
        "420607101-20261123-0001",
        "2026-11-23",
        &"0f".repeat(32),
        &"F0".repeat(32),
    ];
    for (at, text) in names.iter().enumerate() {
        let mut name = vec![u8::try_from(DOCUMENTS.len() + at).unwrap()];
        name.extend(text.bytes());
        all.push(name);
    }
    all
}

/// What is read is written and read again to the same.
fn reread<T: Serialize + DeserializeOwned>(text: &[u8]) -> Option<(T, Vec<u8>)> {
    let read: T = from_json(text).ok()?;
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let again: T = from_json(&written)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&written)));
    let rewritten = serde_json::to_vec(&again).expect("what was read can be written");
    assert_eq!(
        String::from_utf8_lossy(&rewritten),
        String::from_utf8_lossy(&written)
    );
    Some((read, written))
}

fn same<T: Serialize + DeserializeOwned>(text: &[u8]) {
    let _read_or_refused = reread::<T>(text);
}

fn name<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        let written = read.to_string();
        assert_eq!(written.parse::<T>().ok().as_ref(), Some(&read), "{written}");
    }
}

/// Whether `part`, which is text, stands in `whole` byte for byte. A field that
/// nobody reads need not be text.
fn holds(whole: &[u8], part: &str) -> bool {
    String::from_utf8_lossy(whole).contains(part)
}

fn change(text: &[u8]) {
    if let Some((change, written)) = reread::<WireChange>(text) {
        kept(&change, text, &written);
    }
}

fn page(text: &[u8]) {
    if let Some((page, written)) = reread::<ChangesPage>(text) {
        for change in &page.changes {
            kept(change, text, &written);
        }
    }
}

/// Records and events travel as the text that came.
fn kept(change: &WireChange, text: &[u8], written: &[u8]) {
    for raw in [&change.event, &change.record].into_iter().flatten() {
        assert!(holds(text, raw.get()) && holds(written, raw.get()), "{raw}");
    }
}

fn event(text: &[u8]) {
    let Some(event) = std::str::from_utf8(text).ok().and_then(read_event) else {
        return;
    };
    let written = serde_json::to_string(&event).expect("what was read can be written");
    assert_eq!(read_event(&written), Some(event));
}

fn command(text: &[u8]) {
    let Some((command, written)) = reread::<WireCommand>(text) else {
        return;
    };
    // What is signed is what travels, but for the MAC.
    let signed = command.signed_bytes().expect("what was read can be signed");
    let tail = format!(",\"mac\":\"{}\"}}", command.mac);
    let bare = written.strip_suffix(tail.as_bytes()).expect("the MAC last");
    assert_eq!(signed.strip_suffix(b"}"), Some(bare));
    assert_eq!(command.to_domain().targets, command.targets);
}

fn record(text: &[u8]) {
    let Some(record) = std::str::from_utf8(text)
        .ok()
        .and_then(|text| read_record(text).ok())
    else {
        return;
    };
    let written = serde_json::to_string(&record).expect("what was read can be written");
    let again: Record = read_record(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(again, record);
    if let Body::Unknown { doc, .. } = &record.body {
        assert!(holds(text, doc) && holds(written.as_bytes(), doc), "{doc}");
        return;
    }
    // Fields of a newer program: a name twice has no meaning, so only where
    // the tree says what came.
    let (Ok(came), Ok(left)) = (
        serde_json::from_slice::<Value>(text),
        serde_json::from_str::<Value>(&written),
    ) else {
        return;
    };
    for part in ["doc", "sealed"] {
        let newer = came[part].as_object().into_iter().flatten();
        for (name, value) in newer.filter(|(name, _)| name.starts_with("zz-")) {
            assert_eq!(left[part].get(name), Some(value), "{part}.{name} was lost");
        }
    }
}
