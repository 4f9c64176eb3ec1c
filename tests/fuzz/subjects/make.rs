//! How the valid documents of [`super::seeds`] are made.

use serde_json::{Value, json};

use zhiban::domain::policy::Policy;
use zhiban::domain::record::Record;

use super::seeds::steps;
use super::world::{self, minute, uuid};

fn tree<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("a document of this program")
}

/// Every incident and entry of the way.
pub fn made() -> Vec<Value> {
    let changes = steps().iter().flat_map(|step| &step.changes);
    changes.map(|change| tree(&change.record)).collect()
}

pub fn events() -> Vec<Value> {
    let changes = steps().iter().flat_map(|step| &step.changes);
    changes.map(|change| tree(&change.event)).collect()
}

pub fn commands() -> Vec<Value> {
    steps().iter().map(|step| tree(&step.command)).collect()
}

pub fn policy() -> Policy {
    Policy::shipped()
}

pub fn policy_tree() -> Value {
    tree(&policy())
}

/// A record of every kind, and one of a kind that nobody knows.
pub fn records() -> Vec<Value> {
    let envelope = |id: u128, kind: &str, doc: Value| json!({"id": uuid(id), "kind": kind, "area": "420607", "rev": 1, "doc": doc});
    let mut records = made();
    records.extend([
        envelope(2, "place", json!({"name": "樊城区", "zz-new": 1})),
        envelope(
            3,
            "unit",
            json!({"name": "石桥镇政府", "kind": "town-office", "phone": "110"}),
        ),
        envelope(
            4,
            "person",
            json!({"name": "陈立", "unit": uuid(3), "kind": "mediator", "post": "调解员"}),
        ),
        envelope(5, "policy", policy_tree()),
        envelope(1_001, "officer", tree(&world::officers()[0])),
        envelope(6, "drone", json!({"b": 1.5, "a": [1, 2]})),
    ]);
    for record in &records {
        let read: Result<Record, _> = serde_json::from_value(record.clone());
        assert!(read.is_ok(), "{record}: {read:?}");
    }
    records
}

/// Changes of a feed, numbered from 1: whole ones, a stub, one gone.
pub fn changes() -> Vec<Value> {
    let mut changes = vec![json!({})];
    for record in records().split_off(made().len()) {
        changes.push(json!({"event": {"verb": "set", "at": 0}, "record": record}));
    }
    let steps = steps().iter().flat_map(|step| &step.changes);
    changes.extend(steps.map(|it| json!({"event": it.event, "record": it.record})));
    changes.push(json!({"gone": {"kind": "incident", "id": world::incident_id()}}));
    for (place, change) in changes.iter_mut().enumerate() {
        change["seq"] = json!(place + 1);
        change["tx"] = json!(place + 1);
    }
    changes
}

pub fn page() -> Value {
    let changes = changes();
    json!({
        "epoch": world::epoch(), "head": changes.len(), "durable_upto": 1, "more": false,
        "changes": changes, "mark": {"seq": changes.len(), "chain": "0f".repeat(32)},
    })
}

pub fn feeds() -> Value {
    let feed = |name: &str| {
        json!({"feed": name, "epoch": world::epoch(), "head": 9, "low_water": 1,
            "durable_upto": 8, "chain": "0f".repeat(32), "kinship": "forked"})
    };
    json!([
        feed("420607"),
        feed("o-00000000-0000-0000-0000-000000000001")
    ])
}

pub fn problem() -> Value {
    json!({"type": "urn:zhiban:slow-down", "status": 429, "title": "slower", "detail": "d",
        "field": "commands[0].args", "tries_left": 3, "retry_after_s": 4})
}

pub fn header() -> Value {
    json!({"snapshot": 1, "feed": "420607", "epoch": world::epoch(), "seq": 9,
        "counts": {"incident": 1, "drone": 1}, "chain": "0f".repeat(32)})
}

pub fn line() -> Value {
    let record = made().pop();
    let event = events().pop();
    json!({"record": record, "events": [{"seq": 3, "event": event}]})
}

pub fn sign_in() -> Value {
    json!({"account": "duty", "password": "p",
        "resume": {"mac": "0f".repeat(32)},
        "station": {"device": world::device(), "name": "一号席", "public_key": "AAAA",
            "store_key": "AAAA", "at": minute(0), "signature": "AAAA"}})
}

pub fn signed_in() -> Value {
    let officer = tree(&world::officers()[0]);
    json!({"token": "t", "expires_at": minute(60), "server_time": minute(0),
        "grants": officer["grants"], "officer": officer, "grant_version": 1,
        "feeds": ["420607"],
        "desk": {"device_secret": "AAAA", "store_key": "AAAA", "last_dseq": 7}})
}

pub fn push() -> Value {
    json!({"device": world::device(), "commands": commands()})
}

pub fn push_reply() -> Value {
    let written = json!([{"feed": "420607", "seq": 9, "chain": "0f".repeat(32)}]);
    let number = "420607101-20261123-0001";
    let id = |n: u128| json!(uuid(0xC000_0000 + n));
    json!({"server_time": minute(0), "results": [
        {"id": id(1), "verdict": "accepted", "written": written, "number": number},
        {"id": id(2), "verdict": "duplicate", "written": written},
        {"id": id(3), "verdict": "late", "written": written},
        {"id": id(4), "verdict": "refused", "record": made().pop(),
            "refusal": {"by": "rule", "rule": {"reason": "not-found"}}},
        {"id": id(5), "verdict": "refused", "refusal": {"by": "mac"}},
        {"id": id(6), "verdict": "quarantined", "why": "copied"},
        {"id": id(7), "verdict": "retry", "after_ms": 500},
    ]})
}

pub fn beat() -> Value {
    json!({"server_time": minute(0), "heads": feeds(), "token_expires_at": minute(60)})
}

pub fn stream_change() -> Value {
    json!({"feed": "420607", "epoch": world::epoch(), "change": changes().pop(),
        "chain": "0f".repeat(32)})
}

pub fn stream_feed() -> Value {
    json!({"feed": "420607"})
}

pub fn bye() -> Value {
    json!({"retry_ms": 500})
}

pub fn stream_request() -> Value {
    json!({"cursors": [{"feed": "420607", "epoch": world::epoch(), "seq": 9,
        "chain": "0f".repeat(32)}]})
}

pub fn new_incident() -> Value {
    json!({"category": "0201", "area": "420607102", "title": "t", "place": "p", "summary": "s",
        "rank": "urgent", "people_count": 3, "occurred_at": minute(0), "source_name": "n",
        "source_phone": "1"})
}
