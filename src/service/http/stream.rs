//! The live stream: server-sent events, a hint that carries data.
//!
//! A stream listens to the bus first, then reads what the reader missed, then
//! goes live and drops what it has sent already, by number. Whoever is too far
//! behind, or too slow, is told to pull; nothing is left out silently. It ends
//! with `bye` when the service stops, the token ends, or the grants change.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::Instant;

use super::super::auth::caller::{self, Caller};
use super::super::core::Stopping;
use super::super::feed::audience;
use super::super::feed::bus::Told;
use super::super::feed::page::{self, Ask, PageError};
use super::super::pace::StreamPlace;
use super::super::storage::{StorageError, StoredChange};
use super::feeds::heads;
use super::problem::{Answer, Fault};
use super::{Shared, body};
use crate::fault::fail_point;
use crate::wire::feed::{Cursor, Epoch, FeedId, Kinship, Seq, Stated, WireChange};
use crate::wire::proof::Digest;
use crate::wire::stream::{Beat, Bye, StreamChange, StreamFeed, StreamRequest, name};

/// Cursors of one stream.
pub const CURSORS_MAX: usize = 32;
/// When to come back after a `bye`, in milliseconds.
const BYE_RETRY_MS: u64 = 1_000;

/// `POST /v1/stream`.
pub async fn open(
    State(core): State<Shared>,
    headers: HeaderMap,
    request: Body,
) -> Answer<Response<Body>> {
    let caller = body::caller(&core, &headers).await?;
    let request: StreamRequest = body::read(request, body::BODY_BYTES_MAX).await?;
    if request.cursors.is_empty() || request.cursors.len() > CURSORS_MAX {
        return Err(Fault::malformed(
            "cursors",
            format!("1 to {CURSORS_MAX} are expected"),
        ));
    }
    for (at, cursor) in request.cursors.iter().enumerate() {
        if !audience::may_read(&caller.officer, cursor.cursor.feed) {
            return Err(
                Fault::not_found("no such feed, or not for you").at(format!("cursors[{at}].feed"))
            );
        }
    }
    Ok(start(&core, caller, request.cursors))
}

/// `GET /v1/feeds/{feed}/stream`, for curl: from `Last-Event-ID`
/// (`<epoch>:<seq>`), or from now on.
pub async fn of_feed(
    State(core): State<Shared>,
    Path(feed): Path<String>,
    headers: HeaderMap,
) -> Answer<Response<Body>> {
    let caller = body::caller(&core, &headers).await?;
    let feed = body::feed(&caller, &feed)?;
    let cursor = if let Some(id) = headers.get("last-event-id") {
        last_event(feed, id)?
    } else {
        let head = core
            .blocking(move |core| core.storage.read(|view| view.feed(feed)))
            .await?
            .ok_or_else(|| Fault::not_found("no such feed, or not for you"))?;
        Cursor {
            feed,
            epoch: core.epoch(),
            seq: head.head,
        }
    };
    let stated = Stated {
        cursor,
        chain: None,
    };
    Ok(start(&core, caller, vec![stated]))
}

fn last_event(feed: FeedId, id: &HeaderValue) -> Answer<Cursor> {
    let wrong = || Fault::malformed("Last-Event-ID", "expected <epoch>:<seq>");
    let (epoch, seq) = id
        .to_str()
        .ok()
        .and_then(|text| text.split_once(':'))
        .ok_or_else(wrong)?;
    Ok(Cursor {
        feed,
        epoch: Epoch(epoch.parse().map_err(|_| wrong())?),
        seq: seq
            .parse::<u64>()
            .ok()
            .and_then(|seq| Seq::try_from(seq).ok())
            .ok_or_else(wrong)?,
    })
}

fn start(core: &Shared, caller: Caller, cursors: Vec<Stated>) -> Response<Body> {
    // Listen before anything is read: what is committed meanwhile comes twice
    // and is dropped by number, instead of not at all.
    let bus = core.bus.listen();
    let (events, mut waiting) = mpsc::channel(core.options.stream_events_max.max(1));
    let stream = Stream {
        core: Arc::clone(core),
        stopping: core.stopping.subscribe(),
        caller,
        events,
        places: BTreeMap::new(),
    };
    let place = core.paces.stream(stream.caller.token);
    tokio::spawn(stream.run(bus, cursors, place));
    let body = futures_util::stream::poll_fn(move |context| {
        waiting
            .poll_recv(context)
            .map(|event| event.map(Ok::<_, std::convert::Infallible>))
    });
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store, no-transform"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Why a stream ends.
#[derive(Debug)]
enum End {
    /// The reader has gone.
    Gone,
    /// The service says goodbye.
    Bye,
}

impl From<StorageError> for End {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "stream ended");
        Self::Bye
    }
}

struct Stream {
    core: Shared,
    stopping: watch::Receiver<Stopping>,
    caller: Caller,
    events: mpsc::Sender<Bytes>,
    /// The last change sent (or left to a pull) of each feed.
    places: BTreeMap<FeedId, Seq>,
}

impl Stream {
    async fn run(
        mut self,
        mut bus: broadcast::Receiver<Told>,
        cursors: Vec<Stated>,
        mut place: StreamPlace,
    ) {
        let mut stopping = self.stopping.clone();
        let expiry = self.until_expiry();
        // In this order: a busy feed must not keep the stream beyond its end.
        let end = tokio::select! {
            biased;
            () = stopped(&mut stopping) => End::Bye,
            () = expiry => End::Bye,
            () = place.taken() => End::Bye,
            end = self.follow(&mut bus, &cursors) => end,
        };
        match end {
            End::Gone => {}
            End::Bye => self.say_bye(),
        }
    }

    /// Waits for the end of the token, by the service's clock now and the
    /// timer from here; each heartbeat looks at the clock again.
    fn until_expiry(&self) -> tokio::time::Sleep {
        let left_ms = self.caller.session.expires.since(self.core.now()).0;
        tokio::time::sleep(Duration::from_millis(
            u64::try_from(left_ms).unwrap_or_default(),
        ))
    }

    fn say_bye(&self) {
        let bye = Bye {
            retry_ms: BYE_RETRY_MS,
        };
        if let Ok(event) = event(name::BYE, None, &bye) {
            // A reader that is stuck does not hold up the stop.
            let _full_or_gone = self.events.try_send(event);
        }
    }

    async fn follow(&mut self, bus: &mut broadcast::Receiver<Told>, cursors: &[Stated]) -> End {
        match self.follow_till_end(bus, cursors).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn follow_till_end(
        &mut self,
        bus: &mut broadcast::Receiver<Told>,
        cursors: &[Stated],
    ) -> Result<std::convert::Infallible, End> {
        fail_point!("service.stream.listening");
        self.beat().await?;
        for cursor in cursors {
            self.catch_up(*cursor).await?;
        }
        fail_point!("service.stream.caught-up", End::Bye);
        let period = Duration::from_millis(self.core.options.heartbeat_ms.max(1));
        let mut beats = tokio::time::interval_at(Instant::now() + period, period);
        beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            // In this order: a busy bus must not keep heartbeats back, which
            // also look whether the caller is still welcome.
            tokio::select! {
                biased;
                () = self.events.closed() => return Err(End::Gone),
                _ = beats.tick() => self.beat().await?,
                told = bus.recv() => match told {
                    Ok(Told::Changes(changes)) => self.live(&changes).await?,
                    Ok(Told::Officer(officer)) if officer == self.caller.officer.id => {
                        return Err(End::Bye);
                    }
                    Ok(Told::Officer(_)) => {}
                    Err(RecvError::Lagged(missed)) => {
                        tracing::debug!(missed, "a stream fell behind");
                        fail_point!("service.stream.lagged");
                        self.pull_all().await?;
                    }
                    Err(RecvError::Closed) => return Err(End::Bye),
                },
            }
        }
    }

    /// Sends what the reader missed, or says what to do instead.
    async fn catch_up(&mut self, stated: Stated) -> Result<(), End> {
        let caught = self.missed(stated).await;
        let Stated { cursor, .. } = stated;
        let page = match caught {
            Ok(page) => page,
            Err(PageError::SnapshotRequired | PageError::NoFeed) => {
                return self
                    .send(name::GAP, None, &StreamFeed { feed: cursor.feed })
                    .await;
            }
            Err(PageError::Storage(error)) => return Err(error.into()),
        };
        if page.kinship == Kinship::Forked {
            // Without a place nothing of this feed is sent.
            let feed = cursor.feed;
            return self.send(name::FORKED, None, &StreamFeed { feed }).await;
        }
        if page.more {
            self.places.insert(cursor.feed, page.head);
            return self
                .send(name::PULL, None, &StreamFeed { feed: cursor.feed })
                .await;
        }
        self.places.insert(cursor.feed, cursor.seq.max(page.head));
        let last = page.changes.len().saturating_sub(1);
        for (at, change) in page.changes.into_iter().enumerate() {
            // A page has one word, for its last change.
            let mark = page.mark.filter(|_| at == last);
            self.send_change(cursor.feed, change, mark.map(|mark| mark.chain))
                .await?;
        }
        Ok(())
    }

    async fn missed(&self, stated: Stated) -> Result<crate::wire::feed::ChangesPage, PageError> {
        let officer = self.caller.officer.clone();
        let Stated { cursor, chain } = stated;
        self.core
            .blocking(move |core| {
                let ask = Ask {
                    feed: cursor.feed,
                    epoch: cursor.epoch,
                    after: cursor.seq,
                    chain,
                    limit: core.options.page_changes_max,
                };
                core.storage
                    .read(|view| page::page(core, view, &officer, ask))
            })
            .await
    }

    /// Passes on what was just committed. Who may see it is asked now: another
    /// program may have changed the account since the last heartbeat, and what
    /// is committed after that is not for this stream.
    async fn live(&mut self, changes: &[StoredChange]) -> Result<(), End> {
        self.still_welcome().await?;
        for change in changes {
            let Some(last) = self.places.get(&change.feed).copied() else {
                continue;
            };
            if change.seq <= last {
                continue;
            }
            self.places.insert(change.feed, change.seq);
            if change.seq == last.next() {
                let seen = audience::change_for(&self.caller.officer, change)?;
                let word = self.core.master.word(&change.chain);
                self.send_change(change.feed, seen, Some(word)).await?;
            } else {
                let feed = change.feed;
                self.send(name::PULL, None, &StreamFeed { feed }).await?;
            }
        }
        Ok(())
    }

    /// Messages were missed: whatever the feeds hold now is left to a pull.
    async fn pull_all(&mut self) -> Result<(), End> {
        for info in self.heads().await? {
            if let Some(place) = self.places.get_mut(&info.feed) {
                *place = info.head;
                self.send(name::PULL, None, &StreamFeed { feed: info.feed })
                    .await?;
            }
        }
        Ok(())
    }

    async fn heads(&self) -> Result<Vec<crate::wire::feed::FeedInfo>, StorageError> {
        let officer = self.caller.officer.clone();
        self.core
            .blocking(move |core| heads(core, &officer, &BTreeMap::new()))
            .await
    }

    /// Ends the stream when its token has ended or the officer's grants are not
    /// those it was opened under.
    async fn still_welcome(&self) -> Result<(), End> {
        let token = self.caller.token;
        let welcome = self
            .core
            .blocking(move |core| {
                let now = core.now();
                core.storage.read(|view| caller::caller(view, token, now))
            })
            .await?;
        match welcome {
            Some(caller) if caller.officer.grant_version == self.caller.officer.grant_version => {
                Ok(())
            }
            Some(_) | None => Err(End::Bye),
        }
    }

    /// A heartbeat, if the caller is still welcome.
    async fn beat(&mut self) -> Result<(), End> {
        self.still_welcome().await?;
        let beat = Beat {
            server_time: self.core.now(),
            heads: self.heads().await?,
            token_expires_at: self.caller.session.expires,
        };
        self.send(name::BEAT, None, &beat).await
    }

    async fn send_change(
        &self,
        feed: FeedId,
        change: WireChange,
        chain: Option<Digest>,
    ) -> Result<(), End> {
        let epoch = self.core.epoch();
        let id = format!("{epoch}:{}", change.seq);
        let change = StreamChange {
            feed,
            epoch,
            change,
            chain,
        };
        self.send(name::CHANGE, Some(&id), &change).await
    }

    async fn send(&self, name: &str, id: Option<&str>, data: &impl Serialize) -> Result<(), End> {
        let event = event(name, id, data)?;
        self.events.send(event).await.map_err(|_| End::Gone)
    }
}

/// Waits until the service stops.
async fn stopped(stopping: &mut watch::Receiver<Stopping>) {
    // An error means that the service is gone altogether.
    let _gone = stopping.wait_for(|state| *state == Stopping::Now).await;
}

/// One server-sent event. JSON text has no line break, so it is one line.
fn event(name: &str, id: Option<&str>, data: &impl Serialize) -> Result<Bytes, StorageError> {
    let data = serde_json::to_string(data)?;
    let mut text = String::with_capacity(data.len() + 64);
    text.push_str("event: ");
    text.push_str(name);
    if let Some(id) = id {
        text.push_str("\nid: ");
        text.push_str(id);
    }
    text.push_str("\ndata: ");
    text.push_str(&data);
    text.push_str("\n\n");
    Ok(Bytes::from(text))
}
