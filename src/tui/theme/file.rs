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
//! A role that a file does not name looks as in the theme it inherits. There
//! is no way to make anything blink.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::reduce::Rgb;
use super::role::Role;
use super::{Look, Looks};
use crate::i18n::t;
use crate::text::problem::ProblemList;

/// A theme file larger than this is not read.
pub const THEME_FILE_BYTES_MAX: usize = 256 * 1024;

/// The themes that a file may inherit: those inside the program.
pub const INHERITABLE: [&str; 1] = ["default"];

/// The terminal's own colour.
const TERMINAL_DEFAULT: &str = "default";

type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;
type Palette = BTreeMap<String, Option<Rgb>>;

/// Reads a theme file over `looks` and collects its problems.
pub(super) fn parse(text: &str, looks: &mut Looks, problems: &mut ProblemList<'_>) {
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
    let mut palette = Palette::new();
    if let Some(section) = section(root, "palette", problems) {
        for (name, value) in section {
            if let Ok(colour) = parse_colour(value, &Palette::new(), problems) {
                palette.insert(name.get_ref().to_string(), colour);
            }
        }
    }
    if let Some(section) = section(root, "roles", problems) {
        for (name, value) in section {
            parse_role(name, value, &palette, looks, problems);
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
    let expected = t!("theme.expected-one-of", names = INHERITABLE.join(", "));
    match value.get_ref().as_str() {
        None => problems.add(
            value.span(),
            t!("theme.wrong-type", name = "inherits"),
            expected,
        ),
        Some(base) if !INHERITABLE.contains(&base) => {
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
    palette: &Palette,
    looks: &mut Looks,
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
    let mut look = Look::default();
    for (name, value) in table {
        parse_part(name, value, palette, &mut look, problems);
    }
    looks.set(role, look);
}

fn parse_part(
    name: &Key<'_>,
    value: &Value<'_>,
    palette: &Palette,
    look: &mut Look,
    problems: &mut ProblemList<'_>,
) {
    match name.get_ref().as_ref() {
        "fg" => look.fg = parse_colour(value, palette, problems).unwrap_or_default(),
        "bg" => look.bg = parse_colour(value, palette, problems).unwrap_or_default(),
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

/// A mistake that has been reported.
struct Mistake;

/// `None` is the terminal's own colour.
fn parse_colour(
    value: &Value<'_>,
    palette: &Palette,
    problems: &mut ProblemList<'_>,
) -> Result<Option<Rgb>, Mistake> {
    let span: Range<usize> = value.span();
    let Some(written) = value.get_ref().as_str() else {
        problems.add(
            span,
            t!("theme.wrong-type", name = "colour"),
            t!("theme.expected-colour"),
        );
        return Err(Mistake);
    };
    if written == TERMINAL_DEFAULT {
        return Ok(None);
    }
    if let Some(colour) = palette.get(written) {
        return Ok(*colour);
    }
    if let Ok(colour) = written.parse() {
        return Ok(Some(colour));
    }
    problems.add(
        span,
        t!("theme.unknown-colour", name = written),
        t!("theme.expected-colour"),
    );
    Err(Mistake)
}
