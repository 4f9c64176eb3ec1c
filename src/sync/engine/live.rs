//! The live stream: a hint that carries data. What it brings in order is taken
//! as it comes; anything else only says "pull".

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::feeds::{Known, POLL_MS};
use super::wait::alarm;
use super::{Engine, Stream};
use crate::fault::fail_point;
use crate::store::handle::ChangesIn;
use crate::sync::backoff::{RETRY_AFTER_CAP_MS, Setback};
use crate::sync::clock::{Mono, millis};
use crate::sync::error::SyncError;
use crate::sync::plan::Hint;
use crate::sync::sse::{SseEvent, SseParser};
use crate::sync::transport::{Chunks, TransportError};
use crate::wire::bounds::from_json;
use crate::wire::feed::{FeedId, Mark, Stated, WireChange};
use crate::wire::problem::ProblemKind;
use crate::wire::stream::{Beat, Bye, StreamChange, StreamFeed, name};

/// A stream without a byte for this long is dead, whatever the socket says: a
/// partition closes nothing. In milliseconds.
pub(super) const IDLE_MS: u64 = 40_000;
/// A stream that ends within this did not live, in milliseconds.
const SHORT_MS: u64 = 5_000;
/// After so many of them the engine asks instead of listening …
const SHORT_STREAMS_MAX: u32 = 3;
/// … for this long, in milliseconds.
const POLLING_MS: u64 = 600_000;

/// An open stream.
pub(super) struct Live {
    chunks: Box<dyn Chunks>,
    parser: SseParser,
    opened_at: Mono,
    heard_at: Mono,
    events: u64,
}

/// Changes of a feed that follow from one another, with the service's word for
/// the last.
#[derive(Default)]
struct Run {
    changes: Vec<WireChange>,
    mark: Option<Mark>,
}

type Runs = BTreeMap<FeedId, Run>;

/// What ended a turn of listening.
enum Woken {
    Chunk(Option<Result<Vec<u8>, TransportError>>),
    Alarm,
    Order(super::Order),
    Grown,
}

/// What a stream's events amount to.
enum After {
    GoOn,
    Bye(Bye),
}

impl Engine {
    /// Opens the stream where the copy stands.
    pub(super) async fn open_stream(&mut self) -> Result<(), SyncError> {
        let cursors = self.followed().await?;
        if cursors.is_empty() {
            // Nothing to listen to; something may be granted, or thawed.
            self.poll_instead();
            return Ok(());
        }
        let streaming = match self.api.stream(&self.token(), cursors).await {
            Ok(streaming) => streaming,
            Err(error) if error.problem() == Some(ProblemKind::NotSignedIn) => {
                return self.session_was_rejected(error.into());
            }
            Err(error) => return Err(error.into()),
        };
        fail_point!("sync.stream.opened", SyncError::NoProgress);
        let now = self.clock.monotonic();
        self.stream = Stream::Open(Box::new(Live {
            chunks: streaming.chunks,
            parser: SseParser::default(),
            opened_at: now,
            heard_at: now,
            events: 0,
        }));
        self.heard();
        Ok(())
    }

    async fn followed(&mut self) -> Result<Vec<Stated>, SyncError> {
        let feeds: Vec<FeedId> = self
            .feeds
            .iter()
            .flatten()
            .filter(|state| state.hint != Hint::Frozen && state.cursor.is_some())
            .map(|state| state.info.feed)
            .collect();
        let mut followed = Vec::new();
        for feed in feeds {
            followed.extend(self.store.stated(feed).await?);
        }
        Ok(followed)
    }

    /// Listens once: to the stream, if there is one, to orders, to the outbox,
    /// and to the clock.
    pub(super) async fn listen(&mut self, until: Mono) -> Result<(), SyncError> {
        let Stream::Open(live) = &mut self.stream else {
            self.wait(Some(until)).await;
            return Ok(());
        };
        let idle_at = live.heard_at.after(Duration::from_millis(IDLE_MS));
        // In this order: people first, then what was done here, then what
        // came; bytes that waited while this machine slept come before the
        // conclusion that there were none.
        let woken = tokio::select! {
            biased;
            Some(order) = self.orders.recv() => Woken::Order(order),
            () = self.grown.notified() => Woken::Grown,
            chunk = live.chunks.next() => Woken::Chunk(chunk),
            () = alarm(&*self.clock, Some(until.min(idle_at))) => Woken::Alarm,
        };
        match woken {
            Woken::Chunk(Some(Ok(bytes))) => self.stream_bytes(&bytes).await,
            Woken::Chunk(Some(Err(error))) => {
                tracing::info!(error = %super::Chain(&error), "the stream broke");
                self.stream_ended();
                Ok(())
            }
            Woken::Chunk(None) => {
                self.stream_ended();
                Ok(())
            }
            Woken::Alarm => {
                if idle_at <= self.clock.monotonic() {
                    tracing::info!("the stream fell silent");
                    self.stream_ended();
                }
                Ok(())
            }
            Woken::Order(order) => {
                self.obey(order);
                Ok(())
            }
            Woken::Grown => {
                self.outbox_has_grown();
                Ok(())
            }
        }
    }

    async fn stream_bytes(&mut self, bytes: &[u8]) -> Result<(), SyncError> {
        let now = self.clock.monotonic();
        self.heard();
        let Stream::Open(live) = &mut self.stream else {
            return Ok(());
        };
        live.heard_at = now;
        let events = live.parser.push(bytes)?;
        live.events += events.len() as u64;
        fail_point!("sync.stream.before-store", SyncError::NoProgress);
        match self.take_events(&events).await? {
            After::GoOn => {
                self.line_works();
                self.note_if_whole();
            }
            After::Bye(bye) => self.said_bye(&bye),
        }
        Ok(())
    }

    /// Takes events in order; changes that follow from one another are given
    /// to the store together.
    async fn take_events(&mut self, events: &[SseEvent]) -> Result<After, SyncError> {
        let mut runs = Runs::new();
        let mut after = After::GoOn;
        for event in events {
            match event.name.as_str() {
                name::CHANGE => self.take_change(read(event)?, &mut runs),
                // A gap is answered like a pull: where a snapshot is needed
                // the service says so then.
                name::PULL | name::GAP => {
                    let StreamFeed { feed } = read(event)?;
                    self.hint(feed, Hint::Pull);
                }
                name::FORKED => {
                    let StreamFeed { feed } = read(event)?;
                    if let Some(info) = self.feed(feed).map(|state| state.info) {
                        self.freeze(&info).await?;
                        self.mark_frozen();
                    }
                }
                name::BEAT => {
                    self.apply_runs(&mut runs).await?;
                    self.take_beat(read(event)?).await?;
                }
                name::BYE => after = After::Bye(read(event)?),
                // A newer service says more than this program understands;
                // the heads of the next beat tell whether it matters.
                other => tracing::debug!(other, "unknown event"),
            }
        }
        self.apply_runs(&mut runs).await?;
        Ok(after)
    }

    fn take_change(&mut self, heard: StreamChange, runs: &mut Runs) {
        let StreamChange {
            feed,
            epoch,
            change,
            chain,
        } = heard;
        let Some(state) = self.feed(feed) else {
            self.feeds = None;
            return;
        };
        let Some(cursor) = state.cursor.filter(|cursor| cursor.epoch == epoch) else {
            state.info.epoch = epoch;
            return;
        };
        let run = runs.entry(feed).or_default();
        let last = run.changes.last().map_or(cursor.seq, |change| change.seq);
        if change.seq <= last {
            return;
        }
        if change.seq == last.next() {
            let seq = change.seq;
            run.mark = chain.map(|chain| Mark { seq, chain });
            run.changes.push(change);
        } else {
            self.hint(feed, Hint::Pull);
        }
    }

    async fn apply_runs(&mut self, runs: &mut Runs) -> Result<(), SyncError> {
        for (feed, Run { changes, mark }) in std::mem::take(runs) {
            let Some(state) = self.feed(feed) else {
                continue;
            };
            let (Some(cursor), Some(last)) = (state.cursor, changes.last()) else {
                continue;
            };
            if state.hint == Hint::Frozen {
                continue;
            }
            let page = ChangesIn {
                feed,
                epoch: cursor.epoch,
                head: state.info.head.max(last.seq),
                durable_upto: state.info.durable_upto,
                changes,
                mark,
            };
            self.apply(page).await?;
        }
        Ok(())
    }

    async fn take_beat(&mut self, beat: Beat) -> Result<(), SyncError> {
        let got = self.reading();
        self.offset.heard(got, beat.server_time);
        for info in beat.heads {
            match self.stands(info) {
                Known::Yes => {}
                Known::Doubtful | Known::No => {
                    self.feeds = None;
                    return Ok(());
                }
            }
        }
        self.tell_durable().await
    }

    fn said_bye(&mut self, bye: &Bye) {
        let wait = bye.retry_ms.min(RETRY_AFTER_CAP_MS);
        // Everybody is told the same figure, so everybody adds their own.
        let jitter = self.entropy.below(wait.max(POLL_MS));
        let now = self.clock.monotonic();
        self.rest_until = Some(now.after(Duration::from_millis(wait + jitter)));
        self.forget_line();
    }

    /// The stream is over. One that never said anything, or ended at once, is
    /// counted: some boxes on the way do not let streams live.
    fn stream_ended(&mut self) {
        let Stream::Open(live) = &self.stream else {
            return;
        };
        let now = self.clock.monotonic();
        let lived = millis(now.since(live.opened_at));
        self.short_streams = if lived < SHORT_MS || live.events == 0 {
            self.short_streams + 1
        } else {
            0
        };
        if self.short_streams < SHORT_STREAMS_MAX {
            self.rest(Setback::Unreachable);
            return;
        }
        self.short_streams = 0;
        self.forget_line();
        self.poll_instead();
    }

    /// Asks now and then instead of listening, for a while.
    fn poll_instead(&mut self) {
        let now = self.clock.monotonic();
        self.stream = Stream::Polling {
            ask_at: now.after(Duration::from_millis(POLL_MS)),
            until: now.after(Duration::from_millis(POLLING_MS)),
        };
    }
}

fn read<T: DeserializeOwned>(event: &SseEvent) -> Result<T, SyncError> {
    from_json(event.data.as_bytes()).map_err(SyncError::Message)
}
