//! Where the feeds stand, and reading what is missing.

use super::{Engine, Stream};
use crate::domain::time::{Minutes, Timestamp};
use crate::fault::fail_point;
use crate::store::handle::{ChangesIn, Frozen, StoreError};
use crate::sync::api::ApiError;
use crate::sync::error::SyncError;
use crate::sync::plan::{FeedNeed, FeedState, Hint};
use crate::sync::transport::TransportError;
use crate::wire::feed::{
    Cursor, FeedId, FeedInfo, Kinship, PAGE_CHANGES_MAX, PAGE_CHANGES_READ_MAX,
};
use crate::wire::problem::ProblemKind;

/// From one question to the next where streams do not live, in milliseconds.
pub(super) const POLL_MS: u64 = 3_000;

impl Engine {
    /// Asks where the feeds stand.
    pub(super) async fn list_feeds(&mut self) -> Result<(), SyncError> {
        self.read_life().await?;
        let Some(mut feeds) = self.ask_feeds().await? else {
            return Ok(());
        };
        // The copy may have moved while the answer was under way: another
        // program on this desk pulls too. Only a service that is behind what
        // the copy had *before* it was asked has forgotten something.
        if feeds
            .iter()
            .any(|state| goes_backwards(state.cursor, &state.info))
        {
            let before: Vec<Option<Cursor>> = feeds.iter().map(|state| state.cursor).collect();
            let Some(again) = self.ask_feeds().await? else {
                return Ok(());
            };
            for state in &again {
                let had = before
                    .iter()
                    .flatten()
                    .find(|had| had.feed == state.info.feed);
                if goes_backwards(had.copied(), &state.info) {
                    self.freeze(&state.info).await?;
                }
            }
            feeds = again;
        }
        for state in &mut feeds {
            // Other changes stand where the desk's own stood.
            if state.info.kinship == Kinship::Forked {
                self.freeze(&state.info).await?;
            }
            if let Some(cursor) = state.cursor
                && cursor.epoch == state.info.epoch
            {
                state.info.stands_at(state.info.head.max(cursor.seq));
            }
        }
        // The marks of another life say nothing about this one.
        self.frozen
            .retain(|_, epoch| feeds.iter().any(|state| state.info.epoch == *epoch));
        fail_point!("sync.feeds.listed", SyncError::NoProgress);
        self.feeds = Some(feeds);
        self.mark_frozen();
        self.rejections = 0;
        self.heard();
        self.line_works();
        if let Stream::Polling { ask_at, .. } = &mut self.stream {
            let span = std::time::Duration::from_millis(POLL_MS);
            *ask_at = self.clock.monotonic().after(span);
        }
        self.tell_durable().await?;
        self.note_if_whole();
        Ok(())
    }

    /// Where the feeds stand and, read after that, where the copy stands; none
    /// when the session has to be begun anew first.
    async fn ask_feeds(&mut self) -> Result<Option<Vec<FeedState>>, SyncError> {
        let held = self.store.witnesses().await?;
        let infos = match self.api.feeds(&self.token(), &held).await {
            Ok(infos) => infos,
            Err(error) if error.problem() == Some(ProblemKind::NotSignedIn) => {
                self.session_was_rejected(error.into())?;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let mut feeds = Vec::with_capacity(infos.len());
        for info in infos {
            let cursor = self.store.cursor(info.feed).await?;
            feeds.push(FeedState {
                info,
                cursor,
                hint: Hint::None,
            });
        }
        Ok(Some(feeds))
    }

    /// Tells the store what survives the loss of the service's machine, so
    /// that it can let go of acts that it keeps for a rollback.
    pub(super) async fn tell_durable(&mut self) -> Result<(), SyncError> {
        let news: Vec<ChangesIn> = self
            .feeds
            .iter()
            .flatten()
            .filter(|state| {
                let info = &state.info;
                matches!(state.need(), FeedNeed::Nothing | FeedNeed::Pull)
                    && self.durable_told.get(&info.feed) != Some(&info.durable_upto)
            })
            .map(|state| ChangesIn {
                feed: state.info.feed,
                epoch: state.info.epoch,
                changes: Vec::new(),
                head: state.info.head,
                durable_upto: state.info.durable_upto,
                mark: state.info.mark(),
            })
            .collect();
        for page in news {
            self.apply(page).await?;
        }
        Ok(())
    }

    /// Reads the next page of a feed.
    pub(super) async fn pull(&mut self, feed: FeedId) -> Result<(), SyncError> {
        let Some(stated) = self.store.stated(feed).await? else {
            return Ok(());
        };
        let cursor = stated.cursor;
        let token = self.token();
        let asked = self.api.changes(&token, stated, self.page_changes);
        let page = match asked.await {
            Ok(page) => page,
            Err(error) => return self.pull_failed(feed, error),
        };
        self.heard();
        let got = page.changes.len();
        if got > PAGE_CHANGES_READ_MAX {
            return Err(SyncError::PageTooLong { got });
        }
        self.page_changes = (self.page_changes * 2).min(PAGE_CHANGES_MAX);
        if let Some(state) = self.feed(feed) {
            state.info.stands_at(page.head);
            state.info.epoch = page.epoch;
            state.info.durable_upto = page.durable_upto;
            state.hint = if page.more { Hint::Pull } else { Hint::None };
        }
        if page.epoch != cursor.epoch {
            return Ok(());
        }
        if page.head < cursor.seq || page.kinship == Kinship::Forked {
            let Some(info) = self.feed(feed).map(|state| state.info) else {
                return Ok(());
            };
            self.freeze(&info).await?;
            self.mark_frozen();
            return Ok(());
        }
        let nothing_came = page.changes.is_empty();
        fail_point!("sync.pull.before-store", SyncError::NoProgress);
        self.apply(ChangesIn {
            feed,
            epoch: page.epoch,
            changes: page.changes,
            head: page.head,
            durable_upto: page.durable_upto,
            mark: page.mark,
        })
        .await?;
        fail_point!("sync.pull.after-store", SyncError::NoProgress);
        let moved = self
            .feed(feed)
            .and_then(|state| state.cursor)
            .is_some_and(|now| now.seq > cursor.seq);
        if !moved && (page.more || !nothing_came) {
            return Err(SyncError::NoProgress);
        }
        self.line_works();
        self.note_if_whole();
        Ok(())
    }

    fn pull_failed(&mut self, feed: FeedId, error: ApiError) -> Result<(), SyncError> {
        match (&error, error.problem()) {
            (_, Some(ProblemKind::SnapshotRequired)) => {
                self.hint(feed, Hint::Snapshot);
                Ok(())
            }
            (_, Some(ProblemKind::NotSignedIn)) => self.session_was_rejected(error.into()),
            (ApiError::Transport(TransportError::TimedOut | TransportError::TooLarge), _) => {
                // A page that does not get through never will: ask for less.
                self.page_changes = (self.page_changes / 2).max(1);
                Err(error.into())
            }
            (_, _) => Err(error.into()),
        }
    }

    /// Gives changes to the store and follows its cursor.
    pub(super) async fn apply(&mut self, page: ChangesIn) -> Result<(), SyncError> {
        let feed = page.feed;
        let grants = matches!(feed, FeedId::Officer(_))
            && page.changes.iter().any(|change| change.record.is_some());
        let durable = page.durable_upto;
        let cursor = match self.store.changes(page).await {
            Ok(applied) => {
                self.durable_told.insert(feed, durable);
                Some(applied.cursor)
            }
            // The copy moved under us: another program on this desk pulls too.
            Err(StoreError::Hole { .. }) => {
                self.hint(feed, Hint::Pull);
                self.store.cursor(feed).await?
            }
            Err(StoreError::OtherEpoch { .. }) => {
                self.hint(feed, Hint::Snapshot);
                self.store.cursor(feed).await?
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(state) = self.feed(feed) {
            state.cursor = cursor;
            // A reader that is ahead of what was last heard has heard more.
            if let Some(cursor) = cursor.filter(|cursor| cursor.epoch == state.info.epoch) {
                state.info.stands_at(state.info.head.max(cursor.seq));
            }
        }
        if grants && let Some(session) = &mut self.session {
            // The officer's grants may have changed: ask the service.
            session.renew_at = self.clock.monotonic();
        }
        Ok(())
    }

    /// Takes over where a feed stands, as the service said a moment ago.
    pub(super) fn stands(&mut self, info: FeedInfo) -> Known {
        let Some(state) = self.feed(info.feed) else {
            return Known::No;
        };
        // Said before the copy moved on, or the service has forgotten: to ask
        // it tells which.
        if goes_backwards(state.cursor, &info) && state.hint != Hint::Frozen {
            return Known::Doubtful;
        }
        state.info = info;
        self.mark_frozen();
        Known::Yes
    }

    /// Reads what the disk remembers, whoever wrote it: which life of the
    /// service the acts belong to, and where it went backwards.
    pub(super) async fn read_life(&mut self) -> Result<(), SyncError> {
        self.life = self.store.life().await?;
        let frozen = self.store.frozen().await?;
        self.frozen = frozen
            .into_iter()
            .map(|frozen| (frozen.feed, frozen.epoch))
            .collect();
        Ok(())
    }

    /// Notes, on the disk too, that the service has forgotten in this epoch
    /// what the desk has. The mark outlives connections and programs: the
    /// service's numbers may grow past the copy's again.
    pub(super) async fn freeze(&mut self, info: &FeedInfo) -> Result<(), SyncError> {
        let FeedInfo {
            feed, epoch, head, ..
        } = info;
        tracing::error!(%feed, %epoch, %head, "the service is behind this desk");
        if self.frozen.insert(*feed, *epoch) != Some(*epoch) {
            let (feed, epoch) = (*feed, *epoch);
            self.store.freeze(Frozen { feed, epoch }).await?;
        }
        Ok(())
    }

    /// Marks the feeds that went backwards.
    pub(super) fn mark_frozen(&mut self) {
        for state in self.feeds.iter_mut().flatten() {
            if self.frozen.get(&state.info.feed) == Some(&state.info.epoch) {
                state.hint = Hint::Frozen;
            }
        }
    }

    pub(super) fn feed(&mut self, feed: FeedId) -> Option<&mut FeedState> {
        self.feeds
            .iter_mut()
            .flatten()
            .find(|state| state.info.feed == feed)
    }

    /// Notes a hint; a frozen feed stays so.
    pub(super) fn hint(&mut self, feed: FeedId, hint: Hint) {
        if let Some(state) = self.feed(feed)
            && state.hint != Hint::Frozen
        {
            state.hint = hint;
        }
    }

    pub(super) fn line_works(&mut self) {
        self.line.succeed(self.clock.monotonic());
        self.rest_until = None;
        self.garbled = 0;
    }

    pub(super) fn note_if_whole(&mut self) {
        if self.is_whole() {
            let now = self.corrected_now();
            self.fresh_at = Some(now);
            self.keep_house(now);
        }
    }

    /// What is written down now and then while the copy is whole. Nobody waits
    /// for it: a failure shows with the next write that matters.
    fn keep_house(&mut self, now: Timestamp) {
        let due = |last: Option<Timestamp>, every: Minutes| {
            last.is_none_or(|last| now >= last.saturating_add(every))
        };
        if due(self.fresh_told, FRESH_EVERY) {
            self.fresh_told = Some(now);
            drop(self.store.note_fresh(now));
        }
        // A clock that was set to another year would empty the copy.
        if due(self.retained_at, RETAIN_EVERY) && self.offset.is_steady(self.reading()) {
            self.retained_at = Some(now);
            drop(self.store.retain(now));
        }
    }

    pub(super) fn heard(&mut self) {
        self.last_heard = Some(self.corrected_now());
    }
}

/// How often the copy's freshness is written down.
const FRESH_EVERY: Minutes = Minutes(1);
/// How often closed incidents are let go that the policy no longer keeps.
const RETAIN_EVERY: Minutes = Minutes(24 * 60);

/// Whether the feed's head is behind a copy of the same epoch.
fn goes_backwards(cursor: Option<Cursor>, info: &FeedInfo) -> bool {
    cursor.is_some_and(|cursor| cursor.epoch == info.epoch && cursor.seq > info.head)
}

/// What a statement about a feed is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It was taken over.
    Yes,
    /// It does not fit what the copy has: ask.
    Doubtful,
    /// The feed is new here: ask.
    No,
}
