//! What can go wrong in the store, and whether trying again may help.

use rusqlite::ErrorCode;

use crate::domain::ids::CommandId;
use crate::domain::incident::refusal::Refusal;
use crate::wire::feed::{Epoch, FeedId, Seq};

/// Why the store did not do what was asked. Nothing was half done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file was written by a newer program.
    #[error("{file} has version {found}; this program knows up to version {known}")]
    Newer {
        /// Which file.
        file: &'static str,
        /// The file's version.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// The key does not open the file, or its first page is damaged; the two
    /// cannot be told apart.
    #[error("{file} does not open with this desk's key, or is damaged")]
    WrongKey {
        /// Which file.
        file: &'static str,
    },
    /// The file is damaged further in.
    #[error("the local copy is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// The disk is full, or the file has reached its bound.
    #[error("the disk is full")]
    DiskFull(#[source] rusqlite::Error),
    /// The disk does not read or write. The engine says the same of a disk that
    /// has no room for its index.
    #[error("the disk fails, or is full")]
    DiskFails(#[source] rusqlite::Error),
    /// Another program holds the file for too long, or too many calls wait.
    #[error("the store is busy")]
    Busy,
    /// The file is damaged, and another program of this desk has it open: it
    /// cannot be moved aside before that one ends.
    #[error("{file} is damaged, and another program of this desk has it open")]
    InUse {
        /// Which file.
        file: &'static str,
    },
    /// A later question of the same list took its place.
    #[error("a later question took the place of this one")]
    Superseded,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// Any other failure of the file.
    #[error("the store failed")]
    Sql(#[source] rusqlite::Error),
    /// The folder or a file could not be used.
    #[error("the folder of the store failed")]
    Io(#[source] std::io::Error),
    /// The tables could not be made or brought up to date.
    #[error("the tables could not be brought up to date")]
    Migration(#[source] Box<refinery::Error>),
    /// Something stored by this program does not read back.
    #[error("a stored {what} does not read back")]
    Unreadable {
        /// What it should be.
        what: &'static str,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
    /// A change is missing: pull, never skip.
    #[error("feed {feed}: expected change {expected}, got {got}")]
    Hole {
        /// In which feed.
        feed: FeedId,
        /// The next change wanted.
        expected: Seq,
        /// The change that came.
        got: Seq,
    },
    /// The changes belong to another life of the service.
    #[error("feed {feed} is of epoch {got}, the copy is of {expected}")]
    OtherEpoch {
        /// Which feed.
        feed: FeedId,
        /// What the copy follows.
        expected: Epoch,
        /// What came.
        got: Epoch,
    },
    /// A snapshot was not whole; all of it was discarded.
    #[error("the snapshot was not whole and was discarded: {0}")]
    Snapshot(SnapshotFault),
    /// The outbox has reached its bound.
    #[error("{max} acts wait already")]
    OutboxFull {
        /// The bound.
        max: u64,
    },
    /// There is no such act, or it does not stand as the call needs it.
    #[error("no such act in the outbox: {0}")]
    NoSuchAct(CommandId),
}

/// What was wrong with a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotFault {
    /// A form that this program does not read.
    #[error("form {0} is not known")]
    Form(u32),
    /// Lines came without a header, or for another feed.
    #[error("no snapshot was begun")]
    NotBegun,
    /// Header, trailer and what came disagree.
    #[error("the counts disagree")]
    Counts,
    /// The bytes are not those that were sent.
    #[error("the hash disagrees")]
    Hash,
    /// A line is no record.
    #[error("line {line} is no record")]
    Line {
        /// Which, from 1.
        line: u64,
    },
    /// It is older than what is stored.
    #[error("it is older than the copy")]
    Older,
}

impl StoreError {
    /// Whether the same call may succeed later without anybody's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy | Self::Hole { .. } | Self::Snapshot(_) => true,
            Self::Superseded
            | Self::Newer { .. }
            | Self::WrongKey { .. }
            | Self::Damaged(_)
            | Self::DiskFull(_)
            | Self::DiskFails(_)
            | Self::InUse { .. }
            | Self::Closed
            | Self::Sql(_)
            | Self::Io(_)
            | Self::Migration(_)
            | Self::Unreadable { .. }
            | Self::OtherEpoch { .. }
            | Self::OutboxFull { .. }
            | Self::NoSuchAct(_) => false,
        }
    }

    /// Whether room on the disk would help.
    #[must_use]
    pub fn is_full_disk(&self) -> bool {
        match self {
            Self::DiskFull(_) => true,
            Self::Io(error) => error.kind() == std::io::ErrorKind::StorageFull,
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull(error),
            Some(ErrorCode::SystemIoFailure) => Self::DiskFails(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Sql(error),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Why an act was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// A rule stands against it, seen before anything was written.
    #[error("refused: {0}")]
    Refused(#[source] Refusal),
    /// It is not on the disk: the officer must know that it is not done.
    #[error("not stored")]
    NotStored(#[source] StoreError),
}

impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        Self::NotStored(error)
    }
}

/// Names what could not be read back.
pub(super) fn unreadable(what: &'static str) -> impl FnOnce(serde_json::Error) -> StoreError {
    move |source| StoreError::Unreadable { what, source }
}
