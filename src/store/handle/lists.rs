//! The calls about lists: pages, and the index that finds words.

use std::sync::{Arc, PoisonError};

use super::{Executor, Store, Ticket};
use crate::store::error::StoreError;
use crate::store::find::keeper::{self, Keeper};
use crate::store::page;
use crate::store::page::latest::Latest;
use crate::store::seek::{self, Found, Seek};
use crate::store::shared::Searching;
use crate::store::view::{Anchor, Filter, QueuePage, Sort};

impl Store {
    /// A page of the queue; at most `page::PAGE_ROWS_MAX` rows.
    pub fn queue(
        &self,
        filter: Filter,
        sort: Sort,
        anchor: Anchor,
        limit: usize,
    ) -> Ticket<QueuePage> {
        self.queue_while(Latest::always(), filter, sort, anchor, limit)
    }

    /// As [`Store::queue`], as long as the answer is the latest that is wanted;
    /// else it is [`StoreError::Superseded`].
    pub fn queue_while(
        &self,
        latest: Latest,
        filter: Filter,
        sort: Sort,
        anchor: Anchor,
        limit: usize,
    ) -> Ticket<QueuePage> {
        let places = self.places();
        let wanted = page::Wanted {
            filter,
            sort,
            anchor,
            limit,
            latest,
        };
        self.inner
            .exec
            .read(move |reader| page::queue(reader, &places, &wanted))
    }

    /// A new question of the screen's list: those before it are not wanted any
    /// more.
    #[must_use]
    pub fn ask_list(&self) -> Latest {
        self.inner.questions.ask()
    }

    /// What fits the words, the best first; as long as it is the latest that is
    /// wanted, else it is [`StoreError::Superseded`].
    pub fn seek(&self, latest: Latest, wanted: Seek) -> Ticket<Found> {
        let places = self.places();
        self.inner
            .exec
            .read(move |reader| seek::seek(reader, &places, &wanted, &latest))
    }

    /// A new question of the search: those before it are not wanted any more.
    #[must_use]
    pub fn ask_seek(&self) -> Latest {
        self.inner.seeks.ask()
    }

    /// How far the search index is.
    #[must_use]
    pub fn searching(&self) -> Searching {
        self.inner.shared.searching()
    }

    /// Has the search index made and kept from now on, in a thread of its own
    /// (where there are threads), unless another program of this desk does.
    ///
    /// # Errors
    /// Failures of the disk. Words are found without an index too.
    pub fn keep_index(&self) -> Result<(), StoreError> {
        let inner = &self.inner;
        let Executor::Threads = inner.executor else {
            return Ok(());
        };
        let mut keeper = inner.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        if keeper.is_none() {
            *keeper = Keeper::start(&inner.paths.replica, &inner.key, Arc::clone(&inner.shared))?;
        }
        Ok(())
    }

    /// Makes the search index, or brings it up to date, before it returns.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while somebody else keeps it, and failures of the
    /// disk.
    pub fn index_now(&self) -> Result<(), StoreError> {
        let inner = &self.inner;
        keeper::now(&inner.paths.replica, &inner.key, Arc::clone(&inner.shared))
    }
}
