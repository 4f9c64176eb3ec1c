//! Keymap files: sections of `"keys" = "action"` in TOML.
//!
//! Reading never fails half-way: every problem of the file is collected with
//! its place and with what would have been right.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::action::Action;
use super::chord::{ChordError, Sequence};
use super::context::{Context, Typing};
use super::shipped;
use crate::i18n::t;
use crate::text::problem::ProblemList;
use std::ops::Range;

/// A keymap file larger than this is not read.
pub const KEYMAP_FILE_BYTES_MAX: usize = 256 * 1024;

/// In place of an action: the key does nothing any more.
const NO_ACTION: &str = "none";

/// At the top of a file: the shipped keymap that it stands on.
const INHERITS: &str = "inherits";

/// At the top of a file: whose twins are bound too, and the only ones there
/// are.
const TWINS: &str = "twins";
const KEYPAD: &str = "keypad";

/// One line of a keymap file, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) context: Context,
    pub(super) sequence: Sequence,
    /// `None` takes the key away.
    pub(super) action: Option<Action>,
    span: Range<usize>,
}

/// A file, understood as far as it could be, in the order of its lines.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) assignments: Vec<Assignment>,
}

/// Reads a keymap file and collects its problems.
pub(super) fn parse(text: &str, problems: &mut ProblemList<'_>) -> Layer {
    let mut layer = Layer::default();
    if text.len() > KEYMAP_FILE_BYTES_MAX {
        let limit = KEYMAP_FILE_BYTES_MAX / 1024;
        problems.add(
            0..0,
            t!("keymap.too-large"),
            t!("keymap.expected-size", kib = limit),
        );
        return layer;
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            problems.add(
                span,
                t!("keymap.not-toml", message = error.message()),
                t!("keymap.expected-toml"),
            );
        }
        return layer;
    }
    for (name, section) in in_order(root.get_ref()) {
        match name.get_ref().as_ref() {
            INHERITS => check_base(section, problems),
            TWINS => check_twins(section, problems),
            _ => parse_section(name, section, &mut layer, problems),
        }
    }
    if root.get_ref().contains_key(TWINS) {
        add_twins(&mut layer);
    }
    layer
}

/// The shipped keymap that a file says it inherits.
pub(super) fn base(text: &str) -> Option<String> {
    let (root, _) = DeTable::parse_recoverable(text);
    let named = root.get_ref().get(INHERITS)?.get_ref().as_str()?;
    shipped::find(named).map(|keymap| keymap.name.to_owned())
}

fn check_twins(value: &Spanned<DeValue<'_>>, problems: &mut ProblemList<'_>) {
    if value.get_ref().as_str() != Some(KEYPAD) {
        let expected = t!("keymap.expected-one-of", names = KEYPAD);
        problems.add(value.span(), t!("keymap.unknown-twins"), expected);
    }
}

/// Binds the number pad without num lock as with it, wherever no text is typed
/// and nothing else is bound there.
fn add_twins(layer: &mut Layer) {
    let mut twins = Vec::new();
    for assignment in &layer.assignments {
        let typed = assignment.context.typing() == Typing::IntoField;
        if typed || assignment.action.is_none() {
            continue;
        }
        let Some(sequence) = assignment.sequence.keypad_twin() else {
            continue;
        };
        let bound = layer.assignments.iter().any(|other| {
            let there = other.sequence == sequence && other.action.is_some();
            other.context == assignment.context && there
        });
        if !bound {
            twins.push(Assignment {
                sequence,
                ..assignment.clone()
            });
        }
    }
    layer.assignments.append(&mut twins);
}

fn check_base(value: &Spanned<DeValue<'_>>, problems: &mut ProblemList<'_>) {
    let base = value.get_ref().as_str();
    if base.and_then(shipped::find).is_none() {
        let names: Vec<&str> = shipped::SHIPPED.iter().map(|keymap| keymap.name).collect();
        let what = t!("keymap.unknown-base", name = base.unwrap_or_default());
        let expected = t!("keymap.expected-one-of", names = names.join(", "));
        problems.add(value.span(), what, expected);
    }
}

/// The entries of a table in the order of the file.
fn in_order<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(
    &'t Spanned<toml::de::DeString<'i>>,
    &'t Spanned<DeValue<'i>>,
)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn parse_section(
    name: &Spanned<toml::de::DeString<'_>>,
    section: &Spanned<DeValue<'_>>,
    layer: &mut Layer,
    problems: &mut ProblemList<'_>,
) {
    let written = name.get_ref().as_ref();
    let Ok(context) = written.parse::<Context>() else {
        let known = Context::ALL.map(Context::name);
        let what = t!("keymap.unknown-context", name = written);
        problems.add(
            name.span(),
            what,
            t!("keymap.expected-one-of", names = nearest(written, &known)),
        );
        return;
    };
    let Some(table) = section.get_ref().as_table() else {
        problems.add(
            section.span(),
            t!("keymap.not-a-section", name = written),
            t!("keymap.expected-section"),
        );
        return;
    };
    for (keys, value) in in_order(table) {
        if let Some(assignment) = parse_line(context, keys, value, problems) {
            let twice = layer.assignments.iter().any(|earlier| {
                earlier.context == context && earlier.sequence == assignment.sequence
            });
            if twice {
                let what = t!(
                    "keymap.bound-twice",
                    keys = assignment.sequence,
                    context = context
                );
                problems.add(keys.span(), what, t!("keymap.expected-once"));
            } else {
                layer.assignments.push(assignment);
            }
        }
    }
}

fn parse_line(
    context: Context,
    keys: &Spanned<toml::de::DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
    problems: &mut ProblemList<'_>,
) -> Option<Assignment> {
    let sequence = parse_keys(keys, problems);
    let Some(name) = value.get_ref().as_str() else {
        problems.add(
            value.span(),
            t!("keymap.not-an-action"),
            t!("keymap.expected-action"),
        );
        return None;
    };
    let action = if name == NO_ACTION {
        None
    } else {
        Some(parse_action(context, name, value.span(), problems)?)
    };
    Some(Assignment {
        context,
        sequence: sequence?,
        action,
        span: keys.span(),
    })
}

fn parse_keys(
    keys: &Spanned<toml::de::DeString<'_>>,
    problems: &mut ProblemList<'_>,
) -> Option<Sequence> {
    let what = match keys.get_ref().parse::<Sequence>() {
        Ok(sequence) => return Some(sequence),
        Err(ChordError::UnknownKey(name)) => t!("keymap.unknown-key", name = name),
        Err(ChordError::Empty) => t!("keymap.no-key"),
        Err(ChordError::TooLong(count)) => t!("keymap.too-many-keys", count = count),
    };
    problems.add(keys.span(), what, t!("keymap.expected-key"));
    None
}

fn parse_action(
    context: Context,
    name: &str,
    span: Range<usize>,
    problems: &mut ProblemList<'_>,
) -> Option<Action> {
    let Ok(action) = name.parse::<Action>() else {
        let known: Vec<_> = Action::ALL.iter().map(|action| action.name()).collect();
        let what = t!("keymap.unknown-action", name = name);
        problems.add(
            span,
            what,
            t!("keymap.expected-one-of", names = nearest(name, &known)),
        );
        return None;
    };
    if !action.may_be_bound_in(context) {
        let homes: Vec<_> = action
            .row()
            .contexts
            .iter()
            .map(|home| home.name())
            .collect();
        let what = t!("keymap.wrong-context", name = name, context = context);
        problems.add(
            span,
            what,
            t!("keymap.expected-one-of", names = homes.join(", ")),
        );
        return None;
    }
    Some(action)
}

/// One sequence is the beginning of another. Names the line of this file that
/// is at fault; the shipped lines have no fault by themselves.
pub(super) fn report_conflict(
    assignments: &[&Assignment],
    refused: &Sequence,
    there: &str,
    problems: &mut ProblemList<'_>,
) {
    let at_fault = assignments
        .iter()
        .find(|assignment| assignment.sequence == *refused)
        .or_else(|| {
            assignments
                .iter()
                .find(|assignment| assignment.sequence.to_string() == there)
        });
    let span = at_fault.map_or(0..0, |assignment| assignment.span.clone());
    problems.add(
        span,
        t!("keymap.prefix", keys = refused, other = there),
        t!("keymap.expected-no-prefix"),
    );
}

/// The known names that resemble a wrong one, or all when none does.
fn nearest(wrong: &str, known: &[&str]) -> String {
    const SUGGESTIONS_MAX: usize = 6;
    let parts: Vec<&str> = wrong.split('-').filter(|part| part.len() > 2).collect();
    let mut close: Vec<&str> = known
        .iter()
        .copied()
        .filter(|name| parts.iter().any(|part| name.contains(part)))
        .collect();
    if close.is_empty() {
        close = known.to_vec();
    }
    let more = if close.len() > SUGGESTIONS_MAX {
        " ..."
    } else {
        ""
    };
    close.truncate(SUGGESTIONS_MAX);
    format!("{}{more}", close.join(", "))
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
