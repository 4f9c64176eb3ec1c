//! `GET /v1/feeds/{feed}/snapshot`: everything at once.
//!
//! The body is zstd (`application/zstd`) over NDJSON, whatever the request
//! accepts; a proxy has no reason to touch it. A part is never given: a
//! snapshot that broke off is taken anew.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::super::feed::snapshot;
use super::super::storage::StorageError;
use super::problem::{Answer, Fault};
use super::{Shared, body};
use crate::fault::fail_point;
use crate::wire::proof::Digest;

/// The media type of a snapshot.
const ZSTD: &str = "application/zstd";

/// `GET /v1/feeds/{feed}/snapshot`.
pub async fn take(
    State(core): State<Shared>,
    Path(feed): Path<String>,
    headers: HeaderMap,
) -> Answer<Response<Body>> {
    let caller = body::caller(&core, &headers).await?;
    let feed = body::feed(&caller, &feed)?;
    let head = core
        .blocking(move |core| core.storage.read(|view| view.feed(feed)))
        .await?
        .ok_or_else(|| Fault::not_found("no such feed, or not for you"))?;
    let tag = |seq: crate::wire::feed::Seq| {
        let scope = format!("{} {feed} {seq} {}", core.epoch(), caller.officer.scope());
        format!("\"{}\"", Digest::of(scope.as_bytes()))
    };
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known == tag(head.head));
    if unchanged {
        return Ok(respond(
            StatusCode::NOT_MODIFIED,
            &tag(head.head),
            Vec::new(),
        ));
    }
    // The semaphore is never closed.
    let _permit = core
        .snapshots
        .acquire()
        .await
        .map_err(|_| Fault::from(StorageError::RanOut("permits")))?;
    let officer = caller.officer.clone();
    let taken = core
        .reading(move |core| {
            Ok(core
                .storage
                .read(|view| snapshot::take(core, view, &officer, feed))?)
        })
        .await?;
    fail_point!(
        "service.snapshot.taken",
        StorageError::RanOut("luck").into()
    );
    Ok(respond(StatusCode::OK, &tag(taken.seq), taken.bytes))
}

fn respond(status: StatusCode, tag: &str, bytes: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(ZSTD));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("none"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-transform"),
    );
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
