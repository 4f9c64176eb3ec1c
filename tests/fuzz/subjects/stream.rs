//! The live stream: events out of bytes however they are cut, as the WHATWG
//! standard has them, and their documents.

use zhiban::sync::sse::{EVENT_BYTES_MAX, NAME_BYTES_MAX, SseEvent, SseParser};
use zhiban::wire::bounds::from_json;
use zhiban::wire::stream::{Beat, Bye, StreamChange, StreamFeed, name};

use super::draw::Draw;
use super::{seeds, shape};

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let steps = [draw.byte(), draw.byte(), draw.byte()];
    let bytes = match draw.byte() % 4 {
        0 => draw.rest().to_vec(),
        how => composed(&mut draw, how),
    };
    let whole = SseParser::default().push(&bytes);
    let (pieces, failed) = cut(&bytes, steps);
    match (&whole, failed) {
        (Ok(whole), None) => assert_eq!(&pieces, whole, "cuts changed the events"),
        (Err(whole), Some(cut)) => assert_eq!(*whole, cut),
        _ => panic!("cuts changed the outcome: {whole:?} {failed:?}"),
    }
    let events = pieces;
    if whole.is_ok() {
        let text = std::str::from_utf8(&bytes);
        if let Ok(text) = text {
            assert_eq!(events, by_the_book(text));
        }
    }
    for event in &events {
        assert!(event.data.len() <= EVENT_BYTES_MAX);
        assert!(event.name.len() <= NAME_BYTES_MAX && event.id.len() <= NAME_BYTES_MAX);
        read(event);
    }
}

/// Frames as the service sends them, with drawn documents.
fn composed(draw: &mut Draw<'_>, how: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let end = ["\n", "\r\n", "\r"][usize::from(how) - 1];
    let documents = [
        (name::CHANGE, seeds::stream_change()),
        (name::PULL, seeds::stream_feed()),
        (name::BEAT, seeds::beat()),
        (name::BYE, seeds::bye()),
    ];
    for _ in 0..8 {
        if draw.is_spent() {
            break;
        }
        let (name, seed) = &documents[draw.below(documents.len())];
        bytes.extend(format!("event: {name}{end}id: {}{end}data: ", draw.byte()).bytes());
        let length = draw.below(64);
        let mut inner = Draw::new(draw.some(length));
        bytes.extend(shape::text(&mut inner, std::slice::from_ref(*seed)));
        bytes.extend(format!("{end}{end}").bytes());
    }
    bytes
}

/// The same bytes in pieces, and why they could not be read on.
fn cut(bytes: &[u8], steps: [u8; 3]) -> (Vec<SseEvent>, Option<zhiban::sync::sse::SseError>) {
    let mut parser = SseParser::default();
    let mut events = Vec::new();
    let mut rest = bytes;
    for step in steps.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(rest.len().min(usize::from(*step) + 1));
        rest = after;
        match parser.push(piece) {
            Ok(more) => events.extend(more),
            Err(error) => return (events, Some(error)),
        }
    }
    (events, None)
}

/// HTML standard §9.2.6, said another way: whole lines, no state but the event.
fn by_the_book(text: &str) -> Vec<SseEvent> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.pop();
    let mut events = Vec::new();
    let (mut name, mut id) = (String::new(), String::new());
    let mut data: Vec<&str> = Vec::new();
    for line in lines {
        if line.is_empty() {
            if !data.is_empty() {
                events.push(SseEvent {
                    name: name.clone(),
                    data: data.join("\n"),
                    id: id.clone(),
                });
            }
            name.clear();
            data.clear();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut name),
            "data" => data.push(value),
            "id" if !value.contains('\0') => value.clone_into(&mut id),
            _ => {}
        }
    }
    events
}

fn read(event: &SseEvent) {
    let data = event.data.as_bytes();
    match event.name.as_str() {
        name::CHANGE => drop(from_json::<StreamChange>(data)),
        name::PULL | name::GAP | name::FORKED => drop(from_json::<StreamFeed>(data)),
        name::BEAT => drop(from_json::<Beat>(data)),
        name::BYE => drop(from_json::<Bye>(data)),
        _ => {}
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let raw = |text: &str| {
        let mut seed = vec![0, 2, 7, 0];
        seed.extend(text.bytes());
        seed
    };
    vec![
        raw("id: 7\r\nevent: change\r\ndata: {}\r\n\r\n: beat\n\ndata: a\ndata: b\n\n"),
        raw("\u{feff}data: 值班\r\rdata\r\revent: x\nretry: 5\nid: a\0\n\n"),
        raw("event: bye\ndata: {\"retry_ms\": 500}\n\n"),
        vec![
            9, 9, 9, 1, 0, 1, 4, 1, 0, 1, 0, 2, 1, 8, 1, 0, 0, 0, 0, 0, 0, 0,
        ],
        vec![0, 0, 1, 2, 3, 1, 0, 1, 1, 8, 1, 0, 0, 0, 0, 0, 0, 0],
    ]
}
