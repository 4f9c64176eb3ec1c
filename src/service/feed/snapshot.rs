//! Snapshots: everything that a reader may see of a feed, at one moment.
//!
//! NDJSON, compressed with zstd: a header, a line a record (open incidents
//! first, with their latest events), and a trailer with counts and a hash of
//! every byte before it. Without the right trailer a reader discards all.

use std::collections::BTreeMap;
use std::io::Write;

use super::super::core::Core;
use super::super::storage::{Shelf, StorageError, StoredRecord, View};
use super::{audience, sequencer};
use crate::domain::officer::{Officer, Sight};
use crate::fault::fail_point;
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
    /// The compressed text could not be written, or nobody reads it any more.
    #[error("snapshot: {0}")]
    Io(#[from] std::io::Error),
    /// Who may see what has changed since it was begun.
    #[error("the reader's account has changed")]
    Unwelcome,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Writes the snapshot of a feed for this officer into `out`, record by record.
/// `begun` is told its place before anything is written.
///
/// # Errors
/// See [`SnapshotError`]; what was written is then without a trailer.
pub fn write(
    core: &Core,
    view: &View<'_>,
    officer: &Officer,
    feed: FeedId,
    out: impl Write,
    begun: impl FnOnce(Seq),
) -> Result<(), SnapshotError> {
    let head = view.feed(feed)?.ok_or(SnapshotError::NoFeed)?;
    let counts = counts(view, officer, feed)?;
    let mut out = Hashing::new(out)?;
    begun(head.head);
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
        let events = match record.shelf {
            Shelf::Open => events(view, officer, &record)?,
            Shelf::Names | Shelf::Rest => Vec::new(),
        };
        *came.entry(record.kind.as_str().to_owned()).or_default() += 1;
        out.line(&SnapshotLine {
            record: sequencer::raw(text)?,
            events,
        })
    })?;
    fail_point!(
        "service.snapshot.taken",
        StorageError::RanOut("luck").into()
    );
    out.close(came)
}

/// How many records of which kind the officer may see.
fn counts(
    view: &View<'_>,
    officer: &Officer,
    feed: FeedId,
) -> Result<BTreeMap<String, u64>, SnapshotError> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for ((kind, area), count) in view.record_counts(feed)? {
        if audience::sight(officer, feed, &kind, area) > Sight::Nothing {
            *counts.entry(kind.as_str().to_owned()).or_default() += count;
        }
    }
    Ok(counts)
}

/// The latest events of a record, as far as the officer may see them.
fn events(
    view: &View<'_>,
    officer: &Officer,
    record: &StoredRecord,
) -> Result<Vec<PlacedEvent>, SnapshotError> {
    let sight = audience::sight(officer, record.feed, &record.kind, record.area);
    let mut events = Vec::new();
    for change in view.changes_of(record.feed, record.id, SNAPSHOT_EVENTS_MAX)? {
        if let Some(event) = audience::event_for(sight, &change.event)? {
            events.push(PlacedEvent {
                seq: change.seq,
                event: sequencer::raw(event)?,
            });
        }
    }
    Ok(events)
}

/// Compresses what it is given and hashes it on the way.
struct Hashing<W: Write> {
    zstd: zstd::stream::write::Encoder<'static, W>,
    hash: ring::digest::Context,
    text: Vec<u8>,
}

impl<W: Write> Hashing<W> {
    fn new(out: W) -> Result<Self, SnapshotError> {
        Ok(Self {
            zstd: zstd::stream::write::Encoder::new(out, ZSTD_LEVEL)?,
            hash: ring::digest::Context::new(&ring::digest::SHA256),
            text: Vec::new(),
        })
    }

    fn line(&mut self, line: &impl serde::Serialize) -> Result<(), SnapshotError> {
        self.text.clear();
        serde_json::to_writer(&mut self.text, line).map_err(StorageError::from)?;
        self.text.push(b'\n');
        self.hash.update(&self.text);
        self.zstd.write_all(&self.text)?;
        Ok(())
    }

    fn close(mut self, counts: BTreeMap<String, u64>) -> Result<(), SnapshotError> {
        let sha256 = hex(self.hash.clone().finish().as_ref());
        self.line(&SnapshotTrailer {
            trailer: TrailerBody { counts, sha256 },
        })?;
        self.zstd.finish()?;
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}
