//! Sending what this desk's officers did, in the order in which they did it.

use std::time::Duration;

use futures_util::FutureExt;

use super::Engine;
use crate::domain::ids::CommandId;
use crate::fault::fail_point;
use crate::store::handle::StoreError;
use crate::sync::api::ApiError;
use crate::sync::backoff::Setback;
use crate::sync::error::SyncError;
use crate::sync::lock::{PUSH_LOCK, try_take};
use crate::sync::plan::{Hint, Outbox};
use crate::sync::status::Needs;
use crate::sync::transport::TransportError;
use crate::wire::command::{
    PUSH_BYTES_MAX, PUSH_COMMANDS_MAX, Push, PushReply, Verdict, WireCommand,
};
use crate::wire::feed::{FeedId, Seq};
use crate::wire::problem::ProblemKind;

/// An empty outbox is looked at again after this, in milliseconds: a script on
/// this desk may have put something in while the line was down for it. As often
/// as the service's heart beats, so that an idle desk seldom wakes.
const LOOK_AGAIN_MS: u64 = 15_000;
/// While another program on this desk sends, look again after this, in
/// milliseconds.
const LOCKED_AGAIN_MS: u64 = 1_000;
/// Room in a push for what stands around the commands, in bytes.
const ENVELOPE_BYTES: usize = 200;
/// The longest wait that a verdict may ask for, in milliseconds.
const RETRY_CAP_MS: u64 = 60_000;

impl Engine {
    /// Sends one batch; the plan comes back here while there are more.
    pub(super) async fn push(&mut self) -> Result<(), SyncError> {
        if matches!(self.outbox, Outbox::LookAt(_)) {
            // Nobody here said that there is something: somebody else may have.
            self.store.note_outbox_changed().await?;
        }
        if self.store.pending(1).await?.is_empty() {
            self.look_again_after(LOOK_AGAIN_MS);
            return Ok(());
        }
        let Some(_lock) = try_take(&self.folder, PUSH_LOCK).map_err(StoreError::Io)? else {
            self.not_before(Duration::from_millis(LOCKED_AGAIN_MS));
            return Ok(());
        };
        // Read under the lock: the other program may just have sent these.
        let pending = self.store.pending(self.batch_commands).await?;
        if self.is_left_behind().await? {
            self.held = Some(Needs::Enrol);
            return Ok(());
        }
        let batch = fit(pending);
        let ids: Vec<CommandId> = batch.iter().map(|command| command.id).collect();
        let Some(first) = ids.first().copied() else {
            self.look_again_after(LOOK_AGAIN_MS);
            return Ok(());
        };
        fail_point!("sync.push.before-sent", SyncError::NoProgress);
        self.store.sent(ids).await?;
        fail_point!("sync.push.before-asking", SyncError::NoProgress);
        let push = Push {
            device: self.store.device(),
            commands: batch,
        };
        let asked = self.reading();
        match self.api.push(&self.token(), &push).await {
            Ok(reply) => {
                let got = self.reading();
                self.offset.answer(asked, got, reply.server_time);
                self.answered(first, reply).await
            }
            Err(error) => self.push_failed(error),
        }
    }

    async fn answered(&mut self, first: CommandId, reply: PushReply) -> Result<(), SyncError> {
        self.heard();
        self.rejections = 0;
        self.batch_commands = (self.batch_commands * 2).min(PUSH_COMMANDS_MAX);
        let mut asked_to_wait = 0;
        for result in &reply.results {
            match &result.verdict {
                Verdict::Accepted { written, .. }
                | Verdict::Duplicate { written, .. }
                | Verdict::Late { written } => {
                    for place in written {
                        self.follow(place.feed, place.seq);
                    }
                }
                Verdict::Refused { .. } => {}
                Verdict::Quarantined { why } => {
                    self.quarantined(why);
                    self.held = Some(Needs::Enrol);
                }
                Verdict::Retry { after_ms } => {
                    asked_to_wait = asked_to_wait.max((*after_ms).clamp(1, RETRY_CAP_MS));
                }
            }
        }
        let at = self.corrected_now();
        fail_point!("sync.push.before-results", SyncError::NoProgress);
        self.store.results(reply.results, at).await?;
        fail_point!("sync.push.after-results", SyncError::NoProgress);
        if self.held.is_some() {
            // Nothing is sent before a person acts; the line itself is sound.
            return Ok(());
        }
        let left = self.store.pending(1).await?;
        match left.first() {
            None => self.look_again_after(LOOK_AGAIN_MS),
            // The same act is still the first: nothing would change by
            // sending it at once again.
            Some(next) if next.id == first => {
                let wait = self.next_wait(Setback::Unreachable);
                self.not_before(wait.max(Duration::from_millis(asked_to_wait)));
                return Ok(());
            }
            Some(_) if asked_to_wait > 0 => {
                self.not_before(Duration::from_millis(asked_to_wait));
            }
            Some(_) => self.outbox = Outbox::Due,
        }
        self.sending.succeed(self.clock.monotonic());
        Ok(())
    }

    /// A command was written there: the copy wants to have it.
    fn follow(&mut self, feed: FeedId, seq: Seq) {
        let missing = self
            .feed(feed)
            .and_then(|state| state.cursor)
            .is_some_and(|cursor| cursor.seq < seq);
        if missing {
            self.hint(feed, Hint::Pull);
        }
    }

    fn push_failed(&mut self, error: ApiError) -> Result<(), SyncError> {
        tracing::warn!(error = %super::Chain(&error), "acts were not delivered");
        match (&error, error.problem()) {
            (_, Some(ProblemKind::NotSignedIn)) => {
                return self.session_was_rejected(error.into());
            }
            (_, Some(ProblemKind::Malformed | ProblemKind::TooLarge)) => {
                if self.batch_commands > 1 {
                    // Find out which one it is.
                    self.batch_commands = 1;
                    self.outbox = Outbox::Due;
                } else {
                    // The next in order cannot be read there. To leave it out
                    // would break the desk's chain: it waits for a program
                    // that both ends understand.
                    self.held = Some(Needs::Version);
                }
                return Ok(());
            }
            (ApiError::Transport(TransportError::TimedOut | TransportError::Broken(_)), _) => {
                self.batch_commands = (self.batch_commands / 2).max(1);
            }
            (_, _) => {}
        }
        let wait = self.next_wait(error.setback());
        self.not_before(wait);
        Ok(())
    }

    fn next_wait(&mut self, setback: Setback) -> Duration {
        let now = self.clock.monotonic();
        self.sending.fail(setback, now, self.entropy.any())
    }

    fn not_before(&mut self, wait: Duration) {
        self.outbox = Outbox::NotBefore(self.clock.monotonic().after(wait));
    }

    fn look_again_after(&mut self, ms: u64) {
        let then = self.clock.monotonic().after(Duration::from_millis(ms));
        self.outbox = Outbox::LookAt(then);
    }

    /// Whether the outbox has grown since it was last looked at.
    pub(super) fn has_grown(&mut self) -> bool {
        if self.grown.notified().now_or_never().is_some() {
            self.outbox_has_grown();
        }
        let now = self.clock.monotonic();
        match self.outbox_state() {
            Outbox::Due => true,
            Outbox::NotBefore(then) => then <= now,
            Outbox::LookAt(_) | Outbox::Held => false,
        }
    }
}

/// The first commands that fit into one push; at least one.
fn fit(pending: Vec<WireCommand>) -> Vec<WireCommand> {
    let mut bytes = ENVELOPE_BYTES;
    pending
        .into_iter()
        .enumerate()
        .take_while(|(place, command)| {
            // What cannot be written counts as nothing; sending it says why.
            bytes += serde_json::to_vec(command).map_or(0, |text| text.len() + 1);
            *place == 0 || bytes <= PUSH_BYTES_MAX
        })
        .map(|(_, command)| command)
        .collect()
}
