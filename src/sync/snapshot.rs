//! A snapshot out of bytes: decompressed, cut into lines, hashed; never more
//! of it in memory than one line and one buffer.

use std::ops::Range;

use ring::digest;
use serde::Deserialize;
use serde_json::value::RawValue;
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use crate::wire::bounds::from_json;
use crate::wire::feed::{PlacedEvent, SnapshotHeader, SnapshotLine, TrailerBody};
use crate::wire::proof::{Digest, HASH_BYTES};

/// The most bytes of one line: a record with its latest events.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The farthest back that packed bytes may refer, as a power of two of bytes:
/// 8 MiB of memory. The service packs with less (zstd's level 3 has 2 MiB).
pub const WINDOW_LOG_MAX: u32 = 23;
/// The most bytes that one packed byte may become, over the whole snapshot.
/// Ours become 10 to 20, and records that are all alike 100.
pub const RATIO_MAX: u64 = 500;
/// Up to here the ratio is not looked at, in bytes: the first few packed ones
/// may stand for much.
pub const RATIO_FREE_BYTES: u64 = 64 * 1024 * 1024;
/// The most unpacked bytes of a snapshot: ten million records of the usual
/// size.
pub const TEXT_BYTES_MAX: u64 = 32 * 1024 * 1024 * 1024;
/// The most records of a snapshot.
pub const RECORDS_MAX: u64 = 10_000_000;
/// The most kinds of record that header and trailer may count.
pub const KINDS_MAX: usize = 1_000;
/// How much is decompressed at a time.
const BUFFER_BYTES: usize = 64 * 1024;
/// The first bytes of a zstd frame (RFC 8878 §3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// A part of a snapshot.
#[derive(Debug)]
pub enum Part {
    /// The first line.
    Header(SnapshotHeader),
    /// A record.
    Line(SnapshotLine),
    /// The last line, and the hash of the bytes before it.
    Trailer(TrailerBody, Digest),
}

/// Why the bytes are no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// They do not decompress.
    #[error("the snapshot does not decompress")]
    Compression(#[source] std::io::Error),
    /// So few bytes become so many only in what is made to fill disks.
    #[error(
        "{packed} bytes of the snapshot became more than {text}: \
         at most {RATIO_MAX} times as many, and {TEXT_BYTES_MAX} bytes, are taken"
    )]
    Bomb {
        /// Packed bytes so far.
        packed: u64,
        /// Unpacked bytes so far.
        text: u64,
    },
    /// The header promises more than a snapshot may have.
    #[error(
        "the snapshot counts {records} records of {kinds} kinds; \
         at most {RECORDS_MAX} of {KINDS_MAX} are taken"
    )]
    TooMany {
        /// How many records it promises.
        records: u64,
        /// Of how many kinds.
        kinds: usize,
    },
    /// More records came than the header promised.
    #[error("the snapshot has more than the {promised} records that it promised")]
    MoreThanPromised {
        /// What the header said.
        promised: u64,
    },
    /// A line is too long.
    #[error("a line of the snapshot is longer than {LINE_BYTES_MAX} bytes")]
    TooLong,
    /// A line is not what stands in a snapshot.
    #[error("line {line} of the snapshot cannot be read")]
    Line {
        /// Which, from 1.
        line: u64,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
    /// Something follows the last line.
    #[error("the snapshot goes on after its end")]
    AfterEnd,
}

/// Reads a snapshot as its bytes come: [`SnapshotReader::feed`] some, then
/// take parts with [`SnapshotReader::next_part`] until there is none.
pub struct SnapshotReader {
    input: Vec<u8>,
    read: usize,
    form: Form,
    // Decompressed bytes: those before `start` are done with, and there is no
    // line's end before `scanned`, so that nothing is looked at twice.
    text: Vec<u8>,
    start: usize,
    scanned: usize,
    lines: u64,
    promised: u64,
    packed_bytes: u64,
    text_bytes: u64,
    hash: digest::Context,
    ended: bool,
}

enum Form {
    /// Fewer bytes have come than tell the form.
    Unknown,
    /// As the service sends it.
    Zstd(Box<Decoder<'static>>),
    /// Decompressed by something on the way.
    Plain,
}

impl Default for SnapshotReader {
    fn default() -> Self {
        Self::new()
    }
}

impl SnapshotReader {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Self {
        Self {
            input: Vec::new(),
            read: 0,
            form: Form::Unknown,
            text: Vec::new(),
            start: 0,
            scanned: 0,
            lines: 0,
            promised: 0,
            packed_bytes: 0,
            text_bytes: 0,
            hash: digest::Context::new(&digest::SHA256),
            ended: false,
        }
    }

    /// Takes bytes as they came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input.drain(..self.read);
        self.read = 0;
        self.input.extend_from_slice(bytes);
    }

    /// The next part, or `None` until more bytes are fed.
    ///
    /// # Errors
    /// See [`SnapshotError`]; nothing after one is of use.
    pub fn next_part(&mut self) -> Result<Option<Part>, SnapshotError> {
        loop {
            let unseen = &self.text[self.scanned..];
            if let Some(end) = unseen.iter().position(|byte| *byte == b'\n') {
                let line = self.start..self.scanned + end + 1;
                self.start = line.end;
                self.scanned = line.end;
                return self.take_line(line).map(Some);
            }
            self.text.drain(..self.start);
            self.start = 0;
            self.scanned = self.text.len();
            if self.text.len() > LINE_BYTES_MAX {
                return Err(SnapshotError::TooLong);
            }
            if !self.decompress_some()? {
                return Ok(None);
            }
        }
    }

    /// Moves some bytes from input to text; whether anything moved.
    fn decompress_some(&mut self) -> Result<bool, SnapshotError> {
        let waiting = &self.input[self.read..];
        match &mut self.form {
            Form::Unknown => {
                if waiting.len() < ZSTD_MAGIC.len() {
                    return Ok(false);
                }
                self.form = if waiting.starts_with(&ZSTD_MAGIC) {
                    Form::Zstd(Box::new(decoder().map_err(SnapshotError::Compression)?))
                } else {
                    Form::Plain
                };
                Ok(true)
            }
            Form::Plain => {
                let count = waiting.len().min(BUFFER_BYTES);
                self.text.extend_from_slice(&waiting[..count]);
                self.read += count;
                self.no_bomb(count, count)?;
                Ok(count > 0)
            }
            Form::Zstd(decoder) => {
                let mut buffer = vec![0; BUFFER_BYTES];
                let mut from = InBuffer::around(waiting);
                let mut into = OutBuffer::around(&mut buffer[..]);
                decoder
                    .run(&mut from, &mut into)
                    .map_err(SnapshotError::Compression)?;
                let (taken, made) = (from.pos(), into.pos());
                self.read += taken;
                self.text.extend_from_slice(&buffer[..made]);
                self.no_bomb(taken, made)?;
                Ok(taken > 0 || made > 0)
            }
        }
    }

    /// Counts what became of what.
    fn no_bomb(&mut self, taken: usize, made: usize) -> Result<(), SnapshotError> {
        self.packed_bytes = self.packed_bytes.saturating_add(taken as u64);
        self.text_bytes = self.text_bytes.saturating_add(made as u64);
        let fair = self.packed_bytes.saturating_mul(RATIO_MAX);
        if self.text_bytes > TEXT_BYTES_MAX || self.text_bytes > fair.max(RATIO_FREE_BYTES) {
            return Err(SnapshotError::Bomb {
                packed: self.packed_bytes,
                text: self.text_bytes,
            });
        }
        Ok(())
    }

    fn take_line(&mut self, range: Range<usize>) -> Result<Part, SnapshotError> {
        let line = &self.text[range];
        if self.ended {
            return Err(SnapshotError::AfterEnd);
        }
        self.lines += 1;
        let at = self.lines;
        let wrong = |source| SnapshotError::Line { line: at, source };
        let part = if at == 1 {
            let header: SnapshotHeader = from_json(line).map_err(wrong)?;
            self.promised = promised(&header)?;
            Part::Header(header)
        } else {
            match from_json(line).map_err(wrong)? {
                Either {
                    trailer: Some(trailer),
                    ..
                } => {
                    self.ended = true;
                    return Ok(Part::Trailer(trailer, self.digest()));
                }
                Either {
                    record: Some(record),
                    events,
                    trailer: None,
                } if at - 1 <= self.promised => Part::Line(SnapshotLine { record, events }),
                Either {
                    record: Some(_),
                    trailer: None,
                    ..
                } => {
                    let promised = self.promised;
                    return Err(SnapshotError::MoreThanPromised { promised });
                }
                Either {
                    record: None,
                    trailer: None,
                    ..
                } => {
                    use serde::de::Error;
                    return Err(wrong(serde_json::Error::missing_field("record")));
                }
            }
        };
        self.hash.update(line);
        Ok(part)
    }

    fn digest(&self) -> Digest {
        let hash = self.hash.clone().finish();
        let bytes = <[u8; HASH_BYTES]>::try_from(hash.as_ref());
        Digest(bytes.expect("SHA-256 gives 32 bytes"))
    }
}

/// Unpacks within bounds of memory.
fn decoder() -> std::io::Result<Decoder<'static>> {
    let mut decoder = Decoder::new()?;
    decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))?;
    Ok(decoder)
}

/// How many records the header promises.
fn promised(header: &SnapshotHeader) -> Result<u64, SnapshotError> {
    let kinds = header.counts.len();
    let counts = header.counts.values();
    let records = counts.fold(0, |sum: u64, count| sum.saturating_add(*count));
    if records > RECORDS_MAX || kinds > KINDS_MAX {
        return Err(SnapshotError::TooMany { records, kinds });
    }
    Ok(records)
}

/// A line that is a record or the trailer.
#[derive(Deserialize)]
struct Either {
    #[serde(default)]
    record: Option<Box<RawValue>>,
    #[serde(default)]
    events: Vec<PlacedEvent>,
    #[serde(default)]
    trailer: Option<TrailerBody>,
}

#[cfg(test)]
#[path = "snapshot_tests.rs"]
mod tests;
