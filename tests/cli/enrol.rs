//! A copied desk from scripts: what it says, how it is mended, and what a power
//! cut between any two steps leaves.

use std::path::Path;

use super::restore::{Centre, desk, names};
use super::{Desk, told, zhiban};

/// Steps of enrolling anew, in order; the process dies at one.
const STEPS: [&str; 6] = [
    "sync.anew.answered",
    "store.desk.before-renewal",
    "store.desk.before-copy",
    "store.desk.renewed",
    "store.renumber.before-commit",
    "store.renumber.after",
];

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for name in names(from, "") {
        std::fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
}

fn note(desk: &Desk<'_>, code: i32, number: &str, text: &str) {
    let act = ["incident", "act", number, "note", "--text", text, "--json"];
    desk.json(code, &act);
}

/// How often each of these words stands in the incident's timeline.
fn times(desk: &Desk<'_>, number: &str, words: &[&str]) -> Vec<usize> {
    let shown = desk.json(0, &["incident", "show", number, "--json"]);
    let timeline = shown[0]["timeline"].as_array().unwrap();
    let said = |text: &str| {
        let same = |item: &&serde_json::Value| item["entry"]["entry"]["text"] == text;
        timeline.iter().filter(same).count()
    };
    words.iter().map(|text| said(text)).collect()
}

#[test]
fn a_copied_desk_says_how_to_mend_it_and_survives_a_power_cut_at_every_step() {
    let centre = Centre::new();
    let (serving, url) = centre.serve();
    let first_folder = centre.path("first");
    let first = desk(&first_folder, "duty");
    first.json(0, &["--service", &url, "sync", "--once", "--json"]);
    let number = super::restore::register(&first);
    let number = number.as_str();
    let in_order = first.code(&["desk", "enrol-anew"]);
    assert_eq!(in_order.0, 0, "{in_order:?}");
    assert!(in_order.1.contains("in order"), "{in_order:?}");

    for (nth, step) in STEPS.iter().enumerate() {
        let folder = centre.path(&format!("copy-{nth}"));
        copy(&first_folder, &folder);
        let second = desk(&folder, "duty");
        let (ours, theirs) = (format!("first {nth}"), format!("copy {nth}"));
        note(&first, 0, number, &ours);
        // It is stored; why it does not go out is said, and how to mend it.
        note(&second, 4, number, &theirs);
        let (code, said) = second.code(&["sync", "--once"]);
        assert_eq!(code, 5, "{said}");
        assert!(said.contains("zhiban desk enrol-anew"), "{said}");

        let output = zhiban(&["desk", "enrol-anew"])
            .env("ZHIBAN_DATA", &folder)
            .env("ZHIBAN_CONFIG", &folder)
            .env("ZHIBAN_ACCOUNT", second.account)
            .env("ZHIBAN_PASSWORD", second.password)
            .env(zhiban::fault::DIE_AT, step)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), None, "{step}: {}", told(&output));
        // Whatever the next program is, nothing is lost on the way.
        let outbox = second.json(0, &["outbox", "list", "--json"]);
        let waits = outbox.iter().filter(|row| row["words"] == theirs.as_str());
        assert_eq!(waits.count(), 1, "{step}: {outbox:?}");
        let done = second.json(0, &["desk", "enrol-anew", "--json"]);
        assert_eq!(done[0]["waiting"], 0, "{step}");
        let once = times(&second, number, &[&ours, &theirs]);
        assert_eq!(once, [1, 1], "{step}");
        // The other copy of the former identity is told as well.
        let (code, said) = first.code(&["sync", "--once"]);
        assert_eq!(code, 5, "{said}");
        note(&first, 4, number, &format!("again {nth}"));
        first.json(0, &["desk", "enrol-anew", "--json"]);
        let once = times(&first, number, &[&ours, &theirs, &format!("again {nth}")]);
        assert_eq!(once, [1, 1, 1], "{step}");
    }
    assert_eq!(serving.end(), Some(0));
}
