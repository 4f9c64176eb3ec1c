//! The largest act that the rules let through fits a push, so that no act can
//! block a desk's outbox.

use serde_json::json;

use super::command::{PUSH_BYTES_MAX, TARGETS_MAX, WireCommand};
use crate::domain::entry::ENTRY_TEXT_MAX_CHARS;
use crate::domain::incident::party::PARTIES_MAX;
use crate::domain::incident::{HELPERS_MAX, MILESTONES_MAX, SUMMARY_MAX_CHARS, TITLE_MAX_CHARS};

/// The character that takes the most bytes in JSON: an escaped control.
const WIDEST: char = '\u{1}';

fn words(chars: usize) -> String {
    WIDEST.to_string().repeat(chars)
}

fn command(verb: &str, args: &serde_json::Value) -> WireCommand {
    let id = uuid::Uuid::nil();
    let zeros = "0".repeat(64);
    let command = json!({
        "id": id, "dseq": 1, "prev": zeros, "feed": format!("o-{id}"),
        "targets": [{"kind": "incident", "id": id, "base_rev": 1}],
        "verb": verb, "args": args, "author": id, "made_at": i64::MIN,
        "offset_ms": i64::MIN, "policy": 1, "mac": zeros,
    });
    serde_json::from_value(command).unwrap()
}

#[test]
fn the_largest_acts_fit_a_push() {
    let id = uuid::Uuid::nil();
    let edit = |chars| json!({"from": words(chars), "to": words(chars)});
    let schedule = vec![words(TITLE_MAX_CHARS); MILESTONES_MAX];
    let helpers = vec![json!({"unit": id, "person": id}); HELPERS_MAX];
    let party = json!({"name": words(80), "phone": words(50), "part": words(80)});
    let sealed: Vec<_> = (0..PARTIES_MAX)
        .map(|party| json!({"party": party, "name": words(80), "doc_no": words(50)}))
        .collect();
    let acts = [
        (
            "register",
            json!({
                "area": "420607102", "category": "0201", "rank": "urgent",
                "title": words(TITLE_MAX_CHARS), "place": words(TITLE_MAX_CHARS),
                "summary": words(SUMMARY_MAX_CHARS),
                "source": {"channel": "telephone", "name": words(80), "phone": words(50)},
                "parties": vec![party; PARTIES_MAX], "sealed": sealed,
            }),
        ),
        (
            "amend",
            json!({
                "title": edit(TITLE_MAX_CHARS), "place": edit(TITLE_MAX_CHARS),
                "summary": edit(SUMMARY_MAX_CHARS), "task": edit(SUMMARY_MAX_CHARS),
                "path": edit(SUMMARY_MAX_CHARS), "owner": edit(80),
                "schedule": {"from": schedule, "to": schedule},
            }),
        ),
        (
            "assign",
            json!({
                "lead": helpers[0], "assist": helpers, "copies": helpers,
                "elements": {
                    "task": words(SUMMARY_MAX_CHARS), "path": words(SUMMARY_MAX_CHARS),
                    "schedule": schedule, "owner": words(80),
                },
                "words": words(ENTRY_TEXT_MAX_CHARS),
            }),
        ),
        (
            "note",
            json!({"entry": id, "text": words(ENTRY_TEXT_MAX_CHARS)}),
        ),
    ];
    for (verb, args) in acts {
        let bytes = serde_json::to_vec(&command(verb, &args)).unwrap().len();
        // What stands around the commands of a push is a device and a list.
        assert!(bytes + 200 <= PUSH_BYTES_MAX, "{verb}: {bytes} bytes");
    }
}

#[test]
fn the_records_of_a_command_end_at_their_limit() {
    let id = uuid::Uuid::nil();
    let note = command("note", &json!({"entry": id, "text": "x"}));
    for (targets, fits) in [
        (TARGETS_MAX - 1, true),
        (TARGETS_MAX, true),
        (TARGETS_MAX + 1, false),
    ] {
        let mut note = note.clone();
        note.targets = vec![note.targets[0].clone(); targets];
        let text = serde_json::to_string(&note).unwrap();
        let read: Result<WireCommand, _> = serde_json::from_str(&text);
        assert_eq!(read.is_ok(), fits, "{targets} targets");
    }
}
