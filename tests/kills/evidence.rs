//! What the files say, read with plain SQL and not with the program's own
//! store: a checker that does not trust it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use zhiban::store::secret::StoreKey;

/// The words of notes, and how often each stands somewhere.
pub type Words = BTreeMap<String, usize>;

fn open(path: &Path, key: Option<&StoreKey>) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if let Some(key) = key {
        let hex = key.bytes().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        let pragma = format!("PRAGMA key = \"x'{hex}'\"");
        connection.execute_batch(&pragma).unwrap();
    }
    connection
}

/// Fails unless every page and every index of the file is whole.
pub fn assert_whole(path: &Path, key: Option<&StoreKey>) {
    let connection = open(path, key);
    let lines = |pragma: &str| -> Vec<String> {
        let mut statement = connection.prepare(pragma).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(|row| row.unwrap_or_else(|error| panic!("{pragma}: {error}")))
            .collect()
    };
    assert_eq!(
        lines("PRAGMA integrity_check"),
        ["ok"],
        "{}",
        path.display()
    );
    if key.is_some() {
        // One line for every page whose seal does not fit.
        let wrong = lines("PRAGMA cipher_integrity_check");
        assert!(wrong.is_empty(), "{}: {wrong:?}", path.display());
    }
}

/// Words of notes that wait in the outbox or that its rows still name.
pub fn in_outbox(path: &Path, key: &StoreKey) -> Words {
    texts(&open(path, Some(key)), "SELECT command FROM outbox")
}

/// Words of notes that the service has confirmed to this desk.
pub fn in_replica(path: &Path, key: &StoreKey) -> Words {
    let sql = "SELECT raw FROM confirmed WHERE kind = 'entry'";
    texts(&open(path, Some(key)), sql)
}

fn texts(connection: &Connection, sql: &str) -> Words {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let mut words = Words::new();
    for row in rows {
        let value: Value = serde_json::from_str(&row.unwrap()).unwrap();
        if let Some(text) = text_in(&value) {
            *words.entry(text).or_default() += 1;
        }
    }
    words
}

/// The words of a note, wherever in the document they stand.
fn text_in(value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    if let Some(Value::String(text)) = fields.get("text") {
        return Some(text.clone());
    }
    fields.values().find_map(text_in)
}

/// Words of notes in a service's feed, by what happened; fails when a number
/// of any feed is missing.
pub fn in_feed(path: &Path) -> Words {
    let connection = open(path, None);
    let holes: i64 = connection
        .query_row(
            "SELECT count(*) FROM (SELECT feed, max(seq) AS newest, count(*) AS many
               FROM change GROUP BY feed) WHERE newest <> many",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(holes, 0, "a feed has a hole");
    texts(&connection, "SELECT doc FROM change WHERE kind = 'entry'")
}
