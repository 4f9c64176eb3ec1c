//! What the engine tells the screen about the line.

use crate::domain::time::Timestamp;

/// How the line to the centre stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// Nothing answers.
    #[default]
    Offline,
    /// Trying.
    Connecting,
    /// Reading what was missed.
    CatchingUp,
    /// Bytes come in time.
    Live,
    /// It works, but not as it should (long-poll, slow answers).
    Degraded,
}

/// Why nothing goes on without the officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing is needed.
    Nothing,
    /// Sign in again: the token or the offline window has ended.
    SignIn,
    /// The officer's grants changed: the desk opens the copy of the new ones.
    /// The officer has nothing to do for it.
    Grants,
    /// The account is out of use: nothing of its copy is shown any more.
    Revoked,
    /// The service's certificate is not the one that was pinned.
    CertificateChanged,
    /// The service has forgotten what this desk has seen: frozen, readable.
    ServiceBehind,
    /// This desk looks copied: enrol again.
    Enrol,
    /// The service is newer and this program too old (or the reverse).
    Version,
}

/// A snapshot of the engine's state, sent whenever it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The line.
    pub link: LinkState,
    /// What is needed from a person.
    pub needs: Needs,
    /// When the last bytes came, by the corrected clock.
    pub last_heard: Option<Timestamp>,
    /// When the copy was last known to be whole.
    pub fresh_at: Option<Timestamp>,
    /// What is added to the own clock, in milliseconds.
    pub offset_ms: i64,
    /// The latest round trip, in milliseconds.
    pub round_trip_ms: Option<u64>,
    /// When the next try comes, while offline.
    pub next_try: Option<Timestamp>,
    /// How many records of a snapshot have come, of how many.
    pub snapshot: Option<(u64, u64)>,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            link: LinkState::Offline,
            needs: Needs::Nothing,
            last_heard: None,
            fresh_at: None,
            offset_ms: 0,
            round_trip_ms: None,
            next_try: None,
            snapshot: None,
        }
    }
}
