//! Snapshots: everything that a reader may see of a feed, at one moment.
//!
//! NDJSON, compressed with zstd: a header, a line a record (open incidents
//! first, with their latest events), and a trailer with counts and a hash of
//! every byte before it. Without the right trailer a reader discards all.

use std::collections::BTreeMap;
use std::io::Write;

use super::super::core::Core;
use super::super::storage::{Shelf, StorageError, View};
use super::{audience, sequencer};
use crate::domain::officer::{Officer, Sight};
use crate::wire::feed::{
    FeedId, PlacedEvent, SNAPSHOT_EVENTS_MAX, Seq, SnapshotHeader, SnapshotLine, SnapshotTrailer,
    TrailerBody,
};

/// The form of a snapshot that this program writes.
pub const SNAPSHOT_FORM: u32 = 1;
/// zstd's level: its default, fast enough to be limited by the network.
const ZSTD_LEVEL: i32 = 3;

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// There is no such feed.
    #[error("no such feed")]
    NoFeed,
    /// The compressed text could not be written.
    #[error("snapshot: {0}")]
    Io(#[from] std::io::Error),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A snapshot that is ready to be sent.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// It holds everything up to here.
    pub seq: Seq,
    /// The compressed bytes.
    pub bytes: Vec<u8>,
    /// The hash of the text before the trailer.
    pub sha256: String,
}

/// Takes the snapshot of a feed for this officer.
///
/// # Errors
/// See [`SnapshotError`].
pub fn take(
    core: &Core,
    view: &View<'_>,
    officer: &Officer,
    feed: FeedId,
) -> Result<Snapshot, SnapshotError> {
    let head = view.feed(feed)?.ok_or(SnapshotError::NoFeed)?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for ((kind, area), count) in view.record_counts(feed)? {
        if audience::sight(officer, feed, &kind, area) > Sight::Nothing {
            *counts.entry(kind.as_str().to_owned()).or_default() += count;
        }
    }
    let mut out = Hashing::new()?;
    out.line(&SnapshotHeader {
        snapshot: SNAPSHOT_FORM,
        feed,
        epoch: core.epoch(),
        seq: head.head,
        counts,
        chain: Some(core.master.word(&head.chain)),
    })?;
    let mut came: BTreeMap<String, u64> = BTreeMap::new();
    view.records(feed, |record| -> Result<(), SnapshotError> {
        let Some(text) = audience::record_for(officer, &record)? else {
            return Ok(());
        };
        let sight = audience::sight(officer, feed, &record.kind, record.area);
        let mut events = Vec::new();
        if record.shelf == Shelf::Open {
            for change in view.changes_of(feed, record.id, SNAPSHOT_EVENTS_MAX)? {
                if let Some(event) = audience::event_for(sight, &change.event)? {
                    events.push(PlacedEvent {
                        seq: change.seq,
                        event: sequencer::raw(event)?,
                    });
                }
            }
        }
        *came.entry(record.kind.as_str().to_owned()).or_default() += 1;
        out.line(&SnapshotLine {
            record: sequencer::raw(text)?,
            events,
        })
    })?;
    out.close(head.head, came)
}

/// Compresses what it is given and hashes it on the way.
struct Hashing {
    zstd: zstd::stream::write::Encoder<'static, Vec<u8>>,
    hash: ring::digest::Context,
}

impl Hashing {
    fn new() -> Result<Self, SnapshotError> {
        Ok(Self {
            zstd: zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)?,
            hash: ring::digest::Context::new(&ring::digest::SHA256),
        })
    }

    fn line(&mut self, line: &impl serde::Serialize) -> Result<(), SnapshotError> {
        let mut text = serde_json::to_vec(line).map_err(StorageError::from)?;
        text.push(b'\n');
        self.hash.update(&text);
        self.zstd.write_all(&text)?;
        Ok(())
    }

    fn close(mut self, seq: Seq, counts: BTreeMap<String, u64>) -> Result<Snapshot, SnapshotError> {
        let sha256 = hex(self.hash.clone().finish().as_ref());
        self.line(&SnapshotTrailer {
            trailer: TrailerBody {
                counts,
                sha256: sha256.clone(),
            },
        })?;
        Ok(Snapshot {
            seq,
            bytes: self.zstd.finish()?,
            sha256,
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}
