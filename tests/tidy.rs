//! Keeps the house in order: which room may know which, one version of what
//! must be one, no text outside the resources, both languages whole, and files
//! that fit a head. Every check is shown to find a planted fault.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a check that cannot read the house fails"
)]

#[path = "tidy_checks/arrows.rs"]
mod arrows;
#[path = "tidy_checks/code.rs"]
mod code;
#[path = "tidy_checks/texts.rs"]
mod texts;

use std::path::{Path, PathBuf};

/// Lines of a file of the product; most should stay under 400.
const FILE_LINES_MAX: usize = 500;
/// Lines of a file of tests: tables are long.
const TEST_FILE_LINES_MAX: usize = 700;
/// Packages of which two versions would not work together.
const ONE_VERSION: [&str; 4] = ["crossterm", "unicode-width", "libsqlite3-sys", "rustls"];

/// A source file: its path from the package's root, and its text.
pub struct Source {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(Source {
                    text: std::fs::read_to_string(&path).unwrap(),
                    path: relative(&path),
                });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "no source under {folder}");
    found
}

fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

fn nothing(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn arrows_point_down() {
    nothing(&arrows::faults(&sources("src")));
}

#[test]
fn there_is_one_version_of_what_must_be_one() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    nothing(&doubled(&lock));
}

#[test]
fn two_versions_are_noticed() {
    let lock = "[[package]]\nname = \"crossterm\"\nversion = \"0.28.1\"\n\n\
                [[package]]\nname = \"crossterm\"\nversion = \"0.29.0\"\n\n\
                [[package]]\nname = \"syn\"\nversion = \"1.0.0\"\n\n\
                [[package]]\nname = \"syn\"\nversion = \"2.0.0\"\n";
    assert_eq!(doubled(lock), ["crossterm: 0.28.1, 0.29.0"]);
}

fn doubled(lock: &str) -> Vec<String> {
    let lock: toml::Table = lock.parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    ONE_VERSION
        .iter()
        .filter_map(|name| {
            let versions: Vec<&str> = packages
                .iter()
                .filter(|package| package["name"].as_str() == Some(name))
                .filter_map(|package| package["version"].as_str())
                .collect();
            (versions.len() > 1).then(|| format!("{name}: {}", versions.join(", ")))
        })
        .collect()
}

#[test]
fn no_chinese_text_stands_in_the_code() {
    nothing(&texts::chinese_literals(&sources("src")));
}

#[test]
fn every_text_that_the_code_asks_for_is_there_in_both_languages() {
    let languages = texts::languages(&root().join("src/i18n"));
    nothing(&texts::missing_keys(&sources("src"), &languages));
    nothing(&texts::differences(&languages));
}

#[test]
fn files_fit_a_head() {
    let all: Vec<Source> = sources("src").into_iter().chain(sources("tests")).collect();
    nothing(&too_long(&all));
}

#[test]
fn a_file_that_is_too_long_is_noticed() {
    let long = |path: &str, lines: usize| Source {
        path: path.to_owned(),
        text: "//\n".repeat(lines),
    };
    let faults = too_long(&[
        long("src/a.rs", FILE_LINES_MAX),
        long("src/b.rs", FILE_LINES_MAX + 1),
        long("src/b/tests.rs", FILE_LINES_MAX + 1),
        long("src/c/tests.rs", TEST_FILE_LINES_MAX + 1),
    ]);
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].starts_with("src/b.rs:") && faults[1].starts_with("src/c/tests.rs:"));
}

fn too_long(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter_map(|source| {
            let max = if code::is_test_file(&source.path) {
                TEST_FILE_LINES_MAX
            } else {
                FILE_LINES_MAX
            };
            let lines = source.text.lines().count();
            (lines > max).then(|| format!("{}: {lines} lines, at most {max}", source.path))
        })
        .collect()
}
