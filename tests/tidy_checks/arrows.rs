//! Who may know whom (ARCHITECTURE.md). A room is the first folder or file
//! under `src`; a room that is not listed here may not exist.

use crate::Source;
use crate::code::{self, Piece};

/// A room, and the rooms it may know.
const ROOMS: [(&str, &[&str]); 14] = [
    ("domain", &[]),
    // Fail points, for tests only.
    ("fault", &[]),
    ("i18n", &[]),
    ("text", &["i18n"]),
    ("wire", &["domain"]),
    ("store", &["domain", "wire", "text", "fault"]),
    ("service", &["domain", "wire", "text", "fault"]),
    ("exchange", &["domain", "wire", "text", "i18n"]),
    ("sync", &["domain", "wire", "store", "text", "fault"]),
    ("config", &["sync", "text", "i18n"]),
    (
        "tui",
        &[
            "domain", "wire", "store", "sync", "text", "i18n", "config", "fault",
        ],
    ),
    ("demo", &["domain", "wire", "service", "text", "i18n"]),
    (
        "cli",
        &[
            "domain", "wire", "store", "service", "exchange", "sync", "config", "tui", "demo",
            "text", "i18n",
        ],
    ),
    ("lib", &[]),
];

/// Rooms inside `tui` that know none of their neighbours.
const TUI_LEAVES: [&str; 3] = ["keys", "theme", "terminal"];
/// What a leaf of `tui` may know.
const TUI_LEAF_KNOWS: [&str; 2] = ["text", "i18n"];

/// Arrows that point up, as `file: room → room`.
pub fn faults(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let rooms = rooms(&source.path);
        let [room, rest @ ..] = rooms.as_slice() else {
            continue;
        };
        // The binary only hands over to the command line.
        if *room == "main" {
            let known = named(&source.text, "zhiban::");
            for path in known.iter().filter(|path| path[0] != "cli") {
                faults.push(format!("{}: main → {}", source.path, path[0]));
            }
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| name == room) else {
            faults.push(format!("{}: room {room} is not listed", source.path));
            continue;
        };
        let leaf = (*room == "tui")
            .then(|| rest.first().copied())
            .flatten()
            .filter(|inner| TUI_LEAVES.contains(inner));
        for path in named(&source.text, "crate::") {
            if let Some(fault) = fault(room, allowed, leaf, &path) {
                faults.push(format!("{}: {fault}", source.path));
            }
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

fn fault(room: &str, allowed: &[&str], leaf: Option<&str>, path: &[String]) -> Option<String> {
    let to = path.first()?.as_str();
    // Macros of the crate's root and the root itself are no room.
    let (_, _) = ROOMS.iter().find(|(name, _)| *name == to)?;
    if let Some(leaf) = leaf {
        let inner = path.get(1).map(String::as_str);
        let own = to == "tui" && inner == Some(leaf);
        let fits = own || TUI_LEAF_KNOWS.contains(&to);
        return (!fits).then(|| format!("tui::{leaf} → {}", path.join("::")));
    }
    let fits = to == room || allowed.contains(&to);
    (!fits).then(|| format!("{room} → {to}"))
}

/// `src/tui/keys/chord.rs` → `[tui, keys, chord]`, `src/config.rs` → `[config]`.
fn rooms(path: &str) -> Vec<&str> {
    path.strip_prefix("src/")
        .map(|path| path.trim_end_matches(".rs").split('/').collect())
        .unwrap_or_default()
}

/// The paths that begin with `prefix` (`crate::`), two steps deep, in `use`
/// lines with braces and in the midst of code. Tests may reach anywhere below
/// too, so they are read like the rest.
fn named(text: &str, prefix: &str) -> Vec<Vec<String>> {
    let code: String = code::pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Code(code) => code,
            Piece::Literal(..) => "\"\"".to_owned(),
        })
        .collect();
    code.match_indices(prefix)
        .filter(|(at, _)| {
            !code[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
        })
        .flat_map(|(at, _)| tree(&code[at + prefix.len()..]))
        .collect()
}

/// The first two steps of every branch of a path.
fn tree(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start();
    if let Some(inside) = text.strip_prefix('{') {
        return branches(inside)
            .into_iter()
            .flat_map(|branch| tree(&branch))
            .collect();
    }
    let first = word(text);
    if first.is_empty() {
        return Vec::new();
    }
    let after = text[first.len()..].strip_prefix("::").unwrap_or("");
    let seconds: Vec<String> = match after.strip_prefix('{') {
        Some(inside) => branches(inside)
            .iter()
            .map(|branch| word(branch.trim_start()).to_owned())
            .collect(),
        None => vec![word(after).to_owned()],
    };
    seconds
        .into_iter()
        .map(|second| {
            let mut path = vec![first.to_owned()];
            if !second.is_empty() {
                path.push(second);
            }
            path
        })
        .collect()
}

fn word(text: &str) -> &str {
    let end = text
        .find(|found: char| !found.is_alphanumeric() && found != '_')
        .unwrap_or(text.len());
    &text[..end]
}

/// The branches of a brace that is already open.
fn branches(text: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut branches = vec![String::new()];
    for found in text.chars() {
        match found {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = branches.last_mut() {
            last.push(found);
        }
    }
    branches
}

#[test]
fn an_arrow_that_points_up_is_noticed() {
    let check = |path: &str, text: &str| {
        faults(&[Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }])
    };
    let nothing: [(&str, &str); 6] = [
        (
            "src/store/db.rs",
            "use crate::domain::ids;\nuse crate::wire::feed::Seq;",
        ),
        (
            "src/cli/serve.rs",
            "use crate::{service, tui::app, config};",
        ),
        (
            "src/domain/a.rs",
            "// use crate::tui::app;\nuse crate::domain::ids::X;",
        ),
        (
            "src/tui/keys/chord.rs",
            "use crate::tui::keys::trie; use crate::text::width;",
        ),
        ("src/main.rs", "fn main() { zhiban::cli::main() }"),
        ("src/tui/app/x.rs", "use crate::tui::theme::Role;"),
    ];
    for (path, text) in nothing {
        assert!(check(path, text).is_empty(), "{path}: {text}");
    }
    let planted: [(&str, &str, &str); 8] = [
        ("src/domain/a.rs", "use crate::wire::feed;", "domain → wire"),
        (
            "src/domain/a.rs",
            "fn f() { crate::text::width::of(); }",
            "domain → text",
        ),
        (
            "src/service/a.rs",
            "use crate::{domain, store::view};",
            "service → store",
        ),
        (
            "src/store/a.rs",
            "use crate::sync::{status, engine};",
            "store → sync",
        ),
        (
            "src/tui/keys/a.rs",
            "use crate::tui::app;",
            "tui::keys → tui::app",
        ),
        (
            "src/tui/theme/a.rs",
            "use crate::{tui::{theme, widgets}};",
            "tui::theme → tui::widgets",
        ),
        ("src/main.rs", "use zhiban::store;", "main → store"),
        ("src/attic/a.rs", "", "room attic is not listed"),
    ];
    for (path, text, expected) in planted {
        let found = check(path, text);
        assert_eq!(found.len(), 1, "{path}: {text}: {found:?}");
        assert!(found[0].ends_with(expected), "{found:?}");
    }
}
