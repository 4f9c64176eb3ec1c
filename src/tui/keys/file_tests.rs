use super::*;
use crate::tui::keys::Keymap;

/// Loads a user's file and returns its problems as `line:column`.
fn places(text: &str) -> Vec<String> {
    match Keymap::load(Some(("my.toml", text))) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .iter()
            .inspect(|problem| {
                assert_eq!(problem.file, "my.toml");
                assert!(
                    !problem.what.is_empty() && !problem.expected.is_empty(),
                    "{problem:?}"
                );
                assert!(
                    !problem.what.contains("keymap."),
                    "a text is missing: {problem}"
                );
            })
            .map(|problem| format!("{}:{}", problem.line, problem.column))
            .collect(),
    }
}

#[test]
fn each_kind_of_mistake_is_told_with_its_place() {
    for (what, text, expected) in [
        ("no mistake", "[queue]\n\"y\" = \"queue-sort\"\n", &[][..]),
        ("bad TOML", "[queue]\n\"y\" = \n", &["2:7"][..]),
        (
            "unknown section",
            "[qeue]\n\"y\" = \"queue-sort\"\n",
            &["1:2"],
        ),
        ("not a section", "queue = 1\n", &["1:9"]),
        (
            "unknown key",
            "[queue]\n\"hyper-y\" = \"queue-sort\"\n",
            &["2:1"],
        ),
        (
            "too many keys",
            "[queue]\n\"a b c d e\" = \"queue-sort\"\n",
            &["2:1"],
        ),
        (
            "unknown action",
            "[queue]\n\"y\" = \"queue-sort-all\"\n",
            &["2:7"],
        ),
        ("not a name", "[queue]\n\"y\" = 7\n", &["2:7"]),
        (
            "wrong section",
            "[form]\n\"ctrl-y\" = \"queue-sort\"\n",
            &["2:12"],
        ),
        (
            "twice",
            "[queue]\n\"y\" = \"queue-sort\"\n\"ｙ\" = \"queue-sort\"\n",
            &["3:1"],
        ),
        (
            "beginning of another",
            "[list]\n\"g\" = \"list-last\"\n",
            &["2:1"],
        ),
        (
            "goes on from another",
            "[list]\n\"j j\" = \"list-last\"\n",
            &["2:1"],
        ),
        (
            "several",
            "[queue]\n\"y\" = \"a-b\"\n\"hyper\" = \"queue-sort\"\n[x]\n",
            &["2:7", "3:1", "4:2"],
        ),
    ] {
        assert_eq!(places(text), expected, "{what}");
    }
}

#[test]
fn a_wrong_name_brings_the_names_that_resemble_it() {
    let problems = Keymap::load(Some((
        "my.toml",
        "[incident]\n\"y\" = \"incident-acknowlege\"\n",
    )))
    .expect_err("the action is unknown");
    assert!(
        problems[0].expected.contains("incident-acknowledge"),
        "{}",
        problems[0]
    );
}

#[test]
fn a_huge_file_is_not_read() {
    assert_eq!(places(&"#".repeat(KEYMAP_FILE_BYTES_MAX + 1)), ["1:1"]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_understood_or_refused_but_never_crashes(text in "(\\[[a-z]{0,6}\\]\n)?(\"[^\n]{0,6}\" = \"[a-z-]{0,8}\"\n){0,3}.{0,10}") {
        let _ = Keymap::load(Some(("my.toml", &text)));
    }
}
