//! The desk's snapshot reader over whatever bytes come: packed, torn, altered,
//! in pieces. It gives header, records and trailer in this order or an error,
//! within bounds, and the same however the bytes are cut.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use zhiban::sync::snapshot::{
    LINE_BYTES_MAX, Part, RATIO_FREE_BYTES, RATIO_MAX, SnapshotError, SnapshotReader,
};
use zhiban::wire::proof::Digest;

use super::draw::Draw;
use super::{seeds, shape};

/// Records of one snapshot here.
const LINES_MAX: usize = 6;

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let steps = [draw.byte(), draw.byte()];
    let form = draw.byte() % 6;
    let bytes = if form == 0 {
        draw.rest().to_vec()
    } else {
        let made = Made::draw(&mut draw);
        pack(&made.text, form, &mut draw)
    };
    let whole = read(&bytes, &[bytes.len().max(1)]);
    let pieces = read(&bytes, &steps.map(|step| usize::from(step) * 7 + 1));
    assert_eq!(whole.parts, pieces.parts, "cuts changed the parts");
    assert_eq!(whole.failed, pieces.failed, "cuts changed the outcome");
}

/// What of a snapshot was read.
struct Outcome {
    parts: Vec<String>,
    failed: Option<String>,
}

fn read(bytes: &[u8], steps: &[usize]) -> Outcome {
    let mut reader = SnapshotReader::new();
    let mut outcome = Outcome {
        parts: Vec::new(),
        failed: None,
    };
    let mut text_bytes = 0;
    let mut promised = None;
    let mut lines = 0;
    let mut ended = false;
    let mut rest = bytes;
    for step in steps.iter().cycle() {
        let (piece, after) = rest.split_at(rest.len().min(*step));
        rest = after;
        reader.feed(piece);
        loop {
            let part = match reader.next_part() {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(error) => {
                    outcome.failed = Some(kind(&error));
                    // Nothing after an error is of use, and nothing panics.
                    let _of_no_use = reader.next_part();
                    return outcome;
                }
            };
            assert!(!ended, "something after the trailer");
            match &part {
                Part::Header(header) => {
                    assert!(promised.is_none(), "a second header");
                    promised = Some(header.counts.values().sum::<u64>());
                }
                Part::Line(line) => {
                    lines += 1;
                    text_bytes += line.record.get().len();
                    assert!(line.record.get().len() <= LINE_BYTES_MAX);
                    assert!(Some(lines) <= promised, "more records than promised");
                }
                Part::Trailer(_, _) => {
                    assert!(promised.is_some(), "a trailer before the header");
                    ended = true;
                }
            }
            outcome.parts.push(format!("{part:?}"));
        }
        if rest.is_empty() {
            break;
        }
    }
    let most = RATIO_FREE_BYTES.max(bytes.len() as u64 * RATIO_MAX);
    assert!(text_bytes as u64 <= most, "a bomb was unpacked");
    outcome
}

/// Which error: how much had come by then depends on the cuts.
fn kind(error: &SnapshotError) -> String {
    match error {
        SnapshotError::Bomb { .. } => "bomb".to_owned(),
        SnapshotError::Compression(_) => "compression".to_owned(),
        other => other.to_string(),
    }
}

/// A snapshot that may be whole.
pub struct Made {
    pub text: Vec<u8>,
}

impl Made {
    pub fn draw(draw: &mut Draw<'_>) -> Self {
        let records = seeds::records();
        let mut lines: Vec<Vec<u8>> = Vec::new();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for _ in 0..draw.below(LINES_MAX + 1) {
            let how = draw.byte();
            let seed = &records[draw.below(records.len())];
            let event = &seeds::line()["events"][0]["event"];
            let line = json!({"record": seed, "events": [{"seq": how, "event": event}]});
            if how % 4 == 1 {
                let length = draw.below(48);
                let mut inner = Draw::new(draw.some(length));
                lines.push(shape::text(&mut inner, &[line]));
            } else {
                lines.push(serde_json::to_vec(&line).unwrap());
            }
            let kind = seed["kind"].as_str().unwrap_or_default().to_owned();
            *counts.entry(kind).or_default() += 1;
        }
        let mut header = seeds::header().clone();
        header["counts"] = json!(counts);
        let mut text = document(draw, header);
        for line in &lines {
            text.extend(line);
            text.push(b'\n');
        }
        let mut trailer = json!({"trailer": {
            "counts": counts, "sha256": Digest::of(&text).to_string()}});
        match draw.byte() {
            1 => trailer["trailer"]["sha256"] = json!("00"),
            2 => trailer["trailer"]["counts"] = json!({"incident": 9}),
            3 => return Self { text },
            _ => {}
        }
        text.extend(document(draw, trailer));
        Self { text }
    }
}

/// A line, as it is or with edits.
fn document(draw: &mut Draw<'_>, value: Value) -> Vec<u8> {
    let mut text = if draw.byte() % 4 == 1 {
        let length = draw.below(32);
        let mut inner = Draw::new(draw.some(length));
        shape::text(&mut inner, &[value])
    } else {
        serde_json::to_vec(&value).unwrap()
    };
    text.push(b'\n');
    text
}

/// Packs the text: not at all, whole, in frames, torn, altered, or blown up.
fn pack(text: &[u8], form: u8, draw: &mut Draw<'_>) -> Vec<u8> {
    let zip = |text: &[u8]| zstd::stream::encode_all(text, 1).unwrap();
    match form {
        1 => text.to_vec(),
        2 => zip(text),
        3 => {
            let (one, two) = text.split_at(draw.below(text.len() + 1));
            [zip(one), zip(two)].concat()
        }
        4 => {
            let mut packed = zip(text);
            for _ in 0..=draw.below(3) {
                let at = draw.below(packed.len());
                packed[at] = draw.byte();
            }
            packed.truncate(packed.len() - draw.below(4));
            packed
        }
        _ => {
            let mut blown = text.to_vec();
            let at = draw.below(blown.len() + 1);
            let blanks = vec![b' '; draw.below(64) * 64 * 1024];
            blown.splice(at..at, blanks);
            zip(&blown)
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (1..6)
        .map(|form| vec![3, 9, form, 3, 0, 0, 0, 5, 0, 9, 0, 0, 0])
        .collect();
    let made = Made::draw(&mut Draw::new(&[4, 0, 0, 0, 3, 0, 22, 0, 25, 0, 0, 0]));
    for text in [
        made.text.clone(),
        zstd::stream::encode_all(&made.text[..], 3).unwrap(),
    ] {
        let mut raw = vec![200, 1, 0];
        raw.extend(text);
        all.push(raw);
    }
    // A frame that wants a window of 128 MiB, and one of no bytes.
    all.push(
        [
            &[9, 9, 0][..],
            &[0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x88, 1, 0, 0],
        ]
        .concat(),
    );
    all.push(
        [
            &[9, 9, 0][..],
            &[0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x00, 1, 0, 0],
        ]
        .concat(),
    );
    all
}
