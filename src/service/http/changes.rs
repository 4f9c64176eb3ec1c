//! `GET /v1/feeds/{feed}/changes`: the truth, page by page.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;

use super::super::feed::page::{self, Ask};
use super::problem::{Answer, Fault};
use super::{Shared, body};
use crate::wire::feed::{ChangesPage, Epoch, Seq};
use crate::wire::proof::Digest;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    epoch: Epoch,
    after: Seq,
    #[serde(default)]
    chain: Option<Digest>,
    #[serde(default)]
    limit: Option<usize>,
}

/// `GET /v1/feeds/{feed}/changes?epoch=&after=&chain=&limit=`.
pub async fn page(
    State(core): State<Shared>,
    Path(feed): Path<String>,
    params: Result<Query<Params>, QueryRejection>,
    headers: HeaderMap,
) -> Answer<Json<ChangesPage>> {
    let caller = body::caller(&core, &headers).await?;
    let feed = body::feed(&caller, &feed)?;
    let Query(params) = params.map_err(|error| {
        Fault::malformed("query", "epoch, after and limit are expected")
            .with_detail(error.body_text())
    })?;
    if params.limit == Some(0) {
        return Err(Fault::malformed("limit", "at least 1"));
    }
    let page = core
        .reading(move |core| {
            let most = core.options.page_changes_max;
            let ask = Ask {
                feed,
                epoch: params.epoch,
                after: params.after,
                chain: params.chain,
                limit: params.limit.unwrap_or(most).min(most),
            };
            let page = core
                .storage
                .read(|view| page::page(core, view, &caller.officer, ask))?;
            Ok(page)
        })
        .await?;
    Ok(Json(page))
}
