//! What the machine gives without the product.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::proxy::Proxy;
use crate::proxy::message::{read_head, read_message};
use crate::proxy::weather::Weather;
use zhiban::domain::record::{Body, Kind, Record};

/// Rows of one transaction.
const BATCH_ROWS: usize = 500;
/// The tables and indexes of the copy itself.
const SCHEMA: &str = include_str!("../../src/store/migrations/replica/V1__replica.sql");

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    record: &'a RawValue,
    #[serde(borrow, default)]
    events: Vec<Placed<'a>>,
}

#[derive(Deserialize)]
struct Placed<'a> {
    seq: i64,
    #[serde(borrow)]
    event: &'a RawValue,
}

/// Parses every record of a snapshot's text and puts it into an encrypted file
/// with the same tables and indexes, straight through.
///
/// Gives how long that took, and a check of the file that came of it.
pub fn parse_and_insert(text: &[u8]) -> (Duration, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let mut file = open(&folder.path().join("raw.db"), "NORMAL");
    file.execute_batch(SCHEMA).unwrap();
    let text = std::str::from_utf8(text).unwrap();
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.pop();
    let began = Instant::now();
    for batch in lines.chunks(BATCH_ROWS) {
        let tx = file.transaction().unwrap();
        for line in batch {
            insert(&tx, line);
        }
        tx.commit().unwrap();
    }
    let took = began.elapsed();
    let began = Instant::now();
    let said: String = file
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(said, "ok");
    (took, began.elapsed())
}

fn insert(tx: &Connection, line: &str) {
    let line: Line<'_> = serde_json::from_str(line).unwrap();
    let raw = line.record.get();
    let record: Record = serde_json::from_str(raw).unwrap();
    let id = record.id.uuid().into_bytes();
    let area = record.area.as_str();
    let kind = record.kind();
    tx.prepare_cached(
        "INSERT INTO confirmed (id, feed, kind, parent, area, rev, seq, raw)
         VALUES (?1, '420607', ?2, NULL, ?3, ?4, 1, ?5)",
    )
    .unwrap()
    .execute(params![
        id,
        kind.as_str(),
        area,
        i64::try_from(record.rev.0).unwrap(),
        raw
    ])
    .unwrap();
    for placed in line.events {
        tx.prepare_cached("INSERT INTO event (feed, seq, id, raw) VALUES ('420607', ?1, ?2, ?3)")
            .unwrap()
            .execute(params![placed.seq, id, placed.event.get()])
            .unwrap();
    }
    match &record.body {
        Body::Incident(incident) => {
            let at = incident.registered_at.as_millis();
            let words = [&incident.title, " ", &incident.place].concat();
            tx.prepare_cached(
                "INSERT INTO queue VALUES
                 (?1, ?2, 0, 2, 2, ?3, ?3, ?4, 0, 1, NULL, ?3, ?5, ?6, ?7)",
            )
            .unwrap()
            .execute(params![
                id,
                area,
                at,
                -at,
                incident.number.map(|number| number.to_string()),
                &record.id.to_string()[..6],
                words,
            ])
            .unwrap();
        }
        _ if kind == Kind::Unit || kind == Kind::Person => {
            tx.prepare_cached("INSERT INTO lookup VALUES (?1, ?2, ?3, 'name', NULL, 'name')")
                .unwrap()
                .execute(params![id, kind.as_str(), area])
                .unwrap();
        }
        _ => {}
    }
}

/// Durable commits of one row with one index each, one after the other.
pub fn single_commits(count: usize) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let file = Connection::open(folder.path().join("raw.db")).unwrap();
    prepare(&file, "FULL");
    file.execute_batch("CREATE TABLE row (id INTEGER PRIMARY KEY, at INTEGER, raw TEXT)")
        .unwrap();
    file.execute_batch("CREATE INDEX row_at ON row (at)")
        .unwrap();
    let text = "争".repeat(400);
    let began = Instant::now();
    for at in 0..count {
        file.prepare_cached("INSERT INTO row (at, raw) VALUES (?1, ?2)")
            .unwrap()
            .execute(params![i64::try_from(at).unwrap(), text])
            .unwrap();
    }
    began.elapsed()
}

/// How long so many bytes are on their way over a line in this weather, when
/// nobody makes them and nobody reads them.
pub fn carry(bytes: &[u8], weather: Weather, seed: u64) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Proxy::seeded(listener.local_addr().unwrap(), seed);
    proxy.weather(weather);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut service, _) = listener.accept().unwrap();
            read_head(&mut service).unwrap();
            let length = bytes.len();
            write!(
                service,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
            )
            .unwrap();
            service.write_all(bytes).unwrap();
        });
        let began = Instant::now();
        let addr = proxy.url().split_off("http://".len());
        let mut desk = TcpStream::connect(addr).unwrap();
        desk.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            .unwrap();
        read_head(&mut desk).unwrap();
        let mut came = vec![0; bytes.len()];
        desk.read_exact(&mut came).unwrap();
        began.elapsed()
    })
}

/// How long requests of these sizes and answers of that size take over a line
/// in this weather, one after the other, when nobody works for them.
pub fn converse(requests: &[usize], answer: usize, weather: Weather, seed: u64) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Proxy::seeded(listener.local_addr().unwrap(), seed);
    proxy.weather(weather);
    let message = |first: &str, bytes: usize| {
        let mut message = format!("{first}\r\nContent-Length: {bytes}\r\n\r\n").into_bytes();
        message.resize(message.len() + bytes, b'x');
        message
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut service, _) = listener.accept().unwrap();
            for _ in requests {
                read_message(&mut service).unwrap();
                let answer = message("HTTP/1.1 200 OK", answer);
                service.write_all(&answer).unwrap();
            }
        });
        let began = Instant::now();
        let addr = proxy.url().split_off("http://".len());
        let mut desk = TcpStream::connect(addr).unwrap();
        for bytes in requests {
            let request = message("POST / HTTP/1.1\r\nHost: here", *bytes);
            desk.write_all(&request).unwrap();
            read_message(&mut desk).unwrap();
        }
        began.elapsed()
    })
}

fn open(path: &std::path::Path, synchronous: &str) -> Connection {
    let file = Connection::open(path).unwrap();
    let key = "7".repeat(64);
    file.execute_batch(&format!("PRAGMA key = \"x'{key}'\""))
        .unwrap();
    prepare(&file, synchronous);
    file
}

fn prepare(file: &Connection, synchronous: &str) {
    file.pragma_update(None, "journal_mode", "WAL").unwrap();
    file.pragma_update(None, "synchronous", synchronous)
        .unwrap();
    file.pragma_update(None, "cache_size", -8 * 1024).unwrap();
}
