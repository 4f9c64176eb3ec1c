//! What the engine does next. Pure: it looks at the situation and names one
//! step; the engine walks it and asks again.
//!
//! The order is the point. A person's halt comes before all, then the line's
//! rest, then the session. What this desk's officers did goes out before
//! anything comes in, because a red that was registered offline must not wait
//! behind a night's changes. Only a copy that is whole listens.

use super::clock::Mono;
use super::status::Needs;
use crate::wire::feed::{Cursor, FeedId, FeedInfo};

/// What the engine knows when it asks what to do.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// Now.
    pub now: Mono,
    /// What a person must do before anything goes on.
    pub halted: Option<&'a Needs>,
    /// The line rests until then.
    pub rest_until: Option<Mono>,
    /// How the session stands.
    pub session: SessionState,
    /// Where feeds and copy stand; `None` before the service was asked.
    pub feeds: Option<&'a [FeedState]>,
    /// Whether acts are to be sent.
    pub outbox: Outbox,
    /// How the live stream stands.
    pub stream: StreamState,
}

/// How the session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// There is none.
    None,
    /// It is good until then.
    RenewAt(Mono),
}

/// Whether acts are to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outbox {
    /// Nothing waits; look again then, because another program on this desk
    /// may have written.
    LookAt(Mono),
    /// Something may wait: send.
    Due,
    /// Something waits, but not before then.
    NotBefore(Mono),
    /// Nothing may be sent until a person acts.
    Held,
}

/// How the live stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamState {
    /// There is none.
    Closed,
    /// It is open.
    Open,
    /// Streams do not live here: ask again then.
    Polling {
        /// When to ask where the feeds stand.
        ask_at: Mono,
    },
}

/// A feed and this desk's copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedState {
    /// Where the service stands, as last heard.
    pub info: FeedInfo,
    /// Where the copy stands.
    pub cursor: Option<Cursor>,
    /// What was heard besides.
    pub hint: Hint,
}

/// What was heard about a feed besides its head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nothing.
    #[default]
    None,
    /// Something was missed: pull.
    Pull,
    /// The copy is too old to be paged forward.
    Snapshot,
    /// In this epoch the service has forgotten what the copy has. It stays so
    /// even when the service's numbers have grown past the copy's: they stand
    /// for other changes.
    Frozen,
}

/// What a feed needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedNeed {
    /// Nothing: the copy is whole.
    Nothing,
    /// The changes that are missing.
    Pull,
    /// All of it anew.
    Snapshot,
    /// A person: the service has forgotten what the copy has.
    Behind,
}

impl FeedState {
    /// Whether the copy follows another life of the service.
    #[must_use]
    pub fn is_of_another_life(&self) -> bool {
        self.cursor
            .is_some_and(|cursor| cursor.epoch != self.info.epoch)
    }

    /// What the feed needs.
    #[must_use]
    pub fn need(&self) -> FeedNeed {
        let Some(cursor) = self.cursor else {
            return FeedNeed::Snapshot;
        };
        if cursor.epoch != self.info.epoch || self.hint == Hint::Snapshot {
            FeedNeed::Snapshot
        } else if cursor.seq > self.info.head || self.hint == Hint::Frozen {
            FeedNeed::Behind
        } else if cursor.seq < self.info.head && cursor.seq.next() < self.info.low_water {
            FeedNeed::Snapshot
        } else if cursor.seq < self.info.head || self.hint == Hint::Pull {
            FeedNeed::Pull
        } else {
            FeedNeed::Nothing
        }
    }
}

/// The next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing, until a person acts.
    Halt,
    /// Nothing, until then.
    Rest(Mono),
    /// Begin or renew the session.
    SignIn,
    /// Ask where the feeds stand.
    ListFeeds,
    /// Send what waits.
    Push,
    /// Take a snapshot of this feed.
    Snapshot(FeedId),
    /// Read what is missing of this feed.
    Pull(FeedId),
    /// Open the live stream.
    OpenStream,
    /// Listen; at the latest until then.
    Listen(Mono),
}

/// Names the next step.
#[must_use]
pub fn next_step(at: &Situation<'_>) -> Step {
    if at.halted.is_some() {
        return Step::Halt;
    }
    if let Some(until) = at.rest_until.filter(|until| *until > at.now) {
        return Step::Rest(until);
    }
    let SessionState::RenewAt(renew_at) = at.session else {
        return Step::SignIn;
    };
    if renew_at <= at.now {
        return Step::SignIn;
    }
    let Some(feeds) = at.feeds else {
        return Step::ListFeeds;
    };
    // In another life of the service the desk's numbers begin where the backup
    // ended: what was lost is offered again with the snapshot, and nothing that
    // was made later may go out before it.
    if let Some(feed) = feeds.iter().find(|feed| feed.is_of_another_life()) {
        return Step::Snapshot(feed.info.feed);
    }
    let look_at = match at.outbox {
        Outbox::Due => return Step::Push,
        Outbox::LookAt(then) | Outbox::NotBefore(then) if then <= at.now => return Step::Push,
        Outbox::LookAt(then) | Outbox::NotBefore(then) => then,
        Outbox::Held => renew_at,
    };
    let found = feeds.iter().find_map(|feed| match feed.need() {
        FeedNeed::Snapshot => Some(Step::Snapshot(feed.info.feed)),
        FeedNeed::Pull => Some(Step::Pull(feed.info.feed)),
        FeedNeed::Nothing | FeedNeed::Behind => None,
    });
    if let Some(step) = found {
        return step;
    }
    match at.stream {
        StreamState::Closed => Step::OpenStream,
        StreamState::Open => Step::Listen(renew_at.min(look_at)),
        StreamState::Polling { ask_at } if ask_at <= at.now => Step::ListFeeds,
        StreamState::Polling { ask_at } => Step::Listen(renew_at.min(look_at).min(ask_at)),
    }
}

#[cfg(test)]
mod tests;
