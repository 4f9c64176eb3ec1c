//! `GET /v1/feeds`: what the caller may read, and where it stands.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;

use super::super::core::Core;
use super::super::feed::{audience, kinship};
use super::super::storage::StorageError;
use super::problem::{Answer, Fault};
use super::{Shared, body};
use crate::domain::officer::Officer;
use crate::wire::feed::{Epoch, FeedId, FeedInfo, Mark, Seq};

/// Marks that a reader may state at a time.
const MARKS_MAX: usize = 64;

/// What a reader may state with its question: its marks, as
/// `<feed>:<epoch>:<seq>:<chain>` with commas between them.
#[derive(Debug, Deserialize)]
pub struct Params {
    #[serde(default)]
    marks: String,
}

type Marks = BTreeMap<FeedId, Vec<Mark>>;

/// `GET /v1/feeds?marks=`.
pub async fn list(
    State(core): State<Shared>,
    params: Result<Query<Params>, QueryRejection>,
    headers: HeaderMap,
) -> Answer<Json<Vec<FeedInfo>>> {
    let caller = body::caller(&core, &headers).await?;
    let wrong = || Fault::malformed("marks", "<feed>:<epoch>:<seq>:<chain> are expected");
    let Query(params) = params.map_err(|error| wrong().with_detail(error.body_text()))?;
    let marks = read_marks(&params.marks, core.epoch()).ok_or_else(wrong)?;
    let feeds = core
        .blocking(move |core| heads(core, &caller.officer, &marks))
        .await?;
    Ok(Json(feeds))
}

/// The marks of this life; those of another one say nothing about it.
fn read_marks(text: &str, life: Epoch) -> Option<Marks> {
    let mut marks = Marks::new();
    for (count, mark) in text.split(',').filter(|mark| !mark.is_empty()).enumerate() {
        let mut parts = mark.split(':');
        let (feed, epoch) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let mark = Mark {
            seq: Seq::try_from(parts.next()?.parse::<u64>().ok()?).ok()?,
            chain: parts.next()?.parse().ok()?,
        };
        if count >= MARKS_MAX || parts.next().is_some() {
            return None;
        }
        if Epoch(epoch) == life {
            marks.entry(feed).or_default().push(mark);
        }
    }
    Some(marks)
}

/// Where the officer's feeds stand, and what these marks are worth.
pub fn heads(core: &Core, officer: &Officer, marks: &Marks) -> Result<Vec<FeedInfo>, StorageError> {
    let epoch = core.epoch();
    core.storage.read(|view| {
        let mut infos = Vec::new();
        for feed in audience::feeds_of(officer, &view.area_feeds()?) {
            if let Some(head) = view.feed(feed)? {
                let stated = marks.get(&feed).map(Vec::as_slice).unwrap_or_default();
                infos.push(FeedInfo {
                    feed,
                    epoch,
                    head: head.head,
                    low_water: head.low_water,
                    durable_upto: head.head,
                    chain: Some(core.master.word(&head.chain)),
                    kinship: kinship::of(core, view, &head, stated)?,
                });
            }
        }
        Ok(infos)
    })
}
