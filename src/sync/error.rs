//! What can stop a step of the engine, and whether it passes by itself.

use super::api::ApiError;
use super::backoff::Setback;
use super::session::SignInError;
use super::snapshot::SnapshotError;
use super::sse::SseError;
use crate::store::handle::StoreError;
use crate::wire::feed::PAGE_CHANGES_READ_MAX;

/// Why a step was not done. Nothing that was stored is lost by it.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The service did not answer, or not as it should.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The session did not begin.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The own store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The snapshot is none.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The snapshot ended before its trailer.
    #[error("the snapshot ended before its last line")]
    SnapshotCut,
    /// Nothing was heard for too long.
    #[error("nothing was heard for too long")]
    Silent,
    /// So little comes that it would never end.
    #[error("the snapshot comes too slowly to ever be whole; check the line")]
    Trickles,
    /// A page has more changes than any page.
    #[error("the service's page has {got} changes; at most {PAGE_CHANGES_READ_MAX} are taken")]
    PageTooLong {
        /// How many came.
        got: usize,
    },
    /// The live stream cannot be read on.
    #[error(transparent)]
    Stream(#[from] SseError),
    /// A message of the live stream cannot be read.
    #[error("a message of the live stream cannot be read")]
    Message(#[source] serde_json::Error),
    /// The service's page leads nowhere.
    #[error("the service's page brings the copy no further")]
    NoProgress,
}

impl SyncError {
    /// Whether the same may work later without anybody's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Api(error) => error.is_transient(),
            Self::SignIn(error) => error.is_transient(),
            Self::Store(error) => error.is_transient(),
            Self::Snapshot(_)
            | Self::SnapshotCut
            | Self::Silent
            | Self::Trickles
            | Self::PageTooLong { .. }
            | Self::Stream(_)
            | Self::Message(_)
            | Self::NoProgress => true,
        }
    }

    /// What the error is to the next wait.
    #[must_use]
    pub fn setback(&self) -> Setback {
        match self {
            Self::Api(error) | Self::SignIn(SignInError::Offline(error)) => error.setback(),
            Self::SignIn(SignInError::Wait(span)) => Setback::Overloaded {
                retry_after: Some(*span),
            },
            // A line that fell silent is one that nothing answers on.
            Self::Silent => Setback::Unreachable,
            Self::SignIn(
                SignInError::WrongPassword { .. }
                | SignInError::Refused { .. }
                | SignInError::Revoked
                | SignInError::EnrolAnew { .. }
                | SignInError::Certificate { .. }
                | SignInError::Desk(_)
                | SignInError::Failed(_),
            )
            | Self::Store(_)
            | Self::Snapshot(_)
            | Self::SnapshotCut
            | Self::Trickles
            | Self::PageTooLong { .. }
            | Self::Stream(_)
            | Self::Message(_)
            | Self::NoProgress => Setback::Overloaded { retry_after: None },
        }
    }

    /// Whether the two programs seem to speak differently.
    #[must_use]
    pub fn is_garbled(&self) -> bool {
        match self {
            Self::Api(ApiError::Unreadable(_))
            | Self::Message(_)
            | Self::PageTooLong { .. }
            | Self::Snapshot(SnapshotError::Line { .. }) => true,
            Self::Api(_)
            | Self::SignIn(_)
            | Self::Store(_)
            | Self::Snapshot(_)
            | Self::SnapshotCut
            | Self::Silent
            | Self::Trickles
            | Self::Stream(_)
            | Self::NoProgress => false,
        }
    }
}
