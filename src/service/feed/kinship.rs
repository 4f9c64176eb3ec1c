//! Whether what a reader has is still this service's own.
//!
//! A reader states what it holds for a place of a feed. Where the service has
//! another word for it, or has no such place, it was put back within one epoch:
//! the numbers stand for other changes now, or will.

use super::super::core::Core;
use super::super::storage::{FeedHead, StorageError, View};
use crate::wire::command::Written;
use crate::wire::feed::{FeedId, Kinship, Mark, Seq};

/// What the marks that a reader states are worth.
///
/// # Errors
/// When the storage fails.
pub fn of(
    core: &Core,
    view: &View<'_>,
    head: &FeedHead,
    stated: &[Mark],
) -> Result<Kinship, StorageError> {
    for stated in stated {
        if stated.seq > head.head {
            return Ok(Kinship::Forked);
        }
        // What is no more kept cannot be compared.
        let own = mark(core, view, head.feed, stated.seq)?;
        if own.is_some_and(|own| own != *stated) {
            return Ok(Kinship::Forked);
        }
    }
    Ok(Kinship::Same)
}

/// The word for a place; none for one that is not there, or no more.
///
/// # Errors
/// When the storage fails.
pub fn mark(
    core: &Core,
    view: &View<'_>,
    feed: FeedId,
    seq: Seq,
) -> Result<Option<Mark>, StorageError> {
    let chain = view.chain_at(feed, seq)?;
    Ok(chain.map(|chain| Mark {
        seq,
        chain: core.master.word(&chain),
    }))
}

/// The places with their words, as they stand now.
///
/// # Errors
/// When the storage fails.
pub fn worded(
    core: &Core,
    view: &View<'_>,
    written: Vec<Written>,
) -> Result<Vec<Written>, StorageError> {
    written
        .into_iter()
        .map(|place| {
            let mark = mark(core, view, place.feed, place.seq)?;
            Ok(Written {
                chain: mark.map(|mark| mark.chain),
                ..place
            })
        })
        .collect()
}
