//! `GET /v1/records/{kind}/{id}` and its timeline: one record, as the caller
//! may see it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::value::RawValue;

use super::super::feed::{audience, sequencer};
use super::super::storage::{StoredRecord, View};
use super::problem::{Answer, Fault};
use super::{Shared, body};
use crate::domain::ids::RecordId;
use crate::domain::officer::Officer;
use crate::domain::record::Kind;
use crate::wire::feed::PlacedEvent;

/// The most events, and the most entries, that a timeline gives: the latest.
pub const TIMELINE_ITEMS_MAX: usize = 500;

/// A record's events, and the entries that speak of it; both oldest first.
#[derive(Debug, Serialize)]
pub struct Timeline {
    events: Vec<PlacedEvent>,
    entries: Vec<Box<RawValue>>,
}

/// `GET /v1/records/{kind}/{id}`.
pub async fn one(
    State(core): State<Shared>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Json<Box<RawValue>>> {
    let caller = body::caller(&core, &headers).await?;
    let id = body::name("id", &id)?;
    let text = core
        .reading(move |core| {
            core.storage.read(|view| {
                let stored = find(view, &caller.officer, &kind, id)?;
                audience::record_for(&caller.officer, &stored)?.ok_or_else(nothing)
            })
        })
        .await?;
    Ok(Json(sequencer::raw(text)?))
}

/// `GET /v1/records/{kind}/{id}/timeline`.
pub async fn timeline(
    State(core): State<Shared>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<Json<Timeline>> {
    let caller = body::caller(&core, &headers).await?;
    let id = body::name("id", &id)?;
    let timeline = core
        .reading(move |core| {
            core.storage
                .read(|view| told(view, &caller.officer, &kind, id))
        })
        .await?;
    Ok(Json(timeline))
}

fn told(view: &View<'_>, officer: &Officer, kind: &str, id: RecordId) -> Answer<Timeline> {
    let stored = find(view, officer, kind, id)?;
    let mut events = Vec::new();
    for change in view.changes_of(stored.feed, id, TIMELINE_ITEMS_MAX)? {
        // By where the record belonged then: an event of a time in which the
        // caller had no sight of it stays unseen.
        let sight = audience::sight(officer, change.feed, &change.kind, change.area_after);
        if let Some(event) = audience::event_for(sight, &change.event)? {
            events.push(PlacedEvent {
                seq: change.seq,
                event: sequencer::raw(event)?,
            });
        }
    }
    let mut entries = Vec::new();
    for entry in view.records_about(stored.feed, id, TIMELINE_ITEMS_MAX)? {
        if let Some(text) = audience::record_for(officer, &entry)? {
            entries.push(sequencer::raw(text)?);
        }
    }
    Ok(Timeline { events, entries })
}

/// The record, if there is one of this kind that the officer may see at all.
fn find(view: &View<'_>, officer: &Officer, kind: &str, id: RecordId) -> Answer<StoredRecord> {
    let kind = Kind::from_name(kind);
    for feed in audience::feeds_of(officer, &view.area_feeds()?) {
        if let Some(stored) = view.record(feed, id)?
            && stored.kind == kind
            && audience::record_for(officer, &stored)?.is_some()
        {
            return Ok(stored);
        }
    }
    Err(nothing())
}

fn nothing() -> Fault {
    Fault::not_found("no such record, or not for you")
}
