//! `GET /v1/feeds/{feed}/snapshot`: everything at once.
//!
//! The body is zstd (`application/zstd`) over NDJSON, whatever the request
//! accepts; a proxy has no reason to touch it. It is sent while it is made, by
//! way of a [`spool`]: the database is held as long as the making takes, never
//! as long as a slow line does. A part is never given: a snapshot that broke
//! off is taken anew.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, timeout};

use super::super::core::Core;
use super::super::feed::snapshot::{self, SnapshotError};
use super::super::storage::Standing;
use super::problem::{Answer, Fault};
use super::spool::{self, Draining, Ready};
use super::{Shared, body};
use crate::domain::officer::Officer;
use crate::wire::feed::{FeedId, Seq};
use crate::wire::proof::Digest;

/// The media type of a snapshot.
const ZSTD: &str = "application/zstd";
/// How long a caller waits for a turn, in seconds: less than a workstation
/// waits for an answer.
const TURN_TIMEOUT_S: u64 = 10;
/// How long one snapshot may be under way, in seconds. A million incidents over
/// a megabit a second take half an hour.
const SENDING_TIMEOUT_S: u64 = 2 * 3_600;

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
    let tag = |seq: Seq| {
        let scope = format!("{} {feed} {seq} {}", core.epoch(), caller.officer.scope());
        format!("\"{}\"", Digest::of(scope.as_bytes()))
    };
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known == tag(head.head));
    if unchanged {
        let tag = tag(head.head);
        return Ok(respond(StatusCode::NOT_MODIFIED, &tag, Body::empty()));
    }
    let sending = turn(&core.snapshots.sent).await?;
    let making = turn(&core.snapshots.made).await?;
    let (seq, draining) = begin(&core, caller.officer.clone(), feed, making).await?;
    let sending = Sending {
        core: Arc::clone(&core),
        officer: caller.officer.clone(),
        draining,
        until: Instant::now() + Duration::from_secs(SENDING_TIMEOUT_S),
        _turn: sending,
    };
    Ok(respond(StatusCode::OK, &tag(seq), sending.body()))
}

/// Waits for one of few places, for a while.
async fn turn(places: &Arc<Semaphore>) -> Answer<OwnedSemaphorePermit> {
    let limit = Duration::from_secs(TURN_TIMEOUT_S);
    match timeout(limit, Arc::clone(places).acquire_owned()).await {
        Ok(Ok(permit)) => Ok(permit),
        // The semaphore is never closed.
        Ok(Err(_)) | Err(_) => Err(Fault::busy("too many snapshots are taken now")),
    }
}

/// Has a snapshot made beside, and answers as soon as its place is known.
async fn begin(
    core: &Shared,
    officer: Officer,
    feed: FeedId,
    turn: OwnedSemaphorePermit,
) -> Answer<(Seq, Draining)> {
    let (tell, told) = oneshot::channel();
    let core = Arc::clone(core);
    tokio::spawn(async move {
        let _turn = turn;
        let making = core.blocking(move |core| {
            make(core, &officer, feed, tell);
            Ok::<_, Fault>(())
        });
        // A thread that failed has told nothing, and that is seen.
        let _logged = making.await;
    });
    told.await
        .map_err(|_| Fault::from(super::super::storage::StorageError::RanOut("threads")))?
}

/// Tells what the answer's head needs: the place and the body, or why there is
/// none.
type Tell = oneshot::Sender<Answer<(Seq, Draining)>>;

/// Makes a snapshot. Blocks.
fn make(core: &Core, officer: &Officer, feed: FeedId, tell: Tell) {
    let mut waiting = Some(tell);
    if let Err(error) = try_make(core, officer, feed, &mut waiting) {
        let Some(tell) = waiting else {
            let error = &error as &dyn std::error::Error;
            return tracing::info!(error, "a snapshot was given up");
        };
        drop(tell.send(Err(error.into())));
    }
}

fn try_make(
    core: &Core,
    officer: &Officer,
    feed: FeedId,
    waiting: &mut Option<Tell>,
) -> Result<(), SnapshotError> {
    let (mut filling, draining) = spool::open(&core.folder)?;
    core.storage.read(|view| {
        snapshot::write(core, view, officer, feed, &mut filling, |seq| {
            if let Some(tell) = waiting.take() {
                // Whoever asked may have gone; the first write finds out.
                drop(tell.send(Ok((seq, draining))));
            }
        })
    })?;
    filling.finish();
    Ok(())
}

/// A snapshot on its way to its reader.
struct Sending {
    core: Shared,
    officer: Officer,
    draining: Draining,
    until: Instant,
    _turn: OwnedSemaphorePermit,
}

impl Sending {
    fn body(self) -> Body {
        let pieces = futures_util::stream::unfold(Some(self), |sending| async {
            let mut sending = sending?;
            match sending.piece().await {
                Ok(None) => None,
                Ok(Some(piece)) => Some((Ok(piece), Some(sending))),
                Err(error) => Some((Err(error), None)),
            }
        });
        Body::from_stream(pieces)
    }

    async fn piece(&mut self) -> Result<Option<Vec<u8>>, SnapshotError> {
        let Some(ready) = self.draining.ready().await? else {
            return Ok(None);
        };
        if Instant::now() >= self.until {
            return Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
        }
        let (id, version) = (self.officer.id, self.officer.grant_version);
        let read = move |core: &Core| {
            let account = core.storage.read(|view| view.account(id))?;
            let same = account.is_some_and(|account| {
                account.standing == Standing::Active && account.officer.grant_version == version
            });
            if same {
                Ok(Some(Ready::read(ready)?))
            } else {
                Err(SnapshotError::Unwelcome)
            }
        };
        self.core.blocking(read).await
    }
}

fn respond(status: StatusCode, tag: &str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
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
