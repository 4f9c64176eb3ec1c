//! Pages of changes.

use std::ops::ControlFlow;

use super::super::core::Core;
use super::super::storage::{StorageError, StoredChange, View};
use super::{audience, kinship};
use crate::domain::officer::Officer;
use crate::wire::feed::{
    ChangesPage, Epoch, FeedId, Kinship, Mark, PAGE_BYTES_MAX, Seq, WireChange,
};
use crate::wire::proof::Digest;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// There is no such feed.
    #[error("no such feed")]
    NoFeed,
    /// The reader is of another epoch, or further back than changes are kept.
    #[error("the cursor is too old: take a snapshot")]
    SnapshotRequired,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// Which feed.
    pub feed: FeedId,
    /// The epoch that the reader knows.
    pub epoch: Epoch,
    /// The last place that the reader has.
    pub after: Seq,
    /// The word that the reader has for that place.
    pub chain: Option<Digest>,
    /// The most changes; one transaction may exceed it, for it is not split.
    pub limit: usize,
}

/// The next page for this officer.
///
/// # Errors
/// See [`PageError`].
pub fn page(
    core: &Core,
    view: &View<'_>,
    officer: &Officer,
    ask: Ask,
) -> Result<ChangesPage, PageError> {
    let epoch = core.epoch();
    let head = view.feed(ask.feed)?.ok_or(PageError::NoFeed)?;
    if ask.epoch != epoch || ask.after.next() < head.low_water {
        return Err(PageError::SnapshotRequired);
    }
    let stated = ask.chain.map(|chain| Mark {
        seq: ask.after,
        chain,
    });
    let mut answer = ChangesPage {
        epoch,
        head: head.head,
        // One machine, synchronous commits: what is committed survives.
        durable_upto: head.head,
        more: false,
        changes: Vec::new(),
        mark: None,
        kinship: kinship::of(core, view, &head, stated.as_slice())?,
    };
    if answer.kinship == Kinship::Forked {
        return Ok(answer);
    }
    let mut filling = Filling::new(ask.limit);
    view.changes_after(ask.feed, ask.after, |change| filling.take(officer, &change))?;
    answer.changes = filling.close();
    let last = answer.changes.last().map_or(ask.after, |change| change.seq);
    answer.more = last < head.head;
    answer.mark = kinship::mark(core, view, ask.feed, last)?;
    Ok(answer)
}

/// Fills a page by whole transactions.
struct Filling {
    limit: usize,
    done: Vec<WireChange>,
    done_bytes: usize,
    open: Vec<WireChange>,
    open_bytes: usize,
    full: bool,
}

impl Filling {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            done: Vec::new(),
            done_bytes: 0,
            open: Vec::new(),
            open_bytes: 0,
            full: false,
        }
    }

    fn take(
        &mut self,
        officer: &Officer,
        change: &StoredChange,
    ) -> Result<ControlFlow<()>, StorageError> {
        if self.open.last().is_some_and(|last| last.tx != change.tx) {
            self.settle();
            let spent = self.done.len() >= self.limit || self.done_bytes >= PAGE_BYTES_MAX;
            if self.full || spent {
                self.full = true;
                return Ok(ControlFlow::Break(()));
            }
        }
        let seen = audience::change_for(officer, change)?;
        self.open_bytes += bytes(&seen);
        self.open.push(seen);
        Ok(ControlFlow::Continue(()))
    }

    /// Moves the transaction that just ended onto the page, if it fits or the
    /// page would be empty without it.
    fn settle(&mut self) {
        let fits = self.done.len() + self.open.len() <= self.limit
            && self.done_bytes + self.open_bytes <= PAGE_BYTES_MAX;
        if fits || self.done.is_empty() {
            self.done.append(&mut self.open);
            self.done_bytes += self.open_bytes;
        } else {
            self.open.clear();
            self.full = true;
        }
        self.open_bytes = 0;
    }

    fn close(mut self) -> Vec<WireChange> {
        if !self.full && !self.open.is_empty() {
            self.settle();
        }
        self.done
    }
}

fn bytes(change: &WireChange) -> usize {
    // The numbers and names around the two texts.
    const FRAME_BYTES: usize = 64;
    let text = |raw: &Option<Box<serde_json::value::RawValue>>| {
        raw.as_ref().map_or(0, |raw| raw.get().len())
    };
    FRAME_BYTES + text(&change.event) + text(&change.record)
}
