//! Texts for people live in the resources, whole in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::Source;
use crate::code::{self, Piece};

/// Where Chinese is data and not a text of the program: names of code tables,
/// holidays, the policy that ships, and the demonstration's people and cases.
const CHINESE_IS_DATA: [&str; 5] = [
    "src/i18n/",
    "src/domain/codes/",
    "src/domain/calendar/",
    "src/domain/policy/",
    "src/demo/",
];

/// Chinese in string and character literals of the product.
pub fn chinese_literals(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let exempt = CHINESE_IS_DATA
            .iter()
            .any(|folder| source.path.starts_with(folder));
        if exempt || code::is_test_file(&source.path) {
            continue;
        }
        for piece in code::product(&source.text) {
            if let Piece::Literal(text, line) = piece
                && text.chars().any(is_han)
            {
                faults.push(format!("{}:{line}: {text:?}", source.path));
            }
        }
    }
    faults
}

fn is_han(found: char) -> bool {
    matches!(found, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Every language's texts by key.
pub type Languages = BTreeMap<String, BTreeMap<String, String>>;

/// Reads the resource files of `folder`.
pub fn languages(folder: &Path) -> Languages {
    let mut languages = Languages::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            languages.insert(name, flat(&text));
        }
    }
    assert!(languages.len() >= 2, "{languages:?}");
    languages
}

fn flat(text: &str) -> BTreeMap<String, String> {
    fn walk(prefix: &str, table: &toml::Table, into: &mut BTreeMap<String, String>) {
        for (name, value) in table {
            let key = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            match value {
                toml::Value::Table(table) => walk(&key, table, into),
                toml::Value::String(text) => {
                    into.insert(key, text.clone());
                }
                _ => {}
            }
        }
    }
    let mut keys = BTreeMap::new();
    walk("", &text.parse().unwrap(), &mut keys);
    keys
}

/// Keys that the code asks for by a literal and that a language lacks.
pub fn missing_keys(sources: &[Source], languages: &Languages) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        for (key, line) in asked(&source.text) {
            for (language, keys) in languages {
                if !keys.contains_key(&key) {
                    faults.push(format!(
                        "{}:{line}: {key} is not in {language}",
                        source.path
                    ));
                }
            }
        }
    }
    faults
}

/// The literals in `t!("…")`, `i18n::text("…")` and `i18n::t!("…")`.
fn asked(text: &str) -> Vec<(String, usize)> {
    let pieces = code::product(text);
    pieces
        .windows(2)
        .filter_map(|pair| match pair {
            [Piece::Code(code), Piece::Literal(key, line)] => {
                let before = code.trim_end();
                let macro_t = before.strip_suffix("t!(").is_some_and(|before| {
                    !before.ends_with(|found: char| found.is_alphanumeric() || found == '_')
                });
                (macro_t || before.ends_with("i18n::text(")).then(|| (key.clone(), *line))
            }
            _ => None,
        })
        .collect()
}

/// Keys that one language has and another lacks, texts that are empty, and
/// placeholders that differ.
pub fn differences(languages: &Languages) -> Vec<String> {
    let all: BTreeSet<&String> = languages.values().flat_map(BTreeMap::keys).collect();
    let mut faults = Vec::new();
    for key in all {
        let mut placeholders: Option<BTreeSet<&str>> = None;
        for (language, keys) in languages {
            let Some(text) = keys.get(key) else {
                faults.push(format!("{key} is not in {language}"));
                continue;
            };
            if text.trim().is_empty() {
                faults.push(format!("{key} is empty in {language}"));
            }
            let these = placeholders_of(text);
            match &placeholders {
                Some(others) if *others != these => {
                    faults.push(format!("{key}: placeholders differ in {language}"));
                }
                Some(_) => {}
                None => placeholders = Some(these),
            }
        }
    }
    faults
}

fn placeholders_of(text: &str) -> BTreeSet<&str> {
    text.split("%{")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn a_chinese_literal_is_noticed_and_data_is_not() {
    let source = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let faults = chinese_literals(&[
        source("src/tui/a.rs", "let a = \"ok\";\nlet b = \"签收\"; // 好"),
        source(
            "src/tui/b.rs",
            "/// 签收\nfn f() {}\n#[cfg(test)]\nmod tests { const A: &str = \"好\"; }",
        ),
        source("src/tui/c.rs", "const C: char = '红';"),
        source("src/demo/d.rs", "const D: &str = \"王\";"),
        source("src/tui/e/tests.rs", "const E: &str = \"王\";"),
    ]);
    assert_eq!(
        faults,
        ["src/tui/a.rs:2: \"签收\"", "src/tui/c.rs:1: \"红\""]
    );
}

#[test]
fn a_key_that_a_language_lacks_is_noticed() {
    let languages: Languages = [
        ("en", "[a]\nb = \"%{n} left\"\nc = \"C\"\ne = \"\""),
        ("zh-CN", "[a]\nb = \"还有 %{m}\"\nd = \"丁\"\ne = \"戊\""),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), flat(text)))
    .collect();
    let code = Source {
        path: "src/a.rs".to_owned(),
        text: "t!(\"a.b\", n = 3); i18n::text(\"a.c\"); t!(\n \"a.x\"); assert!(\"a.y\" == z); \
               print!(\"a.z\"); text(\"a.q\")"
            .to_owned(),
    };
    assert_eq!(
        missing_keys(&[code], &languages),
        [
            "src/a.rs:1: a.c is not in zh-CN",
            "src/a.rs:2: a.x is not in en",
            "src/a.rs:2: a.x is not in zh-CN",
        ]
    );
    assert_eq!(
        differences(&languages),
        [
            "a.b: placeholders differ in zh-CN",
            "a.c is not in zh-CN",
            "a.d is not in en",
            "a.e is empty in en",
        ]
    );
}
