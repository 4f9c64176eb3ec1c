//! `GET /v1/feeds`: what the caller may read, and where it stands.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

use super::super::core::Core;
use super::super::feed::audience;
use super::super::storage::StorageError;
use super::problem::Answer;
use super::{Shared, body};
use crate::domain::officer::Officer;
use crate::wire::feed::FeedInfo;

/// `GET /v1/feeds`.
pub async fn list(State(core): State<Shared>, headers: HeaderMap) -> Answer<Json<Vec<FeedInfo>>> {
    let caller = body::caller(&core, &headers).await?;
    let feeds = core
        .blocking(move |core| heads(core, &caller.officer))
        .await?;
    Ok(Json(feeds))
}

/// Where the officer's feeds stand.
pub fn heads(core: &Core, officer: &Officer) -> Result<Vec<FeedInfo>, StorageError> {
    let epoch = core.epoch();
    core.storage.read(|view| {
        let mut infos = Vec::new();
        for feed in audience::feeds_of(officer, &view.area_feeds()?) {
            if let Some(head) = view.feed(feed)? {
                infos.push(FeedInfo {
                    feed,
                    epoch,
                    head: head.head,
                    low_water: head.low_water,
                    durable_upto: head.head,
                });
            }
        }
        Ok(infos)
    })
}
