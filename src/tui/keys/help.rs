//! Help and hints, made from the table of actions and the keymap.
//!
//! Screens say of each action whether it is ready, denied (with the reason) or
//! not worth showing here; everything else comes from the tables, so that help
//! cannot tell what the keys do not do.

use std::borrow::Cow;

use super::action::Action;
use super::chord::{Chord, Key, Sequence};
use super::context::Context;
use super::group::{Group, Prominence};
use super::keymap::{Binding, Continuation, Keymap};

/// Whether an action can be done just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    /// It can.
    Ready,
    /// It cannot, for this reason, told in the user's language.
    Denied(String),
    /// It has no meaning here and is not shown.
    Hidden,
}

/// One line of the help page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpRow {
    /// The action.
    pub action: Action,
    /// The heading it stands under.
    pub group: Group,
    /// Its keys as people write them, the preferred one first.
    pub keys: Vec<String>,
    /// Its short name.
    pub name: Cow<'static, str>,
    /// What it does, in a sentence.
    pub sentence: Cow<'static, str>,
    /// Why it cannot be done now.
    pub denied: Option<String>,
}

/// Stands for more keys that follow.
const MORE_KEYS: &str = "...";

/// One key of the hint line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The key as people write it.
    pub key: String,
    /// What it does.
    pub name: Cow<'static, str>,
    /// Whether it works now.
    pub readiness: Readiness,
}

/// Whether a hint's key works now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It works.
    Ready,
    /// Pressing it tells why it does not.
    Denied,
}

/// The actions that have a key in a context, in the order of the table.
#[must_use]
pub fn rows(
    keymap: &Keymap,
    context: Context,
    availability: impl Fn(Action) -> Availability,
) -> Vec<HelpRow> {
    let bindings: Vec<&Binding> = keymap.bindings(context).collect();
    let mut rows = Vec::new();
    for action in Action::ALL.iter().copied() {
        let keys: Vec<String> = keys_of(&bindings, action).map(Sequence::label).collect();
        if keys.is_empty() {
            continue;
        }
        let denied = match availability(action) {
            Availability::Ready => None,
            Availability::Denied(reason) => Some(reason),
            Availability::Hidden => continue,
        };
        let group = action.row().group;
        rows.push(HelpRow {
            action,
            group,
            keys,
            name: action.short(),
            sentence: action.help(),
            denied,
        });
    }
    // Stable, so that under a heading the table's order stays.
    rows.sort_by_key(|row| row.group);
    rows
}

/// The keys of an action among bindings that were looked up once: hints are
/// made for every frame.
fn keys_of<'k>(bindings: &[&'k Binding], action: Action) -> impl Iterator<Item = &'k Sequence> {
    bindings
        .iter()
        .filter(move |binding| binding.action == action)
        .map(|binding| &binding.sequence)
}

/// The hint line of a context, before it is fitted into its row: `others` are
/// found one by one, so that those for which there is no room cost nothing.
pub struct Hints<O> {
    /// How all the others are found when the line is short.
    pub help: Option<Hint>,
    /// What the other keys do, the most wanted first.
    pub others: O,
}

/// The hints of a context.
#[must_use]
pub fn hints(
    keymap: &Keymap,
    context: Context,
    availability: impl Fn(Action) -> Availability,
) -> Hints<impl Iterator<Item = Hint>> {
    let bindings: Vec<&Binding> = keymap.bindings(context).collect();
    let hint = move |action: Action| {
        let sequence = keys_of(&bindings, action).next()?;
        let readiness = match availability(action) {
            Availability::Ready => Readiness::Ready,
            Availability::Denied(_) => Readiness::Denied,
            Availability::Hidden => return None,
        };
        Some(Hint {
            key: sequence.label(),
            name: action.short(),
            readiness,
        })
    };
    let told = |prominence| {
        let all = Action::ALL.iter().copied();
        all.filter(move |action: &Action| {
            action.row().prominence == prominence && *action != Action::HelpOpen
        })
    };
    let help = hint(Action::HelpOpen);
    let others = told(Prominence::Hint).chain(told(Prominence::Room));
    Hints {
        help,
        others: others.filter_map(hint),
    }
}

/// A key that may follow those pressed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// The key as people write it.
    pub key: String,
    /// What it does; dots where more keys follow.
    pub name: Cow<'static, str>,
    /// Why it cannot be done now.
    pub denied: Option<String>,
}

/// What may follow the keys pressed so far: the pending sequence is its own
/// help.
#[must_use]
pub fn following(
    keymap: &Keymap,
    context: Context,
    chords: &[Chord],
    availability: impl Fn(Action) -> Availability,
) -> Vec<Following> {
    let mut next = keymap.continuations(context, chords);
    // As on the keyboard, 0 comes after 9.
    let is_digit = |chord: &Chord| matches!(chord.key(), Key::Char('1'..='9'));
    let zero = next
        .iter()
        .position(|(chord, _)| chord.key() == Key::Char('0'));
    let nine = next.iter().rposition(|(chord, _)| is_digit(chord));
    if let (Some(zero), Some(nine)) = (zero, nine)
        && zero < nine
    {
        next[zero..=nine].rotate_left(1);
    }
    let shown: Vec<Chord> = next.iter().map(|(chord, _)| *chord).collect();
    let mut found = Vec::new();
    for (chord, continuation) in next {
        // The number pad without num lock does the same; once is enough.
        let twin = |other: &Chord| other.keypad_twin() == Some(chord);
        if shown.iter().any(twin) {
            continue;
        }
        let (name, denied) = match continuation {
            Continuation::More => (Cow::Borrowed(MORE_KEYS), None),
            Continuation::Act(action) => match availability(action) {
                Availability::Ready => (action.short(), None),
                Availability::Denied(why) => (action.short(), Some(why)),
                Availability::Hidden => continue,
            },
        };
        found.push(Following {
            key: chord.label(),
            name,
            denied,
        });
    }
    found
}

/// Why an action was denied, for the status line: its name and the reason.
#[must_use]
pub fn denial(action: Action, reason: &str) -> String {
    crate::i18n::t!("keymap.denied", action = action.short(), reason = reason).into_owned()
}

/// One row of the full list of keys, for `zhiban keys` and the README.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTableRow {
    /// The action.
    pub action: Action,
    /// The sections that bind it, each with the keys as a keymap file has
    /// them.
    pub bindings: Vec<(Context, Vec<String>)>,
}

/// Every action with all its keys.
#[must_use]
pub fn key_table(keymap: &Keymap) -> Vec<KeyTableRow> {
    let row = |action: &Action| KeyTableRow {
        action: *action,
        bindings: Context::ALL
            .into_iter()
            .filter_map(|context| {
                let keys: Vec<String> = keymap
                    .section(context)
                    .iter()
                    .filter(|binding| binding.action == *action)
                    .map(|binding| binding.sequence.to_string())
                    .collect();
                (!keys.is_empty()).then_some((context, keys))
            })
            .collect(),
    };
    Action::ALL.iter().map(row).collect()
}

#[cfg(test)]
#[path = "help_tests.rs"]
mod tests;
