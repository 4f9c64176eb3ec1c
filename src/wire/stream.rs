//! The live stream: a hint that carries data. Pull is the truth.

use serde::{Deserialize, Serialize};

use super::feed::{Epoch, FeedId, FeedInfo, Stated, WireChange};
use super::proof::Digest;
use crate::domain::time::Timestamp;

/// From one heartbeat to the next, in milliseconds.
pub const HEARTBEAT_MS: u64 = 15_000;

/// The names of the events of the stream.
pub mod name {
    /// A change follows.
    pub const CHANGE: &str = "change";
    /// Something was left out: pull.
    pub const PULL: &str = "pull";
    /// The reader is too far behind: take a snapshot.
    pub const GAP: &str = "gap";
    /// In this epoch the service has forgotten what the reader has.
    pub const FORKED: &str = "forked";
    /// The service is alive; heads and time.
    pub const BEAT: &str = "beat";
    /// The service is going away.
    pub const BYE: &str = "bye";
}

/// The body of `POST /v1/stream`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamRequest {
    /// Where the reader stands in each feed.
    pub cursors: Vec<Stated>,
}

/// Data of a `change` event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StreamChange {
    /// Which feed.
    pub feed: FeedId,
    /// Which life of the service.
    pub epoch: Epoch,
    /// The change.
    pub change: WireChange,
    /// The service's word for everything up to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Digest>,
}

/// Data of `pull`, `gap` and `forked` events.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StreamFeed {
    /// Which feed.
    pub feed: FeedId,
}

/// Data of a `beat` event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Beat {
    /// The service's time.
    pub server_time: Timestamp,
    /// Where the feeds stand.
    pub heads: Vec<FeedInfo>,
    /// When the caller's token ends.
    pub token_expires_at: Timestamp,
}

/// Data of a `bye` event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bye {
    /// After how many milliseconds to come back.
    pub retry_ms: u64,
}
