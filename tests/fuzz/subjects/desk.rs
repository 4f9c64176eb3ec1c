//! The desk's own small files, damaged or foreign: the desk opens, or says
//! why not, and what it cannot read is moved aside and never deleted.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Value, json};

use zhiban::domain::time::Minutes;
use zhiban::store::desk::{DESK_OFFICERS_MAX, Desk};
use zhiban::store::salvage::Teller;
use zhiban::wire::session::SignedIn;

use super::draw::Draw;
use super::pages::folder;
use super::{seeds, shape, world};

const FILE: &str = "desk.json";
const COPY: &str = "desk.json.good";
const NOTES: &str = "files.json";
/// Guards of the others, without content.
const LOCKS: [&str; 2] = ["desk.lock", "files.lock"];
/// Bytes of the folder after a start: nothing grows without a bound.
const FOLDER_BYTES_MAX: usize = 1024 * 1024;

/// A desk with one officer, as the program writes it.
static DESK: LazyLock<Value> = LazyLock::new(|| {
    let folder = folder();
    let mut answer = seeds::signed_in().clone();
    let key = format!("{}=", "A".repeat(43));
    answer["desk"] = json!({"device_secret": key, "store_key": key, "last_dseq": 0});
    let answer: SignedIn = serde_json::from_value(answer).unwrap();
    let enrolment = Desk::enrol_new(folder.path(), "一号席", "https://c.example", None).unwrap();
    enrolment
        .finish(&answer, "password", world::minute(0), Minutes(60))
        .unwrap();
    serde_json::from_slice(&std::fs::read(folder.path().join(FILE)).unwrap()).unwrap()
});

/// What was found at a start, as the program writes it.
fn notes() -> Value {
    json!({
        "made": [FILE, "outbox.db"], "suspect": ["outbox.db"], "first_pages": {"outbox.db": 9},
        "outbox_life": 3, "numbering": "unsure",
        "found": [{"at": 0, "what": "desk-file", "fault": "damaged", "aside": "x",
            "saved": {"waiting": 1, "refused": 2, "drafts": 3},
            "lost_acts": {"rows": 3}, "lost_drafts": "unknown", "told": ["screen"]}],
    })
}

/// The file without its hash, so that edits are looked at and not only seen.
fn unchecked() -> Value {
    let mut desk = DESK.clone();
    desk.as_object_mut().unwrap().shift_remove("check");
    desk
}

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let folder = folder();
    let present = draw.byte();
    let lengths = [draw.below(100), draw.below(100)];
    let desks = [DESK.clone(), unchecked()];
    let written = [
        (FILE, &desks[..], 1),
        (COPY, &desks[..], 2),
        (NOTES, &[notes()][..], 4),
    ];
    for (at, (name, seeds, bit)) in written.into_iter().enumerate() {
        if present & bit != 0 {
            let mut inner = match lengths.get(at) {
                Some(length) => Draw::new(draw.some(*length)),
                None => Draw::new(draw.rest()),
            };
            let text = shape::text(&mut inner, seeds);
            std::fs::write(folder.path().join(name), text).unwrap();
        }
    }
    let before = files(folder.path());
    let opened = Desk::open(folder.path());
    let after = files(folder.path());
    for name in [FILE, COPY] {
        if let Some(text) = before.get(name) {
            assert!(
                after.values().any(|kept| kept == text),
                "{name} was deleted"
            );
        }
    }
    assert!(after.values().map(Vec::len).sum::<usize>() < FOLDER_BYTES_MAX);
    let findings = Desk::findings(folder.path(), Teller::Screen);
    match &opened {
        Ok(Some(desk)) => {
            assert!(desk.officers().count() <= DESK_OFFICERS_MAX);
            let _station_or_malformed = desk.station("officer1", world::minute(0));
            let _pin = (desk.pin(), desk.name(), desk.service(), desk.device());
        }
        Ok(None) => assert!(!after.contains_key(FILE), "a desk that is none stays"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    // A second start finds what the first left, and nothing new.
    let again = Desk::open(folder.path());
    assert_eq!(
        opened
            .as_ref()
            .ok()
            .map(|desk| desk.as_ref().map(Desk::device)),
        again
            .as_ref()
            .ok()
            .map(|desk| desk.as_ref().map(Desk::device)),
    );
    assert_eq!(Desk::findings(folder.path(), Teller::Screen), findings);
    assert_eq!(files(folder.path()), after, "a second start changed files");
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .filter(|(name, _)| !LOCKS.contains(&name.as_str()))
        .collect()
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (0..8).map(|present| vec![present, 0, 0]).collect();
    for present in [1, 3, 5, 7] {
        all.push(vec![
            present, 6, 6, 1, 0, 1, 3, 0, 2, 1, 1, 1, 5, 0, 2, 1, 0, 1,
        ]);
        all.push(vec![
            present, 8, 3, 1, 1, 2, 9, 4, 2, 0, 3, 1, 1, 0, 1, 0, 1, 5, 4,
        ]);
        all.push(vec![
            present, 9, 9, 2, 1, 0, 0, 30, 1, 1, 0, 2, 2, 1, 0, 90, 2, 0, 8,
        ]);
    }
    all
}
