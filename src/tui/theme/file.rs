//! Theme files: a palette and a look for each role, in TOML.
//!
//! ```toml
//! inherits = "default"
//! [palette]
//! ground = "#16181c"
//! [roles]
//! text = { fg = "#b8bcc4", bg = "ground" }
//! title = { bold = true }
//! ```
//! A role that a file does not name looks as in the theme it inherits, in the
//! colours that this file's palette gives to their names. There is no way to
//! make anything blink.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::reduce::Rgb;
use super::role::Role;
use super::{Look, Looks, shipped};
use crate::i18n::t;
use crate::text::problem::ProblemList;

/// A theme file larger than this is not read.
pub const THEME_FILE_BYTES_MAX: usize = 256 * 1024;

/// The terminal's own colour.
const TERMINAL_DEFAULT: &str = "default";

type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;
/// `None` is the terminal's own colour.
type Palette = BTreeMap<String, Option<Rgb>>;

/// A colour as written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ink {
    /// The terminal's own.
    Terminal,
    Mixed(Rgb),
    /// Of the palette, whichever file has the last word on it.
    Named(String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RoleDraft {
    fg: Option<Ink>,
    bg: Option<Ink>,
    modifiers: ratatui::style::Modifier,
}

/// What the files have said so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    palette: Palette,
    roles: BTreeMap<Role, RoleDraft>,
}

impl Draft {
    /// The looks, with every name of a colour resolved.
    pub(super) fn looks(&self) -> Looks {
        let colour = |ink: &Option<Ink>| match ink {
            None | Some(Ink::Terminal) => None,
            Some(Ink::Mixed(colour)) => Some(*colour),
            Some(Ink::Named(name)) => self.palette.get(name).copied().flatten(),
        };
        let looks = Role::ALL.iter().map(|role| {
            self.roles
                .get(role)
                .map_or_else(Look::default, |role| Look {
                    fg: colour(&role.fg),
                    bg: colour(&role.bg),
                    modifiers: role.modifiers,
                })
        });
        Looks(looks.collect())
    }
}

/// The shipped theme that a file says it inherits.
pub(super) fn base(text: &str) -> Option<String> {
    let (root, _) = DeTable::parse_recoverable(text);
    let named = root.get_ref().get("inherits")?.get_ref().as_str()?;
    shipped::find(named).map(|theme| theme.name.to_owned())
}

/// Reads a theme file over `draft` and collects its problems.
pub(super) fn parse(text: &str, draft: &mut Draft, problems: &mut ProblemList<'_>) {
    if text.len() > THEME_FILE_BYTES_MAX {
        let limit = THEME_FILE_BYTES_MAX / 1024;
        problems.add(
            0..0,
            t!("theme.too-large"),
            t!("theme.expected-size", kib = limit),
        );
        return;
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            problems.add(
                span,
                t!("theme.not-toml", message = error.message()),
                t!("theme.expected-toml"),
            );
        }
        return;
    }
    let root = root.get_ref();
    if let Some(section) = section(root, "palette", problems) {
        for (name, value) in section {
            let colour = match parse_colour(value, &Palette::new(), problems) {
                Some(Ink::Terminal) => None,
                Some(Ink::Mixed(colour)) => Some(colour),
                Some(Ink::Named(_)) | None => continue,
            };
            draft.palette.insert(name.get_ref().to_string(), colour);
        }
    }
    if let Some(section) = section(root, "roles", problems) {
        for (name, value) in section {
            parse_role(name, value, draft, problems);
        }
    }
    check_top(root, problems);
}

fn section<'t, 'i>(
    root: &'t DeTable<'i>,
    name: &str,
    problems: &mut ProblemList<'_>,
) -> Option<&'t DeTable<'i>> {
    let value = root.get(name)?;
    let table = value.get_ref().as_table();
    if table.is_none() {
        problems.add(
            value.span(),
            t!("theme.wrong-type", name = name),
            t!("theme.expected-toml"),
        );
    }
    table
}

/// What else stands at the top level: the inherited theme, or a mistake.
fn check_top(root: &DeTable<'_>, problems: &mut ProblemList<'_>) {
    for (name, value) in root {
        match name.get_ref().as_ref() {
            "palette" | "roles" => {}
            "inherits" => check_base(value, problems),
            other => {
                let names = "inherits, palette, roles";
                let what = t!("theme.unknown-entry", name = other);
                problems.add(
                    name.span(),
                    what,
                    t!("theme.expected-one-of", names = names),
                );
            }
        }
    }
}

fn check_base(value: &Value<'_>, problems: &mut ProblemList<'_>) {
    let names: Vec<&str> = shipped::SHIPPED.iter().map(|theme| theme.name).collect();
    let expected = t!("theme.expected-one-of", names = names.join(", "));
    match value.get_ref().as_str() {
        None => problems.add(
            value.span(),
            t!("theme.wrong-type", name = "inherits"),
            expected,
        ),
        Some(base) if shipped::find(base).is_none() => {
            problems.add(
                value.span(),
                t!("theme.unknown-base", name = base),
                expected,
            );
        }
        Some(_) => {}
    }
}

fn parse_role(
    name: &Key<'_>,
    value: &Value<'_>,
    draft: &mut Draft,
    problems: &mut ProblemList<'_>,
) {
    let written = name.get_ref().as_ref();
    let Ok(role) = written.parse::<Role>() else {
        let names = Role::ALL
            .iter()
            .map(|role| role.name())
            .collect::<Vec<_>>()
            .join(", ");
        let what = t!("theme.unknown-role", name = written);
        problems.add(
            name.span(),
            what,
            t!("theme.expected-one-of", names = names),
        );
        return;
    };
    let Some(table) = value.get_ref().as_table() else {
        problems.add(
            value.span(),
            t!("theme.wrong-type", name = written),
            t!("theme.expected-table"),
        );
        return;
    };
    let mut look = RoleDraft::default();
    for (name, value) in table {
        parse_part(name, value, &draft.palette, &mut look, problems);
    }
    draft.roles.insert(role, look);
}

fn parse_part(
    name: &Key<'_>,
    value: &Value<'_>,
    palette: &Palette,
    look: &mut RoleDraft,
    problems: &mut ProblemList<'_>,
) {
    match name.get_ref().as_ref() {
        "fg" => look.fg = parse_colour(value, palette, problems),
        "bg" => look.bg = parse_colour(value, palette, problems),
        flag @ ("bold" | "reverse" | "underline") => {
            let Some(on) = value.get_ref().as_bool() else {
                problems.add(
                    value.span(),
                    t!("theme.wrong-type", name = flag),
                    t!("theme.expected-flag"),
                );
                return;
            };
            let modifier = match flag {
                "bold" => ratatui::style::Modifier::BOLD,
                "reverse" => ratatui::style::Modifier::REVERSED,
                _ => ratatui::style::Modifier::UNDERLINED,
            };
            look.modifiers.set(modifier, on);
        }
        other => {
            let names = "fg, bg, bold, reverse, underline";
            let what = t!("theme.unknown-entry", name = other);
            problems.add(
                name.span(),
                what,
                t!("theme.expected-one-of", names = names),
            );
        }
    }
}

/// A colour; `None` when it is a mistake, which is reported then.
fn parse_colour(
    value: &Value<'_>,
    palette: &Palette,
    problems: &mut ProblemList<'_>,
) -> Option<Ink> {
    let span: Range<usize> = value.span();
    let Some(written) = value.get_ref().as_str() else {
        problems.add(
            span,
            t!("theme.wrong-type", name = "colour"),
            t!("theme.expected-colour"),
        );
        return None;
    };
    if written == TERMINAL_DEFAULT {
        return Some(Ink::Terminal);
    }
    if palette.contains_key(written) {
        return Some(Ink::Named(written.to_owned()));
    }
    if let Ok(colour) = written.parse() {
        return Some(Ink::Mixed(colour));
    }
    problems.add(
        span,
        t!("theme.unknown-colour", name = written),
        t!("theme.expected-colour"),
    );
    None
}
