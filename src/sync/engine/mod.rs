//! The loop: asks [`super::plan`] for the next step and walks it.
//!
//! One file a step: [`session`] begins and renews, [`feeds`] asks and pulls,
//! [`snapshot`] takes all anew, [`push`] sends, [`live`] listens, [`wait`]
//! waits and takes orders, [`report`] says how things stand. Every step may be
//! dropped at any point where it waits: what the store has is whole, and what
//! was sent is known by its id.

mod enrol;
mod feeds;
mod live;
mod push;
mod report;
mod session;
mod snapshot;
mod wait;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Notify, mpsc, watch};

use super::api::Api;
use super::backoff::{Backoff, Setback};
use super::clock::{Clock, Mono};
use super::entropy::Entropy;
use super::error::SyncError;
use super::offset::{OffsetEstimate, Reading};
use super::plan::{
    FeedNeed, FeedState, Outbox, SessionState, Situation, Step, StreamState, next_step,
};
use super::seat::Seat;
use super::session::Session;
use super::status::{Needs, Status};
use super::transport::Transport;
use crate::domain::time::{Millis, Timestamp};
use crate::store::handle::Store;
use crate::wire::command::PUSH_COMMANDS_MAX;
use crate::wire::feed::{Epoch, FeedId, PAGE_CHANGES_MAX, Seq};
use crate::wire::session::SignedIn;
use live::Live;

/// How often [`Engine::run_once`] waits for a moment that the service, or
/// another program on the desk, asked for.
const ONCE_WAITS_MAX: u32 = 10;

/// What an engine is made of.
#[derive(Clone)]
pub struct Parts {
    /// The desk's copy, opened for the officer who sits there.
    pub store: Store,
    /// The line to the service.
    pub transport: Arc<dyn Transport>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// What the desk can prove for the officer.
    pub seat: Arc<dyn Seat>,
    /// The desk's folder, where programs on one desk meet.
    pub folder: PathBuf,
}

/// What the engine is told.
#[derive(Debug)]
pub enum Order {
    /// Try now, whatever was waited for.
    SyncNow,
    /// The officer signed in with the password.
    SignedIn(Box<SignedIn>),
}

/// Where [`Engine::run_once`] ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The outbox is answered and the copy is whole.
    Done,
    /// The service cannot be reached now.
    Unreachable,
    /// A person must act first.
    Needs(Needs),
}

/// The engine's whole state.
pub struct Engine {
    store: Store,
    api: Api,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    seat: Arc<dyn Seat>,
    folder: PathBuf,
    orders: mpsc::Receiver<Order>,
    tell: watch::Sender<Status>,
    grown: Arc<Notify>,

    halted: Option<Needs>,
    rest_until: Option<Mono>,
    line: Backoff,
    garbled: u32,

    session: Option<Session>,
    last_proof: Timestamp,
    rejections: u32,

    feeds: Option<Vec<FeedState>>,
    // Feeds that went backwards, and in which epoch they did.
    frozen: BTreeMap<FeedId, Epoch>,
    // The life of the service to which the outbox belongs.
    life: Option<Epoch>,
    // What the store was told to be durable.
    durable_told: BTreeMap<FeedId, Seq>,
    page_changes: usize,

    outbox: Outbox,
    // Why nothing may be sent, although everything else goes on.
    held: Option<Needs>,
    sending: Backoff,
    batch_commands: usize,

    stream: Stream,
    short_streams: u32,

    offset: OffsetEstimate,
    last_heard: Option<Timestamp>,
    fresh_at: Option<Timestamp>,
    fresh_told: Option<Timestamp>,
    retained_at: Option<Timestamp>,
    snapshot_progress: Option<(u64, u64)>,
}

enum Stream {
    Closed,
    Open(Box<Live>),
    /// Streams do not live here.
    Polling {
        ask_at: Mono,
        until: Mono,
    },
}

impl Engine {
    /// An engine that has done nothing yet.
    #[must_use]
    pub fn new(
        parts: Parts,
        begun: Option<&SignedIn>,
        orders: mpsc::Receiver<Order>,
        tell: watch::Sender<Status>,
    ) -> Self {
        let grown = parts.store.outbox_grown();
        let now = parts.clock.monotonic();
        let held = enrol::held(&parts);
        Self {
            store: parts.store,
            api: Api::new(parts.transport),
            clock: parts.clock,
            entropy: parts.entropy,
            seat: parts.seat,
            folder: parts.folder,
            orders,
            tell,
            grown,
            halted: None,
            rest_until: None,
            line: Backoff::default(),
            garbled: 0,
            session: begun.map(|signed_in| Session::begun(signed_in, now)),
            last_proof: Timestamp::default(),
            rejections: 0,
            feeds: None,
            frozen: BTreeMap::new(),
            life: None,
            durable_told: BTreeMap::new(),
            page_changes: PAGE_CHANGES_MAX,
            outbox: Outbox::Due,
            held,
            sending: Backoff::default(),
            batch_commands: PUSH_COMMANDS_MAX,
            stream: Stream::Closed,
            short_streams: 0,
            offset: OffsetEstimate::default(),
            last_heard: None,
            fresh_at: None,
            fresh_told: None,
            retained_at: None,
            snapshot_progress: None,
        }
    }

    /// Runs until it is dropped.
    pub async fn run(mut self) {
        // What cannot be read says nothing about its age.
        self.fresh_at = self.store.fresh_at().await.ok().flatten();
        if let Err(error) = self.read_life().await {
            tracing::warn!(error = %Chain(&error), "what is frozen could not be read");
        }
        loop {
            self.take_waiting_orders();
            self.report();
            let step = self.next();
            self.walk(step).await;
        }
    }

    /// Runs until the outbox is answered and the copy is whole, or until that
    /// cannot be had now.
    pub async fn run_once(mut self) -> Outcome {
        let mut waits = 0;
        loop {
            self.take_waiting_orders();
            self.report();
            let step = self.next();
            match step {
                Step::Halt => {
                    let needs = self.halted.clone().unwrap_or(Needs::SignIn);
                    return Outcome::Needs(needs);
                }
                Step::Rest(_) => return Outcome::Unreachable,
                Step::OpenStream | Step::Listen(_) => match self.outbox_state() {
                    Outbox::LookAt(_) | Outbox::Held => return self.settled(),
                    // Another program on this desk is sending, or the service
                    // asked for a moment: its answer is worth waiting for.
                    Outbox::Due | Outbox::NotBefore(_) => {
                        waits += 1;
                        if waits > ONCE_WAITS_MAX {
                            return Outcome::Unreachable;
                        }
                        self.wait_for_outbox().await;
                    }
                },
                Step::SignIn | Step::ListFeeds | Step::Push | Step::Snapshot(_) | Step::Pull(_) => {
                    self.walk(step).await;
                }
            }
        }
    }

    fn settled(&self) -> Outcome {
        match self.needs() {
            Needs::Nothing => Outcome::Done,
            needs => Outcome::Needs(needs),
        }
    }

    fn next(&mut self) -> Step {
        let now = self.clock.monotonic();
        if let Stream::Polling { until, .. } = self.stream
            && until <= now
        {
            self.stream = Stream::Closed;
        }
        next_step(&Situation {
            now,
            halted: self.halted.as_ref(),
            rest_until: self.rest_until,
            session: match &self.session {
                None => SessionState::None,
                Some(session) => SessionState::RenewAt(session.renew_at),
            },
            feeds: self.feeds.as_deref(),
            outbox: self.outbox_state(),
            stream: match &self.stream {
                Stream::Closed => StreamState::Closed,
                Stream::Open(_) => StreamState::Open,
                Stream::Polling { ask_at, .. } => StreamState::Polling { ask_at: *ask_at },
            },
        })
    }

    /// Nothing is sent to a service that has forgotten what it took before; and
    /// in another life of it, nothing before a snapshot has told what to offer
    /// again: a later act must not overtake those that were lost.
    fn outbox_state(&self) -> Outbox {
        if self.held.is_some() || self.is_behind() || self.is_of_another_life() {
            Outbox::Held
        } else {
            self.outbox
        }
    }

    async fn walk(&mut self, step: Step) {
        let walked = match step {
            Step::Halt => {
                self.wait(None).await;
                Ok(())
            }
            Step::Rest(until) => {
                self.wait(Some(until)).await;
                Ok(())
            }
            Step::SignIn => self.sign_in().await,
            Step::ListFeeds => self.list_feeds().await,
            Step::Push => self.push().await,
            Step::Snapshot(feed) => self.snapshot(feed).await,
            Step::Pull(feed) => self.pull(feed).await,
            Step::OpenStream => self.open_stream().await,
            Step::Listen(until) => self.listen(until).await,
        };
        match walked {
            Ok(()) => {}
            Err(error) => self.stumble(step, &error),
        }
    }

    /// A step failed: the line rests, and everything that is only held in
    /// memory is asked for again.
    fn stumble(&mut self, step: Step, error: &SyncError) {
        tracing::warn!(?step, error = %Chain(error), "the engine's step failed");
        if error.is_garbled() {
            self.garbled = self.garbled.saturating_add(1);
        }
        self.rest(error.setback());
    }

    fn rest(&mut self, setback: Setback) {
        let now = self.clock.monotonic();
        let wait = self.line.fail(setback, now, self.entropy.any());
        self.rest_until = Some(now.after(wait));
        self.forget_line();
    }

    /// Forgets what was known through the connection that is gone.
    fn forget_line(&mut self) {
        if matches!(self.stream, Stream::Open(_)) {
            self.stream = Stream::Closed;
        }
        self.feeds = None;
        self.snapshot_progress = None;
    }

    fn token(&self) -> String {
        self.session
            .as_ref()
            .map(|session| session.token.clone())
            .unwrap_or_default()
    }

    fn is_whole(&self) -> bool {
        self.feeds
            .as_ref()
            .is_some_and(|feeds| feeds.iter().all(|feed| feed.need() == FeedNeed::Nothing))
    }

    /// Whether the service has forgotten what this desk has seen, in a feed
    /// that was not taken anew since.
    fn is_behind(&self) -> bool {
        !self.frozen.is_empty()
    }

    /// Whether the service has begun another life than the outbox knows.
    fn is_of_another_life(&self) -> bool {
        let other = |feed: &FeedState| self.life.is_some_and(|life| life != feed.info.epoch);
        self.feeds.iter().flatten().any(other)
    }

    fn reading(&self) -> Reading {
        Reading {
            wall: self.clock.now(),
            mono: self.clock.monotonic(),
        }
    }

    /// Now, by the service's clock as far as it is known.
    fn corrected_now(&self) -> Timestamp {
        self.clock
            .now()
            .saturating_add(Millis(self.offset.offset_ms()))
    }
}

/// An error with all that led to it, for a log.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut at = self.0.source();
        while let Some(cause) = at {
            write!(f, ": {cause}")?;
            at = cause.source();
        }
        Ok(())
    }
}
