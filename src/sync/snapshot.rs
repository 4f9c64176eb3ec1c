//! A snapshot out of bytes: decompressed, cut into lines, hashed; never more
//! of it in memory than one line and one buffer.

use std::ops::Range;

use ring::digest;
use serde::Deserialize;
use serde_json::value::RawValue;
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

use crate::wire::feed::{PlacedEvent, SnapshotHeader, SnapshotLine, TrailerBody};
use crate::wire::proof::{Digest, HASH_BYTES};

/// The most bytes of one line: a record with its latest events.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;
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
                    let decoder = Decoder::new().map_err(SnapshotError::Compression)?;
                    Form::Zstd(Box::new(decoder))
                } else {
                    Form::Plain
                };
                Ok(true)
            }
            Form::Plain => {
                let count = waiting.len().min(BUFFER_BYTES);
                self.text.extend_from_slice(&waiting[..count]);
                self.read += count;
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
                Ok(taken > 0 || made > 0)
            }
        }
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
            Part::Header(serde_json::from_slice(line).map_err(wrong)?)
        } else {
            match serde_json::from_slice(line).map_err(wrong)? {
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
                } => Part::Line(SnapshotLine { record, events }),
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADER: &str = r#"{"snapshot":1,"feed":"420607","epoch":"00000000-0000-0000-0000-000000000001","seq":7,"counts":{"incident":2}}"#;

    fn text(records: usize) -> (String, Digest) {
        let mut text = format!("{HEADER}\n");
        for number in 0..records {
            let words = "值".repeat(number * 37 % 400);
            text.extend([format!(
                "{{\"record\":{{\"id\":{number},\"words\":\"{words}\"}},\"events\":[{{\"seq\":{number},\"event\":{{}}}}]}}\n"
            )]);
        }
        let hash = Digest::of(text.as_bytes());
        text.extend([format!(
            "{{\"trailer\":{{\"counts\":{{\"incident\":2}},\"sha256\":\"{hash}\"}}}}\n"
        )]);
        (text, hash)
    }

    /// Reads bytes in pieces; a summary of the parts.
    fn read(bytes: &[u8], piece: usize) -> Result<(usize, usize, Option<Digest>), SnapshotError> {
        let mut reader = SnapshotReader::new();
        let (mut headers, mut lines, mut end) = (0, 0, None);
        for bytes in bytes.chunks(piece.max(1)) {
            reader.feed(bytes);
            while let Some(part) = reader.next_part()? {
                match part {
                    Part::Header(header) => headers += usize::from(header.snapshot == 1),
                    Part::Line(line) => lines += line.events.len(),
                    Part::Trailer(trailer, received) => {
                        assert_eq!(trailer.sha256, received.to_string());
                        end = Some(received);
                    }
                }
            }
        }
        Ok((headers, lines, end))
    }

    proptest! {
        #[test]
        fn however_it_is_cut_it_reads_the_same(records in 0usize..60, piece in 1usize..5_000) {
            let (text, hash) = text(records);
            let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
            prop_assert_eq!(read(&packed, piece).unwrap(), (1, records, Some(hash)));
            prop_assert_eq!(read(text.as_bytes(), piece).unwrap(), (1, records, Some(hash)));
        }

        #[test]
        fn a_cut_snapshot_has_no_end(records in 0usize..40, cut in 1usize..2_000) {
            let (text, _) = text(records);
            let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
            let kept = packed.len().saturating_sub(cut);
            // What came may read, but the trailer's line is never whole.
            if let Ok((_, _, end)) = read(&packed[..kept], 100) {
                prop_assert_eq!(end, None);
            }
        }
    }

    #[test]
    fn what_is_no_snapshot_is_refused() {
        let (whole, _) = text(1);
        let cases = [
            ("<html>portal</html>\n".to_owned(), "line 1"),
            (format!("{HEADER}\n{{\"other\":1}}\n"), "line 2"),
            (format!("{HEADER}\nnot json\n"), "line 2"),
            (format!("{whole}{{\"record\":{{}}}}\n"), "goes on"),
        ];
        for (text, expected) in cases {
            let error = read(text.as_bytes(), 7).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        let zeros =
            zstd::encode_all(&vec![b'0'; LINE_BYTES_MAX + 2 * BUFFER_BYTES][..], 3).unwrap();
        let outcome = read(&zeros, 1_000);
        assert!(
            matches!(outcome, Err(SnapshotError::TooLong)),
            "{outcome:?}"
        );
    }

    #[test]
    fn damaged_compression_is_an_error() {
        let (text, _) = text(30);
        let mut packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
        let middle = packed.len() / 2;
        packed[4..middle].fill(0xff);
        assert!(read(&packed, 50).is_err());
    }
}
