//! An incident that is opened, and what of it is shown whole.

use super::suggested::Suggested;
use crate::domain::ids::RecordId;
use crate::domain::record::Sealed;
use crate::domain::time::{Millis, Timestamp};
use crate::store::view::{Shown, TimelineItem};

/// How long what was revealed stays on the screen.
pub const REVEALED_SHOWN_MS: Millis = Millis(60_000);

/// Whether what was revealed at `since` is still shown. A clock that went back
/// ends it rather than making it longer.
pub fn is_shown_whole(since: Timestamp, now: Timestamp) -> bool {
    let gone = now.since(since);
    gone >= Millis(0) && gone < REVEALED_SHOWN_MS
}

/// An opened incident.
#[derive(Clone, Debug)]
pub struct Detail {
    pub id: RecordId,
    pub shown: Option<Shown>,
    pub timeline: Vec<TimelineItem>,
    pub scroll: usize,
    /// Since when it is shown whole: the revealing is in the outbox.
    pub revealed: Option<Timestamp>,
    /// What may be the same matter.
    pub suggested: Suggested,
}

/// How a page shows what is masked.
#[derive(Clone, Copy, Debug)]
pub enum Look<'a> {
    /// As anybody in the room may see it.
    Masked,
    /// Whole, with what is sealed, to whoever has revealed it.
    Whole {
        sealed: Option<&'a Sealed>,
        left: Millis,
    },
}

impl Detail {
    pub fn of(id: RecordId) -> Self {
        Self {
            id,
            shown: None,
            timeline: Vec::new(),
            scroll: 0,
            revealed: None,
            suggested: Suggested::default(),
        }
    }

    /// How it is shown now. A clock that went back ends a revealing rather than
    /// making it longer.
    pub fn look(&self, now: Timestamp) -> Look<'_> {
        let shown = self.shown.as_ref();
        match (self.revealed, shown) {
            (Some(since), Some(shown)) => {
                if is_shown_whole(since, now) {
                    Look::Whole {
                        sealed: shown.record.sealed.as_ref(),
                        left: Millis(REVEALED_SHOWN_MS.0 - now.since(since).0),
                    }
                } else {
                    Look::Masked
                }
            }
            _ => Look::Masked,
        }
    }
}
