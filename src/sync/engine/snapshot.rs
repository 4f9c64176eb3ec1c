//! Taking a whole feed anew.

use std::time::Duration;

use super::Engine;
use super::live::IDLE_MS;
use crate::fault::fail_point;
use crate::store::handle::{StoreError, Ticket};
use crate::sync::clock::{Mono, millis};
use crate::sync::error::SyncError;
use crate::sync::lock::{SNAPSHOT_LOCK, try_take};
use crate::sync::plan::{FeedState, Hint, Outbox};
use crate::sync::snapshot::{Part, SnapshotReader};
use crate::sync::transport::Chunks;
use crate::wire::feed::{FeedId, SnapshotHeader, SnapshotLine};
use crate::wire::problem::ProblemKind;

/// Lines that are given to the store at a time …
const BATCH_LINES: usize = 500;
/// … or fewer, once they have so many bytes: two batches are in memory, one
/// that is stored and one that comes.
const BATCH_BYTES: usize = 2 * 1024 * 1024;
/// A snapshot that brings less than this within [`TRICKLE_WINDOW_MS`] is given
/// up, in bytes: 1,000 bits by the second, slower than any line in use …
const TRICKLE_BYTES_MIN: usize = 15 * 1_024;
/// … in milliseconds. A peer that sends a byte now and then would hold the
/// engine for ever.
const TRICKLE_WINDOW_MS: u64 = 120_000;
/// When another program on this desk takes a snapshot, look again after this,
/// in milliseconds.
const LOCKED_AGAIN_MS: u64 = 1_000;

impl Engine {
    /// Downloads a snapshot and swaps it in; whatever goes wrong, the copy is
    /// as it was.
    pub(super) async fn snapshot(&mut self, feed: FeedId) -> Result<(), SyncError> {
        let Some(_lock) = try_take(&self.folder, SNAPSHOT_LOCK).map_err(StoreError::Io)? else {
            let pause = Duration::from_millis(LOCKED_AGAIN_MS);
            let until = self.clock.monotonic().after(pause);
            self.wait(Some(until)).await;
            // The other program's snapshot may have become ours.
            self.feeds = None;
            return Ok(());
        };
        let streaming = match self.api.snapshot(&self.token(), feed).await {
            Ok(streaming) => streaming,
            Err(error) if error.problem() == Some(ProblemKind::NotSignedIn) => {
                return self.session_was_rejected(error.into());
            }
            Err(error) => return Err(error.into()),
        };
        self.heard();
        fail_point!("sync.snapshot.opened", SyncError::NoProgress);
        let taken = self.take_snapshot(feed, streaming.chunks).await;
        self.snapshot_progress = None;
        if let Err(error) = taken {
            self.store.snapshot_abort().await?;
            return Err(error);
        }
        fail_point!("sync.snapshot.swapped", SyncError::NoProgress);
        let cursor = self.store.cursor(feed).await?;
        if let Some(state) = self.feed(feed) {
            state.cursor = cursor;
            state.hint = Hint::None;
            if let Some(cursor) = cursor {
                state.info.epoch = cursor.epoch;
                state.info.stands_at(state.info.head.max(cursor.seq));
            }
        }
        // The store has thawed the feed, if this is another life.
        self.read_life().await?;
        // With a new epoch the store offers again what was taken and lost.
        self.outbox = Outbox::Due;
        self.durable_told.remove(&feed);
        self.tell_durable().await?;
        self.line_works();
        self.note_if_whole();
        Ok(())
    }

    async fn take_snapshot(
        &mut self,
        feed: FeedId,
        mut chunks: Box<dyn Chunks>,
    ) -> Result<(), SyncError> {
        let mut reader = SnapshotReader::new();
        let mut taking = Taking::default();
        loop {
            let idle = self.clock.sleep(Duration::from_millis(IDLE_MS));
            let chunk = tokio::select! {
                biased;
                chunk = chunks.next() => chunk,
                () = idle => return Err(SyncError::Silent),
            };
            let bytes = match chunk {
                Some(Ok(bytes)) => bytes,
                Some(Err(error)) => return Err(SyncError::Api(error.into())),
                None => return Err(SyncError::SnapshotCut),
            };
            self.heard();
            if taking.trickles(self.clock.monotonic(), bytes.len()) {
                return Err(SyncError::Trickles);
            }
            reader.feed(&bytes);
            while let Some(part) = reader.next_part()? {
                match part {
                    Part::Header(header) => self.snapshot_header(feed, header, &mut taking).await?,
                    Part::Line(line) => {
                        if taking.is_full_with(line) {
                            self.snapshot_batch(&mut taking).await?;
                        }
                    }
                    Part::Trailer(trailer, received) => {
                        self.snapshot_batch(&mut taking).await?;
                        self.snapshot_stored(&mut taking).await?;
                        fail_point!("sync.snapshot.before-end", SyncError::NoProgress);
                        self.store.snapshot_end(trailer, received).await?;
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn snapshot_header(
        &mut self,
        feed: FeedId,
        header: SnapshotHeader,
        taking: &mut Taking,
    ) -> Result<(), SyncError> {
        if header.feed != feed {
            return Err(SyncError::NoProgress);
        }
        taking.expected = header.counts.values().sum();
        self.snapshot_progress = Some((0, taking.expected));
        self.report();
        Ok(self.store.snapshot_begin(header).await?)
    }

    /// Has a batch stored while the next one is read, and lets acts out that
    /// were made meanwhile: a red that is registered now must not wait for the
    /// end of a long download.
    async fn snapshot_batch(&mut self, taking: &mut Taking) -> Result<(), SyncError> {
        fail_point!("sync.snapshot.before-lines", SyncError::NoProgress);
        self.snapshot_stored(taking).await?;
        let lines = std::mem::take(&mut taking.lines);
        taking.bytes = 0;
        let count = lines.len() as u64;
        taking.storing = Some((self.store.snapshot_lines(lines), count));
        // Of another life of the service the plan sends nothing before this.
        let other_life = self
            .feeds
            .iter()
            .flatten()
            .any(FeedState::is_of_another_life);
        if !other_life && self.has_grown() {
            // Its failure has its own retry and is no reason to lose the
            // download.
            if let Err(error) = self.push().await {
                tracing::warn!(%error, "push during a snapshot failed");
            }
        }
        Ok(())
    }

    /// Waits for the batch that is being stored.
    async fn snapshot_stored(&mut self, taking: &mut Taking) -> Result<(), SyncError> {
        if let Some((stored, count)) = taking.storing.take() {
            stored.await?;
            taking.stored += count;
            self.snapshot_progress = Some((taking.stored, taking.expected));
            self.report();
        }
        Ok(())
    }
}

#[derive(Default)]
struct Taking {
    expected: u64,
    stored: u64,
    lines: Vec<SnapshotLine>,
    /// The bytes of those lines.
    bytes: usize,
    /// The batch before them on its way into the store, and its lines.
    storing: Option<(Ticket<()>, u64)>,
    /// Since when bytes are counted, and how many came since.
    counted: Option<(Mono, usize)>,
}

impl Taking {
    /// Takes a line; whether that makes a batch.
    fn is_full_with(&mut self, line: SnapshotLine) -> bool {
        let events = line.events.iter().map(|placed| placed.event.get().len());
        self.bytes += line.record.get().len() + events.sum::<usize>();
        self.lines.push(line);
        self.lines.len() >= BATCH_LINES || self.bytes >= BATCH_BYTES
    }

    /// Counts bytes; whether too few have come for too long.
    fn trickles(&mut self, now: Mono, bytes: usize) -> bool {
        let (since, came) = self.counted.get_or_insert((now, 0));
        *came = came.saturating_add(bytes);
        if millis(now.since(*since)) < TRICKLE_WINDOW_MS {
            return false;
        }
        let too_few = *came < TRICKLE_BYTES_MIN;
        (*since, *came) = (now, 0);
        too_few
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trickle_is_given_up_and_a_slow_line_is_not() {
        for (bytes, trickles) in [
            (TRICKLE_BYTES_MIN - 1, true),
            (TRICKLE_BYTES_MIN, false),
            (TRICKLE_BYTES_MIN + 1, false),
        ] {
            let mut taking = Taking::default();
            assert!(!taking.trickles(Mono(1), 0));
            assert!(!taking.trickles(Mono(TRICKLE_WINDOW_MS), bytes - 1));
            let end = Mono(1 + TRICKLE_WINDOW_MS);
            assert_eq!(taking.trickles(end, 1), trickles, "{bytes}");
            assert!(!taking.trickles(end, 0), "and counted anew");
        }
    }
}
