//! Saying how things stand.

use super::{Engine, Stream};
use crate::domain::time::{Millis, Timestamp};
use crate::sync::clock::millis;
use crate::sync::plan::{FeedNeed, Outbox};
use crate::sync::status::{LinkState, Needs, Status};

/// After so many answers in a row that cannot be read, the programs are taken
/// for strangers to each other.
const GARBLED_MAX: u32 = 3;

impl Engine {
    /// Tells the status, if it has changed.
    pub(super) fn report(&self) {
        let status = self.status();
        self.tell.send_if_modified(|told| {
            let differs = *told != status;
            if differs {
                *told = status;
            }
            differs
        });
    }

    fn status(&self) -> Status {
        Status {
            link: self.link(),
            needs: self.needs(),
            last_heard: self.last_heard,
            fresh_at: self.fresh_at,
            offset_ms: self.offset.offset_ms(),
            round_trip_ms: self.offset.round_trip_ms(),
            next_try: self.next_try(),
            snapshot: self.snapshot_progress,
        }
    }

    fn is_resting(&self) -> bool {
        let now = self.clock.monotonic();
        self.rest_until.is_some_and(|until| until > now)
    }

    fn next_try(&self) -> Option<Timestamp> {
        let until = self.rest_until.filter(|_| self.is_resting())?;
        let span = millis(until.since(self.clock.monotonic()));
        let span = Millis(i64::try_from(span).unwrap_or(i64::MAX));
        Some(self.corrected_now().saturating_add(span))
    }

    fn link(&self) -> LinkState {
        if self.halted.is_some() || self.is_resting() {
            return LinkState::Offline;
        }
        let Some(feeds) = &self.feeds else {
            return LinkState::Connecting;
        };
        let reads = |need| matches!(need, FeedNeed::Pull | FeedNeed::Snapshot);
        if self.is_behind() {
            LinkState::Degraded
        } else if feeds.iter().any(|feed| feed.cursor.is_none()) {
            LinkState::CatchingUp
        } else {
            match &self.stream {
                // What is heard is not all: acts do not get through.
                Stream::Open(_) if self.sending_is_put_off() => LinkState::Degraded,
                // A page now and then belongs to a live line.
                Stream::Open(_) => LinkState::Live,
                Stream::Polling { .. } => LinkState::Degraded,
                Stream::Closed if feeds.iter().any(|feed| reads(feed.need())) => {
                    LinkState::CatchingUp
                }
                Stream::Closed => LinkState::Connecting,
            }
        }
    }

    fn sending_is_put_off(&self) -> bool {
        self.sending.failures() > 0 && matches!(self.outbox, Outbox::NotBefore(_))
    }

    pub(super) fn needs(&self) -> Needs {
        if let Some(halted) = &self.halted {
            halted.clone()
        } else if self.is_behind() {
            Needs::ServiceBehind
        } else if let Some(held) = &self.held {
            held.clone()
        } else if self.garbled >= GARBLED_MAX {
            Needs::Version
        } else {
            Needs::Nothing
        }
    }
}
