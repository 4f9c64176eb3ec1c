//! The files that people write: configuration, keymaps and themes. Whatever
//! stands in them, there are settings or problems with a place each, never a
//! crash, and what was in force stays.

use std::fmt::Write as _;

use zhiban::config::Config;
use zhiban::text::problem::{PROBLEMS_PER_FILE_MAX, Problem};
use zhiban::tui::keys::{Action, Context, Keymap, Sequence};
use zhiban::tui::theme::{ColourDepth, Role, Theme};

use super::draw::Draw;

const DEPTHS: [ColourDepth; 4] = [
    ColourDepth::True,
    ColourDepth::Palette,
    ColourDepth::Sixteen,
    ColourDepth::Mono,
];

/// A file that is nearly right: lines of valid ones, some of them altered.
fn file(draw: &mut Draw<'_>, seeds: &[&str]) -> String {
    if draw.byte() == 0 {
        return String::from_utf8_lossy(draw.rest()).into_owned();
    }
    let mut lines: Vec<&str> = seeds.iter().flat_map(|text| text.lines()).collect();
    lines.extend(HOSTILE);
    let mut text = String::new();
    for _ in 0..40 {
        if draw.is_spent() {
            break;
        }
        let line = lines[draw.below(lines.len())];
        let how = draw.byte();
        let at = draw.below(line.chars().count() + 1);
        let (head, tail) = line.split_at(
            line.char_indices()
                .nth(at)
                .map_or(line.len(), |(byte, _)| byte),
        );
        match how % 16 {
            1 => text.push_str(head),
            2 => text.push_str(tail),
            3 => {
                text.push_str(head);
                text.push_str(&String::from_utf8_lossy(draw.some(4)));
                text.push_str(tail);
            }
            4 => {
                text.push_str(head);
                text.push_str(draw.of(&HOSTILE));
                text.push_str(tail);
            }
            5 => text.push_str(&line.repeat(3)),
            _ => text.push_str(line),
        }
        text.push_str(if how & 0x80 == 0 { "\n" } else { "\r\n" });
    }
    text
}

const HOSTILE: [&str; 18] = [
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "\"\"\"",
    "'''",
    "[[",
    "[a]",
    "[a.b]",
    "a.b.c = 1",
    "= 1",
    "x = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "x = {a = {a = {a = {}}}}",
    "x = 1979-05-27T07:32:00Z",
    "x = 1e999",
    "x = 0xffffffffffffffffffff",
    "\"\\ud800\" = 1",
    "值 = \"班\"",
    "#",
];

/// Every problem has its place in the text, and there are not too many.
fn places(problems: &[Problem], text: &str) {
    assert!(problems.len() <= PROBLEMS_PER_FILE_MAX);
    for problem in problems {
        let line = text.split('\n').nth(problem.line - 1);
        let columns = line.expect("a line of the file").chars().count() + 1;
        assert!(problem.column >= 1, "{problem}");
        assert!(problem.column <= columns, "{problem} of {columns}");
        assert!(!problem.what.is_empty() && !problem.expected.is_empty());
    }
    let placed = |problem: &Problem| (problem.line, problem.column);
    assert!(problems.is_sorted_by_key(placed), "in the file's order");
}

const CONFIG: &str = "service = \"https://centre.example:8443\"\n\
    pin = \"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f\"\n\
    language = \"zh-CN\"\nlanguage = \"en\"\ntheme = \"default\"\nkeymap = \"vim\"\n\
    bell = \"off\"\nline = \"thin\"\nambiguous-width = \"wide\"\nservice = \"http://127.0.0.1:8080\"\n\
    service = \"http://[::1]:1\"\n";

pub fn config(data: &[u8]) {
    let mut draw = Draw::new(data);
    let text = file(&mut draw, &[CONFIG]);
    let default = Config::default();
    let (night, _) = Config::parse("c", "bell = \"off\"\ntheme = \"night\"", &default);
    let (read, problems) = Config::parse("config.toml", &text, &default);
    places(&problems, &text);
    let again = Config::parse("config.toml", &text, &default);
    assert_eq!(again, (read.clone(), problems.clone()));
    let (other, same) = Config::parse("config.toml", &text, &night);
    assert_eq!(same, problems, "what was in force makes no problem");
    if problems.is_empty() {
        assert_eq!(other, read, "a right file says all");
    } else if read == default {
        // Nothing was taken over: then what was in force is, or a default.
        assert!(other.bell == night.bell || other.bell == default.bell);
    }
    for name in [&read.theme, &read.keymap] {
        assert!(!name.is_empty() && !name.contains(['/', '\\', '.', '\0']));
    }
    if let Some(service) = &read.service {
        let written = service.to_string();
        assert_eq!(written.parse().ok().as_ref(), Some(service), "{written}");
    }
}

const KEYMAP: &str = include_str!("../../../keymaps/default.toml");
const THEME: &str = include_str!("../../../themes/default.toml");

pub fn keymap(data: &[u8]) {
    let mut draw = Draw::new(data);
    let text = if draw.byte().is_multiple_of(2) {
        file(&mut draw, &[KEYMAP])
    } else {
        bindings(&mut draw)
    };
    match Keymap::load(Some(("keys.toml", &text))) {
        Err(problems) => {
            assert!(!problems.is_empty());
            places(&problems, &text);
        }
        Ok(read) => {
            for context in Context::ALL {
                for binding in read.section(context) {
                    let written = binding.sequence.to_string();
                    let again: Sequence = written.parse().expect("a sequence as written");
                    assert_eq!(again, binding.sequence, "{written}");
                }
                for binding in read.bindings(context) {
                    let mut keys = read.keys_for(context, binding.action);
                    assert!(keys.any(|keys| *keys == binding.sequence));
                    assert!(
                        binding.action.may_be_bound_in(context)
                            || !bound(&read, context, binding.action)
                    );
                }
                let _help = read.continuations(context, &[]);
            }
            assert_eq!(Keymap::load(Some(("keys.toml", &text))), Ok(read));
        }
    }
}

/// Whether the section itself binds the action.
fn bound(keymap: &Keymap, context: Context, action: Action) -> bool {
    let mut own = keymap.section(context).iter();
    own.any(|binding| binding.action == action)
}

/// Sections of drawn keys for real actions.
fn bindings(draw: &mut Draw<'_>) -> String {
    const KEYS: [&str; 20] = [
        "a",
        "A",
        "g g",
        "g",
        "ctrl-s",
        "ctrl-S",
        "alt-x",
        "shift-tab",
        "f1",
        "f24",
        "f25",
        "space",
        "ctrl-shift-a",
        "shift-a",
        "１",
        "。",
        "esc",
        "a b c d",
        "a b c d e",
        "ctrl--",
    ];
    let mut text = String::new();
    for _ in 0..6 {
        if draw.is_spent() {
            break;
        }
        let context = draw.of(&Context::ALL);
        let _written = writeln!(text, "[{}]", context.name());
        for _ in 0..draw.below(8) {
            let keys = draw.of(&KEYS);
            let more = if draw.byte().is_multiple_of(3) {
                format!(" {}", draw.of(&KEYS))
            } else {
                String::new()
            };
            let homes: Vec<Action> = Action::ALL
                .iter()
                .copied()
                .filter(|action| action.may_be_bound_in(context))
                .collect();
            let action = match draw.byte() {
                0 => "none",
                1 => Action::ALL[draw.below(Action::ALL.len())].name(),
                _ if homes.is_empty() => "none",
                _ => homes[draw.below(homes.len())].name(),
            };
            let _written = writeln!(text, "\"{keys}{more}\" = \"{action}\"");
        }
    }
    text
}

pub fn theme(data: &[u8]) {
    let mut draw = Draw::new(data);
    let text = file(&mut draw, &[THEME]);
    let depth = DEPTHS[text.len() % DEPTHS.len()];
    match Theme::load(Some(("theme.toml", &text)), depth) {
        Err(problems) => {
            assert!(!problems.is_empty());
            places(&problems, &text);
        }
        Ok(read) => {
            for other in DEPTHS {
                let reduced = read.at_depth(other);
                assert_eq!(reduced.depth(), other);
                assert_eq!(reduced.at_depth(depth), read, "reducing loses nothing");
                for role in Role::ALL {
                    let style = reduced.style(*role);
                    let bare = other == ColourDepth::Mono;
                    assert!(
                        !bare || (style.fg.is_none() && style.bg.is_none()),
                        "{role:?}"
                    );
                    let blinks = ratatui::style::Modifier::SLOW_BLINK
                        | ratatui::style::Modifier::RAPID_BLINK;
                    assert!(!style.add_modifier.intersects(blinks), "nothing blinks");
                }
            }
        }
    }
}

/// The files themselves, and first lines to compose.
fn files(texts: &[&str], head: &[u8]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = texts
        .iter()
        .map(|text| [head, &[0], text.as_bytes()].concat())
        .collect();
    let lines: Vec<u8> = (0..12).flat_map(|line| [line, 0, 0]).collect();
    all.push([head, &[1], &lines].concat());
    all.push(
        [
            head,
            &[1],
            &[3, 3, 2, 65, 66, 67, 68, 5, 4, 1, 2, 7, 0x80, 0],
        ]
        .concat(),
    );
    all
}

pub fn config_seeds() -> Vec<Vec<u8>> {
    let one = "service = \"https://centre.example:8443\"\nbell = \"off\"\nline = \"thin\"\n";
    files(&[one, CONFIG, "bell = \"loud\"\n= x"], &[])
}

pub fn keymap_seeds() -> Vec<Vec<u8>> {
    let mut all = files(&[KEYMAP, "[queue]\n\"g g\" = \"none\"\n"], &[0]);
    all.push(vec![1, 2, 3, 0, 1, 5, 2, 1, 1, 5, 3, 4, 1, 1, 9]);
    all
}

pub fn theme_seeds() -> Vec<Vec<u8>> {
    files(
        &[
            THEME,
            "inherits = \"default\"\n[roles]\ntext = { fg = \"#b8bcc4\" }\n",
        ],
        &[],
    )
}
